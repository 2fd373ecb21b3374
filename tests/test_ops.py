"""The operations against torch, the book's package, and the book's definitions written as plain loops."""

import re

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn
from torch.autograd import gradcheck
from torch.nn import functional as F

import d2lutil as d2l

SMALL_X = torch.arange(9.0).reshape(3, 3)
SMALL_K = torch.arange(4.0).reshape(2, 2)
TWO_X = torch.stack([SMALL_X, SMALL_X + 1])
TWO_K = torch.stack([SMALL_K, SMALL_K + 1])


@st.composite
def inputs_and_kernels(draw, dtypes=(torch.float32, torch.float64), kernel_size=None):
    """X of shape (c_i, n_h, n_w) and K of shape (c_o, c_i, k_h, k_w) that fits."""
    c_i, c_o = draw(st.integers(1, 3)), draw(st.integers(1, 3))
    n_h, n_w = draw(st.integers(1, 9)), draw(st.integers(1, 9))
    k_h, k_w = kernel_size or (draw(st.integers(1, n_h)), draw(st.integers(1, n_w)))
    dtype = draw(st.sampled_from(dtypes))
    generator = torch.Generator().manual_seed(draw(st.integers(0, 2**32 - 1)))
    X = torch.randn(c_i, n_h, n_w, dtype=dtype, generator=generator)
    return X, torch.randn(c_o, c_i, k_h, k_w, dtype=dtype, generator=generator)


def torch_conv(X, K):
    """From (c_i, n_h, n_w) and (c_o, c_i, k_h, k_w), as all of these operations are defined."""
    return F.conv2d(X.unsqueeze(0), K).squeeze(0)


def book_pool2d(X, pool_size, mode="max"):
    """The book's definition ("Pooling"), which its package does not contain."""
    p_h, p_w = pool_size
    Y = torch.zeros((X.shape[0] - p_h + 1, X.shape[1] - p_w + 1), dtype=X.dtype)
    for i in range(Y.shape[0]):
        for j in range(Y.shape[1]):
            window = X[i : i + p_h, j : j + p_w]
            Y[i, j] = window.max() if mode == "max" else window.mean()
    return Y


# --- they agree with torch ------------------------------------------------------------------------------------------


@given(inputs_and_kernels())
def test_corr2d_is_torchs_conv2d(data):
    X, K = data
    torch.testing.assert_close(d2l.corr2d(X[0], K[0, 0]), torch_conv(X[:1], K[:1, :1])[0])


@given(inputs_and_kernels())
def test_convolve2d_is_conv2d_with_the_kernel_turned_by_180_degrees(data):
    X, K = data
    torch.testing.assert_close(d2l.convolve2d(X[0], K[0, 0]), torch_conv(X[:1], K[:1, :1].flip(2, 3))[0])


@given(inputs_and_kernels())
def test_convolve2d_is_the_valid_part_of_scipys_convolution(data):
    signal = pytest.importorskip("scipy.signal", reason="needs SciPy: pip install scipy")
    X, K = data
    expected = signal.convolve2d(X[0].numpy(), K[0, 0].numpy(), mode="valid")
    torch.testing.assert_close(d2l.convolve2d(X[0], K[0, 0]), torch.from_numpy(expected))


@given(inputs_and_kernels())
def test_corr2d_multi_in_is_conv2d_with_one_output_channel(data):
    X, K = data
    torch.testing.assert_close(d2l.corr2d_multi_in(X, K[0]), torch_conv(X, K[:1])[0])


@given(inputs_and_kernels())
def test_corr2d_multi_in_out_is_conv2d(data):
    X, K = data
    torch.testing.assert_close(d2l.corr2d_multi_in_out(X, K), torch_conv(X, K))


@given(inputs_and_kernels(kernel_size=(1, 1)))
def test_a_1x1_convolution_is_conv2d(data):
    X, K = data
    torch.testing.assert_close(d2l.corr2d_multi_in_out_1x1(X, K), torch_conv(X, K))


@given(inputs_and_kernels(kernel_size=(1, 1)))
def test_a_1x1_convolution_is_a_linear_layer_at_every_pixel(data):
    X, K = data
    linear = nn.Linear(X.shape[0], K.shape[0], bias=False, dtype=X.dtype)
    with torch.no_grad():
        linear.weight.copy_(K[:, :, 0, 0])
        Y = d2l.corr2d_multi_in_out_1x1(X, K)
        for i in range(X.shape[1]):
            for j in range(X.shape[2]):
                torch.testing.assert_close(Y[:, i, j], linear(X[:, i, j]))


