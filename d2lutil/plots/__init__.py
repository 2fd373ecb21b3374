"""Figures for the lessons: grids of numbers, pictures and maps, curves. Each says in words what it shows.

Every function returns a :class:`Picture`. As the last expression of a cell it is displayed; its description goes along
as alternative text, in the reader's language. Text inside figures stays with symbols and English, because matplotlib's
own font has no Chinese.
"""

from .charts import show_bars, show_confusion, show_curves, show_history, show_spread
from .grids import show_backward, show_grids, show_pool_window, show_positions, show_window
from .picture import Picture
from .pictures import show_gradient, show_pictures

__all__ = [
    "Picture",
    "show_backward",
    "show_bars",
    "show_confusion",
    "show_curves",
    "show_gradient",
    "show_grids",
    "show_history",
    "show_pictures",
    "show_pool_window",
    "show_positions",
    "show_spread",
    "show_window",
]
