"""The classes of *Dive into Deep Learning*, edition 1.0 (Zhang, Lipton, Li and Smola), as far as its convolution
chapters use them: a :class:`Module` knows its loss and its optimizer, a :class:`DataModule` its batches, and a
:class:`Trainer` brings the two together. Names, arguments and results are the book's; the data stay in memory, and the
progress is shown as :func:`fit` shows it. The functions of the first edition are in :mod:`d2lutil.book.functions`.
"""

import time
from collections import namedtuple
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Self

import torch
from torch import nn
from torch.nn import functional as F

from .._interrupt import StopRequest
from .._kept_memory import freed_memory_is_kept
from ..i18n import say
from ..train import _resident
from ..widgets.progress import Progress, Status
from . import functions
from .animator import LiveFigure
from .data_modules import DataModule
from .hyperparameters import HyperParameters

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = [
    "Classifier",
    "LeNet",
    "Module",
    "ProgressBoard",
    "ResNeXtBlock",
    "Trainer",
]

Point = namedtuple("Point", ["x", "y"])


class ProgressBoard(HyperParameters):
    """Curves that grow point by point; ``data`` holds them, as lists of points (x, y) under their labels.

    In a notebook one figure is redrawn in place, at most twice a second. ``display=False`` draws nothing.

    >>> board = ProgressBoard(display=False)
    >>> for x in range(4):
    ...     board.draw(x, x * x, "square", every_n=2)
    >>> board.data["square"]
    [Point(x=0.5, y=0.5), Point(x=2.5, y=6.5)]
    """

    xlabel: str | None
    xlim: Sequence[float] | None
    fig: "Figure"  # this and the next from the first drawing on
    axes: "Axes"
    display: bool

    def __init__(
        self,
        xlabel: str | None = None,
        ylabel: str | None = None,
        xlim: Sequence[float] | None = None,
        ylim: Sequence[float] | None = None,
        xscale: str = "linear",
        yscale: str = "linear",
        ls: Sequence[str] = ("-", "--", "-.", ":"),
        colors: Sequence[str] = ("C0", "C1", "C2", "C3"),
        fig: "Figure | None" = None,
        axes: "Axes | None" = None,
        figsize: tuple[float, float] = (3.5, 2.5),
        display: bool = True,
    ):
        self.save_hyperparameters()
        self.raw_points: dict[str, list[Point]] = {}
        self.data: dict[str, list[Point]] = {}
        self._view: LiveFigure | None = None

    def draw(self, x: float, y: float | torch.Tensor, label: str, every_n: int = 1) -> None:
        """Add a point to the curve ``label``; of every ``every_n`` points, their mean is drawn."""
        waiting, line = self.raw_points.setdefault(label, []), self.data.setdefault(label, [])
        waiting.append(Point(x, y))
        if len(waiting) != every_n:
            return
        line.append(Point(*(float(sum(values) / every_n) for values in zip(*waiting, strict=True))))
        waiting.clear()
        if self.display:
            self._request_drawing()

    def _request_drawing(self) -> None:
        if self._view is None:
            from matplotlib.figure import Figure

            self.fig = self.fig or Figure(figsize=self.figsize, layout="constrained")
            self.axes = self.axes or self.fig.add_subplot()
            self._view = LiveFigure(self.fig)
        self._view.request(self._draw_all)

    def _draw_all(self) -> None:
        self.axes.cla()
        for (label, line), style, color in zip(self.data.items(), self.ls, self.colors, strict=False):
            self.axes.plot([p.x for p in line], [p.y for p in line], linestyle=style, color=color, label=label)
        chosen = {name: getattr(self, name) for name in ("xlabel", "ylabel", "xlim", "ylim", "xscale", "yscale")}
        self.axes.set(**{name: value for name, value in chosen.items() if value is not None})
        self.axes.legend()


