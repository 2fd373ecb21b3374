"""Comparing and moving what exercises take and return: tensors, numbers, and lists or tuples of them."""

import torch

from ..._arguments import tensor_in_words
from ...compare import compare
from ...i18n import say

__all__ = ["difference", "holds_float32", "holds_floats", "in_float64", "size_of"]


def difference(mine: object, theirs: object, tolerance: float) -> str | None:
    """None if they agree, else a sentence.

    >>> difference((1, torch.zeros(2)), (1, torch.zeros(2)), 1e-4)
    >>> difference("b", "a", 0)
    "Expected is 'a'; yours is 'b'."
    """
    if isinstance(theirs, (list, tuple)) and not _numbers(theirs):
        return _difference_of_parts(mine, theirs, tolerance)
    if isinstance(theirs, (str, bool, type(None))):
        return None if mine == theirs and type(mine) is type(theirs) else _unlike(mine, theirs)
    given, mine = mine, _as_tensor(mine)
    if mine is None:
        return _unlike(given, theirs)
    theirs = torch.as_tensor(theirs)
    if mine.shape == theirs.shape and mine.is_floating_point() and theirs.is_floating_point():
        neither = mine.isnan() & theirs.isnan().to(mine.device)  # nothing is as it should be, but it is the same
        mine, theirs = mine.masked_fill(neither, 0.0), theirs.masked_fill(neither.to(theirs.device), 0.0)
    largest = float(theirs.detach().double().abs().nan_to_num(posinf=0.0).max()) if theirs.numel() else 0.0
    answer = compare(mine, theirs, tolerance * max(1.0, largest))
    if answer:
        return None
    if answer.place is None:
        shapes = tuple(mine.shape), tuple(theirs.shape)
        return say(f"Your result has shape {shapes[0]}; expected is {shapes[1]}.",
                   f"你的结果形状是 {shapes[0]}，应为 {shapes[1]}。")  # fmt: skip
    one, other = f"{mine[answer.place]:g}", f"{theirs[answer.place]:g}"
    if not answer.place:
        return say(f"Yours is {one}; expected is {other}.", f"你的结果是 {one}，应为 {other}。")
    place, most = list(answer.place), f"{answer.largest:g}"
    return say(f"The largest difference is {most}, at {place}: yours {one}, expected {other}.",
               f"最大差值为 {most}，位于 {place}：你的是 {one}，应为 {other}。")  # fmt: skip


def _difference_of_parts(mine: object, theirs: list | tuple, tolerance: float) -> str | None:
    if isinstance(mine, torch.Tensor) and mine.dim():
        mine = list(mine)
    if not isinstance(mine, (list, tuple)):
        return _unlike(mine, theirs)
    if len(mine) != len(theirs):
        return say(f"Expected are {len(theirs)} parts; yours has {len(mine)}.",
                   f"应有 {len(theirs)} 个部分，你给了 {len(mine)} 个。")  # fmt: skip
    for number, (one, other) in enumerate(zip(mine, theirs, strict=True)):
        if complaint := difference(one, other, tolerance):
            return say(f"Part {number + 1}: {complaint}", f"第 {number + 1} 部分：{complaint}")
    return None


def _numbers(parts: list | tuple) -> bool:
    return all(isinstance(part, (int, float)) and not isinstance(part, bool) for part in parts)


def _as_tensor(value: object) -> torch.Tensor | None:
    if isinstance(value, (str, bytes, type(None), torch.nn.Module)) or callable(value):
        return None
    try:
        return torch.as_tensor(value)
    except (TypeError, ValueError, RuntimeError):
        return None


def _unlike(mine: object, theirs: object) -> str:
    expected, given = _kind(theirs), _kind(mine)
    return say(f"Expected is {expected}; yours is {given}.", f"应为 {expected}，你的是 {given}。")


def _kind(value: object) -> str:
    if isinstance(value, torch.Tensor):
        return tensor_in_words(value)
    if isinstance(value, (str, bool, int, float, type(None))):
        return repr(value)
    name = type(value).__name__
    return say(f"a {name} of {len(value)}", f"长度为 {len(value)} 的 {name}") if hasattr(value, "__len__") else name


def size_of(case: object) -> float:
    """How much there is to look at: cells of tensors, and the size of numbers counted a little."""
    if isinstance(case, torch.Tensor):
        return case.numel()
    if isinstance(case, (list, tuple)):
        return sum(map(size_of, case))
    return min(abs(case), 1000) / 10 if isinstance(case, (int, float)) else 1.0


def holds_floats(case: tuple) -> bool:
    """Whether the case holds floating-point tensors (also in lists), and no network or function, which might keep a
    type or a device inside."""
    kinds = [_holds(value) for value in case]
    return "float" in kinds and "code" not in kinds


def _holds(value: object) -> str:
    if isinstance(value, torch.Tensor):
        return "float" if value.is_floating_point() else ""
    if isinstance(value, (list, tuple)):
        inner = {_holds(part) for part in value}
        return "code" if "code" in inner else "float" if "float" in inner else ""
    return "code" if callable(value) else ""


def holds_float32(value: object) -> bool:
    """Whether a result has a float32 tensor in it."""
    if isinstance(value, (list, tuple)):
        return any(map(holds_float32, value))
    return isinstance(value, torch.Tensor) and value.dtype == torch.float32


def in_float64(value: object) -> object:
    """The same with every floating-point tensor in float64."""
    if isinstance(value, torch.Tensor) and value.is_floating_point():
        return value.double()
    return type(value)(map(in_float64, value)) if isinstance(value, (list, tuple)) else value
