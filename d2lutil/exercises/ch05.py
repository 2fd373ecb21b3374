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
    "A part of a step is no step: the window would stick out. Round down, always.",
    "不足一步就不能走，否则窗口会伸到外面。一律向下取整。",
)


@exercise(
    effort="warm-up",
    en="""
        The formula of section 6, from memory and without `d2l`. Here and in all the exercises, padding is counted as PyTorch counts it:
        on each side.
    """,
    zh="""
        不翻书，也不用 `d2l`，写出第 6 节的公式。本题和以下各题里，填充都按 PyTorch 的数法，指每一侧的格数。
    """,
    case=one_axis,
    truth=lambda n, k, p, s, d: F.conv1d(torch.zeros(1, 1, n), torch.zeros(1, 1, k), None, s, p, d).shape[-1],
    hints=[
        (
            "Three questions: how long is the row with its frame, how much of it does the window cover, how far can it still move?",
            "三个问题：加上边框后，这一行有多长？窗口盖住其中多少？还能移动多远？",
        ),
        (
            "The row has n + 2p cells, the window covers d(k - 1) + 1 of them. What is left over is used up in steps of s.",
            "这一行有 n + 2p 格，窗口盖住其中 d(k - 1) + 1 格，剩下的就是可以移动的余地，每步用掉 s 格。",
        ),
        (
            "Whole steps: `//`. And the first place needs no step, so add 1 at the end.",
            "只算整步：`//`。第一个位置不用走，所以最后加 1。",
        ),
    ],
    mistakes=[
        PADDING_ONCE.made_by(lambda n, k, p, s, d: (n + p - d * (k - 1) - 1) // s + 1),
        ROUNDED.made_by(lambda n, k, p, s, d: round((n + 2 * p - d * (k - 1) - 1) / s) + 1),
        ROUNDED.made_by(lambda n, k, p, s, d: math.floor((n + 2 * p - d * (k - 1) - 1) / s + 0.5) + 1),
        ROUNDED.made_by(lambda n, k, p, s, d: math.ceil((n + 2 * p - d * (k - 1) - 1) / s) + 1),
        Mistake(
            "dilation ignored",
            "The dilation is left out. With gaps, k cells of kernel cover d(k - 1) + 1 cells.",
            "没有考虑空洞。拉开之后，k 格的卷积核盖住 d(k - 1) + 1 格。",
            lambda n, k, p, s, d: (n + 2 * p - k) // s + 1,
        ),
        Mistake(
            "dilation once too often",
            "You let the kernel cover d·k cells. Between k cells there are only k - 1 distances: it covers d(k - 1) + 1.",
            "你让卷积核盖住了 d·k 格。k 格之间只有 k - 1 段距离，盖住的是 d(k - 1) + 1 格。",
            lambda n, k, p, s, d: (n + 2 * p - d * k) // s + 1,
        ),
        Mistake(
            "stride applied first",
            "You divide the input by the stride, and then take the window away. First take away what the window covers, then count steps.",
            "你先把输入除以步幅，再减去窗口。应当先减去窗口盖住的部分，再数能走几步。",
            lambda n, k, p, s, d: (n + 2 * p) // s - d * (k - 1),
        ),
        Mistake(
            "places divided by the stride",
            "You divide the number of places at stride 1. The first place is always taken; only the steps after it are divided by the stride.",
            "你把步幅为 1 时的位置数直接除以了步幅。第一个位置总是有的，要除以步幅的只是在它之后能移动的距离。",
            lambda n, k, p, s, d: (n + 2 * p - d * (k - 1)) // s,
        ),
    ],
    without=("d2l",),
)
def output_size(n: int, k: int, p: int, s: int, d: int) -> int:
    """Output cells along one axis: n input cells, kernel k, padding p on each side, stride s, dilation d.

    zh: 沿一条轴的输出大小：输入 n 格，卷积核 k，每侧填充 p，步幅 s，膨胀率 d。

    >>> output_size(8, 5, 1, 4, 1)
    2
    """
    # From the first place, this far can the window move before it would stick out.
    # zh: # 从第一个位置起，窗口还能移动这么远，再远就伸到外面了。
    room = n + 2 * p - (d * (k - 1) + 1)
    # Whole steps only; the first place needs none.
    # zh: # 只算整步；第一个位置不用走。
    return room // s + 1


def work(rows, columns, full_rows, full_columns):
    return [rows, columns, rows * columns * 15, full_rows * full_columns * 15]


@prediction(
    en=r"""
        What does a stride save? Take an $8\times 8$ picture, kernel (3, 5), padding (0, 1), and compare stride (3, 4) with stride 1. Each cell of an
        output costs one multiplication for each cell of the kernel (zeros of the frame count too). Give the rows and the columns of the
        output with stride (3, 4), the multiplications for it, and then the multiplications with stride 1. Work it out on paper.
    """,
    zh=r"""
        步幅能省下多少计算？$8\times 8$ 的图像，卷积核 (3, 5)，填充 (0, 1)，请比较步幅 (3, 4) 与步幅 1。
        输出的每一格，都要与卷积核的每一格做一次乘法（与边框里的零相乘也算）。请依次给出：步幅 (3, 4) 时输出的行数、列数、
        所需的乘法次数，以及步幅 1 时的乘法次数。请在纸上算。
    """,
    hints=[
        (
            "One axis at a time, and each one twice: with its stride, and with stride 1.",
            "一次只看一条轴，每条轴算两遍：一遍用给定的步幅，一遍用步幅 1。",
        ),
        (
            "At stride 1 there are 8 - 3 + 1 rows and 8 + 2 - 5 + 1 columns. Each cell of an output costs 3·5 multiplications.",
            "步幅为 1 时有 8 - 3 + 1 行、8 + 2 - 5 + 1 列。输出的每一格要做 3·5 次乘法。",
        ),
    ],
    because=(
        "2·2 answers of 15 multiplications are 60; at stride 1, 6·6 answers make 540. That is a ninth of the work, where 3·4 let you "
        "hope for a twelfth: the first place of each axis is always paid for. On a large picture the saving comes close to 12.",
        "2·2 个输出，每个 15 次乘法，共 60 次；步幅为 1 时有 6·6 个输出，共 540 次。计算量是原来的九分之一，而不是 3·4 让人期望的十二分之一："
        "每条轴上第一个位置总是要算的。图像越大，节省的倍数越接近 12。",
    ),
    mistakes=[
        Mistake(
            "strides times",
            "The stride saves less or more than 3·4 times here, because sizes are rounded down. Count the multiplications without it as well.",
            "步幅省下的倍数不一定是 3·4，因为大小要向下取整。不用步幅时的乘法次数也请数一数。",
            lambda: [2, 2, 60, 720],
        ),
        Mistake(
            "divided by the strides",
            "You divide 540 by 3·4. Count the places that there really are: steps are rounded down, and the first place needs no step.",
            "你直接用 540 除以 3·4。请数一数真正有几个位置：步数要向下取整，而第一个位置不用走。",
            lambda: [2, 2, 45, 540],
        ),
        Mistake(
            "kernel forgotten",
            "Those are the cells of the outputs. Each cell costs as many multiplications as the kernel has cells.",
            "这是输出的格数。每一格要做的乘法，与卷积核的格数一样多。",
            lambda: [2, 2, 4, 36],
        ),
        Mistake(
            "padding counted once",
            "The padding is counted once. The 1 is for the left and again for the right.",
            "填充只算了一次。这里的 1 是左边一格，右边也有一格。",
            lambda: work(2, 2, 6, 5),
        ),
        Mistake(
            "padding ignored",
            "The padding of the columns is left out: there are 8 + 2 of them.",
            "漏掉了列方向的填充：加上边框一共有 8 + 2 列。",
            lambda: work(2, 1, 6, 4),
        ),
        Mistake(
            "rounded instead of floored",
            "The steps have to be rounded down: a window that sticks out gives no answer.",
            "步数要向下取整：伸到外面的窗口不给出结果。",
            lambda: work(3, 2, 6, 6),
        ),
        Mistake(
            "rounded instead of floored",
            "The steps have to be rounded down: a window that sticks out gives no answer.",
            "步数要向下取整：伸到外面的窗口不给出结果。",
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
    # For each cell of the output, one multiplication for each cell of the kernel.
    # zh: # 输出的每一格，都要与卷积核的每一格做一次乘法。
    return [*strided.shape, strided.numel() * K.numel(), full.numel() * K.numel()]


def same_by_torch(kernel, dilation):
    """How far kernels with a single 1, at the first or at the last place, move a row of ones under padding="same"."""
    first_and_last = torch.eye(kernel)[[0, -1], None]
    with warnings.catch_warnings():  # PyTorch may warn that it has to make a padded copy
        warnings.simplefilter("ignore")
        moved = F.conv1d(torch.ones(1, 1, 60), first_and_last, padding="same", dilation=dilation)[0]
    return tuple((moved == 0).sum(1).tolist())


@exercise(
    en="""
        Which padding keeps the size at stride 1, for a kernel of any size, odd or even, with any dilation? Give the cells on the left and on the right. Where they
        cannot be equal, do as PyTorch does.
    """,
    zh="""
        步幅为 1，卷积核的大小或奇或偶，空洞也任意，填充多少才能保持尺寸？请给出左侧和右侧的格数。两侧没法相等时，照 PyTorch 的做法分。
    """,
    case=lambda draw: (draw.size(1, 8), draw.size(1, 4)),
    also=[(3, 1), (4, 1), (2, 3)],
    truth=same_by_torch,
    hints=[
        (
            "Forget the sides for a moment: how many cells does the kernel with its gaps take away from an axis?",
            "先不管左右：带空洞的卷积核一共会让一条轴少掉几格？",
        ),
        (
            "It takes d(k - 1), the effective kernel less 1. These cells are to be shared out over two sides; what if their number is odd?",
            "少掉 d(k - 1) 格，也就是等效卷积核的大小减 1。把这些格分给两侧；如果是奇数呢？",
        ),
        (
            "Section 2: the left gets half, rounded down, and the right gets the rest.",
            "见第 2 节：左侧得一半（向下取整），其余的归右侧。",
        ),
    ],
    mistakes=[
        Mistake(
            "both sides get all",
            "You give the whole number to each side. It has to be shared out between the two.",
            "你给每一侧都填了全部的格数。这些格应当分给两侧。",
            lambda k, d: (d * (k - 1), d * (k - 1)),
        ),
        Mistake(
            "dilation ignored",
            "The dilation is left out. A kernel with gaps takes away d(k - 1) cells.",
            "没有考虑空洞。带空洞的卷积核会让轴少掉 d(k - 1) 格。",
            lambda k, d: ((k - 1) // 2, k // 2),
        ),
        Mistake(
            "larger part on the left",
            "The size is kept, but PyTorch gives the larger part to the right.",
            "尺寸保住了，不过 PyTorch 把多的那份给了右侧。",
            lambda k, d: (d * (k - 1) - d * (k - 1) // 2, d * (k - 1) // 2),
        ),
        Mistake(
            "rounded down on both sides",
            "Both sides are rounded down. For an odd total one cell is missing, and the output gets shorter by one.",
            "两侧都向下取整了。总数是奇数时就少填了一格，输出会短一格。",
            lambda k, d: (d * (k - 1) // 2, d * (k - 1) // 2),
        ),
        Mistake(
            "rounded up on both sides",
            "You treat both sides alike, and for an odd total that is one cell too many.",
            "你让两侧一样多。总数是奇数时，就多填了一格。",
            lambda k, d: ((d * (k - 1) + 1) // 2, (d * (k - 1) + 1) // 2),
        ),
        Mistake(
            "halved before the dilation",
            "You halve k - 1 and multiply by d afterwards. The size is kept, but the cells are not shared out evenly: halve d(k - 1).",
            "你先把 k - 1 分成两半，再乘以 d。尺寸保住了，但两侧分得不均匀：要平分的是 d(k - 1)。",
            lambda k, d: (d * ((k - 1) // 2), d * (k // 2)),
        ),
    ],
)
def same_padding(kernel: int, dilation: int) -> tuple[int, int]:
    """Cells of padding on the left and on the right that keep the size, as padding="same" shares them out.

    zh: 保持大小不变时左右两侧各填充多少格，按 padding="same" 的分法。

    >>> same_padding(4, 1)
    (1, 2)
    """
    # What the effective kernel takes away, the frame has to add.
    # zh: # 等效卷积核少掉多少，边框就要补上多少。
    total = dilation * (kernel - 1)
    # Half of it, rounded down, on the left; the rest on the right.
    # zh: # 左侧一半，向下取整；其余归右侧。
    return total // 2, total - total // 2


@choice(
    en="""
        Sound has one axis, and strides work there as well. You record one second of a pure tone of 3000 Hz (swings per second), with 8000 samples in the second. A layer with a
        kernel of 1 cell, weight 1 and stride 2 runs over it. What comes out you play at 4000 samples a second. What do you hear?
    """,
    zh="""
        声音只有一条轴，步幅同样适用。你录下一秒 3000 Hz（每秒振动的次数）的纯音，这一秒共有 8000 个采样点。
        用一个卷积核只有 1 格、权重为 1、步幅为 2 的层扫过去，再以每秒 4000 个采样点的速度播放输出。你会听到什么？
    """,
    options={
        "a": (
            "the same as before, 3000 Hz for one second: only with half as many numbers",
            "与原来一样，3000 Hz，一秒：只是数少了一半",
        ),
        "b": ("the same at half the speed: 1500 Hz, for two seconds", "与原来一样，但慢了一半：1500 Hz，两秒"),
        "c": ("another tone, lower than before: 1000 Hz, for one second", "另一个音，比原来低：1000 Hz，一秒"),
        "d": ("nothing: the tone is too high for so few samples", "什么也听不到：采样点这么少，容不下这么高的音"),
    },
    hints=[
        (
            "How many samples are left of one second? And how long does it take to play them?",
            "一秒的录音还剩下多少个采样点？播放它们要用多久？",
        ),
        (
            "A swing of 3000 Hz takes 8000/3000 samples, less than 3. How many of them are left for each swing?",
            "3000 Hz 的声音，每振动一次只占 8000/3000 个采样点，还不到 3 个。用步幅 2 之后，每次振动还剩几个？",
        ),
        (
            "Compute the sine at 0, 2, 4, 6, ... samples: after how many of those does it repeat itself?",
            "算一算正弦波在第 0、2、4、6……个采样点处的值：每过几个值就重复一遍？",
        ),
    ],
    because=(
        "Stride 2 keeps every other sample: half the numbers, the same length of time. At 4000 samples a second nothing above 2000 Hz can "
        "be told apart from something lower: 3000 Hz folds down to 4000 - 3000 = 1000 Hz. This is called aliasing. In pictures, fine "
        "stripes turn into coarse ones in the same way; a blur before the stride helps in both cases.",
        "步幅 2 就是每隔一个采样点取一个：数少了一半，时长不变。每秒 4000 个采样点时，高于 2000 Hz 的音与某个更低的音无法区分："
        "3000 Hz 折到了 4000 - 3000 = 1000 Hz。这叫做混叠。图像里细密的条纹也会这样变成粗条纹；两种情况下，迈大步之前先模糊一下都有帮助。",
    ),
    wrong={
        "a": (
            "That holds for low tones, up to 2000 Hz. For 3000 Hz too few samples are left: fewer than two for each swing.",
            "对 2000 Hz 以下的低音才是这样。3000 Hz 的音剩下的采样点太少：每次振动不到两个。",
        ),
        "b": (
            "Twice as long it would be only if nothing was left out, or if zeros were put in. 4000 samples at 4000 a second are one second.",
            "只有什么都不丢，或者往里面插零，才会变成两倍长。4000 个采样点，每秒放 4000 个，正好是一秒。",
        ),
        "d": (
            "The samples that are kept are not zero: they go 0, -1, 0, 1 and so on. That is a tone.",
            "留下的采样点并不是零，而是 0、-1、0、1，如此反复。这也是一个音。",
        ),
    },
)
def every_other_sample() -> str:
    second = torch.arange(8000, dtype=torch.float64) / 8000
    tone = torch.sin(2 * torch.pi * 3000 * second)
    kept = F.conv1d(tone[None, None], torch.ones(1, 1, 1, dtype=torch.float64), stride=2)[0, 0]
    if kept.abs().max() < 0.1:
        return "d"
    # How much of each frequency is in it? Entry f belongs to f swings in the whole row.
    # zh: # 每个频率各占多少？第 f 项对应整段里振动 f 次的音。
    swings = int(torch.fft.rfft(kept).abs().argmax())
    heard = swings / (len(kept) / 4000)
    return {3000: "a", 1500: "b", 1000: "c"}[round(heard)]


def range_by_search(m, kernel, padding, stride, dilation):
    fit = [n for n in range(1, 80) if n + 2 * padding > dilation * (kernel - 1)]
    sizes = [n for n in fit if d2l.output_size(n, kernel, padding, stride, dilation) == m]
    return sizes[0], sizes[-1]


def output_of_an_input(draw):
    n, *others = one_axis(draw)
    return d2l.output_size(n, *others), *others


def shortest(m, k, p, s, d):
    """Without regard to the one cell that an input has at least."""
    return (m - 1) * s + d * (k - 1) + 1 - 2 * p


@exercise(
    en="""
        An output of size $m$ does not tell you the input's size, because of the rounding. Give the smallest and the largest input
        that lead to it. (An input has at least 1 cell.)
    """,
    zh="""
        由于取整，光看输出的大小 $m$ 推不出输入有多大。求出能得到这个输出的最小输入和最大输入。（输入至少有 1 格。）
    """,
    case=output_of_an_input,
    also=[(1, 2, 1, 3, 1), (4, 3, 1, 2, 1), (2, 1, 3, 4, 1)],
    truth=range_by_search,
    hints=[
        (
            "For the smallest input nothing is left over: the last window ends exactly at the end of the frame.",
            "输入最小时，一格也不剩：最后一个窗口正好停在边框的末尾。",
        ),
        (
            "Solve the formula without its brackets for n. Then ask how far n can grow until one more place fits.",
            "先去掉公式里的取整号，解出 n。再想一想，n 最多还能增大多少，才不至于多放下一个位置。",
        ),
        (
            "n = (m - 1)·s + d(k - 1) + 1 - 2p, and up to s - 1 more. At the very end: an input of 0 cells or fewer does not exist.",
            "n = (m - 1)·s + d(k - 1) + 1 - 2p，最多还能再多 s - 1。最后别忘了：输入不可能只有 0 格或更少。",
        ),
    ],
    mistakes=[
        PADDING_ONCE.made_by(
            lambda m, k, p, s, d: (max(1, shortest(m, k, p, s, d) + p), shortest(m, k, p, s, d) + p + s - 1)
        ),
        Mistake(
            "one step too far",
            "Your largest input is one too large: with s cells more, one more place fits.",
            "你给出的最大输入大了一格：多出整整 s 格，就又放得下一个位置了。",
            lambda m, k, p, s, d: (max(1, shortest(m, k, p, s, d)), shortest(m, k, p, s, d) + s),
        ),
        Mistake(
            "less than one cell",
            "An input has at least 1 cell. With much padding your formula gives 0 or less.",
            "输入至少有 1 格。填充很多时，你的公式会算出 0 或更小的数。",
            lambda m, k, p, s, d: (shortest(m, k, p, s, d), shortest(m, k, p, s, d) + s - 1),
        ),
        Mistake(
            "largest from the lifted smallest",
            "You lift the smallest input to 1, and count the largest from there. The largest has to be counted from the number before.",
            "你先把最小输入抬高到 1，再从这里去数最大输入。最大输入应当从抬高之前的数开始数。",
            lambda m, k, p, s, d: (max(1, shortest(m, k, p, s, d)), max(1, shortest(m, k, p, s, d)) + s - 1),
        ),
        Mistake(
            "m steps",
            "You count m steps. From the first of m places to the last there are m - 1.",
            "你算了 m 步。从第一个位置到第 m 个位置只有 m - 1 步。",
            lambda m, k, p, s, d: (max(1, shortest(m, k, p, s, d) + s), shortest(m, k, p, s, d) + 2 * s - 1),
        ),
        Mistake(
            "dilation ignored",
            "The dilation is left out. With gaps, the kernel covers d(k - 1) + 1 cells.",
            "没有考虑空洞。拉开之后，卷积核盖住 d(k - 1) + 1 格。",
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
    # m - 1 steps and the window at its last place just fill the framed row.
    # zh: # 走 m - 1 步，再加上窗口在最后一个位置盖住的部分，正好填满带边框的一行。
    smallest = (m - 1) * stride + dilation * (kernel - 1) + 1 - 2 * padding
    # With a whole stride more, one more place would fit. Lift the smallest last, or the largest moves along.
    # zh: # 再多出整整一个步幅，就会多放下一个位置。最后才抬高最小值，否则最大值会跟着变。
    return max(1, smallest), smallest + stride - 1


def picture_and_frame(draw):
    p = draw.size(0, 3)
    h, w = draw.sizes(p + 1, 5)
    return draw.tensor(h, w, low=0, high=9), p


def columns_and_rows(X, p, left, right):
    """A frame by two functions on the columns, then the same on the rows."""
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
        A mirror at the border: write `reflect` padding yourself, with slices and `flip`, without `F.pad` or a padding layer.
    """,
    zh="""
        在边界上立一面镜子：不用 `F.pad`，也不用填充层，用切片和 `flip` 自己写出 `reflect` 填充。
    """,
    case=picture_and_frame,
    truth=lambda X, p: F.pad(X[None, None], (p, p, p, p), mode="reflect")[0, 0],
    hints=[
        (
            "The mirror stands on the last cell. Which columns do you see in it on the left, from near to far?",
            "镜子立在最后一格上。从左边的镜子里，由近到远看到的是哪几列？",
        ),
        (
            "The frame on the left consists of columns 1 to p in reverse order. Do the columns first, then treat the rows of the result "
            "alike: so the corners come out right by themselves.",
            "左边的边框就是第 1 到第 p 列倒过来。先处理列，再对所得结果的行照样处理一遍，四个角自然就对了。",
        ),
        (
            "Left: `X[:, 1 : p + 1].flip(1)`. Right: from column w - 1 - p up to w - 2, reversed. `torch.cat` joins the parts.",
            "左边：`X[:, 1 : p + 1].flip(1)`。右边：第 w - 1 - p 列到第 w - 2 列，倒过来。`torch.cat` 把各部分拼起来。",
        ),
    ],
    mistakes=[
        Mistake(
            "edge repeated",
            "The outermost cell appears twice. This mirror stands on that cell, not behind it: begin with its neighbour.",
            "最外面的一格出现了两次。镜子就立在这一格上，而不是在它外侧：应当从它的邻居开始。",
            lambda X, p: columns_and_rows(
                X, p, lambda X, p: X[:, :p].flip(1), lambda X, p: X[:, X.shape[1] - p :].flip(1)
            ),
        ),
        Mistake(
            "not reversed",
            "The right cells, but not mirrored: the nearest one has to come next to the border.",
            "格取对了，但没有倒过来：离边界最近的，在镜子里也离边界最近。",
            lambda X, p: columns_and_rows(X, p, lambda X, p: X[:, 1 : p + 1], lambda X, p: X[:, -p - 1 : -1]),
        ),
        Mistake(
            "replicated",
            "You repeat the outermost cell again and again. That is `replicate`.",
            "你一直在重复最外面的一格，那是 `replicate`。",
            lambda X, p: F.pad(X[None, None], (p,) * 4, mode="replicate")[0, 0],
        ),
        Mistake(
            "circular",
            "The frame comes from the opposite side. That is `circular`; a mirror shows the near side.",
            "边框取自对侧，那是 `circular`。镜子照出的是近处的这一侧。",
            lambda X, p: F.pad(X[None, None], (p,) * 4, mode="circular")[0, 0],
        ),
        Mistake(
            "corners empty",
            "The four sides are right, the corners are empty. Mirror the columns first, and then the rows of the result.",
            "四条边都对，四个角却是空的。先把列照出来，再照所得结果的行。",
            without_corners,
        ),
        Mistake(
            "columns only",
            "Left and right are there; top and bottom are missing.",
            "左右有了，上下还没有。",
            lambda X, p: F.pad(X[None, None], (p, p, 0, 0), mode="reflect")[0, 0],
        ),
        Mistake(
            "rows only",
            "Top and bottom are there; left and right are missing.",
            "上下有了，左右还没有。",
            lambda X, p: F.pad(X[None, None], (0, 0, p, p), mode="reflect")[0, 0],
        ),
    ],
    without=("pad", "ReflectionPad1d", "ReflectionPad2d"),
)
def reflect(X: torch.Tensor, p: int) -> torch.Tensor:
    """X of shape (h, w) with p reflected cells on each side: shape (h + 2p, w + 2p), 0 <= p < h and p < w.

    zh: 形状为 (h, w) 的 X，每侧按反射填充 p 格：形状变为 (h + 2p, w + 2p)，0 <= p < h 且 p < w。

    >>> reflect(torch.tensor([[1.0, 2.0], [3.0, 4.0]]), 1)
    tensor([[4., 3., 4., 3.],
            [2., 1., 2., 1.],
            [4., 3., 4., 3.],
            [2., 1., 2., 1.]])
    """
    # Column 0 is the mirror itself, so the picture in it begins with column 1.
    # zh: # 第 0 列就是镜子所在的地方，镜中的像从第 1 列开始。
    X = torch.cat([X[:, 1 : p + 1].flip(1), X, X[:, -p - 1 : -1].flip(1)], 1)
    # The rows of the wider picture: so the corners are mirrored twice, as they should.
    # zh: # 照的是加宽之后的行，四个角就被照了两次，正该如此。
    return torch.cat([X[1 : p + 1].flip(0), X, X[-p - 1 : -1].flip(0)])


def uses_by_autograd(n, kernel, padding, stride, dilation):
    row = torch.zeros(1, 1, n, requires_grad=True)
    with torch.enable_grad():
        F.conv1d(row, torch.ones(1, 1, kernel), None, stride, padding, dilation).sum().backward()
    return row.grad[0, 0]


def counted(n, kernel, padding, stride, dilation, fewer=0, start=0, wraps=False):
    """Counting with a slip: places left out, a window that begins elsewhere, cells beyond the start taken from the end."""
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
        How often is each cell of one axis used? Count it without autograd, for any setting. (In two dimensions, rows and columns multiply: look
        again at the grid of section 1.)
    """,
    zh="""
        一条轴上的每一格各被用到多少次？无论怎样设置，都要数得出来，不要用自动求导。（在二维情形，行与列的次数相乘：再看看第 1 节的那张表。）
    """,
    case=one_axis,
    also=[(12, 3, 1, 1, 1), (12, 3, 0, 2, 1), (12, 4, 3, 5, 1), (12, 3, 2, 1, 2), (12, 2, 1, 3, 4), (1, 1, 0, 1, 1)],
    truth=uses_by_autograd,
    hints=[
        (
            "Go through the windows one by one. In which cell does window number i begin, if the frame counts as negative cells?",
            "一个窗口一个窗口地数。如果边框里的格用负数编号，第 i 个窗口从哪一格开始？",
        ),
        (
            "Window i begins at i·s - p and uses every d-th cell from there, k of them.",
            "第 i 个窗口从 i·s - p 开始，从那里起每 d 格用一格，一共用 k 格。",
        ),
        (
            "`d2l.output_size` says how many windows there are. Count only cells from 0 to n - 1: the others are frame.",
            "`d2l.output_size` 告诉你有多少个窗口。只数第 0 到第 n - 1 格，其余的是边框。",
        ),
    ],
    mistakes=[
        Mistake(
            "frame forgotten",
            "Your first window begins at cell 0 of the picture. With padding it begins p cells earlier, in the frame.",
            "你的第一个窗口从图像的第 0 格开始。有填充时，要早 p 格，从边框里开始。",
            lambda n, k, p, s, d: counted(n, k, p, s, d, start=p),
        ),
        Mistake(
            "beyond the start",
            "Cells of the frame are counted at the other end of the row: a negative index counts from the end. Leave out what is below 0.",
            "边框里的格被数到了另一头：负的下标是从末尾倒着数的。小于 0 的要略过。",
            lambda n, k, p, s, d: counted(n, k, p, s, d, wraps=True),
        ),
        Mistake(
            "gaps counted",
            "The cells between the kernel's cells are counted too. A window steps over them.",
            "把卷积核各格之间的空隙也数进去了。窗口是从上面跨过去的，并不用到这些格。",
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
            "You count a window at every cell. With stride s there is one at every s-th cell.",
            "你在每一格都放了一个窗口。步幅为 s 时，每 s 格才有一个。",
            lambda n, k, p, s, d: uses_by_autograd(n, k, p, 1, d),
        ),
        Mistake(
            "each cell once",
            "A cell that several windows use has to be counted for each of them. (`uses[cells] += 1` adds 1 only once, however often a "
            "number occurs in `cells`.)",
            "一格若被多个窗口用到，每个窗口都要算一次。（`uses[cells] += 1` 只加一次 1，不管同一个编号在 `cells` 里出现几次。）",
            lambda n, k, p, s, d: (uses_by_autograd(n, k, p, s, d) > 0).float(),
        ),
    ],
    without=("autograd", "backward", "grad"),
)
def count_uses(n: int, kernel: int, padding: int, stride: int, dilation: int) -> torch.Tensor:
    """How many windows use each of the n input cells, shape (n,).

    zh: n 个输入格各被多少个窗口用到，形状为 (n,)。

    >>> count_uses(5, 3, 0, 2, 1).tolist()
    [1, 1, 2, 1, 1]
    """
    uses = torch.zeros(n, dtype=torch.long)
    for i in range(d2l.output_size(n, kernel, padding, stride, dilation)):
        # The cells of window i; those of the frame lie below 0 or from n on.
        # zh: # 第 i 个窗口用到的格；小于 0 或不小于 n 的属于边框。
        start = i * stride - padding
        for cell in range(start, start + kernel * dilation, dilation):
            if 0 <= cell < n:
                uses[cell] += 1
    return uses


@choice(
    en=r"""
        Less work is one thing that a stride gives. There is another, even if work cost nothing. Compare a $3\times 3$ blur with stride 2 and the
        same blur with stride 1, over a picture of pure noise. What is true?
    """,
    zh=r"""
        步幅的好处之一是省计算。就算计算不花任何代价，它还有另一个好处。用一个 $3\times 3$ 的模糊核，分别以步幅 2 和步幅 1 扫过一张纯噪声的图像，
        比较两个输出。下面哪一条是对的？
    """,
    options={
        "a": (
            "each number that stride 2 gives carries less noise than those of stride 1",
            "步幅 2 得到的每个数，噪声都比步幅 1 的小",
        ),
        "b": ("the layer with stride 2 has fewer weights to learn", "步幅 2 的层要学的权重更少"),
        "c": (
            r"neighbouring answers of stride 2 resemble each other less, and a $3\times 3$ layer on top of them sees more of the picture",
            r"步幅 2 的相邻输出之间不那么相像，而且再往上接一个 $3\times 3$ 的层，看到的图像范围更大",
        ),
        "d": (
            "each answer of stride 2 sees more of the picture than one of stride 1",
            "步幅 2 的每个输出，都比步幅 1 的看到更大的图像范围",
        ),
    },
    hints=[
        (
            "Section 4: what is the strided output, compared with the full one? So what has happened to each single number?",
            "见第 4 节：迈大步的输出与完整的输出是什么关系？那么单看其中一个数，有没有变化？",
        ),
        (
            "Lay two neighbouring 3×3 windows on squared paper, one cell apart and then two cells apart. How many cells do they share?",
            "在方格纸上画两个相邻的 3×3 窗口，先错开一格，再错开两格。共有的格各是多少？",
        ),
    ],
    because=(
        "At stride 1 two neighbours share 6 of 9 cells, at stride 2 only 3: fewer numbers, which repeat each other less. And a "
        "3×3 kernel on top of them sees 7×7 cells instead of 5×5, as neighbours now lie 2 cells apart. A layer with a full output has to "
        "learn from many numbers that say nearly the same.",
        "步幅为 1 时，相邻两个窗口的 9 格里有 6 格是共有的，步幅为 2 时只有 3 格：数少了，彼此的重复也少了。再往上接一个 3×3 的卷积核，"
        "看到的是 7×7 格，而不是 5×5，因为相邻的两个输出现在对应输入中相隔 2 格的位置。如果保留完整的输出，下一层就得从许多大同小异的数里去学习。",
    ),
    wrong={
        "a": (
            "Each number that is left is exactly the one that was there before: `Y[::2, ::2]`. No noise is taken from it.",
            "留下来的每个数与原来的完全一样，就是 `Y[::2, ::2]`，噪声一点没少。",
        ),
        "b": (
            "The kernel is the same, 3×3, whatever the stride.",
            "不管步幅是多少，卷积核都是 3×3，权重一个也没少。",
        ),
        "d": (
            "The window of the layer itself is still 3×3. Its stride helps the layers above it.",
            "这一层自己的窗口仍然是 3×3。步幅帮到的是它上面的各层。",
        ),
    },
)
def what_stride_gives() -> str:
    def alike(Y):
        # Correlation of right-hand neighbours: 1 if one tells you all about the other, 0 if nothing.
        # zh: # 左右邻居的相关系数：1 表示知道一个就知道另一个，0 表示毫无关系。
        return float(torch.corrcoef(torch.stack([Y[..., :-1].flatten(), Y[..., 1:].flatten()]))[0, 1])

    def sees(*layers):
        return d2l.receptive_field(layers).size[0]

    noise = torch.randn(1, 1, 200, 200, generator=torch.Generator().manual_seed(0))
    full, strided = (F.conv2d(noise, torch.full((1, 1, 3, 3), 1 / 9), stride=s) for s in (1, 2))
    true = {
        "a": float(strided.std()) < 0.9 * float(full.std()),
        "b": nn.Conv2d(1, 1, 3, stride=2).weight.numel() < nn.Conv2d(1, 1, 3).weight.numel(),
        "c": alike(strided) < 0.6 * alike(full) and sees((3, 2), (3, 1)) > sees((3, 1), (3, 1)),
        "d": sees((3, 2)) > sees((3, 1)),
    }
    (letter,) = [letter for letter in true if true[letter]]
    return letter


def spread(X, rows=2, columns=2):
    """X with zeros between its cells."""
    wide = X.new_zeros((X.shape[0] - 1) * rows + 1, (X.shape[1] - 1) * columns + 1)
    wide[::rows, ::columns] = X
    return wide


def plain_correlation(X, K):
    return F.conv2d(X[None, None], K[None, None])[0, 0]


def small_picture_and_kernel(draw):
    """The kernel fits the spread picture, sometimes not the picture itself."""
    h, w = draw.sizes(1, 4)
    k_h, k_w = draw.sizes(1, 3)
    return draw.tensor(h, w, low=1, high=9), draw.tensor(min(k_h, 2 * h - 1), min(k_w, 2 * w - 1))


@exercise(
    en="""
        Can a stride be one half? Let the window move by half a cell: put one zero between every two neighbouring cells of the picture, along rows and
        columns, and let the kernel run over that without any frame. The output is larger than the picture. Which operation of PyTorch
        does this? (You need not use it; after your answer is right you will read its name.)
    """,
    zh="""
        步幅可以是二分之一吗？让窗口每次只走半格：沿行和列，在图像每两个相邻的格之间都放一个零，不加边框，再让卷积核在上面滑动。
        输出比图像还大。这对应 PyTorch 的哪个运算？（不必用它；答对之后，你会看到它的名字。）
    """,
    case=small_picture_and_kernel,
    truth=lambda X, K: F.conv_transpose2d(
        X[None, None], K.flip(0, 1)[None, None], stride=2, padding=(K.shape[0] - 1, K.shape[1] - 1)
    )[0, 0],
    hints=[
        (
            "3 cells with a zero between neighbours: how long is the row then? Write it down.",
            "3 格，相邻两格之间放一个零：这一行有多长？写出来看看。",
        ),
        (
            "Begin with zeros of shape (2h - 1, 2w - 1). Which of its rows and columns belong to the picture?",
            "先准备一张形状为 (2h - 1, 2w - 1) 的全零表。哪些行、哪些列是留给图像的？",
        ),
        (
            "Section 5 spread out a kernel with `[..., ::2, ::2] = ...`. Do this to the picture, then call `d2l.corr2d`.",
            "第 5 节用 `[..., ::2, ::2] = ...` 把卷积核撑开。对图像也这样做，然后调用 `d2l.corr2d`。",
        ),
    ],
    mistakes=[
        Mistake(
            "zeros at the end",
            "There are zeros after the last cell, too. They belong between cells: (2h - 1, 2w - 1), not (2h, 2w).",
            "最后一格的后面也放了零。零只放在两格之间：形状是 (2h - 1, 2w - 1)，而不是 (2h, 2w)。",
            lambda X, K: plain_correlation(F.pad(spread(X), (0, 1, 0, 1)), K),
        ),
        Mistake(
            "zeros around",
            "There are zeros around the picture, too. They belong between cells only: no frame.",
            "图像的四周也放了零。零只放在两格之间，不加边框。",
            lambda X, K: plain_correlation(F.pad(spread(X), (1, 1, 1, 1)), K),
        ),
        Mistake(
            "cells repeated",
            "You repeat each cell. That makes a picture larger too, but here zeros are put in between.",
            "你把每一格重复了一遍。这样也能放大图像，但这里要放的是零。",
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
            "That is PyTorch's transposed convolution as it is: it frames the spread picture with k - 1 zeros and turns the kernel. Turn the "
            "kernel before, and give it `padding` of k - 1.",
            "这是 PyTorch 原样的转置卷积：它还给撑开的图像围上 k - 1 圈零，并把卷积核旋转 180 度。请先把卷积核转好，并让 `padding` 等于 k - 1。",
            lambda X, K: F.conv_transpose2d(X[None, None], K[None, None], stride=2)[0, 0],
        ),
        Mistake(
            "stride two",
            "That is stride 2: half as many answers. Here there have to be about twice as many.",
            "这是步幅 2，输出只剩一半。这里要的是大约两倍。",
            lambda X, K: F.conv2d(X[None, None], K[None, None], stride=2)[0, 0],
        ),
    ],
    because=(
        "PyTorch knows this as transposed convolution, `F.conv_transpose2d` with stride 2: it lays zeros between the cells, puts a frame of "
        "k - 1 zeros around them, and turns the kernel by 180 degrees. The check computes its answer that way.",
        "PyTorch 把这叫做转置卷积，即步幅为 2 的 `F.conv_transpose2d`：在各格之间放零，四周再围上 k - 1 圈零，并把卷积核旋转 180 度。"
        "检查时用的正是它。",
    ),
)
def half_stride(X: torch.Tensor, K: torch.Tensor) -> torch.Tensor:
    """X (h, w) with zeros put between its cells, cross-correlated with a K (k_h, k_w) that fits.

    zh: 在形状为 (h, w) 的 X 各格之间插入 0，再与放得下的 (k_h, k_w) 的 K 做互相关。

    >>> half_stride(torch.tensor([[1.0, 2.0, 4.0]]), torch.tensor([[3.0, 5.0]]))
    tensor([[ 3., 10.,  6., 20.]])
    """
    h, w = X.shape
    # Zeros between the cells, none after the last: 2h - 1 rows, not 2h.
    # zh: # 零只放在两格之间，最后一格后面没有：是 2h - 1 行，而不是 2h 行。
    spread_out = X.new_zeros(2 * h - 1, 2 * w - 1)
    spread_out[::2, ::2] = X
    # One step on this picture is half a step on the old one.
    # zh: # 在这张图像上走一步，就是在原图像上走半步。
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
        Section 3 counted the cells that no invented number had reached, layer by layer. Do it for one axis and any stack of layers, now with strides too. Work it
        out from the numbers of the layers; run no convolution.

        The check pads with NaN, "not a number": whatever it touches becomes NaN as well. What is not NaN at the end was never reached.
    """,
    zh="""
        第 3 节逐层数过，有多少格没有受到编造的数的影响。现在只看一条轴，但层可以任意搭配，还带步幅。请根据各层的那几个数来推算，不要真去做卷积。

        检查的办法是用 NaN（“不是数”）来填充：凡是碰到它的都变成 NaN。最后不是 NaN 的格，就是从未受影响的格。
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
            "The clean cells of a layer lie side by side. So two numbers are enough: the first and the last of them.",
            "每一层的干净格都连成一段。所以只要记住两个数：这一段的第一格和最后一格。",
        ),
        (
            "Output cell i uses cells from i·s - p to i·s - p + d(k - 1). Which i is the first that lies wholly among the clean ones, which the last?",
            "输出的第 i 格用到第 i·s - p 格到第 i·s - p + d(k - 1) 格。第一个整段都落在干净格之内的 i 是哪一个？最后一个呢？",
        ),
        (
            "The first clean i is (first + p)/s, rounded up; the last is (last + p - d(k - 1))/s, rounded down. And at the end there may be none at all.",
            "第一个干净的 i 是 (first + p)/s 向上取整；最后一个是 (last + p - d(k - 1))/s 向下取整。到头来也可能一格都不剩。",
        ),
    ],
    mistakes=[
        Mistake(
            "all cells",
            "That is the size of the output. It was kept up with invented numbers; count only what they have not reached.",
            "这是输出的大小，而它是靠编造的数撑起来的。只数没有受影响的格。",
            sizes_of,
        ),
        Mistake(
            "as without padding",
            "You count what is left without any padding. That is the same at stride 1; with a larger stride, padding moves the windows to other cells.",
            "你算的是完全不填充时剩下的格数。步幅为 1 时两者相同；步幅更大时，填充会让窗口落在别的格上。",
            lambda n, layers: sizes_of(n, layers, padded=False),
        ),
        Mistake(
            "last layer only",
            "You look at the last layer's padding alone. Its input was no longer clean either.",
            "你只看了最后一层的填充。可它的输入也早就不全是干净的了。",
            last_layer_only,
        ),
        Mistake(
            "fewer than none",
            "There are no fewer than 0 cells. Invention coming from both sides can meet in the middle.",
            "格数不会小于 0。编造的影响从两侧推进，会在中间碰头。",
            lambda n, layers: ends_of(n, layers)[1] - ends_of(n, layers)[0] + 1,
        ),
        Mistake(
            "one side only",
            "You take the invention away on one side only. It comes in from both.",
            "你只去掉了一侧受影响的格。影响是从两侧来的。",
            lambda n, layers: max(0, sizes_of(n, layers) - ends_of(n, layers)[0]),
        ),
        Mistake(
            "stride ignored",
            "You take 2p cells away for each layer. A cell of a layer with stride s stands for s cells below it.",
            "你在每一层都减去 2p 格。步幅为 s 的一层，它的一格就代表下面一层的 s 格。",
            lambda n, layers: max(0, sizes_of(n, layers) - 2 * sum(padding for _, _, padding, _ in layers)),
        ),
        Mistake(
            "first rounded down",
            "The first clean cell is rounded down, so that its window may begin in front of what is clean. Round it up.",
            "第一个干净格被向下取整了，它的窗口可能从干净的部分之前就开始。这里要向上取整。",
            first_rounded_down,
        ),
    ],
    without=("conv1d", "conv2d", "Conv1d", "Conv2d"),
)
def clean_cells(n: int, layers: list[tuple[int, int, int, int]]) -> int:
    """Output cells that no padding has reached; each layer is (kernel, stride, padding, dilation).

    zh: 没有受到任何填充影响的输出格数；每层写成（卷积核大小，步幅，填充，膨胀率）。

    >>> clean_cells(240, [(5, 1, 2, 1)] * 10)
    200
    """
    first, last = 0, n - 1
    for kernel, stride, padding, dilation in layers:
        # Window i must not begin before the first clean cell: i * stride - padding >= first, so round up.
        # zh: # 第 i 个窗口不能早于第一个干净格开始：i * stride - padding >= first，所以向上取整。
        first = (first + padding + stride - 1) // stride
        # Nor end after the last one: round down.
        # zh: # 也不能晚于最后一个干净格结束，所以向下取整。
        last = (last + padding - dilation * (kernel - 1)) // stride
    # Where the two have passed each other, nothing clean is left.
    # zh: # 两头一旦错过，就一格干净的都不剩了。
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
        Write `F.conv2d` (without `groups`), for batches, channels, and different settings on the two axes. No `unfold`, no convolution of
        PyTorch, neither function nor layer; loop over the kernel's cells, as `d2l.corr2d` does.
    """,
    zh="""
        写出 `F.conv2d`（不含 `groups`）：要能处理批量和通道，两条轴的设置可以不同。
        不用 `unfold`，也不用 PyTorch 的卷积，不论是函数还是层；像 `d2l.corr2d` 那样，在卷积核的各格上循环。
    """,
    case=batch_and_layer,
    also=by_default,
    truth=F.conv2d,
    hints=[
        (
            "Pad first; compute the output's height and width. Kernel cell (a, b) meets, in all windows at once, a part of the padded "
            "input: where does it begin, with which step does it go on, and how many cells has it?",
            "先填充，再算出输出的高和宽。卷积核的 (a, b) 这一格，在所有窗口里碰到的格合起来，是填充后输入的一部分："
            "这部分从哪里开始，每步走几格，一共有几格？",
        ),
        (
            "Its rows begin at a·d, go on in steps of s, and there are as many as the output has; its columns alike, with the second number "
            "of each pair. As a slice, the rows are `a * d : a * d + s * (h - 1) + 1 : s`.",
            "它的行从 a·d 开始，每步 s 格，行数与输出相同；列也一样，用每一对数中的第二个。写成切片，行就是 `a * d : a * d + s * (h - 1) + 1 : s`。",
        ),
        (
            "For one kernel cell, the channels are mixed by a table of shape (output channels, input channels): "
            '`torch.einsum("nihw,oi->nohw", part, weight[:, :, a, b])`.',
            "对卷积核的一格来说，负责混合各通道的，是一张形状为（输出通道，输入通道）的表："
            '`torch.einsum("nihw,oi->nohw", part, weight[:, :, a, b])`。',
        ),
    ],
    mistakes=[
        STRIDE_ON_ONE_AXIS.made_by(lambda X, w, b, s=ONE, p=0, d=1: F.conv2d(X, w, b, (s[0], 1), p, d)),
        STRIDE_ON_ONE_AXIS.made_by(lambda X, w, b, s=ONE, p=0, d=1: F.conv2d(X, w, b, (1, s[1]), p, d)),
        Mistake(
            "padding on the other axis",
            "The two paddings are exchanged. `padding` names the rows first; `F.pad` begins with the last axis, the columns.",
            "两条轴的填充交换了。`padding` 先说行，`F.pad` 却从最后一个轴（列）开始。",
            lambda X, w, b, s=1, p=(0, 0), d=1: F.conv2d(X, w, b, s, (p[1], p[0]), d),
        ),
        Mistake(
            "dilation ignored",
            "The dilation is left out: kernel cell (a, b) lies a·d rows and b·d columns from the window's first cell.",
            "没有考虑空洞：卷积核的 (a, b) 与窗口的第一格相隔 a·d 行、b·d 列。",
            lambda X, w, b, s=1, p=0, d=1: F.conv2d(X, w, b, s, p, 1),
        ),
        Mistake(
            "bias for every kernel cell",
            "The bias is added once for each kernel cell. Add it once, after the loop.",
            "卷积核有几格，偏置就加了几遍。应当在循环之后只加一遍。",
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
    # F.pad names the last axis first.
    # zh: # F.pad 从最后一个轴说起。
    X = F.pad(X, (padding[1], padding[1], padding[0], padding[0]))
    Y = bias[:, None, None]
    for a in range(kernel[0]):
        for b in range(kernel[1]):
            # All that kernel cell (a, b) ever meets: as many rows and columns as the output has.
            # zh: # 卷积核的 (a, b) 遇到过的全部格：行数和列数与输出相同。
            top, left = a * dilation[0], b * dilation[1]
            rows = slice(top, top + stride[0] * (h - 1) + 1, stride[0])
            columns = slice(left, left + stride[1] * (w - 1) + 1, stride[1])
            # Each output channel weighs all input channels.
            # zh: # 每个输出通道都对所有输入通道加权求和。
            Y = Y + torch.einsum("nihw,oi->nohw", X[:, :, rows, columns], weight[:, :, a, b])
    return Y
