"""Where the difference to the book's training comes from: one change after the other, an epoch each."""

import contextlib
import io
import json
import statistics
from collections.abc import Callable
from pathlib import Path

import torch
from torch import nn

import d2lutil as d2l
from d2lutil import train

from . import places
from .pairs import in_turn, ratio, table
from .training import BATCH, BUILD, LR, the_books_folder

ROUNDS = 5
NAMES = {
    "book": "d2l's loader and loop",
    "memory": "+ images in memory",
    "reads": "+ d2lutil's loop: numbers read for a drawing, drawings by a widget",
    "together": "+ channels together: d2lutil as it is",
    "step": "only forward, backward and update, channels apart, on batches made before",
    "step together": "the same, channels together",
}


def measure() -> str:
    place, execute = list(places.places().items())[-1]
    file = BUILD / "shares.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    execute(places.importing("shares", f"runs({str(file)!r})"))
    seconds = json.loads(file.read_text())
    rows = [
        [name, f"{statistics.median(seconds[kind]):.2f}", f"{ratio(seconds['book'], seconds[kind]):.2f}"]
        for kind, name in NAMES.items()
    ]
    about = (
        f"One epoch of the same training, in {place}, medians of {ROUNDS} rounds in turn and of their ratios; the last "
        "two lines are the step alone, without the test set."
    )
    return f"{about}\n\n" + table(["", "seconds", "times as fast"], rows)


def runs(file: str) -> None:
    """In a kernel: seconds of each kind."""
    from d2l import torch as book

    device = book.try_gpu()
    with the_books_folder():
        theirs, ours = book.load_data_fashion_mnist(BATCH), d2l.load_data_fashion_mnist(BATCH)
        batches = {layout: laid_out(ours[0], layout) for layout in (torch.preserve_format, torch.channels_last)}
        kinds: dict[str, Callable[[], None]] = {
            "book": lambda: book.train_ch6(d2l.lenet(), *theirs, 1, LR, device),
            "memory": lambda: book.train_ch6(d2l.lenet(), *ours, 1, LR, device),
            "reads": lambda: with_channels_apart(lambda: d2l.train_ch6(d2l.lenet(), *ours, 1, LR, device)),
            "together": lambda: d2l.train_ch6(d2l.lenet(), *ours, 1, LR, device),
            "step": lambda: steps(batches[torch.preserve_format]),
            "step together": lambda: steps(batches[torch.channels_last]),
        }
        with contextlib.redirect_stdout(io.StringIO()):
            seconds = in_turn(*kinds.values(), rounds=ROUNDS)
    Path(file).write_text(json.dumps(dict(zip(kinds, seconds, strict=True))))


def laid_out(batches: d2l.Batches, layout: torch.memory_format) -> list:
    return [(train._laid_out(X, layout), y) for X, y in batches]


def with_channels_apart(action: Callable[[], None]) -> None:
    original, train._layout = train._layout, lambda net, device: torch.preserve_format
    try:
        action()
    finally:
        train._layout = original


def steps(batches: list) -> None:
    net, loss = d2l.lenet().apply(d2l.init_cnn), nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(net.parameters(), lr=LR)
    for X, y in batches:
        optimizer.zero_grad()
        loss(net(X), y).backward()
        optimizer.step()
