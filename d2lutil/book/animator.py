"""Curves that grow while a cell runs: the book's Animator, and the figure in a widget that it draws into."""

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from ..widgets import lifetime

if TYPE_CHECKING:
    from ipywidgets import Image
    from matplotlib.figure import Figure

__all__ = ["Animator"]


class Animator:
    """Curves that grow point by point. In a notebook the same figure is redrawn in place, at most twice a second.

    Parameters are the book's: labels, legend, limits, scales (``"linear"`` or ``"log"``), line formats, the numbers of
    rows and columns of axes, and the size in inches. ``fig``, ``axes``, ``X`` and ``Y`` can be read.

    >>> animator = Animator(xlabel="epoch", legend=["loss", "accuracy"])
    >>> animator.add(1, (0.5, 0.8))
    >>> animator.add(2, (0.4, None))
    >>> animator.X, animator.Y
    ([[1, 2], [1]], [[0.5, 0.4], [0.8]])
    """

    def __init__(
        self,
        xlabel: str | None = None,
        ylabel: str | None = None,
        legend: Sequence[str] | None = None,
        xlim: Sequence[float] | None = None,
        ylim: Sequence[float] | None = None,
        xscale: str = "linear",
        yscale: str = "linear",
        fmts: Sequence[str] = ("-", "m--", "g-.", "r:"),
        nrows: int = 1,
        ncols: int = 1,
        figsize: tuple[float, float] = (3.5, 2.5),
    ):
        from matplotlib.figure import Figure

        self.fig = Figure(figsize=figsize, layout="constrained")
        axes = self.fig.subplots(nrows, ncols)
        self.axes = [axes] if nrows * ncols == 1 else axes
        self.X: list[list] | None = None
        self.Y: list[list] | None = None
        self.fmts = fmts
        self._labels = {"xlabel": xlabel, "ylabel": ylabel, "xlim": xlim, "ylim": ylim}
        self._labels |= {"xscale": xscale, "yscale": yscale}
        self._legend = legend or []
        self._view = LiveFigure(self.fig)

    def add(self, x: Any, y: Any) -> None:
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
        for x, y, fmt in zip(self.X or (), self.Y or (), self.fmts, strict=False):
            ax.plot(x, y, fmt)
        ax.set(**{name: value for name, value in self._labels.items() if value is not None})
        if self._legend:
            ax.legend(self._legend)
        ax.grid()


class LiveFigure:
    """A figure in a widget whose bytes change. What came too soon after a drawing is drawn when the cell ends."""

    def __init__(self, figure: "Figure"):
        from ..plots import chinese
        from ..widgets.frontend import in_notebook

        chinese.for_pyplot()
        self._figure, self._drawn_at = figure, float("-inf")
        self._image: Image | None = None
        self._late: Callable[[], None] | None = None
        self._in_notebook = in_notebook()

    def request(self, draw: Callable[[], None]) -> None:
        from ..widgets.progress import REDRAW_SECONDS

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

        def at_cell_end() -> None:
            events.unregister("post_execute", at_cell_end)
            draw, self._late = self._late, None
            if draw is not None:
                self._show(draw)

        events.register("post_execute", at_cell_end)

    def _show(self, draw: Callable[[], None]) -> None:
        import io

        from IPython.display import display
        from ipywidgets import Image

        draw()
        buffer = io.BytesIO()
        self._figure.savefig(buffer, format="png", dpi=110)
        if self._image is None:
            self._image = Image(value=buffer.getvalue(), format="png")
            lifetime.made(self._image)
            display(self._image)
        else:
            self._image.value = buffer.getvalue()
        self._drawn_at = time.perf_counter()
