"""What a notebook must hold to be trusted: the code of its chapter, and no output that could run anybody else's.

JupyterLab runs the scripts of a signed notebook without being asked, so only that is signed.
"""

import json
import re
from html.parser import HTMLParser
from pathlib import Path

from nbformat import NotebookNode

from d2lutil import explorers
from d2lutil.explorers.base import page_of

from .chapters import WIDGET, edition

__all__ = ["stranger"]

HARMLESS = {"text/plain", "text/html", "text/markdown", "text/latex", "image/png", "image/jpeg", WIDGET}
RUNS = {"script", "iframe", "object", "embed", "link", "meta", "base", "form", "applet", "frame", "svg", "math"}


def stranger(notebook: NotebookNode, chapter: Path, lang: str) -> str | None:
    """The first thing in the notebook that is not the chapter's, in a sentence; None if all is."""
    expected = edition(chapter, lang).cells
    if [cell.source for cell in notebook.cells] != [cell.source for cell in expected]:
        numbers = [n for n, (a, b) in enumerate(zip(notebook.cells, expected, strict=False)) if a.source != b.source]
        where = f"cell {numbers[0] + 1}" if numbers else f"{len(notebook.cells)} cells instead of {len(expected)}"
        return f"the notebook of chapter {chapter.name[:2]} is not what the chapter says ({where}): make build"
    for number, cell in enumerate(notebook.cells, start=1):
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            for kind in data:
                right = kind in HARMLESS and (kind != "text/html" or _is_harmless(data[kind]))
                if not right:
                    return f"an output of cell {number} could run code that is not the chapter's ({kind}): make build"
    return None


def _is_harmless(html: str) -> bool:
    return _is_an_explorer(html) or not _Running(html).found


def _is_an_explorer(html: str) -> bool:
    """Whether this is the page of an explorer, with the script of this checkout and a state that is data alone."""
    named = re.match(r'<div class="d2l-alone" data-explorer="(\w+)">', html)
    if not named or named[1] not in explorers.__all__:
        return False
    # The page of this checkout, with marks where note and state stand.
    cls = getattr(explorers, named[1])
    head, middle, tail = page_of(named[1], cls._esm, cls._css, "\0", "\0").split("\0")
    if not html.startswith(head) or not html.endswith(tail):
        return False
    note, found, state = html[len(head) : -len(tail)].partition(middle)
    if not found or "<" in note or "<" in state:
        return False
    try:
        json.loads(state)
    except ValueError:
        return False
    return True


class _Running(HTMLParser):
    """Whether anything in a piece of HTML could run: an element that loads or scripts, a handler, an address."""

    def __init__(self, html: str):
        super().__init__()
        self.found = False
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        for name, value in attributes:
            address = re.sub(r"\s", "", value or "").lower()
            self.found |= name.startswith("on") or name == "srcdoc" or address.startswith(("javascript:", "data:text"))
        self.found |= tag in RUNS