class Module(nn.Module, HyperParameters):
    """A network together with its loss and its optimizer; ``self.net``, or a ``forward`` of its own, is the network.

    ``plot_train_per_epoch`` and ``plot_valid_per_epoch`` say how many points :meth:`plot` adds in an epoch; 0: none.
    """

    trainer: "Trainer"  # while and after it is trained

    if TYPE_CHECKING:  # nn.Module says that every attribute is a tensor or a module

        def __getattr__(self, name: str) -> Any: ...

    def __init__(self, plot_train_per_epoch: float = 2, plot_valid_per_epoch: float = 1):
        super().__init__()
        self.save_hyperparameters()
        self.board = ProgressBoard()

    def loss(self, y_hat: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        """The loss of the answers ``y_hat``, as one number; for subclasses to write."""
        raise NotImplementedError(f"{type(self).__name__} has no method loss(y_hat, y)")

    def forward(self, X: torch.Tensor) -> torch.Tensor:
        if not hasattr(self, "net"):
            raise AttributeError(f"{type(self).__name__} has neither a network self.net nor a method forward")
        return self.net(X)

    def plot(self, key: str, value: torch.Tensor | float, train: bool) -> None:
        """Add a value of this batch to the curve ``train_key`` or ``val_key`` of ``self.board``."""
        if not hasattr(self, "trainer"):
            raise RuntimeError("a model plots while it is trained: call trainer.fit(model, data)")
        if train:
            batches, times = self.trainer.num_train_batches, self.plot_train_per_epoch
            x = self.trainer.train_batch_idx / batches
        else:
            batches, times = self.trainer.num_val_batches, self.plot_valid_per_epoch
            x = self.trainer.epoch + 1
        self.board.xlabel = "epoch"
        if times > 0:
            value = value.detach() if torch.is_tensor(value) else value
            self.board.draw(x, value, f"{'train' if train else 'val'}_{key}", max(1, int(batches / times)))

    def training_step(self, batch: Sequence[torch.Tensor]) -> torch.Tensor:
        """The loss of a batch, whose last part is the right answers."""
        loss = self.loss(self(*batch[:-1]), batch[-1])
        self.plot("loss", loss, train=True)
        return loss

    def validation_step(self, batch: Sequence[torch.Tensor]) -> None:
        self.plot("loss", self.loss(self(*batch[:-1]), batch[-1]), train=False)

    def configure_optimizers(self) -> torch.optim.Optimizer:
        """SGD with the learning rate ``self.lr``."""
        return torch.optim.SGD(self.parameters(), lr=self.lr)

    def apply_init(self, inputs: Sequence[torch.Tensor], init: Callable[[nn.Module], None] | None = None) -> None:
        """Show ``inputs`` to the network, so that its lazy layers learn their shapes; then ``init`` each layer."""
        self.forward(*inputs)
        if init is not None:
            self.net.apply(init)


class Classifier(Module):
    """A :class:`Module` whose answers are scores, with the cross-entropy as loss.

    >>> class Net(Classifier):
    ...     def __init__(self, lr=0.1):
    ...         super().__init__()
    ...         self.save_hyperparameters()
    ...         self.net = nn.Sequential(nn.LazyConv2d(2, kernel_size=3), nn.Flatten(), nn.LazyLinear(10))
    >>> model = Net()
    >>> model.layer_summary((1, 1, 6, 6))
    Conv2d output shape:     torch.Size([1, 2, 4, 4])
    Flatten output shape:    torch.Size([1, 32])
    Linear output shape:     torch.Size([1, 10])
    >>> model.accuracy(torch.eye(3), torch.tensor([0, 1, 1]))  # three scores each, two of three right
    tensor(0.6667)
    """

    def validation_step(self, batch: Sequence[torch.Tensor]) -> None:
        scores = self(*batch[:-1])
        self.plot("loss", self.loss(scores, batch[-1]), train=False)
        self.plot("acc", self.accuracy(scores, batch[-1]), train=False)

    def accuracy(self, Y_hat: torch.Tensor, Y: torch.Tensor, averaged: bool = True) -> torch.Tensor:
        """The part of the answers that is right, or with ``averaged=False`` a 1 or 0 for each."""
        answers = Y_hat.reshape(-1, Y_hat.shape[-1]).argmax(1)
        right = (answers.to(Y.dtype) == Y.reshape(-1)).float()
        return right.mean() if averaged else right

    def loss(self, Y_hat: torch.Tensor, Y: torch.Tensor, averaged: bool = True) -> torch.Tensor:
        """The cross-entropy, its mean or with ``averaged=False`` one for each answer."""
        scores = Y_hat.reshape(-1, Y_hat.shape[-1])
        return F.cross_entropy(scores, Y.reshape(-1), reduction="mean" if averaged else "none")

    def layer_summary(self, X_shape: tuple[int, ...]) -> None:
        """Print the shape of each layer's output for an input of shape ``X_shape``."""
        X = torch.randn(*X_shape, device=next((p.device for p in self.parameters()), None))
        for layer in self.net:
            shape = tuple(X.shape)
            try:
                X = layer(X)
            except RuntimeError as reason:
                raise ValueError(f"{layer} refuses an input of shape {shape}: {reason}") from reason
            print(type(layer).__name__, "output shape:\t", X.shape)


class Trainer(HyperParameters):
    """Trains a :class:`Module` on a :class:`DataModule`.

    Interrupting (Kernel > Interrupt, or Ctrl-C) ends the training after the batch at hand, as with :func:`fit`: the
    model keeps what it has learned. ``model.board.data`` holds the curves; ``model.board.display = False`` hides the
    progress.

    Parameters
    ----------
    max_epochs : passes through the training data
    num_gpus : 0 for the CPU; otherwise the first CUDA device, if there is one
    gradient_clip_val : where the gradient is longer than this it is shortened to it; 0: never

    Examples
    --------
    >>> class Dots(DataModule):
    ...     batch_size = 4
    ...     def get_dataloader(self, train):
    ...         return self.get_tensorloader((torch.eye(8), torch.arange(8)), train)
    >>> class Net(Classifier):
    ...     def __init__(self, lr=0.5):
    ...         super().__init__()
    ...         self.save_hyperparameters()
    ...         self.net = nn.LazyLinear(8)
    >>> model, trainer = Net(), Trainer(max_epochs=3)
    >>> model.board.display = False
    >>> trainer.fit(model, Dots())
    >>> trainer.train_batch_idx, [point.x for point in model.board.data["val_loss"]]
    (6, [1.0, 2.0, 3.0])
    """

    _stop = StopRequest()  # while fit() runs it has its own
    _display: "_Display | None" = None

    def __init__(self, max_epochs: int, num_gpus: int = 0, gradient_clip_val: float = 0):
        if max_epochs < 1:
            raise ValueError(f"max_epochs must be at least 1, got {max_epochs}")
        self.save_hyperparameters()
        self.gpus = [functions.gpu(i) for i in range(min(num_gpus, functions.num_gpus()))]

    def prepare_data(self, data: DataModule) -> None:
        self.train_dataloader, self.val_dataloader = data.train_dataloader(), data.val_dataloader()
        if self.gpus:
            self.train_dataloader = _resident(self.train_dataloader, self.gpus[0])
            self.val_dataloader = _resident(self.val_dataloader, self.gpus[0])
        self.num_train_batches = len(self.train_dataloader)
        self.num_val_batches = 0 if self.val_dataloader is None else len(self.val_dataloader)

    def prepare_model(self, model: Module) -> None:
        model.trainer = self
        model.board.xlim = [0, self.max_epochs]
        if self.gpus:
            model.to(self.gpus[0])
        self.model = model

    def prepare_batch(self, batch: Sequence[torch.Tensor]) -> Sequence[torch.Tensor]:
        """The batch on the device where the model is."""
        return [part.to(self.gpus[0]) for part in batch] if self.gpus else batch

    def fit(self, model: Module, data: DataModule) -> None:
        """Train ``model`` on ``data``. It is left in evaluation mode, ready to use."""
        self.prepare_data(data)
        if self.num_train_batches == 0:
            raise ValueError("there is no batch to train on")
        self.prepare_model(model)
        self.optim = model.configure_optimizers()
        self.epoch = self.train_batch_idx = self.val_batch_idx = 0
        try:
            with StopRequest() as self._stop, _Display(self) as self._display, freed_memory_is_kept():
                for epoch in range(self.max_epochs):
                    self.epoch = epoch
                    self.fit_epoch()
                    stopped = self._stop.requested and self.train_batch_idx < self.max_epochs * self.num_train_batches
                    self._display.epoch_ended(stopped)
                    if stopped:
                        break
        finally:
            self._stop, self._display = Trainer._stop, None
        if stopped:
            batch = self.train_batch_idx - self.epoch * self.num_train_batches
            print(say(
                f"Interrupted in epoch {self.epoch + 1}, after batch {batch}: the model keeps what it has learned.",
                f"训练在第 {self.epoch + 1} 轮的第 {batch} 个批量之后中断：模型保留已学到的参数。",
            ))  # fmt: skip

    def fit_epoch(self) -> None:
        """One pass through the training data, and one through those to validate with."""
        self.model.train()
        for batch in self.train_dataloader:
            if self._stop.requested:
                return
            loss = self.model.training_step(self.prepare_batch(batch))
            self.optim.zero_grad()
            with torch.no_grad():  # an optimizer written by hand may rely on it
                loss.backward()
                if self.gradient_clip_val > 0:
                    self.clip_gradients(self.gradient_clip_val, self.model)
                self.optim.step()
            self.train_batch_idx += 1
            if self._display is not None:
                self._display.batch_ended(loss.detach())
        self.model.eval()
        with torch.no_grad():
            for batch in self.val_dataloader or ():
                self.model.validation_step(self.prepare_batch(batch))
                self.val_batch_idx += 1

    def clip_gradients(self, grad_clip_val: float, model: nn.Module) -> None:
        """Shorten the gradient, all parameters' together, to the length ``grad_clip_val`` if it is longer."""
        gradients = [p.grad for p in model.parameters() if p.grad is not None]
        length = torch.sqrt(sum(((gradient**2).sum() for gradient in gradients), start=torch.tensor(0)))
        if length > grad_clip_val:
            for gradient in gradients:
                gradient *= grad_clip_val / length


class _Display:
    """How far a :class:`Trainer` is, shown as :func:`fit` shows it; meanwhile the model's board only collects."""

    def __init__(self, trainer: Trainer):
        self.trainer, self.board = trainer, trainer.model.board
        self.visible, self.progress = self.board.display, Progress(self.board.display)
        self.status = Status(epochs=trainer.max_epochs, batches=trainer.num_train_batches)
        self.started = time.perf_counter()
        self.losses: float | torch.Tensor = 0.0  # of this epoch; added up on the device, and read for a drawing
        self.seen = 0

    def __enter__(self) -> Self:
        self.board.display = False
        self.progress.draw(self.status)
        return self

    def batch_ended(self, loss: torch.Tensor) -> None:
        self.losses, self.seen = self.losses + loss, self.seen + 1
        if self.progress.due():
            self._draw()

    def epoch_ended(self, stopped: bool) -> None:
        if stopped:
            self.status.note = say("interrupted", "已中断")
        elif accuracies := self.board.data.get("val_acc"):
            self.status.test_accuracy = accuracies[-1].y
            self.status.test_points.append(accuracies[-1])
        self._draw(epoch_ended=not stopped)
        self.losses, self.seen = 0.0, 0

    def _draw(self, epoch_ended: bool = False) -> None:
        trainer, status = self.trainer, self.status
        status.epoch, status.batch = trainer.epoch, trainer.train_batch_idx - trainer.epoch * trainer.num_train_batches
        status.seconds = time.perf_counter() - self.started
        if self.seen:
            status.loss = float(self.losses / self.seen)
            status.points.append((trainer.train_batch_idx / trainer.num_train_batches, status.loss, float("nan")))
        self.progress.draw(status, epoch_ended)

    def __exit__(self, *exception: object) -> None:
        self.progress.close()
        self.board.display = self.visible
        self.trainer.model.eval()


class ResNeXtBlock(nn.Module):
    """The ResNeXt block: a 3 x 3 convolution in groups between two 1 x 1 ones, each with batch norm, and the input
    added.

    Parameters
    ----------
    num_channels : channels of the output
    groups : channels in a group (the book's name for it)
    bot_mul : how many channels there are between the 1 x 1 convolutions, as a multiple of ``num_channels``
    use_1x1conv : whether the input passes through a 1 x 1 convolution before it is added, which lets its shape change
    strides : stride of the 3 x 3 convolution, and of the input's 1 x 1 one

    Examples
    --------
    >>> ResNeXtBlock(32, 16, 1)(torch.zeros(4, 32, 9, 9)).shape
    torch.Size([4, 32, 9, 9])

    After Xie, Girshick, Dollár, Tu and He, *Aggregated Residual Transformations for Deep Neural Networks* (2017).
    """

    def __init__(self, num_channels: int, groups: int, bot_mul: float, use_1x1conv: bool = False, strides: int = 1):
        super().__init__()
        between = int(round(num_channels * bot_mul))
        self.conv1 = nn.LazyConv2d(between, kernel_size=1)
        self.conv2 = nn.LazyConv2d(between, kernel_size=3, padding=1, stride=strides, groups=between // groups)
        self.conv3 = nn.LazyConv2d(num_channels, kernel_size=1)
        self.conv4 = nn.LazyConv2d(num_channels, kernel_size=1, stride=strides) if use_1x1conv else None
        self.bn1, self.bn2, self.bn3 = nn.BatchNorm2d(between), nn.BatchNorm2d(between), nn.BatchNorm2d(num_channels)
        self.bn4 = nn.BatchNorm2d(num_channels) if use_1x1conv else None

    def forward(self, X: torch.Tensor) -> torch.Tensor:
        Y = F.relu(self.bn1(self.conv1(X)))
        Y = F.relu(self.bn2(self.conv2(Y)))
        Y = self.bn3(self.conv3(Y))
        if self.conv4 is not None and self.bn4 is not None:
            X = self.bn4(self.conv4(X))
        return F.relu(Y + X)


class LeNet(Classifier):
    """LeNet with sigmoids and average pooling; :func:`lenet` with layers that find out about their input by themselves.

    >>> LeNet()(torch.zeros(2, 1, 28, 28)).shape
    torch.Size([2, 10])
    """

    def __init__(self, lr: float = 0.1, num_classes: int = 10):
        super().__init__()
        self.save_hyperparameters()
        self.net = nn.Sequential(
            nn.LazyConv2d(6, kernel_size=5, padding=2), nn.Sigmoid(), nn.AvgPool2d(2),
            nn.LazyConv2d(16, kernel_size=5), nn.Sigmoid(), nn.AvgPool2d(2),
            nn.Flatten(),
            nn.LazyLinear(120), nn.Sigmoid(),
            nn.LazyLinear(84), nn.Sigmoid(),
            nn.LazyLinear(num_classes),
        )  # fmt: skip
