"""Build notebooks/ from chapters/: ``python -m tools.publish.notebooks [--force] [--solutions] [--check] [NN ...]``.

A notebook that already says what its chapter says is left alone. If only text changed, the stored outputs are kept; if
code changed, or with --force, the whole notebook is executed. Outputs that name this machine are refused.

With --check nothing is built: notebooks that do not say what their chapter says are named, and the exit status is 1.

With --solutions the notebooks go to solutions/, every exercise filled in with its worked solution, and each check must
say "correct".
"""

import argparse
import hashlib
import os
import re
import sys
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from . import glossary
from .chapters import (
    LANGUAGES,
    NOTEBOOKS,
    ROOT,
    WIDGET,
    SourceError,
    Text,
    chapter_files,
    chosen_files,
    differences,
    edition,
    notebook_path,
    read_chapter,
)

CELL_SECONDS = 600


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--force", action="store_true", help="execute even what has not changed")
    arguments.add_argument("--solutions", action="store_true", help="fill in the exercises, write to solutions/")
    arguments.add_argument("--check", action="store_true", help="only name the notebooks that are out of date")
    arguments.add_argument("chapters", nargs="*", help="numbers of chapters, such as 02; default: all")
    options = arguments.parse_args()
    stale: list[Path] = []
    try:
        for path in chosen_files(options.chapters):
            require_agreement(path)
            for lang in LANGUAGES:
                if options.check:
                    stale += [notebook_path(path, lang)] * (not is_up_to_date(path, lang))
                elif options.solutions:
                    build_solutions(path, lang)
                else:
                    build(path, lang, options.force)
        if not options.chapters and not options.solutions:
            stale += build_glossary(options.check)
    except (SourceError, CellExecutionError) as reason:
        print(reason, file=sys.stderr)
        return 1
    except OSError as reason:  # a full disk, a folder that may not be written
        print(
            f"Could not write {reason.filename or 'a notebook'}: {reason.strerror}; the old one is whole",
            file=sys.stderr,
        )
        return 1
    except KeyboardInterrupt:
        print("Stopped. The notebooks that are named above are built, the others are as they were.", file=sys.stderr)
        return 130  # as shells report an interrupt
    for notebook in stale:
        print(f"{notebook.relative_to(ROOT)} does not say what its chapter says: run `make build`", file=sys.stderr)
    if not options.solutions and not options.check:
        remove_orphans()
    return 1 if stale else 0


def require_agreement(path: Path) -> None:
    """Both languages of a chapter must carry the same formulas, code, links and numbers."""
    complaints = [
        f"{path.name}, the pair that begins {cell.en[:40]!r}: {difference}"
        for cell in read_chapter(path)
        if isinstance(cell, Text)
        for difference in differences(cell)
    ]
    if complaints:
        raise SourceError("\n".join(complaints))


def build(path: Path, lang: str, force: bool) -> None:
    """Bring one notebook up to date."""
    target = notebook_path(path, lang)
    notebook = edition(path, lang)
    stored = nbformat.read(target, as_version=4) if target.exists() else None
    name = target.relative_to(ROOT)
    if stored and not force and without_outputs(stored) == notebook:
        print(f"{name}: up to date")
        return
    started = time.monotonic()
    if stored and not force and code_of(stored) == code_of(notebook):
        copy_outputs(stored, notebook)
        done = "text changed, outputs kept"
    else:
        execute(notebook, target.parent)
        done = f"executed in {time.monotonic() - started:.0f} s"
    write(notebook, target)
    print(f"{name}: {done}")


def is_up_to_date(path: Path, lang: str) -> bool:
    """Whether the stored notebook says what the chapter says."""
    target = notebook_path(path, lang)
    return target.exists() and without_outputs(nbformat.read(target, as_version=4)) == edition(path, lang)


def build_solutions(path: Path, lang: str) -> None:
    """The instructor's copy of a chapter. The kernel runs in the folder of the reader's notebook, whose language and
    data it finds there."""
    started = time.monotonic()
    notebook, target = with_solutions(edition(path, lang), lang), solutions_path(path, lang)
    execute(notebook, notebook_path(path, lang).parent)
    ended = any("The notebook ends here" in str(cell) or "本笔记本到此为止" in str(cell) for cell in notebook.cells)
    for cell in notebook.cells:
        if "check" in cell.metadata.get("tags", []) and not ended and not is_correct(cell):
            raise SourceError(f"{target.name}, {cell.source!r} does not say that the solution is correct")
    write(notebook, target)
    done = "ended early, its data are missing" if ended else f"executed in {time.monotonic() - started:.0f} s"
    print(f"{target.relative_to(ROOT)}: {done}")


