"""What is closed when a cell is run again."""

from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from ipywidgets import widgets

import d2lutil as d2l
from d2lutil.explorers import WindowExplorer
from d2lutil.widgets import lifetime, tensorboard
from d2lutil.widgets.monitor import TrainingMonitor


@pytest.fixture
def run(monkeypatch):
    """Sets which cell is being run, as a front end would name it."""
    monkeypatch.setattr(lifetime, "_latest", {})
    monkeypatch.setattr(lifetime, "_made", {})
    return lambda *here: monkeypatch.setattr(lifetime, "running", lambda: here or None)


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


def sliders():
    return d2l.sliders(lambda n, sign: d2l.show_grids(X=torch.eye(n)), n=range(1, 4), sign=["plus", "minus"])


def failing_board(folder=Path(__file__).parent):
    return tensorboard.tensorboard(folder)


def curves():
    animator = d2l.Animator()
    animator._view._in_notebook = True
    animator.add(1, 0.5)


MAKERS = {
    "explorer": explorer,
    "sliders": sliders,
    "training monitor": TrainingMonitor,
    "TensorBoard": failing_board,
    "remark on the data": lambda: tensorboard._remark("words"),
    "animated curves": curves,
}


@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)
def test_of_a_cell_run_again_ten_times_no_more_widgets_are_kept_than_of_one(run, monkeypatch, make):
    monkeypatch.setattr(tensorboard, "_serve", lambda *_: (_ for _ in ()).throw(OSError("no server here")))
    kept = widgets.widget._instances
    before = len(kept)
    run("a", "0")
    make()
    of_one = len(kept) - before
    assert of_one >= 2  # itself and its layout
    for k in range(1, 11):
        run("a", str(k))
        make()
    assert len(kept) - before == of_one


def test_closed_sliders_can_still_be_read(run):
    run("a", "1")
    box = sliders()
    box.controls["n"].value = 3
    run("a", "2")
    sliders()
    assert is_closed(box) and is_closed(box.controls["n"])
    assert box.figure._figure is None  # packed
    assert box.figure.alt == d2l.show_grids(X=torch.eye(3)).alt and len(box.figure.figure.axes) == 1


def test_sliders_that_another_cell_shows_stay(run):
    run("a", "1")
    box = sliders()
    run("b", "2")
    box._repr_mimebundle_()
    run("a", "3")
    sliders()
    assert not is_closed(box) and not is_closed(box.controls["n"])


def test_what_the_same_run_shows_again_stays(run):
    run("a", "1")
    box = sliders()
    run("a", "2")
    box._repr_mimebundle_()
    explorer()
    assert not is_closed(box)
    run("a", "3")
    explorer()
    assert is_closed(box)


def test_what_another_widget_holds_stays(run):
    run("a", "1")
    box = sliders()
    run("b", "2")
    holder = widgets.HBox([box])
    run("a", "3")
    sliders()
    assert not is_closed(box)
    holder.close()
    run("a", "4")
    sliders()
    assert is_closed(box)


def test_of_what_one_cell_makes_and_another_shows_not_each_is_kept(run):
    boxes = []
    for k in range(6):
        run("a", f"made {k}")
        boxes.append(sliders())
        run("b", f"shown {k}")
        boxes[-1]._repr_mimebundle_()
    assert [is_closed(box) for box in boxes] == [True] * 4 + [False] * 2  # the last but one until a is run again


def test_a_widget_that_cannot_be_closed_does_not_stop_the_cell(run, monkeypatch):
    run("a", "1")
    box = sliders()
    monkeypatch.setattr(box, "put_away", lambda: 1 / 0)
    run("a", "2")
    second = sliders()
    run("a", "3")
    sliders()
    assert is_closed(second)


@pytest.mark.parametrize(("request_of", "expected"), [
    (lambda: {"metadata": {"cellId": "a"}, "header": {"msg_id": "1"}}, ("a", "1")),
    (lambda: {"metadata": {}, "header": {"msg_id": "1"}}, None),
    (lambda: {}, None),
    (lambda: {}["no request in this thread"], None),
])  # fmt: skip
def test_the_cell_is_the_one_that_the_front_end_names(monkeypatch, request_of, expected):
    kernel = SimpleNamespace(get_parent=lambda channel: request_of())
    monkeypatch.setattr("IPython.get_ipython", lambda: SimpleNamespace(kernel=kernel))
    assert lifetime.running() == expected


def test_outside_a_notebook_no_cell_is_named(monkeypatch):
    monkeypatch.setattr("IPython.get_ipython", lambda: None)
    assert lifetime.running() is None
