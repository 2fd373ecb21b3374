"""The English edition of a chapter in a kernel of its own, cell by cell, as JupyterLab runs it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from nbclient import NotebookClient
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from .chapters import NOTEBOOKS, edition

__all__ = ["Cells", "chapter_in_a_kernel", "execute"]

Cells = list[tuple[int, NotebookNode]]  # each with its number in the notebook, which nbclient wants to know


@contextmanager
def chapter_in_a_kernel(path: Path, *more: str) -> Iterator[tuple[NotebookClient, Cells]]:
    """A fresh kernel, and the code cells to run in it: those of the chapter, then ``more``. None has run yet."""
    notebook = edition(path, "en")
    notebook.cells += [new_code_cell(source) for source in more]
    os.environ["JUPYTER_PREFER_ENV_PATH"] = "1"  # a kernel of the same name elsewhere must not answer
    client = NotebookClient(
        notebook, timeout=600, kernel_name="python3", resources={"metadata": {"path": str(NOTEBOOKS / "en")}}
    )
    with client.setup_kernel():
        yield client, [(n, cell) for n, cell in enumerate(notebook.cells) if cell.cell_type == "code"]


def execute(client: NotebookClient, number: int, cell: NotebookNode) -> NotebookNode:
    """Run a cell, and say to the kernel which, as JupyterLab does: what the cell made before is closed."""
    client.kc.session.metadata = {"cellId": cell.id}
    return client.execute_cell(cell, number)
