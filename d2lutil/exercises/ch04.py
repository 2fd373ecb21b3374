"""Exercises of chapter 04, learning a kernel."""

import torch
import torch.nn.functional as F

import d2lutil as d2l

from .engine import choice, exercise, prediction
from .engine.cases import Draw
from .engine.mistakes import BIAS_PER_PIXEL, KERNEL_FLIPPED, Mistake

FACTOR_TWO_FORGOTTEN = Mistake(
    "factor 2 forgotten",
    "A square has the derivative 2 times what is squared: the factor 2 is missing.",
    "平方的导数是 2 乘以被平方的那个量：这里漏掉了因子 2。",
)


def windows_of(X, kernel_size):
    """Each window as a row, shape (windows, kernel cells)."""
    return F.unfold(X[None, None], kernel_size)[0].T


def curvature(X, kernel_size, factor=2):
    A = windows_of(X, kernel_size)
    return torch.linalg.eigvalsh(factor * A.T @ A)


def clear_picture(draw, scale=1.0, low=-4, high=4):
    """(picture, kernel size): every kernel leaves a clear trace on the picture."""
    while True:
        k_h, k_w = draw.sizes(1, 3)
        h, w = draw.sizes(1, 3)
        X = draw.tensor(k_h + h, k_w + w, low=low, high=high) * scale
        bends = curvature(X, (k_h, k_w))
        if bends[0] > 0.02 * bends[-1] > 0:
            return X, (k_h, k_w)


def steepest_by_autograd(X, kernel_size):
    K = torch.zeros(kernel_size)
    H = torch.autograd.functional.hessian(lambda K: F.conv2d(X[None, None], K[None, None]).square().sum(), K)
    return torch.linalg.matrix_norm(H.reshape(K.numel(), K.numel()), 2).item()


@exercise(
    effort="warm-up",
    en="""
        The largest learning rate for a picture and a kernel size, when the squared errors are summed.
        `curvatures(X, kernel_size)[0]` holds the curvatures, the smallest first.
    """,
    zh="""
        损失是误差的平方之和。给定一张图像和卷积核的大小，求学习率的上限。
        `curvatures(X, kernel_size)[0]` 就是各个曲率，从小到大排列。
    """,
    case=lambda draw: clear_picture(draw, scale=0.5, low=0, high=2),
    truth=lambda X, kernel_size: 2 / steepest_by_autograd(X, kernel_size),
    tolerance=1e-5,
    hints=[
        (
            "Section 5: along each axis a step multiplies the error by one number. Between which two numbers must it lie?",
            "第 5 节：每走一步，每条轴上的误差都乘以一个数。这个数必须在哪两个数之间？",
        ),
        ("The steepest axis sets the limit: the largest curvature.", "上限由最陡的轴决定，也就是最大的曲率。"),
    ],
    mistakes=[
        Mistake(
            "flattest axis",
            "You have taken the flattest axis. The steepest one is the first to explode.",
            "你取了最平的轴。最先发散的是最陡的那条。",
            lambda X, kernel_size: 2 / curvature(X, kernel_size)[0].item(),
        ),
        Mistake(
            "half the border",
            "That is 1 divided by the curvature, the rate that reaches the bottom of this axis in one step. The border is twice as far.",
            "这是 1 除以曲率，学习率取这个值，一步就能走到这条轴的最低点。分界线还要大一倍。",
            lambda X, kernel_size: 1 / curvature(X, kernel_size)[-1].item(),
        ),
        Mistake(
            "factor 2 forgotten",
            "The curvatures are those of `2 * A.T @ A`; the 2 comes from the square in the loss.",
            "曲率是 `2 * A.T @ A` 的特征值；这个 2 来自损失里的平方。",
            lambda X, kernel_size: 2 / curvature(X, kernel_size, factor=1)[-1].item(),
        ),
        Mistake(
            "curvature itself",
            "That is the curvature of the steepest axis. The rate must stay below 2 divided by it.",
            "这是最陡那条轴的曲率。学习率必须小于 2 除以它。",
            lambda X, kernel_size: curvature(X, kernel_size)[-1].item(),
        ),
        Mistake(
            "best rate",
            "That is the best rate, for which both ends shrink equally fast. Asked is the largest one.",
            "这是最合适的学习率，此时最陡和最平的轴缩小得一样快。题目问的是上限。",
            lambda X, kernel_size: 2 / (curvature(X, kernel_size)[0] + curvature(X, kernel_size)[-1]).item(),
        ),
        Mistake(
            "rate for the mean",
            "That is the border for the mean squared error. Here the errors are summed.",
            "这是均方误差的分界线。这里的损失是平方之和。",
            lambda X, kernel_size: 2 / curvature(X, kernel_size)[-1].item() * len(windows_of(X, kernel_size)),
        ),
    ],
)
def largest_rate(X: torch.Tensor, kernel_size: tuple[int, int]) -> float:
    """The learning rate above which gradient descent on the summed squared error diverges.

    >>> round(largest_rate(torch.tensor([[0.0, 1.0, 0.0]]), (1, 2)), 4)
    1.0
    """
    # Each window laid flat is a row of A, as in section 5.
    # zh: # 和第 5 节一样，每个窗口展平成 A 的一行。
    h, w = kernel_size
    A = X.unfold(0, h, 1).unfold(1, w, 1).reshape(-1, h * w)
    # The steepest axis comes last; beyond 2 / curvature its error grows in every step.
    # zh: # 最陡的轴排在最后；学习率超过 2 / 曲率，它的误差就一步比一步大。
    return 2 / torch.linalg.eigvalsh(2 * A.T @ A)[-1].item()


