"""How far a training run is, shown where the reader looks: a bar and growing curves in a notebook, one line in a
terminal, a line per epoch in a log file. Drawn at most twice a second, since every drawing makes the training wait.
"""

import sys
import time
from dataclasses import dataclass, field

from ..i18n import say
from .frontend import in_notebook

__all__ = ["Progress", "Status"]

REDRAW_SECONDS = 0.5
MOST_POINTS = 400  # of a curve in one drawing: more could not be told apart
DASHES = {"loss": "", "train": "6 3", "test": "2 2"}  # beside the colours, which monitor.css has


@dataclass
class Status:
    """Where the training is. ``points`` holds (epochs so far, loss, accuracy);
    ``test_points`` holds (epochs so far, accuracy)."""

    epochs: int
    batches: int | None
    epoch: int = 0
    batch: int = 0
    loss: float = float("nan")
    accuracy: float = float("nan")
    test_accuracy: float | None = None
    seconds: float = 0.0
    images: int = 0
    note: str = ""
    points: list[tuple[float, float, float]] = field(default_factory=list)
    test_points: list[tuple[float, float]] = field(default_factory=list)

    @property
    def done(self) -> float:
        """The part of the work that is done, 0 to 1."""
        within = self.batch / self.batches if self.batches else 0.0
        return min(1.0, (self.epoch + within) / self.epochs)

    def seconds_left(self) -> float | None:
        return self.seconds * (1 / self.done - 1) if self.done > 0 else None

    def words(self) -> str:
        """The status in one line, in the reader's language."""
        epoch = min(self.epoch + 1, self.epochs)
        batch = f"{self.batch}/{self.batches}" if self.batches else f"{self.batch}"
        parts = [
            say(f"epoch {epoch}/{self.epochs}", f"第 {epoch}/{self.epochs} 轮"),
            say(f"batch {batch}", f"批量 {batch}"),
        ]
        if self.epoch or self.batch:
            parts.append(say(f"loss {self.loss:.3f}", f"损失 {self.loss:.3f}"))
            if self.accuracy == self.accuracy:  # the book's Trainer counts no right answers while it trains
                parts.append(say(f"train acc {self.accuracy:.3f}", f"训练准确率 {self.accuracy:.3f}"))
        if self.test_accuracy is not None:
            parts.append(say(f"test acc {self.test_accuracy:.3f}", f"测试准确率 {self.test_accuracy:.3f}"))
        if self.images and self.seconds:
            speed = f"{_rounded(self.images / self.seconds):,}"
            parts.append(say(f"{speed} images/s", f"每秒 {speed} 张"))
        if self.note:
            parts.append(self.note)
        elif self.done >= 1:
            parts.append(say(f"took {_clock(self.seconds)}", f"用时 {_clock(self.seconds)}"))
        elif (left := self.seconds_left()) is not None:
            parts.append(say(f"{_clock(left)} left", f"剩余 {_clock(left)}"))
        return " · ".join(parts)


class Progress:
    """Shows a :class:`Status`; picks the form that fits the place. ``visible=False`` shows nothing."""

    def __init__(self, visible: bool = True):
        self._drawn_at = float("-inf")
        self._view = _view() if visible else None

    def due(self) -> bool:
        """Whether half a second has passed since the last drawing (never, when nothing is shown)."""
        return self._view is not None and time.perf_counter() - self._drawn_at >= REDRAW_SECONDS

    def draw(self, status: Status, epoch_ended: bool = False) -> None:
        """Draw now; at the end of an epoch that is not the last only if it is due, or if each epoch gets a line."""
        if self._view is None:
            return
        if epoch_ended and status.done < 1 and not self._view.LINES and not self.due():
            return
        self._view.draw(status, epoch_ended)
        self._drawn_at = time.perf_counter()

    def close(self) -> None:
        if self._view is not None:
            self._view.close()


def _view() -> "_NotebookView | _TerminalView | _LogView":
    if in_notebook():
        return _NotebookView()
    return _TerminalView() if sys.stdout.isatty() else _LogView()


class _LogView:
    """A line at the end of each epoch."""

    LINES = True

    def draw(self, status: Status, epoch_ended: bool) -> None:
        if epoch_ended:
            print(status.words(), flush=True)

    def close(self) -> None: ...


