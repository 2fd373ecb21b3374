"""A real JupyterLab in headless Chromium: what readers have before them."""

import os
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import nbformat

ROOT = Path(__file__).resolve().parent.parent.parent
BUILD = ROOT / "build"  # is not committed


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
        # What is seen must not depend on the user's own settings, nor change them.
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


def open_cells(page, address: str, name: str, *sources: str) -> Path:
    """Write a notebook of these code cells, and open it; the file is the caller's to delete."""
    file = BUILD / f"{name}.ipynb"
    file.parent.mkdir(parents=True, exist_ok=True)
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in sources])
    notebook.metadata = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    nbformat.write(notebook, file)
    open_notebook(page, address, file)
    return file


def open_notebook(page, address: str, file: Path) -> None:
    """Open a notebook of this checkout alone, without the file browser of the last visit."""
    page.goto(f"{address}/doc/tree/{file.relative_to(ROOT)}?reset")
    page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=60_000)
    dismiss_dialogs(page)


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
