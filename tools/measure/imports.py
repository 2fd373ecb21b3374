"""What the first cell costs: importing the package, against torch and the book's package."""

import statistics
import subprocess
import sys
from collections.abc import Callable

from ..publish.chapters import ROOT
from .pairs import in_turn, ratio, spread, table

MODULES = {"torch": "import torch", "d2lutil": "import d2lutil as d2l", "d2l": "from d2l import torch as d2l"}
MEMORY = f"\nimport sys; sys.path.insert(0, {str(ROOT)!r}); from tools.measure import memory; print(memory.peak())"


def measure() -> str:
    memory: dict[str, list[float]] = {name: [] for name in MODULES}

    def importing(name: str) -> Callable[[], None]:
        def run() -> None:
            code = MODULES[name] + MEMORY
            ran = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
            memory[name].append(float(ran.stdout))

        return run

    seconds = dict(zip(MODULES, in_turn(*map(importing, MODULES), rounds=9), strict=True))
    rows = [
        [f"`{MODULES[name]}`", spread(times, 2), f"{ratio(times, seconds['torch']):.2f}",
         f"{statistics.median(memory[name]):.0f}"]
        for name, times in seconds.items()
    ]  # fmt: skip
    head = ["", "seconds", "against torch", "resident memory, MB"]
    return "A fresh process each, 9 in turn. Goal: at most 1.15 times torch.\n\n" + table(head, rows)
