"""The drawing pad: a digit drawn by hand, brought to the form of the training digits, and read by a network."""

import contextlib
import copy
import threading
from collections.abc import Callable, Sequence
from typing import Any

import torch
import traitlets
from numpy.typing import ArrayLike
from torch import nn

from ..i18n import say
from .base import Explorer
from .digit_steps import INKED, boxed, centred, counted, even_pen, fitted, stretched, upright

__all__ = ["DigitPad"]

PAD = 96  # rows and columns of the pad's own drawings
SIDES = (8, 256)  # the smallest and the largest drawing
Form = str | Callable[[torch.Tensor], torch.Tensor]


class DigitPad(Explorer):
    """A pad to draw a digit on, what is made of the drawing step by step, and how a network reads it.

    The network is asked while the reader draws, in evaluation mode and without gradients, on the device where it is,
    and left as it was found: even while it is training.

    Parameters
    ----------
    net : any ``nn.Module`` that takes the prepared image, (1, 1, 28, 28), to one score for each class
    classes : the names of the classes, a character or a string each
    form : how a drawing is brought to the form of the training images, by steps of :mod:`.digit_steps`. ``"digits"``
        for ``d2l.load_digits``: boxed, even_pen, upright, counted, stretched. ``"mnist"`` for MNIST: fitted, centred.
        Or a function from the ink, (rows, columns), to (channels, rows, columns).
    ink : the drawing to begin with: float in [0, 1] or uint8, (rows, columns), from 8 x 8 to 256 x 256
    pen : width of the pen in cells of the pad's 96 x 96, from 3 to 16

    Attributes
    ----------
    ink : the drawing, (rows, columns), from 0 to 1; can be set
    steps : the drawing after each step, by the step's name
    image : what the network is given, (1, 28, 28)
    scores : the last answer as probabilities, (classes,); None if nothing is drawn
    answer : the class with the largest one; None if nothing is drawn
    net : the network; set another one, or the same one after more training, and it answers at once
    error : what the network raised when it was asked last; None if it answered

    Raises
    ------
    traitlets.TraitError
        For a network that does not take such an image to such scores, with the shapes or with what it said, and for
        values that cannot be.

    Examples
    --------
    >>> w = DigitPad(nn.Sequential(nn.Flatten(), nn.Linear(784, 10)))
    >>> w.answer is None
    True
    >>> drawing = torch.zeros(96, 96)
    >>> drawing[20:80, 44:52] = 1  # a one, perhaps
    >>> w.ink = drawing
    >>> {name: tuple(step.shape) for name, step in w.steps.items()}
    {'ink': (96, 96), 'box': (32, 32), 'pen': (32, 32), 'upright': (32, 32), 'counts': (8, 8), 'image': (1, 28, 28)}
    >>> w.answer in "0123456789", w.scores.shape
    (True, torch.Size([10]))
    >>> w.clear()
    >>> w.answer is None
    True
    """

    SCRIPT = "pad"

    classes = traitlets.List(traitlets.Unicode()).tag(sync=True)
    pen = traitlets.Int(8, min=3, max=16).tag(sync=True)
    # How many rows and columns, less 1 each, then the ink row by row, from 0 to 255.
    # The view sends it with a new number.
    pixels = traitlets.Bytes().tag(sync=True, echo_update=False, from_json=lambda value, _: bytes(value))
    number = traitlets.Int(0).tag(sync=True, echo_update=False)
    # The answer to the drawing of that number: its scores, or what went wrong; and each step's name, rows, columns and
    # largest value. The steps' values themselves, one byte each, are in `stages`.
    heard = traitlets.Dict().tag(sync=True)
    stages = traitlets.Bytes().tag(sync=True, from_json=lambda value, _: bytes(value))

    def __init__(
        self, net: nn.Module, classes: Sequence[str] = "0123456789", *, form: Form = "digits",
        ink: ArrayLike | None = None, **traits: Any,
    ):  # fmt: skip
        self.error: Exception | None = None
        self._asking = threading.RLock()
        self._form = self._checked_form(form)
        self._scores: torch.Tensor | None = None
        pixels = _packed(torch.zeros(PAD, PAD) if ink is None else ink)
        super().__init__(classes=[*classes], pixels=pixels, **traits)
        self.net = net

    @property
    def net(self) -> nn.Module:
        return self._net

    @net.setter
    def net(self, net: nn.Module) -> None:
        self._check(net, self._form)
        self._net = net
        self.ask()

    @property
    def form(self) -> Form:
        return self._form

    @form.setter
    def form(self, form: Form) -> None:
        self._check(self._net, self._checked_form(form))
        self._form = form
        self.ask()

    @property
    def ink(self) -> torch.Tensor:
        return _unpacked(self.pixels)

    @ink.setter
    def ink(self, ink: ArrayLike) -> None:
        self.pixels = _packed(ink)
        self.ask()

    @property
    def steps(self) -> dict[str, torch.Tensor]:
        return _steps(self._form, self.ink)

    @property
    def image(self) -> torch.Tensor:
        return self.steps["image"]

    @property
    def scores(self) -> torch.Tensor | None:
        return self._scores

    @property
    def answer(self) -> str | None:
        return None if self._scores is None else self.classes[self._scores.argmax()]

    def clear(self) -> None:
        """Take all ink away."""
        self.ink = torch.zeros(PAD, PAD)

    def ask(self) -> None:
        """Have the network read the drawing again: after more training, say. What it raises is shown in the view, kept
        in ``error``, and raised."""
        with self._asking:
            self._ask()

    def _ask(self) -> None:
        self.error, self._scores, steps = None, None, {}
        try:
            steps = self.steps
            if (self.ink >= INKED).any():
                self._scores = _asked(self._net, steps["image"], len(self.classes))
        except Exception as reason:
            self.error = reason
            raise
        finally:
            shown = {name: _shown(name, step) for name, step in steps.items() if name != "ink"}
            with self.hold_sync():  # one message
                self.stages = b"".join(bytes(cells.flatten().tolist()) for cells, _ in shown.values())
                self.heard = {
                    "number": self.number,
                    "scores": [] if self._scores is None else [round(p, 6) for p in self._scores.tolist()],
                    "trouble": _first_line(self.error) if self.error else "",
                    "steps": [[name, *cells.shape, most] for name, (cells, most) in shown.items()],
                }

    @traitlets.observe("number")
    def _asked_by_the_view(self, change: traitlets.Bunch) -> None:
        with contextlib.suppress(Exception):  # it is shown in the view, and kept in `error`
            self.ask()

    @traitlets.validate("classes")
    def _at_least_two(self, proposal: traitlets.Bunch) -> list[str]:
        names = proposal.value
        if len(names) < 2 or len(set(names)) < len(names) or not all(names):
            raise traitlets.TraitError(f"classes must be two or more different names, got {names!r}")
        if hasattr(self, "_net"):
            self._check(self._net, self._form, len(names))
        return names

    @traitlets.validate("pixels")
    def _as_many_as_announced(self, proposal: traitlets.Bunch) -> bytes:
        given, (least, most) = proposal.value, SIDES
        if len(given) < 2 or len(given) != 2 + (given[0] + 1) * (given[1] + 1) or min(given[:2]) + 1 < least:
            raise traitlets.TraitError(
                f"pixels must be rows - 1, columns - 1 ({least} to {most} of each), then all the ink"
            )
        return given

    def _check(self, net: object, form: Form, classes: int | None = None) -> None:
        """Whether the network reads a test drawing; raises TraitError if it does not."""
        if not isinstance(net, nn.Module):
            raise traitlets.TraitError(f"net must be an nn.Module, got {type(net).__name__}")
        drawing, classes = torch.zeros(PAD, PAD), classes or len(self.classes)
        drawing[24:72, 44:52] = 1
        try:
            image = _steps(form, drawing)["image"]
        except Exception as reason:
            said = _first_line(reason)
            raise traitlets.TraitError(f"form must make an image of a {PAD} x {PAD} drawing, but {said}") from reason
        try:
            _asked(net, image, classes, finite=False)
        except Exception as reason:
            wanted = f"{(1, *image.shape)} to {(1, classes)}"
            said = _first_line(reason)
            raise traitlets.TraitError(f"net must take {wanted}, but {said}") from reason

    @staticmethod
    def _checked_form(form: Form) -> Form:
        if not callable(form) and form not in ("digits", "mnist"):
            raise traitlets.TraitError(f"form must be 'digits', 'mnist' or a function of the ink, got {form!r}")
        return form

    def describe(self) -> str:
        return say("a pad to draw on, and how a network reads the drawing", "手写板，以及网络对所写内容的判断")


