"""Exercises of chapter 08, backpropagation through convolution."""

import itertools
from dataclasses import replace

import torch
import torch.nn.functional as F

import d2lutil as d2l

from .engine import choice, exercise, prediction
from .engine.mistakes import BIAS_PER_PIXEL, KERNEL_TRANSPOSED, PADDING_ONCE, STRIDE_ON_ONE_AXIS, Mistake

AUTOGRAD = ("backward", "grad", "autograd", "vjp")  # the names by which a reader would call it


def pixel_picture_kernel(draw):
    """A pixel in a picture, and the size of a kernel that fits the picture."""
    kernel, more = draw.sizes(1, 4), draw.sizes(0, 5)
    picture = (kernel[0] + more[0], kernel[1] + more[1])
    return (draw.size(0, picture[0] - 1), draw.size(0, picture[1] - 1)), picture, kernel


def counted_by_stamps(pixel, picture, kernel):
    ones = torch.ones(1, 1, *kernel)
    answers = F.conv2d(torch.ones(1, 1, *picture), ones)
    return int(F.conv_transpose2d(torch.ones_like(answers), ones)[0, 0][pixel])


@exercise(
    effort="warm-up",
    en="""
        Section 3 began with a count: how many windows contain a given pixel? Pictures and kernels of any size, stride 1, no padding.
        Mind the kernels that are larger than half of the picture.
    """,
    zh="""
        第 3 节是从数窗口开始的：给定一个像素，有多少个窗口包含它？图像和卷积核大小任意，步幅 1，不填充。
        当心卷积核超过图像一半的情形。
    """,
    case=pixel_picture_kernel,
    also=[((0, 0), (1, 1), (1, 1)), ((1, 2), (3, 5), (3, 2)), ((2, 2), (5, 5), (4, 4))],
    truth=counted_by_stamps,
    hints=[
        (
            "One axis at a time, rows and columns do not mind each other. Where can a window start so that the pixel is in it?",
            "一次只看一条轴，行与列互不相干。窗口从哪里开始，才会包含这个像素？",
        ),
        (
            "The axis has `n` cells, the window `k`, the pixel stands at `r`. A window that starts at `s` holds the cells `s` to `s + k - 1`. So "
            "`s` lies between `r - k + 1` and `r`, and at the same time between 0 and `n - k`.",
            "这条轴有 `n` 格，窗口有 `k` 格，像素在 `r`。从 `s` 开始的窗口包含 `s` 到 `s + k - 1` 各格。所以 "
            "`s` 在 `r - k + 1` 与 `r` 之间，同时又在 0 与 `n - k` 之间。",
        ),
        (
            "Count along each axis: the smaller of the upper ends, minus the larger of the lower ends, plus 1. Then multiply.",
            "每条轴上：两个上界中较小的，减去两个下界中较大的，再加 1。最后把两条轴的结果相乘。",
        ),
    ],
    mistakes=[
        Mistake(
            "every pixel inner",
            "That is the count for a pixel far from all edges. Near an edge some of these windows would stick out.",
            "这是远离边缘的像素的结果。靠近边缘时，其中一些窗口会伸到图像外面。",
            lambda pixel, picture, kernel: kernel[0] * kernel[1],
        ),
        Mistake(
            "large kernel forgotten",
            "Right for small kernels. But along an axis there are only `n - k + 1` windows, and a large kernel has fewer of them than cells.",
            "卷积核小的时候是对的。但一条轴上总共只有 `n - k + 1` 个窗口；卷积核很大时，窗口数会少于它的格数。",
            lambda pixel, picture, kernel: (
                min(pixel[0] + 1, kernel[0], picture[0] - pixel[0])
                * min(pixel[1] + 1, kernel[1], picture[1] - pixel[1])
            ),
        ),
        Mistake(
            "far edge forgotten",
            "The near edge is looked after, the far one is not: no window starts behind `n - k`.",
            "只顾到了近的一边，没有顾到远的一边：没有窗口从 `n - k` 之后开始。",
            lambda pixel, picture, kernel: min(pixel[0] + 1, kernel[0]) * min(pixel[1] + 1, kernel[1]),
        ),
        Mistake(
            "all windows",
            "Those are all windows of the picture. Count only the ones that contain the pixel.",
            "这是图像的全部窗口数。只数包含这个像素的窗口。",
            lambda pixel, picture, kernel: (picture[0] - kernel[0] + 1) * (picture[1] - kernel[1] + 1),
        ),
    ],
)
def windows_with(pixel: tuple[int, int], picture: tuple[int, int], kernel: tuple[int, int]) -> int:
    """How many windows contain the pixel (row, column). All three are pairs (along rows, along columns).

    >>> windows_with((1, 1), (3, 3), (2, 2))
    4
    """
    count = 1
    for place, n, k in zip(pixel, picture, kernel, strict=True):
        # A window that contains the place starts at most k - 1 cells before it, and inside the picture.
        # zh: # 包含这一格的窗口，起点最多比它靠前 k - 1 格，而且不能超出图像。
        first, last = max(0, place - k + 1), min(place, n - k)
        count *= last - first + 1
    return count


def batch_and_gradient(draw):
    """Pictures (batch, c_i, h, w) and the gradient of a layer's answers to them."""
    batch, c_i, c_o = draw.size(1, 3), draw.size(1, 3), draw.size(1, 3)
    (k_h, k_w), (m_h, m_w) = draw.sizes(1, 3), draw.sizes(1, 4)
    return draw.tensor(batch, c_i, m_h + k_h - 1, m_w + k_w - 1), draw.tensor(batch, c_o, m_h, m_w)


def kernel_by_autograd(X, G):
    size = X.shape[2] - G.shape[2] + 1, X.shape[3] - G.shape[3] + 1
    K = X.new_zeros(G.shape[1], X.shape[1], *size).requires_grad_()
    return torch.autograd.grad(F.conv2d(X, K), K, G)[0]


