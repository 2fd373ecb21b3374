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
    """Whatever the two steps do, the derivative of their output shows the kernel."""
    image = torch.zeros(len(weights), *kernel.shape, requires_grad=True)
    gray = torch.einsum("c,chw->hw", weights, image)
    F.conv2d(gray[None, None], kernel[None, None]).sum().backward()
    return image.grad


@exercise(
    effort="warm-up",
    en="""
        An image is converted to grey with a weight for each channel. The grey image is then correlated with a kernel without a channel axis. Find the kernel with one slice
        for each channel that does both in one step. It should work for any weights and any number of channels.
    """,
    zh="""
        先按每个通道的权重把图像转成灰度图，再用一个没有通道轴的（二维）卷积核做互相关。请找出一个卷积核，它在每个通道上各有一片，能一步完成这两件事。
        对任意的权重、任意多个通道都要成立。
    """,
    case=lambda draw: (draw.tensor(*draw.sizes(1, 3)), draw.tensor(draw.size(1, 4))),
    truth=gray_by_gradient,
    hints=[
        (
            "Write both steps as sums. By what is the red value of a pixel multiplied in the end?",
            "把两步都写成求和。一个像素的红色值，最后一共乘上了什么？",
        ),
        (
            "Slice `c` is the given kernel times `weights[c]`. Section 2 built `K_color` in one line.",
            "第 `c` 片是给定的卷积核乘以 `weights[c]`。第 2 节用一行就造出了 `K_color`。",
        ),
    ],
    mistakes=[
        Mistake(
            "weights forgotten",
            "All slices of your kernel are the same. Multiply each slice by the weight of its channel.",
            "你的卷积核每一片都一样。每一片还要乘以所属通道的权重。",
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
            "The channels are the last axis of your kernel. In PyTorch they come before rows and columns.",
            "你的卷积核把通道放在了最后一条轴。在 PyTorch 里，通道在行和列的前面。",
            lambda kernel, weights: kernel[:, :, None] * weights,
        ),
        KERNEL_FLIPPED.made_by(lambda kernel, weights: weights[:, None, None] * kernel.flip(0, 1)),
    ],
)
def gray_then(kernel: torch.Tensor, weights: torch.Tensor) -> torch.Tensor:
    """For kernel (k_h, k_w) and weights (c,): the kernel of shape (c, k_h, k_w) that does both.

    zh: 卷积核 kernel 的形状是 (k_h, k_w)，权重 weights 的形状是 (c,)；返回一步做完的卷积核，形状为 (c, k_h, k_w)。

    >>> gray_then(torch.tensor([[1.0, -1.0]]), torch.tensor([2.0, 3.0])).flatten()
    tensor([ 2., -2.,  3., -3.])
    """
    # Both steps are weighted sums, so their weights multiply: slice c is weights[c] times the kernel.
    # zh: # 两步都是加权求和，所以权重相乘：第 c 片是 weights[c] 乘以卷积核。
    return weights[:, None, None] * kernel


def some_layer(draw):
    """Channels, kernel, image, padding, stride and groups that fit together."""
    groups = draw.size(1, 3)
    c_i, c_o = groups * draw.size(1, 3), groups * draw.size(1, 3)
    return c_i, c_o, draw.sizes(1, 3), draw.sizes(3, 9), draw.size(0, 2), draw.size(1, 3), groups


def counted(c_i, c_o, kernel_size, image, padding, stride, groups):
    """With ones everywhere each product is 1, and the sum of the output counts the products."""
    layer = nn.Conv2d(c_i, c_o, kernel_size, stride=stride, groups=groups)
    nn.init.ones_(layer.weight), nn.init.zeros_(layer.bias)
    h, w = image
    with torch.no_grad():
        output = layer(torch.ones(1, c_i, h + 2 * padding, w + 2 * padding))
    return sum(p.numel() for p in layer.parameters()), output.nbytes, int(output.double().sum())


