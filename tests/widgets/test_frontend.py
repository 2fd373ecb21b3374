"""Ending a notebook early."""

import pytest

import d2lutil as d2l

# What is missing the first time is there the second time.
MISSING = """
import os
import d2lutil as d2l
try:
    missing = not os.path.exists("here")
    open("here", "w").close()
    if missing:
        raise d2l.DataNotAvailable("no images: put them into data/")
    print("found")
except d2l.DataNotAvailable as reason:
    d2l.end_here(reason)
"""


def printed(cell) -> str:
    return "".join(output.get("text", "") for output in cell.outputs)


def test_outside_of_notebooks_the_reason_is_raised():
    with pytest.raises(d2l.DataNotAvailable, match="no images"):
        d2l.end_here(d2l.DataNotAvailable("no images"))


def test_the_cells_below_pass_and_do_nothing(run_notebook):
    first, below, broken, last = run_notebook(MISSING, "print('ran')", "1 / 0", "x = [not python").cells[1:]
    assert printed(first) == "The notebook ends here. no images: put them into data/\n"
    for cell in (below, broken, last):
        assert printed(cell) == "skipped: the notebook has ended above\n"


def test_running_the_cell_again_brings_the_others_back(run_notebook):
    cells = run_notebook(MISSING, "print('ran')", MISSING, "print('ran')").cells[2:]
    assert [printed(cell) for cell in cells] == ["skipped: the notebook has ended above\n", "found\n", "ran\n"]


def test_the_cells_are_skipped_in_chinese_too(run_notebook):
    cells = run_notebook("import d2lutil; d2lutil.use_language('zh')", MISSING, "1 / 0").cells[2:]
    assert printed(cells[0]).startswith("本笔记本到此为止。")
    assert printed(cells[1]) == "已跳过：本笔记本在上面就结束了\n"