def with_solutions(notebook: nbformat.NotebookNode, lang: str) -> nbformat.NotebookNode:
    """The notebook with every exercise cell filled in."""
    from d2lutil import exercises, use_language

    use_language(lang)
    for stub, check in zip(notebook.cells, notebook.cells[1:], strict=False):
        if "exercise" in stub.metadata.get("tags", []):
            chapter, name = re.match(r"exercises\.(\w+)\.(\w+)\.check", check.source).groups()
            stub.source = getattr(getattr(exercises, chapter), name).filled_in()
    return notebook


def is_correct(check: nbformat.NotebookNode) -> bool:
    """Whether an executed check says so."""
    return any(output.get("data", {}).get("text/plain", "").startswith("✓") for output in check.outputs)


def solutions_path(path: Path, lang: str) -> Path:
    return ROOT / "solutions" / lang / f"{path.stem}.ipynb"


def write(notebook: nbformat.NotebookNode, target: Path) -> None:
    """All or nothing: an interrupted build leaves the old notebook whole."""
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_suffix(".partial")
    try:
        nbformat.write(notebook, partial)
        os.replace(partial, target)
    finally:
        partial.unlink(missing_ok=True)


def without_outputs(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """A copy as :func:`chapters.edition` makes it: no outputs, no execution counts."""
    bare = nbformat.from_dict(notebook)
    for cell in bare.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return bare


def code_of(notebook: nbformat.NotebookNode) -> list[str]:
    return [cell.source for cell in notebook.cells if cell.cell_type == "code"]


def copy_outputs(stored: nbformat.NotebookNode, notebook: nbformat.NotebookNode) -> None:
    executed = (cell for cell in stored.cells if cell.cell_type == "code")
    for cell in notebook.cells:
        if cell.cell_type == "code":
            source = next(executed)
            cell.outputs, cell.execution_count = source.outputs, source.execution_count


def execute(notebook: nbformat.NotebookNode, folder: Path) -> None:
    """Run all cells in this environment's Python and make the outputs the same on every machine."""
    folder.mkdir(parents=True, exist_ok=True)
    os.environ["JUPYTER_PREFER_ENV_PATH"] = "1"  # a kernel of the same name elsewhere must not answer
    os.environ["D2LUTIL_PROGRESS"] = "off"  # the builder's checks are nobody's progress
    metadata = nbformat.from_dict(notebook.metadata)
    NotebookClient(
        notebook,
        timeout=CELL_SECONDS,
        kernel_name="python3",
        record_timing=False,
        coalesce_streams=True,  # or one print may be stored in two pieces, by chance
        store_widget_state=False,
        resources={"metadata": {"path": str(folder)}},
    ).execute()
    notebook.metadata = metadata  # nbclient writes the kernel's exact version into it
    for cell in notebook.cells:
        if cell.cell_type == "code":
            normalize(cell)


def normalize(cell: nbformat.NotebookNode) -> None:
    """Replace random widget ids by ones made from the cell's id, and refuse what belongs to one machine alone."""
    for number, output in enumerate(cell.outputs):
        if output.output_type == "stream" and output.name == "stderr":
            raise SourceError(f"cell {cell.source[:60]!r} wrote to stderr: {output.text[:300]}")
        if WIDGET in output.get("data", {}):
            model = hashlib.md5(f"{cell.id} {number}".encode()).hexdigest()
            output.data[WIDGET] = {"model_id": model, "version_major": 2, "version_minor": 0}
        if found := machine_specific(output):
            raise SourceError(f"the output of cell {cell.source[:60]!r} holds {found!r}, which varies between machines")


def machine_specific(output: nbformat.NotebookNode) -> str | None:
    """The first path or memory address in an output, or None."""
    texts = [output.get("text", "")] + [
        text for kind, text in output.get("data", {}).items() if kind.startswith("text")
    ]
    for text in texts:
        for telltale in (str(ROOT), str(Path.home()), "/tmp/", "site-packages"):
            if telltale in text:
                return telltale
        if found := re.search(r"\bat 0x[0-9a-f]{6,}", text):
            return found.group()
    return None


def build_glossary(check: bool) -> list[Path]:
    """Write the glossary's pages; with check, only name those that are out of date."""
    stale = []
    for lang in LANGUAGES:
        target, page = glossary.path(lang), glossary.edition(lang)
        if not target.exists() or nbformat.read(target, as_version=4) != page:
            if check:
                stale.append(target)
            else:
                write(page, target)
                print(f"{target.relative_to(ROOT)}: written")
    return stale


def remove_orphans() -> None:
    """Delete notebooks whose chapter is gone."""
    wanted = {notebook_path(path, lang) for path in chapter_files() for lang in LANGUAGES}
    wanted |= {glossary.path(lang) for lang in LANGUAGES}
    for path in set(NOTEBOOKS.glob("*/*.ipynb")) - wanted:
        path.unlink()
        print(f"{path.relative_to(ROOT)}: removed, its chapter is gone")


if __name__ == "__main__":
    sys.exit(main())
