"""A real JupyterLab in a headless browser: what readers have before them. Notebook 7 and nbclassic, too."""

import json
import os
import secrets
import socket
import subprocess
import sys
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path

import nbformat

ROOT = Path(__file__).resolve().parent.parent.parent
BUILD = ROOT / "build"  # is not committed
NEWS = "@jupyterlab/apputils-extension/notification.jupyterlab-settings"
# The modules that can be started; what shows scripts their app, and where they open a notebook (nbclassic keeps clear
# of Notebook 7's places if that is installed as well).
APPS = {
    "jupyterlab": ("LabApp", "doc/tree"),
    "notebook": ("JupyterNotebookApp", "notebooks"),
    "nbclassic": (None, "nbclassic/notebooks" if find_spec("notebook") else "notebooks"),
}


class jupyter_lab:  # noqa: N801 (reads as a phrase in `with jupyter_lab()`)
    """A JupyterLab server for this checkout, for as long as the block runs; gives its address, with the token that it
    asks for: without one, any user of this machine could open a terminal in it. ``app`` is a module of ``APPS``."""

    def __init__(self, app: str = "jupyterlab"):
        self._app = app

    def __enter__(self) -> str:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        command = [sys.executable, "-m", self._app, "--no-browser", f"--port={port}", "--ServerApp.port_retries=0"]
        command += ["--ip=127.0.0.1", f"--ServerApp.root_dir={ROOT}"]
        if (owner := APPS[self._app][0]) is not None:
            command.append(f"--{owner}.expose_app_in_browser=True")  # lets this script call the app's own commands
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            command.append("--allow-root")
        # What is seen must not depend on the user's own settings, nor change them.
        self._settings = tempfile.TemporaryDirectory()
        news = Path(self._settings.name, NEWS)
        news.parent.mkdir(parents=True)
        # Else a first visit is asked about news, and what is asked covers what is tested.
        news.write_text(json.dumps({"fetchNews": "false", "checkForUpdates": False, "doNotDisturbMode": True}))
        environment = os.environ | {"JUPYTERLAB_SETTINGS_DIR": self._settings.name}
        environment["JUPYTERLAB_WORKSPACES_DIR"] = self._settings.name
        # Not as an argument: everybody may list those.
        token = environment["JUPYTER_TOKEN"] = secrets.token_urlsafe()
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        self._server = subprocess.Popen(command, env=environment, **quiet)
        for _ in range(600):
            time.sleep(0.1)
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    return f"http://127.0.0.1:{port}/?token={token}"
        self._server.terminate()
        sys.exit(f"{self._app} did not start")

    def __exit__(self, *exception) -> None:
        self._server.terminate()
        self._server.wait(timeout=120)  # its kernels are ended first, which takes a while on a busy machine
        self._settings.cleanup()


def open_cells(page, address: str, name: str, *sources: str) -> Path:
    """Write a notebook of these code cells, and open it; the file is the caller's to delete."""
    file = write_cells(name, *sources)
    open_notebook(page, address, file)
    return file


def write_cells(name: str, *sources: str) -> Path:
    """Write a notebook of these code cells; the file is the caller's to delete."""
    file = BUILD / f"{name}.ipynb"
    file.parent.mkdir(parents=True, exist_ok=True)
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in sources])
    notebook.metadata = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    nbformat.write(notebook, file)
    return file


def place(address: str, file: Path, app: str = "jupyterlab") -> str:
    """Where a notebook of this checkout is to be found, alone, without the file browser of the last visit."""
    server, _, token = address.partition("?")
    return f"{server}{APPS[app][1]}/{file.relative_to(ROOT).as_posix()}?reset&{token}"


def open_notebook(page, address: str, file: Path, app: str = "jupyterlab") -> None:
    """Open a notebook of this checkout, in JupyterLab or Notebook 7; its kernel is ready then."""
    page.goto(place(address, file, app))
    page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=60_000)
    page.wait_for_function(
        """() => { const panel = window.jupyterapp?.shell.currentWidget;
                   const session = panel?.context?.sessionContext;
                   return panel?.content?.activeCell && session?.isReady && session.session?.kernel?.status === 'idle'
                       && document.querySelector('.jp-Notebook-ExecutionIndicator')?.dataset.status === 'idle'; }""",
        timeout=60_000,
    )


def run_all(page, seconds: int) -> None:
    """Run > Run All Cells, and wait until the kernel is idle and every code cell has its number, or one has failed."""
    page.evaluate("void jupyterapp.commands.execute('notebook:run-all-cells')")
    page.wait_for_function(
        """() => { const cells = jupyterapp.shell.currentWidget.content.widgets.filter((c) => c.model.type === 'code');
                   const ran = (c) => c.model.executionCount !== null || !c.model.sharedModel.getSource().trim();
                   const failed = (c) => c.model.outputs.toJSON().some((o) => o.output_type === 'error');
                   const busy = document.querySelector('.jp-Notebook-ExecutionIndicator')?.dataset.status !== 'idle';
                   const waits = cells.some((c) => c.promptNode?.innerText.includes('*'));
                   return cells.length && !busy && !waits && (cells.every(ran) || cells.some(failed)); }""",
        timeout=seconds * 1000,
    )
