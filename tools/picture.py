"""Take a picture of a notebook in a real JupyterLab: ``python tools/picture.py [NOTEBOOK] [FILE.png] [options]``.

Without arguments it takes the README's picture. It starts JupyterLab on a free port of this machine, opens the notebook
in headless Chromium (the system's, found by name), runs all cells if asked to, and saves what a reader would see.
"""

import argparse
import os
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import sync_playwright

import browsers

ROOT = Path(__file__).resolve().parent.parent


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
    with jupyter_lab() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": options.width, "height": options.height})
        # mode/simple and a reset workspace: the notebook alone, without the file browser of the last visit
        page.goto(f"{address}/doc/tree/{options.notebook}?reset")
        page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=60_000)
        dismiss_dialogs(page)
        if options.theme == "Dark":
            page.evaluate("jupyterapp.commands.execute('apputils:change-theme', {theme: 'JupyterLab Dark'})")
        if options.run:
            run_all(page, options.seconds)
        if options.at:
            heading = page.locator(".jp-Notebook h2, .jp-Notebook h1", has_text=options.at).first
            for _ in range(4):  # cells above grow while their pictures appear, and push the heading away
                heading.evaluate("element => element.scrollIntoView({block: 'start'})")
                time.sleep(1)
        target = ROOT / options.file
        target.parent.mkdir(parents=True, exist_ok=True)
        if options.pages:
            for number, picture in enumerate(screens(page), 1):
                target.with_stem(f"{target.stem}-{number}").write_bytes(picture)
        else:
            time.sleep(2)  # pictures decode and Lab settles its layout
            page.screenshot(path=target)
        browser.close()
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


def chromium() -> str:
    """The system's Chromium or Chrome."""
    return browsers.chromium() or sys.exit(
        "no Chromium found: install it (Debian: apt-get install chromium) or put it on the PATH"
    )


class jupyter_lab:  # noqa: N801 (reads as a phrase in `with jupyter_lab()`)
    """A JupyterLab server for this checkout, for as long as the block runs; gives its address."""

    def __enter__(self) -> str:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        command = [sys.executable, "-m", "jupyterlab", "--no-browser", f"--port={port}", "--ServerApp.port_retries=0"]
        command += ["--IdentityProvider.token=", "--ip=127.0.0.1", f"--ServerApp.root_dir={ROOT}"]
        command.append("--LabApp.expose_app_in_browser=True")  # lets this script call Lab's own commands
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            command.append("--allow-root")
        # The picture must not depend on the user's own settings, nor change them.
        self._settings = tempfile.TemporaryDirectory()
        environment = os.environ | {"JUPYTERLAB_SETTINGS_DIR": self._settings.name}
        environment["JUPYTERLAB_WORKSPACES_DIR"] = self._settings.name
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        self._server = subprocess.Popen(command, env=environment, **quiet)
        for _ in range(120):
            time.sleep(0.5)
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    return f"http://127.0.0.1:{port}"
        self._server.terminate()
        sys.exit("JupyterLab did not start")

    def __exit__(self, *exception) -> None:
        self._server.terminate()
        self._server.wait(timeout=20)
        self._settings.cleanup()


def dismiss_dialogs(page) -> None:
    """Close what a first visit brings up."""
    time.sleep(3)
    for name in ("No", "Dismiss", "Close"):
        for button in page.locator(".jp-Dialog button, .jp-toast-button", has_text=name).all():
            button.click()


def run_all(page, seconds: int) -> None:
    """Run > Run All Cells, and wait until the kernel is idle and every code cell has its number."""
    page.wait_for_selector(".jp-Notebook-ExecutionIndicator[data-status=idle]", timeout=60_000)
    page.evaluate("jupyterapp.commands.execute('notebook:run-all-cells')")
    time.sleep(2)
    page.wait_for_function(
        """() => { const prompts = [...document.querySelectorAll('.jp-CodeCell .jp-InputPrompt')].map(p => p.innerText);
                   const busy = prompts.some(p => p.includes('*'));
                   const idle = document.querySelector('.jp-Notebook-ExecutionIndicator')?.dataset.status === 'idle';
                   return prompts.length && !busy && idle; }""",
        timeout=seconds * 1000,
    )


if __name__ == "__main__":
    sys.exit(main())
