"""How time and memory of an epoch grow with the number of images."""

import statistics
import subprocess
import sys

import torch

import d2lutil as d2l

from . import memory
from .pairs import in_turn, table

SIZES = (15_000, 30_000, 60_000, 120_000)


def measure() -> str:
    runs = {n: epoch(n) for n in SIZES}
    seconds = dict(zip(SIZES, in_turn(*runs.values(), rounds=5), strict=True))
    # What is to be linear is the ratio to 60,000 images, taken within a round.
    per_image = {
        n: statistics.median(a / n / (b / 60_000) for a, b in zip(times, seconds[60_000], strict=True))
        for n, times in seconds.items()
    }
    rows = []
    for n in SIZES:
        data, most = n * 784 / 2**20, in_a_process(n)
        rows.append([f"{n:,}", f"{statistics.median(seconds[n]):.2f}", f"{per_image[n]:.3f}", f"{data:.0f}",
                     f"{most:.0f}", f"{most - data:.0f}"])  # fmt: skip
    head = ["images", "seconds an epoch", "an image, against 60,000", "data, MB", "peak memory, MB", "less the data"]
    return (
        "An epoch of LeNet by `fit`, batch 256, without evaluation. Goals: the time of an image the same within 10 %; "
        "peak memory of a fresh process the data plus a constant.\n\n" + table(head, rows)
    )


def epoch(n: int):
    images, labels = torch.zeros(n, 1, 28, 28, dtype=torch.uint8).random_(), torch.randint(0, 10, (n,))
    train, net = d2l.Batches(images, labels, batch_size=256, shuffle=True), d2l.lenet()
    return lambda: d2l.fit(net, train, None, 1, 0.1, progress=False)


def print_peak(n: int) -> None:
    """In a process of its own: the most memory that two epochs have needed, in MB."""
    run = epoch(n)
    run(), run()
    print(memory.peak())


def in_a_process(n: int) -> float:
    from . import places  # not above: its libraries would count in the process that is measured

    code = places.importing("growth", f"print_peak({n})")
    ran = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    return float(ran.stdout)
