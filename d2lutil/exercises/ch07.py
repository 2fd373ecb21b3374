"""Exercises of chapter 07, pooling."""

import torch
import torch.nn.functional as F
from torch import nn

import d2lutil as d2l

from .engine import choice, exercise, prediction
from .engine.mistakes import MEAN_OVER_PADDING, STRIDE_ON_ONE_AXIS, Mistake

CHANNELS_MIXED = Mistake(
    "channels mixed",
    "The channels are mixed: each output channel has heard of all input channels. Pooling treats every channel by itself.",
    "通道混在一起了：每个输出通道都用到了所有输入通道。汇聚对每个通道单独进行。",
)
PADDING_LOST = Mistake(
    "padding lost",
    "The padding is missing: there are windows that begin outside the picture, too.",
    "漏掉了填充：有些窗口是从图像外面开始的。",
)
STRIDE_LOST = Mistake(
    "stride lost",
    "The window moves by one cell each time. Here it has to move by the stride.",
    "窗口每次只移动了一格。这里应当按步幅移动。",
)
ZEROS_WIN = Mistake(
    "padded with zeros",
    "The padding is made of zeros, and at the border a zero may win against the picture. Pad with a number that never wins.",
    "填充用的是零，在边界上零可能胜过图像里的数。应当填充一个永远赢不了的数。",
)
POOLING = ("pool2d", *{name for place in (F, nn) for name in dir(place) if "pool" in name.lower()})  # all its names
UNPOOLING = tuple(name for name in POOLING if "unpool" in name.lower())


