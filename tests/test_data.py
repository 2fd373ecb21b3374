"""Batches, the data that ship with scikit-learn, and data sets whose files must be the published ones."""

import contextlib
import gzip
import hashlib
import http.server
import os
import pickle
import re
import shutil
import subprocess
import sys
import tarfile
import threading
import urllib.request
from functools import partial
from pathlib import Path
from urllib.error import URLError

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

import d2lutil as d2l
from d2lutil import _download, data
from d2lutil._download import PIECE

real_urlopen = urllib.request.urlopen


@pytest.fixture(autouse=True)
def closed_network(monkeypatch):
    """Whatever asks for the network learns that there is none."""

    def no_network(*args, **kwargs):
        raise URLError("no network here")

    monkeypatch.setattr(urllib.request, "urlopen", no_network)


def images(n, channels=1, height=8, width=8):
    return torch.randint(0, 256, (n, channels, height, width), dtype=torch.uint8)


def all_of(batches):
    """The batches put together again."""
    X, y = zip(*batches, strict=True)
    return torch.cat(X), torch.cat(y)


# --- Batches --------------------------------------------------------------------------------------------------------


@given(n=st.integers(1, 30), batch_size=st.integers(1, 40))
def test_batches_have_their_size_and_the_last_holds_what_is_left(n, batch_size):
    batches = d2l.Batches(images(n), torch.arange(n), batch_size)
    lengths = [len(y) for _, y in batches]
    assert len(lengths) == len(batches)
    assert all(length == batch_size for length in lengths[:-1])
    assert 0 < lengths[-1] <= batch_size
    assert sum(lengths) == n


def test_batches_are_floats_in_0_to_1_and_their_labels():
    original = images(7, channels=3)
    X, y = all_of(d2l.Batches(original, torch.arange(7), batch_size=3))
    assert (X.dtype, y.dtype) == (torch.float32, torch.int64)
    torch.testing.assert_close(X, original.double().div(255).float())
    assert torch.equal(y, torch.arange(7))


def test_batches_can_be_gone_through_again():
    batches = d2l.Batches(images(7), torch.arange(7), batch_size=3)
    for first, second in zip(all_of(batches), all_of(batches), strict=True):
        assert torch.equal(first, second)


def test_shuffling_covers_every_image_once_with_its_own_label():
    original = torch.arange(50, dtype=torch.uint8).reshape(50, 1, 1, 1)
    X, y = all_of(d2l.Batches(original, torch.arange(50), batch_size=8, shuffle=True))
    assert sorted(y.tolist()) == list(range(50))
    assert (X.flatten() * 255).round().long().tolist() == y.tolist()


def test_every_pass_is_in_a_new_order():
    batches = d2l.Batches(images(50), torch.arange(50), batch_size=8, shuffle=True)
    assert not torch.equal(all_of(batches)[1], all_of(batches)[1])


def test_torchs_seed_decides_the_order():
    batches = d2l.Batches(images(50), torch.arange(50), batch_size=8, shuffle=True)
    torch.manual_seed(1)
    first = all_of(batches)[1]
    torch.manual_seed(1)
    assert torch.equal(all_of(batches)[1], first)


def test_without_shuffling_no_random_number_is_drawn():
    before = torch.get_rng_state()
    all_of(d2l.Batches(torch.zeros(5, 1, 2, 2, dtype=torch.uint8), torch.arange(5), batch_size=2))
    assert torch.equal(torch.get_rng_state(), before)


@pytest.mark.parametrize("resize", [12, 40, (10, 33)])
def test_resizing_is_torchvisions_with_antialiasing(resize):
    functional = pytest.importorskip(
        "torchvision.transforms.v2.functional", reason="needs torchvision: pip install torchvision"
    )
    original = images(5, channels=3, height=28, width=28)
    X, _ = all_of(d2l.Batches(original, torch.arange(5), batch_size=2, resize=resize))
    size = [resize, resize] if isinstance(resize, int) else list(resize)
    torch.testing.assert_close(X, functional.resize(original.float() / 255, size, antialias=True))


def test_batches_move_as_a_whole():
    batches = d2l.Batches(images(5), torch.arange(5), batch_size=2, shuffle=True, resize=(4, 6))
    moved = batches.to("meta")
    assert (moved.images.device.type, moved.labels.device.type) == ("meta", "meta")
    assert repr(moved) == repr(batches)
    assert moved.shuffle
    assert batches.images.device.type == "cpu"


