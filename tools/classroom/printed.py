"""The report in a terminal."""

import shutil
import textwrap
from collections.abc import Iterator

from d2lutil.i18n import say

from .mistakes import in_words
from .records import STUCK_AFTER
from .report import Chapter, Exercise, Report
from .text import shortened, table, visible

__all__ = ["left_out", "printed", "stuck_heading", "unknown_keys"]

MOST_KEYS = 5  # unknown ones of a student that are named


def printed(report: Report) -> str:
    """A table for each chapter that was begun, who is stuck, and what could not be read."""
    return "\n".join(_lines(report))


def stuck_heading() -> str:
    return say(
        f"Stuck: not correct after {STUCK_AFTER} tries or more", f"卡住了：试了 {STUCK_AFTER} 次或更多，还没有做对"
    )


def _lines(report: Report) -> Iterator[str]:
    n = len(report.students)
    yield say(f"{n} {'student' if n == 1 else 'students'}", f"{n} 名学生")
    for chapter in report.chapters:
        yield from ["", chapter.title, *_indented(table(_rows(chapter), left=[0, 6]))]
    if report.untouched:
        yield from ["", say("Nothing is recorded of ", "还没有记录的章：") + say(", ", "、").join(report.untouched)]
    yield from ["", stuck_heading()]
    if not report.stuck:
        yield "  " + say("nobody", "没有人")
    for student, stuck in report.stuck.items():
        # Commas with a space in both languages: a line is broken at spaces.
        yield from _wrapped(f"{student}{say(': ', '：')}{', '.join(key for key, _ in stuck)}")
    yield from left_out(report)


def left_out(report: Report) -> Iterator[str]:
    """What the tables do not show, and why; nothing if there is nothing."""
    records = report.records
    if records.damaged:
        yield from ["", say("Damaged, and left out", "已损坏，未计入")]
        yield from _indented([f"{one.place}{say(': ', '：')}{one.why}" for one in records.damaged])
    if report.unknown:
        yield from ["", say("No exercises of this version", "这个版本里没有的练习")]
        yield from _indented([f"{who}{say(': ', '：')}{unknown_keys(keys)}" for who, keys in report.unknown.items()])
    if records.without:
        yield from ["", say("No record found in", "没有找到记录"), *_indented(records.without)]


def unknown_keys(keys: list[str]) -> str:
    """The first of them, and how many more there are."""
    named = say(", ", "、").join(shortened(visible(key)) for key in keys[:MOST_KEYS])
    more = len(keys) - MOST_KEYS
    return named + (say(f" and {more:,} more", f"等 {len(keys):,} 项") if more > 0 else "")


def _rows(chapter: Chapter) -> list[tuple[str, ...]]:
    heading = (
        say("exercise", "练习"),
        say("correct", "做对"),
        say("tried", "做过"),
        say("stuck", "卡住"),
        say("median tries", "次数（中位数）"),
        say("hints", "提示"),
        say("most common mistake (students)", "最常见的错误（人数）"),
    )
    return [heading, *map(_row, chapter.exercises)]


def _row(exercise: Exercise) -> tuple[str, ...]:
    counts = (exercise.correct, exercise.tried, exercise.stuck)
    tries = exercise.median_tries
    mistake = ""
    if made := exercise.mistakes[:1]:
        short, _ = in_words(exercise.question, made[0].name)
        mistake = say(f"{short} ({made[0].students})", f"{short}（{made[0].students}）")
    median = "" if tries is None else f"{tries:g}"
    return (exercise.question.name, *map(str, counts), median, str(exercise.hints), mistake)


def _wrapped(text: str) -> list[str]:
    width = shutil.get_terminal_size(fallback=(100, 24)).columns
    return textwrap.wrap(
        text, width, initial_indent="  ", subsequent_indent=" " * 6, break_long_words=False, break_on_hyphens=False
    )


def _indented(lines: list[str]) -> list[str]:
    return ["  " + line for line in lines]
