"""How long each chapter's Run All takes on this machine: ``python tools/times.py [NN ...]``.

Each English notebook is executed in a fresh kernel that has imported torch before, so that the seconds are those that
the chapter itself adds. Nothing is written.
"""

import argparse
import os
import time

import nbformat
import torch
from nbclient import NotebookClient

from chapters import NOTEBOOKS, chapter_files, edition

LIMITS = {"10": 120}  # it trains on all of Fashion-MNIST
LIMIT = 20


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("chapters", nargs="*", help="numbers of chapters, such as 02; default: all")
    wanted = arguments.parse_args().chapters
    print(f"Run All beyond `import torch`, {os.cpu_count()} processors, {torch.get_num_threads()} threads")
    print(f"{'chapter':<36} {'seconds':>8} {'limit':>6}  slowest cell")
    for path in chapter_files():
        if not wanted or path.name[:2] in wanted:
            seconds, slowest, source = run_all(path)
            limit = LIMITS.get(path.name[:2], LIMIT)
            over = "" if seconds <= limit else "  OVER ITS LIMIT"
            first_line = source.strip().splitlines()[0][:40]
            print(f"{path.stem:<36} {seconds:>8.1f} {limit:>6}  {slowest:.1f} s: {first_line}{over}", flush=True)


def run_all(path) -> tuple[float, float, str]:
    """Seconds of all code cells but the first, `import torch`, and the slowest one with its source."""
    notebook = edition(path, "en")
    notebook.cells.insert(0, nbformat.v4.new_code_cell("import torch"))
    os.environ["JUPYTER_PREFER_ENV_PATH"] = "1"
    client = NotebookClient(
        notebook, timeout=600, kernel_name="python3", resources={"metadata": {"path": str(NOTEBOOKS / "en")}}
    )
    total, slowest, source = 0.0, 0.0, ""
    with client.setup_kernel():
        for number, cell in enumerate(notebook.cells):
            if cell.cell_type != "code":
                continue
            started = time.perf_counter()
            client.execute_cell(cell, number)
            seconds = time.perf_counter() - started
            if number == 0:
                continue
            total += seconds
            if seconds > slowest:
                slowest, source = seconds, cell.source
    return total, slowest, source


if __name__ == "__main__":
    main()
