"""The names that *Dive into Deep Learning* (Zhang, Lipton, Li and Smola) uses in its two convolution chapters, with its
arguments and its results, as thin shells over this package: its code runs with ``import d2lutil as d2l``.

Here are the functions, those of the first edition (which the Chinese one follows) above all. The classes of the 1.0
edition are in :mod:`d2lutil.book.modules`, torch's functions under the book's short names in
:mod:`d2lutil.book.torch_names`.
"""

import time
from collections.abc import Iterable
from functools import partial
from itertools import accumulate

import torch
from torch import nn
from torch.nn import functional as F

from .. import devices, train
from .._arguments import checked
from ..i18n import say
from ..models import init_cnn
from ..plots import chinese

__all__ = [
    "Accumulator", "Residual", "Timer", "accuracy", "cpu", "evaluate_accuracy_gpu", "gpu", "num_gpus",
    "resnet18", "set_figsize", "train_ch6",
]  # fmt: skip


class Timer:
    """A stopwatch that remembers its laps, in seconds.

    >>> timer = Timer()
    >>> timer.stop() >= 0, len(timer.times)
    (True, 1)
    """

    def __init__(self) -> None:
        self.times: list[float] = []
        self.start()

    def start(self) -> None:
        """Begin a lap."""
        self.tik = time.perf_counter()

    def stop(self) -> float:
        """End the lap; its length."""
        self.times.append(time.perf_counter() - self.tik)
        return self.times[-1]

    def avg(self) -> float:
        """The mean lap."""
        return sum(self.times) / len(self.times)

    def sum(self) -> float:
        """All laps together."""
        return sum(self.times)

    def cumsum(self) -> list[float]:
        """The sums up to each lap."""
        return list(accumulate(self.times))


class Accumulator:
    """Sums over ``n`` quantities that come together.

    >>> metric = Accumulator(2)
    >>> metric.add(1, 2)
    >>> metric.add(3, 4)
    >>> metric[0], metric[1]
    (4.0, 6.0)
    """

    def __init__(self, n: int):
        self.data = [0.0] * n

    def add(self, *args: float | torch.Tensor) -> None:
        """Add one number to each sum."""
        self.data = [a + float(b) for a, b in zip(self.data, args, strict=False)]

    def reset(self) -> None:
        """Begin again at zero."""
        self.data = [0.0] * len(self.data)

    def __getitem__(self, index: int) -> float:
        return self.data[index]


@checked
def accuracy(y_hat: torch.Tensor, y: torch.Tensor) -> float:
    """How *many* of the answers are right: a count, as in the book, not a fraction.

    Parameters
    ----------
    y_hat : scores of shape (batch, classes), or answers of shape (batch,)
    y : right answers, shape (batch,)

    Raises
    ------
    ValueError
        If there is not one right answer for each row of ``y_hat``.

    Examples
    --------
    >>> accuracy(torch.tensor([[0.1, 0.9], [0.8, 0.2]]), torch.tensor([1, 1]))
    1.0
    """
    if y_hat.dim() > 1 and y_hat.shape[1] > 1:
        y_hat = y_hat.float().argmax(1)
    if y_hat.shape != y.shape:
        raise ValueError(
            say(f"accuracy takes a right answer for each row of scores; got {tuple(y_hat.shape)} and {tuple(y.shape)}",
                f"accuracy 要求每行分数对应一个正确答案；得到 {tuple(y_hat.shape)} 与 {tuple(y.shape)}")
        )  # fmt: skip
    return float((y_hat.to(y.dtype) == y).sum())


def evaluate_accuracy_gpu(net: nn.Module, data_iter: Iterable, device: torch.device | None = None) -> float:
    """:func:`evaluate` under the book's name: the part of ``data_iter``'s examples that ``net`` names right.

    >>> evaluate_accuracy_gpu(nn.Identity(), [(torch.eye(2), torch.tensor([0, 1]))])
    1.0
    """
    return train.evaluate(net, data_iter, device)


def train_ch6(
    net: nn.Module,
    train_iter: Iterable,
    test_iter: Iterable | None,
    num_epochs: int,
    lr: float,
    device: torch.device | None = None,
) -> None:
    """Train ``net`` from Xavier-uniform weights with SGD and cross-entropy, as the book's chapter 6 does; :func:`fit`
    under the book's name. Prints the device, the last losses and accuracies, and the throughput by the wall clock.
    Without a device it takes :func:`try_gpu`'s, as the oldest printings do.
    """
    device = devices.try_gpu() if device is None else device
    net.apply(init_cnn)
    print("training on", device)
    history = train.fit(net, train_iter, test_iter, num_epochs, lr, device)
    if history.test_acc:
        print(
            f"loss {history.train_loss[-1]:.3f}, train acc {history.train_acc[-1]:.3f}, "
            f"test acc {history.test_acc[-1]:.3f}"
        )
    print(f"{history.images_per_second:.1f} examples/sec on {device}")


@checked
def set_figsize(figsize: tuple[float, float] = (3.5, 2.5)) -> None:
    """The size, in inches, of the pyplot figures that follow."""
    from matplotlib import pyplot as plt

    chinese.for_pyplot()
    plt.rcParams["figure.figsize"] = figsize


