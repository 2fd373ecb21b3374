"""Random inputs for exercises, the same ones on every run."""

import random
from collections.abc import Sequence
from typing import TypeVar

import torch

__all__ = ["Draw"]

Option = TypeVar("Option")


class Draw:
    """Draws sizes and tensors from one seed, without touching anybody else's random numbers.

    Tensors hold small whole numbers, so that a failing case can be checked by hand.

    >>> draw = Draw(seed=1)
    >>> 2 <= draw.size(2, 5) <= 5
    True
    >>> draw.tensor(2, 3).shape
    torch.Size([2, 3])
    """

    def __init__(self, seed: int):
        self._random = random.Random(seed)
        self._torch = torch.Generator().manual_seed(seed)

    def size(self, low: int, high: int) -> int:
        """A whole number from low to high, both included."""
        return self._random.randint(low, high)

    def sizes(self, low: int, high: int) -> tuple[int, int]:
        """Rows and columns. One pair in three is square, so that code for squares only is found out as such."""
        rows = self.size(low, high)
        return (rows, rows) if self._random.random() < 1 / 3 else (rows, self.size(low, high))

    def choice(self, options: Sequence[Option]) -> Option:
        """One of the options."""
        return self._random.choice(options)

    def tensor(self, *shape: int, low: int = -4, high: int = 4) -> torch.Tensor:
        """A float32 tensor of whole numbers from low to high, both included."""
        return torch.randint(low, high + 1, shape, generator=self._torch).float()

    def normal(self, *shape: int) -> torch.Tensor:
        """A float32 tensor of normally distributed numbers, rounded to one decimal so that they stay readable."""
        return (torch.randn(shape, generator=self._torch) * 10).round() / 10
