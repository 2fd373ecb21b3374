"""Give a student their own copy of the notebooks: ``python own_copy.py CHECKOUT HOME [COMMAND ...]``.

Copies the notebooks of both languages and the stored runs that chapters 09 and 10 read from CHECKOUT into the folder
``convolution`` of HOME, and then becomes COMMAND, if there is one. What is there already stays as it is, so this can
run before every start. Run it as the student: then it can write only where the student can.

The hub of one machine runs it before a server starts, a container before its server, Kubernetes after a start.
"""

import os
import shutil
import sys
from pathlib import Path

FOLDER = "convolution"
# Chapters 09 and 10 read ../../data, so notebooks/ and data/ lie side by side, as in the checkout.
WHAT = ("notebooks/en/*.ipynb", "notebooks/zh/*.ipynb", "data/*_runs.json")


def make(checkout: Path, home: Path) -> list[Path]:
    """Copy what is missing, and return the new files.

    A file that the student has deleted or renamed is copied afresh; a file that is there is never written to.

    Raises
    ------
    FileNotFoundError
        If ``checkout`` has no notebooks, or there is no folder ``home``.
    NotADirectoryError
        If a file stands where a folder has to be.
    OSError
        If the copy cannot be written, for instance because the disk is full.
    """
    sources = []
    for pattern in WHAT:
        found = sorted(checkout.glob(pattern))
        if not found:
            raise FileNotFoundError(f"{checkout / pattern} names no file: {checkout} is not a whole checkout")
        sources += found
    if not home.is_dir():
        raise FileNotFoundError(f"there is no home folder {home}: create it, and give it to its user")
    new = []
    for source in sources:
        target = home / FOLDER / source.relative_to(checkout)
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
        except (FileExistsError, NotADirectoryError):
            raise NotADirectoryError(f"{target.parent} has to be a folder: rename the file in its place") from None
        # A link that leads nowhere is the student's, too.
        if not os.path.lexists(target):
            # First under another name, so that a disk that is full leaves no half of a notebook behind.
            partial = target.with_name(f".{target.name}.partial")
            shutil.copyfile(source, partial)  # without the mode: the original may be read-only
            os.replace(partial, target)
            new.append(target)
    return new


def main() -> None:
    checkout, home, *command = sys.argv[1:]
    try:
        make(Path(checkout), Path(home))
    except OSError as reason:
        sys.exit(f"No copy of the notebooks could be made: {reason}")
    if command:
        os.execvp(command[0], command)


if __name__ == "__main__":
    main()