class _TerminalView:
    """One line that is written over and over."""

    LINES = False

    def __init__(self):
        from tqdm import tqdm

        self._bar = tqdm(total=1.0, bar_format="{percentage:3.0f}%|{bar:20}| {desc}", dynamic_ncols=True)

    def draw(self, status: Status, epoch_ended: bool) -> None:
        self._bar.n = status.done
        self._bar.set_description_str(status.words())

    def close(self) -> None:
        self._bar.close()


class _NotebookView:
    """A widget whose values change: no output is cleared, no figure drawn by matplotlib, the notebook does not jump."""

    LINES = False

    def __init__(self):
        from IPython.display import display

        from .monitor import TrainingMonitor

        self._monitor = TrainingMonitor()
        display(self._monitor)

    def draw(self, status: Status, epoch_ended: bool) -> None:
        self._monitor.show(words=status.words(), done=status.done, curves=_svg(status))

    def close(self) -> None:
        self._monitor.running = False  # takes the Stop button away


def _rounded(number: float) -> int:
    """To two digits: a third one changes with every drawing, and means nothing."""
    return int(float(f"{number:.2g}"))


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02d}"


def _svg(status: Status) -> str:
    """Loss and accuracies over the epochs, drawn as SVG by hand: it takes microseconds and follows the theme."""
    width, height, left, bottom, top, right = 720, 250, 44, 44, 12, 160
    highest = max([1.0, *(loss for _, loss, _ in status.points if loss == loss and loss != float("inf"))])

    def place(x: float, y: float) -> str:
        px = left + (width - left - right) * x / status.epochs
        py = top + (height - top - bottom) * (1 - min(y, highest) / highest)
        return f"{px:.1f},{py:.1f}"

    def line(key: str, points: list[tuple[float, float]]) -> str:
        path = " ".join(place(x, y) for x, y in _thinned(points) if y == y)
        return f'<polyline points="{path}" fill="none" {stroke(key)}/>'

    def stroke(key: str) -> str:
        return f'style="stroke:var(--d2l-{key})" stroke-width="2.5" stroke-dasharray="{DASHES[key]}"'

    loss, train = say("train loss", "训练损失"), say("train accuracy", "训练准确率")
    test = say("test accuracy", "测试准确率")
    lines = line("loss", [(x, y) for x, y, _ in status.points]) + line("train", [(x, y) for x, _, y in status.points])
    lines += line("test", status.test_points)
    if status.test_points:
        cx, cy = place(*status.test_points[-1]).split(",")
        lines += f'<circle cx="{cx}" cy="{cy}" r="3.5" style="fill:var(--d2l-test)"/>'
    ticks = ""
    for value in sorted({0.0, 0.5, 1.0, round(highest, 1)}):
        x0, py = place(0, value).split(",")
        x1 = place(status.epochs, value).split(",")[0]
        ticks += f'<line x1="{x0}" y1="{py}" x2="{x1}" y2="{py}" stroke="currentColor" stroke-opacity=".2"/>'
        ticks += f'<text x="{left - 8}" y="{float(py) + 4.5}" text-anchor="end">{value:g}</text>'
    every = max(1, -(-status.epochs // 10))
    for epoch in range(0, status.epochs + 1, every):
        px, py = place(epoch, 0).split(",")
        ticks += f'<text x="{px}" y="{float(py) + 19}" text-anchor="middle">{epoch}</text>'
    middle = (left + width - right) / 2
    ticks += f'<text x="{middle}" y="{height - 6}" text-anchor="middle">{say("epochs", "轮数")}</text>'
    legend = ""
    names = {"loss": loss, "train": train, "test": test}
    if status.points and all(accuracy != accuracy for _, _, accuracy in status.points):
        del names["train"]
    for row, (key, name) in enumerate(names.items()):
        y = top + 16 + 24 * row
        x = width - right + 16
        legend += f'<line x1="{x}" y1="{y - 4}" x2="{x + 28}" y2="{y - 4}" {stroke(key)}/>'
        legend += f'<text x="{x + 36}" y="{y}">{name}</text>'
    return (
        f'<svg role="img" aria-label="{status.words()}" viewBox="0 0 {width} {height}" width="{width}" '
        f'fill="currentColor">{ticks}{lines}{legend}</svg>'
    )


def _thinned(points: list) -> list:
    """At most so many of the points, the last one among them."""
    every = -(-len(points) // MOST_POINTS) or 1
    return points[::-1][::every][::-1]