@given(inputs_and_kernels())
def test_max_pooling_is_torchs(data):
    X, K = data
    window = tuple(K.shape[2:])
    torch.testing.assert_close(d2l.pool2d(X[0], window), F.max_pool2d(X[:1], window, stride=1)[0])


@given(inputs_and_kernels())
def test_average_pooling_is_torchs(data):
    X, K = data
    window = tuple(K.shape[2:])
    torch.testing.assert_close(d2l.pool2d(X[0], window, "avg"), F.avg_pool2d(X[:1], window, stride=1)[0])


@given(inputs_and_kernels())
def test_a_view_with_other_strides_gives_the_same_as_its_copy(data):
    X, K = (tensor.transpose(-1, -2) for tensor in data)
    torch.testing.assert_close(d2l.corr2d_multi_in_out(X, K), d2l.corr2d_multi_in_out(X.contiguous(), K.contiguous()))


def test_max_pooling_passes_nan_on_as_torch_does():
    X = SMALL_X.clone()
    X[0, 0] = torch.nan
    torch.testing.assert_close(d2l.pool2d(X, 2), F.max_pool2d(X[None], 2, stride=1)[0], equal_nan=True)


# --- they agree with the book ---------------------------------------------------------------------------------------


@given(inputs_and_kernels(dtypes=(torch.float32,)))
def test_corr2d_is_the_books(book, data):
    X, K = data
    torch.testing.assert_close(d2l.corr2d(X[0], K[0, 0]), book.corr2d(X[0], K[0, 0]))


@given(inputs_and_kernels(dtypes=(torch.float32,)))
def test_corr2d_multi_in_is_the_books(book, data):
    X, K = data
    torch.testing.assert_close(d2l.corr2d_multi_in(X, K[0]), sum(book.corr2d(x, k) for x, k in zip(X, K[0])))  # noqa: B905


@given(inputs_and_kernels(dtypes=(torch.float32,)))
def test_corr2d_multi_in_out_is_the_books(book, data):
    X, K = data
    expected = torch.stack([sum(book.corr2d(x, k) for x, k in zip(X, kernel)) for kernel in K], 0)  # noqa: B905
    torch.testing.assert_close(d2l.corr2d_multi_in_out(X, K), expected)


@given(inputs_and_kernels(kernel_size=(1, 1)))
def test_a_1x1_convolution_is_the_books(data):
    X, K = data
    c_i, h, w = X.shape
    c_o = K.shape[0]
    expected = torch.matmul(K.reshape((c_o, c_i)), X.reshape((c_i, h * w))).reshape((c_o, h, w))
    torch.testing.assert_close(d2l.corr2d_multi_in_out_1x1(X, K), expected)


@given(inputs_and_kernels(), st.sampled_from(["max", "avg"]))
def test_pool2d_is_the_books(data, mode):
    X, K = data
    window = tuple(K.shape[2:])
    torch.testing.assert_close(d2l.pool2d(X[0], window, mode), book_pool2d(X[0], window, mode))


@given(inputs_and_kernels())
def test_comp_conv2d_is_the_books(data):
    X, K = data
    layer = nn.Conv2d(1, 1, tuple(K.shape[2:]), padding=1, dtype=X.dtype)
    Y = layer(X[0].reshape((1, 1) + X[0].shape))
    assert torch.equal(d2l.comp_conv2d(layer, X[0]), Y.reshape(Y.shape[2:]))


def test_comp_conv2d_takes_a_lazy_layer():
    layer = nn.LazyConv2d(1, kernel_size=3, padding=1)
    assert d2l.comp_conv2d(layer, torch.rand(8, 6)).shape == (8, 6)


# --- the numbers of the text ----------------------------------------------------------------------------------------


def test_corr2d_of_the_texts_example():
    assert d2l.corr2d(SMALL_X, SMALL_K).tolist() == [[19, 25], [37, 43]]


def test_corr2d_multi_in_of_the_texts_example():
    assert d2l.corr2d_multi_in(TWO_X, TWO_K).tolist() == [[56, 72], [104, 120]]