def _steps(form: Form, ink: torch.Tensor) -> dict[str, torch.Tensor]:
    steps = {"ink": ink}
    if callable(form):
        image = form(ink)
        if not isinstance(image, torch.Tensor) or image.dim() != 3:
            got = tuple(image.shape) if isinstance(image, torch.Tensor) else type(image).__name__
            raise _Unfit(f"it made {got}, not (channels, rows, columns)")
        steps["image"] = image
    elif form == "digits":
        steps["box"] = boxed(ink)
        steps["pen"] = even_pen(steps["box"])
        steps["upright"] = upright(steps["pen"])
        steps["counts"] = counted(steps["upright"])
        steps["image"] = stretched(steps["counts"])
    else:
        steps["fitted"] = fitted(ink)
        steps["image"] = centred(steps["fitted"])
    return steps


def _asked(net: nn.Module, image: torch.Tensor, classes: int, finite: bool = True) -> torch.Tensor:
    """The probabilities that a network answers in evaluation mode."""
    like = next(net.parameters(), image)
    with torch.no_grad():
        scores = _evaluating(net)(image[None].to(like.device, like.dtype))
    got = tuple(scores.shape) if isinstance(scores, torch.Tensor) else type(scores).__name__
    if got != (1, classes):
        raise _Unfit(f"it answered {got}")
    scores = scores.float().cpu()
    if finite and not scores.isfinite().all():
        raise _Unfit("its scores are not finite numbers, nor perhaps its weights")
    return scores[0].softmax(0)


