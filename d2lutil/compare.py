"""Are two results the same? Answered in a sentence."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch

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
    theirs : the result to hold it against
    tolerance : the largest difference that still counts as the same, in the results' own unit

    Returns
    -------
    Comparison : true if the shapes are equal and no number differs by more than ``tolerance``

    Raises
    ------
    TypeError
        If one of them is neither a tensor nor a number nor a list of numbers.

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
    mine, theirs = _as_tensor(mine), _as_tensor(theirs)
    if mine.shape != theirs.shape:
        shapes = tuple(mine.shape), tuple(theirs.shape)
        words = say("different shapes: {} against {}", "形状不同：前者为 {}，后者为 {}").format(*shapes)
        return Comparison(False, words)
    difference = torch.where(mine == theirs, 0.0, (mine - theirs).abs())  # two infinities are the same
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
    if not isinstance(value, (torch.Tensor, int, float, list, tuple)):
        raise TypeError(f"compare takes tensors or numbers, got {type(value).__name__}")
    return torch.as_tensor(value).detach().cpu().double()
