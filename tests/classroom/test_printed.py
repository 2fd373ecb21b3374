"""The report in a terminal: columns that stand below one another, in both languages."""

import unicodedata

import pytest

from d2lutil import use_language
from d2lutil.exercises import ch02
from d2lutil.exercises.engine.progress import questions
from tools.classroom.finding import Damage
from tools.classroom.mistakes import in_words
from tools.classroom.printed import printed, unknown_keys
from tools.classroom.records import Attempt, Records
from tools.classroom.report import report

RECORDS = Records(
    {
        "王芳": {"ch02.output_cells": Attempt(False, 4, 2, {"one row short": 2}), "ch02.corr1d": Attempt(False, 3, 0)},
        "ada": {"ch02.output_cells": Attempt(True, 1, 0, {"one row short": 1}), "ch77.gone": Attempt(True, 1, 0)},
    },
    [Damage("bob.json", "It is larger than 1 MB.")],
    ["notes.txt"],
)


def test_a_report_reads_like_this(monkeypatch):
    monkeypatch.setenv("COLUMNS", "100")
    lines = printed(report(RECORDS, "en")).splitlines()
    assert lines[:5] == [
        "2 students",
        "",
        "02 Cross-correlation: from pencil and paper to a layer",
        "  exercise                 correct  tried  stuck  median tries  hints  most common mistake (students)",
        "  output_cells                   1      2      1           2.5      2  one row short (2)",
    ]
    after = lines.index("Nothing is recorded of ch01, ch03, ch04, ch05, ch06, ch07, ch08, ch09, ch10, ch11")
    assert lines[after:] == [
        "Nothing is recorded of ch01, ch03, ch04, ch05, ch06, ch07, ch08, ch09, ch10, ch11",
        "",
        "Stuck: not correct after 3 tries or more",
        "  王芳: ch02.output_cells, ch02.corr1d",
        "",
        "Damaged, and left out",
        "  bob.json: It is larger than 1 MB.",
        "",
        "No exercises of this version",
        "  ada: ch77.gone",
        "",
        "No record found in",
        "  notes.txt",
    ]


def test_nobody_stuck_is_said_and_nothing_left_out_is_not():
    text = printed(report(Records({"ada": {"ch02.corr1d": Attempt(True, 1, 0)}}, [], []), "en"))
    assert text.startswith("1 student\n")
    assert text.endswith("Stuck: not correct after 3 tries or more\n  nobody")


def test_of_very_many_unknown_keys_a_few_are_named():
    assert unknown_keys(["a", "b", "c", "d", "e"]) == "a, b, c, d, e"
    assert unknown_keys(["a", "b", "c", "d", "e", "f"]) == "a, b, c, d, e and 1 more"
    keys = {f"k{number:03}": Attempt(True, 1, 0) for number in range(300)} | {"\x1b" * 90: Attempt(True, 1, 0)}
    text = printed(report(Records({"ada": keys}, [], []), "en"))
    assert text.splitlines()[-1].endswith("…, k000, k001, k002, k003 and 296 more")
    assert "\x1b" not in text and len(text.splitlines()[-1]) < 150


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_columns_are_straight_where_characters_are_wide(lang):
    use_language(lang)
    lines = printed(report(RECORDS, lang)).splitlines()
    heading, *rows = lines[3 : lines.index("", 3)]
    left = heading.partition({"en": "most common", "zh": "最常见"}[lang])[0]
    width = sum(1 + (unicodedata.east_asian_width(c) in "WF") for c in left)
    hints = {"en": "hints", "zh": "提示"}[lang]
    assert left.rstrip().endswith(hints)
    assert len(rows) == len(questions("ch02"))
    for row in rows:
        assert row[: width - 2].rstrip()[-1].isdigit() and row[width - 2 : width].strip() == ""


def test_long_lists_are_broken_at_the_terminal_s_edge(monkeypatch):
    monkeypatch.setenv("COLUMNS", "60")
    from d2lutil.exercises.engine.progress import questions

    keys = {question.key: Attempt(False, 3, 0) for question in questions("ch02")}
    lines = printed(report(Records({"ada": keys}, [], []), "en")).splitlines()
    broken = lines[lines.index("Stuck: not correct after 3 tries or more") + 1 :]
    assert len(broken) > 3 and all(len(line) <= 60 for line in broken)
    assert " ".join(line.strip() for line in broken) == "ada: " + ", ".join(keys)


def test_a_mistake_is_named_in_the_reader_s_language():
    assert in_words(ch02.output_cells, "one row short")[0] == "one row short"
    assert in_words(ch02.same_both_ways, "chose b") == ("chose b", ch02.same_both_ways.wrong["b"][0])
    use_language("zh")
    first, rest = in_words(ch02.output_cells, "one row short")
    (mistake,) = [one for one in ch02.output_cells.mistakes if one.name == "one row short"]
    assert f"{first}。{rest}" == mistake.zh
    assert in_words(ch02.same_both_ways, "chose b") == ("选了 b", ch02.same_both_ways.wrong["b"][1])
    assert in_words(ch02.corr1d, "an error")[0] == "运行时出错"


def test_every_mistake_that_the_engine_recognises_has_words_without_gaps():
    from d2lutil.exercises.engine import mistakes

    for name in {one.name for one in vars(mistakes).values() if isinstance(one, mistakes.Mistake)}:
        for lang in ("en", "zh"):
            use_language(lang)
            words = "".join(in_words(ch02.corr1d, name))
            assert len(words) > len(name) or lang == "zh" and words != name
            assert "{" not in words


def test_an_unknown_name_of_a_mistake_is_shown_as_it_stands_in_one_line():
    assert in_words(ch02.corr1d, "</b>\n\u202e") == ("</b>\\n\\u202e", "")
    assert len(in_words(ch02.corr1d, "x" * 10_000)[0]) == 60
