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
        How many parameters has a convolutional layer, weights and biases? Write the formula, without building the layer.
    """,
    zh="""
        权重和偏置都算上，一个卷积层有多少个参数？请写出公式，不要真的建层。
    """,
    case=lambda draw: (draw.size(1, 5), draw.size(1, 6), draw.sizes(1, 5), draw.choice([True, False])),
    also=[(3, 16, (3, 5), True), (3, 16, (3, 5), False)],
    truth=built_parameters,
    without=("Conv2d",),
    hints=[
        (
            "How many tables of weights are there, and how many numbers are in each?",
            "一共有几张权重表？每张表里有几个数？",
        ),
        (
            "One table for each pair of an input and an output channel; one bias for each feature map that comes out.",
            "每一对（输入通道，输出通道）有一张表；输出的每张特征图有一个偏置。",
        ),
    ],
    mistakes=[
        BIAS_FORGOTTEN.made_by(lambda c_in, c_out, kernel, bias: c_in * c_out * kernel[0] * kernel[1]),
        Mistake(
            "bias always counted",
            "The biases are counted even where `bias` is `False`.",
            "`bias` 为 `False` 时也把偏置算进去了。",
            lambda c_in, c_out, kernel, bias: c_in * c_out * kernel[0] * kernel[1] + c_out,
        ),
        Mistake(
            "one bias",
            "There is one bias only. Every feature map that comes out has its own.",
            "只算了一个偏置。输出的每张特征图都有自己的偏置。",
            lambda c_in, c_out, kernel, bias: c_in * c_out * kernel[0] * kernel[1] + bias,
        ),
        Mistake(
            "bias per input channel",
            "A bias is counted for each input channel. It belongs to the feature map that comes out: one each.",
            "给每个输入通道算了一个偏置。偏置属于输出的特征图，每张一个。",
            lambda c_in, c_out, kernel, bias: c_in * c_out * kernel[0] * kernel[1] + c_in * bias,
        ),
        Mistake(
            "bias per table",
            "A bias is counted for each table of weights. A feature map adds up the answers of its tables, and then one bias.",
            "给每张权重表都算了一个偏置。每张特征图先把各张表的结果相加，再加上一个偏置。",
            lambda c_in, c_out, kernel, bias: c_in * c_out * (kernel[0] * kernel[1] + bias),
        ),
        Mistake(
            "input channels forgotten",
            "The input channels are missing. Each question has its own weights for every channel that it looks at.",
            "漏了输入通道。每个问题对所看的每个通道，都有一份单独的权重。",
            lambda c_in, c_out, kernel, bias: c_out * kernel[0] * kernel[1] + c_out * bias,
        ),
        Mistake(
            "one question",
            "Those are the parameters of a single question. There are `c_out` of them.",
            "这只是一个问题的参数。问题一共有 `c_out` 个。",
            lambda c_in, c_out, kernel, bias: c_in * kernel[0] * kernel[1] + bias,
        ),
    ],
)
def conv_parameters(c_in: int, c_out: int, kernel: tuple[int, int], bias: bool = True) -> int:
    """Number of parameters of nn.Conv2d(c_in, c_out, kernel, bias=bias).

    >>> conv_parameters(1, 1, (3, 3))
    10
    """
    # Each of the c_out questions has a table of weights for every input channel, and one bias.
    # zh: # 一共 c_out 个问题，每个问题对每个输入通道都有一张权重表，另外还有一个偏置。
    weights = c_in * c_out * kernel[0] * kernel[1]
    return weights + c_out if bias else weights


@prediction(
    en=r"""
        One channel, a picture of $1000\times 1000$ pixels, and a kernel of reach $\Delta = 3$: each cell of the output looks at its own pixel and up
        to three further in every direction. Give four numbers, in this order:

        - how many weights has the kernel?
        - a pixel in the middle of the picture: how many cells of the output see it?
        - the pixel in the top left corner, with three rows and columns of zeros around the picture: how many cells see it?
        - the same corner without any zeros, the kernel standing only where it fits whole: how many now?
    """,
    zh=r"""
        单通道、$1000\times 1000$ 像素的图像，卷积核的范围是 $\Delta = 3$：输出的每一格除了看自己的像素，还看各个方向上三格以内的像素。
        请依次给出四个数：

        - 卷积核有多少个权重？
        - 图像中部的一个像素，输出有多少格看得到它？
        - 左上角的像素，如果图像四周填三圈零，有多少格看得到它？
        - 还是这个角，但不填零，卷积核只放在完整放得下的地方：现在有多少格看得到它？
    """,
    hints=[
        (
            "Along one axis first: a row of pixels, reach 1. Which cells see the pixel in the middle, which the one at the end?",
            "先只看一个轴：一行像素，Δ = 1。正中的像素被哪几格看到？一端的像素呢？",
        ),
        (
            "A cell sees a pixel if it stands at most Δ rows and at most Δ columns away from it. How many such cells are there around a corner?",
            "一格与某个像素最多相隔 Δ 行、Δ 列，就看得到它。角落周围有多少这样的格？",
        ),
        (
            "Around the corner only one side is left: Δ + 1 rows, Δ + 1 columns. Without padding there is no cell there; which window reaches it?",
            "在角落，每个轴只剩一侧：Δ + 1 行、Δ + 1 列。不填充时，那里没有输出；哪个窗口够得到角落的像素？",
        ),
    ],
    because=(
        "(2Δ + 1)² weights, however large the picture; and a pixel in the middle meets each of them once. The corner has neighbours on one "
        "side only: (Δ + 1)², here 16 of 49. Without zeros only the first window reaches it. What lies at the border is seen less.",
        "权重有 (2Δ + 1)² 个，与图像大小无关；正中的像素与每个权重各相遇一次。角落在每个轴上只有一侧有邻居：(Δ + 1)²，这里就是 49 个权重中的 16 个。"
        "不填零时，只有第一个窗口够得到它。位于边界的东西，被看到的次数更少。",
    ),
    mistakes=[
        Mistake(
            "middle forgotten",
            "From -Δ to Δ there are 2Δ + 1 values: do not forget the zero in the middle, nor the corner's own row and column.",
            "从 -Δ 到 Δ 有 2Δ + 1 个值：别漏了中间的零，也别漏了角落自己所在的行和列。",
            lambda: [4 * 3**2, 4 * 3**2, 3**2, 1],
        ),
        Mistake(
            "corner's own row forgotten",
            "At the corner you have left out its own row and column: there are Δ + 1 of each, not Δ.",
            "你漏了角落自己所在的行和列：行和列各有 Δ + 1，而不是 Δ。",
            lambda: [7**2, 7**2, 3**2, 1],
        ),
        Mistake(
            "corner like the middle",
            "Around the corner most cells are missing: above it and to its left there is no output.",
            "角落周围缺了大部分格：它的上方和左方没有输出。",
            lambda: [7**2, 7**2, 7**2, 1],
        ),
        Mistake(
            "corner like the middle",
            "Around the corner most cells are missing: above it and to its left there is no output.",
            "角落周围缺了大部分格：它的上方和左方没有输出。",
            lambda: [7**2] * 4,
        ),
        Mistake(
            "padding exchanged",
            "The last two are exchanged: zeros around the picture give more windows that reach the corner, not fewer.",
            "后两个数颠倒了：四周填零，够得到角落的窗口变多，而不是变少。",
            lambda: [7**2, 7**2, 1, 4**2],
        ),
        Mistake(
            "corner unseen",
            "The corner is seen without padding too: by the very first window.",
            "不填充时，角落也会被看到：第一个窗口就看得到。",
            lambda: [7**2, 7**2, 4**2, 0],
        ),
    ],
)
def corner_counts() -> list[int]:
    """a list of four whole numbers, such as [1, 2, 3, 4]"""
    kernel = torch.ones(1, 1, 2 * 3 + 1, 2 * 3 + 1)
    middle, corner = torch.zeros(2, 1, 1000, 1000)
    middle[0, 500, 500] = corner[0, 0, 0] = 1
    # A cell that sees the one bright pixel answers 1, every other cell 0.
    # zh: # 看得到那个亮像素的格输出 1，其余的格输出 0。
    answers = [F.conv2d(X, kernel, padding=p) for X, p in ((middle, 3), (corner, 3), (corner, 0))]
    return [kernel.numel(), *[int(answer.count_nonzero()) for answer in answers]]


def layer_and_pictures(draw):
    """The weight of a linear layer, its sizes, and pictures that may be larger than what it reads."""
    c, (h, w) = draw.size(1, 3), draw.choice([(1, 1), draw.sizes(1, 3), draw.sizes(2, 3)])
    extra_h, extra_w = draw.choice([(0, 0), (draw.size(0, 3), draw.size(0, 3))])
    return draw.tensor(draw.size(1, 3), c * h * w), c, h, w, draw.tensor(draw.size(1, 2), c, h + extra_h, w + extra_w)


def layer_at_every_place(weight, channels, height, width, pictures):
    windows = pictures.unfold(2, height, 1).unfold(3, width, 1).permute(0, 2, 3, 1, 4, 5)
    return F.linear(windows.flatten(3), weight).permute(0, 3, 1, 2)


@exercise(
    en=r"""
        Two extremes of locality. Let the kernel cover the *whole picture*, and it fits in one place only, with a single number for each output
        channel: a fully connected layer in disguise. Let it have *reach* $\Delta = 0$, and each cell sees nothing but its own pixel: then the convolution is one small
        fully connected layer on the channels of each pixel, the same everywhere. One function makes the kernel for both, and for everything in between: given the
        weight of an `nn.Linear` that reads flattened pictures of shape `(channels, height, width)`, make a convolution's weight out of it. The check also lays your kernel on
        larger pictures: at every place it must answer as the linear layer would.
    """,
    zh=r"""
        局部性的两个极端。让卷积核盖住*整张图像*，它就只有一个位置可放，每个输出通道只得到一个数：这是改头换面的全连接层。
        让它的*范围* $\Delta = 0$，每一格就只看得到自己的像素：这时卷积就是作用在每个像素各通道上的一个小全连接层，处处相同。
        一个函数就能造出这两种卷积核，以及介于其间的所有卷积核：设有一个 `nn.Linear`，读入的是展平的图像，图像形状为 `(channels, height, width)`，
        请用它的权重造出卷积的权重。检查时还会把你的卷积核用到更大的图像上：在每个位置上，它的回答都必须与这个全连接层一样。
    """,
    case=layer_and_pictures,
    truth=layer_at_every_place,
    observe=lambda kernel, weight, channels, height, width, pictures: F.conv2d(pictures, kernel),
    devices=False,  # an nn.Parameter is a right answer, and does not show where its numbers come from
    hints=[
        (
            "No number changes, none is moved to another place in memory. Only the shape is new.",
            "没有一个数改变，内存里的次序也不变，变的只有形状。",
        ),
        (
            "`F.conv2d` wants weights of shape (out, in, rows, columns). In which order does `flatten` lay a picture out?",
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
            "You read the weights as if the colours of one pixel stood side by side. In PyTorch a flattened picture has its first channel whole, then the second.",
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
            "Height and width have changed places in the kernel's shape: (out, in, `height`, `width`).",
            "卷积核的形状里，高和宽的位置颠倒了：应为（输出，输入，`height`，`width`）。",
            lambda weight, channels, height, width: weight.reshape(-1, channels, width, height),
        ),
        Mistake(
            "kernel flipped",
            "You have turned the kernel. `F.conv2d` lays it on the picture as it is.",
            "你把卷积核旋转了。`F.conv2d` 是把它原样放到图像上的。",
            lambda weight, channels, height, width: weight.reshape(-1, channels, height, width).flip(2, 3),
        ),
        Mistake(
            "outputs and channels exchanged",
            "The first two axes are exchanged. PyTorch's kernels have the output channels first.",
            "前两个轴颠倒了。PyTorch 的卷积核把输出通道放在最前面。",
            lambda weight, channels, height, width: weight.reshape(-1, channels, height, width).transpose(0, 1),
        ),
    ],
    because=(
        "A kernel as large as the picture is a fully connected layer; a kernel of reach 0 is a small one for the channels of each pixel, the same everywhere.",
        "卷积核与图像一样大，就是全连接层；Δ = 0 时，就是作用在每个像素各通道上的小全连接层，处处相同。",
    ),
)
def as_kernel(weight: torch.Tensor, channels: int, height: int, width: int) -> torch.Tensor:
    """From nn.Linear's weight (outputs, channels * height * width) to a kernel for F.conv2d.

    >>> kernel = as_kernel(torch.tensor([[1.0, 2.0, 3.0, 4.0]]), 1, 2, 2)
    >>> F.conv2d(torch.tensor([[[[10.0, 1.0], [0.0, 0.0]]]]), kernel)
    tensor([[[[12.]]]])
    """
    # A flattened picture keeps the order channels, rows, columns, and so does each row of the weight.
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
        You throw one die, I throw another; they may be loaded and have different numbers of faces. How likely is each value of
        *yours minus mine*? Both dice show 1, 2, 3 and so on. And what becomes of the answer when the two dice are exchanged? For a total nothing would change, but this is
        a cross-correlation. Return both answers.
    """,
    zh="""
        你掷一颗骰子，我掷另一颗；骰子可能灌了铅，面数也可能不同。*你的点数减我的点数*，每个值的概率各是多少？
        两颗骰子的点数都是 1、2、3，依此类推。把两颗骰子交换，结果又会怎样？要是求总数，结果不会变，可这里是互相关。请把两个结果都给出来。
    """,
    case=lambda draw: (loaded_die(draw), loaded_die(draw)),
    truth=differences_by_counting,
    devices=False,  # the chapter's own `convolve` makes its result on the CPU
    hints=[
        (
            "*Minus mine* is a die as well. Which faces has it, and in which order do they stand, from the smallest to the largest?",
            "*我的点数取相反数*，得到的也是一颗骰子。它有哪些面？这些面从小到大怎样排列？",
        ),
        (
            "So yours minus mine is a total of two dice, one of them turned around. Section 6 has a function for totals.",
            "所以你的减我的，就是两颗骰子的总数，其中一颗倒了过来。第 6 节有一个算总数的函数。",
        ),
        (
            "When yours minus mine is n, mine minus yours is -n. What does this do to a list that goes from the smallest value to the largest?",
            "你的减我的等于 n 时，我的减你的等于 -n。从小到大排的一列数会因此怎样变化？",
        ),
    ],
    mistakes=[
        Mistake(
            "totals",
            "Those are the totals: yours plus mine. For a difference one of the two sequences has to be turned around.",
            "这是总数，也就是你的加我的。要求差，得把其中一个序列倒过来。",
            lambda yours, mine: (all_overlaps(yours, mine), all_overlaps(yours, mine)),
        ),
        Mistake(
            "totals",
            "Those are the totals: yours plus mine. For a difference one of the two sequences has to be turned around.",
            "这是总数，也就是你的加我的。要求差，得把其中一个序列倒过来。",
            lambda yours, mine: (all_overlaps(yours, mine), all_overlaps(yours, mine).flip(0)),
        ),
        Mistake(
            "taken as commutative",
            "The two answers are the same in yours. That would be so for totals; a difference changes its sign when the dice are exchanged.",
            "你给出的两个结果一样。对总数来说才是这样；求差时交换两颗骰子，差会变号。",
            lambda yours, mine: (all_overlaps(yours, mine.flip(0)), all_overlaps(yours, mine.flip(0))),
        ),
        Mistake(
            "exchanged",
            "The two answers are exchanged, or both run from the largest value to the smallest.",
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
            "The probabilities do not become negative when the difference does. They only move to another place.",
            "差变成负的，概率并不会变成负的，只是换了位置。",
            lambda yours, mine: (all_overlaps(yours, mine.flip(0)), -all_overlaps(yours, mine.flip(0))),
        ),
    ],
    because=(
        "Exchange the two in a convolution, and nothing changes; in a cross-correlation the result is reversed.",
        "交换卷积的两个序列，结果不变；交换互相关的两个序列，结果首尾颠倒。",
    ),
)
def difference_of_dice(yours: torch.Tensor, mine: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Probabilities of yours minus mine, and of mine minus yours, each from its smallest value to its largest.

    yours[k] and mine[k] are the probabilities of face k + 1. Yours minus mine begins at 1 - len(mine).

    >>> difference_of_dice(torch.tensor([0.5, 0.5]), torch.tensor([1.0]))  # -> 0 or 1; 0 or -1
    (tensor([0.5000, 0.5000]), tensor([0.5000, 0.5000]))
    """
    # F.conv1d does not turn its kernel, and a cross-correlation is what counts differences.
    # zh: # F.conv1d 不翻转卷积核，算的是互相关，而按差来统计，用的正是互相关。
    k = len(mine) - 1
    forth = F.conv1d(F.pad(yours, (k, k))[None, None], mine[None, None])[0, 0]
    # The other difference has the opposite sign, so the same numbers stand in the opposite order.
    # zh: # 另一个差的符号相反，所以同样的数按相反的次序排列。
    return forth, forth.flip(0)


@choice(
    en="""
        A *spectrogram* is an image of a sound: time runs to the right, pitch upwards, and a cell is bright where that pitch is loud at that moment. A
        network is to name the piano key that was pressed. For which shifts of the image should its *answer* stay the same?
    """,
    zh="""
        *声谱图*是声音的图像：横轴向右是时间，纵轴向上是音高；某个时刻某个音高响，对应的那一格就亮。
        要训练一个网络，说出按下的是钢琴的哪个键。图像沿哪些方向平移时，它的*答案*应当不变？
    """,
    options={
        "a": ("along time only", "只沿时间"),
        "b": ("along pitch only", "只沿音高"),
        "c": ("along both, as in a photograph", "两个方向都可以，和照片一样"),
        "d": ("along neither", "两个方向都不行"),
    },
    hints=[
        (
            "Somebody presses the same key, one second later. What does the picture of the sound look like now?",
            "同一个键，晚一秒按下。这时声音的图像会变成什么样？",
        ),
        (
            "Move the picture upwards. Every tone becomes higher. Which key was pressed?",
            "把图像往上移，里面的每个音都变高了。按下的是哪个键？",
        ),
    ],
    because=(
        "A note that sounds later is the same note; the same image further up is another note. Weights may be shared along pitch all the same: "
        "then the place of the response says which note it is. Only a sum over all pitches would lose it.",
        "晚一点响起的音还是那个音；图像往上移，就成了另一个音。但沿音高仍然可以共享权重：这时响应的位置正好说明是哪个音。"
        "只有把各个音高的响应加起来，才会丢掉这个信息。",
    ),
    wrong={
        "b": (
            "Up is higher: then every note would be taken for every other. And a note that sounds later is the same note.",
            "越往上，音越高：那样就会把每个音都当成别的音。而晚一点响起的音，还是那个音。",
        ),
        "c": (
            "A spectrogram looks like a photograph, but its two axes are not alike: one is time, the other tells the notes apart.",
            "声谱图看上去像照片，但两个轴并不一样：一个是时间，另一个正是区分各个音的依据。",
        ),
        "d": (
            "A note that sounds one second later is the same note; no need to learn it anew for every second.",
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
    # Is the moved picture still that of the low note, only at another time?
    # zh: # 移动之后的图像，是不是仍然是那个低音，只是时刻不同？
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
        Shout in a large hall, and a moment later the wall answers, more softly; at noon as at midnight. Sound is a sequence, and an echo is a convolution in one
        dimension: $y_t = x_t + s\,x_{t-n}$, with the delay $n$ and the strength $s$; before the sound there is silence. Write it; **one** call of
        `F.conv1d` is enough.
    """,
    zh=r"""
        在大厅里喊一声，片刻之后墙壁就有回应，只是轻一些；正午如此，半夜也如此。声音是一个序列，回声就是一维的卷积：
        $y_t = x_t + s\,x_{t-n}$，其中 $n$ 是延迟，$s$ 是强度；声音开始之前是一片寂静。请写出来，只需调用**一次** `F.conv1d`。
    """,
    case=lambda draw: (draw.tensor(draw.size(3, 9)), draw.size(1, 5), draw.choice([0.5, -0.5, 0.25, 2.0])),
    also=[(torch.tensor([2.0, 4.0]), 1, 0.5), (torch.tensor([1.0, 2.0, 3.0]), 5, 0.5)],
    truth=lambda sound, delay, strength: sound + strength * F.pad(sound, (delay, 0))[: len(sound)],
    hints=[
        (
            "`F.conv1d` computes a cross-correlation, and it wants three axes: (batch, channels, time).",
            "`F.conv1d` 算的是互相关，要求三个轴：（批量，通道，时间）。",
        ),
        (
            "The echo comes after the sound. So the kernel must look into the past, and there must be some past to look into: pad with "
            "silence, on one side only.",
            "回声在声音之后。所以卷积核要往过去看，而且得有过去可看：只在一边填上一段静音。",
        ),
        (
            "The kernel has `delay + 1` numbers, all 0 except for the first and the last. Which of the two is the present?",
            "卷积核有 `delay + 1` 个数，除了第一个和最后一个，全是 0。这两个里，哪一个是“现在”？",
        ),
    ],
    mistakes=[
        Mistake(
            "echo before the sound",
            "The echo comes before the sound: your kernel looks into the future. A cross-correlation does not turn the kernel, so the present is its last number.",
            "回声跑到声音前面去了：你的卷积核看的是未来。互相关不翻转卷积核，所以“现在”是它的最后一个数。",
            lambda sound, delay, strength: with_kernel(sound, [1.0, *[0.0] * (delay - 1), strength], (0, delay)),
        ),
        Mistake(
            "strength on the sound",
            "The sound itself is made softer, and the echo keeps its full strength: the two weights are exchanged.",
            "变轻的是声音本身，回声反而保持原样：两个权重颠倒了。",
            lambda sound, delay, strength: with_kernel(sound, [1.0, *[0.0] * (delay - 1), strength], (delay, 0)),
        ),
        Mistake(
            "sound lost",
            "Only the echo is left. The sound itself has to be heard as well.",
            "只剩下回声了，原来的声音也要听得到。",
            lambda sound, delay, strength: with_kernel(sound, [strength, *[0.0] * delay], (delay, 0)),
        ),
        Mistake(
            "silence on both sides",
            "The result is too long: there is silence on both sides. The past needs it, the future does not.",
            "结果太长：两边都填了静音。过去那一边需要填，未来那一边不需要。",
            lambda sound, delay, strength: with_kernel(sound, [strength, *[0.0] * (delay - 1), 1.0], (delay, delay)),
        ),
        Mistake(
            "no silence",
            "The beginning is missing. Pad with silence, so that the kernel has a past to look into there too.",
            "开头一段没了。请填上静音，让卷积核在开头也有过去可看。",
            lambda sound, delay, strength: with_kernel(sound, [strength, *[0.0] * (delay - 1), 1.0], (0, 0)),
        ),
        Mistake(
            "around the corner",
            "The end of the sound is heard at its beginning: the echo goes around the corner, as with `torch.roll`. Before the sound there was silence.",
            "声音的结尾跑到了开头：回声绕了一圈，就像 `torch.roll` 那样。声音开始之前应是一片寂静。",
            lambda sound, delay, strength: sound + strength * sound.roll(delay),
        ),
        Mistake(
            "echo of the echo",
            "The echo has an echo of its own, and so on: you add what has been computed already. Add the sound itself, as it was.",
            "回声又有了自己的回声，没完没了：你加上的是已经算过的结果。应当加上原来的声音。",
            echo_of_the_echo,
        ),
        Mistake(
            "one moment too late",
            "The echo comes one moment too late. From now to `delay` moments ago there are `delay + 1` numbers.",
            "回声晚了一个时刻。从现在到 `delay` 个时刻之前，一共有 `delay + 1` 个数。",
            lambda sound, delay, strength: with_kernel(sound, [strength, *[0.0] * delay, 1.0], (delay + 1, 0)),
        ),
        Mistake(
            "one moment too early",
            "The echo comes one moment too early. From now to `delay` moments ago there are `delay + 1` numbers.",
            "回声早了一个时刻。从现在到 `delay` 个时刻之前，一共有 `delay + 1` 个数。",
            lambda sound, delay, strength: sound + strength * F.pad(sound, (delay - 1, 0))[: len(sound)],
        ),
    ],
    because=(
        "The same rule at every moment: a hall answers the same at noon and at midnight. That is what translation invariance means for a sound.",
        "每个时刻都用同一条规则：大厅的回声，正午和半夜一样。对声音来说，平移不变性说的就是这个。",
    ),
)
def echo(sound: torch.Tensor, delay: int, strength: float) -> torch.Tensor:
    """The sound, of shape (n,), with an echo; same length. The delay is at least 1, and may be longer than the sound.

    >>> echo(torch.tensor([1.0, 0.0, 0.0, 4.0]), 2, 0.5)
    tensor([1.0000, 0.0000, 0.5000, 4.0000])
    """
    # The present is the last number of the kernel, delay moments ago is the first.
    # zh: # 卷积核的最后一个数是现在，第一个数是 delay 个时刻之前。
    kernel = sound.new_zeros(delay + 1)
    kernel[0], kernel[-1] = strength, 1
    # Before the sound there was silence.
    # zh: # 声音开始之前是一片寂静。
    past = F.pad(sound, (delay, 0))
    return F.conv1d(past[None, None], kernel[None, None])[0, 0]