@exercise(
    en="""
        Each number of the kernel is used at every place of every picture. Imagine for a moment that each place had a copy of its own: each copy
        would get the blame of its place only. What does the one shared number get? Write the gradient of the kernel for a batch of pictures with
        channels, stride 1, no padding; $G$ is the gradient of the output. No autograd, nothing from `torch.nn.grad`.
    """,
    zh="""
        卷积核的每个数，在每张图像的每个位置上都要用到。不妨设想每个位置各有一份自己的副本：那么每一份只负自己那个位置的责任。
        各个位置共用一个数时，这个数该负多少责任？一批多通道图像，步幅 1，不填充，$G$ 是输出的梯度，请写出卷积核的梯度。
        不许用自动求导，也不许用 `torch.nn.grad` 里的任何东西。
    """,
    case=batch_and_gradient,
    also=lambda: [(torch.ones(1, 1, 3, 3), torch.ones(1, 1, 2, 2))],
    truth=kernel_by_autograd,
    without=AUTOGRAD,
    hints=[
        (
            "Each slice of the kernel belongs to one output channel and one input channel. Which channel of `G` and which channel of `X` does it see?",
            "卷积核的每一片对应一个输出通道和一个输入通道。它涉及 `G` 的哪个通道、`X` 的哪个通道？",
        ),
        (
            "For each such pair: the rule of section 2, `corr2d(X, G)`. All pictures of the batch use the same kernel, so their gradients add up.",
            "对每一对通道用第 2 节的规则 `corr2d(X, G)`。一批图像共用同一个卷积核，所以各自的梯度要相加。",
        ),
    ],
    mistakes=[
        Mistake(
            "gradient turned",
            "The gradient comes out turned by 180 degrees. For the kernel nothing is turned: the input is correlated with `G` as it is.",
            "算出的梯度被旋转了 180 度。对卷积核求梯度时什么都不用转：输入直接与 `G` 做互相关。",
            lambda X, G: kernel_by_autograd(X, G).flip(2, 3),
        ),
        Mistake(
            "mean over the batch",
            "You average over the pictures. The loss adds up what they do, so their gradients are added up too.",
            "你对各张图像取了平均。损失是把它们的贡献相加，所以梯度也要相加。",
            lambda X, G: kernel_by_autograd(X, G) / len(X),
        ),
        Mistake(
            "mean over the places",
            "You average over the places. Every place where the number was used adds its own share: it is a sum.",
            "你对各个位置取了平均。这个数在每个位置上都用过一次，每次各添一份，所以应当求和。",
            lambda X, G: kernel_by_autograd(X, G) / G[0, 0].numel(),
        ),
        Mistake(
            "one picture only",
            "Only the first picture counts. All pictures of the batch used this kernel.",
            "只算了第一张图像。这一批的每张图像都用过这个卷积核。",
            lambda X, G: kernel_by_autograd(X[:1], G[:1]),
        ),
        Mistake(
            "one place only",
            "That is the share of one place, the top left window. The same number was used at all places.",
            "这只是一个位置（左上角窗口）的份额。同一个数在所有位置上都用过。",
            lambda X, G: kernel_by_autograd(
                X[..., : X.shape[2] - G.shape[2] + 1, : X.shape[3] - G.shape[3] + 1], G[..., :1, :1]
            ),
        ),
        Mistake(
            "channels exchanged",
            "Input and output channels are exchanged: the order of the kernel's axes is (c_o, c_i, rows, columns).",
            "输入通道和输出通道弄反了：卷积核各轴的次序是（c_o，c_i，行，列）。",
            lambda X, G: kernel_by_autograd(X, G).transpose(0, 1),
        ),
    ],
    because=(
        "If every place had its own copy of a weight, each copy would get the share of its place. The copies are one and the same number, "
        "so by the chain rule its gradient is the sum of the shares, over all places and pictures.",
        "假如每个位置都有一份自己的权重，每一份各得自己位置上的份额。而这些其实是同一个数，所以按链式法则，它的梯度是所有位置、所有图像上的份额之和。",
    ),
)
def kernel_gradient(X: torch.Tensor, G: torch.Tensor) -> torch.Tensor:
    """The gradient of F.conv2d's kernel, shape (c_o, c_i, k_h, k_w).

    X has shape (batch, c_i, h, w), G has shape (batch, c_o, h - k_h + 1, w - k_w + 1).

    >>> kernel_gradient(torch.ones(1, 1, 3, 3), torch.ones(1, 1, 2, 2))
    tensor([[[[4., 4.],
              [4., 4.]]]])
    """
    # F.conv2d adds up over its second axis. Here the batch is what is added up, so it has to stand there.
    # zh: # F.conv2d 沿第二个轴求和。这里要求和的是批量，所以把批量换到第二个轴。
    swapped = F.conv2d(X.transpose(0, 1), G.transpose(0, 1))
    # Its axes are (c_i, c_o, k_h, k_w) now.
    # zh: # 这时各轴是 (c_i, c_o, k_h, k_w)。
    return swapped.transpose(0, 1)


def middle(G, K):
    """What the middle pixel of a 3 by 3 picture gets if K, as it is, is laid on the padded G."""
    return int(d2l.corr2d(F.pad(G, (1, 1, 1, 1)), K)[1, 1])


G_ALL, G_THROUGH = torch.tensor([[4.0, 2.0], [3.0, 1.0]]), torch.tensor([[0.0, 2.0], [3.0, 1.0]])
WEIGHTS = torch.tensor([[1.0, 2.0], [3.0, 5.0]])


@prediction(
    en=r"""
        A chain of three links, on paper. The picture `[[0, 1, 0], [1, 0, 2], [2, 1, 1]]` is correlated with the kernel `[[1, 2], [3, 5]]`,
        and the bias is $-8$. ReLU makes of that $\begin{pmatrix} a & b \\ c & d \end{pmatrix}$, and the loss is $4a + 2b + 3c + d$. What is the gradient of the pixel
        in the middle? And which number does somebody get who does all the rest as you do, but transposes the kernel in place of turning it?
    """,
    zh=r"""
        一条三环的链，请在纸上算。图像 `[[0, 1, 0], [1, 0, 2], [2, 1, 1]]` 与卷积核 `[[1, 2], [3, 5]]` 做互相关，偏置是 $-8$；
        再经过 ReLU，得到 $\begin{pmatrix} a & b \\ c & d \end{pmatrix}$，损失是 $4a + 2b + 3c + d$。正中间那个像素的梯度是多少？
        如果有人其余各步都与你一样，只是该旋转卷积核时却把它转置了，他会得到多少？
    """,
    hints=[
        (
            "Backwards, link by link: the loss, ReLU, the convolution. First go forward: where does ReLU let something through?",
            "从后往前，一环一环来：损失、ReLU、卷积。先做一遍前向：ReLU 在哪些格放行？",
        ),
        (
            "Before ReLU stands [[-3, 3], [4, 4]]. So behind ReLU the gradient is [[4, 2], [3, 1]], and before it one cell is blocked.",
            "ReLU 之前是 [[-3, 3], [4, 4]]。所以 ReLU 之后的梯度是 [[4, 2], [3, 1]]，到了 ReLU 之前，有一格被拦下。",
        ),
        (
            "For the middle pixel lay the kernel on this grid and add up the products: once turned to [[5, 3], [2, 1]], once transposed to [[1, 3], [2, 5]].",
            "对正中间的像素，把卷积核压在这张表上，乘积求和：一次旋转成 [[5, 3], [2, 1]]，一次转置成 [[1, 3], [2, 5]]。",
        ),
    ],
    because=(
        "ReLU blocks the first cell, so [[0, 2], [3, 1]] arrives. Turned: 2·3 + 3·2 + 1·1 = 13. Transposed: 2·3 + 3·2 + 1·5 = 17. "
        "Both have the right shape, and only one is right.",
        "ReLU 拦下第一格，传回来的是 [[0, 2], [3, 1]]。旋转：2·3 + 3·2 + 1·1 = 13；转置：2·3 + 3·2 + 1·5 = 17。两者形状都对，但只有一个是正确的。",
    ),
    mistakes=[
        Mistake(
            "ReLU forgotten",
            "You have gone past ReLU as if it were not there. It blocks the gradient where its input was negative.",
            "你绕过了 ReLU。凡是 ReLU 的输入为负的格，梯度都会被它拦下。",
            lambda: [middle(G_ALL, WEIGHTS.flip(0, 1)), middle(G_ALL, WEIGHTS.T)],
        ),
        Mistake(
            "kernel not rotated",
            "In the first number the kernel is laid on as it is. On the way back it is turned by 180 degrees.",
            "第一个数里，卷积核是原样压上去的。反向时要先把它旋转 180 度。",
            lambda: [middle(G_THROUGH, WEIGHTS), middle(G_THROUGH, WEIGHTS.T)],
        ),
        Mistake(
            "exchanged",
            "You found both numbers. The right one, of the turned kernel, comes first.",
            "两个数你都算出来了。正确的那个（旋转后的卷积核）要放在前面。",
            lambda: [middle(G_THROUGH, WEIGHTS.T), middle(G_THROUGH, WEIGHTS.flip(0, 1))],
        ),
    ],
)
def turned_or_transposed() -> list[int]:
    """two numbers, the right one first, such as [10, 4]"""
    X = torch.tensor([[0.0, 1.0, 0.0], [1.0, 0.0, 2.0], [2.0, 1.0, 1.0]], requires_grad=True)
    K, G = torch.tensor([[1.0, 2.0], [3.0, 5.0]]), torch.tensor([[4.0, 2.0], [3.0, 1.0]])
    active = F.relu(d2l.corr2d(X, K) - 8)
    (G * active).sum().backward()
    # The chain rule for ReLU: its input was positive, or nothing gets through.
    # zh: # ReLU 的链式法则：输入为正才放行，否则为零。
    through = G * (active > 0)
    transposed = d2l.corr2d(F.pad(through, (1, 1, 1, 1)), K.T)
    return [int(X.grad[1, 1]), int(transposed[1, 1])]


