"""The book's names against the book's own package."""

import base64
import copy
import hashlib
import re
import time

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

import d2lutil as d2l


class Stub:
    """In place of the book's Animator, which draws with every point."""

    def __init__(self, *args, **kwargs): ...

    def add(self, *args): ...


# --- train_ch6 ------------------------------------------------------------------------------------------------------

THREE_LINES = (
    r"training on cpu\n"
    r"(loss \d\.\d{3}, train acc \d\.\d{3}, test acc \d\.\d{3})\n"
    r"\d+\.\d examples/sec on cpu\n"
)


def test_train_ch6_does_what_the_books_does_step_for_step(book, monkeypatch, capsys):
    monkeypatch.setattr(book, "Animator", Stub)
    batches = [(torch.rand(4, 1, 28, 28), torch.randint(0, 10, (4,))) for _ in range(6)]
    mine = d2l.lenet()
    theirs = copy.deepcopy(mine)
    said = []
    for train, net in ((d2l.train_ch6, mine), (book.train_ch6, theirs)):
        torch.manual_seed(5)
        train(net, batches, batches[:2], 2, 0.9, torch.device("cpu"))
        said.append(
            re.sub(r"epoch \d/2 · .*\n", "", capsys.readouterr().out)
        )  # the progress, where there is no notebook
    for p, q in zip(mine.parameters(), theirs.parameters(), strict=True):
        torch.testing.assert_close(p, q)  # fit lays images out otherwise in memory, so sums are rounded otherwise
    mine_says, theirs_say = (re.fullmatch(THREE_LINES, words)[1] for words in said)
    assert mine_says == theirs_say


def test_train_ch6_returns_nothing_as_the_books(capsys):
    batches = [(torch.rand(4, 6), torch.randint(0, 3, (4,)))]
    assert d2l.train_ch6(nn.Linear(6, 3), batches, batches, 1, 0.1, "cpu") is None


# --- accuracy, Accumulator, evaluate_accuracy_gpu, Timer ------------------------------------------------------------


@given(n=st.integers(1, 9), classes=st.integers(2, 5), seed=st.integers(0, 2**32 - 1))
def test_accuracy_of_scores_is_the_books(book, n, classes, seed):
    generator = torch.Generator().manual_seed(seed)
    scores = torch.rand(n, classes, generator=generator)
    y = torch.randint(0, classes, (n,), generator=generator)
    mine, theirs = d2l.accuracy(scores, y), book.accuracy(scores, y)
    assert (mine, type(mine)) == (theirs, float)


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=9))
def test_accuracy_of_answers_is_the_books(book, pairs):
    answers, y = (torch.tensor(column) for column in zip(*pairs, strict=True))
    assert d2l.accuracy(answers, y) == book.accuracy(answers, y)
    assert d2l.accuracy(answers.double(), y) == book.accuracy(answers.double(), y)


@given(st.lists(st.tuples(st.integers(-9, 9), st.floats(-9, 9)), max_size=5))
def test_accumulator_is_the_books(book, rows):
    mine, theirs = d2l.Accumulator(2), book.Accumulator(2)
    for row in rows:
        mine.add(*row)
        theirs.add(*row)
    assert (mine[0], mine[1]) == (theirs[0], theirs[1])
    mine.reset()
    assert (mine[0], mine[1]) == (0.0, 0.0)


def test_accumulator_takes_tensors():
    metric = d2l.Accumulator(1)
    metric.add(torch.tensor(2.5))
    assert metric[0] == 2.5


def test_evaluate_accuracy_gpu_is_the_books(book):
    net = nn.Sequential(nn.Flatten(), nn.Dropout(0.9), nn.Linear(16, 3))
    batches = [(torch.rand(n, 1, 4, 4), torch.randint(0, 3, (n,))) for n in (8, 8, 3)]
    assert d2l.evaluate_accuracy_gpu(net, batches) == book.evaluate_accuracy_gpu(net, batches)
    assert d2l.evaluate_accuracy_gpu(net, batches, torch.device("cpu")) == book.evaluate_accuracy_gpu(net, batches)


def laps(timer_class, monkeypatch):
    """A timer after three laps of 1.5, 4 and 0.25 seconds."""
    clock = iter([0.0, 1.5, 10.0, 14.0, 20.0, 20.25])
    for name in ("time", "perf_counter"):
        monkeypatch.setattr(time, name, lambda: next(clock))
    timer = timer_class()
    returned = [timer.stop()]
    for _ in range(2):
        timer.start()
        returned.append(timer.stop())
    monkeypatch.undo()
    return returned, timer.times, timer.avg(), timer.sum(), timer.cumsum()


def test_timer_is_the_books(book):
    with pytest.MonkeyPatch.context() as patch:
        mine = laps(d2l.Timer, patch)
    with pytest.MonkeyPatch.context() as patch:
        theirs = laps(book.Timer, patch)
    assert mine == theirs
    assert mine[0] == [1.5, 4.0, 0.25]


# --- Animator -------------------------------------------------------------------------------------------------------

POINTS = [
    pytest.param([(1, 0.5), (2, 0.25)], id="one curve"),
    pytest.param([(1, (0.5, 0.1)), (2, (0.25, None)), (3, (None, 0.3))], id="gaps"),
    pytest.param([((1, 10), (0.5, 0.1)), ((2, None), (0.25, 0.2))], id="places of their own"),
]


