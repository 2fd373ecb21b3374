"""Exercises that answer back, one module a chapter: ``exercises.ch05.output_size.check(output_size)``.

A chapter's exercises are made when they are first asked for, so that importing this costs nothing.
"""

import importlib
from types import ModuleType

from .engine.progress import CHAPTERS, progress

__all__ = ["CHAPTERS", "progress"]


def __getattr__(name: str) -> ModuleType:
    if name not in CHAPTERS:
        raise AttributeError(f"there is no exercises.{name}; the chapters are {', '.join(CHAPTERS)}")
    return importlib.import_module(f"{__name__}.{name}")


def __dir__() -> list[str]:
    return [*__all__, *CHAPTERS]
