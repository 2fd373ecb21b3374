"""Where readers run cells: a kernel, and a JupyterLab that draws on the same machine."""

import os

import nbclient
import nbformat

from ..browser import chromium as browsers
from ..browser import jupyterlab as labs
from ..publish.chapters import ROOT


def by_nbclient(source: str) -> None:
    """Run a cell in a kernel to which nobody else listens."""
    os.environ["JUPYTER_PREFER_ENV_PATH"] = "1"
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)])
    nbclient.NotebookClient(notebook, timeout=None, kernel_name="python3").execute()


def by_jupyterlab(source: str) -> None:
    """Run a cell in a JupyterLab in headless Chromium, which draws what the cell shows."""
    from playwright.sync_api import sync_playwright

    with labs.jupyter_lab() as address, sync_playwright() as playwright, browsers.launched(playwright) as browser:
        page = browser.new_page(viewport={"width": 1280, "height": 1000})
        file = labs.open_cells(page, address, "bench", source)
        try:
            labs.run_all(page, 3600)
        finally:
            file.unlink()


def places() -> dict:
    """A kernel, and JupyterLab where a browser is found."""
    found = {"a kernel": by_nbclient}
    if browsers.chromium():
        found["JupyterLab"] = by_jupyterlab
    return found


def importing(module: str, call: str) -> str:
    """A cell that imports one of these modules and calls something in it."""
    return f"import sys; sys.path.insert(0, {str(ROOT)!r})\nfrom tools.measure import {module}\n{module}.{call}"
