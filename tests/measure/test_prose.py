"""Chapters stay as short as was decided."""

import pytest

from tools.measure.prose import LIMITS, in_lesson, prose
from tools.publish.chapters import chosen_files

REWRITTEN = chosen_files(sorted(LIMITS))


def test_what_is_no_prose_is_not_counted():
    text = "One two $x$ `y` [three](four.html).\n\n$$five$$\n```\nsix\n```\n<details><summary>seven</summary></details>"
    assert prose(text, "en") == 3
    assert prose("Eight.\n\n**Further reading**\n- nine", "en") == 1
    assert prose("十个字不算 $x$。\n\n**延伸阅读**\n- 一本书", "zh") == 5


@pytest.mark.parametrize("path", REWRITTEN, ids=lambda path: path.stem)
def test_a_lesson_keeps_to_its_length(path):
    assert in_lesson(path, "en") <= LIMITS[path.name[:2]]


@pytest.mark.parametrize("path", REWRITTEN, ids=lambda path: path.stem)
def test_both_languages_say_about_as_much(path):
    assert 1.3 <= in_lesson(path, "zh") / in_lesson(path, "en") <= 1.9  # characters a word
