"""What the reader has done so far, in a small file in the reader's own folder.

The file is ``exercises.json`` in the folder that the environment variable D2LUTIL_PROGRESS names, else in the user's
data folder. D2LUTIL_PROGRESS=off keeps nothing.

Nothing is ever lost: several kernels write one after the other, under a lock; what cannot be read is not written over;
what cannot be written is kept in memory, and added to the file as soon as it can be.
"""

import contextlib
import glob
import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NotRequired, TypedDict

import filelock

from ...i18n import say

__all__ = ["Entry", "note", "record_file", "records"]

VERSION = 1
STATES = ("not yet", "correct")
PATIENCE = 3.0  # seconds to wait for another kernel, which needs a hundredth of one
Entries = dict[str, "Entry"]
_unsaved: Entries = {}  # what happened since the file could last be written; lives as long as the kernel


class Entry(TypedDict):
    """What is recorded of one exercise: how far the reader is, how often a check was asked, how many hints were seen,
    and how often each known mistake was recognised."""

    state: str
    tries: int
    hints: int
    mistakes: NotRequired[dict[str, int]]


class _Unusable(Exception):  # noqa: N818 (the reason, for the reader)
    """The file is there, and has to stay as it is."""


class _Damaged(Exception):  # noqa: N818
    """The file is no record."""


def record_file() -> Path | None:
    """Where the record is kept, or None if none is wanted.

    Raises
    ------
    RuntimeError
        If the folder starts with ``~`` and there is no such home.
    """
    named = os.environ.get("D2LUTIL_PROGRESS", "").strip()
    if named.lower() == "off":
        return None
    if named:
        folder = Path(named).expanduser()
    elif sys.platform == "win32":
        folder = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local") / "d2lutil"
    elif sys.platform == "darwin":
        folder = Path.home() / "Library" / "Application Support" / "d2lutil"
    else:
        folder = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "d2lutil"
    return folder / "exercises.json"


def records() -> tuple[Entries, str]:
    """({"ch05.output_size": {"state": ..., "tries": ..., "hints": ...}}, a sentence for the reader or "")."""
    try:
        file = record_file()
        return _merged(_read(file) if file else {}, _unsaved), ""
    except _Damaged:
        return dict(_unsaved), say(
            f"The record {file} is damaged. The next check sets it aside and begins a new one.",
            f"进度记录 {file} 已损坏。下一次检查会把它改名保留，并重新开始记录。",
        )
    except (_Unusable, OSError, RuntimeError) as reason:
        return dict(_unsaved), say(f"Your record cannot be read: {reason}", f"无法读取进度记录：{reason}")


def note(key: str, state: str | None = None, hints: int | None = None, mistake: str | None = None) -> str:
    """Add a try with its outcome, or the number of hints seen. Returns a sentence for the reader, "" if all is well.

    What was correct once stays correct. Raises nothing.
    """
    entry: Entry = {"state": state or "not yet", "tries": int(state is not None), "hints": hints or 0}
    if mistake:
        entry["mistakes"] = {mistake: 1}
    new = _merged(_unsaved, {key: entry})
    _unsaved.update(new)
    try:
        warning = _add(new)
    except (_Unusable, OSError, RuntimeError) as reason:
        return say(
            f"Your progress is kept until the kernel ends, but it could not be saved: {reason}",
            f"进度未能保存，只在内核运行期间有效：{reason}",
        )
    return warning


def _add(new: Entries) -> str:
    """Merge the entries into the file, if one is wanted."""
    file = record_file()
    if file is None:
        return ""
    file = file.resolve()  # a link stays a link
    file.parent.mkdir(parents=True, exist_ok=True)
    warning = ""
    with _locked(file):
        try:
            stored = _read(file)
        except _Damaged:
            stored, warning = {}, _set_aside(file)
        # What processes left that were killed while they wrote.
        for partial in file.parent.glob(f"{glob.escape(file.stem)}*.partial"):
            partial.unlink()
        _write(file, {"version": VERSION, "exercises": _merged(stored, new)})
    _unsaved.clear()
    return warning


def _merged(old: Entries, new: Entries) -> Entries:
    """Both together: tries and mistakes are added, of states and hints the better ones stay."""
    both = {**new, **old}
    for key in old.keys() & new.keys():
        one, other = old[key], new[key]
        both[key] = {
            "state": "correct" if "correct" in (one["state"], other["state"]) else "not yet",
            "tries": one["tries"] + other["tries"],
            "hints": max(one["hints"], other["hints"]),
        }
        counts = [entry.get("mistakes", {}) for entry in (one, other)]
        if any(counts):
            both[key]["mistakes"] = {name: sum(c.get(name, 0) for c in counts) for name in {**counts[0], **counts[1]}}
    return both


@contextlib.contextmanager
def _locked(file: Path) -> Iterator[None]:
    """Only one kernel at a time; OSError if another one does not finish."""
    try:
        with filelock.FileLock(f"{file}.lock", timeout=PATIENCE):
            yield
    except (filelock.Timeout, NotImplementedError) as reason:  # the latter on file systems without locks
        raise OSError(say(f"{file} is in use", f"{file} 正被占用")) from reason


def _read(file: Path) -> Entries:
    """The entries; none if there is no file."""
    try:
        content = json.loads(file.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        return {}
    except (ValueError, RecursionError) as reason:
        raise _Damaged from reason
    if not isinstance(content, dict) or not isinstance(content.get("exercises"), dict):
        raise _Damaged
    if type(content.get("version")) is not int:
        raise _Damaged
    if content["version"] != VERSION:
        raise _Unusable(say(f"{file} was written by another version of d2lutil", f"{file} 由另一版本的 d2lutil 写成"))
    if not all(map(_is_entry, content["exercises"].values())):
        raise _Damaged
    return content["exercises"]


def _is_entry(entry: object) -> bool:
    if not isinstance(entry, dict) or entry.get("state") not in STATES:
        return False
    mistakes = entry.get("mistakes", {})
    counts = [entry.get("tries"), entry.get("hints"), *(mistakes.values() if isinstance(mistakes, dict) else [None])]
    return all(type(count) is int and count >= 0 for count in counts)


def _set_aside(file: Path) -> str:
    """A damaged file gets another name; it is never deleted."""
    moment, number = time.strftime("%Y%m%d-%H%M%S"), 0
    while (aside := file.with_name(f"{file.stem}.damaged-{moment}{f'-{number}' * bool(number)}{file.suffix}")).exists():
        number += 1
    os.rename(file, aside)
    return say(
        f"The record of your progress was damaged. It is now {aside.name}, and a new one begins.",
        f"进度记录已损坏，现已改名为 {aside.name}，并重新开始记录。",
    )


def _write(file: Path, content: dict) -> None:
    """All or nothing: a crash in the middle leaves the old file."""
    handle, partial = tempfile.mkstemp(dir=file.parent, prefix=file.stem, suffix=".partial")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            json.dump(content, stream, indent=1, sort_keys=True)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(partial, file)
    except BaseException:
        Path(partial).unlink(missing_ok=True)
        raise
