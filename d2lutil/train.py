"""Training a classifier: :func:`fit`, and the :class:`History` that it returns."""

import math
import time
import warnings
from collections.abc import Callable, Iterable, Iterator, Sized
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import torch
from torch import nn
from torch.nn.parameter import is_lazy

from . import _refusals, devices
from ._arguments import fits, shown
from ._interrupt import StopRequest
from ._kept_memory import freed_memory_is_kept
from .i18n import say
from .widgets.progress import Progress, Status

if TYPE_CHECKING:
    from .plots import DescribedFigure

__all__ = ["History", "evaluate", "fit"]


@dataclass
class History:
    """What happened while :func:`fit` trained: one entry of each list for every whole epoch.

    ``seconds`` says where the wall clock went: ``load`` (waiting for a batch), ``compute`` (forward, backward, update,
    display) and ``evaluate`` (the test set). ``interrupted`` and ``diverged`` say that the training ended early: by the
    reader, or because the loss was no number any more.
    """

    device: str
    train_loss: list[float] = field(default_factory=list)
    train_acc: list[float] = field(default_factory=list)
    test_acc: list[float] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=lambda: {"load": 0.0, "compute": 0.0, "evaluate": 0.0})
    images: int = 0
    interrupted: bool = False
    diverged: bool = False

    @property
    def epochs(self) -> int:
        """Whole epochs that were trained."""
        return len(self.train_loss)

    @property
    def images_per_second(self) -> float:
        """Training images per second of wall clock, loading included, evaluation left out."""
        spent = self.seconds["load"] + self.seconds["compute"]
        return self.images / spent if spent > 0 else 0.0

    def plot(self) -> "DescribedFigure":
        """The curves as a figure: training loss, training and test accuracy over the epochs."""
        from .plots import show_history

        return show_history(self)

    def __repr__(self) -> str:
        last = [f"{len(self.train_loss)} epochs on {self.device}"]
        for name in ("train_loss", "train_acc", "test_acc"):
            if values := getattr(self, name):
                last.append(f"{name} {values[-1]:.3f}")
        return f"History({', '.join(last)}{', interrupted' * self.interrupted}{', diverged' * self.diverged})"


