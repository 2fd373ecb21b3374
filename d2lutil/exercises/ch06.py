"""Exercises of chapter 06, channels."""

import torch
import torch.nn.functional as F
from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_weights

from .engine import choice, exercise, prediction
from .engine.mistakes import (
    BIAS_FORGOTTEN,
    BIAS_PER_PIXEL,
    CHANNELS_SUMMED_FIRST,
    KERNEL_FLIPPED,
    PADDING_ONCE,
    Mistake,
)


def gray_by_gradient(kernel, weights):
    """Whatever the two steps do, the derivative of their answer shows the kernel."""
    picture = torch.zeros(len(weights), *kernel.shape, requires_grad=True)
    gray = torch.einsum("c,chw->hw", weights, picture)
    F.conv2d(gray[None, None], kernel[None, None]).sum().backward()
    return picture.grad


@exercise(
    effort="warm-up",
    en="""
        Someone mixes the colours of a picture to one grey picture and then applies a flat kernel. Do it in one step: which kernel with
        depth gives the same result? It should work for any weights and any number of channels.
    """,
    zh="""
        有人先把图像的各个颜色按权重混成一张灰度图，再用一个平面的卷积核。请一步到位：哪个有深度的卷积核能得到同样的结果？
        对任意的权重、任意多个通道都要成立。
    """,
    case=lambda draw: (draw.tensor(*draw.sizes(1, 3)), draw.tensor(draw.size(1, 4))),
    truth=gray_by_gradient,
    hints=[
        (
            "Write both steps as sums. What is the red number of a pixel multiplied with in the end?",
            "把两步都写成求和。一个像素的红色那个数，最后一共乘上了什么？",
        ),
        (
            "Slice `c` is the flat kernel times `weights[c]`. Section 2 built `K_color` in one line.",
            "第 `c` 片是平面卷积核乘以 `weights[c]`。第 2 节用一行就造出了 `K_color`。",
        ),
    ],
    mistakes=[
        Mistake(
            "weights forgotten",
            "All slices are the same. Each has to be multiplied with the weight of its channel.",
            "每一片都一样。每一片还要乘以自己那个通道的权重。",
            lambda kernel, weights: kernel.expand(len(weights), -1, -1),
        ),
        Mistake(
            "divided by the channels",
            "You divide by the number of channels. The weights already say how much of each channel is taken.",
            "你多除了一个通道数。每个通道取多少，权重已经说清楚了。",
            lambda kernel, weights: weights[:, None, None] * kernel / len(weights),
        ),
        Mistake(
            "channels last",
            "The channels come last in your kernel. In PyTorch they stand in front of rows and columns.",
            "你的卷积核把通道放在了最后。在 PyTorch 里，通道在行和列的前面。",
            lambda kernel, weights: kernel[:, :, None] * weights,
        ),
        KERNEL_FLIPPED.made_by(lambda kernel, weights: weights[:, None, None] * kernel.flip(0, 1)),
    ],
)
def gray_then(kernel: torch.Tensor, weights: torch.Tensor) -> torch.Tensor:
    """From kernel (k_h, k_w) and weights (c,) a kernel of shape (c, k_h, k_w) that does both.

    >>> gray_then(torch.tensor([[1.0, -1.0]]), torch.tensor([2.0, 3.0])).flatten()
    tensor([ 2., -2.,  3., -3.])
    """
    # Both steps are sums, so their weights multiply: channel c is met by weights[c] times the flat kernel.
    # zh: # 两步都是求和，权重便相乘：通道 c 遇到的是 weights[c] 乘以平面卷积核。
    return weights[:, None, None] * kernel


def some_layer(draw):
    """Channels, kernel, picture, padding, stride and groups that fit together."""
    groups = draw.size(1, 3)
    c_i, c_o = groups * draw.size(1, 3), groups * draw.size(1, 3)
    return c_i, c_o, draw.sizes(1, 3), draw.sizes(3, 9), draw.size(0, 2), draw.size(1, 3), groups


def counted(c_i, c_o, kernel_size, picture, padding, stride, groups):
    """With ones everywhere each product is 1, and the sum of all answers counts the products."""
    layer = nn.Conv2d(c_i, c_o, kernel_size, stride=stride, groups=groups)
    nn.init.ones_(layer.weight), nn.init.zeros_(layer.bias)
    h, w = picture
    with torch.no_grad():
        answers = layer(torch.ones(1, c_i, h + 2 * padding, w + 2 * padding))
    return sum(p.numel() for p in layer.parameters()), answers.nbytes, int(answers.double().sum())