KERNELS = Draw(seed=1).tensor(16, 3, 3, low=-3, high=3)


def largest_answers(X):
    """The largest answer of each of the kernels, the picture continued on the other side."""
    around = F.pad(X[None, None], (1, 1, 1, 1), mode="circular")
    return F.conv2d(around, KERNELS[:, None].to(X)).amax((0, 2, 3))


SAME_PICTURE = Mistake(
    "the same picture",
    "This is the same picture again. Another one is asked for: at least one cell has to differ.",
    "得到的还是同一张图。题目要的是另一张：至少要有一格不同。",
    lambda X: X.clone(),
)


def is_a_look_alike(Y, X):
    if not isinstance(Y, torch.Tensor) or Y.shape != X.shape:
        shape = tuple(X.shape)
        return f"A tensor of shape {shape} is asked for, as `X` has.", f"应返回一个张量，形状与 `X` 一样，是 {shape}。"
    Y = Y.detach().to(X)
    if Y.equal(X):
        return SAME_PICTURE
    for K, one, other in zip(KERNELS, largest_answers(X), largest_answers(Y), strict=True):
        if not torch.isclose(one, other, atol=1e-3):
            K, one, other = K.int().tolist(), f"{one:g}", f"{other:g}"
            return (
                f"The kernel {K} can tell them apart: the largest answer is {one} for `X`, {other} for yours.",
                f"卷积核 {K} 分得出它们：对 `X` 的最大回答是 {one}，对你的图是 {other}。",
            )
    return None


