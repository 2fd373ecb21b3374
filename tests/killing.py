"""A process that is killed while it writes: what it leaves must be whole."""

import multiprocessing
import os
import time
from collections.abc import Callable, Iterator

import pytest

needs_a_process_to_kill = pytest.mark.skipif(
    not hasattr(os, "fork"), reason="needs a process that is killed while it writes: fork and SIGKILL"
)


def killed_writers(write: Callable[[], object]) -> Iterator[None]:
    """Twenty times, a little later each time: another process has written again and again, and was killed."""

    def write_on() -> None:
        while True:
            write()

    for milliseconds in range(5, 105, 5):
        writer = multiprocessing.get_context("fork").Process(target=write_on)
        writer.start()
        time.sleep(milliseconds / 1000)
        writer.kill()
        writer.join()
        yield