def test_corr2d_multi_in_out_of_the_texts_example():
    K = torch.stack([TWO_K, TWO_K + 1, TWO_K + 2])
    expected = [[[56, 72], [104, 120]], [[76, 100], [148, 172]], [[96, 128], [192, 224]]]
    assert d2l.corr2d_multi_in_out(TWO_X, K).tolist() == expected


def test_pool2d_of_the_texts_example():
    assert d2l.pool2d(SMALL_X, (2, 2)).tolist() == [[4, 5], [7, 8]]
    assert d2l.pool2d(SMALL_X, (2, 2), "avg").tolist() == [[2, 3], [5, 6]]


# --- the layer ------------------------------------------------------------------------------------------------------


@given(inputs_and_kernels())
def test_conv2d_layer_and_its_gradients_are_torchs(data):
    X, K = data
    mine = d2l.Conv2D(tuple(K.shape[2:])).to(X.dtype)
    theirs = nn.Conv2d(1, 1, tuple(K.shape[2:]), dtype=X.dtype)
    theirs.load_state_dict({"weight": mine.weight[None, None], "bias": mine.bias + 1})
    with torch.no_grad():
        mine.bias += 1
    x, x_theirs = X[0].clone().requires_grad_(), X[:1].clone().requires_grad_()
    y, y_theirs = mine(x), theirs(x_theirs)[0]
    torch.testing.assert_close(y, y_theirs)
    (y**2).sum().backward()
    (y_theirs**2).sum().backward()
    # Squares of sums of up to 81 terms: float32 leaves about five digits.
    close = {"rtol": 1e-4, "atol": 1e-4}
    torch.testing.assert_close(mine.weight.grad, theirs.weight.grad[0, 0], **close)
    torch.testing.assert_close(mine.bias.grad, theirs.bias.grad, **close)
    torch.testing.assert_close(x.grad, x_theirs.grad[0], **close)


def test_conv2d_layer_of_one_int_has_a_square_kernel():
    assert d2l.Conv2D(3).weight.shape == (3, 3)


def test_conv2d_layer_starts_with_weights_in_0_to_1_and_no_bias():
    layer = d2l.Conv2D((40, 50))
    assert 0 <= layer.weight.min() < 0.01 < 0.99 < layer.weight.max() < 1
    assert layer.bias.tolist() == [0.0]


def test_conv2d_layer_tells_its_kernel_size():
    assert repr(d2l.Conv2D((1, 2))) == "Conv2D(kernel_size=(1, 2))"


# --- gradients, types, inputs ---------------------------------------------------------------------------------------

OPERATIONS = {
    "corr2d": (d2l.corr2d, (5, 4), (2, 3)),
    "convolve2d": (d2l.convolve2d, (5, 4), (2, 3)),
    "corr2d_multi_in": (d2l.corr2d_multi_in, (2, 5, 4), (2, 2, 3)),
    "corr2d_multi_in_out": (d2l.corr2d_multi_in_out, (2, 5, 4), (3, 2, 2, 3)),
    "corr2d_multi_in_out_1x1": (d2l.corr2d_multi_in_out_1x1, (2, 5, 4), (3, 2, 1, 1)),
}
each_operation = pytest.mark.parametrize("operation, x_shape, k_shape", OPERATIONS.values(), ids=OPERATIONS.keys())
each_mode = pytest.mark.parametrize("mode", ["max", "avg"])


@each_operation
def test_gradients_flow_to_input_and_kernel(operation, x_shape, k_shape):
    X = torch.randn(x_shape, dtype=torch.float64, requires_grad=True)
    K = torch.randn(k_shape, dtype=torch.float64, requires_grad=True)
    assert gradcheck(operation, (X, K))


@each_mode
def test_gradients_flow_through_pooling(mode):
    # All values apart, so that a small step changes no maximum.
    X = torch.randperm(20).double().reshape(5, 4).requires_grad_()
    assert gradcheck(lambda X: d2l.pool2d(X, (2, 3), mode), (X,))


@each_operation
def test_the_inputs_are_left_as_they_are(operation, x_shape, k_shape):
    X, K = torch.randn(x_shape), torch.randn(k_shape)
    before = X.clone(), K.clone()
    operation(X, K)
    assert torch.equal(X, before[0])
    assert torch.equal(K, before[1])