def picture_not_of_one_colour(draw):
    """Any picture, or stripes along some direction."""
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
        The sun above the horizon, the sun in the lake below it: is it always a good thing not to care about places? Take the network of section 5, a convolution with a $3\times 3$
        kernel and circular padding, then the largest of all answers. For any picture that is not of one colour there is **another** picture
        that this network cannot tell from it, *whatever its kernel*. Write a function that finds one.
    """,
    zh=r"""
        太阳在地平线之上，还是倒映在下面的湖里？不在乎位置，难道总是好事吗？拿第 5 节的网络来说：先用 $3\times 3$ 的卷积核做卷积，采用循环填充，
        再取所有回答中最大的一个。只要图像不是一片纯色，就存在**另一张**图，*无论卷积核是什么*，这个网络都分不出两者。请写一个函数，找出这样的一张图。
    """,
    case=picture_not_of_one_colour,
    also=[
        (F.pad(torch.tensor([[9.0]]), (1, 2, 0, 4)),),
        (torch.tensor([[1.0, 1.0], [0.0, 0.0], [0.0, 0.0]]),),
        (torch.tensor([[1.0, 0.0, 0.0], [1.0, 0.0, 0.0]]),),
        (torch.eye(3),),
    ],
    accepts=is_a_look_alike,
    hints=[
        (
            "The maximum forgets the place. So where does the sun have to go?",
            "最大值忘掉了位置。那么，该让太阳到哪里去？",
        ),
        (
            "`torch.roll` moves a picture around the corner; name its axes in `dims`. Is the moved picture always another one?",
            "`torch.roll` 让图像循环平移，移动的轴要写在 `dims` 里。移动后的图一定与原来的不同吗？",
        ),
        (
            "Stripes that lie across do not change when they move sideways. Try one axis, and if nothing changes, the other.",
            "横条纹左右移动，什么也不会变。先试一个轴，如果没有变化，再试另一个轴。",
        ),
    ],
    mistakes=[
        SAME_PICTURE,
        Mistake(
            "one axis only",
            "You always move along the same axis. Stripes along this axis look the same afterwards.",
            "你总是沿同一个轴移动。沿这个轴的条纹，移动之后看上去没有变。",
            lambda X: X.roll(1, 0),
        ),
        Mistake(
            "one axis only",
            "You always move along the same axis. Stripes along this axis look the same afterwards.",
            "你总是沿同一个轴移动。沿这个轴的条纹，移动之后看上去没有变。",
            lambda X: X.roll(1, 1),
        ),
        Mistake(
            "both axes at once",
            "You always move along both axes at once. Diagonal stripes look the same afterwards.",
            "你总是同时沿两个轴移动。斜条纹移动之后看上去没有变。",
            lambda X: X.roll((1, 1), (0, 1)),
        ),
        Mistake(
            "rolled without axes",
            "Without `dims`, `roll` lays the rows behind each other and moves the long row: neighbours are torn apart at its ends.",
            "不写 `dims` 时，`roll` 先把各行首尾相接，再移动这一长行：行的两端，邻居被拆散了。",
            lambda X: X.roll(1),
        ),
        Mistake(
            "mirrored",
            "You have turned the picture over. That changes who stands beside or above whom, and kernels see it.",
            "你把图像翻了过来。相邻的格谁在哪一边因此变了，卷积核看得出来。",
            lambda X: X.flip(0),
        ),
        Mistake(
            "mirrored",
            "You have turned the picture over. That changes who stands beside or above whom, and kernels see it.",
            "你把图像翻了过来。相邻的格谁在哪一边因此变了，卷积核看得出来。",
            lambda X: X.flip(1),
        ),
        Mistake(
            "mirrored",
            "You have turned the picture over. That changes who stands beside or above whom, and kernels see it.",
            "你把图像翻了过来。相邻的格谁在哪一边因此变了，卷积核看得出来。",
            lambda X: X.flip(0, 1),
        ),
        Mistake(
            "other brightness",
            "You have changed the brightness. The answers change with it.",
            "你改变了亮度，回答也会跟着变。",
            lambda X: X + 1,
        ),
        Mistake(
            "other brightness",
            "You have changed the brightness. The answers change with it.",
            "你改变了亮度，回答也会跟着变。",
            lambda X: X * 2,
        ),
    ],
    because=(
        "Whatever moves keeps its answers, and the maximum does not ask where. Where the place carries the meaning, the network needs to keep it.",
        "东西移到别处，得到的回答不变，而最大值不问在哪里。如果位置有意义，网络就得把它留住。",
    ),
)
def look_alike(X: torch.Tensor) -> torch.Tensor:
    """Another picture of X's shape (rows, columns) with the same largest answer, for every 3x3 kernel.

    >>> look_alike(torch.tensor([[0.0], [9.0], [0.0]])).flatten()  # one of several right answers
    tensor([0., 0., 9.])
    """
    # A moved picture gets the same answers at other places, so the same largest one, whatever the kernel.
    # zh: # 移动后的图像在别处得到同样的回答，所以无论卷积核是什么，最大的回答都一样。
    down = X.roll(1, dims=0)
    # If that changes nothing, all rows are equal; then the columns are not.
    # zh: # 如果这样什么都没变，说明各行都相同；那么各列就不会都相同。
    return X.roll(1, dims=1) if down.equal(X) else down


@choice(
    en="""
        A text is a sequence too, of words. But a kernel multiplies numbers, and a word is no number. In which form do you hand the words to a convolution, so that for **every**
        phrase of two words there is a kernel that answers strongest to this phrase, wherever it stands?
    """,
    zh="""
        文本也是序列，由词组成。可是卷积核乘的是数，而词不是数。把词以什么形式交给卷积，才能做到：对**每一个**由两个词组成的短语，
        都有一个卷积核对它的回答最强，无论它出现在哪里？
    """,
    options={
        "a": (
            "number the words of a dictionary in order, and let the kernel slide over the numbers",
            "按词典的次序给词编号，让卷积核在编号上滑动",
        ),
        "b": (
            "a channel for each word of the dictionary, 1 where this word stands and 0 elsewhere (*one-hot*); the kernel slides along the text",
            "词典里的每个词一个通道，出现这个词的位置为 1，其余为 0（*独热编码*）；卷积核沿着文本滑动",
        ),
        "c": ("count how often each word occurs, and hand over the counts", "数出每个词出现的次数，把次数交给它"),
        "d": ("in none: a convolution needs a picture", "没有合适的形式：卷积只能用于图像"),
    },
    hints=[
        (
            "A kernel weighs and adds up. What does it mean to add up word 3 and word 5, or to take the mean of them?",
            "卷积核做的是加权求和。把 3 号词和 5 号词加起来，或者取平均，有什么意义？",
        ),
        (
            '"dog bites man" and "man bites dog": which of the ways can tell them apart?',
            "“狗咬人”和“人咬狗”：哪一种办法分得出它们？",
        ),
        (
            "As channels, every word gets a weight of its own, and the kernel slides along the one axis that has neighbours.",
            "把词当作通道，每个词就有自己的权重，而卷积核沿着唯一有邻居关系的轴滑动。",
        ),
    ],
    because=(
        "With one-hot vectors each word has a weight of its own at each place of the kernel, so there is a kernel for every phrase. Networks for texts "
        "learn a shorter vector for each word in place of the one-hot one, but they begin like this.",
        "用独热向量，每个词在卷积核的每个位置上都有自己的权重，所以每个短语都有对应的卷积核。处理文本的网络会给每个词学一个较短的向量来代替独热向量，"
        "但起点就是这样。",
    ),
    wrong={
        "a": (
            "Numbers in a list are no quantities: word 2 would be the mean of words 1 and 3. No kernel can prefer it to both of them.",
            "词表里的编号不是数量：按编号算，2 号词就成了 1 号词和 3 号词的平均。没有哪个卷积核对它的回答能同时强过对这两个词的回答。",
        ),
        "c": (
            'Counts have forgotten the order: "dog bites man" and "man bites dog" have the same counts.',
            "计数把词序丢了：“狗咬人”和“人咬狗”的计数完全相同。",
        ),
        "d": (
            "A text has an axis to slide along, the order of its words, and a phrase means the same at the beginning and at the end.",
            "文本有可以滑动的轴，就是词的先后次序；一个短语在句首和句末意思相同。",
        ),
    },
)
def words_for_a_kernel() -> str:
    # What a window of two words sees, out of three words in all, for all nine phrases.
    # zh: # 词一共三个，窗口宽两个词：列出全部九个短语在窗口里的样子。
    phrases = torch.cartesian_prod(torch.arange(3), torch.arange(3))
    one_hot = F.one_hot(phrases, 3)
    ways = {"a": phrases, "b": one_hot.flatten(1), "c": one_hot.sum(1)}

    def finds_each_phrase(numbers):
        # All kernels with weights -1, 0 and 1. Whose answer is largest for one phrase alone?
        # zh: # 权重取 -1、0、1 的所有卷积核。哪些卷积核的最大回答只属于一个短语？
        kernels = torch.cartesian_prod(*[torch.arange(-1, 2)] * numbers.shape[1])
        answers = kernels @ numbers.T
        largest = answers.topk(2).values
        alone = answers[largest[:, 0] > largest[:, 1]]
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
    pictures = Draw(seed=rows * 10 + columns).tensor(4, rows, columns, low=-9, high=9).double()
    answers = [
        [torch.allclose(f(X.roll(1, axis)), expected) for expected in (f(X).roll(1, axis), f(X))]
        for X in pictures
        for axis in (0, 1)
    ]
    equivariant, invariant = zip(*answers, strict=True)
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
        Write a judge. Given any function from pictures to pictures of the same size, is it equivariant, is it invariant (to *all* circular shifts)? The
        suspects in the check are cunning: some behave for certain shifts only.
    """,
    zh="""
        写一个裁判。任给一个函数，输入和输出是同样大小的图像；它是等变的吗？是不变的吗（对*所有*循环平移而言）？
        检查时请来的嫌疑人都很狡猾：有的只对某些平移才守规矩。
    """,
    # Not smaller than 3 by 3, but for functions where it does no harm: the cells of a tiny picture may be equal by chance.
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
            "One random picture will do, but try every shift on it.",
            "随机取一张图就够了，但要把每一种平移都试到。",
        ),
        (
            "Section 5 has the two questions as two lines of code. Ask them for all shifts, and combine the answers with `all`.",
            "第 5 节用两行代码写出了这两个问题。对所有平移都问一遍，再用 `all` 把回答合起来。",
        ),
        (
            "Rounding can make equal things look different: use whole numbers as in section 5, and `torch.allclose`.",
            "舍入误差会让相等的东西看起来不等：像第 5 节那样用整数，再用 `torch.allclose` 比较。",
        ),
    ],
    mistakes=[
        Mistake(
            "one shift only",
            "You try one shift only. A chessboard is back to itself after a step along both axes, though not after every shift.",
            "你只试了一种平移。棋盘图案沿两个轴各移一格会回到原样，但并非每种平移都如此。",
            lambda f, rows, columns: judged(f, rows, columns, [(1, 1)]),
        ),
        Mistake(
            "only down",
            "You only move down. Some of the suspects behave for shifts down, but not for shifts to the side.",
            "你只试了上下平移。有的嫌疑人上下移动时守规矩，左右移动时就不守了。",
            lambda f, rows, columns: judged(f, rows, columns, [(i, 0) for i in range(rows)]),
        ),
        Mistake(
            "only sideways",
            "You only move sideways. Some of the suspects behave for shifts to the side, but not for shifts down.",
            "你只试了左右平移。有的嫌疑人左右移动时守规矩，上下移动时就不守了。",
            lambda f, rows, columns: judged(f, rows, columns, [(0, j) for j in range(columns)]),
        ),
        Mistake(
            "only diagonally",
            "You move along both axes by the same number of cells. Some suspects behave for such shifts only.",
            "你沿两个轴移动的格数总是相同。有的嫌疑人只对这样的平移守规矩。",
            lambda f, rows, columns: judged(f, rows, columns, [(n, n) for n in range(min(rows, columns))]),
        ),
        Mistake(
            "yes to everybody",
            "You say yes twice, whoever the suspect is. Did you take `any` for `all`? A shift by nothing always behaves. Or is your picture "
            "empty? On it nothing can be seen to move.",
            "无论嫌疑人是谁，你的两个回答都是“是”。是不是把 `all` 写成了 `any`？移动 0 格时，谁都守规矩。或者，你的图是不是空白的？"
            "在空白的图上看不出移动。",
            lambda f, rows, columns: judged(f, rows, columns, every_shift(rows, columns), any),
        ),
        Mistake(
            "answers exchanged",
            "The two answers are exchanged: equivariant comes first, invariant second.",
            "两个回答颠倒了：先答等变，再答不变。",
            lambda f, rows, columns: judged(f, rows, columns, every_shift(rows, columns))[::-1],
        ),
        Mistake(
            "one-coloured picture",
            "On a picture of one colour nothing can be seen to move. Take a random one.",
            "在只有一种颜色的图上，看不出移动。请取一张随机的图。",
            lambda f, rows, columns: judged(
                f, rows, columns, every_shift(rows, columns), X=torch.ones(rows, columns).double()
            ),
        ),
        Mistake(
            "one bright cell",
            "With a single bright cell, you never see what a suspect does to bright neighbours. Take a random picture.",
            "只有一格是亮的，就看不到嫌疑人怎样对待两个相邻的亮格。请取一张随机的图。",
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
            "You ask for exact equality, and rounding makes equal things look different. Use whole numbers, and `torch.allclose`.",
            "你要求严格相等，而舍入误差会让相等的东西看起来不等。请用整数，再用 `torch.allclose` 比较。",
            judged_exactly,
        ),
    ],
)
def judge(f, rows: int, columns: int) -> tuple[bool, bool]:
    """(equivariant, invariant) for a function f of float64 pictures of shape (rows, columns).

    >>> judge(lambda X: 2 * X, 4, 6)
    (True, False)
    """
    # Whole numbers that hardly repeat, so that no two places look alike by accident.
    # zh: # 取很少重复的整数，免得不同的位置碰巧看起来一样。
    X = torch.randint(-99, 100, (rows, columns)).double()
    answer, equivariant, invariant = f(X), True, True
    for shift in [(i, j) for i in range(rows) for j in range(columns)]:
        moved = f(X.roll(shift, dims=(0, 1)))
        # A single shift that fails decides.
        # zh: # 只要有一种平移不合格，就可以定案。
        equivariant &= torch.allclose(moved, answer.roll(shift, dims=(0, 1)))
        invariant &= torch.allclose(moved, answer)
    return equivariant, invariant