def test_a_transform_is_given_each_batch_and_survives_a_move():
    batches = d2l.Batches(images(5), torch.arange(5), batch_size=2, shuffle=True, resize=(4, 6))
    halves = batches.transformed(lambda X: X[:, :, :2] / 2)
    assert (halves.shuffle, halves.resize, halves.batch_size) == (True, (4, 6), 2)
    assert [tuple(X.shape) for X, _ in halves] == [(2, 1, 2, 6), (2, 1, 2, 6), (1, 1, 2, 6)]
    torch.manual_seed(1)
    expected = all_of(batches)[0][:, :, :2] / 2
    torch.manual_seed(1)
    assert torch.equal(all_of(halves)[0], expected)
    assert halves.to("meta").transform is halves.transform
    assert batches.transform is None


@pytest.mark.parametrize("seed", [0, 3])
def test_a_split_sets_images_aside_each_with_its_label(seed):
    numbered = torch.arange(50, dtype=torch.uint8).reshape(50, 1, 1, 1)
    batches = d2l.Batches(numbered, torch.arange(50), batch_size=16, shuffle=True, transform=lambda X: X + 1)
    before = torch.get_rng_state()
    rest, aside = batches.split(10, seed)
    assert torch.equal(torch.get_rng_state(), before)
    assert sorted([*rest.labels.tolist(), *aside.labels.tolist()]) == list(range(50)) and len(aside.images) == 10
    for part in (rest, aside):
        assert torch.equal(part.images.flatten().long(), part.labels)
    assert (rest.shuffle, rest.transform) == (True, batches.transform)
    assert (aside.shuffle, aside.transform) == (False, None)
    assert torch.equal(batches.split(10, seed)[1].labels, aside.labels)
    assert not torch.equal(batches.split(10, seed + 1)[1].labels, aside.labels)


@pytest.mark.parametrize("n", [0, 5, -1])
def test_a_split_leaves_images_in_both_parts(n):
    batches = d2l.Batches(images(5), torch.arange(5), batch_size=2)
    with pytest.raises(ValueError, match=f"n must be from 1 to 4, so that both parts have images; got {n}"):
        batches.split(n)


def test_batches_that_are_there_already_are_not_copied():
    batches = d2l.Batches(images(5), torch.arange(5), batch_size=2)
    assert batches.to("cpu") is batches


def test_batches_say_what_they_hold():
    batches = d2l.Batches(images(5, channels=3), torch.arange(5), batch_size=2, resize=(4, 6))
    assert repr(batches) == "5 images of shape (3, 4, 6) in 3 batches of 2"


def test_batches_on_cuda_stay_there(cuda):
    batches = d2l.Batches(images(5), torch.arange(5), batch_size=2, shuffle=True).to(cuda)
    assert batches.to(cuda) is batches
    assert all(X.is_cuda and y.is_cuda for X, y in batches)
    assert sorted(all_of(batches)[1].tolist()) == list(range(5))


@pytest.mark.parametrize(
    "change, words",
    [
        ({"images": torch.zeros(5, 1, 8, 8)}, "got torch.float32 of shape (5, 1, 8, 8)"),
        ({"images": torch.zeros(5, 8, 8, dtype=torch.uint8)}, "got torch.uint8 of shape (5, 8, 8)"),
        ({"labels": torch.arange(4)}, "5 images need as many labels, got shape (4,)"),
        ({"labels": torch.zeros(5, 1, dtype=torch.int64)}, "5 images need as many labels, got shape (5, 1)"),
        ({"labels": torch.zeros(5)}, "labels must be int64, got torch.float32"),
        ({"labels": torch.zeros(5, dtype=torch.int32)}, "labels must be int64, got torch.int32"),
        ({"batch_size": 0}, "batch_size must be at least 1, got 0"),
        ({"batch_size": -3}, "batch_size must be at least 1, got -3"),
        ({"resize": 0}, "resize must be at least 1, got 0"),
        ({"resize": (4, -1)}, "resize must be at least 1, got (4, -1)"),
    ],
)
def test_batches_of_something_else_are_refused(change, words):
    arguments = {"images": torch.zeros(5, 1, 8, 8, dtype=torch.uint8), "labels": torch.arange(5), "batch_size": 2}
    with pytest.raises(ValueError, match=re.escape(words)):
        d2l.Batches(**(arguments | change))


# --- photographs ----------------------------------------------------------------------------------------------------


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("name", ["china", "flower"])
def test_a_photo_is_scikit_learns(name):
    from sklearn.datasets import load_sample_image

    image = d2l.photo(name)
    assert (image.shape, image.dtype) == ((3, 427, 640), torch.float32)
    assert 0 <= image.min() < 0.1 < 0.9 < image.max() <= 1
    bytes_again = (image * 255).round().to(torch.uint8).permute(1, 2, 0).numpy()
    assert np.array_equal(bytes_again, load_sample_image(f"{name}.jpg"))


