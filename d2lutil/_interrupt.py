"""An interrupt ends a training between two batches, and nothing else."""

import signal
import threading
import time
from types import FrameType
from typing import Self

from .widgets.frontend import in_notebook

__all__ = ["StopRequest"]

LATE_SECONDS = 0.5


class StopRequest:
    """Turns an interrupt (SIGINT) into a request that is honoured between two batches, so that no update is torn apart.
    A second one interrupts at once, as usual. Outside the main thread, where signals do not arrive, it does nothing."""

    requested = False

    def __enter__(self) -> Self:
        self._in_main_thread = threading.current_thread() is threading.main_thread()
        if self._in_main_thread:
            if isinstance(late := signal.getsignal(signal.SIGINT), _LateStop):
                late.end()
            self._before = signal.signal(signal.SIGINT, self._request)
        return self

    def _request(self, signum: int, frame: FrameType | None) -> None:
        if self.requested:
            raise KeyboardInterrupt
        self.requested = True

    def __exit__(self, *exception: object) -> None:
        if self._in_main_thread:
            signal.signal(signal.SIGINT, self._before)
            if in_notebook():
                _LateStop()


class _LateStop:
    """Drops an interrupt that comes within half a second after a training in a notebook: it was meant for the training.

    The Stop button's way leads through the server. Whoever clicks it as the training ends must not hit the lines after
    it, nor the next cell that Run All has begun. After that time the handler of before has its turn again.
    """

    def __init__(self):
        from IPython import get_ipython

        self._ends, self._events = time.monotonic() + LATE_SECONDS, get_ipython().events
        self._events.register("pre_execute", self._next_cell)  # for each cell the kernel puts in a handler of its own
        self._before = signal.signal(signal.SIGINT, self)

    def __call__(self, signum: int, frame: FrameType | None) -> None:
        if time.monotonic() >= self._ends:
            self.end()
            signal.raise_signal(signum)

    def end(self) -> None:
        self._leave_events()
        signal.signal(signal.SIGINT, self._before)

    def _next_cell(self) -> None:
        if time.monotonic() >= self._ends:
            self._leave_events()
        elif signal.getsignal(signal.SIGINT) is not self:
            self._before = signal.signal(signal.SIGINT, self)

    def _leave_events(self) -> None:
        if self._next_cell in self._events.callbacks["pre_execute"]:
            self._events.unregister("pre_execute", self._next_cell)
