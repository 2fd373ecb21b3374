"""Are two results the same? Answered in a sentence."""

import reprlib
from collections.abc import Sequence
from dataclasses import dataclass

import torch

from ._arguments import fits
from .i18n import say

__all__ = ["Comparison", "compare"]


@dataclass(frozen=True)
class Comparison:
    """The answer of :func:`compare`: true or false where a condition is asked for, a sentence where it is shown."""

    same: bool
    words: str
    place: tuple[int, ...] | None = None  # where the difference is largest, if the shapes are the same
    largest: float = 0.0

    def __bool__(self) -> bool:
        return self.same

    def __repr__(self) -> str:
        return self.words


def compare(
    mine: torch.Tensor | float | Sequence[float] | None,
    theirs: torch.Tensor | float | Sequence[float],
    tolerance: float = 1e-5,
) -> Comparison:
    """Whether two results agree, and if not, where they differ most.

    Parameters
    ----------
    mine : the result in question; None (what an exercise's empty stub returns) counts as not attempted
    theirs : the result to hold it against; both may be tensors, numbers (complex ones as well), NumPy arrays, or lists
    tolerance : the largest difference that still counts as the same, in the results' own unit; at least 0

    Returns
    -------
    Comparison : true if the shapes are equal and no number differs by more than ``tolerance``

    Raises
    ------
    TypeError
        If one of them is neither a tensor nor a number nor a list of numbers.
    ValueError
        If the tolerance is negative or not a number.

    Examples
    --------
    >>> from d2lutil import use_language
    >>> use_language("en")
    >>> compare(torch.tensor([1.0, 2.0]), torch.tensor([1.0, 2.5]))
    different: the largest difference is 0.5, at [1]: 2 against 2.5
    >>> compare(torch.zeros(2, 3), torch.zeros(3, 2))
    different shapes: (2, 3) against (3, 2)
    >>> bool(compare(0.1 + 0.2, 0.3))
    True
    """
    if mine is None:
        return Comparison(False, say("not attempted yet", "尚未作答"))
    if not fits(float, tolerance) or not tolerance >= 0:
        raise ValueError(
            say(f"tolerance must be at least 0, got {tolerance}", f"tolerance 不能小于 0，得到 {tolerance}")
        )
    mine, theirs = _as_tensor(mine), _as_tensor(theirs)
    if mine.dtype != theirs.dtype:
        both = torch.promote_types(mine.dtype, theirs.dtype)
        mine, theirs = mine.to(both), theirs.to(both)
    if mine.shape != theirs.shape:
        shapes = tuple(mine.shape), tuple(theirs.shape)
        words = say("different shapes: {} against {}", "形状不同：前者为 {}，后者为 {}").format(*shapes)
        return Comparison(False, words)
    difference = torch.where(mine == theirs, 0.0, (mine - theirs).abs().double())  # two infinities are the same
    if not difference.numel() or difference.max() <= tolerance:
        shape = tuple(mine.shape)
        what = say(f"shape {shape}", f"形状均为 {shape}") if shape else say(f"{theirs:g}", f"均为 {theirs:g}")
        return Comparison(
            True, say(f"the same: {what}, to within {tolerance:g}", f"相同：{what}，相差不超过 {tolerance:g}")
        )
    place = _unravel(int(torch.nan_to_num(difference, nan=torch.inf).argmax()), difference.shape)
    most = f"{difference[place]:g}"
    where = say(f", at {list(place)}", f"（在 {list(place)} 处）") if place else ""
    one, other = f"{mine[place]:g}", f"{theirs[place]:g}"
    return Comparison(
        False,
        say(
            f"different: the largest difference is {most}{where}: {one} against {other}",
            f"不同：最大相差 {most}{where}，前者为 {one}，后者为 {other}",
        ),
        place,
        float(difference[place]),
    )


def _unravel(position: int, shape: Sequence[int]) -> tuple[int, ...]:
    """The indices of a place in the flattened tensor (torch.unravel_index would import sympy, which takes seconds)."""
    place = []
    for size in reversed(shape):
        position, index = divmod(position, size)
        place.append(index)
    return tuple(reversed(place))


def _as_tensor(value: object) -> torch.Tensor:
    """In 64 bits, whole numbers as such: above 2**53 a float would take neighbours for the same."""
    try:
        if not isinstance(value, (torch.Tensor, int, float, complex, list, tuple)) and not hasattr(value, "__array__"):
            raise TypeError
        tensor = torch.as_tensor(value).detach().cpu()
        return tensor.to(_widest(tensor.dtype))
    except (TypeError, ValueError, RuntimeError, OverflowError) as reason:
        kind = type(value).__name__
        raise TypeError(
            say(f"compare takes tensors, numbers and lists of numbers, got a {kind}: {reprlib.repr(value)}",
                f"compare 接受张量、数和由数组成的列表，得到 {kind}：{reprlib.repr(value)}")
        ) from reason  # fmt: skip


def _widest(kind: torch.dtype) -> torch.dtype:
    return torch.complex128 if kind.is_complex else torch.float64 if kind.is_floating_point else torch.int64