def _evaluating(module: nn.Module) -> nn.Module:
    """A twin in evaluation mode that shares parameters, buffers and hooks. The network itself is not touched: it may be
    training meanwhile, since JupyterLab's messages from widgets are heard in a thread of their own."""
    twin = copy.copy(module)
    twin.__dict__.update(
        training=False,
        _modules={name: child and _evaluating(child) for name, child in module._modules.items()},
    )
    return twin


def _shown(name: str, step: torch.Tensor) -> tuple[torch.Tensor, int]:
    """A step as (rows, columns) of whole numbers, and the number that is shown white."""
    if name == "counts":
        return step.to(torch.uint8), 16
    plane = step.detach().float().cpu()
    plane = plane.mean(0) if plane.dim() == 3 else plane
    low, high = min(0.0, plane.min().item()), max(1.0, plane.max().item())
    return ((plane - low) / (high - low) * 255).round().to(torch.uint8), 255


class _Unfit(ValueError):
    """What a network or a form gave is not what was asked for."""


def _first_line(reason: Exception) -> str:
    """What was said, in a line."""
    line = next(iter(str(reason).strip().splitlines()), "")
    return line if isinstance(reason, _Unfit) else f"{type(reason).__name__}: {line}" if line else type(reason).__name__


def _packed(ink: ArrayLike) -> bytes:
    """The drawing as the trait ``pixels`` holds it."""
    try:
        X = torch.as_tensor(ink).detach().cpu()
    except (TypeError, ValueError, RuntimeError):
        raise traitlets.TraitError(f"ink must be a tensor of shape (rows, columns), got {ink!r}") from None
    X = X.float() / 255 if X.dtype is torch.uint8 else X.float()
    sized = X.dim() == 2 and all(SIDES[0] <= side <= SIDES[1] for side in X.shape)
    if not sized or not 0 <= X.min() <= X.max() <= 1.0001:
        low, high = (X.min(), X.max()) if X.numel() else (0, 0)
        raise traitlets.TraitError(
            f"ink must be (rows, columns), from {SIDES[0]} to {SIDES[1]} of each, from 0 to 1, "
            f"got {tuple(X.shape)} from {low:.3g} to {high:.3g}"
        )
    cells = (255 * X).round().clamp(0, 255).to(torch.uint8)
    return bytes([len(cells) - 1, len(cells[0]) - 1]) + cells.contiguous().numpy().tobytes()


def _unpacked(pixels: bytes) -> torch.Tensor:
    rows, cols = pixels[0] + 1, pixels[1] + 1
    return torch.frombuffer(bytearray(pixels[2:]), dtype=torch.uint8).reshape(rows, cols) / 255
