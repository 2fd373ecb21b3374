"""Exercises of chapter 04, learning a kernel."""

import torch
import torch.nn.functional as F

import d2lutil as d2l

from .engine import choice, exercise, prediction
from .engine.cases import Draw
from .engine.mistakes import BIAS_PER_PIXEL, KERNEL_FLIPPED, Mistake

FACTOR_TWO_FORGOTTEN = Mistake(
    "factor 2 forgotten",
    "The derivative of a square is 2 times what is squared: the factor 2 is missing.",
    "平方的导数是 2 乘以被平方的那个量：这里漏掉了因子 2。",
)


def windows_of(X, kernel_size):
    """Each window as a row, shape (windows, kernel entries)."""
    return F.unfold(X[None, None], kernel_size)[0].T


def eigenvalues(X, kernel_size, factor=2):
    """Of the Hessian; in ascending order."""
    A = windows_of(X, kernel_size)
    return torch.linalg.eigvalsh(factor * A.T @ A)


def clear_image(draw, scale=1.0, low=-4, high=4):
    """(image, kernel size): every change of the kernel clearly changes the output."""
    while True:
        k_h, k_w = draw.sizes(1, 3)
        h, w = draw.sizes(1, 3)
        X = draw.tensor(k_h + h, k_w + w, low=low, high=high) * scale
        values = eigenvalues(X, (k_h, k_w))
        if values[0] > 0.02 * values[-1] > 0:
            return X, (k_h, k_w)


def largest_by_autograd(X, kernel_size):
    K = torch.zeros(kernel_size)
    H = torch.autograd.functional.hessian(lambda K: F.conv2d(X[None, None], K[None, None]).square().sum(), K)
    return torch.linalg.matrix_norm(H.reshape(K.numel(), K.numel()), 2).item()


@exercise(
    effort="warm-up",
    en="""
        Compute the largest stable learning rate, the limit that a learning rate must stay below, for an image and a kernel size. The loss is the
        sum of the squared residuals, and its Hessian is `hessian(X, kernel_size)` of section 5.
    """,
    zh="""
        给定一张图像和卷积核的大小，求最大稳定学习率，也就是学习率必须低于的那个上限。损失是残差的平方和，
        它的海森矩阵就是第 5 节的 `hessian(X, kernel_size)`。
    """,
    case=lambda draw: clear_image(draw, scale=0.5, low=0, high=2),
    truth=lambda X, kernel_size: 2 / largest_by_autograd(X, kernel_size),
    tolerance=1e-5,
    hints=[
        (
            "Section 5: along each axis a step multiplies the error by a factor. Between which two numbers must this factor lie?",
            "第 5 节：每走一步，每条轴上的误差都乘以一个因子。这个因子必须在哪两个数之间？",
        ),
        (
            "The steepest axis sets the limit: take the largest eigenvalue, `torch.linalg.eigvalsh(...)[-1]`.",
            "上限由最陡轴决定：取最大的特征值 `torch.linalg.eigvalsh(...)[-1]`。",
        ),
    ],
    mistakes=[
        Mistake(
            "flattest axis",
            "You have used the smallest eigenvalue. The error on the steepest axis, which has the largest eigenvalue, is the first to grow.",
            "你用的是最小的特征值。最先发散的是最陡轴上的误差，那条轴的特征值最大。",
            lambda X, kernel_size: 2 / eigenvalues(X, kernel_size)[0].item(),
        ),
        Mistake(
            "half the limit",
            "That is 1 divided by the largest eigenvalue. At this rate one step reaches the bottom along the steepest axis. The limit is twice as large.",
            "这是 1 除以最大的特征值。学习率取这个值，沿最陡轴走一步就到底。上限是它的两倍。",
            lambda X, kernel_size: 1 / eigenvalues(X, kernel_size)[-1].item(),
        ),
        Mistake(
            "factor 2 forgotten",
            "The Hessian is `2 * A.T @ A`; the 2 comes from the square in the loss.",
            "海森矩阵是 `2 * A.T @ A`；这个 2 来自损失里的平方。",
            lambda X, kernel_size: 2 / eigenvalues(X, kernel_size, factor=1)[-1].item(),
        ),
        Mistake(
            "eigenvalue itself",
            "That is the largest eigenvalue. The learning rate must stay below 2 divided by it.",
            "这是最大的特征值。学习率必须小于 2 除以它。",
            lambda X, kernel_size: eigenvalues(X, kernel_size)[-1].item(),
        ),
        Mistake(
            "best rate",
            "That is the best fixed rate: the errors on the steepest and on the flattest axis shrink equally fast. The question asks for the largest stable rate.",
            "这是最优的固定学习率，此时最陡轴和最平轴上的误差缩小得一样快。题目问的是最大稳定学习率。",
            lambda X, kernel_size: 2 / (eigenvalues(X, kernel_size)[0] + eigenvalues(X, kernel_size)[-1]).item(),
        ),
        Mistake(
            "rate for the mean",
            "That is the limit for the mean of the squared residuals. Here the loss is their sum.",
            "这是损失取平均值时的上限。这里的损失是残差的平方和。",
            lambda X, kernel_size: 2 / eigenvalues(X, kernel_size)[-1].item() * len(windows_of(X, kernel_size)),
        ),
    ],
)
def largest_rate(X: torch.Tensor, kernel_size: tuple[int, int]) -> float:
    """The learning rate above which gradient descent on the sum of the squared residuals diverges.

    zh: 损失为残差平方和时，学习率超过多少，梯度下降就发散。

    >>> round(largest_rate(torch.tensor([[1.0, 1.0, 1.0]]), (1, 2)), 4)
    0.25
    """
    # Each window, flattened, is a row of A, as in section 5.
    # zh: # 和第 5 节一样，每个窗口展平成 A 的一行。
    h, w = kernel_size
    A = X.unfold(0, h, 1).unfold(1, w, 1).reshape(-1, h * w)
    # The largest eigenvalue comes last. At a rate above 2 / eigenvalue the error on its axis grows in every step.
    # zh: # 最大的特征值排在最后。学习率超过 2 / 特征值，那条轴上的误差就一步比一步大。
    return 2 / torch.linalg.eigvalsh(2 * A.T @ A)[-1].item()


