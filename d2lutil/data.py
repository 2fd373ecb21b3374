"""Images to learn from. Digits and photographs come with scikit-learn and need no network; Fashion-MNIST and CIFAR-10
are looked for in :func:`data_folder`, downloaded if they are missing, and never used unless their checksums are right.

Images are kept as uint8 in memory, all of them (Fashion-MNIST: 55 MB), and become floats in [0, 1] a batch at a time.
That is simpler than worker processes, and faster.
"""

import gzip
import hashlib
import os
import tarfile
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Literal, overload

import torch
from torch.nn import functional as F

from ._arguments import checked
from ._download import fetch
from .i18n import say
from .shapes import Size

__all__ = [
    "Batches",
    "DataNotAvailable",
    "data_folder",
    "get_fashion_mnist_labels",
    "load_cifar10",
    "load_data_fashion_mnist",
    "load_digits",
    "photo",
]

PHOTOS = ("china", "flower")
FASHION_LABELS = (
    "t-shirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot",
)  # fmt: skip
# The published files and their MD5 sums, which a test compares with torchvision's. Importing torchvision only to look
# them up would take longer than reading the files.
FASHION_FILES = {
    "train-images-idx3-ubyte.gz": "8d4fb7e6c68d591d4c3dfef9ec88bf0d",
    "train-labels-idx1-ubyte.gz": "25c81989df183df01b3e8a0aad5dffbe",
    "t10k-images-idx3-ubyte.gz": "bef4ecab320f06d8554ea6380940ec79",
    "t10k-labels-idx1-ubyte.gz": "bb300cfdad3c16e7a12a480ee83cd310",
}


class DataNotAvailable(RuntimeError):
    """A data set is neither on this machine nor to be had from the network; the message says what to do."""


