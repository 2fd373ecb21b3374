"""Answers to the exercises as readers would write them, right ones and wrong ones, one module a chapter.

``tests/test_exercises.py`` hands every one of them to its check. A wrong answer comes with the name of the mistake that
the check has to recognise in it.
"""

from collections.abc import Callable

RIGHT: list[tuple[object, Callable]] = []
WRONG: list[tuple[object, object, str]] = []


def right(question):
    """Add the decorated function to the right answers of an exercise."""

    def add(answer: Callable) -> Callable:
        RIGHT.append((question, answer))
        return answer

    return add


def wrong(question, mistake: str, answer: object = None):
    """Add the decorated function, or the answer itself where it is no function, to the wrong answers."""
    if answer is not None:
        WRONG.append((question, answer, mistake))
        return None

    def add(answer: Callable) -> Callable:
        WRONG.append((question, answer, mistake))
        return answer

    return add
