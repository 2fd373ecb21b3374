"""Exercises of chapter 09, LeNet."""

import copy
import functools

import torch
from torch import nn

import d2lutil as d2l

from .engine import choice, exercise, prediction
from .engine.mistakes import BIAS_FORGOTTEN, PADDING_ONCE, Mistake

NOT_A_NETWORK = (
    "Your function must return a network, an `nn.Module`, such as `nn.Sequential(...)`.",
    "你的函数应当返回一个网络，即 `nn.Module`，例如 `nn.Sequential(...)`。",
)


def complaint_about_size(net, X):
    """Why the network does not give ten scores for each picture, or None."""
    if not isinstance(net, nn.Module):
        return NOT_A_NETWORK
    shape = tuple(X.shape)
    try:
        with torch.no_grad():
            answer = net.eval()(X)
    except (RuntimeError, ValueError, TypeError, NotImplementedError) as error:
        reason = str(error).splitlines()[0]
        return (
            f"Your network refuses a batch of shape {shape}: {reason}",
            f"你的网络接受不了形状为 {shape} 的批量：{reason}",
        )
    if tuple(answer.shape) != (len(X), 10):
        got = tuple(answer.shape)
        return (
            f"For a batch of shape {shape} your network gives shape {got}; ten scores for each picture are asked for.",
            f"对形状为 {shape} 的批量，你的网络给出形状 {got}；应当是每张图像十个得分。",
        )
    return None


def without_padding():
    """LeNet whose first convolution has no padding; the flattened maps are fitted to it."""
    net = d2l.lenet(nn.ReLU, nn.MaxPool2d)
    net[0] = nn.Conv2d(1, 6, kernel_size=5)
    net[7] = nn.Linear(16 * 4 * 4, 120)
    return net


SIGMOID_KEPT = Mistake(
    "sigmoid kept",
    "The pooling is right, but the sigmoids are still there: put `nn.ReLU` in their place.",
    "汇聚改对了，但 sigmoid 还在：请换成 `nn.ReLU`。",
    lambda: d2l.lenet(nn.Sigmoid, nn.MaxPool2d),
)
MEAN_KEPT = Mistake(
    "mean kept",
    "The activations are right, but the pooling still takes means: put `nn.MaxPool2d` in its place.",
    "激活改对了，但汇聚还在取平均：请换成 `nn.MaxPool2d`。",
    lambda: d2l.lenet(nn.ReLU, nn.AvgPool2d),
)
NOTHING_REPLACED = Mistake(
    "nothing replaced",
    "That is still the classic network of section 1, with sigmoids and means.",
    "这还是第 1 节的经典网络：sigmoid 加平均汇聚。",
    lambda: d2l.lenet(),
)
SCORES_CUT = Mistake(
    "activation on the scores",
    "An activation follows the last layer. The ten scores may be negative: leave them as they are.",
    "最后一层之后还有激活。十个得分可以是负数，原样交出去就好。",
    lambda: nn.Sequential(*d2l.lenet(nn.ReLU, nn.MaxPool2d), nn.ReLU()),
)
SOFTMAX_INSIDE = Mistake(
    "softmax inside",
    "A softmax stands at the end. `cross_entropy` takes scores and does that step itself; twice is once too often.",
    "末尾多了一个 softmax。`cross_entropy` 接收的是得分，这一步它自己会做，做两遍就多了一遍。",
    lambda: nn.Sequential(*d2l.lenet(nn.ReLU, nn.MaxPool2d), nn.Softmax(dim=1)),
)
BATCH_NORM = Mistake(
    "batch norm",
    "There is a batch norm in it, as in section 5. Here the 61,706 numbers of the classic network are asked for.",
    "里面有批量规范化层，那是第 5 节的做法。这里要的是经典网络的 61,706 个参数。",
    lambda: d2l.lenet(nn.ReLU, nn.MaxPool2d, batch_norm=True),
)
NO_PADDING = Mistake(
    "padding forgotten",
    "The first convolution has lost its padding of 2: the maps behind it must stay 28 by 28.",
    "第一个卷积漏了填充 2：它后面的特征图应当仍是 28 乘 28。",
    without_padding,
)
OTHER_SCORES = Mistake(
    "other scores",
    "All layers with weights are right, but the scores are not those of a LeNet with ReLU and max pooling. Does a ReLU follow each "
    "convolution and each linear layer but the last, and a max pooling of 2 each convolution?",
    "带权重的层都对，但得分不是用 ReLU 和最大汇聚的 LeNet 该有的。每个卷积层、除最后一个以外的每个全连接层之后都有 ReLU 吗？"
    "每个卷积之后都有窗口为 2 的最大汇聚吗？",
)


def shapes_of(net):
    return sorted(tuple(p.shape) for p in net.parameters())


def is_relu_lenet(net):
    """What is wrong with a network that should be d2l.lenet(nn.ReLU, nn.MaxPool2d), however it is written."""
    X = torch.rand(4, 1, 28, 28, generator=torch.Generator().manual_seed(9))
    if complaint := complaint_about_size(net, X):
        return complaint
    if any(isinstance(layer, nn.modules.batchnorm._BatchNorm) for layer in net.modules()):
        return BATCH_NORM
    if shapes_of(net) == shapes_of(without_padding()):
        return NO_PADDING
    count, wanted = sum(p.numel() for p in net.parameters()), sum(p.numel() for p in d2l.lenet().parameters())
    if shapes_of(net) != shapes_of(d2l.lenet()):
        return (
            f"Your network has {count:,} parameters; LeNet has {wanted:,}.",
            f"你的网络有 {count:,} 个参数；LeNet 有 {wanted:,} 个。",
        )

    weights = {tuple(p.shape): p.detach() for p in net.parameters()}  # no two of LeNet have the same shape

    def answers_like(other):
        with torch.no_grad():
            for p in other.parameters():
                p.copy_(weights[tuple(p.shape)])
            return torch.allclose(net(X), other(X), atol=1e-5)

    if answers_like(d2l.lenet(nn.ReLU, nn.MaxPool2d)):
        return None
    known = (SIGMOID_KEPT, MEAN_KEPT, NOTHING_REPLACED, SCORES_CUT, SOFTMAX_INSIDE)
    return next((mistake for mistake in known if answers_like(mistake.wrong())), OTHER_SCORES)


