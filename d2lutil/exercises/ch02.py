"""Exercises of chapter 02, cross-correlation."""

import torch
import torch.nn.functional as F

import d2lutil as d2l

from .engine import choice, exercise, prediction
from .engine.mistakes import KERNEL_FLIPPED, KERNEL_NOT_FLIPPED, KERNEL_TRANSPOSED, ONE_ROW_SHORT, Mistake


def picture_and_kernel(draw):
    """A picture and a kernel that fits it, of any sizes."""
    k_h, k_w = draw.sizes(1, 4)
    h, w = draw.sizes(0, 5)
    return draw.tensor(k_h + h, k_w + w), draw.tensor(k_h, k_w)


def by_torch(X, K):
    return F.conv2d(X[None, None], K[None, None])[0, 0]


@exercise(
    effort="warm-up",
    en="""
        How many cells does the output of `corr2d` have, for a picture and a kernel of any size?
    """,
    zh="""
        图像和卷积核的大小任意，`corr2d` 的输出一共有多少格？
    """,
    case=lambda draw: (*draw.sizes(4, 30), *draw.sizes(1, 4)),
    truth=lambda n, m, k, l: by_torch(torch.ones(n, m), torch.ones(k, l)).numel(),
    hints=[
        (
            "In how many places fits a kernel of 2 rows into 3 rows? And how many do you count with your formula?",
            "2 行的卷积核放进 3 行的图像，有几个位置？用你的公式算出来又是几个？",
        ),
        (
            "Places for the rows times places for the columns; along one axis there are n - k + 1.",
            "行方向的位置数乘以列方向的位置数；一个轴上有 n - k + 1 个位置。",
        ),
    ],
    mistakes=[
        ONE_ROW_SHORT.made_by(lambda n, m, k, l: (n - k) * (m - l)),
        Mistake(
            "input counted",
            "Those are the cells of the picture. The kernel does not fit everywhere.",
            "这是图像的格数。卷积核并不是放在哪里都放得下。",
            lambda n, m, k, l: n * m,
        ),
        Mistake(
            "rows only",
            "That is the number of rows. The output has columns as well.",
            "这只是行数，输出还有列。",
            lambda n, m, k, l: n - k + 1,
        ),
        Mistake(
            "added",
            "Rows and columns are added. A table has rows times columns cells.",
            "行数和列数被加在了一起。表的格数是行数乘以列数。",
            lambda n, m, k, l: n - k + 1 + m - l + 1,
        ),
        Mistake(
            "shape",
            "That is the shape of the output. How many cells are in it?",
            "这是输出的形状。里面一共有多少格？",
            lambda n, m, k, l: (n - k + 1, m - l + 1),
        ),
    ],
)
def output_cells(rows: int, columns: int, kernel_rows: int, kernel_columns: int) -> int:
    """Number of cells of corr2d's output.

    zh: corr2d 的输出一共有多少格。

    >>> output_cells(3, 3, 2, 2)
    4
    """
    # The top row of the window can be 0, 1, ..., rows - kernel_rows.
    # zh: # 窗口最上面一行可以是 0、1、……、rows - kernel_rows。
    return (rows - kernel_rows + 1) * (columns - kernel_columns + 1)