@pytest.mark.parametrize("points", POINTS)
def test_animator_collects_the_points_that_the_books_does(book, agg, monkeypatch, points):
    monkeypatch.setattr(book, "use_svg_display", lambda: None)
    monkeypatch.setattr(book.display, "display", lambda *args: None)
    monkeypatch.setattr(book.display, "clear_output", lambda *args, **kwargs: None)
    mine, theirs = d2l.Animator(legend=["a", "b"]), book.Animator(legend=["a", "b"])
    for x, y in points:
        mine.add(x, y)
        theirs.add(x, y)
    assert (mine.X, mine.Y) == (theirs.X, theirs.Y)
    drawn = [[(list(line.get_xdata()), list(line.get_ydata()), line.get_linestyle(), line.get_color())
              for line in animator.axes[0].lines] for animator in (mine, theirs)]  # fmt: skip
    assert drawn[0] == drawn[1]


def test_animator_draws_its_curves_with_labels_limits_scales_and_legend():
    animator = d2l.Animator(xlabel="epoch", ylabel="loss", xlim=[1, 9], ylim=[0.1, 2], yscale="log", legend=["a", "b"],
                            fmts=("-", "g--"), figsize=(4, 3))  # fmt: skip
    animator.add(1, (0.5, 0.75))
    animator.add(2, (0.25, None))
    ax = animator.axes[0]
    assert [(list(line.get_xdata()), list(line.get_ydata())) for line in ax.lines] == [
        ([1, 2], [0.5, 0.25]),
        ([1], [0.75]),
    ]
    assert (ax.get_xlabel(), ax.get_ylabel(), ax.get_yscale()) == ("epoch", "loss", "log")
    assert (ax.get_xlim(), ax.get_ylim()) == ((1, 9), (0.1, 2))
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["a", "b"]
    assert tuple(animator.fig.get_size_inches()) == (4, 3)


def test_animator_leaves_no_figure_open(agg):
    d2l.Animator().add(1, 0.5)
    assert agg.get_fignums() == []


ANIMATED = """
animator = d2lutil.Animator(legend=["loss"])
for x in range(20):
    animator.add(x, 1 / (x + 1))
"""
LOOKED_AT = """
import hashlib, io
buffer = io.BytesIO()
animator.fig.savefig(buffer, format="png", dpi=110)
print(len(animator.fig.axes[0].lines[0].get_xdata()), hashlib.sha256(buffer.getvalue()).hexdigest())
"""


def test_in_a_real_notebook_animator_changes_one_image_and_does_not_forget_the_last_points(run_notebook):
    notebook = run_notebook(ANIMATED, LOOKED_AT)
    (output,) = notebook.cells[1].outputs
    model = output.data["application/vnd.jupyter.widget-view+json"]["model_id"]
    state = notebook.metadata.widgets["application/vnd.jupyter.widget-state+json"]["state"][model]
    (shown,) = [base64.b64decode(buffer["data"]) for buffer in state["buffers"]]
    assert notebook.cells[2].outputs[0].text.split() == ["20", hashlib.sha256(shown).hexdigest()]


# --- images by pyplot ---------------------------------------------------------------------------------------------


def test_show_images_draws_the_images_that_the_book_draws(book, agg):
    images, titles = torch.rand(6, 5, 4), list("abcdef")
    mine, theirs = (show(images, 2, 3, titles=titles, scale=2) for show in (d2l.show_images, book.show_images))
    assert len(mine) == len(theirs) == 6
    for k, (ax, ax_book) in enumerate(zip(mine, theirs, strict=True)):
        assert torch.equal(torch.tensor(ax.images[0].get_array()), images[k])
        assert ax.get_title() == ax_book.get_title() == titles[k]
        assert ax.get_xaxis().get_visible() == ax_book.get_xaxis().get_visible()
    assert tuple(mine[0].figure.get_size_inches()) == tuple(theirs[0].figure.get_size_inches())


def test_show_images_takes_arrays_pil_images_and_tensors_with_gradients(agg):
    from PIL import Image

    image = torch.rand(5, 4)
    bytes_ = (image * 255).to(torch.uint8).numpy()
    axes = d2l.show_images([image.numpy(), Image.fromarray(bytes_), image.clone().requires_grad_()], 1, 3)
    assert torch.equal(torch.tensor(axes[0].images[0].get_array()), image)
    assert (axes[1].images[0].get_array() == bytes_).all()
    assert torch.equal(torch.tensor(axes[2].images[0].get_array()), image)


def test_show_images_takes_a_single_image(agg):
    assert len(d2l.show_images([torch.rand(5, 4)], 1, 1)) == 1


def test_show_images_leaves_other_figures_as_they_are(agg):
    other = agg.figure()
    axes = d2l.show_images(torch.rand(2, 5, 4), 1, 2)
    assert agg.get_fignums() == [other.number, axes[0].figure.number]


def test_set_figsize_is_the_books(book, agg, monkeypatch):
    monkeypatch.setattr(book, "use_svg_display", lambda: None)
    sizes = []
    for set_figsize in (d2l.set_figsize, book.set_figsize):
        for arguments in ((), ((7, 3),)):
            set_figsize(*arguments)
            sizes.append(tuple(agg.figure().get_size_inches()))
    assert sizes[:2] == sizes[2:]
    assert sizes[0] != sizes[1]
