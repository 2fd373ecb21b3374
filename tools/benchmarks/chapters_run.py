"""Run All of each chapter: seconds, peak memory of its kernel, and what a second and a third Run All leave behind."""

import times

from .pairs import table

PASSES = 3
LEAK = 1.03  # allocators keep some memory, and give some back


def measure() -> str:
    rows, leaks = [], []
    for path in times.chapter_files():
        passes = times.run_all(path, PASSES)
        first, *_, before, last = passes
        rows.append([path.stem, f"{first.seconds:.1f}", f"{first.peak:,.0f}", f"{before.now:,.0f}", f"{last.now:,.0f}"])
        if last.now > LEAK * before.now:
            leaks.append(path.stem)
    head = ["chapter", "seconds, beyond `import torch`", "peak memory, MB", "memory after 2 Run Alls, MB", "after 3"]
    found = f"Grown by more than 3 % from the second to the third: {', '.join(leaks) or 'none'}."
    about = f"A kernel for each chapter, English edition, {PASSES} Run Alls one after the other."
    return f"{about}\n\n{table(head, rows)}\n\n{found}"