@choice(
    en="""
        Four ways to write the update, in the place of the last line of this loop. It begins with `w = torch.tensor(3.0, requires_grad=True)`:

        ```python
        for _ in range(2):
            loss = (w - 1) ** 2
            w.grad = None
            loss.backward()
            ...  # the update
        ```

        Only one of the four gets through both steps. Which one? And why does each of the others fail?
    """,
    zh="""
        下面循环的最后一行是更新，它有四种写法。循环之前先执行 `w = torch.tensor(3.0, requires_grad=True)`：

        ```python
        for _ in range(2):
            loss = (w - 1) ** 2
            w.grad = None
            loss.backward()
            ...  # the update
        ```

        其中只有一种能走完两步。是哪一种？另外三种各是怎么失败的？
    """,
    options={
        "a": ("`w -= 0.1 * w.grad`", "`w -= 0.1 * w.grad`"),
        "b": ("`w = w - 0.1 * w.grad`", "`w = w - 0.1 * w.grad`"),
        "c": (
            "`w -= 0.1 * w.grad`, under `with torch.no_grad():`",
            "`w -= 0.1 * w.grad`，放在 `with torch.no_grad():` 之下",
        ),
        "d": (
            "`w = w - 0.1 * w.grad`, under `with torch.no_grad():`",
            "`w = w - 0.1 * w.grad`，放在 `with torch.no_grad():` 之下",
        ),
    },
    hints=[
        (
            "After the first update, is `w` still the same tensor, or a new one? And what does the second step need of it?",
            "第一次更新之后，`w` 还是原来那个张量，还是新的？第二步对它又有什么要求？",
        ),
        (
            "Try all four. After one step look at `w.requires_grad` and `w.is_leaf`: `w` must ask for gradients, and no computation may have made it.",
            "四种都试一试。走完一步后看看 `w.requires_grad` 和 `w.is_leaf`：`w` 必须要求梯度，而且本身不是任何运算的结果。",
        ),
    ],
    because=(
        "Under `torch.no_grad()` the same tensor is changed in its place, and nothing of it is recorded: `w` stays what it was, a weight "
        "that asks for gradients.",
        "在 `torch.no_grad()` 之下，同一个张量就地改动，而且不留记录：`w` 仍然是那个要求梯度的权重。",
    ),
    wrong={
        "a": (
            "PyTorch refuses in the very first step: a weight whose gradient is asked for must not be changed in its place while the "
            "recording goes on.",
            "第一步就会被 PyTorch 拒绝：自动求导正在记录时，不允许就地改动要求梯度的权重。",
        ),
        "b": (
            "The first step works, but the new `w` is the result of a computation. `backward` leaves no `.grad` there, and the second "
            "step finds None.",
            "第一步没问题，但新的 `w` 是一次运算的结果。`backward` 不会给它留下 `.grad`，第二步拿到的是 None。",
        ),
        "d": (
            "Nothing is recorded, so the new tensor `w` asks for no gradients: in the second step `backward` finds nothing to do and raises "
            "an error.",
            "没有记录，新建的 `w` 就不要求梯度：第二步调用 `backward` 时无从求起，于是报错。",
        ),
    },
)
def update_that_works() -> str:
    import warnings

    # w.sub_(...) is another way to write w -= ...
    # zh: # w.sub_(...) 是 w -= ... 的另一种写法。
    ways = {
        "a": lambda w: w.sub_(0.1 * w.grad),
        "b": lambda w: w - 0.1 * w.grad,
        "c": torch.no_grad()(lambda w: w.sub_(0.1 * w.grad)),
        "d": torch.no_grad()(lambda w: w - 0.1 * w.grad),
    }
    survivors = []
    for letter, update in ways.items():
        w = torch.tensor(3.0, requires_grad=True)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                for _ in range(2):
                    loss = (w - 1) ** 2
                    w.grad = None
                    loss.backward()
                    w = update(w)
            survivors.append(letter)
        except (RuntimeError, TypeError):
            # This way does not get through two steps.
            # zh: # 这种写法走不完两步。
            continue
    return survivors[0]


def picture_and_answer(draw, low=-4, high=4):
    """A picture, an answer and a kernel that fit each other."""
    k_h, k_w = draw.sizes(1, 3)
    h, w = draw.sizes(1, 4)
    sizes = (k_h + h - 1, k_w + w - 1), (h, w), (k_h, k_w)
    return tuple(draw.tensor(*size, low=low, high=high) for size in sizes)


def bias_by_autograd(X, Y, K, u):
    u = u.clone().requires_grad_()
    F.mse_loss(F.conv2d(X[None, None], K[None, None])[0, 0] + u, Y, reduction="sum").backward()
    return u.grad


def error_of(X, Y, K, u=0.0):
    return F.conv2d(X[None, None], K[None, None])[0, 0] + u - Y


@exercise(
    en=r"""
        Give the layer a bias: $\hat Y = \text{corr2d}(X, K) + u$. What is the derivative of the loss with respect to $u$? Derive it by
        hand, as section 4 does; it is held against autograd.
    """,
    zh=r"""
        给卷积层加上偏置：$\hat Y = \text{corr2d}(X, K) + u$。损失对 $u$ 的导数是什么？请像第 4 节那样亲手推导；
        检查时会与自动求导的结果比对。
    """,
    case=lambda draw: (*picture_and_answer(draw), draw.tensor()),
    truth=bias_by_autograd,
    hints=[
        (
            "If `u` grows a little, by how much does each cell of the answer grow?",
            "`u` 增大一点点，输出的每一格会增大多少？",
        ),
        (
            "The formula of section 4 with 1 in place of the picture's cell: every error counts, times 2.",
            "第 4 节的公式里，把图像那一格换成 1：每格的误差都要算上，再乘以 2。",
        ),
    ],
    mistakes=[
        FACTOR_TWO_FORGOTTEN.made_by(lambda X, Y, K, u: error_of(X, Y, K, u).sum()),
        BIAS_PER_PIXEL.made_by(lambda X, Y, K, u: 2 * error_of(X, Y, K, u)),
        Mistake(
            "bias left out of the error",
            "The error is that of the layer with its bias: `u` belongs to the answer.",
            "误差应当是带偏置的层的误差：`u` 也要算进输出。",
            lambda X, Y, K, u: 2 * error_of(X, Y, K).sum(),
        ),
        Mistake(
            "mean",
            "That is the derivative of the mean squared error. Here the squares are summed.",
            "这是均方误差的导数。这里的损失是平方之和。",
            lambda X, Y, K, u: 2 * error_of(X, Y, K, u).mean(),
        ),
        Mistake(
            "loss itself",
            "That is the loss itself, not its derivative.",
            "这是损失本身，不是它的导数。",
            lambda X, Y, K, u: error_of(X, Y, K, u).square().sum(),
        ),
    ],
)
def bias_gradient(X: torch.Tensor, Y: torch.Tensor, K: torch.Tensor, u: torch.Tensor) -> torch.Tensor:
    """dL/du, a number, for the summed squared error of corr2d(X, K) + u against Y.

    >>> one = torch.ones(1, 1)
    >>> bias_gradient(2 * one, one, 3 * one, torch.tensor(1.0))
    tensor(12.)
    """
    # u reaches every cell of the answer with the factor 1, so all errors count alike.
    # zh: # u 以因子 1 进入输出的每一格，所以各格的误差同等地算进来。
    error = d2l.corr2d(X, K) + u - Y
    return 2 * error.sum()