@prediction(
    en="""
        Section 1's picture of the numbers 0 to 8 and its kernel, but this time as a **convolution**. Work it out on paper.
    """,
    zh="""
        第 1 节里由数字 0 到 8 组成的图像和那个卷积核，不过这一次要算**卷积**。请在纸上算出来。
    """,
    hints=[
        (
            "Turn the kernel by 180 degrees first. Which number comes to lie on the top left cell?",
            "先把卷积核旋转 180 度。哪个数会落在左上角那一格上？",
        ),
        (
            "The turned kernel is [[3, 2], [1, 0]]. Now do what section 1 does.",
            "旋转后的卷积核是 [[3, 2], [1, 0]]。接下来照第 1 节那样做。",
        ),
    ],
    because=(
        "The turned kernel is [[3, 2], [1, 0]]; the first window gives 0·3 + 1·2 + 3·1 + 4·0 = 5.",
        "旋转后的卷积核是 [[3, 2], [1, 0]]；第一个窗口给出 0·3 + 1·2 + 3·1 + 4·0 = 5。",
    ),
    mistakes=[
        Mistake(
            "kernel not flipped",
            "That is the cross-correlation. For the convolution the kernel is turned first.",
            "这是互相关。算卷积要先旋转卷积核。",
            lambda: by_torch(torch.arange(9.0).reshape(3, 3), torch.arange(4.0).reshape(2, 2)),
        ),
        *[
            Mistake(
                "kernel turned otherwise",
                "You have changed the kernel in another way: transposed it, reversed one axis only, or turned it by 90 degrees. A turn by 180 "
                "degrees gives [[3, 2], [1, 0]].",
                "你对卷积核做了别的变换：转置了，只反转了一个轴，或者只转了 90 度。旋转 180 度得到的是 [[3, 2], [1, 0]]。",
                lambda kernel=kernel: by_torch(torch.arange(9.0).reshape(3, 3), torch.tensor(kernel)),
            )
            for kernel in (
                [[2.0, 3.0], [0.0, 1.0]],
                [[1.0, 0.0], [3.0, 2.0]],
                [[1.0, 3.0], [0.0, 2.0]],
                [[2.0, 0.0], [3.0, 1.0]],
            )
        ],
        Mistake(
            "output flipped",
            "You have turned the output. Turn the kernel, before you lay it on.",
            "你旋转的是输出。应当先旋转卷积核，再放上去。",
            lambda: by_torch(torch.arange(9.0).reshape(3, 3), torch.arange(4.0).reshape(2, 2)).flip(0, 1),
        ),
        Mistake(
            "flat",
            "The numbers are right. Write them as two rows of two.",
            "数值是对的。请写成两行，每行两个数。",
            lambda: by_torch(torch.arange(9.0).reshape(3, 3), torch.arange(4.0).reshape(2, 2).flip(0, 1)).flatten(),
        ),
    ],
)
def convolved() -> torch.Tensor:
    """two rows of two numbers, such as [[1, 2], [3, 4]]

    zh: 两行，每行两个数，例如 [[1, 2], [3, 4]]
    """
    X, K = torch.arange(9.0).reshape(3, 3), torch.arange(4.0).reshape(2, 2)
    return d2l.convolve2d(X, K)


@choice(
    en="""
        For which kernels do cross-correlation and convolution give the same, whatever the picture?
    """,
    zh="""
        对于哪些卷积核，无论图像是什么，互相关与卷积的结果都相同？
    """,
    options={
        "a": ("kernels of positive numbers", "全由正数组成的卷积核"),
        "b": ("kernels that are their own transpose", "转置后不变的卷积核"),
        "c": ("kernels that stay the same when they are turned by 180 degrees", "旋转 180 度后不变的卷积核"),
        "d": (
            "all kernels: a network does not care which of the two it computes",
            "所有卷积核：网络不在乎算的是哪一种",
        ),
    },
    hints=[
        (
            "A convolution is a cross-correlation with the turned kernel. When does turning make no difference?",
            "卷积就是用旋转后的卷积核做互相关。什么时候旋转前后没有区别？",
        ),
        (
            "Try [[1, 2], [2, 3]]: it is its own transpose. What does a turn by 180 degrees make of it?",
            "试试 [[1, 2], [2, 3]]：它转置后不变。旋转 180 度会变成什么？",
        ),
    ],
    because=(
        "Such a kernel is the same after a turn by 180 degrees, for example a blur. For any other there are pictures on which the two differ: one "
        "bright cell is enough.",
        "这样的卷积核旋转 180 度后不变，例如模糊核。对其他卷积核，总有图像使两种结果不同：只有一格亮的图像就够了。",
    ),
    wrong={
        "a": (
            "[[1, 2], [3, 4]] has positive numbers only, and turned by 180 degrees it is [[4, 3], [2, 1]].",
            "[[1, 2], [3, 4]] 全是正数，旋转 180 度后却是 [[4, 3], [2, 1]]。",
        ),
        "b": (
            "A transposition is a reflection at the diagonal, no turn: [[1, 2], [2, 3]] becomes [[3, 2], [2, 1]].",
            "转置是沿对角线翻折，不是旋转：[[1, 2], [2, 3]] 旋转后变成 [[3, 2], [2, 1]]。",
        ),
        "d": (
            "A network does not mind which of the two it learns, but the two results are different numbers.",
            "网络不在乎学到的是哪一种，但两种结果是不同的数。",
        ),
    },
)
def same_both_ways() -> str:
    # Each kind of kernel on a picture with one bright cell, which shows the kernel itself.
    # zh: # 把每一类卷积核用在只有一格亮的图像上，看到的就是卷积核本身。
    spot = F.pad(torch.ones(1, 1), (1, 1, 1, 1))
    kernels = {"a": [[1.0, 2.0], [3.0, 4.0]], "b": [[1.0, 2.0], [2.0, 3.0]], "c": [[1.0, 2.0], [2.0, 1.0]]}
    same = [
        letter
        for letter, K in kernels.items()
        if d2l.corr2d(spot, torch.tensor(K)).equal(d2l.convolve2d(spot, torch.tensor(K)))
    ]
    return same[0]


