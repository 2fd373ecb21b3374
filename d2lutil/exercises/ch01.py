"""Exercises of chapter 01, from fully connected layers to convolution."""

import itertools

import torch
import torch.nn.functional as F
from torch import nn

from .engine import choice, exercise, prediction
from .engine.cases import Draw
from .engine.mistakes import BIAS_FORGOTTEN, Mistake


def built_parameters(c_in, c_out, kernel, bias):
    layer = nn.Conv2d(c_in, c_out, kernel, bias=bias)
    return sum(p.numel() for p in layer.parameters())


@exercise(
    effort="warm-up",
    en="""
        How many parameters, weights and biases together, does a convolutional layer have? Write a formula; do not build the layer.
    """,
    zh="""
        权重和偏置都算上，一个卷积层有多少个参数？请写公式，不要真的构造这个层。
    """,
    case=lambda draw: (draw.size(1, 5), draw.size(1, 6), draw.sizes(1, 5), draw.choice([True, False])),
    also=[(3, 16, (3, 5), True), (3, 16, (3, 5), False)],
    truth=built_parameters,
    without=("Conv2d",),
    hints=[
        (
            "How many tables of weights are there, and how many entries does each have?",
            "一共有几张权重表？每张表有几个元素？",
        ),
        (
            "There is one table for each pair of an input and an output channel, and one bias for each output channel.",
            "每一对（输入通道，输出通道）有一张表；每个输出通道有一个偏置。",
        ),
    ],
    mistakes=[
        BIAS_FORGOTTEN.made_by(lambda c_in, c_out, kernel, bias: c_in * c_out * kernel[0] * kernel[1]),
        Mistake(
            "bias always counted",
            "You count the biases even where `bias` is `False`.",
            "`bias` 为 `False` 时，你也把偏置算进去了。",
            lambda c_in, c_out, kernel, bias: c_in * c_out * kernel[0] * kernel[1] + c_out,
        ),
        Mistake(
            "one bias",
            "You count a single bias. Every output channel has its own.",
            "你只算了一个偏置。每个输出通道都有自己的偏置。",
            lambda c_in, c_out, kernel, bias: c_in * c_out * kernel[0] * kernel[1] + bias,
        ),
        Mistake(
            "bias per input channel",
            "You count a bias for each input channel. There is one for each output channel.",
            "你给每个输入通道算了一个偏置。偏置应是每个输出通道一个。",
            lambda c_in, c_out, kernel, bias: c_in * c_out * kernel[0] * kernel[1] + c_in * bias,
        ),
        Mistake(
            "bias per table",
            "You count a bias for each table of weights. An output channel adds up the results of its tables, and then one bias.",
            "你给每张权重表都算了一个偏置。每个输出通道先把各张表的结果相加，再加上一个偏置。",
            lambda c_in, c_out, kernel, bias: c_in * c_out * (kernel[0] * kernel[1] + bias),
        ),
        Mistake(
            "input channels forgotten",
            "The input channels are missing. Each kernel has a table of weights for every input channel.",
            "漏了输入通道。每个卷积核里，每个输入通道都有一张权重表。",
            lambda c_in, c_out, kernel, bias: c_out * kernel[0] * kernel[1] + c_out * bias,
        ),
        Mistake(
            "one kernel",
            "Those are the parameters of a single kernel. The layer has `c_out` of them.",
            "这只是一个卷积核的参数。卷积核一共有 `c_out` 个。",
            lambda c_in, c_out, kernel, bias: c_in * kernel[0] * kernel[1] + bias,
        ),
    ],
)
def conv_parameters(c_in: int, c_out: int, kernel: tuple[int, int], bias: bool = True) -> int:
    """Number of parameters of nn.Conv2d(c_in, c_out, kernel, bias=bias).

    zh: `nn.Conv2d(c_in, c_out, kernel, bias=bias)` 的参数个数。

    >>> conv_parameters(1, 1, (3, 3))
    10
    """
    # Each of the c_out kernels has a table of weights for every input channel, and one bias.
    # zh: # 一共 c_out 个卷积核；每个卷积核里，每个输入通道都有一张权重表，另外还有一个偏置。
    weights = c_in * c_out * kernel[0] * kernel[1]
    return weights + c_out if bias else weights


@prediction(
    en=r"""
        An image has one channel and $1000\times 1000$ pixels; a kernel has half-width $\Delta = 3$. Give four numbers, in this order:

        - how many weights does the kernel have?
        - how many outputs depend on a pixel in the middle of the image?
        - how many outputs depend on the pixel in the top-left corner if the image is padded with 3 zeros per side?
        - how many outputs depend on the same pixel without padding?
    """,
    zh=r"""
        图像只有一个通道，有 $1000\times 1000$ 个像素；卷积核的半宽是 $\Delta = 3$。请依次给出四个数：

        - 卷积核有多少个权重？
        - 有多少个输出依赖于图像中部的某个像素？
        - 每侧填 3 个零时，有多少个输出依赖于左上角的像素？
        - 不填零时，又有多少个输出依赖于这个像素？
    """,
    hints=[
        (
            "Take one axis first: a row of pixels, half-width 1. Which outputs depend on a pixel in the middle? Which depend on the pixel at one end?",
            "先只看一条轴：一行像素，半宽为 1。哪些输出依赖于中间的像素？哪些依赖于一端的像素？",
        ),
        (
            "An output depends on a pixel that is at most Δ rows and at most Δ columns away. How many such positions are there around a corner?",
            "与某个像素最多相隔 Δ 行、Δ 列的输出，都依赖于它。角落周围有多少个这样的位置？",
        ),
        (
            "At the corner, one side of each axis is left: Δ + 1 rows, Δ + 1 columns. Without padding, which windows contain the corner?",
            "在角落，每条轴只剩一侧：Δ + 1 行、Δ + 1 列。不填零时，哪些窗口包含角落的像素？",
        ),
    ],
    because=(
        "The kernel has (2Δ + 1)² weights, and a pixel in the middle is multiplied once by each of them. The corner has neighbours on one "
        "side of each axis only, so (Δ + 1)² outputs depend on it: 16 of 49. Without padding, only the first window contains it. "
        "Pixels near the border influence fewer outputs.",
        "卷积核有 (2Δ + 1)² 个权重，中部的像素与每个权重各相乘一次。角落在每条轴上只有一侧有邻居，所以依赖于它的输出有 (Δ + 1)² 个，"
        "即 49 个中的 16 个。不填零时，只有第一个窗口包含它。靠近边界的像素，影响到的输出更少。",
    ),
    mistakes=[
        Mistake(
            "middle forgotten",
            "From -Δ to Δ there are 2Δ + 1 values: count the zero in the middle too, and the corner's own row and column.",
            "从 -Δ 到 Δ 有 2Δ + 1 个值：中间的零也要算，角落自己所在的行和列也要算。",
            lambda: [4 * 3**2, 4 * 3**2, 3**2, 1],
        ),
        Mistake(
            "corner's own row forgotten",
            "At the corner, you have left out its own row and column: there are Δ + 1 of each.",
            "你漏了角落自己所在的行和列：行和列各有 Δ + 1。",
            lambda: [7**2, 7**2, 3**2, 1],
        ),
        Mistake(
            "corner like the middle",
            "Around the corner, most outputs are missing: there are none above it or to its left.",
            "角落周围缺了大部分输出：它的上方和左方没有输出。",
            lambda: [7**2, 7**2, 7**2, 1],
        ),
        Mistake(
            "corner like the middle",
            "Around the corner, most outputs are missing: there are none above it or to its left.",
            "角落周围缺了大部分输出：它的上方和左方没有输出。",
            lambda: [7**2] * 4,
        ),
        Mistake(
            "padding exchanged",
            "The last two are exchanged: with padding, more windows contain the corner, not fewer.",
            "后两个数颠倒了：填零之后，包含角落的窗口变多，而不是变少。",
            lambda: [7**2, 7**2, 1, 4**2],
        ),
        Mistake(
            "corner unseen",
            "Without padding, one window still contains the corner: the first one.",
            "不填零时，仍有一个窗口包含角落，就是第一个。",
            lambda: [7**2, 7**2, 4**2, 0],
        ),
    ],
)
def corner_counts() -> list[int]:
    """a list of four whole numbers, such as [1, 2, 3, 4]

    zh: 由四个整数组成的列表，例如 [1, 2, 3, 4]
    """
    kernel = torch.ones(1, 1, 2 * 3 + 1, 2 * 3 + 1)
    middle, corner = torch.zeros(2, 1, 1000, 1000)
    middle[0, 500, 500] = corner[0, 0, 0] = 1
    # An output that depends on the one bright pixel is 1, every other output is 0.
    # zh: # 依赖于那个亮像素的输出是 1，其余的输出是 0。
    outputs = [F.conv2d(X, kernel, padding=p) for X, p in ((middle, 3), (corner, 3), (corner, 0))]
    return [kernel.numel(), *[int(output.count_nonzero()) for output in outputs]]