def test_a_gray_photo_is_the_brightness_that_pillow_computes():
    from PIL import Image

    gray = d2l.photo("china", gray=True)
    assert (gray.shape, gray.dtype) == ((427, 640), torch.float32)
    colors = (d2l.photo("china") * 255).round().to(torch.uint8).permute(1, 2, 0).numpy()
    pillow = torch.tensor(np.array(Image.fromarray(colors).convert("L"))) / 255
    torch.testing.assert_close(gray, pillow, rtol=0, atol=1.01 / 255)  # Pillow rounds to whole steps


def test_a_photo_can_be_changed_without_changing_the_next():
    d2l.photo("china").zero_()
    assert d2l.photo("china").max() > 0.9


def test_an_unknown_photo_is_named_with_the_known_ones():
    with pytest.raises(ValueError, match="^unknown photo 'cat': the photos are 'china', 'flower'$"):
        d2l.photo("cat")


# --- digits ---------------------------------------------------------------------------------------------------------


def as_set(batches):
    rows = zip(batches.images.flatten(1).tolist(), batches.labels.tolist(), strict=True)
    return {(bytes(cells), label) for cells, label in rows}


def test_the_digits_are_scikit_learns_enlarged():
    from PIL import Image
    from sklearn import datasets

    digits = datasets.load_digits()
    train, test = d2l.load_digits(batch_size=64, split="last")
    X = torch.cat([train.images, test.images])[:, 0].float() / 255
    enlarged = [np.array(Image.fromarray(image.astype("float32")).resize((28, 28), Image.BILINEAR)) / 16
                for image in digits.images]  # fmt: skip
    torch.testing.assert_close(X, torch.tensor(np.array(enlarged)), rtol=0, atol=0.51 / 255)
    assert torch.cat([train.labels, test.labels]).tolist() == digits.target.tolist()


@pytest.mark.parametrize("split", ["random", "last"])
def test_the_two_parts_share_no_digit(split):
    train, test = d2l.load_digits(batch_size=64, split=split)
    assert (len(train.labels), len(test.labels)) == (1500, 297)
    assert len(as_set(train) | as_set(test)) == 1797


def test_both_splits_divide_the_same_digits():
    random, last = (set.union(*map(as_set, d2l.load_digits(64, split))) for split in ("random", "last"))
    assert random == last


def test_the_random_split_is_the_same_every_time_whatever_the_seed():
    first = d2l.load_digits(batch_size=64)
    torch.manual_seed(7)
    second = d2l.load_digits(batch_size=64)
    for a, b in zip(first, second, strict=True):
        assert torch.equal(a.images, b.images)
        assert torch.equal(a.labels, b.labels)


def test_the_random_split_draws_nothing_from_torchs_generator():
    before = torch.get_rng_state()
    d2l.load_digits(batch_size=64)
    assert torch.equal(torch.get_rng_state(), before)


def test_training_digits_come_in_a_new_order_and_test_digits_do_not():
    train, test = d2l.load_digits(batch_size=64)
    assert not torch.equal(all_of(train)[1], all_of(train)[1])
    assert torch.equal(all_of(test)[1], all_of(test)[1])


def test_a_batch_of_digits_has_the_shape_that_lenet_takes():
    X, y = next(iter(d2l.load_digits(batch_size=64)[0]))
    assert (X.shape, y.shape) == ((64, 1, 28, 28), (64,))


def test_an_unknown_split_is_named_with_the_known_ones():
    with pytest.raises(ValueError, match="^unknown split 'first': the splits are 'random' and 'last'$"):
        d2l.load_digits(batch_size=64, split="first")


def test_digits_come_in_batches_of_at_least_one():
    with pytest.raises(ValueError, match="batch_size must be at least 1, got 0"):
        d2l.load_digits(batch_size=0)


# --- where data are -------------------------------------------------------------------------------------------------


@pytest.fixture
def elsewhere(monkeypatch, tmp_path):
    """The package as if it lay in tmp_path/place, and a home folder of its own."""
    monkeypatch.delenv("D2LUTIL_DATA", raising=False)
    monkeypatch.setattr(data, "__file__", str(tmp_path / "place" / "d2lutil" / "data.py"))
    monkeypatch.setattr(Path, "home", lambda: tmp_path / "home")
    (tmp_path / "place" / "data").mkdir(parents=True)
    return tmp_path / "place"


def make_checkout(place):
    (place / "chapters").mkdir()
    (place / "data" / "README.md").write_text("data")


def test_the_environment_names_the_data_folder(monkeypatch, elsewhere):
    make_checkout(elsewhere)
    monkeypatch.setenv("D2LUTIL_DATA", "/some/where")
    assert d2l.data_folder() == Path("/some/where")