@exercise(
    en=r"""
        Which $1\times 3$ kernel moves the picture one column to the left, so that each cell of the output shows its
        right neighbour?
    """,
    zh=r"""
        哪个 $1\times 3$ 的卷积核能让图像左移一列，也就是让输出的每一格显示它右边邻居的值？
    """,
    case=lambda draw: (draw.tensor(*draw.sizes(3, 6)),),
    truth=lambda X: X[:, 2:],
    observe=lambda kernel, X: d2l.corr2d(X, kernel),
    hints=[
        (
            "Each cell of the output lies under the middle of its window. Which cell of the window is to be handed on?",
            "输出的每一格对应窗口正中的那一格。窗口里要把哪一格传出去？",
        ),
        ("Two of the three numbers are 0.", "三个数里有两个是 0。"),
    ],
    mistakes=[
        Mistake(
            "left neighbour",
            "This kernel hands on the left neighbour: the picture moves to the right.",
            "这个卷积核传出的是左边的邻居：图像向右移了。",
            lambda: torch.tensor([[1.0, 0.0, 0.0]]),
        ),
        Mistake(
            "nothing moves",
            "This kernel hands on the cell in the middle: nothing moves.",
            "这个卷积核传出的是正中的一格：什么都没有移动。",
            lambda: torch.tensor([[0.0, 1.0, 0.0]]),
        ),
        Mistake(
            "difference",
            "This kernel subtracts. Nothing shall be taken away, only handed on.",
            "这个卷积核在做减法。这里不用减，只要传出去。",
            lambda: torch.tensor([[0.0, -1.0, 1.0]]),
        ),
        Mistake(
            "difference",
            "This kernel subtracts. Nothing shall be taken away, only handed on.",
            "这个卷积核在做减法。这里不用减，只要传出去。",
            lambda: torch.tensor([[-1.0, 0.0, 1.0]]),
        ),
    ],
)
def right_neighbour() -> torch.Tensor:
    """A kernel of shape (1, 3) with corr2d(X, kernel)[i, j] == X[i, j + 2], right of the centre.

    zh: 形状为 (1, 3) 的卷积核，使 corr2d(X, kernel)[i, j] == X[i, j + 2]，即窗口正中那一格右边的值。

    >>> d2l.corr2d(torch.tensor([[5.0, 6.0, 7.0, 8.0]]), right_neighbour())
    tensor([[7., 8.]])
    """
    # Under the middle cell stands i, j + 1 of the picture; its right neighbour is multiplied by the last number.
    # zh: # 卷积核正中的一格对着图像的 (i, j + 1)；后者右边的邻居与最后一个数相乘。
    return torch.tensor([[0.0, 0.0, 1.0]])


def short_correlation(x, k):
    return torch.stack([(x[i : i + len(k)] * k).sum() for i in range(len(x) - len(k))] or [x.new_zeros(())])[
        : len(x) - len(k)
    ]