@prediction(
    en="""
        Section 2 took the *sum* of the squared errors, with the learning rate 0.03. You replace `.sum()` by `.mean()`. Which learning
        rate makes exactly the same steps?
    """,
    zh="""
        第 2 节用的是误差平方之*和*，学习率 0.03。现在把 `.sum()` 换成 `.mean()`。学习率取多少，每一步才与原来完全相同？
    """,
    hints=[
        (
            "What makes a step: the rate times the gradient. What has become of the gradient?",
            "一步迈多大，取决于学习率乘以梯度。现在梯度变成了多少？",
        ),
        (
            "The mean divides by the number of cells of `Y`, 6 times 7. What has to make up for it?",
            "求平均要除以 `Y` 的格数，即 6 乘 7。要靠什么来补偿？",
        ),
    ],
    because=(
        "`Y` has 42 cells, so the gradient of the mean is 42 times smaller, and 42 · 0.03 = 1.26 makes up for it. A rate fits a loss; "
        "whoever quotes one has to say which.",
        "`Y` 有 42 格，所以均方误差的梯度缩小为 1/42，而 42 · 0.03 = 1.26 正好补回来。学习率总是针对某种损失而言的，"
        "报学习率就得说明是哪一种。",
    ),
    mistakes=[
        Mistake(
            "same rate",
            "With the same rate each step would be much shorter: the gradient has changed.",
            "学习率不变，每一步就短得多：梯度已经变了。",
            lambda: 0.03,
        ),
        Mistake(
            "wrong direction",
            "The mean makes the gradient smaller. Should the rate get smaller as well?",
            "求平均使梯度变小。学习率也该变小吗？",
            lambda: 0.03 / 42,
        ),
        Mistake(
            "cells of the picture",
            "You have counted the cells of `X`. There is one error for each cell of `Y`.",
            "你数的是 `X` 的格数。误差是 `Y` 的每一格各有一个。",
            lambda: 0.03 * 48,
        ),
        Mistake(
            "numbers of the kernel",
            "The mean is taken over the cells of `Y`, not over the numbers of the kernel.",
            "平均是对 `Y` 的各格取的，不是对卷积核里的数取的。",
            lambda: 0.03 * 2,
        ),
    ],
)
def same_steps() -> float:
    """a number"""
    X = torch.ones(6, 8)
    X[:, 2:6] = 0
    Y = d2l.corr2d(X, torch.tensor([[1.0, -1.0]]))
    K = torch.tensor([[0.3, 0.5]], requires_grad=True)
    # How many times larger is the gradient of the summed error?
    # zh: # 平方和的梯度是均方误差梯度的多少倍？
    squares = (d2l.corr2d(X, K) - Y) ** 2
    (summed,) = torch.autograd.grad(squares.sum(), K, retain_graph=True)
    (mean,) = torch.autograd.grad(squares.mean(), K)
    return round(0.03 * (summed / mean).mean().item(), 4)


def never_zeroed(X, Y, K, lr, steps):
    """By autograd, which adds to what stands in .grad."""
    K = K.clone().requires_grad_()
    for _ in range(steps):
        F.mse_loss(F.conv2d(X[None, None], K[None, None])[0, 0], Y, reduction="sum").backward()
        with torch.no_grad():
            K -= lr * K.grad
    return K.detach()


def descended(X, Y, K, lr, steps, remember):
    """Descent in which ``remember`` makes of all gradients so far the one to follow."""
    gradients = []
    for _ in range(steps):
        gradients.append(2 * d2l.corr2d(X, d2l.corr2d(X, K) - Y))
        K = K - lr * remember(gradients)
    return K


@exercise(
    en="""
        Somebody forgets `zero_grad`. Where does the kernel stand after some steps on the summed squared error? Section 2 says what
        `backward` does to `.grad`. Can you do it without autograd?
    """,
    zh="""
        有人忘了写 `zero_grad`。损失是误差的平方之和，走若干步之后，卷积核到了哪里？`backward` 对 `.grad` 做了什么，第 2 节说过。
        能不用自动求导算出来吗？
    """,
    case=lambda draw: (*picture_and_answer(draw, -2, 2), draw.choice([0.01, 0.02, 0.05]), draw.size(0, 5)),
    truth=never_zeroed,
    devices=False,  # a layer or an nn.Parameter made of K would pass for a mistake
    hints=[
        (
            "Without `zero_grad` a third thing lives on from step to step, besides the kernel. Which one?",
            "没有 `zero_grad`，从一步传到下一步的除了卷积核，还有一样东西。是什么？",
        ),
        (
            "Keep a tensor of zeros, as large as the kernel. In every step add the new gradient to it, and follow the sum.",
            "准备一个与卷积核一样大的全零张量。每一步把新的梯度加上去，然后沿着这个和走。",
        ),
        (
            "The gradient by hand is that of section 4: `2 * d2l.corr2d(X, error)`.",
            "手算的梯度见第 4 节：`2 * d2l.corr2d(X, error)`。",
        ),
    ],
    mistakes=[
        Mistake(
            "set to zero",
            "That is ordinary descent: each step follows its own gradient alone. Here the old ones are still in the sum.",
            "这是普通的梯度下降：每一步只沿着当前的梯度走。这里旧的梯度还留在和里。",
            lambda X, Y, K, lr, steps: descended(X, Y, K, lr, steps, lambda g: g[-1]),
        ),
        Mistake(
            "gradient of the start",
            "The gradient is computed once, at the start. The kernel moves, so each step has a new one, added to the old ones.",
            "梯度只在起点算了一次。卷积核在移动，每一步都有新的梯度，要与旧的相加。",
            lambda X, Y, K, lr, steps: descended(X, Y, K, lr, steps, lambda g: len(g) * g[0]),
        ),
        Mistake(
            "newest gradient several times",
            "The newest gradient is counted once for each step. The old ones were computed elsewhere, and were different.",
            "走了几步，最新的梯度就被算了几遍。旧的梯度是在别的位置上算出来的，与它并不相同。",
            lambda X, Y, K, lr, steps: descended(X, Y, K, lr, steps, lambda g: len(g) * g[-1]),
        ),
        Mistake(
            "only one step back",
            "You add the gradient of the step before. All earlier ones are in the sum.",
            "你只加了上一步的梯度。更早的全都在和里。",
            lambda X, Y, K, lr, steps: descended(X, Y, K, lr, steps, lambda g: sum(g[-2:])),
        ),
        FACTOR_TWO_FORGOTTEN.made_by(lambda X, Y, K, lr, steps: never_zeroed(X, Y, K, lr / 2, steps)),
        Mistake(
            "mean over the cells",
            "That is the mean squared error. Here the squares are summed.",
            "这是均方误差的结果。这里的损失是平方之和。",
            lambda X, Y, K, lr, steps: never_zeroed(X, Y, K, lr / Y.numel(), steps),
        ),
        Mistake(
            "mean over the steps",
            "The old gradients are added up. Nobody divides by their number.",
            "旧的梯度是累加的，没有谁去除以步数。",
            lambda X, Y, K, lr, steps: descended(X, Y, K, lr, steps, lambda g: sum(g) / len(g)),
        ),
    ],
    because=(
        "Without `zero_grad` each step follows the sum of all gradients so far: momentum with the factor 1, which never forgets.",
        "没有 `zero_grad`，每一步都沿着迄今所有梯度之和走：这就是系数为 1、永不遗忘的动量。",
    ),
)
def without_zeroing(X: torch.Tensor, Y: torch.Tensor, K: torch.Tensor, lr: float, steps: int) -> torch.Tensor:
    """The kernel after so many steps from K if the gradient is never set to zero.

    >>> one = torch.ones(1, 1)
    >>> without_zeroing(one, 0 * one, one, lr=0.5, steps=2)
    tensor([[-1.]])
    """
    # What would stand in K.grad.
    # zh: # 相当于 K.grad 里的内容。
    collected = torch.zeros_like(K)
    for _ in range(steps):
        error = d2l.corr2d(X, K) - Y
        # A new tensor each time, so that the caller's K stays as it is.
        # zh: # 每次都新建张量，调用者的 K 保持不变。
        collected = collected + 2 * d2l.corr2d(X, error)
        K = K - lr * collected
    return K


