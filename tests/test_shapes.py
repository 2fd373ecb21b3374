"""Sizes against what torch's layers really give, receptive fields against what their gradients really reach."""

import math
import re

import pytest
import torch
from hypothesis import assume, given
from hypothesis import strategies as st
from torch import nn
from torch.nn import functional as F

import d2lutil as d2l


def or_none(call):
    """The result, or None where it is refused: by ValueError here, by RuntimeError in torch."""
    try:
        return call()
    except (ValueError, RuntimeError):
        return None


def sizes(low, high):
    return st.integers(low, high) | st.tuples(st.integers(low, high), st.integers(low, high))


def pair(size):
    return size if isinstance(size, tuple) else (size, size)


any_n, any_kernel = sizes(1, 12), sizes(1, 5)
any_padding, any_stride, any_dilation = sizes(0, 3), sizes(1, 4), sizes(1, 3)


# --- output_size ----------------------------------------------------------------------------------------------------


@given(any_n, any_kernel, any_padding, any_stride, any_dilation)
def test_output_size_is_that_of_conv2d_and_refused_where_torch_refuses(n, kernel, padding, stride, dilation):
    X, K = torch.ones(1, 1, *pair(n)), torch.ones(1, 1, *pair(kernel))
    theirs = or_none(lambda: tuple(F.conv2d(X, K, None, stride, padding, dilation).shape[2:]))
    mine = or_none(lambda: d2l.output_size(n, kernel, padding, stride, dilation))
    assert (mine if mine is None else pair(mine)) == theirs


@given(any_n, any_kernel, any_padding, any_stride, any_dilation, st.booleans())
def test_output_size_is_that_of_max_pool2d_and_refused_where_torch_refuses(n, kernel, padding, stride, dilation, ceil):
    assume(all(2 * p <= k for p, k in zip(pair(padding), pair(kernel), strict=True)))  # torch pads a pooling no more
    X = torch.ones(1, 1, *pair(n))
    theirs = or_none(lambda: tuple(F.max_pool2d(X, kernel, stride, padding, dilation, ceil_mode=ceil).shape[2:]))
    mine = or_none(lambda: d2l.output_size(n, kernel, padding, stride, dilation, ceil_mode=ceil))
    assert (mine if mine is None else pair(mine)) == theirs


@given(any_n, any_kernel, any_padding, any_stride, st.booleans())
def test_output_size_is_that_of_avg_pool2d_and_refused_where_torch_refuses(n, kernel, padding, stride, ceil):
    assume(all(2 * p <= k for p, k in zip(pair(padding), pair(kernel), strict=True)))
    X = torch.ones(1, 1, *pair(n))
    theirs = or_none(lambda: tuple(F.avg_pool2d(X, kernel, stride, padding, ceil_mode=ceil).shape[2:]))
    mine = or_none(lambda: d2l.output_size(n, kernel, padding, stride, ceil_mode=ceil))
    assert (mine if mine is None else pair(mine)) == theirs


def test_the_answer_is_an_int_for_ints():
    assert d2l.output_size(8, 3, padding=1, stride=2) == 4


@pytest.mark.parametrize("where", ["n", "kernel", "padding", "stride", "dilation"])
def test_the_answer_is_a_pair_as_soon_as_one_size_is(where):
    ints = {"n": 8, "kernel": 3, "padding": 1, "stride": 2, "dilation": 1}
    pairs = ints | {where: (ints[where], ints[where])}
    assert d2l.output_size(**pairs) == (d2l.output_size(**ints),) * 2


def test_a_kernel_that_does_not_fit_is_refused_with_the_size_it_needs():
    words = "kernel 5 does not fit input 2: with padding 1 the input must be at least 3 long"
    with pytest.raises(ValueError, match="^" + words):
        d2l.output_size(2, 5, padding=1)
    assert d2l.output_size(3, 5, padding=1) == 1


def test_the_refusal_tells_how_many_cells_a_dilated_kernel_covers():
    words = "kernel 3 with dilation 2 covers 5 cells and does not fit input 4: with padding 0 .* at least 5 long"
    with pytest.raises(ValueError, match="^" + words):
        d2l.output_size(4, 3, dilation=2)


def test_the_size_that_a_refused_rounded_up_window_needs_is_enough():
    with pytest.raises(ValueError, match="kernel 9 does not fit input 2") as refusal:
        d2l.output_size(2, 9, stride=3, ceil_mode=True)
    least = int(re.search(r"at least (\d+) long", str(refusal.value))[1])
    assert d2l.output_size(least, 9, stride=3, ceil_mode=True) == 1
    with pytest.raises(ValueError, match="kernel 9 does not fit"):
        d2l.output_size(least - 1, 9, stride=3, ceil_mode=True)


