"""Two languages for everything the package says in a notebook. Errors stay English, as Python's own are."""

import locale
import os
import re
from pathlib import Path

__all__ = ["language", "use_language"]

LANGUAGES = ("en", "zh")
CHINESE_LINE = re.compile(r"^\s*# zh: ?(.*)$")
_chosen: str | None = None


def language() -> str:
    """``"en"`` or ``"zh"``: what :func:`use_language` set; else the environment variable D2LUTIL_LANG; else the edition
    that the running notebook belongs to (notebooks/en or notebooks/zh); else what the user's locale says.

    >>> language() in ("en", "zh")
    True
    """
    if _chosen:
        return _chosen
    if os.environ.get("D2LUTIL_LANG") in LANGUAGES:
        return os.environ["D2LUTIL_LANG"]
    # JupyterLab names the notebook in JPY_SESSION_NAME; nbval and nbclient start the kernel in the notebook's folder.
    for place in (Path(os.environ.get("JPY_SESSION_NAME", "")).parent, Path.cwd()):
        if place.parent.name == "notebooks" and place.name in LANGUAGES:
            return place.name
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if os.environ.get(variable):
            return "zh" if os.environ[variable].startswith("zh") else "en"
    return "zh" if (locale.getlocale()[0] or "").lower().startswith(("zh", "chinese")) else "en"


def use_language(name: str) -> None:
    """Speak ``"en"`` or ``"zh"`` from now on. Raises ValueError for any other name.

    >>> use_language("en")
    """
    global _chosen
    if name not in LANGUAGES:
        raise ValueError(f"unknown language {name!r}: the languages are {', '.join(map(repr, LANGUAGES))}")
    _chosen = name


def say(en: str, zh: str) -> str:
    """The one of the two texts that is in the reader's language. Both stand side by side in the code, so that whoever
    changes the one sees the other."""
    return zh if language() == "zh" else en


def code_in(source: str, lang: str) -> str:
    """Python source in one language: a run of lines ``# zh: ...`` is the Chinese of as many lines above it.

    Raises
    ------
    ValueError
        If there are fewer lines above a run than it has.

    Examples
    --------
    >>> source = 'print("corner:", 4)\\n# zh: print("角上：", 4)'
    >>> code_in(source, "en"), code_in(source, "zh")
    ('print("corner:", 4)', 'print("角上：", 4)')
    """
    lines: list[str] = []
    run: list[str] = []

    def put_in_place() -> None:
        if len(run) > len(lines):
            raise ValueError(f"{len(run)} lines `# zh:` have only {len(lines)} lines above them: {run[0]!r}")
        if run and lang == "zh":
            # The indentation is the English line's: a formatter moves a comment below `with ...:` into the block.
            lines[-len(run) :] = [
                english[: len(english) - len(english.lstrip())] + chinese.lstrip()
                for english, chinese in zip(lines[-len(run) :], run, strict=True)
            ]
        run.clear()

    for line in source.split("\n"):
        if found := CHINESE_LINE.match(line):
            run.append(found[1])
        else:
            put_in_place()
            lines.append(line)
    put_in_place()
    return "\n".join(lines)


def docstring_in(docstring: str, lang: str) -> str:
    """A docstring in one language: a paragraph ``zh: ...`` is the Chinese of the one above it. Its quotes may be there.

    >>> docstring_in("Twice n.\\n\\nzh: n 的两倍。\\n\\n>>> double(2)\\n4", "zh")
    'n 的两倍。\\n\\n>>> double(2)\\n4'
    """
    opening, quotes, rest = docstring.partition('"""')
    inside, closing, after = rest.rpartition('"""') if quotes else (opening, "", "")
    kept: list[str] = []
    for paragraph in inside.strip().split("\n\n"):
        if not paragraph.lstrip().startswith("zh:"):
            kept.append(paragraph)
        elif lang == "zh":
            indent = paragraph[: len(paragraph) - len(paragraph.lstrip())] if len(kept) > 1 else ""
            kept[-1] = indent + paragraph.lstrip().removeprefix("zh:").lstrip()
    text = "\n\n".join(kept)
    if not quotes:
        return text
    end = f"\n{opening}" if "\n" in text else ""
    return f"{opening}{quotes}{text}{end}{closing}{after}"
