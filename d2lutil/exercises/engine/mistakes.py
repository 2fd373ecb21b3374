"""Mistakes and how they are recognised.

A mistake is known by a program that makes it: a reader whose function gives the same wrong results on every case makes
the same mistake. What can be seen from the results alone, whatever the exercise (a transposed output, one row short),
is recognised by :func:`seen_in`.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import torch

from ...i18n import say

__all__ = ["Mistake", "seen_in"]


@dataclass(frozen=True)
class Mistake:
    """A name for tests, what to tell the reader, and a function that makes the mistake.

    >>> flipped = KERNEL_FLIPPED.made_by(lambda X, K: X)
    >>> flipped.name
    'kernel flipped'
    """

    name: str
    en: str
    zh: str
    wrong: Callable | None = None

    def made_by(self, wrong: Callable) -> "Mistake":
        """The same mistake, made by this function."""
        return replace(self, wrong=wrong)

    def filled_in(self, **words: str) -> "Mistake":
        """The same mistake with the words in braces replaced."""
        return replace(self, en=self.en.format(**words), zh=self.zh.format(**words))

    def words(self) -> str:
        return say(self.en, self.zh)


# Mistakes that several exercises know.
KERNEL_FLIPPED = Mistake(
    "kernel flipped",
    "The kernel is rotated by 180 degrees, as in a convolution. This exercise uses it without rotation.",
    "卷积核被旋转了 180 度，那是卷积。这道题里卷积核不旋转。",
)
KERNEL_NOT_FLIPPED = Mistake(
    "kernel not flipped",
    "The kernel is not rotated. This exercise needs it rotated by 180 degrees first.",
    "卷积核没有旋转。这道题要先把它旋转 180 度。",
)
KERNEL_TRANSPOSED = Mistake(
    "kernel transposed",
    "The kernel is transposed. A rotation by 180 degrees reverses both axes and does not exchange them.",
    "卷积核被转置了。旋转 180 度是把两个轴都反向，并不交换两个轴。",
)
ONE_ROW_SHORT = Mistake(
    "one row short",
    "The last position is missing: from 0 to n - k, both included, there are n - k + 1 positions.",
    "少了最后一个位置：从 0 到 n - k（两端都算）共有 n - k + 1 个位置。",
)
PADDING_ONCE = Mistake(
    "padding counted once",
    "The padding is counted once. PyTorch's argument is the padding per side, and an axis has two sides.",
    "填充只算了一次。PyTorch 的参数是每一侧的填充，而一条轴有两侧。",
)
MEAN_OVER_PADDING = Mistake(
    "mean over the padded zeros",
    "The padded zeros are counted in the mean. Divide by the number of pixels of the image in the window.",
    "求平均时把填充的零也算进去了。应当除以窗口内图像像素的个数。",
)
STRIDE_ON_ONE_AXIS = Mistake(
    "stride on one axis",
    "The stride is applied along one axis only.",
    "步幅只用在了一条轴上。",
)
CHANNELS_SUMMED_FIRST = Mistake(
    "channels summed before weighting",
    "The input channels are summed before they meet their weights. Each channel has its own kernel; the sum comes after.",
    "输入通道在乘权重之前就相加了。每个通道有自己的卷积核，应当先各自做互相关，再相加。",
)
BIAS_PER_PIXEL = Mistake(
    "bias per pixel",
    "The bias is counted for every pixel. There is one bias for each output channel, shared by all positions.",
    "给每个像素都算了一个偏置。每个输出通道只有一个偏置，所有位置共用。",
)
BIAS_FORGOTTEN = Mistake(
    "bias forgotten",
    "The bias is missing: one for each output channel.",
    "漏掉了偏置：每个输出通道有一个。",
)

# Mistakes that are recognised in every exercise; the engine and `seen_in` know how.
NOTHING_RETURNED = Mistake(
    "nothing returned",
    "Your function returns nothing. Is a `return` missing?",
    "你的函数什么也没有返回。是不是漏了 `return`？",
)
OTHER_ARGUMENTS = Mistake(
    "other arguments", "Your function takes other arguments than the exercise.", "你的函数的参数与题目给的不一样。"
)
UNREADABLE = Mistake(
    "unreadable",
    "Your answer cannot be examined ({reason}).",
    "你的答案无法检查（{reason}）。",
)
NOT_A_FUNCTION = Mistake(
    "not a function",
    "Hand over the function itself, without calling it: `check(name)`, not `check(name(...))`.",
    "请把函数本身交给检查，不要调用它：写 `check(name)`，不要写 `check(name(...))`。",
)
AN_ERROR = Mistake("an error", "", "")
ENDLESS = Mistake("endless loop", "", "")
INPUT_CHANGED = Mistake(
    "input changed",
    "Your function changes its input ({names}), which the caller may still need: work on a copy, or build a new tensor.",
    "你的函数改动了输入（{names}），而调用者可能还要用它。请在副本上计算，或者新建一个张量。",
)
ONLY_SQUARE = Mistake(
    "only square",
    "It is right for square inputs only. Are rows and columns mixed up somewhere?",
    "只有输入是正方形时才正确。是不是有哪里把行和列弄混了？",
)
ONLY_FLOAT32 = Mistake(
    "only float32",
    "Your function works in float32 only: given float64, it fails or returns float32. To serve every type, give new tensors the type of "
    "the input, as in `torch.zeros(..., dtype=X.dtype)` or `X.new_zeros(...)`.",
    "你的函数只适用于 float32：输入换成 float64，它会出错，或者仍然返回 float32。要适用于各种类型，新建张量时请沿用输入的类型，例如 "
    "`torch.zeros(..., dtype=X.dtype)` 或 `X.new_zeros(...)`。",
)
ONLY_CPU = Mistake(
    "only CPU",
    "Your function works on the CPU only. To work on a GPU too, stay with torch's tensors (NumPy's live on the CPU), and create new ones "
    "on the device of the input, as in `torch.zeros(..., device=X.device)` or `X.new_zeros(...)`.",
    "你的函数只能在 CPU 上运行。要在 GPU 上也能用，请始终使用 torch 的张量（NumPy 的数组只能放在 CPU 上），并在输入所在的设备上新建张量，例如 "
    "`torch.zeros(..., device=X.device)` 或 `X.new_zeros(...)`。",
)
PYTHON_LOOP = Mistake(
    "Python loop",
    "The results are right, but the exercise asks for no Python loop.",
    "结果是对的，但本题要求不用 Python 循环。",
)
NOT_ALLOWED = Mistake(
    "not allowed",
    "The results are right, but the exercise asks you to do without something that you use.",
    "结果是对的，但你用到了本题要求不用的东西。",
)
TRANSPOSED = Mistake(
    "transposed",
    "Rows and columns are exchanged: yours is the transpose of what is expected.",
    "行和列交换了：你的结果是正确结果的转置。",
)
SIGN_REVERSED = Mistake("sign reversed", "Every sign is reversed.", "所有的正负号都反了。")
ONE_TOO_MANY = Mistake("one too many", "Always one too many.", "结果总是多 1。")
ONE_TOO_FEW = Mistake("one too few", "Always one too few.", "结果总是少 1。")
EXTRA_AXES = Mistake(
    "axes of size one",
    "The numbers are right, but there is an axis of size 1 too many or too few.",
    "数值是对的，但多了或少了长度为 1 的轴。",
)
SIZE_OFF = Mistake("size off by one", "", "")
SCALED = Mistake("scaled", "", "")


def seen_in(pairs: list[tuple[object, object]]) -> Mistake | None:
    """The mistake that (result, expected) show in all failing cases alike, or None.

    >>> seen_in([(torch.tensor([1.0, -2.0]), torch.tensor([-1.0, 2.0]))]).name
    'sign reversed'
    >>> seen_in([(4, 3), (8, 7)]).name
    'one too many'
    """
    distances = [mine - theirs for mine, theirs in pairs if type(mine) is int and type(theirs) is int]
    if len(distances) == len(pairs):
        return {1: ONE_TOO_MANY, -1: ONE_TOO_FEW}.get(distances[0]) if len(set(distances)) == 1 else None
    tensors = [
        (mine.detach().cpu().double(), theirs.detach().cpu().double())
        for mine, theirs in pairs
        if isinstance(mine, torch.Tensor) and isinstance(theirs, torch.Tensor) and not mine.is_complex()
    ]
    if len(tensors) < len(pairs):
        return None
    if all(mine.dim() == 2 and _close(mine.T, theirs) for mine, theirs in tensors):
        return TRANSPOSED
    if all(mine.shape != theirs.shape and _close(mine.squeeze(), theirs.squeeze()) for mine, theirs in tensors):
        return EXTRA_AXES
    if all(mine.shape == theirs.shape for mine, theirs in tensors):
        return SIGN_REVERSED if all(_close(-mine, theirs) for mine, theirs in tensors) else _scaled(tensors)
    return _size_off(tensors)


def _close(one: torch.Tensor, other: torch.Tensor) -> bool:
    return one.shape == other.shape and torch.allclose(one, other, rtol=1e-4, atol=1e-4)


def _scaled(pairs: list[tuple[torch.Tensor, torch.Tensor]]) -> Mistake | None:
    """One factor for all, as of a mean taken for a sum."""
    mine, theirs = pairs[0]
    place = theirs.abs().flatten().argmax() if theirs.numel() else None
    if place is None or not mine.flatten()[place]:
        return None
    factor = float(mine.flatten()[place] / theirs.flatten()[place])
    if abs(factor - 1) < 1e-3 or not all(_close(mine, factor * theirs) for mine, theirs in pairs):
        return None
    return replace(
        SCALED,
        en=f"Everything is {factor:.4g} times as large as it should be.",
        zh=f"所有的数都是正确值的 {factor:.4g} 倍。",
    )


def _size_off(pairs: list[tuple[torch.Tensor, torch.Tensor]]) -> Mistake | None:
    """The same number of rows or columns too many in every case."""
    if any(mine.dim() != theirs.dim() or mine.dim() < 1 for mine, theirs in pairs):
        return None
    off = {tuple(m - t for m, t in zip(mine.shape, theirs.shape, strict=True)) for mine, theirs in pairs}
    if len(off) != 1 or not all(abs(d) <= 1 for d in next(iter(off))):
        return None
    sizes = next(iter(off))
    axes = [axis for axis, distance in enumerate(sizes) if distance]
    distances = {sizes[axis] for axis in axes}
    if len(distances) != 1:
        return None
    names = " and ".join(f"axis {axis}" for axis in axes), "、".join(f"轴 {axis}" for axis in axes)
    short = distances == {-1}
    return replace(
        SIZE_OFF,
        en=f"The output is one {'short' if short else 'too long'} along {names[0]}.",
        zh=f"输出沿{names[1]} {'少' if short else '多'}了 1。",
    )