def test_the_named_data_folder_may_begin_with_the_home_folder(monkeypatch):
    monkeypatch.setenv("HOME", "/home/me")
    monkeypatch.setenv("USERPROFILE", "/home/me")
    monkeypatch.setenv("D2LUTIL_DATA", "~/data")
    assert d2l.data_folder() == Path("/home/me/data")


def test_a_checkout_has_its_own_data_folder(elsewhere):
    make_checkout(elsewhere)
    assert d2l.data_folder() == elsewhere / "data"


def test_an_installed_package_uses_the_users_cache(elsewhere):
    assert d2l.data_folder() == elsewhere.parent / "home" / ".cache" / "d2lutil"


def test_a_folder_called_data_alone_makes_no_checkout(elsewhere):
    (elsewhere / "data" / "README.md").write_text("somebody else's data")
    assert d2l.data_folder() == elsewhere.parent / "home" / ".cache" / "d2lutil"


# --- a tiny Fashion-MNIST, published under its own checksums --------------------------------------------------------


def md5(content):
    return hashlib.md5(content).hexdigest()


def idx(array):
    """The published format."""
    header = bytes([0, 0, 8, array.ndim]) + b"".join(size.to_bytes(4, "big") for size in array.shape)
    return gzip.compress(header + array.tobytes())


@pytest.fixture
def tiny_fashion(monkeypatch, tmp_path):
    """Its arrays by name, and its files; the data folder does not exist yet."""
    pytest.importorskip("torchvision.datasets.mnist", reason="needs torchvision: pip install torchvision")
    random = np.random.default_rng(0)
    arrays = {
        "train-images-idx3-ubyte.gz": random.integers(0, 256, (7, 28, 28), dtype=np.uint8),
        "train-labels-idx1-ubyte.gz": random.integers(0, 10, 7, dtype=np.uint8),
        "t10k-images-idx3-ubyte.gz": random.integers(0, 256, (3, 28, 28), dtype=np.uint8),
        "t10k-labels-idx1-ubyte.gz": random.integers(0, 10, 3, dtype=np.uint8),
    }
    files = {name: idx(array) for name, array in arrays.items()}
    monkeypatch.setattr(data, "FASHION_FILES", {name: md5(content) for name, content in files.items()})
    monkeypatch.setenv("D2LUTIL_DATA", str(tmp_path / "data"))
    return arrays, files


@pytest.fixture
def raw(tiny_fashion, tmp_path):
    """The folder with its four files in place."""
    folder = tmp_path / "data" / "FashionMNIST" / "raw"
    folder.mkdir(parents=True)
    for name, content in tiny_fashion[1].items():
        (folder / name).write_bytes(content)
    return folder


