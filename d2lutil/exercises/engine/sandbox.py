"""Running a reader's function without harm: on copies, within a time limit, with the random state put back."""

import contextlib
import copy
import dis
import inspect
import io
import linecache
import random
import signal
import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from types import FrameType

import torch

from ...i18n import say

__all__ = ["Outcome", "TooSlow", "call", "same_things", "time_limit", "undisturbed", "untouched"]


class TooSlow(BaseException):  # noqa: N818 (no error of the reader's code: his `except Exception` must not catch it)
    """The time is up."""


@dataclass
class Outcome:
    """What became of one call: its value or its error, what it printed, which of its inputs it changed."""

    value: object = None
    error: BaseException | None = None
    printed: str = ""
    changed: list[str] = field(default_factory=list)


def untouched(attempt: object) -> bool:
    """Whether the reader has not begun: ``...`` for an answer, or a function that does nothing at all.

    >>> def stub(n: int) -> int:
    ...     '''What is to be done.'''
    ...     ...
    >>> untouched(stub), untouched(...), untouched(lambda n: n + 1)
    (True, True, False)
    """
    if attempt is None or attempt is ...:
        return True
    if not inspect.isfunction(attempt):
        return False
    nothing = {"RESUME", "NOP", "LOAD_CONST", "RETURN_VALUE", "RETURN_CONST", "CACHE"}
    instructions = list(dis.get_instructions(attempt))
    returned = [i.argval for i in instructions if i.opname in ("LOAD_CONST", "RETURN_CONST")]
    return all(i.opname in nothing for i in instructions) and all(value is None for value in returned)


def call(function: Callable, names: list[str], inputs: tuple) -> Outcome:
    """Call a function on copies of the inputs; whatever it raises, prints and changes is in the outcome."""
    given = copy.deepcopy(inputs)
    printed = io.StringIO()
    outcome = Outcome()
    torch.manual_seed(0)  # the same dice for every call, should the function throw any
    try:
        with contextlib.redirect_stdout(printed), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            outcome.value = function(*given)
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # SystemExit and the reader's own kinds, too
        outcome.error = error
    outcome.printed = printed.getvalue()
    outcome.changed = [name for name, old, new in zip(names, inputs, given, strict=False) if not same_things(old, new)]
    return outcome


def same_things(one: object, other: object) -> bool:
    """Whether two inputs are equal, bit by bit; looks into lists, tuples, dicts and networks."""
    if isinstance(one, torch.Tensor) and isinstance(other, torch.Tensor):
        alike = one.shape == other.shape and one.dtype == other.dtype
        return alike and torch.equal(one, other)
    if isinstance(one, torch.nn.Module) and isinstance(other, torch.nn.Module):
        return one.training == other.training and same_things(dict(one.state_dict()), dict(other.state_dict()))
    if isinstance(one, dict) and isinstance(other, dict):
        return list(one) == list(other) and all(same_things(one[key], other[key]) for key in one)
    if isinstance(one, (list, tuple)) and isinstance(other, (list, tuple)):
        return len(one) == len(other) and all(map(same_things, one, other))
    return callable(one) or one == other  # a function is no copy, but nothing that could be changed either


@contextlib.contextmanager
def undisturbed() -> Iterator[None]:
    """Put back what a reader's code may have moved: random numbers, gradient mode, default type."""
    python, gradients, kind = random.getstate(), torch.is_grad_enabled(), torch.get_default_dtype()
    numpy = sys.modules.get("numpy")
    numpy_state = numpy.random.get_state() if numpy else None
    devices = list(range(torch.cuda.device_count())) if torch.cuda.is_available() else []
    try:
        with torch.random.fork_rng(devices=devices):
            yield
    finally:
        random.setstate(python)
        if numpy:
            numpy.random.set_state(numpy_state)
        torch.set_grad_enabled(gradients)
        torch.set_default_dtype(kind)


@contextlib.contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise :class:`TooSlow` in the code below after so many seconds of computing or sleeping. A process that waits for
    a busy machine has six times as long. Only a system that knows timers (Linux, macOS) can do that, and only in the
    main thread, where notebooks run; elsewhere there is no limit."""
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return

    started, computed = time.monotonic(), time.process_time()

    def ring(number: int, frame: FrameType | None) -> None:
        passed, busy = time.monotonic() - started, time.process_time() - computed
        # A process that others keep from computing still gets more than a tenth of the time; one that sleeps does not.
        if number == signal.SIGVTALRM or busy < passed / 10 or passed > 6 * seconds:
            raise TooSlow

    timers = [(signal.ITIMER_VIRTUAL, signal.SIGVTALRM), (signal.ITIMER_REAL, signal.SIGALRM)]
    before = [signal.signal(number, ring) for _, number in timers]
    for timer, _ in timers:
        signal.setitimer(timer, seconds, 1.0)  # again every second, if a bare `except:` swallows the first
    try:
        yield
    finally:
        for (timer, number), handler in zip(timers, before, strict=True):
            signal.setitimer(timer, 0)
            signal.signal(number, handler)


def place_of(error: BaseException, function: Callable) -> tuple[int, str] | None:
    """(line number in the reader's cell, that line) where an error arose in the reader's code; None if elsewhere."""
    own = getattr(function, "__globals__", None)
    place, step = None, error.__traceback__
    while step is not None:
        if step.tb_frame.f_globals is own:
            place = step
        step = step.tb_next
    if place is None:
        return None
    line = linecache.getline(place.tb_frame.f_code.co_filename, place.tb_lineno).strip()
    return place.tb_lineno, line


def words_of(error: BaseException, function: Callable) -> str:
    """An error in one sentence that points at the reader's line."""
    place = place_of(error, function)
    where = say("your code", "你的代码")
    if place:
        number, line = place
        where = say(f"line {number} of its cell", f"函数所在单元格的第 {number} 行")
        where += say(f": `{line}`", f"：`{line}`") if line else ""
    if isinstance(error, TooSlow):
        return say(
            f"It did not come to an end; it was stopped in {where}. Is there a loop without an end?",
            f"它一直没有结束，已在{where}处被停下。是不是有一个不会终止的循环？",
        )
    message = str(error).strip().splitlines()
    what = type(error).__name__ + (f": {message[0]}" if message else "")
    return say(f"An error in {where}\n{what}", f"出错的位置：{where}\n{what}")
