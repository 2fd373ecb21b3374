"""A screenshot of a notebook in a real JupyterLab: ``python -m tools.browser.screenshot [NOTEBOOK] [FILE.png]``.

Without arguments it takes the README's. It starts JupyterLab on a free port of this machine, opens the notebook
in headless Chromium (the system's, found by name), runs all cells if asked to, and saves what a reader would see.
"""

import argparse
import sys
import time

from playwright.sync_api import sync_playwright

from . import chromium as browsers
from . import jupyterlab as labs


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("notebook", nargs="?", default="notebooks/en/03_edge_detection.ipynb")
    arguments.add_argument("file", nargs="?", default="docs/chapter.png")
    arguments.add_argument("--run", action="store_true", help="run all cells first")
    arguments.add_argument("--at", default="", help="scroll to the first heading with this text")
    arguments.add_argument("--pages", action="store_true", help="all of the notebook, in FILE-1.png, FILE-2.png, ...")
    arguments.add_argument("--width", type=int, default=1280)
    arguments.add_argument("--height", type=int, default=900)
    arguments.add_argument("--theme", choices=("Light", "Dark"), default="Light")
    arguments.add_argument("--seconds", type=int, default=300, help="how long the cells may run")
    options = arguments.parse_args()
    with labs.jupyter_lab() as address, sync_playwright() as playwright, browsers.launched(playwright) as browser:
        page = browser.new_page(viewport={"width": options.width, "height": options.height})
        labs.open_notebook(page, address, labs.ROOT / options.notebook)
        if options.theme == "Dark":
            page.evaluate("jupyterapp.commands.execute('apputils:change-theme', {theme: 'JupyterLab Dark'})")
        if options.run:
            labs.run_all(page, options.seconds)
        if options.at:
            heading = page.locator(".jp-Notebook h2, .jp-Notebook h1", has_text=options.at).first
            for _ in range(4):  # cells above grow while their images appear, and push the heading away
                heading.evaluate("element => element.scrollIntoView({block: 'start'})")
                time.sleep(1)
        target = labs.ROOT / options.file
        target.parent.mkdir(parents=True, exist_ok=True)
        if options.pages:
            for number, image in enumerate(screens(page), 1):
                target.with_stem(f"{target.stem}-{number}").write_bytes(image)
        else:
            time.sleep(2)  # images decode and Lab settles its layout
            page.screenshot(path=target)
    return 0


def screens(page):
    """The notebook from top to bottom, a screen at a time."""
    place, height = 0, 0
    while True:
        page.evaluate("y => { document.querySelector('.jp-WindowedPanel-outer').scrollTop = y }", place)
        time.sleep(1.5)
        yield page.screenshot()
        reached, height, total = page.evaluate(
            "() => { const p = document.querySelector('.jp-WindowedPanel-outer');"
            " return [p.scrollTop, p.clientHeight, p.scrollHeight] }"
        )
        if reached + height >= total - 2:
            return
        place = reached + height - 40


if __name__ == "__main__":
    sys.exit(main())
