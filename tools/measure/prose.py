"""Words of prose in each chapter's lesson: ``python -m tools.measure.prose [NN ...]``.

Counted is what is read from top to bottom: the text cells of a lesson without formulas, code and tables' rules, folded
answers, the list of further reading, and the exercises. English in words, Chinese in characters. Chapters have a limit
(``LIMITS``), because a text grows with every addition and nobody asks what could go.
"""

import argparse
import re

from tools.publish.chapters import Text, chosen_files, read_chapter

__all__ = ["LIMITS", "in_lesson", "prose"]

LIMITS = {"01": 2600, "02": 1900, "03": 2000, "04": 1900, "05": 2100, "06": 2600}  # English words

NOT_READ_ON = (
    re.compile(r"<details>.*?</details>", re.DOTALL),
    re.compile(r"^\*\*(?:Further reading|延伸阅读).*", re.DOTALL | re.MULTILINE),
    re.compile(r"```.*?```", re.DOTALL),
    re.compile(r"\$\$.*?\$\$|\$[^$]*\$|`[^`]*`", re.DOTALL),
    re.compile(r"\]\([^)]*\)|<[^>]+>"),
)
WORD = {"en": re.compile(r"[A-Za-z]+(?:['’-][A-Za-z]+)*"), "zh": re.compile(r"[\u4e00-\u9fff]")}


def prose(text: str, lang: str) -> int:
    """How many words (characters in Chinese) of a text cell are read on the way.

    >>> prose("Two words $x + y$ and `code` <details><summary>folded</summary></details>", "en")
    3
    >>> prose("三个字。", "zh")
    3
    """
    for pattern in NOT_READ_ON:
        text = pattern.sub(" ", text)
    return len(WORD[lang].findall(text))


def in_lesson(path, lang: str) -> int:
    """Words of prose in the lesson of a chapter; slides and exercises are not counted."""
    cells = read_chapter(path)
    return sum(
        prose(getattr(cell, lang), lang)
        for cell, following in zip(cells, [*cells[1:], None], strict=True)
        if isinstance(cell, Text) and not cell.slide and "exercise" not in getattr(following, "tags", ())
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("chapters", nargs="*", help="numbers of chapters, such as 02; default: all")
    for path in chosen_files(parser.parse_args().chapters):
        limit = LIMITS.get(path.name[:2])
        print(
            f"{path.stem}: {in_lesson(path, 'en'):,} English words{f' of {limit:,}' if limit else ''}, "
            f"{in_lesson(path, 'zh'):,} Chinese characters"
        )


if __name__ == "__main__":
    main()