ONE_WINDOW = Mistake(
    "one window",
    "Only one window fits: one equation for two unknowns.",
    "只放得下一个窗口：两个未知数，只有一个方程。",
    lambda: torch.tensor([[0.0, 1.0]]),
)
NO_WINDOW = Mistake(
    "no window",
    "A kernel of two columns does not fit into this picture at all.",
    "两列的卷积核根本放不进这张图像。",
    lambda: torch.tensor([[0.0], [1.0], [0.0]]),
)
WINDOWS_ALIKE = Mistake(
    "windows say the same",
    "The windows are multiples of each other: their equations say the same, and one curvature is zero.",
    "各个窗口成倍数关系：它们的方程说的是同一件事，有一个曲率是零。",
    lambda: torch.tensor([[1.0, 1.0, 1.0]]),
)
TOO_LARGE = Mistake(
    "more cells than needed",
    "The kernel can be recovered from it, but with fewer cells as well.",
    "用它可以还原卷积核，但格数还可以更少。",
    lambda: torch.tensor([[0.0, 1.0], [1.0, 0.0]]),
)


def complaint_about_picture(picture):
    if not isinstance(picture, torch.Tensor) or picture.dim() != 2:
        return (
            "Return a tensor with two axes, rows and columns, such as `torch.tensor([[1.0, 2.0]])`.",
            "请返回有行、列两个轴的张量，例如 `torch.tensor([[1.0, 2.0]])`。",
        )
    if picture.shape[0] < 1 or picture.shape[1] < 2:
        return NO_WINDOW
    A = windows_of(picture.double(), (1, 2))
    if len(A) == 1:
        return ONE_WINDOW
    if torch.linalg.matrix_rank(A) < 2:
        return WINDOWS_ALIKE
    return None if picture.numel() == 3 else TOO_LARGE


@exercise(
    en=r"""
        How little data is enough? Give a picture, as small as possible, from which every $1\times 2$ kernel can be recovered beyond doubt.
    """,
    zh=r"""
        最少要多少数据？请给出一张尽可能小的图像，凭它就能毫无疑问地还原任何一个 $1\times 2$ 的卷积核。
    """,
    accepts=complaint_about_picture,
    hints=[
        (
            "Two unknowns need two equations, and the equations must not say the same.",
            "两个未知数需要两个方程，而且两个方程说的不能是同一件事。",
        ),
        (
            "Each window is an equation. How many cells in a row hold two windows? Look at the flattest axis.",
            "每个窗口是一个方程。一行里要有几格才放得下两个窗口？看看最平的那条轴。",
        ),
    ],
    mistakes=[ONE_WINDOW, NO_WINDOW, WINDOWS_ALIKE, TOO_LARGE],
)
def smallest_picture() -> torch.Tensor:
    """A 2-D picture with as few cells as possible for which no curvature is zero.

    >>> smallest_picture().dim()
    2
    """
    # Two windows, (0, 1) and (1, 0): each gives away one of the two numbers.
    # zh: # 两个窗口 (0, 1) 和 (1, 0)：各透露一个数。
    return torch.tensor([[0.0, 1.0, 0.0]])


