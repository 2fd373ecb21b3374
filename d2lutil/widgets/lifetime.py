"""Widgets of a cell that is run again are closed: nobody can see them any more, and ipywidgets would keep them."""

import contextlib
import sys
import weakref
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ipywidgets import Widget

__all__ = ["made", "shown"]

_latest: dict[str, str] = {}  # by cell: its last run
_made: dict[str, list[tuple[str, weakref.ref]]] = {}  # by cell: what may still be open, with the run that made it
_places: weakref.WeakKeyDictionary = weakref.WeakKeyDictionary()  # by widget: the cells that show it, with the run


def running() -> tuple[str, str] | None:
    """The ids of the cell that is being run and of this run of it; None where a front end names no cells."""
    if "IPython" not in sys.modules:
        return None
    from IPython import get_ipython

    kernel: Any = getattr(get_ipython(), "kernel", None)
    try:
        request = (kernel.get_parent("shell") if hasattr(kernel, "get_parent") else None) or {}
    except LookupError:  # in a thread, under ipykernel 7.0
        return None
    cell = request.get("metadata", {}).get("cellId")
    return (cell, request["header"]["msg_id"]) if cell else None


def made(widget: "Widget") -> None:
    """Remember which cell has made it; close what earlier runs of that cell made, unless it is still to be seen."""
    if (here := running()) is None:
        return
    cell, run = here
    _latest[cell] = run
    open_still, stale = [], []
    for its_run, reference in _made.get(cell, ()):
        if (old := reference()) is not None:
            if its_run == run or _is_seen(old):
                open_still.append((its_run, reference))
            else:
                stale.append(old)
    _made[cell] = [*open_still, (run, weakref.ref(widget))]
    for old in stale:
        with contextlib.suppress(Exception):  # whatever is wrong with an old widget, the reader's cell goes on
            _close(old)


def shown(widget: "Widget") -> None:
    """Remember that the cell that is being run shows it."""
    if (here := running()) is not None:
        cell, run = here
        _latest[cell] = run
        _places.setdefault(widget, {})[cell] = run


def _is_seen(widget: "Widget") -> bool:
    """Whether the last run of some cell shows it, or another widget holds it, which may be shown anywhere."""
    from ipywidgets.widgets.widget import _instances

    return any(_latest[cell] == run for cell, run in _places.get(widget, {}).items()) or any(
        widget is child for other in list(_instances.values()) for child in getattr(other, "children", ())
    )


def _close(widget: "Widget") -> None:
    """Close it and the widgets that belong to it; first it is told so, if it has a method for that."""
    if hasattr(widget, "put_away"):
        widget.put_away()
    for child in getattr(widget, "children", ()):
        _close(child)
    for name in ("style", "layout"):
        if hasattr(widget, name):
            getattr(widget, name).close()
    widget.close()