@exercise(
    effort="warm-up",
    en="""
        Make LeNet modern, layer by layer: ReLU in place of every sigmoid, max pooling in place of every mean, everything else as
        in section 1, without batch norm and without `d2l.lenet`, `with_relu` and `relu_net`. How many parameters will it have?
    """,
    zh="""
        一层一层地写出现代版的 LeNet：sigmoid 全部换成 ReLU，平均汇聚全部换成最大汇聚，其余与第 1 节相同，
        不加批量规范化，也不用 `d2l.lenet`、`with_relu` 和 `relu_net`。它会有多少个参数？
    """,
    accepts=is_relu_lenet,
    without=("lenet", "with_relu", "relu_net"),
    hints=[
        (
            "Take the network of section 1. How many of its twelve layers have to change, and what happens to its weights?",
            "从第 1 节的网络出发。十二层里要改几层？权重又会怎样？",
        ),
        (
            "`nn.ReLU()` for each `nn.Sigmoid()`, `nn.MaxPool2d(2)` for each `nn.AvgPool2d(2)`. Neither has weights.",
            "每个 `nn.Sigmoid()` 换成 `nn.ReLU()`，每个 `nn.AvgPool2d(2)` 换成 `nn.MaxPool2d(2)`。它们都没有权重。",
        ),
    ],
    mistakes=[SIGMOID_KEPT, MEAN_KEPT, NOTHING_REPLACED, SCORES_CUT, SOFTMAX_INSIDE, BATCH_NORM, NO_PADDING],
    because=(
        "Activation and pooling have no weights, so the number of parameters stays 61,706, and no shape changes.",
        "激活和汇聚没有权重，所以参数仍是 61,706 个，形状也都不变。",
    ),
)
def relu_lenet() -> nn.Module:
    """LeNet with ReLU and max pooling: from (batch, 1, 28, 28) to ten scores, (batch, 10).

    >>> relu_lenet()(torch.zeros(2, 1, 28, 28)).shape
    torch.Size([2, 10])
    """
    return nn.Sequential(
        nn.Conv2d(1, 6, kernel_size=5, padding=2),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(6, 16, kernel_size=5),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(16 * 5 * 5, 120),
        nn.ReLU(),
        nn.Linear(120, 84),
        nn.ReLU(),
        # No activation behind the scores: they may be negative.
        # zh: # 得分后面不再加激活：得分可以是负数。
        nn.Linear(84, 10),
    )


@choice(
    en="""
        Weights cost memory, multiplications cost time. Which layer of LeNet has the most weights, and which needs the most
        multiplications for one picture? (Count a multiplication for every cell under a window, padded ones too.)
    """,
    zh="""
        权重占内存，乘法花时间。LeNet 的哪一层权重最多？处理一张图像，哪一层的乘法最多？
        （窗口下的每一格算一次乘法，填充的格也算。）
    """,
    options={
        "a": (
            "the first linear layer has the most weights and needs the most multiplications",
            "第一个全连接层权重最多，乘法也最多",
        ),
        "b": (
            "the first linear layer has the most weights, the second convolution needs the most multiplications",
            "第一个全连接层权重最多，第二个卷积乘法最多",
        ),
        "c": (
            "the second convolution has the most weights, the first linear layer needs the most multiplications",
            "第二个卷积权重最多，第一个全连接层乘法最多",
        ),
        "d": (
            "the first linear layer has the most weights, the first convolution needs the most multiplications, since its maps are the largest",
            "第一个全连接层权重最多，第一个卷积乘法最多，因为它的特征图最大",
        ),
    },
    hints=[
        (
            "A weight of a linear layer is used once for a picture. And a weight of a convolution?",
            "处理一张图像时，全连接层的一个权重只用一次。卷积的一个权重呢？",
        ),
        (
            "A weight of a convolution is used once for every cell of its output map: 28 · 28 times in the first, 10 · 10 in the second.",
            "卷积的一个权重，在输出特征图的每一格都要用一次：第一个卷积是 28 · 28 次，第二个是 10 · 10 次。",
        ),
    ],
    because=(
        "The first linear layer has 48,000 weights, each used once. The second convolution has only 2,400, each used 100 times: "
        "240,000 multiplications, twice as many as the first convolution's 117,600. Sharing saves memory, not arithmetic.",
        "第一个全连接层有 48,000 个权重，每个只用一次。第二个卷积只有 2,400 个，每个却要用 100 次：共 240,000 次乘法，"
        "是第一个卷积 117,600 次的两倍。共享权重省的是内存，不是运算。",
    ),
    wrong={
        "a": (
            "It has the most weights, but uses each of them only once. A convolution uses its weights again and again.",
            "它的权重最多，但每个只用一次。卷积会反复使用自己的权重。",
        ),
        "c": (
            "The other way round. Look at the table of section 1 for the weights; then multiply each convolution's by the cells of its map.",
            "正好反了。权重看第 1 节的表；再把每个卷积的权重数乘以它的特征图的格数。",
        ),
        "d": (
            "Its maps are the largest, but they need few weights: only 150. Multiply the two for both convolutions.",
            "它的特征图最大，但权重很少，只有 150 个。请对两个卷积都把这两个数乘起来。",
        ),
    },
)
def heaviest_layers() -> str:
    X, weights, products = torch.zeros(1, 1, 28, 28), [], []
    for layer in d2l.lenet():
        X = layer(X)
        if hasattr(layer, "weight"):
            weights.append(layer.weight.numel())
            # Every weight is used once for each cell of a map; a linear layer's maps have one cell.
            # zh: # 特征图的每一格都要把每个权重用一次；全连接层的“特征图”只有一格。
            products.append(layer.weight.numel() * X[0, 0].numel())
    # Two convolutions, 0 and 1, then three linear layers, 2 to 4.
    # zh: # 先是两个卷积 0 和 1，再是三个全连接层 2 到 4。
    most = weights.index(max(weights)), products.index(max(products))
    return {(2, 2): "a", (2, 1): "b", (1, 2): "c", (2, 0): "d"}[most]


def cells_that_matter():
    """How many columns of the picture have a gradient, seen from the middle cell behind the second pooling."""
    net = nn.Sequential(*(layer for layer in d2l.lenet()[:6] if not isinstance(layer, nn.Sigmoid)))
    for p in net.parameters():
        nn.init.ones_(p)
    X = torch.ones(1, 1, 28, 28, requires_grad=True)
    net(X)[0, 0, 2, 2].backward()
    return int(X.grad[0, 0].any(dim=0).sum())


@exercise(
    en="""
        How far does one cell of the second pooling layer see? Work it out with the recursion of chapter 02; no need to
        call `d2l.receptive_field`.
    """,
    zh="""
        第二个汇聚层的一格能看多远？请用第 02 章的递推算出来，不必调用 `d2l.receptive_field`。
    """,
    also=[()],
    truth=cells_that_matter,
    hints=[
        (
            "Four layers have a window: two convolutions and two poolings. What are their strides?",
            "有窗口的是四层：两个卷积、两个汇聚。它们的步幅各是多少？",
        ),
        (
            "Begin with one cell. Each layer adds (window - 1) times the step so far; then the step is multiplied by the stride.",
            "从一格开始。每层增加 (窗口 - 1) 乘以当前步长；然后步长乘以步幅。",
        ),
        (
            "Sizes behind the first three layers: 5, 6 and 14. The step is 2 until the second pooling has been counted.",
            "前三层之后，感受野的大小依次是 5、6、14。在算完第二个汇聚之前，步长都是 2。",
        ),
    ],
    mistakes=[
        Mistake(
            "stride ignored",
            "Without the strides it would be that. Behind the first pooling, neighbours lie 2 cells apart in the picture.",
            "不计步幅才是这个数。第一个汇聚之后，相邻两格在图像中相隔 2 格。",
            lambda: 1 + 4 + 1 + 4 + 1,
        ),
        Mistake(
            "second pooling forgotten",
            "That is the field behind the second convolution (or the sum of the windows). The second pooling looks further still.",
            "这是第二个卷积之后的感受野（也是各窗口之和）。第二个汇聚还要看得更远。",
            lambda: 1 + 4 + 1 + 4 * 2,
        ),
        Mistake(
            "stride too early",
            "A pooling's stride does not widen its own window: it counts from the next layer on.",
            "汇聚的步幅不会加宽它自己的窗口，从下一层起才起作用。",
            lambda: 1 + 4 + 2 + 4 * 2 + 4,
        ),
        Mistake(
            "size of the map",
            "That is how many cells the map has. The question is what one of them sees.",
            "这是特征图的格数。问的是其中一格能看到多少。",
            lambda: 5,
        ),
    ],
)
def field_of_last_map() -> int:
    """Cells of the picture, along one axis, that one cell behind the second pooling sees.

    >>> 5 < field_of_last_map() < 28
    True
    """
    size, step = 1, 1
    for window, stride in [(5, 1), (2, 2), (5, 1), (2, 2)]:
        # window cells are window - 1 steps from the first to the last.
        # zh: # 从第一格到最后一格共 window - 1 步。
        size += (window - 1) * step
        step *= stride
    return size


