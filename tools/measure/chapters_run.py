"""Run All of each chapter: seconds, peak memory of its kernel, and what further Run Alls leave behind."""

from . import times
from .pairs import table

PASSES = 4
MOST = 2  # MB from one Run All to the next


def measure() -> str:
    rows, grown = [], []
    for path in times.chapter_files():
        runs = times.run_all(path, PASSES)
        memory = [run.without_results for run in runs]
        row = [runs[0].seconds, runs[0].peak, *memory, runs[-1].now - memory[-1]]
        rows.append([path.stem, f"{row[0]:.1f}", *(f"{number:,.0f}" for number in row[1:])])
        if memory[-1] - memory[-2] > MOST:
            grown.append(path.stem)
    after = ["after the first", *(f"after {k}" for k in range(2, PASSES + 1))]
    about = (
        f"A kernel for each chapter, English edition, {PASSES} Run Alls one after the other: seconds beyond "
        "`import torch`, and the kernel's memory in MB: its peak in the first Run All; after each, without the results "
        "that IPython keeps; and what the results of a Run All take."
    )
    head = ["chapter", "seconds", "peak", *after, "results"]
    found = f"Grown by more than {MOST} MB from the last but one to the last: {', '.join(grown) or 'none'}."
    return f"{about}\n\n{table(head, rows)}\n\n{found}"
