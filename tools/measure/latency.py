"""Measure how soon explorers answer in a real JupyterLab: ``python -m tools.measure.latency [--presses N]``.

For each explorer, the time from a key press to the painted frame that shows its answer; and, in turn with the others,
the same for the window explorer's view done with matplotlib in an Output widget, as one would do it without explorers.
Needs Chromium. Absolute times depend on the machine, so run nothing beside it.
"""

import argparse
import statistics
import sys
from typing import NamedTuple

from playwright.sync_api import Browser, Page, sync_playwright

from ..browser import chromium as browsers
from ..browser import jupyterlab as labs

GOAL = {"median": 16.0, "p90": 33.0}  # milliseconds
ROUNDS = 4


class View(NamedTuple):
    """What stands in a cell, and where a key is pressed: a CSS selector."""

    name: str
    cell: str
    press: str


HEAD = """
import torch
import d2lutil as d2l
from d2lutil.explorers import *
X, K = torch.arange(36.0).reshape(6, 6), torch.arange(4.0).reshape(2, 2)
edges = torch.ones(6, 8)
edges[:, 2:6] = 0
_, test = d2l.load_digits(100)
net = d2l.lenet(torch.nn.ReLU, torch.nn.MaxPool2d, batch_norm=True)
"""

# The window explorer's view without an explorer: a slider steps through the output, matplotlib draws the three grids.
MATPLOTLIB = """
import ipywidgets, IPython.display
slider, output = ipywidgets.IntSlider(max=24), ipywidgets.Output()
def draw(change=None):
    i, j = divmod(slider.value, 5)
    with output:
        IPython.display.clear_output(wait=True)
        mark = {"X": (i, j, 2, 2), "Y": (i, j, 1, 1)}
        IPython.display.display(d2l.show_grids(X=X, K=K, Y=d2l.corr2d(X, K), mark=mark))
slider.observe(draw, names="value")
draw()
ipywidgets.VBox([slider, output], _dom_classes=["matplotlib-view"])
"""

VIEWS = [
    View("window", "WindowExplorer(X, K)", ".d2l-window table >> nth=2 >> .d2l-number"),
    View("kernel studio, 200 x 256", "KernelStudio()", ".d2l-studio [role=application]"),
    View(
        "kernel learner",
        "KernelLearner(edges, d2l.corr2d(edges, torch.tensor([[1.0, -1.0]])), start=[[1, 0]], lr=0.01)",
        ".d2l-learner input.d2l-rate",
    ),
    View("equivariance", "EquivarianceExplorer('three')", ".d2l-equivariance [role=application]"),
    View("channels, 96 x 128", "ChannelExplorer(d2l.photo('flower'))", ".d2l-channels [role=application]"),
    View("network, LeNet", "NetworkExplorer(net, test.images[:20])", ".d2l-network .d2l-net-holder >> nth=1"),
    View("matplotlib in an Output widget", MATPLOTLIB, ".matplotlib-view [role=slider]"),
]

# From the moment the browser got the key to the end of the frame in which the view had changed: the frame's work is
# done when a message posted from its animation callback arrives.
WATCH = """(view) => {
    window.latencies = [];
    window.answered = 0;
    const frame = () => new Promise((done) => requestAnimationFrame(() => {
        const channel = new MessageChannel();
        channel.port1.onmessage = () => done(performance.now());
        channel.port2.postMessage(null);
    }));
    addEventListener('keydown', (event) => {
        if (!view.contains(event.target)) return;
        const began = event.timeStamp;
        let changed = false;
        const observer = new MutationObserver((records) => {
            for (const { addedNodes } of records) for (const node of addedNodes) {
                const image = node.tagName === 'IMG' ? node : node.querySelector?.('img');
                if (image) return image.decode().then(() => (changed = true));
            }
            if (!view.classList.contains('matplotlib-view')) changed = true;
        });
        observer.observe(view, {subtree: true, childList: true, characterData: true, attributes: true});
        (async () => {
            let now = await frame();
            while (!changed && now - began < 5000) now = await frame();
            observer.disconnect();
            if (changed) window.latencies.push(now - began);
            window.answered += 1;
        })();
    }, {capture: true});
}"""


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--presses", type=int, default=40, help="key presses for each view")
    options = arguments.parse_args()
    times, version = measure(options.presses)
    report(times, version)
    return 0 if all(times.values()) else 1


def measure(presses_each: int) -> tuple[dict[str, list[float]], str]:
    """Milliseconds of each view's presses, and the browser's version."""
    times: dict[str, list[float]] = {view.name: [] for view in VIEWS}
    with labs.jupyter_lab() as address, sync_playwright() as playwright, browsers.launched(playwright) as browser:
        version = browser.version
        pages = [open_notebook(browser, address, number) for number in range(len(VIEWS))]
        for _ in range(ROUNDS):  # in turn, so that a busy moment of the machine meets all alike
            for view, page in zip(VIEWS, pages, strict=True):
                times[view.name] += presses(page, view, presses_each // ROUNDS)
    for file in labs.BUILD.glob("latency-*.ipynb"):  # not before: JupyterLab saves what is open, deleted or not
        file.unlink()
    return times, version


def open_notebook(browser: Browser, address: str, number: int) -> Page:
    """A notebook of its own for one view, executed, as in a chapter that holds no other."""
    page = browser.new_page(viewport={"width": 1280, "height": 1000})
    labs.open_cells(page, address, f"latency-{number}", HEAD.strip(), VIEWS[number].cell.strip())
    labs.run_all(page, 120)
    root = page.locator(".d2l-explorer, .matplotlib-view").first
    root.evaluate(WATCH)
    return page


def presses(page: Page, view: View, count: int) -> list[float]:
    """Milliseconds from key press to painted answer."""
    page.bring_to_front()
    place = page.locator(view.press).first
    place.scroll_into_view_if_needed()
    place.focus()
    page.wait_for_timeout(1000)
    page.evaluate("[window.latencies, window.answered] = [[], 0]")
    for k in range(count):
        page.keyboard.press("ArrowLeft" if k % 2 else "ArrowRight")
        page.wait_for_function(f"window.answered > {k}")
        page.wait_for_timeout(350 + 7 * (k % 5))  # at another phase of the frame each time
    return page.evaluate("window.latencies")


def summary(values: list[float]) -> tuple[float, float]:
    """Median and p90; NaN where no answer was seen."""
    if len(values) < 2:
        return float("nan"), float("nan")
    return statistics.median(values), statistics.quantiles(values, n=10)[-1]


def report(times: dict[str, list[float]], version: str) -> None:
    print(f"From key press to painted frame in JupyterLab, headless Chromium {version}, milliseconds.")
    print(f"Goal for explorers: median at most {GOAL['median']:.0f}, p90 at most {GOAL['p90']:.0f}.\n")
    print(f"{'':<32}{'presses':>8}{'median':>9}{'p90':>9}")
    for name, values in times.items():
        if len(values) < 2:
            print(f"{name:<32}{len(values):>8}   no answer seen")
            continue
        median, p90 = summary(values)
        print(f"{name:<32}{len(values):>8}{median:>9.1f}{p90:>9.1f}")


if __name__ == "__main__":
    sys.exit(main())