@exercise(
    en="""
        A sound is a row of numbers. Write the cross-correlation in one dimension: loops are welcome, PyTorch's own `F.conv1d` and `nn.Conv1d`
        are not.
    """,
    zh="""
        一段声音就是一行数。请写出一维的互相关：可以用循环，但不要用 PyTorch 的 `F.conv1d` 和 `nn.Conv1d`。
    """,
    case=lambda draw: (draw.tensor(draw.size(4, 9)), draw.tensor(draw.size(1, 4))),
    truth=lambda x, k: F.conv1d(x[None, None], k[None, None])[0, 0],
    without=("conv1d", "Conv1d"),
    hints=[
        (
            "There are `len(x) - len(k) + 1` places. What is the window at place `i`?",
            "一共有 `len(x) - len(k) + 1` 个位置。位置 `i` 上的窗口是哪一段？",
        ),
        (
            "`x[i : i + len(k)]` is the window; multiply it with `k`, and add up.",
            "窗口是 `x[i : i + len(k)]`；与 `k` 相乘再求和。",
        ),
        (
            "`torch.stack` makes one tensor of a list of numbers that are tensors.",
            "`torch.stack` 把列表里的标量张量合成一个张量。",
        ),
    ],
    mistakes=[
        KERNEL_FLIPPED.made_by(lambda x, k: F.conv1d(x[None, None], k.flip(0)[None, None])[0, 0]),
        ONE_ROW_SHORT.made_by(short_correlation),
        Mistake(
            "padded",
            "The output is as long as the input: the window must not reach beyond the ends.",
            "输出和输入一样长：窗口不能伸到两端之外。",
            lambda x, k: F.conv1d(x[None, None], k[None, None], padding="same")[0, 0],
        ),
        Mistake(
            "beyond the end",
            "There is a window for every cell of the input; the last ones reach beyond the end.",
            "输入的每一格都开了一个窗口，最后几个窗口伸到了末尾之外。",
            lambda x, k: torch.stack([(x[i : i + len(k)] * k).sum() for i in range(len(x))]),
        ),
        Mistake(
            "jumping",
            "The window jumps by its own length. It moves by one cell.",
            "你的窗口每次都跳一整个窗口的长度。窗口每次只应移动一格。",
            lambda x, k: F.conv1d(x[None, None], k[None, None], stride=len(k))[0, 0],
        ),
    ],
)
def corr1d(x: torch.Tensor, k: torch.Tensor) -> torch.Tensor:
    """Cross-correlation of x, of shape (n,), with a kernel of shape (m,), m <= n: shape (n - m + 1,).

    zh: 形状为 (n,) 的 x 与形状为 (m,) 的卷积核的互相关，m <= n；结果的形状为 (n - m + 1,)。

    >>> corr1d(torch.tensor([0.0, 1.0, 2.0, 3.0]), torch.tensor([1.0, 2.0]))
    tensor([2., 5., 8.])
    """
    # One number for each place of the window.
    # zh: # 窗口的每一个位置给出一个数。
    places = range(len(x) - len(k) + 1)
    return torch.stack([(x[i : i + len(k)] * k).sum() for i in places])