@pytest.mark.parametrize(
    "sizes, words",
    [
        ({"n": 0}, "n must be at least 1, got 0"),
        ({"kernel": 0}, "kernel must be at least 1, got 0"),
        ({"kernel": -2}, "kernel must be at least 1, got -2"),
        ({"stride": 0}, "stride must be at least 1, got 0"),
        ({"stride": (1, -1)}, "stride must be at least 1, got -1"),
        ({"dilation": 0}, "dilation must be at least 1, got 0"),
        ({"dilation": -3}, "dilation must be at least 1, got -3"),
        ({"padding": -1}, "padding must be at least 0, got -1"),
    ],
    ids=str,
)
def test_an_impossible_size_is_named(sizes, words):
    with pytest.raises(ValueError, match="^" + words + "$"):
        d2l.output_size(**({"n": 8, "kernel": 3} | sizes))


@pytest.mark.parametrize("wrong", [1.5, "3", None, True, (1, 2, 3), (1, 2.0)], ids=str)
def test_what_is_no_size_is_named(wrong):
    words = f"padding must be an int or a pair of ints (height, width), got {wrong!r}"
    with pytest.raises(TypeError, match="^" + re.escape(words)):
        d2l.output_size(8, 3, padding=wrong)


# --- explain_output_size --------------------------------------------------------------------------------------------


@given(*[st.integers(1, 12), st.integers(1, 5), st.integers(0, 3), st.integers(1, 4), st.integers(1, 3), st.booleans()])
def test_the_explanation_ends_with_the_output_size(n, kernel, padding, stride, dilation, ceil):
    size = or_none(lambda: d2l.output_size(n, kernel, padding, stride, dilation, ceil))
    assume(size is not None)
    words = d2l.explain_output_size(n, kernel, padding, stride, dilation, ceil)
    assert int(re.search(r"(\d+)$", words)[1]) == size


@given(*[st.integers(1, 12), st.integers(1, 5), st.integers(0, 3), st.integers(1, 4), st.integers(1, 3), st.booleans()])
def test_every_step_of_the_explanation_has_the_same_value(n, kernel, padding, stride, dilation, ceil):
    words = or_none(lambda: d2l.explain_output_size(n, kernel, padding, stride, dilation, ceil))
    assume(words is not None)
    steps = words.split(";")[0].split(" = ")
    assert len(steps) == 4
    assert len({eval(step, {"floor": math.floor, "ceil": math.ceil}) for step in steps}) == 1


def test_the_explanation_takes_one_axis_at_a_time():
    with pytest.raises(TypeError, match=re.escape("kernel must be an int, one axis at a time, got (3, 3)")):
        d2l.explain_output_size(8, (3, 3))


def test_the_explanation_refuses_what_output_size_refuses():
    with pytest.raises(ValueError, match="kernel 9 does not fit input 8: with padding 0 the input must be at least 9"):
        d2l.explain_output_size(8, 9)


def test_what_the_padding_drops_is_said_in_the_readers_language():
    d2l.use_language("zh")
    words = d2l.explain_output_size(1, 1, padding=1, stride=2, ceil_mode=True)
    assert words.endswith(" = 1 + 1 = 2；最后一个窗口的起点落在填充里，舍去后为 1")


# --- receptive_field ------------------------------------------------------------------------------------------------