def layer_and_images(draw):
    """The weight of a linear layer, its sizes, and images that may be larger than what it reads."""
    c, (h, w) = draw.size(1, 3), draw.choice([(1, 1), draw.sizes(1, 3), draw.sizes(2, 3)])
    extra_h, extra_w = draw.choice([(0, 0), (draw.size(0, 3), draw.size(0, 3))])
    return draw.tensor(draw.size(1, 3), c * h * w), c, h, w, draw.tensor(draw.size(1, 2), c, h + extra_h, w + extra_w)


def layer_at_every_position(weight, channels, height, width, images):
    windows = images.unfold(2, height, 1).unfold(3, width, 1).permute(0, 2, 3, 1, 4, 5)
    return F.linear(windows.flatten(3), weight).permute(0, 3, 1, 2)


@exercise(
    en=r"""
        Without padding, a convolution whose kernel is as large as the image is a fully connected layer. You are given the weight of an `nn.Linear` that reads flattened images of shape
        `(channels, height, width)`. Turn this weight into a kernel for larger images: at every position where the kernel fits, the output of the convolution must be the
        output of the linear layer for the window at this position.
    """,
    zh=r"""
        不填充时，如果卷积核与图像一样大，卷积就是全连接层。设 `nn.Linear` 读入展平的图像，图像形状为 `(channels, height, width)`。
        请用它的权重造出一个卷积核，用于更大的图像：凡是卷积核放得下的位置，输出都等于这个全连接层对该处窗口的输出。
    """,
    case=layer_and_images,
    truth=layer_at_every_position,
    observe=lambda kernel, weight, channels, height, width, images: F.conv2d(images, kernel),
    devices=False,  # an nn.Parameter is a right answer, and does not show where its numbers come from
    hints=[
        (
            "No number changes, and their order in memory stays. Only the shape is new.",
            "数值不变，内存里的次序也不变，变的只有形状。",
        ),
        (
            "`F.conv2d` expects weights of shape (out, in, rows, columns). In which order does `flatten` go through an image?",
            "`F.conv2d` 要的权重形状是（输出，输入，行，列）。`flatten` 按什么次序展平一张图像？",
        ),
        (
            "`flatten` goes through the channels first, then rows, then columns; `reshape` with those sizes undoes it.",
            "`flatten` 先按通道，再按行，最后按列；按同样的次序把这些大小交给 `reshape`，就还原了。",
        ),
    ],
    mistakes=[
        Mistake(
            "channels last",
            "You read the weights as if the colours of one pixel were next to each other. A flattened image in PyTorch has the whole first channel, then the second.",
            "你把权重当成了“同一像素的各个颜色排在一起”。PyTorch 展平图像时，先是整个第一通道，然后才是第二通道。",
            lambda weight, channels, height, width: weight.reshape(-1, height, width, channels).permute(0, 3, 1, 2),
        ),
        Mistake(
            "rows and columns exchanged",
            "Rows and columns of the kernel are exchanged: the order is channels, `height`, `width`.",
            "卷积核的行和列颠倒了：次序是通道、`height`、`width`。",
            lambda weight, channels, height, width: weight.reshape(-1, channels, width, height).transpose(2, 3),
        ),
        Mistake(
            "kernel of the wrong shape",
            "Height and width are exchanged in the kernel's shape: it is (out, in, `height`, `width`).",
            "卷积核的形状里，高和宽的位置颠倒了：应为（输出，输入，`height`，`width`）。",
            lambda weight, channels, height, width: weight.reshape(-1, channels, width, height),
        ),
        Mistake(
            "kernel flipped",
            "You have rotated the kernel by 180 degrees. `F.conv2d` applies it as it is.",
            "你把卷积核旋转了 180 度。`F.conv2d` 是原样使用它的。",
            lambda weight, channels, height, width: weight.reshape(-1, channels, height, width).flip(2, 3),
        ),
        Mistake(
            "outputs and channels exchanged",
            "The first two axes are exchanged. PyTorch's kernels have the output channels first.",
            "前两条轴颠倒了。PyTorch 的卷积核把输出通道放在最前面。",
            lambda weight, channels, height, width: weight.reshape(-1, channels, height, width).transpose(0, 1),
        ),
    ],
    because=(
        "Without padding, a convolution whose kernel is as large as the image is a fully connected layer. With a kernel of half-width 0, it is a small fully connected layer that acts on the channels of each pixel, with the same weights at every position.",
        "不填充时，如果卷积核与图像一样大，卷积就是全连接层。卷积核的半宽为 0 时，卷积就是作用在每个像素各通道上的小全连接层，每个位置的权重都相同。",
    ),
)
def as_kernel(weight: torch.Tensor, channels: int, height: int, width: int) -> torch.Tensor:
    """From nn.Linear's weight (outputs, channels * height * width) to a kernel for F.conv2d.

    zh: 由 `nn.Linear` 的权重（形状为 `(outputs, channels * height * width)`）得到供 `F.conv2d` 使用的卷积核。

    >>> kernel = as_kernel(torch.tensor([[1.0, 2.0, 3.0, 4.0]]), 1, 2, 2)
    >>> F.conv2d(torch.tensor([[[[10.0, 1.0], [0.0, 0.0]]]]), kernel)
    tensor([[[[12.]]]])
    """
    # A flattened image keeps the order channels, rows, columns, and so does each row of the weight.
    # zh: # 展平的图像保持通道、行、列的次序，权重的每一行也是如此。
    return weight.reshape(-1, channels, height, width)


def loaded_die(draw):
    """Probabilities in tenths, for one to five faces."""
    cuts = sorted(draw.size(0, 10) for _ in range(draw.size(0, 4)))
    return torch.tensor([(b - a) / 10 for a, b in zip([0, *cuts], [*cuts, 10], strict=True)])


def differences_by_counting(yours, mine):
    n, m = len(yours), len(mine)
    result = torch.zeros(2, n + m - 1, dtype=yours.dtype)
    for a, b in itertools.product(range(n), range(m)):
        result[0, a - b + m - 1] += yours[a] * mine[b]
        result[1, b - a + n - 1] += yours[a] * mine[b]
    return tuple(result)


def all_overlaps(one, other):
    """The convolution of two sequences, all overlaps counted."""
    k = len(other) - 1
    return F.conv1d(F.pad(one, (k, k))[None, None], other.flip(0)[None, None])[0, 0]


