"""Two languages for everything the package says in a notebook. Errors stay English, as Python's own are."""

import locale
import os
from pathlib import Path

__all__ = ["language", "use_language"]

LANGUAGES = ("en", "zh")
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