def first_above_half(accuracies):
    places = (torch.tensor(accuracies, dtype=torch.float64) > 0.5).nonzero()
    return int(places[0]) + 1 if len(places) else None


A_NUMBER_FOR_NEVER = Mistake(
    "a number for never",
    "If the accuracy never passes one half, return `None`: a number could be mistaken for an answer.",
    "如果准确率始终没有超过一半，请返回 `None`：返回一个数会被误认为是答案。",
)


def stays_above(accuracies):
    below = [epoch for epoch, accuracy in enumerate(accuracies, 1) if accuracy <= 0.5]
    first = below[-1] + 1 if below else 1
    return first if first <= len(accuracies) else None


@exercise(
    en="""
        Patience: after which epoch does the test accuracy of a training pass 50% for the first time? Return `None` if it never does.
        When your function is right, let the classic network train for 150 epochs (a minute or so) and ask:
        `wakes_up(d2l.fit(d2l.lenet().apply(d2l.init_cnn), train, test, epochs=150, lr=0.9).test_acc)`.
    """,
    zh="""
        耐心：一次训练的测试准确率，第一次超过 50% 是在第几轮之后？如果始终没有，就返回 `None`。
        函数写对之后，让经典网络训练 150 轮（一分钟左右），问问它：
        `wakes_up(d2l.fit(d2l.lenet().apply(d2l.init_cnn), train, test, epochs=150, lr=0.9).test_acc)`。
    """,
    case=lambda draw: ([draw.size(1, 9) / 10 for _ in range(draw.size(1, 7))],),
    also=[([],), ([0.5],), ([0.1, 0.5, 0.7, 0.4, 0.9],), ([0.1, 0.2],)],
    truth=first_above_half,
    hints=[
        (
            "Go through the epochs in their order. When do you know the answer, and when do you know that there is none?",
            "按顺序一轮一轮看。什么时候就知道答案了？什么时候才知道没有答案？",
        ),
        (
            "`enumerate(..., 1)` counts from 1; `return` ends the search.",
            "`enumerate(..., 1)` 从 1 数起；`return` 结束寻找。",
        ),
    ],
    mistakes=[
        Mistake(
            "counted from 0",
            "The epochs are counted from 1: the first one is not epoch 0.",
            "轮数从 1 数起：第一轮不是第 0 轮。",
            lambda accuracies: None if first_above_half(accuracies) is None else first_above_half(accuracies) - 1,
        ),
        Mistake(
            "half is enough",
            "Exactly one half is not above one half.",
            "恰好一半不算超过一半。",
            lambda accuracies: next((n for n, accuracy in enumerate(accuracies, 1) if accuracy >= 0.5), None),
        ),
        Mistake(
            "best epoch",
            "That is the best epoch. The question is for the first one above one half.",
            "这是最好的一轮。问的是第一次超过一半的那一轮。",
            lambda accuracies: 1 + accuracies.index(max(accuracies)) if first_above_half(accuracies) else None,
        ),
        Mistake(
            "stays above",
            "That is the epoch from which the accuracy never falls back. The first time is asked for.",
            "这是此后再也没有跌回来的那一轮。问的是第一次。",
            stays_above,
        ),
        Mistake(
            "last time",
            "That is the last epoch above one half. The first one is asked for.",
            "这是最后一个超过一半的轮次。问的是第一个。",
            lambda accuracies: max((n for n, accuracy in enumerate(accuracies, 1) if accuracy > 0.5), default=None),
        ),
        A_NUMBER_FOR_NEVER.made_by(lambda accuracies: first_above_half(accuracies) or 0),
        A_NUMBER_FOR_NEVER.made_by(lambda accuracies: first_above_half(accuracies) or -1),
        A_NUMBER_FOR_NEVER.made_by(lambda accuracies: first_above_half(accuracies) or len(accuracies)),
        A_NUMBER_FOR_NEVER.made_by(lambda accuracies: first_above_half(accuracies) or len(accuracies) + 1),
    ],
)
def wakes_up(test_accuracies: list[float]) -> int | None:
    """The first epoch, counted from 1, that ends above one half.

    >>> wakes_up([0.1, 0.6])
    2
    """
    for epoch, accuracy in enumerate(test_accuracies, start=1):
        # The first one ends the search, whatever comes later.
        # zh: # 遇到第一个就停，以后怎样都不管。
        if accuracy > 0.5:
            return epoch
    return None


@prediction(
    en="""
        Why does it stay on its plateau? On its way from the loss to the first convolution the gradient is multiplied by the slope of
        every sigmoid that it passes. Leave the weights and the poolings aside: even if each sigmoid happens to be where it is steepest, only one
        part in how many comes through?
    """,
    zh="""
        它为什么停在平台上？梯度从损失传回第一个卷积，每经过一个 sigmoid，就要乘以它的斜率。
        权重和汇聚都不算：即使每个 sigmoid 恰好都在最陡的地方，传回来的也只剩几分之一？
    """,
    tolerance=1e-6,
    hints=[
        (
            "How steep is a sigmoid where it is steepest? And how many of them lie on the way?",
            "sigmoid 最陡的地方斜率是多少？一路上要经过几个？",
        ),
        (
            "Slopes of layers that follow each other are multiplied, not added.",
            "一层接一层，斜率是相乘，不是相加。",
        ),
        (
            "The slope is s(1 - s) with s between 0 and 1, largest at s = 1/2. Section 1 shows the sigmoids: count them.",
            "斜率是 s(1 - s)，其中 s 在 0 和 1 之间，s = 1/2 时最大。第 1 节列出了所有的 sigmoid，数一数。",
        ),
    ],
    because=(
        "Four sigmoids, each with a slope of at most 1/4: at best 1/256 comes through, and less wherever a sigmoid is not in its "
        "middle. A ReLU has slope 1 where it is active, so nothing is lost there.",
        "四个 sigmoid，每个的斜率至多 1/4：最好的情况下也只剩 1/256；只要有一个 sigmoid 不在正中，还会更少。"
        "ReLU 在激活处的斜率是 1，在那里什么也不会损失。",
    ),
    mistakes=[
        Mistake(
            "sixteen",
            "Slopes of layers that follow each other are multiplied, not added. (Or did you count the sigmoids of the convolutions alone, or "
            "take the value at 0, one half, for the slope?)",
            "一层接一层，斜率要相乘，不是相加。（或者只数了卷积后面的 sigmoid？又或者把它在 0 处的值二分之一当成了斜率？）",
            lambda: 4 + 4 + 4 + 4,
        ),
        Mistake(
            "one sigmoid too many",
            "That would be five sigmoids, one for each layer with weights. The last layer has none: its scores go out as they are.",
            "那是五个 sigmoid，每个带权重的层一个。最后一层没有：它的得分原样输出。",
            lambda: 1024,
        ),
        Mistake(
            "one sigmoid too few",
            "That would be three sigmoids. Count again, and do not leave out those of the linear layers.",
            "那是三个 sigmoid。再数一遍，别漏掉全连接层后面的。",
            lambda: 64,
        ),
        Mistake(
            "one sigmoid only",
            "That much comes through one sigmoid. How many lie on the way?",
            "经过一个 sigmoid 才是这么多。一路上有几个？",
            lambda: 4,
        ),
        Mistake(
            "the part itself",
            "That is the part. One part in how many?",
            "这是分数本身。问的是几分之一：请写分母。",
            lambda: 1 / 256,
        ),
    ],
)
def one_part_in() -> int:
    """a whole number: 10 would mean one tenth"""
    # The steepest slope of a sigmoid, found by autograd at many places.
    # zh: # 用自动求导在许多位置求出 sigmoid 的斜率，取最大的。
    x = torch.linspace(-8, 8, 1601, requires_grad=True)
    torch.sigmoid(x).sum().backward()
    sigmoids = sum(isinstance(layer, nn.Sigmoid) for layer in d2l.lenet())
    return round(1 / x.grad.max().item() ** sigmoids)