def contents(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_files_and_their_checksums_are_torchvisions():
    mnist = pytest.importorskip("torchvision.datasets.mnist", reason="needs torchvision: pip install torchvision")
    assert list(data.FASHION_FILES.items()) == mnist.FashionMNIST.resources


def test_fashion_mnist_gives_the_published_images_and_labels(tiny_fashion, raw):
    arrays, _ = tiny_fashion
    train, test = d2l.load_data_fashion_mnist(batch_size=4)
    for part, name in ((train, "train"), (test, "t10k")):
        assert np.array_equal(part.images[:, 0].numpy(), arrays[f"{name}-images-idx3-ubyte.gz"])
        assert np.array_equal(part.labels.numpy(), arrays[f"{name}-labels-idx1-ubyte.gz"])
    assert (repr(train), repr(test)) == (
        "7 images of shape (1, 28, 28) in 2 batches of 4",
        "3 images of shape (1, 28, 28) in 1 batches of 4",
    )
    assert (train.shuffle, test.shuffle) == (True, False)


@pytest.mark.slow("starts Python")
def test_reading_files_that_are_there_imports_no_torchvision(raw):
    code = f"""
import sys
import d2lutil as d2l
from d2lutil import data
data.FASHION_FILES = {data.FASHION_FILES}
train, test = d2l.load_data_fashion_mnist(batch_size=4)
print(len(train.images), "torchvision" in sys.modules)
"""
    place = {"PYTHONPATH": str(Path(__file__).resolve().parent.parent)}
    ran = subprocess.run([sys.executable, "-c", code], env=os.environ | place, capture_output=True, text=True)
    assert (ran.stdout, ran.stderr) == ("7 False\n", "")


def test_fashion_mnist_brings_images_to_the_size_asked_for(raw):
    train, test = d2l.load_data_fashion_mnist(batch_size=4, resize=64)
    assert next(iter(train))[0].shape == (4, 1, 64, 64)
    assert next(iter(test))[0].shape == (3, 1, 64, 64)


def test_loading_leaves_the_folder_as_it_is_even_if_it_cannot_be_written(raw):
    before = contents(raw.parent.parent)
    raw.chmod(0o555)
    try:
        d2l.load_data_fashion_mnist(batch_size=4)
    finally:
        raw.chmod(0o755)
    assert contents(raw.parent.parent) == before  # the superuser may write anywhere, so this is looked at too


@pytest.mark.parametrize("name", ["train-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz"])
def test_a_missing_file_is_named_with_what_to_do(raw, name):
    (raw / name).unlink()
    with pytest.raises(d2l.DataNotAvailable) as refusal:
        d2l.load_data_fashion_mnist(batch_size=4)
    words = str(refusal.value)
    assert words.startswith(f"Fashion-MNIST: {raw / name} is missing and could not be downloaded (")
    assert "copy the four published files (train-images-idx3-ubyte.gz, train-labels-idx1-ubyte.gz" in words
    assert "or set D2LUTIL_DATA to a folder that holds FashionMNIST/raw with them" in words


def truncated(content):
    return content[: len(content) // 2]


def flipped(content):
    """One bit of the packed bytes, in the middle."""
    middle = len(content) // 2
    return content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]


@pytest.mark.parametrize("damage", [truncated, flipped])
@pytest.mark.parametrize("name", ["train-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz"])
def test_a_damaged_file_is_found_and_neither_used_nor_thrown_away(raw, name, damage):
    (raw / name).write_bytes(damage((raw / name).read_bytes()))
    before = contents(raw)
    with pytest.raises(d2l.DataNotAvailable, match=re.escape(f"{raw / name} is damaged (wrong checksum)")):
        d2l.load_data_fashion_mnist(batch_size=4)
    assert contents(raw) == before


def test_a_folder_that_cannot_be_made_is_an_answer_too(tiny_fashion, monkeypatch, tmp_path):
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv("D2LUTIL_DATA", str(tmp_path / "file"))
    with pytest.raises(d2l.DataNotAvailable, match="is missing and could not be downloaded"):
        d2l.load_data_fashion_mnist(batch_size=4)


def test_a_silent_server_is_given_up(tiny_fashion, monkeypatch):
    waits = []

    def silent(*args, **kwargs):
        waits.append(kwargs["timeout"])
        raise TimeoutError("timed out")

    monkeypatch.setattr(urllib.request, "urlopen", silent)
    with pytest.raises(d2l.DataNotAvailable, match=re.escape("could not be downloaded (timed out)")):
        d2l.load_data_fashion_mnist(batch_size=4)
    assert len(waits) == 1 and waits[0] <= 5


@pytest.fixture
def server(monkeypatch, tmp_path):
    """A server on this machine that publishes the files in the folder; gives the folder and the names asked for."""
    from torchvision.datasets import FashionMNIST

    folder, asked = tmp_path / "published", []
    folder.mkdir()

    class Handler(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *args):
            asked.append(Path(self.path).name)

    here = http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(folder)))
    thread = threading.Thread(target=here.serve_forever, args=(0.01,))
    thread.start()
    monkeypatch.setattr(FashionMNIST, "mirrors", [f"http://127.0.0.1:{here.server_port}/"])
    monkeypatch.setattr(urllib.request, "urlopen", real_urlopen)
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    yield folder, asked
    here.shutdown()
    thread.join()
    here.server_close()


def test_missing_files_are_downloaded_once(tiny_fashion, server, tmp_path):
    arrays, files = tiny_fashion
    folder, asked = server
    for name, content in files.items():
        (folder / name).write_bytes(content)
    d2l.load_data_fashion_mnist(batch_size=4)
    assert set(asked) == set(files)
    asked.clear()
    _, test = d2l.load_data_fashion_mnist(batch_size=4)
    assert asked == []
    assert np.array_equal(test.images[:, 0].numpy(), arrays["t10k-images-idx3-ubyte.gz"])
    assert {path.name for path in contents(tmp_path / "data")} == set(files)


def test_a_damaged_file_is_replaced_by_the_published_one(tiny_fashion, raw, server):
    name = "train-images-idx3-ubyte.gz"
    content = tiny_fashion[1][name]
    (server[0] / name).write_bytes(content)
    (raw / name).write_bytes(truncated(content))
    train, _ = d2l.load_data_fashion_mnist(batch_size=4)
    assert (raw / name).read_bytes() == content
    assert np.array_equal(train.images[:, 0].numpy(), tiny_fashion[0][name])