@exercise(
    en="""
        Write true convolution without calling `convolve2d`.
    """,
    zh="""
        不调用 `convolve2d`，自己写出真正的卷积。
    """,
    case=picture_and_kernel,
    truth=lambda X, K: by_torch(X, K.flip(0, 1)),
    without=("convolve2d",),
    hints=[
        (
            "What has to be done to the kernel, so that a cross-correlation becomes a convolution?",
            "要对卷积核做什么，互相关才会变成卷积？",
        ),
        (
            "One call of `d2l.corr2d` is enough, if you turn the kernel first.",
            "先旋转卷积核，再调用一次 `d2l.corr2d` 就够了。",
        ),
        (
            "Turning by 180 degrees reverses the rows and the columns: `flip`.",
            "旋转 180 度就是把行和列都反过来：`flip`。",
        ),
    ],
    mistakes=[
        KERNEL_NOT_FLIPPED.made_by(by_torch),
        KERNEL_TRANSPOSED.made_by(lambda X, K: by_torch(X, K.T)),
        Mistake(
            "one axis flipped",
            "Only one axis of the kernel is reversed. A turn by 180 degrees reverses both.",
            "卷积核只反转了一个轴。旋转 180 度要把两个轴都反过来。",
            lambda X, K: by_torch(X, K.flip(0)),
        ),
        Mistake(
            "one axis flipped",
            "Only one axis of the kernel is reversed. A turn by 180 degrees reverses both.",
            "卷积核只反转了一个轴。旋转 180 度要把两个轴都反过来。",
            lambda X, K: by_torch(X, K.flip(1)),
        ),
        Mistake(
            "turned by 90 degrees",
            "The kernel is turned by a quarter, not by half a turn.",
            "卷积核只转了 90 度，应当转 180 度。",
            lambda X, K: by_torch(X, K.rot90()),
        ),
        Mistake(
            "picture flipped",
            "Your output is turned by 180 degrees, as if the picture had been turned in place of the kernel.",
            "你的输出被旋转了 180 度，就像旋转的是图像而不是卷积核。",
            lambda X, K: by_torch(X.flip(0, 1), K),
        ),
        Mistake(
            "output flipped",
            "You have turned the output of the cross-correlation. Turn the kernel, before you lay it on.",
            "你旋转的是互相关的输出。应当先旋转卷积核，再放上去。",
            lambda X, K: by_torch(X, K).flip(0, 1),
        ),
        Mistake(
            "negative indices",
            "`X[i - a, j - b]` begins with negative indices, and Python counts those from the end. Begin where the kernel fits whole: "
            "at row `k_h - 1` and column `k_w - 1`.",
            "`X[i - a, j - b]` 一开始就用到负的下标，而 Python 会从末尾数起。请从卷积核完整放得下的地方开始："
            "第 `k_h - 1` 行、第 `k_w - 1` 列。",
            lambda X, K: by_torch(X.roll((K.shape[0] - 1, K.shape[1] - 1), (0, 1)), K.flip(0, 1)),
        ),
    ],
)
def my_convolution(X: torch.Tensor, K: torch.Tensor) -> torch.Tensor:
    """True convolution of a picture of shape (rows, columns) with a kernel (k_h, k_w), where the kernel fits whole.

    zh: 形状为 (h, w) 的图像与形状为 (k_h, k_w) 的卷积核的卷积，只取卷积核完整放得下的位置。

    >>> my_convolution(torch.tensor([[1.0, 2.0, 4.0]]), torch.tensor([[1.0, 0.0]]))
    tensor([[2., 4.]])
    """
    # Reverse the rows and the columns of the kernel: a turn by 180 degrees.
    # zh: # 把卷积核的行和列都反过来，也就是旋转 180 度。
    return d2l.corr2d(X, K.flip(0, 1))


@choice(
    en="""
        PyTorch's layers take pictures in batches. What does our layer of section 4 do with a batch of one picture that has one channel,
        `d2l.Conv2D((1, 2))(torch.ones(1, 1, 6, 8))`? Predict first, then try it.
    """,
    zh="""
        PyTorch 的层接收成批的图像。把只含一张单通道图像的批量交给第 4 节里我们自己写的层，即
        `d2l.Conv2D((1, 2))(torch.ones(1, 1, 6, 8))`，会怎样？先猜，再动手试。
    """,
    options={
        "a": ("it answers with shape (1, 1, 6, 7)", "给出形状为 (1, 1, 6, 7) 的结果"),
        "b": ("it raises an error at once, on the way forward", "前向计算时立刻报错"),
        "c": ("it answers, but its gradient is wrong", "给出结果，但梯度是错的"),
    },
    hints=[
        (
            "How many axes has a batch of pictures, and how many does `corr2d` know?",
            "一批图像有几个轴？`corr2d` 认识几个？",
        ),
        (
            "Try it: `d2l.Conv2D((1, 2))(torch.ones(1, 1, 6, 8))`.",
            "动手试试：`d2l.Conv2D((1, 2))(torch.ones(1, 1, 6, 8))`。",
        ),
    ],
    because=(
        "`corr2d` knows rows and columns, no more. `nn.Conv2d` wants all four axes: (batch, channels, rows, columns).",
        "`corr2d` 只认识行和列。`nn.Conv2d` 则要全部四个轴：（批量，通道，行，列）。",
    ),
    wrong={
        "a": (
            "The kernel would have to know what to do with the axes for batch and channels; it has none for them.",
            "卷积核得知道怎么处理批量和通道这两个轴，可它没有对应的轴。",
        ),
        "c": (
            "It never comes to the gradient: already the way forward fails.",
            "根本走不到求梯度那一步：前向计算就已经失败了。",
        ),
    },
)
def batch_through_our_layer() -> str:
    try:
        answer = d2l.Conv2D((1, 2))(torch.ones(1, 1, 6, 8))
    except ValueError:
        # The error comes from the way forward.
        # zh: # 错误出在前向计算。
        return "b"
    return "a" if answer.shape == (1, 1, 6, 7) else "c"


