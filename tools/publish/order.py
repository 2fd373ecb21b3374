"""Do the cells of a chapter give the same whatever a reader does? ``make test-order``, or ``CHAPTER=03`` for one.

Students run a cell again, Run All twice, or scroll up and run an earlier cell once more. So each notebook is run in its
order, once more in its order, then from bottom to top, all in one kernel; and in another one each cell twice in a row.
Every text has to be that of the first run; cells whose output nbval ignores are left out here as well.
"""

import argparse
import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbformat import NotebookNode

from .chapters import SourceError, chosen_files
from .kernel import chapter_in_a_kernel, execute

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
    with chapter_in_a_kernel(path) as (client, cells):
        for number, cell in cells:
            reference[number] = _run(client, number, cell)
        for what, order in (("run again", cells), ("from bottom to top", cells[::-1])):
            for number, cell in order:
                if (now := _run(client, number, cell)) != reference[number]:
                    yield what, cell, reference[number], now
    with chapter_in_a_kernel(path) as (client, cells):
        for number, cell in cells:
            _run(client, number, cell)
            if (now := _run(client, number, cell)) != reference[number]:
                yield "twice in a row", cell, reference[number], now


def _run(client: NotebookClient, number: int, cell: NotebookNode) -> str:
    """What a cell gives, as text."""
    with contextlib.suppress(CellExecutionError):  # it is among the outputs
        execute(client, number, cell)
    if "nbval-ignore-output" in cell.metadata.get("tags", []):
        return ""
    return "".join(map(_text, cell.outputs))


def _text(output: NotebookNode) -> str:
    if output.output_type == "stream":
        return output.text if output.name == "stdout" else ""
    if output.output_type == "error":
        return f"{output.ename}: {output.evalue}"
    return output.data.get("text/plain", "")


if __name__ == "__main__":
    sys.exit(main())
