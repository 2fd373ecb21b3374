"""The data classes of the book's edition 1.0: a :class:`DataModule` knows its batches."""

from collections.abc import Sequence
from os import PathLike
from typing import Any

import torch
from torch.utils.data import DataLoader, TensorDataset

from ..data import Batches, data_folder, get_fashion_mnist_labels, load_data_fashion_mnist
from ..plots import show_images
from ..shapes import Size
from .hyperparameters import HyperParameters

__all__ = ["DataModule", "FashionMNIST"]


class DataModule(HyperParameters):
    """Data that give their batches: ``get_dataloader(train)`` is for subclasses to write.

    ``root`` and ``num_workers`` are kept for data that want them.
    """

    def __init__(self, root: str | PathLike = "../data", num_workers: int = 4):
        self.save_hyperparameters()

    def get_dataloader(self, train: bool) -> Any:
        """The batches to train on, or those to validate with."""
        raise NotImplementedError(f"{type(self).__name__} has no method get_dataloader(train)")

    def train_dataloader(self) -> Any:
        return self.get_dataloader(train=True)

    def val_dataloader(self) -> Any:
        return self.get_dataloader(train=False)

    def get_tensorloader(
        self, tensors: Sequence[torch.Tensor], train: bool, indices: Any = slice(0, None)
    ) -> DataLoader:
        """A ``DataLoader`` over tensors that belong together, in batches of ``self.batch_size``."""
        return DataLoader(TensorDataset(*(tensor[indices] for tensor in tensors)), self.batch_size, shuffle=train)


class FashionMNIST(DataModule):
    """Fashion-MNIST in memory: :func:`load_data_fashion_mnist` under the book's name.

    Parameters
    ----------
    batch_size : images in a batch
    resize : the height and width that the images are brought to, batch by batch

    ``train`` and ``val`` are its 60,000 and 10,000 examples: pairs of an image and its class.

    Raises
    ------
    DataNotAvailable, ValueError
        As :func:`load_data_fashion_mnist`.
    """

    def __init__(self, batch_size: int = 64, resize: Size = (28, 28)):
        super().__init__(root=data_folder(), num_workers=0)
        self.save_hyperparameters()
        as_they_are = resize in (28, (28, 28), [28, 28])
        self.train, self.val = map(_Examples, load_data_fashion_mnist(batch_size, None if as_they_are else resize))

    def text_labels(self, indices: torch.Tensor | Sequence[int]) -> list[str]:
        """The names of the classes with these numbers."""
        return get_fashion_mnist_labels(indices)

    def get_dataloader(self, train: bool) -> Batches:
        """All images, a batch at a time; to train on, in a new order each time."""
        all_of_them = (self.train if train else self.val).batches
        return Batches(all_of_them.images, all_of_them.labels, self.batch_size, train, all_of_them.resize)

    def visualize(
        self, batch: Sequence[torch.Tensor], nrows: int = 1, ncols: int = 8, labels: Sequence[str] = ()
    ) -> None:
        """The images of a batch, with the names of their classes or with these labels."""
        X, y = batch
        show_images(X.squeeze(1), nrows, ncols, titles=list(labels) or self.text_labels(y))


class _Examples:
    """The images of some batches one by one: ``examples[i]`` is (image, class)."""

    def __init__(self, batches: Batches):
        self.batches = batches

    def __len__(self) -> int:
        return len(self.batches.labels)

    def __getitem__(self, i: int) -> tuple[torch.Tensor, int]:
        image, label = self.batches.images[i], self.batches.labels[i]
        ((X, y),) = Batches(image[None], label[None], 1, resize=self.batches.resize)
        return X[0], int(y)
