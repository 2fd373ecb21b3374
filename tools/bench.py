"""Measure, in paired runs on this machine, what the package promises about speed: ``python tools/bench.py``.

Absolute times vary from run to run; ratios of things measured in turn vary less. So every comparison takes its
candidates in turn, several times, and reports the median of the ratios.
"""

import statistics
import subprocess
import sys
import time
from collections.abc import Callable

import torch
from torch.nn import functional as F

import d2lutil as d2l


def main() -> None:
    print(f"torch {torch.__version__}, {torch.get_num_threads()} threads\n")
    correlation()
    imports()


def correlation() -> None:
    """corr2d on a photograph, 3 x 3 kernel: at least 200 times as fast as the double loop, at most 5 times F.conv2d."""
    photo, kernel = d2l.photo("china", gray=True), torch.randn(3, 3)

    def by_conv2d():
        return F.conv2d(photo[None, None], kernel[None, None])

    ours, torchs, loops = in_turn(lambda: d2l.corr2d(photo, kernel), by_conv2d, lambda: double_loop(photo, kernel))
    report("corr2d, 427 x 640 by 3 x 3", {"corr2d": ours, "F.conv2d": torchs, "double loop": loops})
    print(f"  double loop / corr2d: {ratio(loops, ours):.0f} (goal: at least 200)")
    print(f"  corr2d / F.conv2d:    {ratio(ours, torchs):.2f} (goal: at most 5)\n")


def double_loop(X: torch.Tensor, K: torch.Tensor) -> torch.Tensor:
    h, w = K.shape
    Y = torch.zeros(X.shape[0] - h + 1, X.shape[1] - w + 1)
    for i in range(Y.shape[0]):
        for j in range(Y.shape[1]):
            Y[i, j] = (X[i : i + h, j : j + w] * K).sum()
    return Y


def imports() -> None:
    """import d2lutil against import torch, each in a fresh process: at most 1.15 times as long."""

    def importing(name: str) -> Callable[[], None]:
        return lambda: subprocess.run([sys.executable, "-c", f"import {name}"], check=True)

    ours, torchs = in_turn(importing("d2lutil"), importing("torch"), rounds=11)
    report("import, a fresh process each", {"d2lutil": ours, "torch": torchs})
    print(f"  d2lutil / torch: {ratio(ours, torchs):.3f} (goal: at most 1.15)\n")


def in_turn(*candidates: Callable, rounds: int = 5) -> list[list[float]]:
    """Seconds of each candidate, a list of ``rounds`` each, measured in turn after one round to warm up."""
    seconds = [[] for _ in candidates]
    for turn in range(rounds + 1):
        for candidate, times in zip(candidates, seconds, strict=True):
            started = time.perf_counter()
            candidate()
            if turn:
                times.append(time.perf_counter() - started)
    return seconds


def ratio(numerator: list[float], denominator: list[float]) -> float:
    """The median of the ratios of the runs that stood next to each other."""
    return statistics.median(a / b for a, b in zip(numerator, denominator, strict=True))


def report(title: str, seconds: dict[str, list[float]]) -> None:
    print(title)
    for name, times in seconds.items():
        print(f"  {name:<12} median {1000 * statistics.median(times):10.2f} ms of {len(times)} runs")


if __name__ == "__main__":
    main()
