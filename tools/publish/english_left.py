"""English words left in the Chinese notebooks: ``python -m tools.publish.english_left [NN ...]`` prints them.

Looked at are the comments, docstrings and string literals of code cells, and what the cells have printed. Names are no
English: english_allowed.txt lists those that may stand anywhere (the first part), and arguments of functions, which may
stand alone in a string, in comments and in output (the second part); in comments and docstrings the names of the cell's
own code may stand, too. What a cell prints of an exception it has caught is Python's own language, and is left out.
"""

import argparse
import ast
import io
import re
import tokenize
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import nbformat

from .chapters import chosen_files, notebook_path

__all__ = ["english_left"]

WORD = re.compile(r"[A-Za-z][A-Za-z_]+(?:'[a-z]+)?")
# Code spans, calls, arguments, and words to a formatter.
CODE = re.compile(r"""`[^`]*`|[A-Za-z_][\w.]*\([^()]*\)|\w+="\w+"|# fmt: \w+""")
DOCTEST = re.compile(r"^\s*>>> .*(?:\n(?!\s*$).*)*", re.MULTILINE)
_names_file = Path(__file__).with_name("english_allowed.txt").read_text(encoding="utf-8")
ANYWHERE, ARGUMENTS = (frozenset(part.split()) for part in _names_file.split("\n\n"))


def english_left(notebook: nbformat.NotebookNode) -> Counter[tuple[str, str]]:
    """How often each English word stands in the code cells of a Chinese notebook, by (kind, word); the kinds are
    "comment", "docstring", "string" and "output"."""
    found: Counter[tuple[str, str]] = Counter()
    for cell in notebook.cells:
        if cell.cell_type == "code":
            found.update((kind, word) for kind, text, names in _texts(cell) for word in _words(text, names))
    return found


def _words(text: str, names: frozenset[str]) -> list[str]:
    return [word for word in WORD.findall(CODE.sub(" ", text)) if word not in names and word not in ANYWHERE]


def _texts(cell: nbformat.NotebookNode) -> Iterator[tuple[str, str, frozenset[str]]]:
    """(kind, text, names that are no English in it)."""
    source = re.sub(r"^(\s*)[%!].*", r"\1pass", cell.source, flags=re.MULTILINE)  # IPython's own lines
    tree = ast.parse(source)
    own = frozenset(_names(tree))
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield "comment", token.string, own | ARGUMENTS
    docstrings = []
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and ast.get_docstring(node):
            docstrings.append(node.body[0].value)
            yield "docstring", DOCTEST.sub(" ", ast.get_docstring(node)), own
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in docstrings:
            yield "string", node.value, ARGUMENTS if node.value in ARGUMENTS else frozenset()
    if not any(isinstance(node, ast.ExceptHandler) for node in ast.walk(tree)):
        for output in cell.outputs:
            text = output.get("text", "") or output.get("data", {}).get("text/plain", "")
            yield "output", text, ARGUMENTS


def _names(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        for field in ("id", "attr", "arg", "name"):
            if isinstance(name := getattr(node, field, None), str):
                yield name


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("chapters", nargs="*", help="numbers of chapters, such as 02; default: all")
    for path in chosen_files(arguments.parse_args().chapters):
        left = english_left(nbformat.read(notebook_path(path, "zh"), as_version=4))
        kinds = Counter[str]()
        for (kind, _), times in left.items():
            kinds[kind] += times
        print(f"{path.stem}: {left.total()} ({', '.join(f'{n} in {kind}s' for kind, n in sorted(kinds.items()))})")
        for kind in sorted(kinds):
            print(f"    {kind}s: {' '.join(sorted(word for its_kind, word in left if its_kind == kind))}")


if __name__ == "__main__":
    main()
