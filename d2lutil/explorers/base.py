"""What all explorers have in common: a script of shared and own parts, a fixed text form, a life without a kernel."""

import base64
import functools
import html
import inspect
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

import anywidget
import traitlets

from .._arguments import describe, fits, shown
from ..i18n import language, say
from ..widgets import lifetime
from ..widgets.scripts import VIEW, lean_source, source

__all__ = ["Explorer", "Unsuitable"]

STATIC = Path(__file__).parent / "static"
SHARED = (STATIC / "core.js", VIEW, STATIC / "grid.js")


class Unsuitable(traitlets.TraitError, ValueError):
    """Of these arguments no explorer can be made."""


def _explaining(make: Callable) -> Callable:
    """The same ``__init__``, but whatever goes wrong with its arguments is one kind of error, with their names."""

    signature = inspect.signature(make)

    @functools.wraps(make)
    def wrapper(explorer: "Explorer", *args: Any, **kwargs: Any) -> None:
        try:
            given = list(signature.bind(explorer, *args, **kwargs).arguments.items())[1:]  # without the explorer
        except TypeError:  # an argument too many, too few or unknown: Python says it best
            return make(explorer, *args, **kwargs)
        _require_no_flags(make.__annotations__, dict(given))
        try:
            make(explorer, *args, **kwargs)
        except Unsuitable:
            raise
        except traitlets.TraitError as reason:  # it says which and why
            raise Unsuitable(str(reason)) from reason
        except (TypeError, ValueError, RuntimeError, KeyError, IndexError, AttributeError, OverflowError) as reason:
            words = ", ".join(f"{name} = {shown(value)}" for name, value in given)
            name = type(explorer).__name__
            raise Unsuitable(
                say(f"{name} cannot be made of {words}: {reason}", f"无法用 {words} 建立 {name}：{reason}")
            ) from reason

    return wrapper


def _require_no_flags(hints: dict[str, Any], given: dict[str, Any]) -> None:
    """Python takes True for the number 1."""
    for name, value in given.items():
        if isinstance(value, bool) and name in hints and not fits(hints[name], value):
            raise Unsuitable(say(f"{name} must be {describe(hints[name])}, got {value}",
                                 f"{name} 应为{describe(hints[name])}，得到 {value}"))  # fmt: skip


class Explorer(anywidget.AnyWidget):
    """The base of all explorers. A subclass names its script and its traits; a script exports ``render({model, el})``.

    The script NAME.js and the style sheet NAME.css are in the folder ``static`` beside the file of the subclass; a long
    script has its parts in NAME_*.js. All files become one module, so a name at the top of any of them must be unique.

    Whatever is a trait can be set in a cell, and the view follows; whatever the reader does in the view can be read
    from the traits.
    """

    SCRIPT: ClassVar[str] = ""
    LEAN: ClassVar[bool] = False  # whether the script comes without what it does not use of the shared files

    lang = traitlets.Unicode("en").tag(sync=True)

    def __init_subclass__(cls, **options: Any) -> None:
        if "SCRIPT" in vars(cls):  # not in the classes that traitlets derives
            folder = Path(inspect.getfile(cls)).parent / "static"
            own = (*sorted(folder.glob(f"{cls.SCRIPT}_*.js")), folder / f"{cls.SCRIPT}.js")
            cls._esm = lean_source(own, SHARED) if cls.LEAN else source(*SHARED, *own)
            cls._css = source(VIEW.with_suffix(".css"), own[-1].with_suffix(".css"))
            cls.__init__ = _explaining(cls.__init__)  # type: ignore[method-assign]
        super().__init_subclass__(**options)

    def __init__(self, **traits: Any):
        super().__init__(lang=language(), **traits)
        lifetime.made(self)

    def __repr__(self) -> str:
        return say(f"Interactive figure: {self.describe()}; run the cell to move it",
                   f"交互演示：{self.describe()}；运行此单元格即可操作")  # fmt: skip

    def describe(self) -> str:
        """What is shown, in a few words of the reader's language."""
        raise NotImplementedError

    def _repr_mimebundle_(self, **options: Any) -> tuple[dict, dict]:
        lifetime.shown(self)
        bundle: Any = super()._repr_mimebundle_(**options)
        data = bundle[0] if isinstance(bundle, tuple) else bundle
        data["text/plain"] = repr(self)
        data["text/html"] = self.page()
        return data, {}

    def state(self) -> dict[str, Any]:
        """The traits that the view reads, as JSON knows them: bytes as ``{"base64": ...}``."""
        own = set(type(self).class_trait_names(sync=True)) - set(anywidget.AnyWidget.class_trait_names(sync=True))
        # anywidget makes traits of the script and the style, too; their names begin with an underscore.
        return {name: _as_json(getattr(self, name)) for name in sorted(own) if not name.startswith("_")}

    def page(self) -> str:
        """The explorer as HTML that lives without a kernel: its script, its state, a model that nobody listens to."""
        # A name of the reader's, such as "<!--<script>", must not end or open a script.
        state = json.dumps(self.state(), ensure_ascii=False).replace("<", "\\u003c")
        return page_of(type(self).__name__, self._esm, self._css, html.escape(repr(self)), state)


def page_of(name: str, script: str, style: str, note: str, state: str) -> str:
    """The page of an explorer of that name around a note in HTML and a state in JSON."""
    script = json.dumps(script, ensure_ascii=False).replace("</", "<\\/")
    return (
        f'<div class="d2l-alone" data-explorer="{html.escape(name)}"><style>{style}</style>'
        f'<div role="note">{note}</div>'
        f'<script type="module">{source(STATIC / "alone.js")}\nalone({script}, {state});</script></div>'
    )


def _as_json(value: object) -> object:
    return {"base64": base64.b64encode(value).decode()} if isinstance(value, bytes) else value