@choice(
    en=r"""
        A picture without vertical edges: each row is the same from left to right, but the rows differ, without any pattern. A secret
        $3\times 3$ kernel has answered it. How much of the kernel do picture and answer give away?
    """,
    zh=r"""
        一张没有竖直边缘的图像：每一行从左到右都一样，各行之间却不同，也没有规律。一个秘密的 $3\times 3$ 卷积核给出了它的输出。
        从图像和输出，能知道卷积核的哪些东西？
    """,
    options={
        "a": ("nothing", "什么也不知道"),
        "b": ("the sum of all its numbers, and nothing else", "只知道所有数之和"),
        "c": ("the sum of each of its rows, and nothing else", "只知道每一行之和"),
        "d": ("the sum of each of its columns, and nothing else", "只知道每一列之和"),
        "e": ("all its numbers", "知道每一个数"),
    },
    hints=[
        (
            "In every window the three cells of a row are equal. Take that number out of the sum.",
            "每个窗口里，同一行的三格相等。把这个数提到括号外面来。",
        ),
        (
            "With x, y, z for the rows of a window, the answer is x times the first row's sum, plus y times the second's, plus z times the third's.",
            "设窗口三行的值为 x、y、z，输出就是 x 乘第一行之和，加 y 乘第二行之和，加 z 乘第三行之和。",
        ),
    ],
    because=(
        "The answer depends on the three row sums alone, and windows with different rows tell these three apart. For nine "
        "unknowns there are three equations at most; everything else leaves no trace.",
        "输出只与三个行和有关，而各行不同的窗口能把这三个和分清。九个未知数最多只有三个独立的方程；除了这三个和，其余的都没有留下痕迹。",
    ),
    wrong={
        "a": (
            "Kernels with other row sums give other answers, for example a kernel of ones and a kernel of zeros.",
            "行和不同的卷积核给出的输出也不同，例如全 1 的卷积核和全零的卷积核。",
        ),
        "b": (
            "The sum of all is known, but that is not everything: in section 7 the kernel had one row, here it has three, and the rows of "
            "the picture differ.",
            "总和确实能知道，但不止如此：第 7 节的卷积核只有一行，这里有三行，而图像的各行并不相同。",
        ),
        "d": (
            "That would be a picture without horizontal edges, each column the same from top to bottom. Here each row is the same from left to right.",
            "那是没有水平边缘的图像，每一列从上到下都一样。这里是每一行从左到右都一样。",
        ),
        "e": (
            "Add 1 to the first number of a row of the kernel and take it from the second: no answer changes.",
            "把卷积核某一行的第一个数加 1、第二个数减 1：输出毫无变化。",
        ),
    },
)
def without_vertical_edges() -> str:
    # Rows of many kinds, each the same from left to right.
    # zh: # 各行不同，每行从左到右都一样。
    X = torch.tensor([0.0, 1.0, 0.0, 0.0, 2.0, 1.0, 1.0, 3.0]).double().reshape(-1, 1).expand(8, 8)
    A = X.unfold(0, 3, 1).unfold(1, 3, 1).reshape(-1, 9)
    # The part of a kernel that leaves a trace in the answer.
    # zh: # 卷积核中会在输出里留下痕迹的那一部分。
    trace = torch.linalg.pinv(A) @ A
    cells = torch.eye(9).double().reshape(3, 3, 9)
    questions = {
        "b": cells.sum((0, 1)).reshape(1, 9),
        "c": cells.sum(1),
        "d": cells.sum(0),
        "e": cells.reshape(9, 9),
    }
    # A question is answered if nothing of it is lost; of these take the one that tells most.
    # zh: # 一个问题要问的东西丝毫没有丢失，才算能够回答；在能回答的问题里，取透露得最多的。
    answered = {letter: len(rows) for letter, rows in questions.items() if torch.allclose(rows @ trace, rows)}
    return max(answered, key=answered.get, default="a")


def textures_and_secrets():
    """Pictures so different in brightness that a learning rate which does for one explodes on another, or creeps."""
    draw = Draw(seed=4)
    cases = []
    for scale in (0.1, 1.0, 10.0):
        X, secret = draw.normal(draw.size(10, 18), draw.size(10, 18)) * scale, draw.normal(3, 3)
        cases.append((X, F.conv2d(X[None, None], secret[None, None])[0, 0], secret))
    return cases


def learned(X, Y, steps, rate=None):
    """Descent with 1 / steepest curvature, or the rate given."""
    K, rate = X.new_zeros(3, 3), rate or 1 / curvature(X, (3, 3))[-1]
    for _ in range(steps):
        K = K - rate * 2 * d2l.corr2d(X, d2l.corr2d(X, K) - Y)
    return K


DIVERGED = Mistake(
    "diverged",
    "The numbers grow beyond all bounds: the rate lies above the border for this picture, or the step goes uphill.",
    "数越来越大，没有止境：学习率超过了这张图像的分界线，或者每一步都在往上坡走。",
)
NOT_THERE_YET = Mistake(
    "not there yet",
    "The kernel is not there yet: more than 0.01 off. Does the rate fit this picture, and are there enough steps?",
    "卷积核还没有学到位：误差超过 0.01。学习率适合这张图像吗？步数够吗？",
)
SHAPE_OF_KERNEL = (
    "Return the kernel as a tensor of shape (3, 3).",
    "请返回形状为 (3, 3) 的卷积核张量。",
)


def complaint_about_kernel(K, X, Y, secret):
    if not isinstance(K, torch.Tensor) or K.shape != (3, 3):
        return SHAPE_OF_KERNEL
    K = K.detach().cpu().to(secret.dtype)
    if not K.isfinite().all() or K.abs().max() > 100:
        return DIVERGED
    if (K - secret).abs().max() <= 0.01:
        return None
    return KERNEL_FLIPPED if (K.flip(0, 1) - secret).abs().max() <= 0.01 else NOT_THERE_YET


@exercise(
    en=r"""
        Learn a $3\times 3$ kernel from picture and answer by gradient descent. The pictures differ in size and brightness, so one fixed
        learning rate will not do for all: work it out from `X`. The kernel must be right to within 0.01. Step by step, please: `lstsq` and its
        like, which jump right to the bottom, are not allowed.
    """,
    zh=r"""
        用梯度下降，从图像和对应的输出中学出一个 $3\times 3$ 的卷积核。各张图像的大小和亮度都不同，一个固定的学习率应付不了：
        请根据 `X` 算出合适的。卷积核的误差不得超过 0.01。请一步一步地走：`lstsq` 之类一下跳到碗底的办法，这里不许用。
    """,
    also=textures_and_secrets,
    accepts=complaint_about_kernel,
    without=("lstsq", "solve", "pinv", "inv", "inverse"),
    types=False,
    devices=False,
    hints=[
        (
            "A rate that suits one picture explodes on a brighter one. Which of your functions tells how large it may be?",
            "适合这张图像的学习率，换一张更亮的图像就会发散。你写的哪个函数能告诉你它最大可以是多少？",
        ),
        (
            "Begin with zeros and repeat `K = K - lr * gradient(X, Y, K)`. Half of `largest_rate(X, (3, 3))` is safe.",
            "从全零出发，反复执行 `K = K - lr * gradient(X, Y, K)`。取 `largest_rate(X, (3, 3))` 的一半就很稳妥。",
        ),
        (
            "A hundred steps are enough: these pictures are rough, and their bowls are round.",
            "走一百步就够了：这些图像起伏杂乱，碗很圆。",
        ),
    ],
    mistakes=[
        DIVERGED.made_by(lambda X, Y: learned(X, Y, 60, rate=0.03)),
        NOT_THERE_YET.made_by(lambda X, Y: learned(X, Y, 3)),
        KERNEL_FLIPPED.made_by(lambda X, Y: learned(X, Y, 200).flip(0, 1)),
    ],
)
def learn_3x3(X: torch.Tensor, Y: torch.Tensor) -> torch.Tensor:
    """The kernel of shape (3, 3) with corr2d(X, kernel) == Y, found by gradient descent.

    >>> X = torch.randn(12, 10, generator=torch.Generator().manual_seed(0))
    >>> K = torch.arange(9.0).reshape(3, 3)
    >>> bool((learn_3x3(X, d2l.corr2d(X, K)) - K).abs().max() < 0.01)
    True
    """
    # Half of the largest rate: along the steepest axis one step reaches the bottom.
    # zh: # 取学习率上限的一半：沿最陡的轴一步就到最低点。
    A = X.unfold(0, 3, 1).unfold(1, 3, 1).reshape(-1, 9)
    lr = 1 / torch.linalg.eigvalsh(2 * A.T @ A)[-1]
    K = X.new_zeros(3, 3)
    for _ in range(200):
        error = d2l.corr2d(X, K) - Y
        K = K - lr * 2 * d2l.corr2d(X, error)
    return K