def fit(
    net: nn.Module,
    train: Iterable,
    test: Iterable | None,
    epochs: int,
    lr: float,
    device: torch.device | str | None = None,
    *,
    optimizer: Callable[..., torch.optim.Optimizer] = torch.optim.SGD,
    schedule: Callable[[torch.optim.Optimizer, int], torch.optim.lr_scheduler.LRScheduler] | None = None,
    loss: Callable[[torch.Tensor, torch.Tensor], torch.Tensor] | None = None,
    progress: bool = True,
) -> History:
    """Train a classifier, showing how far it is, and tell what happened.

    Interrupting (the Stop button beside the progress, Kernel > Interrupt, or Ctrl-C) ends the training after the batch
    at hand: the network keeps what it has learned and the history what it has recorded; what follows in the cell, and
    the cells below, run on. The network is left on ``device``, in evaluation mode, ready to use.

    If the loss is infinite or not a number, the training ends as well, before that batch changes the network, and says
    what usually helps. (A GPU is asked with each drawing and epoch only: to ask it after each batch would cost time.)

    Parameters
    ----------
    net : takes X of shape (batch, channels, height, width) to scores of shape (batch, classes)
    train, test : batches ``(X, y)`` that can be gone through again and again (:class:`Batches`, a ``DataLoader``, a
        list); ``test`` may be None
    epochs : passes through ``train``
    lr : learning rate
    device : where to compute; by default the fastest that there is
    optimizer : called as ``optimizer(net.parameters(), lr=lr)``
    schedule : called as ``schedule(optimizer, steps)`` with the number of batches to come; returns a scheduler of
        ``torch.optim.lr_scheduler``, which is stepped after each batch. By default the learning rate stays as it is.
    loss : called as ``loss(scores, y)``, the mean over the batch; by default the cross-entropy
    progress : whether to show bar and curves

    Returns
    -------
    History

    Raises
    ------
    ValueError
        If ``epochs`` is below 1, ``lr`` is not positive, there is no batch to train on, or a schedule is asked for and
        ``train`` does not tell its length; if the network refuses the images, or the labels do not fit its scores: then
        with the layer, the shapes and the usual cause. All that can be asked is asked before the first update.
    TypeError
        If ``net`` is no network, or a batch no pair of tensors.

    Warns
    -----
    UserWarning
        If the network ends in a softmax and the loss is the cross-entropy, which holds one already.

    Examples
    --------
    >>> from d2lutil import load_digits, lenet
    >>> train, test = load_digits(batch_size=50)
    >>> history = fit(lenet(nn.ReLU, nn.MaxPool2d), train, test, epochs=1, lr=0.1, device="cpu", progress=False)
    >>> history.epochs, history.images
    (1, 1500)
    """
    _refusals.require_network(net)
    _refusals.require_parameters(net)
    if not isinstance(epochs, int) or isinstance(epochs, bool) or epochs < 1:
        raise ValueError(say(f"epochs must be at least 1, got {epochs}", f"epochs 至少为 1，得到 {epochs}"))
    if not fits(float, lr) or not 0 < lr < math.inf:
        raise ValueError(say(f"the learning rate must be positive, got {lr}", f"学习率必须是正数，得到 {lr}"))
    for name, function in {"optimizer": optimizer, "schedule": schedule, "loss": loss}.items():
        if function is not None and (not callable(function) or (isinstance(function, nn.Module) and name != "loss")):
            raise TypeError(say(f"{name} must be a function, got {shown(function)}",
                                f"{name} 应为函数，得到 {shown(function)}"))  # fmt: skip
    if not isinstance(progress, bool):
        raise TypeError(say(f"progress must be True or False, got {shown(progress)}",
                            f"progress 应为 True 或 False，得到 {shown(progress)}"))  # fmt: skip
    if schedule is not None and not isinstance(train, Sized):
        kind = type(train).__name__
        raise ValueError(say(f"a schedule needs to know the number of batches, but len() of a {kind} fails",
                             f"schedule 需要知道批量的个数，而 {kind} 没有长度"))  # fmt: skip
    _require_batches("train", train, epochs)
    if test is not None:
        _require_batches("test", test, epochs)
    device = devices.existing(device) if device is not None else devices.device()
    net.to(device)
    train, test = _resident(train, device), _resident(test, device)
    with StopRequest() as stop, freed_memory_is_kept():
        run = _Run(net, train, device, nn.CrossEntropyLoss() if loss is None else loss, Progress(progress), epochs)
        try:
            if test is not None:
                _try_out(net, test, device)
            run.optimizer = optimizer(net.parameters(), lr=lr)  # the first one takes torch seconds of importing
            if schedule is not None:
                assert isinstance(train, Sized)  # as was asked above
                run.scheduler = schedule(run.optimizer, epochs * len(train))
                if not hasattr(run.scheduler, "step"):
                    kind = _refusals.kind_of(run.scheduler)
                    raise TypeError(
                        say(f"schedule must return a scheduler of torch.optim.lr_scheduler, got {kind}",
                            f"schedule 应返回 torch.optim.lr_scheduler 里的调度器，得到 {kind}")
                    )  # fmt: skip
            for epoch in range(epochs):
                if not run.train_epoch(epoch, stop) or not run.evaluate_epoch(test, stop):
                    break
        finally:
            run.progress.close()
            net.eval()
    if run.history.interrupted:
        print(say(
            f"Interrupted in epoch {run.status.epoch + 1}, after batch {run.status.batch}: "
            "the network keeps what it has learned, the history its whole epochs.",
            f"训练在第 {run.status.epoch + 1} 轮的第 {run.status.batch} 个批量之后中断："
            "网络保留已学到的参数，历史记录保留已完成的各轮。",
        ))  # fmt: skip
    return run.history