# --- blocks and networks that later chapters take from these --------------------------------------------------------


class Residual(nn.Module):
    """The residual block of ResNet: two 3 x 3 convolutions with batch norm, and the input added to what they give.

    Both editions' arguments are understood: ``Residual(num_channels, use_1x1conv, strides)``, which finds out about its
    input by itself, and the first edition's ``Residual(input_channels, num_channels, use_1x1conv, strides)``.

    Parameters
    ----------
    input_channels : channels of the input; may be left out
    num_channels : channels of the output
    use_1x1conv : whether the input passes through a 1 x 1 convolution before it is added, which lets its shape change
    strides : stride of the first convolution, and of the 1 x 1 one

    Raises
    ------
    ValueError
        When it is called: if the input cannot be added because its shape has changed.

    Examples
    --------
    >>> X = torch.zeros(4, 3, 6, 6)
    >>> Residual(3)(X).shape, Residual(6, use_1x1conv=True, strides=2)(X).shape
    (torch.Size([4, 3, 6, 6]), torch.Size([4, 6, 3, 3]))
    >>> Residual(3, 6, use_1x1conv=True, strides=2)(X).shape
    torch.Size([4, 6, 3, 3])

    After He, Zhang, Ren and Sun, *Deep Residual Learning for Image Recognition* (2016).
    """

    def __init__(
        self,
        input_channels: int | None = None,
        num_channels: int | None = None,
        use_1x1conv: bool | int = False,
        strides: int = 1,
    ):
        super().__init__()
        if isinstance(num_channels, bool):  # Residual(6, True, 2): each is one place further to the left
            strides = strides if isinstance(use_1x1conv, bool) else use_1x1conv
            use_1x1conv, num_channels = num_channels, None
        if num_channels is None:
            num_channels, input_channels = input_channels, None
        if num_channels is None:
            raise TypeError("Residual needs the number of its output channels")
        # A lazy layer draws its weights when it is first called, any other at once: as in the edition it comes from.
        first = nn.LazyConv2d if input_channels is None else partial(nn.Conv2d, input_channels)
        second = nn.LazyConv2d if input_channels is None else partial(nn.Conv2d, num_channels)
        self.conv1 = first(num_channels, kernel_size=3, padding=1, stride=strides)
        self.conv2 = second(num_channels, kernel_size=3, padding=1)
        self.conv3 = first(num_channels, kernel_size=1, stride=strides) if use_1x1conv else None
        self.bn1, self.bn2 = nn.BatchNorm2d(num_channels), nn.BatchNorm2d(num_channels)

    def forward(self, X: torch.Tensor) -> torch.Tensor:
        Y = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(X)))))
        if self.conv3 is not None:
            X = self.conv3(X)
        if X.shape != Y.shape:
            raise ValueError(
                f"the block's input {tuple(X.shape)} cannot be added to its output {tuple(Y.shape)}: "
                "use_1x1conv=True brings it to that shape"
            )
        return F.relu(Y + X)


@checked
def resnet18(num_classes: int, in_channels: int = 1) -> nn.Sequential:
    """ResNet-18 for small images, as the book's later chapters use it: a narrow beginning, no max-pooling.

    >>> resnet18(10)(torch.zeros(2, 1, 16, 16)).shape
    torch.Size([2, 10])
    """
    for name, number in {"num_classes": num_classes, "in_channels": in_channels}.items():
        if number < 1:
            raise ValueError(say(f"{name} must be at least 1, got {number}", f"{name} 至少为 1，得到 {number}"))
    net = nn.Sequential(nn.Conv2d(in_channels, 64, kernel_size=3, padding=1), nn.BatchNorm2d(64), nn.ReLU())
    for number, channels in enumerate((64, 128, 256, 512), start=1):
        begin = Residual(channels) if number == 1 else Residual(channels, use_1x1conv=True, strides=2)
        net.add_module(f"resnet_block{number}", nn.Sequential(begin, Residual(channels)))
    net.add_module("global_avg_pool", nn.AdaptiveAvgPool2d((1, 1)))
    net.add_module("fc", nn.Sequential(nn.Flatten(), nn.Linear(512, num_classes)))
    return net


# --- devices --------------------------------------------------------------------------------------------------------


def cpu() -> torch.device:
    """The CPU.

    >>> cpu()
    device(type='cpu')
    """
    return torch.device("cpu")


@checked
def gpu(i: int = 0) -> torch.device:
    """CUDA device number ``i``, whether there is one or not; see :func:`try_gpu`. ValueError if no machine can have it.

    >>> gpu(1)
    device(type='cuda', index=1)
    """
    if not 0 <= i < 128:  # torch counts devices in a signed byte
        raise ValueError(say(f"gpu() takes a number from 0 to 127, got {i}", f"gpu() 的编号从 0 到 127，得到 {i}"))
    return torch.device(f"cuda:{i}")


def num_gpus() -> int:
    """How many CUDA devices there are.

    >>> num_gpus() >= 0
    True
    """
    return torch.cuda.device_count()