@prediction(
    en="""
        This time the answer was made by a true **convolution**: `Y = d2l.convolve2d(X, K)` with the secret kernel `K` = `[[1, 2], [3, 5]]`
        and a picture `X` of noise. A layer `nn.Conv2d(1, 1, 2, bias=False)` learns from `X` and `Y` until the loss is zero. Which kernel does it hold then?
    """,
    zh="""
        这一次，目标输出是用真正的**卷积**算出来的：`Y = d2l.convolve2d(X, K)`，秘密卷积核 `K` 是 `[[1, 2], [3, 5]]`，图像 `X` 是噪声。
        让一个 `nn.Conv2d(1, 1, 2, bias=False)` 从 `X` 和 `Y` 学习，直到损失为零。这时它的卷积核是什么？
    """,
    hints=[
        (
            "A layer lays its kernel on the picture as it is. Which kernel, laid on as it is, does what a convolution with the secret one does?",
            "卷积层把卷积核原样放到图像上。哪个卷积核原样放上去，效果等于用秘密卷积核做卷积？",
        ),
        (
            "Chapter 02: a convolution is a cross-correlation with the kernel turned by 180 degrees.",
            "第 02 章：卷积就是用旋转 180 度之后的卷积核做互相关。",
        ),
    ],
    because=(
        "The layer computes a cross-correlation, so it learns the secret kernel turned by 180 degrees, and answers just as the "
        "convolution does. That is why nobody who trains a network cares which of the two it computes.",
        "这一层算的是互相关，所以学到的是旋转 180 度后的秘密卷积核，输出与卷积完全相同。训练网络的人不在乎它算的是哪一种，原因就在这里。",
    ),
    mistakes=[
        Mistake(
            "secret itself",
            "That is the secret kernel. Laid on the picture as it is, it does not give the answers of a convolution.",
            "这是秘密卷积核本身。把它原样放到图像上，得不到卷积的结果。",
            lambda: [[1, 2], [3, 5]],
        ),
        Mistake(
            "kernel transposed",
            "You have transposed the kernel. A turn by 180 degrees reverses the rows and the columns.",
            "你把卷积核转置了。旋转 180 度是把行和列都反过来。",
            lambda: [[1, 3], [2, 5]],
        ),
        Mistake(
            "one axis flipped",
            "You have reversed one axis only. A turn by 180 degrees reverses both.",
            "你只反了一个轴。旋转 180 度要把两个轴都反过来。",
            lambda: [[3, 5], [1, 2]],
        ),
        Mistake(
            "one axis flipped",
            "You have reversed one axis only. A turn by 180 degrees reverses both.",
            "你只反了一个轴。旋转 180 度要把两个轴都反过来。",
            lambda: [[2, 1], [5, 3]],
        ),
    ],
)
def learned_from_convolution() -> torch.Tensor:
    """two rows of two numbers, such as [[1, 2], [3, 4]]"""
    X = torch.randn(9, 9, generator=torch.Generator().manual_seed(0)).double()
    Y = d2l.convolve2d(X, torch.tensor([[1.0, 2.0], [3.0, 5.0]]).double())
    K = torch.zeros(2, 2).double()
    for _ in range(100):
        K = K - 0.004 * 2 * d2l.corr2d(X, d2l.corr2d(X, K) - Y)
    return K.round(decimals=3)


SOBEL = torch.tensor([[-1.0, 0.0, 1.0], [-2.0, 0.0, 2.0], [-1.0, 0.0, 1.0]], dtype=torch.float64)


def parts_of_the_photo():
    """Two pieces of the photograph, as hard to learn from as the whole, with several numbers of steps."""
    photo = d2l.photo("china", gray=True).double()
    pieces = [photo[300:348, 50:86].contiguous(), photo[250:290, 300:360].contiguous()]
    first, second = [(piece, d2l.corr2d(piece, SOBEL)) for piece in pieces]
    return [(*first, 0), (*first, 1), (*first, 2), (*first, 10), (*first, 400), (*second, 400)]


def moved(picture, response, steps, momentum=0.95, rate=1.0, start=0.0):
    """Momentum on the mean squared error, with a rate in parts of the largest that is stable without momentum."""
    lr = rate * 2 * response.numel() / curvature(picture, (3, 3))[-1]
    K = torch.full_like(SOBEL, start)
    v = torch.zeros_like(K)
    for _ in range(steps):
        v = momentum * v - lr * 2 * d2l.corr2d(picture, d2l.corr2d(picture, K) - response) / response.numel()
        K = K + v
    return K