def one_hot_product(truth, answers, classes):
    rows, columns = nn.functional.one_hot(truth, classes), nn.functional.one_hot(answers, classes)
    return (rows.double().T @ columns.double()).long()


def each_pair_once(truth, answers, classes):
    table = torch.zeros(classes, classes, dtype=torch.long)
    table[truth, answers] += 1
    return table


def labels_and_answers(draw):
    classes, n = draw.size(2, 4), draw.size(0, 9)
    return *(draw.tensor(n, low=0, high=classes - 1).long() for _ in range(2)), classes


@exercise(
    en="""
        The confusion matrix, without `bincount`: entry (i, j) counts the digits i that were answered j.
    """,
    zh="""
        不用 `bincount` 算混淆矩阵：元素 (i, j) 是把 i 认作 j 的次数。
    """,
    case=labels_and_answers,
    truth=one_hot_product,
    without=("bincount",),
    hints=[
        (
            "Begin with a table of zeros. Each test digit makes one of its cells grow by 1: which one?",
            "从一张全零的表开始。每个测试数字让其中一格加 1：是哪一格？",
        ),
        (
            "Go through `zip(truth, answers)`. Careful with `table[truth, answers] += 1`: what if a pair occurs twice?",
            "遍历 `zip(truth, answers)`。小心 `table[truth, answers] += 1`：同一对出现两次会怎样？",
        ),
        (
            "Without a loop: compare `truth` with each class, and `answers` with each class; count where both are true.",
            "不用循环的话：把 `truth` 与每个类别比较，`answers` 也与每个类别比较，再数两者同时成立的次数。",
        ),
    ],
    mistakes=[
        Mistake(
            "each pair once",
            "No cell grows above 1. With lists of indices, `+=` writes each cell once, however often it is named.",
            "没有一格超过 1。用索引列表时，`+=` 对每一格只写一次，不管它被点到多少回。",
            each_pair_once,
        ),
        Mistake(
            "answers in the rows",
            "The row is the truth and the column the answer; yours has them exchanged.",
            "行是真实的数字，列是回答；你把两者换了。",
            lambda truth, answers, classes: one_hot_product(answers, truth, classes),
        ),
        Mistake(
            "right answers only",
            "Only the diagonal is filled. The mistakes belong into the table as well.",
            "只填了对角线。认错的也要记进表里。",
            lambda truth, answers, classes: torch.diag(torch.bincount(truth[truth == answers], minlength=classes)),
        ),
        Mistake(
            "mistakes only",
            "The diagonal is empty. The right answers belong into the table as well.",
            "对角线是空的。认对的也要记进表里。",
            lambda truth, answers, classes: one_hot_product(
                truth[truth != answers], answers[truth != answers], classes
            ),
        ),
        Mistake(
            "shares",
            "Each row is divided by its sum. Counts are asked for.",
            "每一行都除以了它的和。这里要的是次数。",
            lambda truth, answers, classes: (
                one_hot_product(truth, answers, classes)
                / one_hot_product(truth, answers, classes).sum(1, keepdim=True).clamp(min=1)
            ),
        ),
    ],
)
def confusion(truth: torch.Tensor, answers: torch.Tensor, classes: int) -> torch.Tensor:
    """Whole numbers, shape (classes, classes), from two tensors of shape (n,), true and answered.

    >>> confusion(torch.tensor([0, 1, 1]), torch.tensor([0, 0, 1]), 2)
    tensor([[1, 0],
            [1, 1]])
    """
    table = torch.zeros(classes, classes, dtype=torch.long)
    # One by one, so that a pair that occurs again is counted again.
    # zh: # 一个一个来，同一对再次出现就再数一次。
    for label, answer in zip(truth, answers, strict=True):
        table[label, answer] += 1
    return table


def least_size(kernel, layers):
    """The smallest picture that leaves one cell at the end."""
    n = 1
    for k in reversed(range(layers)):
        n = 2 * n + (kernel - 1 if k else 0)
    return n


def another_lenet(draw):
    kernel, layers = draw.choice([1, 3, 5]), draw.size(1, 3)
    rows, columns = draw.sizes(0, 9)
    least = least_size(kernel, layers)
    return draw.size(1, 4), (least + rows, least + columns), kernel, [draw.size(1, 8) for _ in range(layers)]


