"""Check Chinese spacing and punctuation with AutoCorrect: ``python -m tools.lint.chinese [PATH ...]``.

Checked are README.zh.md, docs/*.zh.md and deploy/*/*.zh.md; the Chinese text cells of chapters; string literals and
``# zh:`` comments of Python code; scripts and templates. Code and formulas inside a text count as words: a space stands
between them and a Chinese character, none between them and Chinese punctuation.
"""

import argparse
import io
import re
import sys
import textwrap
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import autocorrect_py

ROOT = Path(__file__).resolve().parent.parent.parent
HAN = re.compile("[\u4e00-\u9fff]")

PATTERNS = (
    "README.zh.md",
    "docs/*.zh.md",
    "deploy/*/*.zh.md",
    "chapters/*.py",
    "d2lutil/**/*.py",
    "d2lutil/**/*.js",
    "tools/publish/*.py",
    "tools/classroom/*.py",
    "tools/classroom/templates/*.html",
    "tools/publish/templates/*.html",
    "tools/publish/templates/*.js",
)
LANGUAGES = {".md": "markdown", ".js": "javascript", ".html": "html"}  # as AutoCorrect names them
BLOCK = re.compile(r"^```.*?^```|(?<=\n\n)(?: {4}[^\n]*\n)+(?=\n)", re.MULTILINE | re.DOTALL)
WORD = re.compile(r"`+[^`]+`+|\$\$.+?\$\$|\$[^$\n]+\$", re.DOTALL)
FIELD = re.compile(r"\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}")  # of an f-string
LITERAL = re.compile(r"""^([a-z]*)(\"{3}|'{3}|"|')(.*)\2$""", re.IGNORECASE | re.DOTALL)
TIME = re.compile(r"(?<=\d)：(?=\d)")  # AutoCorrect would write it as in 10:30
UNSEEN = "\ue000"  # a character that asks for nothing beside it


@dataclass(frozen=True)
class Complaint:
    """A line to change, and what AutoCorrect makes of it."""

    path: Path
    line: int
    old: str
    new: str

    def __str__(self) -> str:
        return f"{self.path.relative_to(ROOT).as_posix()}:{self.line}\n  - {self.old}\n  + {self.new}"


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("paths", nargs="*", type=Path, help="default: all that readers see")
    paths = [path.resolve() for path in arguments.parse_args().paths] or files()
    found = [complaint for path in paths for complaint in complaints(path)]
    print(*found, f"Chinese: {len(paths)} files, {len(found)} lines to change", sep="\n")
    return 1 if found else 0


def files() -> list[Path]:
    """All files that are checked."""
    return [path for pattern in PATTERNS for path in sorted(ROOT.glob(pattern))]


def complaints(path: Path) -> list[Complaint]:
    """What is to change in a file."""
    source = path.read_text(encoding="utf-8")
    kind = LANGUAGES.get(path.suffix, "markdown")
    texts = python_texts(source) if path.suffix == ".py" else [(1, source)]
    return [
        Complaint(path, first + line - 1, old, new)
        for first, text in texts
        if HAN.search(text)
        for line, old, new in (corrections(text) if kind == "markdown" else _linted(text, kind))
    ]


def corrections(text: str) -> list[tuple[int, str, str]]:
    """(line, as it stands, as it should stand) for each place to change in a Markdown text.

    >>> corrections("共9格,见 $n$。")
    [(1, '共9格,见 $n$。', '共 9 格，见 $n$。')]
    >>> corrections("步幅$s$与`stride`，`3个`。")
    [(1, '步幅$s$与`stride`，`3个`。', '步幅 $s$ 与 `stride`，`3个`。')]
    """
    words: list[str] = []

    def hide(found: re.Match) -> str:
        words.append(found[0])
        return f"Q{len(words) - 1}Q" + "\n" * found[0].count("\n")

    def show(masked: str) -> str:
        return re.sub(r"Q(\d+)Q\n*", lambda found: words[int(found[1])], masked).replace(UNSEEN, "{}")

    blank = BLOCK.sub(lambda found: "\n" * found[0].count("\n"), text)
    masked = TIME.sub(hide, WORD.sub(hide, blank))
    return [(line, show(old), show(new)) for line, old, new in _linted(masked, "markdown")]


def _linted(text: str, kind: str) -> list[tuple[int, str, str]]:
    return [(one.line, one.old, one.new) for one in autocorrect_py.lint_for(text, kind).lines]


def python_texts(source: str) -> Iterator[tuple[int, str]]:
    """(number of its first line, text) for each Chinese cell, string literal and comment of Python code."""
    lines = source.split("\n")
    yield from chinese_cells(lines)
    for token in tokens(source):
        if not HAN.search(token.string):
            continue
        if token.type == tokenize.STRING or token.type == getattr(tokenize, "FSTRING_MIDDLE", None):
            yield token.start[0], literal_text(token.string)
        elif token.type == tokenize.COMMENT and (found := re.match(r"# zh: ?(.*)", token.string)):
            yield from ((token.start[0], text) for _, text in python_texts(found[1]))
        elif token.type == tokenize.COMMENT and lines[token.start[0] - 1][: token.start[1]].strip():
            yield token.start[0], token.string.lstrip("# ")  # beside code; whole lines are text cells
        elif token.type == tokenize.COMMENT and len(lines) == 1:
            yield token.start[0], token.string.lstrip("# ")  # a line `# zh: # ...`


def chinese_cells(lines: list[str]) -> Iterator[tuple[int, str]]:
    """The Chinese text cells of a chapter."""
    first, text = 0, []
    for number, line in enumerate([*lines, "# %%"], 1):
        if line.startswith("# %%"):
            if text:
                yield first, "\n".join(text)
            first, text = (number + 1 if 'lang="zh"' in line else 0), []
        elif first:
            text.append(line[2:])


def tokens(source: str) -> Iterator[tokenize.TokenInfo]:
    """The tokens of Python code, up to where it is none: a ``# zh:`` line may be a part of a statement."""
    try:
        yield from tokenize.generate_tokens(io.StringIO(source).readline)
    except (tokenize.TokenError, IndentationError):
        return


def literal_text(literal: str) -> str:
    """What a string literal says, line by line as it stands; the fields of an f-string ask for nothing beside them."""
    found = LITERAL.match(literal)
    prefix, text = (found[1], found[3]) if found else ("f", literal)
    first, newline, rest = text.partition("\n")
    text = first + newline + textwrap.dedent(rest)
    text = text.replace("\\n", " ").replace('\\"', '"')
    return FIELD.sub(UNSEEN, text) if "f" in prefix.lower() else text


if __name__ == "__main__":
    sys.exit(main())
