"""What a reader sees of a training run: in words, in a log, in a terminal, in a notebook."""

import math
import re
from xml.etree import ElementTree

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

import d2lutil
from d2lutil import use_language
from d2lutil.widgets import progress
from d2lutil.widgets.progress import Progress, Status


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
    """The image, and the polylines of its curves as lists of (x, y)."""
    svg = ElementTree.fromstring(progress._svg(status))
    return svg, [
        [tuple(map(float, point.split(","))) for point in line.get("points").split()] for line in svg.iter("polyline")
    ]


def test_the_image_says_what_the_words_say():
    svg, _ = drawn(half_way())
    assert svg.get("aria-label") == half_way().words()


def test_the_curves_grow_with_the_points():
    points = [(0.5, 2.0, 0.2), (1.0, 1.5, 0.4), (1.5, 1.0, 0.6)]
    for count in range(len(points) + 1):
        _, (loss, train, test) = drawn(half_way(points=points[:count], test_points=[(1, 0.3)] * (count > 1)))
        assert (len(loss), len(train), len(test)) == (count, count, int(count > 1))


@given(st.integers(1, 5000))
def test_a_long_training_does_not_make_a_drawing_large(count):
    points = [(4 * (i + 1) / count, 1.0, 0.5) for i in range(count)]
    svg, (loss, train, _) = drawn(half_way(points=points))
    assert len(loss) == len(train) <= progress.MOST_POINTS
    assert len(loss) == count or len(loss) > progress.MOST_POINTS / 2
    (end,) = {float(line.get("x2")) for line in svg.iter("line") if line.get("stroke") == "currentColor"}
    assert loss[-1][0] == end  # the last one is among them


def test_the_curves_rise_and_fall_with_their_numbers():
    _, (loss, train, _) = drawn(half_way(points=[(0.5, 2.0, 0.2), (1.0, 1.5, 0.4), (1.5, 1.0, 0.6)]))
    down = [y for _, y in loss]  # SVG counts from the top
    up = [y for _, y in train]
    assert down == sorted(down)
    assert up == sorted(up, reverse=True)
    assert [x for x, _ in loss] == sorted({x for x, _ in loss})


@pytest.mark.parametrize("language, names", [("en", "train loss"), ("zh", "训练损失")])
def test_the_legend_is_in_the_readers_language(language, names):
    use_language(language)
    assert names in {text.text for text in drawn(half_way())[0].iter("text")}


@given(
    st.lists(st.tuples(st.floats(0, 4), st.floats(min_value=0) | st.just(math.nan), st.floats(0, 1)), max_size=9),
    st.lists(st.tuples(st.integers(1, 4), st.floats(0, 1)), max_size=4),
)
def test_the_curves_stay_in_the_image_whatever_the_loss_becomes(points, test_points):
    svg, curves = drawn(half_way(points=points, test_points=test_points))
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
    assert set(output.data) == {"text/plain", "application/vnd.jupyter.widget-view+json"}
    model = output.data["application/vnd.jupyter.widget-view+json"]["model_id"]
    shown = notebook.metadata.widgets["application/vnd.jupyter.widget-state+json"]["state"][model]["state"]
    assert re.fullmatch(r"epoch 2/2 · batch 3/3 · loss \d\.\d+ · train acc .* took 0:0\d", shown["words"])
    assert (shown["done"], shown["running"]) == (1, False)
    assert shown["curves"].count("<polyline") == 3


def test_training_and_curves_leave_no_figure_open(run_notebook):
    cell = """
import matplotlib.pyplot as plt
train, test = d2lutil.load_digits(batch_size=500)
d2lutil.train_ch6(d2lutil.lenet(), train, test, 2, 0.9, "cpu")
animator = d2lutil.Animator(legend=["loss"])
for x in range(5):
    animator.add(x, 1 / (x + 1))
d2lutil.fit(d2lutil.lenet(), train, None, 1, 0.9, "cpu").plot()
print(plt.get_fignums())
"""
    notebook = run_notebook(cell)
    printed = "".join(output.get("text", "") for output in notebook.cells[1].outputs)
    assert printed.splitlines()[-1] == "[]"


# --- how often ------------------------------------------------------------------------------------------------------


@pytest.fixture
def messages(monkeypatch):
    """In a stand-in for a notebook: each message to the browser, as the names of the traits that it changes."""
    from ipywidgets import Widget

    sent = []

    def send(self, message, buffers=None):
        if self.comm is not None:
            sent.append(set(message["state"]))

    monkeypatch.setattr(Widget, "_send", send)
    monkeypatch.setattr("IPython.display.display", lambda widget: None)
    monkeypatch.setattr(progress, "in_notebook", lambda: True)
    return sent


def test_a_drawing_is_one_message_and_the_end_one_more(messages):
    view = Progress()
    points = []
    for batch in (3, 6, 10):
        points.append((batch / 10, 2.0 / batch, batch / 10))
        view.draw(half_way(batch=batch, points=list(points)))
    assert messages == [{"words", "done", "curves"}] * 3
    view.close()
    assert messages[3:] == [{"running"}]


@pytest.mark.parametrize("batch_seconds", [0.01, 0.13, 0.7])
def test_fit_draws_at_most_twice_a_second_however_short_an_epoch_is(messages, monkeypatch, batch_seconds):
    now, batch = 0.0, (torch.rand(8, 4), torch.randint(0, 3, (8,)))

    class Batches:
        def __len__(self):
            return 3

        def __iter__(self):
            nonlocal now
            for _ in range(3):
                yield batch
                now += batch_seconds

    monkeypatch.setattr(progress.time, "perf_counter", lambda: now)
    d2lutil.fit(torch.nn.Linear(4, 3), Batches(), [batch], epochs=30, lr=0.1, device="cpu")
    assert now == pytest.approx(90 * batch_seconds)
    drawings = [message for message in messages if "words" in message]
    assert 1 < len(drawings) <= 2 + 2 * now  # at the start, twice a second, at the end
    assert len(drawings) >= min(2 * now, 90) / 2
    assert len(messages) == len(drawings) + 1
    assert "words" in messages[0] and messages[-1] == {"running"}


def test_the_last_drawing_is_made_however_soon_it_comes(messages, monkeypatch):
    monkeypatch.setattr(progress.time, "perf_counter", lambda: 100.0)
    shown = []
    view = Progress()
    monkeypatch.setattr(view._view._monitor, "show", lambda **traits: shown.append(traits["words"]))
    for epoch in range(4):
        view.draw(half_way(epoch=epoch), epoch_ended=True)
    assert shown == [half_way(epoch=0).words(), half_way(epoch=3).words()]


@pytest.mark.parametrize(("error", "raised"), [(RuntimeError, ValueError), (KeyboardInterrupt, KeyboardInterrupt)])
def test_after_an_error_the_button_is_gone_too(messages, error, raised):
    def fail(module, inputs):
        raise error

    net = torch.nn.Linear(4, 3)
    net.register_forward_pre_hook(fail)
    with pytest.raises(raised):
        d2lutil.fit(net, [(torch.rand(8, 4), torch.randint(0, 3, (8,)))], None, epochs=1, lr=0.1, device="cpu")
    assert messages[-1] == {"running"}
