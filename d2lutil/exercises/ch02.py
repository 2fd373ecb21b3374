"""Exercises of chapter 02, cross-correlation."""

import torch
import torch.nn.functional as F
from torch import nn

import d2lutil as d2l

from .engine import choice, exercise, prediction
from .engine.mistakes import KERNEL_FLIPPED, KERNEL_NOT_FLIPPED, KERNEL_TRANSPOSED, ONE_ROW_SHORT, Mistake


def image_and_kernel(draw):
    """An image and a kernel that fits it, of any sizes."""
    k_h, k_w = draw.sizes(1, 4)
    h, w = draw.sizes(0, 5)
    return draw.tensor(k_h + h, k_w + w), draw.tensor(k_h, k_w)


def by_torch(X, K):
    return F.conv2d(X[None, None], K[None, None])[0, 0]


@exercise(
    effort="warm-up",
    en="""
        How many elements does the output of `corr2d` have, for an image of any size and any kernel that fits into it?
    """,
    zh="""
        图像和卷积核的大小任意，只要卷积核放得下，`corr2d` 的输出一共有多少个元素？
    """,
    case=lambda draw: (*draw.sizes(4, 30), *draw.sizes(1, 4)),
    truth=lambda n, m, k, l: by_torch(torch.ones(n, m), torch.ones(k, l)).numel(),
    hints=[
        (
            "In how many positions does a kernel of 2 rows fit into an image of 3 rows? How many does your formula give?",
            "2 行的卷积核放进 3 行的图像，有几个位置？用你的公式算出来又是几个？",
        ),
        (
            "Along an axis of n pixels, a kernel of size k has n - k + 1 positions. Multiply the numbers for the two axes.",
            "一条轴上有 n 个像素、卷积核的大小为 k 时，有 n - k + 1 个位置。把两条轴的位置数相乘。",
        ),
    ],
    mistakes=[
        ONE_ROW_SHORT.made_by(lambda n, m, k, l: (n - k) * (m - l)),
        Mistake(
            "input counted",
            "That is the number of pixels of the image. The output is smaller, because the window has to stay inside the image.",
            "这是图像的像素数。窗口必须留在图像里面，所以输出要小一些。",
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
            "You add the number of rows and the number of columns. The number of elements is their product.",
            "你把行数和列数相加了。元素的个数应当是两者的乘积。",
            lambda n, m, k, l: n - k + 1 + m - l + 1,
        ),
        Mistake(
            "shape",
            "That is the shape of the output. How many elements does the output have?",
            "这是输出的形状。输出一共有多少个元素？",
            lambda n, m, k, l: (n - k + 1, m - l + 1),
        ),
    ],
)
def output_cells(rows: int, columns: int, kernel_rows: int, kernel_columns: int) -> int:
    """Number of elements of corr2d's output.

    zh: corr2d 的输出一共有多少个元素。

    >>> output_cells(3, 3, 2, 2)
    4
    """
    # The window can begin at row 0, 1, ..., rows - kernel_rows.
    # zh: # 窗口可以从第 0、1、……、rows - kernel_rows 行开始。
    return (rows - kernel_rows + 1) * (columns - kernel_columns + 1)


