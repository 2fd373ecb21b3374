"""Training a classifier: :func:`fit`, and the :class:`History` that it returns."""

import signal
import threading
import time
from collections.abc import Callable, Iterable, Sized
from dataclasses import dataclass, field
from types import FrameType
from typing import TYPE_CHECKING, Any, Self

import torch
from torch import nn

from . import devices
from ._kept_memory import freed_memory_is_kept
from .i18n import say
from .widgets.frontend import in_notebook
from .widgets.progress import Progress, Status

if TYPE_CHECKING:
    from .plots import DescribedFigure

__all__ = ["History", "evaluate", "fit"]

LATE_SECONDS = 0.5


@dataclass
class History:
    """What happened while :func:`fit` trained: one entry of each list for every whole epoch.

    ``seconds`` says where the wall clock went: ``load`` (waiting for a batch), ``compute`` (forward, backward, update,
    display) and ``evaluate`` (the test set).
    """

    device: str
    train_loss: list[float] = field(default_factory=list)
    train_acc: list[float] = field(default_factory=list)
    test_acc: list[float] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=lambda: {"load": 0.0, "compute": 0.0, "evaluate": 0.0})
    images: int = 0
    interrupted: bool = False

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
        return f"History({', '.join(last)}{', interrupted' if self.interrupted else ''})"


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
        ``train`` does not tell its length.

    Examples
    --------
    >>> from d2lutil import load_digits, lenet
    >>> train, test = load_digits(batch_size=50)
    >>> history = fit(lenet(nn.ReLU, nn.MaxPool2d), train, test, epochs=1, lr=0.1, device="cpu", progress=False)
    >>> history.epochs, history.images
    (1, 1500)
    """
    if epochs < 1:
        raise ValueError(f"epochs must be at least 1, got {epochs}")
    if not lr > 0:
        raise ValueError(f"the learning rate must be positive, got {lr}")
    if schedule is not None and not isinstance(train, Sized):
        raise ValueError(f"a schedule needs to know the number of batches, but len() of a {type(train).__name__} fails")
    device = torch.device(device) if device is not None else devices.device()
    net.to(device)
    train, test = _resident(train, device), _resident(test, device)
    with _StopRequest() as stop, freed_memory_is_kept():
        run = _Run(net, train, device, loss or nn.CrossEntropyLoss(), Progress(progress), epochs)
        try:
            run.optimizer = optimizer(net.parameters(), lr=lr)  # the first one takes torch seconds of importing
            if schedule is not None:
                assert isinstance(train, Sized)  # as was asked above
                run.scheduler = schedule(run.optimizer, epochs * len(train))
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
    batches : ``(X, y)`` each
    device : where to compute; by default where the network's parameters are

    Raises
    ------
    ValueError
        If there is no image in ``batches``.

    Examples
    --------
    >>> evaluate(nn.Identity(), [(torch.eye(3), torch.tensor([0, 1, 1]))])  # three scores each, two of three right
    0.6666666666666666
    """
    net.eval()
    device = next((p.device for p in net.parameters()), "cpu") if device is None else device
    device = torch.device(device)
    right, seen = torch.zeros((), dtype=torch.int64, device=device), 0
    layout = _layout(net, device)
    with torch.no_grad():
        for X, y in _resident(batches, device):
            y = y.to(device)
            right += (net(_laid_out(X.to(device), layout)).argmax(1) == y).sum()
            seen += len(y)
    if seen == 0:
        raise ValueError("there is no image to evaluate on")
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

    def train_epoch(self, epoch: int, stop: "_StopRequest") -> bool:
        """One pass through the training data; False if it was cut short."""
        self.net.train()
        self.status.epoch, self.status.batch = epoch, 0
        # Loss and right answers add up on the device. Reading them waits for it, so that happens only for a drawing.
        totals, seen = torch.zeros(2, device=self.device), 0
        seconds = self.history.seconds
        mark = time.perf_counter()
        for X, y in self.train:
            if stop.requested:  # asked before the next batch: an epoch whose last batch is done is a whole one
                self._interrupted(totals, seen)
                return False
            loaded = time.perf_counter()
            seconds["load"] += loaded - mark
            X, y = _laid_out(X.to(self.device), self.layout), y.to(self.device)
            self.optimizer.zero_grad()
            scores = self.net(X)
            loss = self.loss(scores, y)
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
                self.progress.draw(self.status)
            mark = time.perf_counter()
            seconds["compute"] += mark - loaded
        if seen == 0:
            raise ValueError("there is no batch to train on")
        self.status.batches = self.status.batch  # known by now, even if the data have no length
        self._read(totals, seen)
        seconds["compute"] += time.perf_counter() - mark
        self.history.train_loss.append(self.status.loss)
        self.history.train_acc.append(self.status.accuracy)
        return True

    def evaluate_epoch(self, test: Iterable | None, stop: "_StopRequest") -> bool:
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

    def _interrupted(self, totals: torch.Tensor | None = None, seen: int = 0) -> None:
        self.history.interrupted = True
        self.status.note = say("interrupted", "已中断")
        if totals is not None and seen:
            self._read(totals, seen)
        self.progress.draw(self.status)


class _StopRequest:
    """Turns an interrupt (SIGINT) into a request that is honoured between two batches, so that no update is torn apart.
    A second one interrupts at once, as usual. Outside the main thread, where signals do not arrive, it does nothing."""

    requested = False

    def __enter__(self) -> Self:
        self._in_main_thread = threading.current_thread() is threading.main_thread()
        if self._in_main_thread:
            if isinstance(late := signal.getsignal(signal.SIGINT), _LateStop):
                late.end()
            self._before = signal.signal(signal.SIGINT, self._request)
        return self

    def _request(self, signum: int, frame: FrameType | None) -> None:
        if self.requested:
            raise KeyboardInterrupt
        self.requested = True

    def __exit__(self, *exception: object) -> None:
        if self._in_main_thread:
            signal.signal(signal.SIGINT, self._before)
            if in_notebook():
                _LateStop()


class _LateStop:
    """Drops an interrupt that comes within half a second after a training in a notebook: it was meant for the training.

    The Stop button's way leads through the server. Whoever clicks it as the training ends must not hit the lines after
    it, nor the next cell that Run All has begun. After that time the handler of before has its turn again.
    """

    def __init__(self):
        from IPython import get_ipython

        self._ends, self._events = time.monotonic() + LATE_SECONDS, get_ipython().events
        self._events.register("pre_execute", self._next_cell)  # for each cell the kernel puts in a handler of its own
        self._before = signal.signal(signal.SIGINT, self)

    def __call__(self, signum: int, frame: FrameType | None) -> None:
        if time.monotonic() >= self._ends:
            self.end()
            signal.raise_signal(signum)

    def end(self) -> None:
        self._leave_events()
        signal.signal(signal.SIGINT, self._before)

    def _next_cell(self) -> None:
        if time.monotonic() >= self._ends:
            self._leave_events()
        elif signal.getsignal(signal.SIGINT) is not self:
            self._before = signal.signal(signal.SIGINT, self)

    def _leave_events(self) -> None:
        if self._next_cell in self._events.callbacks["pre_execute"]:
            self._events.unregister("pre_execute", self._next_cell)


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