def test_what_the_server_sends_is_checked_too(tiny_fashion, raw, server):
    name = "train-images-idx3-ubyte.gz"
    (server[0] / name).write_bytes(flipped(tiny_fashion[1][name]))
    (raw / name).unlink()
    with pytest.raises(d2l.DataNotAvailable, match=re.escape(f"{raw / name} is missing and could not be downloaded")):
        d2l.load_data_fashion_mnist(batch_size=4)


class Slowly(http.server.BaseHTTPRequestHandler):
    """Sends what it is asked for a byte at a time, or without end."""

    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        with contextlib.suppress(OSError):  # the other end has had enough
            while not self.server.stopped.wait(0.0 if "endless" in self.path else 0.05):
                self.wfile.write(b"x" * (PIECE if "endless" in self.path else 1))

    def log_message(self, *args):
        pass


@pytest.fixture
def slow_server(monkeypatch):
    here = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Slowly)
    here.stopped = threading.Event()
    thread = threading.Thread(target=here.serve_forever, args=(0.01,))
    thread.start()
    monkeypatch.setattr(urllib.request, "urlopen", real_urlopen)
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    yield f"http://127.0.0.1:{here.server_port}"
    here.stopped.set()
    here.shutdown()
    thread.join()
    here.server_close()


@pytest.mark.parametrize(
    ("path", "words"), [("dripping", "less than 10,000 bytes a second"), ("endless", "more than 1,000,000 bytes")]
)
def test_a_server_that_drips_or_never_ends_is_given_up_and_nothing_is_left(
    slow_server, tmp_path, monkeypatch, path, words
):
    monkeypatch.setattr(_download, "PATIENCE", 0.3)
    target = tmp_path / "there" / "file"
    with pytest.raises(OSError, match=words):
        _download.fetch(f"{slow_server}/{path}", target, md5=32 * "0", at_most=1_000_000)
    assert list(target.parent.iterdir()) == []


def test_without_a_network_no_folder_is_made(tiny_fashion, monkeypatch, tmp_path):
    monkeypatch.setenv("D2LUTIL_DATA", str(tmp_path / "mistyped"))
    for call in (d2l.load_data_fashion_mnist, d2l.load_cifar10):
        with pytest.raises(d2l.DataNotAvailable):
            call(4)
    assert not (tmp_path / "mistyped").exists()


def test_a_full_disk_leaves_the_damaged_file_and_nothing_else(tiny_fashion, raw, server, monkeypatch):
    name = "train-images-idx3-ubyte.gz"
    (server[0] / name).write_bytes(tiny_fashion[1][name])
    (raw / name).write_bytes(b"damaged")
    before = contents(raw)

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(d2l.DataNotAvailable, match="No space left on device"):
        d2l.load_data_fashion_mnist(batch_size=4)
    assert contents(raw) == before