@prediction(
    en="""
        Compute the **convolution** of the image and the kernel of section 1 on paper, at the valid positions.
    """,
    zh="""
        还是第 1 节的图像和卷积核，请在纸上算出它们在 valid 位置上的**卷积**。
    """,
    hints=[
        (
            "Rotate the kernel by 180 degrees first. Which number is then in its top left corner?",
            "先把卷积核旋转 180 度。这时它的左上角是哪个数？",
        ),
        (
            "The rotated kernel is [[3, 2], [1, 0]]. Now proceed as in section 1.",
            "旋转后的卷积核是 [[3, 2], [1, 0]]。接下来照第 1 节那样做。",
        ),
    ],
    because=(
        "The rotated kernel is [[3, 2], [1, 0]]; the first window gives 0·3 + 1·2 + 3·1 + 4·0 = 5.",
        "旋转后的卷积核是 [[3, 2], [1, 0]]；第一个窗口给出 0·3 + 1·2 + 3·1 + 4·0 = 5。",
    ),
    mistakes=[
        Mistake(
            "kernel not flipped",
            "That is the cross-correlation. A convolution rotates the kernel first.",
            "这是互相关。算卷积要先旋转卷积核。",
            lambda: by_torch(torch.arange(9.0).reshape(3, 3), torch.arange(4.0).reshape(2, 2)),
        ),
        *[
            Mistake(
                "kernel turned otherwise",
                "You have changed the kernel in another way: transposed it, reversed one axis only, or rotated it by 90 degrees. A "
                "rotation by 180 degrees gives [[3, 2], [1, 0]].",
                "你对卷积核做了别的变换：转置了，只反转了一条轴，或者只转了 90 度。旋转 180 度得到的是 [[3, 2], [1, 0]]。",
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
            "You have rotated the output. Rotate the kernel before you place it on the image.",
            "你旋转的是输出。应当先旋转卷积核，再把它放到图像上。",
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
        For which kernels do cross-correlation and convolution agree on every image?
    """,
    zh="""
        对于哪些卷积核，无论图像是什么，互相关与卷积的结果都相同？
    """,
    options={
        "a": ("kernels whose elements are all positive", "元素全为正数的卷积核"),
        "b": ("kernels that are their own transpose", "转置后不变的卷积核"),
        "c": ("kernels unchanged by a rotation of 180 degrees", "旋转 180 度后不变的卷积核"),
        "d": (
            "all kernels, because a network can learn with either",
            "所有卷积核，因为网络用哪一种运算都能学",
        ),
    },
    hints=[
        (
            "A convolution is a cross-correlation with the rotated kernel. When does the rotation make no difference?",
            "卷积就是用旋转后的卷积核做互相关。什么时候旋转前后没有区别？",
        ),
        (
            "Try [[1, 2], [2, 3]], which is its own transpose. What is it after a rotation by 180 degrees?",
            "试试 [[1, 2], [2, 3]]：它转置后不变。旋转 180 度会变成什么？",
        ),
    ],
    because=(
        "For such a kernel, for example a blur with equal weights, both operations give the same output. For every other kernel there is an image on "
        "which they differ. The unit impulse is one: convolution returns the kernel itself, cross-correlation the rotated kernel.",
        "对这样的卷积核（例如权重相等的模糊核），两种运算的结果相同。对其他卷积核，总有图像使两者不同。单位脉冲就是一例："
        "卷积的输出是卷积核本身，互相关的输出是旋转后的卷积核。",
    ),
    wrong={
        "a": (
            "[[1, 2], [3, 4]] has positive elements only, but rotated by 180 degrees it is [[4, 3], [2, 1]].",
            "[[1, 2], [3, 4]] 的元素全是正数，旋转 180 度后却是 [[4, 3], [2, 1]]。",
        ),
        "b": (
            "Transposing reflects the kernel in its diagonal; it does not rotate it. The symmetric kernel [[1, 2], [2, 3]] becomes [[3, 2], [2, 1]] when it is rotated.",
            "转置是沿对角线翻折，不是旋转。[[1, 2], [2, 3]] 转置后不变，旋转后却变成 [[3, 2], [2, 1]]。",
        ),
        "d": (
            "A network can learn with either operation, but for a given kernel the two outputs differ.",
            "网络用哪一种运算都能学，但卷积核给定之后，两种输出并不相同。",
        ),
    },
)
def same_both_ways() -> str:
    # The outputs for a unit impulse are the kernel itself and the rotated kernel: try one kernel of each kind.
    # zh: # 单位脉冲的两种输出，分别是卷积核本身和旋转后的卷积核：每一类卷积核各试一个。
    impulse = F.pad(torch.ones(1, 1), (1, 1, 1, 1))
    kernels = {"a": [[1.0, 2.0], [3.0, 4.0]], "b": [[1.0, 2.0], [2.0, 3.0]], "c": [[1.0, 2.0], [2.0, 1.0]]}
    same = [
        letter
        for letter, K in kernels.items()
        if d2l.corr2d(impulse, torch.tensor(K)).equal(d2l.convolve2d(impulse, torch.tensor(K)))
    ]
    return same[0]


@exercise(
    en=r"""
        Which $1\times 3$ kernel shifts the image one column to the left, so that each output is the pixel to the right of the
        middle of its window?
    """,
    zh=r"""
        哪个 $1\times 3$ 的卷积核能让图像左移一列，也就是让每个输出等于窗口正中那个像素右边的像素？
    """,
    case=lambda draw: (draw.tensor(*draw.sizes(3, 6)),),
    truth=lambda X: X[:, 2:],
    observe=lambda kernel, X: d2l.corr2d(X, kernel),
    hints=[
        (
            "Which of the three pixels in the window should become the output?",
            "窗口里的三个像素，哪一个应当成为输出？",
        ),
        ("Two of the three elements are 0.", "三个元素里有两个是 0。"),
    ],
    mistakes=[
        Mistake(
            "left neighbour",
            "With this kernel, each output is the pixel to the left of the middle: the image is shifted to the right.",
            "用这个卷积核，每个输出都是正中左边的像素：图像向右移了。",
            lambda: torch.tensor([[1.0, 0.0, 0.0]]),
        ),
        Mistake(
            "nothing moves",
            "With this kernel, each output is the pixel in the middle: the image is not shifted.",
            "用这个卷积核，每个输出都是正中的像素：图像没有移动。",
            lambda: torch.tensor([[0.0, 1.0, 0.0]]),
        ),
        Mistake(
            "difference",
            "This kernel computes a difference of two pixels. Each output should be a single pixel, unchanged.",
            "这个卷积核算的是两个像素之差。每个输出都应当是一个像素，原样不变。",
            lambda: torch.tensor([[0.0, -1.0, 1.0]]),
        ),
        Mistake(
            "difference",
            "This kernel computes a difference of two pixels. Each output should be a single pixel, unchanged.",
            "这个卷积核算的是两个像素之差。每个输出都应当是一个像素，原样不变。",
            lambda: torch.tensor([[-1.0, 0.0, 1.0]]),
        ),
    ],
)
def right_neighbour() -> torch.Tensor:
    """A kernel of shape (1, 3) with corr2d(X, kernel)[i, j] == X[i, j + 2], the pixel to the right of the window's middle.

    zh: 形状为 (1, 3) 的卷积核，使 corr2d(X, kernel)[i, j] == X[i, j + 2]，即窗口正中右边的像素。

    >>> d2l.corr2d(torch.tensor([[5.0, 6.0, 7.0, 8.0]]), right_neighbour())
    tensor([[7., 8.]])
    """
    # The middle kernel element lies on pixel (i, j + 1), and the last kernel element on pixel (i, j + 2).
    # zh: # 卷积核正中的元素与像素 (i, j + 1) 对应，最后一个元素与像素 (i, j + 2) 对应。
    return torch.tensor([[0.0, 0.0, 1.0]])


def short_correlation(x, k):
    return torch.stack([(x[i : i + len(k)] * k).sum() for i in range(len(x) - len(k))] or [x.new_zeros(())])[
        : len(x) - len(k)
    ]


@exercise(
    en="""
        To a program, a sound is a sequence of numbers. Write the cross-correlation of such a sequence and a kernel. You may use loops, but not PyTorch's `F.conv1d` or
        `nn.Conv1d`.
    """,
    zh="""
        在程序看来，一段声音就是一串数。请写出这样一串数与卷积核的互相关：可以用循环，但不要用 PyTorch 的 `F.conv1d` 和 `nn.Conv1d`。
    """,
    case=lambda draw: (draw.tensor(draw.size(4, 9)), draw.tensor(draw.size(1, 4))),
    truth=lambda x, k: F.conv1d(x[None, None], k[None, None])[0, 0],
    without=("conv1d", "Conv1d"),
    hints=[
        (
            "There are `len(x) - len(k) + 1` positions. What is the window at position `i`?",
            "一共有 `len(x) - len(k) + 1` 个位置。位置 `i` 上的窗口是哪一段？",
        ),
        (
            "The window is `x[i : i + len(k)]`. Multiply it by `k` and add up the products.",
            "窗口是 `x[i : i + len(k)]`。把它与 `k` 相乘，再求和。",
        ),
        (
            "`torch.stack` turns a list of scalar tensors into one tensor.",
            "`torch.stack` 把列表里的标量张量合成一个张量。",
        ),
    ],
    mistakes=[
        KERNEL_FLIPPED.made_by(lambda x, k: F.conv1d(x[None, None], k.flip(0)[None, None])[0, 0]),
        ONE_ROW_SHORT.made_by(short_correlation),
        Mistake(
            "padded",
            "Your output is as long as the input. The window has to stay inside the input.",
            "你的输出和输入一样长。窗口必须留在输入里面。",
            lambda x, k: F.conv1d(x[None, None], k[None, None], padding="same")[0, 0],
        ),
        Mistake(
            "beyond the end",
            "You take a window at every element of the input, but the last windows reach beyond the end.",
            "你从输入的每个元素都开始一个窗口，最后几个窗口伸到了末尾之外。",
            lambda x, k: torch.stack([(x[i : i + len(k)] * k).sum() for i in range(len(x))]),
        ),
        Mistake(
            "jumping",
            "Your window moves by its own length each time. It should move by one element.",
            "你的窗口每次移动一整个窗口的长度。窗口每次只应移动一个元素。",
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
    # One number for each position of the window.
    # zh: # 窗口的每一个位置给出一个数。
    positions = range(len(x) - len(k) + 1)
    return torch.stack([(x[i : i + len(k)] * k).sum() for i in positions])


@exercise(
    en="""
        Write the convolution of section 5 without calling `convolve2d`. Return the outputs at the valid positions, the first of them
        at `[0, 0]`.
    """,
    zh="""
        请写出第 5 节的卷积，不要调用 `convolve2d`。只返回 valid 位置上的输出，第一个放在 `[0, 0]`。
    """,
    case=image_and_kernel,
    truth=lambda X, K: by_torch(X, K.flip(0, 1)),
    without=("convolve2d",),
    hints=[
        (
            "What do you have to do to the kernel so that a cross-correlation becomes a convolution?",
            "要对卷积核做什么，互相关才会变成卷积？",
        ),
        (
            "If you rotate the kernel first, one call of `d2l.corr2d` is enough.",
            "先旋转卷积核，再调用一次 `d2l.corr2d` 就够了。",
        ),
        (
            "A rotation by 180 degrees reverses both the rows and the columns: use `flip`.",
            "旋转 180 度就是把行和列都反过来，可以用 `flip`。",
        ),
    ],
    mistakes=[
        KERNEL_NOT_FLIPPED.made_by(by_torch),
        KERNEL_TRANSPOSED.made_by(lambda X, K: by_torch(X, K.T)),
        Mistake(
            "one axis flipped",
            "You reverse only one axis of the kernel. A rotation by 180 degrees reverses both.",
            "卷积核只反转了一条轴。旋转 180 度要把两条轴都反过来。",
            lambda X, K: by_torch(X, K.flip(0)),
        ),
        Mistake(
            "one axis flipped",
            "You reverse only one axis of the kernel. A rotation by 180 degrees reverses both.",
            "卷积核只反转了一条轴。旋转 180 度要把两条轴都反过来。",
            lambda X, K: by_torch(X, K.flip(1)),
        ),
        Mistake(
            "turned by 90 degrees",
            "You rotate the kernel by 90 degrees. It has to be rotated by 180 degrees.",
            "卷积核只转了 90 度，应当转 180 度。",
            lambda X, K: by_torch(X, K.rot90()),
        ),
        Mistake(
            "image flipped",
            "Your output is rotated by 180 degrees, as if you had rotated the image instead of the kernel.",
            "你的输出整个旋转了 180 度，像是旋转了图像，而不是卷积核。",
            lambda X, K: by_torch(X.flip(0, 1), K),
        ),
        Mistake(
            "output flipped",
            "You have rotated the output of the cross-correlation. Rotate the kernel before you place it on the image.",
            "你旋转的是互相关的输出。应当先旋转卷积核，再把它放到图像上。",
            lambda X, K: by_torch(X, K).flip(0, 1),
        ),
        Mistake(
            "negative indices",
            "At first, the indices in your `X[i - a, j - b]` are negative, and PyTorch counts those from the end. Begin at the first valid position: "
            "at row `k_h - 1` and column `k_w - 1`.",
            "`X[i - a, j - b]` 一开始就用到负的下标，而 PyTorch 会从末尾数起。请从第一个 valid 位置开始："
            "第 `k_h - 1` 行、第 `k_w - 1` 列。",
            lambda X, K: by_torch(X.roll((K.shape[0] - 1, K.shape[1] - 1), (0, 1)), K.flip(0, 1)),
        ),
    ],
)
def my_convolution(X: torch.Tensor, K: torch.Tensor) -> torch.Tensor:
    """Convolution of an image of shape (rows, columns) with a kernel of shape (k_h, k_w), at all valid positions.

    zh: 形状为（行数，列数）的图像与形状为 (k_h, k_w) 的卷积核的卷积，取卷积核完整落在图像内的全部位置。

    >>> my_convolution(torch.tensor([[1.0, 2.0, 4.0]]), torch.tensor([[1.0, 0.0]]))
    tensor([[2., 4.]])
    """
    # Reverse the rows and the columns of the kernel: a rotation by 180 degrees.
    # zh: # 把卷积核的行和列都反过来，也就是旋转 180 度。
    return d2l.corr2d(X, K.flip(0, 1))


@choice(
    en="""
        `d2l.Conv2D` is like our layer of section 4, apart from its initial values. What does it return for a batch of one image with one channel,
        `d2l.Conv2D((1, 2))(torch.ones(1, 1, 6, 8))`? Predict first, then try it.
    """,
    zh="""
        `d2l.Conv2D` 与第 4 节里我们写的层类似，只是初始值不同。把只含一张单通道图像的批量交给它，即 `d2l.Conv2D((1, 2))(torch.ones(1, 1, 6, 8))`，
        会返回什么？先猜，再动手试。
    """,
    options={
        "a": ("an output of shape (1, 1, 6, 7)", "形状为 (1, 1, 6, 7) 的输出"),
        "b": ("nothing: an error in the forward pass", "没有输出：前向计算时就报错"),
        "c": ("an output whose gradient is wrong", "有输出，但梯度是错的"),
    },
    hints=[
        (
            "How many axes does a batch of images have, and how many does `corr2d` accept?",
            "一批图像有几个轴？`corr2d` 接受几个？",
        ),
        (
            "Try it: `d2l.Conv2D((1, 2))(torch.ones(1, 1, 6, 8))`.",
            "动手试试：`d2l.Conv2D((1, 2))(torch.ones(1, 1, 6, 8))`。",
        ),
    ],
    because=(
        "`corr2d` accepts two axes, rows and columns. `nn.Conv2d` takes four: (batch, channels, rows, columns).",
        "`corr2d` 只接受行和列两个轴。`nn.Conv2d` 接受四个轴：（批量，通道，行，列）。",
    ),
    wrong={
        "a": (
            "The kernel of shape (1, 2) has no axes for batch and channel, and `corr2d` does not add them.",
            "形状为 (1, 2) 的卷积核没有批量和通道这两个轴，`corr2d` 也不会添上。",
        ),
        "c": (
            "No gradient is computed: the forward pass fails first.",
            "走不到求梯度那一步：前向计算就已经失败了。",
        ),
    },
)
def batch_through_our_layer() -> str:
    try:
        output = d2l.Conv2D((1, 2))(torch.ones(1, 1, 6, 8))
    except ValueError:
        # The error is raised in the forward pass.
        # zh: # 错误出在前向计算。
        return "b"
    return "a" if output.shape == (1, 1, 6, 7) else "c"


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
        Write the recursion of section 6 for the size along one axis, without `d2l.receptive_field`. Each layer is a pair (kernel, stride), the
        layer next to the input first; the dilation is 1.
    """,
    zh="""
        写出第 6 节的递推，只求感受野沿一条轴的大小，不要用 `d2l.receptive_field`。每层写成（卷积核大小，步幅）这样的一对，紧挨输入的
        那一层排在最前面；膨胀率都是 1。
    """,
    case=lambda draw: ([(draw.size(1, 7), draw.size(1, 3)) for _ in range(draw.size(1, 5))],),
    truth=lambda layers: d2l.receptive_field(layers).size[0],
    without=("receptive_field",),
    hints=[
        (
            "An output of a layer depends on `kernel` outputs of the layer before. By how many input pixels are the fields of two neighbouring ones shifted?",
            "一层的一个输出取决于前一层的 `kernel` 个输出。其中相邻两个的感受野，在输入中错开几个像素？",
        ),
        (
            "Keep two numbers: the size so far, and the jump, which is the shift between the fields of neighbouring outputs.",
            "记住两个数：到目前为止的大小，以及跳距，即相邻两个输出的感受野错开多远。",
        ),
        (
            "The size grows by (kernel - 1) times the jump; after that, the jump is multiplied by the stride.",
            "大小先增加 (kernel - 1) 乘以跳距，然后跳距才乘以步幅。",
        ),
    ],
    mistakes=[
        Mistake(
            "stride ignored",
            "You ignore the strides. After a layer of stride 2, the fields of neighbouring outputs are shifted by 2 pixels.",
            "没有考虑步幅。经过步幅为 2 的一层，相邻两个输出的感受野错开 2 个像素。",
            field_without_stride,
        ),
        Mistake(
            "stride too early",
            "A layer's stride does not widen its own window. It takes effect from the next layer on.",
            "一层的步幅不会加宽它自己的窗口，从下一层起才起作用。",
            field_with_late_stride,
        ),
        Mistake(
            "strides not multiplied",
            "You keep only the last stride. Strides multiply: after two layers of stride 2, the fields of neighbouring outputs are shifted by 4 pixels.",
            "只记住了最后一个步幅。步幅是相乘的：经过步幅为 2 的两层，相邻两个输出的感受野错开 4 个像素。",
            field_with_last_stride,
        ),
        Mistake(
            "from the wrong end",
            "`(size - 1) * stride + kernel` is right if you go from the last layer to the first; you go from the first to the last.",
            "`(size - 1) * stride + kernel` 要从最后一层推到第一层，你却从第一层推到了最后一层。",
            field_from_the_wrong_end,
        ),
        Mistake(
            "kernels added",
            "You add the kernel sizes. Neighbouring windows overlap, so each layer adds only kernel - 1.",
            "你把卷积核的大小直接相加了。相邻的窗口有重叠，所以每层只增加 kernel - 1。",
            lambda layers: sum(kernel for kernel, _ in layers),
        ),
    ],
)
def my_receptive_field(layers: list[tuple[int, int]]) -> int:
    """Size of the receptive field of an output of the last layer along one axis, in input pixels.

    zh: 最后一层一个输出的感受野沿一条轴的大小，以输入的像素计。

    >>> my_receptive_field([(2, 1), (2, 1)])
    3
    >>> my_receptive_field([(2, 2), (3, 1)])
    6
    """
    size, jump = 1, 1
    for kernel, stride in layers:
        # From the first kernel element to the last there are kernel - 1 jumps.
        # zh: # 从卷积核的第一个元素到最后一个，有 kernel - 1 个跳距。
        size += (kernel - 1) * jump
        jump *= stride
    return size


def start_without_jump(layers, position):
    jump = 1
    for _, stride, _ in layers:
        jump *= stride
    return position * jump - sum(padding for *_, padding in layers)


def start_with_late_jump(layers, position):
    start, jump = 0, 1
    for _, stride, padding in layers:
        jump *= stride
        start -= padding * jump
    return start + position * jump


def start_from_the_wrong_end(layers, position):
    for _, stride, padding in layers:
        position = position * stride - padding
    return position


def start_by_library(layers, position):
    chain = [nn.Conv2d(1, 1, kernel, stride=stride, padding=padding) for kernel, stride, padding in layers]
    field = d2l.receptive_field(chain)
    return field.start[0] + position * field.jump[0]


@exercise(
    en="""
        At which input pixel does the receptive field of output `position` begin, along one axis? Each layer is a triple (kernel, stride,
        padding on each side), the layer next to the input first; pixels to the left of the image have negative indices. Do not use `d2l.receptive_field`.
    """,
    zh="""
        沿一条轴来看，第 `position` 个输出的感受野从输入的哪个像素开始？每层写成（卷积核大小，步幅，每侧的填充）这样的三元组，
        紧挨输入的那一层排在最前面；图像左侧之外的下标是负数。不要用 `d2l.receptive_field`。
    """,
    case=lambda draw: (
        [(draw.size(1, 5), draw.size(1, 3), draw.size(0, 2)) for _ in range(draw.size(1, 4))],
        draw.size(0, 4),
    ),
    truth=start_by_library,
    without=("receptive_field",),
    hints=[
        (
            "Take a single layer first. Where does the window of output 0 begin? And that of output 1?",
            "先看只有一层的情形。0 号输出的窗口从哪里开始？1 号输出的呢？",
        ),
        (
            "In one layer, the window of output i begins at i * stride - padding.",
            "只有一层时，i 号输出的窗口从 i * stride - padding 开始。",
        ),
        (
            "Go from the last layer to the first: the first element of the window is an output of the layer before.",
            "从最后一层往第一层推：窗口的第一个元素，就是前一层的一个输出。",
        ),
    ],
    mistakes=[
        Mistake(
            "padding ignored",
            "You ignore the padding. With padding p, the window of output 0 begins at -p.",
            "没有考虑填充。填充为 p 时，0 号输出的窗口从 -p 开始。",
            lambda layers, position: start_by_library([(kernel, stride, 0) for kernel, stride, _ in layers], position),
        ),
        Mistake(
            "padding not multiplied",
            "You subtract the padding of every layer unchanged. On the scale of the input, one zero of a later layer is as wide as the jump before that layer.",
            "你把各层的填充直接减掉了。后面某一层的一个零，折算成输入的像素，要乘以那一层之前的跳距。",
            start_without_jump,
        ),
        Mistake(
            "stride too early",
            "You multiply the padding of a layer by the layer's own stride, too. Only the strides of the layers before it count.",
            "你把一层的填充乘上了它自己的步幅。应当只乘它前面各层的步幅。",
            start_with_late_jump,
        ),
        Mistake(
            "position ignored",
            "That is the start of output 0. The field of the next output begins one jump later.",
            "这是 0 号输出的起点。下一个输出的感受野要往后错开一个跳距。",
            lambda layers, position: start_by_library(layers, 0),
        ),
        Mistake(
            "from the wrong end",
            "`position * stride - padding` is right if you go from the last layer to the first; you go from the first to the last.",
            "`position * stride - padding` 要从最后一层推到第一层，你却从第一层推到了最后一层。",
            start_from_the_wrong_end,
        ),
    ],
)
def first_pixel(layers: list[tuple[int, int, int]], position: int) -> int:
    """Index of the first input pixel in the field of an output, along one axis.

    zh: 沿一条轴，某个输出的感受野从输入的第几个像素开始。

    >>> first_pixel([(3, 1, 1)], 0)
    -1
    >>> first_pixel([(3, 2, 1), (3, 2, 1)], 2)
    5
    """
    for _, stride, padding in reversed(layers):
        # The window of this output begins at that output of the layer before.
        # zh: # 算出这个输出的窗口从前一层的哪个输出开始。
        position = position * stride - padding
    return position


def sums_under(X, kernel_size, short=0):
    """The sum of the pixels by which each kernel element is multiplied."""
    k_h, k_w = kernel_size
    h, w = X.shape[0] - k_h + 1 - short, X.shape[1] - k_w + 1 - short
    return torch.stack([X[a : a + h, b : b + w].sum() for a in range(k_h) for b in range(k_w)]).reshape(k_h, k_w)


def image_and_size(draw):
    X, K = image_and_kernel(draw)
    return X, tuple(K.shape)


def by_autograd(X, kernel_size):
    K = torch.zeros(kernel_size, dtype=X.dtype, requires_grad=True)
    by_torch(X, K).sum().backward()
    return K.grad


@exercise(
    en="""
        Add up all elements of `Y = corr2d(X, K)`. The derivative of this sum with respect to the kernel element $K_{a,b}$ is the sum of all
        pixels by which this element is multiplied (section 3). Compute it for every kernel element, without autograd.
    """,
    zh="""
        把 `Y = corr2d(X, K)` 的所有元素相加。这个总和对卷积核元素 $K_{a,b}$ 的导数，就是与这个元素相乘的所有像素之和（见第 3 节）。
        请对卷积核的每个元素算出这个导数，不要用自动求导。
    """,
    case=image_and_size,
    truth=by_autograd,
    without=("backward", "grad", "autograd", "jacrev", "vjp"),
    hints=[
        (
            "By which pixels is the top left element of the kernel multiplied as the window moves?",
            "窗口移动时，卷积核左上角的元素先后与哪些像素相乘？",
        ),
        (
            "Section 3 shows the four parts for a 2×2 kernel.",
            "第 3 节画出了 2×2 卷积核的四个元素各自对应的那一块。",
        ),
        (
            "Kernel element (a, b) is multiplied by `X[a : a + h, b : b + w]`, where (h, w) is the size of the output.",
            "卷积核的元素 (a, b) 与 `X[a : a + h, b : b + w]` 相乘，其中 (h, w) 是输出的大小。",
        ),
    ],
    mistakes=[
        Mistake(
            "up to the border",
            "Your sums reach the edge of the image. Kernel element (a, b) stops earlier: the rest of the kernel has to fit below and to its right.",
            "你一直加到了图像的边缘。卷积核的元素 (a, b) 走不到那里：它的下方和右方还要放得下卷积核的其余部分。",
            lambda X, kernel_size: torch.stack(
                [torch.stack([X[a:, b:].sum() for b in range(kernel_size[1])]) for a in range(kernel_size[0])]
            ),
        ),
        Mistake(
            "sums reversed",
            "Your sums are in the opposite order: kernel element (0, 0) is multiplied by the upper left part of the image.",
            "这些和的次序反了：卷积核的元素 (0, 0) 对应图像左上的那一块。",
            lambda X, kernel_size: sums_under(X, kernel_size).flip(0, 1),
        ),
        Mistake(
            "sums of windows",
            "Those are the sums of the pixels in each window, one for each output. The exercise asks for one sum for each kernel element.",
            "这是各个窗口里的像素之和，每个输出一个。题目要的是卷积核的每个元素各一个。",
            lambda X, kernel_size: by_torch(X, X.new_ones(kernel_size)),
        ),
        ONE_ROW_SHORT.made_by(lambda X, kernel_size: sums_under(X, kernel_size, short=1)),
        Mistake(
            "whole image",
            "If the kernel has more than one element, none of them is multiplied by the whole image: the window stops at the far edge.",
            "卷积核只要不止一个元素，就没有哪个元素会与整张图像相乘：窗口到了另一侧的边缘，就不再前进。",
            lambda X, kernel_size: X.sum().expand(kernel_size),
        ),
        Mistake(
            "mean",
            "Those are means. The derivative asked for is a sum.",
            "这是平均值。题目要的导数是和。",
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
    # Kernel element (a, b) is multiplied by a part of the image that is as large as the output.
    # zh: # 与卷积核的元素 (a, b) 相乘的，是图像中与输出一样大的一块。
    h, w = X.shape[0] - kernel_size[0] + 1, X.shape[1] - kernel_size[1] + 1
    # So the sums are the outputs of a kernel of ones that has this size.
    # zh: # 所以用这样大的全 1 卷积核做互相关，得到的正是这些和。
    return d2l.corr2d(X, X.new_ones(h, w))


@exercise(
    effort="takes a while",
    en="""
        If every window is flattened into a row of a matrix, the whole cross-correlation is **one** matrix product (im2col). Write this product without
        any Python loop and without a ready-made cross-correlation (`corr2d` in any form, `F.conv2d`, `nn.Conv2d`).
    """,
    zh="""
        把每个窗口展平成一个矩阵的一行，整个互相关就变成了**一次**矩阵乘法（这种做法叫 im2col）。请这样写出互相关，不要用任何 Python 循环，
        也不要调用现成的互相关（各种 `corr2d`、`F.conv2d`、`nn.Conv2d`）。
    """,
    case=image_and_kernel,
    truth=by_torch,
    loops=False,
    without=("corr2d", "corr2d_loops", "corr2d_shifts", "conv2d", "Conv2d", "Conv2D"),
    hints=[
        (
            "`X.unfold(0, k, 1)` takes windows of `k` rows, each beginning one row below the one before, and puts their elements on a new last axis. Do the same for the "
            "columns.",
            "`X.unfold(0, k, 1)` 切出 `k` 行高的窗口，每次下移一行，窗口里的数放在新增的最后一个轴上。对列也这样做。",
        ),
        (
            "You need a matrix of shape (number of windows, kernel elements) and a vector of the kernel elements.",
            "需要一个形状为（窗口数，卷积核元素数）的矩阵，和一个由卷积核的元素组成的向量。",
        ),
        (
            "After two calls of `unfold` the shape is (h, w, k_h, k_w), where (h, w) is the size of the output. Then call `reshape(h * w, -1)`, multiply, and reshape the product to (h, w).",
            "两次 `unfold` 之后形状是 (h, w, k_h, k_w)，其中 (h, w) 是输出的大小。先 `reshape(h * w, -1)`，再相乘，最后把形状变回 (h, w)。",
        ),
    ],
    mistakes=[
        KERNEL_FLIPPED.made_by(lambda X, K: by_torch(X, K.flip(0, 1))),
        KERNEL_TRANSPOSED.made_by(
            lambda X, K: X.unfold(0, K.shape[0], 1).unfold(1, K.shape[1], 1).flatten(2) @ K.T.flatten()
        ),
        Mistake(
            "windows side by side",
            "Your windows do not overlap. Neighbouring windows should be one pixel apart: the step of `unfold` is 1.",
            "你的窗口没有重叠。相邻的窗口应当只错开一个像素：`unfold` 的步长是 1。",
            lambda X, K: X.unfold(0, K.shape[0], K.shape[0]).unfold(1, K.shape[1], K.shape[1]).flatten(2) @ K.flatten(),
        ),
        Mistake(
            "flat",
            "The numbers are right. Arrange them in the rows and columns of the output.",
            "数值是对的，还要把它们排回输出的行和列。",
            lambda X, K: by_torch(X, K).flatten(),
        ),
    ],
)
def corr2d_matrix(X: torch.Tensor, K: torch.Tensor) -> torch.Tensor:
    """Cross-correlation of X, of shape (rows, columns), with K, of shape (k_h, k_w), as one matrix product.

    zh: 形状为（行数，列数）的 X 与形状为 (k_h, k_w) 的 K 的互相关，只用一次矩阵乘法。

    >>> corr2d_matrix(torch.arange(9.0).reshape(3, 3), torch.arange(4.0).reshape(2, 2))
    tensor([[19., 25.],
            [37., 43.]])
    """
    # All windows, shape (h, w, k_h, k_w).
    # zh: # 全部窗口，形状为 (h, w, k_h, k_w)。
    windows = X.unfold(0, K.shape[0], 1).unfold(1, K.shape[1], 1)
    h, w = windows.shape[:2]
    # Each row of the matrix is a flattened window.
    # zh: # 矩阵的每一行是一个展平的窗口。
    matrix = windows.reshape(h * w, -1)
    return (matrix @ K.flatten()).reshape(h, w)
