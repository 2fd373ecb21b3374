"""Whether the Chinese of a code cell is the same code: it may differ in words of string literals, and in comments."""

import ast
import re
from collections import Counter

__all__ = ["differing_code"]

HAN = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef\u201c\u201d\u2014\u2026]")


def differing_code(english: str, chinese: str) -> str:
    """A sentence on the first difference in more than words, "" if there is none.

    A string literal may differ where the Chinese one holds Chinese characters or is empty; the fields of an f-string
    may stand in another order, as the parts of a sentence do.

    >>> differing_code('print(f"{n} rows")', 'print(f"共 {n} 行")')
    ''
    >>> differing_code('print("rows", n)', 'print("行", m)')
    'line 1 of the Chinese code differs in more than words: `m` for `n`'
    >>> differing_code('open("a.txt")', 'open("b.txt")')
    "line 1 of the Chinese code differs in more than words: `'b.txt'` for `'a.txt'`"
    """
    if english == chinese:
        return ""
    try:
        one, other = ast.parse(_plain(english)), ast.parse(_plain(chinese))
    except SyntaxError as error:
        return f"the Chinese code is no Python: {error.msg}, line {error.lineno}: {(error.text or '').strip()!r}"
    found = _difference(one, other)
    if found is None:
        return ""
    line, en, zh = found
    if not line:
        return "the Chinese code has other statements than the English"
    return f"line {line} of the Chinese code differs in more than words: `{zh}` for `{en}`"


def _plain(source: str) -> str:
    """IPython's own lines, such as ``%load_ext``, as comments."""
    return re.sub(r"^(\s*)([%!])", r"\1pass  # \2", source, flags=re.MULTILINE)


def _difference(one: object, other: object) -> tuple[int, str, str] | None:
    """(line of the Chinese, English code, Chinese code) of the first difference, or None."""
    if isinstance(one, ast.JoinedStr) and isinstance(other, ast.JoinedStr):
        same = _fields(one) == _fields(other) and _is_translation(_words(one), _words(other))
        return None if same else _told(one, other)
    if isinstance(one, ast.Constant) and isinstance(other, ast.Constant):
        texts = isinstance(one.value, str) and isinstance(other.value, str)
        same = _is_translation(one.value, other.value) if texts else repr(one.value) == repr(other.value)
        return None if same else _told(one, other)
    if type(one) is not type(other):
        return _told(one, other)
    if isinstance(one, ast.AST):
        for name in one._fields:
            a, b = getattr(one, name, None), getattr(other, name, None)
            if (found := _difference(a, b)) is not None:
                return found if found[0] else _told(one, other)
        return None
    if isinstance(one, list):
        if len(one) != len(other):
            return (0, "", "")
        return next((found for pair in zip(one, other, strict=True) if (found := _difference(*pair)) is not None), None)
    return None if one == other else (0, "", "")


def _is_translation(english: str, chinese: str) -> bool:
    return english == chinese or not chinese.strip() or bool(HAN.search(chinese))


def _words(joined: ast.JoinedStr) -> str:
    return "".join(part.value for part in joined.values if isinstance(part, ast.Constant))


def _fields(joined: ast.JoinedStr) -> Counter[str]:
    return Counter(ast.dump(part) for part in joined.values if isinstance(part, ast.FormattedValue))


def _told(one: object, other: object) -> tuple[int, str, str]:
    if not isinstance(one, ast.AST) or not isinstance(other, ast.AST) or not hasattr(other, "lineno"):
        return (0, "", "")
    return (other.lineno, ast.unparse(one), ast.unparse(other))
