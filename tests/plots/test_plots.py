"""Figures: what is drawn in them, what their words say, and that they leave nothing behind."""

import gc
import io
import pickle
import re
import statistics
import weakref
from collections import Counter

import pytest
import torch

import d2lutil as d2l
from plots.figures import CONFUSION, each_example, has_chinese, texts


def redrawn(image):
    return d2l.DescribedFigure(image.figure, image.alt, photographic=image.mime == "image/jpeg").data


def kinds(image):
    """How many things of each kind the figure holds."""
    return Counter(type(thing).__name__ for thing in image.figure.findobj())


def size_of(data):
    from PIL import Image

    return Image.open(io.BytesIO(data)).size


# --- all of them ----------------------------------------------------------------------------------------------------


@each_example
def test_every_function_returns_a_image_of_the_kind_it_says(call, numbers):
    from PIL import Image

    image = call()
    assert isinstance(image, d2l.DescribedFigure)
    signature = {"image/png": b"\x89PNG\r\n\x1a\n", "image/jpeg": b"\xff\xd8\xff"}[image.mime]
    assert image.data.startswith(signature)
    Image.open(io.BytesIO(image.data)).load()


@each_example
@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_description_has_the_numbers_in_the_readers_language(call, numbers, language):
    d2l.use_language(language)
    alt = call().alt
    assert has_chinese(alt) == (language == "zh")
    assert [number for number in numbers if number not in alt] == []


@each_example
def test_every_image_is_displayed_with_its_description(call, numbers):
    image = call()
    data, metadata = image._repr_mimebundle_()
    assert data == {image.mime: image.data, "text/plain": repr(image)}
    assert metadata == {image.mime: {"alt": image.alt, "width": image.width}}


@pytest.mark.slow("draws each figure four times")
@each_example
def test_what_was_shown_is_packed_and_comes_back_as_it_was(call, numbers, tmp_path):
    image = call()
    assert image.data  # drawing makes the ticks
    before, figure = (texts(image), kinds(image)), weakref.ref(image.figure)
    image._repr_mimebundle_()
    gc.collect()
    assert figure() is None
    assert len(pickle.dumps(image._packed)) < 200_000
    assert (texts(image), kinds(image)) == before
    width, height = size_of(image.data)
    assert size_of(redrawn(image)) == (pytest.approx(width, abs=4), pytest.approx(height, abs=4))  # a layout settles
    image._repr_mimebundle_()
    image.save(tmp_path / "again.png")
    assert (tmp_path / "again.png").stat().st_size > 1000


def test_a_figure_that_cannot_be_packed_stays_as_it_is():
    from matplotlib.figure import Figure

    figure = Figure()
    figure.subplots().xaxis.set_major_formatter(lambda x, position: f"{x} m")
    image = d2l.DescribedFigure(figure, "a ruler")
    image._repr_mimebundle_()
    assert image.figure is figure


@each_example
def test_no_figure_is_left_open_and_no_setting_changed(agg, call, numbers):
    agg.rcdefaults()  # whatever a call before may have changed
    before = dict(agg.rcParams)
    call().data  # noqa: B018
    assert agg.get_fignums() == []
    assert dict(agg.rcParams) == before


@pytest.mark.slow("draws each figure twice")
@each_example
def test_the_same_call_gives_the_same_image(call, numbers):
    torch.manual_seed(1)
    first = call()
    torch.manual_seed(1)
    assert call().data == first.data


# --- Image --------------------------------------------------------------------------------------------------------


def test_a_image_of_numbers_that_vary_is_repeated_without_them():
    curves = {"loss": [4.0, 2.0]}
    assert repr(d2l.show_curves(curves, xlabel="step")) == "Curves over step: loss, 2 points from 4 to 2"
    assert repr(d2l.show_curves(curves, xlabel="step", repeatable=False)) == "Curves over step"


def test_a_photograph_is_stored_smaller():
    photo = d2l.photo("china")
    drawn = d2l.show_images({"china": photo})
    assert drawn.mime == "image/jpeg"
    assert len(drawn.data) < photo.numel()


@pytest.mark.parametrize("name, start", [("a.png", b"\x89PNG"), ("a.svg", b"<?xml"), ("a.pdf", b"%PDF")])
def test_a_image_is_saved_as_the_ending_says(tmp_path, name, start):
    d2l.show_grids(X=torch.eye(2)).save(tmp_path / name)
    assert (tmp_path / name).read_bytes().startswith(start)