def gradient_kernel_stride(draw):
    return draw.tensor(*draw.sizes(1, 4)), draw.tensor(*draw.sizes(1, 4)), draw.size(1, 3)


def stamped(G, K, stride):
    """By torch; the stride may be a pair."""
    return F.conv_transpose2d(G[None, None], K[None, None], stride=stride)[0, 0]


def stamps_over_each_other(G, K, stride, add=False, apart=None):
    apart = apart or stride
    canvas = G.new_zeros((G.shape[0] - 1) * stride + K.shape[0], (G.shape[1] - 1) * stride + K.shape[1])
    for i, j in itertools.product(*map(range, G.shape)):
        part = canvas[i * apart : i * apart + K.shape[0], j * apart : j * apart + K.shape[1]]
        part.copy_(G[i, j] * K + (part if add else 0))
    return canvas


STAMPS_TOO_CLOSE = Mistake(
    "stride zeros missing",
    "The stamps lie one cell apart, whatever the stride. Stamp (i, j) begins at row `i * stride` and column `j * stride`.",
    "不管步幅是多少，你的章都只相隔一格。章 (i, j) 从第 `i * stride` 行、第 `j * stride` 列盖起。",
)


@exercise(
    en="""
        Stamp it. Section 3 said: each answer stamps the kernel, times its $G$, onto its window. Write the transposed convolution
        in just this way: the stamps lie `stride` cells apart. Turn no kernel, and use neither `F.conv_transpose2d` nor this chapter's `zeros_between` and
        `input_gradient`.
    """,
    zh="""
        真的动手盖章。第 3 节说过：每一格输出把卷积核乘上自己的 $G$，盖回自己的窗口上。请照这个办法写出转置卷积：
        相邻两个章相隔 `stride` 格。不要旋转卷积核，不要用 `F.conv_transpose2d`，也不要用本章的 `zeros_between` 和 `input_gradient`。
    """,
    case=gradient_kernel_stride,
    also=lambda: [(torch.ones(1, 2), torch.ones(1, 3), 2), (torch.ones(2, 1), torch.ones(1, 2), 3)],
    truth=stamped,
    without=("conv_transpose2d", "ConvTranspose2d", "flip", "rot90", "zeros_between", "input_gradient"),
    hints=[
        (
            "You need a canvas of zeros. Where does the last stamp begin, and where does it end?",
            "先要一张全零的画布。最后一个章从哪里盖起，盖到哪里？",
        ),
        (
            "Along an axis the canvas has `(m - 1) * stride + k` cells; stamp `i` begins at `i * stride`.",
            "一条轴上，画布有 `(m - 1) * stride + k` 格；第 `i` 个章从 `i * stride` 盖起。",
        ),
        (
            "Add `G[i, j] * K` to the part of the canvas under the stamp. Where stamps overlap, their numbers add up.",
            "把 `G[i, j] * K` 加到章下面的那块画布上。章与章重叠的地方，数要相加。",
        ),
    ],
    mistakes=[
        Mistake(
            "overwritten",
            "A later stamp wipes out the earlier one. Where stamps overlap, add.",
            "后盖的章把先盖的抹掉了。章与章重叠的地方要相加。",
            stamps_over_each_other,
        ),
        STAMPS_TOO_CLOSE.made_by(lambda G, K, stride: stamped(G, K, 1)),
        STAMPS_TOO_CLOSE.made_by(lambda G, K, stride: stamps_over_each_other(G, K, stride, add=True, apart=1)),
        STRIDE_ON_ONE_AXIS.made_by(lambda G, K, stride: stamped(G, K, (stride, 1))),
        Mistake(
            "stamp turned",
            "The kernel is turned. Who stamps does not turn anything: the turn belongs to the reader who stands at a pixel and asks which stamps reach him.",
            "卷积核被旋转了。盖章时什么都不用转；只有站到某个像素上，问“哪些章盖到了我”，才需要旋转。",
            lambda G, K, stride: stamped(G, K.flip(0, 1), stride),
        ),
        Mistake(
            "side by side",
            "The stamps lie side by side. How far apart they are is decided by the stride, not by the size of the kernel.",
            "你的章一个挨一个，没有重叠。相隔多远由步幅决定，与卷积核的大小无关。",
            lambda G, K, stride: stamped(G, K, tuple(K.shape)),
        ),
    ],
)
def by_stamps(G: torch.Tensor, K: torch.Tensor, stride: int) -> torch.Tensor:
    """The transposed convolution of G, of shape (m_h, m_w), with K, of shape (k_h, k_w), no padding.

    >>> by_stamps(torch.ones(1, 2), torch.ones(1, 3), 2)
    tensor([[1., 1., 2., 1., 1.]])
    """
    (m_h, m_w), (k_h, k_w) = G.shape, K.shape
    # The last stamp begins m - 1 steps after the first, and is k long.
    # zh: # 最后一个章比第一个靠后 m - 1 步，本身长 k 格。
    canvas = G.new_zeros((m_h - 1) * stride + k_h, (m_w - 1) * stride + k_w)
    for i in range(m_h):
        for j in range(m_w):
            top, left = i * stride, j * stride
            # Overlapping stamps add up.
            # zh: # 重叠处相加。
            canvas[top : top + k_h, left : left + k_w] += G[i, j] * K
    return canvas


