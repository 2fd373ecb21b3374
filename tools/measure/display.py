"""What the training monitor costs: fit() with its display against fit(progress=False), in one process and in turn."""

import json
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import torch
from torch import nn

import d2lutil as d2l
from d2lutil.widgets.progress import Progress

from . import places
from .pairs import in_turn, ratio, table


def measure() -> str:
    rows = []
    for place, execute in places.places().items():
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "seconds.json"
            execute(places.importing("display", f"trainings({str(file)!r})"))
            for name, (shown, hidden, drawing) in json.loads(file.read_text()).items():
                share = statistics.median(a / b for a, b in zip(drawing, shown, strict=True))
                rows.append([f"{name}, in {place}", f"{statistics.median(shown):.2f}", f"{ratio(shown, hidden):.3f}",
                             f"{share:.2%}"])  # fmt: skip
    head = ["", "seconds, shown", "shown / not shown", "part of the seconds spent drawing"]
    return "Medians of pairs. Goal: at most 1.03.\n\n" + table(head, rows)


def trainings(file: str) -> None:
    """For each training: seconds with the display and without it, and how many of the former went into drawings."""
    images, labels = torch.randint(0, 256, (60_000, 1, 28, 28), dtype=torch.uint8), torch.randint(0, 10, (60_000,))
    kinds = {
        "digits, 10 epochs": (d2l.load_digits(batch_size=50)[0], 10, 25),
        "60,000 images, batch 256, 1 epoch": (d2l.Batches(images, labels, batch_size=256), 1, 9),
    }
    seconds = {}
    for name, (train, epochs, rounds) in kinds.items():

        def run(progress: bool, train=train, epochs=epochs) -> None:
            torch.manual_seed(0)
            d2l.fit(d2l.lenet(nn.ReLU, nn.MaxPool2d), train, None, epochs, 0.1, "cpu", progress=progress)

        with Stopwatch(Progress, "__init__", "draw", "close") as drawing:
            shown, hidden = in_turn(lambda run=run: drawing.lap(run, True), lambda run=run: run(False), rounds=rounds)
        seconds[name] = shown, hidden, drawing.laps[1:]  # as in_turn, without the round to warm up
    Path(file).write_text(json.dumps(seconds))


class Stopwatch:
    """The seconds spent in some methods of a class, a lap each time that ``lap`` is called."""

    def __init__(self, cls: type, *names: str):
        self.cls, self.names, self.seconds, self.laps = cls, names, 0.0, []

    def __enter__(self) -> "Stopwatch":
        self.originals = {name: vars(self.cls)[name] for name in self.names}
        for name, original in self.originals.items():
            setattr(self.cls, name, self.timed(original))
        return self

    def timed(self, original: Callable) -> Callable:
        def method(*args, **kwargs):
            started = time.perf_counter()
            try:
                return original(*args, **kwargs)
            finally:
                self.seconds += time.perf_counter() - started

        return method

    def lap(self, action: Callable, *args) -> None:
        self.seconds = 0.0
        action(*args)
        self.laps.append(self.seconds)

    def __exit__(self, *exception) -> None:
        for name, original in self.originals.items():
            setattr(self.cls, name, original)
