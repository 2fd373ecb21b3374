"""Measure in paired runs what the project promises about speed: ``python -m tools.measure.bench [PART ...]``.

Prints each part's table, and puts it in docs/benchmarks.md as soon as it is measured. Run nothing beside it. All parts
take an hour on two cores; ``--dry`` leaves the page alone. The training needs Fashion-MNIST and the book's package.
"""

import argparse
import sys
from importlib import import_module

from . import page

PARTS = {
    "training": "LeNet on Fashion-MNIST, against d2l (20 min)",
    "shares": "where the difference comes from (3 min)",
    "growth": "time and memory against the number of images (3 min)",
    "imports": "the first cell (2 min)",
    "operations": "corr2d and its relatives over sizes (1 min)",
    "explorers": "key press to painted frame (5 min)",
    "display": "the cost of the training monitor (4 min)",
    "chapters_run": "Run All of each chapter, and memory (10 min)",
    "hub": "a class on one machine: memory of each student (5 min)",
    "suite": "make test (12 min)",
}


def main() -> int:
    lines = "\n".join(f"  {name:<13} {what}" for name, what in PARTS.items())
    arguments = argparse.ArgumentParser(
        description=__doc__.splitlines()[0], epilog=f"parts:\n{lines}", formatter_class=argparse.RawTextHelpFormatter
    )
    arguments.add_argument("parts", nargs="*", help="default: all")
    arguments.add_argument("--dry", action="store_true", help="print only")
    options = arguments.parse_args()
    if unknown := set(options.parts) - set(PARTS):
        arguments.error(f"no part {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
    for name in options.parts or PARTS:
        text = import_module(f"tools.measure.{name}").measure()
        print(f"## {name}\n\n{text}\n", flush=True)
        if not options.dry:
            page.write(name, text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
