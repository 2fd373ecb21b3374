"""The records of a class, read as data: whatever stands in a student's file, reading it runs nothing and stops nothing.

A file that is no sound record is left out as a whole and named with a sentence; the others are read on.
"""

import json
import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from d2lutil.exercises.engine.record import STATES, VERSION
from d2lutil.i18n import say

from .finding import Damage, find, link, reason_of
from .text import shortened, visible

__all__ = ["STUCK_AFTER", "Attempt", "Records", "Unusable", "read", "read_folder"]

STUCK_AFTER = 3  # tries
MOST_BYTES = 1_000_000  # a record of all exercises has some twenty thousand
MOST = 10_000  # times that anybody tries an exercise


class Unusable(Exception):
    """A file is no sound record; the sentence says why."""


@dataclass(frozen=True)
class Attempt:
    """What is recorded of one student and one exercise; ``mistakes`` says how often each was recognised."""

    correct: bool
    tries: int
    hints: int
    mistakes: Mapping[str, int] = field(default_factory=dict)

    @property
    def tried(self) -> bool:
        """Hints can be read without a try."""
        return self.correct or self.tries > 0

    @property
    def stuck(self) -> bool:
        return not self.correct and self.tries >= STUCK_AFTER

    def merged(self, other: "Attempt") -> "Attempt":
        """Of two records of one student: what was correct stays correct, and the larger counts hold. They may be copies
        of one file, so nothing is added up."""
        names = self.mistakes.keys() | other.mistakes.keys()
        return Attempt(
            self.correct or other.correct,
            max(self.tries, other.tries),
            max(self.hints, other.hints),
            {name: max(self.mistakes.get(name, 0), other.mistakes.get(name, 0)) for name in names},
        )


@dataclass
class Records:
    """Attempts by student and exercise, such as ``students["ada"]["ch05.output_size"]``; what could not be read; and
    the entries of the folder that hold no record."""

    students: dict[str, dict[str, Attempt]]
    damaged: list[Damage]
    without: list[str]


def read_folder(folder: Path) -> Records:
    """The records of a class; see :func:`tools.classroom.finding.find` for what is looked for.

    Raises
    ------
    OSError
        If the folder itself cannot be listed.
    """
    found = find(folder)
    students: dict[str, dict[str, Attempt]] = {}
    for student, file in found.files:
        try:
            attempts = read(file)
        except Unusable as reason:
            found.damaged.append(Damage(visible(file.relative_to(folder).as_posix()), str(reason)))
            continue
        known = students.setdefault(student, {})
        for key, attempt in attempts.items():
            known[key] = attempt.merged(known[key]) if key in known else attempt
    return Records(students, found.damaged, found.without)


def read(file: Path) -> dict[str, Attempt]:
    """The attempts in one file, by exercise.

    Raises
    ------
    Unusable
        If it cannot be read, is too large, or is not what ``d2lutil`` writes.
    """
    content = _content(file)
    try:
        stored = json.loads(content.decode("utf-8-sig"))  # an editor on Windows may have put a mark before it
    except UnicodeDecodeError:
        raise Unusable(say("It is not text in UTF-8.", "不是 UTF-8 编码的文本。")) from None
    except RecursionError:
        raise Unusable(say("It is nested too deeply.", "嵌套太深。")) from None
    except json.JSONDecodeError as reason:
        raise Unusable(
            say(f"It is not valid JSON (line {reason.lineno}).", f"不是有效的 JSON（第 {reason.lineno} 行）。")
        ) from None
    except ValueError:  # a number of thousands of digits
        raise Unusable(_absurd()) from None
    if not isinstance(stored, dict) or not isinstance(stored.get("exercises"), dict):
        raise Unusable(say("It is not a record of exercises.", "不是练习记录。"))
    version = stored.get("version")
    if type(version) is not int or version != VERSION:
        raise Unusable(
            say(f"It is not version {VERSION}, the only one that this program reads.",
                f"版本不是 {VERSION}，本程序只读这个版本。")
        )  # fmt: skip
    return {key: _attempt(key, entry) for key, entry in stored["exercises"].items()}


def _content(file: Path) -> bytes:
    """The bytes of an ordinary file. A pipe is not opened, since it might never end, nor is a link followed, even if it
    took the file's place a moment ago."""
    flags = os.O_RDONLY | sum(getattr(os, name, 0) for name in ("O_BINARY", "O_NOFOLLOW", "O_NONBLOCK"))
    try:
        _require_file(os.lstat(file).st_mode)
        with open(os.open(file, flags), "rb") as stream:
            content = stream.read(MOST_BYTES + 1)
    except OSError as reason:
        raise Unusable(reason_of(reason)) from None
    if len(content) > MOST_BYTES:
        raise Unusable(say("It is larger than 1 MB.", "超过了 1 MB。"))
    return content


def _require_file(mode: int) -> None:
    if stat.S_ISLNK(mode):
        raise Unusable(link())
    if stat.S_ISDIR(mode):
        raise Unusable(say("It is a folder where a file should be.", "应当是文件，却是一个文件夹。"))
    if not stat.S_ISREG(mode):
        raise Unusable(say("It is not an ordinary file.", "不是普通文件。"))


def _attempt(key: str, entry: object) -> Attempt:
    if not isinstance(entry, dict) or entry.get("state") not in STATES:
        raise Unusable(_bad_entry(key))
    mistakes = entry.get("mistakes", {})  # older files have none
    if not isinstance(mistakes, dict):
        raise Unusable(_bad_entry(key))
    for count in (entry.get("tries"), entry.get("hints"), *mistakes.values()):
        if type(count) is not int:  # True is no count, though Python takes it for one
            raise Unusable(_bad_entry(key))
        if not 0 <= count <= MOST:
            raise Unusable(_absurd(key))
    return Attempt(
        entry["state"] == "correct", entry["tries"], entry["hints"], {name: n for name, n in mistakes.items() if n}
    )


def _bad_entry(key: str) -> str:
    name = shortened(visible(key))
    return say(f"Its entry {name} has another form than the record has.", f"其中 {name} 一项的格式不对。")


def _absurd(key: str = "") -> str:
    name = shortened(visible(key))
    return say(
        f"A count {f'of its entry {name} ' if key else ''}is below zero or above {MOST:,}.",
        f"{f'其中 {name} 一项' if key else ''}有一个次数小于零或大于 {MOST:,}。",
    )
