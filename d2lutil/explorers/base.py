"""What all explorers have in common: a script of shared and own parts, a fixed text form, a life without a kernel."""

import base64
import html
import inspect
import json
from pathlib import Path
from typing import Any, ClassVar

import anywidget
import traitlets

from ..i18n import language, say
from ..widgets import lifetime
from ..widgets.scripts import VIEW, lean_source, source

__all__ = ["Explorer"]

STATIC = Path(__file__).parent / "static"
SHARED = (STATIC / "core.js", VIEW, STATIC / "grid.js")


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
        script = json.dumps(self._esm, ensure_ascii=False).replace("</", "<\\/")
        state = json.dumps(self.state(), ensure_ascii=False).replace("</", "<\\/")
        return (
            f'<div class="d2l-alone" data-explorer="{html.escape(type(self).__name__)}"><style>{self._css}</style>'
            f'<div role="note">{html.escape(repr(self))}</div>'
            f'<script type="module">{source(STATIC / "alone.js")}\nalone({script}, {state});</script></div>'
        )


def _as_json(value: object) -> object:
    return {"base64": base64.b64encode(value).decode()} if isinstance(value, bytes) else value