def answers_and_layer(draw):
    """m, kernel, stride, padding; the padding is smaller than half of the kernel, so that every size is at least 1."""
    kernel = draw.size(1, 6)
    return draw.size(1, 6), kernel, draw.size(1, 4), draw.size(0, (kernel - 1) // 2)


def sizes_by_trying(m, kernel, stride, padding):
    fitting = range(max(1, kernel - 2 * padding), m * stride + kernel + 1)
    three = torch.ones(1, 1, kernel)
    sizes = (F.conv1d(torch.ones(1, 1, n), three, stride=stride, padding=padding).shape[-1] for n in fitting)
    return [n for n, size in zip(fitting, sizes, strict=True) if size == m]


def sizes_from(smallest, stride):
    return list(range(smallest, smallest + stride))


@exercise(
    en="""
        Which input sizes lead to $m$ answers along one axis? List all of them, smallest first: the sizes out that a transposed convolution may
        choose from. (How many there are tells you the largest sensible `output_padding`.)
    """,
    zh="""
        沿一条轴，哪些输入大小会得到 $m$ 格输出？从小到大全部列出：转置卷积的输出大小就从中选一个。
        （一共有几种，就能知道 `output_padding` 最大取多少才有意义。）
    """,
    case=answers_and_layer,
    also=[(1, 1, 1, 0), (4, 3, 2, 1), (2, 3, 5, 0)],
    truth=sizes_by_trying,
    hints=[
        (
            "The smallest size is the one at which the rounding drops nothing. Section 6 has a formula for it.",
            "最小的大小，就是取整时什么也不舍掉的那个。第 6 节有它的公式。",
        ),
        (
            "One cell more is dropped by the rounding, and another, and another... until there is room for one more window.",
            "多出一格，取整时舍掉；再多一格，又舍掉……直到又放得下一个窗口为止。",
        ),
        (
            "Begin at `(m - 1) * stride - 2 * padding + kernel`; there are `stride` sizes.",
            "从 `(m - 1) * stride - 2 * padding + kernel` 开始，一共 `stride` 个。",
        ),
    ],
    mistakes=[
        Mistake(
            "smallest only",
            "That is the smallest. A few larger sizes give the same number of answers, because the formula rounds down.",
            "这只是最小的一个。公式向下取整，所以更大的几个大小也得到同样多的输出。",
            lambda m, kernel, stride, padding: [(m - 1) * stride - 2 * padding + kernel],
        ),
        Mistake(
            "one size too many",
            "The largest of your sizes has room for one more window. The rounding drops `stride - 1` cells at most.",
            "你列出的最大的一个，已经能多放下一个窗口了。取整最多舍掉 `stride - 1` 格。",
            lambda m, kernel, stride, padding: sizes_from((m - 1) * stride - 2 * padding + kernel, stride + 1),
        ),
        Mistake(
            "one size too few",
            "The largest size is missing. The rounding drops up to `stride - 1` cells, so there are `stride` sizes.",
            "漏了最大的一个。取整最多舍掉 `stride - 1` 格，所以共有 `stride` 个大小。",
            lambda m, kernel, stride, padding: sizes_from((m - 1) * stride - 2 * padding + kernel, stride - 1),
        ),
        PADDING_ONCE.made_by(
            lambda m, kernel, stride, padding: sizes_from((m - 1) * stride - padding + kernel, stride)
        ),
        Mistake(
            "padding added",
            "The padding is added. Here you go backwards: what the layer adds on both sides has to be taken off.",
            "你把填充加了上去。现在是往回推：这一层在两侧添上的，要减掉。",
            lambda m, kernel, stride, padding: sizes_from((m - 1) * stride + 2 * padding + kernel, stride),
        ),
        Mistake(
            "one step too many",
            "You go one stride too far: from the first of `m` windows to the last there are `m - 1` steps.",
            "你多走了一个步幅：`m` 个窗口，从第一个到最后一个只有 `m - 1` 步。",
            lambda m, kernel, stride, padding: sizes_from(m * stride - 2 * padding + kernel, stride),
        ),
    ],
    because=(
        "The smallest of these is the size out of a transposed convolution; `output_padding` chooses among them, so it is at most `stride - 1`.",
        "其中最小的就是转置卷积的输出大小；`output_padding` 用来在其中挑选，所以最大是 `stride - 1`。",
    ),
)
def sizes_before(m: int, kernel: int, stride: int, padding: int) -> list[int]:
    """All n with d2l.output_size(n, kernel, padding, stride) == m, smallest first.

    >>> sizes_before(4, 3, 2, 1)
    [7, 8]
    """
    # m windows are m - 1 steps and one kernel long; the padding is not part of the picture.
    # zh: # m 个窗口共占 m - 1 步再加一个卷积核；填充不算图像的一部分。
    smallest = (m - 1) * stride + kernel - 2 * padding
    # With stride more cells the next window would fit.
    # zh: # 再多 stride 格，就放得下下一个窗口了。
    return list(range(smallest, smallest + stride))


@choice(
    en="""
        Training takes memory, because a layer has to keep things from the way there for the way back. Suppose $G$ and the layer's own weights are at
        hand, and the shape of the input is known. Which layer can then compute all its gradients although it kept nothing that depends on the
        input's numbers?
    """,
    zh="""
        训练很占内存，因为每一层都要把前向时的一些东西留给反向用。假设 $G$ 和这一层自己的权重都在手边，输入的形状也知道。
        那么哪一层可以不保留任何与输入数值有关的东西，也能算出自己的全部梯度？
    """,
    options={
        "a": ("a convolution whose kernel is to be learned", "卷积核需要学习的卷积"),
        "b": ("ReLU", "ReLU"),
        "c": ("max pooling", "最大汇聚"),
        "d": ("average pooling", "平均汇聚"),
    },
    hints=[
        (
            "Take the same `G`, but other numbers that came in. For which layer do all gradients stay as they were?",
            "保持 `G` 不变，换一批输入的数。哪一层的各个梯度都不变？",
        ),
        (
            "Write down each way back from sections 5 and 7. In which of them does no input number, no sign and no place occur?",
            "把第 5、7 节里各层的反向规则写下来。哪一条里既没有输入的数，也没有正负号，也没有位置？",
        ),
    ],
    because=(
        "Average pooling gives each cell of a window the same part of `G`, whatever was in it. All others need something from the way there, "
        "and that has to lie in memory until the way back comes by.",
        "平均汇聚把 `G` 平分给窗口各格，与格里原来是什么无关。其余各层都要用到前向时的东西，这些东西得一直留在内存里，等反向传播走到这一层。",
    ),
    wrong={
        "a": (
            "The gradient of the kernel is the correlation of the input with `G`. Without the input there is none.",
            "卷积核的梯度是输入与 `G` 的互相关。没有输入，就求不出来。",
        ),
        "b": (
            "ReLU passes the gradient where its input was positive. At least one yes or no for each cell has to be kept.",
            "ReLU 只在输入为正处放行。至少每一格要记一个“是”或“否”。",
        ),
        "c": (
            "The winner of each window gets all. Where it stood depends on the numbers, so the places have to be kept.",
            "每个窗口的胜者得到全部。胜者在哪里取决于输入的数，所以要把位置记下来。",
        ),
    },
)
def nothing_kept() -> str:
    K = torch.ones(1, 1, 2, 2, requires_grad=True)
    layers = {
        "a": lambda X: F.conv2d(X, K),
        "b": F.relu,
        "c": lambda X: F.max_pool2d(X, 2),
        "d": lambda X: F.avg_pool2d(X, 2),
    }

    def gradients(layer, X):
        X = X.clone().requires_grad_()
        dX, dK = torch.autograd.grad(layer(X).sum(), [X, K], allow_unused=True)
        return [dX] if dK is None else [dX, dK]

    # Two pictures, the same G of ones. Where the gradients agree, they do not depend on the picture.
    # zh: # 两张不同的图像，同一个全一的 G。梯度相同，就说明与图像无关。
    one = torch.arange(-8.0, 8.0).reshape(1, 1, 4, 4)
    other = -one
    same = [
        letter
        for letter, layer in layers.items()
        if all(map(torch.equal, gradients(layer, one), gradients(layer, other)))
    ]
    return same[0]


def loss_kernel_step(draw):
    """A loss that is no parabola, of a kernel in a layer with stride and padding."""
    (k_h, k_w), stride, padding = draw.sizes(1, 3), draw.size(1, 3), draw.size(0, 1)
    X = draw.normal(k_h + draw.size(0, 2), k_w + draw.size(0, 2))

    def loss(Z):
        return (F.conv2d(X.to(Z.dtype)[None, None], Z[None, None], stride=stride, padding=padding) ** 3).sum()

    shown = [[round(number, 1) for number in row] for row in X.tolist()]
    loss.__doc__ = f"X = {shown}: (conv2d(X, Z, stride={stride}, padding={padding}) ** 3).sum()"
    return loss, draw.normal(k_h, k_w), draw.choice([0.5, 0.1, 0.001])


def cubes(Z):
    """(Z ** 3).sum()"""
    return (Z**3).sum()


def errors_by_taylor(loss, Z, h):
    """All our losses are cubic along each number, so that their errors follow from the second and third derivative."""
    one_sided, central = [], []
    for unit in torch.eye(Z.numel(), dtype=torch.float64):
        t = torch.zeros((), dtype=torch.float64, requires_grad=True)
        slope = loss(Z.double() + t * unit.reshape(Z.shape))
        derivatives = []
        for _ in range(3):
            (slope,) = torch.autograd.grad(slope, t, create_graph=True)
            derivatives.append(slope.item())
        central.append(abs(h**2 * derivatives[2] / 6))
        one_sided.append(abs(h * derivatives[1] / 2 + h**2 * derivatives[2] / 6))
    return max(one_sided), max(central)


def errors_of_slopes(
    loss, Z, h, kind=torch.float64, step_kind=None, per=2, worst=lambda t: t.abs().max(), together=False
):
    Z = Z.to(kind)
    leaf = Z.clone().requires_grad_()
    (truth,) = torch.autograd.grad(loss(leaf), leaf)
    steps = [h * unit.reshape(Z.shape) for unit in torch.eye(Z.numel(), dtype=step_kind or kind)]
    if together:
        steps = [torch.full_like(Z, h)] * Z.numel()
    one_sided = torch.stack([(loss(Z + step) - loss(Z)) / h for step in steps])
    central = torch.stack([(loss(Z + step) - loss(Z - step)) / (per * h) for step in steps])
    return worst(one_sided - truth.flatten()).item(), worst(central - truth.flatten()).item()


@exercise(
    en=r"""
        How good is a judge? Here `loss` is that of a kernel $Z$ in a layer with stride and padding, and it is no parabola. Push each number by
        $h$ and estimate its slope in two ways, one-sided by $\frac{L(z+h) - L(z)}{h}$ and central by $\frac{L(z+h) - L(z-h)}{2h}$. What is the largest error of each, held
        against autograd? `Z` comes in float32: compute in float64. Then look at what happens to the two errors when you halve $h$.
    """,
    zh=r"""
        裁判有多可靠？这里的 `loss` 是某个带步幅和填充的层的损失，自变量是卷积核 $Z$，而且它不是抛物线。把每个数推动
        $h$，用两种办法估计斜率：单侧差分 $\frac{L(z+h) - L(z)}{h}$，中心差分 $\frac{L(z+h) - L(z-h)}{2h}$。与自动求导对照，两种办法的最大误差各是多少？
        `Z` 给的是 float32，请用 float64 计算。做完以后把 $h$ 减半，看看两个误差各怎么变。
    """,
    case=loss_kernel_step,
    also=lambda: [(cubes, torch.ones(2), 0.5), (cubes, torch.tensor([-2.0]), 0.1)],
    truth=errors_by_taylor,
    tolerance=1e-6,
    hints=[
        (
            "Section 2's `push` is half of it. And what does autograd say about the same loss?",
            "第 2 节的 `push` 已经做了一半。对同一个损失，自动求导给出什么？",
        ),
        (
            "Go over to `Z.double()` first, before anything is computed: with float32 the small difference of two losses drowns in the rounding.",
            "先换成 `Z.double()`，再开始计算：用 float32 时，两个损失之间的微小差别会被舍入误差淹没。",
        ),
        (
            "Push one number at a time, gather the slopes of both kinds, take `.abs().max()` of their difference to the true gradient.",
            "每次只推一个数，分别收集两种斜率，再对它们与真正梯度之差取 `.abs().max()`。",
        ),
    ],
    mistakes=[
        Mistake(
            "in float32",
            "You compute in float32. The difference of two nearly equal losses then consists of rounding, most of all with small steps.",
            "你用的是 float32。两个几乎相等的损失相减，剩下的主要是舍入误差，步长小时尤其如此。",
            lambda loss, Z, h: errors_of_slopes(loss, Z, h, kind=torch.float32),
        ),
        Mistake(
            "step in float32",
            "The losses are computed in float64, but your step is a float32 number: there 0.001 has about seven digits only. Make it of `Z.double()`'s type.",
            "损失是用 float64 算的，但你的步长是 float32 的数：0.001 在那里只有大约七位有效数字。请让它与 `Z.double()` 同一类型。",
            lambda loss, Z, h: errors_of_slopes(loss, Z, h, step_kind=torch.float32),
        ),
        Mistake(
            "not halved",
            "From `Z - step` to `Z + step` it is `2 * h`, and so far the central difference is divided by `h`.",
            "从 `Z - step` 到 `Z + step` 的距离是 `2 * h`，而你的中心差分只除以了 `h`。",
            lambda loss, Z, h: errors_of_slopes(loss, Z, h, per=1),
        ),
        Mistake(
            "all pushed at once",
            "You push all numbers at once. A gradient has one slope for each number: push one, hold the others still.",
            "你把所有的数一起推了。梯度对每个数各有一个斜率：推一个，其余的不动。",
            lambda loss, Z, h: errors_of_slopes(loss, Z, h, together=True),
        ),
        Mistake(
            "sign kept",
            "The largest error, not the largest difference: a slope that is far too small is as wrong as one that is far too large. Take `abs` first.",
            "要的是最大的误差，不是最大的差：斜率偏小很多与偏大很多，错得一样厉害。先取 `abs`。",
            lambda loss, Z, h: errors_of_slopes(loss, Z, h, worst=torch.max),
        ),
        Mistake(
            "mean error",
            "That is the mean error. A judge looks at the worst number.",
            "这是平均误差。裁判要看错得最厉害的那个数。",
            lambda loss, Z, h: errors_of_slopes(loss, Z, h, worst=lambda t: t.abs().mean()),
        ),
        Mistake(
            "exchanged",
            "The two errors are exchanged: the one-sided comes first.",
            "两个误差的次序反了：单侧差分的在前。",
            lambda loss, Z, h: errors_of_slopes(loss, Z, h)[::-1],
        ),
    ],
    because=(
        "The one-sided error shrinks like h, the central one like h². With both pushes the curvature cancels out; so a judge pushes to both sides.",
        "单侧差分的误差与 h 成正比，中心差分的误差与 h² 成正比。两边都推，弯曲的部分就抵消了；所以裁判要往两边推。",
    ),
)
def slope_errors(loss: callable, Z: torch.Tensor, h: float) -> tuple[float, float]:
    """The largest absolute errors (one-sided, central) over all numbers of Z, computed in float64.

    loss takes a tensor of Z's shape, float32 or float64, to a tensor with one number of that type.
    Z may have any number of axes.

    >>> slope_errors(lambda Z: (Z**3).sum(), torch.ones(2), 0.5)
    (1.75, 0.25)
    """
    # float64 keeps about 16 digits; the difference of two close losses needs them.
    # zh: # float64 约有 16 位有效数字，两个相近的损失相减时正需要。
    Z = Z.detach().double().requires_grad_()
    (truth,) = torch.autograd.grad(loss(Z), Z)
    one_sided, central = [], []
    with torch.no_grad():
        for unit in torch.eye(Z.numel(), dtype=Z.dtype):
            # One number is pushed, all others stay.
            # zh: # 只推一个数，其余的不动。
            step = h * unit.reshape(Z.shape)
            one_sided.append((loss(Z + step) - loss(Z)) / h)
            central.append((loss(Z + step) - loss(Z - step)) / (2 * h))
    errors = [(torch.stack(slopes) - truth.flatten()).abs().max().item() for slopes in (one_sided, central)]
    return errors[0], errors[1]


@choice(
    en="""
        Gradients have checkerboards too. Each of these layers has weights of 1 where it has any, and every cell of its output has the gradient 1. Which one hands
        an *uneven* gradient to the inside of its picture?
    """,
    zh="""
        梯度里也有棋盘纹。下面各层如果有权重，权重全是 1；输出每一格的梯度也都是 1。哪一层传给图像内部的梯度是*不均匀*的？
    """,
    options={
        "a": ("convolution, kernel 6, stride 3", "卷积，卷积核大小 6，步幅 3"),
        "b": ("convolution, kernel 3, stride 1, dilation 2", "卷积，卷积核大小 3，步幅 1，空洞 2"),
        "c": ("convolution, kernel 4, stride 2, dilation 2", "卷积，卷积核大小 4，步幅 2，空洞 2"),
        "d": ("average pooling, windows of 2 by 2, stride 2", "平均汇聚，窗口 2 乘 2，步幅 2"),
    },
    hints=[
        (
            "An output cell with gradient 1 stamps its weights onto its window. How many stamps fall on each pixel? Look at one axis.",
            "梯度为 1 的一格输出，会把权重盖到自己的窗口上。每个像素上落了几个章？先看一条轴。",
        ),
        (
            "With a dilation of 2 a stamp has gaps: it touches every second cell only. Where do the stamps begin?",
            "空洞为 2 时，章上有空隙：每隔一格才盖到一格。各个章又是从哪里盖起的？",
        ),
    ],
    because=(
        "Its windows begin at even pixels and, being dilated by 2, touch even pixels only: the odd ones get nothing. "
        "That 2 divides 4 does not help here.",
        "它的窗口从偶数位置的像素开始，空洞又是 2，所以只碰得到偶数位置，奇数位置的像素什么也得不到。4 能被 2 整除，在这里也没有用。",
    ),
    wrong={
        "a": (
            "3 divides 6: along each axis every inner pixel lies in 2 windows, so all get the same.",
            "6 能被 3 整除：沿每条轴，内部的每个像素都落在 2 个窗口里，所以分到的一样多。",
        ),
        "b": (
            "At stride 1 a window begins at every pixel. The gaps of one stamp are filled by its neighbours: every inner pixel gets 9.",
            "步幅为 1 时，从每个像素都开始一个窗口。一个章的空隙由旁边的章补上：内部的每个像素都得到 9。",
        ),
        "d": (
            "Each pixel lies in one window and gets a quarter of 1.",
            "每个像素只在一个窗口里，分到 1 的四分之一。",
        ),
    },
)
def uneven_gradient() -> str:
    layers = {
        "a": lambda X: F.conv2d(X, torch.ones(1, 1, 6, 6), stride=3),
        "b": lambda X: F.conv2d(X, torch.ones(1, 1, 3, 3), dilation=2),
        "c": lambda X: F.conv2d(X, torch.ones(1, 1, 4, 4), stride=2, dilation=2),
        "d": lambda X: F.avg_pool2d(X, 2),
    }
    uneven = []
    for letter, layer in layers.items():
        X = torch.ones(1, 1, 36, 36, requires_grad=True)
        layer(X).sum().backward()
        # Far from the edges, where every pixel could get the same.
        # zh: # 远离边缘的部分，那里每个像素本可以分到一样多。
        inside = X.grad[0, 0, 12:24, 12:24]
        if inside.max() > inside.min():
            uneven.append(letter)
    return uneven[0]


OTHER_SHAPE = Mistake("other shape", "A tensor of shape (3, 3) is asked for.", "要的是形状为 (3, 3) 的张量。")
TOO_MANY_ZEROS = Mistake(
    "fewer than five",
    "It works, but has fewer than five numbers that are not 0. Let neighbouring stamps share the pixels that they both reach.",
    "这个卷积核能行，但不为 0 的数不到五个。相邻的章都够得着的像素，让它们分着来盖。",
    lambda: F.pad(torch.ones(2, 2), (0, 1, 0, 1)),
)
ADDS_UP_TO_ONE = Mistake(
    "adds up to 1",
    "All nine numbers together add up to 1. That is too little: only the stamps that reach a pixel count for it, and each of the four kinds of "
    "pixels has to get 1.",
    "九个数加起来是 1，这不够：一个像素只收到盖得着它的那几个数，而四种像素每一种都要得到 1。",
    lambda: torch.full((3, 3), 1 / 9),
)
UNEVEN = Mistake("uneven", "", "", lambda: torch.ones(3, 3))


def stamps_add_up(kernel):
    kernel = torch.as_tensor(kernel).float()
    if kernel.shape != (3, 3):
        return OTHER_SHAPE
    inside = F.conv_transpose2d(torch.ones(1, 1, 5, 6), kernel[None, None], stride=2)[0, 0, 2:-2, 2:-2]
    if torch.allclose(inside, torch.ones(7, 9), atol=1e-4):
        return TOO_MANY_ZEROS if kernel.count_nonzero() < 5 else None
    if abs(kernel.sum() - 1) < 1e-4:
        return ADDS_UP_TO_ONE
    four = [[round(number, 3) for number in row] for row in inside[:2, :2].tolist()]
    return replace(
        UNEVEN,
        en=f"Inside, the same four numbers come again and again: {four}. All four have to be 1.",
        zh=f"内部反复出现同样的四个数：{four}。四个都应当是 1。",
    )


@exercise(
    en=r"""
        Division of the kernel by the stride is one cure for checkerboards, but not the only one. Find a $3\times 3$ kernel for a transposed
        convolution that, with stride 2, answers ones with ones everywhere inside.
    """,
    zh=r"""
        让步幅能整除卷积核的大小，是消除棋盘纹的一种办法，但不是唯一的办法。请为转置卷积找一个 $3\times 3$ 的卷积核，步幅取 2，
        输入全为一时，输出的内部也处处为一。
    """,
    accepts=stamps_add_up,
    hints=[
        (
            "Take one axis first, with a kernel of 3 numbers. Which of them meet a pixel at an even place, which one at an odd place?",
            "先看一条轴，卷积核只有 3 个数。偶数位置的像素会遇到其中哪几个？奇数位置的呢？",
        ),
        (
            "At an even place the first and the last number meet, at an odd place the middle one stands alone. What must each group add up to?",
            "偶数位置遇到的是第一个和最后一个数，奇数位置只遇到中间那个。每一组的和应当是多少？",
        ),
        (
            "In two dimensions multiply a column by a row: what is even along each axis stays even.",
            "到了二维，用一列乘一行：两条轴上都均匀，乘出来也均匀。",
        ),
    ],
    mistakes=[ADDS_UP_TO_ONE, TOO_MANY_ZEROS],
    because=(
        "This kernel halves the distance between neighbours: it is linear interpolation. So a kernel of 3 at stride 2 can draw evenly, "
        "but only with weights like these.",
        "这个卷积核在相邻两点之间取中点，也就是线性插值。可见大小为 3 的卷积核在步幅 2 下也能画得均匀，不过权重必须满足这样的条件。",
    ),
)
def even_kernel() -> torch.Tensor:
    """A kernel of shape (3, 3), at least five numbers of it not 0, whose stamps at stride 2 add up to 1 inside.

    >>> F.conv_transpose2d(torch.ones(1, 1, 3, 2), even_kernel()[None, None], stride=2)[0, 0, 2:5, 2]
    tensor([1., 1., 1.])
    """
    # Along one axis: even places get 1/2 + 1/2, odd places get 1.
    # zh: # 一条轴上：偶数位置得到 1/2 + 1/2，奇数位置得到 1。
    axis = torch.tensor([0.5, 1.0, 0.5])
    return torch.outer(axis, axis)


def pooled_picture(draw):
    """A picture without ties, the gradient of its pooled version, size and stride."""
    size, stride = draw.size(1, 3), draw.size(1, 3)
    h, w = draw.sizes(0, 4)
    h, w = h + size, w + size
    X = draw.tensor(h * w, low=0, high=10**6).argsort().float().reshape(h, w)
    return X, draw.tensor((h - size) // stride + 1, (w - size) // stride + 1), size, stride


def pooled_back(pool):
    def back(X, G, size, stride):
        X = X.clone().requires_grad_()
        return torch.autograd.grad(pool(X[None, None], size, stride), X, G[None, None])[0]

    return back


def to_the_winners(X, G, size, stride, add=True, in_the_window=False):
    dX = torch.zeros_like(X)
    for i, j in itertools.product(*map(range, G.shape)):
        window = X[i * stride : i * stride + size, j * stride : j * stride + size]
        row, column = divmod(int(window.argmax()), size)
        place = (row, column) if in_the_window else (i * stride + row, j * stride + column)
        dX[place] = G[i, j] + (dX[place] if add else 0)
    return dX


@exercise(
    en="""
        The way back through max pooling with windows that may **overlap**. No autograd (and so not section 7's `through`). A pixel that wins in
        several windows collects from all of them; you need not care about ties.
    """,
    zh="""
        最大汇聚的反向传播，窗口可以**重叠**。不许用自动求导（所以也不能用第 7 节的 `through`）。
        在好几个窗口里都胜出的像素，要把各处分到的梯度加起来；不必考虑并列。
    """,
    case=pooled_picture,
    also=lambda: [(torch.tensor([[1.0, 2.0], [4.0, 3.0]]), torch.tensor([[5.0]]), 2, 2)],
    truth=pooled_back(F.max_pool2d),
    without=(*AUTOGRAD, "through"),
    hints=[
        (
            "Go through the cells of `G`. Which window does each come from, and who won there?",
            "逐格看 `G`。每一格来自哪个窗口，那里谁是胜者？",
        ),
        (
            "`window.argmax()` counts flat inside the window: `divmod` by `size` gives row and column there. Where is that in the picture?",
            "`window.argmax()` 给出的是窗口内展平后的序号：用 `divmod` 除以 `size`，得到窗口内的行和列。换到图像上是哪里？",
        ),
        (
            "Add to the winner's cell with `+=`: it may have won in other windows too.",
            "用 `+=` 加到胜者那一格上：它可能在别的窗口里也胜出过。",
        ),
    ],
    mistakes=[
        Mistake(
            "overwritten",
            "A pixel that wins in several windows gets the gradient of the last one only. It collects from all of them.",
            "在好几个窗口里胜出的像素，只得到了最后一个窗口的梯度。它应当把各处的加起来。",
            lambda X, G, size, stride: to_the_winners(X, G, size, stride, add=False),
        ),
        Mistake(
            "shared equally",
            "You share equally among all cells of a window. That is average pooling; here the winner gets it all.",
            "你把梯度平分给了窗口的各格。那是平均汇聚；这里应当全归胜者。",
            pooled_back(F.avg_pool2d),
        ),
        Mistake(
            "to all cells",
            "Every cell of a window gets the whole gradient. Only the winner had a part in the answer.",
            "窗口里的每一格都得到了全部梯度。可只有胜者参与了输出。",
            pooled_back(lambda X, size, stride: F.avg_pool2d(X, size, stride) * size**2),
        ),
        Mistake(
            "place in the window",
            "The winner's place is counted within its window and used as a place in the picture. Add where the window begins.",
            "胜者的位置是在窗口里数的，却被当成了图像上的位置。还要加上窗口的起点。",
            lambda X, G, size, stride: to_the_winners(X, G, size, stride, in_the_window=True),
        ),
        Mistake(
            "times the winner",
            "The gradient is multiplied by the winner's own value. The maximum hands on the winner as it is, with slope 1.",
            "梯度被乘上了胜者自己的值。最大值只是把胜者原样传出去，斜率是 1。",
            lambda X, G, size, stride: X * to_the_winners(X, G, size, stride),
        ),
    ],
)
def max_pool_backward(X: torch.Tensor, G: torch.Tensor, size: int, stride: int) -> torch.Tensor:
    """The gradient of X, a 2-D picture that was pooled by size x size windows.

    >>> max_pool_backward(torch.tensor([[1.0, 2.0], [4.0, 3.0]]), torch.tensor([[5.0]]), 2, 2)
    tensor([[0., 0.],
            [5., 0.]])
    """
    # For each window the place of its winner, counted flat through the whole picture.
    # zh: # 每个窗口的胜者在整幅图像中展平后的位置。
    _, winners = F.max_pool2d(X[None, None], size, stride, return_indices=True)
    dX = X.new_zeros(X.numel())
    # index_add_ adds up where a place comes several times; dX[winners] = G would keep the last only.
    # zh: # 同一个位置出现多次时，index_add_ 会累加；写成 dX[winners] = G 则只留下最后一个。
    dX.index_add_(0, winners.flatten(), G.flatten())
    return dX.reshape(X.shape)


def layer_and_gradient(draw):
    """X, K, G, stride, padding of a small layer."""
    batch, c_i, c_o = draw.size(1, 2), draw.size(1, 2), draw.size(1, 2)
    (k_h, k_w), stride, padding = draw.sizes(1, 3), draw.size(1, 3), draw.size(0, 2)
    (h, w) = draw.sizes(0, 3)
    X, K = draw.tensor(batch, c_i, k_h + h, k_w + w), draw.tensor(c_o, c_i, k_h, k_w)
    m_h, m_w = d2l.output_size((k_h + h, k_w + w), (k_h, k_w), padding=padding, stride=stride)
    return X, K, draw.tensor(batch, c_o, m_h, m_w), stride, padding


def by_autograd(X, K, G, stride, padding):
    X, K, u = (t.clone().requires_grad_() for t in (X, K, X.new_zeros(len(K))))
    return torch.autograd.grad(F.conv2d(X, K, u, stride=stride, padding=padding), (X, K, u), G)


def spread_out(G, stride):
    wide = G.new_zeros(*G.shape[:2], (G.shape[2] - 1) * stride + 1, (G.shape[3] - 1) * stride + 1)
    wide[..., ::stride, ::stride] = G
    return wide


def backward_with(
    *,
    laid=lambda K: K.flip(2, 3),
    full=True,
    zeros=(True, True),
    crop=True,
    canvas=True,
    bias=lambda G: G.sum((0, 2, 3)),
):
    """A backward pass after section 5, with one of its parts done wrongly. ``zeros``: for the input, for the kernel."""

    def backward(X, K, G, stride, padding):
        for_X, for_K = (spread_out(G, stride) if wide else G for wide in zeros)
        k_h, k_w = K.shape[2:]
        padded = F.pad(X, (padding,) * 4)
        dK = F.conv2d(padded.transpose(0, 1), for_K.transpose(0, 1)).transpose(0, 1)[..., :k_h, :k_w]
        around = F.pad(for_X, (k_w - 1, k_w - 1, k_h - 1, k_h - 1)) if full else for_X
        dX = F.conv2d(around, laid(K).transpose(0, 1))
        if canvas:
            whole = torch.zeros_like(padded)
            whole[..., : dX.shape[2], : dX.shape[3]] += dX
            dX = whole
        if crop:
            dX = dX[..., padding : dX.shape[2] - padding, padding : dX.shape[3] - padding]
        return dX, dK, bias(G)

    return backward


ZEROS_MISSING = Mistake(
    "stride zeros missing",
    "With a stride there are zeros between the cells of `G`, for the windows that were skipped: `stride - 1` of them, for the gradient of the input "
    "and for that of the kernel.",
    "有步幅时，`G` 的格与格之间要插零，代表跳过的窗口：每处插 `stride - 1` 个；求输入的梯度和求卷积核的梯度都要插。",
)
TRANSPOSED_KERNEL = replace(
    KERNEL_TRANSPOSED,
    en="The kernel's rows and columns are exchanged. It has to be turned by 180 degrees: `flip` both axes, exchange none.",
    zh="卷积核的行和列被交换了。它应当旋转 180 度：用 `flip` 把两个轴都反过来，而不是交换。",
)
BIAS_NOT_SUMMED = replace(
    BIAS_PER_PIXEL,
    en="The gradient of the bias still has places or pictures in it. There is one bias for each output channel, shared by all places of all pictures: add up.",
    zh="偏置的梯度里还留着位置或图像的轴。每个输出通道只有一个偏置，所有图像的所有位置共用：要全部加起来。",
)


@exercise(
    effort="takes an hour",
    en="""
        The whole backward pass of `nn.Conv2d`: a batch, channels, stride, padding, and sizes at which the rounding drops rows.
        No autograd, no `F.conv_transpose2d`, nothing from `torch.nn.grad`. The functions and loops of this chapter are welcome. If you want more: do it without
        loops, with one matrix product for each gradient (`F.unfold` and `F.fold`).
    """,
    zh="""
        `nn.Conv2d` 完整的反向传播：成批的图像、多通道、步幅、填充，还有取整时会舍掉几行的那些图像大小。
        不许用自动求导，不许用 `F.conv_transpose2d`，也不许用 `torch.nn.grad` 里的任何东西。本章的函数都可以用，也可以像本章那样写循环。
        还有余力的话：试试不用循环，每个梯度只做一次矩阵乘法（`F.unfold` 和 `F.fold`）。
    """,
    case=layer_and_gradient,
    truth=by_autograd,
    without=(*AUTOGRAD, "conv_transpose2d", "ConvTranspose2d", "conv2d_input", "conv2d_weight"),
    devices=False,  # `zeros_between` and `input_gradient` of the chapter, which may be used, make their zeros on the CPU
    hints=[
        (
            "Most of it stands in section 5, and the gradient of the kernel in exercise 2. Pad the pictures first, work on the padded ones, crop last.",
            "大部分内容在第 5 节，卷积核的梯度在练习 2。先给图像加填充，在填充后的图像上计算，最后再裁剪。",
        ),
        (
            "With a stride, the correlation of the padded picture with the spread-out G can be larger than the kernel: what the rounding dropped is "
            "still in the picture. Keep the top left part. And the gradient of the input can be too small: lay it into zeros.",
            "有步幅时，填充后的图像与插过零的 G 做互相关，结果可能比卷积核大：取整舍掉的那几行还在图像里，只保留左上角的部分。"
            "而输入的梯度可能太小：把它放进全零的画布里。",
        ),
        (
            "With matrices: `W = F.unfold(X, ...)` holds every window as a column, and the answers are `K.flatten(1) @ W`. So the gradient of this matrix "
            "of weights is G times the transposed windows, that of the windows the transposed weights times G; `F.fold` adds windows back into a picture.",
            "用矩阵：`W = F.unfold(X, ...)` 的每一列是一个窗口，输出就是 `K.flatten(1) @ W`。所以权重矩阵的梯度是 G 乘以转置的窗口矩阵，"
            "窗口的梯度是转置的权重矩阵乘以 G；`F.fold` 再把窗口加回图像。",
        ),
    ],
    mistakes=[
        Mistake(
            "kernel not rotated",
            "In the gradient of the input the kernel is laid on as it is. On the way back it has to be turned by 180 degrees.",
            "求输入的梯度时，卷积核是原样放上去的。反向时要先把它旋转 180 度。",
            backward_with(laid=lambda K: K),
        ),
        TRANSPOSED_KERNEL.made_by(backward_with(laid=lambda K: K.transpose(2, 3))),
        TRANSPOSED_KERNEL.made_by(backward_with(laid=lambda K: K.transpose(2, 3), canvas=False)),
        Mistake(
            "correlation not full",
            "For the gradient of the input every overlap counts, even that of a single cell: surround `G` with `k - 1` rows and columns of zeros first.",
            "求输入的梯度时，每一处重叠都算数，哪怕只叠住一格：先在 `G` 的四周各补 `k - 1` 行（列）零。",
            backward_with(full=False),
        ),
        ZEROS_MISSING.made_by(backward_with(zeros=(False, False))),
        ZEROS_MISSING.made_by(backward_with(zeros=(False, True))),
        ZEROS_MISSING.made_by(backward_with(zeros=(True, False))),
        Mistake(
            "padding not cropped",
            "The gradient of the input is as large as the padded picture. Crop `padding` cells on each side.",
            "输入的梯度和填充后的图像一样大。每边要裁掉 `padding` 格。",
            backward_with(crop=False),
        ),
        Mistake(
            "dropped rows forgotten",
            "With a stride the last rows or columns may lie in no window. They belong to the picture all the same, and their gradient is 0: lay yours "
            "into zeros as large as the padded picture, then crop.",
            "有步幅时，最后几行或几列可能不属于任何窗口。它们仍是图像的一部分，梯度为 0：先放进与填充后的图像一样大的全零画布，再裁剪。",
            backward_with(canvas=False),
        ),
        BIAS_NOT_SUMMED.made_by(backward_with(bias=lambda G: G)),
        BIAS_NOT_SUMMED.made_by(backward_with(bias=lambda G: G.sum(0))),
        BIAS_NOT_SUMMED.made_by(backward_with(bias=lambda G: G.sum((2, 3)))),
        Mistake(
            "bias as mean",
            "The gradient of the bias is averaged. The bias has a share of 1 in every answer of its channel, so the shares add up.",
            "偏置的梯度被平均了。偏置在它那个通道的每一格输出里都占份额 1，所以应当相加。",
            backward_with(bias=lambda G: G.mean((0, 2, 3))),
        ),
    ],
    because=(
        "As matrices, all three are the rule of section 4: times the transpose. Turning, zeros and cropping hide in where `F.fold` puts the windows back.",
        "写成矩阵，三个梯度都是第 4 节的那条规则：乘以转置。旋转、插零和裁剪，都藏在 `F.fold` 把窗口放回原处这一步里。",
    ),
)
def conv2d_backward(
    X: torch.Tensor, K: torch.Tensor, G: torch.Tensor, stride: int, padding: int
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """The gradients (dX, dK, du) of F.conv2d(X, K, u, stride=stride, padding=padding).

    X: (batch, c_i, h, w), K: (c_o, c_i, k_h, k_w), G: (batch, c_o, m_h, m_w); du has shape (c_o,).
    Each gradient has the shape of what it belongs to.

    >>> X, K, G = torch.ones(1, 1, 1, 4), torch.tensor([[[[1.0, 2.0]]]]), torch.ones(1, 1, 1, 3)
    >>> conv2d_backward(X, K, G, 1, 0)
    (tensor([[[[1., 3., 3., 2.]]]]), tensor([[[[3., 3.]]]]), tensor([3.]))
    """
    # All windows as columns, (batch, c_i * k_h * k_w, places), and G as (batch, c_o, places).
    # zh: # 所有窗口排成列，(batch, c_i * k_h * k_w, places)；G 排成 (batch, c_o, places)。
    windows = F.unfold(X, K.shape[2:], padding=padding, stride=stride)
    flat = G.flatten(2)
    # Forward it was K.flatten(1) @ windows. Backward: G times windows transposed, added up over the batch ...
    # zh: # 前向是 K.flatten(1) @ windows。反向：G 乘以窗口矩阵的转置，再对批量求和……
    dK = (flat @ windows.transpose(1, 2)).sum(0).reshape(K.shape)
    # ... and K transposed times G, each column stamped back onto its window; fold crops the padding.
    # zh: # ……以及卷积核矩阵 K 的转置乘以 G，每一列盖回自己的窗口；fold 会裁掉填充。
    dX = F.fold(K.flatten(1).T @ flat, X.shape[2:], K.shape[2:], padding=padding, stride=stride)
    return dX, dK, G.sum((0, 2, 3))
