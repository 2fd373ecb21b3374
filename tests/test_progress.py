"""What a reader sees of a training run: in words, in a log, in a terminal, in a notebook."""

import math
import re
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from d2lutil import progress, use_language
from d2lutil.progress import Progress, Status


def half_way(**more):
    given = {"epochs": 4, "batches": 10, "epoch": 1, "batch": 10, "loss": 0.5, "accuracy": 0.75, "seconds": 65.0}
    return Status(**(given | more))


# --- in words -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "language, words",
    [
        ("en", "epoch 2/4 · batch 10/10 · loss 0.500 · train acc 0.750 · test acc 0.625 · 1:05 left"),
        ("zh", "第 2/4 轮 · 批量 10/10 · 损失 0.500 · 训练准确率 0.750 · 测试准确率 0.625 · 剩余 1:05"),
    ],
)
def test_the_words_tell_epoch_batch_loss_accuracy_and_time_left(language, words):
    use_language(language)
    assert half_way(test_accuracy=0.625).words() == words


def test_the_words_leave_out_a_test_accuracy_that_is_not_there():
    assert "test acc" not in half_way().words()


def test_the_words_leave_out_a_number_of_batches_that_is_not_known():
    assert "batch 10 ·" in half_way(batches=None).words()


@pytest.mark.parametrize("language, words", [("en", "took 1:05"), ("zh", "用时 1:05")])
def test_in_the_end_the_words_tell_the_time_it_took(language, words):
    use_language(language)
    assert half_way(epoch=3).words().endswith(words)


def test_the_note_takes_the_place_of_the_time():
    words = half_way(note="interrupted").words()
    assert words.endswith("interrupted")
    assert "left" not in words


def test_at_the_beginning_no_time_is_foretold():
    assert "left" not in half_way(epoch=0, batch=0).words()


@given(epochs=st.integers(1, 9), batches=st.integers(1, 9), data=st.data())
def test_the_time_left_is_in_proportion_to_the_batches_left(epochs, batches, data):
    epoch, batch = data.draw(st.integers(0, epochs - 1)), data.draw(st.integers(1, batches))
    did, all_of_them = epoch * batches + batch, epochs * batches
    status = Status(epochs=epochs, batches=batches, epoch=epoch, batch=batch, seconds=100.0)
    assert status.done == pytest.approx(did / all_of_them)
    assert status.seconds_left() == pytest.approx(100.0 * (all_of_them - did) / did)


# --- in a log and in a terminal -------------------------------------------------------------------------------------


def test_a_log_gets_a_line_for_every_epoch_and_none_in_between(capsys):
    view, status = Progress(), half_way()
    view.draw(status)
    view.draw(status, epoch_ended=True)
    view.close()
    out, err = capsys.readouterr()
    assert (out, err) == (status.words() + "\n", "")


def test_a_terminal_gets_one_line_that_is_written_over(capsys, monkeypatch):
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    view = Progress()
    for batch in (5, 10):
        view.draw(half_way(batch=batch))
    view.close()
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    last = err.rstrip("\n").split("\r")[-1]
    assert " 50%|" in last
    assert half_way().words() in last


def test_what_is_not_to_be_seen_prints_nothing_and_is_never_due(capsys):
    view = Progress(visible=False)
    assert not view.due()
    view.draw(half_way(), epoch_ended=True)
    view.close()
    assert capsys.readouterr() == ("", "")


def test_a_drawing_is_due_at_once_and_then_only_after_half_a_second(monkeypatch):
    now = 100.0
    monkeypatch.setattr(progress.time, "perf_counter", lambda: now)
    view = Progress()
    assert view.due()
    view.draw(half_way())
    now = 100.4
    assert not view.due()
    now = 100.6
    assert view.due()


# --- in a notebook --------------------------------------------------------------------------------------------------


def drawn(status):
    """The parts of the view: its words, the bar's percentage, and the polylines of the curves as lists of (x, y)."""
    words, bar, svg = ElementTree.fromstring(f"<view>{progress._html(status)}</view>")
    curves = [
        [tuple(map(float, point.split(","))) for point in line.get("points").split()] for line in svg.iter("polyline")
    ]
    return words.text, int(bar.get("aria-valuenow")), svg, curves


def test_the_view_has_the_words_and_the_part_done():
    words, percent, svg, _ = drawn(half_way())
    assert (words, percent) == (half_way().words(), 50)
    assert svg.get("aria-label") == words


def test_the_view_grows_with_the_points():
    points = [(0.5, 2.0, 0.2), (1.0, 1.5, 0.4), (1.5, 1.0, 0.6)]
    for count in range(len(points) + 1):
        loss, train, test = drawn(half_way(points=points[:count], test_points=[(1, 0.3)] * (count > 1)))[3]
        assert (len(loss), len(train), len(test)) == (count, count, int(count > 1))


def test_the_curves_rise_and_fall_with_their_numbers():
    loss, train, _ = drawn(half_way(points=[(0.5, 2.0, 0.2), (1.0, 1.5, 0.4), (1.5, 1.0, 0.6)]))[3]
    down = [y for _, y in loss]  # SVG counts from the top
    up = [y for _, y in train]
    assert down == sorted(down)
    assert up == sorted(up, reverse=True)
    assert [x for x, _ in loss] == sorted({x for x, _ in loss})


@pytest.mark.parametrize("language, names", [("en", "train loss"), ("zh", "训练损失")])
def test_the_legend_is_in_the_readers_language(language, names):
    use_language(language)
    assert names in {text.text for text in drawn(half_way())[2].iter("text")}


@given(
    st.lists(st.tuples(st.floats(0, 4), st.floats(min_value=0) | st.just(math.nan), st.floats(0, 1)), max_size=9),
    st.lists(st.tuples(st.integers(1, 4), st.floats(0, 1)), max_size=4),
)
def test_the_curves_stay_in_the_picture_whatever_the_loss_becomes(points, test_points):
    *_, svg, curves = drawn(half_way(points=points, test_points=test_points))
    _, _, width, height = map(float, svg.get("viewBox").split())
    for x, y in sum(curves, []):
        assert 0 <= x <= width
        assert 0 <= y <= height


CELL = """
import torch, d2lutil
batches = [(torch.rand(8, 4), torch.randint(0, 3, (8,))) for _ in range(3)]
history = d2lutil.fit(torch.nn.Linear(4, 3), batches, batches, epochs=2, lr=0.1, device="cpu")
"""


def test_the_speed_is_said_to_two_digits():
    assert "12,000 images/s" in half_way(images=23_456, seconds=2.0).words()
    assert "images/s" not in half_way(images=0, seconds=2.0).words()


def test_in_a_real_notebook_fit_shows_one_widget_and_writes_nothing(run_notebook):
    notebook = run_notebook(CELL)
    (output,) = notebook.cells[1].outputs
    assert output.output_type == "display_data"
    assert output.data["text/plain"] == "[training progress, shown while it runs]"
    model = output.data["application/vnd.jupyter.widget-view+json"]["model_id"]
    shown = notebook.metadata.widgets["application/vnd.jupyter.widget-state+json"]["state"][model]["state"]["value"]
    assert re.search(r"epoch 2/2 · batch 3/3 · loss \d\.\d+ · train acc .* took 0:0\d", shown)
    assert shown.count("<polyline") == 3
