"""What the first cell costs: importing the package, against torch and the book's package."""

import statistics
import subprocess
import sys
from collections.abc import Callable

from .pairs import in_turn, ratio, spread, table

MODULES = {"torch": "import torch", "d2lutil": "import d2lutil as d2l", "d2l": "from d2l import torch as d2l"}
MEMORY = "\nimport resource; print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"


def measure() -> str:
    memory: dict[str, list[int]] = {name: [] for name in MODULES}

    def importing(name: str) -> Callable[[], None]:
        def run() -> None:
            code = MODULES[name] + MEMORY
            ran = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
            memory[name].append(int(ran.stdout) * (1 if sys.platform == "darwin" else 1024))

        return run

    seconds = dict(zip(MODULES, in_turn(*map(importing, MODULES), rounds=9), strict=True))
    rows = [
        [f"`{MODULES[name]}`", spread(times, 2), f"{ratio(times, seconds['torch']):.2f}",
         f"{statistics.median(memory[name]) / 2**20:.0f}"]
        for name, times in seconds.items()
    ]  # fmt: skip
    head = ["", "seconds", "against torch", "resident memory, MB"]
    return "A fresh process each, 9 in turn. Goal: at most 1.15 times torch.\n\n" + table(head, rows)
