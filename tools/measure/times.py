"""What each chapter's Run All and its slowest check take here, memory, words: ``make times``, or
``python -m tools.measure.times NN ...`` for some.

Each English notebook is executed in a fresh kernel that has imported torch before, so that the seconds are those that
the chapter itself adds. Nothing is written.
"""

import argparse
import os
import time
from typing import NamedTuple

import torch
from nbclient import NotebookClient
from nbformat import NotebookNode

from d2lutil.exercises.engine import Exercise
from d2lutil.exercises.engine.progress import questions

from ..publish.chapters import ROOT, chapter_files
from ..publish.kernel import Cells, chapter_in_a_kernel, execute
from .prose import in_lesson

LIMITS = {"10": 120}  # it trains on all of Fashion-MNIST
LIMIT = 20
# Of the kernel, in MB: the most that it ever held; what it holds now; and what of that is not held by IPython alone,
# which keeps the results of all cells as objects and as what was shown of them.
MEMORY = f"""
import sys as _sys
_sys.path.append({str(ROOT)!r})
from tools.measure import memory as _memory
print(_memory.peak(), _memory.now())
get_ipython().displayhook.flush()
get_ipython().history_manager.outputs.clear()
print(_memory.now())
"""


class Run(NamedTuple):
    """One Run All: seconds beyond `import torch`; the slowest cell; the kernel's memory in MB, at its peak, at the end,
    and then without the results that IPython keeps."""

    seconds: float
    slowest: float
    source: str
    peak: float
    now: float
    without_results: float


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("chapters", nargs="*", help="numbers of chapters, such as 02; default: all")
    wanted = arguments.parse_args().chapters
    print(f"Run All beyond `import torch`, {os.cpu_count()} processors, {torch.get_num_threads()} threads")
    print(f"{'chapter':<36} {'seconds':>8} {'limit':>6} {'peak MB':>8} {'words':>6}  slowest cell; slowest check")
    for path in chapter_files():
        if not wanted or path.name[:2] in wanted:
            (run,) = run_all(path)
            limit = LIMITS.get(path.name[:2], LIMIT)
            over = "" if run.seconds <= limit else "  OVER ITS LIMIT"
            first_line = run.source.strip().splitlines()[0][:40]
            check, name = slowest_check(f"ch{path.name[:2]}")
            numbers = f"{run.seconds:>8.1f} {limit:>6} {run.peak:>8.0f} {in_lesson(path, 'en'):>6,}"
            slowest = f"{run.slowest:.1f} s: {first_line}; {check:.1f} s: {name}"
            print(f"{path.stem:<36} {numbers}  {slowest}{over}", flush=True)


def slowest_check(chapter: str) -> tuple[float, str]:
    """Seconds to check a chapter's own solution, of the exercise where that takes longest, and its name."""
    os.environ["D2LUTIL_PROGRESS"] = "off"
    times = []
    for question in questions(chapter):
        answer = question.answer if isinstance(question, Exercise) else question.found()
        started = time.perf_counter()
        question.check(answer)
        times.append((time.perf_counter() - started, question.name))
    return max(times)


def run_all(path, passes: int = 1) -> list[Run]:
    """All code cells, so many times one after the other in one kernel."""
    with chapter_in_a_kernel(path, "import torch", MEMORY) as (client, (*cells, first, memory)):
        execute(client, *first)
        return [one_pass(client, cells, memory) for _ in range(passes)]


def one_pass(client: NotebookClient, cells: Cells, memory: tuple[int, NotebookNode]) -> Run:
    total, slowest, source = 0.0, 0.0, ""
    for number, cell in cells:
        started = time.perf_counter()
        execute(client, number, cell)
        seconds = time.perf_counter() - started
        total += seconds
        if seconds > slowest:
            slowest, source = seconds, cell.source
    said = execute(client, *memory)
    numbers = map(float, "".join(output.get("text", "") for output in said.outputs).split())
    return Run(total, slowest, source, *numbers)


if __name__ == "__main__":
    main()
