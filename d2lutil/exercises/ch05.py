"""Exercises of chapter 05: padding, stride, dilation."""

import math
import warnings

import torch
import torch.nn.functional as F
from torch import nn

import d2lutil as d2l

from .engine import choice, exercise, prediction
from .engine.mistakes import BIAS_FORGOTTEN, KERNEL_FLIPPED, PADDING_ONCE, STRIDE_ON_ONE_AXIS, Mistake


def one_axis(draw):
    """(n, kernel, padding, stride, dilation) such that the window fits."""
    kernel, padding, stride, dilation = draw.size(1, 4), draw.size(0, 3), draw.size(1, 4), draw.size(1, 3)
    least = max(1, dilation * (kernel - 1) + 1 - 2 * padding)
    return least + draw.size(0, 8), kernel, padding, stride, dilation


ROUNDED = Mistake(
    "rounded instead of floored",
    "The number of steps has to be rounded down: after part of a step, the window would reach beyond the padded input.",
    "步数要向下取整：剩下的不足一步时，再走一步，窗口就会伸到填充后的输入之外。",
)


@exercise(
    effort="warm-up",
    en="""
        Write the formula of section 6 from memory, without `d2l`. In all the exercises, padding is counted per side, as PyTorch counts it.
    """,
    zh="""
        凭记忆写出第 6 节的公式，不用 `d2l`。本题和以下各题里，填充都指每一侧，与 PyTorch 的约定相同。
    """,
    case=one_axis,
    truth=lambda n, k, p, s, d: F.conv1d(torch.zeros(1, 1, n), torch.zeros(1, 1, k), None, s, p, d).shape[-1],
    hints=[
        (
            "Answer three questions: how long is the padded axis, how much of it does the window cover, and how far can the window still move?",
            "回答三个问题：填充后这条轴有多长？窗口盖住其中多少？还能移动多远？",
        ),
        (
            "The padded axis has length n + 2p, and the window covers d(k - 1) + 1 of it. Over the rest, the window moves in steps of s.",
            "填充后的轴长 n + 2p，窗口盖住其中的 d(k - 1) + 1，在剩下的部分里，窗口每步移动 s。",
        ),
        (
            "Only whole steps count: use `//`. The first position needs no step, so add 1 at the end.",
            "只算整步，用 `//`。第一个位置不用走，所以最后加 1。",
        ),
    ],
    mistakes=[
        PADDING_ONCE.made_by(lambda n, k, p, s, d: (n + p - d * (k - 1) - 1) // s + 1),
        ROUNDED.made_by(lambda n, k, p, s, d: round((n + 2 * p - d * (k - 1) - 1) / s) + 1),
        ROUNDED.made_by(lambda n, k, p, s, d: math.floor((n + 2 * p - d * (k - 1) - 1) / s + 0.5) + 1),
        ROUNDED.made_by(lambda n, k, p, s, d: math.ceil((n + 2 * p - d * (k - 1) - 1) / s) + 1),
        Mistake(
            "dilation ignored",
            "The dilation is missing. A kernel of size k with dilation d covers d(k - 1) + 1 pixels.",
            "没有考虑膨胀率。大小为 k、膨胀率为 d 的卷积核盖住 d(k - 1) + 1 个像素。",
            lambda n, k, p, s, d: (n + 2 * p - k) // s + 1,
        ),
        Mistake(
            "dilation once too often",
            "You let the kernel cover d·k pixels. Between k entries there are only k - 1 distances, so it covers d(k - 1) + 1.",
            "你让卷积核盖住了 d·k 个像素。k 个元素之间只有 k - 1 段距离，盖住的是 d(k - 1) + 1 个像素。",
            lambda n, k, p, s, d: (n + 2 * p - d * k) // s + 1,
        ),
        Mistake(
            "stride applied first",
            "You divide the input by the stride and subtract the window afterwards. First subtract what the window covers, then count the steps.",
            "你先把输入除以步幅，再减去窗口。应当先减去窗口盖住的部分，再数能走几步。",
            lambda n, k, p, s, d: (n + 2 * p) // s - d * (k - 1),
        ),
        Mistake(
            "places divided by the stride",
            "You divide the number of positions at stride 1 by the stride. The first position is always there; only the distance after it is divided.",
            "你把步幅为 1 时的位置数除以了步幅。第一个位置总是有的，要除以步幅的，只是在它之后能移动的距离。",
            lambda n, k, p, s, d: (n + 2 * p - d * (k - 1)) // s,
        ),
    ],
    without=("d2l",),
)
def output_size(n: int, k: int, p: int, s: int, d: int) -> int:
    """Size of the output along one axis: input n, kernel k, padding p per side, stride s, dilation d.

    zh: 一条轴上输出的大小：输入 n，卷积核 k，每侧填充 p，步幅 s，膨胀率 d。

    >>> output_size(8, 5, 1, 4, 1)
    2
    """
    # From its first position, the window can move this far.
    # zh: # 从第一个位置起，窗口还能移动这么远。
    room = n + 2 * p - (d * (k - 1) + 1)
    # Only whole steps count; the first position needs none.
    # zh: # 只算整步；第一个位置不用走。
    return room // s + 1


def work(rows, columns, full_rows, full_columns):
    return [rows, columns, rows * columns * 15, full_rows * full_columns * 15]


@prediction(
    en=r"""
        An $8\times 8$ image, kernel (3, 5), padding (0, 1). Each output takes one multiplication for each entry of the kernel, and multiplications by
        zeros of the padding count as well. Work out on paper, in this order: how many rows, columns and multiplications there are at stride (3, 4), and
        how many multiplications at stride 1.
    """,
    zh=r"""
        $8\times 8$ 的图像，卷积核 (3, 5)，填充 (0, 1)。每算一个输出，卷积核的每个元素都要做一次乘法，乘以填充的零也算在内。
        请在纸上依次算出：步幅 (3, 4) 时输出的行数、列数、乘法次数，以及步幅 1 时的乘法次数。
    """,
    hints=[
        (
            "Take one axis at a time, and compute it twice: with its stride, and with stride 1.",
            "一次只看一条轴，每条轴算两遍：一遍用给定的步幅，一遍用步幅 1。",
        ),
        (
            "At stride 1 there are 8 - 3 + 1 rows and 8 + 2 - 5 + 1 columns. Each output takes 3·5 multiplications.",
            "步幅为 1 时有 8 - 3 + 1 行、8 + 2 - 5 + 1 列。每个输出要做 3·5 次乘法。",
        ),
    ],
    because=(
        "2·2 outputs of 15 multiplications each make 60; at stride 1, 6·6 outputs make 540. So the strides leave a ninth of the work. The product 3·4 "
        "suggests a twelfth, but the first position on each axis is always computed. On a large image, the factor comes close to 12.",
        "2·2 个输出，每个 15 次乘法，共 60 次；步幅为 1 时有 6·6 个输出，共 540 次。计算量是原来的九分之一。按 3·4 来算，会以为是十二分之一，"
        "但每条轴上的第一个位置总是要算的。图像很大时，倍数才接近 12。",
    ),
    mistakes=[
        Mistake(
            "strides times",
            "The factor need not be 3·4, because sizes are rounded down. Count the multiplications at stride 1 as well.",
            "倍数不一定是 3·4，因为大小要向下取整。步幅 1 时的乘法次数也请数一数。",
            lambda: [2, 2, 60, 720],
        ),
        Mistake(
            "divided by the strides",
            "You divide 540 by 3·4. Count the positions instead: steps are rounded down, and the first position needs no step.",
            "你直接用 540 除以 3·4。请数一数有几个位置：步数要向下取整，而第一个位置不用走。",
            lambda: [2, 2, 45, 540],
        ),
        Mistake(
            "kernel forgotten",
            "Your last two numbers are numbers of outputs. Each output takes as many multiplications as the kernel has entries.",
            "你的后两个数是输出的个数。每个输出要做的乘法，与卷积核的元素一样多。",
            lambda: [2, 2, 4, 36],
        ),
        Mistake(
            "padding counted once",
            "The padding is counted once. The 1 stands for one column on the left and one on the right.",
            "填充只算了一次。这里的 1 表示左边一列，右边也有一列。",
            lambda: work(2, 2, 6, 5),
        ),
        Mistake(
            "padding ignored",
            "The padding of the columns is missing: with the padding there are 8 + 2 columns.",
            "漏掉了列方向的填充：填充后一共有 8 + 2 列。",
            lambda: work(2, 1, 6, 4),
        ),
        Mistake(
            "rounded instead of floored",
            "The number of steps has to be rounded down: a window that reaches beyond the padded image has no output.",
            "步数要向下取整：伸到填充后的图像之外的窗口，没有输出。",
            lambda: work(3, 2, 6, 6),
        ),
        Mistake(
            "rounded instead of floored",
            "The number of steps has to be rounded down: a window that reaches beyond the padded image has no output.",
            "步数要向下取整：伸到填充后的图像之外的窗口，没有输出。",
            lambda: work(3, 3, 6, 6),
        ),
    ],
)
def work_saved() -> list[int]:
    """a list of four whole numbers

    zh: 由四个整数组成的列表
    """
    X, K = torch.zeros(1, 1, 8, 8), torch.zeros(1, 1, 3, 5)
    strided = F.conv2d(X, K, padding=(0, 1), stride=(3, 4))[0, 0]
    full = F.conv2d(X, K, padding=(0, 1))[0, 0]
    # Each output takes one multiplication for each kernel entry.
    # zh: # 每算一个输出，卷积核的每个元素都要做一次乘法。
    return [*strided.shape, strided.numel() * K.numel(), full.numel() * K.numel()]


def same_by_torch(kernel, dilation):
    """How far kernels with a single 1, at the first or at the last position, move a row of ones under padding="same"."""
    first_and_last = torch.eye(kernel)[[0, -1], None]
    with warnings.catch_warnings():  # PyTorch may warn that it has to make a padded copy
        warnings.simplefilter("ignore")
        moved = F.conv1d(torch.ones(1, 1, 60), first_and_last, padding="same", dilation=dilation)[0]
    return tuple((moved == 0).sum(1).tolist())


@exercise(
    en="""
        Which padding keeps the size at stride 1, for a kernel of any size and dilation? Give the padding on the left and on the right, split as PyTorch
        splits it.
    """,
    zh="""
        步幅为 1，卷积核的大小（奇偶均可）和膨胀率任意，填充多少才能保持尺寸？请给出左侧和右侧各填多少，分法与 PyTorch 相同。
    """,
    case=lambda draw: (draw.size(1, 8), draw.size(1, 4)),
    also=[(3, 1), (4, 1), (2, 3)],
    truth=same_by_torch,
    hints=[
        (
            "First find the total: by how much does the dilated kernel shorten an axis?",
            "先求总数：带空洞的卷积核会让一条轴缩短多少？",
        ),
        (
            "It shortens the axis by d(k - 1), the size of the effective kernel less 1. Split this amount between the two sides. What if it is odd?",
            "缩短 d(k - 1)，也就是等效卷积核的大小减 1。把它分给两侧；如果是奇数呢？",
        ),
        (
            "Section 2: the left gets half, rounded down, and the right gets the rest.",
            "见第 2 节：左侧得一半（向下取整），其余的归右侧。",
        ),
    ],
    mistakes=[
        Mistake(
            "both sides get all",
            "You put the whole amount on each side. It has to be split between the two sides.",
            "你给每一侧都填了总数。总数应当分给两侧。",
            lambda k, d: (d * (k - 1), d * (k - 1)),
        ),
        Mistake(
            "dilation ignored",
            "The dilation is missing. A dilated kernel shortens the axis by d(k - 1).",
            "没有考虑膨胀率。带空洞的卷积核会让轴缩短 d(k - 1)。",
            lambda k, d: ((k - 1) // 2, k // 2),
        ),
        Mistake(
            "larger part on the left",
            "The size is kept, but PyTorch puts the larger part on the right.",
            "尺寸保住了，不过 PyTorch 把多的那份放在右侧。",
            lambda k, d: (d * (k - 1) - d * (k - 1) // 2, d * (k - 1) // 2),
        ),
        Mistake(
            "rounded down on both sides",
            "Both sides are rounded down. If the total is odd, the output is too short by 1.",
            "两侧都向下取整了。总数是奇数时，输出会短 1。",
            lambda k, d: (d * (k - 1) // 2, d * (k - 1) // 2),
        ),
        Mistake(
            "rounded up on both sides",
            "Both sides are rounded up. If the total is odd, the output is too long by 1.",
            "两侧都向上取整了。总数是奇数时，输出会长 1。",
            lambda k, d: ((d * (k - 1) + 1) // 2, (d * (k - 1) + 1) // 2),
        ),
        Mistake(
            "halved before the dilation",
            "You halve k - 1 and multiply by d afterwards. The size is kept, but the two sides can differ by more than 1: halve d(k - 1) instead.",
            "你先把 k - 1 分成两半，再乘以 d。尺寸保住了，但两侧可能相差不止 1：要平分的是 d(k - 1)。",
            lambda k, d: (d * ((k - 1) // 2), d * (k // 2)),
        ),
    ],
)
def same_padding(kernel: int, dilation: int) -> tuple[int, int]:
    """Padding on the left and on the right that keeps the size, split as padding="same" splits it.

    zh: 保持尺寸时左侧和右侧各填充多少，按 padding="same" 的分法。

    >>> same_padding(4, 1)
    (1, 2)
    """
    # The padding has to add what the effective kernel takes away.
    # zh: # 等效卷积核让轴缩短多少，填充就要添上多少。
    total = dilation * (kernel - 1)
    # Half of it, rounded down, on the left; the rest on the right.
    # zh: # 左侧一半，向下取整；其余归右侧。
    return total // 2, total - total // 2


@choice(
    en="""
        You record one second of a pure tone of 3000 Hz (periods per second) with 8000 samples. A layer with stride 2 and a single weight, equal to 1, runs
        over the samples. You play its output at 4000 samples per second. What do you hear?
    """,
    zh="""
        你录下一秒 3000 Hz（每秒的周期数）的纯音，共 8000 个采样点。用一个步幅为 2、只有一个权重（等于 1）的卷积层处理它，
        再以每秒 4000 个采样点的速度播放输出。你会听到什么？
    """,
    options={
        "a": (
            "the same tone, 3000 Hz for one second",
            "与原来一样：3000 Hz，一秒",
        ),
        "b": ("a lower tone that lasts longer: 1500 Hz for two seconds", "更低、也更长的音：1500 Hz，两秒"),
        "c": ("a lower tone of the same length: 1000 Hz for one second", "更低、但一样长的音：1000 Hz，一秒"),
        "d": ("nothing, since the tone is too high for so few samples", "什么也听不到：采样点这么少，容不下这么高的音"),
    },
    hints=[
        (
            "How many samples are left of one second? And how long does it take to play them?",
            "一秒的录音还剩下多少个采样点？播放它们要用多久？",
        ),
        (
            "One period at 3000 Hz takes 8000/3000 samples, less than 3. How many of them are left at stride 2?",
            "3000 Hz 的一个周期只占 8000/3000 个采样点，还不到 3 个。步幅为 2 时，每个周期还剩几个？",
        ),
        (
            "Compute the sine at samples 0, 2, 4, 6 and so on. After how many of these values does it repeat?",
            "算一算正弦波在第 0、2、4、6……个采样点处的值：每过几个值重复一遍？",
        ),
    ],
    because=(
        "Stride 2 keeps every other sample: half the numbers, the same length of time. At 4000 samples per second, a tone above 2000 Hz has the same "
        "samples, up to the sign, as a lower one: 3000 Hz becomes 4000 - 3000 = 1000 Hz. This is aliasing, as with the stripes in section 4. "
        "Here, too, a blur before the subsampling weakens the false tone.",
        "步幅 2 就是每隔一个采样点取一个：点数少了一半，时长不变。每秒 4000 个采样点时，高于 2000 Hz 的音与某个更低的音采样值相同（正负号除外）："
        "3000 Hz 变成了 4000 - 3000 = 1000 Hz。这就是混叠，与第 4 节的条纹一样。这里也可以在下采样之前先模糊，削弱这个假的音。",
    ),
    wrong={
        "a": (
            "That holds for tones below 2000 Hz. At 3000 Hz, fewer than two samples are left for each period.",
            "2000 Hz 以下的音才是这样。3000 Hz 的音，每个周期剩下的采样点不到两个。",
        ),
        "b": (
            "It would last twice as long if all 8000 samples were played. There are 4000, and at 4000 per second they last one second.",
            "如果 8000 个采样点全都播放，才会变成两倍长。这里有 4000 个，每秒放 4000 个，正好一秒。",
        ),
        "d": (
            "The samples that are kept are not all zero: they go 0, -1, 0, 1 and so on, which is a tone.",
            "留下的采样点并不全是零，而是 0、-1、0、1，如此反复，这也是一个音。",
        ),
    },
)
def every_other_sample() -> str:
    second = torch.arange(8000, dtype=torch.float64) / 8000
    tone = torch.sin(2 * torch.pi * 3000 * second)
    kept = F.conv1d(tone[None, None], torch.ones(1, 1, 1, dtype=torch.float64), stride=2)[0, 0]
    if kept.abs().max() < 0.1:
        return "d"
    # How much of each frequency does it contain? Entry f belongs to f periods in the whole row.
    # zh: # 每个频率各占多少？第 f 项对应整段里有 f 个周期的音。
    periods = int(torch.fft.rfft(kept).abs().argmax())
    heard = periods / (len(kept) / 4000)
    return {3000: "a", 1500: "b", 1000: "c"}[round(heard)]


def range_by_search(m, kernel, padding, stride, dilation):
    fit = [n for n in range(1, 80) if n + 2 * padding > dilation * (kernel - 1)]
    sizes = [n for n in fit if d2l.output_size(n, kernel, padding, stride, dilation) == m]
    return sizes[0], sizes[-1]


def output_of_an_input(draw):
    n, *others = one_axis(draw)
    return d2l.output_size(n, *others), *others


def shortest(m, k, p, s, d):
    """Without regard to the one element that an input has at least."""
    return (m - 1) * s + d * (k - 1) + 1 - 2 * p


@exercise(
    en="""
        Because of the rounding, several input sizes can lead to an output of the same size $m$. Give the smallest and the largest of them. (An input has
        at least 1 element.)
    """,
    zh="""
        由于取整，同一个输出大小 $m$ 可以来自几种输入大小。求出其中最小的和最大的。（输入至少有 1 个元素。）
    """,
    case=output_of_an_input,
    also=[(1, 2, 1, 3, 1), (4, 3, 1, 2, 1), (2, 1, 3, 4, 1)],
    truth=range_by_search,
    hints=[
        (
            "For the smallest input nothing is left over: the last window ends where the padded input ends.",
            "输入最小时没有剩余：最后一个窗口的末尾，正好是填充后输入的末尾。",
        ),
        (
            "Solve the formula for n, without its rounding. Then ask how far n can grow before one more position fits.",
            "先不管取整，从公式解出 n。再想一想，n 最多还能增大多少，才不至于多出一个位置。",
        ),
        (
            "n = (m - 1)·s + d(k - 1) + 1 - 2p, and up to s - 1 more. Remember at the end that an input has at least 1 element.",
            "n = (m - 1)·s + d(k - 1) + 1 - 2p，最多还能再多 s - 1。最后别忘了：输入至少有 1 个元素。",
        ),
    ],
    mistakes=[
        PADDING_ONCE.made_by(
            lambda m, k, p, s, d: (max(1, shortest(m, k, p, s, d) + p), shortest(m, k, p, s, d) + p + s - 1)
        ),
        Mistake(
            "one step too far",
            "Your largest input is too large by 1: if the input grows by a whole s, one more position fits.",
            "你给出的最大输入大了 1：输入增大整整一个 s，就多出一个位置。",
            lambda m, k, p, s, d: (max(1, shortest(m, k, p, s, d)), shortest(m, k, p, s, d) + s),
        ),
        Mistake(
            "less than one cell",
            "An input has at least 1 element. With much padding, your formula gives 0 or less.",
            "输入至少有 1 个元素。填充很多时，你的公式会算出 0 或更小的数。",
            lambda m, k, p, s, d: (shortest(m, k, p, s, d), shortest(m, k, p, s, d) + s - 1),
        ),
        Mistake(
            "largest from the lifted smallest",
            "You raise the smallest input to 1 and compute the largest from there. Compute the largest from the number before it is raised.",
            "你先把最小输入提高到 1，再由它算最大输入。最大输入应当由提高之前的数算出。",
            lambda m, k, p, s, d: (max(1, shortest(m, k, p, s, d)), max(1, shortest(m, k, p, s, d)) + s - 1),
        ),
        Mistake(
            "m steps",
            "You count m steps. From the first of m positions to the last there are m - 1.",
            "你算了 m 步。从第一个位置到第 m 个位置只有 m - 1 步。",
            lambda m, k, p, s, d: (max(1, shortest(m, k, p, s, d) + s), shortest(m, k, p, s, d) + 2 * s - 1),
        ),
        Mistake(
            "dilation ignored",
            "The dilation is missing. The effective kernel has size d(k - 1) + 1.",
            "没有考虑膨胀率。等效卷积核的大小是 d(k - 1) + 1。",
            lambda m, k, p, s, d: (max(1, shortest(m, k, p, s, 1)), shortest(m, k, p, s, 1) + s - 1),
        ),
    ],
)
def input_range(m: int, kernel: int, padding: int, stride: int, dilation: int) -> tuple[int, int]:
    """Smallest and largest input size with output size m.

    zh: 输出大小为 m 时，输入大小的最小值和最大值。

    >>> input_range(4, 3, 1, 2, 1)
    (7, 8)
    """
    # m - 1 steps and the window at its last position just fill the padded axis.
    # zh: # 走 m - 1 步，再加上窗口在最后一个位置盖住的部分，正好填满填充后的轴。
    smallest = (m - 1) * stride + dilation * (kernel - 1) + 1 - 2 * padding
    # With a whole stride more, one more position would fit. Raise the smallest last, or the largest changes with it.
    # zh: # 再多出整整一个步幅，就会多一个位置。最后才提高最小值，否则最大值会跟着变。
    return max(1, smallest), smallest + stride - 1


def image_and_padding(draw):
    p = draw.size(0, 3)
    h, w = draw.sizes(p + 1, 5)
    return draw.tensor(h, w, low=0, high=9), p


def columns_and_rows(X, p, left, right):
    """Padding by two functions on the columns, then the same on the rows."""
    for _ in range(2):
        X = torch.cat([left(X, p), X, right(X, p)], 1).T
    return X


def without_corners(X, p):
    framed = F.pad(X[None, None], (p,) * 4, mode="reflect")[0, 0]
    h, w = X.shape
    mask = torch.zeros_like(framed)
    mask[p : p + h], mask[:, p : p + w] = 1, 1
    return framed * mask


@exercise(
    en="""
        Write `reflect` padding yourself with slices and `flip`, without `F.pad` or a padding layer.
    """,
    zh="""
        用切片和 `flip` 自己写出 `reflect` 填充，不用 `F.pad`，也不用填充层。
    """,
    case=image_and_padding,
    truth=lambda X, p: F.pad(X[None, None], (p, p, p, p), mode="reflect")[0, 0],
    hints=[
        (
            "The first column is the mirror. Which columns appear on its left, from the nearest to the farthest?",
            "第一列就是镜面。它的左边由近到远，出现的是哪几列？",
        ),
        (
            "The padding on the left is columns 1 to p in reverse order. Pad the columns first, and then the rows of the result in the same "
            "way; then the corners are right as well.",
            "左边的填充就是第 1 到第 p 列倒过来。先填充列，再对所得结果的行照样做一遍，四个角也就对了。",
        ),
        (
            "Left: `X[:, 1 : p + 1].flip(1)`. Right: from column w - 1 - p up to w - 2, reversed. `torch.cat` joins the parts.",
            "左边：`X[:, 1 : p + 1].flip(1)`。右边：第 w - 1 - p 列到第 w - 2 列，倒过来。`torch.cat` 把各部分拼起来。",
        ),
    ],
    mistakes=[
        Mistake(
            "edge repeated",
            "The outermost pixel appears twice. It is the mirror itself, so begin with its neighbour.",
            "最外面的像素出现了两次。它就是镜面，应当从它的邻居开始。",
            lambda X, p: columns_and_rows(
                X, p, lambda X, p: X[:, :p].flip(1), lambda X, p: X[:, X.shape[1] - p :].flip(1)
            ),
        ),
        Mistake(
            "not reversed",
            "These are the right pixels, but not mirrored: the pixel nearest to the border has to stay nearest to it.",
            "像素取对了，但没有倒过来：离边界最近的，反射之后也应离边界最近。",
            lambda X, p: columns_and_rows(X, p, lambda X, p: X[:, 1 : p + 1], lambda X, p: X[:, -p - 1 : -1]),
        ),
        Mistake(
            "replicated",
            "You repeat the outermost pixel. That is `replicate`.",
            "你一直在重复最外面的像素，那是 `replicate`。",
            lambda X, p: F.pad(X[None, None], (p,) * 4, mode="replicate")[0, 0],
        ),
        Mistake(
            "circular",
            "The padding comes from the opposite side. That is `circular`; a mirror shows the near side.",
            "填充取自对侧，那是 `circular`。反射要取靠近边界的这一侧。",
            lambda X, p: F.pad(X[None, None], (p,) * 4, mode="circular")[0, 0],
        ),
        Mistake(
            "corners empty",
            "The four sides are right, but the corners are empty. Mirror the columns first, and then the rows of the result.",
            "四条边都对，四个角却是空的。先反射列，再反射所得结果的行。",
            without_corners,
        ),
        Mistake(
            "columns only",
            "The padding at the top and at the bottom is missing.",
            "左右有了，上下还没有。",
            lambda X, p: F.pad(X[None, None], (p, p, 0, 0), mode="reflect")[0, 0],
        ),
        Mistake(
            "rows only",
            "The padding on the left and on the right is missing.",
            "上下有了，左右还没有。",
            lambda X, p: F.pad(X[None, None], (0, 0, p, p), mode="reflect")[0, 0],
        ),
    ],
    without=("pad", "ReflectionPad1d", "ReflectionPad2d"),
)
def reflect(X: torch.Tensor, p: int) -> torch.Tensor:
    """X of shape (h, w) with reflect padding of p per side: shape (h + 2p, w + 2p), 0 <= p < h and p < w.

    zh: 形状为 (h, w) 的 X，每侧按反射填充 p：形状变为 (h + 2p, w + 2p)，0 <= p < h 且 p < w。

    >>> reflect(torch.tensor([[1.0, 2.0], [3.0, 4.0]]), 1)
    tensor([[4., 3., 4., 3.],
            [2., 1., 2., 1.],
            [4., 3., 4., 3.],
            [2., 1., 2., 1.]])
    """
    # Column 0 is the mirror itself, so the reflection begins with column 1.
    # zh: # 第 0 列就是镜面，反射从第 1 列开始。
    X = torch.cat([X[:, 1 : p + 1].flip(1), X, X[:, -p - 1 : -1].flip(1)], 1)
    # These are rows of the wider tensor, so the corners are mirrored along both axes.
    # zh: # 这里反射的是加宽之后的行，所以四个角沿两条轴都反射了。
    return torch.cat([X[1 : p + 1].flip(0), X, X[-p - 1 : -1].flip(0)])


def uses_by_autograd(n, kernel, padding, stride, dilation):
    row = torch.zeros(1, 1, n, requires_grad=True)
    with torch.enable_grad():
        F.conv1d(row, torch.ones(1, 1, kernel), None, stride, padding, dilation).sum().backward()
    return row.grad[0, 0]


def counted(n, kernel, padding, stride, dilation, fewer=0, start=0, wraps=False):
    """Counting with a slip: positions left out, a window that begins elsewhere, pixels before the start taken from the end."""
    uses = torch.zeros(n)
    for i in range(d2l.output_size(n, kernel, padding, stride, dilation) - fewer):
        for a in range(kernel):
            j = i * stride - padding + start + a * dilation
            if (j >= 0 or wraps) and j < n:
                uses[j] += 1
    return uses


def gaps_filled(n, kernel, padding, stride, dilation):
    return uses_by_autograd(n, dilation * (kernel - 1) + 1, padding, stride, 1)


@exercise(
    en="""
        How many windows use each pixel of one axis? With dilation, the pixels skipped do not count. Do it without autograd, for any setting.
    """,
    zh="""
        一条轴上的每个像素各被多少个窗口用到？膨胀时跳过的像素不算。设置任意，不要用自动求导。
    """,
    case=one_axis,
    also=[(12, 3, 1, 1, 1), (12, 3, 0, 2, 1), (12, 4, 3, 5, 1), (12, 3, 2, 1, 2), (12, 2, 1, 3, 4), (1, 1, 0, 1, 1)],
    truth=uses_by_autograd,
    hints=[
        (
            "Go through the windows one by one. If padded positions before the first pixel have negative numbers, where does window i begin?",
            "把窗口逐个数一遍。如果第一个像素之前的填充用负数编号，第 i 个窗口从哪里开始？",
        ),
        (
            "Window i begins at i·s - p and uses k pixels from there, d apart.",
            "第 i 个窗口从 i·s - p 开始，一共用到 k 个像素，彼此相距 d。",
        ),
        (
            "`d2l.output_size` says how many windows there are. Count only pixels 0 to n - 1; the others are padding.",
            "`d2l.output_size` 告诉你有多少个窗口。只数 0 号到 n - 1 号像素，其余的是填充。",
        ),
    ],
    mistakes=[
        Mistake(
            "frame forgotten",
            "Your first window begins at pixel 0. With padding, it begins p positions earlier.",
            "你的第一个窗口从 0 号像素开始。有填充时，要提前 p 个位置。",
            lambda n, k, p, s, d: counted(n, k, p, s, d, start=p),
        ),
        Mistake(
            "beyond the start",
            "Padding is counted at the other end of the row, because a negative index counts from the end. Leave out what is below 0.",
            "填充被数到了另一头：负的下标是从末尾倒着数的。小于 0 的要略过。",
            lambda n, k, p, s, d: counted(n, k, p, s, d, wraps=True),
        ),
        Mistake(
            "gaps counted",
            "The pixels between the kernel's entries are counted too. With dilation, a window skips them.",
            "卷积核各元素之间的像素也数进去了。有空洞时，窗口会跳过它们。",
            gaps_filled,
        ),
        Mistake(
            "last window missing",
            "The last window is missing.",
            "少了最后一个窗口。",
            lambda n, k, p, s, d: counted(n, k, p, s, d, fewer=1),
        ),
        Mistake(
            "stride ignored",
            "You count a window at every position. With stride s, there is a window only at every s-th position.",
            "你在每个位置都放了一个窗口。步幅为 s 时，每 s 个位置才有一个。",
            lambda n, k, p, s, d: uses_by_autograd(n, k, p, 1, d),
        ),
        Mistake(
            "each cell once",
            "A pixel that several windows use counts once for each of them. (`uses[pixels] += 1` adds 1 only once, however often a "
            "number occurs in `pixels`.)",
            "一个像素若被多个窗口用到，每个窗口都要算一次。（`uses[pixels] += 1` 只加一次 1，不管同一个编号在 `pixels` 里出现几次。）",
            lambda n, k, p, s, d: (uses_by_autograd(n, k, p, s, d) > 0).float(),
        ),
    ],
    without=("autograd", "backward", "grad"),
)
def count_uses(n: int, kernel: int, padding: int, stride: int, dilation: int) -> torch.Tensor:
    """The number of windows that use each of the n pixels, shape (n,).

    zh: n 个像素各被多少个窗口用到，形状为 (n,)。

    >>> count_uses(5, 3, 0, 2, 1).tolist()
    [1, 1, 2, 1, 1]
    """
    uses = torch.zeros(n, dtype=torch.long)
    for i in range(d2l.output_size(n, kernel, padding, stride, dilation)):
        # The pixels of window i; numbers below 0 or from n on belong to the padding.
        # zh: # 第 i 个窗口用到的像素；小于 0 或不小于 n 的是填充。
        start = i * stride - padding
        for pixel in range(start, start + kernel * dilation, dilation):
            if 0 <= pixel < n:
                uses[pixel] += 1
    return uses


@choice(
    en=r"""
        A $3\times 3$ blur is applied to an image of pure noise, once at stride 2 and once at stride 1. Apart from the work that stride 2 saves, which
        statement is true?
    """,
    zh=r"""
        用一个 $3\times 3$ 的模糊核，分别以步幅 2 和步幅 1 处理一张纯噪声的图像，比较两个输出。除了步幅 2 能省计算以外，下面哪一条是对的？
    """,
    options={
        "a": (
            "each output at stride 2 has less noise than at stride 1",
            "步幅 2 的每个输出，噪声都比步幅 1 的小",
        ),
        "b": ("the layer with stride 2 has fewer weights", "步幅 2 的层权重更少"),
        "c": (
            r"neighbouring outputs at stride 2 are less alike, and a $3\times 3$ layer after them has a larger receptive field",
            r"步幅 2 的相邻输出不那么相像，而且后面再接一个 $3\times 3$ 的层时，感受野更大",
        ),
        "d": (
            "each output at stride 2 has a larger receptive field",
            "步幅 2 的每个输出，感受野都更大",
        ),
    },
    hints=[
        (
            "Section 4: how is the output at stride 2 related to that at stride 1? Has any single number changed?",
            "见第 4 节：步幅 2 的输出与步幅 1 的输出是什么关系？单看其中的某个数，有没有变化？",
        ),
        (
            "Draw two 3×3 windows on squared paper, one pixel apart and then two pixels apart. How many pixels do they share?",
            "在方格纸上画两个 3×3 的窗口，先错开一个像素，再错开两个。共有的像素各是多少？",
        ),
    ],
    because=(
        "At stride 1, neighbouring windows share 6 of 9 pixels, at stride 2 only 3, so neighbouring outputs are less alike. A 3×3 layer after "
        "them has a receptive field of 7×7 instead of 5×5, because neighbouring outputs now lie 2 pixels apart.",
        "步幅为 1 时，相邻窗口的 9 个像素里有 6 个是共有的，步幅为 2 时只有 3 个，所以相邻的输出不那么相像。后面再接一个 3×3 的层，"
        "感受野是 7×7 而不是 5×5，因为相邻的输出现在相距 2 个像素。",
    ),
    wrong={
        "a": (
            "The outputs that are left are those of stride 1, `Y[::2, ::2]`, with the same noise.",
            "留下来的数就是步幅 1 的 `Y[::2, ::2]`，噪声与原来一样大。",
        ),
        "b": (
            "The kernel has 3×3 weights at any stride.",
            "不管步幅是多少，卷积核都有 3×3 个权重。",
        ),
        "d": (
            "The receptive field of this layer is still 3×3. Its stride enlarges that of the layers after it.",
            "这一层自己的感受野仍然是 3×3。步幅扩大的是后面各层的感受野。",
        ),
    },
)
def what_stride_gives() -> str:
    def alike(Y):
        # Correlation of horizontal neighbours: 1 if they are proportional, 0 if they are unrelated.
        # zh: # 左右邻居的相关系数：1 表示成正比，0 表示没有线性关系。
        return float(torch.corrcoef(torch.stack([Y[..., :-1].flatten(), Y[..., 1:].flatten()]))[0, 1])

    def field(*layers):
        return d2l.receptive_field(layers).size[0]

    noise = torch.randn(1, 1, 200, 200, generator=torch.Generator().manual_seed(0))
    full, strided = (F.conv2d(noise, torch.full((1, 1, 3, 3), 1 / 9), stride=s) for s in (1, 2))
    true = {
        "a": float(strided.std()) < 0.9 * float(full.std()),
        "b": nn.Conv2d(1, 1, 3, stride=2).weight.numel() < nn.Conv2d(1, 1, 3).weight.numel(),
        "c": alike(strided) < 0.6 * alike(full) and field((3, 2), (3, 1)) > field((3, 1), (3, 1)),
        "d": field((3, 2)) > field((3, 1)),
    }
    (letter,) = [letter for letter in true if true[letter]]
    return letter


def spread(X, rows=2, columns=2):
    """X with zeros between its pixels."""
    wide = X.new_zeros((X.shape[0] - 1) * rows + 1, (X.shape[1] - 1) * columns + 1)
    wide[::rows, ::columns] = X
    return wide


def plain_correlation(X, K):
    return F.conv2d(X[None, None], K[None, None])[0, 0]


def small_image_and_kernel(draw):
    """The kernel fits the spread image, sometimes not the image itself."""
    h, w = draw.sizes(1, 4)
    k_h, k_w = draw.sizes(1, 3)
    return draw.tensor(h, w, low=1, high=9), draw.tensor(min(k_h, 2 * h - 1), min(k_w, 2 * w - 1))


@exercise(
    en="""
        Can a stride be one half? Put one zero between every two neighbouring pixels, along rows and columns, and let the kernel run over
        the result without padding. (Once your answer is right, you are told which PyTorch operation this is.)
    """,
    zh="""
        步幅可以是二分之一吗？沿行和列，在图像每两个相邻的像素之间都放一个零，再让卷积核在上面滑动，不填充。
        （答对之后，会告诉你这是 PyTorch 的哪个运算。）
    """,
    case=small_image_and_kernel,
    truth=lambda X, K: F.conv_transpose2d(
        X[None, None], K.flip(0, 1)[None, None], stride=2, padding=(K.shape[0] - 1, K.shape[1] - 1)
    )[0, 0],
    hints=[
        (
            "How long is a row of 3 pixels with a zero between neighbours? Write it down.",
            "一行有 3 个像素，每两个相邻的像素之间放一个零，这一行会变成多长？写出来看看。",
        ),
        (
            "Begin with zeros of shape (2h - 1, 2w - 1). Which rows and columns belong to the image?",
            "先准备一个形状为 (2h - 1, 2w - 1)、元素全为零的张量。哪些行、哪些列是留给图像的？",
        ),
        (
            "Section 5 spread out a kernel with `[..., ::2, ::2] = ...`. Do the same with the image, then call `d2l.corr2d`.",
            "第 5 节用 `[..., ::2, ::2] = ...` 把卷积核拉开。对图像也这样做，然后调用 `d2l.corr2d`。",
        ),
    ],
    mistakes=[
        Mistake(
            "zeros at the end",
            "There are zeros after the last pixel, too. They belong between pixels only: the shape is (2h - 1, 2w - 1).",
            "最后一个像素的后面也放了零。零只放在像素之间：形状是 (2h - 1, 2w - 1)。",
            lambda X, K: plain_correlation(F.pad(spread(X), (0, 1, 0, 1)), K),
        ),
        Mistake(
            "zeros around",
            "There are zeros around the image, too. They belong between pixels only, without padding.",
            "图像的四周也放了零。零只放在像素之间，不填充。",
            lambda X, K: plain_correlation(F.pad(spread(X), (1, 1, 1, 1)), K),
        ),
        Mistake(
            "cells repeated",
            "You repeat each pixel. That enlarges the image, too, but here zeros have to be put between the pixels.",
            "你把每个像素重复了一遍。这样也能放大图像，但这里要在像素之间放零。",
            lambda X, K: plain_correlation(X.repeat_interleave(2, 0).repeat_interleave(2, 1), K),
        ),
        Mistake(
            "one axis only",
            "The zeros are missing along one of the axes.",
            "有一条轴上没有放零。",
            lambda X, K: plain_correlation(spread(X, columns=1), K),
        ),
        Mistake(
            "one axis only",
            "The zeros are missing along one of the axes.",
            "有一条轴上没有放零。",
            lambda X, K: plain_correlation(spread(X, rows=1), K),
        ),
        KERNEL_FLIPPED.made_by(lambda X, K: plain_correlation(spread(X), K.flip(0, 1))),
        Mistake(
            "transposed convolution without adjustment",
            "This is PyTorch's transposed convolution, unadjusted. It also pads the spread image by k - 1 and rotates the kernel by 180 degrees. Rotate the "
            "kernel first, and set `padding` to k - 1.",
            "这是 PyTorch 的转置卷积，未作调整：它还给拉开的图像每侧填充 k - 1，并把卷积核旋转 180 度。请先把卷积核旋转好，并让 `padding` 等于 k - 1。",
            lambda X, K: F.conv_transpose2d(X[None, None], K[None, None], stride=2)[0, 0],
        ),
        Mistake(
            "stride two",
            "This is stride 2, which halves the size. Here the output has to be about twice as large as the image.",
            "这是步幅 2，尺寸只剩一半。这里的输出应当约为图像的两倍大。",
            lambda X, K: F.conv2d(X[None, None], K[None, None], stride=2)[0, 0],
        ),
    ],
    because=(
        "This is a transposed convolution, `F.conv_transpose2d` with stride 2: it puts zeros between the pixels, pads by k - 1 per side, and rotates "
        "the kernel by 180 degrees. The check computes the result that way. Chapter 08 explains the operation.",
        "这就是转置卷积，即步幅为 2 的 `F.conv_transpose2d`：在像素之间放零，每侧填充 k - 1，并把卷积核旋转 180 度。"
        "检查时用的正是它，第 08 章会讲解。",
    ),
)
def half_stride(X: torch.Tensor, K: torch.Tensor) -> torch.Tensor:
    """X (h, w) with zeros between its pixels, cross-correlated with a K (k_h, k_w) that fits.

    zh: 在形状为 (h, w) 的 X 的像素之间插入零，再与 K（形状 (k_h, k_w)，保证放得下）做互相关。

    >>> half_stride(torch.tensor([[1.0, 2.0, 4.0]]), torch.tensor([[3.0, 5.0]]))
    tensor([[ 3., 10.,  6., 20.]])
    """
    h, w = X.shape
    # No zero after the last pixel, so 2h - 1 rows.
    # zh: # 最后一个像素后面没有零，所以是 2h - 1 行。
    spread_out = X.new_zeros(2 * h - 1, 2 * w - 1)
    spread_out[::2, ::2] = X
    # One pixel here is half a pixel of X.
    # zh: # 这里的一个像素，相当于 X 的半个像素。
    return d2l.corr2d(spread_out, K)


def clean_by_nan(n, layers):
    """Pads with NaN, which spoils whatever it touches."""
    row = torch.zeros(1, 1, n)
    for kernel, stride, padding, dilation in layers:
        framed = F.pad(row, (padding, padding), value=torch.nan)
        row = F.conv1d(framed, torch.ones(1, 1, kernel), stride=stride, dilation=dilation)
    return int((~row.isnan()).sum())


def row_and_stack(draw):
    n = size = draw.size(4, 24)
    layers = []
    for _ in range(draw.size(0, 4)):
        k, s, p, d = layer = draw.size(1, 5), draw.size(1, 3), draw.size(0, 3), draw.size(1, 2)
        if size + 2 * p > d * (k - 1):
            layers.append(layer)
            size = d2l.output_size(size, k, p, s, d)
    return n, layers


def sizes_of(n, layers, padded=True):
    for kernel, stride, padding, dilation in layers:
        n = max(0, (n + 2 * padding * padded - dilation * (kernel - 1) - 1) // stride + 1)
    return n


def ends_of(n, layers):
    first, last = 0, n - 1
    for kernel, stride, padding, dilation in layers:
        first = (first + padding + stride - 1) // stride
        last = (last + padding - dilation * (kernel - 1)) // stride
    return first, last


def first_rounded_down(n, layers):
    first, last = 0, n - 1
    for kernel, stride, padding, dilation in layers:
        first, last = (first + padding) // stride, (last + padding - dilation * (kernel - 1)) // stride
    return max(0, last - first + 1)


def last_layer_only(n, layers):
    return clean_by_nan(sizes_of(n, layers[:-1]), layers[-1:])


@exercise(
    effort="harder",
    en="""
        Section 3 counted the positions of the output that are not influenced by the padding. Count them for one axis and any stack of layers, strides
        included, from the four numbers of each layer and without running a convolution. (The check pads with NaN, "not a number": each sum that
        contains NaN becomes NaN.)
    """,
    zh="""
        第 3 节数过，有多少个位置不受填充影响。现在只看一条轴，各层可以任意搭配，步幅也任意。请由每层的四个数推算，不要真去做卷积。
        （检查时用 NaN，即“不是数”，来填充：求和的各项里只要有一个 NaN，结果就是 NaN。）
    """,
    case=row_and_stack,
    also=[
        (6, []),
        (7, [(3, 2, 1, 1)]),
        (8, [(3, 2, 1, 1)]),
        (240, [(5, 1, 2, 1)] * 10),
        (240, [(7, 2, 3, 1), (3, 2, 1, 1), (3, 1, 1, 1)]),
        (240, [(3, 3, 2, 2), (2, 2, 1, 1)]),
        (240, [(2, 1, 1, 1), (4, 3, 0, 2), (3, 2, 2, 1)]),
        (240, [(3, 2, 1, 1), (5, 1, 2, 4)]),
        (240, [(3, 1, 9, 9)] * 14),
    ],
    truth=clean_by_nan,
    hints=[
        (
            "In each layer, the positions without influence lie side by side, so two numbers are enough: the first and the last of these positions.",
            "每一层里不受影响的位置都连成一段，所以只要记住两个数：这一段的第一个和最后一个。",
        ),
        (
            "Output i uses positions from i·s - p to i·s - p + d(k - 1). For which i, at the earliest and at the latest, are all of them free of influence?",
            "第 i 个输出用到从 i·s - p 到 i·s - p + d(k - 1) 的位置。全都不受影响的 i，第一个是哪个？最后一个呢？",
        ),
        (
            "The first such i is (first + p)/s, rounded up; the last is (last + p - d(k - 1))/s, rounded down. In the end, there may be none.",
            "第一个是 (first + p)/s 向上取整，最后一个是 (last + p - d(k - 1))/s 向下取整。最后也可能一个都不剩。",
        ),
    ],
    mistakes=[
        Mistake(
            "all cells",
            "That is the size of the output. Count only the positions that are not influenced by the padding.",
            "这是输出的大小。只数不受填充影响的位置。",
            sizes_of,
        ),
        Mistake(
            "as without padding",
            "You count the outputs that are left without any padding. At stride 1 the number is the same; at larger strides, padding moves the windows to other positions.",
            "你算的是完全不填充时剩下的个数。步幅为 1 时两者相同；步幅更大时，填充会让窗口落在别的位置上。",
            lambda n, layers: sizes_of(n, layers, padded=False),
        ),
        Mistake(
            "last layer only",
            "You consider the padding of the last layer only. Its input already depends on the padding of the layers before it.",
            "你只看了最后一层的填充。它的输入早已受到前面各层填充的影响。",
            last_layer_only,
        ),
        Mistake(
            "fewer than none",
            "The number cannot be below 0. The influence from both sides can meet in the middle.",
            "个数不会小于 0。影响从两侧推进，会在中间相遇。",
            lambda n, layers: ends_of(n, layers)[1] - ends_of(n, layers)[0] + 1,
        ),
        Mistake(
            "one side only",
            "You subtract the influenced positions on one side only. There are some on both sides.",
            "你只去掉了一侧受影响的位置。影响是从两侧来的。",
            lambda n, layers: max(0, sizes_of(n, layers) - ends_of(n, layers)[0]),
        ),
        Mistake(
            "stride ignored",
            "You subtract 2p for each layer. In a layer with stride s, one position stands for s positions of its input.",
            "你在每一层都减去 2p。步幅为 s 的层，一个位置对应输入里的 s 个位置。",
            lambda n, layers: max(0, sizes_of(n, layers) - 2 * sum(padding for _, _, padding, _ in layers)),
        ),
        Mistake(
            "first rounded down",
            "You round the first free position down, so its window may begin too early. Round it up.",
            "第一个位置向下取整了，它的窗口可能开始得太早。这里要向上取整。",
            first_rounded_down,
        ),
    ],
    without=("conv1d", "conv2d", "Conv1d", "Conv2d"),
)
def clean_cells(n: int, layers: list[tuple[int, int, int, int]]) -> int:
    """Number of outputs that no padding influences; each layer is (kernel, stride, padding, dilation).

    zh: 不受任何填充影响的输出有多少个；每层写成（卷积核大小，步幅，填充，膨胀率）。

    >>> clean_cells(240, [(5, 1, 2, 1)] * 10)
    200
    """
    first, last = 0, n - 1
    for kernel, stride, padding, dilation in layers:
        # Window i must not begin before the first free position: i * stride - padding >= first, so round up.
        # zh: # 第 i 个窗口的开头不能早于 first：i * stride - padding >= first，所以向上取整。
        first = (first + padding + stride - 1) // stride
        # It must not end after the last one either, so round down.
        # zh: # 末尾也不能晚于 last，所以向下取整。
        last = (last + padding - dilation * (kernel - 1)) // stride
    # If first has passed last, no position is free.
    # zh: # first 一旦超过 last，就一个也不剩了。
    return max(0, last - first + 1)


def batch_and_layer(draw):
    """The six arguments of my_conv2d; in one case of four everything is square."""
    square = draw.choice([True, False, False, False])

    def pair(low, high):
        one = draw.size(low, high)
        return one, one if square else draw.size(low, high)

    kernel, dilation, stride, padding, more = pair(1, 3), pair(1, 3), pair(1, 3), pair(0, 2), pair(0, 3)
    n = [max(1, d * (k - 1) + 1 - 2 * p) + m for k, d, p, m in zip(kernel, dilation, padding, more, strict=True)]
    channels, outputs = draw.size(1, 3), draw.size(1, 3)
    X, weight = draw.tensor(draw.size(1, 2), channels, *n), draw.tensor(outputs, channels, *kernel)
    return X, weight, draw.tensor(outputs), stride, padding, dilation


def by_default():
    """The three arguments that must be given; the others have defaults."""
    X = torch.arange(12.0).reshape(1, 1, 3, 4)
    return [(X, torch.tensor([[[[1.0, 2.0], [3.0, 5.0]]]]), torch.tensor([1.0]))]


ONE = (1, 1)


@exercise(
    effort="takes an hour",
    en="""
        Write `F.conv2d` without `groups`, for batches, channels (chapter 06) and different settings on the two axes. Use neither `unfold`
        nor any PyTorch convolution, whether a function or a layer; loop over the kernel's entries, as `d2l.corr2d` does.
    """,
    zh="""
        写出不含 `groups` 的 `F.conv2d`：要能处理批量和通道（第 06 章），两条轴的设置可以不同。
        不用 `unfold`，也不用 PyTorch 的卷积，不论是函数还是层；像 `d2l.corr2d` 那样，对卷积核的元素逐个循环。
    """,
    case=batch_and_layer,
    also=by_default,
    truth=F.conv2d,
    hints=[
        (
            "Pad first, and compute the output's height and width. Over all windows, kernel entry (a, b) is multiplied by a part of "
            "the padded input. Where does this part begin, what is its step, and how many rows and columns does it have?",
            "先填充，再算出输出的高和宽。卷积核的元素 (a, b) 在所有窗口里所乘的像素，合起来是填充后输入的一部分："
            "这部分从哪里开始，间隔多少，有几行几列？",
        ),
        (
            "Its rows begin at a·d and follow in steps of s, as many as the output has; the same holds for its columns, with the second number "
            "of each pair. As a slice, the rows are `a * d : a * d + s * (h - 1) + 1 : s`.",
            "它的行从 a·d 开始，每隔 s 取一行，行数与输出相同；列也一样，用每一对数中的第二个。写成切片，行就是 `a * d : a * d + s * (h - 1) + 1 : s`。",
        ),
        (
            "For one kernel entry, the channels are mixed by a matrix of shape (output channels, input channels): "
            '`torch.einsum("nihw,oi->nohw", part, weight[:, :, a, b])`.',
            "对卷积核的一个元素来说，混合各通道的是一个形状为（输出通道，输入通道）的矩阵："
            '`torch.einsum("nihw,oi->nohw", part, weight[:, :, a, b])`。',
        ),
    ],
    mistakes=[
        STRIDE_ON_ONE_AXIS.made_by(lambda X, w, b, s=ONE, p=0, d=1: F.conv2d(X, w, b, (s[0], 1), p, d)),
        STRIDE_ON_ONE_AXIS.made_by(lambda X, w, b, s=ONE, p=0, d=1: F.conv2d(X, w, b, (1, s[1]), p, d)),
        Mistake(
            "padding on the other axis",
            "The two paddings are exchanged. `padding` gives the rows first; `F.pad` begins with the last axis, the columns.",
            "两条轴的填充交换了。`padding` 先写行，`F.pad` 则从最后一条轴（列）开始。",
            lambda X, w, b, s=1, p=(0, 0), d=1: F.conv2d(X, w, b, s, (p[1], p[0]), d),
        ),
        Mistake(
            "dilation ignored",
            "The dilation is missing: kernel entry (a, b) belongs to the pixel a·d rows and b·d columns after the window's first pixel.",
            "没有考虑膨胀率：卷积核的元素 (a, b) 所乘的像素，与窗口的第一个像素相隔 a·d 行、b·d 列。",
            lambda X, w, b, s=1, p=0, d=1: F.conv2d(X, w, b, s, p, 1),
        ),
        Mistake(
            "bias for every kernel cell",
            "The bias is added once for each kernel entry. Add it only once.",
            "卷积核有几个元素，偏置就加了几遍。应当只加一遍。",
            lambda X, w, b, s=1, p=0, d=1: F.conv2d(X, w, b * w.shape[2] * w.shape[3], s, p, d),
        ),
        BIAS_FORGOTTEN.made_by(lambda X, w, b, s=1, p=0, d=1: F.conv2d(X, w, None, s, p, d)),
        KERNEL_FLIPPED.made_by(lambda X, w, b, s=1, p=0, d=1: F.conv2d(X, w.flip(2, 3), b, s, p, d)),
    ],
    without=("unfold", "Unfold", "conv1d", "conv2d", "conv3d", "Conv1d", "Conv2d", "Conv3d", "convolution"),
)
def my_conv2d(
    X: torch.Tensor,
    weight: torch.Tensor,
    bias: torch.Tensor,
    stride: tuple[int, int] = (1, 1),
    padding: tuple[int, int] = (0, 0),
    dilation: tuple[int, int] = (1, 1),
) -> torch.Tensor:
    """F.conv2d for X of shape (N, c_i, h, w), weight (c_o, c_i, k_h, k_w) and bias (c_o,).

    zh: 相当于 F.conv2d：X 的形状为 (N, c_i, h, w)，权重为 (c_o, c_i, k_h, k_w)，偏置为 (c_o,)。

    >>> my_conv2d(torch.ones(1, 1, 3, 3), torch.ones(1, 1, 2, 2), torch.zeros(1))
    tensor([[[[4., 4.],
              [4., 4.]]]])
    """
    kernel = tuple(weight.shape[2:])
    h, w = d2l.output_size(tuple(X.shape[2:]), kernel, padding, stride, dilation)
    # F.pad begins with the last axis.
    # zh: # F.pad 从最后一条轴开始。
    X = F.pad(X, (padding[1], padding[1], padding[0], padding[0]))
    Y = bias[:, None, None]
    for a in range(kernel[0]):
        for b in range(kernel[1]):
            # What kernel entry (a, b) is multiplied by in all windows: as many rows and columns as the output has.
            # zh: # 卷积核的元素 (a, b) 在所有窗口里所乘的部分：行数和列数与输出相同。
            top, left = a * dilation[0], b * dilation[1]
            rows = slice(top, top + stride[0] * (h - 1) + 1, stride[0])
            columns = slice(left, left + stride[1] * (w - 1) + 1, stride[1])
            # Each output channel is a weighted sum of all input channels.
            # zh: # 每个输出通道都是所有输入通道的加权和。
            Y = Y + torch.einsum("nihw,oi->nohw", X[:, :, rows, columns], weight[:, :, a, b])
    return Y
