"""A figure with its description, and the style that all figures share."""

import contextlib
import io
import pickle
import unicodedata
import zlib
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from . import chinese

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["DescribedFigure"]

# Okabe and Ito's palette, safe for colour-blind eyes; line styles differ too, so that grey prints stay readable.
COLORS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
STYLES = ("-", "--", "-.", ":", (0, (5, 1)), (0, (3, 1, 1, 1)), (0, (1, 1)))
HIGHLIGHT = "#E69F00"
SIGNED = "RdBu"  # diverging, white at zero: red is negative, blue is positive
DIRECTION = ("#D55E00", "#CC79A7", "#0072B2", "#F0E442", "#D55E00")  # -180, -90, 0, 90, 180 degrees
DPI = 120
STYLE: dict[Any, Any] = {
    "font.size": 12,
    "axes.titlesize": 13,
    "axes.labelsize": 12,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.alpha": 0.3,
    "lines.linewidth": 2.2,
    "legend.frameon": False,
    "figure.facecolor": "white",
}


class DescribedFigure:
    """A figure with its description.

    ``figure`` is a ``matplotlib.figure.Figure`` that pyplot knows nothing of: nothing is left open. ``alt`` describes
    it in words. ``repeatable`` says whether the numbers in ``alt`` are the same on every machine; if so the description
    is stored with the notebook as text and compared when the notebooks are tested. ``photographic`` figures are stored
    as JPEG, a tenth of the size. Chinese in the figure is drawn in the package's font.

    IPython keeps the result of every cell, and a figure that was drawn takes megabytes: a chapter's took 60 with each
    Run All. So what was shown is packed, and unpacked when ``figure`` is asked for.
    """

    def __init__(self, figure: "Figure", alt: str, repeatable: bool = True, photographic: bool = False):
        self._figure: Figure | None = figure
        self._packed = b""
        chinese.for_figure(figure)
        chinese.for_pyplot()
        self.alt, self.repeatable = alt, repeatable
        self.mime = "image/jpeg" if photographic else "image/png"

    @property
    def figure(self) -> "Figure":
        if self._figure is None:
            self._figure = pickle.loads(zlib.decompress(self._packed))
        return self._figure

    def pack(self) -> None:
        """Keep the figure in a form that takes less memory, until it is asked for again."""
        if self._figure is None:
            return
        # A figure of the reader's own may hold what cannot be pickled, such as a lambda: it stays as it is.
        with contextlib.suppress(Exception):
            self._packed = zlib.compress(pickle.dumps(self._figure), level=1)
            self._figure = None

    @cached_property
    def data(self) -> bytes:
        """The figure as an image file of type ``mime``."""
        buffer = io.BytesIO()
        if self.mime == "image/jpeg":
            options: dict[str, Any] = {"format": "jpeg", "pil_kwargs": {"quality": 85}}
        else:
            options = {"format": "png", "metadata": {"Software": None}}  # or it would name matplotlib's version
        self.figure.savefig(buffer, dpi=DPI, bbox_inches="tight", **options)
        return buffer.getvalue()

    @cached_property
    def width(self) -> int:
        """How wide to show it, in CSS pixels: its size in inches, so that it is sharper than the screen needs."""
        from PIL import Image

        return round(Image.open(io.BytesIO(self.data)).width * 96 / DPI)

    def save(self, path: str) -> None:
        """Write the figure to a file; the ending decides the format (.png, .svg, .pdf)."""
        self.figure.savefig(path, dpi=DPI, bbox_inches="tight")

    def __repr__(self) -> str:
        return self.alt if self.repeatable else self.alt.split(":")[0].split("：")[0]

    def _repr_mimebundle_(self, include=None, exclude=None):
        bundle = {self.mime: self.data, "text/plain": repr(self)}, {self.mime: {"alt": self.alt, "width": self.width}}
        self.pack()
        return bundle


def style() -> contextlib.AbstractContextManager:
    """The look of all figures, for as long as a ``with`` block runs."""
    import matplotlib

    return matplotlib.rc_context(STYLE)


def ems(text: str) -> float:
    """How wide a text is, by and large, in units of its type size: 1 for a Chinese character, 0.6 for a letter."""
    return sum(1.0 if unicodedata.east_asian_width(character) in "WF" else 0.6 for character in text)


def lines_between_cells(ax: "Axes", shape: Sequence[int]) -> None:
    """Draw the grid between the cells of an image of this shape; ticks go, except on an axis with a label."""
    ax.grid(False)
    ax.set_xticks([k - 0.5 for k in range(1, shape[1])], minor=True)
    ax.set_yticks([k - 0.5 for k in range(1, shape[0])], minor=True)
    ax.grid(which="minor", color="0.75", linewidth=0.8, alpha=1.0)
    ax.tick_params(which="minor", length=0)
    if ax.get_xlabel() == "":
        ax.set_xticks([])
        ax.set_yticks([])
    for spine in ax.spines.values():
        spine.set_visible(True)
        spine.set_color("0.6")
