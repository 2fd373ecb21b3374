"""Where readers run cells: a kernel, and a JupyterLab that draws on the same machine."""

import os
import sys

import nbclient
import nbformat

import browsers


def notebook(*sources: str) -> nbformat.NotebookNode:
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    return nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})


def by_nbclient(source: str) -> None:
    """Run a cell in a kernel to which nobody else listens."""
    os.environ["JUPYTER_PREFER_ENV_PATH"] = "1"
    nbclient.NotebookClient(notebook(source), timeout=None).execute()


def by_jupyterlab(source: str) -> None:
    """Run a cell in a JupyterLab in headless Chromium, which draws what the cell shows."""
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


def places() -> dict:
    """A kernel, and JupyterLab where a browser is found."""
    found = {"a kernel": by_nbclient}
    if browsers.chromium():
        found["JupyterLab"] = by_jupyterlab
    return found


def importing(module: str, call: str) -> str:
    """A cell that imports one of these modules and calls something in it."""
    return f"import sys; sys.path[:0] = {sys.path[:1]!r}\nfrom benchmarks import {module}\n{module}.{call}"
