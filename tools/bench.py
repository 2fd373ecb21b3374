"""Measure, in paired runs on this machine, what the package promises about speed: ``python tools/bench.py``.

Absolute times vary from run to run; ratios of things measured in turn vary less. So every comparison takes its
candidates in turn, several times, and reports the median of the ratios.
"""

import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import torch
from torch import nn
from torch.nn import functional as F

import d2lutil as d2l
from d2lutil.progress import Progress


def main() -> None:
    print(f"torch {torch.__version__}, {torch.get_num_threads()} threads\n")
    correlation()
    imports()
    monitor()


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


def monitor() -> None:
    """fit() with its display against fit(progress=False), in one process: in a kernel to which nobody but nbclient
    listens, and in a JupyterLab that draws on the same machine. At most 3 % more."""
    places = {"a kernel": by_nbclient}
    if any(map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "chrome"))):
        places["JupyterLab"] = by_jupyterlab
    for place, execute in places.items():
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "seconds.json"
            start = f"import sys; sys.path.insert(0, {str(Path(__file__).parent)!r})"
            execute(f"{start}\nimport bench\nbench.trainings({str(file)!r})")
            for name, (shown, hidden, drawing) in json.loads(file.read_text()).items():
                report(f"fit in {place}, {name}", {"shown": shown, "not shown": hidden})
                share = statistics.median(a / b for a, b in zip(drawing, shown, strict=True))
                print(f"  shown / not shown: {ratio(shown, hidden):.3f} (goal: at most 1.03)")
                print(f"  of the time, fit waits for its display: {share:.2%}\n")


def trainings(file: str) -> None:
    """For each training: seconds with the display and without it, and how many of the former went into drawings."""
    pictures, labels = torch.randint(0, 256, (60_000, 1, 28, 28), dtype=torch.uint8), torch.randint(0, 10, (60_000,))
    kinds = {
        "digits, LeNet, 10 epochs": (d2l.load_digits(batch_size=50)[0], 10, 5),
        "60,000 x 28 x 28, LeNet, batch 256, 1 epoch": (d2l.Batches(pictures, labels, batch_size=256), 1, 3),
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


def notebook(source: str):
    import nbformat

    cells = [nbformat.v4.new_code_cell(source)]
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})


def by_nbclient(source: str) -> None:
    import nbclient

    nbclient.NotebookClient(notebook(source), timeout=3600).execute()


def by_jupyterlab(source: str) -> None:
    import nbformat
    from playwright.sync_api import sync_playwright

    import picture

    file = picture.ROOT / "build" / "bench.ipynb"
    file.parent.mkdir(exist_ok=True)
    nbformat.write(notebook(source), file)
    with picture.jupyter_lab() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=picture.chromium(), args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": 1280, "height": 1000})
        page.goto(f"{address}/doc/tree/build/{file.name}?reset")
        page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=60_000)
        picture.dismiss_dialogs(page)
        picture.run_all(page, 3600)
        browser.close()
    file.unlink()


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