@exercise(
    en="""
        You roll one die, and independently I roll another. The dice may be loaded, and they may have different numbers of faces, which show 1, 2, 3 and so on.
        What are the probabilities of all values of *yours minus mine*, and of all values of *mine minus yours*?
    """,
    zh="""
        你掷一颗骰子，我掷另一颗，互不影响。骰子可能灌了铅，面数也可能不同；各面的点数是 1、2、3，依此类推。
        **你的点数减我的点数**，各个值的概率是多少？**我的减你的**呢？
    """,
    case=lambda draw: (loaded_die(draw), loaded_die(draw)),
    truth=differences_by_counting,
    hints=[
        (
            "*Minus mine* is a die as well. Which faces does it have, from the smallest to the largest?",
            "**我的点数取相反数**，得到的也是一颗骰子。它有哪些面？从小到大怎样排列？",
        ),
        (
            "So *yours minus mine* is the total of two dice, one of them reversed. Section 7 has a function for totals.",
            "所以**你的减我的**就是两颗骰子的点数之和，其中一颗的点数取了相反数。第 7 节有一个算点数之和的函数。",
        ),
        (
            "When *yours minus mine* is n, *mine minus yours* is -n. What does this do to a list that goes from the smallest value to the largest?",
            "**你的减我的**等于 n 时，**我的减你的**等于 -n。从小到大排的一列数会因此怎样变化？",
        ),
    ],
    mistakes=[
        Mistake(
            "totals",
            "Those are the totals, yours plus mine. For a difference, one of the two sequences has to be reversed.",
            "这是点数之和，也就是你的加我的。要求差，得把其中一个序列反过来。",
            lambda yours, mine: (all_overlaps(yours, mine), all_overlaps(yours, mine)),
        ),
        Mistake(
            "totals",
            "Those are the totals, yours plus mine. For a difference, one of the two sequences has to be reversed.",
            "这是点数之和，也就是你的加我的。要求差，得把其中一个序列反过来。",
            lambda yours, mine: (all_overlaps(yours, mine), all_overlaps(yours, mine).flip(0)),
        ),
        Mistake(
            "taken as commutative",
            "Your two results are the same. That would be right for totals; a difference changes its sign when the dice are exchanged.",
            "你给出的两个结果一样。求和时才是这样；求差时交换两颗骰子，差会变号。",
            lambda yours, mine: (all_overlaps(yours, mine.flip(0)), all_overlaps(yours, mine.flip(0))),
        ),
        Mistake(
            "exchanged",
            "The two results are exchanged, or both run from the largest value to the smallest.",
            "两个结果颠倒了，或者两个都是从大到小排的。",
            lambda yours, mine: (all_overlaps(yours.flip(0), mine), all_overlaps(yours, mine.flip(0))),
        ),
        Mistake(
            "only one answer",
            "That is yours minus mine. Give mine minus yours as well.",
            "这是你的减我的。请把我的减你的也给出来。",
            lambda yours, mine: all_overlaps(yours, mine.flip(0)),
        ),
        Mistake(
            "signs reversed",
            "A probability does not become negative when the difference does. It only moves to another position.",
            "差变号，概率并不变号，只是换了位置。",
            lambda yours, mine: (all_overlaps(yours, mine.flip(0)), -all_overlaps(yours, mine.flip(0))),
        ),
    ],
    because=(
        "Exchanging the two sequences leaves a convolution unchanged and reverses a cross-correlation.",
        "交换卷积的两个序列，结果不变；交换互相关的两个序列，结果首尾颠倒。",
    ),
)
def difference_of_dice(yours: torch.Tensor, mine: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Probabilities of yours minus mine, and of mine minus yours, each from its smallest value to its largest.

    zh: 你的减我的、我的减你的，各个值的概率，都从最小值排到最大值。

    yours[k] and mine[k] are the probabilities of face k + 1. The smallest value of yours minus mine is
    1 - len(mine). In the example, yours minus mine is 0 or 1, and mine minus yours is -1 or 0.

    zh: `yours[k]` 和 `mine[k]` 是点数 k + 1 的概率。“你的减我的”最小是 `1 - len(mine)`。
    例子中，“你的减我的”是 0 或 1，“我的减你的”是 -1 或 0。

    >>> difference_of_dice(torch.tensor([0.5, 0.5]), torch.tensor([1.0]))
    (tensor([0.5000, 0.5000]), tensor([0.5000, 0.5000]))
    """
    # F.conv1d does not reverse its kernel: it computes a cross-correlation, which gives the differences.
    # zh: # F.conv1d 不翻转卷积核，算的是互相关，得到的正是差的概率。
    k = len(mine) - 1
    forth = F.conv1d(F.pad(yours, (k, k))[None, None], mine[None, None])[0, 0]
    # The other difference has the opposite sign, so the same numbers come in the opposite order.
    # zh: # 另一个差的符号相反，所以同样的数按相反的次序排列。
    return forth, forth.flip(0)


@choice(
    en="""
        A *spectrogram* is an image of a sound: time runs to the right, pitch upwards, and a pixel is bright where that pitch is loud at that moment. A
        network names the piano key that was pressed. For which shifts of the image should the network's *output* stay the same?
    """,
    zh="""
        **声谱图**是声音的图像：横轴向右是时间，纵轴向上是音高；某个时刻某个音高响，对应的像素就亮。
        一个网络要说出按下的是钢琴的哪个键。图像沿哪些方向平移时，网络的**输出**应当不变？
    """,
    options={
        "a": ("along time only", "只沿时间"),
        "b": ("along pitch only", "只沿音高"),
        "c": ("along both, as in a photograph", "两个方向都可以，和照片一样"),
        "d": ("along neither", "两个方向都不行"),
    },
    hints=[
        (
            "Somebody presses the same key one second later. What does the spectrogram look like now?",
            "同一个键，晚一秒按下。这时声谱图会变成什么样？",
        ),
        (
            "Shift the image upwards, and every tone becomes higher. Which key does it show?",
            "把图像往上移，里面的每个音都变高了。它显示的是哪个键？",
        ),
    ],
    because=(
        "A note that sounds later is the same note; the same image further up is another note. Weights may still be shared along pitch: "
        "the position of the response then says which note it is, unless a sum over all pitches discards it.",
        "晚一点响起的音还是那个音；图像往上移，就成了另一个音。但沿音高仍然可以共享权重：这时响应的位置正好说明是哪个音。"
        "只有把各个音高的响应加起来，才会丢掉这个信息。",
    ),
    wrong={
        "b": (
            "A shift upwards is a higher note, so all notes would get the same output. And a note that sounds later is the same note.",
            "往上移，音就变高，那样所有的音都会得到同样的输出。而晚一点响起的音，还是那个音。",
        ),
        "c": (
            "A spectrogram looks like a photograph, but its axes differ: one is time, the other distinguishes the notes.",
            "声谱图看上去像照片，但两条轴并不一样：一条是时间，另一条正是区分各个音的依据。",
        ),
        "d": (
            "A note that sounds one second later is the same note; it need not be learned anew for every second.",
            "晚一秒响起的音还是同一个音，不必为每一秒都重新学一遍。",
        ),
    },
)
def axis_to_share() -> str:
    def spectrogram(bin_, start):
        # A tone of one pitch, of 128 samples; then its loudness, pitch by pitch and moment by moment.
        # zh: # 一个固定音高的音，长 128 个采样点；再逐个音高、逐个时刻算出它的响度。
        time = torch.arange(128)
        sound = F.pad(torch.sin(2 * torch.pi * bin_ / 64 * time), (start, 512 - start - 128))
        return torch.stft(sound, 64, 64, window=torch.ones(64), center=False, return_complex=True).abs()

    low = spectrogram(8, 64)
    # Is the shifted image still that of the low note, only at another time?
    # zh: # 平移之后的图像，是不是仍然是那个低音，只是时刻不同？
    low_at_any_time = [spectrogram(8, start) for start in range(0, 385, 64)]
    in_time, in_pitch = (
        any(torch.allclose(low.roll(shift, axis), other, atol=1e-3) for other in low_at_any_time)
        for shift, axis in ((2, 1), (8, 0))
    )
    return {(True, False): "a", (False, True): "b", (True, True): "c", (False, False): "d"}[in_time, in_pitch]


def with_kernel(sound, kernel, padding):
    return F.conv1d(F.pad(sound, padding)[None, None], torch.tensor(kernel).to(sound)[None, None])[0, 0]


def echo_of_the_echo(sound, delay, strength):
    heard = sound.clone()
    for t in range(delay, len(sound)):
        heard[t] += strength * heard[t - delay]
    return heard


@exercise(
    en=r"""
        An echo in a hall is a convolution in one dimension: $y_t = x_t + s\,x_{t-n}$, with delay $n$ and strength $s$. Before the sound there is
        silence. Write this function; **one** call of `F.conv1d` is enough.
    """,
    zh=r"""
        大厅里的回声是一维的卷积：$y_t = x_t + s\,x_{t-n}$，其中 $n$ 是延迟，$s$ 是强度。声音开始之前是静音。
        请写出这个函数，只需调用**一次** `F.conv1d`。
    """,
    case=lambda draw: (draw.tensor(draw.size(3, 9)), draw.size(1, 5), draw.choice([0.5, -0.5, 0.25, 2.0])),
    also=[(torch.tensor([2.0, 4.0]), 1, 0.5), (torch.tensor([1.0, 2.0, 3.0]), 5, 0.5)],
    truth=lambda sound, delay, strength: sound + strength * F.pad(sound, (delay, 0))[: len(sound)],
    hints=[
        (
            "`F.conv1d` computes a cross-correlation, and it expects three axes: (batch, channels, time).",
            "`F.conv1d` 算的是互相关，要求三条轴：（批量，通道，时间）。",
        ),
        (
            "The echo comes after the sound, so the kernel has to use earlier values. At the beginning there are none yet: pad with "
            "silence, on one side only.",
            "回声在声音之后，所以卷积核要用到更早的值。开头还没有更早的值：只在一侧填上静音。",
        ),
        (
            "The kernel has `delay + 1` entries, all 0 except for the first and the last. Which of the two belongs to the present moment?",
            "卷积核有 `delay + 1` 个元素，除了第一个和最后一个，全是 0。这两个里，哪一个对应当前时刻？",
        ),
    ],
    mistakes=[
        Mistake(
            "echo before the sound",
            "The echo comes before the sound: your kernel uses later values. A cross-correlation does not reverse the kernel, so its last entry belongs to the present moment.",
            "回声跑到声音前面去了：你的卷积核用的是之后的值。互相关不翻转卷积核，所以它的最后一个元素对应当前时刻。",
            lambda sound, delay, strength: with_kernel(sound, [1.0, *[0.0] * (delay - 1), strength], (0, delay)),
        ),
        Mistake(
            "strength on the sound",
            "The sound itself becomes softer, and the echo has full strength: the two weights are exchanged.",
            "变轻的是声音本身，回声反而保持原样：两个权重颠倒了。",
            lambda sound, delay, strength: with_kernel(sound, [1.0, *[0.0] * (delay - 1), strength], (delay, 0)),
        ),
        Mistake(
            "sound lost",
            "Only the echo is left. Add the sound itself.",
            "只剩下回声了，还要加上原来的声音。",
            lambda sound, delay, strength: with_kernel(sound, [strength, *[0.0] * delay], (delay, 0)),
        ),
        Mistake(
            "silence on both sides",
            "The result is too long, because you pad on both sides. Pad before the sound only.",
            "结果太长，因为两侧都填了静音。只需在声音之前填。",
            lambda sound, delay, strength: with_kernel(sound, [strength, *[0.0] * (delay - 1), 1.0], (delay, delay)),
        ),
        Mistake(
            "no silence",
            "The beginning is missing. Pad with silence before the sound.",
            "开头一段没了。请在声音之前填上静音。",
            lambda sound, delay, strength: with_kernel(sound, [strength, *[0.0] * (delay - 1), 1.0], (0, 0)),
        ),
        Mistake(
            "around the corner",
            "The end of the sound appears at its beginning: your echo is circular, as with `torch.roll`. Before the sound there is silence.",
            "声音的结尾出现在开头：你的回声是循环的，就像 `torch.roll` 那样。声音开始之前应是静音。",
            lambda sound, delay, strength: sound + strength * sound.roll(delay),
        ),
        Mistake(
            "echo of the echo",
            "The echo has an echo of its own, and so on: you add the output so far. Add the sound as it was.",
            "回声又有了自己的回声，没完没了：你加的是已经算出的输出。应当加原来的声音。",
            echo_of_the_echo,
        ),
        Mistake(
            "one moment too late",
            "The echo comes one moment too late. From now to `delay` moments ago there are `delay + 1` moments.",
            "回声晚了一个时刻。从现在到 `delay` 个时刻之前，一共有 `delay + 1` 个时刻。",
            lambda sound, delay, strength: with_kernel(sound, [strength, *[0.0] * delay, 1.0], (delay + 1, 0)),
        ),
        Mistake(
            "one moment too early",
            "The echo comes one moment too early. From now to `delay` moments ago there are `delay + 1` moments.",
            "回声早了一个时刻。从现在到 `delay` 个时刻之前，一共有 `delay + 1` 个时刻。",
            lambda sound, delay, strength: sound + strength * F.pad(sound, (delay - 1, 0))[: len(sound)],
        ),
    ],
    because=(
        "The same rule holds at every moment: shout a second later, and the echo comes a second later. The hall is equivariant to shifts in time.",
        "每个时刻都用同一条规则：晚一秒喊，回声就晚一秒。也就是说，大厅对时间的平移是等变的。",
    ),
)
def echo(sound: torch.Tensor, delay: int, strength: float) -> torch.Tensor:
    """The sound, of shape (length,), with an echo; same length. The delay is at least 1, and may be longer than the sound.

    zh: 加上回声的声音，形状为 `(length,)`，长度不变。延迟至少是 1，可以比声音还长。

    >>> echo(torch.tensor([1.0, 0.0, 0.0, 4.0]), 2, 0.5)
    tensor([1.0000, 0.0000, 0.5000, 4.0000])
    """
    # The kernel's last entry belongs to the present moment, its first to delay moments ago.
    # zh: # 卷积核的最后一个元素对应当前时刻，第一个元素对应 delay 个时刻之前。
    kernel = sound.new_zeros(delay + 1)
    kernel[0], kernel[-1] = strength, 1
    # Before the sound there is silence.
    # zh: # 声音开始之前是静音。
    past = F.pad(sound, (delay, 0))
    return F.conv1d(past[None, None], kernel[None, None])[0, 0]


KERNELS = Draw(seed=1).tensor(16, 3, 3, low=-3, high=3)


def largest_outputs(X):
    """The largest output of each of the kernels, with circular padding."""
    around = F.pad(X[None, None], (1, 1, 1, 1), mode="circular")
    return F.conv2d(around, KERNELS[:, None].to(X)).amax((0, 2, 3))


SAME_IMAGE = Mistake(
    "the same image",
    "This is the same image. Return another one: at least one pixel has to differ.",
    "得到的还是同一张图像。题目要的是另一张：至少有一个像素不同。",
    lambda X: X.clone(),
)


def is_a_look_alike(Y, X):
    if not isinstance(Y, torch.Tensor) or Y.shape != X.shape:
        shape = tuple(X.shape)
        return f"Return a tensor of the same shape as `X`, {shape}.", f"应返回一个张量，形状与 `X` 一样，是 {shape}。"
    Y = Y.detach().to(X)
    if Y.equal(X):
        return SAME_IMAGE
    for K, one, other in zip(KERNELS, largest_outputs(X), largest_outputs(Y), strict=True):
        if not torch.isclose(one, other, atol=1e-3):
            K, one, other = K.int().tolist(), f"{one:g}", f"{other:g}"
            return (
                f"The kernel {K} can tell them apart: the largest output is {one} for `X`, {other} for your image.",
                f"卷积核 {K} 分得出它们：对 `X` 的最大输出是 {one}，对你的图像是 {other}。",
            )
    return None


def image_not_constant(draw):
    """Any image, or stripes along some direction."""
    rows, columns = draw.sizes(1, 5)
    columns += rows * columns == 1
    X = draw.tensor(rows, columns, low=0, high=9)
    kind = draw.choice(["any", "any", "rows", "columns", "diagonals"])
    if kind == "rows":
        X = X[:, :1].repeat(1, columns)
    elif kind == "columns":
        X = X[:1].repeat(rows, 1)
    elif kind == "diagonals" and columns > 1:
        X = torch.stack([X[0].roll(i) for i in range(columns)])
    if X.unique().numel() == 1:
        X[0] += 1 if rows > 1 else F.one_hot(torch.tensor(0), columns)
    return (X,)


@exercise(
    en=r"""
        Take the network of section 5 that ends with a maximum: a $3\times 3$ kernel, circular padding, then the largest output. For every image whose
        pixels are not all equal, there is **another** image that this network cannot distinguish from it, *whatever the kernel*. Write a function that finds such an image.
    """,
    zh=r"""
        取第 5 节中最后求最大值的网络：$3\times 3$ 的卷积核，循环填充，再取最大的输出。只要图像不是处处相同，就存在**另一张**图像，
        使这个网络**无论用什么卷积核**都无法区分两者。请写一个函数，找出这样的一张图像。
    """,
    case=image_not_constant,
    also=[
        (F.pad(torch.tensor([[9.0]]), (1, 2, 0, 4)),),
        (torch.tensor([[1.0, 1.0], [0.0, 0.0], [0.0, 0.0]]),),
        (torch.tensor([[1.0, 0.0, 0.0], [1.0, 0.0, 0.0]]),),
        (torch.eye(3),),
    ],
    accepts=is_a_look_alike,
    hints=[
        (
            "The maximum discards the position. What may be done to the image, then?",
            "最大值丢掉了位置。那么，可以对图像做什么？",
        ),
        (
            "`torch.roll` shifts an image circularly; name its axes in `dims`. Is the shifted image always a different one?",
            "`torch.roll` 让图像循环平移，平移的轴要写在 `dims` 里。平移后的图像一定与原来不同吗？",
        ),
        (
            "Horizontal stripes do not change when they move sideways. Try one axis, and if nothing changes, the other.",
            "横条纹左右移动，什么也不会变。先试一条轴，如果没有变化，再试另一条。",
        ),
    ],
    mistakes=[
        SAME_IMAGE,
        Mistake(
            "one axis only",
            "You always shift along the same axis. An image with stripes along this axis does not change.",
            "你总是沿同一条轴平移。条纹若与这条轴平行，平移之后图像不变。",
            lambda X: X.roll(1, 0),
        ),
        Mistake(
            "one axis only",
            "You always shift along the same axis. An image with stripes along this axis does not change.",
            "你总是沿同一条轴平移。条纹若与这条轴平行，平移之后图像不变。",
            lambda X: X.roll(1, 1),
        ),
        Mistake(
            "both axes at once",
            "You always shift along both axes at once. An image with diagonal stripes does not change.",
            "你总是同时沿两条轴平移。斜条纹的图像平移之后不变。",
            lambda X: X.roll((1, 1), (0, 1)),
        ),
        Mistake(
            "rolled without axes",
            "Without `dims`, `roll` joins the rows into one long row and shifts that: pixels at the ends of the rows lose their neighbours.",
            "不写 `dims` 时，`roll` 先把各行首尾相接，再平移这一长行：各行两端的像素换了邻居。",
            lambda X: X.roll(1),
        ),
        Mistake(
            "mirrored",
            "You have mirrored the image. That changes which pixel lies to the left of or above which, and some kernels respond to it.",
            "你把图像翻转了。相邻像素的左右或上下关系因此改变，有的卷积核对此有响应。",
            lambda X: X.flip(0),
        ),
        Mistake(
            "mirrored",
            "You have mirrored the image. That changes which pixel lies to the left of or above which, and some kernels respond to it.",
            "你把图像翻转了。相邻像素的左右或上下关系因此改变，有的卷积核对此有响应。",
            lambda X: X.flip(1),
        ),
        Mistake(
            "mirrored",
            "You have mirrored the image. That changes which pixel lies to the left of or above which, and some kernels respond to it.",
            "你把图像翻转了。相邻像素的左右或上下关系因此改变，有的卷积核对此有响应。",
            lambda X: X.flip(0, 1),
        ),
        Mistake(
            "other brightness",
            "You have changed the brightness. The outputs change with it.",
            "你改变了亮度，输出也会跟着变。",
            lambda X: X + 1,
        ),
        Mistake(
            "other brightness",
            "You have changed the brightness. The outputs change with it.",
            "你改变了亮度，输出也会跟着变。",
            lambda X: X * 2,
        ),
    ],
    because=(
        "A circular shift moves the outputs without changing their values, so the maximum stays. Where the position matters, as for the sun above the horizon and its "
        "reflection below, a network must not discard it.",
        "循环平移只移动输出，不改变数值，所以最大值不变。如果位置有意义，比如地平线之上的太阳与水里的倒影，网络就不能丢掉位置。",
    ),
)
def look_alike(X: torch.Tensor) -> torch.Tensor:
    """Another image of X's shape (rows, columns) with the same largest output, for every 3x3 kernel.

    zh: 另一张图像，形状与 X 一样，是 `(rows, columns)`；对每个 3×3 的卷积核，最大的输出都相同。

    Often several images are right; the check accepts any of them.

    zh: 正确答案往往不止一个，检查都会接受。

    >>> look_alike(torch.tensor([[0.0], [9.0], [0.0]])).flatten()
    tensor([0., 0., 9.])
    """
    # A shifted image has the same outputs at other positions, so the same largest one, whatever the kernel.
    # zh: # 平移后的图像，输出相同，只是位置不同，所以无论卷积核是什么，最大的输出都一样。
    down = X.roll(1, dims=0)
    # If that changes nothing, all rows are equal; then the columns are not.
    # zh: # 如果这样什么都没变，说明各行都相同；那么各列就不会都相同。
    return X.roll(1, dims=1) if down.equal(X) else down


@choice(
    en="""
        A text is a sequence of words, but a kernel multiplies numbers. In which form should the words be given to a convolution, so that for **every**
        phrase of two words there is a kernel whose output is largest for this phrase, wherever it stands?
    """,
    zh="""
        文本是词的序列，而卷积核乘的是数。词应当以什么形式交给卷积，才能使**每一个**由两个词组成的短语都有一个相应的卷积核：
        无论短语出现在文本的哪里，这个卷积核都在该处输出最大？
    """,
    options={
        "a": (
            "number the words of the dictionary; the kernel slides over the numbers",
            "给词典里的词编号，让卷积核在编号上滑动",
        ),
        "b": (
            "one channel for each word of the dictionary, 1 where the word stands and 0 elsewhere (*one-hot*); the kernel slides along the text",
            "词典里的每个词一个通道，出现这个词的位置为 1，其余为 0（**独热编码**）；卷积核沿着文本滑动",
        ),
        "c": ("count how often each word occurs, and use the counts", "数出每个词出现的次数，用这些次数"),
        "d": ("in no form: a convolution needs an image", "没有合适的形式：卷积只能用于图像"),
    },
    hints=[
        (
            "A kernel computes weighted sums. What would the sum of word 3 and word 5 mean, or their mean?",
            "卷积核做的是加权求和。把 3 号词和 5 号词加起来，或者取平均，有什么意义？",
        ),
        (
            '"dog bites man" and "man bites dog": which of the ways can tell them apart?',
            "“狗咬人”和“人咬狗”：哪一种办法分得出它们？",
        ),
        (
            "If words are channels, each has a weight of its own, and the kernel slides along the one axis that has neighbours.",
            "把词当作通道，每个词就有自己的权重，而卷积核沿着唯一有邻居关系的轴滑动。",
        ),
    ],
    because=(
        "With one-hot vectors, each word has a weight of its own at each position of the kernel, so there is a kernel for every phrase. Networks for text "
        "learn a shorter vector (an embedding) for each word, which is a linear function of the one-hot one.",
        "用独热向量，每个词在卷积核的每个位置上都有自己的权重，所以每个短语都有对应的卷积核。处理文本的网络会给每个词学一个较短的向量（嵌入），"
        "它是独热向量的线性函数。",
    ),
    wrong={
        "a": (
            "Numbers in a list are not quantities: word 2 would be the mean of words 1 and 3. No kernel has a larger output for it than for both of them.",
            "编号不是数量：按编号算，2 号词就成了 1 号词和 3 号词的平均。没有哪个卷积核，遇到它时的输出能同时大于遇到这两个词时的输出。",
        ),
        "c": (
            'Counts discard the order: "dog bites man" and "man bites dog" have the same counts.',
            "计数把词序丢了：“狗咬人”和“人咬狗”的计数完全相同。",
        ),
        "d": (
            "A text has an axis to slide along, the order of its words, and a phrase can be detected in the same way at the beginning and at the end.",
            "文本有可以滑动的轴，就是词的先后次序；一个短语在句首和句末可以用同样的方式检测。",
        ),
    },
)
def words_for_a_kernel() -> str:
    # The contents of a window of two words, for all nine phrases made of three words.
    # zh: # 词一共三个，窗口宽两个词：列出全部九个短语在窗口里的样子。
    phrases = torch.cartesian_prod(torch.arange(3), torch.arange(3))
    one_hot = F.one_hot(phrases, 3)
    ways = {"a": phrases, "b": one_hot.flatten(1), "c": one_hot.sum(1)}

    def finds_each_phrase(numbers):
        # All kernels with weights -1, 0 and 1. Which of them have their largest output for one phrase alone?
        # zh: # 权重取 -1、0、1 的所有卷积核。哪些卷积核只对一个短语输出最大？
        kernels = torch.cartesian_prod(*[torch.arange(-1, 2)] * numbers.shape[1])
        outputs = kernels @ numbers.T
        largest = outputs.topk(2).values
        alone = outputs[largest[:, 0] > largest[:, 1]]
        return len(alone) > 0 and alone.argmax(1).unique().numel() == len(phrases)

    return next((letter for letter, numbers in ways.items() if finds_each_phrase(numbers)), "d")


SUSPECTS = [
    "X",
    "X**2",
    "X.flip(1)",
    "X.flip(0)",
    "X.roll(1, dims=0)",
    "torch.full_like(X, X.max())",
    "X - X.mean()",
    "X.mean(1, keepdim=True).expand(X.shape)",
    "X.mean(0, keepdim=True).expand(X.shape)",
    "X * ((torch.arange(X.shape[0])[:, None] + torch.arange(X.shape[1])) % 2)",
    "X * (torch.arange(X.shape[1]) % 2)",
    "X * (torch.arange(X.shape[0])[:, None] % 2)",
    "X * 0 + X[0]",
    "X * 0 + X[:, :1]",
    "X.flatten().sort().values.reshape(X.shape)",
    "X * 0 + 7",
    "F.conv2d(F.pad(X, (0, 0, 1, 1))[None, None], X.new_ones(1, 1, 3, 1))[0, 0]",
    "F.conv2d(F.pad(X, (1, 1, 0, 0))[None, None], X.new_ones(1, 1, 1, 3))[0, 0]",
    "X + X.roll(-1, dims=1)",
    "X.roll(1)",
    "X * X.roll(1, dims=1) * (torch.arange(X.shape[1]) % 2)",
]


def suspect(source):
    """A function that shows its source where a failing case is shown."""
    f = eval(f"lambda X: {source}", {"torch": torch, "F": F})
    f.__doc__ = f"lambda X: {source}"
    return f


def judged_by_single_steps(f, rows, columns):
    """One step along each axis is enough: all other shifts are made of them."""
    images = Draw(seed=rows * 10 + columns).tensor(4, rows, columns, low=-9, high=9).double()
    outcomes = [
        [torch.allclose(f(X.roll(1, axis)), expected) for expected in (f(X).roll(1, axis), f(X))]
        for X in images
        for axis in (0, 1)
    ]
    equivariant, invariant = zip(*outcomes, strict=True)
    return all(equivariant), all(invariant)


def judged(f, rows, columns, shifts, together=all, X=None):
    """A judge that tries these shifts."""
    X = torch.randint(-9, 10, (rows, columns)).double() if X is None else X
    moves = [(f(X.roll(s, (0, 1))), f(X).roll(s, (0, 1)), f(X)) for s in shifts]
    return together(torch.allclose(m, t) for m, t, _ in moves), together(torch.allclose(m, x) for m, _, x in moves)


def judged_exactly(f, rows, columns):
    X = torch.randn(rows, columns, dtype=torch.float64)
    moves = [(f(X.roll(s, (0, 1))), f(X).roll(s, (0, 1)), f(X)) for s in every_shift(rows, columns)]
    return all(m.equal(t) for m, t, _ in moves), all(m.equal(x) for m, _, x in moves)


def every_shift(rows, columns):
    return list(itertools.product(range(rows), range(columns)))


@exercise(
    en="""
        You are given a function from images to images of the same size. Test with random images whether it is equivariant, and whether it is invariant, to *all* circular
        shifts. Some of the functions in the check are equivariant or invariant to certain shifts only.
    """,
    zh="""
        任给一个函数，输入和输出是同样大小的图像。请用随机图像检验：对**所有**循环平移，它是不是等变的，是不是不变的。
        检查所用的函数里，有的只对某些平移等变或不变。
    """,
    # Not smaller than 3 by 3, but for functions where it does no harm: the pixels of a tiny image may be equal by chance.
    case=lambda draw: (suspect(draw.choice(SUSPECTS)), *draw.sizes(3, 5)),
    also=[
        *[(suspect(source), rows, columns) for source in SUSPECTS for rows, columns in ((4, 6), (5, 3))],
        (suspect("X**2"), 1, 1),
        (suspect("X.flip(0)"), 1, 5),
        (suspect("X.flip(1)"), 5, 2),
    ],
    count=10,
    truth=judged_by_single_steps,
    observe=lambda verdict, *case: tuple(bool(part) for part in verdict),
    hints=[
        (
            "One random image is enough, but try every shift on it.",
            "随机取一张图像就够了，但要把每一种平移都试到。",
        ),
        (
            "Section 5 has a function for each of the two tests. Call them for all shifts, and combine the results with `all`.",
            "第 5 节为这两项检验各写了一个函数。对所有平移都调用一遍，再用 `all` 把结果合起来。",
        ),
        (
            "Rounding can make equal results differ: use whole numbers as in section 5, and `torch.allclose`.",
            "舍入误差会让本应相等的结果不等：像第 5 节那样用整数，再用 `torch.allclose` 比较。",
        ),
    ],
    mistakes=[
        Mistake(
            "one shift only",
            "You try one shift only. A chessboard pattern is unchanged by one step along both axes, but not by every shift.",
            "你只试了一种平移。棋盘图案沿两条轴各移一格不变，但并非对每种平移都不变。",
            lambda f, rows, columns: judged(f, rows, columns, [(1, 1)]),
        ),
        Mistake(
            "only down",
            "You only shift downwards. Some of the functions pass for these shifts, but not for shifts to the side.",
            "你只试了上下平移。有的函数对上下平移等变或不变，对左右平移则不然。",
            lambda f, rows, columns: judged(f, rows, columns, [(i, 0) for i in range(rows)]),
        ),
        Mistake(
            "only sideways",
            "You only shift sideways. Some of the functions pass for these shifts, but not for shifts downwards.",
            "你只试了左右平移。有的函数对左右平移等变或不变，对上下平移则不然。",
            lambda f, rows, columns: judged(f, rows, columns, [(0, j) for j in range(columns)]),
        ),
        Mistake(
            "only diagonally",
            "You shift along both axes by the same number of pixels. Some functions pass for such shifts only.",
            "你沿两条轴平移的格数总是相同。有的函数只对这样的平移等变或不变。",
            lambda f, rows, columns: judged(f, rows, columns, [(n, n) for n in range(min(rows, columns))]),
        ),
        Mistake(
            "always true",
            "You return True twice for every function. Did you take `any` for `all`? Every function passes for a shift by zero. Or is your image "
            "constant? Then a shift changes nothing.",
            "无论什么函数，你的两个结果都是 True。是不是把 `all` 写成了 `any`？平移 0 格时，任何函数都通得过。"
            "或者，你的图像是不是各像素都相同？那样平移什么也不改变。",
            lambda f, rows, columns: judged(f, rows, columns, every_shift(rows, columns), any),
        ),
        Mistake(
            "results exchanged",
            "The two results are exchanged: equivariant comes first, invariant second.",
            "两个结果颠倒了：先是等变，再是不变。",
            lambda f, rows, columns: judged(f, rows, columns, every_shift(rows, columns))[::-1],
        ),
        Mistake(
            "constant image",
            "A shift does not change a constant image. Take a random one.",
            "各像素都相同的图像，平移之后不变。请取一张随机的图像。",
            lambda f, rows, columns: judged(
                f, rows, columns, every_shift(rows, columns), X=torch.ones(rows, columns).double()
            ),
        ),
        Mistake(
            "one bright pixel",
            "With a single bright pixel, you do not test what a function does to bright neighbours. Take a random image.",
            "只有一个亮像素，就检验不到函数怎样处理两个相邻的亮像素。请取一张随机的图像。",
            lambda f, rows, columns: judged(
                f,
                rows,
                columns,
                every_shift(rows, columns),
                X=F.one_hot(torch.tensor(0), rows * columns).double().reshape(rows, columns),
            ),
        ),
        Mistake(
            "rounding",
            "You test for exact equality, and rounding makes equal results differ. Use whole numbers, and `torch.allclose`.",
            "你要求严格相等，而舍入误差会让本应相等的结果不等。请用整数，再用 `torch.allclose` 比较。",
            judged_exactly,
        ),
    ],
)
def judge(f, rows: int, columns: int) -> tuple[bool, bool]:
    """(equivariant, invariant) for a function f of float64 images of shape (rows, columns).

    zh: 对函数 f 返回（是否等变，是否不变）；f 的输入是 `float64` 图像，形状为 `(rows, columns)`。

    >>> judge(lambda X: 2 * X, 4, 6)
    (True, False)
    """
    # Whole numbers that hardly repeat, so that no two positions look alike by accident.
    # zh: # 取很少重复的整数，免得不同的位置碰巧相同。
    X = torch.randint(-99, 100, (rows, columns)).double()
    output, equivariant, invariant = f(X), True, True
    for shift in [(i, j) for i in range(rows) for j in range(columns)]:
        moved = f(X.roll(shift, dims=(0, 1)))
        # A single shift that fails is enough.
        # zh: # 只要有一种平移通不过，就够了。
        equivariant &= torch.allclose(moved, output.roll(shift, dims=(0, 1)))
        invariant &= torch.allclose(moved, output)
    return equivariant, invariant


def kernel_and_image_size(draw):
    k_h, k_w = draw.sizes(1, 3)
    padding = draw.choice([0, 0, 1, 2])
    K = draw.tensor(draw.size(1, 2), draw.size(1, 2), k_h, k_w)
    rows, columns = (max(1, k - 2 * padding) + draw.size(0, 2) for k in (k_h, k_w))
    return K, rows, columns, padding


def matrix_by_autograd(K, rows, columns, padding):
    """Each output's derivatives with respect to all pixels."""
    X = torch.zeros(1, K.shape[1], rows, columns, dtype=K.dtype)
    matrix = torch.autograd.functional.jacobian(lambda X: F.conv2d(X, K, padding=padding).flatten(), X, vectorize=False)
    return matrix.flatten(1)


def matrix_column_by_column(K, rows, columns, padding):
    pixels = torch.eye(K.shape[1] * rows * columns, dtype=K.dtype).reshape(-1, K.shape[1], rows, columns)
    return F.conv2d(pixels, K, padding=padding).flatten(1).T


def matrix_channels_last(K, rows, columns, padding):
    c = K.shape[1]
    matrix = matrix_column_by_column(K, rows, columns, padding)
    return matrix.reshape(-1, c, rows * columns).transpose(1, 2).flatten(1)


@exercise(
    en="""
        Write a function that builds the matrix of section 4 for several input and output channels and with zero padding. Images are flattened in PyTorch's order, channels first.
    """,
    zh="""
        请写一个函数，针对多个输入通道、多个输出通道和零填充，造出第 4 节那样的矩阵。图像按 PyTorch 的次序展平，通道在前。
    """,
    case=kernel_and_image_size,
    truth=matrix_by_autograd,
    hints=[
        (
            "Multiply a matrix by an image in which one pixel is 1 and all others are 0: the product is one column of the matrix.",
            "取一张图像，一个像素是 1，其余全是 0；矩阵乘以它，得到的就是矩阵的一列。",
        ),
        (
            "All such images together are the rows of `torch.eye`, reshaped. `F.conv2d` takes them as one batch.",
            "把 `torch.eye` 的各行换个形状，就是所有这样的图像。`F.conv2d` 可以把它们当作一个批量处理。",
        ),
        (
            "What is each row of the result, flattened: a row or a column of the matrix?",
            "结果的每一行，展平之后，是矩阵的行还是列？",
        ),
    ],
    mistakes=[
        Mistake(
            "transposed",
            "This is the transpose: the output for one bright pixel is a column of the matrix, not a row.",
            "你得到的是转置：一个亮像素的输出是矩阵的一列，不是一行。",
            lambda *case: matrix_column_by_column(*case).T,
        ),
        Mistake(
            "padding ignored",
            "The padding is left out. Windows that reach beyond the border need rows as well.",
            "没有考虑零填充：超出边界的窗口也要各占一行。",
            lambda K, rows, columns, padding: matrix_column_by_column(K, rows, columns, 0),
        ),
        Mistake(
            "padded zeros as inputs",
            "The padded zeros have columns of their own. The matrix is multiplied by the image without its padding.",
            "你给填上的零也安排了列。与矩阵相乘的是没有填零的图像。",
            lambda K, rows, columns, padding: matrix_column_by_column(K, rows + 2 * padding, columns + 2 * padding, 0),
        ),
        Mistake(
            "kernel flipped",
            "The kernel is rotated by 180 degrees. `F.conv2d` applies it as it is.",
            "你把卷积核旋转了 180 度。`F.conv2d` 是原样使用它的。",
            lambda K, rows, columns, padding: matrix_column_by_column(K.flip(2, 3), rows, columns, padding),
        ),
        Mistake(
            "channels last",
            "The columns are ordered as if the channels of one pixel were next to each other. PyTorch flattens channel by channel.",
            "各列的次序，像是把同一像素的各个通道排在了一起。PyTorch 是一个通道接一个通道展平的。",
            matrix_channels_last,
        ),
        Mistake(
            "one channel",
            "Only the first input channel has weights. Each pair of channels has its own kernel, and its own block of the matrix.",
            "只有第一个输入通道有权重。每一对通道都有自己的卷积核，在矩阵里也有自己的一块。",
            lambda K, rows, columns, padding: matrix_column_by_column(K[:, :1], rows, columns, padding),
        ),
    ],
)
def matrix_of_conv2d(K: torch.Tensor, rows: int, columns: int, padding: int) -> torch.Tensor:
    """The matrix with matrix @ X.flatten() == F.conv2d(X[None], K, padding=padding).flatten().

    zh: 求矩阵，使 `matrix @ X.flatten() == F.conv2d(X[None], K, padding=padding).flatten()`。

    K has shape (c_out, c_in, k_h, k_w), X has shape (c_in, rows, columns). For a K of shape (2, 3, 3, 3),
    4 rows, 5 columns and padding 1 the matrix has shape (40, 60).

    zh: K 的形状是 `(c_out, c_in, k_h, k_w)`，X 的形状是 `(c_in, rows, columns)`。K 的形状为 (2, 3, 3, 3)、
    4 行、5 列、填充为 1 时，矩阵的形状是 (40, 60)。

    >>> matrix_of_conv2d(torch.tensor([[[[1.0, 2.0]]]]), 1, 3, 0)
    tensor([[1., 2., 0.],
            [0., 1., 2.]])
    """
    # All images with one bright pixel, as one batch.
    # zh: # 所有只有一个亮像素的图像，合成一个批量。
    pixels = K.shape[1] * rows * columns
    images = torch.eye(pixels, dtype=K.dtype, device=K.device).reshape(pixels, K.shape[1], rows, columns)
    # The output for image n is column n of the matrix.
    # zh: # 第 n 张图像的输出，就是矩阵的第 n 列。
    return F.conv2d(images, K, padding=padding).flatten(1).T


def nearest_by_least_squares(W):
    """The layer's weights as a linear function of the table's entries, solved for them."""
    r, c = W.shape[:2]
    i, j, k, l = (torch.arange(n).reshape([-1 if a == axis else 1 for a in range(4)]) for axis, n in enumerate(W.shape))
    cell = (k - i) % r * c + (l - j) % c
    which = F.one_hot(cell.flatten(), r * c).double()
    return torch.linalg.lstsq(which, W.double().flatten()[:, None]).solution.reshape(r, c).to(W.dtype)


def tables_rolled(W, way, axes=(0, 1)):
    r, c = W.shape[:2]
    shifts = [(i, j) for i in range(r) for j in range(c)]
    return torch.stack([W[s].roll([way * s[axis] for axis in axes], axes) for s in shifts])


@exercise(
    effort="takes an hour",
    en="""
        Which circular convolution is **closest** to a given fully connected layer from images to images? Find the table $V_{a,b}$, as large as the image, for which
        the sum of squared differences between the layer's weights $W_{i,j,k,l}$ and those of the convolution is smallest. Here $k = i + a$ and $l = j + b$ are
        circular: after the last row comes row 0, and after the last column comes column 0.

        First work out on paper which weights of $W$ a single $V_{a,b}$ stands for.
    """,
    zh=r"""
        给定一个从图像到图像的全连接层，与它**最接近**的循环卷积是哪一个？请找出与图像同样大小的表 $V_{a,b}$，
        使这个层的权重 $W_{i,j,k,l}$ 与卷积的权重之差的平方和最小。这里 $k = i + a$、$l = j + b$ 都是循环的：最后一行之后是第 0 行，最后一列之后是第 0 列。

        先在纸上想清楚：单独一个 $V_{a,b}$ 代表 $W$ 的哪些权重？
    """,
    case=lambda draw: (lambda r, c: (draw.tensor(r, c, r, c),))(*draw.sizes(1, 4)),
    truth=nearest_by_least_squares,
    hints=[
        (
            "The differences fall into groups, one for each pair (a, b), and the groups are independent of each other.",
            "这些差可以分成许多组，每一对 (a, b) 一组，各组互不影响。",
        ),
        (
            "In each group, one number stands for many. The sum of squares is smallest for their mean.",
            "每组里要用一个数代表许多数。取平均值时，平方和最小。",
        ),
        (
            "This is step 2 of section 3 with circular offsets: `torch.roll` moves the unit's own pixel to entry (0, 0) of its table.",
            "就是第 3 节的第 2 步，不过偏移是循环的：用 `torch.roll` 把单元自己的像素移到表的 (0, 0) 处。",
        ),
    ],
    mistakes=[
        Mistake(
            "summed",
            "Those are the sums of the groups. Take their means.",
            "这是各组的和，应取平均值。",
            lambda W: tables_rolled(W, -1).sum(0),
        ),
        Mistake(
            "not rolled",
            "You take the mean over weights that belong to different entries of `V`. First count from each unit's own position.",
            "你取平均的这些权重属于 `V` 的不同元素。要先改成从每个单元自己的位置数起。",
            lambda W: W.mean((0, 1)),
        ),
        Mistake(
            "rolled the wrong way",
            "You roll the tables the wrong way. To bring the unit's own pixel (i, j) to entry (0, 0), roll by minus i and minus j.",
            "各张表移反了方向。要让单元自己的像素 (i, j) 来到 (0, 0) 处，应移动负 i 和负 j。",
            lambda W: tables_rolled(W, 1).mean(0),
        ),
        Mistake(
            "one unit",
            "This is the table of the first unit. The weights of the other units count as well.",
            "这是第一个单元的表。其他单元的权重也要算上。",
            lambda W: W[0, 0],
        ),
        Mistake(
            "offsets reversed",
            "The offsets run backwards: your table has at (a, b) what belongs at (-a, -b). Here k = i + a.",
            "偏移量的方向反了：你在 (a, b) 处放的是应在 (-a, -b) 处的数。这里 k = i + a。",
            lambda W: tables_rolled(W, -1).mean(0).flip(0, 1).roll((1, 1), (0, 1)),
        ),
        Mistake(
            "own pixel in the middle",
            "The unit's own pixel lies in the middle of your table. Here it belongs at (0, 0).",
            "在你的表里，单元自己的像素在正中间。这里它应在 (0, 0) 处。",
            lambda W: tables_rolled(W, -1).mean(0).roll((W.shape[0] // 2, W.shape[1] // 2), (0, 1)),
        ),
        Mistake(
            "rows only",
            "Only the rows are counted from the unit's own position. Count the columns from there too.",
            "只有行是从单元自己的位置数起的，列也要这样数。",
            lambda W: tables_rolled(W, -1, (0,)).mean(0),
        ),
    ],
    because=(
        "Each weight of the convolution stands for a (circular) diagonal of the layer's matrix, and the mean of the diagonal has the smallest sum of squared differences.",
        "卷积的每个权重代表全连接层矩阵里的一条（循环的）对角线，这条对角线的平均值使差的平方和最小。",
    ),
)
def nearest_convolution(W: torch.Tensor) -> torch.Tensor:
    """The table V of shape (rows, columns) closest to a layer W of shape (rows, columns, rows, columns).

    zh: 与层 W 最接近的表 V；W 的形状是 `(rows, columns, rows, columns)`，V 的形状是 `(rows, columns)`。

    V[a, b] is the weight of the pixel a rows below and b columns to the right of the unit, with circular
    offsets. If W is a circular convolution already, V holds its weights.

    zh: V[a, b] 是单元下方 a 行、右方 b 列处像素的权重，偏移是循环的。如果 W 本来就是循环卷积，V 就是它的权重。

    >>> nearest_convolution(torch.tensor([[1.0, 4.0], [6.0, 3.0]]).reshape(1, 2, 1, 2))
    tensor([[2., 5.]])
    """
    rows, columns = W.shape[:2]
    units = [(i, j) for i in range(rows) for j in range(columns)]
    # Count from the unit's own position: its own pixel comes to entry (0, 0).
    # zh: # 从单元自己的位置数起：它自己的像素来到 (0, 0) 处。
    tables = torch.stack([W[i, j].roll((-i, -j), dims=(0, 1)) for i, j in units])
    # Now V[a, b] stands for the entries (a, b) of all tables. Their mean is closest.
    # zh: # 现在 V[a, b] 代表各张表 (a, b) 处的元素，平均值与它们最接近。
    return tables.mean(0)