@choice(
    en="""
        The last line of this loop is the update; four ways to write it are listed below the loop. Before the loop, run
        `w = torch.tensor(3.0, requires_grad=True)`.

        ```python
        for _ in range(2):
            loss = (w - 1) ** 2
            w.grad = None
            loss.backward()
            ...
        ```

        Only one of the four gets through both steps. Which one? Why does each of the others fail?
    """,
    zh="""
        下面这个循环的最后一行是更新，有四种写法。循环之前先执行 `w = torch.tensor(3.0, requires_grad=True)`：

        ```python
        for _ in range(2):
            loss = (w - 1) ** 2
            w.grad = None
            loss.backward()
            ...
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
            "After the first update, is `w` the same tensor or a new one? Which properties must it have for the second step?",
            "第一次更新之后，`w` 还是原来那个张量，还是新的？要走第二步，它必须具备哪些性质？",
        ),
        (
            "Try all four. After one step look at `w.requires_grad` and `w.is_leaf`: both must be true, so `w` must not be the result of a recorded computation.",
            "四种都试一试。走完一步后看看 `w.requires_grad` 和 `w.is_leaf`：两者都必须为真，也就是说，`w` 不能是被记录的运算的结果。",
        ),
    ],
    because=(
        "Under `torch.no_grad()` the tensor is changed in place and the change is not recorded, so `w` is still a leaf that requires "
        "gradients.",
        "在 `torch.no_grad()` 之下，张量就地改动，而且不被记录，所以 `w` 仍是要求梯度的叶子张量。",
    ),
    wrong={
        "a": (
            "PyTorch raises an error in the first step: a leaf that requires gradients must not be changed in place while autograd "
            "records.",
            "第一步 PyTorch 就会报错：自动求导正在记录时，不允许就地改动要求梯度的叶子张量。",
        ),
        "b": (
            "The first step works, but the new `w` is the result of a recorded computation and no longer a leaf. `backward` does not fill its "
            "`.grad`, so the second step gets None.",
            "第一步没问题，但新的 `w` 是被记录的运算的结果，不再是叶子张量。`backward` 不会填它的 `.grad`，第二步拿到的是 None。",
        ),
        "d": (
            "Nothing is recorded, so the new tensor `w` does not require gradients, and `backward` raises an error in the second "
            "step.",
            "运算没有被记录，新建的张量 `w` 就不要求梯度，第二步调用 `backward` 时便会报错。",
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


def image_and_target(draw, low=-4, high=4):
    """An image, a target and a kernel whose sizes fit each other."""
    k_h, k_w = draw.sizes(1, 3)
    h, w = draw.sizes(1, 4)
    sizes = (k_h + h - 1, k_w + w - 1), (h, w), (k_h, k_w)
    return tuple(draw.tensor(*size, low=low, high=high) for size in sizes)


def bias_by_autograd(X, Y, K, u):
    u = u.clone().requires_grad_()
    F.mse_loss(F.conv2d(X[None, None], K[None, None])[0, 0] + u, Y, reduction="sum").backward()
    return u.grad


def excess(X, Y, K, u=0.0):
    """Output minus target: the residual with its sign reversed."""
    return F.conv2d(X[None, None], K[None, None])[0, 0] + u - Y


@exercise(
    en=r"""
        Give the layer a bias: $\hat Y = \text{corr2d}(X, K) + u$. Find the derivative of the loss with respect to $u$ by hand, as in
        section 4. The check compares your result with autograd.
    """,
    zh=r"""
        给卷积层加上偏置：$\hat Y = \text{corr2d}(X, K) + u$。请像第 4 节那样，亲手推导损失对 $u$ 的导数；
        检查时会与自动求导的结果比较。
    """,
    case=lambda draw: (*image_and_target(draw), draw.tensor()),
    truth=bias_by_autograd,
    hints=[
        (
            "If `u` grows a little, by how much does the output grow at each position?",
            "`u` 增大一点点，输出在每个位置上会增大多少？",
        ),
        (
            "Put 1 in place of the pixel in the formula of section 4: add up the residuals and multiply by −2.",
            "第 4 节的公式里，把像素换成 1：把所有残差加起来，再乘以 −2。",
        ),
    ],
    mistakes=[
        FACTOR_TWO_FORGOTTEN.made_by(lambda X, Y, K, u: excess(X, Y, K, u).sum()),
        BIAS_PER_PIXEL.made_by(lambda X, Y, K, u: 2 * excess(X, Y, K, u)),
        Mistake(
            "bias left out of the error",
            "Compute the residual of the layer with its bias: add `u` to the output.",
            "残差应当是带偏置的层的残差：`u` 也要算进输出。",
            lambda X, Y, K, u: 2 * excess(X, Y, K).sum(),
        ),
        Mistake(
            "mean",
            "That is the derivative of the mean of the squared residuals. Here the loss is their sum.",
            "这是损失取平均值时的导数。这里的损失是残差的平方和。",
            lambda X, Y, K, u: 2 * excess(X, Y, K, u).mean(),
        ),
        Mistake(
            "loss itself",
            "That is the loss itself, not its derivative.",
            "这是损失本身，不是它的导数。",
            lambda X, Y, K, u: excess(X, Y, K, u).square().sum(),
        ),
    ],
)
def bias_gradient(X: torch.Tensor, Y: torch.Tensor, K: torch.Tensor, u: torch.Tensor) -> torch.Tensor:
    """The derivative with respect to u of the sum of the squared residuals Y - corr2d(X, K) - u, a number.

    zh: 残差 Y - corr2d(X, K) - u 的平方和对 u 的导数，是一个数。

    >>> one = torch.ones(1, 1)
    >>> bias_gradient(2 * one, one, 3 * one, torch.tensor(1.0))
    tensor(12.)
    """
    # u is added to the output once at every position, so all residuals count alike.
    # zh: # 每个位置的输出里都加了一个 u，所以各处的残差同样算数。
    residual = Y - d2l.corr2d(X, K) - u
    return -2 * residual.sum()


@prediction(
    en="""
        In section 2 the loss was the *sum* of the squared residuals, and the learning rate was 0.03. If you write `.mean()` in place of `.sum()`,
        which learning rate gives the same steps?
    """,
    zh="""
        第 2 节的损失是残差的平方**和**，学习率 0.03。现在把 `.sum()` 换成 `.mean()`。学习率取多少，每一步才与原来相同？
    """,
    hints=[
        (
            "A step is the learning rate times the gradient. How has the gradient changed?",
            "一步等于学习率乘以梯度。现在梯度变成了多少？",
        ),
        (
            "The mean divides by the number of entries of `Y`, 6 times 7. What has to compensate for that?",
            "求平均要除以 `Y` 的元素个数，即 6 乘 7。要靠什么来补偿？",
        ),
    ],
    because=(
        "`Y` has 42 entries, so the gradient of the mean is 1/42 of the gradient of the sum, and 42 · 0.03 = 1.26 compensates for that. A "
        "learning rate belongs to a loss, so a report has to state both.",
        "`Y` 有 42 个元素，所以求平均后梯度缩小到 1/42，而 42 · 0.03 = 1.26 正好补回来。学习率总是针对某种损失而言的，"
        "报告时两者都要写明。",
    ),
    mistakes=[
        Mistake(
            "same rate",
            "With the same rate each step is much shorter, because the gradient has changed.",
            "学习率不变，每一步就短得多，因为梯度已经变了。",
            lambda: 0.03,
        ),
        Mistake(
            "wrong direction",
            "The mean makes the gradient smaller. Should the rate become smaller, too?",
            "求平均使梯度变小。学习率也该变小吗？",
            lambda: 0.03 / 42,
        ),
        Mistake(
            "pixels of the image",
            "You have counted the pixels of `X`. There is one residual for each entry of `Y`.",
            "你数的是 `X` 的像素。`Y` 的每个元素才对应一个残差。",
            lambda: 0.03 * 48,
        ),
        Mistake(
            "entries of the kernel",
            "You have counted the entries of the kernel. The mean is taken over the entries of `Y`.",
            "你数的是卷积核的元素。平均值是对 `Y` 的元素取的。",
            lambda: 0.03 * 2,
        ),
    ],
)
def same_steps() -> float:
    """a number

    zh: 一个数
    """
    X = torch.ones(6, 8)
    X[:, 2:6] = 0
    Y = d2l.corr2d(X, torch.tensor([[1.0, -1.0]]))
    K = torch.tensor([[0.3, 0.5]], requires_grad=True)
    # How many times larger is the gradient of the sum?
    # zh: # 损失取平方和时，梯度是取平均值时的多少倍？
    squares = (d2l.corr2d(X, K) - Y) ** 2
    (summed,) = torch.autograd.grad(squares.sum(), K, retain_graph=True)
    (mean,) = torch.autograd.grad(squares.mean(), K)
    return round(0.03 * (summed / mean).mean().item(), 4)


def never_zeroed(X, Y, K, lr, steps):
    """By autograd, which adds to what is in .grad."""
    K = K.clone().requires_grad_()
    for _ in range(steps):
        F.mse_loss(F.conv2d(X[None, None], K[None, None])[0, 0], Y, reduction="sum").backward()
        with torch.no_grad():
            K -= lr * K.grad
    return K.detach()


def descended(X, Y, K, lr, steps, remember):
    """Descent in which ``remember`` turns all gradients so far into the one to follow."""
    gradients = []
    for _ in range(steps):
        gradients.append(2 * d2l.corr2d(X, d2l.corr2d(X, K) - Y))
        K = K - lr * remember(gradients)
    return K


@exercise(
    en="""
        Someone forgets `zero_grad` (section 2). Compute the kernel after a given number of steps of gradient descent on the sum
        of the squared residuals. Autograd is allowed.
    """,
    zh="""
        有人忘了写 `zero_grad`（第 2 节讲过它的作用）。损失是残差的平方和，请算出梯度下降走了给定步数之后的卷积核。
        可以用自动求导。
    """,
    case=lambda draw: (*image_and_target(draw, -2, 2), draw.choice([0.01, 0.02, 0.05]), draw.size(0, 5)),
    truth=never_zeroed,
    devices=False,  # a layer or an nn.Parameter made of K would pass for a mistake
    hints=[
        (
            "Without `zero_grad`, something besides the kernel is carried over from step to step. What is it?",
            "没有 `zero_grad`，从一步带到下一步的除了卷积核，还有一样东西。是什么？",
        ),
        (
            "Begin with a tensor of zeros of the kernel's shape. In every step add the new gradient to it and use the sum in place of the gradient.",
            "准备一个与卷积核形状相同的全零张量。每一步把新的梯度加上去，用这个和代替梯度。",
        ),
        (
            "Section 4 gives the gradient: `-2 * d2l.corr2d(X, Y - d2l.corr2d(X, K))`.",
            "梯度见第 4 节：`-2 * d2l.corr2d(X, Y - d2l.corr2d(X, K))`。",
        ),
    ],
    mistakes=[
        Mistake(
            "set to zero",
            "That is ordinary gradient descent: each step uses its own gradient only. Without `zero_grad` the old gradients are still in the sum.",
            "这是普通的梯度下降：每一步只用当前的梯度。没有 `zero_grad`，和里还留着旧的梯度。",
            lambda X, Y, K, lr, steps: descended(X, Y, K, lr, steps, lambda g: g[-1]),
        ),
        Mistake(
            "gradient of the start",
            "You compute the gradient once, at the start. The kernel moves, so each step has a new gradient, which must be added to the old ones.",
            "你只在起点算了一次梯度。卷积核在移动，每一步都有新的梯度，要加到旧的上面。",
            lambda X, Y, K, lr, steps: descended(X, Y, K, lr, steps, lambda g: len(g) * g[0]),
        ),
        Mistake(
            "newest gradient several times",
            "You multiply the newest gradient by the number of steps. The old gradients were computed for other kernels, so they are different.",
            "你把最新的梯度乘以步数。旧的梯度是对别的卷积核算出来的，与它并不相同。",
            lambda X, Y, K, lr, steps: descended(X, Y, K, lr, steps, lambda g: len(g) * g[-1]),
        ),
        Mistake(
            "only one step back",
            "You add only the gradient of the step before. All earlier gradients are in the sum, too.",
            "你只加了上一步的梯度。更早的梯度也全都在和里。",
            lambda X, Y, K, lr, steps: descended(X, Y, K, lr, steps, lambda g: sum(g[-2:])),
        ),
        FACTOR_TWO_FORGOTTEN.made_by(lambda X, Y, K, lr, steps: never_zeroed(X, Y, K, lr / 2, steps)),
        Mistake(
            "mean over the positions",
            "That is the result for the mean of the squared residuals. Here the loss is their sum.",
            "这是损失取平均值时的结果。这里的损失是残差的平方和。",
            lambda X, Y, K, lr, steps: never_zeroed(X, Y, K, lr / Y.numel(), steps),
        ),
        Mistake(
            "mean over the steps",
            "The gradients are added up, without dividing by the number of steps.",
            "梯度是累加的，并不除以步数。",
            lambda X, Y, K, lr, steps: descended(X, Y, K, lr, steps, lambda g: sum(g) / len(g)),
        ),
    ],
    because=(
        "Without `zero_grad` each step uses the sum of all gradients so far. This is momentum with the factor 1: old gradients do not decay.",
        "没有 `zero_grad`，每一步都用迄今所有梯度之和。这就是系数为 1 的动量：旧的梯度不会衰减。",
    ),
)
def without_zeroing(X: torch.Tensor, Y: torch.Tensor, K: torch.Tensor, lr: float, steps: int) -> torch.Tensor:
    """The kernel after the given number of steps from K, if the gradient is never set to zero.

    zh: 从 K 出发走 steps 步、始终不把梯度清零，得到的卷积核。

    >>> one = torch.ones(1, 1)
    >>> without_zeroing(one, 0 * one, one, lr=0.5, steps=2)
    tensor([[-1.]])
    """
    # What K.grad would contain.
    # zh: # 相当于 K.grad 里的内容。
    collected = torch.zeros_like(K)
    for _ in range(steps):
        residual = Y - d2l.corr2d(X, K)
        # A new tensor each time, so that the caller's K stays as it is.
        # zh: # 每次都新建张量，调用者的 K 保持不变。
        collected = collected - 2 * d2l.corr2d(X, residual)
        K = K - lr * collected
    return K


ONE_WINDOW = Mistake(
    "one window",
    "Only one window fits into this image: one equation for two unknowns.",
    "这张图像只放得下一个窗口：两个未知数，只有一个方程。",
    lambda: torch.tensor([[0.0, 1.0]]),
)
NO_WINDOW = Mistake(
    "no window",
    "A kernel of two columns does not fit into this image.",
    "两列的卷积核根本放不进这张图像。",
    lambda: torch.tensor([[0.0], [1.0], [0.0]]),
)
WINDOWS_ALIKE = Mistake(
    "windows say the same",
    "The windows are multiples of each other, so their equations give the same information and one eigenvalue is zero.",
    "各个窗口互成倍数，它们的方程给出同样的信息，有一个特征值是零。",
    lambda: torch.tensor([[1.0, 1.0, 1.0]]),
)
TOO_LARGE = Mistake(
    "more pixels than needed",
    "This image and its output determine every kernel, but fewer pixels are enough.",
    "这张图像和它的输出能唯一地确定任何卷积核，但像素还可以更少。",
    lambda: torch.tensor([[0.0, 1.0], [1.0, 0.0]]),
)


def complaint_about_image(image):
    if not isinstance(image, torch.Tensor) or image.dim() != 2:
        return (
            "Return a tensor with two axes, rows and columns, such as `torch.tensor([[1.0, 2.0]])`.",
            "请返回有行、列两条轴的张量，例如 `torch.tensor([[1.0, 2.0]])`。",
        )
    if image.shape[0] < 1 or image.shape[1] < 2:
        return NO_WINDOW
    A = windows_of(image.double(), (1, 2))
    if len(A) == 1:
        return ONE_WINDOW
    if torch.linalg.matrix_rank(A) < 2:
        return WINDOWS_ALIKE
    return None if image.numel() == 3 else TOO_LARGE


@exercise(
    en=r"""
        Return an image with as few pixels as possible such that the image and the output together determine every $1\times 2$ kernel uniquely.
    """,
    zh=r"""
        请返回一张像素尽可能少的图像，由它和输出就能唯一地确定任何一个 $1\times 2$ 的卷积核。
    """,
    accepts=complaint_about_image,
    hints=[
        (
            "To find two unknowns you need two equations that give different information.",
            "两个未知数需要两个方程，而且给出的信息不能相同。",
        ),
        (
            "Each window is an equation. How many pixels in a row hold two windows? The smallest eigenvalue of `hessian(X, (1, 2))` must not be 0.",
            "每个窗口是一个方程。一行里要有几个像素才放得下两个窗口？`hessian(X, (1, 2))` 最小的特征值不能是 0。",
        ),
    ],
    mistakes=[ONE_WINDOW, NO_WINDOW, WINDOWS_ALIKE, TOO_LARGE],
)
def smallest_picture() -> torch.Tensor:
    """An image (rows, columns) with as few pixels as possible such that no eigenvalue of the Hessian is zero.

    zh: 一张图像（行，列），像素尽可能少，海森矩阵没有零特征值。

    >>> smallest_picture().dim()
    2
    """
    # Two windows, (0, 1) and (1, 0): each gives one entry of the kernel.
    # zh: # 两个窗口 (0, 1) 和 (1, 0)：各给出卷积核的一个元素。
    return torch.tensor([[0.0, 1.0, 0.0]])


@choice(
    en=r"""
        In an image, all pixels of a row have the same value, and the values of the rows follow no pattern. You have the image and its
        output under a secret $3\times 3$ kernel. What do the two determine about the kernel?
    """,
    zh=r"""
        一张图像里，同一行的像素值都相同，各行的值之间则没有规律。已知这张图像，以及一个秘密的 $3\times 3$ 卷积核在它上面的输出。
        由此能确定卷积核的什么？
    """,
    options={
        "a": ("nothing", "什么也不能确定"),
        "b": ("only the sum of all entries", "只有所有元素之和"),
        "c": ("only the sum of each row", "只有每一行之和"),
        "d": ("only the sum of each column", "只有每一列之和"),
        "e": ("all entries", "每一个元素"),
    },
    hints=[
        (
            "In every window the three pixels of a row are equal. Factor their value out of the sum.",
            "每个窗口里，同一行的三个像素相等。把这个值提到括号外面来。",
        ),
        (
            "If x, y and z are the values of a window's rows, the output is x times the sum of the kernel's first row, plus y times that of the second, plus z times that of the third.",
            "设窗口三行的值为 x、y、z，输出就是 x 乘卷积核第一行之和，加 y 乘第二行之和，加 z 乘第三行之和。",
        ),
    ],
    because=(
        "The output depends on the three row sums only, and windows with different rows determine all three. There are at most three "
        "independent equations for nine unknowns; a change of the kernel that keeps the row sums does not change the output.",
        "输出只与三个行和有关，而各行不同的窗口能把这三个和都定下来。九个未知数最多只有三个独立的方程；只要行和不变，输出就不变。",
    ),
    wrong={
        "a": (
            "Kernels with other row sums give other outputs, for example a kernel of ones and a kernel of zeros.",
            "行和不同的卷积核，输出也不同，例如全 1 的卷积核和全零的卷积核。",
        ),
        "b": (
            "The sum of all entries is determined, but that is not all: in section 7 the kernel had one row, here it has three, and the rows of "
            "the image differ.",
            "总和确实能确定，但不止如此：第 7 节的卷积核只有一行，这里有三行，而图像的各行并不相同。",
        ),
        "d": (
            "That holds for an image without horizontal edges, in which each column is constant. Here each row is constant.",
            "那是没有水平边缘的图像，每一列处处相同。这里是每一行处处相同。",
        ),
        "e": (
            "Add 1 to the first entry of a row of the kernel and subtract 1 from the second: the output does not change.",
            "把卷积核某一行的第一个元素加 1、第二个元素减 1：输出毫无变化。",
        ),
    },
)
def without_vertical_edges() -> str:
    # Rows with different values, each of them constant.
    # zh: # 各行的值不同，每行处处相同。
    X = torch.tensor([0.0, 1.0, 0.0, 0.0, 2.0, 1.0, 1.0, 3.0]).double().reshape(-1, 1).expand(8, 8)
    A = X.unfold(0, 3, 1).unfold(1, 3, 1).reshape(-1, 9)
    # This projection keeps the part of a kernel that affects the output.
    # zh: # 这个投影保留卷积核中影响输出的那一部分。
    projection = torch.linalg.pinv(A) @ A
    entries = torch.eye(9).double().reshape(3, 3, 9)
    sums = {
        "b": entries.sum((0, 1)).reshape(1, 9),
        "c": entries.sum(1),
        "d": entries.sum(0),
        "e": entries.reshape(9, 9),
    }
    # A sum of entries is determined if the projection keeps it; take the choice that determines most.
    # zh: # 投影不改变某个和，这个和就能确定；取能确定得最多的那个选项。
    determined = {letter: len(rows) for letter, rows in sums.items() if torch.allclose(rows @ projection, rows)}
    return max(determined, key=determined.get, default="a")


def textures_and_secrets():
    """Images of such different contrast that a learning rate which suits one diverges on another, or is too slow."""
    draw = Draw(seed=4)
    cases = []
    for scale in (0.1, 1.0, 10.0):
        X, secret = draw.normal(draw.size(10, 18), draw.size(10, 18)) * scale, draw.normal(3, 3)
        cases.append((X, F.conv2d(X[None, None], secret[None, None])[0, 0], secret))
    return cases


def learned(X, Y, steps, rate=None):
    """Descent with 1 / largest eigenvalue, or the rate given."""
    K, rate = X.new_zeros(3, 3), rate or 1 / eigenvalues(X, (3, 3))[-1]
    for _ in range(steps):
        K = K - rate * 2 * d2l.corr2d(X, d2l.corr2d(X, K) - Y)
    return K


DIVERGED = Mistake(
    "diverged",
    "The kernel diverges: the learning rate is above the stable limit for this image, or the step goes uphill.",
    "卷积核发散了：学习率超过了这张图像的稳定上限，或者每一步都在上坡。",
)
NOT_THERE_YET = Mistake(
    "not there yet",
    "The kernel is still more than 0.01 off. Does the learning rate fit this image, and are there enough steps?",
    "卷积核的误差仍超过 0.01。学习率适合这张图像吗？步数够吗？",
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
        Learn a $3\times 3$ kernel by gradient descent from an image and its output. Every entry has to be right to within 0.01. The images differ
        in size and contrast, so compute the learning rate from `X`. Direct solutions (`lstsq`, `solve`, `inv` and
        the like) are not allowed.
    """,
    zh=r"""
        用梯度下降，从图像和对应的输出中学出一个 $3\times 3$ 的卷积核，每个元素的误差不超过 0.01。各张图像的大小和对比度都不同，
        学习率要根据 `X` 来算。直接求解的办法（`lstsq`、`solve`、`inv` 之类）不许用。
    """,
    also=textures_and_secrets,
    accepts=complaint_about_kernel,
    without=("lstsq", "solve", "pinv", "inv", "inverse"),
    types=False,
    devices=False,
    hints=[
        (
            "With a learning rate that suits one image, gradient descent can diverge on an image of higher contrast. Which exercise computes the limit?",
            "学习率适合这张图像，换一张对比度更高的图像就可能发散。哪道练习算过它的上限？",
        ),
        (
            "Begin with zeros and repeat `K = K - lr * gradient(X, Y, K)`. Half of `largest_rate(X, (3, 3))` is stable.",
            "从全零出发，反复执行 `K = K - lr * gradient(X, Y, K)`。取 `largest_rate(X, (3, 3))` 的一半就很稳妥。",
        ),
        (
            "Two hundred steps are enough: these images are noise, and their condition numbers are small.",
            "走两百步就够了：这些图像是噪声，条件数很小。",
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

    zh: 用梯度下降求出的卷积核，形状为 (3, 3)，满足 corr2d(X, kernel) == Y。

    >>> X = torch.randn(12, 10, generator=torch.Generator().manual_seed(0))
    >>> K = torch.arange(9.0).reshape(3, 3)
    >>> bool((learn_3x3(X, d2l.corr2d(X, K)) - K).abs().max() < 0.01)
    True
    """
    # Half of the largest stable rate: along the steepest axis one step reaches the bottom.
    # zh: # 取最大稳定学习率的一半：沿最陡轴走一步就到底。
    A = X.unfold(0, 3, 1).unfold(1, 3, 1).reshape(-1, 9)
    lr = 1 / torch.linalg.eigvalsh(2 * A.T @ A)[-1]
    K = X.new_zeros(3, 3)
    for _ in range(200):
        residual = Y - d2l.corr2d(X, K)
        # A step against the gradient -2 * corr2d(X, residual).
        # zh: # 逆着梯度 -2 * corr2d(X, residual) 走一步。
        K = K + lr * 2 * d2l.corr2d(X, residual)
    return K


@prediction(
    en="""
        Now the target is a true **convolution**, `Y = d2l.convolve2d(X, K)`, with the secret kernel `K` = `[[1, 2], [3, 5]]`
        and an image `X` of noise. A layer `nn.Conv2d(1, 1, 2, bias=False)` is trained with `X` and `Y` until the loss is zero. Which kernel
        has it learned?
    """,
    zh="""
        这一次，目标由真正的**卷积**得到：`Y = d2l.convolve2d(X, K)`，秘密卷积核 `K` 是 `[[1, 2], [3, 5]]`，图像 `X` 是噪声。
        用 `X` 和 `Y` 训练一个 `nn.Conv2d(1, 1, 2, bias=False)`，直到损失为零。它学到的卷积核是什么？
    """,
    hints=[
        (
            "The layer computes a cross-correlation. The cross-correlation with which kernel equals the convolution with the secret one?",
            "这个层算的是互相关。与哪个卷积核做互相关，等于与秘密卷积核做卷积？",
        ),
        (
            "Chapter 02: a convolution is a cross-correlation with the kernel rotated by 180 degrees.",
            "第 02 章：卷积就是与旋转 180 度之后的卷积核做互相关。",
        ),
    ],
    because=(
        "The layer computes a cross-correlation, so it learns the secret kernel rotated by 180 degrees, and its output equals that of the "
        "convolution. For learned kernels it therefore makes no difference which of the two a layer computes.",
        "这个层算的是互相关，所以学到的是旋转 180 度后的秘密卷积核，输出与卷积相同。因此，对学来的卷积核而言，层里算的是哪一种没有区别。",
    ),
    mistakes=[
        Mistake(
            "secret itself",
            "That is the secret kernel. Its cross-correlation with the image differs from its convolution.",
            "这是秘密卷积核本身。它与图像的互相关和卷积并不相同。",
            lambda: [[1, 2], [3, 5]],
        ),
        Mistake(
            "kernel transposed",
            "You have transposed the kernel. A rotation by 180 degrees reverses the rows and the columns.",
            "你把卷积核转置了。旋转 180 度是把行和列都反过来。",
            lambda: [[1, 3], [2, 5]],
        ),
        Mistake(
            "one axis flipped",
            "You have reversed one axis only. A rotation by 180 degrees reverses both.",
            "你只反了一条轴。旋转 180 度要把两条轴都反过来。",
            lambda: [[3, 5], [1, 2]],
        ),
        Mistake(
            "one axis flipped",
            "You have reversed one axis only. A rotation by 180 degrees reverses both.",
            "你只反了一条轴。旋转 180 度要把两条轴都反过来。",
            lambda: [[2, 1], [5, 3]],
        ),
    ],
)
def learned_from_convolution() -> torch.Tensor:
    """two rows of two numbers, such as [[1, 2], [3, 4]]

    zh: 两行，每行两个数，例如 [[1, 2], [3, 4]]
    """
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


def moved(image, response, steps, momentum=0.95, rate=1.0, start=0.0):
    """Momentum on the mean of the squares, with a rate in parts of the largest that is stable without momentum."""
    lr = rate * 2 * response.numel() / eigenvalues(image, (3, 3))[-1]
    K = torch.full_like(SOBEL, start)
    v = torch.zeros_like(K)
    for _ in range(steps):
        v = momentum * v - lr * 2 * d2l.corr2d(image, d2l.corr2d(image, K) - response) / response.numel()
        K = K + v
    return K


STEPS_IGNORED = Mistake(
    "steps ignored",
    "After a few steps the kernel is already learned: does your function use `steps`?",
    "没走几步，卷积核就已经学好了：你的函数用到 `steps` 了吗？",
    lambda image, response, steps=400: moved(image, response, 500),
)
NOT_FROM_ZERO = Mistake(
    "not from zero",
    "After 0 steps the kernel has to be zero: begin with zeros, and take exactly `steps` steps.",
    "走 0 步之后，卷积核应当是零：从零出发，而且恰好走 `steps` 步。",
    lambda image, response, steps=400: moved(image, response, steps, start=0.5),
)
NO_MOMENTUM = Mistake(
    "no momentum",
    "The second step does not contain the first: that is plain gradient descent. Keep the velocity from step to step.",
    "第二步里没有第一步的速度：这是普通的梯度下降。速度要一步一步地保留下去。",
    lambda image, response, steps=400: moved(image, response, steps, momentum=0.0, rate=0.9),
)
UPHILL = Mistake(
    "uphill",
    "The first steps go along the gradient, which is uphill. Check the two signs.",
    "一开始就沿着梯度走，那是上坡。检查一下两处的正负号。",
    lambda image, response, steps=400: moved(image, response, steps, rate=-0.1),
)
MOVED_TOO_LATE = Mistake(
    "moved too late",
    "After one step the kernel is still zero. First update the velocity with the gradient, then move the kernel by the new velocity.",
    "走了一步，卷积核还是零。应当先把梯度加进速度，再按新的速度移动卷积核。",
    lambda image, response, steps=400: moved(image, response, max(steps - 1, 0)),
)
MEAN_SUBTRACTED = Mistake(
    "mean subtracted",
    "You subtract the mean from the image. In this exercise only momentum is allowed.",
    "你从图像中减去了平均值。这道题只许用动量。",
    lambda image, response, steps=400: moved(image - image.mean(), response, steps),
)
OTHER_STEPS = Mistake(
    "other steps",
    "The first two steps do not follow the rule. The velocity begins at zero. In each step multiply the velocity by the momentum, subtract the learning rate "
    "times the gradient of the mean squared residual at the current kernel, and add the result to the kernel.",
    "头两步没有按规则走。速度从零开始；每一步先把速度乘以动量，再减去学习率与梯度之积，最后把速度加到卷积核上。梯度是残差平方的平均值在当前卷积核处的梯度。",
    lambda image, response, steps=400: steps * moved(image, response, 1),
)
TOO_SLOW_OR_WILD = Mistake(
    "still far off",
    "After 400 steps the kernel is still 0.05 or more off: the momentum or the rate is too small, or the momentum is so close to 1 "
    "that the kernel keeps swinging.",
    "走了 400 步，卷积核的误差仍不小于 0.05：动量或学习率太小，或者动量太接近 1，卷积核一直在摆动。",
    lambda image, response, steps=400: moved(image, response, steps, rate=0.01, momentum=0.5),
)
MOMENTUM_DIVERGED = DIVERGED.made_by(lambda image, response, steps=400: moved(image, response, steps, rate=2.5))


def first_steps(K, image, response, steps):
    """Where one or two steps from zero lead: K = -a g, or K = -a g + b H g. Returns [a] or [a, b]; None for anything else.

    With a velocity a = rate (2 + momentum) and b = rate squared.
    """
    A = windows_of(image, (3, 3))
    H, g = 2 * A.T @ A / len(A), -2 * A.T @ response.flatten() / len(A)
    ways = torch.stack([-g, H @ g], dim=1)[:, :steps]
    parts = torch.linalg.lstsq(ways, K.reshape(-1, 1)).solution
    rest = ways @ parts - K.reshape(-1, 1)
    return None if rest.abs().max() > 1e-4 * K.abs().max() else parts.flatten().tolist()


def complaint_about_first_steps(K, image, response, steps):
    if not K.any():
        return MOVED_TOO_LATE
    parts = first_steps(K, image, response, steps)
    if parts is None:
        centred = first_steps(K, image - image.mean(), response, steps)
        return MEAN_SUBTRACTED if centred else OTHER_STEPS
    a, b = parts[0], parts[-1]
    if a < 0:
        return UPHILL
    if steps == 2 and b <= 1e-4 * a**2:  # no gradient where the first step has led
        return OTHER_STEPS
    return NO_MOMENTUM if steps == 2 and abs(a / b**0.5 - 2) < 1e-3 else None


def complaint_about_momentum(K, image, response, steps):
    if not isinstance(K, torch.Tensor) or K.shape != (3, 3):
        return SHAPE_OF_KERNEL
    K = K.detach().cpu().double()
    error = (K - SOBEL).abs().max()
    if steps < 400 and error < 0.05:
        return STEPS_IGNORED
    if steps == 0:
        return NOT_FROM_ZERO if K.any() else None
    if steps <= 2:
        return complaint_about_first_steps(K, image, response, steps)
    if steps == 400 and not error < 10:
        return MOMENTUM_DIVERGED
    return TOO_SLOW_OR_WILD if steps == 400 and error >= 0.05 else None


@exercise(
    en=r"""
        Momentum (Polyak 1964): in each step first update a velocity, $v \leftarrow \mu v - \eta\, g$, then the kernel, $K \leftarrow K + v$. Here $g$ is the
        gradient of the *mean* squared residual, and kernel and velocity begin at zero. Choose $\mu$ and $\eta$ so that, on several parts of the
        photograph, the largest error of the kernel is below 0.05 after 400 steps. *Do not subtract the mean* from the image.
    """,
    zh=r"""
        动量（Polyak 1964）：每步先更新速度，$v \leftarrow \mu v - \eta\, g$，再更新卷积核，$K \leftarrow K + v$。其中 $g$ 是损失（残差平方的**平均值**）的梯度，
        卷积核和速度都从零开始。请选取 $\mu$ 和 $\eta$，使得对照片的若干局部，走 400 步之后，卷积核的最大误差都小于 0.05。**不许从图像中减去平均值。**
    """,
    also=parts_of_the_photo,
    accepts=complaint_about_momentum,
    types=False,
    devices=False,
    hints=[
        ("Try a momentum of 0.9 to 0.98.", "动量可以在 0.9 到 0.98 之间试。"),
        (
            "With momentum the largest stable learning rate is higher: (2 + 2 times the momentum) divided by the largest eigenvalue.",
            "有了动量，最大稳定学习率会升高，等于（2 加上动量的 2 倍）除以最大的特征值。",
        ),
        (
            "The loss is a mean: divide the gradient by `response.numel()`, and the eigenvalues, too.",
            "损失是平均值：梯度要除以 `response.numel()`，特征值也要除。",
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
def learn_with_momentum(image: torch.Tensor, response: torch.Tensor, steps: int = 400) -> torch.Tensor:
    """The kernel, of shape (3, 3), after the given number of steps from zero.

    zh: 从零出发走 steps 步之后的卷积核，形状为 (3, 3)。

    >>> learn_with_momentum(torch.ones(4, 4), torch.zeros(2, 2), steps=3)
    tensor([[0., 0., 0.],
            [0., 0., 0.],
            [0., 0., 0.]])
    """
    # The largest eigenvalue of the Hessian, here of the mean squared residual, sets the learning rate.
    # zh: # 学习率由海森矩阵（这里是取平均之后的）最大的特征值决定。
    A = image.unfold(0, 3, 1).unfold(1, 3, 1).reshape(-1, 9)
    largest = torch.linalg.eigvalsh(2 * A.T @ A)[-1] / response.numel()
    momentum = 0.95
    lr = 0.9 * (2 + 2 * momentum) / largest
    K = image.new_zeros(3, 3)
    v = torch.zeros_like(K)
    for _ in range(steps):
        residual = response - d2l.corr2d(image, K)
        # On the flat axes the small gradients have the same sign step after step, so the velocity builds up.
        # zh: # 平轴上的梯度很小，但每一步都同号，速度便积累起来。
        v = momentum * v + lr * 2 * d2l.corr2d(image, residual) / response.numel()
        K = K + v
    return K


def covariance(X, kernel_size):
    A = windows_of(X, kernel_size)
    return torch.linalg.inv(A.T @ A)


def deviation_by_impulses(X, kernel_size, sigma):
    """A kernel learned from noise at each single position; the squares of independent deviations add up."""
    A = windows_of(X, kernel_size).double()
    learned_from_one = torch.linalg.lstsq(A, torch.eye(len(A)).double()).solution
    return sigma * learned_from_one.square().sum(1).sqrt().reshape(kernel_size)


@exercise(
    effort="takes a while",
    en="""
        The target contains noise: `Y + sigma * torch.randn_like(Y)`. Compute, without simulation, the
        standard deviation of each entry of the kernel with the smallest loss. (A rule about covariance: if the entries of $y$ are
        independent with standard deviation $\\sigma$, then $My$ has the covariance matrix $\\sigma^2 M M^\\top$.)
    """,
    zh="""
        目标里混入了噪声：`Y + sigma * torch.randn_like(Y)`。请不做模拟，直接算出损失最小的卷积核中每个元素的标准差。
        （关于协方差的规则：若 $y$ 的各元素相互独立、标准差都是 $\\sigma$，则 $My$ 的协方差矩阵是
        $\\sigma^2 M M^\\top$。）
    """,
    case=lambda draw: (*clear_image(draw), draw.choice([0.5, 2.0, 3.0])),
    truth=deviation_by_impulses,
    hints=[
        (
            "The kernel with the smallest loss is the least-squares solution: a fixed matrix $M$ times the noisy target.",
            "损失最小的卷积核就是最小二乘解，它等于一个固定的矩阵 $M$ 乘以带噪声的目标。",
        ),
        (
            "Let the rows of $A$ be the flattened windows. Then $M = (A^\\top A)^{-1} A^\\top$. Work out $M M^\\top$.",
            "$A$ 的各行是展平的窗口，$M = (A^\\top A)^{-1} A^\\top$。请算出 $M M^\\top$。",
        ),
        (
            "The covariance matrix is $\\sigma^2 (A^\\top A)^{-1}$, and the variances are on its diagonal.",
            "协方差矩阵是 $\\sigma^2 (A^\\top A)^{-1}$，方差就在它的对角线上。",
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
            "You have inverted the diagonal entries only. The entries of the kernel are estimated together, and their errors are correlated: "
            "invert the whole matrix, then take the diagonal.",
            "你只对对角线取了倒数。卷积核的各元素是一起估计的，误差彼此相关：应当先求整个矩阵的逆，再取对角线。",
            lambda X, kernel_size, sigma: (
                sigma / windows_of(X, kernel_size).square().sum(0).sqrt().reshape(kernel_size)
            ),
        ),
        Mistake(
            "Hessian in place of the matrix",
            "You have inverted the Hessian, `2 * A.T @ A`. Its factor 2 does not occur in the least-squares solution.",
            "你求的是海森矩阵 `2 * A.T @ A` 的逆。最小二乘解里没有这个因子 2。",
            lambda X, kernel_size, sigma: (
                sigma * (covariance(X, kernel_size).diagonal() / 2).sqrt().reshape(kernel_size)
            ),
        ),
        Mistake(
            "sigma forgotten",
            "`sigma` is missing: if it doubles, the standard deviations double, too.",
            "漏掉了 `sigma`：它加倍，标准差也加倍。",
            lambda X, kernel_size, sigma: covariance(X, kernel_size).diagonal().sqrt().reshape(kernel_size),
        ),
        Mistake(
            "sigma not squared",
            "Under the square root you need the square of `sigma`, but you have `sigma` itself.",
            "根号里面应当是 `sigma` 的平方，而你放的是 `sigma` 本身。",
            lambda X, kernel_size, sigma: (sigma * covariance(X, kernel_size).diagonal()).sqrt().reshape(kernel_size),
        ),
        Mistake(
            "flat",
            "The numbers are right. Reshape them to the rows and columns of the kernel.",
            "数值是对的，还要把它们排回卷积核的行和列。",
            lambda X, kernel_size, sigma: sigma * covariance(X, kernel_size).diagonal().sqrt(),
        ),
    ],
)
def kernel_deviation(X: torch.Tensor, kernel_size: tuple[int, int], sigma: float) -> torch.Tensor:
    """Standard deviation of each entry of the learned kernel, a tensor of shape kernel_size.

    zh: 学到的卷积核中每个元素的标准差，是形状为 kernel_size 的张量。

    >>> kernel_deviation(torch.tensor([[1.0, 1.0, 1.0, 1.0]]), (1, 1), 2.0)
    tensor([[1.]])
    """
    h, w = kernel_size
    A = X.unfold(0, h, 1).unfold(1, w, 1).reshape(-1, h * w)
    # The smallest loss is at inv(A^T A) A^T y, so noise of variance 1 gives the covariance inv(A^T A).
    # zh: # 损失在 inv(A^T A) A^T y 处最小，所以方差为 1 的噪声给出的协方差是 inv(A^T A)。
    covariance = torch.linalg.inv(A.T @ A)
    return sigma * covariance.diagonal().sqrt().reshape(h, w)