# --- show_grids and show_window -------------------------------------------------------------------------------------


def cells(ax):
    """The numbers written into the grid's cells, by place."""
    return {(round(text.get_position()[1]), round(text.get_position()[0])): text.get_text() for text in ax.texts}


def test_every_number_stands_in_its_cell_with_a_typographic_minus():
    image = d2l.show_grids(X=torch.tensor([[1.0, -2.5, 0.0], [-3.0, 4.25, -0.0]]))
    written = {(0, 0): "1", (0, 1): "−2.50", (0, 2): "0", (1, 0): "−3", (1, 1): "4.25", (1, 2): "0"}
    assert cells(image.figure.axes[0]) == written
    assert not any("-" in text for text in texts(image))


def test_a_number_that_rounds_to_zero_has_no_sign():
    assert cells(d2l.show_grids(X=torch.tensor([[-0.001]])).figure.axes[0]) == {(0, 0): "0.00"}


def test_numbers_that_are_none_are_written_too():
    image = d2l.show_grids(X=torch.tensor([[torch.nan, torch.inf, -torch.inf, 1.0]]))
    assert list(cells(image.figure.axes[0]).values()) == ["nan", "inf", "−inf", "1"]
    assert image.data


@pytest.mark.parametrize("last", [1.0, torch.nan, torch.inf])
def test_the_colour_of_a_cell_tells_its_sign_whatever_stands_beside(last):
    image = d2l.show_grids(X=torch.tensor([[-2.0, 0.0, 2.0, last]])).figure.axes[0].images[0]
    (red_r, _, red_b, _), zero, (blue_r, _, blue_b, _) = image.cmap(image.norm(image.get_array()))[0][:3]
    assert red_r > red_b
    assert min(zero) > 0.95
    assert blue_b > blue_r


def test_the_mark_frames_just_its_window():
    image = d2l.show_grids(mark={"X": (1, 2, 2, 3)}, X=torch.zeros(4, 6), Y=torch.zeros(2, 2))
    (frame,), others = (ax.patches for ax in image.figure.axes)
    assert (frame.get_xy(), frame.get_width(), frame.get_height()) == ((1.5, 0.5), 3, 2)
    assert not list(others)


def test_several_windows_may_be_framed():
    image = d2l.show_grids(mark={"X": [(0, 0, 1, 1), (2, 3, 1, 2)]}, X=torch.zeros(4, 6))
    assert [p.get_xy() for p in image.figure.axes[0].patches] == [(-0.5, -0.5), (2.5, 1.5)]


def test_the_title_has_name_and_size():
    titles = [ax.get_title() for ax in d2l.show_grids(X=torch.zeros(4, 6), Y=torch.zeros(2, 1)).figure.axes]
    assert titles == ["X  4×6", "Y  2×1"]


def test_grids_may_come_with_titles_and_by_name_in_this_order():
    image = d2l.show_grids(
        {"a title": torch.zeros(1, 2), "mark": torch.ones(1, 1)}, X=torch.eye(2), mark={"mark": (0, 0, 1, 1)}
    )
    assert [ax.get_title() for ax in image.figure.axes] == ["a title  1×2", "mark  1×1", "X  2×2"]
    assert [len(ax.patches) for ax in image.figure.axes] == [0, 1, 0]
    assert image.alt == "Grids of numbers: a title, 1 by 2: [0 0]; mark, 1 by 1: [1]; X, 2 by 2: [1 0] [0 1]"


def test_grids_without_titles_are_refused_with_the_call_that_works():
    with pytest.raises(TypeError, match="show_grids takes tensors by name, X=X, or a mapping from titles to tensors"):
        d2l.show_grids(torch.eye(2))


@pytest.mark.parametrize("long", ["the output of a transposed convolution", "转置卷积的输出，步幅为 2，不填充"])
def test_titles_stand_clear_of_each_other(long):
    figure = d2l.show_grids({"before": torch.eye(2), long: torch.eye(2), long + " 2": torch.eye(3)}).figure
    figure.draw_without_rendering()
    boxes = [ax.title.get_window_extent() for ax in figure.axes]
    assert all(left.x1 + 5 < right.x0 for left, right in zip(boxes, boxes[1:], strict=False))


