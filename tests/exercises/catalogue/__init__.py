"""Answers to the exercises as readers would write them, right ones and wrong ones, one module a chapter.

``tests/test_exercises.py`` hands every one of them to its check. A wrong answer comes with the name of the mistake that
the check has to recognise in it, a right one with the remarks that it gets.
"""

from collections.abc import Callable

RIGHT: list[tuple[object, Callable, tuple[str, ...]]] = []
WRONG: list[tuple[object, object, str | None]] = []


def right(question, *remarks: str):
    """Add the decorated function to the right answers of an exercise; ``remarks`` names what could be better."""

    def add(answer: Callable) -> Callable:
        RIGHT.append((question, answer, remarks))
        return answer

    return add


def wrong(question, mistake: str | None, answer: object = None):
    """Add the decorated function, or the answer itself where it is no function, to the wrong answers. ``mistake`` is
    the name that the check knows it by; None if it is refused without a name."""
    if answer is not None:
        WRONG.append((question, answer, mistake))
        return None

    def add(answer: Callable) -> Callable:
        WRONG.append((question, answer, mistake))
        return answer

    return add