def evaluate(net: nn.Module, batches: Iterable, device: torch.device | str | None = None) -> float:
    """The accuracy of a classifier: the part of the images that it names right, 0 to 1.

    Counts on the device and asks for the number once, at the end. Leaves the network in evaluation mode.

    Parameters
    ----------
    net : takes X to scores of shape (batch, classes)
    batches : ``(X, y)`` each, with as many labels, whole numbers, as images
    device : where to compute; by default where the network's parameters are

    Raises
    ------
    ValueError
        If there is no image in ``batches``, the network refuses them, its scores or the labels have another shape.
    TypeError
        If ``net`` is no network, or a batch no pair of tensors.

    Examples
    --------
    >>> evaluate(nn.Identity(), [(torch.eye(3), torch.tensor([0, 1, 1]))])  # three scores each, two of three right
    0.6666666666666666
    """
    _refusals.require_network(net)
    net.eval()
    _require_batches("batches", batches, 1)
    here = next((p.device for p in net.parameters()), torch.device("cpu"))
    device = here if device is None else devices.existing(device)
    right, seen = torch.zeros((), dtype=torch.int64, device=device), 0
    layout = _layout(net, device)
    with torch.no_grad():
        for batch in _resident(batches, device):
            X, y = _refusals.pair(batch)
            _refusals.require_labels(y)
            scores = _scores(net, _laid_out(X.to(device), layout))
            right += (scores.argmax(1) == y.to(device)).sum()
            seen += len(y)
    if seen == 0:
        raise ValueError(say("there is no image to evaluate on", "没有可供评估的图像"))
    return right.item() / seen