def test_a_grid_may_need_gradients_or_be_of_integers():
    image = d2l.show_grids(X=torch.ones(1, 2, requires_grad=True), Y=torch.tensor([[True, False]]))
    assert image.alt.endswith("X, 1 by 2: [1 1]; Y, 1 by 2: [1 0]")


def test_the_caption_stands_below_and_in_the_description():
    image = d2l.show_grids(caption="1 − 2 = −1", X=torch.eye(2))
    assert [text.get_text() for text in image.figure.texts] == ["1 − 2 = −1"]
    assert image.alt.endswith("; 1 - 2 = -1")


def test_the_window_is_framed_where_the_kernel_lies_and_the_cell_that_it_gives():
    X, K = torch.arange(20.0).reshape(4, 5), torch.ones(2, 3)
    of_X, of_K, of_Y = d2l.show_window(X, K, 2, 1).figure.axes
    assert [(p.get_xy(), p.get_width(), p.get_height()) for p in of_X.patches] == [((0.5, 1.5), 3, 2)]
    assert not list(of_K.patches)
    assert [(p.get_xy(), p.get_width(), p.get_height()) for p in of_Y.patches] == [((0.5, 1.5), 1, 1)]


@pytest.mark.parametrize("padding, stride, dilation", [(1, 1, 1), (0, 2, 1), (2, 3, 2), (3, 2, 3)])
def test_a_window_has_the_place_and_the_answer_that_conv2d_gives_it(padding, stride, dilation):
    X, K = torch.randint(-9, 10, (7, 8)).float(), torch.randint(-9, 10, (2, 3)).float()
    expected = torch.nn.functional.conv2d(X[None, None], K[None, None], None, stride, padding, dilation)[0, 0]
    image = d2l.show_window(X, K, 1, 2, padding, stride, dilation)
    of_X, _, of_Y = image.figure.axes
    assert torch.equal(torch.tensor([[float(cells(of_Y)[i, j].replace("−", "-")) for j in range(expected.shape[1])]
                                     for i in range(expected.shape[0])]), expected)  # fmt: skip
    assert image.alt.endswith(f" = {expected[1, 2]:.0f}")
    corners = {tuple(round(c + 0.5) for c in reversed(p.get_xy())) for p in of_X.patches}
    places = {(stride + dilation * a, 2 * stride + dilation * b) for a in range(2) for b in range(3)}
    assert corners == (places if dilation > 1 else {(stride, 2 * stride)})


def test_the_arithmetic_of_a_window_is_right():
    X, K = torch.randint(-9, 10, (4, 5)).float(), torch.randint(-9, 10, (2, 3)).float()
    (caption,) = d2l.show_window(X, K, 2, 1).figure.texts
    terms, result = caption.get_text().replace("−", "-").replace("·", "*").split(" = ")
    assert eval(terms) == float(result) == d2l.corr2d(X, K)[2, 1]


@pytest.mark.parametrize("cell", [(3, 0), (0, 4), (-1, 0), (0, -1)])
def test_there_is_no_window_beyond_the_output(cell):
    with pytest.raises(ValueError, match=re.escape(f"the output (3, 4) has no element {cell}")):
        d2l.show_window(torch.ones(4, 5), torch.ones(2, 2), *cell)


@pytest.mark.parametrize("cell", [(0, 0), (2, 3), (1, 5), (4, 7), (4, 0)])
def test_the_way_back_sums_the_outputs_that_use_a_pixel(cell):
    torch.manual_seed(0)
    X = torch.zeros(5, 8, requires_grad=True)
    G, K = torch.randint(-9, 10, (3, 5)).float(), torch.randint(-9, 10, (3, 4)).float()
    Y = d2l.corr2d(X, K)
    Y.backward(G)
    figure = d2l.show_backward(G, K, *cell).figure
    terms, result = figure.texts[0].get_text().replace("−", "-").replace("·", "*").split(" = ")
    assert eval(terms) == float(result) == X.grad[cell]
    # Framed are the outputs that a push at the pixel changes, and the weights by which they change.
    push = torch.zeros(5, 8)
    push[cell] = 1
    change = d2l.corr2d(push, torch.ones(3, 4))
    framed = torch.zeros(3, 5)
    (x, y), w, h = next((p.get_xy(), p.get_width(), p.get_height()) for p in figure.axes[1].patches)
    framed[round(y + 0.5) : round(y + 0.5) + h, round(x + 0.5) : round(x + 0.5) + w] = 1
    assert torch.equal(framed, change)
    (x, y), w, h = next((p.get_xy(), p.get_width(), p.get_height()) for p in figure.axes[3].patches)
    weights = K.flip(0, 1)[round(y + 0.5) : round(y + 0.5) + h, round(x + 0.5) : round(x + 0.5) + w]
    assert torch.equal(weights.flatten(), d2l.corr2d(push, K)[change.bool()])