@each_mode
def test_pooling_leaves_its_input_as_it_is(mode):
    X = torch.randn(5, 4)
    before = X.clone()
    d2l.pool2d(X, 2, mode)
    assert torch.equal(X, before)


@each_operation
@pytest.mark.parametrize("x_type", [torch.uint8, torch.int8, torch.int32, torch.int64], ids=str)
@pytest.mark.parametrize("k_type", [torch.uint8, torch.uint16, torch.int8], ids=str)
def test_integers_are_added_as_int64_and_do_not_wrap_around(operation, x_shape, k_shape, x_type, k_type):
    low, high = torch.iinfo(x_type).min, torch.iinfo(x_type).max
    X = torch.randint(max(low, -1000), min(high, 1000), x_shape).to(x_type)
    K = torch.randint(max(torch.iinfo(k_type).min, -1000), min(torch.iinfo(k_type).max, 1000), k_shape).to(k_type)
    Y = operation(X, K)
    assert Y.dtype is torch.int64
    assert torch.equal(Y.double(), operation(X.double(), K.double()))


@each_operation
@pytest.mark.parametrize(
    "x_type, k_type",
    [
        (torch.uint8, torch.float32),
        (torch.float32, torch.int64),
        (torch.float32, torch.float64),
        (torch.float64, torch.float32),
        (torch.float16, torch.float32),
        (torch.int64, torch.float64),
        (torch.float32, torch.complex64),
    ],
    ids=str,
)
def test_mixed_types_meet_where_their_product_does(operation, x_shape, k_shape, x_type, k_type):
    X, K = (torch.rand(x_shape) * 9).to(x_type), (torch.rand(k_shape) * 9).to(k_type)
    Y = operation(X, K)
    common = torch.result_type(X, K)
    assert Y.dtype is common
    torch.testing.assert_close(Y, operation(X.to(common), K.to(common)))


def test_max_pooling_keeps_the_type_of_integers():
    Y = d2l.pool2d(torch.tensor([[250, 3], [4, 5]], dtype=torch.uint8), 2)
    assert (Y.dtype, Y.tolist()) == (torch.uint8, [[250]])


def test_the_mean_of_integers_is_not_rounded():
    Y = d2l.pool2d(torch.tensor([[250, 250], [250, 251]], dtype=torch.uint8), 2, "avg")
    assert (Y.dtype, Y.tolist()) == (torch.float32, [[250.25]])


def test_one_int_is_a_square_window():
    assert torch.equal(d2l.pool2d(SMALL_X, 2), d2l.pool2d(SMALL_X, (2, 2)))


# --- what they refuse -----------------------------------------------------------------------------------------------


def refuses(error, message):
    """As pytest.raises, for a message that begins with just these words."""
    return pytest.raises(error, match="^" + re.escape(message))


@pytest.mark.parametrize(
    "x, k, words",
    [
        ((2, 5), (3, 3), "(3, 3) does not fit input (2, 5): with padding 0 the input must be at least 3 rows high"),
        ((5, 2), (1, 3), "(1, 3) does not fit input (5, 2): with padding 0 the input must be at least 3 columns wide"),
    ],
)
@pytest.mark.parametrize("operation", [d2l.corr2d, d2l.convolve2d])
def test_a_kernel_larger_than_the_input_is_refused(operation, x, k, words):
    with pytest.raises(ValueError, match="^kernel " + re.escape(words) + "$"):
        operation(torch.ones(x), torch.ones(k))


@pytest.mark.parametrize("operation", [d2l.corr2d_multi_in, d2l.corr2d_multi_in_out])
def test_a_kernel_larger_than_the_channels_is_refused(operation):
    K = torch.ones(2, 4, 4) if operation is d2l.corr2d_multi_in else torch.ones(3, 2, 4, 4)
    with refuses(ValueError, "kernel (4, 4) does not fit input (3, 3)"):
        operation(TWO_X, K)


def test_a_window_larger_than_the_input_is_refused():
    with refuses(ValueError, "window (2, 4) does not fit input (3, 3): with padding 0 the input must be at least 4"):
        d2l.pool2d(SMALL_X, (2, 4))


def test_a_kernel_that_only_touches_the_size_of_the_input_is_taken():
    assert d2l.corr2d(SMALL_X, SMALL_X).shape == (1, 1)


