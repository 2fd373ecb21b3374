"""Measuring in turn. Absolute times vary from run to run, ratios of things measured side by side vary less."""

import statistics
import time
from collections.abc import Callable, Sequence


def in_turn(*candidates: Callable[[], object], rounds: int = 5) -> list[list[float]]:
    """Seconds of each candidate, a list of ``rounds`` each, measured in turn after one round to warm up."""
    seconds = [[] for _ in candidates]
    for turn in range(rounds + 1):
        for candidate, times in zip(candidates, seconds, strict=True):
            started = time.perf_counter()
            candidate()
            if turn:
                times.append(time.perf_counter() - started)
    return seconds


def ratio(numerator: Sequence[float], denominator: Sequence[float]) -> float:
    """The median of the ratios of the runs that stood next to each other."""
    return statistics.median(a / b for a, b in zip(numerator, denominator, strict=True))


def spread(values: Sequence[float], digits: int = 1) -> str:
    """Median, and the smallest and largest in brackets.

    >>> spread([3.0, 1.0, 2.26])
    '2.3 (1.0 to 3.0)'
    """
    middle, low, high = statistics.median(values), min(values), max(values)
    return f"{middle:.{digits}f} ({low:.{digits}f} to {high:.{digits}f})"


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """A Markdown table; all columns but the first are numbers.

    >>> print(table(["size", "ms"], [["3 x 3", 1.5]]))
    | size | ms |
    | --- | ---: |
    | 3 x 3 | 1.5 |
    """
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)