@pytest.mark.parametrize("cell", [(3, 0), (0, 5), (-1, 0), (0, -1)])
def test_there_is_no_way_back_to_a_pixel_beyond_the_input(cell):
    with pytest.raises(ValueError, match=re.escape(f"the input (3, 5) has no element {cell}")):
        d2l.show_backward(torch.ones(2, 4), torch.ones(2, 2), *cell)


@pytest.mark.parametrize("mode, outside", [("max", -torch.inf), ("avg", 0.0)])
@pytest.mark.parametrize("size, stride, padding", [(2, None, 0), (2, 1, 1), (3, 2, 1), (3, None, 0)])
def test_a_pooling_window_agrees_with_torch_and_shows_its_padding(mode, outside, size, stride, padding):
    X = -torch.rand(6, 7) - 1
    pool = {"max": torch.nn.MaxPool2d, "avg": torch.nn.AvgPool2d}[mode]
    expected = pool(size, stride, padding)(X[None])[0]
    row, column = expected.shape[0] - 1, expected.shape[1] - 1
    of_X, of_Y = d2l.show_pool_window(X, row, column, size, stride, padding, mode).figure.axes
    torch.testing.assert_close(torch.tensor(of_Y.images[0].get_array()), expected)
    wanted = torch.nn.functional.pad(X, (padding,) * 4, value=outside)
    torch.testing.assert_close(torch.tensor(of_X.images[0].get_array()), wanted)
    (frame,), step = of_X.patches, stride or size
    assert (frame.get_xy(), frame.get_width()) == ((column * step - 0.5, row * step - 0.5), size)


@pytest.mark.parametrize("options", [{"row": 2}, {"pool_size": 9}, {"mode": "min"}, {"pool_size": 3, "padding": 2}])
def test_a_pooling_window_that_does_not_exist_is_refused(options):
    with pytest.raises(ValueError):
        d2l.show_pool_window(torch.ones(4, 5), **({"row": 0, "column": 0} | options))


# --- show_images and show_gradient --------------------------------------------------------------------------------


def test_the_images_are_the_given_ones_under_their_titles():
    gray, colors = torch.rand(4, 5), torch.rand(3, 4, 5)
    first, second = d2l.show_images({"gray": gray, "colours": colors}).figure.axes
    assert (first.get_title(), second.get_title()) == ("gray", "colours")
    assert torch.equal(torch.tensor(first.images[0].get_array()), gray)
    assert torch.equal(torch.tensor(second.images[0].get_array()), colors.permute(1, 2, 0))


@pytest.mark.parametrize("columns, expected", [(None, (2, 4)), (2, (3, 2)), (5, (1, 5))])
def test_the_images_stand_in_so_many_columns(columns, expected):
    image = d2l.show_images({str(k): torch.rand(2, 2) for k in range(5)}, columns=columns)
    assert image.figure.axes[0].get_gridspec().get_geometry() == expected


def test_signed_maps_share_one_scale_with_white_at_zero():
    drawn = d2l.show_images({"a": torch.tensor([[-3.0, 1.0]]), "b": torch.tensor([[0.5, 0.0]])}, signed=True)
    limits = {image.get_clim() for ax in drawn.figure.axes[:2] for image in ax.images}
    assert limits == {(-3.0, 3.0)}


def test_gray_maps_go_from_their_own_smallest_to_their_own_largest_value():
    drawn = d2l.show_images({"a": torch.tensor([[-3.0, 1.0]]), "b": torch.tensor([[0.5, 0.0]])})
    assert [ax.images[0].get_clim() for ax in drawn.figure.axes] == [(-3.0, 1.0), (0.0, 0.5)]


