"""Chapter 10 in Chinese, which `make test` does not train for minutes a second time: what could break only there.

Its code is that of the English edition but for words (the builder proves it), and nbval runs the English one whole.
Left are the words: they must stand beside the same numbers, and no cell may fail on them.
"""

import re

import nbclient
import nbformat
import pytest

from tools.publish import chapters

LONG = next(path for path in chapters.chapter_files() if path.name.startswith("10"))
TRAINED = re.compile(r"\b(history|spent|run|net|short|answers|matrix|pairs|mistakes)\b")
# Trainings of one epoch on few images; what is learned is worth nothing, all that is shown of it appears.
A_LITTLE = """
import copy
import d2lutil as d2l
def a_little(net, train, test, *, epochs, whole=d2l.fit, **options):
    few = [copy.copy(batches) for batches in (train, test) if batches]
    for batches in few:
        batches.images, batches.labels = batches.images[:1024], batches.labels[:1024]
    return whole(net, few[0], few[1] if test else None, epochs=1, **options)
d2l.fit = a_little
"""


def stored(lang: str) -> list:
    """The code cells of the built notebook."""
    notebook = nbformat.read(chapters.notebook_path(LONG, lang), as_version=4)
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def shown(cell) -> list[tuple[str, str]]:
    """The kinds of a cell's outputs and their texts."""
    return [
        (" ".join(sorted(output.get("data", ["text"]))), output.get("text") or output.data["text/plain"])
        for output in cell.outputs
        if output.output_type != "error"
    ]


def test_its_outputs_hold_the_numbers_of_the_english_edition():
    english, chinese = stored("en"), stored("zh")
    assert len(english) == len(chinese)
    for one, other in zip(english, chinese, strict=True):
        texts = [shown(cell) for cell in (one, other)]
        assert [kinds for kinds, _ in texts[0]] == [kinds for kinds, _ in texts[1]], other.source
        numbers = [sorted(re.findall(r"\d+(?:\.\d+)?|True|False", str([text for _, text in t]))) for t in texts]
        assert numbers[0] == numbers[1], other.source


@pytest.mark.slow("a kernel loads Fashion-MNIST and draws all figures of the chapter")
def test_all_of_its_cells_run(real_fashion_mnist, monkeypatch):
    monkeypatch.setenv("JUPYTER_PREFER_ENV_PATH", "1")
    notebook = chapters.edition(LONG, "zh")
    notebook.cells.insert(0, nbformat.v4.new_code_cell(A_LITTLE))
    folder = chapters.NOTEBOOKS / "zh"
    nbclient.NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(folder)}}).execute()
    ran = [cell for cell in notebook.cells if cell.cell_type == "code"][1:]
    expected = stored("zh")
    assert len(ran) == len(expected)
    for cell, before in zip(ran, expected, strict=True):
        assert [kinds for kinds, _ in shown(cell)] == [kinds for kinds, _ in shown(before)], cell.source
        if not TRAINED.search(cell.source) and "nbval-ignore-output" not in cell.metadata.get("tags", []):
            assert shown(cell) == shown(before), cell.source
    assert sum(not TRAINED.search(cell.source) for cell in ran) > 30