STEPS_IGNORED = Mistake(
    "steps ignored",
    "A few steps give the finished kernel: does `steps` count?",
    "没走几步就得到了学成的卷积核：`steps` 起作用了吗？",
    lambda picture, response, steps=400: moved(picture, response, 500),
)
NOT_FROM_ZERO = Mistake(
    "not from zero",
    "After 0 steps the kernel has to be zero: begin with zeros, and take no step too many.",
    "走 0 步之后，卷积核应当是零：从零出发，也不要多走。",
    lambda picture, response, steps=400: moved(picture, response, steps, start=0.5),
)
NO_MOMENTUM = Mistake(
    "no momentum",
    "The second step takes nothing along from the first: that is plain descent. Keep the velocity from step to step.",
    "第二步没有带上第一步的速度：这是普通的梯度下降。速度要一步一步地保留下去。",
    lambda picture, response, steps=400: moved(picture, response, steps, momentum=0.0, rate=0.9),
)
UPHILL = Mistake(
    "uphill",
    "The first steps go along the gradient, which is uphill. Look at the two signs.",
    "一开始就沿着梯度走，那是上坡。检查一下两处的正负号。",
    lambda picture, response, steps=400: moved(picture, response, steps, rate=-0.1),
)
MOVED_TOO_LATE = Mistake(
    "moved too late",
    "After one step the kernel is still zero. First the velocity takes up the gradient, then the kernel moves by the new velocity.",
    "走了一步，卷积核还是零。应当先把梯度加进速度，再按新的速度移动卷积核。",
    lambda picture, response, steps=400: moved(picture, response, max(steps - 1, 0)),
)
MEAN_SUBTRACTED = Mistake(
    "mean subtracted",
    "You subtract the mean from the picture. Here the velocity has to do without that help.",
    "你从图像中减去了平均值。这里要只靠速度，不用这个办法。",
    lambda picture, response, steps=400: moved(picture - picture.mean(), response, steps),
)
OTHER_STEPS = Mistake(
    "other steps",
    "The first two steps do not follow the rule. The velocity, zero at first, is multiplied by the momentum; the learning rate times the gradient of "
    "the mean squared error at the present kernel is taken from it; then it is added to the kernel.",
    "头两步没有按规则走：速度从零开始，每步先乘以动量，再减去学习率乘以均方误差在当前卷积核处的梯度，然后加到卷积核上。",
    lambda picture, response, steps=400: steps * moved(picture, response, 1),
)
TOO_SLOW_OR_WILD = Mistake(
    "still far off",
    "After 400 steps the kernel is still more than 0.05 off: the momentum or the rate is too small, or the momentum is so close to 1 "
    "that the kernel keeps swinging.",
    "走了 400 步，卷积核的误差仍大于 0.05：动量或学习率太小，或者动量太接近 1，卷积核一直在摆动。",
    lambda picture, response, steps=400: moved(picture, response, steps, rate=0.01, momentum=0.5),
)
MOMENTUM_DIVERGED = DIVERGED.made_by(lambda picture, response, steps=400: moved(picture, response, steps, rate=2.5))


def first_steps(K, picture, response, steps):
    """Where one or two steps from zero lead: K = -a g, or K = -a g + b H g. Returns [a] or [a, b]; None if they lead elsewhere.

    With a velocity a = rate (2 + momentum) and b = rate squared.
    """
    A = windows_of(picture, (3, 3))
    H, g = 2 * A.T @ A / len(A), -2 * A.T @ response.flatten() / len(A)
    ways = torch.stack([-g, H @ g], dim=1)[:, :steps]
    parts = torch.linalg.lstsq(ways, K.reshape(-1, 1)).solution
    rest = ways @ parts - K.reshape(-1, 1)
    return None if rest.abs().max() > 1e-4 * K.abs().max() else parts.flatten().tolist()


def complaint_about_first_steps(K, picture, response, steps):
    if not K.any():
        return MOVED_TOO_LATE
    parts = first_steps(K, picture, response, steps)
    if parts is None:
        centred = first_steps(K, picture - picture.mean(), response, steps)
        return MEAN_SUBTRACTED if centred else OTHER_STEPS
    a, b = parts[0], parts[-1]
    if a < 0:
        return UPHILL
    if steps == 2 and b <= 1e-4 * a**2:  # no gradient where the first step has led
        return OTHER_STEPS
    return NO_MOMENTUM if steps == 2 and abs(a / b**0.5 - 2) < 1e-3 else None


def complaint_about_momentum(K, picture, response, steps):
    if not isinstance(K, torch.Tensor) or K.shape != (3, 3):
        return SHAPE_OF_KERNEL
    K = K.detach().cpu().double()
    error = (K - SOBEL).abs().max()
    if steps < 400 and error < 0.05:
        return STEPS_IGNORED
    if steps == 0:
        return NOT_FROM_ZERO if K.any() else None
    if steps <= 2:
        return complaint_about_first_steps(K, picture, response, steps)
    if steps == 400 and not error < 10:
        return MOMENTUM_DIVERGED
    return TOO_SLOW_OR_WILD if steps == 400 and error >= 0.05 else None


@exercise(
    en=r"""
        Momentum: keep a velocity, and in each step first renew it, $v \leftarrow \mu v - \eta\, g$, then move by it, $K \leftarrow K + v$. Here $g$ is the
        gradient of the mean squared error, and kernel and velocity begin at zero. Beat plain descent on parts of the photograph: choose $\mu$ and $\eta$ so
        that the largest error of the kernel is below 0.05 after 400 steps, *without subtracting the mean* from the picture.
    """,
    zh=r"""
        动量：一路保留着速度，每步先更新它，$v \leftarrow \mu v - \eta\, g$，再按它移动，$K \leftarrow K + v$。其中 $g$ 是均方误差的梯度，卷积核和速度都从零开始。
        请在照片的若干局部上胜过普通的梯度下降：选取 $\mu$ 和 $\eta$，*不从图像中减去平均值*，走 400 步之后，卷积核的最大误差要小于 0.05。
    """,
    also=parts_of_the_photo,
    accepts=complaint_about_momentum,
    types=False,
    devices=False,
    hints=[
        ("Try a momentum of 0.9 to 0.98.", "动量可以在 0.9 到 0.98 之间试。"),
        (
            "With momentum the border lies higher, at (2 + 2 times the momentum) divided by the steepest curvature.",
            "有了动量，分界线会升高，等于（2 加上动量的 2 倍）除以最陡的曲率。",
        ),
        (
            "The loss is the mean: divide the gradient by `response.numel()`, and the curvatures too.",
            "损失是平均值：梯度要除以 `response.numel()`，曲率也要除。",
        ),
    ],
    mistakes=[
        STEPS_IGNORED,
        NOT_FROM_ZERO,
        MOVED_TOO_LATE,
        MEAN_SUBTRACTED,
        OTHER_STEPS,
        NO_MOMENTUM,
        UPHILL,
        TOO_SLOW_OR_WILD,
        MOMENTUM_DIVERGED,
    ],
)
def learn_with_momentum(picture: torch.Tensor, response: torch.Tensor, steps: int = 400) -> torch.Tensor:
    """The kernel, of shape (3, 3), after that many steps from zero.

    >>> learn_with_momentum(torch.ones(4, 4), torch.zeros(2, 2), steps=3)
    tensor([[0., 0., 0.],
            [0., 0., 0.],
            [0., 0., 0.]])
    """
    # The steepest curvature of the mean squared error sets the rate.
    # zh: # 均方误差最陡的曲率决定学习率。
    A = picture.unfold(0, 3, 1).unfold(1, 3, 1).reshape(-1, 9)
    steepest = torch.linalg.eigvalsh(2 * A.T @ A)[-1] / response.numel()
    momentum = 0.95
    lr = 0.9 * (2 + 2 * momentum) / steepest
    K = picture.new_zeros(3, 3)
    v = torch.zeros_like(K)
    for _ in range(steps):
        error = d2l.corr2d(picture, K) - response
        # On the flat axes the small gradients agree step after step, so their velocity adds up.
        # zh: # 在平缓的轴上，小小的梯度步步同向，速度便积累起来。
        v = momentum * v - lr * 2 * d2l.corr2d(picture, error) / response.numel()
        K = K + v
    return K


