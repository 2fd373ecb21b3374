"""What is closed when a cell is run again."""

import pytest

from d2lutil.explorers import WindowExplorer, cells


@pytest.fixture
def run(monkeypatch):
    """Sets which cell is being run, as a front end would name it."""
    monkeypatch.setattr(cells, "_of_cell", {})
    return lambda *here: monkeypatch.setattr(cells, "running", lambda: here or None)


def explorer() -> WindowExplorer:
    return WindowExplorer([[1, 2], [3, 4]], [[1]])


def is_closed(widget) -> bool:
    return widget.comm is None


def test_running_a_cell_again_closes_what_its_last_run_made(run):
    run("a", "1")
    first, second = explorer(), explorer()
    first._repr_mimebundle_()
    assert not is_closed(first) and not is_closed(second)  # of one run
    run("b", "2")
    other = explorer()
    run("a", "3")
    third = explorer()
    assert is_closed(first) and is_closed(second) and is_closed(first.layout)
    assert not is_closed(third) and not is_closed(other)
    assert first.output.tolist() == [[1, 2], [3, 4]]  # its numbers can still be read


def test_what_another_cell_shows_stays(run):
    run("a", "1")
    shared = explorer()
    shared._repr_mimebundle_()
    run("b", "2")
    shared._repr_mimebundle_()
    run("a", "3")
    explorer()
    assert not is_closed(shared)


def test_where_cells_have_no_names_nothing_is_closed(run):
    run()
    first = explorer()
    first._repr_mimebundle_()
    explorer()
    assert not is_closed(first)
    assert cells.running() is None