@st.composite
def stacks(draw):
    """Up to three layers with a window, some of them in a Sequential of their own, some followed by an activation."""
    layers = []
    for _ in range(draw(st.integers(1, 3))):
        kernel, stride = draw(sizes(1, 3)), draw(sizes(1, 3))
        if draw(st.booleans()):
            ways = {"padding": draw(sizes(0, 2)), "dilation": draw(sizes(1, 2))}
            if stride == 1 and draw(st.booleans()):
                ways["padding"] = draw(st.sampled_from(["same", "valid"]))
            layer = nn.Conv2d(1, 1, kernel, stride, **ways, bias=False, dtype=torch.float64)
            nn.init.ones_(layer.weight)
        else:
            layer = nn.AvgPool2d(kernel, stride, padding=draw(st.integers(0, min(pair(kernel)) // 2)))
        layers.append(layer if draw(st.booleans()) else nn.Sequential(layer, nn.Identity()))
    return layers


def window_of(layer):
    layer = layer[0] if isinstance(layer, nn.Sequential) else layer
    return pair(layer.kernel_size), pair(layer.stride), pair(getattr(layer, "dilation", 1))


def reached(layers, n, position):
    """First and last row and column of the input that the output at this position depends on."""
    X = torch.ones(1, 1, *n, dtype=torch.float64, requires_grad=True)
    nn.Sequential(*layers)(X)[0, 0, *position].backward()
    rows, columns = X.grad[0, 0].nonzero(as_tuple=True)
    return [(axis.min().item(), axis.max().item()) for axis in (rows, columns)]


@given(stacks())
def test_the_receptive_field_is_what_the_gradient_reaches(layers):
    field = d2l.receptive_field(layers)
    # The first position whose field begins inside the input; and enough input for the next, far from the other end.
    inside = tuple(-(start // jump) for start, jump in zip(field.start, field.jump, strict=True))
    n = tuple(2 * jump + 3 * size for jump, size in zip(field.jump, field.size, strict=True))
    first, second = reached(layers, n, inside), reached(layers, n, tuple(i + 1 for i in inside))
    assert field.size == tuple(last - begin + 1 for begin, last in first)
    assert field.jump == tuple(b[0] - a[0] for a, b in zip(first, second, strict=True))
    jumps = zip(first, inside, field.jump, strict=True)
    assert field.start == tuple(begin - i * jump for (begin, _), i, jump in jumps)


@given(stacks(), st.integers(12, 20))
def test_a_chain_has_the_windows_of_one_layer(layers, n):
    """Position 0 sees what is left of its field inside the input; the output has the size of that one layer's."""
    X = torch.ones(1, 1, n, n, dtype=torch.float64)
    Y = or_none(lambda: nn.Sequential(*layers)(X))
    assume(Y is not None)
    assume(not any("same" in repr(layer) for layer in layers))  # whose two sides may differ
    field = d2l.receptive_field(layers)
    padding = tuple(-start for start in field.start)
    assert tuple(Y.shape[2:]) == d2l.output_size((n, n), field.size, padding=padding, stride=field.jump)


@given(stacks())
def test_modules_and_their_numbers_have_fields_of_the_same_size(layers):
    modules, numbers = d2l.receptive_field(layers), d2l.receptive_field([window_of(layer) for layer in layers])
    assert modules[:2] == numbers[:2]
    assert numbers.start == (0, 0)


@pytest.mark.parametrize("kernel, before", [(2, 0), (3, 1), (4, 1), (5, 2)])
def test_padding_named_same_begins_as_far_outside_as_torch_begins(kernel, before):
    field = d2l.receptive_field([nn.Conv2d(1, 1, kernel, padding="same")])
    assert field.start == (-before, -before)
    assert d2l.receptive_field([nn.Conv2d(1, 1, kernel, padding="valid")]).start == (0, 0)


@pytest.mark.parametrize("name, size, padding", [("vgg16", 212, 90), ("resnet18", 435, 217), ("alexnet", 195, 66)])
def test_the_fields_of_published_networks(name, size, padding):
    """VGG-16 is in the table of Araujo, Norris and Sim (2019); the others were worked out by hand."""
    import torchvision

    with torch.device("meta"):
        net = getattr(torchvision.models, name)()
    layers = [
        module
        for path, module in net.named_modules()
        if isinstance(module, (nn.Conv2d, nn.MaxPool2d)) and "downsample" not in path
    ]
    assert d2l.receptive_field(layers) == ((size, size), (32, 32), (-padding, -padding))


def test_a_network_is_a_chain_of_layers():
    net = d2l.lenet(nn.ReLU, nn.MaxPool2d)
    field = d2l.receptive_field(net[:6])
    assert field.size == d2l.receptive_field([5, (2, 2), 5, (2, 2)]).size == (16, 16)
    assert field.start == (-2, -2)  # the padding of the first convolution


def test_no_layer_sees_one_pixel():
    assert d2l.receptive_field([]) == ((1, 1), (1, 1), (0, 0))


@pytest.mark.parametrize(
    "layer", [nn.ReLU(), nn.Sigmoid(), nn.Tanh(), nn.Dropout(0.5), nn.BatchNorm2d(1), nn.Identity()], ids=repr
)
def test_a_layer_that_works_element_by_element_changes_nothing(layer):
    assert d2l.receptive_field([3, layer, (2, 2)]) == d2l.receptive_field([3, (2, 2)])


@pytest.mark.parametrize("layer", [nn.Linear(2, 2), nn.AdaptiveAvgPool2d(1), nn.ConvTranspose2d(1, 1, 2)], ids=repr)
def test_a_layer_without_a_window_is_named(layer):
    words = f"{type(layer).__name__} has no window of fixed size, so it has no receptive field here"
    with pytest.raises(ValueError, match="^" + words):
        d2l.receptive_field([3, nn.Sequential(layer)])


@pytest.mark.parametrize("layer", ["3", 1.5, (1,), (1, 2, 3, 4), True, None], ids=str)
def test_what_is_no_layer_is_named(layer):
    words = f"a layer is an int, (kernel, stride), (kernel, stride, dilation) or a torch module, got {layer!r}"
    with pytest.raises(TypeError, match="^" + re.escape(words)):
        d2l.receptive_field([3, layer])


@pytest.mark.parametrize(
    "layer, error, words",
    [
        (0, ValueError, "kernel must be at least 1, got 0"),
        ((3, 0), ValueError, "stride must be at least 1, got 0"),
        ((3, 1, (1, 0)), ValueError, "dilation must be at least 1, got 0"),
        ((3, 1.5), TypeError, "stride must be an int or a pair of ints (height, width), got 1.5"),
        (("3", 1), TypeError, "kernel must be an int or a pair of ints (height, width), got '3'"),
    ],
    ids=str,
)
def test_an_impossible_layer_is_named(layer, error, words):
    with pytest.raises(error, match="^" + re.escape(words)):
        d2l.receptive_field([layer])