def bill(c_i, c_o, kernel_size, image, padding, stride, groups, sides=2, biases=None, number=4):
    """The formulas of section 5, with room for mistakes."""
    m_h, m_w = ((n + sides * padding - k) // stride + 1 for n, k in zip(image, kernel_size, strict=True))
    weights = kernel_size[0] * kernel_size[1] * c_i * c_o // groups
    biases = {None: c_o, "pixel": c_o * m_h * m_w, "none": 0}[biases]
    return weights + biases, number * c_o * m_h * m_w, weights * m_h * m_w


def divided_twice(c_i, c_o, kernel_size, image, padding, stride, groups):
    parameters, stored, products = bill(c_i, c_o, kernel_size, image, padding, stride, groups)
    return (parameters - c_o) // groups + c_o, stored, products // groups


@exercise(
    en="""
        Compute three numbers for a layer with bias: how many parameters it has, how many bytes its output takes in `float32` for one image, and how many
        multiply-adds its forward pass needs by the formula of section 5. Products with padding are counted; adding the bias is not. `padding` is per side, as in
        PyTorch.
    """,
    zh="""
        对一个带偏置的卷积层，请算出三个数：参数有多少个；一张图像的输出按 `float32` 保存，要多少字节；按第 5 节的公式，前向计算要多少次乘加
        （与填充值的乘积计入，加偏置不计）。`padding` 是每侧的填充，与 PyTorch 相同。
    """,
    case=some_layer,
    also=[(1, 1, (1, 1), (1, 1), 0, 1, 1), (4, 2, (1, 2), (7, 5), 0, 3, 2)],
    truth=counted,
    tolerance=1e-9,
    hints=[
        (
            "Begin with the size of the output (chapter 05). Two of the three numbers depend on it, the first does not.",
            "先求出输出的大小（第 05 章）。三个数里有两个取决于它，第一个不取决于它。",
        ),
        (
            "Groups divide the depth of each kernel; the number of kernels stays the same. How many weights are left?",
            "分成几组，每个卷积核的深度就除以几，卷积核的个数不变。还剩多少个权重？",
        ),
        (
            "Along one axis the output has `(n + 2 * padding - k) // stride + 1` positions, and every weight is used once at each position.",
            "沿一条轴，输出有 `(n + 2 * padding - k) // stride + 1` 个位置，每个权重在每个位置上各用一次。",
        ),
    ],
    mistakes=[
        Mistake(
            "groups ignored in the products",
            "Your multiply-adds ignore the groups: each output needs only the `c_i // groups` channels of its group.",
            "算乘加次数时没有考虑分组：每个输出只用到所在组的 `c_i // groups` 个通道。",
            lambda *layer: (*bill(*layer)[:2], bill(*layer)[2] * layer[-1]),
        ),
        BIAS_FORGOTTEN.made_by(lambda *layer: bill(*layer, biases="none")),
        BIAS_PER_PIXEL.made_by(lambda *layer: bill(*layer, biases="pixel")),
        PADDING_ONCE.made_by(lambda *layer: bill(*layer, sides=1)),
        Mistake(
            "groups ignored",
            "You ignore the groups. Each kernel is `c_i // groups` deep.",
            "没有考虑分组。每个卷积核的深度是 `c_i // groups`。",
            lambda c_i, c_o, kernel_size, image, padding, stride, groups: bill(
                c_i, c_o, kernel_size, image, padding, stride, 1
            ),
        ),
        Mistake(
            "stride ignored",
            "You ignore the stride. With a larger stride there are fewer output positions, and therefore fewer output elements and fewer products.",
            "没有考虑步幅。步幅大了，输出的位置就少了，输出的元素和乘积也随之减少。",
            lambda c_i, c_o, kernel_size, image, padding, stride, groups: bill(
                c_i, c_o, kernel_size, image, padding, 1, groups
            ),
        ),
        Mistake(
            "numbers instead of bytes",
            "You count the elements of the output. Each `float32` takes 4 bytes.",
            "你数的是输出有多少个元素。每个 `float32` 占 4 字节。",
            lambda *layer: bill(*layer, number=1),
        ),
        Mistake(
            "FLOPs instead of multiply-adds",
            "The last number is twice as large as it should be: a product and its addition are two FLOPs, but one multiply-add.",
            "最后一个数大了一倍：一次乘法和随后的加法是两次浮点运算，却只算一次乘加。",
            lambda *layer: (*bill(*layer)[:2], 2 * bill(*layer)[2]),
        ),
        Mistake(
            "groups divided twice",
            "You divide the weights by the number of groups twice. Each kernel is `c_i // groups` deep, and there are `c_o` kernels.",
            "你用组数把权重除了两次。每个卷积核的深度是 `c_i // groups`，卷积核有 `c_o` 个。",
            divided_twice,
        ),
    ],
)
def price(
    c_i: int,
    c_o: int,
    kernel_size: tuple[int, int],
    image: tuple[int, int],
    padding: int = 0,
    stride: int = 1,
    groups: int = 1,
) -> tuple[int, int, int]:
    """(parameters, bytes of the output, multiply-adds) of a layer for one image of size (h, w).

    zh: 对一张大小为 (h, w) 的图像，返回一层的（参数个数，输出的字节数，乘加次数）。

    >>> price(3, 6, (5, 5), (28, 28))
    (456, 13824, 259200)
    """
    (k_h, k_w), (h, w) = kernel_size, image
    m_h = (h + 2 * padding - k_h) // stride + 1
    m_w = (w + 2 * padding - k_w) // stride + 1
    # Each of the c_o kernels is c_i // groups deep; there are c_o biases.
    # zh: # c_o 个卷积核，每个深 c_i // groups；偏置有 c_o 个。
    weights = c_o * (c_i // groups) * k_h * k_w
    # Every weight is used once at each output position.
    # zh: # 在每个输出位置上，每个权重各用一次。
    return weights + c_o, 4 * c_o * m_h * m_w, weights * m_h * m_w


def but(place, value):
    """The right factors, one of them replaced."""
    return lambda: [value if n == place else right for n, right in enumerate(factors.answer())]


@prediction(
    en=r"""
        A layer has a $3\times 3$ kernel, padding 1 and stride 1, and reads an image of $4\times 4$ pixels. Predict four factors. Products with padding are counted.

        - *channels:* The number of input channels and the number of output channels are both doubled. By what factor does the number of multiply-adds change?
        - *padding:* The padding is 2 instead of 1. By what factor does the number of multiply-adds change?
        - *backward:* The backward pass computes the gradients of the weights and of the input. How many times as many multiply-adds as the forward pass does it need?
        - *reading:* Another image has 14 columns, so without padding there are 12 output columns. A program can read one strip of 3 columns for each output column, or one wider strip
          for every 4 neighbouring output columns, just wide enough for them. By what factor does the number of values read change when the program switches from the first way to the second?
    """,
    zh=r"""
        一层用 $3\times 3$ 的卷积核，填充 1，步幅 1，输入是 $4\times 4$ 个像素的图像。请推算四个倍数。与填充值的乘积计入。

        - **通道：** 输入通道数和输出通道数都加倍，乘加次数变成几倍？
        - **填充：** 填充由 1 改为 2，乘加次数变成几倍？
        - **反向：** 反向传播要求出权重的梯度和输入的梯度，乘加次数合计是前向的几倍？
        - **读取：** 另一张图像有 14 列，不填充，所以输出有 12 列。程序可以为每列输出读一条 3 列宽的条带；也可以为每 4 列相邻的输出读一条更宽的条带，
          宽度刚好够用。由前一种改为后一种，读取的数的个数变成几倍？
    """,
    hints=[
        (
            "First: how many kernels are there, and how deep are they? Second: how large is the output before and after? Every weight "
            "is used once at each output position.",
            "第一个：卷积核有几个，各有多深？第二个：前后两次输出各有多大？在每个输出位置上，每个权重各用一次。",
        ),
        (
            "Third: a product of weight and input has two derivatives, one for the weight and one for the input. Each of them needs "
            "one multiply-add.",
            "第三个：权重与输入的一个乘积有两个导数，一个对权重，一个对输入，各要一次乘加。",
        ),
        (
            "Fourth: 4 neighbouring windows of 3 columns overlap and cover 6 columns together. How many such strips are needed?",
            "第四个：相邻的 4 个窗口各宽 3 列，彼此重叠，合起来盖住 6 列。这样的条带要几条？",
        ),
    ],
    because=(
        "There are twice as many kernels, each twice as deep: 4. The output grows from 4×4 to 6×6: 36/16. There are two gradients, and each needs "
        "as many multiply-adds as the forward pass: 2. And 12 strips of 3 columns are 36 columns, while 3 strips of 6 are 18: one half.",
        "卷积核个数加倍，深度也加倍：4。输出从 4×4 变成 6×6：36/16。两个梯度，乘加次数各与前向相同：2。"
        "12 条 3 列宽的条带是 36 列，3 条 6 列宽的是 18 列：一半。",
    ),
    mistakes=[
        Mistake(
            "only one channel number",
            "The first factor is too small: there are twice as many kernels, and each is twice as deep.",
            "第一个倍数太小了：卷积核的个数加倍，而且每个的深度也加倍。",
            but(0, 2.0),
        ),
        Mistake(
            "padding is the picture",
            "The second factor is wrong: the padding doubles, but the output does not. Work out both sizes of the output.",
            "第二个倍数不对：填充加倍，输出并不加倍。把前后两次输出的大小都算出来。",
            but(1, 2.0),
        ),
        Mistake(
            "padding is the picture",
            "The second factor is wrong: the padding doubles, but the output's height and width do not. Work out both sizes of the output.",
            "第二个倍数不对：填充加倍，输出的高和宽并不加倍。把前后两次输出的大小都算出来。",
            but(1, 4.0),
        ),
        Mistake(
            "padding is free",
            "The second factor is wrong: with more padding there are more output positions, and each needs its multiply-adds.",
            "第二个倍数不对：填充多了，输出的位置也多了，每个位置都要计算。",
            but(1, 1.0),
        ),
        Mistake(
            "one gradient",
            "The third factor is too small: the gradient of the input is needed as well, for the layers before this one.",
            "第三个倍数太小了：输入的梯度也要算，供前面的层使用。",
            but(2, 1.0),
        ),
        Mistake(
            "forward counted as well",
            "The third factor is too large: this is forward and backward pass together. The question is about the backward pass alone.",
            "第三个倍数太大了：这是前向与反向之和。题目只问反向。",
            but(2, 3.0),
        ),
        Mistake(
            "overlap forgotten",
            "The fourth factor is too small: a strip for 4 output columns is wider than a strip for one.",
            "第四个倍数太小了：供 4 列输出用的条带，比供一列用的要宽。",
            but(3, 0.25),
        ),
    ],
)
def factors() -> list[float]:
    """four numbers, such as [3, 1.5, 1, 0.2]

    zh: 四个数，例如 [3, 1.5, 1, 0.2]
    """

    def layer(c_i, c_o, padding):
        # With ones everywhere each product is 1, so a sum counts products. The padding is part of the image here.
        # zh: # 处处是 1，每个乘积就都是 1，求和就是数乘积的个数。这里把填充直接算进了图像。
        x = torch.ones(1, c_i, 4 + 2 * padding, 4 + 2 * padding, requires_grad=True)
        w = torch.ones(c_o, c_i, 3, 3, requires_grad=True)
        forward = F.conv2d(x, w).sum()
        forward.backward()
        return forward.item(), (x.grad.sum() + w.grad.sum()).item()

    forward, backward = layer(2, 3, 1)
    image = torch.zeros(10, 14)
    # Strips: 3 columns wide, one column apart, against 6 columns wide, 4 columns apart.
    # zh: # 条带：宽 3 列、每次移 1 列，与宽 6 列、每次移 4 列相比。
    narrow, wide = image.unfold(1, 3, 1).numel(), image.unfold(1, 6, 4).numel()
    return [layer(4, 6, 1)[0] / forward, layer(2, 3, 2)[0] / forward, backward / forward, wide / narrow]


def groups_and_channels(draw):
    groups = draw.size(1, 4)
    return groups * draw.size(1, 4), groups


def reordered(order):
    return torch.eye(len(order))[order][:, :, None, None]


@exercise(
    en=r"""
        ShuffleNet reorders the channels between grouped layers. It writes the channel numbers row by row into a table with `groups`
        rows and reads them column by column: 6 channels in 2 groups become 0, 3, 1, 4, 2, 5. Write this reordering as a $1\times 1$ kernel
        whose weights are 0 or 1.
    """,
    zh=r"""
        ShuffleNet 在分组的层之间重排通道：把通道的编号逐行写进一张有 `groups` 行的表，再逐列读出。
        例如 6 个通道分 2 组，读出来是 0、3、1、4、2、5。请把这种重排写成一个 $1\times 1$ 卷积核，它的权重只有 0 和 1。
    """,
    case=groups_and_channels,
    also=[(6, 2), (12, 3)],
    truth=lambda c, groups: torch.channel_shuffle(torch.eye(c)[:, :, None, None], groups).transpose(0, 1),
    hints=[
        (
            "First find the new order of the channels as a list of their old numbers.",
            "先求出通道的新次序，写成由原来的编号组成的列表。",
        ),
        (
            "`torch.arange(c).reshape(groups, -1).T.flatten()` is the new order. In which row of the kernel is the 1 for old "
            "channel 3?",
            "`torch.arange(c).reshape(groups, -1).T.flatten()` 是新的次序。原来的通道 3 所对应的那个 1，应当在卷积核的哪一行？",
        ),
        (
            "Row `o` says which channel output `o` reads: its 1 is in column `order[o]`. You can take these rows from `torch.eye(c)`.",
            "第 `o` 行说明输出 `o` 读哪个通道：1 在第 `order[o]` 列。这些行可以从 `torch.eye(c)` 里取。",
        ),
    ],
    mistakes=[
        Mistake(
            "the other way round",
            "This is the inverse, which puts shuffled channels back. Write into `groups` rows and read the columns; row `o` of the kernel "
            "says which channel output `o` reads.",
            "这是逆变换，把打乱的通道放回原处。应当写成 `groups` 行，再逐列读出；卷积核的第 `o` 行说明输出 `o` 读哪个通道。",
            lambda c, groups: reordered(torch.arange(c).reshape(-1, groups).T.flatten()),
        ),
        Mistake(
            "not shuffled",
            "Nothing is shuffled: this kernel leaves every channel in its place.",
            "没有重排：这个卷积核让每个通道留在原处。",
            lambda c, groups: reordered(torch.arange(c)),
        ),
        Mistake(
            "groups exchanged",
            "In your kernel whole groups change places, but the channels of a group stay together, so the groups still exchange nothing.",
            "你的卷积核让各组整体换位，同组的通道还在一起，各组之间仍然不交换信息。",
            lambda c, groups: reordered(torch.arange(c).reshape(groups, -1).flip(0).flatten()),
        ),
    ],
    because=(
        "A grouped 1×1 layer is a matrix with blocks along its diagonal. This permutation, placed between two of them, distributes the "
        "channels of each block over the blocks of the next layer.",
        "分组的 1×1 层是一个分块对角矩阵。把这个置换放在两个这样的层之间，每一块的通道就分到下一层的不同块里。",
    ),
)
def shuffle_kernel(c: int, groups: int) -> torch.Tensor:
    """A kernel of shape (c, c, 1, 1) that reorders the channels as torch.channel_shuffle(x, groups) does.

    zh: 形状为 (c, c, 1, 1) 的卷积核，像 torch.channel_shuffle(x, groups) 那样重排通道。

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
        A $1\times 1$ layer has 12 input channels, 12 output channels, and `groups=4`. Predict three whole numbers:

        - By what number are its multiply-adds divided, compared with a layer with one group?
        - After *two* such layers in a row, on how many of the 12 input channels does one output channel depend?
        - On how many does it depend with the shuffle of exercise 4 between the two layers?
    """,
    zh=r"""
        一个 $1\times 1$ 的层有 12 个输入通道、12 个输出通道，`groups=4`。请推算三个整数：

        - 与只有一组的层相比，它的乘加次数要除以几？
        - **两个**这样的层先后使用，一个输出通道取决于 12 个输入通道中的几个？
        - 在这两层之间插入练习 4 的重排，它又取决于几个？
    """,
    hints=[
        (
            "How deep is each kernel with 4 groups? That gives the first number. And which channels does the first group of the second "
            "layer read?",
            "分 4 组时，每个卷积核有多深？由此得到第一个数。第二层的第一组读的又是哪些通道？",
        ),
        (
            "After the shuffle the first three channels are 0, 3 and 6. From which groups of the first layer do they come, and which inputs "
            "does each of them read?",
            "重排之后，前三个通道是 0、3、6。它们来自第一层的哪几组？各自读了哪些输入？",
        ),
    ],
    because=(
        "A kernel is 3 deep instead of 12. Without a shuffle an output depends only on the 3 inputs of its own group, however many layers "
        "there are. With the shuffle, the 3 channels that a group reads come from three of the 4 groups, and each depends on 3 inputs: 3·3 = 9. After "
        "another shuffle and a third layer an output depends on all 12.",
        "卷积核深 3，而不是 12。不重排的话，无论有多少层，输出也只取决于本组的 3 个输入。重排后，每组读的 3 个通道来自 4 组中的三组，"
        "各取决于 3 个输入：3·3 = 9。再重排一次，加上第三层，输出就取决于全部 12 个输入。",
    ),
    mistakes=[
        Mistake(
            "all at once",
            "The last number is too large: a group of the second layer reads only three channels. From how many groups can they come?",
            "最后一个数太大了：第二层的一组只读三个通道，它们最多来自几组？",
            lambda: [4, 3, 12],
        ),
        Mistake(
            "depth spreads without a shuffle",
            "The second number is too large: without a shuffle, the first group of the second layer reads only outputs of the first group.",
            "第二个数太大了：不重排的话，第二层的第一组只读第一组的输出。",
            lambda: [4, 9, 9],
        ),
        Mistake(
            "depth spreads without a shuffle",
            "The second number is too large: without a shuffle, the first group of the second layer reads only outputs of the first group.",
            "第二个数太大了：不重排的话，第二层的第一组只读第一组的输出。",
            lambda: [4, 6, 9],
        ),
        Mistake(
            "divided twice",
            "The first number is too large. In each group there are fewer inputs and fewer outputs, but there are 4 groups.",
            "第一个数太大了。每组的输入和输出都变少了，但这样的组有 4 个。",
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
    """three whole numbers, such as [2, 5, 7]

    zh: 三个整数，例如 [2, 5, 7]
    """
    # 12 kernels of ones, each 3 deep. In image j only channel j is 1; output 0 responds if it depends on channel j.
    # zh: # 12 个全 1 的卷积核，各深 3。第 j 张图像只有通道 j 是 1；输出 0 若有响应，就取决于通道 j。
    kernels = torch.ones(12, 3, 1, 1)
    one_each = torch.eye(12)[:, :, None, None]
    once = F.conv2d(one_each, kernels, groups=4)
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
        A $1\times 1$ layer has as many output channels as input channels, and its matrix is invertible. Build the layer that computes the input from the output, and mind the bias.
    """,
    zh=r"""
        一个 $1\times 1$ 的层，输出通道与输入通道一样多，它的矩阵可逆。请造出能由输出算回输入的一层，别忘了偏置。
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
            "The matrix is the inverse of `weight[:, :, 0, 0]`. Choose the constant so that $y = b$ becomes 0.",
            "这个矩阵是 `weight[:, :, 0, 0]` 的逆。选取常数，使 $y = b$ 变成 0。",
        ),
    ],
    mistakes=[
        Mistake(
            "bias from the other side",
            "The inverse matrix is on the wrong side of the bias: `bias @ M` is not `M @ bias`.",
            "逆矩阵与偏置相乘的次序反了：`bias @ M` 不等于 `M @ bias`。",
            lambda weight, bias: (undone(weight, bias)[0], -bias @ weight[:, :, 0, 0].inverse()),
        ),
        Mistake(
            "bias only negated",
            "You subtract the old bias after applying the inverse matrix. Then the bias has to be multiplied by that matrix, too.",
            "原来的偏置是在乘过逆矩阵之后才减去的，所以它自己也要乘那个矩阵。",
            lambda weight, bias: (undone(weight, bias)[0], -bias),
        ),
        Mistake(
            "bias added again",
            "The bias has the wrong sign: it has to be subtracted, not added again.",
            "偏置的符号反了：应当把它减掉，而不是再加一次。",
            lambda weight, bias: undone(weight, bias, sign=1),
        ),
        Mistake(
            "transposed instead of inverted",
            "The transpose undoes a rotation, but not every invertible matrix. Here you need the inverse.",
            "转置能还原旋转，却不能还原任意的可逆矩阵。这里需要的是逆矩阵。",
            lambda weight, bias: (weight.transpose(0, 1), -weight[:, :, 0, 0].T @ bias),
        ),
        Mistake(
            "window inverted",
            "You invert along the window's two axes, which hold a single number, so you get reciprocals. Invert the matrix over the channels.",
            "你求逆的是窗口，里面只有一个数，得到的只是倒数。应当对通道之间的那个矩阵求逆。",
            lambda weight, bias: (weight.inverse(), -weight.inverse()[:, :, 0, 0] @ bias),
        ),
        Mistake(
            "window axes missing",
            "The numbers are right, but the weight of a layer has four axes: the last two, for the window, are missing.",
            "数值是对的，但层的权重有四条轴：缺了最后两条，也就是窗口的轴。",
            lambda weight, bias: (undone(weight, bias)[0][:, :, 0, 0], undone(weight, bias)[1]),
        ),
    ],
)
def undo(weight: torch.Tensor, bias: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """For weight (c, c, 1, 1) and bias (c,): weight and bias of the layer that undoes it, in the same shapes.

    zh: 已知一层的 weight（形状为 (c, c, 1, 1)）和 bias（形状为 (c,)）；返回能由输出算回输入的那一层的权重和偏置，形状相同。

    >>> undo(torch.full((1, 1, 1, 1), 4.0), torch.tensor([12.0]))
    (tensor([[[[0.2500]]]]), tensor([-3.]))
    """
    # From y = M x + b follows x = M⁻¹ y - M⁻¹ b.
    # zh: # 由 y = M x + b 得 x = M⁻¹ y - M⁻¹ b。
    inverse = weight[:, :, 0, 0].inverse()
    return inverse[:, :, None, None], -inverse @ bias


@choice(
    en=r"""
        A $1\times 1$ layer with many channels is computed twice on a CPU, once as a convolution and once as a matrix product. Are the two results equal to the last bit?
    """,
    zh=r"""
        同一个 $1\times 1$ 的层，通道很多，在 CPU 上一次用卷积算，一次用矩阵乘法算。两个结果逐位相等吗？
    """,
    options={
        "a": ("yes, always: the same products are added", "总是相等：加起来的是同样的乘积"),
        "b": (
            "not always: the order of the additions may differ, and each is rounded, in `float64` as well as in `float32`",
            "不一定：相加的次序可能不同，而每次加法都要舍入；`float64` 和 `float32` 都是如此",
        ),
        "c": ("not always in `float32`, but always in `float64`", "用 `float32` 不一定相等，用 `float64` 总是相等"),
        "d": (
            "no: a convolution is an approximation",
            "不相等：卷积只是一种近似",
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
        "Each addition is rounded, so the last digits depend on the order, and a program chooses an order that is fast. That is why we "
        "compare with a tolerance. On recent NVIDIA GPUs the difference is larger: PyTorch lets cuDNN round the factors of a convolution to "
        "TF32, which keeps about three decimal digits, unless `torch.backends.cudnn.allow_tf32` is off.",
        "每次加法都要舍入，所以最后几位取决于次序，而程序会选一个算得快的次序。我们比较时要留一点误差，原因就在这里。"
        "在较新的 NVIDIA GPU 上差别更大：PyTorch 默认允许 cuDNN 把卷积的因子舍入到 TF32，只保留约三位十进制有效数字，"
        "除非关掉 `torch.backends.cudnn.allow_tf32`。",
    ),
    wrong={
        "a": (
            "The products are the same, but each addition is rounded, so the sum depends on the order of the additions.",
            "乘积确实相同，但每次加法都要舍入，所以和与相加的次序有关。",
        ),
        "c": (
            "`float64` rounds as well, at about the 16th digit instead of the 7th.",
            "`float64` 同样要舍入，大约在第 16 位，而不是第 7 位。",
        ),
        "d": (
            "Both compute the same sums of products. On a CPU, the results of section 4 differ by less than one millionth.",
            "两者算的是同样的乘积之和。第 4 节里，在 CPU 上两个结果相差不到百万分之一。",
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
        After training, batch normalisation multiplies each output channel of a convolution by one number and adds another number. Build one layer that replaces the convolution and this step.
    """,
    zh="""
        训练结束后，批归一化所做的就是：卷积的每个输出通道各乘一个数，再各加一个数。请造出一层，把卷积和这一步一起做完。
    """,
    case=layer_and_step,
    truth=by_fusing,
    hints=[
        (
            "Write both steps for one output channel: `scale[o] * (... + bias[o]) + shift[o]`. Expand the bracket.",
            "对一个输出通道写出两步：`scale[o] * (... + bias[o]) + shift[o]`。把括号展开。",
        ),
        (
            "All weights of kernel `o` are multiplied by `scale[o]`. Which of the four axes does `o` count?",
            "卷积核 `o` 的所有权重都乘以 `scale[o]`。`o` 数的是四条轴中的哪一条？",
        ),
    ],
    mistakes=[
        Mistake(
            "bias not scaled",
            "The bias is part of what is scaled, so it has to be multiplied by `scale` as well.",
            "原来的偏置也属于要缩放的部分，所以它也要乘以 `scale`。",
            lambda weight, bias, scale, shift: (weight * scale[:, None, None, None], bias + shift),
        ),
        Mistake(
            "shift scaled",
            "`shift` is added after the multiplication, so it must not be multiplied by `scale`.",
            "`shift` 是在乘过之后才加的，所以它不用乘以 `scale`。",
            lambda weight, bias, scale, shift: (weight * scale[:, None, None, None], scale * (bias + shift)),
        ),
        Mistake(
            "scale on the input channels",
            "You multiply along the input channels. `scale` belongs to the outputs, the first axis: `scale[:, None, None, None]`.",
            "`scale` 用在了输入通道上。它属于输出，也就是第一条轴：`scale[:, None, None, None]`。",
            lambda weight, bias, scale, shift: (weight * scale[:, None, None], scale * bias + shift),
        ),
        Mistake(
            "scale on the columns",
            "You multiply along the last axis, the columns of the window. `scale` belongs to the first: `scale[:, None, None, None]`.",
            "`scale` 用在了最后一条轴，也就是窗口的列上。它属于第一条轴：`scale[:, None, None, None]`。",
            lambda weight, bias, scale, shift: (weight * scale, scale * bias + shift),
        ),
        Mistake(
            "weights not scaled",
            "Your weights are unchanged. What they contribute is scaled as well, so multiply them, too.",
            "你没有改变权重。权重的贡献同样要缩放，所以权重也要乘。",
            lambda weight, bias, scale, shift: (weight, scale * bias + shift),
        ),
    ],
)
def fold(
    weight: torch.Tensor, bias: torch.Tensor, scale: torch.Tensor, shift: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    """Weight (c_o, c_i, k_h, k_w) and bias (c_o,) of the layer that computes scale * conv(x) + shift.

    zh: 返回算出 scale * conv(x) + shift 的那一层的权重（形状为 (c_o, c_i, k_h, k_w)）和偏置（形状为 (c_o,)）。

    scale and shift have the shape (c_o,).

    zh: scale 和 shift 的形状是 (c_o,)。

    >>> three, one = torch.full((1, 1, 1, 1), 3.0), torch.tensor([1.0])
    >>> fold(three, one, torch.tensor([2.0]), torch.tensor([5.0]))
    (tensor([[[[6.]]]]), tensor([7.]))
    """
    # scale·(K∗x + b) + shift = (scale·K)∗x + (scale·b + shift), one scale for each output channel.
    # zh: # scale·(K∗x + b) + shift = (scale·K)∗x + (scale·b + shift)，每个输出通道一个 scale。
    return scale[:, None, None, None] * weight, scale * bias + shift


def images_and_kernels(draw):
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
        Compute the whole output of a layer, bias included, with **one** matrix product, as some libraries do: flatten each window with all its channels.
        Use no Python loop and no ready-made convolution, neither PyTorch's (`F.conv2d`) nor ours (`d2l.corr2d` and its relatives).
    """,
    zh="""
        用**一次**矩阵乘法算出一层的全部输出，偏置也包括在内，有的程序库就是这样算的：把每个窗口连同它的全部通道一起展平。
        不要用任何 Python 循环，也不要用现成的卷积，不论是 PyTorch 的（`F.conv2d`），还是我们自己的（`d2l.corr2d` 之类）。
    """,
    case=images_and_kernels,
    also=[(torch.tensor([[[1.0, 2.0]], [[3.0, 4.0]]]), torch.tensor([1.0, 10.0]).reshape(1, 2, 1, 1), torch.ones(1))],
    truth=lambda X, K, bias: F.conv2d(X[None], K, bias)[0],
    loops=False,
    hints=[
        (
            "Each kernel is a block of $c_i k_h k_w$ numbers, and so is each window. Flatten both. Which matrix product do you need?",
            "每个卷积核是由 $c_i k_h k_w$ 个数组成的一块，每个窗口也是。把两者都展平，需要做什么样的矩阵乘法？",
        ),
        (
            "Kernels as rows: `K.flatten(1)`. Windows as columns: `unfold` along axis 1 and along axis 2 cuts them out, with shape "
            "(c_i, h, w, k_h, k_w). Bring the axes into the order of the kernel before you flatten.",
            "卷积核作行：`K.flatten(1)`。窗口作列：沿轴 1 和轴 2 各做一次 `unfold` 就能切出来，形状是 (c_i, h, w, k_h, k_w)。"
            "展平之前，先把轴排成卷积核的次序。",
        ),
        (
            "The columns are `windows.permute(0, 3, 4, 1, 2).reshape(-1, h * w)`. Multiply, add `bias[:, None]`, and reshape to "
            "(c_o, h, w).",
            "各列是 `windows.permute(0, 3, 4, 1, 2).reshape(-1, h * w)`。相乘，加上 `bias[:, None]`，再变回 (c_o, h, w)。",
        ),
    ],
    mistakes=[
        Mistake(
            "channels last in the windows",
            "Your windows order their elements differently from the kernels: you put the channels last, and `K` has them first.",
            "窗口里各元素的次序与卷积核的不同：你的窗口把通道放在最后，`K` 把通道放在最前。",
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
            "You exchange inputs and outputs: the kernel's first axis counts the outputs, the second the input channels.",
            "你把输入和输出弄反了：卷积核的第一条轴数的是输出，第二条轴数的才是输入通道。",
            lambda X, K, bias: F.conv2d(X[None], K.transpose(0, 1), bias)[0],
        ),
        Mistake(
            "channels and outputs exchanged",
            "You exchange inputs and outputs: the kernel's first axis counts the outputs, the second the input channels.",
            "你把输入和输出弄反了：卷积核的第一条轴数的是输出，第二条轴数的才是输入通道。",
            lambda X, K, bias: torch.einsum("chwab,coab->ohw", windows_of(X, K), K) + bias[:, None, None],
        ),
        Mistake(
            "places before outputs",
            "The numbers are right but at the wrong positions: your product has the positions in its rows and the output channels in "
            "its columns. Transpose it before `reshape`.",
            "数值是对的，但放错了位置：你的乘积以位置为行、以输出通道为列。`reshape` 之前要先转置。",
            positions_first,
        ),
        Mistake(
            "windows not sorted",
            "The axes are flattened in the order in which `unfold` leaves them, which mixes elements of different windows. Sort the "
            "axes with `permute` first.",
            "各条轴按 `unfold` 留下的次序直接展平，不同窗口的元素就混在了一起。先用 `permute` 排好次序。",
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
    """Output (c_o, h, w) of a layer for X (c_i, rows, columns), with K (c_o, c_i, k_h, k_w) and bias (c_o,).

    zh: 返回一层对 X 的输出（形状为 (c_o, h, w)）；X 的形状是 `(c_i, rows, columns)`，K 是 (c_o, c_i, k_h, k_w)，bias 是 (c_o,)。

    >>> X = torch.tensor([[[1.0, 2.0]], [[3.0, 4.0]]])
    >>> K = torch.tensor([[[[1.0]], [[10.0]]]])
    >>> my_corr2d_multi(X, K, torch.tensor([5.0]))
    tensor([[[36., 47.]]])
    """
    # All windows, shape (c_i, h, w, k_h, k_w).
    # zh: # 全部窗口，形状为 (c_i, h, w, k_h, k_w)。
    windows = X.unfold(1, K.shape[2], 1).unfold(2, K.shape[3], 1)
    h, w = windows.shape[1:3]
    # Each window becomes a column, its elements in the same order as those of a kernel.
    # zh: # 每个窗口变成一列，其中各元素的次序与卷积核里的相同。
    columns = windows.permute(0, 3, 4, 1, 2).reshape(-1, h * w)
    # One row for each output, so there is one bias for each row.
    # zh: # 每个输出一行，所以每行一个偏置。
    return (K.flatten(1) @ columns + bias[:, None]).reshape(len(K), h, w)


@choice(
    en=r"""
        Two layers with one channel follow each other directly, with nothing in between. Each has a $2\times 2$ kernel, stride 1, no padding and no bias. Which of these kernels can the two layers together reproduce
        exactly: Sobel's `[[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]`, the mean over $3\times 3$ pixels, the mean over $4\times 4$ pixels? (You need to factorise polynomials. With $x$ for
        a step right and $y$ for a step down, a kernel is a polynomial: `[[1, 1], [1, 1]]` is $1 + x + y + xy$.)
    """,
    zh=r"""
        设有两层，都只有一个通道，卷积核都是 $2\times 2$，步幅 1，无填充，无偏置，中间什么也没有。下面三个卷积核，哪些能由这两层精确地实现：
        Sobel 的 `[[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]`、对 $3\times 3$ 个像素求平均、对 $4\times 4$ 个像素求平均？（要用到多项式的因式分解：用 $x$ 表示右移一步，$y$ 表示下移一步，卷积核就是一个多项式，例如 `[[1, 1], [1, 1]]` 就是 $1 + x + y + xy$。）
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
            "How large is the merged kernel of two 2×2 kernels? That decides one of the three.",
            "两个 2×2 的卷积核合并后有多大？由此可以断定三个中的一个。",
        ),
        (
            "Write a row of a kernel as a polynomial, [1, 2, 1] as $1 + 2x + x^2$. Then merging two layers is multiplying, and splitting a "
            "kernel is factorising. Columns are polynomials in $y$.",
            "把卷积核的一行写成多项式，[1, 2, 1] 写成 $1 + 2x + x^2$。这样，合并两层就是相乘，拆开卷积核就是因式分解。列则是 $y$ 的多项式。",
        ),
        (
            "The mean is $(1 + x + x^2)(1 + y + y^2)/9$. Does $1 + x + x^2$ have real factors of degree 1? And the factors of Sobel's "
            "$(x^2 - 1)(1 + 2y + y^2)$?",
            "求平均的卷积核是 $(1 + x + x^2)(1 + y + y^2)/9$。$1 + x + x^2$ 有实系数的一次因式吗？Sobel 的 $(x^2 - 1)(1 + 2y + y^2)$ 呢？",
        ),
    ],
    because=(
        "Sobel is (x - 1)(1 + y) times (x + 1)(1 + y), two 2×2 kernels. For the mean over 3×3 pixels, the factor 1 + x + x² has no real zeros and cannot be split. "
        "In general, two 2×2 kernels have 8 numbers, but scaling one up and the other down by the same factor changes nothing. So 7 free numbers are left, fewer than the 9 of a 3×3 kernel, "
        "and most 3×3 kernels cannot be split.",
        "Sobel 是 (x - 1)(1 + y) 乘以 (x + 1)(1 + y)，正是两个 2×2 的卷积核。对 3×3 个像素求平均的卷积核含有因式 1 + x + x²，它没有实根，拆不开。"
        "一般地说，两个 2×2 的卷积核有 8 个数，而一个放大、另一个按同样的倍数缩小，结果不变，所以只剩 7 个自由的数，而 3×3 的卷积核有 9 个，大多数 3×3 的卷积核都拆不开。",
    ),
    wrong={
        "a": (
            "The merged kernel is not 4×4: an output of the second layer reads 2×2 outputs of the first, and these read 3×3 pixels, 2 + 2 - 1 = 3.",
            "合并后的卷积核不是 4×4：第二层的一个输出读第一层的 2×2 个输出，它们读的是 3×3 个像素，2 + 2 - 1 = 3。",
        ),
        "b": (
            "The size fits, but that is not enough: the 9 numbers of the merged kernel depend on only 8, so not every choice of 9 can "
            "be reached. Try to split the mean.",
            "大小是对的，但这还不够：合并后的 9 个数只取决于 8 个数，不是每一组 9 个数都能得到。试着把求平均的卷积核拆开。",
        ),
        "d": (
            "It is the other way round. Equal numbers do not help; look for real zeros of the polynomials.",
            "正好反过来。各数相等并没有用，要看多项式有没有实根。",
        ),
        "e": (
            "Most kernels cannot be split, but some can: [1, 2, 1] is [1, 1] applied twice.",
            "多数卷积核拆不开，但有些可以：[1, 2, 1] 就是 [1, 1] 用两次。",
        ),
    },
)
def two_small_ones() -> str:
    def what_is_left(K):
        # The merged kernel is linear in B: its 9 numbers are a matrix of shifted copies of A, times the 4 numbers of B.
        # zh: # 合并后的卷积核关于 B 是线性的：它的 9 个数，等于由 A 平移后的副本排成的矩阵，乘以 B 的 4 个数。
        A = torch.randn(20, 2, 2, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
        for _ in range(100):
            A = A / A.norm(dim=(1, 2), keepdim=True)
            copies = [F.pad(A, (j, 1 - j, i, 1 - i)).flatten(1) for i in (0, 1) for j in (0, 1)]
            M, goal = torch.stack(copies, dim=-1), K.double().reshape(1, 9, 1).expand(20, 9, 1)
            # The best B for this A; then the two change roles. 20 random beginnings at once.
            # zh: # 对这个 A 求最好的 B，然后两者互换角色。从 20 个随机的起点同时出发。
            B = torch.linalg.lstsq(M, goal).solution
            A = B.reshape(20, 2, 2)
        return (M @ B - goal).norm(dim=1).min() / K.norm()

    def split(K):
        return bool(what_is_left(K) < 0.01)

    # How many rows of an image does one output of two 2×2 layers depend on?
    # zh: # 经过两个 2×2 的层，一个输出取决于图像的几行？
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
        "The singular values are missing: `U` and `Vh` give directions of length 1, and `S` their sizes.",
        "漏掉了奇异值：`U` 和 `Vh` 给出的是长度为 1 的方向，`S` 才给出大小。",
        without_values,
    ),
    Mistake(
        "singular values twice",
        "The singular values are in both layers. Put them into one of the two, or their square roots into each.",
        "两层里都乘了奇异值。只给其中一层，或者各给一个平方根。",
        values_twice,
    ),
    Mistake(
        "smallest values kept",
        "You keep the smallest singular values. `svd` sorts them from large to small; the largest have to be kept.",
        "你留下的是最小的奇异值。`svd` 从大到小排列，应当留下最大的。",
        smallest_values,
    ),
    Mistake(
        "some kernels kept",
        "You keep `r` of the kernels as they are and give up the others. Look for `r` kernels from which all can be mixed as well as possible.",
        "你原样留下了 `r` 个卷积核，放弃了其余的。应当另找 `r` 个，使全部卷积核都能尽量由它们混合出来。",
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
        Replace a layer with kernel $K$ by two: the first has only $r$ output channels and windows as large as before, the second is a $1\times 1$ layer back to $c_o$ channels.
        Make the sum of squared differences between `in_one(first, second)` of section 7 and $K$ as small as possible. (You need the best approximation of a matrix by a matrix
        of low rank. By the theorem of Eckart and Young, 1936, `torch.linalg.svd` gives it.)
    """,
    zh=r"""
        把卷积核为 $K$ 的一层换成两层：第一层只有 $r$ 个输出通道，窗口大小不变；第二层是 $1\times 1$ 的层，回到 $c_o$ 个通道。
        请使第 7 节的 `in_one(first, second)` 与 $K$ 之差的平方和尽可能小。（要用到矩阵的最佳低秩逼近，根据 Eckart 和 Young 1936 年的定理，它由 `torch.linalg.svd` 给出。）
    """,
    case=kernel_and_rank,
    also=[(torch.ones(4, 3, 2, 2), 1)],
    accepts=as_close_as_possible,
    hints=[
        (
            "What is the formula of the merged kernel, if the second layer is 1×1? Flatten each kernel into a row of a matrix "
            "with `c_o` rows: then it is a product of two matrices. Which shapes do they have?",
            "第二层是 1×1 时，合并后的卷积核写成公式是什么样子？把每个卷积核展平，作为矩阵的一行，矩阵共有 `c_o` 行："
            "它就成了两个矩阵的乘积。这两个矩阵各是什么形状？",
        ),
        (
            "You need the best approximation of a matrix by a matrix of rank `r`. `torch.linalg.svd` with `full_matrices=False` gives its parts.",
            "要在秩为 `r` 的矩阵中，找出最接近给定矩阵的那一个。`torch.linalg.svd` 加上 `full_matrices=False`，就给出它的各个部分。",
        ),
        (
            "Keep `U[:, :r]`, `S[:r]` and `Vh[:r]`. Multiply `S` into one of the other two, and reshape.",
            "要留下的是 `U[:, :r]`、`S[:r]` 和 `Vh[:r]`。把 `S` 乘进另外两个中的一个，再变形。",
        ),
    ],
    mistakes=SQUEEZED_WRONGLY,
)
def squeeze(K: torch.Tensor, r: int) -> tuple[torch.Tensor, torch.Tensor]:
    """The two layers closest to K (c_o, c_i, k_h, k_w), with r channels in between.

    zh: 最接近 K 的两层，中间有 r 个通道；K 的形状是 (c_o, c_i, k_h, k_w)。

    Returns first (r, c_i, k_h, k_w) and second (c_o, r, 1, 1).

    zh: 返回 `first`（形状为 (r, c_i, k_h, k_w)）和 `second`（形状为 (c_o, r, 1, 1)）。

    >>> first, second = squeeze(torch.ones(4, 3, 2, 2), 1)
    >>> (second * first).round(decimals=3).unique()
    tensor([1.])
    """
    # With each kernel as a row, the two layers are a product of rank r. The r largest singular values give the best one.
    # zh: # 每个卷积核作一行，两层就是秩为 r 的乘积。保留最大的 r 个奇异值，近似得最好。
    U, S, Vh = torch.linalg.svd(K.flatten(1), full_matrices=False)
    first = (S[:r, None] * Vh[:r]).reshape(r, *K.shape[1:])
    return first, U[:, :r, None, None]