def field_without_stride(layers):
    return 1 + sum(kernel - 1 for kernel, _ in layers)


def field_with_late_stride(layers):
    size, step = 1, 1
    for kernel, stride in layers:
        step *= stride
        size += (kernel - 1) * step
    return size


def field_with_last_stride(layers):
    size, step = 1, 1
    for kernel, stride in layers:
        size += (kernel - 1) * step
        step = stride
    return size


def field_from_the_wrong_end(layers):
    size = 1
    for kernel, stride in layers:
        size = (size - 1) * stride + kernel
    return size


@exercise(
    en="""
        Write the recursion of section 6 for one axis, without `d2l.receptive_field`. Each layer is a pair (kernel, stride), the one next to the
        input first.
    """,
    zh="""
        写出第 6 节的递推，只考虑一个轴，不要用 `d2l.receptive_field`。每层写成（卷积核大小，步幅）这样的一对，紧挨输入的那一层排在最前面。
    """,
    case=lambda draw: ([(draw.size(1, 7), draw.size(1, 3)) for _ in range(draw.size(1, 5))],),
    truth=lambda layers: d2l.receptive_field(layers).size[0],
    without=("receptive_field",),
    hints=[
        (
            "One cell of a layer sees `kernel` cells of the layer before. How far apart do they lie in the input?",
            "一层的一格能看到前一层的 `kernel` 格。这些格在输入中相隔多远？",
        ),
        (
            "Keep two numbers: the size so far, and the step, that is, how far two neighbours of the layer lie apart in the input.",
            "记住两个数：到目前为止的大小，以及间距，即这一层相邻两格在输入中相隔多远。",
        ),
        (
            "The size grows by (kernel - 1) times the step; only then is the step multiplied by the stride.",
            "大小先增加 (kernel - 1) 乘以间距，然后间距才乘以步幅。",
        ),
    ],
    mistakes=[
        Mistake(
            "stride ignored",
            "The strides are ignored. After a stride of 2, neighbours lie 2 cells apart in the input.",
            "没有考虑步幅。经过步幅 2 之后，相邻两格在输入中相隔 2 格。",
            field_without_stride,
        ),
        Mistake(
            "stride too early",
            "A layer's stride does not widen its own window. It counts from the next layer on.",
            "一层的步幅不会加宽它自己的窗口，从下一层起才起作用。",
            field_with_late_stride,
        ),
        Mistake(
            "strides not multiplied",
            "Only the last stride is kept. Strides multiply: after two layers of stride 2, neighbours lie 4 cells apart in the input.",
            "只记住了最后一个步幅。步幅是相乘的：经过两层步幅 2，相邻两格在输入中相隔 4 格。",
            field_with_last_stride,
        ),
        Mistake(
            "from the wrong end",
            "`(size - 1) * stride + kernel` leads from the last layer down to the first; you apply it from the first one upwards.",
            "`(size - 1) * stride + kernel` 是从最后一层往第一层推的，你却从第一层往上用。",
            field_from_the_wrong_end,
        ),
        Mistake(
            "kernels added",
            "The kernel sizes are added. Neighbouring windows share cells: each layer adds kernel - 1.",
            "把卷积核的大小直接相加了。相邻的窗口有重叠：每层只增加 kernel - 1。",
            lambda layers: sum(kernel for kernel, _ in layers),
        ),
    ],
)
def my_receptive_field(layers: list[tuple[int, int]]) -> int:
    """Cells of the input, along one axis, that one cell of the last layer sees.

    zh: 最后一层的一格，沿一条轴能看到输入的多少格。

    >>> my_receptive_field([(2, 1), (2, 1)])
    3
    >>> my_receptive_field([(2, 2), (3, 1)])
    6
    """
    size, step = 1, 1
    for kernel, stride in layers:
        # kernel cells are kernel - 1 steps from the first to the last.
        # zh: # 共 kernel 格，从第一格到最后一格要走 kernel - 1 步。
        size += (kernel - 1) * step
        step *= stride
    return size


def sums_under(X, kernel_size, short=0):
    """The sum of what each kernel cell meets."""
    k_h, k_w = kernel_size
    h, w = X.shape[0] - k_h + 1 - short, X.shape[1] - k_w + 1 - short
    return torch.stack([X[a : a + h, b : b + w].sum() for a in range(k_h) for b in range(k_w)]).reshape(k_h, k_w)


