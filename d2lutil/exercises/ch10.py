"""Exercises of chapter 10, LeNet on Fashion-MNIST."""

import itertools
import math

import torch
import torch.nn.functional as F
from torch import nn

import d2lutil as d2l

from .engine import choice, exercise, prediction
from .engine.mistakes import Mistake


@exercise(
    effort="warm-up",
    en="""
        How many updates does a training make? The last batch of an epoch may be smaller, but it counts. When your function is
        right, ask it: ten epochs of Fashion-MNIST make 2,350 updates in batches of 256. What is left of them in batches of 1,024, and would
        you keep the learning rate?
    """,
    zh="""
        一次训练要更新多少次参数？每轮最后一个批量可能小一些，但也算一次。函数写对之后，问问它：
        Fashion-MNIST 训练十轮，批量大小 256 时更新 2,350 次；批量大小改成 1,024，还剩多少次？这时你会保持学习率不变吗？
    """,
    case=lambda draw: (draw.size(1, 30), draw.size(1, 9), draw.size(1, 5)),
    also=[(60000, 256, 10), (60000, 1024, 10), (8, 8, 5), (3, 8, 2), (5, 1, 1)],
    truth=lambda pictures, batch_size, epochs: epochs * len(torch.arange(pictures).split(batch_size)),
    hints=[
        (
            "Count by hand first: 5 pictures in batches of 2. How many batches, and how many in ten epochs?",
            "先用手数：5 张图像，每批 2 张。一轮有几个批量？十轮呢？",
        ),
        (
            "`pictures / batch_size` is rounded up, and that for each epoch by itself: the next epoch begins with a new batch.",
            "`pictures / batch_size` 要向上取整，而且每一轮各自取整：下一轮总是从新的批量开始。",
        ),
    ],
    mistakes=[
        Mistake(
            "last batch dropped",
            "The last, smaller batch of an epoch is dropped. It makes an update as well: round up.",
            "每轮最后那个较小的批量被丢掉了。它也会更新一次：应当向上取整。",
            lambda pictures, batch_size, epochs: pictures // batch_size * epochs,
        ),
        Mistake(
            "epochs run together",
            "The epochs are run together before rounding. No batch holds pictures of two epochs: round up in each epoch.",
            "先把各轮连在一起，再取整。可没有哪个批量会跨两轮：应当每轮各自向上取整。",
            lambda pictures, batch_size, epochs: math.ceil(pictures * epochs / batch_size),
        ),
        Mistake(
            "one batch for nothing",
            "Where the pictures fill their batches exactly, there is no rest, and no batch for it.",
            "图像恰好装满整数个批量时，没有剩余，也就没有多出来的那一个批量。",
            lambda pictures, batch_size, epochs: (pictures // batch_size + 1) * epochs,
        ),
        Mistake(
            "rounded to nearest",
            "`round` goes down where less than half a batch is left. However small it is, it makes an update: round up.",
            "`round` 在剩下的不到半批时会向下取整。剩得再少也要更新一次：应当向上取整。",
            lambda pictures, batch_size, epochs: round(pictures / batch_size) * epochs,
        ),
        Mistake(
            "one epoch",
            "That is one epoch. The training makes several.",
            "这只是一轮的更新次数，训练有好几轮。",
            lambda pictures, batch_size, epochs: math.ceil(pictures / batch_size),
        ),
        Mistake(
            "not rounded",
            "An update is made or not: there are no fractions of it. Round up in each epoch.",
            "更新要么做一次，要么不做，没有零点几次。每轮都应当向上取整。",
            lambda pictures, batch_size, epochs: pictures / batch_size * epochs,
        ),
    ],
    because=(
        "Batches of 1,024 leave 590 of the 2,350 updates. With the same learning rate the network takes a quarter of the steps and does not "
        "get as far, which is why a larger batch is usually given a larger learning rate, or more epochs.",
        "批量大小为 1,024 时，2,350 次更新只剩 590 次。学习率不变，网络只走了四分之一的步数，走不了那么远；"
        "所以批量变大，通常要配上更大的学习率，或者训练更多轮。",
    ),
)
def updates(pictures: int, batch_size: int, epochs: int) -> int:
    """Number of optimiser steps.

    >>> updates(5, 2, 10)
    30
    """
    # -(-a // b) is a / b rounded up, in whole numbers only.
    # zh: # -(-a // b) 就是 a / b 向上取整，全程只用整数。
    return epochs * -(-pictures // batch_size)


def sizes_of_lenets(count):
    return [count(d2l.lenet(num_classes=classes)) for classes in (10, 10, 26)]


@prediction(
    en="""
        Three data sets of grey pictures, 28 by 28: MNIST with ten handwritten digits, Fashion-MNIST with ten kinds of clothes, and the
        letters of EMNIST, 26 classes. How many parameters does `d2l.lenet` have for each of them?
    """,
    zh="""
        有三个数据集，都是 28 乘 28 的灰度图：MNIST 是十个手写数字，Fashion-MNIST 是十类服装，EMNIST 的字母则有 26 类。
        用在它们上面的 `d2l.lenet`，各有多少个参数？
    """,
    tolerance=1e-6,
    hints=[
        (
            "What does the network know of a data set before it has seen a picture? Shape and number of classes, nothing else.",
            "在看到图像之前，网络对数据集知道些什么？只有图像的形状和类别的个数。",
        ),
        (
            "Chapter 09 counts 61,706 for digits. Only one layer depends on the number of classes: `nn.Linear(84, 10)`.",
            "第 09 章对手写数字数出了 61,706 个。只有一层与类别的个数有关：`nn.Linear(84, 10)`。",
        ),
        (
            "Each class needs 84 weights and a bias, and the letters have 16 classes more.",
            "每一类需要 84 个权重和一个偏置，字母比数字多 16 类。",
        ),
    ],
    because=(
        "Same shape and as many classes: the very same network, 61,706 parameters, for digits and clothes. What makes clothes harder is in the "
        "pictures. Letters need 16 · 85 = 1,360 more, all of them in the last layer.",
        "形状相同、类别数相同，网络就完全相同：数字和服装都是 61,706 个参数。服装更难，难在图像本身。"
        "字母多出 16 · 85 = 1,360 个参数，全在最后一层。",
    ),
    mistakes=[
        Mistake(
            "classes ignored",
            "The first two are right. But the network gives one score for each class, and there are 26 letters.",
            "前两个是对的。但网络要给每一类一个得分，而字母有 26 个。",
            lambda: [sum(p.numel() for p in d2l.lenet().parameters())] * 3,
        ),
        Mistake(
            "new biases forgotten",
            "The first two are right. The 16 new classes have a bias each, too.",
            "前两个是对的。多出来的 16 类，每类还有一个偏置。",
            lambda: [
                sum(p.numel() for p in d2l.lenet().parameters()) + 84 * (classes - 10) for classes in (10, 10, 26)
            ],
        ),
        Mistake(
            "weights only",
            "Those are the weights. The biases are learned as well: one for each channel and each output.",
            "这只是权重。偏置也是学出来的参数：每个通道、每个输出各有一个。",
            lambda: sizes_of_lenets(lambda net: sum(p.numel() for p in net.parameters() if p.dim() > 1)),
        ),
        Mistake(
            "last layer only",
            "That is the last layer alone. The others count as well.",
            "这只是最后一层，其他各层也要算。",
            lambda: sizes_of_lenets(lambda net: sum(p.numel() for p in net[-1].parameters())),
        ),
    ],
)
def digits_clothes_letters() -> list[int]:
    """three whole numbers, such as [1000, 2000, 3000]"""
    # All pictures are 28 x 28 and grey; only the number of classes differs.
    # zh: # 图像都是 28 x 28 的灰度图，不同的只有类别的个数。
    networks = [d2l.lenet(num_classes=classes) for classes in (10, 10, 26)]
    return [sum(p.numel() for p in net.parameters()) for net in networks]


def some_accuracies(draw):
    """Percents of at least two runs, not all the same."""
    return (torch.cat([torch.tensor([95.0]), draw.tensor(draw.size(1, 6), low=70, high=90)]).double() / 100,)


@exercise(
    en="""
        The standard error of a mean, from the accuracies of several runs, two at least.
    """,
    zh="""
        根据几次运行的准确率（至少两次），计算均值的标准误。
    """,
    case=some_accuracies,
    also=[(torch.tensor([0.8, 0.9], dtype=torch.float64),)],
    truth=lambda accuracies: float((torch.cov(accuracies) / accuracies.numel()).sqrt()),
    tolerance=1e-5,
    # The answer is a plain number: no type, no device.
    types=False,
    devices=False,
    hints=[
        (
            "Two ingredients: how far the runs scatter, and how many there are.",
            "两样东西：这些运行的波动有多大，一共有多少次。",
        ),
        (
            "Deviation divided by the square root of the number of runs. Which of the two deviations does `std()` compute?",
            "标准差除以运行次数的平方根。标准差有两种，`std()` 算的是哪一种？",
        ),
        (
            "The sample deviation divides by n - 1, because the mean was taken from the same runs; that is what `std()` does.",
            "样本标准差除以 n - 1，因为均值也是从这些运行里算出来的；`std()` 就是这样做的。",
        ),
    ],
    mistakes=[
        Mistake(
            "deviation of the runs",
            "That is how far single runs scatter. A mean of n runs scatters less, by the square root of n.",
            "这是单次运行的波动。n 次运行的均值波动更小，要除以 n 的平方根。",
            lambda accuracies: accuracies.std(),
        ),
        Mistake(
            "divided by n in the deviation",
            "Inside the deviation you divide by n. The mean came from the same runs, so it is n - 1.",
            "求标准差时除以了 n。均值也是从这些运行里算出来的，所以应当除以 n - 1。",
            lambda accuracies: accuracies.std(unbiased=False) / len(accuracies) ** 0.5,
        ),
        Mistake(
            "divided by n",
            "The deviation is divided by n. It is the square root of n: four times as many runs for half the error.",
            "标准差除以了 n。应当除以 n 的平方根：误差要减半，运行次数得是四倍。",
            lambda accuracies: accuracies.std() / len(accuracies),
        ),
        Mistake(
            "variance",
            "That is the variance of the mean. Its square root is still to be taken.",
            "这是均值的方差，还差一步开平方。",
            lambda accuracies: accuracies.var() / len(accuracies),
        ),
        Mistake(
            "n - 1 twice",
            "The n - 1 is already inside the sample deviation. Outside it is the square root of n.",
            "n - 1 已经在样本标准差里面了，外面应当除以 n 的平方根。",
            lambda accuracies: accuracies.std() / (len(accuracies) - 1) ** 0.5,
        ),
    ],
    because=(
        "It needs two runs at least. Of a single run `std()` is nan: one run cannot tell how much of it is luck.",
        "至少要有两次运行。只有一次时 `std()` 得到 nan：单独一次运行，说不出自己有多少是运气。",
    ),
)
def standard_error(accuracies: torch.Tensor) -> float:
    """Sample standard deviation divided by the square root of the number of runs; accuracies has shape (runs,).

    >>> round(standard_error(torch.tensor([0.8, 0.9])), 4)
    0.05
    """
    # var() divides by n - 1: the mean was taken from the same runs.
    # zh: # var() 除以的是 n - 1：均值也是从同一批运行里算出来的。
    return float((accuracies.var() / len(accuracies)).sqrt())


@choice(
    en="""
        You try out an idea: one run without it, one run with it. In truth the idea does nothing at all, and the test accuracies of
        both recipes scatter normally around the same mean with a deviation of 0.03, as those of the classic recipe roughly do. How often will the two runs differ by
        0.03 or more?
    """,
    zh="""
        你想试一个主意：不用它跑一次，用它再跑一次。其实这个主意毫无作用，两个配方的测试准确率服从同一个正态分布，
        标准差是 0.03，经典配方大致就是这样。这两次运行相差 0.03 以上的情形，多久会出现一次？
    """,
    options={
        "a": (
            "hardly ever: with ten thousand test pictures the deviation is only 0.004",
            "几乎不会：有一万张测试图像，标准差只有 0.004",
        ),
        "b": ("about once in twenty times", "大约每二十次有一次"),
        "c": ("about once in three times", "大约每三次有一次"),
        "d": ("about every second time", "大约每两次有一次"),
    },
    hints=[
        (
            "If yours and the other one both scatter by 0.03, how far does their difference scatter?",
            "两次运行各自的标准差都是 0.03，它们的差的标准差是多少？",
        ),
        (
            "Throw dice: `pairs = 0.03 * torch.randn(10000, 2)`, and count how often the two differ by 0.03 or more.",
            "掷骰子试试：`pairs = 0.03 * torch.randn(10000, 2)`，数一数两者相差 0.03 以上的有多少。",
        ),
    ],
    because=(
        "The difference of two runs deviates by √2 · 0.03 = 0.042, so 0.03 is nothing special. Not even a lead of a whole deviation in one run "
        "against one tells a good idea from a useless one. Several seeds each can: a mean of n runs scatters √n times less.",
        "两次运行之差的标准差是 √2 · 0.03 = 0.042，所以差 0.03 毫不稀奇。一次对一次，哪怕领先一整个标准差，也分不出好主意和没用的主意。"
        "各跑几个种子才行：n 次运行的均值，波动只有 √n 分之一。",
    ),
    wrong={
        "a": (
            "The 0.004 is only the chance in drawing the test pictures. The seed moves the accuracy far more, and both runs used the same "
            "test pictures anyway.",
            "0.004 只是抽取测试图像带来的波动。种子造成的波动大得多，何况两次运行用的是同样的测试图像。",
        ),
        "b": (
            "That is how often a number lies two deviations or more off. Here it is not even one: the deviation of a difference is larger "
            "than 0.03.",
            "那是偏离两个标准差以上的比例。这里连一个都不到：差的标准差比 0.03 还大。",
        ),
        "c": (
            "So often one run lies 0.03 or more off the mean. But here both runs scatter.",
            "这是一次运行偏离均值 0.03 以上的比例。可这里两次运行都在波动。",
        ),
    },
)
def one_run_each() -> str:
    # Many pairs of runs whose true mean is the same.
    # zh: # 许多对运行，真正的均值都相同。
    pairs = 0.03 * torch.randn(100_000, 2, generator=torch.Generator().manual_seed(0))
    share = float(((pairs[:, 0] - pairs[:, 1]).abs() >= 0.03).float().mean())
    offered = {"a": 0.0, "b": 1 / 20, "c": 1 / 3, "d": 1 / 2}
    return min(offered, key=lambda letter: abs(offered[letter] - share))


def a_confusion(draw):
    """A matrix in which every class occurs and is answered."""
    classes = draw.size(2, 4)
    others, right = draw.tensor(classes, classes, low=0, high=5), draw.tensor(classes, low=1, high=9)
    return (others.long().fill_diagonal_(0) + right.long().diag(),)


def by_lists(matrix):
    """Recall and precision from the single pictures that the matrix has counted."""
    classes = torch.arange(len(matrix))
    cells = torch.cartesian_prod(classes, classes).repeat_interleave(matrix.flatten(), dim=0)
    truth, said = cells.T
    recall = [(said[truth == k] == k).double().mean() for k in classes]
    precision = [(truth[said == k] == k).double().mean() for k in classes]
    return torch.stack([torch.stack(recall), torch.stack(precision)]).float()


@exercise(
    en="""
        From a confusion matrix (rows = truth) two numbers for each class: the **recall**, which part of its pictures was found, and the **precision**, which part of
        the answers with its name was right. (Every class occurs and is answered at least once.)
    """,
    zh="""
        从混淆矩阵（行是真实类别）算出每一类的两个数：**召回率**，即这一类的图像有多少被找了出来；**精确率**，即回答成这一类的有多少是对的。
        （每一类都至少出现过一次，也至少被答过一次。）
    """,
    case=a_confusion,
    also=[(torch.tensor([[3, 1], [2, 4]]),)],
    truth=by_lists,
    hints=[
        (
            "Both have the same number above the line: what was named right, the diagonal. What stands below it?",
            "两者的分子相同，都是认对的个数，即对角线。分母各是什么？",
        ),
        (
            "For the recall, all pictures of the class: its row. For the precision, all answers with its name: its column.",
            "召回率的分母是这一类的全部图像，即它那一行；精确率的分母是回答成这一类的全部图像，即它那一列。",
        ),
        (
            "`matrix.sum(1)` adds along the rows, `matrix.sum(0)` along the columns; `torch.stack` lays two tensors on top of each other.",
            "`matrix.sum(1)` 对每一行求和，`matrix.sum(0)` 对每一列求和；`torch.stack` 把两个张量叠在一起。",
        ),
    ],
    mistakes=[
        Mistake(
            "recall and precision exchanged",
            "The two are exchanged. Recall asks about the pictures of a class, its row: `sum(1)`.",
            "两个数弄反了。召回率问的是这一类的图像，也就是它那一行：`sum(1)`。",
            lambda matrix: by_lists(matrix).flip(0),
        ),
        Mistake(
            "recall twice",
            "Both are the recall. For the precision divide by all answers with the name of the class, its column.",
            "两个都是召回率。精确率要除以回答成这一类的总数，也就是它那一列。",
            lambda matrix: by_lists(matrix)[[0, 0]],
        ),
        Mistake(
            "precision twice",
            "Both are the precision. For the recall divide by all pictures of the class, its row.",
            "两个都是精确率。召回率要除以这一类的全部图像，也就是它那一行。",
            lambda matrix: by_lists(matrix)[[1, 1]],
        ),
        Mistake(
            "part of all pictures",
            "You divide by all pictures. Recall and precision look at one class: its row, its column.",
            "你除以了全部图像的个数。召回率和精确率只看一类：它那一行、它那一列。",
            lambda matrix: (matrix.diagonal() / matrix.sum()).expand(2, -1),
        ),
        Mistake(
            "whole division",
            "The division drops what comes after the point. Use `/`, not `//`.",
            "除法把小数部分丢掉了。请用 `/`，不要用 `//`。",
            lambda matrix: torch.stack([matrix.diagonal() // matrix.sum(1), matrix.diagonal() // matrix.sum(0)]),
        ),
        Mistake(
            "diagonal in the way",
            "Right answers are divided by wrong ones only. Row and column are counted whole, with the diagonal.",
            "分母只算了答错的。行和列都要算全，对角线也在内。",
            lambda matrix: torch.stack(
                [
                    matrix.diagonal() / (matrix.sum(1) - matrix.diagonal()),
                    matrix.diagonal() / (matrix.sum(0) - matrix.diagonal()),
                ]
            ),
        ),
    ],
)
def recall_and_precision(matrix: torch.Tensor) -> torch.Tensor:
    """Shape (classes, classes) of counts -> shape (2, classes): recall, then precision.

    >>> recall_and_precision(torch.tensor([[3, 1], [0, 4]]))
    tensor([[0.7500, 1.0000],
            [1.0000, 0.8000]])
    """
    right = matrix.diagonal()
    # A row holds all pictures of a class, a column all answers with its name.
    # zh: # 一行是某一类的全部图像，一列是回答成这一类的全部图像。
    return torch.stack([right / matrix.sum(1), right / matrix.sum(0)])


def two_recipes(draw):
    """Accuracies of a few runs each, close enough for ties. Few, so that slow ways get through as well."""
    a, b = draw.tensor(draw.size(1, 3), low=78, high=83), draw.tensor(draw.size(1, 3), low=80, high=85)
    return a.double() / 100, b.double() / 100


def by_masks(a, b):
    """The p-value from all subsets as rows of zeros and ones."""
    pooled = torch.cat([a, b]).double()
    rows = torch.arange(2 ** len(pooled))[:, None] >> torch.arange(len(pooled)) & 1
    after = rows[rows.sum(1) == len(b)].double()
    gaps = after @ pooled / len(b) - (1 - after) @ pooled / len(a)
    return float((gaps.abs() >= (b.mean() - a.mean()).abs() - 1e-9).double().mean())


def all_gaps(a, b, gap=lambda after, before: after.mean() - before.mean()):
    """The gap of every way to call runs "after", and the real one."""
    pooled = torch.cat([a, b])
    ways = itertools.combinations(range(len(pooled)), len(b))
    gaps = [gap(pooled[list(way)], pooled[[i for i in range(len(pooled)) if i not in way]]) for way in ways]
    return torch.stack(gaps), gap(b, a)


def share(a, b, counts, **how):
    gaps, real = all_gaps(a, b, **how)
    return float(counts(gaps, real).double().mean())


def without_tolerance(a, b, by_total):
    """The share where rounding decides about equal gaps: the others added up, or taken as the rest of the total."""
    pooled, m, n = [*a.tolist(), *b.tolist()], len(a), len(b)
    real, hits, ways = abs(sum(pooled[m:]) / n - sum(pooled[:m]) / m), 0, 0
    for chosen in itertools.combinations(range(len(pooled)), n):
        after = sum(pooled[i] for i in chosen)
        before = sum(pooled) - after if by_total else sum(pooled[i] for i in range(len(pooled)) if i not in chosen)
        hits += abs(after / n - before / m) >= real
        ways += 1
    return hits / ways


def equal_runs_lost(a, b):
    pooled, hits, ways = [*a.tolist(), *b.tolist()], 0, 0
    for after in itertools.combinations(pooled, len(b)):
        before = [run for run in pooled if run not in after]
        hits += abs(sum(after) / len(after) - sum(before) / len(before)) >= abs(float(b.mean() - a.mean())) - 1e-9
        ways += 1
    return hits / ways


ROUNDING = Mistake(
    "rounding decides",
    "Two gaps that are equal on paper may differ in the last digit. Compare with a tolerance: `>= abs(real) - 1e-9`.",
    "在纸上算是相等的两个差，在计算机里末位可能不同。比较时要留容差：`>= abs(real) - 1e-9`。",
)


@exercise(
    en="""
        A better rule than "twice the standard error", the **permutation test**. If a step did nothing, then which runs are called "before" and which "after" is
        arbitrary. Go through *all* ways to call as many of the pooled runs "after" as there were, and count in which part of them the means differ at least as much, in
        either direction, as they really did. That part is the p-value: small means "hardly luck". (Compare with a tolerance of `1e-9`, or
        rounding decides about equality.)
    """,
    zh="""
        比“标准误的两倍”更好的规则是**置换检验**。如果某一步其实毫无作用，那么哪些运行叫“之前”，哪些叫“之后”，就是随意的。
        把所有运行合在一起，走遍*所有*选法：从中选出与原来一样多的运行叫“之后”。数一数在多大比例的选法里，两个均值之差（不论正负）
        至少与实际的差一样大。这个比例就是 p 值；p 值小，就说明“不像是运气”。（比较时留 `1e-9` 的容差，否则相等与否就由舍入误差说了算。）
    """,
    case=two_recipes,
    also=[
        (torch.tensor([0.0, 1.0], dtype=torch.float64), torch.tensor([2.0, 3.0], dtype=torch.float64)),
        (torch.tensor([0.8], dtype=torch.float64), torch.tensor([0.9], dtype=torch.float64)),
        (
            torch.tensor([0.79, 0.81, 0.8], dtype=torch.float64),
            torch.tensor([0.82, 0.83, 0.81, 0.84], dtype=torch.float64),
        ),
    ],
    truth=by_masks,
    types=False,
    devices=False,
    hints=[
        (
            "Do [0, 1] and [2, 3] on paper: which two of the four numbers can be called “after”? Six ways; how large is the gap in each?",
            "先在纸上做 [0, 1] 和 [2, 3]：四个数里挑哪两个叫“之后”？一共六种选法，每种的差是多大？",
        ),
        (
            "`itertools.combinations(range(len(a) + len(b)), len(b))` goes through the choices. The real one is among them, so the answer is "
            "never 0.",
            "`itertools.combinations(range(len(a) + len(b)), len(b))` 给出所有选法。实际的那一种也在其中，所以答案不会是 0。",
        ),
        (
            "Count `abs(gap) >= abs(real) - 1e-9`: either direction, the same gap counts, and rounding does not decide. Then divide by the "
            "number of choices.",
            "满足 `abs(gap) >= abs(real) - 1e-9` 的才数进去：正负都算，一样大也算，而且不让舍入误差做主。最后除以选法的总数。",
        ),
    ],
    mistakes=[
        Mistake(
            "one direction",
            "You count one direction only. A loss as large as the gain would have been as remarkable: compare absolute values.",
            "你只数了一个方向。假如不升反降，降得同样多，也一样稀奇：请比较绝对值。",
            lambda a, b: share(a, b, lambda gaps, real: gaps >= real - 1e-9),
        ),
        Mistake(
            "ties left out",
            "Gaps as large as the real one count as well (“at least”); the real choice itself is one of them.",
            "与实际的差一样大的也要数（“至少”）；实际的那种选法本身就是其中之一。",
            lambda a, b: share(a, b, lambda gaps, real: gaps.abs() > real.abs() + 1e-9),
        ),
        Mistake(
            "not divided",
            "That is how many choices there are. The p-value is their part of all choices.",
            "这是选法的个数。p 值是它们占全部选法的比例。",
            lambda a, b: share(a, b, lambda gaps, real: (gaps.abs() >= real.abs() - 1e-9) * len(gaps)),
        ),
        Mistake(
            "the other part",
            "That is the part of the choices with a smaller gap. The p-value counts those with at least the real gap.",
            "这是差更小的选法所占的比例。p 值数的是差至少与实际一样大的那些。",
            lambda a, b: share(a, b, lambda gaps, real: gaps.abs() < real.abs() - 1e-9),
        ),
        Mistake(
            "sums compared",
            "You compare sums. With unequal numbers of runs the larger group wins by its size: compare means.",
            "你比较的是总和。两边运行次数不同时，次数多的一边总和自然大：应当比较均值。",
            lambda a, b: share(
                a,
                b,
                lambda gaps, real: gaps.abs() >= real.abs() - 1e-9,
                gap=lambda after, before: after.sum() - before.sum(),
            ),
        ),
        ROUNDING.made_by(lambda a, b: share(a, b, lambda gaps, real: gaps.abs() >= real.abs())),
        ROUNDING.made_by(lambda a, b: without_tolerance(a, b, by_total=False)),
        ROUNDING.made_by(lambda a, b: without_tolerance(a, b, by_total=True)),
        Mistake(
            "equal runs lost",
            "`not in` leaves out every run that equals a chosen one, and two runs may be equal. Choose places, not values.",
            "`not in` 会把与选中的运行相等的全都漏掉，而两次运行的结果可能相等。请按位置来选，不要按值来选。",
            equal_runs_lost,
        ),
    ],
    because=(
        "It assumes nothing of the runs, no bell curve and no known deviation. The price: with two runs each the p-value cannot get below 1/3.",
        "它对这些运行不作任何假设，既不要正态分布，也不要已知的标准差。代价是：两边各两次运行时，p 值不可能低于 1/3。",
    ),
)
def permutation_p(a: torch.Tensor, b: torch.Tensor) -> float:
    """The p-value for the runs before and after, float64, of shapes (runs,) and (other runs,).

    >>> round(permutation_p(torch.tensor([0.0, 1.0]).double(), torch.tensor([2.0, 3.0]).double()), 4)
    0.3333
    """
    from itertools import combinations

    pooled = torch.cat([a, b])
    total, real = pooled.sum(), abs(b.mean() - a.mean())
    gaps = []
    for chosen in combinations(range(len(pooled)), len(b)):
        # Those that are not chosen have the rest of the total.
        # zh: # 没有选中的那些，其和就是总和减去选中的。
        after = pooled[list(chosen)].sum()
        gaps.append(abs(after / len(b) - (total - after) / len(a)))
    # The tolerance counts equal gaps as equal, whatever rounding did to them.
    # zh: # 留一点容差，相等的差不会因为舍入而变得不等。
    return sum(bool(gap >= real - 1e-9) for gap in gaps) / len(gaps)


@choice(
    en="""
        You want the mean loss of an epoch of 235 batches, and train on a GPU. Before the loop stands `total = 0.0`, after it, once,
        `print(float(total) / 235)`. Which line inside the loop lets Python go on to queue the next batch at once, and holds on to nothing
        that is no longer needed?
    """,
    zh="""
        你在 GPU 上训练，想知道一轮 235 个批量的平均损失。循环之前有 `total = 0.0`，循环之后有一次
        `print(float(total) / 235)`。循环里写哪一行，Python 可以马上去安排下一个批量，又不会抓着用不着的东西不放？
    """,
    options={
        "a": ("`total += loss.item()`", "`total += loss.item()`"),
        "b": ("`total += loss.detach()`", "`total += loss.detach()`"),
        "c": ("`total += loss`", "`total += loss`"),
        "d": ("`total += loss.detach().cpu()`", "`total += loss.detach().cpu()`"),
    },
    hints=[
        (
            "For which lines does Python have to know the number at once? Until the GPU has it, Python stands still.",
            "哪几行需要 Python 立刻知道这个数？在 GPU 算出来之前，Python 只能干等。",
        ),
        (
            "Two lines are left. `loss` remembers how it was computed, so that it can go backwards; which of the two lets go of that?",
            "剩下两行。`loss` 记着自己是怎么算出来的，以便反向传播；哪一行会把这些放开？",
        ),
    ],
    because=(
        "The addition is queued on the GPU like everything else, and `detach` lets go of the graph. Python reads one number after the loop "
        "instead of 235 in it, so that the GPU never runs dry. `fit` does the same.",
        "加法像别的任务一样排进 GPU 的队列，`detach` 则放开计算图。Python 只在循环之后读一个数，而不是在循环里读 235 次，"
        "GPU 就不会断粮。`fit` 也是这么做的。",
    ),
    wrong={
        "a": (
            "`item` hands a number to Python, which waits for it 235 times. Meanwhile nothing is queued, and then the GPU waits for Python.",
            "`item` 要把一个数交给 Python，于是 Python 等了 235 次。这期间没有新任务排队，接着就轮到 GPU 等 Python 了。",
        ),
        "c": (
            "Nobody waits here, but `total` is now part of a graph that hangs on to a piece of every batch, and grows until the epoch ends.",
            "这里谁也不用等，但 `total` 成了计算图的一部分，每个批量都有一截挂在上面，这张图一直长到一轮结束。",
        ),
        "d": (
            "Letting go of the graph is right. But the copy to the CPU waits until the GPU has computed the number, 235 times.",
            "放开计算图是对的。可是复制到 CPU，得等 GPU 算出这个数，一共等 235 次。",
        ),
    },
)
def adding_up() -> str:
    from torch.overrides import TorchFunctionMode

    waits = []

    class Watch(TorchFunctionMode):
        def __torch_function__(self, function, types, args=(), kwargs=None):
            # These hand a result over to the CPU, so Python waits for the GPU.
            # zh: # 这些操作要把结果交给 CPU，Python 就得等 GPU。
            if getattr(function, "__name__", "") in ("item", "cpu"):
                waits.append(function)
            return function(*args)

    lines = {
        "a": lambda total, loss: total + loss.item(),
        "b": lambda total, loss: total + loss.detach(),
        "c": lambda total, loss: total + loss,
        "d": lambda total, loss: total + loss.detach().cpu(),
    }
    good = []
    for letter, line in lines.items():
        total, weight = 0.0, torch.ones((), requires_grad=True)
        waits.clear()
        with Watch():
            for batch in range(3):
                total = line(total, weight * batch)
        if not waits and not getattr(total, "requires_grad", False):
            good.append(letter)
    return good[0]


def by_matrices(X, down, right):
    """Moved by two matrix products, with a matrix of zeros and ones for each axis."""
    rows, columns = torch.arange(X.shape[-2]), torch.arange(X.shape[-1])
    S_down = (rows[:, None] - rows == down).to(X)
    S_right = (columns[:, None] - columns == right).to(X)
    return S_down @ X @ S_right.T


def some_pictures(draw):
    h, w = draw.sizes(1, 5)
    X = draw.tensor(draw.size(1, 2), draw.size(1, 2), h, w, low=1, high=9)
    return X, draw.size(-h - 1, h + 1), draw.size(-w - 1, w + 1)


def blanked_behind(X, down, right):
    """Rolled, and blanked on the side to which the picture moved."""
    Y = X.roll((down, right), (-2, -1))
    Y[..., max(Y.shape[-2] - down, 0) if down > 0 else 0 : None if down > 0 else -down, :] = 0
    Y[..., max(Y.shape[-1] - right, 0) if right > 0 else 0 : None if right > 0 else -right] = 0
    return Y


def from_the_end(X, down, right):
    """Takes a negative index for one that counts from the end, as Python does."""
    Y, (h, w) = torch.zeros_like(X), X.shape[-2:]
    for i in range(h):
        for j in range(w):
            if i - down < h and j - right < w:
                Y[..., i, j] = X[..., i - down, j - right]
    return Y


def with_slices_to_minus(X, down, right):
    Y = torch.zeros_like(X)
    Y[..., down:, right:] = X[..., :-down, :-right]
    return Y


@exercise(
    en="""
        Another augmentation: move a picture by some rows and columns, and let in black where it left. Nothing may wrap around, and a
        picture that moves too far is gone.
    """,
    zh="""
        另一种数据增强：把图像移动若干行、若干列，空出来的地方填黑。移出去的部分不许从另一边绕回来；移得太远，就只剩一片黑。
    """,
    case=some_pictures,
    also=lambda: [
        (torch.arange(1.0, 7.0).reshape(1, 1, 2, 3), *place)
        for place in ((0, 0), (1, 0), (0, -1), (-1, 2), (20, 1), (1, 1))
    ],
    truth=by_matrices,
    hints=[
        (
            "`torch.roll` wraps around. Pad first, or blank what came in from the other side.",
            "`torch.roll` 会绕回来。可以先填充，也可以把从另一边绕进来的部分涂黑。",
        ),
        (
            "If you pad: a picture that goes down needs black rows above it. Then cut out as many rows as there were.",
            "如果用填充：图像要往下移，上面就得添黑行，然后再截取原来那么多行。",
        ),
        (
            "`nn.functional.pad(X, (left, right, top, bottom))`, with 0 wherever nothing is needed: `max(down, 0)` at the top, "
            "`max(-down, 0)` at the bottom. Where does the cut begin?",
            "`nn.functional.pad(X, (left, right, top, bottom))`，不需要填充的一侧填 0：上面是 `max(down, 0)`，下面是 `max(-down, 0)`。"
            "截取从哪里开始？",
        ),
    ],
    mistakes=[
        Mistake(
            "wraps around",
            "What leaves on one side comes in on the other. `torch.roll` does that; black must come in.",
            "从一边出去的，又从另一边绕回来了。`torch.roll` 就是这样；进来的应当是黑色。",
            lambda X, down, right: X.roll((down, right), (-2, -1)),
        ),
        Mistake(
            "other way",
            "The picture moves the other way. Positive means down and to the right.",
            "图像移反了方向。正数是向下、向右。",
            lambda X, down, right: by_matrices(X, -down, -right),
        ),
        Mistake(
            "down and right exchanged",
            "Rows and columns are exchanged: `down` moves along axis -2, `right` along axis -1.",
            "行和列弄反了：`down` 沿轴 -2 移动，`right` 沿轴 -1 移动。",
            lambda X, down, right: by_matrices(X, right, down),
        ),
        Mistake(
            "wrong side blanked",
            "The wrong side is blanked. What came in is black: at the top, if the picture moves down.",
            "涂黑的那一边不对。该变黑的是新进来的部分：图像往下移，新进来的就在上面。",
            blanked_behind,
        ),
        Mistake(
            "slice to minus zero",
            "`X[..., :-down, :-right]` is right for positive moves only: `:-0` is empty, and a negative move turns the slice around.",
            "`X[..., :-down, :-right]` 只在移动量为正时才对：`:-0` 是空的，移动量为负时切片的意思就反了。",
            with_slices_to_minus,
        ),
        Mistake(
            "negative indices",
            "`X[..., i - down, j - right]` may have negative indices, and Python counts those from the end. Both must be at least 0.",
            "`X[..., i - down, j - right]` 的下标可能是负的，而 Python 会从末尾数起。两个下标都必须不小于 0。",
            from_the_end,
        ),
        Mistake(
            "edge repeated",
            "The edge is repeated where the picture left. Black is asked for, that is 0.",
            "空出来的地方重复了边缘的值。这里要填黑，也就是 0。",
            lambda X, down, right: X[..., (torch.arange(X.shape[-2]) - down).clamp(0, X.shape[-2] - 1), :][
                ..., (torch.arange(X.shape[-1]) - right).clamp(0, X.shape[-1] - 1)
            ],
        ),
        Mistake(
            "picture grown",
            "The picture has grown by what was padded. Cut it back to its rows and columns.",
            "图像因为填充变大了。还要截回原来的行数和列数。",
            lambda X, down, right: F.pad(X, (max(right, 0), max(-right, 0), max(down, 0), max(-down, 0))),
        ),
    ],
)
def moved(X: torch.Tensor, down: int, right: int) -> torch.Tensor:
    """X of shape (batch, channels, height, width), moved by down rows and right columns (negative: up, left); the same shape.

    >>> moved(torch.tensor([[[[1.0, 2.0], [3.0, 4.0]]]]), 1, 0)
    tensor([[[[0., 0.],
              [1., 2.]]]])
    """
    h, w = X.shape[-2:]
    # Black on the side where the picture leaves: at the top if it goes down.
    # zh: # 图像离开的那一侧填黑：往下移，就填在上面。
    edges = (max(right, 0), max(-right, 0), max(down, 0), max(-down, 0))
    padded = nn.functional.pad(X, edges)
    # The black came in first, so the cut begins at 0; or it came in behind, and the cut begins further on.
    # zh: # 黑边在前面时，从 0 开始截取；在后面时，就往后挪一段再截。
    top, left = max(-down, 0), max(-right, 0)
    return padded[..., top : top + h, left : left + w]


def scores_and_labels(draw):
    batch, classes = draw.size(1, 4), draw.size(2, 5)
    y = draw.tensor(batch, low=0, high=classes - 1).long()
    return draw.normal(batch, classes) * 2, y, draw.choice([0.0, 0.1, 0.2, 0.5, 1.0])


def against(scores, q):
    """The mean cross-entropy of scores against target distributions."""
    return -(q * scores.log_softmax(1)).sum(1).mean()


def smooth(scores, y, epsilon):
    classes = scores.shape[1]
    return F.one_hot(y, classes).to(scores) * (1 - epsilon) + epsilon / classes


def over_the_others(scores, y, epsilon):
    ones = F.one_hot(y, scores.shape[1]).to(scores)
    return ones * (1 - epsilon) + (1 - ones) * epsilon / (scores.shape[1] - 1)


def own_share_forgotten(scores, y, epsilon):
    ones = F.one_hot(y, scores.shape[1]).to(scores)
    return ones * (1 - epsilon) + (1 - ones) * epsilon / scores.shape[1]


@exercise(
    en=r"""
        A network that is sure of a wrong label learns nonsense. **Label smoothing** asks for less: the right class gets $1 - \epsilon$ of the probability, and
        the remaining $\epsilon$ is spread evenly over *all* $c$ classes, so the right one has $1 - \epsilon + \epsilon / c$ in all. The loss is the cross-entropy against this
        target $q$, $-\sum_k q_k \log p_k$, averaged over the batch. Write it, without PyTorch's own argument
        `label_smoothing`. It must stand scores as large as 200.
    """,
    zh=r"""
        标签错了，网络却深信不疑，学到的只会是谬误。**标签平滑**把要求放低一些：正确的类只要 $1 - \epsilon$ 的概率，
        剩下的 $\epsilon$ 平均分给*所有* $c$ 个类，所以正确的类一共得到 $1 - \epsilon + \epsilon / c$。损失是对这个目标 $q$ 的交叉熵 $-\sum_k q_k \log p_k$，再对批量取平均。
        请写出来，不要用 PyTorch 现成的参数 `label_smoothing`。得分大到 200 时也要算得对。
    """,
    case=scores_and_labels,
    also=[
        (torch.tensor([[0.0, 200.0]]), torch.tensor([1]), 0.1),
        (torch.tensor([[200.0, 150.0], [0.0, 200.0]]), torch.tensor([0, 1]), 0.2),
        (torch.tensor([[0.0, 200.0, 90.0], [200.0, 0.0, 200.0]]), torch.tensor([1, 2]), 0.5),
    ],
    truth=lambda scores, y, epsilon: F.cross_entropy(scores, y, label_smoothing=epsilon),
    without=("label_smoothing",),
    hints=[
        (
            "Write the target of one picture down, for 4 classes and ε = 0.2. Does it add up to 1?",
            "写出一张图像的目标分布，设有 4 类、ε = 0.2。加起来是 1 吗？",
        ),
        (
            "Cross-entropy against a target distribution q is the sum of -q log p over the classes; `log_softmax` gives the logarithms, also "
            "of large scores.",
            "对目标分布 q 的交叉熵，是 -q log p 对各类求和；`log_softmax` 给出对数，得分很大时也不会出错。",
        ),
        (
            "The target splits in two: 1 - ε times the usual loss, and ε times the mean of -log p over all classes.",
            "目标可以拆成两部分：1 - ε 乘以普通的损失，加上 ε 乘以 -log p 对所有类的平均。",
        ),
    ],
    mistakes=[
        Mistake(
            "spread over the others",
            "You spread ε over the other classes only. The right class gets its share of ε as well: 1 - ε + ε / c.",
            "你只把 ε 分给了其他的类。正确的类也有份：一共是 1 - ε + ε / c。",
            lambda scores, y, epsilon: against(scores, over_the_others(scores, y, epsilon)),
        ),
        Mistake(
            "own share forgotten",
            "Your target adds up to less than 1: the right class gets 1 - ε and its own share, ε / c, on top.",
            "你的目标加起来不到 1：正确的类除了 1 - ε，还要加上自己的那一份 ε / c。",
            lambda scores, y, epsilon: against(scores, own_share_forgotten(scores, y, epsilon)),
        ),
        Mistake(
            "not smoothed",
            "That is the usual cross-entropy: `epsilon` has no effect.",
            "这是普通的交叉熵：`epsilon` 没有起作用。",
            lambda scores, y, epsilon: F.cross_entropy(scores, y),
        ),
        Mistake(
            "sum over the batch",
            "The losses of the batch are added up. Take their mean.",
            "把批量里各张图像的损失加了起来，应当取平均。",
            lambda scores, y, epsilon: against(scores, smooth(scores, y, epsilon)) * len(y),
        ),
        Mistake(
            "mean over the classes",
            "The mean is taken over the classes, too. Over the classes it is a sum; the mean is over the batch.",
            "对各类也取了平均。对类应当求和，只有对批量才取平均。",
            lambda scores, y, epsilon: -(smooth(scores, y, epsilon) * scores.log_softmax(1)).mean(),
        ),
        Mistake(
            "logarithm of zero",
            "A large score makes a probability 0, and its logarithm infinite. `log_softmax` computes it in one step and stays finite.",
            "得分很大时，有的概率会变成 0，取对数就成了无穷大。`log_softmax` 一步算出对数，结果仍是有限的。",
            lambda scores, y, epsilon: -(smooth(scores, y, epsilon) * scores.softmax(1).log()).sum(1).mean(),
        ),
        Mistake(
            "exponential too large",
            "The exponential of 200 is larger than any float32, and infinity divided by infinity is nan. `log_softmax` never gets that far.",
            "e 的 200 次方超出了 float32 的范围，无穷大除以无穷大得 nan。`log_softmax` 不会走到这一步。",
            lambda scores, y, epsilon: (
                -(smooth(scores, y, epsilon) * (scores.exp() / scores.exp().sum(1, keepdim=True)).log()).sum(1).mean()
            ),
        ),
        *[
            Mistake(
                "small number added",
                "The small number in the logarithm keeps it finite, but wrong where a probability is smaller still. `log_softmax` is right "
                "for all.",
                "对数里加上一个很小的数，结果是有限了，可概率比它还小时，结果就错了。`log_softmax` 总是对的。",
                lambda scores, y, epsilon, tiny=tiny: (
                    -(smooth(scores, y, epsilon) * (scores.softmax(1) + tiny).log()).sum(1).mean()
                ),
            )
            for tiny in (1e-12, 1e-10, 1e-9, 1e-8)
        ],
        Mistake(
            "softmax along the batch",
            "The probabilities add up to 1 along the batch. They belong to one picture: along the classes, `dim=1`.",
            "你的概率是沿批量那个轴加起来等于 1。它们属于同一张图像，应当沿类别这个轴：`dim=1`。",
            lambda scores, y, epsilon: -(smooth(scores, y, epsilon) * scores.log_softmax(0)).sum(1).mean(),
        ),
        Mistake(
            "divergence",
            "That is the divergence of the target: cross-entropy minus the target's own entropy. Leave that entropy in.",
            "这是与目标的 KL 散度，即交叉熵减去目标自己的熵。这里不要减。",
            lambda scores, y, epsilon: F.kl_div(
                scores.log_softmax(1), smooth(scores, y, epsilon), reduction="batchmean"
            ),
        ),
    ],
)
def smoothed_loss(scores: torch.Tensor, y: torch.Tensor, epsilon: float) -> torch.Tensor:
    """Mean loss of scores of shape (batch, classes) for labels of shape (batch,).

    >>> smoothed_loss(torch.tensor([[0.0, 200.0]]), torch.tensor([1]), 0.1)
    tensor(10.)
    """
    # log_softmax stays finite where the logarithm of a softmax does not.
    # zh: # log_softmax 始终有限，先 softmax 再取对数则未必。
    log_p = scores.log_softmax(1)
    # The logarithm of the right class of each picture.
    # zh: # 每张图像正确那一类的对数。
    right = log_p.gather(1, y[:, None]).mean()
    return -(1 - epsilon) * right - epsilon * log_p.mean()


@choice(
    en="""
        You measure the test accuracy under `torch.no_grad()`, but forget `net.eval()`. One network has a dropout (in training mode it
        sets numbers to zero at random), the other one a batch norm. What happens?
    """,
    zh="""
        你在 `torch.no_grad()` 之下测量测试准确率，却忘了 `net.eval()`。一个网络里有暂退层（dropout，训练模式下会随机把一些数置零），
        另一个里有批量规范化。会发生什么？
    """,
    options={
        "a": (
            "nothing bad: without gradients nothing is trained, so both answer as in evaluation mode",
            "没什么坏处：没有梯度就没有训练，所以两者的回答都与评估模式下一样",
        ),
        "b": (
            "both answer at random: the same batch twice gives two different answers",
            "两者的回答都是随机的：同一个批量送两次，得到两种回答",
        ),
        "c": (
            "the dropout answers at random; with the batch norm a picture's scores depend on its neighbours, and the network is another one afterwards",
            "有暂退层的回答是随机的；有批量规范化的，一张图像的得分取决于同伴，而且测完之后网络已经变了",
        ),
        "d": (
            "the dropout answers at random; with the batch norm a picture's scores depend on its neighbours, but the network stays as it was, thanks to `torch.no_grad()`",
            "有暂退层的回答是随机的；有批量规范化的，一张图像的得分取决于同伴，但多亏 `torch.no_grad()`，网络还是原来的网络",
        ),
    },
    hints=[
        (
            "Take them one by one. What does a dropout do in training mode, and what does a batch norm standardise with?",
            "一个一个看。训练模式下，暂退层做什么？批量规范化用什么来做标准化？",
        ),
        (
            "`torch.no_grad()` concerns gradients. Does a batch norm need a gradient to update its averages?",
            "`torch.no_grad()` 只管梯度。批量规范化更新自己的平均值，需要梯度吗？",
        ),
        (
            "Try it: `nn.BatchNorm2d(1)` is in training mode. Look at its `running_mean` before and after a batch.",
            "动手试试：`nn.BatchNorm2d(1)` 一开始就处于训练模式。送进一个批量，看看前后的 `running_mean`。",
        ),
    ],
    because=(
        "Three kinds of harm: dice in the dropout, the company in the batch norm, and averages that keep moving. The first two are over "
        "with the next `net.eval()`; the third stays in the network. So the two lines go together: `net.eval()`, then `torch.no_grad()`.",
        "有三种害处：暂退层里的骰子，批量规范化里的同伴，还有不断变动的平均值。前两种在下一次 `net.eval()` 之后就没了，"
        "第三种却留在网络里。所以这两行总是一起写：先 `net.eval()`，再 `torch.no_grad()`。",
    ),
    wrong={
        "a": (
            "`torch.no_grad()` only says that no gradient is wanted. What a layer computes depends on its mode, and that is still training.",
            "`torch.no_grad()` 只表示不要梯度。层怎样计算取决于模式，而现在仍是训练模式。",
        ),
        "b": (
            "A batch norm throws no dice: the same batch twice gives the same scores twice. It is other neighbours that change them.",
            "批量规范化不掷骰子：同一个批量送两次，得分完全一样。换了同伴，得分才会变。",
        ),
        "d": (
            "The averages of a batch norm need no gradient: it updates them whenever a batch passes in training mode.",
            "批量规范化的平均值不靠梯度：在训练模式下，只要有批量经过，它就更新。",
        ),
    },
)
def forgotten_eval() -> str:
    X = torch.arange(200.0).reshape(8, 1, 5, 5)
    norm, dropout = nn.BatchNorm2d(1).train(), nn.Dropout(0.5).train()
    before = norm.running_mean.clone()
    with torch.no_grad():
        dropout_throws_dice = not torch.equal(dropout(X), dropout(X))
        norm_throws_dice = not torch.equal(norm(X), norm(X))
        # The same picture, once among eight and once among four.
        # zh: # 同一张图像，一次和七张在一起，一次和三张在一起。
        company_matters = not torch.allclose(norm(X)[0], norm(X[:4])[0])
    if norm_throws_dice:
        return "b"
    if not dropout_throws_dice and not company_matters:
        return "a"
    return "d" if torch.equal(norm.running_mean, before) else "c"


def convolution_and_norm(draw):
    """Two layers, stride, padding, dilation and groups included, and pictures to try them on."""
    groups = draw.choice([1, 1, 2])
    c_in, c_out = groups * draw.size(1, 2), groups * draw.size(1, 2)
    convolution = nn.Conv2d(
        c_in, c_out, draw.sizes(1, 3), stride=draw.sizes(1, 2), padding=draw.sizes(0, 1), dilation=draw.choice([1, 1, 2]),
        groups=groups, bias=draw.choice([True, True, False]),
    )  # fmt: skip
    norm = nn.BatchNorm2d(c_out, eps=0.5).train(draw.choice([True, False]))
    with torch.no_grad():
        for p in convolution.parameters():
            p.copy_(draw.tensor(*p.shape, low=1, high=4) * draw.choice([1, -1]))
        norm.weight.copy_(draw.tensor(c_out, low=1, high=3) * draw.choice([1, -1]))
        norm.bias.copy_(draw.tensor(c_out, low=1, high=5))
        norm.running_mean.copy_(draw.tensor(c_out, low=1, high=4))
        norm.running_var.copy_(draw.tensor(c_out, low=2, high=9))
    return convolution, norm, draw.normal(2, c_in, *draw.sizes(5, 7))


def norm_in_evaluation(z, norm):
    return F.batch_norm(z, norm.running_mean, norm.running_var, norm.weight, norm.bias, training=False, eps=norm.eps)


def made_of(convolution, weight, bias, **settings):
    """A convolution with these weights and this bias, and the settings of another one where none are given."""
    same = {name: getattr(convolution, name) for name in ("stride", "padding", "dilation", "groups")}
    layer = nn.Conv2d(
        convolution.in_channels, convolution.out_channels, convolution.kernel_size, **{**same, **settings}
    )
    layer.weight, layer.bias = nn.Parameter(weight.detach()), nn.Parameter(bias.detach())
    return layer


def parts(convolution, norm):
    """Weights, bias, and the factor of each output channel."""
    scale = norm.weight / (norm.running_var + norm.eps).sqrt()
    bias = torch.zeros_like(norm.bias) if convolution.bias is None else convolution.bias
    return convolution.weight, bias, scale


def bias_thrown_away(convolution, norm):
    W, _, scale = parts(convolution, norm)
    return made_of(convolution, W * scale.view(-1, 1, 1, 1), norm.bias - norm.running_mean * scale)


def bias_unscaled(convolution, norm):
    W, b, scale = parts(convolution, norm)
    return made_of(convolution, W * scale.view(-1, 1, 1, 1), b + norm.bias - norm.running_mean * scale)


def without_eps(convolution, norm):
    W, b, _ = parts(convolution, norm)
    scale = norm.weight / norm.running_var.sqrt()
    return made_of(convolution, W * scale.view(-1, 1, 1, 1), norm.bias + (b - norm.running_mean) * scale)


def without_root(convolution, norm):
    W, b, _ = parts(convolution, norm)
    scale = norm.weight / (norm.running_var + norm.eps)
    return made_of(convolution, W * scale.view(-1, 1, 1, 1), norm.bias + (b - norm.running_mean) * scale)


def weights_unscaled(convolution, norm):
    W, b, scale = parts(convolution, norm)
    return made_of(convolution, W, norm.bias + (b - norm.running_mean) * scale)


def mean_left_out(convolution, norm):
    W, b, scale = parts(convolution, norm)
    return made_of(convolution, W * scale.view(-1, 1, 1, 1), norm.bias + b * scale)


def shift_left_out(convolution, norm):
    W, b, scale = parts(convolution, norm)
    return made_of(convolution, W * scale.view(-1, 1, 1, 1), (b - norm.running_mean) * scale)


def no_bias(convolution, norm):
    W, b, scale = parts(convolution, norm)
    bias = norm.bias + (b - norm.running_mean) * scale
    return made_of(convolution, W * scale.view(-1, 1, 1, 1), b if convolution.bias is None else bias)


def settings_lost(convolution, norm):
    W, b, scale = parts(convolution, norm)
    bias = norm.bias + (b - norm.running_mean) * scale
    return made_of(convolution, W * scale.view(-1, 1, 1, 1), bias, stride=1, padding=0, dilation=1)


FUSING = [
    Mistake(
        "bias thrown away",
        "The convolution's own bias is gone. The batch norm sees it as part of z: (b - μ) is scaled, then β is added.",
        "卷积自己的偏置不见了。在批量规范化看来，它是 z 的一部分：(b - μ) 要乘系数，然后加 β。",
        bias_thrown_away,
    ),
    Mistake(
        "bias not scaled",
        "The convolution's bias is added as it is. It passes through the batch norm as well: scale b - μ, not μ alone.",
        "卷积的偏置是原样加上去的。它也要经过批量规范化：乘系数的是 b - μ，而不只是 μ。",
        bias_unscaled,
    ),
    Mistake(
        "eps forgotten",
        "The `eps` under the root is missing. It is often 0.00001, but not always.",
        "根号下面漏了 `eps`。它常常是 0.00001，但并不总是。",
        without_eps,
    ),
    Mistake(
        "root forgotten",
        "You divide by the variance. The batch norm divides by its square root, the deviation.",
        "你除以了方差。批量规范化除以的是方差的平方根，也就是标准差。",
        without_root,
    ),
    Mistake(
        "weights not scaled",
        "The weights are those of the convolution. Each output channel's weights have to be multiplied by its γ / √(v + eps).",
        "权重还是原来卷积的。每个输出通道的权重都要乘以它的 γ / √(v + eps)。",
        weights_unscaled,
    ),
    Mistake(
        "mean left out",
        "The mean μ is missing. It is taken away from z before everything is scaled.",
        "漏掉了均值 μ。在乘系数之前，要先从 z 里减去它。",
        mean_left_out,
    ),
    Mistake(
        "shift left out",
        "The β of the batch norm is missing in the new bias.",
        "新的偏置里漏掉了批量规范化的 β。",
        shift_left_out,
    ),
    Mistake(
        "no bias",
        "The given convolution has no bias, and neither has yours. The batch norm adds something all the same: the new layer needs one.",
        "给定的卷积没有偏置，你的也没有。可批量规范化照样要加上一个数：新的层需要偏置。",
        no_bias,
    ),
]
SETTINGS_LOST = Mistake(
    "settings lost",
    "The new convolution has another stride, padding, dilation or number of groups than the given one. Hand them on.",
    "新卷积的步幅、填充、空洞或分组数与给定的不同。请把这些设置都带过来。",
    settings_lost,
)
TWO_LAYERS = Mistake(
    "two layers",
    "One convolution is asked for, an `nn.Conv2d`, that does the work of both layers.",
    "这里要的是一个卷积层，即 `nn.Conv2d`，由它一个完成两层的工作。",
    lambda convolution, norm: nn.Sequential(convolution, norm).eval(),
)


def answers_as_both(one, convolution, norm, x):
    """What is wrong with a layer that should answer as norm(convolution(x))."""
    if not isinstance(one, nn.Conv2d):
        return TWO_LAYERS
    names = ("stride", "padding", "dilation", "groups", "in_channels", "out_channels")
    settings = all(getattr(one, name) == getattr(convolution, name) for name in names)
    with torch.no_grad():
        right = norm_in_evaluation(convolution(x), norm)
        try:
            answer = one(x)
        except RuntimeError:
            if settings:
                raise
            return SETTINGS_LOST
        if answer.shape != right.shape:
            return SETTINGS_LOST
        if torch.allclose(answer, right, rtol=1e-4, atol=1e-4):
            return None
        if not settings:
            return SETTINGS_LOST
        for mistake in FUSING:
            if torch.allclose(answer, mistake.wrong(convolution, norm)(x), rtol=1e-4, atol=1e-4):
                return mistake
    largest = f"{float((answer - right).abs().max()):.3g}"
    return (
        f"Your layer answers otherwise than the two layers one after the other; the largest difference is {largest}.",
        f"你的层给出的结果与先后经过那两层不同，最大差值为 {largest}。",
    )


@exercise(
    effort="takes a while",
    en="""
        In evaluation mode a batch norm is nothing but a multiplication and an addition for each channel, and so it can be hidden in the convolution before it: **one** layer
        with other weights and another bias gives the same answers and costs less. Find it, for convolutions with any stride, padding,
        dilation and groups, with a bias or without.
    """,
    zh="""
        在评估模式下，批量规范化不过是对每个通道做一次乘法、一次加法，所以可以藏进它前面的卷积里：
        只要**一个**层，换一组权重和偏置，就能给出同样的结果，计算还更省。请把它找出来。卷积的步幅、填充、空洞和分组可以是任意的，
        偏置可有可无。
    """,
    case=convolution_and_norm,
    accepts=answers_as_both,
    hints=[
        (
            "A batch norm in evaluation mode computes γ (z - μ) / √(v + eps) + β, with `running_mean` for μ, `running_var` for v, `weight` for "
            "γ and `bias` for β, all of them one number for each channel.",
            "评估模式下的批量规范化计算的是 γ (z - μ) / √(v + eps) + β，其中 μ 是 `running_mean`，v 是 `running_var`，"
            "γ 是 `weight`，β 是 `bias`，都是每个通道一个数。",
        ),
        (
            "Put z = w * x + b into it, and collect what stands before x: the new weights. All the rest is the new bias.",
            "把 z = w * x + b 代进去，再把 x 前面的系数归到一起，就是新的权重。其余的合起来就是新的偏置。",
        ),
        (
            "With `scale` for γ / √(v + eps): weights `scale[:, None, None, None]` times as large, bias β + (b - μ) times `scale`. "
            "`copy.deepcopy` of the convolution keeps its settings; where it has no bias, b is 0.",
            "记 γ / √(v + eps) 为 `scale`：权重乘以 `scale[:, None, None, None]`，偏置是 β + (b - μ) 乘以 `scale`。"
            "用 `copy.deepcopy` 复制卷积，各种设置就都带过来了；卷积没有偏置时，b 就是 0。",
        ),
    ],
    mistakes=[*FUSING, SETTINGS_LOST, TWO_LAYERS],
)
def fused(convolution: nn.Conv2d, norm: nn.BatchNorm2d) -> nn.Conv2d:
    """A new convolution that answers as norm(convolution(x)) does in evaluation mode; the two given layers stay as they are.

    >>> fused(nn.Conv2d(1, 4, 3, stride=2, bias=False), nn.BatchNorm2d(4))
    Conv2d(1, 4, kernel_size=(3, 3), stride=(2, 2))
    """
    import copy

    # A copy has the same stride, padding, dilation and groups, and leaves the given layer alone.
    # zh: # 副本的步幅、填充、空洞和分组都一样，又不会改动给定的层。
    one = copy.deepcopy(convolution)
    bias = 0 if convolution.bias is None else convolution.bias
    with torch.no_grad():
        scale = norm.weight / (norm.running_var + norm.eps).sqrt()
        # One factor for each output channel, and that is the first axis of the weights.
        # zh: # 每个输出通道一个系数，而输出通道是权重的第一个轴。
        one.weight.copy_(convolution.weight * scale[:, None, None, None])
        one.bias = nn.Parameter(norm.bias + (bias - norm.running_mean) * scale)
    return one
