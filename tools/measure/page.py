"""docs/benchmarks.md: each measurement has its part there, between two marks, and replaces it as a whole."""

import os
import platform
import re
from datetime import date
from importlib.metadata import version
from pathlib import Path

import torch

PAGE = Path(__file__).resolve().parent.parent.parent / "docs" / "benchmarks.md"


def put(page: str, name: str, text: str) -> str:
    """The page with another text in the part called ``name``.

    Raises
    ------
    ValueError
        If the page does not hold exactly one part of that name.

    >>> put("a <!-- measured: b -->old<!-- end --> c", "b", "new")
    'a <!-- measured: b -->\\nnew\\n<!-- end --> c'
    """
    part = re.compile(rf"(<!-- measured: {re.escape(name)} -->).*?(<!-- end -->)", re.DOTALL)
    page, count = part.subn(lambda marks: f"{marks[1]}\n{text}\n{marks[2]}", page)
    if count != 1:
        raise ValueError(f"docs/benchmarks.md has {count} parts '<!-- measured: {name} -->', and needs one")
    return page


def write(name: str, text: str) -> None:
    PAGE.write_text(put(PAGE.read_text(), name, f"{text}\n\n{circumstances()}"))


def circumstances() -> str:
    """Machine, versions and date, in one line."""
    packages = ", ".join(f"{name} {version(name).split('+')[0]}" for name in ("torch", "d2l", "jupyterlab"))
    place = f"{_processor()}, {os.cpu_count()} cores, {torch.get_num_threads()} threads"
    if torch.cuda.is_available():
        place += f", {torch.cuda.get_device_name()}"
    return f"*{place}; Python {platform.python_version()}, {packages}; {date.today()}*"


def _processor() -> str:
    try:
        names = re.findall(r"^model name\s*:\s*(.+)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    except OSError:
        names = []
    return names[0] if names else platform.processor() or platform.machine()