def test_the_gradients_magnitude_is_its_length():
    Gx, Gy = torch.randn(6, 7), torch.randn(6, 7)
    left = d2l.show_gradient(Gx, Gy).figure.axes[0]
    expected = torch.stack([Gx, Gy]).norm(dim=0)
    torch.testing.assert_close(torch.tensor(left.images[0].get_array()), expected)


def test_the_colour_of_a_direction_comes_back_after_a_full_turn_and_differs_on_the_other_side():
    angle = torch.tensor([[0.0, torch.pi, -torch.pi]])
    right = d2l.show_gradient(angle.cos(), angle.sin()).figure.axes[1]
    there, across, back = torch.tensor(right.images[0].get_array())[0]
    torch.testing.assert_close(across, back, rtol=0, atol=0.02)
    assert (there - across).abs().max() > 0.2


def test_an_even_image_has_a_black_gradient():
    right = d2l.show_gradient(torch.zeros(3, 4), torch.zeros(3, 4)).figure.axes[1]
    assert torch.tensor(right.images[0].get_array()).eq(0).all()


def test_a_few_extreme_cells_do_not_set_the_scale_of_a_large_map():
    spotted = torch.rand(50, 50)
    spotted[0, :3] = 100
    low, high = d2l.show_images({"a": spotted}, signed=True).figure.axes[0].images[0].get_clim()
    assert -low == high <= 1


# --- curves, spread, confusion --------------------------------------------------------------------------------------


def test_the_curves_are_the_given_ones_and_can_be_told_apart_without_colours():
    curves = {str(k): [float(k), k + 1.0, k * 2.0] for k in range(7)}
    ax = d2l.show_curves(curves, x=[0.5, 1, 4]).figure.axes[0]
    for line, (name, values) in zip(ax.lines, curves.items(), strict=True):
        assert (line.get_label(), list(line.get_xdata()), list(line.get_ydata())) == (name, [0.5, 1, 4], values)
    assert len({line.get_color() for line in ax.lines}) == 7
    assert len({str(line._dash_pattern) for line in ax.lines}) == 7


def test_curves_count_from_one_where_nothing_else_is_said():
    ax = d2l.show_curves({"a": [5.0, 6.0]}).figure.axes[0]
    assert list(ax.lines[0].get_xdata()) == [1, 2]


def test_a_single_point_can_be_seen():
    assert d2l.show_curves({"a": [5.0]}).figure.axes[0].lines[0].get_marker() == "o"


@pytest.mark.parametrize("log, scale", [(True, "log"), (False, "linear")])
def test_axes_are_logarithmic_on_request(log, scale):
    assert d2l.show_curves({"a": [1.0, 10.0]}, log=log).figure.axes[0].get_yscale() == scale
    assert d2l.show_spread({"a": [1.0, 10.0]}, log=log).figure.axes[0].get_xscale() == scale


def test_a_history_without_test_data_has_no_curve_of_them():
    drawn = d2l.show_history(d2l.History("cpu", train_loss=[2.0, 1.0], train_acc=[0.5, 0.75]))
    assert [line.get_label() for line in drawn.figure.axes[0].lines] == ["train loss", "train accuracy"]


@pytest.mark.parametrize("runs", [[0.75, 0.5, 0.625], [4.0, 1.0, 2.0, 3.0], [7.0]])
def test_every_run_is_a_dot_and_the_bar_stands_at_the_median(runs):
    ax = d2l.show_spread({"SGD": runs}).figure.axes[0]
    assert sorted(ax.collections[0].get_offsets()[:, 0]) == sorted(runs)
    assert list(ax.lines[0].get_xdata()) == [statistics.median(runs)] * 2


def test_the_names_of_the_runs_stand_at_their_rows():
    ax = d2l.show_spread({"SGD": [1.0], "Adam": [2.0]}).figure.axes[0]
    assert [label.get_text() for label in ax.get_yticklabels()] == ["SGD", "Adam"]
    assert [round(row) for dots in ax.collections for row in dots.get_offsets()[:, 1]] == [0, 1]


def test_the_matrix_has_its_counts_in_their_cells_and_leaves_out_zeros():
    ax = d2l.show_confusion(CONFUSION, ["cat", "dog", "cow"]).figure.axes[0]
    written = {(i, j): str(int(CONFUSION[i, j])) for i in range(3) for j in range(3) if CONFUSION[i, j]}
    assert cells(ax) == written
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("predicted class", "true class")


