"""The book's LeNet on Fashion-MNIST, by the book's package and by this one, in turn over several seeds."""

import contextlib
import io
import json
import os
import re
import statistics
import time
from pathlib import Path

import torch

import d2lutil as d2l

from . import places
from .pairs import ratio, spread, table

SEEDS, EPOCHS, BATCH, LR = 5, 10, 256, 0.9
BUILD = Path(__file__).resolve().parent.parent.parent / "build" / "bench"
NAMES = {
    "book": "d2l: `load_data_fashion_mnist`, `train_ch6`",
    "train_ch6": "d2lutil: the same two lines",
    "fit": "d2lutil: `fit`",
}
GOALS = {"cpu": 5, "cuda": 20}


def measure(seeds: int = SEEDS, epochs: int = EPOCHS) -> str:
    """In a JupyterLab that draws the curves, or in a kernel where there is no browser."""
    place, execute = list(places.places().items())[-1]
    rows = BUILD / "training.jsonl"
    rows.parent.mkdir(parents=True, exist_ok=True)
    rows.unlink(missing_ok=True)
    execute(places.importing("training", f"runs({str(rows)!r}, {seeds}, {epochs})"))
    return report([json.loads(line) for line in rows.read_text().splitlines()], place)


def runs(file: str, seeds: int, epochs: int) -> None:
    """In a kernel: all runs, each stored as a line as soon as it is done."""
    from d2l import torch as book

    device = book.try_gpu()
    kinds = {
        "book": lambda net, train, test: book.train_ch6(net, train, test, epochs, LR, device),
        "train_ch6": lambda net, train, test: d2l.train_ch6(net, train, test, epochs, LR, device),
        "fit": lambda net, train, test: d2l.fit(net.apply(d2l.init_cnn), train, test, epochs, LR, device),
    }
    with the_books_folder():
        data = {name: (book if name == "book" else d2l).load_data_fashion_mnist(BATCH) for name in kinds}
        for seed in range(seeds):
            for name, train in kinds.items():
                torch.manual_seed(seed)
                net, printed = d2l.lenet(), io.StringIO()
                started = time.perf_counter()
                with contextlib.redirect_stdout(printed):
                    history = train(net, *data[name])
                seconds = time.perf_counter() - started
                row = {"kind": name, "seed": seed, "epochs": epochs, "device": device.type, "seconds": seconds}
                with open(file, "a") as rows:
                    rows.write(json.dumps(row | results(history, printed.getvalue())) + "\n")


def results(history: d2l.History | None, printed: str) -> dict[str, float]:
    """What a run ended with: from its history, or from the line that the book's function prints."""
    if history is not None:
        return {"loss": history.train_loss[-1], "train": history.train_acc[-1], "test": history.test_acc[-1]}
    numbers = re.search(r"^loss (\S+), train acc (\S+), test acc (\S+)$", printed, re.MULTILINE).groups()
    return dict(zip(("loss", "train", "test"), map(float, numbers), strict=True))


@contextlib.contextmanager
def the_books_folder():
    """The book's package reads ../data, and unpacks the files there: a folder of its own, with links to the files."""
    raw, work, before = BUILD / "data" / "FashionMNIST" / "raw", BUILD / "work", Path.cwd()
    raw.mkdir(parents=True, exist_ok=True)
    work.mkdir(exist_ok=True)
    published = (d2l.data_folder() / "FashionMNIST" / "raw").resolve()
    for file in published.glob("*.gz"):
        if not (raw / file.name).exists():
            (raw / file.name).symlink_to(file)
    os.environ["D2LUTIL_DATA"] = str(d2l.data_folder().resolve())
    os.chdir(work)
    try:
        yield
    finally:
        os.chdir(before)


def report(rows: list[dict], place: str) -> str:
    kinds = {name: [row for row in rows if row["kind"] == name] for name in NAMES}
    epochs, device = rows[0]["epochs"], rows[0]["device"]

    def column(kind: str, key: str) -> list[float]:
        return [row[key] for row in kinds[kind]]

    lines = []
    for kind, name in NAMES.items():
        seconds = column(kind, "seconds")
        lines.append([
            name, spread(seconds, 1), f"{60_000 * epochs / statistics.median(seconds):,.0f}",
            f"{ratio(column('book', 'seconds'), seconds):.2f}",
            *(spread(column(kind, key), 3) for key in ("loss", "train", "test")),
        ])  # fmt: skip
    head = ["", "seconds", "images/s", "times as fast", "train loss", "train accuracy", "test accuracy"]
    differences = [
        f"{NAMES[kind]}: " + ", ".join(f"{key} {noise(column('book', key), column(kind, key)):+.1f}"
                                       for key in ("loss", "train", "test"))
        for kind in ("train_ch6", "fit")
    ]  # fmt: skip
    return "\n\n".join([
        f"{epochs} epochs, batch {BATCH}, SGD with learning rate {LR}, Xavier weights, on {device}, in {place}, with "
        f"the progress display on; {len(kinds['book'])} seeds, the three in turn. Median (smallest to largest); the "
        f"ratio is the median of the pairs. Goal: {GOALS[device]} times as fast.",
        table(head, lines),
        "Difference to d2l's means in standard errors (within ±3 it is the noise of the seeds): "
        + "; ".join(differences) + ".",
    ])  # fmt: skip


def noise(theirs: list[float], ours: list[float]) -> float:
    """The difference of two means, in standard errors (Welch)."""
    if min(len(theirs), len(ours)) < 2:
        return float("nan")
    error = (statistics.variance(theirs) / len(theirs) + statistics.variance(ours) / len(ours)) ** 0.5
    return (statistics.mean(ours) - statistics.mean(theirs)) / error if error else 0.0
