"""A chapter in JupyterLab for a projector."""

import json
import os
import socket
import subprocess
import sys
import time

import nbformat
import pytest

from tools.publish import chapters, present
from tools.publish import html as render

EDGES = next(path for path in chapters.chapter_files() if path.name.startswith("03"))


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A folder of this test's own for the copy, and for what Jupyter remembers of trusted notebooks."""
    monkeypatch.setattr(present, "PLACE", tmp_path / "present")
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "jupyter"))
    return tmp_path


def test_the_copy_shows_the_lesson_and_folds_code_away_that_is_not_the_point(place):
    copy = nbformat.read(present.prepare(EDGES, "zh"), as_version=4)
    original = nbformat.read(chapters.notebook_path(EDGES, "zh"), as_version=4)
    assert [cell.source for cell in copy.cells] == [cell.source for cell in original.cells]
    code = [cell for cell in copy.cells if cell.cell_type == "code"]
    folded = [cell for cell in code if cell.metadata.get("jupyter", {}).get("source_hidden")]
    assert folded and len(folded) < len(code)
    for cell in code:
        if "exercise" in cell.metadata.get("tags", []):
            assert cell not in folded


def test_explorers_of_the_copy_live_without_a_kernel(place):
    copy = nbformat.read(present.prepare(EDGES, "en"), as_version=4)
    pages = [out.data for cell in copy.cells for out in cell.get("outputs", []) if "text/html" in out.get("data", {})]
    explorers = [data for data in pages if "d2l-alone" in data["text/html"]]
    assert explorers and all(render.WIDGET not in data for data in explorers)


def test_a_chapter_that_does_not_exist_is_named(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["present.py", "77"])
    assert present.main() == 1
    assert "no chapter 77; there are 01" in capsys.readouterr().err


def test_settings_are_jupyterlab_s_own_files_and_nobody_else_s(place):
    command, environment = present.jupyter_lab(present.prepare(EDGES, "en"), place / "settings")
    for name in present.SETTINGS:
        file = place / "settings" / "settings" / f"{name}.jupyterlab-settings"
        assert json.loads(file.read_text()) == present.SETTINGS[name]
    assert all(str(place) in folder for folder in environment.values())
    assert "--LabApp.default_url=/doc/tree/notebooks/en/03_edge_detection.ipynb" in command


def test_jupyterlab_opens_the_chapter_large_and_alive(place, browser):
    command, environment = present.jupyter_lab(present.prepare(EDGES, "en"), place / "settings")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command += ["--no-browser", f"--port={port}", "--ServerApp.port_retries=0", "--IdentityProvider.token="]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    server = subprocess.Popen(command, env=os.environ | environment, **quiet)
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(120_000)
    try:
        for _ in range(120):
            time.sleep(0.5)
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
        page = context.new_page()
        page.goto(f"http://127.0.0.1:{port}/")
        page.wait_for_selector(".jp-Notebook .jp-Cell")
        assert page.url.endswith("/doc/tree/notebooks/en/03_edge_detection.ipynb")
        page.wait_for_selector(".d2l-studio[data-value]", state="attached")  # no cell has run
        text = page.locator(".jp-RenderedHTMLCommon p").first
        assert float(text.evaluate("(p) => getComputedStyle(p).fontSize").removesuffix("px")) >= 20
        assert page.locator(".jp-mod-inputHidden, .jp-Placeholder").count() > 10
    finally:
        context.close()
        server.terminate()
        server.wait(timeout=120)  # a busy machine is slow, not wrong
