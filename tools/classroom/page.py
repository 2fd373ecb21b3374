"""The report as one HTML page that needs no network and holds no script."""

import os
import re
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from d2lutil.i18n import language, say

from .mistakes import in_words
from .printed import stuck_heading, unknown_keys
from .records import Attempt
from .report import Report

__all__ = ["page", "write"]

TEMPLATES = Path(__file__).parent / "templates"
MOST_MISTAKES = 3  # of an exercise


@dataclass(frozen=True)
class Cell:
    """How a student's attempt looks in the table: a mark, the counts beside it, a class for the style, and words."""

    mark: str
    counts: str
    kind: str
    words: str


def page(report: Report) -> str:
    """The whole page. Everything that comes from a file is escaped by the template."""
    environment = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined)
    environment.trim_blocks = environment.lstrip_blocks = True
    environment.filters["inline"] = inline
    environment.globals.update(
        cell=cell, in_words=in_words, say=say, stuck_heading=stuck_heading, unknown_keys=unknown_keys
    )
    return environment.get_template("class.html").render(
        report=report,
        lang={"en": "en", "zh": "zh-CN"}[language()],
        date=time.strftime("%Y-%m-%d %H:%M"),
        most_mistakes=MOST_MISTAKES,
        style=Markup((TEMPLATES / "class.css").read_text(encoding="utf-8")),
    )


def cell(attempt: Attempt | None) -> Cell:
    """``✗ 4·1``: not yet correct, four tries, one hint."""
    if attempt is None:
        return Cell("○", "", "untried", say("not attempted", "尚未作答"))
    mark, kind, state = {
        (True, False): ("✓", "correct", say("correct", "正确")),
        (False, True): ("✗", "stuck", say("stuck", "卡住了")),
    }.get((attempt.correct, attempt.stuck), ("✗", "not-yet", say("not yet correct", "还不对")))
    if not attempt.tried:
        mark, kind, state = "○", "untried", say("not attempted", "尚未作答")
    counts = (str(attempt.tries) if attempt.tried else "") + (f"·{attempt.hints}" if attempt.hints else "")
    tries = f"{attempt.tries} {'try' if attempt.tries == 1 else 'tries'}"
    hints = f"{attempt.hints} {'hint' if attempt.hints == 1 else 'hints'}"
    words = say(f"{state}, {tries}, {hints}", f"{state}，尝试 {attempt.tries} 次，看过 {attempt.hints} 条提示")
    return Cell(mark, counts, kind, words)


def inline(text: str) -> Markup:
    """Text with `code` in it.

    >>> inline("`a < b` < c")
    Markup('<code>a &lt; b</code> &lt; c')
    """
    return Markup(re.sub(r"`([^`\n]+)`", r"<code>\1</code>", str(escape(text))))


def write(text: str, target: Path) -> None:
    """All or nothing, and for nobody's eyes but the owner's: a page of names is not for the whole hub.

    Raises
    ------
    OSError
        If it cannot be written; what stood there stays.
    """
    handle, partial = tempfile.mkstemp(dir=target.parent, prefix=target.stem, suffix=".partial")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
        os.replace(partial, target)
    except BaseException:
        Path(partial).unlink(missing_ok=True)
        raise