@pytest.mark.parametrize(
    "call, words",
    [
        (lambda: d2l.corr2d(TWO_X, SMALL_K), "input must be 2-D (height, width), got 3-D with shape (2, 3, 3)"),
        (lambda: d2l.corr2d(SMALL_X, TWO_K), "kernel must be 2-D (height, width), got 3-D with shape (2, 2, 2)"),
        (lambda: d2l.convolve2d(SMALL_X, SMALL_X[0]), "kernel must be 2-D (height, width), got 1-D with shape (3,)"),
        (lambda: d2l.pool2d(TWO_X, 2), "input must be 2-D (height, width), got 3-D with shape (2, 3, 3)"),
        (lambda: d2l.comp_conv2d(nn.Conv2d(1, 1, 2), TWO_X), "input must be 2-D (height, width), got 3-D"),
        (lambda: d2l.Conv2D(2)(TWO_X), "input must be 2-D (height, width), got 3-D with shape (2, 3, 3)"),
        (lambda: d2l.corr2d_multi_in(SMALL_X, TWO_K), "input must be 3-D (channels, height, width), got 2-D"),
        (lambda: d2l.corr2d_multi_in(TWO_X, SMALL_K), "kernel must be 3-D (channels, height, width), got 2-D"),
        (
            lambda: d2l.corr2d_multi_in_out(TWO_X, TWO_K),
            "kernel must be 4-D (out channels, in channels, height, width), got 3-D with shape (2, 2, 2)",
        ),
        (
            lambda: d2l.corr2d_multi_in_out_1x1(TWO_X, torch.ones(3, 2)),
            "kernel must be 4-D (out channels, in channels, height, width), got 2-D with shape (3, 2)",
        ),
    ],
)
def test_a_wrong_number_of_axes_is_named_with_the_shape(call, words):
    with refuses(ValueError, words):
        call()


@pytest.mark.parametrize(
    "call, words",
    [
        (
            lambda: d2l.corr2d_multi_in(TWO_X, torch.ones(3, 2, 2)),
            "input (2, 3, 3) has 2 channels but kernel (3, 2, 2) expects 3",
        ),
        (
            lambda: d2l.corr2d_multi_in_out(TWO_X, torch.ones(4, 1, 2, 2)),
            "input (2, 3, 3) has 2 channels but kernel (4, 1, 2, 2) expects 1",
        ),
        (
            lambda: d2l.corr2d_multi_in_out_1x1(TWO_X, torch.ones(4, 5, 1, 1)),
            "input (2, 3, 3) has 2 channels but kernel (4, 5, 1, 1) expects 5",
        ),
    ],
)
def test_channels_that_do_not_match_are_named(call, words):
    with refuses(ValueError, words):
        call()


@pytest.mark.parametrize(
    "call, words",
    [
        (lambda: d2l.corr2d([[1.0]], SMALL_K), "input must be a torch.Tensor, got list"),
        (lambda: d2l.corr2d(SMALL_X, SMALL_K.numpy()), "kernel must be a torch.Tensor, got ndarray"),
        (lambda: d2l.convolve2d(SMALL_X, [[1.0]]), "kernel must be a torch.Tensor, got list"),
        (lambda: d2l.corr2d_multi_in_out(None, torch.ones(1, 1, 1, 1)), "input must be a torch.Tensor, got NoneType"),
        (lambda: d2l.pool2d([[1.0]], 1), "input must be a torch.Tensor, got list"),
        (lambda: d2l.comp_conv2d(nn.Conv2d(1, 1, 1), [[1.0]]), "input must be a torch.Tensor, got list"),
    ],
)
def test_what_is_no_tensor_is_named(call, words):
    with refuses(TypeError, words):
        call()


@pytest.mark.parametrize("dtype", [torch.bool, torch.float8_e4m3fn, torch.float8_e5m2], ids=str)
def test_a_type_that_cannot_be_multiplied_is_named(dtype):
    strange = torch.zeros(3, 3).to(dtype)
    words = f"has dtype {dtype}, which cannot be multiplied: convert it with .float()"
    with refuses(TypeError, f"input {words}"):
        d2l.corr2d(strange, SMALL_K)
    with refuses(TypeError, f"kernel {words}"):
        d2l.corr2d(SMALL_X, strange)
    with refuses(TypeError, f"kernel {words}"):
        d2l.corr2d_multi_in_out_1x1(SMALL_X[None], strange[None, None, :1, :1])


