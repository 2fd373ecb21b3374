"""Reading answers as they are typed: on English and Chinese keyboards, with brackets, quotes or neither."""

import ast
import unicodedata
from collections.abc import Collection

__all__ = ["letter_of", "numbers_of"]

AROUND = " \t\n()[]{}<>.,:;'\"`“”‘’「」『』【】〔〕、。"
LONGEST = 2000  # characters; nobody types more


def letter_of(answer: object, letters: Collection[str]) -> str | None:
    """Which of the letters is meant; None if none is.

    >>> [letter_of(answer, "abc") for answer in ("C", " (b) ", "ａ", "a)", ["c"], "'c'", "d", 3)]
    ['c', 'b', 'a', 'a', 'c', 'c', None, None]
    """
    if isinstance(answer, (list, tuple, set)) and len(answer) == 1:
        (answer,) = answer
    if not isinstance(answer, str) or len(answer) > LONGEST:
        return None
    letter = unicodedata.normalize("NFKC", answer).strip(AROUND).casefold()
    return letter if letter in letters else None


def numbers_of(text: str) -> object | None:
    """The number, list or lists of numbers that a text means; None if it cannot be read.

    >>> [numbers_of(text) for text in ("5, 11", "５，１１", "[[1, 2], [3, 4]]", "5 11", "−1", "five")]
    [(5, 11), (5, 11), [[1, 2], [3, 4]], (5, 11), -1, None]
    """
    if len(text) > LONGEST:
        return None
    plain = unicodedata.normalize("NFKC", text)  # full-width digits, commas, brackets
    plain = plain.translate(str.maketrans("−、;【】。", "-,,[]."))
    plain = plain.strip(" \t\n,.'\"`“”‘’")
    for form in (plain, ",".join(plain.split())):
        try:
            value = ast.literal_eval(form)
        except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
            continue
        return value if _only_numbers(value) else None
    return None


def _only_numbers(value: object) -> bool:
    if isinstance(value, (list, tuple)):
        return all(map(_only_numbers, value))
    return isinstance(value, (int, float)) and not isinstance(value, bool)
