"""Tables of numbers, as the explorers' traits take them."""

import math
from typing import TYPE_CHECKING, Any

import torch
import traitlets
from numpy.typing import ArrayLike

__all__ = ["Rows", "Table", "table"]

Rows = list[list[float]]
# Older traitlets take no types in brackets when the program runs: hence this, and "traitlets.List[...]" in quotes.
if TYPE_CHECKING:
    TableTrait = traitlets.TraitType[Rows, ArrayLike]
else:
    TableTrait = traitlets.TraitType


def table(value: ArrayLike, name: str, limit: float = math.inf) -> Rows:
    """A tensor, an array or nested lists as rows of floats.

    Parameters
    ----------
    value : (rows, columns), none of them 0
    name : what the error calls it
    limit : the largest absolute value of a number

    Raises
    ------
    traitlets.TraitError
        If it is anything else, or a number is not finite or beyond the limit; with the value in the message.

    Examples
    --------
    >>> table(torch.eye(2), "kernel")
    [[1.0, 0.0], [0.0, 1.0]]
    >>> table([[1, 2], [3]], "kernel")
    Traceback (most recent call last):
        ...
    traitlets.traitlets.TraitError: kernel must be a table of finite numbers, got [[1, 2], [3]]
    """
    try:
        # What is imaginary would be dropped in silence.
        imaginary = "complex" in str(getattr(value, "dtype", ""))
        numbers = torch.empty(0) if imaginary else torch.as_tensor(value, dtype=torch.float64)
    except (TypeError, ValueError, RuntimeError):  # no numbers, or rows of different lengths
        numbers = torch.empty(0)
    if numbers.dim() != 2 or not numbers.numel() or not (numbers.isfinite() & (numbers.abs() <= limit)).all():
        kind = "finite numbers" if limit == math.inf else f"numbers from -{limit:,.0f} to {limit:,.0f}"
        raise traitlets.TraitError(f"{name} must be a table of {kind}, got {value!r}")
    return numbers.tolist()


class Table(TableTrait):
    """A trait that takes what :func:`table` takes, and keeps rows of floats. ``optional=True`` takes nothing, too."""

    info_text = "a table of numbers"

    def __init__(self, limit: float = math.inf, *, optional: bool = False):
        super().__init__([] if optional else [[0.0]])
        self.limit, self.optional = limit, optional

    def validate(self, obj: Any, value: Any) -> Rows:
        if self.optional and hasattr(value, "__len__") and not len(value):
            return []
        return table(value, str(self.name), self.limit)
