"""What all explorers have in common: a script of shared and own parts, a fixed text form, a life without a kernel."""

import base64
import html
import json
import re
from functools import cache
from pathlib import Path
from typing import ClassVar

import anywidget
import traitlets

from .. import cells
from ..i18n import language, say

__all__ = ["Explorer"]

STATIC = Path(__file__).parent / "static"
SHARED = ("core.js", "view.js", "grid.js")


@cache
def source(*names: str) -> str:
    """The files one after another: hand-written modules, so that no bundler is needed. Scripts come without indentation
    and without lines of comment, since a notebook holds them twice."""
    texts = [(STATIC / name).read_text(encoding="utf-8") for name in names]
    return "\n".join(_slim(text) if name.endswith(".js") else text for name, text in zip(names, texts, strict=True))


def _slim(script: str) -> str:
    """Without indentation and comments; a comment behind a line with quotes stays, since it might be part of a text."""
    lines = (line.strip() for line in script.splitlines())
    lines = (line if any(quote in line for quote in "\"'`") else line.partition(" // ")[0] for line in lines)
    return "\n".join(line for line in lines if line and not line.startswith("//"))


@cache
def lean_source(own: str) -> str:
    """A script and those functions and constants of the shared files that it mentions, or that these mention."""
    shared = "\n".join((STATIC / name).read_text(encoding="utf-8") for name in SHARED)
    blocks = re.split(r"^(?=(?:export )?(?:const|let|function) )", shared, flags=re.MULTILINE)[1:]
    names = [re.match(r"(?:export )?\w+ (\w+)", block)[1] for block in blocks]
    mentioned = _words((STATIC / own).read_text(encoding="utf-8"))
    found = {}
    while more := {k for k, name in enumerate(names) if name in mentioned and k not in found}:
        found |= dict.fromkeys(more)
        mentioned |= set().union(*(_words(blocks[k]) for k in more))
    return "\n".join([*(_slim(blocks[k]) for k in sorted(found)), source(own)])


def _words(script: str) -> set[str]:
    return set(re.findall(r"[\w$]+", re.sub(r"d2l-[\w-]+", "", _slim(script))))  # names of style classes are no names


class Explorer(anywidget.AnyWidget):
    """The base of all explorers. A subclass names its script and its traits; a script exports ``render({model, el})``.

    Whatever is a trait can be set in a cell, and the view follows; whatever the reader does in the view can be read
    from the traits.
    """

    SCRIPT: ClassVar[str] = ""
    LEAN: ClassVar[bool] = False  # whether the script comes without what it does not use of the shared files

    lang = traitlets.Unicode("en").tag(sync=True)

    def __init_subclass__(cls, **options):
        if "SCRIPT" in vars(cls):  # not in the classes that traitlets derives
            own = f"{cls.SCRIPT}.js"
            cls._esm = lean_source(own) if cls.LEAN else source(*SHARED, own)
            cls._css = source("view.css", f"{cls.SCRIPT}.css")
        super().__init_subclass__(**options)

    def __init__(self, **traits):
        super().__init__(lang=language(), **traits)
        cells.made(self)

    def __repr__(self) -> str:
        return say(f"Interactive picture: {self.describe()}; run the cell to move it",
                   f"交互演示：{self.describe()}；运行此单元格即可操作")  # fmt: skip

    def describe(self) -> str:
        """What is shown, in a few words of the reader's language."""
        raise NotImplementedError

    def _repr_mimebundle_(self, **options):
        cells.shown(self)
        bundle = super()._repr_mimebundle_(**options)
        data = bundle[0] if isinstance(bundle, tuple) else bundle
        data["text/plain"] = repr(self)
        data["text/html"] = self.page()
        return data, {}

    def state(self) -> dict:
        """The traits that the view reads, as JSON knows them: bytes as ``{"base64": ...}``."""
        own = set(type(self).class_trait_names(sync=True)) - set(anywidget.AnyWidget.class_trait_names(sync=True))
        return {name: _as_json(getattr(self, name)) for name in sorted(own)}

    def page(self) -> str:
        """The explorer as HTML that lives without a kernel: its script, its state, a model that nobody listens to."""
        script = json.dumps(self._esm, ensure_ascii=False).replace("</", "<\\/")
        state = json.dumps(self.state(), ensure_ascii=False).replace("</", "<\\/")
        return (
            f'<div class="d2l-alone" data-explorer="{html.escape(type(self).__name__)}"><style>{self._css}</style>'
            f'<div role="note">{html.escape(repr(self))}</div>'
            f'<script type="module">{source("alone.js")}\nalone({script}, {state});</script></div>'
        )


def _as_json(value):
    return {"base64": base64.b64encode(value).decode()} if isinstance(value, bytes) else value
