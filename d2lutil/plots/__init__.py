"""Figures for the lessons: grids of numbers, images and maps, curves. Each says in words what it shows.

Every function returns a :class:`DescribedFigure`. As the last expression of a cell it is displayed; its description
goes along as alternative text, in the reader's language.
"""

from .charts import show_bars, show_confusion, show_curves, show_history, show_spread
from .figure import DescribedFigure
from .grids import show_backward, show_grids, show_pool_window, show_positions, show_window
from .images import show_gradient, show_images

__all__ = [
    "DescribedFigure",
    "show_backward",
    "show_bars",
    "show_confusion",
    "show_curves",
    "show_gradient",
    "show_grids",
    "show_history",
    "show_images",
    "show_pool_window",
    "show_positions",
    "show_spread",
    "show_window",
]