def picture_and_size(draw):
    X, K = picture_and_kernel(draw)
    return X, tuple(K.shape)


def by_autograd(X, kernel_size):
    K = torch.zeros(kernel_size, dtype=X.dtype, requires_grad=True)
    by_torch(X, K).sum().backward()
    return K.grad


@exercise(
    en="""
        What has each kernel cell met? Let the gradient tell you: for `Y = corr2d(X, K)` and the sum of all of `Y`, the derivative with
        respect to $K_{a,b}$ is the sum of all picture cells that this kernel cell was ever multiplied with. Compute it without autograd.
    """,
    zh="""
        卷积核的每一格都遇到过什么？让梯度来回答：设 `Y = corr2d(X, K)`，把 `Y` 的所有元素相加，
        这个和对 $K_{a,b}$ 的导数，就是卷积核的这一格曾经乘过的所有图像格的值之和。请把它算出来，不要用自动求导。
    """,
    case=picture_and_size,
    truth=by_autograd,
    without=("backward", "grad", "autograd", "jacrev", "vjp"),
    hints=[
        (
            "Which cells of the picture is the top left number of the kernel multiplied with, as the window moves?",
            "窗口移动时，卷积核左上角的数先后与图像的哪些格相乘？",
        ),
        (
            "Section 3 shows, for a 2×2 kernel, the four parts that its cells meet.",
            "第 3 节给出了 2×2 卷积核的四个数各自遇到的那一部分。",
        ),
        (
            "Kernel cell (a, b) meets `X[a : a + h, b : b + w]`, where (h, w) is the size of the output.",
            "卷积核的 (a, b) 遇到的是 `X[a : a + h, b : b + w]`，其中 (h, w) 是输出的大小。",
        ),
    ],
    mistakes=[
        Mistake(
            "up to the border",
            "Your sums reach the edge of the image. Kernel element (a, b) stops earlier: the rest of the kernel has to fit below and to its right.",
            "你一直加到了图像的边缘。卷积核的 (a, b) 走不到那里：它的下方和右方还要放得下卷积核的其余部分。",
            lambda X, kernel_size: torch.stack(
                [torch.stack([X[a:, b:].sum() for b in range(kernel_size[1])]) for a in range(kernel_size[0])]
            ),
        ),
        Mistake(
            "sums reversed",
            "The sums stand in the opposite order: kernel cell (0, 0) meets the upper left part of the picture.",
            "这些和的次序反了：卷积核的 (0, 0) 遇到的是图像左上的那一部分。",
            lambda X, kernel_size: sums_under(X, kernel_size).flip(0, 1),
        ),
        Mistake(
            "sums of windows",
            "Those are the sums of the windows, one for each cell of the output. One for each cell of the kernel is asked for.",
            "这是各个窗口的和，输出的每一格一个。题目要的是卷积核的每一格一个。",
            lambda X, kernel_size: by_torch(X, X.new_ones(kernel_size)),
        ),
        ONE_ROW_SHORT.made_by(lambda X, kernel_size: sums_under(X, kernel_size, short=1)),
        Mistake(
            "whole picture",
            "No kernel cell meets the whole picture: at the far edge the window does not go on.",
            "卷积核没有哪一格会遇到整张图像：到了另一侧的边缘，窗口就不再前进。",
            lambda X, kernel_size: X.sum().expand(kernel_size),
        ),
        Mistake(
            "mean",
            "Those are means. The derivative of a sum is the sum.",
            "这是平均值。求和的导数是和。",
            lambda X, kernel_size: (
                sums_under(X, kernel_size) / ((X.shape[0] - kernel_size[0] + 1) * (X.shape[1] - kernel_size[1] + 1))
            ),
        ),
    ],
)
def gradient_of_sum(X: torch.Tensor, kernel_size: tuple[int, int]) -> torch.Tensor:
    """The derivative of corr2d(X, K).sum() with respect to K, a tensor of shape kernel_size.

    zh: corr2d(X, K).sum() 对 K 的导数，形状为 kernel_size 的张量。

    >>> gradient_of_sum(torch.tensor([[1.0, 2.0, 4.0]]), (1, 2))
    tensor([[3., 6.]])
    """
    # Kernel cell (a, b) meets a part of the picture that is as large as the output.
    # zh: # 卷积核的 (a, b) 遇到的是图像中与输出一样大的一块。
    h, w = X.shape[0] - kernel_size[0] + 1, X.shape[1] - kernel_size[1] + 1
    # So the sums are the answers of a kernel of ones with that size.
    # zh: # 所以用这样大的全 1 卷积核做互相关，得到的正是这些和。
    return d2l.corr2d(X, X.new_ones(h, w))