def kernel_and_picture_size(draw):
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
        The matrix of section 4 in full: several channels in, several out, and zeros around the picture. Pictures are flattened in PyTorch's order, channels
        first.
    """,
    zh="""
        把第 4 节的矩阵写完整：输入和输出都有多个通道，图像四周填零。图像按 PyTorch 的次序展平，通道在前。
    """,
    case=kernel_and_picture_size,
    truth=matrix_by_autograd,
    devices=False,  # the chapter's own `convolution_matrix` makes its result on the CPU
    hints=[
        (
            "Every column of a matrix is its answer to a picture in which one pixel is 1 and all others are 0.",
            "取一张图，一个像素是 1，其余全是 0；矩阵乘以它，得到的就是矩阵的一列。",
        ),
        (
            "All such pictures together are the rows of `torch.eye`, reshaped. `F.conv2d` takes them as one batch.",
            "把 `torch.eye` 的各行换个形状，就是所有这样的图。`F.conv2d` 可以把它们当作一个批量处理。",
        ),
        (
            "What is each row of the result, flattened: a row or a column of the matrix?",
            "结果的每一行，展平之后，是矩阵的行还是列？",
        ),
    ],
    mistakes=[
        Mistake(
            "transposed",
            "It is the transpose: the answer to one bright pixel is a column of the matrix, not a row.",
            "你得到的是转置：对一个亮像素的回答是矩阵的一列，不是一行。",
            lambda *case: matrix_column_by_column(*case).T,
        ),
        Mistake(
            "padding ignored",
            "The padding is left out: there must be rows for windows that hang over the border as well.",
            "没有考虑填充：伸出边界的窗口也要各占一行。",
            lambda K, rows, columns, padding: matrix_column_by_column(K, rows, columns, 0),
        ),
        Mistake(
            "padded zeros as inputs",
            "The padded zeros have columns of their own. They are no pixels: the matrix is multiplied by the picture without its border.",
            "填充的零也占了列。它们不是像素：与矩阵相乘的是没有填充的图像。",
            lambda K, rows, columns, padding: matrix_column_by_column(K, rows + 2 * padding, columns + 2 * padding, 0),
        ),
        Mistake(
            "kernel flipped",
            "The kernel is turned by 180 degrees. `F.conv2d` lays it on as it is.",
            "卷积核被旋转了 180 度。`F.conv2d` 是原样放上去的。",
            lambda K, rows, columns, padding: matrix_column_by_column(K.flip(2, 3), rows, columns, padding),
        ),
        Mistake(
            "channels last",
            "The columns are ordered as if the channels of one pixel stood side by side. PyTorch flattens channel by channel.",
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

    K has shape (c_out, c_in, k_h, k_w), X has shape (c_in, rows, columns). For a K of shape (2, 3, 3, 3),
    4 rows, 5 columns and padding 1 the matrix has shape (40, 60).

    >>> matrix_of_conv2d(torch.tensor([[[[1.0, 2.0]]]]), 1, 3, 0)
    tensor([[1., 2., 0.],
            [0., 1., 2.]])
    """
    # All pictures with one bright pixel, as one batch.
    # zh: # 所有只有一个亮像素的图像，合成一个批量。
    pixels = K.shape[1] * rows * columns
    pictures = torch.eye(pixels, dtype=K.dtype, device=K.device).reshape(pixels, K.shape[1], rows, columns)
    # The answer to picture n is column n of the matrix.
    # zh: # 对第 n 张图的回答，就是矩阵的第 n 列。
    return F.conv2d(pictures, K, padding=padding).flatten(1).T


