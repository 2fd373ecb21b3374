"""Widgets of a cell that is run again are closed: nobody can see them any more, and ipywidgets would keep them."""

import sys
import weakref

__all__ = ["made", "shown"]

_of_cell: dict[str, tuple[str, list[weakref.ref]]] = {}  # by cell: its last run, and what that run has made
_places: weakref.WeakKeyDictionary = weakref.WeakKeyDictionary()  # by widget: the cells that show it


def running() -> tuple[str, str] | None:
    """The ids of the cell that is being run and of this run of it; None where a front end names no cells."""
    if "IPython" not in sys.modules:
        return None
    from IPython import get_ipython

    kernel = getattr(get_ipython(), "kernel", None)
    request = kernel.get_parent("shell") if hasattr(kernel, "get_parent") else None
    cell = (request or {}).get("metadata", {}).get("cellId")
    return (cell, request["header"]["msg_id"]) if cell else None


def made(widget) -> None:
    """Remember which cell has made it; close what an earlier run of that cell made, if no other cell shows it."""
    if (here := running()) is None:
        return
    cell, run = here
    last, before = _of_cell.get(cell, (run, []))
    if last != run:
        for old in filter(None, (reference() for reference in before)):
            if _places.get(old, set()) <= {cell}:
                _close(old)
        before = []
    _of_cell[cell] = run, [*before, weakref.ref(widget)]


def shown(widget) -> None:
    """Remember that the cell that is being run shows it."""
    if (here := running()) is not None:
        _places.setdefault(widget, set()).add(here[0])


def _close(widget) -> None:
    """Close it and the widgets that belong to it; first it is told so, if it has a method for that."""
    if hasattr(widget, "put_away"):
        widget.put_away()
    for child in getattr(widget, "children", ()):
        _close(child)
    for name in ("style", "layout"):
        if hasattr(widget, name):
            getattr(widget, name).close()
    widget.close()