class _Run:
    """The state of one call of :func:`fit`."""

    optimizer: torch.optim.Optimizer
    scheduler: torch.optim.lr_scheduler.LRScheduler | None = None

    def __init__(
        self,
        net: nn.Module,
        train: Iterable,
        device: torch.device,
        loss: Callable[[torch.Tensor, torch.Tensor], torch.Tensor],
        progress: Progress,
        epochs: int,
    ):
        self.net, self.train, self.device = net, train, device
        self.loss, self.progress = loss, progress
        self.layout = _layout(net, device)
        self.history = History(device=str(device))
        self.status = Status(epochs=epochs, batches=len(train) if isinstance(train, Sized) else None)
        self.started = time.perf_counter()
        self.progress.draw(self.status)

    def train_epoch(self, epoch: int, stop: "StopRequest") -> bool:
        """One pass through the training data; False if it was cut short."""
        self.net.train()
        self.status.epoch, self.status.batch = epoch, 0
        # Loss and right answers add up on the device. Reading them waits for it, so that happens only for a drawing.
        totals, seen = torch.zeros(2, device=self.device), 0
        seconds = self.history.seconds
        mark = time.perf_counter()
        for batch in self.train:
            if stop.requested:  # asked before the next batch: an epoch whose last batch is done is a whole one
                self._interrupted(totals, seen)
                return False
            loaded = time.perf_counter()
            seconds["load"] += loaded - mark
            X, y = _refusals.pair(batch)
            _refusals.require_labels(y)
            X = _laid_out(X.to(self.device), self.layout)
            self.optimizer.zero_grad()
            scores = _scores(self.net, X)
            first = self.history.images == 0
            if first or _answers_at_once(y.device):
                _refusals.require_range(y, scores.shape[1])
            y = y.to(self.device, torch.int64)
            if first:
                self._warn_of_softmax(scores)
            loss = self._loss(scores, y)
            if _answers_at_once(self.device) and not math.isfinite(loss.item()):
                self._diverged(X)
                return False
            loss.backward()
            self.optimizer.step()
            if self.scheduler is not None:
                self.scheduler.step()
            with torch.no_grad():
                totals += torch.stack([loss * len(y), (scores.argmax(1) == y).sum()])
            seen += len(y)
            self.status.batch += 1
            self.history.images += len(y)
            if self.progress.due():
                self._read(totals, seen)
                if not math.isfinite(self.status.loss):
                    self._diverged(X)
                    return False
                self.progress.draw(self.status)
            mark = time.perf_counter()
            seconds["compute"] += mark - loaded
        if seen == 0:
            raise ValueError(say("there is no batch to train on", "没有可供训练的批量"))
        self.status.batches = self.status.batch  # known by now, even if the data have no length
        self._read(totals, seen)
        if not math.isfinite(self.status.loss):
            self._diverged(X)
            return False
        seconds["compute"] += time.perf_counter() - mark
        self.history.train_loss.append(self.status.loss)
        self.history.train_acc.append(self.status.accuracy)
        return True

    def evaluate_epoch(self, test: Iterable | None, stop: "StopRequest") -> bool:
        """The test accuracy after an epoch; False if the training is to end here."""
        mark = time.perf_counter()
        if test is not None:
            self.status.test_accuracy = evaluate(self.net, test, self.device)
            self.history.test_acc.append(self.status.test_accuracy)
            self.status.test_points.append((self.status.epoch + 1, self.status.test_accuracy))
        now = time.perf_counter()
        self.history.seconds["evaluate"] += now - mark
        last = self.status.epoch + 1 == self.status.epochs
        self.status.seconds = now - self.started
        self.progress.draw(self.status, epoch_ended=True)
        if stop.requested and not last:
            self._interrupted()
            return False
        return True

    def _read(self, totals: torch.Tensor, seen: int) -> None:
        self.status.loss, self.status.accuracy = (totals / seen).tolist()
        self.status.seconds, self.status.images = time.perf_counter() - self.started, self.history.images
        x = self.status.epoch + (self.status.batch / self.status.batches if self.status.batches else 1)
        self.status.points.append((x, self.status.loss, self.status.accuracy))

    def _loss(self, scores: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        try:
            return self.loss(scores, y)
        except Exception as error:
            shapes = tuple(scores.shape), tuple(y.shape)
            raise ValueError(
                say(f"the loss fails for scores of shape {shapes[0]} and labels of shape {shapes[1]}: {error}",
                    f"分数形状为 {shapes[0]}、标签形状为 {shapes[1]} 时，损失函数出错：{error}")
            ) from error  # fmt: skip

    def _warn_of_softmax(self, scores: torch.Tensor) -> None:
        """Asked of the first scores themselves: a softmax may hide anywhere in a network."""
        if not isinstance(self.loss, nn.CrossEntropyLoss) or scores.shape[1] < 2:
            return
        with torch.no_grad():
            adds_up = (scores >= 0).all() & ((scores.sum(1) - 1).abs() < 1e-4).all()
        if adds_up:
            warnings.warn(
                say(
                    "the network's scores are probabilities already: it ends in a softmax, and cross-entropy applies "
                    "another one, which makes the slopes small and the training slow. Leave the network's softmax out.",
                    "网络的输出已经是概率：它以 softmax 结尾，而交叉熵里还有一个 softmax，"
                    "这会使梯度变小、训练变慢。请去掉网络里的 softmax。",
                ),
                stacklevel=4,
            )

    def _diverged(self, X: torch.Tensor) -> None:
        """The loss is no number any more: say so, and what usually helps."""
        self.history.diverged = True
        self.status.note = say("stopped: the loss is not a number", "已停止：损失不再是有限的数")
        self.progress.draw(self.status)
        if not X.isfinite().all():
            cause = say("This batch of images holds nan or infinity: look at the data first.",
                        "这一批图像里有 nan 或无穷大：请先检查数据。")  # fmt: skip
        else:
            rate = self.optimizer.param_groups[0]["lr"]
            cause = say(
                f"What usually helps: a smaller learning rate (it is {rate:g}), images scaled to values around 1, "
                "another initialisation, batch norm.",
                f"通常的办法：减小学习率（现在是 {rate:g}），把图像缩放到 1 左右，换一种初始化，或加上批量规范化。",
            )
        print(say(
            f"Stopped in epoch {self.status.epoch + 1}, at batch {self.status.batch + 1}: the loss is infinite or not "
            f"a number. {cause} The history keeps its whole epochs.",
            f"训练在第 {self.status.epoch + 1} 轮的第 {self.status.batch + 1} 个批量处停止：损失变成了无穷大或 nan。"
            f"{cause}历史记录保留已完成的各轮。",
        ))  # fmt: skip

    def _interrupted(self, totals: torch.Tensor | None = None, seen: int = 0) -> None:
        self.history.interrupted = True
        self.status.note = say("interrupted", "已中断")
        if totals is not None and seen:
            self._read(totals, seen)
        self.progress.draw(self.status)


def _require_batches(name: str, batches: object, epochs: int) -> None:
    """ValueError or TypeError unless they can be gone through once each epoch, as far as can be told without trying."""
    if not isinstance(batches, Iterable) or isinstance(batches, (torch.Tensor, str, dict)):
        kind = _refusals.kind_of(batches)
        raise TypeError(
            say(f"{name} must be batches (X, y), such as a DataLoader or a list of pairs; got {kind}",
                f"{name} 应为批量 (X, y)，例如 DataLoader 或由成对张量组成的列表；得到 {kind}")
        )  # fmt: skip
    if isinstance(batches, Sized) and len(batches) == 0:
        raise ValueError(say("there is no batch to train on", "没有可供训练的批量") if name == "train" else
                         say("there is no image to evaluate on", "没有可供评估的图像"))  # fmt: skip
    if epochs > 1 and isinstance(batches, Iterator):
        kind = type(batches).__name__
        raise ValueError(
            say(
                f"{name} is a {kind}, which is used up after one epoch, and {epochs} are asked for: give a list of "
                "batches, Batches or a DataLoader",
                f"{name} 是一个 {kind}，一轮之后就用完了，而这里要训练 {epochs} 轮："
                "请给出批量的列表、Batches 或 DataLoader",
            )
        )


def _try_out(net: nn.Module, test: Iterable, device: torch.device) -> None:
    """Evaluate on one batch, so that what would fail after an epoch fails now; where looking costs nothing: not with
    iterators, which would lose a batch, processes that would have to be started, or layers that are still lazy."""
    if isinstance(test, Iterator) or getattr(test, "num_workers", None) or any(map(is_lazy, net.parameters())):
        return
    with torch.random.fork_rng(devices=[]):  # a DataLoader draws a number
        for batch in test:
            evaluate(net, [batch], device)
            return


def _scores(net: nn.Module, X: torch.Tensor) -> torch.Tensor:
    """The network's scores, (batch, classes); ValueError with the reason if there are none of that shape."""
    with _refusals.explained(net, X):
        scores = net(X)
    _refusals.require_scores(scores, len(X))
    return scores


def _answers_at_once(device: torch.device) -> bool:
    """Whether a number can be read from it at no cost: not from a GPU, which computes what was asked before first."""
    return device.type == "cpu"


def _resident(batches: Any, device: torch.device) -> Any:
    """The batches with their data on ``device``, where they can be moved as a whole."""
    return batches.to(device) if hasattr(batches, "to") else batches


def _layout(net: nn.Module, device: torch.device) -> torch.memory_format:
    """How images lie in memory while ``net`` works on them. On a CPU all channels of a pixel lie together: poolings
    and convolutions are faster that way, batch norms slower (docs/benchmarks.md has the figures). It changes no value,
    but for the rounding of sums that are added in another order.

    Only for networks of torch's own layers: ``X.view(len(X), -1)``, which a reader may have written, would fail.
    """
    layers = list(net.modules())
    together = (
        device.type == "cpu"
        and any(isinstance(layer, nn.Conv2d) for layer in layers)
        and not any(isinstance(layer, nn.modules.batchnorm._BatchNorm) for layer in layers)
        and all(type(layer).__module__.startswith("torch.nn.modules") for layer in layers)
    )
    return torch.channels_last if together else torch.preserve_format


def _laid_out(X: torch.Tensor, layout: torch.memory_format) -> torch.Tensor:
    if X.dim() != 4 or layout is torch.preserve_format:
        return X
    # A single channel lies together either way, so .to() would not mark it, and the first layer would not know.
    return torch.empty_like(X, memory_format=layout).copy_(X)
