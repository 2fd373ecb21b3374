"""corr2d, pool2d and corr2d_multi_in_out against the loops that define them, the book's and torch's, over sizes."""

import statistics
from collections.abc import Callable

import torch
from torch.nn import functional as F

import d2lutil as d2l

from .pairs import in_turn, ratio, table

SIZES = (16, 32, 64, 128, 256, 512, 1024)
LOOPS_UP_TO = 128  # a loop over 256 x 256 cells takes a second, and tells nothing more
CHANNELS = 3


def measure() -> str:
    from d2l import torch as book

    photo, kernel = d2l.photo("china", gray=True), torch.randn(3, 3)
    loops, ours, torchs = in_turn(
        lambda: loop(photo, 3, lambda window: (window * kernel).sum()),
        lambda: d2l.corr2d(photo, kernel),
        lambda: F.conv2d(photo[None, None], kernel[None, None]),
        rounds=5,
    )
    photograph = (
        f"On the photograph of 427 x 640 pixels with a 3 x 3 kernel, `corr2d` is {ratio(loops, ours):,.0f} times as "
        f"fast as the double loop (goal: at least 200), and takes {ratio(ours, torchs):.2f} times as long as "
        f"`F.conv2d` (goal: at most 5)."
    )
    return "\n\n".join([
        "Milliseconds, medians of runs in turn, n x n cells. *Growth*: how many times as long for twice the side, from "
        "the last two sizes (4: in proportion to the cells).",
        photograph, *(over_sizes(name, kind(book)) for name, kind in KINDS.items()),
    ])  # fmt: skip


def corr2d(book) -> dict[str, Callable]:
    K = torch.randn(3, 3)
    return {
        "d2lutil": lambda X: d2l.corr2d(X, K),
        "torch": lambda X: F.conv2d(X[None, None], K[None, None]),
        "d2l": lambda X: book.corr2d(X, K),
        "double loop": lambda X: loop(X, 3, lambda window: (window * K).sum()),
    }


def pool2d(book) -> dict[str, Callable]:
    return {
        "d2lutil": lambda X: d2l.pool2d(X, 2),
        "torch": lambda X: F.max_pool2d(X[None, None], 2, stride=1),
        "double loop": lambda X: loop(X, 2, torch.max),
    }


def multi_in_out(book) -> dict[str, Callable]:
    K = torch.randn(CHANNELS, CHANNELS, 3, 3)

    def book_s(X):
        return torch.stack([sum(book.corr2d(x, k) for x, k in zip(X, kernel, strict=True)) for kernel in K])

    def stacked(f):
        return lambda X: f(X.expand(CHANNELS, -1, -1))

    return {
        "d2lutil": stacked(lambda X: d2l.corr2d_multi_in_out(X, K)),
        "torch": stacked(lambda X: F.conv2d(X[None], K)),
        "d2l's corr2d": stacked(book_s),
    }


KINDS = {
    "`corr2d`, 3 x 3": corr2d,
    "`pool2d`, maximum, 2 x 2": pool2d,
    f"`corr2d_multi_in_out`, {CHANNELS} to {CHANNELS} channels, 3 x 3": multi_in_out,
}


def loop(X: torch.Tensor, k: int, f: Callable[[torch.Tensor], torch.Tensor]) -> torch.Tensor:
    """The definition: a window after the other."""
    Y = torch.zeros(X.shape[0] - k + 1, X.shape[1] - k + 1)
    for i in range(Y.shape[0]):
        for j in range(Y.shape[1]):
            Y[i, j] = f(X[i : i + k, j : j + k])
    return Y


def milliseconds(seconds: float) -> str:
    """To three digits, and never as 1.2e+03."""
    value = float(f"{1000 * seconds:.3g}")
    return f"{value:,.0f}" if value >= 100 else f"{value:g}"


def over_sizes(name: str, candidates: dict[str, Callable]) -> str:
    times: dict[str, dict[int, float]] = {candidate: {} for candidate in candidates}
    for n in SIZES:
        X = torch.rand(n, n)
        loops = [candidate for candidate in candidates if candidate not in ("d2lutil", "torch")]
        fast = {candidate: f for candidate, f in candidates.items() if candidate not in loops}
        slow = {candidate: candidates[candidate] for candidate in loops if n <= LOOPS_UP_TO}
        for group, rounds in ((fast, 51), (slow, 3)):
            if group:
                seconds = in_turn(*(lambda f=f, X=X: f(X) for f in group.values()), rounds=rounds)
                for candidate, each in zip(group, seconds, strict=True):
                    times[candidate][n] = statistics.median(each)
    rows = []
    for candidate, found in times.items():
        last, before = list(found.values())[-1], list(found.values())[-2]
        cells = [milliseconds(found[n]) if n in found else "" for n in SIZES]
        rows.append([candidate, *cells, f"{last / before:.1f}"])
    return f"{name}\n\n" + table(["n", *map(str, SIZES), "growth"], rows)