def picture_and_window(draw):
    """A batch of pictures, and a window's size, stride and padding that fit it."""
    size = draw.size(1, 3)
    padding = draw.size(0, size // 2)
    h, w = draw.sizes(max(1, size - 2 * padding), size + 3)
    return draw.tensor(draw.size(1, 2), draw.size(1, 2), h, w), size, draw.size(1, 3), padding


def rows_and_window(draw):
    window = draw.size(1, 9)
    return draw.size(window, 40), window


@exercise(
    effort="warm-up",
    en="""
        A picture has `n` rows. How many has the output of `nn.MaxPool2d(window)`?
    """,
    zh="""
        图像有 `n` 行。`nn.MaxPool2d(window)` 的输出有几行？
    """,
    case=rows_and_window,
    truth=lambda n, k: nn.MaxPool2d(k)(torch.zeros(1, n, k)).shape[1],
    hints=[
        (
            "How far does a pooling layer step if nobody tells it?",
            "如果没有另外指定，汇聚层一步走多远？",
        ),
        (
            "The windows lie side by side. How many whole ones fit into `n` rows?",
            "窗口一个挨一个。`n` 行里放得下几个完整的窗口？",
        ),
    ],
    mistakes=[
        Mistake(
            "stride 1 by default",
            "That would be right for stride 1, the default of a convolution. A pooling layer steps by its own window.",
            "步幅为 1 时才是这样，那是卷积的默认值。汇聚层默认一步走一整个窗口。",
            lambda n, k: n - k + 1,
        ),
        Mistake(
            "rounded up",
            "You count a window that hangs over the edge. Without `ceil_mode=True` it is dropped.",
            "你把伸出边界的窗口也算进去了。不设 `ceil_mode=True`，它会被舍弃。",
            lambda n, k: -(-n // k),
        ),
        Mistake(
            "not rounded",
            "A part of a row comes out. Only whole windows count.",
            "算出来的行数不是整数。只有完整的窗口才算数。",
            lambda n, k: n / k,
        ),
    ],
)
def pooled_rows(n: int, window: int) -> int:
    """Rows of the output of nn.MaxPool2d(window), where the window fits.

    >>> pooled_rows(4, 2)
    2
    """
    # The stride is the window, so the windows lie side by side, and what is left over is dropped.
    # zh: # 步幅等于窗口大小，窗口一个挨一个，剩下的零头被舍弃。
    return n // window


def average_case(draw):
    square = draw.size(1, 3) == 1

    def pair(low, high):
        first = draw.size(low, high)
        return (first, first) if square else (first, draw.size(low, high))

    window = pair(1, 3)
    padding = tuple(k // 2 if square else draw.size(0, k // 2) for k in window)
    extra = pair(0, 4)
    X = draw.tensor(draw.size(1, 2), draw.size(1, 3), window[0] + extra[0], window[1] + extra[1])
    return X, window, pair(1, 3), padding


def by_kernel(X, window, stride, padding, outputs=None, weight=None):
    """Convolution with a kernel of equal numbers that sees all channels."""
    channels = X.shape[1]
    weight = 1 / (window[0] * window[1]) if weight is None else weight
    return F.conv2d(X, X.new_full((outputs or channels, channels, *window), weight), stride=stride, padding=padding)


@exercise(
    en="""
        Average pooling is a convolution. So do it with `F.conv2d`, without any pooling, and this time with every freedom: the window, the stride
        and the padding may differ between height and width. Padded zeros count.
    """,
    zh="""
        平均汇聚是一种卷积。那就不用任何汇聚，只用 `F.conv2d` 来做；这一次要完全自由：窗口、步幅和填充在高和宽两个方向上都可以不同。
        填充的零照样计入。
    """,
    case=average_case,
    truth=lambda X, window, stride, padding: F.avg_pool2d(X, window, stride, padding),
    without=POOLING,
    hints=[
        (
            "A mean is a weighted sum. Which weight has each cell of the window?",
            "平均值也是加权和。窗口里每一格的权重是多少？",
        ),
        (
            "No channel may learn of another. Chapter 06 has an argument of `F.conv2d` for that.",
            "各通道要互不相干。第 06 章讲过 `F.conv2d` 的一个参数，正是做这件事的。",
        ),
        (
            "With `groups` equal to the number of channels, the weight has the shape (channels, 1, rows, columns of the window).",
            "`groups` 等于通道数时，权重的形状是（通道数，1，窗口的行数，窗口的列数）。",
        ),
    ],
    mistakes=[
        CHANNELS_MIXED.made_by(by_kernel),
        CHANNELS_MIXED.made_by(
            lambda X, window, stride, padding: by_kernel(
                X, window, stride, padding, weight=1 / (X.shape[1] * window[0] * window[1])
            )
        ),
        Mistake(
            "one channel out",
            "Only one channel comes out. A pooling layer gives back as many as it gets.",
            "输出只剩一个通道。汇聚层进来几个通道，出去还是几个通道。",
            lambda X, window, stride, padding: by_kernel(X, window, stride, padding, outputs=1),
        ),
        Mistake(
            "sums",
            "Those are sums. A mean divides by the number of cells in the window.",
            "这是总和。求平均要除以窗口的格数。",
            lambda X, window, stride, padding: F.avg_pool2d(X, window, stride, padding, divisor_override=1),
        ),
        Mistake(
            "divided by one side",
            "The sum is divided by one side of the window. The window has rows times columns cells.",
            "总和只除以了窗口的一条边。窗口的格数是行数乘以列数。",
            lambda X, window, stride, padding: F.avg_pool2d(X, window, stride, padding, divisor_override=window[0]),
        ),
        Mistake(
            "padding not counted",
            "The sum is divided by the number of real cells. Here the padded zeros count as well.",
            "总和只除以了真实的格数。这里填充的零也要计入。",
            lambda X, window, stride, padding: F.avg_pool2d(X, window, stride, padding, count_include_pad=False),
        ),
        PADDING_LOST.made_by(lambda X, window, stride, padding: F.avg_pool2d(X, window, stride)),
        STRIDE_LOST.made_by(lambda X, window, stride, padding: F.avg_pool2d(X, window, 1, padding)),
    ],
)
def average_by_conv(
    X: torch.Tensor, window: tuple[int, int], stride: tuple[int, int], padding: tuple[int, int]
) -> torch.Tensor:
    """F.avg_pool2d(X, window, stride, padding); X has shape (batch, channels, height, width).

    >>> average_by_conv(torch.tensor([[[[1.0, 3.0, 8.0]]]]), (1, 2), (1, 1), (0, 0))
    tensor([[[[2.0000, 5.5000]]]])
    """
    channels, cells = X.shape[1], window[0] * window[1]
    # One kernel of equal weights for each channel; they add up to 1.
    # zh: # 每个通道一个权重全相等的卷积核，权重之和为 1。
    weight = X.new_full((channels, 1, *window), 1 / cells)
    # As many groups as channels: each kernel sees its own channel alone.
    # zh: # 组数等于通道数：每个卷积核只看自己的那个通道。
    return F.conv2d(X, weight, stride=stride, padding=padding, groups=channels)


def smallest(X, size, stride, padding, fill):
    padded = F.pad(X, (padding,) * 4, value=fill)
    return padded.unfold(2, size, stride).unfold(3, size, stride).amin((-1, -2))


@exercise(
    en="""
        PyTorch has no *minimum* pooling. Make one from `F.max_pool2d`, and let padding never win.
    """,
    zh="""
        PyTorch 没有*最小*汇聚。请用 `F.max_pool2d` 做一个，而且绝不能让填充的格胜出。
    """,
    case=picture_and_window,
    # One picture of large numbers, so that no finite number can pass for one that never wins.
    also=[(torch.tensor([[[[6e7, 5e7], [4e7, 3e7]]]]), 2, 1, 1)],
    truth=lambda X, size, stride, padding: smallest(X, size, stride, padding, torch.inf),
    hints=[
        (
            "What does the sign do to an order? The check yourself of section 1 is about it.",
            "变号会怎样改变大小顺序？第 1 节的自测讲的就是这件事。",
        ),
        (
            "The smallest of some numbers is minus the largest of their negatives.",
            "几个数中的最小值，等于它们的相反数中最大值的相反数。",
        ),
    ],
    mistakes=[
        ZEROS_WIN.made_by(lambda X, size, stride, padding: smallest(X, size, stride, padding, 0.0)),
        Mistake(
            "sign not brought back",
            "The sign is turned once. What comes out is minus the smallest number: turn it back at the end.",
            "只变了一次号，得到的是最小值的相反数：最后还要把符号变回来。",
            lambda X, size, stride, padding: F.max_pool2d(-X, size, stride, padding),
        ),
        Mistake(
            "sign turned too late",
            "The sign is turned after the pooling only. That is minus the largest number.",
            "只在汇聚之后变了号，得到的是最大值的相反数。",
            lambda X, size, stride, padding: -F.max_pool2d(X, size, stride, padding),
        ),
        PADDING_LOST.made_by(lambda X, size, stride, padding: smallest(X, size, stride, 0, 0.0)),
    ],
)
def min_pool2d(X: torch.Tensor, size: int, stride: int, padding: int) -> torch.Tensor:
    """Smallest number of each window; X and the output have shape (batch, channels, height, width).

    >>> min_pool2d(torch.tensor([[[[1.0, 2.0], [3.0, 4.0]]]]), 2, 1, 1)
    tensor([[[[1., 1., 2.],
              [1., 1., 2.],
              [3., 3., 4.]]]])
    """
    # The sign reverses the order, and the padding becomes plus infinity, which never is the smallest.
    # zh: # 变号会颠倒大小顺序，填充随之变成正无穷，它永远不会是最小的。
    return -F.max_pool2d(-X, size, stride, padding)


def windows_of(size, stride):
    return torch.zeros(16, 28, 28).unfold(1, size, stride).unfold(2, size, stride)


@prediction(
    en="""
        What does pooling cost? Sixteen channels of 28 rows and 28 columns come in. How many comparisons of two numbers do `nn.MaxPool2d(2)` and
        `nn.MaxPool2d(3, stride=2)` need, if each window looks for its largest number by itself?
    """,
    zh="""
        汇聚的代价有多大？输入是十六个通道，每个 28 行 28 列。如果每个窗口各自寻找最大的数，`nn.MaxPool2d(2)` 和
        `nn.MaxPool2d(3, stride=2)` 各要做多少次两个数之间的比较？
    """,
    hints=[
        (
            "How many comparisons does it take to find the largest of two numbers? Of three?",
            "找出两个数中较大的，要比较几次？三个数呢？",
        ),
        (
            "Comparisons in one window, times the windows of one channel, times the channels.",
            "一个窗口里的比较次数，乘以一个通道的窗口数，再乘以通道数。",
        ),
        (
            "Four numbers need 3 comparisons; there are 14 · 14 windows in each channel. In the second layer 13 · 13.",
            "四个数要比较 3 次；每个通道有 14 · 14 个窗口。后一种汇聚有 13 · 13 个。",
        ),
    ],
    because=(
        "A window of k · k cells takes k · k − 1 comparisons, and a stride s divides the number of windows by about s · s: "
        "3 · 14 · 14 · 16 = 9408 and 8 · 13 · 13 · 16 = 21632. Each channel pays for itself alone. A convolution from 16 to 16 channels "
        "with the same windows would multiply 16 times as often as there are cells in all windows.",
        "k · k 格的窗口要比较 k · k − 1 次，步幅 s 使窗口数大约减为 s · s 分之一："
        "3 · 14 · 14 · 16 = 9408，8 · 13 · 13 · 16 = 21632。每个通道只算自己的账。"
        "窗口相同、从 16 个通道到 16 个通道的卷积，乘法次数则是所有窗口格数之和的 16 倍。",
    ),
    mistakes=[
        Mistake(
            "one comparison too many",
            "You count one comparison for each cell of a window. The first cell has nobody to be compared with.",
            "你给窗口的每一格都算了一次比较。第一格还没有对手可比。",
            lambda: [windows_of(2, 2).numel(), windows_of(3, 2).numel()],
        ),
        Mistake(
            "one channel",
            "That is the cost of one channel. There are 16, and each is pooled.",
            "这只是一个通道的开销。一共有 16 个通道，每个都要汇聚。",
            lambda: [windows_of(2, 2)[0, ..., 0, 0].numel() * 3, windows_of(3, 2)[0, ..., 0, 0].numel() * 8],
        ),
        Mistake(
            "stride 1",
            "That is for windows at every cell. The first layer's stride is its window, the second's is 2.",
            "这是每一格都放一个窗口的开销。前一种汇聚的步幅等于窗口大小，后一种的步幅是 2。",
            lambda: [windows_of(2, 1)[..., 0, 0].numel() * 3, windows_of(3, 1)[..., 0, 0].numel() * 8],
        ),
        Mistake(
            "rounded up",
            "The second layer has room for 13 windows in 28 rows; a part of a window does not count.",
            "后一种汇聚在 28 行里只放得下 13 个窗口；不完整的窗口不算。",
            lambda: [windows_of(2, 2)[..., 0, 0].numel() * 3, 14 * 14 * 16 * 8],
        ),
    ],
)
def comparisons() -> list[int]:
    """two whole numbers, such as [100, 200]"""
    answers = []
    for size, stride in [(2, 2), (3, 2)]:
        # All windows, cut out: shape (channels, rows, columns, size, size).
        # zh: # 切出全部窗口，形状为（通道，行，列，size，size）。
        windows = torch.zeros(16, 28, 28).unfold(1, size, stride).unfold(2, size, stride)
        # In each window every cell but the first is compared with the largest so far.
        # zh: # 每个窗口里，除第一格之外，每一格都要与目前的最大值比较一次。
        answers.append(windows.numel() - windows[..., 0, 0].numel())
    return answers


@exercise(
    en="""
        An honest border: get what `count_include_pad=False` gives without using that argument, from two calls of `F.avg_pool2d` with its
        defaults.
    """,
    zh="""
        不失真的边界：不用参数 `count_include_pad=False`，改用两次 `F.avg_pool2d`（该参数保持默认），得出同样的结果。
    """,
    case=picture_and_window,
    truth=lambda X, size, stride, padding: F.avg_pool2d(X, size, stride, padding, count_include_pad=False),
    without=("count_include_pad",),
    hints=[
        (
            "The average over a window is too small by the part of the window that is real. Pool a picture that tells you this part.",
            "窗口里真实的格占几成，求出的平均值就只有应有的几成。汇聚一张什么样的图像，就能得到这个比例？",
        ),
        (
            "What does average pooling make of a picture of ones, at the border and inside?",
            "对一张全是 1 的图像做平均汇聚，边界上得到什么？里面呢？",
        ),
        (
            "Divide one pooled map by the other: `torch.ones_like` makes the second picture.",
            "把一张汇聚图除以另一张：第二张图像可以用 `torch.ones_like` 得到。",
        ),
    ],
    mistakes=[
        MEAN_OVER_PADDING.made_by(lambda X, size, stride, padding: F.avg_pool2d(X, size, stride, padding)),
        Mistake(
            "multiplied",
            "The border is darker still: you multiply by the real part of the window. Divide by it.",
            "边界反而更暗了：你乘上了真实格所占的比例。应当除以它。",
            lambda X, size, stride, padding: (
                F.avg_pool2d(X, size, stride, padding) * F.avg_pool2d(torch.ones_like(X), size, stride, padding)
            ),
        ),
        Mistake(
            "divided twice",
            "The mean is divided by the number of cells once more. Either the sum by their number, or the mean by their part.",
            "平均值又除了一次格数。要么用总和除以格数，要么用平均值除以真实格所占的比例。",
            lambda X, size, stride, padding: (
                F.avg_pool2d(X, size, stride, padding)
                / F.avg_pool2d(torch.ones_like(X), size, stride, padding, divisor_override=1)
            ),
        ),
        Mistake(
            "sum divided by the part",
            "The sum is divided by the real part of the window. Either the sum by the number of cells, or the mean by their part.",
            "总和除以了真实格所占的比例。要么用总和除以格数，要么用平均值除以真实格所占的比例。",
            lambda X, size, stride, padding: (
                F.avg_pool2d(X, size, stride, padding, divisor_override=1)
                / F.avg_pool2d(torch.ones_like(X), size, stride, padding)
            ),
        ),
        Mistake(
            "zeros not counted",
            "You divide by the cells that are not 0. But a picture may hold zeros of its own, and those count.",
            "你除以的是不为 0 的格数。可是图像里本来也可能有零，它们要计入。",
            lambda X, size, stride, padding: (
                F.avg_pool2d(X, size, stride, padding) / F.avg_pool2d((X != 0).to(X), size, stride, padding)
            ),
        ),
        PADDING_LOST.made_by(
            lambda X, size, stride, padding: X.unfold(2, size, stride).unfold(3, size, stride).mean((-1, -2))
        ),
    ],
)
def honest_average(X: torch.Tensor, size: int, stride: int, padding: int) -> torch.Tensor:
    """Mean of the real cells of each window; X has shape (batch, channels, height, width).

    >>> honest_average(torch.tensor([[[[6.0]]]]), 2, 1, 1)
    tensor([[[[6., 6.],
              [6., 6.]]]])
    """
    # The mean of a picture of ones is the part of the window that is real: 1 inside, less at the border.
    # zh: # 全 1 图像的平均值就是窗口中真实格所占的比例：里面是 1，边界上不到 1。
    real = F.avg_pool2d(torch.ones_like(X), size, stride, padding)
    return F.avg_pool2d(X, size, stride, padding) / real


@choice(
    en=r"""
        One picture is black, all 0, except for one bright pixel of 1. Another is grey, 0.5 everywhere, with random noise on it (normally distributed,
        standard deviation 0.1). We pool both with windows of $4\times 4$, once by maximum, once by average. What is true?
    """,
    zh=r"""
        一张图像全黑，处处是 0，只有一个亮点是 1。另一张是灰的，处处是 0.5，再加上随机噪声（正态分布，标准差 0.1）。
        两张都用 $4\times 4$ 的窗口汇聚，一次取最大，一次取平均。下面哪种说法对？
    """,
    options={
        "a": (
            "Both ways make the bright pixel weaker; the average does it more.",
            "两种汇聚都会让亮点变弱，平均汇聚更厉害。",
        ),
        "b": (
            "The maximum leaves less noise than the average, since it picks the clearest number of each window.",
            "最大汇聚剩下的噪声比平均汇聚少，因为它在每个窗口里挑的是最清楚的数。",
        ),
        "c": (
            "The maximum keeps the bright pixel and makes the grey brighter; the average does neither.",
            "最大汇聚保住亮点，却让灰色变亮；平均汇聚两样都不会。",
        ),
        "d": (
            "The maximum keeps the grey at 0.5, since noise goes up as often as down.",
            "最大汇聚后灰色仍在 0.5，因为噪声向上和向下一样多。",
        ),
    },
    hints=[
        (
            "What is the largest of sixteen numbers that lie around 0.5, compared with 0.5?",
            "十六个数都在 0.5 上下，其中最大的与 0.5 相比如何？",
        ),
        (
            "Try it: `F.max_pool2d(0.5 + 0.1 * torch.randn(1, 64, 64), 4).mean()`.",
            "动手试试：`F.max_pool2d(0.5 + 0.1 * torch.randn(1, 64, 64), 4).mean()`。",
        ),
    ],
    because=(
        "The average weighs all sixteen alike: noise cancels, and a lone 1 shrinks to 1/16. The maximum listens to the brightest "
        "alone: a lone 1 stays 1, whether it is a star or a broken cell of the camera, and noise always pulls upwards.",
        "平均对十六个数一视同仁：噪声互相抵消，孤零零的一个 1 缩成 1/16。最大值只听最亮的那一个："
        "孤零零的 1 还是 1，不管它是一颗星还是相机上的一个坏点；噪声则总是往上拉。",
    ),
    wrong={
        "a": (
            "The average makes it weaker, 1/16. But in its window the bright pixel is the largest number: the maximum hands on the full 1.",
            "平均确实让它变弱，只剩 1/16。但亮点是它那个窗口里最大的数：最大汇聚会原样传出 1。",
        ),
        "b": (
            "The largest number is no clearer than the others, only the one with the most upward noise. The mean of sixteen is steadier: "
            "its noise is a quarter.",
            "最大的数并不比别的数更清楚，只是噪声把它抬得最高。十六个数的平均更稳定：噪声只剩四分之一。",
        ),
        "d": (
            "The noise goes up as often as down, but the maximum never picks one that went down.",
            "噪声向上和向下的次数确实差不多，但最大值从来不会选中向下的那个。",
        ),
    },
)
def max_or_average() -> str:
    # The two pictures: one bright pixel, and grey with noise.
    # zh: # 两张图像：一张只有一个亮点，另一张是带噪声的灰色。
    spot = F.pad(torch.ones(1, 1, 1), (5, 2, 1, 6))
    noise = torch.randn(1, 64, 64, generator=torch.Generator().manual_seed(0))
    grey = 0.5 + 0.1 * noise
    largest, mean = F.max_pool2d(grey, 4), F.avg_pool2d(grey, 4)
    top, faded = F.max_pool2d(spot, 4).max(), F.avg_pool2d(spot, 4).max()
    claims = {
        "a": faded < top < 1,
        "b": largest.std() < mean.std(),
        "c": top == 1 and largest.mean() > 0.6 and faded < 0.1 and abs(mean.mean() - 0.5) < 0.01,
        "d": abs(largest.mean() - 0.5) < 0.01,
    }
    return next(letter for letter, true in claims.items() if true)


SAME_PLACE = Mistake(
    "same place",
    "With these two the maxima do add up, because both are largest in the same place. Let each have its bright cell elsewhere.",
    "这两张图的最大值恰好能相加，因为它们最大的格在同一个位置。让两张图的亮格不在同一处。",
)
MULTIPLES = Mistake(
    "multiples",
    "One picture is a multiple of the other, with a factor that is not negative. Such a factor passes through a maximum unharmed.",
    "一张图是另一张的倍数，而且倍数不是负的。这样的倍数可以原样穿过最大值。",
)


def breaks_the_sum(pair):
    one, other = (torch.as_tensor(picture).double() for picture in pair)
    if one.shape != (2, 2) or other.shape != (2, 2):
        return (
            f"Two pictures of shape (2, 2) are asked for; yours have {tuple(one.shape)} and {tuple(other.shape)}.",
            f"题目要两张形状为 (2, 2) 的图像；你给的是 {tuple(one.shape)} 和 {tuple(other.shape)}。",
        )
    if not (one.isfinite().all() and other.isfinite().all()):
        return ("Only finite numbers, please.", "请只用有限的数。")
    if abs((one + other).max() - one.max() - other.max()) > 1e-6:
        return None
    a, b = one.flatten(), other.flatten()
    parallel = abs(a @ b) >= (1 - 1e-9) * a.norm() * b.norm()
    return MULTIPLES if parallel and a @ b >= 0 else SAME_PLACE


@exercise(
    en=r"""
        Section 7 says: no convolution can compute a maximum, because the answers to two pictures do not add up. Prove it with the smallest example: find two
        pictures of $2\times 2$ cells for which the maximum of the sum is not the sum of the maxima.
    """,
    zh=r"""
        第 7 节说：没有哪个卷积算得出最大值，因为对两张图像的回答不能相加。请用最小的例子来证明：
        找两张 $2\times 2$ 的图像，使得和的最大值不等于最大值之和。
    """,
    accepts=breaks_the_sum,
    hints=[
        (
            "Where is the largest number of each picture? And what stands in the same place of the other?",
            "两张图各自最大的数在哪里？另一张图的同一位置上又是什么？",
        ),
        (
            "Two pictures with one bright cell each are enough. When do the two bright cells not meet in the sum?",
            "两张图各有一个亮格就够了。什么情况下，两个亮格在和里碰不到一起？",
        ),
    ],
    mistakes=[
        SAME_PLACE.made_by(lambda: (torch.tensor([[3.0, 0.0], [0.0, 1.0]]), torch.tensor([[2.0, 1.0], [0.0, 0.0]]))),
        MULTIPLES.made_by(lambda: (torch.tensor([[1.0, 2.0], [3.0, 4.0]]), torch.tensor([[2.0, 4.0], [6.0, 8.0]]))),
    ],
    because=(
        "A convolution answers to a sum with the sum of its answers, whatever its kernel. One counterexample, and no kernel can do it.",
        "无论卷积核是什么，卷积对两张图像之和的回答，都等于两个回答之和。只要有一个反例，就没有哪个卷积核做得到。",
    ),
)
def not_a_convolution() -> tuple[torch.Tensor, torch.Tensor]:
    """Two pictures of shape (2, 2).

    >>> one, other = not_a_convolution()
    >>> bool((one + other).max() == one.max() + other.max())
    False
    """
    # Each has a maximum of 1, and so has their sum, because the bright cells do not meet.
    # zh: # 两张图的最大值都是 1，它们的和的最大值也是 1，因为亮格没有碰到一起。
    return torch.tensor([[1.0, 0.0], [0.0, 0.0]]), torch.tensor([[0.0, 0.0], [0.0, 1.0]])


GAINS_ADDED = Mistake(
    "gains added",
    "Two gains are added. Where both count, that is too much: compare the third number with the larger of the first two, not with one of them.",
    "加上了两份差额。两份都不为零时就加多了：第三个数应当与前两个数中较大的比，而不是与其中某一个比。",
)


def three(X):
    return X[:, :-2], X[:, 1:-1], X[:, 2:]


def gains_added(first, second, third):
    return first + (second - first).relu() + (third - first).relu()


@exercise(
    en="""
        But with the ReLU it works. Compute the largest of *three* neighbours in a row from slices, plus, minus and `relu()` alone.
    """,
    zh="""
        可是有了 ReLU 就做得到。求一行中相邻*三*格的最大值，只许用切片、加、减和 `relu()`。
    """,
    case=lambda draw: (draw.tensor(draw.size(1, 5), draw.size(3, 6)),),
    truth=lambda X: F.max_pool2d(X[None], (1, 3), stride=1)[0],
    without=(*POOLING, "max", "maximum", "fmax", "amax", "aminmax", "clamp", "clip", "where", "abs", "sort", "topk"),
    hints=[
        (
            "Section 7 knows the larger of two numbers. The largest of three is the larger of the third and ... what?",
            "第 7 节会求两个数中较大的。三个数中最大的，是第三个数与……什么之中较大的？",
        ),
        (
            "`X[:, :-2]`, `X[:, 1:-1]` and `X[:, 2:]` are the left, the middle and the right cells of all windows.",
            "`X[:, :-2]`、`X[:, 1:-1]`、`X[:, 2:]` 分别是所有窗口的左、中、右三格。",
        ),
    ],
    mistakes=[
        GAINS_ADDED.made_by(lambda X: gains_added(*three(X))),
        GAINS_ADDED.made_by(lambda X: gains_added(three(X)[1], three(X)[0], three(X)[2])),
        GAINS_ADDED.made_by(lambda X: gains_added(three(X)[2], three(X)[1], three(X)[0])),
        Mistake(
            "zero takes part",
            "A zero takes part in the comparison. The ReLU belongs around a difference, not around the numbers: some windows hold "
            "negative ones alone.",
            "零也参加了比较。ReLU 应当套在差的外面，而不是套在数的外面：有的窗口里全是负数。",
            lambda X: F.max_pool2d(X[None], (1, 3), stride=1)[0].relu(),
        ),
        Mistake(
            "not added back",
            "The ReLU of a difference says how much larger one number is. The other number has to be added to it again.",
            "差的 ReLU 说的是一个数比另一个大多少，还要把另一个数加回来。",
            lambda X: (torch.maximum(three(X)[0], three(X)[1]) - three(X)[2]).relu(),
        ),
        Mistake(
            "two cells only",
            "One of the three cells never takes part.",
            "三格中有一格始终没有参加比较。",
            lambda X: torch.maximum(three(X)[0], three(X)[1]),
        ),
        Mistake(
            "two cells only",
            "One of the three cells never takes part.",
            "三格中有一格始终没有参加比较。",
            lambda X: torch.maximum(three(X)[1], three(X)[2]),
        ),
        Mistake(
            "along the columns",
            "The windows stand upright. They have 1 row and 3 columns: slice the second axis.",
            "窗口竖过来了。窗口是 1 行 3 列：应当对第二个轴切片。",
            lambda X: torch.maximum(torch.maximum(X[:-2], X[1:-1]), X[2:]),
        ),
    ],
)
def max_of_three(X: torch.Tensor) -> torch.Tensor:
    """Maximum of each 1 x 3 window at stride 1; from shape (rows, columns) to (rows, columns - 2).

    >>> max_of_three(torch.tensor([[1.0, 3.0, 2.0, 0.0]]))
    tensor([[3., 3.]])
    """
    left, middle, right = X[:, :-2], X[:, 1:-1], X[:, 2:]
    # The ReLU adds what is missing to the larger one, or nothing.
    # zh: # ReLU 补上与较大者的差额，不缺就不补。
    larger = middle + (left - middle).relu()
    return right + (larger - right).relu()


@prediction(
    en=r"""
        Section 7 took two rounds for a window of $2\times 2$: left and right first, then above and below. In one round any number of pairs can be
        compared at the same time, each by one ReLU. How many rounds do windows of $2\times 2$, $3\times 3$ and $4\times 4$ need at least?
    """,
    zh=r"""
        第 7 节里，$2\times 2$ 的窗口用了两轮：先左右，再上下。一轮之中可以同时比较任意多对数，每对用一个 ReLU。
        窗口为 $2\times 2$、$3\times 3$、$4\times 4$ 时，至少各要几轮？
    """,
    hints=[
        (
            "With 4 numbers, one round leaves 2. How many does it leave of 9?",
            "4 个数经过一轮剩 2 个。9 个数经过一轮剩几个？",
        ),
        (
            "An odd number over waits for the next round: 9, 5, 3, 2, 1.",
            "多出来的一个等到下一轮：9、5、3、2、1。",
        ),
    ],
    because=(
        "Each round halves what is left, rounded up: 4, 2, 1, then 9, 5, 3, 2, 1, then 16, 8, 4, 2, 1. After r rounds a cell has "
        "heard of no more than 2 · 2 · … · 2 (r times) cells, so no trick does it faster.",
        "每一轮把剩下的数减半（向上取整）：4、2、1；9、5、3、2、1；16、8、4、2、1。"
        "经过 r 轮，一格至多知道 2 · 2 · … · 2（r 个 2）格的情况，所以再巧也快不了。",
    ),
    mistakes=[
        Mistake(
            "one after the other",
            "That is one comparison after the other. Within a round all pairs are compared at the same time.",
            "这是一次接一次地比较。在同一轮里，所有的对是同时比较的。",
            lambda: [3, 8, 15],
        ),
        Mistake(
            "rounded down",
            "After three rounds 2 numbers of the 9 are left. The number over has to be compared as well.",
            "9 个数经过三轮还剩 2 个。多出来的那个数也要比。",
            lambda: [2, 3, 4],
        ),
        Mistake(
            "row by row",
            "You go through a row one cell at a time. Two pairs of a row can be compared in the same round.",
            "你在一行里一格一格地比。一行中的两对可以在同一轮里比。",
            lambda: [2, 4, 6],
        ),
    ],
)
def rounds() -> list[int]:
    """three whole numbers, such as [2, 5, 9]"""
    answers = []
    for cells in (4, 9, 16):
        numbers, count = torch.arange(float(cells)), 0
        while len(numbers) > 1:
            # The front half meets the back half. If the number is odd, the one in the middle is compared twice.
            # zh: # 前一半与后一半比较。个数是奇数时，正中的那个比两次。
            half = (len(numbers) + 1) // 2
            a, b = numbers[:half], numbers[-half:]
            numbers, count = b + (a - b).relu(), count + 1
        answers.append(count)
    return answers


def pooled_with_places(draw):
    k, s = draw.choice([(2, 2), (2, 1), (3, 2), (1, 2), (3, 3), (2, 3)])
    h, w = draw.sizes(k, k + 3)
    X = draw.tensor(draw.size(1, 2), draw.size(1, 2), h, w, low=-3, high=9)
    return *F.max_pool2d(X, k, s, return_indices=True), (h, w), k, s


def put(pooled, places, size, collect="scatter_", rows=None):
    """Unpooling with one of three mistakes."""
    flat = pooled.new_zeros(*pooled.shape[:2], size[0] * size[1])
    where = places.flatten(2)
    if rows:  # from the row number to the wrong place
        where = (where // size[0] * size[1] + where % size[0]) % (size[0] * size[1])
    return getattr(flat, collect)(2, where, pooled.flatten(2)).reshape(*pooled.shape[:2], *size)


def first_channel_only(pooled, places, size):
    flat = pooled.new_zeros(*pooled.shape[:2], *size)
    flat.view(-1)[places.flatten()] = pooled.flatten()
    return flat


@exercise(
    en="""
        Write unpooling yourself: every maximum goes to its place, everything else is zero. A place is the index of a pixel, counted row by row in its channel, as
        `return_indices=True` gives it. Windows may overlap; a place that comes up twice holds its maximum once.
    """,
    zh="""
        自己写反汇聚：每个最大值放回原处，其余全为零。位置是像素在所在通道里逐行数过来的编号，与 `return_indices=True` 给出的相同。
        窗口可能重叠；同一位置出现两次时，最大值只放一次。
    """,
    case=pooled_with_places,
    truth=lambda pooled, places, size, k, s: F.max_unpool2d(pooled, places, k, s, output_size=size),
    without=UNPOOLING,
    hints=[
        (
            "A place is a number counted row by row. On which axis would it be a plain index?",
            "位置是一行一行数出来的编号。在什么样的轴上，它就是普通的下标？",
        ),
        (
            "Lay the last two axes flat, in the maps and in the places.",
            "把最大值和位置的最后两个轴都展平。",
        ),
        (
            "`scatter` along the last axis of a tensor of zeros does the rest; then back to rows and columns.",
            "再用 `scatter` 沿最后一个轴填进一个全零张量，最后变回行和列。",
        ),
    ],
    mistakes=[
        Mistake(
            "added where windows overlap",
            "Where a number has won several windows, it is added several times. It stood in the picture once.",
            "一个数在几个窗口里都胜出时，被加了好几次。它在图像里只有一个。",
            lambda pooled, places, size: put(pooled, places, size, "scatter_add_"),
        ),
        Mistake(
            "divided by the rows",
            "A place is counted in rows as long as the picture has columns: divide by `size[1]`, not by `size[0]`.",
            "位置是按行数的，一行有多少格，要看图像有多少列：应当除以 `size[1]`，不是 `size[0]`。",
            lambda pooled, places, size: put(pooled, places, size, rows=True),
        ),
        Mistake(
            "first channel only",
            "Everything lands in the first channel of the first picture. Places are counted anew in each channel.",
            "所有的数都落进了第一张图像的第一个通道。每个通道里，位置都是重新编号的。",
            first_channel_only,
        ),
        Mistake(
            "spread out",
            "The maxima are spread over their windows. Each belongs to one place; the rest is zero.",
            "最大值铺满了整个窗口。每个最大值只属于一个位置，其余为零。",
            lambda pooled, places, size: F.interpolate(pooled, size=size),
        ),
    ],
)
def my_unpool(pooled: torch.Tensor, places: torch.Tensor, size: tuple[int, int]) -> torch.Tensor:
    """From (batch, channels, rows, columns) and the maxima's places to (batch, channels, *size).

    >>> my_unpool(torch.tensor([[[[5.0]]]]), torch.tensor([[[[2]]]]), (2, 2))
    tensor([[[[0., 0.],
              [5., 0.]]]])
    """
    # With rows and columns laid flat, a place is an index.
    # zh: # 行和列展平之后，位置就是下标。
    flat = pooled.new_zeros(*pooled.shape[:2], size[0] * size[1])
    # scatter puts, it does not add: a number that won two windows comes back once.
    # zh: # scatter 是放进去，不是加上去：赢了两个窗口的数只放回一次。
    flat = flat.scatter(2, places.flatten(2), pooled.flatten(2))
    return flat.reshape(*pooled.shape[:2], *size)


THINNED_TWICE = Mistake(
    "thinned out twice",
    "It is thinned out twice. Take every second row and column once, after the blur.",
    "抽稀了两次。隔行隔列只取一次，放在模糊之后。",
)


def blurred(dense, padding=1):
    """The blur 1, 2, 1 both ways, as two averages."""
    return F.avg_pool2d(F.avg_pool2d(F.pad(dense, (padding,) * 4), 2, stride=1), 2, stride=1)


def mixing_blur(X):
    weight = X.new_tensor([0.25, 0.5, 0.25])
    kernel = torch.outer(weight, weight).expand(X.shape[1], X.shape[1], 3, 3)
    return F.conv2d(F.max_pool2d(X, 2, stride=1), kernel, stride=2, padding=1)


@exercise(
    en=r"""
        Maximum pooling that blurs before it thins out: the maximum of $2\times 2$ windows at stride 1; then, channel by channel and with zero
        padding 1, the $3\times 3$ blur whose weights are the products of 0.25, 0.5, 0.25 with themselves; then every second row and column, beginning with the
        first. When it works, put it into the measurement of section 6: `change(max_blur(outlines), max_blur(shift(outlines, 1))).mean()`.
    """,
    zh=r"""
        先模糊再抽稀的最大汇聚：先取 $2\times 2$ 窗口的最大值，步幅为 1；再逐通道做 $3\times 3$ 的模糊，四周填充 1 格零，
        权重由 0.25、0.5、0.25 与其自身两两相乘而得；最后从第一行、第一列起，隔行隔列地取。
        做好以后，把它放进第 6 节的测量：`change(max_blur(outlines), max_blur(shift(outlines, 1))).mean()`。
    """,
    case=lambda draw: (draw.tensor(draw.size(1, 2), draw.size(1, 3), *draw.sizes(4, 7)),),
    truth=lambda X: blurred(F.max_pool2d(X, 2, stride=1))[..., ::2, ::2],
    hints=[
        (
            "Three steps, each a line: the maximum, the blur, the thinning out. Which layers can do the last two together?",
            "三个步骤，每步一行：取最大值、模糊、抽稀。什么样的层能一并完成后两步？",
        ),
        (
            "The blur is a convolution with one kernel for each channel: `groups`.",
            "模糊是每个通道一个卷积核的卷积：用 `groups`。",
        ),
        (
            "`torch.outer` multiplies two rows of numbers with each other, all with all; `stride=2` thins out.",
            "`torch.outer` 把两行数两两相乘；`stride=2` 就是抽稀。",
        ),
    ],
    mistakes=[
        Mistake(
            "thinned out too early",
            "The maximum is taken with windows side by side, so it thins out before the blur. Take it with `stride=1`.",
            "取最大值时窗口一个挨一个，还没模糊就已经抽稀了。应当用 `stride=1`。",
            lambda X: blurred(F.max_pool2d(X, 2)),
        ),
        THINNED_TWICE.made_by(lambda X: blurred(F.max_pool2d(X, 2))[..., ::2, ::2]),
        THINNED_TWICE.made_by(lambda X: blurred(F.max_pool2d(X, 2, stride=1))[..., ::4, ::4]),
        Mistake(
            "blurred first",
            "The blur comes before the maximum. Blur the map of the maxima.",
            "在取最大值之前就模糊了。应当模糊取完最大值的图。",
            lambda X: F.max_pool2d(blurred(X), 2),
        ),
        Mistake(
            "not blurred",
            "The blur is missing: that is `F.max_pool2d(X, 2)`, in a roundabout way.",
            "没有模糊：这不过是绕着弯算了 `F.max_pool2d(X, 2)`。",
            lambda X: F.max_pool2d(X, 2),
        ),
        Mistake(
            "not thinned out",
            "The last step is missing: every second row and column.",
            "漏了最后一步：隔行隔列地取。",
            lambda X: blurred(F.max_pool2d(X, 2, stride=1)),
        ),
        Mistake(
            "begun at the second",
            "It begins at the second row and column. The first ones belong to the result.",
            "是从第二行、第二列开始取的。第一行和第一列也在结果里。",
            lambda X: blurred(F.max_pool2d(X, 2, stride=1))[..., 1::2, 1::2],
        ),
        Mistake(
            "blurred without padding",
            "The zeros around the picture are missing in the blur.",
            "模糊时四周没有填充零。",
            lambda X: blurred(F.max_pool2d(X, 2, stride=1), 0)[..., ::2, ::2],
        ),
        CHANNELS_MIXED.made_by(mixing_blur),
    ],
)
def max_blur(X: torch.Tensor) -> torch.Tensor:
    """Maximum, blur, every second cell; X has shape (batch, channels, height, width).

    >>> max_blur(torch.zeros(2, 3, 7, 9)).shape
    torch.Size([2, 3, 3, 4])
    """
    # The maximum at every place, nothing is thinned out yet.
    # zh: # 每个位置都取最大值，先不抽稀。
    dense = F.max_pool2d(X, 2, stride=1)
    weights = X.new_tensor([0.25, 0.5, 0.25])
    # One and the same blur for each channel.
    # zh: # 每个通道用同一个模糊核。
    kernel = torch.outer(weights, weights).expand(X.shape[1], 1, 3, 3)
    # The stride computes only the cells that are kept.
    # zh: # 步幅为 2，只计算要留下的那些格。
    return F.conv2d(dense, kernel, stride=2, padding=1, groups=X.shape[1])


def soft_case(draw):
    size = draw.size(1, 3)
    h, w = draw.sizes(size, size + 4)
    sharpness = draw.choice([0.0, 0.5, 1.0, 2.0, 100.0])
    # Even numbers: in float32, e to the 200 is infinite and e to the -200 is 0, but e to the -100 would be half lost.
    return 2 * draw.tensor(draw.size(1, 2), draw.size(1, 2), h, w, low=-2, high=2), size, sharpness


def cut(X, size, step=None):
    return X.unfold(2, size, step or size).unfold(3, size, step or size).flatten(4)


def weighted(windows, weights):
    return (windows * weights).sum(-1)


def by_derivative(X, size, sharpness):
    """The derivative of log(sum(exp(t * x))) with respect to t is the weighted mean."""
    windows = cut(X.double(), size)
    t = torch.full(windows.shape[:-1], float(sharpness), dtype=torch.float64, requires_grad=True)
    (t[..., None] * windows).logsumexp(-1).sum().backward()
    return t.grad.to(X.dtype)


def by_exponentials(X, size, sharpness, lowered_by=0.0):
    windows = cut(X, size)
    weights = (sharpness * (windows - lowered_by)).exp()
    return weighted(windows, weights) / weights.sum(-1)


def one_axis_only(X, size, sharpness):
    windows = X.unfold(2, size, size).unfold(3, size, size)
    return ((sharpness * windows).softmax(-1) * windows).sum((-1, -2))


OVERFLOW = Mistake(
    "overflow",
    "An exponential becomes infinite, or all of a window become 0; a division then gives nan. Subtracting the same number from all cells of a "
    "window changes no weight: which one keeps the exponentials small?",
    "有的 e 的幂大到成了无穷，或者一个窗口里的幂全成了 0，一除就得到 nan。把一个窗口的各格都减去同一个数，权重不会变：减去哪个数，这些幂才不会太大？",
)
ONE_NUMBER_FOR_ALL = Mistake(
    "one number for all windows",
    "You take one and the same number away in all windows. Where a window lies far below it, all its exponentials become 0, and 0/0 is nan. Each window "
    "needs a number of its own.",
    "你在所有窗口里减去了同一个数。有的窗口远在这个数之下，其中 e 的幂就全成了 0，而 0/0 是 nan。每个窗口要减去自己的数。",
)


def over_the_map(X, size, sharpness):
    weights = (sharpness * X).flatten(2).softmax(-1).reshape(X.shape)
    return weighted(cut(X, size), cut(weights, size))


def one_axis_after_the_other(X, size, sharpness):
    rows = X.unfold(3, size, size)
    rows = weighted(rows, (sharpness * rows).softmax(-1))
    both = rows.unfold(2, size, size)
    return weighted(both, (sharpness * both).softmax(-1))


@exercise(
    en=r"""
        Something between the mean and the maximum. **Softmax pooling** answers with a weighted mean of each window, where large cells have large weights: cell
        $x_i$ weighs $e^{s x_i} / \sum_j e^{s x_j}$, with the sum over the cells of the window. The *sharpness* $s$ turns one into the other: for $s = 0$ all cells weigh the same,
        for large $s$ only the largest counts. The windows lie side by side, without padding. It must work for $s = 100$ as well, where $e^{s x}$ itself
        is more than a `float32` can hold.
    """,
    zh=r"""
        介于平均值和最大值之间的办法。**softmax 汇聚**的回答是每个窗口的加权平均，数值大的格权重也大：格
        $x_i$ 的权重是 $e^{s x_i} / \sum_j e^{s x_j}$，求和遍及窗口里的各格。*锐度*（代码里的 sharpness）$s$ 在两者之间调节：$s = 0$ 时各格权重相同，
        $s$ 很大时只有最大的格算数。窗口一个挨一个，没有填充。$s = 100$ 时也要能用，那时 $e^{s x}$ 本身已经大得 `float32` 装不下。
    """,
    case=soft_case,
    # Numbers close together: for these the largest alone will not do, however sharp.
    also=[(torch.tensor([[[[1.0, 1.02, 3.0, 3.01]]]]).repeat(1, 1, 4, 1), 2, 100.0)],
    truth=by_derivative,
    hints=[
        (
            "The weights of one window add up to 1. So bring the cells of each window onto an axis of their own first.",
            "每个窗口的权重加起来都是 1。所以先让每个窗口的格有自己的轴。",
        ),
        (
            "`X.unfold(2, size, size)` cuts axis 2 into pieces and lays their cells on a new last axis; do the same with axis 3. `flatten(4)` "
            "makes one axis of the two new ones, and `softmax(-1)` weights along it.",
            "`X.unfold(2, size, size)` 把轴 2 切成段，每段的格放到新的最后一个轴上；对轴 3 也这样做。`flatten(4)` 把两个新轴合成一个，"
            "`softmax(-1)` 沿它算出权重。",
        ),
        (
            "The answer is the sum of weights times cells. If you write the exponentials yourself: take the window's maximum away first.",
            "结果是各格乘以自己的权重，再求和。如果自己写指数函数：先减去窗口的最大值。",
        ),
    ],
    mistakes=[
        OVERFLOW.made_by(by_exponentials),
        ONE_NUMBER_FOR_ALL.made_by(lambda X, size, sharpness: by_exponentials(X, size, sharpness, X.max())),
        ONE_NUMBER_FOR_ALL.made_by(
            lambda X, size, sharpness: by_exponentials(X, size, sharpness, X.amax((2, 3))[..., None, None, None])
        ),
        Mistake(
            "one axis only",
            "The softmax goes along one axis of the window, so that the weights of every row add up to 1. All cells of a window together have to weigh 1.",
            "softmax 只沿窗口的一个轴计算，结果每一行的权重加起来都是 1。应当整个窗口的权重加起来是 1。",
            one_axis_only,
        ),
        Mistake(
            "weights over the whole map",
            "The weights add up to 1 over the whole map. They have to do so in every window.",
            "你的权重要在整张图上加起来才是 1。应当在每个窗口里加起来都是 1。",
            over_the_map,
        ),
        Mistake(
            "one axis after the other",
            "You pool the rows first, then the columns. A maximum allows that, a weighted mean does not: the second softmax does not know which "
            "cells stand behind each number.",
            "你先汇聚行，再汇聚列。最大值可以这样做，加权平均不行：第二次 softmax 不知道每个数背后还有哪些格。",
            one_axis_after_the_other,
        ),
        Mistake(
            "averaged once more",
            "The weights add up to 1 already. Do not divide by the number of cells again.",
            "权重的和已经是 1 了，不要再除以格数。",
            lambda X, size, sharpness: weighted(cut(X, size), (sharpness * cut(X, size)).softmax(-1)) / size**2,
        ),
        Mistake(
            "sharpness ignored",
            "The sharpness plays no part. It multiplies the cells inside the softmax.",
            "锐度没有起作用。它应当在 softmax 里面与各格相乘。",
            lambda X, size, sharpness: weighted(cut(X, size), cut(X, size).softmax(-1)),
        ),
        Mistake(
            "sharpness outside",
            "The sharpness multiplies the answer. It belongs inside the softmax: with sharpness 0 comes the mean, not 0.",
            "锐度乘到了结果上。它应当放在 softmax 里面：锐度为 0 时得到的是平均值，不是 0。",
            lambda X, size, sharpness: sharpness * weighted(cut(X, size), cut(X, size).softmax(-1)),
        ),
        Mistake(
            "channels mixed",
            "The weights of all channels together add up to 1. Pooling treats every channel by itself.",
            "你的权重要把所有通道合起来才是 1。汇聚对每个通道单独进行。",
            lambda X, size, sharpness: weighted(cut(X, size), (sharpness * cut(X, size)).softmax(1)),
        ),
        STRIDE_LOST.made_by(
            lambda X, size, sharpness: weighted(cut(X, size, 1), (sharpness * cut(X, size, 1)).softmax(-1))
        ),
    ],
)
def softmax_pool2d(X: torch.Tensor, size: int, sharpness: float) -> torch.Tensor:
    """Softmax pooling with stride size; X has shape (batch, channels, height, width).

    >>> softmax_pool2d(torch.tensor([[[[1.0, 2.0], [3.0, 6.0]]]]), 2, 0.0)
    tensor([[[[3.]]]])
    >>> softmax_pool2d(torch.tensor([[[[1.0, 2.0], [3.0, 6.0]]]]), 2, 100.0)
    tensor([[[[6.]]]])
    """
    # All windows, the cells of each on the last axis.
    # zh: # 全部窗口，每个窗口的格排在最后一个轴上。
    windows = X.unfold(2, size, size).unfold(3, size, size).flatten(4)
    # softmax takes the largest away before it computes exponentials, so that none becomes infinite.
    # zh: # softmax 在算指数函数之前会先减去最大值，所以不会出现无穷大。
    weights = (sharpness * windows).softmax(-1)
    return (weights * windows).sum(-1)


@choice(
    en="""
        It takes the middle way, and yet you will hardly meet it in a network. What speaks against softmax pooling?
    """,
    zh="""
        它走的是中间道路，可在网络里却很少见到。softmax 汇聚的不利之处是什么？
    """,
    options={
        "a": ("Its answer can be larger than the largest number in the window.", "它的回答可能比窗口里最大的数还大。"),
        "b": (
            "It needs an exponential for every cell of every window, where a comparison or an addition would do.",
            "每个窗口的每一格都要算一次指数函数，而本来比较一次或者加一次就够了。",
        ),
        "c": (
            "Most cells receive no gradient, so that the layers before it learn slowly.",
            "大多数格得不到梯度，前面的层因此学得慢。",
        ),
        "d": (
            "Its windows must not overlap, because the weights have to add up to 1.",
            "它的窗口不能重叠，因为权重之和必须是 1。",
        ),
    },
    hints=[
        (
            "Try the claims with your function of exercise 12. One takes `requires_grad=True`, another a smaller step from window to window.",
            "用你在练习 12 写的函数检验这些说法。其中一个要用到 `requires_grad=True`，另一个要把窗口之间的步长改小。",
        ),
        (
            "What has to be computed for each cell of a window, in maximum pooling and in softmax pooling?",
            "对窗口里的每一格，最大汇聚要算什么？softmax 汇聚要算什么？",
        ),
    ],
    because=(
        "An exponential for each cell of each window, and a division, where the maximum makes do with a comparison and the average with an addition. "
        "What it offers lies between the two, and strided convolutions with a ReLU can learn something between as well.",
        "每个窗口的每一格都要算一次指数函数，还要做除法；最大值只要比较，平均只要相加。"
        "而它给出的结果介于两者之间；这种折中，带步幅的卷积加上 ReLU 也学得会。",
    ),
    wrong={
        "a": (
            "It is a mean whose weights are positive and add up to 1: it never leaves the range from the smallest to the largest cell.",
            "它是权重为正、总和为 1 的平均：永远不会超出最小格到最大格的范围。",
        ),
        "c": (
            "It is the maximum that sends its gradient to one cell a window. Here every cell has a weight, and a part of the gradient.",
            "每个窗口只把梯度传给一格，那是最大汇聚。这里每一格都有权重，也都分得到梯度。",
        ),
        "d": (
            "Windows may overlap as they like: `unfold` with a smaller step cuts them out just as well.",
            "窗口想怎么重叠都行：`unfold` 用小一点的步长，照样切得出来。",
        ),
    },
)
def why_not_softmax() -> str:
    X = torch.randn(1, 1, 6, 6, generator=torch.Generator().manual_seed(0), requires_grad=True)

    def pool(step):
        windows = X.unfold(2, 2, step).unfold(3, 2, step).flatten(4)
        # Count the exponentials: one for each cell of each window.
        # zh: # 数一数算了多少次指数函数：每个窗口的每一格一次。
        exponentials = (windows - windows.amax(-1, keepdim=True)).exp()
        return (exponentials * windows).sum(-1) / exponentials.sum(-1), exponentials.numel()

    (apart, count), (overlapping, more) = pool(2), pool(1)
    apart.sum().backward()
    claims = {
        "a": (apart > F.max_pool2d(X, 2)).any(),
        "b": count == X.numel() and more == 4 * overlapping.numel(),
        "c": (X.grad == 0).sum() >= X.numel() / 2,
        "d": overlapping.shape != F.max_pool2d(X, 2, stride=1).shape,
    }
    return next(letter for letter, true in claims.items() if true)


def whole_layer(draw):
    while True:
        size, stride, dilation = draw.size(1, 3), draw.size(1, 3), draw.size(1, 3)
        padding, span = draw.size(0, size // 2), dilation * (size - 1) + 1
        h, w = draw.sizes(max(1, span - 2 * padding), max(1, span - 2 * padding) + 4)
        X = draw.tensor(draw.size(1, 2), draw.size(1, 2), h, w, low=-7, high=2)
        case = X, size, stride, padding, dilation, draw.size(0, 1) == 1
        if max(h, w) <= 7 and F.max_pool2d(*case).isfinite().all():  # no window that sees nothing but padding
            return case


def slices(X, size, stride, padding, dilation, ceil_mode, fill=-torch.inf, far=None, drop=True):
    """The layer by slices, with one thing done otherwise."""
    counts = []
    for n in X.shape[2:]:
        if drop:
            counts.append(d2l.output_size(n, size, padding, stride, dilation, ceil_mode))
        else:
            room = n + 2 * padding - dilation * (size - 1) - 1
            counts.append((-(-room // stride) if ceil_mode else room // stride) + 1)
    padded = F.pad(X, (padding, far or padding + stride) * 2, value=fill)
    cells = [
        padded[:, :, a : a + stride * (counts[0] - 1) + 1 : stride, b : b + stride * (counts[1] - 1) + 1 : stride]
        for a in range(0, size * dilation, dilation)
        for b in range(0, size * dilation, dilation)
    ]
    return torch.stack(cells).amax(0)


@exercise(
    effort="takes a while",
    en="""
        The whole layer, without any of PyTorch's pooling. A loop over the cells of the window is enough, as in chapter 02;
        none over the picture is needed.
    """,
    zh="""
        写出整个层，不用 PyTorch 的任何汇聚。像第 02 章那样，在窗口的格上循环就够了，不必在图像上循环。
    """,
    case=whole_layer,
    # Numbers far below 0, so that no finite padding can pass for minus infinity.
    also=[(torch.tensor([[[[-6e7, -5e7], [-4e7, -3e7]]]]), 2, 1, 1, 1, False)],
    truth=F.max_pool2d,
    without=POOLING,
    hints=[
        (
            "What does maximum pooling see beyond the border (section 2)? And how did chapter 02 take one cell of all windows at once?",
            "最大汇聚在边界之外看到的是什么（第 2 节）？第 02 章又是怎样把所有窗口的同一格一次取出来的？",
        ),
        (
            "Surround the picture with minus infinity: `padding` cells in front, plenty behind. `d2l.output_size` knows the size of the output, "
            "and also when `ceil_mode` drops a window that would begin in the padding.",
            "在图像四周围上负无穷：上边和左边 `padding` 格，下边和右边多留一些。`d2l.output_size` 会算输出的大小，"
            "也知道 `ceil_mode` 什么时候要舍弃从填充处开始的窗口。",
        ),
        (
            "Cell (a, b) of all windows is one slice: it begins at row `a * dilation` and takes every `stride`-th row, as many as the output has, "
            "and the columns alike. The answer is the largest of all slices, cell by cell.",
            "所有窗口的 (a, b) 格合起来是一个切片：从第 `a * dilation` 行开始，每 `stride` 行取一行，取够输出的行数为止；列也一样。"
            "答案是所有切片逐格比较得到的最大值。",
        ),
    ],
    mistakes=[
        ZEROS_WIN.made_by(lambda *case: slices(*case, fill=0.0)),
        Mistake(
            "begun at zero",
            "No number below 0 comes out. Your search for the largest begins at 0: begin at minus infinity, or with the first cells.",
            "输出里没有小于 0 的数。你找最大值时是从 0 开始比的：应当从负无穷开始，或者从第一格开始。",
            lambda *case: slices(*case).relu(),
        ),
        Mistake(
            "ceil_mode ignored",
            "`ceil_mode` makes no difference. With it the size is rounded up, and the last window may hang over the far edge.",
            "`ceil_mode` 没有起作用。设了它，大小要向上取整，最后一个窗口可以伸出右边和下边。",
            lambda X, size, stride, padding, dilation, ceil_mode: F.max_pool2d(X, size, stride, padding, dilation),
        ),
        Mistake(
            "window in the padding kept",
            "With `ceil_mode` a window that would begin in the padding behind the picture is dropped. Yours is kept.",
            "设了 `ceil_mode` 时，从图像后面的填充处才开始的窗口要舍弃。你把它留下了。",
            lambda *case: slices(*case, drop=False),
        ),
        Mistake(
            "dilation ignored",
            "`dilation` makes no difference. With it neighbouring cells of the window lie that far apart.",
            "`dilation` 没有起作用。设了它，窗口里相邻两格就相隔那么远。",
            lambda X, size, stride, padding, dilation, ceil_mode: F.max_pool2d(
                X, size, stride, padding, ceil_mode=ceil_mode
            ),
        ),
        Mistake(
            "padding lost",
            "`padding` makes no difference. It lets the windows begin outside the picture.",
            "`padding` 没有起作用。有了它，窗口可以从图像外面开始。",
            lambda X, size, stride, padding, dilation, ceil_mode: F.max_pool2d(X, size, stride, 0, dilation, ceil_mode),
        ),
        STRIDE_LOST.made_by(
            lambda X, size, stride, padding, dilation, ceil_mode: F.max_pool2d(X, size, 1, padding, dilation, ceil_mode)
        ),
        STRIDE_ON_ONE_AXIS.made_by(
            lambda X, size, stride, padding, dilation, ceil_mode: F.max_pool2d(
                X, size, (stride, 1), padding, dilation, ceil_mode
            )
        ),
    ],
)
def my_max_pool2d(
    X: torch.Tensor, size: int, stride: int, padding: int, dilation: int, ceil_mode: bool
) -> torch.Tensor:
    """F.max_pool2d for X of shape (batch, channels, height, width).

    >>> my_max_pool2d(torch.tensor([[[[1.0, 2.0, 3.0]]]]), 1, 2, 0, 1, False)
    tensor([[[[1., 3.]]]])
    """
    rows, columns = (d2l.output_size(n, size, padding, stride, dilation, ceil_mode) for n in X.shape[2:])
    # Minus infinity never wins. Behind the picture there is room for a window that hangs over.
    # zh: # 负无穷永远赢不了。图像后面留出地方，好让窗口伸出去。
    behind = padding + stride
    padded = F.pad(X, (padding, behind, padding, behind), value=-torch.inf)
    largest = None
    for a in range(0, size * dilation, dilation):
        for b in range(0, size * dilation, dilation):
            # Cell (a, b) of all windows at once.
            # zh: # 所有窗口的 (a, b) 格一次取出。
            cells = padded[:, :, a::stride, b::stride][:, :, :rows, :columns]
            largest = cells if largest is None else torch.maximum(largest, cells)
    return largest
