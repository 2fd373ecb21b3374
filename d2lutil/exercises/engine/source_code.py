"""What can be read from a function's source: its signature and body, its loops, the names that it uses."""

import ast
import inspect
import textwrap
from collections.abc import Callable

__all__ = ["first_loop", "names_used", "parameters", "parts"]


def first_loop(attempt: Callable) -> str | None:
    """The first line of the function with a Python loop in it, or None (also where there is no source to look at)."""
    try:
        source = textwrap.dedent(inspect.getsource(attempt))
        tree = ast.parse(source)
    except (OSError, TypeError, SyntaxError):
        return None
    kinds = (ast.For, ast.While, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
    hidden = ("map", "filter")
    lines = [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, kinds) or (isinstance(node, ast.Name) and node.id in hidden)
    ]
    return source.splitlines()[min(lines) - 1].strip() if lines else None


def names_used(attempt: Callable) -> set[str]:
    """All names, attributes and keywords that a function uses, functions inside it included; none for what is not
    Python."""
    codes, names = [getattr(attempt, "__code__", None)], set()
    while codes:
        if code := codes.pop():
            names.update(code.co_names)
            codes += [constant for constant in code.co_consts if inspect.iscode(constant)]
            tuples = [constant for constant in code.co_consts if isinstance(constant, tuple)]  # keywords are kept so
            names.update(name for constants in tuples for name in constants if isinstance(name, str))
    return names


def parameters(function: Callable) -> list[str]:
    """The names of a function's parameters; none where it has no signature."""
    try:
        return list(inspect.signature(function).parameters)
    except ValueError:  # some of torch's own
        return []


def parts(source: str) -> tuple[str, str, str]:
    """(signature, docstring in its quotes, what stands below it) of a function's source, comments included.

    >>> parts("def double(n: int) -> int:\\n    # Twice n.\\n    return 2 * n")
    ('def double(n: int) -> int:\\n', '', '    # Twice n.\\n    return 2 * n')
    """
    (function,) = ast.parse(source).body
    assert isinstance(function, ast.FunctionDef)
    lines = source.splitlines(keepends=True)
    first = function.body[0]
    start = first.lineno - 1
    if ast.get_docstring(function) is None:
        while lines[start - 1].lstrip().startswith("#"):
            start -= 1
        return "".join(lines[:start]), "", "".join(lines[start:])
    return "".join(lines[:start]), "".join(lines[start : first.end_lineno]), "".join(lines[first.end_lineno :])
