"""Do the cells of a chapter give the same whatever a reader does? ``make test-order``, or ``CHAPTER=03`` for one.

Students run a cell again, Run All twice, or scroll up and run an earlier cell once more. So each notebook is run in its
order, once more in its order, then from bottom to top, all in one kernel; and in another one each cell twice in a row.
Every output has to be that of the first run. What depends on the clock or the machine is left out, as nbval leaves it
out.
"""

import argparse
import contextlib
import os
import re
import sys
from collections.abc import Iterator
from configparser import ConfigParser
from pathlib import Path

from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbformat import NotebookNode

from .chapters import NOTEBOOKS, ROOT, SourceError, chosen_files, edition

# Cells that may give something else, and why.
EXCEPTIONS: dict[str, str] = {}


def main() -> int:
    parser = argparse.ArgumentParser(prog="make test-order", description=__doc__.splitlines()[0])
    parser.add_argument(
        "chapters", nargs="*", help="numbers, such as 03; default: all but 10, which trains for minutes"
    )
    wanted = parser.parse_args().chapters
    try:
        files = chosen_files(wanted)
    except SourceError as reason:
        print(reason, file=sys.stderr)
        return 2
    os.environ["D2LUTIL_PROGRESS"] = "off"
    differences = 0
    for path in files:
        if not wanted and path.name.startswith("10"):
            continue
        for what, cell, first, now in disorders(path):
            known = EXCEPTIONS.get(cell.id)
            differences += not known
            line = cell.source.strip().splitlines()[0][:70]
            print(f"{path.name[:2]}, {what}: {line}{f'  (known: {known})' if known else ''}", flush=True)
            if not known:
                print(f"    at first: {first[-150:]!r}\n    now:      {now[-150:]!r}", flush=True)
        print(f"{path.name[:2]} done", flush=True)
    print("every cell gives what it gave at first" if not differences else f"{differences} outputs differ")
    return int(differences > 0)


def disorders(path: Path) -> Iterator[tuple[str, NotebookNode, str, str]]:
    """(what was done, the cell, its first output, its output now) for each cell that gives something else."""
    reference: dict[int, str] = {}
    with _kernel(path) as (client, cells):
        for number, cell in cells:
            reference[number] = _run(client, cell, number)
        for what, order in (("run again", cells), ("from bottom to top", cells[::-1])):
            for number, cell in order:
                if (now := _run(client, cell, number)) != reference[number]:
                    yield what, cell, reference[number], now
    with _kernel(path) as (client, cells):
        for number, cell in cells:
            _run(client, cell, number)
            if (now := _run(client, cell, number)) != reference[number]:
                yield "twice in a row", cell, reference[number], now


class _kernel:  # noqa: N801 (reads as a phrase in `with _kernel(path)`)
    """A fresh kernel for the English notebook; gives its client and the numbered cells of code."""

    def __init__(self, path: Path):
        self.notebook = edition(path, "en")
        place = {"metadata": {"path": str(NOTEBOOKS / "en")}}
        self.client = NotebookClient(self.notebook, timeout=600, kernel_name="python3", resources=place)

    def __enter__(self) -> tuple[NotebookClient, list[tuple[int, NotebookNode]]]:
        self._running = self.client.setup_kernel()
        self._running.__enter__()
        return self.client, [(n, cell) for n, cell in enumerate(self.notebook.cells) if cell.cell_type == "code"]

    def __exit__(self, *exception: object) -> None:
        self._running.__exit__(*exception)


def _run(client: NotebookClient, cell: NotebookNode, number: int) -> str:
    """What a cell gives, as text."""
    client.kc.session.metadata = {"cellId": cell.id}
    with contextlib.suppress(CellExecutionError):  # it is among the outputs
        client.execute_cell(cell, number)
    if "nbval-ignore-output" in cell.metadata.get("tags", []):
        return ""
    text = "".join(map(_text, cell.outputs))
    for pattern, instead in _sanitizers():
        text = re.sub(pattern, instead, text)
    return text


def _text(output: NotebookNode) -> str:
    if output.output_type == "stream":
        return output.text if output.name == "stdout" else ""
    if output.output_type == "error":
        return f"{output.ename}: {output.evalue}"
    return output.data.get("text/plain", "")


def _sanitizers() -> list[tuple[str, str]]:
    settings = ConfigParser()
    settings.read(ROOT / "tests" / "nbval.cfg", encoding="utf-8")
    return [(settings[name]["regex"], settings[name]["replace"]) for name in settings.sections()]


if __name__ == "__main__":
    sys.exit(main())