@pytest.mark.parametrize(
    "operation, X, K",
    [
        (d2l.corr2d, SMALL_X, SMALL_K),
        (d2l.corr2d_multi_in_out, TWO_X, TWO_K[None]),
        (d2l.corr2d_multi_in_out_1x1, TWO_X, torch.ones(1, 2, 1, 1)),
    ],
)
def test_two_devices_are_named(operation, X, K):
    with refuses(ValueError, "input is on cpu and kernel on meta: move one with .to(device)"):
        operation(X, K.to("meta"))


@pytest.mark.parametrize(
    "call, words",
    [
        (lambda: d2l.corr2d(torch.ones(0, 3), SMALL_K), "input is empty: its shape is (0, 3)"),
        (lambda: d2l.corr2d(SMALL_X, torch.ones(2, 0)), "kernel is empty: its shape is (2, 0)"),
        (lambda: d2l.pool2d(torch.ones(3, 0), 1), "input is empty: its shape is (3, 0)"),
        (lambda: d2l.corr2d_multi_in(torch.ones(0, 3, 3), TWO_K), "input is empty: its shape is (0, 3, 3)"),
        (lambda: d2l.corr2d_multi_in_out(TWO_X, torch.ones(0, 2, 1, 1)), "kernel is empty: its shape is (0, 2, 1, 1)"),
    ],
)  # fmt: skip
def test_an_empty_tensor_is_named(call, words):
    with refuses(ValueError, words):
        call()


def test_a_1x1_convolution_takes_no_larger_kernel():
    with refuses(ValueError, "kernel (3, 2, 1, 2) is not 1 x 1: its last two sizes must be 1"):
        d2l.corr2d_multi_in_out_1x1(TWO_X, torch.ones(3, 2, 1, 2))


@pytest.mark.parametrize(
    "size, error, words",
    [
        (0, ValueError, "pool_size must be at least 1 in each direction, got (0, 0)"),
        ((2, -1), ValueError, "pool_size must be at least 1 in each direction, got (2, -1)"),
        ((2, 2, 2), TypeError, "pool_size must be an int or a pair of ints (height, width), got (2, 2, 2)"),
        (1.5, TypeError, "pool_size must be an int or a pair of ints (height, width), got 1.5"),
        (True, TypeError, "pool_size must be an int or a pair of ints (height, width), got True"),
    ],
)
def test_a_window_of_impossible_size_is_refused(size, error, words):
    with refuses(error, words):
        d2l.pool2d(SMALL_X, size)


@pytest.mark.parametrize(
    "size, error, words",
    [
        ((0, 2), ValueError, "kernel_size must be at least 1 in each direction, got (0, 2)"),
        ("3", TypeError, "kernel_size must be an int or a pair of ints (height, width), got '3'"),
    ],
)
def test_a_layer_of_impossible_kernel_size_is_refused(size, error, words):
    with refuses(error, words):
        d2l.Conv2D(size)


def test_an_unknown_pooling_mode_is_named_with_the_known_ones():
    with refuses(ValueError, "unknown pooling mode 'mean': the modes are 'max' and 'avg'"):
        d2l.pool2d(SMALL_X, 2, "mean")


@each_mode
def test_complex_numbers_are_not_pooled(mode):
    with refuses(TypeError, "pooling cannot compare or average dtype torch.complex64"):
        d2l.pool2d(SMALL_X.to(torch.complex64), 2, mode)


def test_comp_conv2d_shows_one_channel_only():
    with refuses(ValueError, "comp_conv2d shows one channel, but the layer's output is (1, 4, 6, 6)"):
        d2l.comp_conv2d(nn.Conv2d(1, 4, 3), torch.rand(8, 8))


def test_on_cuda_they_give_what_they_give_on_the_cpu(cuda):
    X, K = torch.randn(2, 9, 8, dtype=torch.float64), torch.randn(3, 2, 3, 2, dtype=torch.float64)
    for operation, x, k in [
        (d2l.corr2d, X[0], K[0, 0]),
        (d2l.corr2d_multi_in_out, X, K),
        (d2l.corr2d_multi_in_out_1x1, X, K[:, :, :1, :1]),
    ]:
        there = operation(x.to(cuda), k.to(cuda))
        assert there.device.type == "cuda"
        torch.testing.assert_close(there.cpu(), operation(x, k))