def bill(c_i, c_o, kernel_size, picture, padding, stride, groups, sides=2, biases=None, number=4):
    """The formulas of section 5, with places for mistakes."""
    m_h, m_w = ((n + sides * padding - k) // stride + 1 for n, k in zip(picture, kernel_size, strict=True))
    weights = kernel_size[0] * kernel_size[1] * c_i * c_o // groups
    biases = {None: c_o, "pixel": c_o * m_h * m_w, "none": 0}[biases]
    return weights + biases, number * c_o * m_h * m_w, weights * m_h * m_w


def divided_twice(c_i, c_o, kernel_size, picture, padding, stride, groups):
    parameters, stored, products = bill(c_i, c_o, kernel_size, picture, padding, stride, groups)
    return (parameters - c_o) // groups + c_o, stored, products // groups


@exercise(
    en="""
        Write out the bill for a layer with bias: how many parameters does it learn, how many bytes does its output take for one picture in `float32`,
        and how many multiply-adds does the way forward need? As in section 5, the bias adds no multiply-adds; `padding` is
        counted for each side, as PyTorch does.
    """,
    zh="""
        给一个带偏置的层开一张账单：它要学习多少个参数？对一张图像，输出按 `float32` 存要多少字节？前向计算要多少次乘加？
        和第 5 节一样，偏置不计入乘加次数；`padding` 照 PyTorch 的数法，指每一侧的格数。
    """,
    case=some_layer,
    also=[(1, 1, (1, 1), (1, 1), 0, 1, 1), (4, 2, (1, 2), (7, 5), 0, 3, 2)],
    truth=counted,
    tolerance=1e-9,
    hints=[
        (
            "Begin with the size of the output, as in chapter 05. Two of the three numbers need it, the first does not.",
            "先像第 05 章那样求出输出的大小。三个数里有两个要用到它，第一个用不到。",
        ),
        (
            "Groups divide the depth of each kernel, and nothing else. How many weights are left?",
            "分组只除每个卷积核的深度，别的都不变。还剩多少个权重？",
        ),
        (
            "Along one axis the output has `(n + 2 * padding - k) // stride + 1` cells, and every weight is used once at each place.",
            "沿一条轴，输出有 `(n + 2 * padding - k) // stride + 1` 格，每个权重在每个位置上恰好用一次。",
        ),
    ],
    mistakes=[
        Mistake(
            "groups ignored in the products",
            "The groups are left out of the multiply-adds: every output needs only the `c_i // groups` channels of its group.",
            "算乘加次数时没有考虑分组：每个输出只用到所在组的 `c_i // groups` 个通道。",
            lambda *layer: (*bill(*layer)[:2], bill(*layer)[2] * layer[-1]),
        ),
        BIAS_FORGOTTEN.made_by(lambda *layer: bill(*layer, biases="none")),
        BIAS_PER_PIXEL.made_by(lambda *layer: bill(*layer, biases="pixel")),
        PADDING_ONCE.made_by(lambda *layer: bill(*layer, sides=1)),
        Mistake(
            "groups ignored",
            "The groups are ignored. Each kernel is only `c_i // groups` deep.",
            "没有考虑分组。每个卷积核只有 `c_i // groups` 深。",
            lambda c_i, c_o, kernel_size, picture, padding, stride, groups: bill(
                c_i, c_o, kernel_size, picture, padding, stride, 1
            ),
        ),
        Mistake(
            "stride ignored",
            "The stride is ignored. With a larger stride there are fewer places, and so fewer answers and products.",
            "没有考虑步幅。步幅大了，位置就少了，输出和乘积也随之减少。",
            lambda c_i, c_o, kernel_size, picture, padding, stride, groups: bill(
                c_i, c_o, kernel_size, picture, padding, 1, groups
            ),
        ),
        Mistake(
            "numbers instead of bytes",
            "You count the numbers of the output. Each `float32` takes 4 bytes.",
            "你数的是输出有多少个数。每个 `float32` 占 4 字节。",
            lambda *layer: bill(*layer, number=1),
        ),
        Mistake(
            "FLOPs instead of multiply-adds",
            "The last number is twice too large: a product and its addition are two FLOPs, but one multiply-add.",
            "最后一个数大了一倍：一次乘法和随后的加法是两个 FLOP，却只算一次乘加。",
            lambda *layer: (*bill(*layer)[:2], 2 * bill(*layer)[2]),
        ),
        Mistake(
            "groups divided twice",
            "You divide the weights by the groups twice. A kernel is only `c_i // groups` deep, but there are still `c_o` kernels.",
            "你用组数把权重除了两次。每个卷积核只有 `c_i // groups` 深，但卷积核仍有 `c_o` 个。",
            divided_twice,
        ),
    ],
)
def price(
    c_i: int,
    c_o: int,
    kernel_size: tuple[int, int],
    picture: tuple[int, int],
    padding: int = 0,
    stride: int = 1,
    groups: int = 1,
) -> tuple[int, int, int]:
    """(parameters, bytes of the output, multiply-adds) of one layer for one picture (h, w).

    >>> price(3, 6, (5, 5), (28, 28))
    (456, 13824, 259200)
    """
    (k_h, k_w), (h, w) = kernel_size, picture
    m_h = (h + 2 * padding - k_h) // stride + 1
    m_w = (w + 2 * padding - k_w) // stride + 1
    # Groups make each of the c_o kernels less deep; there are still c_o answers and c_o biases.
    # zh: # 分组让 c_o 个卷积核各自变浅；输出和偏置仍是 c_o 个。
    weights = c_o * (c_i // groups) * k_h * k_w
    # Every weight is used once at each place of the output.
    # zh: # 每个权重在输出的每个位置上恰好用一次。
    return weights + c_o, 4 * c_o * m_h * m_w, weights * m_h * m_w


def but(place, value):
    """The right factors, one of them replaced."""
    return lambda: [value if n == place else right for n, right in enumerate(factors.answer())]


@prediction(
    en=r"""
        By which factor do these four change? Predict them on paper. The layer has a $3\times 3$ kernel, padding 1 and stride 1, and works on a
        picture of $4\times 4$ pixels.

        - *channels:* its multiply-adds, when both channel numbers are doubled
        - *padding:* its multiply-adds, when only the padding is doubled, from 1 to 2
        - *the way back:* the multiply-adds that training needs for all derivatives, those for the weights and those for the
          input, compared with the way forward (count the padding's zeros as if they were pixels)
        - *reading:* another picture, 14 columns wide, without padding, gets 12 columns of answers. A chip fetches a strip of 3 columns for each of them,
          full height. A better one fetches wider strips, each just wide enough for 4 neighbouring columns of answers. The cells fetched, better against first
    """,
    zh=r"""
        下面四样各变成原来的几倍？先在纸上推算。这个层用 $3\times 3$ 的卷积核，填充 1，步幅 1，图像有 $4\times 4$ 个像素。

        - *通道：* 输入和输出的通道数都加倍，乘加次数变成几倍
        - *填充：* 只把填充加倍，由 1 变成 2，乘加次数变成几倍
        - *反向：* 训练要算出全部导数，既有对权重的，也有对输入的；所需的乘加次数是前向的几倍（填充的零也当作像素来数）
        - *读取：* 换一张 14 列宽的图像，不填充，输出有 12 列。一块芯片为每一列输出各取一条 3 列宽、与图像等高的条带。
          另一块更聪明，取的条带更宽，每条刚好够算相邻的 4 列输出。后者取的格数是前者的几倍
    """,
    hints=[
        (
            "First: how many kernels, and how deep? Second: how large is the output before and after? It is not the padding that is "
            "paid for, but the places of the window.",
            "第一个：卷积核有几个，各有多深？第二个：前后两次输出各有多大？花钱的不是填充，而是窗口的位置。",
        ),
        (
            "Third: a product of weight and input has two derivatives. The one for the weight and the one for the input each cost "
            "one multiply-add.",
            "第三个：权重与输入的一个乘积有两个导数。对权重的和对输入的，各花一次乘加。",
        ),
        (
            "Fourth: overlapping, each one column further, 4 windows of 3 columns cover 6 columns. How many such strips are there?",
            "第四个：相邻的 4 个窗口各宽 3 列，彼此重叠，一共盖住 6 列。这样的条带要几条？",
        ),
    ],
    because=(
        "Twice as many kernels, each twice as deep: 4. The output grows from 4×4 to 6×6: 36/16. Two gradients, each as dear as the way "
        "forward: 2. And 12 strips of 3 columns are 36 columns, 3 strips of 6 are 18: one half.",
        "卷积核个数加倍，深度也加倍：4。输出从 4×4 变成 6×6：36/16。两个梯度，各与前向一样贵：2。"
        "12 条 3 列宽的条带是 36 列，3 条 6 列宽的是 18 列：一半。",
    ),
    mistakes=[
        Mistake(
            "only one channel number",
            "The first factor is wrong: there are twice as many kernels, and each is twice as deep.",
            "第一个不对：卷积核的个数加倍，而且每个的深度也加倍。",
            but(0, 2.0),
        ),
        Mistake(
            "padding is the picture",
            "The second factor is wrong: the padding is doubled, not the output. Work out both sizes.",
            "第二个不对：加倍的是填充，不是输出。把前后两个大小都算出来。",
            but(1, 2.0),
        ),
        Mistake(
            "padding is the picture",
            "The second factor is wrong: the padding is doubled, not the height and width. Work out both sizes.",
            "第二个不对：加倍的是填充，不是高和宽。把前后两个大小都算出来。",
            but(1, 4.0),
        ),
        Mistake(
            "padding is free",
            "The second factor is wrong: with more padding the window has more places, and each has to be paid for.",
            "第二个不对：填充多了，窗口的位置也多了，每个位置都要花钱。",
            but(1, 1.0),
        ),
        Mistake(
            "one gradient",
            "The third factor is wrong: not only the weights, but also the input needs its derivatives, for the layers before.",
            "第三个不对：不光权重要求导，输入也要，前面的层等着用。",
            but(2, 1.0),
        ),
        Mistake(
            "forward counted as well",
            "The third factor is wrong: that is forward and backward together. The question is for the way back alone.",
            "第三个不对：这是前向与反向合在一起。题目只问反向。",
            but(2, 3.0),
        ),
        Mistake(
            "overlap forgotten",
            "The fourth factor is wrong: a strip for 4 columns of the output is wider than a strip for one.",
            "第四个不对：管 4 列输出的条带，比管一列的要宽。",
            but(3, 0.25),
        ),
    ],
)
def factors() -> list[float]:
    """four numbers, such as [3, 1.5, 1, 0.2]"""

    def layer(c_i, c_o, padding):
        # With ones everywhere each product is 1, so a sum counts products. The padding is part of the picture here.
        # zh: # 处处是 1，每个乘积就都是 1，求和就是数乘积的个数。这里把填充直接算进了图像。
        x = torch.ones(1, c_i, 4 + 2 * padding, 4 + 2 * padding, requires_grad=True)
        w = torch.ones(c_o, c_i, 3, 3, requires_grad=True)
        forward = F.conv2d(x, w).sum()
        forward.backward()
        return forward.item(), (x.grad.sum() + w.grad.sum()).item()

    forward, backward = layer(2, 3, 1)
    picture = torch.zeros(10, 14)
    # Strips: 3 columns wide, one column apart, against 6 columns wide, 4 columns apart.
    # zh: # 条带：宽 3 列、每次移 1 列，与宽 6 列、每次移 4 列相比。
    narrow, wide = picture.unfold(1, 3, 1).numel(), picture.unfold(1, 6, 4).numel()
    return [layer(4, 6, 1)[0] / forward, layer(2, 3, 2)[0] / forward, backward / forward, wide / narrow]


def groups_and_channels(draw):
    groups = draw.size(1, 4)
    return groups * draw.size(1, 4), groups


def reordered(order):
    return torch.eye(len(order))[order][:, :, None, None]


@exercise(
    en=r"""
        Grouped layers need somebody to carry news between the groups. ShuffleNet writes the channel numbers row by row into a table with `groups`
        rows and reads them off column by column: 6 channels in 2 groups come out as 0, 3, 1, 4, 2, 5. Write this shuffling as a $1\times 1$ kernel
        of zeros and ones.
    """,
    zh=r"""
        层分了组，组与组之间就得有人传递消息。ShuffleNet 的做法是：把通道的编号逐行写进一张有 `groups` 行的表，再逐列读出来。
        例如 6 个通道分 2 组，读出来是 0、3、1、4、2、5。请把这种重排写成一个 $1\times 1$ 卷积核，里面只有零和一。
    """,
    case=groups_and_channels,
    also=[(6, 2), (12, 3)],
    truth=lambda c, groups: torch.channel_shuffle(torch.eye(c)[:, :, None, None], groups).transpose(0, 1),
    hints=[
        (
            "First find the new order of the channels as a list of their old numbers.",
            "先求出通道的新次序，写成一列原来的编号。",
        ),
        (
            "`torch.arange(c).reshape(groups, -1).T.flatten()` is the new order. In which row of the kernel does the 1 for old "
            "channel 3 stand?",
            "`torch.arange(c).reshape(groups, -1).T.flatten()` 是新的次序。原来的通道 3 所对应的那个 1，应当在卷积核的哪一行？",
        ),
        (
            "Row `o` says what output `o` reads: it has its 1 at the column `order[o]`. Rows of `torch.eye(c)` are what you need.",
            "第 `o` 行说明输出 `o` 读什么：1 在第 `order[o]` 列。你要的就是 `torch.eye(c)` 的那些行。",
        ),
    ],
    mistakes=[
        Mistake(
            "the other way round",
            "This is the inverse: it puts shuffled channels back. Write into `groups` rows, read the columns; row `o` of the kernel "
            "says what output `o` reads.",
            "这是逆变换，把打乱的通道放回原处。应当写成 `groups` 行，再逐列读出；卷积核的第 `o` 行说明输出 `o` 读什么。",
            lambda c, groups: reordered(torch.arange(c).reshape(-1, groups).T.flatten()),
        ),
        Mistake(
            "not shuffled",
            "Nothing is shuffled: this kernel hands on every channel in its old place.",
            "什么都没有重排：这个卷积核让每个通道留在原处。",
            lambda c, groups: reordered(torch.arange(c)),
        ),
        Mistake(
            "groups exchanged",
            "Whole groups change places, but the channels of a group stay together, so the groups still never meet.",
            "换位置的是整组，同组的通道还在一起，各组仍旧互不相见。",
            lambda c, groups: reordered(torch.arange(c).reshape(groups, -1).flip(0).flatten()),
        ),
    ],
    because=(
        "A mixing in groups is a matrix of blocks along the diagonal; between two of them this permutation deals the channels of every "
        "block out to the others.",
        "分组的混合是一个分块对角矩阵；把这个置换放在两次混合之间，每一块的通道就分发到了其他各块。",
    ),
)
def shuffle_kernel(c: int, groups: int) -> torch.Tensor:
    """A kernel (c, c, 1, 1) that reorders the channels as torch.channel_shuffle(x, groups) does.

    >>> shuffle_kernel(6, 2).squeeze().argmax(dim=1)
    tensor([0, 3, 1, 4, 2, 5])
    """
    # Write the numbers into the table, read the columns.
    # zh: # 把编号逐行写进表里，再逐列读出。
    order = torch.arange(c).reshape(groups, -1).T.flatten()
    # Output o reads old channel order[o]: row order[o] of the identity matrix.
    # zh: # 输出 o 读原来的通道 order[o]，也就是单位矩阵的第 order[o] 行。
    return torch.eye(c)[order][:, :, None, None]


@prediction(
    en=r"""
        A $1\times 1$ layer from 12 channels to 12 is a matrix. With `groups=4` it consists of blocks on the diagonal, and zeros elsewhere. Predict three whole numbers:

        - how many times fewer multiply-adds that is than without groups
        - what is lost: how many of the 12 input channels does one output of *two* such layers know, one after the other?
        - what a shuffle mends: how many does it know with the shuffle of exercise 4 (4 groups) in between?
    """,
    zh=r"""
        从 12 个通道到 12 个通道的 $1\times 1$ 层就是一个矩阵。设了 `groups=4`，对角线上是若干小块，其余全是零。请推算三个整数：

        - 与不分组相比，乘加次数是几分之一（写分母）
        - 失去了什么：*两个*这样的层先后使用，一个输出知道 12 个输入通道中的几个？
        - 重排能补回多少：中间插入练习 4 的重排（4 组），它又知道几个？
    """,
    hints=[
        (
            "How deep is each kernel with 4 groups? So much for the first number. And which channels does the second layer's first "
            "group get?",
            "分 4 组时，每个卷积核有多深？这就是第一个数的线索。第二层的第一组，拿到的又是哪些通道？",
        ),
        (
            "Shuffled, the first three channels are 0, 3 and 6. From which groups of the first layer do they come, and what "
            "has each of them read?",
            "重排之后，前三个通道是 0、3、6。它们来自第一层的哪几组？每一个又读过什么？",
        ),
    ],
    because=(
        "A kernel is 3 deep and not 12. Without a shuffle the blocks stay alone: 3 inputs, however many layers. Shuffled, a block of 3 "
        "gets channels from three of the 4 blocks, so it knows 3·3 = 9 inputs; a third layer will know all.",
        "卷积核深 3，而不是 12。不重排，各块互不往来：再多层也只知道 3 个输入。重排后，每块的 3 个通道来自 4 块中的三块，"
        "于是知道 3·3 = 9 个输入；再加一层就全知道了。",
    ),
    mistakes=[
        Mistake(
            "all at once",
            "The last number is too large: a group of the second layer has only three channels. From how many groups can they come?",
            "最后一个数太大了：第二层的一组只有三个通道，最多能来自几组？",
            lambda: [4, 3, 12],
        ),
        Mistake(
            "depth spreads without a shuffle",
            "The second number is too large: without a shuffle, the second layer's first group gets the first group's answers only.",
            "第二个数太大了：不重排的话，第二层的第一组拿到的只是第一组的输出。",
            lambda: [4, 9, 9],
        ),
        Mistake(
            "depth spreads without a shuffle",
            "The second number is too large: without a shuffle, the second layer's first group gets the first group's answers only.",
            "第二个数太大了：不重排的话，第二层的第一组拿到的只是第一组的输出。",
            lambda: [4, 6, 9],
        ),
        Mistake(
            "divided twice",
            "The first number is too large. A block is smaller on both sides, but there are 4 of them.",
            "第一个数太大了。每一块的行数和列数都变少了，但这样的块有 4 个。",
            lambda: [16, 3, 9],
        ),
        Mistake(
            "no gain from the shuffle",
            "The last number is too small: channels 0, 3 and 6 come from different groups.",
            "最后一个数太小了：通道 0、3、6 来自不同的组。",
            lambda: [4, 3, 3],
        ),
    ],
)
def in_groups() -> list[int]:
    """three whole numbers, such as [2, 5, 7]"""
    # 12 kernels of ones, each 3 deep. Picture j has only channel j lit; output 0 notices it if it reads channel j.
    # zh: # 12 个全 1 的卷积核，各深 3。第 j 张图只点亮通道 j；输出 0 若有反应，就是读了通道 j。
    kernels = torch.ones(12, 3, 1, 1)
    lit = torch.eye(12)[:, :, None, None]
    once = F.conv2d(lit, kernels, groups=4)
    alone = F.conv2d(once, kernels, groups=4)
    shuffled = F.conv2d(torch.channel_shuffle(once, 4), kernels, groups=4)
    return [12 * 12 // kernels.numel(), *(int((y[:, 0] > 0).sum()) for y in (alone, shuffled))]


def solvable(draw):
    """A matrix of whole numbers whose inverse is made of whole numbers and halves, and biases."""
    c = draw.size(1, 4)
    low, high = draw.tensor(c, c, low=-1, high=1).tril(-1), draw.tensor(c, c, low=-1, high=1).triu(1)
    diagonal = torch.tensor([draw.choice([1.0, -1.0, 2.0]) for _ in range(c)]).diag()
    matrix = (low + torch.eye(c)) @ (high + diagonal)
    return matrix[:, :, None, None], draw.tensor(c)


def undone(weight, bias, sign=-1):
    inverse = weight[:, :, 0, 0].inverse()
    return inverse[:, :, None, None], sign * inverse @ bias


def by_solving(weight, bias):
    matrix = weight[:, :, 0, 0]
    solved = torch.linalg.solve(matrix, torch.cat([torch.eye(len(bias)), -bias[:, None]], dim=1))
    return solved[:, :-1, None, None], solved[:, -1]


@exercise(
    en=r"""
        A $1\times 1$ layer with as many outputs as inputs has mixed the channels and added its biases. Build the layer that undoes it. (The
        mixing lost nothing.)
    """,
    zh=r"""
        一个 $1\times 1$ 的层，输出通道与输入通道一样多，它混合了通道，又加上了偏置。请造出另一个层，把它所做的还原。
        （混合的过程没有丢失任何信息。）
    """,
    case=solvable,
    also=[(torch.full((1, 1, 1, 1), 2.0), torch.tensor([6.0]))],
    truth=by_solving,
    hints=[
        (
            "At one pixel: $y = M x + b$. Solve for $x$ and write the result as a matrix times $y$ plus a constant.",
            "在一个像素上：$y = M x + b$。解出 $x$，写成矩阵乘以 $y$ 再加一个常数。",
        ),
        (
            "The matrix is the inverse of `weight[:, :, 0, 0]`. The constant is what the new layer must add so that $y = b$ becomes 0.",
            "这个矩阵是 `weight[:, :, 0, 0]` 的逆。常数则要使 $y = b$ 变成 0。",
        ),
    ],
    mistakes=[
        Mistake(
            "bias from the other side",
            "The inverse matrix stands on the wrong side of the bias: `bias @ M` is not `M @ bias`.",
            "逆矩阵与偏置相乘的次序反了：`bias @ M` 不等于 `M @ bias`。",
            lambda weight, bias: (undone(weight, bias)[0], -bias @ weight[:, :, 0, 0].inverse()),
        ),
        Mistake(
            "bias only negated",
            "The old bias is taken away after the inverse matrix has been applied. Then it has to go through that matrix too.",
            "原来的偏置是在乘过逆矩阵之后才减去的，所以它自己也要乘那个矩阵。",
            lambda weight, bias: (undone(weight, bias)[0], -bias),
        ),
        Mistake(
            "bias added again",
            "The bias has the wrong sign: it is to be taken away, not added once more.",
            "偏置的符号反了：应当把它减掉，而不是再加一次。",
            lambda weight, bias: undone(weight, bias, sign=1),
        ),
        Mistake(
            "transposed instead of inverted",
            "A transposed matrix undoes only a rotation. Here you need the inverse.",
            "转置只能还原旋转。这里需要的是逆矩阵。",
            lambda weight, bias: (weight.transpose(0, 1), -weight[:, :, 0, 0].T @ bias),
        ),
        Mistake(
            "window inverted",
            "You invert the window, which holds one number: that gives reciprocals. The matrix over the channels has to be inverted.",
            "你求逆的是窗口，里面只有一个数，得到的只是倒数。要求逆的是通道之间的那个矩阵。",
            lambda weight, bias: (weight.inverse(), -weight.inverse()[:, :, 0, 0] @ bias),
        ),
        Mistake(
            "window axes missing",
            "The numbers are right, but the weight of a layer has four axes: the last two, for the window, are missing.",
            "数值是对的，但层的权重有四个轴：缺了最后两个，也就是窗口的轴。",
            lambda weight, bias: (undone(weight, bias)[0][:, :, 0, 0], undone(weight, bias)[1]),
        ),
    ],
)
def undo(weight: torch.Tensor, bias: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """For weight (c, c, 1, 1) and bias (c,): weight and bias, in these shapes, of the layer that undoes it.

    >>> undo(torch.full((1, 1, 1, 1), 4.0), torch.tensor([12.0]))
    (tensor([[[[0.2500]]]]), tensor([-3.]))
    """
    # From y = M x + b follows x = M⁻¹ y - M⁻¹ b.
    # zh: # 由 y = M x + b 得 x = M⁻¹ y - M⁻¹ b。
    inverse = weight[:, :, 0, 0].inverse()
    return inverse[:, :, None, None], -inverse @ bias


@choice(
    en=r"""
        Section 4 compared a $1\times 1$ convolution with a fully connected layer, and allowed a difference of one millionth. Was that needed? Compute the same thing once as a convolution
        and once as a matrix product, with many channels. Are the two results equal to the last bit?
    """,
    zh=r"""
        第 4 节拿 $1\times 1$ 卷积与全连接层相比时，允许百万分之一的误差。有必要吗？通道很多时，同一件事，一次用卷积算，一次用矩阵乘法算，
        两个结果的每一位都相等吗？
    """,
    options={
        "a": ("yes, always: the same products are added", "总是相等：加起来的是同样的乘积"),
        "b": (
            "not always: they may add in a different order, and each addition is rounded, in `float64` as well as in `float32`",
            "不一定：相加的次序可能不同，而每次加法都要舍入；`float64` 和 `float32` 都是如此",
        ),
        "c": ("not always in `float32`, but always in `float64`", "用 `float32` 不一定相等，用 `float64` 总是相等"),
        "d": (
            "no: a convolution is an approximation, and the difference can be seen with the naked eye",
            "不相等：卷积只是一种近似，差别肉眼可见",
        ),
    },
    hints=[
        (
            "Is (a + b) + c the same as a + (b + c) for a computer?",
            "对计算机来说，(a + b) + c 与 a + (b + c) 相同吗？",
        ),
        (
            "Try `(1e8 + 1 - 1e8, 1 + (1e8 - 1e8))` with `float32` tensors, and then 1e17 in place of 1e8 with `float64`.",
            "用 `float32` 的张量试试 `(1e8 + 1 - 1e8, 1 + (1e8 - 1e8))`，再用 `float64`，把 1e8 换成 1e17。",
        ),
    ],
    because=(
        "Each addition is rounded, so the last digits depend on the order, and every program chooses the order that is fast for it. "
        "That is why we compare with a tolerance.",
        "每次加法都要舍入，所以最后几位取决于次序，而每个程序都选对自己最快的次序。我们比较时要留一点误差，原因就在这里。",
    ),
    wrong={
        "a": (
            "The products are the same indeed. But a sum of rounded numbers depends on the order in which they are added.",
            "乘积确实相同。但舍入过的数相加，结果与相加的次序有关。",
        ),
        "c": (
            "`float64` rounds as well, only later: at about the 16th digit instead of the 7th.",
            "`float64` 同样要舍入，只是晚一些：大约在第 16 位，而不是第 7 位。",
        ),
        "d": (
            "A convolution takes no short cuts on the numbers: section 4 found a difference of less than one millionth.",
            "卷积并没有在数值上偷工减料：第 4 节里的误差不到百万分之一。",
        ),
    },
)
def to_the_last_bit() -> str:
    products = torch.randn(64, 100, dtype=torch.float64, generator=torch.Generator().manual_seed(0))

    def largest_difference(kind):
        # The same 64 products, added from the first to the last and from the last to the first, at 100 pixels.
        # zh: # 同样的 64 个乘积，从头加到尾，再从尾加到头，共 100 个像素。
        terms = products.to(kind)
        return (sum(terms) - sum(terms.flip(0))).abs().max().item()

    if largest_difference(torch.float32) == 0:
        return "a"
    if largest_difference(torch.float32) > 0.001:
        return "d"
    return "c" if largest_difference(torch.float64) == 0 else "b"


def layer_and_step(draw):
    c_o, c_i = draw.sizes(1, 3)
    return draw.tensor(c_o, c_i, *draw.sizes(1, 3)), draw.tensor(c_o), draw.tensor(c_o), draw.tensor(c_o)


def by_fusing(weight, bias, scale, shift):
    """PyTorch's own folding of a batch normalisation whose mean is 0 and whose variance is 1."""
    parts = fuse_conv_bn_weights(weight, bias, torch.zeros_like(bias), torch.ones_like(bias), 0.0, scale, shift)
    return tuple(part.detach() for part in parts)


@exercise(
    en="""
        In many trained networks each convolution is followed by a step that multiplies every channel by a number of its own and adds another
        (this is what batch normalisation does after training). It costs time and does nothing that the convolution could not do itself. Fold it in.
    """,
    zh="""
        在许多训练好的网络里，每个卷积后面都跟着一步：每个通道各乘一个数，再各加一个数（批量规范化在训练结束后做的就是这件事）。
        这一步要花时间，可它做的事，卷积自己就能做。请把它并进卷积里去。
    """,
    case=layer_and_step,
    truth=by_fusing,
    hints=[
        (
            "Write the two steps for one output channel: `scale[o] * (... + bias[o]) + shift[o]`. Expand the bracket.",
            "对一个输出通道写出两步：`scale[o] * (... + bias[o]) + shift[o]`。把括号展开。",
        ),
        (
            "All weights of kernel `o` are multiplied with `scale[o]`. Along which of the four axes does `o` run?",
            "卷积核 `o` 的所有权重都乘以 `scale[o]`。`o` 沿着四个轴中的哪一个变化？",
        ),
    ],
    mistakes=[
        Mistake(
            "bias not scaled",
            "The old bias is part of what is scaled: it has to be multiplied as well.",
            "原来的偏置也属于被缩放的部分：它也要乘。",
            lambda weight, bias, scale, shift: (weight * scale[:, None, None, None], bias + shift),
        ),
        Mistake(
            "shift scaled",
            "The shift comes after the multiplication: it is not scaled itself.",
            "shift 是在乘过之后才加的：它本身不乘。",
            lambda weight, bias, scale, shift: (weight * scale[:, None, None, None], scale * (bias + shift)),
        ),
        Mistake(
            "scale on the input channels",
            "The scale runs along the input channels. It belongs to the outputs, the first axis: `scale[:, None, None, None]`.",
            "scale 用在了输入通道上。它属于输出，也就是第一个轴：`scale[:, None, None, None]`。",
            lambda weight, bias, scale, shift: (weight * scale[:, None, None], scale * bias + shift),
        ),
        Mistake(
            "scale on the columns",
            "The scale runs along the last axis, the columns of the window. It belongs to the first: `scale[:, None, None, None]`.",
            "scale 用在了最后一个轴，也就是窗口的列上。它属于第一个轴：`scale[:, None, None, None]`。",
            lambda weight, bias, scale, shift: (weight * scale, scale * bias + shift),
        ),
        Mistake(
            "weights not scaled",
            "The weights are left as they are. What they contribute is multiplied as well.",
            "权重没有动。它们贡献的那部分同样要乘。",
            lambda weight, bias, scale, shift: (weight, scale * bias + shift),
        ),
    ],
)
def fold(
    weight: torch.Tensor, bias: torch.Tensor, scale: torch.Tensor, shift: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    """Weight (c_o, c_i, k_h, k_w) and bias (c_o,) of the one layer that equals scale * conv(x) + shift.

    scale and shift have the shape (c_o,).

    >>> three, one = torch.full((1, 1, 1, 1), 3.0), torch.tensor([1.0])
    >>> fold(three, one, torch.tensor([2.0]), torch.tensor([5.0]))
    (tensor([[[[6.]]]]), tensor([7.]))
    """
    # scale·(K∗x + b) + shift = (scale·K)∗x + (scale·b + shift), one scale for each output channel.
    # zh: # scale·(K∗x + b) + shift = (scale·K)∗x + (scale·b + shift)，每个输出通道一个 scale。
    return scale[:, None, None, None] * weight, scale * bias + shift


def pictures_and_kernels(draw):
    """Channels, kernels that fit, and biases."""
    c_i, c_o = draw.sizes(1, 3)
    k_h, k_w = draw.sizes(1, 3)
    h, w = draw.sizes(0, 3)
    X, K = draw.tensor(c_i, k_h + h, k_w + w), draw.tensor(c_o, c_i, k_h, k_w)
    return X, K, draw.tensor(c_o)


def windows_of(X, K):
    return X.unfold(1, K.shape[2], 1).unfold(2, K.shape[3], 1)


def positions_first(X, K, bias):
    columns = F.unfold(X[None], K.shape[2:])[0]
    answers = columns.T @ K.flatten(1).T + bias
    return answers.reshape(len(K), *windows_of(X, K).shape[1:3])


def windows_unsorted(X, K, bias):
    windows = windows_of(X, K)
    h, w = windows.shape[1:3]
    return (windows.reshape(h * w, -1) @ K.flatten(1).T + bias).T.reshape(len(K), h, w)


@exercise(
    en="""
        Now a whole layer, several channels in, several out, with its biases, as most libraries compute it: lay all windows flat, each with all its channels, and the layer becomes
        **one** matrix product. Write it without any Python loop, and without a ready-made convolution, be it PyTorch's (`F.conv2d`) or ours (`d2l.corr2d` and its
        relatives).
    """,
    zh="""
        现在写一个完整的层：多个通道进，多个通道出，还有偏置。照多数程序库的算法：把每个窗口连同它的全部通道一起展平，整个层就成了
        **一次**矩阵乘法。不要用任何 Python 循环，也不要用现成的卷积，不论是 PyTorch 的（`F.conv2d`），还是我们自己的（`d2l.corr2d` 之类）。
    """,
    case=pictures_and_kernels,
    also=[(torch.tensor([[[1.0, 2.0]], [[3.0, 4.0]]]), torch.tensor([1.0, 10.0]).reshape(1, 2, 1, 1), torch.ones(1))],
    truth=lambda X, K, bias: F.conv2d(X[None], K, bias)[0],
    loops=False,
    hints=[
        (
            "Each kernel is a block of $c_i k_h k_w$ numbers, and so is each window. Lay both flat: what product do you need?",
            "每个卷积核是 $c_i k_h k_w$ 个数的一块，每个窗口也是。把两者都展平：需要什么样的乘积？",
        ),
        (
            "Kernels as rows: `K.flatten(1)`. Windows as columns: `unfold` along axis 1 and along axis 2 cuts them out, with shape "
            "(c_i, h, w, k_h, k_w). Bring the axes into the kernel's order before you flatten.",
            "卷积核作行：`K.flatten(1)`。窗口作列：沿轴 1 和轴 2 各做一次 `unfold` 就能切出来，形状是 (c_i, h, w, k_h, k_w)。"
            "展平之前，先把轴排成卷积核的次序。",
        ),
        (
            "`windows.permute(0, 3, 4, 1, 2).reshape(-1, h * w)` are the columns. Product, plus `bias[:, None]`, then back to "
            "(c_o, h, w).",
            "各列是 `windows.permute(0, 3, 4, 1, 2).reshape(-1, h * w)`。相乘，加上 `bias[:, None]`，再变回 (c_o, h, w)。",
        ),
    ],
    mistakes=[
        Mistake(
            "channels last in the windows",
            "The numbers of a window stand in another order than those of a kernel: yours have the channels last, `K` has them first.",
            "窗口里各数的次序与卷积核的不同：你的窗口把通道放在最后，`K` 把通道放在最前。",
            lambda X, K, bias: (
                torch.einsum("hwf,of->ohw", windows_of(X, K).permute(1, 2, 3, 4, 0).flatten(2), K.flatten(1))
                + bias[:, None, None]
            ),
        ),
        CHANNELS_SUMMED_FIRST.made_by(
            lambda X, K, bias: F.conv2d(X.sum(0, keepdim=True)[None], K.sum(1, keepdim=True), bias)[0]
        ),
        CHANNELS_SUMMED_FIRST.made_by(lambda X, K, bias: F.conv2d(X.sum(0, keepdim=True)[None], K[:, :1], bias)[0]),
        Mistake(
            "bias for every product",
            "The bias is added to every product of a window. Add it once, to their sum.",
            "窗口里的每个乘积都加了一遍偏置。应当只在它们的和上加一遍。",
            lambda X, K, bias: F.conv2d(X[None], K, bias * K[0].numel())[0],
        ),
        BIAS_FORGOTTEN.made_by(lambda X, K, bias: F.conv2d(X[None], K)[0]),
        KERNEL_FLIPPED.made_by(lambda X, K, bias: F.conv2d(X[None], K.flip(2, 3), bias)[0]),
        Mistake(
            "channels and outputs exchanged",
            "Inputs and outputs are exchanged: the kernel's first axis counts the outputs, the second the input channels.",
            "输入和输出交换了：卷积核的第一个轴数的是输出，第二个轴数的才是输入通道。",
            lambda X, K, bias: F.conv2d(X[None], K.transpose(0, 1), bias)[0],
        ),
        Mistake(
            "channels and outputs exchanged",
            "Inputs and outputs are exchanged: the kernel's first axis counts the outputs, the second the input channels.",
            "输入和输出交换了：卷积核的第一个轴数的是输出，第二个轴数的才是输入通道。",
            lambda X, K, bias: torch.einsum("chwab,coab->ohw", windows_of(X, K), K) + bias[:, None, None],
        ),
        Mistake(
            "places before outputs",
            "The numbers are right but lie in the wrong cells: your product has the places in its rows and the outputs in its "
            "columns. Transpose it before `reshape`.",
            "数值是对的，但放错了格：你的乘积以位置为行、以输出为列。`reshape` 之前要先转置。",
            positions_first,
        ),
        Mistake(
            "windows not sorted",
            "The axes of the windows are flattened in the order in which `unfold` leaves them, so cells of different windows come "
            "together. Sort them with `permute` first.",
            "窗口的轴按 `unfold` 留下的次序直接展平，不同窗口的格就混在了一起。先用 `permute` 排好次序。",
            windows_unsorted,
        ),
    ],
    without=(
        "conv1d",
        "conv2d",
        "conv3d",
        "Conv1d",
        "Conv2d",
        "Conv3d",
        "convolution",
        "corr2d",
        "corr2d_multi_in",
        "corr2d_multi_in_out",
        "convolve2d",
    ),
)
def my_corr2d_multi(X: torch.Tensor, K: torch.Tensor, bias: torch.Tensor) -> torch.Tensor:
    """A layer's answer (c_o, h, w) to X (c_i, rows, columns); K (c_o, c_i, k_h, k_w), bias (c_o,).

    >>> X = torch.tensor([[[1.0, 2.0]], [[3.0, 4.0]]])
    >>> K = torch.tensor([[[[1.0]], [[10.0]]]])
    >>> my_corr2d_multi(X, K, torch.tensor([5.0]))
    tensor([[[36., 47.]]])
    """
    # All windows, shape (c_i, h, w, k_h, k_w).
    # zh: # 全部窗口，形状为 (c_i, h, w, k_h, k_w)。
    windows = X.unfold(1, K.shape[2], 1).unfold(2, K.shape[3], 1)
    h, w = windows.shape[1:3]
    # Each window becomes a column, its numbers in the same order as those of a kernel.
    # zh: # 每个窗口变成一列，其中各数的次序与卷积核里的相同。
    columns = windows.permute(0, 3, 4, 1, 2).reshape(-1, h * w)
    # One row for each output, so there is one bias for each row.
    # zh: # 每个输出一行，所以每行一个偏置。
    return (K.flatten(1) @ columns + bias[:, None]).reshape(len(K), h, w)


@choice(
    en=r"""
        Section 7 merged two layers. Does it also work backwards? Two layers with one channel and a $2\times 2$ kernel each, stride 1, no padding, no
        bias, nothing in between. Which of these three kernels can they imitate exactly, if you may choose their numbers: chapter 03's Sobel kernel `[[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]`,
        the mean over $3\times 3$ cells, the mean over $4\times 4$ cells? (You need: factorising polynomials. With $x$ for a step to the right and $y$ for a step down, a kernel is
        a polynomial, and two layers in a row multiply theirs.)
    """,
    zh=r"""
        第 7 节把两层并成了一层。反过来也行吗？设有两层，都只有一个通道，卷积核都是 $2\times 2$，步幅 1，无填充，无偏置，中间什么也没有。
        这两个卷积核里填什么数由你选。下面三个卷积核，哪些能由这两层准确地模仿出来：第 03 章的 Sobel 卷积核 `[[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]`、
        对 $3\times 3$ 格求平均、对 $4\times 4$ 格求平均？（要用到多项式的因式分解：用 $x$ 表示右移一格，$y$ 表示下移一格，卷积核就是一个多项式，两层相接就是多项式相乘。）
    """,
    options={
        "a": (
            r"all three: $2\times 2$ after $2\times 2$ makes $4\times 4$",
            r"三个都能：$2\times 2$ 接 $2\times 2$ 就是 $4\times 4$",
        ),
        "b": (
            r"Sobel and the mean over $3\times 3$, and every other $3\times 3$ kernel too",
            r"Sobel 和对 $3\times 3$ 求平均，其他任何 $3\times 3$ 的卷积核也都能",
        ),
        "c": ("only Sobel", "只有 Sobel"),
        "d": (r"only the mean over $3\times 3$", r"只有对 $3\times 3$ 求平均"),
        "e": ("none: 8 numbers are fewer than 9", "一个也不能：8 个数比 9 个少"),
    },
    hints=[
        (
            "How large is the common kernel of two 2×2 kernels? That settles one of the three.",
            "两个 2×2 的卷积核合并后有多大？三个里面，这就定下了一个。",
        ),
        (
            "Write a row of a kernel as a polynomial, [1, 2, 1] as $1 + 2x + x^2$. Then two layers are a product, and splitting a kernel "
            "is factorising. Columns are polynomials in $y$.",
            "把卷积核的一行写成多项式，[1, 2, 1] 写成 $1 + 2x + x^2$。这样，两层就是相乘，拆开卷积核就是因式分解。列则是 $y$ 的多项式。",
        ),
        (
            "The mean is $(1 + x + x^2)(1 + y + y^2)/9$. Has $1 + x + x^2$ a real zero? And Sobel's "
            "$(x^2 - 1)(1 + 2y + y^2)$?",
            "求平均的卷积核是 $(1 + x + x^2)(1 + y + y^2)/9$。$1 + x + x^2$ 有实根吗？Sobel 的 $(x^2 - 1)(1 + 2y + y^2)$ 呢？",
        ),
    ],
    because=(
        "Sobel is (x - 1)(1 + y) times (x + 1)(1 + y), two 2×2 kernels. In the mean, 1 + x + x² has no real zeros and cannot be split. "
        "And two 2×2 kernels have 8 numbers, one of them only a common factor: 7 for the 9 of a 3×3 kernel, so most 3×3 kernels fall through.",
        "Sobel 是 (x - 1)(1 + y) 乘以 (x + 1)(1 + y)，正是两个 2×2 的卷积核。求平均的那个，1 + x + x² 没有实根，拆不开。"
        "再数一数：两个 2×2 的卷积核有 8 个数，其中一个只是公共的倍数，剩下 7 个，而 3×3 的卷积核有 9 个，所以大多数 3×3 的卷积核都拆不了。",
    ),
    wrong={
        "a": (
            "A cell of the second layer sees 2×2 cells of the first, and they see 3×3 cells of the picture, not 4×4: 2 + 2 - 1 = 3.",
            "第二层的一格看到第一层的 2×2 格，它们看到图像的 3×3 格，而不是 4×4：2 + 2 - 1 = 3。",
        ),
        "b": (
            "The size fits, but that is not enough: the 9 numbers of the common kernel are made of only 8, and not every choice of 9 can "
            "be reached. Try to split the mean.",
            "大小是对的，但这还不够：合并后的 9 个数只由 8 个数构成，不是每一组 9 个数都能得到。拿求平均的卷积核拆拆看。",
        ),
        "d": (
            "It is the other way round. That all numbers are equal does not help; look for zeros of the polynomials.",
            "正好反过来。各数都相等并没有用；要看多项式有没有根。",
        ),
        "e": (
            "Nine numbers from eight is impossible for most kernels, but some can be split: [1, 2, 1] is [1, 1] twice.",
            "用八个数凑出九个数，对多数卷积核办不到，但有些拆得开：[1, 2, 1] 就是 [1, 1] 用两次。",
        ),
    },
)
def two_small_ones() -> str:
    def what_is_left(K):
        # The common kernel is linear in B: its 9 numbers are a matrix of shifted copies of A, times the 4 numbers of B.
        # zh: # 合并后的卷积核关于 B 是线性的：它的 9 个数，等于由 A 平移后的副本排成的矩阵，乘以 B 的 4 个数。
        A = torch.randn(20, 2, 2, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
        for _ in range(100):
            A = A / A.norm(dim=(1, 2), keepdim=True)
            copies = [F.pad(A, (j, 1 - j, i, 1 - i)).flatten(1) for i in (0, 1) for j in (0, 1)]
            M, goal = torch.stack(copies, dim=-1), K.double().reshape(1, 9, 1).expand(20, 9, 1)
            # The best B for this A. Then the two change places. 20 random beginnings at once.
            # zh: # 对这个 A 求最好的 B，然后两者互换。从 20 个随机的起点同时出发。
            B = torch.linalg.lstsq(M, goal).solution
            A = B.reshape(20, 2, 2)
        return (M @ B - goal).norm(dim=1).min() / K.norm()

    def split(K):
        return bool(what_is_left(K) < 0.01)

    # How many rows of a picture does one cell see through two 2×2 layers?
    # zh: # 透过两个 2×2 的层，一格看到图像的几行？
    rows = next(n for n in range(2, 9) if F.conv2d(torch.ones(1, 1, n, n), torch.ones(1, 1, 2, 2)).shape[2] == 2)
    sobel = torch.tensor([[-1.0, 0.0, 1.0], [-2.0, 0.0, 2.0], [-1.0, 0.0, 1.0]])
    answers = {(True, True): "b", (True, False): "c", (False, True): "d", (False, False): "e"}
    return "a" if rows >= 4 else answers[split(sobel), split(torch.ones(3, 3) / 9)]


def kernel_and_rank(draw):
    c_o, c_i = draw.sizes(2, 5)  # with one channel different mistakes look alike
    K = draw.normal(c_o, c_i, *draw.sizes(1, 3))
    return K, draw.size(1, min(c_o, K[0].numel()))


def common(first, second):
    """The kernel of two layers, the second of them 1×1."""
    return F.conv2d(first.transpose(0, 1), second).transpose(0, 1)


def parts_of(K):
    return torch.linalg.svd(K.flatten(1), full_matrices=False)


def from_parts(K, U, V):
    return V.reshape(-1, *K.shape[1:]), U[:, :, None, None]


def without_values(K, r):
    U, _, V = parts_of(K)
    return from_parts(K, U[:, :r], V[:r])


def values_twice(K, r):
    U, S, V = parts_of(K)
    return from_parts(K, U[:, :r] * S[:r], S[:r, None] * V[:r])


def smallest_values(K, r):
    U, S, V = parts_of(K)
    return from_parts(K, U[:, -r:], S[-r:, None] * V[-r:])


SQUEEZED_WRONGLY = [
    Mistake(
        "singular values forgotten",
        "The singular values are missing: `U` and `Vh` have the right directions, but not their strengths.",
        "漏掉了奇异值：`U` 和 `Vh` 只给出方向，没有给出强弱。",
        without_values,
    ),
    Mistake(
        "singular values twice",
        "The singular values are in both layers. Give them to one of the two, or the square root of them to each.",
        "两层里都乘了奇异值。只给其中一层，或者各给一个平方根。",
        values_twice,
    ),
    Mistake(
        "smallest values kept",
        "You keep the smallest singular values. `svd` sorts them from large to small, and the large ones matter.",
        "你留下的是最小的奇异值。`svd` 从大到小排列，要紧的是大的。",
        smallest_values,
    ),
    Mistake(
        "some kernels kept",
        "You keep `r` of the kernels as they are and give up the others. Look for `r` kernels of which all can be mixed.",
        "你原样留下了 `r` 个卷积核，放弃了其余的。应当另找 `r` 个，使全部卷积核都能由它们混合出来。",
        lambda K, r: (K[:r], torch.eye(len(K), r)[:, :, None, None]),
    ),
]


def as_close_as_possible(answer, K, r):
    if not isinstance(answer, (tuple, list)) or len(answer) != 2:
        return "Return two kernels, `first` and `second`.", "请返回两个卷积核，`first` 和 `second`。"
    first, second = answer
    wanted, given = [(r, *K.shape[1:]), (len(K), r, 1, 1)], [tuple(first.shape), tuple(second.shape)]
    if given != wanted:
        return (
            f"The shapes must be {wanted[0]} and {wanted[1]}; yours are {given[0]} and {given[1]}.",
            f"形状应为 {wanted[0]} 和 {wanted[1]}，你的是 {given[0]} 和 {given[1]}。",
        )
    mine, K64 = common(first.detach(), second.detach()).double(), K.double()
    left = (mine - K64).square().sum().item()
    # What even the best two layers must leave over: the smallest eigenvalues.
    spectrum = torch.linalg.eigvalsh(K64.flatten(1) @ K64.flatten(1).T)
    least = spectrum[: len(K) - r].clamp(min=0).sum().item()
    if left <= least + 1e-4 * K64.square().sum().item():
        return None
    for mistake in SQUEEZED_WRONGLY:
        if torch.allclose(mine, common(*mistake.wrong(K, r)).double(), atol=1e-3):
            return mistake
    return (
        f"The squared differences add up to {left:.4g}; {least:.4g} is possible.",
        f"各数之差的平方和为 {left:.4g}，最小可以到 {least:.4g}。",
    )


@exercise(
    effort="takes an hour",
    en=r"""
        With few channels in the middle, two layers are cheaper than one. So replace a layer with kernel $K$ by a layer to only $r$ channels, with windows
        as large as before, and a $1\times 1$ layer back to $c_o$ channels. The two cannot always imitate $K$; choose them such that their common kernel, section 7's `in_one(first, second)`, is as close to
        $K$ as possible (the sum of the squared differences is as small as possible). (You need: the best approximation of a matrix by one of low rank, which its
        singular value decomposition gives, `torch.linalg.svd`.)
    """,
    zh=r"""
        中间的通道很少时，两层反而比一层便宜。所以现在把卷积核为 $K$ 的一层换成两层，先用一层降到只有 $r$ 个通道，窗口大小不变，
        再用一个 $1\times 1$ 的层回到 $c_o$ 个通道。这样的两层并不总能准确地模仿 $K$；请选好这两层的卷积核，使合并后的卷积核，也就是第 7 节的 `in_one(first, second)`，尽可能接近
        $K$（各数之差的平方和尽可能小）。（要用到矩阵的最佳低秩逼近，它由奇异值分解 `torch.linalg.svd` 给出。）
    """,
    case=kernel_and_rank,
    also=[(torch.ones(4, 3, 2, 2), 1)],
    accepts=as_close_as_possible,
    hints=[
        (
            "What does the common kernel look like as a formula, if the second layer is 1×1? Lay each kernel flat as one row of a matrix "
            "with `c_o` rows: then it is a product of two matrices. Of which shapes?",
            "第二层是 1×1 时，合并后的卷积核写成公式是什么样子？把每个卷积核展平，作为矩阵的一行，矩阵共有 `c_o` 行："
            "它就成了两个矩阵的乘积。这两个矩阵各是什么形状？",
        ),
        (
            "You look for the best approximation of a matrix by one of rank `r`. `torch.linalg.svd` with `full_matrices=False` knows it.",
            "要在秩为 `r` 的矩阵中，找出最接近给定矩阵的那一个。`torch.linalg.svd` 加上 `full_matrices=False` 就知道答案。",
        ),
        (
            "`U[:, :r]`, `S[:r]` and `Vh[:r]` are the parts to keep. Multiply `S` into one of the other two, and reshape.",
            "要留下的是 `U[:, :r]`、`S[:r]` 和 `Vh[:r]`。把 `S` 乘进另外两个中的一个，再变形。",
        ),
    ],
    mistakes=SQUEEZED_WRONGLY,
)
def squeeze(K: torch.Tensor, r: int) -> tuple[torch.Tensor, torch.Tensor]:
    """The best two layers instead of K (c_o, c_i, k_h, k_w), with r channels in between.

    Returns first (r, c_i, k_h, k_w) and second (c_o, r, 1, 1).

    >>> first, second = squeeze(torch.ones(4, 3, 2, 2), 1)  # imitated perfectly
    >>> (second * first).round(decimals=3).unique()
    tensor([1.])
    """
    # With each kernel as a row, first and second become a product of rank r. The largest r singular values approximate best.
    # zh: # 每个卷积核作一行，两层就是秩为 r 的乘积。保留最大的 r 个奇异值，近似得最好。
    U, S, Vh = torch.linalg.svd(K.flatten(1), full_matrices=False)
    first = (S[:r, None] * Vh[:r]).reshape(r, *K.shape[1:])
    return first, U[:, :r, None, None]
