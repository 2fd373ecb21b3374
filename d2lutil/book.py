"""The names that *Dive into Deep Learning* (Zhang, Lipton, Li and Smola) uses in its convolution chapters, with its
arguments and its results, as thin shells over this package: its code runs with ``import d2lutil as d2l``.
"""

import time
from itertools import accumulate

import torch
from torch import nn

from . import train
from .models import init_cnn

__all__ = [
    "Accumulator",
    "Animator",
    "Timer",
    "accuracy",
    "evaluate_accuracy_gpu",
    "set_figsize",
    "show_images",
    "train_ch6",
]


class Timer:
    """A stopwatch that remembers its laps, in seconds.

    >>> timer = Timer()
    >>> timer.stop() >= 0, len(timer.times)
    (True, 1)
    """

    def __init__(self):
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

    def add(self, *args) -> None:
        """Add one number to each sum."""
        self.data = [a + float(b) for a, b in zip(self.data, args, strict=False)]

    def reset(self) -> None:
        """Begin again at zero."""
        self.data = [0.0] * len(self.data)

    def __getitem__(self, index: int) -> float:
        return self.data[index]


def accuracy(y_hat: torch.Tensor, y: torch.Tensor) -> float:
    """How *many* of the answers are right: a count, as in the book, not a fraction.

    Parameters
    ----------
    y_hat : scores of shape (batch, classes), or answers of shape (batch,)
    y : right answers, shape (batch,)

    Examples
    --------
    >>> accuracy(torch.tensor([[0.1, 0.9], [0.8, 0.2]]), torch.tensor([1, 1]))
    1.0
    """
    if y_hat.dim() > 1 and y_hat.shape[1] > 1:
        y_hat = y_hat.argmax(1)
    return float((y_hat.to(y.dtype) == y).sum())


def evaluate_accuracy_gpu(net: nn.Module, data_iter, device: torch.device | None = None) -> float:
    """:func:`evaluate` under the book's name: the part of ``data_iter``'s examples that ``net`` names right.

    >>> evaluate_accuracy_gpu(nn.Identity(), [(torch.eye(2), torch.tensor([0, 1]))])
    1.0
    """
    return train.evaluate(net, data_iter, device)


def train_ch6(net: nn.Module, train_iter, test_iter, num_epochs: int, lr: float, device: torch.device) -> None:
    """Train ``net`` from Xavier-uniform weights with SGD and cross-entropy, as the book's chapter 6 does; :func:`fit`
    under the book's name. Prints the device, the last losses and accuracies, and the throughput by the wall clock.
    """
    net.apply(init_cnn)
    print("training on", device)
    history = train.fit(net, train_iter, test_iter, num_epochs, lr, device)
    if history.test_acc:
        print(
            f"loss {history.train_loss[-1]:.3f}, train acc {history.train_acc[-1]:.3f}, "
            f"test acc {history.test_acc[-1]:.3f}"
        )
    print(f"{history.images_per_second:.1f} examples/sec on {device}")