class Batches:
    """Labelled images, a batch at a time: iterable, sized and re-iterable like a ``DataLoader``.

    Each batch is ``(X, y)``: X of shape (batch, channels, height, width), float32 in [0, 1]; y of shape (batch,),
    int64. The last batch holds what is left. With ``shuffle`` each pass is in a new random order, drawn from torch's
    global generator (so ``torch.manual_seed`` decides it).

    Parameters
    ----------
    images : uint8 tensor of shape (n, channels, height, width)
    labels : int64 tensor of shape (n,)
    batch_size : images in a batch
    shuffle : a new order for each pass
    resize : None, or the height and width that the images are brought to, batch by batch
    transform : None, or a function that is given each batch's X and returns what to use instead, for instance randomly
        shifted images

    Raises
    ------
    ValueError
        If the shapes or types are not those, or ``batch_size`` or ``resize`` is below 1.

    Examples
    --------
    >>> batches = Batches(torch.zeros(5, 1, 8, 8, dtype=torch.uint8), torch.arange(5), batch_size=2)
    >>> len(batches), [tuple(X.shape) for X, y in batches]
    (3, [(2, 1, 8, 8), (2, 1, 8, 8), (1, 1, 8, 8)])
    """

    @checked
    def __init__(
        self,
        images: torch.Tensor,
        labels: torch.Tensor,
        batch_size: int,
        shuffle: bool = False,
        resize: Size | None = None,
        transform: Callable[[torch.Tensor], torch.Tensor] | None = None,
    ):
        if images.dtype is not torch.uint8 or images.dim() != 4:
            raise ValueError(
                f"images must be uint8 of shape (n, channels, height, width), "
                f"got {images.dtype} of shape {tuple(images.shape)}"
            )
        if tuple(labels.shape) != (len(images),):
            raise ValueError(f"{len(images)} images need as many labels, got shape {tuple(labels.shape)}")
        if labels.dtype is not torch.int64:
            raise ValueError(f"labels must be int64, got {labels.dtype}: convert them with .long()")
        if batch_size < 1:
            raise ValueError(f"batch_size must be at least 1, got {batch_size}")
        self.images, self.labels = images, labels
        self.batch_size, self.shuffle, self.transform = batch_size, shuffle, transform
        self.resize = (resize, resize) if isinstance(resize, int) else resize
        if self.resize is not None and min(self.resize) < 1:
            raise ValueError(f"resize must be at least 1, got {resize}")

    def __len__(self) -> int:
        return -(-len(self.images) // self.batch_size)

    def __iter__(self) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
        order = torch.randperm(len(self.images)).to(self.images.device) if self.shuffle else None
        for start in range(0, len(self.images), self.batch_size):
            part = slice(start, start + self.batch_size)
            chosen = part if order is None else order[part]
            X = self.images[chosen].float() / 255
            if self.resize is not None:
                X = F.interpolate(X, self.resize, mode="bilinear", antialias=True)
            if self.transform is not None:
                X = self.transform(X)
            yield X, self.labels[chosen]

    def to(self, device: torch.device | str) -> "Batches":
        """The same batches with the data on ``device``; this object itself if they are there already."""
        device = torch.device(device)
        if torch.empty(0, device=device).device == self.images.device:
            return self
        return self._with(images=self.images.to(device), labels=self.labels.to(device))

    def transformed(self, transform: Callable[[torch.Tensor], torch.Tensor]) -> "Batches":
        """The same batches, each X passed through ``transform`` before it is used.

        >>> batches = Batches(torch.zeros(2, 1, 4, 6, dtype=torch.uint8), torch.arange(2), batch_size=2)
        >>> [tuple(X.shape) for X, y in batches.transformed(lambda X: X.flip(-1)[..., :3])]
        [(2, 1, 4, 3)]
        """
        return self._with(transform=transform)

    @checked
    def split(self, n: int, seed: int = 0) -> tuple["Batches", "Batches"]:
        """Set n images aside, for instance to choose with them what training and test data must not choose.

        Parameters
        ----------
        n : how many images are set aside, drawn at random
        seed : of the draw, which leaves torch's global generator alone: the same seed sets the same images aside

        Returns
        -------
        The batches of the rest, shuffled and transformed as these are, and those of the n images, which are neither.

        Raises
        ------
        ValueError
            If n is below 1 or leaves no image.

        Examples
        --------
        >>> images = torch.zeros(50, 1, 8, 8, dtype=torch.uint8)
        >>> batches = Batches(images, torch.arange(50), batch_size=16, shuffle=True)
        >>> train, validation = batches.split(10)
        >>> train, validation
        (40 images of shape (1, 8, 8) in 3 batches of 16, 10 images of shape (1, 8, 8) in 1 batches of 16)
        """
        if not 1 <= n < len(self.images):
            raise ValueError(
                say(f"n must be from 1 to {len(self.images) - 1}, so that both parts have images; got {n}",
                    f"n 应在 1 到 {len(self.images) - 1} 之间，两部分才都有图像；得到 {n}")
            )  # fmt: skip
        order = torch.randperm(len(self.images), generator=torch.Generator().manual_seed(seed)).to(self.images.device)
        rest, aside = order[n:], order[:n]
        return (
            self._with(images=self.images[rest], labels=self.labels[rest]),
            self._with(images=self.images[aside], labels=self.labels[aside], shuffle=False, transform=None),
        )

    def _with(self, **changed: Any) -> "Batches":
        return Batches(**(vars(self) | changed))

    def __repr__(self) -> str:
        n, *shape = self.images.shape
        shape = [shape[0], *(self.resize or shape[1:])]
        return f"{n} images of shape {tuple(shape)} in {len(self)} batches of {self.batch_size}"


@checked
def photo(name: str, gray: bool = False) -> torch.Tensor:
    """A colour photograph that ships with scikit-learn: ``"china"`` (a temple) or ``"flower"`` (a dahlia).

    Parameters
    ----------
    name : "china" or "flower"
    gray : True for the brightness alone, ``0.299 R + 0.587 G + 0.114 B`` (ITU-R BT.601)

    Returns
    -------
    float32 tensor in [0, 1], of shape (3, 427, 640), or (427, 640) if gray

    Raises
    ------
    ValueError
        For an unknown name.

    Examples
    --------
    >>> photo("china").shape, photo("flower", gray=True).shape
    (torch.Size([3, 427, 640]), torch.Size([427, 640]))
    """
    if name not in PHOTOS:
        raise ValueError(f"unknown photo {name!r}: the photos are {', '.join(map(repr, PHOTOS))}")
    from sklearn.datasets import load_sample_image

    image = torch.tensor(load_sample_image(f"{name}.jpg")).permute(2, 0, 1).float() / 255
    if gray:
        return torch.tensordot(torch.tensor([0.299, 0.587, 0.114]), image, dims=1)
    return image.contiguous()


@checked
def load_digits(batch_size: int, split: str = "random") -> tuple[Batches, Batches]:
    """Real handwritten digits that ship with scikit-learn: 1,797 grey images, 8 x 8, brought to 28 x 28.

    Parameters
    ----------
    batch_size : images in a batch
    split : which 297 of them are for testing, the other 1,500 for training. ``"random"``: a fixed random choice, so
        that every writer is in both parts. ``"last"``: the last ones in the file, which stands in order of its
        writers, so that the test is on other people's hands.

    Returns
    -------
    (train, test) : two :class:`Batches` of shape (batch, 1, 28, 28), the first in a new order each time

    Raises
    ------
    ValueError
        If ``batch_size`` is below 1 or the split is unknown.

    Examples
    --------
    >>> train, test = load_digits(batch_size=64)
    >>> train, test
    (1500 images of shape (1, 28, 28) in 24 batches of 64, 297 images of shape (1, 28, 28) in 5 batches of 64)

    The digits are the test part of Alpaydin and Kaynak, *Optical Recognition of Handwritten Digits* (1998), UCI.
    """
    if split not in ("random", "last"):
        raise ValueError(f"unknown split {split!r}: the splits are 'random' and 'last'")
    from sklearn import datasets

    digits = datasets.load_digits()
    small = torch.tensor(digits.images, dtype=torch.float32).unsqueeze(1) / 16  # ink in 0..16
    images = (F.interpolate(small, (28, 28), mode="bilinear") * 255).round().to(torch.uint8)
    labels = torch.tensor(digits.target, dtype=torch.int64)
    order = torch.arange(len(labels))
    if split == "random":
        order = torch.randperm(len(labels), generator=torch.Generator().manual_seed(0))
    train, test = order[:1500], order[1500:]
    return (
        Batches(images[train], labels[train], batch_size, shuffle=True),
        Batches(images[test], labels[test], batch_size),
    )


@checked
def load_data_fashion_mnist(batch_size: int, resize: Size | None = None) -> tuple[Batches, Batches]:
    """Fashion-MNIST: 60,000 images of clothes to train on, 10,000 to test on, grey, 28 x 28, ten classes.

    Looked for in ``FashionMNIST/raw`` of :func:`data_folder`, as the four published ``.gz`` files, and downloaded there
    once (30 MB) if they are missing. A file whose checksum is wrong is downloaded again, and never used.

    Parameters
    ----------
    batch_size : images in a batch
    resize : None, or the size (or height and width) to bring the images to

    Returns
    -------
    (train, test) : two :class:`Batches` of shape (batch, 1, 28, 28), the first in a new order each time

    Raises
    ------
    DataNotAvailable
        If the files are missing or damaged and cannot be downloaded. The message says where to put them.
    ValueError
        If ``batch_size`` or ``resize`` is below 1.

    The data are those of Xiao, Rasul and Vollgraf, *Fashion-MNIST* (2017); function and arguments are those of Zhang et
    al., *Dive into Deep Learning*.
    """
    folder = data_folder() / "FashionMNIST" / "raw"
    files = _verified_fashion_mnist(folder)

    def part(name: str, shuffle: bool) -> Batches:
        images = _read_idx(files[f"{name}-images-idx3-ubyte.gz"]).unsqueeze(1)
        labels = _read_idx(files[f"{name}-labels-idx1-ubyte.gz"]).long()
        return Batches(images, labels, batch_size, shuffle, resize)

    return part("train", shuffle=True), part("t10k", shuffle=False)


@checked
def get_fashion_mnist_labels(labels: torch.Tensor | Sequence[int]) -> list[str]:
    """The names of Fashion-MNIST's classes for a sequence of class numbers (0 to 9).

    Raises ValueError, with the number, if one is no class.

    >>> get_fashion_mnist_labels(torch.tensor([9, 0]))
    ['ankle boot', 't-shirt']
    """
    names = []
    for label in labels.flatten().tolist() if isinstance(labels, torch.Tensor) else labels:
        if label != int(label) or not 0 <= label < len(FASHION_LABELS):
            raise ValueError(f"labels must be whole numbers from 0 to {len(FASHION_LABELS) - 1}, got {label}")
        names.append(FASHION_LABELS[int(label)])
    return names


@overload
def load_cifar10(
    batch_size: int, resize: Size | None = None, part: Literal["both"] = "both"
) -> tuple[Batches, Batches]: ...
@overload
def load_cifar10(batch_size: int, resize: Size | None = None, *, part: Literal["test"]) -> Batches: ...
@checked
def load_cifar10(batch_size: int, resize: Size | None = None, part: str = "both") -> tuple[Batches, Batches] | Batches:
    """CIFAR-10: colour images, 32 x 32, of ten classes; 50,000 to train on, 10,000 to test on.

    Looked for in ``cifar-10-batches-py`` of :func:`data_folder`, and downloaded there once (170 MB) if it is missing.
    Files whose checksums are wrong are never used.

    Parameters
    ----------
    batch_size : images in a batch
    resize : None, or the size (or height and width) to bring the images to
    part : ``"both"``, or ``"test"`` for the test images alone, which need only the files ``test_batch`` and
        ``batches.meta``

    Returns
    -------
    (train, test), or test alone : :class:`Batches` of shape (batch, 3, 32, 32)

    Raises
    ------
    DataNotAvailable
        If files are missing or damaged and cannot be downloaded. The message says where to put them.
    ValueError
        If ``batch_size`` or ``resize`` is below 1 or the part is unknown.

    The data are those of Krizhevsky, *Learning Multiple Layers of Features from Tiny Images* (2009).
    """
    if part not in ("both", "test"):
        raise ValueError(f"unknown part {part!r}: the parts are 'both' and 'test'")
    test = _cifar10_part(batch_size, resize, train=False, needs_training_files=part == "both")
    if part == "test":
        return test
    return _cifar10_part(batch_size, resize, train=True, needs_training_files=True), test


def data_folder() -> Path:
    """Where data sets are looked for and downloaded to.

    The folder that the environment variable D2LUTIL_DATA names; else ``data/`` of the checkout that this package runs
    from; else ``~/.cache/d2lutil``.

    Raises :class:`DataNotAvailable` if D2LUTIL_DATA begins with the ``~`` of nobody.
    """
    if named := os.environ.get("D2LUTIL_DATA"):
        try:
            return Path(named).expanduser()
        except RuntimeError as reason:
            raise DataNotAvailable(f"D2LUTIL_DATA is {named!r}, a home that does not exist") from reason
    checkout = Path(__file__).resolve().parent.parent
    if (checkout / "data" / "README.md").exists() and (checkout / "chapters").is_dir():
        return checkout / "data"
    return Path.home() / ".cache" / "d2lutil"


# --- files that are verified before they are used -------------------------------------------------------------------


def _verified_fashion_mnist(folder: Path) -> dict[str, bytes]:
    """What is in the four packed files, whose checksums are right, downloaded where needed."""
    contents = {}
    for name, md5 in FASHION_FILES.items():
        file = folder / name
        content, state = _checked_content(file, md5)
        if content is None:
            try:
                _fetch_fashion_mnist(file, md5)
                content, _ = _checked_content(file, md5)
            except (OSError, RuntimeError) as reason:  # no network, no disk, wrong checksum
                raise DataNotAvailable(
                    f"Fashion-MNIST: {file} {state} and could not be downloaded ({_short(reason)}): copy the four "
                    f"published files ({', '.join(FASHION_FILES)}) into that folder, or set "
                    f"D2LUTIL_DATA to a folder that holds FashionMNIST/raw with them"
                ) from reason
        if content is None:  # somebody changes it at this moment
            raise DataNotAvailable(f"Fashion-MNIST: {file} does not keep its content")
        contents[name] = content
    return contents


def _checked_content(file: Path, md5: str) -> tuple[bytes | None, str]:
    """The bytes of a file with this checksum, or None and what is wrong with it."""
    try:
        if file.is_dir():
            return None, "is a folder"
        content = file.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None, "is missing"
    except OSError as reason:
        return None, f"cannot be read ({reason.strerror})"
    return (content, "") if hashlib.md5(content).hexdigest() == md5 else (None, "is damaged (wrong checksum)")


def _fetch_fashion_mnist(file: Path, md5: str) -> None:
    from torchvision.datasets import FashionMNIST

    fetch(f"{FashionMNIST.mirrors[0]}{file.name}", file, md5, at_most=50_000_000)


def _read_idx(packed: bytes) -> torch.Tensor:
    """The uint8 array of a packed IDX file, MNIST's format: 2 zero bytes, the type, the number of axes, their sizes."""
    content = gzip.decompress(packed)
    axes = content[3]
    shape = [int.from_bytes(content[4 + 4 * axis : 8 + 4 * axis], "big") for axis in range(axes)]
    return torch.frombuffer(bytearray(content), dtype=torch.uint8, offset=4 + 4 * axes).reshape(shape)


def _cifar10_part(
    batch_size: int, resize: Size | None, train: bool, needs_training_files: bool, download: bool = True
) -> Batches:
    from torchvision.datasets import CIFAR10

    class TestPartOnly(CIFAR10):
        train_list: list = []  # torchvision asks for all files, even for the test part alone

    dataset = CIFAR10 if needs_training_files else TestPartOnly
    root = data_folder()
    folder = root / CIFAR10.base_folder
    wanted = {name: md5 for name, md5 in [*dataset.train_list, *dataset.test_list]}
    wanted[CIFAR10.meta["filename"]] = CIFAR10.meta["md5"]
    states = {name: state for name, md5 in wanted.items() if (state := _checked_content(folder / name, md5)[1])}
    try:
        if states:
            if not download:
                raise RuntimeError("nothing is downloaded here")
            _fetch_cifar10(root, folder, wanted)
        part = dataset(str(root), train=train)
    except (OSError, RuntimeError) as reason:
        name, state = next(iter(states.items()), ("", "cannot be used"))
        raise DataNotAvailable(
            f"CIFAR-10: {folder / name} {state} and could not be downloaded ({_short(reason)}): unpack "
            f"{CIFAR10.filename} into {root}, or set D2LUTIL_DATA to a folder that holds {CIFAR10.base_folder}"
        ) from reason
    images = torch.tensor(part.data).permute(0, 3, 1, 2).contiguous()
    return Batches(images, torch.tensor(part.targets), batch_size, shuffle=train, resize=resize)


def _fetch_cifar10(root: Path, folder: Path, wanted: dict[str, str]) -> None:
    """Download the archive, and put the files of it that are wanted in their place, each as a whole."""
    from torchvision.datasets import CIFAR10

    archive = root / CIFAR10.filename
    fetch(CIFAR10.url, archive, CIFAR10.tgz_md5, at_most=300_000_000)
    with tempfile.TemporaryDirectory(dir=root) as place, tarfile.open(archive) as packed:
        members = [packed.getmember(f"{CIFAR10.base_folder}/{name}") for name in wanted]
        packed.extractall(place, members=members, filter="data")
        folder.mkdir(exist_ok=True)
        for name in wanted:
            os.replace(Path(place, CIFAR10.base_folder, name), folder / name)
    archive.unlink()


def _short(reason: Exception) -> str:
    """The first line of an error; some libraries append whole pages."""
    return str(reason).strip().splitlines()[0] if str(reason).strip() else type(reason).__name__
