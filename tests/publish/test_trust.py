"""Only what the chapter says is signed, and no output that could run somebody else's code."""

import json

import nbformat
import pytest
import torch
from torch import nn

from d2lutil.explorers import NetworkExplorer, WindowExplorer
from tools.publish import chapters, present, trust

EDGES = next(path for path in chapters.chapter_files() if path.name.startswith("03"))
SHARED = [(path, lang) for path in chapters.chapter_files() for lang in chapters.LANGUAGES]


def stored(path, lang="en"):
    return nbformat.read(chapters.notebook_path(path, lang), as_version=4)


@pytest.mark.parametrize(("path", "lang"), SHARED, ids=[f"{path.stem}-{lang}" for path, lang in SHARED])
def test_the_built_notebooks_hold_nothing_else(path, lang):
    assert trust.stranger(stored(path, lang), path, lang) is None


def first_code(notebook):
    return next(cell for cell in notebook.cells if cell.cell_type == "code")


def test_another_line_of_code_is_found():
    notebook = stored(EDGES)
    first_code(notebook).source += "\nimport os; os.system('true')"
    assert "is not what the chapter says (cell " in trust.stranger(notebook, EDGES, "en")


def test_a_cell_more_or_less_is_found():
    for change in (lambda cells: cells.pop(), lambda cells: cells.append(nbformat.v4.new_code_cell("1"))):
        notebook = stored(EDGES)
        change(notebook.cells)
        assert "cells instead of" in trust.stranger(notebook, EDGES, "en")


PAGE = WindowExplorer([[1, 2], [3, 4]], [[1]]).page()


@pytest.mark.parametrize(
    "data",
    [
        {"text/html": "<script>alert(1)</script>"},
        {"text/html": "<p>fine</p><img src=x onerror=alert(1)>"},
        {"text/html": "<a href=' java\tscript:alert(1)'>x</a>"},
        {"text/html": "<iframe srcdoc='<script>1</script>'></iframe>"},
        {"text/html": "<svg onload=alert(1)>"},
        {"text/html": PAGE + "<script>alert(1)</script>"},
        {"text/html": PAGE.replace("alone(", "alert(1);alone(", 1)},
        {"text/html": PAGE.replace("<style>", "<style></style><script>alert(1)</script><style>", 1)},
        {"text/html": PAGE.replace(");</script></div>", "); alert(1);</script></div>")},
        {"text/html": PAGE.replace("WindowExplorer", "OtherExplorer", 1)},
        {"application/javascript": "alert(1)"},
        {"application/vnd.jupyter.widget-state+json": {}},
        {"image/svg+xml": "<svg onload=alert(1)>"},
    ],
    ids=range(13),
)
def test_an_output_that_could_run_something_is_found(data):
    notebook = stored(EDGES)
    first_code(notebook).outputs = [nbformat.v4.new_output("display_data", data)]
    assert "could run code that is not the chapter's" in trust.stranger(notebook, EDGES, "en")


def test_make_present_signs_no_stranger(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(present, "PLACE", tmp_path / "present")
    notebook = stored(EDGES)
    first_code(notebook).source += "\n1"
    changed = tmp_path / "changed.ipynb"
    nbformat.write(notebook, changed)
    monkeypatch.setattr(present, "notebook_path", lambda *_: changed)
    monkeypatch.setattr("sys.argv", ["present", "03"])
    assert present.main() == 1
    assert "is not what the chapter says" in capsys.readouterr().err
    assert not (tmp_path / "present").exists()


def test_a_name_of_the_readers_cannot_end_the_script_of_a_page():
    evil = "<!--<script></script>"
    net = nn.Sequential(nn.Flatten(), nn.Linear(4, 2))
    page = NetworkExplorer(net, torch.rand(1, 1, 2, 2), classes=[evil, "b"]).page()
    call = page[page.rindex("\nalone(") + len("\nalone(") :].removesuffix(");</script></div>")
    _, end = json.JSONDecoder().raw_decode(call)
    state = call[end:].removeprefix(", ")
    assert "<" not in state and evil not in page
    assert json.loads(state)["classes"] == [evil, "b"]
