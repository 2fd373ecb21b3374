"""Sliders that redraw a figure: the plain controls of the lessons."""

import base64
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from html import escape
from types import ModuleType
from typing import TYPE_CHECKING, Any

from .._arguments import checked, shown
from ..i18n import say
from ..plots import DescribedFigure
from . import lifetime
from .scripts import STATIC, source

if TYPE_CHECKING:
    from ipywidgets import VBox, Widget

__all__ = ["sliders"]


@checked
def sliders(
    draw: Callable[..., DescribedFigure],
    start: Mapping | None = None,
    labels: Mapping[str, str] | None = None,
    **choices: Sequence,
) -> "VBox":
    """A figure with a control for each of its parameters; moving a control draws it anew.

    Parameters
    ----------
    draw : called with one value for each name, returns a :class:`DescribedFigure`
    start : for some of the names the value to begin with; for the others it is the first one
    labels : for some of the names what to write beside the control; for the others it is the name itself
    choices : for each name the values to choose from. Numbers become a slider, strings a menu.

    Returns
    -------
    An ``ipywidgets.VBox``. ``.controls[name].value`` reads or sets a value from Python, ``.figure`` is what is shown.

    Raises
    ------
    ValueError
        If a name comes without values, ``start`` or ``labels`` names another control, or ``start`` a value that is not
        among its values.
    TypeError
        If an argument is of another kind, or ``draw`` returns no figure.

    Examples
    --------
    >>> from d2lutil import show_grids
    >>> import torch
    >>> box = sliders(lambda n: show_grids(X=torch.eye(n)), start={"n": 2}, n=range(1, 5))
    >>> box.controls["n"].value = 3
    >>> box.figure
    Grids of numbers: X, 3 by 3: [1 0 0] [0 1 0] [0 0 1]
    """
    import ipywidgets as widgets

    for name, values in choices.items():
        if not len(values):
            raise ValueError(f"control {name!r} has no values to choose from")

    start, labels = dict(start or {}), dict(labels or {})
    for what, names in {"start": start, "labels": labels}.items():
        for name in names:
            if name not in choices:
                raise ValueError(f"{what} names {name!r}, but the controls are {', '.join(map(repr, choices))}")
    for name, value in start.items():
        if value not in choices[name]:
            raise ValueError(f"control {name!r} cannot start at {value!r}: it is not among its values")

    class Sliders(widgets.VBox):
        """Its text form is a fixed sentence: the default one would spell out the whole figure."""

        def __repr__(self) -> str:
            values = say(", ", "，").join(f"{c.description} = {c.value}" for c in self.controls.values())
            return say(f"Interactive figure ({values}); run the cell to move it",
                       f"交互演示（{values}）；运行此单元格即可操作")  # fmt: skip

        def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict, dict]:
            lifetime.shown(self)
            bundle = super()._repr_mimebundle_(**kwargs)
            data = bundle[0] if isinstance(bundle, tuple) else bundle
            data["text/plain"] = repr(self)
            # What readers see where no kernel runs:
            data[self.figure.mime] = base64.b64encode(self.figure.data).decode()
            return data, {self.figure.mime: {"alt": self.figure.alt, "width": self.figure.width}}

        def put_away(self) -> None:
            """Its cell is run again, but IPython keeps what the cell had returned."""
            self.figure.pack()

    image, message = widgets.HTML(), widgets.HTML()
    box = Sliders()
    box.controls = {name: _control(widgets, name, list(values), start, labels) for name, values in choices.items()}

    def redraw(change: Any = None) -> None:
        try:
            figure = draw(**{name: control.value for name, control in box.controls.items()})
            if not hasattr(figure, "data"):
                raise TypeError(
                    say(f"the function must return a figure, such as what show_grids() returns; got {shown(figure)}",
                        f"函数应返回一个图形，例如 show_grids() 的返回值；得到 {shown(figure)}")
                )  # fmt: skip
            box.figure = figure
        except Exception as reason:  # an error in a widget's callback would vanish without a trace
            words = escape(str(reason) or type(reason).__name__)
            message.value = f'<span role="alert" style="color:#b00020">{words}</span>'
            if change is None:
                raise
            return
        message.value = ""
        encoded = base64.b64encode(box.figure.data).decode()
        image.value = (
            f'<img alt="{escape(box.figure.alt, quote=True)}" width="{box.figure.width}" style="max-width:100%" '
            f'src="data:{box.figure.mime};base64,{encoded}">'
        )

    for control in box.controls.values():
        control.observe(redraw, names="value")
    box.children = [*box.controls.values(), message, image, _names_class()()]
    redraw()
    lifetime.made(box)
    return box


@cache
def _names_class() -> "type[Widget]":
    """What gives the sliders beside it their names, for screen readers; nothing is to be seen of it."""
    import anywidget

    class Names(anywidget.AnyWidget):
        _esm = source(STATIC / "slider_names.js")

    return Names


def _control(widgets: ModuleType, name: str, values: list, start: Mapping, labels: Mapping) -> "Widget":
    kind = widgets.Dropdown if isinstance(values[0], str) else widgets.SelectionSlider
    return kind(options=values, value=start.get(name, values[0]), description=labels.get(name, name),
                style={"description_width": "initial"}, layout={"width": "min(100%, 480px)"})  # fmt: skip
