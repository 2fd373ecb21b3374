"""Where records lie in a folder: files that students handed in, or the home folders of a hub.

Nothing is opened here, and no link is followed: a student's folder may hold anything, links to other people's files
included.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from d2lutil.i18n import say

from .text import visible

__all__ = ["Damage", "Found", "find", "link", "reason_of"]

RECORD = "exercises.json"
# Where d2lutil keeps the record. What is wrong on the way there is named; of other folders it is nobody's business.
USUAL = (
    (".local", "share", "d2lutil"),
    ("Library", "Application Support", "d2lutil"),
    ("AppData", "Local", "d2lutil"),
)
DEPTH = 3  # folders below a student's own: as deep as the usual ones, and D2LUTIL_PROGRESS may name any other
MOST_FOLDERS = 5_000  # of one student; a home with more is searched in part


@dataclass(frozen=True)
class Damage:
    """A file or a folder that cannot be used, by its path below the folder that is read, and why, in a sentence."""

    place: str
    why: str


@dataclass
class Found:
    """(student, file) for each record, what is in the way, and the names of the entries that hold no record."""

    files: list[tuple[str, Path]] = field(default_factory=list)
    damaged: list[Damage] = field(default_factory=list)
    without: list[str] = field(default_factory=list)


def find(folder: Path) -> Found:
    """All records in a folder, hidden entries left out.

    ``NAME.json``, ``exercises-NAME.json`` and any ``exercises.json`` in a folder NAME belong to the student NAME; an
    ``exercises.json`` that lies in the folder itself belongs to the student whose name the folder has.

    Raises
    ------
    OSError
        If the folder cannot be listed.
    """
    found = Found()
    for entry in _entries(folder):
        if entry.name.startswith("."):
            continue
        path = Path(entry.path)
        before = len(found.files), len(found.damaged)
        if entry.is_dir(follow_symlinks=False) and path.suffix.lower() != ".json":
            found.files += [(visible(entry.name), file) for file in _below(path, found.damaged)]
        elif path.suffix.lower() == ".json":
            found.files.append((_student(path), path))
        elif entry.is_symlink():
            found.damaged.append(Damage(visible(entry.name), link()))
        if before == (len(found.files), len(found.damaged)):
            found.without.append(visible(entry.name))
    return found


def link() -> str:
    return say("It is a link, and links are not followed.", "这是一个链接，程序不打开链接。")


def reason_of(error: OSError) -> str:
    """A sentence for what the system said; its own words only where ours would not do."""
    if isinstance(error, PermissionError):
        return say("You are not allowed to read it.", "没有读取权限。")
    return say(f"It cannot be read: {error.strerror}.", f"无法读取：{error.strerror}。")


def _student(file: Path) -> str:
    if file.name == RECORD:
        return visible(file.absolute().parent.name)
    return visible(file.stem.removeprefix("exercises-") or file.stem)


def _entries(folder: Path) -> list[os.DirEntry]:
    with os.scandir(folder) as entries:
        return sorted(entries, key=lambda entry: entry.name)


def _below(student: Path, damaged: list[Damage]) -> Iterator[Path]:
    """The records in a student's folder, those in upper folders first."""
    level, seen = [student], 0
    for _ in range(DEPTH + 1):
        deeper: list[Path] = []
        for folder in level:
            seen += 1
            if seen > MOST_FOLDERS:
                damaged.append(Damage(visible(student.name), _too_many()))
                return
            yield from _in(folder, student, deeper, damaged)
        level = deeper


def _in(folder: Path, student: Path, deeper: list[Path], damaged: list[Damage]) -> Iterator[Path]:
    """The record in one folder, if there is one; adds the folders to be searched next."""
    try:
        entries = _entries(folder)
    except OSError as reason:
        if _usual(folder, student):
            damaged.append(Damage(_place(folder, student), reason_of(reason)))
        return
    for entry in entries:
        path = Path(entry.path)
        if entry.name == RECORD:
            yield path
        elif entry.is_symlink():
            if _usual(path, student):
                damaged.append(Damage(_place(path, student), link()))
        elif entry.is_dir(follow_symlinks=False) and (not entry.name.startswith(".") or _usual(path, student)):
            deeper.append(path)


def _usual(path: Path, student: Path) -> bool:
    """Whether this is the student's folder or lies on the way from it to where d2lutil keeps the record."""
    parts = path.relative_to(student).parts
    return any(parts == way[: len(parts)] for way in USUAL)


def _place(path: Path, student: Path) -> str:
    return visible(path.relative_to(student.parent).as_posix())


def _too_many() -> str:
    return say(
        f"There are more than {MOST_FOLDERS:,} folders in it; the others were not searched.",
        f"里面的文件夹超过 {MOST_FOLDERS:,} 个，其余的没有查找。",
    )
