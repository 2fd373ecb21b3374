"""What the reader has done so far, in a small file in his own folder.

The file is ``exercises.json`` in the folder that the environment variable D2LUTIL_PROGRESS names, else in the user's
data folder. D2LUTIL_PROGRESS=off keeps nothing.
"""

import json
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import TypedDict

from ...i18n import say

__all__ = ["Entry", "note", "record_file", "records"]

STATES = ("not yet", "correct")
_unsaved: dict[str, "Entry"] = {}  # what could not be written stays known as long as the kernel lives


class Entry(TypedDict):
    """What is recorded of one exercise."""

    state: str
    tries: int
    hints: int


def record_file() -> Path | None:
    """Where the record is kept, or None if none is wanted."""
    named = os.environ.get("D2LUTIL_PROGRESS")
    if named == "off":
        return None
    if named:
        folder = Path(named).expanduser()
    elif sys.platform == "win32":
        folder = Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData" / "Local")) / "d2lutil"
    elif sys.platform == "darwin":
        folder = Path.home() / "Library" / "Application Support" / "d2lutil"
    else:
        folder = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "d2lutil"
    return folder / "exercises.json"


def records() -> tuple[dict[str, Entry], str]:
    """({"ch05.output_size": {"state": ..., "tries": ..., "hints": ...}}, a sentence for the reader or "").

    A damaged file is set aside under another name, never deleted, and the sentence says so.
    """
    file = record_file()
    if file is None:
        return dict(_unsaved), ""
    try:
        stored = json.loads(file.read_text(encoding="utf-8"))
        _require_form(stored)
    except FileNotFoundError:
        return dict(_unsaved), ""
    except OSError as reason:
        return dict(_unsaved), say(
            f"The record {file} cannot be read: {reason}", f"无法读取进度记录文件 {file}：{reason}"
        )
    except (ValueError, RecursionError):
        return dict(_unsaved), _set_aside(file)
    return {**stored["exercises"], **_unsaved}, ""


def note(key: str, state: str | None = None, hints: int | None = None) -> str:
    """Add a try with its outcome, or the number of hints seen. Returns a sentence for the reader, "" if all is well.

    What was correct once stays correct.
    """
    everything, warning = records()
    old = everything.get(key, {"state": "not yet", "tries": 0, "hints": 0})
    everything[key] = {
        "state": "correct" if "correct" in (old["state"], state) else "not yet",
        "tries": old["tries"] + (state is not None),
        "hints": max(old["hints"], hints or 0),
    }
    file = record_file()
    if file is None:
        _unsaved[key] = everything[key]
        return warning
    try:
        _write(file, {"version": 1, "exercises": everything})
    except OSError as reason:
        _unsaved[key] = everything[key]
        return say(f"Your progress could not be saved: {reason}", f"进度未能保存：{reason}")
    _unsaved.clear()
    return warning


def _require_form(stored: object) -> None:
    """ValueError unless this is what :func:`note` writes."""
    if not isinstance(stored, dict) or not isinstance(stored.get("exercises"), dict):
        raise ValueError("no record")
    for entry in stored["exercises"].values():
        if not isinstance(entry, dict) or entry.get("state") not in STATES:
            raise ValueError("no entry")
        if not all(type(entry.get(count)) is int for count in ("tries", "hints")):
            raise ValueError("no counts")


def _set_aside(file: Path) -> str:
    aside = file.with_name(f"{file.stem}.damaged-{time.strftime('%Y%m%d-%H%M%S')}{file.suffix}")
    try:
        os.replace(file, aside)
    except OSError as reason:
        return say(
            f"The record {file} is damaged and stays as it is: {reason}",
            f"进度记录文件 {file} 已损坏，保持原样：{reason}",
        )
    return say(
        f"The record of your progress was damaged. It is now {aside.name}, and a new one begins.",
        f"进度记录已损坏，现已改名为 {aside.name}，并重新开始记录。",
    )


def _write(file: Path, content: dict) -> None:
    """All or nothing: a crash in the middle leaves the old file."""
    file.parent.mkdir(parents=True, exist_ok=True)
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
