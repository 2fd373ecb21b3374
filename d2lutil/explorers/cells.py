"""Explorers of a cell that is run again are closed: nobody can see them any more, and ipywidgets would keep them."""

import sys
import weakref

__all__ = ["made", "shown"]

_of_cell: dict[str, tuple[str, list[weakref.ref]]] = {}  # by cell: its last run, and what that run has made
_places: weakref.WeakKeyDictionary = weakref.WeakKeyDictionary()  # by explorer: the cells that show it


def running() -> tuple[str, str] | None:
    """The ids of the cell that is being run and of this run of it; None where a front end names no cells."""
    if "IPython" not in sys.modules:
        return None
    from IPython import get_ipython

    kernel = getattr(get_ipython(), "kernel", None)
    request = kernel.get_parent("shell") if hasattr(kernel, "get_parent") else None
    cell = (request or {}).get("metadata", {}).get("cellId")
    return (cell, request["header"]["msg_id"]) if cell else None


def made(explorer) -> None:
    """Remember which cell has made it; close what an earlier run of that cell made, if no other cell shows it."""
    if (here := running()) is None:
        return
    cell, run = here
    last, before = _of_cell.get(cell, (run, []))
    if last != run:
        for old in filter(None, (reference() for reference in before)):
            if _places.get(old, set()) <= {cell}:
                old.layout.close()
                old.close()
        before = []
    _of_cell[cell] = run, [*before, weakref.ref(explorer)]


def shown(explorer) -> None:
    """Remember that the cell that is being run shows it."""
    if (here := running()) is not None:
        _places.setdefault(explorer, set()).add(here[0])
