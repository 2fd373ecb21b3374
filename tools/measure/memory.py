"""The memory of this process, in MB."""

import ctypes
import gc
import resource
import sys
from pathlib import Path


def now() -> float:
    """Resident at the moment, once what nothing refers to any more has been given back."""
    import psutil

    gc.collect()
    # Freed memory stays with the C library, more of it with each Run All; glibc can be asked for it.
    if sys.platform == "linux" and hasattr(library := ctypes.CDLL(None), "malloc_trim"):
        library.malloc_trim(0)
    return psutil.Process().memory_info().rss / 2**20


def peak() -> float:
    """The most that was ever resident. On Linux from /proc: getrusage there counts what the parent held, too, when
    it started this process."""
    status = Path("/proc/self/status")
    if status.exists():
        (line,) = (line for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
        return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 1024)
