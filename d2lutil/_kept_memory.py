"""Memory that a training step frees is there for the next step."""

import contextlib
import ctypes
import sys
import threading
from collections.abc import Iterator

__all__ = ["freed_memory_is_kept"]

# Parameters of the C library's mallopt(), from malloc.h.
M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3
MIB = 2**20


_lock, _inside = threading.Lock(), 0  # trainings that run at the moment


@contextlib.contextmanager
def freed_memory_is_kept() -> Iterator[None]:
    """While a ``with`` block runs, the C library keeps what is freed; at its end everything free is given back.

    Each step of a training allocates the same tensors and frees them again. glibc gives large blocks back to the system
    at once, which has to clear every page of them for the next step. Where nothing large had been freed before, that
    took a quarter to a third of LeNet's time. Other C libraries than glibc are left as they are.

    Afterwards glibc gives back what exceeds the largest limits that it would choose itself, whatever it was set to.
    The parameters are described in mallopt(3).
    """
    library = ctypes.CDLL(None) if sys.platform == "linux" else None
    if library is None or not (hasattr(library, "mallopt") and hasattr(library, "malloc_trim")):
        yield
        return
    _enter(library)
    try:
        yield
    finally:
        _leave(library)


def _enter(library: ctypes.CDLL) -> None:
    global _inside
    with _lock:
        _inside += 1
        library.mallopt(M_TRIM_THRESHOLD, 1024 * MIB)
        any(library.mallopt(M_MMAP_THRESHOLD, size * MIB) for size in (1024, 32))  # some versions refuse more than 32


def _leave(library: ctypes.CDLL) -> None:
    global _inside
    with _lock:
        _inside -= 1
        if _inside == 0:
            library.mallopt(M_TRIM_THRESHOLD, 64 * MIB)
            library.mallopt(M_MMAP_THRESHOLD, 32 * MIB)
            library.malloc_trim(0)
