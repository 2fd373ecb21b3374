"""Text that comes from files, made safe to look at, and laid out in columns."""

import unicodedata
from collections.abc import Sequence

__all__ = ["padded", "shortened", "table", "visible"]


def visible(text: str) -> str:
    """Names and keys as one line that shows all of its characters: what would steer a terminal or turn the direction of
    writing is written as its number. Composed and decomposed accents become the same name.

    >>> visible("ada\\x1b[2J"), visible("a\\u3000b")
    ('ada\\\\x1b[2J', 'a b')
    """
    return "".join(map(_visible, unicodedata.normalize("NFC", text)))


def _visible(character: str) -> str:
    if character.isprintable():
        return character
    if unicodedata.category(character) == "Zs":
        return " "
    return character.encode("unicode_escape").decode("ascii")


def shortened(text: str, most: int = 60) -> str:
    """At most so many characters.

    >>> shortened("correlation", 5)
    'corr…'
    """
    return text if len(text) <= most else text[: most - 1] + "…"


def padded(text: str, width: int, right: bool = False) -> str:
    """Text with spaces up to a width in a terminal, where Chinese characters take two places.

    >>> padded("卡住", 6), padded("卡住", 6, right=True)
    ('卡住  ', '  卡住')
    """
    space = " " * (width - _width(text))
    return space + text if right else text + space


def table(rows: Sequence[Sequence[str]], left: Sequence[int]) -> list[str]:
    """Lines with columns as wide as they need to be: those named in ``left`` begin at the left, the others are numbers.

    >>> table([("a", "10"), ("bcd", "5")], left=[0])
    ['a    10', 'bcd   5']
    """
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(padded(cell, widths[k], right=k not in left) for k, cell in enumerate(row)).rstrip() for row in rows
    ]


def _width(text: str) -> int:
    # W and F are wide; M is an accent on the character before it.
    return sum(
        0 if unicodedata.category(c).startswith("M") else 1 + (unicodedata.east_asian_width(c) in "WF") for c in text
    )