@exercise(
    effort="takes a while",
    en="""
        A third way without loops over the picture: cut all windows out, lay each one flat as a row of a large
        matrix, and the whole cross-correlation becomes **one** matrix product. Many libraries work this way. Write it without any
        Python loop, and without a ready-made cross-correlation (`corr2d` in any form, `F.conv2d`, `nn.Conv2d`).
    """,
    zh="""
        这是第三种不在图像上循环的办法：把所有窗口切出来，每个窗口展平成大矩阵的一行，
        整个互相关就变成了**一次**矩阵乘法。许多库就是这么做的。请写出来，不要用任何 Python 循环，也不要调用现成的互相关（各种 `corr2d`、`F.conv2d`、`nn.Conv2d`）。
    """,
    case=picture_and_kernel,
    truth=by_torch,
    loops=False,
    without=("corr2d", "corr2d_loops", "corr2d_shifts", "conv2d", "Conv2d", "Conv2D"),
    hints=[
        (
            "`X.unfold(0, k, 1)` cuts windows of `k` rows, one row apart, and puts them on a new last axis. Do the same for the "
            "columns.",
            "`X.unfold(0, k, 1)` 切出 `k` 行高的窗口，每次下移一行，窗口里的数放在新增的最后一个轴上。对列也这样做。",
        ),
        (
            "You want a matrix of shape (number of windows, kernel cells) and a vector of kernel cells.",
            "需要一个形状为（窗口数，卷积核格数）的矩阵，和一个由卷积核各格的数组成的向量。",
        ),
        (
            "After two `unfold` the shape is (h, w, k_h, k_w). `reshape(h * w, -1)`, the product, and back to (h, w).",
            "两次 `unfold` 之后形状是 (h, w, k_h, k_w)。先 `reshape(h * w, -1)`，再相乘，最后变回 (h, w)。",
        ),
    ],
    mistakes=[
        KERNEL_FLIPPED.made_by(lambda X, K: by_torch(X, K.flip(0, 1))),
        KERNEL_TRANSPOSED.made_by(
            lambda X, K: X.unfold(0, K.shape[0], 1).unfold(1, K.shape[1], 1).flatten(2) @ K.T.flatten()
        ),
        Mistake(
            "windows side by side",
            "The windows lie side by side. They overlap: the step of `unfold` is 1.",
            "窗口一个挨一个，没有重叠。它们应当重叠：`unfold` 的步长是 1。",
            lambda X, K: X.unfold(0, K.shape[0], K.shape[0]).unfold(1, K.shape[1], K.shape[1]).flatten(2) @ K.flatten(),
        ),
        Mistake(
            "flat",
            "The numbers are right. Bring them back into the rows and columns of the output.",
            "数值是对的，还要把它们排回输出的行和列。",
            lambda X, K: by_torch(X, K).flatten(),
        ),
    ],
)
def corr2d_matrix(X: torch.Tensor, K: torch.Tensor) -> torch.Tensor:
    """Cross-correlation of X, of shape (rows, columns), with K, (k_h, k_w), as one matrix product.

    zh: 形状为 (h, w) 的 X 与形状为 (k_h, k_w) 的 K 的互相关，只用一次矩阵乘法。

    >>> corr2d_matrix(torch.arange(9.0).reshape(3, 3), torch.arange(4.0).reshape(2, 2))
    tensor([[19., 25.],
            [37., 43.]])
    """
    # All windows, shape (h, w, k_h, k_w).
    # zh: # 全部窗口，形状为 (h, w, k_h, k_w)。
    windows = X.unfold(0, K.shape[0], 1).unfold(1, K.shape[1], 1)
    h, w = windows.shape[:2]
    # Each window lies flat in one row of the matrix.
    # zh: # 矩阵的每一行是一个展平的窗口。
    matrix = windows.reshape(h * w, -1)
    return (matrix @ K.flatten()).reshape(h, w)
