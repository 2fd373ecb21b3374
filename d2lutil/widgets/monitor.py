"""The training monitor: what :mod:`.progress` shows in a notebook, with a button that stops the training."""

from typing import Any

import anywidget
import traitlets

from ..i18n import language, say
from . import lifetime
from .scripts import STATIC, VIEW, source

__all__ = ["TrainingMonitor"]


class TrainingMonitor(anywidget.AnyWidget):
    """A line of words, a bar, curves; and while ``running`` a Stop button.

    The button interrupts the kernel from the browser, as Kernel > Interrupt does: a message to Python would wait until
    the training has ended. Where the page cannot do that (VS Code, Colab), a line says what can.

    Nothing is stored of it but its text form: without a kernel there is nothing to watch and nothing to stop.

    >>> monitor = TrainingMonitor(words="epoch 1/4", done=0.25)
    >>> monitor
    [training progress, shown while it runs]
    >>> monitor.done = 1.5
    Traceback (most recent call last):
        ...
    traitlets.traitlets.TraitError: the part done must be from 0 to 1, got 1.5
    """

    _esm = source(VIEW, STATIC / "monitor.js")
    _css = source(VIEW.with_suffix(".css"), STATIC / "monitor.css")

    lang = traitlets.Unicode("en").tag(sync=True)
    words = traitlets.Unicode().tag(sync=True)
    done = traitlets.Float(0.0).tag(sync=True)
    curves = traitlets.Unicode().tag(sync=True)  # an SVG
    running = traitlets.Bool(True).tag(sync=True)

    def __init__(self, **traits: Any):
        super().__init__(lang=language(), **traits)
        lifetime.made(self)

    def show(self, **traits: Any) -> None:
        """Set several traits at once: one message to the browser."""
        with self.hold_sync():
            for name, value in traits.items():
                setattr(self, name, value)

    @traitlets.validate("done")
    def _is_a_part(self, proposal: traitlets.Bunch) -> float:
        if not 0 <= proposal.value <= 1:
            raise traitlets.TraitError(f"the part done must be from 0 to 1, got {proposal.value}")
        return proposal.value

    def __repr__(self) -> str:
        return say("[training progress, shown while it runs]", "[训练进度，运行时显示]")