def test_two_processes_that_download_at_once_both_get_the_whole_file(tiny_fashion, server, tmp_path):
    name = "train-images-idx3-ubyte.gz"
    content = tiny_fashion[1][name]
    (server[0] / name).write_bytes(content)
    from torchvision.datasets import FashionMNIST

    address, target = f"{FashionMNIST.mirrors[0]}{name}", tmp_path / "place" / name
    threads = [threading.Thread(target=_download.fetch, args=(address, target, md5(content), 10**6)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert target.read_bytes() == content
    assert [path.name for path in target.parent.iterdir()] == [name]


@pytest.mark.parametrize("name", ["train-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz"])
def test_a_folder_in_a_file_s_place_is_called_one(raw, name):
    (raw / name).unlink()
    (raw / name).mkdir()
    with pytest.raises(d2l.DataNotAvailable, match=re.escape(f"{raw / name} is a folder and could not be downloaded")):
        d2l.load_data_fashion_mnist(batch_size=4)


def test_a_file_that_may_not_be_read_is_an_answer_too(raw, monkeypatch):
    def refused(path):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refused)
    words = "cannot be read (Permission denied) and could not be downloaded"
    with pytest.raises(d2l.DataNotAvailable, match=re.escape(words)):
        d2l.load_data_fashion_mnist(batch_size=4)


def test_the_home_of_nobody_is_an_answer_too(monkeypatch):
    monkeypatch.setenv("D2LUTIL_DATA", "~nosuchuser/data")
    with pytest.raises(d2l.DataNotAvailable, match="D2LUTIL_DATA is '~nosuchuser/data', a home that does not exist"):
        d2l.load_data_fashion_mnist(batch_size=4)


def test_fashion_mnist_comes_in_batches_of_at_least_one(raw):
    with pytest.raises(ValueError, match="batch_size must be at least 1, got 0"):
        d2l.load_data_fashion_mnist(batch_size=0)


def test_the_names_of_the_classes_are_the_books(book):
    assert d2l.get_fashion_mnist_labels(range(10)) == book.get_fashion_mnist_labels(range(10))
    assert d2l.get_fashion_mnist_labels(torch.tensor([9, 0])) == book.get_fashion_mnist_labels([9, 0])


# --- a tiny CIFAR-10, likewise --------------------------------------------------------------------------------------


@pytest.fixture
def tiny_cifar(monkeypatch, tmp_path):
    """The folder with its files in place, and its arrays by name."""
    cifar = pytest.importorskip("torchvision.datasets.cifar", reason="needs torchvision: pip install torchvision")
    folder, arrays = tmp_path / "data" / "cifar-10-batches-py", {}
    folder.mkdir(parents=True)
    random = np.random.default_rng(0)

    def publish(name, entry):
        (folder / name).write_bytes(pickle.dumps(entry))
        return [name, md5((folder / name).read_bytes())]

    def part(name, n):
        labels = random.integers(0, 10, n).tolist()
        arrays[name] = {"data": random.integers(0, 256, (n, 3072), dtype=np.uint8), "labels": labels}
        return publish(name, arrays[name])

    monkeypatch.setattr(cifar.CIFAR10, "train_list", [part(f"data_batch_{k}", 4) for k in range(1, 6)])
    monkeypatch.setattr(cifar.CIFAR10, "test_list", [part("test_batch", 3)])
    name, checksum = publish("batches.meta", {"label_names": list("abcdefghij")})
    monkeypatch.setattr(cifar.CIFAR10, "meta", {"filename": name, "key": "label_names", "md5": checksum})
    monkeypatch.setenv("D2LUTIL_DATA", str(tmp_path / "data"))
    return folder, arrays


def test_cifar10_gives_the_published_images_and_labels(tiny_cifar):
    _, arrays = tiny_cifar
    train, test = d2l.load_cifar10(batch_size=4)
    entries = [arrays[f"data_batch_{k}"] for k in range(1, 6)]
    assert np.array_equal(train.images.flatten(1).numpy(), np.concatenate([entry["data"] for entry in entries]))
    assert train.labels.tolist() == sum((entry["labels"] for entry in entries), [])
    assert np.array_equal(test.images.flatten(1).numpy(), arrays["test_batch"]["data"])
    assert test.labels.tolist() == arrays["test_batch"]["labels"]
    assert repr(train) == "20 images of shape (3, 32, 32) in 5 batches of 4"
    assert (train.shuffle, test.shuffle) == (True, False)


def test_the_test_part_of_cifar10_needs_its_own_files_only(tiny_cifar):
    folder, arrays = tiny_cifar
    for k in range(1, 6):
        (folder / f"data_batch_{k}").unlink()
    test = d2l.load_cifar10(batch_size=4, resize=16, part="test")
    assert test.labels.tolist() == arrays["test_batch"]["labels"]
    assert next(iter(test))[0].shape == (3, 3, 16, 16)


@pytest.mark.parametrize("part", ["both", "test"])
@pytest.mark.parametrize("name", ["test_batch", "batches.meta"])
def test_a_missing_file_of_cifar10_is_named_with_what_to_do(tiny_cifar, name, part):
    folder, _ = tiny_cifar
    (folder / name).unlink()
    with pytest.raises(d2l.DataNotAvailable) as refusal:
        d2l.load_cifar10(batch_size=4, part=part)
    words = str(refusal.value)
    assert words.startswith(f"CIFAR-10: {folder / name} is missing and could not be downloaded (")
    assert f"unpack cifar-10-python.tar.gz into {folder.parent}, or set D2LUTIL_DATA to a folder that holds" in words


@pytest.mark.parametrize("name", ["data_batch_3", "test_batch", "batches.meta"])
def test_a_file_of_cifar10_with_a_wrong_checksum_is_never_unpickled(tiny_cifar, tmp_path, name):
    folder, _ = tiny_cifar
    trace = tmp_path / "unpickled"

    class LeavesATrace:
        def __reduce__(self):
            return trace.touch, ()

    (folder / name).write_bytes(pickle.dumps(LeavesATrace()))
    before = contents(folder)
    with pytest.raises(d2l.DataNotAvailable, match=re.escape(f"{folder / name} is damaged (wrong checksum)")):
        d2l.load_cifar10(batch_size=4)
    assert not trace.exists()
    assert contents(folder) == before
    pickle.loads((folder / name).read_bytes())
    assert trace.exists()  # so it would have left its trace


def test_cifar10_with_one_flipped_bit_is_not_used(tiny_cifar):
    folder, _ = tiny_cifar
    (folder / "test_batch").write_bytes(flipped((folder / "test_batch").read_bytes()))
    with pytest.raises(d2l.DataNotAvailable, match=re.escape("test_batch is damaged (wrong checksum)")):
        d2l.load_cifar10(batch_size=4, part="test")


def test_cifar10_is_downloaded_once_and_unpacked(tiny_cifar, server, monkeypatch, tmp_path):
    folder, arrays = tiny_cifar
    archive = server[0] / "cifar-10-python.tar.gz"
    with tarfile.open(archive, "w:gz") as packed:
        packed.add(folder, "cifar-10-batches-py")
    from torchvision.datasets import CIFAR10, FashionMNIST

    monkeypatch.setattr(CIFAR10, "url", f"{FashionMNIST.mirrors[0]}{archive.name}")
    monkeypatch.setattr(CIFAR10, "tgz_md5", md5(archive.read_bytes()))
    shutil.rmtree(folder)
    train, test = d2l.load_cifar10(batch_size=4)
    assert len(test.images) == len(arrays["test_batch"]["labels"])
    assert server[1] == [archive.name]
    assert {path.name for path in folder.parent.iterdir()} == {"cifar-10-batches-py"}  # nothing else is left
    d2l.load_cifar10(batch_size=4)
    assert server[1] == [archive.name]


def test_an_unknown_part_is_named_with_the_known_ones():
    with pytest.raises(ValueError, match="^unknown part 'train': the parts are 'both' and 'test'$"):
        d2l.load_cifar10(batch_size=4, part="train")


def test_cifar10_comes_in_batches_of_at_least_one(tiny_cifar):
    with pytest.raises(ValueError, match="batch_size must be at least 1, got -1"):
        d2l.load_cifar10(batch_size=-1, part="test")


# --- the real files -------------------------------------------------------------------------------------------------


def test_the_real_fashion_mnist_has_its_sizes_and_equally_many_of_each_class(real_fashion_mnist):
    train, test = d2l.load_data_fashion_mnist(batch_size=256)
    assert (train.images.shape, test.images.shape) == ((60000, 1, 28, 28), (10000, 1, 28, 28))
    assert train.labels.bincount().tolist() == [6000] * 10
    assert test.labels.bincount().tolist() == [1000] * 10


@pytest.mark.parametrize("resize, tolerance", [(None, 0), (64, 1.5 / 255)])  # Pillow rounds what it resizes
def test_a_batch_of_the_real_fashion_mnist_is_the_books(real_fashion_mnist, tmp_path, resize, tolerance):
    from torchvision import transforms
    from torchvision.datasets import FashionMNIST

    shutil.copytree(real_fashion_mnist, tmp_path / "FashionMNIST" / "raw")  # torchvision unpacks there
    steps = [transforms.ToTensor()] if resize is None else [transforms.Resize(resize), transforms.ToTensor()]
    dataset = FashionMNIST(tmp_path, train=False, transform=transforms.Compose(steps), download=True)
    X_book, y_book = next(iter(torch.utils.data.DataLoader(dataset, batch_size=32)))
    X, y = next(iter(d2l.load_data_fashion_mnist(batch_size=32, resize=resize)[1]))
    assert torch.equal(y, y_book)
    torch.testing.assert_close(X, X_book, rtol=0, atol=tolerance)


def test_the_real_cifar10_has_its_sizes_and_equally_many_of_each_class(real_cifar10):
    test = d2l.load_cifar10(batch_size=256, part="test")
    assert test.images.shape == (10000, 3, 32, 32)
    assert test.labels.bincount().tolist() == [1000] * 10


def test_a_batch_of_the_real_cifar10_is_what_torchvision_gives(real_cifar10):
    entry = pickle.loads((real_cifar10 / "test_batch").read_bytes(), encoding="latin1")
    X, y = next(iter(d2l.load_cifar10(batch_size=32, part="test")))
    assert y.tolist() == entry["labels"][:32]
    assert torch.equal(X, torch.tensor(entry["data"][:32]).reshape(32, 3, 32, 32) / 255)


@pytest.mark.slow("reads all of Fashion-MNIST")
def test_the_book_learns_from_the_real_fashion_mnist(real_fashion_mnist, capsys):
    train, test = d2l.load_data_fashion_mnist(batch_size=256)
    some = d2l.Batches(train.images[:8000], train.labels[:8000], batch_size=32, shuffle=True)
    d2l.train_ch6(d2l.lenet(torch.nn.ReLU, torch.nn.MaxPool2d), some, test, 1, 0.1, d2l.try_gpu())
    loss, test_acc = re.search(r"loss ([\d.]+), train acc [\d.]+, test acc ([\d.]+)", capsys.readouterr().out).groups()
    assert float(loss) < 1.8  # guessing has log(10) = 2.3
    assert float(test_acc) > 0.5  # guessing has 0.1