def test_the_mistakes_stand_out_and_not_the_diagonal():
    ax = d2l.show_confusion(CONFUSION, ["cat", "dog", "cow"]).figure.axes[0]
    assert torch.equal(torch.tensor(ax.images[0].get_array()), CONFUSION.clone().fill_diagonal_(0))


def test_the_most_frequent_mistake_is_named_first():
    alt = d2l.show_confusion(CONFUSION, ["cat", "dog", "cow"]).alt
    assert "15 of 21 right; most frequent mistakes: cow taken for dog (3), cat taken for cow (2)" in alt


def test_where_there_is_no_mistake_none_is_named():
    assert d2l.show_confusion(torch.tensor([[5, 0], [0, 4]]), ["cat", "dog"]).alt.endswith("mistakes: none")


def test_the_confusion_matrix_is_left_as_it_is():
    matrix = CONFUSION.clone()
    d2l.show_confusion(matrix, ["cat", "dog", "cow"])
    assert torch.equal(matrix, CONFUSION)


# --- what they refuse -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "call, words",
    [
        (lambda: d2l.show_grids(), "show_grids needs at least one grid"),
        (lambda: d2l.show_grids({}), "show_grids needs at least one grid"),
        (
            lambda: d2l.show_grids({"X": torch.eye(2)}, X=torch.eye(2)),
            "two grids are called 'X': one in the mapping, one by name",
        ),
        (lambda: d2l.show_grids(X=torch.ones(2)), "grid 'X' must be 2-D, from 1 x 1 to 20 x 20, got shape (2,)"),
        (lambda: d2l.show_grids(X=torch.ones(2, 21)), "grid 'X' must be 2-D, from 1 x 1 to 20 x 20, got shape (2, 21)"),
        (lambda: d2l.show_grids(X=torch.ones(0, 2)), "grid 'X' must be 2-D, from 1 x 1 to 20 x 20, got shape (0, 2)"),
        (
            lambda: d2l.show_grids(mark={"Z": (0, 0, 1, 1)}, X=torch.ones(2, 2), Y=torch.ones(1, 1)),
            "mark names 'Z', but the grids are 'X', 'Y'",
        ),
        (lambda: d2l.show_images({}), "show_images needs at least one image"),
        (
            lambda: d2l.show_images({"a": torch.ones(2, 4, 4)}),
            "image 'a' must have shape (height, width) or (3, height, width), got (2, 4, 4)",
        ),
        (lambda: d2l.show_images({"a": torch.ones(0, 4)}), "image 'a' must have shape (height, width)"),
        (lambda: d2l.show_images({"a": torch.ones(3, 0, 4)}), "image 'a' must have shape (height, width)"),
        (
            lambda: d2l.show_gradient(torch.ones(2, 3), torch.ones(3, 2)),
            "Gx and Gy must be real and 2-D, of one shape, got a tensor of shape (2, 3) and",
        ),
        (
            lambda: d2l.show_gradient(torch.ones(2), torch.ones(2)),
            "Gx and Gy must be real and 2-D, of one shape, got",
        ),
        (lambda: d2l.show_curves({}), "show_curves needs at least one curve"),
        (lambda: d2l.show_curves({"a": []}), "curve 'a' has no values"),
        (lambda: d2l.show_curves({"a": [1.0, 2.0]}, x=[1, 2, 3]), "curve 'a' has 2 values, but x has 3"),
        (lambda: d2l.show_spread({}), "show_spread needs at least one run under each name"),
        (lambda: d2l.show_spread({"a": [1.0], "b": []}), "show_spread needs at least one run under each name"),
        (
            lambda: d2l.show_confusion(torch.ones(2, 3), ["a", "b"]),
            "a confusion matrix for 2 labels is 2 x 2, got (2, 3)",
        ),
        (
            lambda: d2l.show_confusion(torch.ones(2, 2), ["a", "b", "c"]),
            "a confusion matrix for 3 labels is 3 x 3, got (2, 2)",
        ),
    ],
)
def test_what_cannot_be_shown_is_named(call, words):
    with pytest.raises(ValueError, match="^" + re.escape(words)):
        call()