class Animator:
    """Curves that grow point by point. In a notebook the same picture is redrawn in place, at most twice a second.

    Parameters are the book's: labels, legend, limits, scales (``"linear"`` or ``"log"``), line formats, the numbers of
    rows and columns of axes, and the size in inches. ``fig``, ``axes``, ``X`` and ``Y`` can be read.

    >>> animator = Animator(xlabel="epoch", legend=["loss", "accuracy"])
    >>> animator.add(1, (0.5, 0.8))
    >>> animator.add(2, (0.4, None))
    >>> animator.X, animator.Y
    ([[1, 2], [1]], [[0.5, 0.4], [0.8]])
    """

    def __init__(self, xlabel=None, ylabel=None, legend=None, xlim=None, ylim=None, xscale="linear", yscale="linear",
                 fmts=("-", "m--", "g-.", "r:"), nrows=1, ncols=1, figsize=(3.5, 2.5)):  # fmt: skip
        from matplotlib.figure import Figure

        self.fig = Figure(figsize=figsize, layout="constrained")
        axes = self.fig.subplots(nrows, ncols)
        self.axes = [axes] if nrows * ncols == 1 else axes
        self.X, self.Y, self.fmts = None, None, fmts
        self._labels = {"xlabel": xlabel, "ylabel": ylabel, "xlim": xlim, "ylim": ylim}
        self._labels |= {"xscale": xscale, "yscale": yscale}
        self._legend = legend or []
        self._view = _LiveFigure(self.fig)

    def add(self, x, y) -> None:
        """Add a point to each curve: ``y`` one value or one for each curve, ``x`` likewise; None leaves a curve as it
        is."""
        y = y if hasattr(y, "__len__") else [y]
        x = x if hasattr(x, "__len__") else [x] * len(y)
        self.X, self.Y = self.X or [[] for _ in y], self.Y or [[] for _ in y]
        for i, (a, b) in enumerate(zip(x, y, strict=False)):
            if a is not None and b is not None:
                self.X[i].append(a)
                self.Y[i].append(b)
        self._view.request(self._draw)

    def _draw(self) -> None:
        ax = next(iter(getattr(self.axes, "flat", self.axes)))
        ax.cla()
        for x, y, fmt in zip(self.X, self.Y, self.fmts, strict=False):
            ax.plot(x, y, fmt)
        ax.set(**{name: value for name, value in self._labels.items() if value is not None})
        if self._legend:
            ax.legend(self._legend)
        ax.grid()


class _LiveFigure:
    """A figure in a widget whose bytes change. What came too soon after a drawing is drawn when the cell ends."""

    def __init__(self, figure):
        from .progress import _in_notebook

        self._figure, self._image, self._drawn_at, self._late = figure, None, float("-inf"), None
        self._in_notebook = _in_notebook()

    def request(self, draw) -> None:
        from .progress import REDRAW_SECONDS

        if not self._in_notebook:
            draw()  # so that the figure can be looked at and saved
        elif time.perf_counter() - self._drawn_at >= REDRAW_SECONDS:
            self._show(draw)
        else:
            if self._late is None:
                self._later()
            self._late = draw

    def _later(self) -> None:
        from IPython import get_ipython

        events = get_ipython().events

        def at_cell_end():
            events.unregister("post_execute", at_cell_end)
            draw, self._late = self._late, None
            self._show(draw)

        events.register("post_execute", at_cell_end)

    def _show(self, draw) -> None:
        import io

        from IPython.display import display
        from ipywidgets import Image

        draw()
        buffer = io.BytesIO()
        self._figure.savefig(buffer, format="png", dpi=110)
        if self._image is None:
            self._image = Image(value=buffer.getvalue(), format="png")
            display(self._image)
        else:
            self._image.value = buffer.getvalue()
        self._drawn_at = time.perf_counter()


def show_images(imgs, num_rows: int, num_cols: int, titles=None, scale: float = 1.5):
    """Pictures in rows and columns, through pyplot; the array of matplotlib's axes, as in the book.

    Parameters
    ----------
    imgs : tensors, arrays or PIL pictures that ``imshow`` takes: (height, width), or (height, width, 3)
    num_rows, num_cols : the layout
    titles : one for each picture, or None
    scale : side of a picture in inches

    For a figure with alternative text see :func:`show_pictures`.
    """
    from matplotlib import pyplot as plt

    _, axes = plt.subplots(num_rows, num_cols, figsize=(num_cols * scale, num_rows * scale), squeeze=False)
    axes = axes.flatten()
    for i, (ax, img) in enumerate(zip(axes, imgs, strict=False)):
        ax.imshow(img.detach().cpu().numpy() if torch.is_tensor(img) else img)
        ax.get_xaxis().set_visible(False)
        ax.get_yaxis().set_visible(False)
        if titles:
            ax.set_title(titles[i])
    return axes


def set_figsize(figsize: tuple[float, float] = (3.5, 2.5)) -> None:
    """The size, in inches, of the pyplot figures that follow."""
    from matplotlib import pyplot as plt

    plt.rcParams["figure.figsize"] = figsize
