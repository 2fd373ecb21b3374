"""The scripts and style sheets of widgets, put together from files."""

import re
from functools import cache
from pathlib import Path

__all__ = ["VIEW", "lean_source", "source"]

STATIC = Path(__file__).parent / "static"
VIEW = STATIC / "view.js"  # making elements, fields, the words: what every view needs; its style is view.css


@cache
def source(*files: Path) -> str:
    """The files one after another: hand-written modules, so that no bundler is needed. Scripts come without indentation
    and without lines of comment, since a notebook holds them."""
    return "\n".join(slim(text) if file.suffix == ".js" else text for file, text in _texts(files))


@cache
def lean_source(own: tuple[Path, ...], shared: tuple[Path, ...]) -> str:
    """Own files, and those functions and constants of the shared ones that they mention, or that these mention."""
    text = "\n".join(text for _, text in _texts(shared))
    _, *parts = re.split(r"^(?=(?:export )?(?:async )?(?:const|let|function) (\w+))", text, flags=re.MULTILINE)
    names, blocks = parts[::2], parts[1::2]
    mentioned = set().union(*(_words(text) for _, text in _texts(own)))
    found: dict[int, None] = {}
    while more := {k for k, name in enumerate(names) if name in mentioned and k not in found}:
        found |= dict.fromkeys(more)
        mentioned |= set().union(*(_words(blocks[k]) for k in more))
    return "\n".join([*(slim(blocks[k]) for k in sorted(found)), source(*own)])


def slim(script: str) -> str:
    """Without indentation and comments; ``/* ... */`` within a line of code stays."""
    script = re.sub(r"^\s*/\*(?:(?!\*/).)*\*/\s*$", "", script, flags=re.DOTALL | re.MULTILINE)
    lines = (_without_comment(line.strip()) for line in script.splitlines())
    return "\n".join(line for line in lines if line)


def _without_comment(line: str) -> str:
    """``//`` begins a comment where all texts before it on the line are closed."""
    if line.startswith("//"):
        return ""
    code = line.partition(" // ")[0]
    return code if all(code.count(quote) % 2 == 0 for quote in "\"'`") else line


def _texts(files: tuple[Path, ...]) -> list[tuple[Path, str]]:
    return [(file, file.read_text(encoding="utf-8")) for file in files]


def _words(script: str) -> set[str]:
    return set(re.findall(r"[\w$]+", re.sub(r"d2l-[\w-]+", "", slim(script))))  # names of style classes are no names