def covariance(X, kernel_size):
    A = windows_of(X, kernel_size)
    return torch.linalg.inv(A.T @ A)


def deviation_by_impulses(X, kernel_size, sigma):
    """A kernel learned from each single cell of noise alone; independent deviations add up as squares do."""
    A = windows_of(X, kernel_size).double()
    learned_from_one = torch.linalg.lstsq(A, torch.eye(len(A)).double()).solution
    return sigma * learned_from_one.square().sum(1).sqrt().reshape(kernel_size)


@exercise(
    effort="takes a while",
    en="""
        The answer comes with noise: `Y + sigma * torch.randn_like(Y)`. Even the bottom of the bowl is then a
        little off. Predict the standard deviation of each number of the learned kernel, without simulating. (You need one rule of statistics: if the
        numbers in $y$ vary independently with standard deviation $\\sigma$, then those in $Ay$ have the covariance $\\sigma^2 A A^\\top$.)
    """,
    zh="""
        假如给出的输出带有噪声：`Y + sigma * torch.randn_like(Y)`，那么连碗底也会偏一点。
        请不做模拟，直接算出学到的卷积核中每个数的标准差。（要用到一条统计规则：若 $y$ 中各数相互独立、标准差都是 $\\sigma$，则 $Ay$ 的协方差是
        $\\sigma^2 A A^\\top$。）
    """,
    case=lambda draw: (*clear_picture(draw), draw.choice([0.5, 2.0, 3.0])),
    truth=deviation_by_impulses,
    hints=[
        (
            "The bottom of the bowl is the least-squares solution, a fixed matrix times the noisy answer.",
            "碗底就是最小二乘解，它等于一个固定的矩阵乘以带噪声的输出。",
        ),
        (
            "If the noise has covariance $\\sigma^2 I$, then $M$ times the noise has covariance $\\sigma^2 M M^\\top$.",
            "如果噪声的协方差是 $\\sigma^2 I$，那么 $M$ 乘以噪声的协方差是 $\\sigma^2 M M^\\top$。",
        ),
        (
            "Here that becomes $\\sigma^2 (A^\\top A)^{-1}$, and the variances stand on its diagonal.",
            "在这里它化为 $\\sigma^2 (A^\\top A)^{-1}$，方差就在它的对角线上。",
        ),
    ],
    mistakes=[
        Mistake(
            "variance",
            "Those are the variances. The standard deviation is the square root.",
            "这是方差。标准差是它的平方根。",
            lambda X, kernel_size, sigma: sigma**2 * covariance(X, kernel_size).diagonal().reshape(kernel_size),
        ),
        Mistake(
            "neighbours ignored",
            "You have inverted the diagonal alone. Neighbouring cells of the picture resemble each other, and that makes the numbers "
            "harder to tell apart: invert the whole matrix first.",
            "你只对对角线取了倒数。图像中相邻的格彼此相似，卷积核的各个数就更难分清：应当先求整个矩阵的逆。",
            lambda X, kernel_size, sigma: (
                sigma / windows_of(X, kernel_size).square().sum(0).sqrt().reshape(kernel_size)
            ),
        ),
        Mistake(
            "curvature in place of the matrix",
            "You have inverted the curvature, `2 * A.T @ A`. That 2 belongs to the loss; the least-squares solution does not know it.",
            "你求的是曲率 `2 * A.T @ A` 的逆。这个 2 属于损失，与最小二乘解无关。",
            lambda X, kernel_size, sigma: (
                sigma * (covariance(X, kernel_size).diagonal() / 2).sqrt().reshape(kernel_size)
            ),
        ),
        Mistake(
            "sigma forgotten",
            "The noise is missing: twice the `sigma`, twice the deviation.",
            "漏掉了噪声的大小：`sigma` 加倍，标准差也加倍。",
            lambda X, kernel_size, sigma: covariance(X, kernel_size).diagonal().sqrt().reshape(kernel_size),
        ),
        Mistake(
            "sigma not squared",
            "Under the root stands the square of `sigma`; yours has `sigma` itself there.",
            "根号里面应当是 `sigma` 的平方，而你放的是 `sigma` 本身。",
            lambda X, kernel_size, sigma: (sigma * covariance(X, kernel_size).diagonal()).sqrt().reshape(kernel_size),
        ),
        Mistake(
            "flat",
            "The numbers are right. Bring them back into the rows and columns of the kernel.",
            "数值是对的，还要把它们排回卷积核的行和列。",
            lambda X, kernel_size, sigma: sigma * covariance(X, kernel_size).diagonal().sqrt(),
        ),
    ],
)
def kernel_deviation(X: torch.Tensor, kernel_size: tuple[int, int], sigma: float) -> torch.Tensor:
    """Standard deviation of each learned kernel number, a tensor of shape kernel_size.

    >>> kernel_deviation(torch.tensor([[1.0, 1.0, 1.0, 1.0]]), (1, 1), 2.0)
    tensor([[1.]])
    """
    h, w = kernel_size
    A = X.unfold(0, h, 1).unfold(1, w, 1).reshape(-1, h * w)
    # The bottom of the bowl is inv(A^T A) A^T y, so noise of variance 1 gives the covariance inv(A^T A).
    # zh: # 碗底是 inv(A^T A) A^T y，所以方差为 1 的噪声给出的协方差是 inv(A^T A)。
    covariance = torch.linalg.inv(A.T @ A)
    return sigma * covariance.diagonal().sqrt().reshape(h, w)