def built_lenet(c_in, size, kernel, maps):
    """Build it, and count."""
    layers, channels = [], c_in
    for k, c_out in enumerate(maps):
        layers += [nn.Conv2d(channels, c_out, kernel, padding=0 if k else kernel // 2), nn.ReLU(), nn.MaxPool2d(2)]
        channels = c_out
    features = nn.Sequential(*layers, nn.Flatten())
    with torch.no_grad():
        cells = features(torch.zeros(1, c_in, *size)).shape[1]
    net = nn.Sequential(features, nn.Linear(cells, 120), nn.Linear(120, 84), nn.Linear(84, 10))
    return sum(p.numel() for p in net.parameters())


def counted_lenet(c_in, size, kernel, maps, *, bias=1, first=2, others=0, pool=2, cells=True):
    """By formula, with whatever mistake the options make; first and others: how often kernel // 2 is padded."""
    total, (rows, columns), channels = 0, size, c_in
    for k, c_out in enumerate(maps):
        total += (channels * kernel**2 + bias) * c_out
        padding = (others if k else first) * (kernel // 2)
        rows, columns = (rows + padding - kernel + 1) // pool, (columns + padding - kernel + 1) // pool
        channels = c_out
    for inputs, outputs in ((channels * rows * columns if cells else channels, 120), (120, 84), (84, 10)):
        total += (inputs + bias) * outputs
    return total


@exercise(
    en="""
        Another window, more maps, one round more or fewer, other pictures: what does it cost? Count the parameters of any such LeNet from its
        sizes alone. Every convolution is followed by a pooling of 2; only the first is padded, by `kernel // 2` on each side (the window is odd); after
        that come linear layers with 120, 84 and 10 outputs. Then look: which layers have to change for CIFAR's colour
        pictures, 3 channels of 32 by 32, and which one pays the most for it?
    """,
    zh="""
        换个窗口，多要几张特征图，多一轮或少一轮，换成别的图像：代价是多少？请只凭这些大小，算出任何这样的 LeNet 的参数个数。
        每个卷积之后都有一个窗口为 2 的汇聚；只有第一个卷积有填充，每侧 `kernel // 2`（窗口是奇数）；
        后面接全连接层，输出个数依次为 120、84 和 10。写好之后看一看：对 CIFAR 的彩色图像，即 3 个通道、32 乘 32，哪些层必须改？哪一层为此付出最多？
    """,
    case=another_lenet,
    also=[(1, (28, 28), 5, [6, 16]), (3, (32, 32), 5, [6, 16]), (3, (32, 24), 3, [8, 16, 8])],
    truth=built_lenet,
    hints=[
        (
            "Section 1 counts by formula. Two things have to be carried along from layer to layer: which?",
            "第 1 节用公式数过。从一层到下一层，有两样东西要带着走：是哪两样？",
        ),
        (
            "The number of maps, and their rows and columns. A convolution has (c_in · kernel · kernel + 1) · c_out numbers.",
            "特征图的个数，以及它们的行数和列数。一个卷积有 (c_in · kernel · kernel + 1) · c_out 个数。",
        ),
        (
            "The padded convolution keeps the size; each other takes `kernel - 1` away; pooling divides by 2 and rounds down. In the end: "
            "(maps · rows · columns + 1) · 120, and twice the same for what follows.",
            "带填充的卷积不改变大小；其他卷积各减少 `kernel - 1`；汇聚除以 2 并向下取整。最后是 (个数 · 行 · 列 + 1) · 120，"
            "后面两层同理。",
        ),
    ],
    mistakes=[
        BIAS_FORGOTTEN.made_by(lambda *case: counted_lenet(*case, bias=0)),
        PADDING_ONCE.made_by(lambda *case: counted_lenet(*case, first=1)),
        Mistake(
            "padding forgotten",
            "The padding of the first convolution is missing: with `kernel // 2` on each side it keeps the picture's size.",
            "漏掉了第一个卷积的填充：每侧填充 `kernel // 2`，图像的大小不变。",
            lambda *case: counted_lenet(*case, first=0),
        ),
        Mistake(
            "padding everywhere",
            "Only the first convolution is padded. Each later one takes `kernel - 1` rows and columns away.",
            "只有第一个卷积有填充。后面的每个卷积都要减少 `kernel - 1` 行和列。",
            lambda *case: counted_lenet(*case, others=2),
        ),
        Mistake(
            "pooling forgotten",
            "The maps are as large as without pooling. It halves rows and columns behind each convolution.",
            "特征图的大小像是没有汇聚一样。每个卷积之后，汇聚都使行数和列数减半。",
            lambda *case: counted_lenet(*case, pool=1),
        ),
        Mistake(
            "one cell for each map",
            "The first linear layer takes every cell of every map, not one number for each map.",
            "第一个全连接层接收的是每张特征图的每一格，而不是每张图一个数。",
            lambda *case: counted_lenet(*case, cells=False),
        ),
        Mistake(
            "one channel only",
            "The picture's channels are ignored. Each kernel of the first convolution reaches through all of them.",
            "没有考虑图像的通道数。第一个卷积的每个卷积核都贯穿所有通道。",
            lambda c_in, size, kernel, maps: counted_lenet(1, size, kernel, maps),
        ),
    ],
)
def lenet_parameters(c_in: int, size: tuple[int, int], kernel: int, maps: list[int]) -> int:
    """Parameters of a LeNet for pictures of shape (c_in, *size); convolution k has maps[k] maps.

    >>> lenet_parameters(1, (28, 28), 5, [6, 16])
    61706
    """
    total, channels = 0, c_in
    rows, columns = size
    for k, c_out in enumerate(maps):
        total += (channels * kernel * kernel + 1) * c_out
        # The padding of the first convolution makes up for what its window takes away.
        # zh: # 第一个卷积的填充正好补上窗口减少的部分。
        lost = kernel - 1 if k > 0 else 0
        rows, columns = (rows - lost) // 2, (columns - lost) // 2
        channels = c_out
    # The only place where the size of the picture matters.
    # zh: # 图像的大小只在这一处起作用。
    sizes = [channels * rows * columns, 120, 84, 10]
    for inputs, outputs in zip(sizes, sizes[1:], strict=False):
        total += (inputs + 1) * outputs
    return total


@choice(
    en="""
        Train your network of exercise 1 on the digits, `d2l.fit(net, train, test, epochs=2, lr=0.003, optimizer=Adam)`, then show it 200 pictures
        that are no digits at all: random grey blotches. What do the ten numbers behind a softmax look like, for most of them? Predict first, then try it: `torch.rand(200, 1, 7, 7)`, enlarged to 28 by 28 with
        `nn.functional.interpolate`. And what does it say to a blank picture?
    """,
    zh="""
        用手写数字训练你在练习 1 中写的网络，`d2l.fit(net, train, test, epochs=2, lr=0.003, optimizer=Adam)`，
        再给它看 200 张根本不是数字的图像：随机的灰色斑块。多数情况下，softmax 之后的十个数会是什么样？
        先猜，再动手试：用 `torch.rand(200, 1, 7, 7)`，再用 `nn.functional.interpolate` 放大到 28 乘 28。另外，对一张空白图像它又会怎么说？
    """,
    options={
        "a": ("all ten are near 0: it is none of the ten", "十个都接近 0：哪个数字都不是"),
        "b": ("all ten are near 0.1: the network cannot tell", "十个都接近 0.1：网络说不准"),
        "c": ("they add up to 1, and one digit gets more than half", "加起来是 1，其中一个数字占了一半以上"),
        "d": ("none: the network raises an error", "一个也没有：网络报错"),
    },
    hints=[
        (
            "Softmax divides ten positive numbers by their sum. What is the sum of the results, whatever the picture?",
            "softmax 把十个正数除以它们的和。不管是什么图像，结果之和是多少？",
        ),
        (
            "Try it: train `relu_lenet()` for two epochs and look at `net(blotches).softmax(1).max(1)` with blotches of your own.",
            "动手试试：把 `relu_lenet()` 训练两轮，自己做一些斑块，看看 `net(blotches).softmax(1).max(1)`。",
        ),
    ],
    because=(
        "The ten always add up to 1: the network has no way to say that it is none of them. And where it has never learned anything, its scores "
        "may lie far apart by accident. Before a blank picture it may hesitate, but hesitating between ten digits is not the answer none. If you need that answer, you have to teach it, for example with an eleventh class.",
        "十个数加起来总是 1：网络没有办法说“都不是”。而在它从没学过的地方，得分也可能碰巧相差很远。面对空白图像，它也许会犹豫，但在十个数字之间犹豫并不等于回答“都不是”。如果需要这个回答，"
        "就得专门教它，比如加上第十一个类别。",
    ),
    wrong={
        "a": (
            "Ten numbers near 0 cannot add up to 1, and behind a softmax they always do.",
            "十个都接近 0 的数加起来不会是 1，而 softmax 之后总是 1。",
        ),
        "b": (
            "That would be an honest answer, but nobody has taught it: in training there was always one right digit.",
            "这样回答倒是诚实，可是没有人教过它：训练时，每张图总有一个正确的数字。",
        ),
        "d": (
            "A network only sees a table of numbers of the right shape. It computes.",
            "网络看到的只是一张形状合适的数字表。它照算不误。",
        ),
    },
)
@functools.cache
def no_digit() -> str:
    train, _ = d2l.load_digits(batch_size=50)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        net = d2l.lenet(nn.ReLU, nn.MaxPool2d).apply(d2l.init_cnn)
        weights = list(net.parameters())
        speeds = [torch.zeros_like(weight) for weight in weights]
        # Gradient descent with momentum does as well as Adam here: two epochs, nine test digits in ten right.
        # zh: # 这里用带动量的梯度下降，和 Adam 一样好：两轮就能认对九成的测试数字。
        for X, y in [*train, *train]:
            gradients = torch.autograd.grad(nn.functional.cross_entropy(net(X), y), weights)
            with torch.no_grad():
                for weight, speed, gradient in zip(weights, speeds, gradients, strict=True):
                    speed *= 0.9
                    speed += gradient
                    weight -= 0.03 * speed
        # 200 pictures of random grey squares, each of 4 by 4 cells.
        # zh: # 200 张由随机灰色方块组成的图像，每块 4 乘 4 格。
        blotches = nn.functional.interpolate(torch.rand(200, 1, 7, 7), (28, 28))
    try:
        with torch.no_grad():
            answers = net(blotches).softmax(dim=1)
    except RuntimeError:
        return "d"
    if answers.sum(dim=1).mean() < 0.5:
        return "a"
    return "c" if answers.max(dim=1).values.median() > 0.5 else "b"


def in_one_line(net):
    """A network in few words, as evidence: the names of its layers."""
    if isinstance(net, nn.Sequential):
        return f"Sequential({', '.join(map(in_one_line, net))})"
    return type(net).__name__ + ("(inplace=True)" if getattr(net, "inplace", False) else "")


class Watched(nn.Sequential):
    """Counts the hooks on its layers as part of its state, so that a check sees it if some are left behind."""

    def get_extra_state(self):
        return sum(len(module._forward_hooks) + len(module._forward_pre_hooks) for module in self.modules())

    def set_extra_state(self, state):
        pass

    def __repr__(self):
        return in_one_line(self)


def small_network(draw):
    """A network with some layers in an inner Sequential, whole weights, and a picture for it."""

    def conv(c_in, c_out, *kernel):
        layer = nn.Conv2d(c_in, c_out, kernel, bias=False)
        layer.weight.data = draw.tensor(c_out, c_in, *kernel, low=-2, high=2)
        return layer

    def relu():
        return nn.ReLU(inplace=draw.choice([True, False]))

    a, b = draw.size(1, 2), draw.size(1, 2)
    inner = [conv(a, b, 1, 1), relu()]
    layers = [conv(1, a, *draw.sizes(1, 2)), relu(), nn.MaxPool2d(2)]
    layers += draw.choice([inner, [nn.Sequential(*inner)], [nn.Sequential(nn.Sequential(inner[0]), inner[1])]])
    X = draw.tensor(draw.size(1, 2), 1, *draw.sizes(3, 6))
    return Watched(*layers, nn.Flatten()), X, draw.choice(["Conv2d", "ReLU", "MaxPool2d", "Flatten"])


def by_prefixes(net, X, kind):
    """Run the layers up to each wanted one afresh."""
    leaves = [module for module in net.modules() if not list(module.children())]
    ends = [k + 1 for k, leaf in enumerate(leaves) if type(leaf).__name__ == kind]
    with torch.no_grad():
        return [nn.Sequential(*copy.deepcopy(leaves[:end]))(X) for end in ends]


def hooked(net, X, kind, keep):
    """What keep(input, output) makes of each wanted layer, by hooks that are taken off again."""
    kept = []
    hooks = [
        module.register_forward_hook(lambda module, inputs, output: kept.append(keep(inputs[0], output)))
        for module in net.modules()
        if type(module).__name__ == kind
    ]
    with torch.no_grad():
        net(X)
    for hook in hooks:
        hook.remove()
    return kept


def top_level_only(net, X, kind):
    kept = []
    for layer in net:
        X = layer(X)
        if type(layer).__name__ == kind:
            kept.append(X.detach().clone())
    return kept


def inputs_kept(net, X, kind):
    """What goes into each wanted layer, kept before the layer runs."""
    kept = []
    for layer in (module for module in net.modules() if not list(module.children())):
        if type(layer).__name__ == kind:
            kept.append(X.detach().clone())
        X = layer(X)
    return kept


@exercise(
    inputs_stay=True,
    en="""
        How does a network answer to different digits, layer by layer? Write a function that hands out what every layer of one kind answers,
        in the order in which they run. It has to find layers inside an inner `nn.Sequential` as well, and leave the network as
        it was. Then compare a 3 with an 8:
        `activations(net, digits[labels == 3][:1], "ReLU")`.
    """,
    zh="""
        对不同的数字，网络的每一层各是怎样回答的？写一个函数，把某一类层的所有输出按运行的先后交出来。
        内层 `nn.Sequential` 里的层也要找到，网络本身则要保持原样。然后比一比 3 和 8：
        `activations(net, digits[labels == 3][:1], "ReLU")`。
    """,
    case=small_network,
    truth=by_prefixes,
    hints=[
        (
            "There are two ways: run the layers yourself, one after the other, and go into each inner `nn.Sequential`; or run the whole network "
            "and let the layers report.",
            "有两条路：自己一层接一层地运行，遇到内层的 `nn.Sequential` 就走进去；或者运行整个网络，让各层自己报告。",
        ),
        (
            "For the second: `net.modules()` goes through all layers, inner ones too, and `layer.register_forward_hook(f)` calls "
            "`f(layer, inputs, output)` whenever the layer has run. Registering gives you a handle; take the hook off with its `remove()`.",
            "走第二条路：`net.modules()` 遍历所有的层，里面的也包括在内；`layer.register_forward_hook(f)` 会在这一层每次运行之后调用 "
            "`f(layer, inputs, output)`。登记时会得到一个句柄，最后用它的 `remove()` 把钩子摘掉。",
        ),
        (
            "Some of the ReLUs work with `inplace=True`: they write over the tensor that they are given. Keep a `clone()`.",
            "有些 ReLU 设了 `inplace=True`：它们会直接改写收到的张量。请保存一份 `clone()`。",
        ),
    ],
    mistakes=[
        Mistake(
            "overwritten",
            "An answer changed after you had kept it: a ReLU with `inplace=True` writes over it. Keep a `clone()`.",
            "你存下的结果后来变了：设了 `inplace=True` 的 ReLU 改写了它。请保存一份 `clone()`。",
            lambda net, X, kind: hooked(net, X, kind, lambda given, answer: answer),
        ),
        Mistake(
            "inputs kept",
            "Those are the inputs of the layers. Their outputs are asked for.",
            "这是各层的输入。这里要的是输出。",
            lambda net, X, kind: hooked(net, X, kind, lambda given, answer: given.clone()),
        ),
        Mistake(
            "inputs kept",
            "Those are the inputs of the layers. Their outputs are asked for.",
            "这是各层的输入。这里要的是输出。",
            inputs_kept,
        ),
        Mistake(
            "each on the picture",
            "Each layer is given the picture. It has to be given what the layer before it answers.",
            "每一层得到的都是原来的图像。它应当得到前一层的输出。",
            lambda net, X, kind: [layer(X.clone()) for layer in net.modules() if type(layer).__name__ == kind],
        ),
        Mistake(
            "top level only",
            "Layers inside an inner `nn.Sequential` are left out. `net.modules()` finds them all.",
            "漏掉了内层 `nn.Sequential` 里的层。用 `net.modules()` 可以全部找到。",
            top_level_only,
        ),
        Mistake(
            "only the last",
            "Only the last layer of the kind is there. Each one's answer is asked for, in their order.",
            "只有这一类中最后一层的结果。这里要的是每一层的结果，按顺序排列。",
            lambda net, X, kind: by_prefixes(net, X, kind)[-1:],
        ),
        Mistake(
            "shapes",
            "Those are the shapes. The answers themselves are asked for.",
            "这是形状。这里要的是结果本身。",
            lambda net, X, kind: [tuple(answer.shape) for answer in by_prefixes(net, X, kind)],
        ),
    ],
)
def activations(net: nn.Sequential, X: torch.Tensor, kind: str) -> list[torch.Tensor]:
    """What each layer whose class has that name answers while net runs on X, in their order.

    >>> net = nn.Sequential(nn.Flatten(), nn.Sequential(nn.ReLU(), nn.Sigmoid()), nn.ReLU())
    >>> activations(net, torch.tensor([[-2.0, 0.0]]), "ReLU")
    [tensor([[0., 0.]]), tensor([[0.5000, 0.5000]])]
    """
    kept = []

    def keep(layer, inputs, output):
        # A copy, because an in-place layer may write over it afterwards.
        # zh: # 存一份副本，因为原地运算的层之后可能改写它。
        kept.append(output.detach().clone())

    hooks = [layer.register_forward_hook(keep) for layer in net.modules() if type(layer).__name__ == kind]
    try:
        net(X)
    finally:
        # The network belongs to somebody else: leave no hooks behind, even after an error.
        # zh: # 网络是别人的：即使出错，也不要留下钩子。
        for hook in hooks:
            hook.remove()
    return kept


def shifted(pictures, cells, axis=-1):
    """Moved by so many cells, by a product with a matrix of zeros and ones; black moves in."""
    places = torch.arange(pictures.shape[axis])
    move = (places - places[:, None] == cells).to(pictures.dtype)
    return (pictures.transpose(axis, -1) @ move).transpose(axis, -1)


def copies(pictures, labels, shifts=range(-3, 4), shift=shifted):
    return torch.cat([shift(pictures, cells) for cells in shifts]), labels.repeat(len(shifts))


def some_pictures(draw):
    n = draw.size(1, 3)
    pictures = draw.tensor(n, 1, *draw.sizes(1, 6), low=0, high=9)
    kind = torch.uint8 if n == 1 else torch.float32  # the digits are uint8
    return pictures.to(kind), draw.tensor(n, low=0, high=9).long()


@exercise(
    en="""
        Make the network mind shifts less: every training digit comes along several times, each copy shifted by up to 3
        cells to either side. Return the enlarged pictures and labels: first all digits shifted by -3, then all by -2, and so on.
    """,
    zh="""
        让网络不那么在乎平移：让每个训练数字出现好几次，每一份向左或向右平移，最多 3 格。
        返回扩充后的图像和标签：先是全部数字平移 -3，再是全部平移 -2，依次类推。
    """,
    case=some_pictures,
    truth=copies,
    hints=[
        (
            "`torch.roll` moves what leaves on one side to the other side. Digits have black margins, but what happens to wide ones?",
            "`torch.roll` 会把从一边移出去的东西搬到另一边。数字两侧有黑边，可是写得宽的数字会怎样？",
        ),
        (
            "Give each picture 3 black columns on either side. Each shift is then a window of the old width in the wider picture.",
            "给每张图的两侧各加 3 列黑边。这样，每种平移就是在更宽的图上取一个原来宽度的窗口。",
        ),
        (
            "For a shift by s the window begins at column 3 - s. `torch.cat` joins the copies; the labels repeat in the same order.",
            "平移 s 时，窗口从第 3 - s 列开始。`torch.cat` 把各份拼起来；标签按同样的顺序重复。",
        ),
    ],
    mistakes=[
        Mistake(
            "wraps around",
            "What leaves on one side comes in on the other, as with `torch.roll`. Black has to move in.",
            "从一边移出去的又从另一边进来了，`torch.roll` 就是这样。移进来的应当是黑色。",
            lambda pictures, labels: copies(pictures, labels, shift=lambda P, cells: P.roll(cells, -1)),
        ),
        Mistake(
            "left and right exchanged",
            "The copies come in reverse order: -3 is to the left and comes first, 3 is to the right and comes last.",
            "各份的顺序反了：-3 是向左，排在最前；3 是向右，排在最后。",
            lambda pictures, labels: copies(pictures, labels, shifts=range(3, -4, -1)),
        ),
        Mistake(
            "up and down",
            "The pictures are shifted along their rows' axis, up and down. Left and right is the last axis.",
            "图像是上下移动的。左右方向是最后一个轴。",
            lambda pictures, labels: copies(pictures, labels, shift=lambda P, cells: shifted(P, cells, -2)),
        ),
        Mistake(
            "labels mixed up",
            "The pictures come copy by copy, the labels digit by digit, so that they no longer belong together: `repeat`, not "
            "`repeat_interleave`.",
            "图像是一份接一份排的，标签却是一个数字接一个数字排的，两者对不上了：应当用 `repeat`，不是 `repeat_interleave`。",
            lambda pictures, labels: (copies(pictures, labels)[0], labels.repeat_interleave(7)),
        ),
        Mistake(
            "digit by digit",
            "Pictures and labels belong together, but they come digit by digit. Copy by copy is asked for: first all shifted by -3, and so on.",
            "图像与标签对得上，但排列是一个数字接一个数字。题目要的是一份接一份：先是全部平移 -3 的，依次类推。",
            lambda pictures, labels: (
                torch.stack([shifted(pictures, cells) for cells in range(-3, 4)], dim=1).flatten(0, 1),
                labels.repeat_interleave(7),
            ),
        ),
        Mistake(
            "originals left out",
            "The copy with shift 0 is missing: there are 7 copies in all.",
            "少了平移 0 的那一份：一共是 7 份。",
            lambda pictures, labels: copies(pictures, labels, shifts=(-3, -2, -1, 1, 2, 3)),
        ),
    ],
)
def with_shifts(pictures: torch.Tensor, labels: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """7 copies, shifted by -3 (left), ..., 3 (right), black moving in, and labels, copy by copy.

    >>> pictures, labels = with_shifts(torch.tensor([[[[5, 6]]]]), torch.tensor([8]))
    >>> pictures[:, 0, 0].tolist(), len(labels)
    ([[0, 0], [0, 0], [6, 0], [5, 6], [0, 5], [0, 0], [0, 0]], 7)
    """
    columns = pictures.shape[-1]
    # With 3 black columns on either side, each shift is a window of the old width.
    # zh: # 两侧各加 3 列黑边之后，每种平移就是一个原来宽度的窗口。
    padded = nn.functional.pad(pictures, (3, 3))
    copies = [padded[..., 3 - shift : 3 - shift + columns] for shift in range(-3, 4)]
    return torch.cat(copies), labels.repeat(7)


def with_head(*head, out=16):
    """Convolutions, poolings and another head."""
    return nn.Sequential(*d2l.lenet(nn.ReLU, nn.MaxPool2d)[:6], *head, nn.Flatten(), nn.Linear(out, 10))


PLACES = Mistake(
    "places have weights",
    "Your network takes pictures of 28 by 28 only. Either every place still has weights of its own behind `nn.Flatten`, or the window of the "
    "average has a fixed size: it has to be as large as the map, however large that is.",
    "你的网络只接受 28 乘 28 的图像。要么在 `nn.Flatten` 之后，每个位置仍各有各的权重；要么求平均的窗口大小是固定的："
    "特征图有多大，它就应当有多大。",
    lambda: d2l.lenet(nn.ReLU, nn.MaxPool2d),
)
GRID = Mistake(
    "a grid of averages",
    "The scores change when the digit moves: they still know where it stands. Each map has to become one number, the mean of all its cells.",
    "数字一移动，得分就变了：网络仍然知道它在哪里。每张特征图要变成一个数，即所有格的平均值。",
    lambda: with_head(nn.AdaptiveAvgPool2d(5), out=16 * 25),
)
MAXIMUM = Mistake(
    "maximum",
    "The scores do not mind whether the digit stands there once or twice: that is a global maximum. The mean is asked for.",
    "数字出现一次还是两次，得分都一样：这是全局最大值。题目要的是平均值。",
    lambda: with_head(nn.AdaptiveMaxPool2d(1)),
)
GLOBAL_SOFTMAX = Mistake(
    SOFTMAX_INSIDE.name,
    SOFTMAX_INSIDE.en,
    SOFTMAX_INSIDE.zh,
    lambda: nn.Sequential(*with_head(nn.AdaptiveAvgPool2d(1)), nn.Softmax(dim=1)),
)
BLIND = Mistake(
    "blind",
    "Your network gives the same scores for different pictures. Does the picture reach its last layer?",
    "不同的图像，你的网络给出的得分却相同。图像的信息到达最后一层了吗？",
)


SHIFTS = range(48, 72)  # every stride up to 24, and many a larger one, divides one of these


def on_black(X, *places, axis=-1):
    """The pictures at one or more places on a black ground, long along one axis. Its margins keep an answer to the
    picture apart from one to the ground's edge; its length, that a shift exchanges no halves, thirds or so of it."""
    ground = (120, 232) if axis == -1 else (0, 0, 120, 232)
    return sum(nn.functional.pad(X, ground).roll(place, axis) for place in places)


def forgets_places(net):
    """What is wrong with a network that should answer from global averages. A digit that moves by a multiple of the
    network's stride, whatever that is, must leave the scores as they were."""
    X = torch.rand(2, 1, 28, 28, generator=torch.Generator().manual_seed(9))
    if complaint := complaint_about_size(net, X):
        return complaint
    net = copy.deepcopy(net).double()  # exact enough to tell rounding from a real difference
    X = X.double()
    with torch.no_grad():

        def same(cells):
            return all((net(on_black(X[:1], cells, axis=axis)) - scores[axis]).abs().max() < 1e-9 for axis in scores)

        try:
            scores = {axis: net(on_black(X[:1], 0, axis=axis)) for axis in (-1, -2)}
        except RuntimeError:
            return PLACES
        shift = next(filter(same, SHIFTS), None)
        if shift is None:
            return GRID
        one, other = net(X)
        if abs(one.sum() - 1) < 1e-9 and one.min() >= 0:
            return GLOBAL_SOFTMAX
        if torch.equal(one, other):
            return BLIND
        twice = net(on_black(X[:1], 0, 2 * shift))
        return MAXIMUM if torch.allclose(twice, scores[-1], rtol=0, atol=1e-12) else None


@exercise(
    effort="takes a while",
    en="""
        Replace `Flatten` and the three linear layers by a head that cannot know where the digit stands: global average
        pooling. The check lays a picture on a long black ground and moves it along, sideways and up and down, by a multiple of your network's
        stride. That must change nothing. The cell after it trains your network for 12 epochs: it should reach 90%.
    """,
    zh="""
        用一个无从知道数字在哪里的输出端，即全局平均汇聚，取代 `Flatten` 和三个全连接层。
        检查时，图像放在一条很长的黑底上，左右、上下移动，移动的格数是你的网络步幅的倍数，输出必须不变。
        再下面的单元格把你的网络训练 12 轮：应当达到 90%。
    """,
    accepts=forgets_places,
    hints=[
        (
            "Convolution and pooling take pictures of any size. Which layer is the first to know where a cell stands?",
            "卷积和汇聚能接受任何大小的图像。最先知道某一格在什么位置的，是哪一层？",
        ),
        (
            "With only 16 maps the average is a poor summary. Add a third convolution with more channels.",
            "只有 16 张特征图时，平均值概括得太粗。再加一个通道更多的第三个卷积。",
        ),
        (
            "`nn.AdaptiveAvgPool2d(1)` averages each map down to one cell; then flatten, then one linear layer.",
            "`nn.AdaptiveAvgPool2d(1)` 把每张图平均成一格；然后展平，再接一个全连接层。",
        ),
    ],
    mistakes=[PLACES, GRID, MAXIMUM, GLOBAL_SOFTMAX],
    because=(
        "The maps move along with the digit, and a mean over all cells does not notice: that is how equivariance becomes invariance.",
        "特征图跟着数字一起移动，而对所有格取平均察觉不到移动：平移等变性就这样变成了平移不变性。",
    ),
)
def global_lenet() -> nn.Module:
    """A network for (batch, 1, 28, 28) that gives ten scores from global averages of its last maps.

    >>> global_lenet().eval()(torch.zeros(2, 1, 28, 160)).shape
    torch.Size([2, 10])
    """
    return nn.Sequential(
        nn.Conv2d(1, 6, kernel_size=5, padding=2),
        nn.BatchNorm2d(6),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(6, 16, kernel_size=5),
        nn.BatchNorm2d(16),
        nn.ReLU(),
        nn.MaxPool2d(2),
        # More maps, so that their means say enough.
        # zh: # 多要一些特征图，它们的平均值才说得清楚。
        nn.Conv2d(16, 64, kernel_size=3),
        nn.BatchNorm2d(64),
        nn.ReLU(),
        # One number for each map, wherever its bright cells lie.
        # zh: # 每张特征图只剩一个数，不管亮的格在哪里。
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(64, 10),
    )