def nearest_by_least_squares(W):
    """The layer's weights as a sum of the tables' cells, solved for them."""
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
        Somebody has trained a fully connected layer from pictures to pictures. You suspect that it is nearly a convolution. Find the circular
        convolution that comes **closest** to it: the table $V_{a,b}$, as large as the picture, for which the sum of squared differences between
        the layer's weights $W_{i,j,k,l}$ and those of the convolution is smallest. Here $k = i + a$ and $l = j + b$ are counted around the corner:
        after the last row comes row 0 again.

        Before you write code, find out on paper: which weights of $W$ does a single $V_{a,b}$ stand for? And which number is closest, in the sum of
        squares, to a whole set of numbers?
    """,
    zh="""
        有人训练了一个从图像到图像的全连接层，你怀疑它差不多就是卷积。请找出与它**最接近**的循环卷积，
        也就是一张与图像同样大小的表 $V_{a,b}$，使这个层的权重 $W_{i,j,k,l}$ 与卷积的权重之差的平方和最小。
        这里 $k = i + a$、$l = j + b$ 都循环着数：最后一行之后又是第 0 行。

        动手写代码之前，先在纸上想清楚：单独一个 $V_{a,b}$ 代表 $W$ 的哪些权重？用一个数代替一组数，取什么值，差的平方和最小？
    """,
    case=lambda draw: (lambda r, c: (draw.tensor(r, c, r, c),))(*draw.sizes(1, 4)),
    truth=nearest_by_least_squares,
    hints=[
        (
            "The differences fall into groups, one for each pair (a, b), and the groups have nothing to do with each other.",
            "这些差可以分成许多组，每一对 (a, b) 一组，各组互不相干。",
        ),
        (
            "In each group one number has to stand for many. The best one, for the sum of squares, is their mean.",
            "每组里要用一个数代替许多数。就平方和而言，最好的选择是平均值。",
        ),
        (
            "Section 3, step 2, but around the corner: `torch.roll` brings the unit's own pixel to cell (0, 0) of its table.",
            "就是第 3 节的第 2 步，不过要循环着数：用 `torch.roll` 把单元自己的像素移到它那张表的 (0, 0) 格。",
        ),
    ],
    mistakes=[
        Mistake(
            "summed",
            "Those are the sums of the groups. The number closest to all of them is their mean.",
            "这是各组的和。与整组数最接近的数是平均值。",
            lambda W: tables_rolled(W, -1).sum(0),
        ),
        Mistake(
            "not rolled",
            "The mean is taken over weights that belong to different cells of `V`. Count from where each unit stands before you take it.",
            "取平均的这些权重属于 `V` 的不同格。取平均之前，要先改成从每个单元自己所在的位置数起。",
            lambda W: W.mean((0, 1)),
        ),
        Mistake(
            "rolled the wrong way",
            "The tables are rolled the wrong way. The unit's own pixel (i, j) has to come to cell (0, 0): by minus i and minus j.",
            "各张表移反了方向。要让单元自己的像素 (i, j) 来到 (0, 0) 格，应移动负 i 和负 j。",
            lambda W: tables_rolled(W, 1).mean(0),
        ),
        Mistake(
            "one unit",
            "That is the table of the first unit. The other units have a say as well.",
            "这是第一个单元的表。其他单元的权重也要算上。",
            lambda W: W[0, 0],
        ),
        Mistake(
            "offsets reversed",
            "The offsets run backwards: yours has at (a, b) what belongs at (-a, -b). Here k = i + a.",
            "偏移量的方向反了：你在 (a, b) 处放的是应在 (-a, -b) 处的数。这里 k = i + a。",
            lambda W: tables_rolled(W, -1).mean(0).flip(0, 1).roll((1, 1), (0, 1)),
        ),
        Mistake(
            "own pixel in the middle",
            "The unit's own pixel lies in the middle of your table. Here it belongs at cell (0, 0).",
            "在你的表里，单元自己的像素在正中间。这里它应在 (0, 0) 格。",
            lambda W: tables_rolled(W, -1).mean(0).roll((W.shape[0] // 2, W.shape[1] // 2), (0, 1)),
        ),
        Mistake(
            "rows only",
            "Only the rows are counted from where the unit stands. The columns need it as well.",
            "只有行是从单元所在的位置数起的，列也要这样数。",
            lambda W: tables_rolled(W, -1, (0,)).mean(0),
        ),
    ],
    because=(
        "Each weight of the convolution stands for a whole diagonal of the layer, and the mean of the diagonal is as close as one number can come.",
        "卷积的每个权重代表全连接层里的一整条对角线；要用一个数去代替，最接近的就是这条对角线的平均值。",
    ),
)
def nearest_convolution(W: torch.Tensor) -> torch.Tensor:
    """The table V of shape (rows, columns) closest to a layer W of shape (rows, columns, rows, columns).

    V[a, b] is the weight of the pixel a rows below and b columns to the right of the unit, counted around
    the corner. If W is a circular convolution already, V holds its weights.

    >>> nearest_convolution(torch.tensor([[1.0, 4.0], [6.0, 3.0]]).reshape(1, 2, 1, 2))
    tensor([[2., 5.]])
    """
    rows, columns = W.shape[:2]
    units = [(i, j) for i in range(rows) for j in range(columns)]
    # Count from where the unit stands: its own pixel comes to cell (0, 0).
    # zh: # 从单元所在的位置数起：它自己的像素来到 (0, 0) 格。
    tables = torch.stack([W[i, j].roll((-i, -j), dims=(0, 1)) for i, j in units])
    # Now V[a, b] has to stand for the numbers at (a, b) of all tables. Their mean is closest.
    # zh: # 现在 V[a, b] 要代替各张表 (a, b) 处的数，平均值与它们最接近。
    return tables.mean(0)
