"""What is done and what is still to do, chapter by chapter."""

import html
import importlib
from dataclasses import dataclass
from pathlib import Path

from ...i18n import say
from .question import Question
from .record import Entry, records

__all__ = ["CHAPTERS", "Overview", "progress", "questions"]

CHAPTERS = tuple(sorted(path.stem for path in Path(__file__).parent.parent.glob("ch[0-9][0-9].py")))


def questions(chapter: str) -> list[Question]:
    """The exercises of a chapter in their order, such as ``questions("ch05")``."""
    module = importlib.import_module(f"d2lutil.exercises.{chapter}")
    return [value for value in vars(module).values() if isinstance(value, Question) and value.chapter == chapter]


@dataclass
class Overview:
    """The answer of :func:`progress`: for each chapter a list of (exercise, its record or None)."""

    chapters: dict[str, list[tuple[str, Entry | None]]]
    warning: str = ""

    def done(self, chapter: str) -> int:
        """How many of a chapter's exercises are correct."""
        return sum(entry is not None and entry["state"] == "correct" for _, entry in self.chapters[chapter])

    def __repr__(self) -> str:
        lines = [
            f"{chapter}  {self.done(chapter)}/{len(entries)}  {' '.join(_mark(entry) for _, entry in entries)}"
            for chapter, entries in self.chapters.items()
        ]
        return "\n".join([*lines, self._legend(), *([self.warning] if self.warning else [])])

    def _legend(self) -> str:
        return say("✓ correct   ✗ not yet   ○ not attempted", "✓ 正确   ✗ 还不对   ○ 尚未作答")

    def _repr_html_(self) -> str:
        rows = ""
        for chapter, entries in self.chapters.items():
            marks = "".join(
                f'<span style="display:inline-block;margin-right:12px" title="{html.escape(_details(name, entry))}">'
                f"{_mark(entry)} <code>{name}</code></span>"
                for name, entry in entries
            )
            count = f"{self.done(chapter)}/{len(entries)}"
            rows += (
                f'<tr><th scope="row" style="text-align:left;vertical-align:top">{chapter}</th>'
                f'<td style="vertical-align:top">{count}</td><td style="text-align:left">{marks}</td></tr>'
            )
        warning = f"<div>{html.escape(self.warning)}</div>" if self.warning else ""
        return f"<table>{rows}</table><div>{self._legend()}</div>{warning}"


def progress() -> Overview:
    """What you have done: one line a chapter. It survives a restart; see :func:`d2lutil.exercises.record.record_file`.

    >>> print(progress())  # doctest: +ELLIPSIS
    ch...
    """
    entries, warning = records()
    return Overview(
        {
            chapter: [(question.name, entries.get(question.key)) for question in questions(chapter)]
            for chapter in CHAPTERS
        },
        warning,
    )


def _mark(entry: Entry | None) -> str:
    if entry is None or not entry["tries"]:
        return "○"
    return "✓" if entry["state"] == "correct" else "✗"


def _details(name: str, entry: Entry | None) -> str:
    if entry is None:
        return say(f"{name}: not attempted", f"{name}：尚未作答")
    return say(
        f"{name}: {entry['tries']} tries, {entry['hints']} hints",
        f"{name}：尝试 {entry['tries']} 次，看过 {entry['hints']} 条提示",
    )
