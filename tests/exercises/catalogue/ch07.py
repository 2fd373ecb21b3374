"""Answers to the exercises of chapter 07."""

import math

import torch
import torch.nn.functional as F

import d2lutil as d2l
from catalogue import right, wrong
from d2lutil.exercises import ch07


@right(ch07.pooled_rows)
def from_our_formula(n, window):
    return d2l.output_size(n, window, stride=window)


@right(ch07.pooled_rows)
def step_by_step(n, window):
    rows, top = 0, 0
    while top + window <= n:
        rows += 1
        top += window
    return rows


@right(ch07.pooled_rows)
def ask_the_layer(n, window):
    return torch.nn.MaxPool2d(window)(torch.rand(1, n, n)).shape[-2]


@right(ch07.pooled_rows)
def rounded_down(n, window):
    return math.floor((n - window) / window + 1)


@wrong(ch07.pooled_rows, "stride 1 by default")
def like_a_convolution(n, window):
    return d2l.output_size(n, window)


@wrong(ch07.pooled_rows, "rounded up")
def ceiling(n, window):
    return math.ceil(n / window)


@wrong(ch07.pooled_rows, "not rounded")
def with_a_slash(n, window):
    return (n - window) / window + 1


@wrong(ch07.pooled_rows, "one too few")
def without_the_first(n, window):
    return (n - window) // window


@wrong(ch07.pooled_rows, "nothing returned")
def printed(n, window):
    print(n // window)


@wrong(ch07.pooled_rows, "endless loop")
def forgets_to_step(n, window):
    rows, top = 0, 0
    while top + window <= n:
        rows += 1
    return rows


@right(ch07.average_by_conv)
def channel_after_channel(X, window, stride, padding):
    kernel = torch.ones(1, 1, *window, dtype=X.dtype, device=X.device) / (window[0] * window[1])
    maps = [F.conv2d(X[:, c : c + 1], kernel, stride=stride, padding=padding) for c in range(X.shape[1])]
    return torch.cat(maps, dim=1)


@right(ch07.average_by_conv)
def channels_as_a_batch(X, window, stride, padding):
    kernel = torch.full((1, 1, *window), 1 / math.prod(window)).to(X)
    flat = F.conv2d(X.reshape(-1, 1, *X.shape[2:]), kernel, stride=stride, padding=padding)
    return flat.reshape(*X.shape[:2], *flat.shape[2:])


@right(ch07.average_by_conv)
def diagonal_of_kernels(X, window, stride, padding):
    """No groups: every output channel has zeros for all input channels but its own."""
    channels = X.shape[1]
    each = torch.eye(channels, dtype=X.dtype, device=X.device)[:, :, None, None]
    return F.conv2d(X, each.expand(-1, -1, *window), None, stride, padding) / (window[0] * window[1])


@right(ch07.average_by_conv)
def one_axis_after_the_other(X, window, stride, padding):
    c = X.shape[1]
    column, row = X.new_ones(c, 1, window[0], 1), X.new_ones(c, 1, 1, window[1])
    X = F.conv2d(X, column / window[0], stride=(stride[0], 1), padding=(padding[0], 0), groups=c)
    return F.conv2d(X, row / window[1], stride=(1, stride[1]), padding=(0, padding[1]), groups=c)


@right(ch07.average_by_conv)
def by_a_layer(X, window, stride, padding):
    c = X.shape[1]
    layer = torch.nn.Conv2d(c, c, window, stride, padding, groups=c, bias=False).to(X)
    torch.nn.init.constant_(layer.weight, 1 / math.prod(window))
    return layer(X)


@wrong(ch07.average_by_conv, "not allowed")
def the_layer_itself(X, window, stride, padding):
    return torch.nn.AvgPool2d(window, stride, padding)(X)


@wrong(ch07.average_by_conv, "padding lost")
def padding_forgotten(X, window, stride, padding):
    return F.conv2d(X, X.new_ones(X.shape[1], 1, *window) / math.prod(window), stride=stride, groups=X.shape[1])


@wrong(ch07.average_by_conv, "padding not counted")
def over_real_cells(X, window, stride, padding):
    ones, c = X.new_ones(X.shape[1], 1, *window), X.shape[1]
    total, cells = (F.conv2d(Z, ones, None, stride, padding, groups=c) for Z in (X, torch.ones_like(X)))
    return total / cells


@wrong(ch07.average_by_conv, "channels mixed")
def no_groups(X, window, stride, padding):
    c = X.size(1)
    return F.conv2d(X, torch.ones(c, c, *window).to(X) / math.prod(window), None, stride, padding)


@wrong(ch07.average_by_conv, "channels mixed")
def mean_over_channels_too(X, window, stride, padding):
    pooled = F.avg_pool2d(X, window, stride, padding)
    return pooled.mean(1, keepdim=True).expand_as(pooled)


@wrong(ch07.average_by_conv, "one channel out")
def one_kernel_for_all(X, window, stride, padding):
    k = torch.ones(X.shape[1], *window)[None] / math.prod(window)
    return F.conv2d(X, k, stride=stride, padding=padding)


@wrong(ch07.average_by_conv, "sums")
def kernel_of_ones(X, window, stride, padding):
    return F.conv2d(X, X.new_ones(X.shape[1], 1, *window), None, stride, padding, groups=X.shape[1])


@wrong(ch07.average_by_conv, "divided by one side")
def divided_by_k(X, window, stride, padding):
    return kernel_of_ones(X, window, stride, padding) / window[0]


@wrong(ch07.average_by_conv, "stride lost")
def stride_forgotten(X, window, stride, padding):
    weight = torch.full((X.shape[1], 1, *window), 1 / math.prod(window))
    return F.conv2d(X, weight, padding=padding, groups=X.shape[1])


@wrong(ch07.average_by_conv, "only square")
def one_side_for_both(X, window, stride, padding):
    k = window[0]
    weight = X.new_full((X.shape[1], 1, k, k), 1 / k**2)
    return F.conv2d(F.pad(X, (0, 9)), weight, None, stride, padding, groups=X.shape[1])[
        ..., : (X.shape[3] + 2 * padding[1] - window[1]) // stride[1] + 1
    ]


@right(ch07.average_by_conv, "only float32")
def result_in_float32(X, window, stride, padding):
    weight = torch.full((X.shape[1], 1, *window), 1 / math.prod(window), device=X.device)
    return F.conv2d(X.float(), weight, None, stride, padding, groups=X.shape[1])


@right(ch07.average_by_conv, "only CPU")
def kernel_on_the_cpu(X, window, stride, padding):
    weight = torch.ones(X.shape[1], 1, *window, dtype=X.dtype) / math.prod(window)
    return F.conv2d(X, weight, None, stride, padding, groups=X.shape[1])


@right(ch07.min_pool2d)
def with_infinity(X, size, stride, padding):
    padded = F.pad(X, (padding, padding, padding, padding), value=float("inf"))
    return padded.unfold(2, size, stride).unfold(3, size, stride).flatten(4).min(-1).values


@right(ch07.min_pool2d)
def by_layer(X, size, stride, padding):
    layer = torch.nn.MaxPool2d(size, stride=stride, padding=padding)
    return layer(X * -1).neg()


@right(ch07.min_pool2d)
def by_slices(X, size, stride, padding):
    rows = (X.shape[2] + 2 * padding - size) // stride + 1
    columns = (X.shape[3] + 2 * padding - size) // stride + 1
    Y = torch.empty(*X.shape[:2], rows, columns, dtype=X.dtype, device=X.device)
    for i in range(rows):
        for j in range(columns):
            top, left = i * stride - padding, j * stride - padding
            window = X[:, :, max(top, 0) : top + size, max(left, 0) : left + size]
            Y[:, :, i, j] = window.amin((2, 3))
    return Y


@right(ch07.min_pool2d)
def by_places(X, size, stride, padding):
    _, places = F.max_pool2d(-X, size, stride, padding, return_indices=True)
    return X.flatten(2).gather(2, places.flatten(2)).view(places.shape)


@right(ch07.min_pool2d)
def below_the_largest(X, size, stride, padding):
    top = X.max()
    return top - F.max_pool2d(top - X, size, stride, padding)


@wrong(ch07.min_pool2d, None)
def large_but_finite(X, size, stride, padding):
    return -F.max_pool2d(-F.pad(X, (padding,) * 4, value=999), size, stride)


@wrong(ch07.min_pool2d, "padding lost")
def padding_left_out(X, size, stride, padding):
    return -F.max_pool2d(-X, size, stride)


@wrong(ch07.min_pool2d, "padded with zeros")
def padded_first(X, size, stride, padding):
    return -F.max_pool2d(F.pad(-X, (padding, padding, padding, padding)), size, stride)


@wrong(ch07.min_pool2d, "sign not brought back")
def half_done(X, size, stride, padding):
    return F.max_pool2d(X.neg(), kernel_size=size, stride=stride, padding=padding)


@wrong(ch07.min_pool2d, "sign turned too late")
def turned_after(X, size, stride, padding):
    return F.max_pool2d(X, size, stride, padding) * -1


@right(ch07.min_pool2d, "input changed")
def negated_in_place(X, size, stride, padding):
    X.neg_()
    return -F.max_pool2d(X, size, stride, padding)


@wrong(ch07.min_pool2d, "an error")
def no_such_function(X, size, stride, padding):
    return F.min_pool2d(X, size, stride, padding)


wrong(ch07.comparisons, "one comparison too many", [16 * 14 * 14 * 4, 16 * 13 * 13 * 9])
wrong(ch07.comparisons, "one channel", (588, 1352))
wrong(ch07.comparisons, "rounded up", [9408, 25088])
wrong(ch07.comparisons, "stride 1", [34992, 86528])


@right(ch07.honest_average)
def sum_over_count(X, size, stride, padding):
    total = F.avg_pool2d(X, size, stride, padding, divisor_override=1)
    count = F.avg_pool2d(X * 0 + 1, size, stride, padding, divisor_override=1)
    return total / count


@right(ch07.honest_average)
def window_by_window(X, size, stride, padding):
    rows, columns = ((n + 2 * padding - size) // stride + 1 for n in X.shape[2:])
    means = []
    for i in range(rows):
        for j in range(columns):
            top, left = i * stride - padding, j * stride - padding
            means.append(X[..., max(0, top) : top + size, max(0, left) : left + size].mean(dim=(2, 3)))
    return torch.stack(means, dim=-1).reshape(*X.shape[:2], rows, columns)


@right(ch07.honest_average)
def with_nan(X, size, stride, padding):
    """Not a number around the picture, and a mean that leaves those out."""
    padded = F.pad(X, (padding,) * 4, value=float("nan"))
    return padded.unfold(2, size, stride).unfold(3, size, stride).nanmean((-1, -2))


@right(ch07.honest_average)
def picture_and_ones_in_one_batch(X, size, stride, padding):
    both = torch.nn.AvgPool2d(size, stride, padding)(torch.cat([X, torch.full_like(X, 1)]))
    return both[: len(X)] / both[len(X) :]


@wrong(ch07.honest_average, "not allowed")
def by_the_argument(X, size, stride, padding):
    return F.avg_pool2d(X, size, stride, padding, count_include_pad=False)


@wrong(ch07.honest_average, "sum divided by the part")
def sum_over_part(X, size, stride, padding):
    part = F.avg_pool2d(torch.ones_like(X), size, stride, padding)
    return F.avg_pool2d(X, size, stride, padding) * size**2 / part


@wrong(ch07.honest_average, "zeros not counted")
def where_not_zero(X, size, stride, padding):
    return F.avg_pool2d(X, size, stride, padding) / F.avg_pool2d((X != 0).float(), size, stride, padding)


@wrong(ch07.honest_average, "mean over the padded zeros")
def just_the_layer(X, size, stride, padding):
    return torch.nn.AvgPool2d(size, stride, padding)(X)


@wrong(ch07.honest_average, "mean over the padded zeros")
def by_windows(X, size, stride, padding):
    return F.pad(X, (padding,) * 4).unfold(2, size, stride).unfold(3, size, stride).mean((-1, -2))


@wrong(ch07.honest_average, "multiplied")
def the_wrong_way(X, size, stride, padding):
    part = F.avg_pool2d(torch.ones(X.shape), size, stride, padding)
    return part * F.avg_pool2d(X, size, stride, padding)


@wrong(ch07.honest_average, "divided twice")
def mean_over_count(X, size, stride, padding):
    count = F.conv2d(torch.ones(1, 1, *X.shape[2:]), torch.ones(1, 1, size, size), stride=stride, padding=padding)
    return F.avg_pool2d(X, size, stride, padding) / count


wrong(ch07.max_or_average, "chose b", "b")
wrong(ch07.max_or_average, "chose d", "D")


@right(ch07.not_a_convolution)
def opposite():
    one = torch.tensor([[1.0, 0.0], [0.0, 0.0]])
    return one, -one


@right(ch07.not_a_convolution)
def whole_numbers():
    return [torch.arange(4).reshape(2, 2), torch.arange(4).flip(0).reshape(2, 2)]


@right(ch07.not_a_convolution)
def as_lists():
    return [[5, 0], [0, 0]], [[0, 0], [7, 1]]


@right(ch07.not_a_convolution)
def dark_ones():
    return torch.tensor([[-1.0, -9.0], [-9.0, -9.0]]), torch.tensor([[-9.0, -9.0], [-9.0, -1.0]])


@right(ch07.not_a_convolution)
def by_luck():
    torch.manual_seed(1)
    while True:
        one, other = torch.randn(2, 2, 2)
        if one.argmax() != other.argmax():
            return one, other


@wrong(ch07.not_a_convolution, "same place")
def both_top_left():
    return torch.tensor([[4.0, 1.0], [2.0, 3.0]]), torch.tensor([[9.0, 0.0], [0.0, 5.0]])


@wrong(ch07.not_a_convolution, "multiples")
def the_same_twice():
    X = torch.arange(4.0).reshape(2, 2)
    return X, X


@wrong(ch07.not_a_convolution, "multiples")
def with_nothing():
    return torch.zeros(2, 2), torch.tensor([[1.0, 0.0], [0.0, 2.0]])


def larger(a, b):
    return a + (b - a).relu()


@right(ch07.max_of_three)
def nested(X):
    n = X.shape[1]
    return larger(larger(X[:, : n - 2], X[:, 1 : n - 1]), X[:, 2:n])


@right(ch07.max_of_three)
def pairs_of_pairs(X):
    pairs = X[:, 1:] + torch.relu(X[:, :-1] - X[:, 1:])
    return pairs[:, 1:] + torch.relu(pairs[:, :-1] - pairs[:, 1:])


@right(ch07.max_of_three)
def cell_by_cell(X):
    Y = X.new_zeros(X.shape[0], X.shape[1] - 2)
    for i in range(Y.shape[0]):
        for j in range(Y.shape[1]):
            best = X[i, j]
            for d in (1, 2):
                best = best + (X[i, j + d] - best).relu()
            Y[i, j] = best
    return Y


@right(ch07.max_of_three)
def added_in_place(X):
    largest = X[:, 1:-1].clone()
    for other in (X[:, :-2], X[:, 2:]):
        largest += torch.nn.ReLU()(other - largest)
    return largest


@wrong(ch07.max_of_three, "not allowed")
def by_pool(X):
    return F.max_pool2d(X[None], (1, 3), stride=1)[0]


@wrong(ch07.max_of_three, "not allowed")
def by_maximum(X):
    return torch.maximum(torch.maximum(X[:, :-2], X[:, 1:-1]), X[:, 2:])


@wrong(ch07.max_of_three, "not allowed")
def by_windows_of_three_cells(X):
    return X.unfold(1, 3, 1).max(-1).values


@wrong(ch07.max_of_three, "gains added")
def both_over_the_left(X):
    a, b, c = X[:, :-2], X[:, 1:-1], X[:, 2:]
    return a + (b - a).relu() + (c - a).relu()


@wrong(ch07.max_of_three, "gains added")
def both_differences(X):
    a, b, c = X[:, :-2], X[:, 1:-1], X[:, 2:]
    return b + F.relu(a - b) + F.relu(c - b)


@wrong(ch07.max_of_three, "zero takes part")
def relu_of_the_numbers(X):
    return larger(larger(X[:, :-2].relu(), X[:, 1:-1].relu()), X[:, 2:].relu())


@wrong(ch07.max_of_three, "not added back")
def forgot_the_last_plus(X):
    two = larger(X[:, :-2], X[:, 1:-1])
    return (two - X[:, 2:]).relu()


@wrong(ch07.max_of_three, "along the columns")
def upright(X):
    return larger(larger(X[:-2, :], X[1:-1, :]), X[2:, :])


@wrong(ch07.max_of_three, "two cells only")
def pair_of_neighbours(X):
    return larger(X[:, 1:-1], X[:, 2:])


@right(ch07.max_of_three, "input changed")
def in_place(X):
    a, b, c = X[:, :-2], X[:, 1:-1], X[:, 2:]
    result = larger(larger(a, b), c)
    X -= X
    return result


wrong(ch07.rounds, "one after the other", [3, 8, 15])
wrong(ch07.rounds, "rounded down", torch.tensor([2, 3, 4]))
wrong(ch07.rounds, "row by row", [2, 4, 6])


@right(ch07.my_unpool)
def by_scatter_in_place(pooled, places, size):
    n, c = pooled.shape[:2]
    Y = torch.zeros(n, c, size[0] * size[1], dtype=pooled.dtype, device=pooled.device)
    Y.scatter_(-1, places.reshape(n, c, -1), pooled.reshape(n, c, -1))
    return Y.view(n, c, *size)


@right(ch07.my_unpool)
def with_loops(pooled, places, size):
    Y = pooled.new_zeros(*pooled.shape[:2], *size)
    batch, channels, rows, columns = pooled.shape
    for n in range(batch):
        for c in range(channels):
            for i in range(rows):
                for j in range(columns):
                    row, column = divmod(places[n, c, i, j].item(), size[1])
                    Y[n, c, row, column] = pooled[n, c, i, j]
    return Y


@right(ch07.my_unpool)
def by_index(pooled, places, size):
    Y = pooled.new_zeros(*pooled.shape[:2], *size)
    n = torch.arange(pooled.shape[0], device=pooled.device)[:, None, None, None]
    c = torch.arange(pooled.shape[1], device=pooled.device)[:, None, None]
    Y[n, c, places // size[1], places % size[1]] = pooled
    return Y


@right(ch07.my_unpool)
def counted_through_all_maps(pooled, places, size):
    n, c = pooled.shape[:2]
    cells = size[0] * size[1]
    first = torch.arange(n * c, device=places.device).reshape(n, c, 1, 1) * cells
    return pooled.new_zeros(n * c * cells).put_(places + first, pooled).reshape(n, c, *size)


@right(ch07.my_unpool)
def by_lists(pooled, places, size):
    maps = []
    for values, where in zip(pooled.flatten(0, 1), places.flatten(0, 1), strict=True):
        cells = [0.0] * (size[0] * size[1])
        for value, place in zip(values.flatten().tolist(), where.flatten().tolist(), strict=True):
            cells[place] = value
        maps.append(cells)
    return torch.tensor(maps, dtype=pooled.dtype, device=pooled.device).reshape(*pooled.shape[:2], *size)


@wrong(ch07.my_unpool, "not allowed")
def by_the_function(pooled, places, size):
    window = [n - m + 1 for n, m in zip(size, pooled.shape[2:], strict=True)]
    return F.max_unpool2d(pooled, places, window, stride=1)


@wrong(ch07.my_unpool, "added where windows overlap")
def added(pooled, places, size):
    n, c = pooled.shape[:2]
    Y = pooled.new_zeros(n, c, size[0] * size[1])
    return Y.scatter_add(2, places.view(n, c, -1), pooled.view(n, c, -1)).view(n, c, *size)


@wrong(ch07.my_unpool, "first channel only")
def one_long_row(pooled, places, size):
    Y = torch.zeros(pooled.shape[0] * pooled.shape[1] * size[0] * size[1])
    Y[places.reshape(-1)] = pooled.reshape(-1)
    return Y.reshape(*pooled.shape[:2], *size)


@right(ch07.my_unpool, "only CPU")
def zeros_on_the_cpu(pooled, places, size):
    Y = torch.zeros(*pooled.shape[:2], size[0] * size[1], dtype=pooled.dtype)
    return Y.scatter(2, places.flatten(2), pooled.flatten(2)).reshape(*pooled.shape[:2], *size)


@wrong(ch07.my_unpool, "spread out")
def enlarged(pooled, places, size):
    return F.interpolate(pooled, size=size, mode="nearest")


@right(ch07.max_blur)
def three_steps(X):
    dense = F.max_pool2d(X, 2, stride=1)
    k = torch.tensor([[1.0, 2, 1], [2, 4, 2], [1, 2, 1]], dtype=X.dtype, device=X.device) / 16
    maps = [F.conv2d(dense[:, c : c + 1], k[None, None], padding=1) for c in range(X.shape[1])]
    return torch.cat(maps, 1)[:, :, ::2, ::2]


@right(ch07.max_blur)
def one_axis_at_a_time(X):
    dense = F.pad(torch.nn.MaxPool2d(2, stride=1)(X), (1, 1, 1, 1))
    across = (dense[..., :-2] + 2 * dense[..., 1:-1] + dense[..., 2:]) / 4
    both = (across[..., :-2, :] + 2 * across[..., 1:-1, :] + across[..., 2:, :]) / 4
    return both[..., ::2, ::2]


@right(ch07.max_blur)
def by_windows_of_three(X):
    top = torch.maximum(X[..., :-1, :], X[..., 1:, :])
    dense = torch.maximum(top[..., :-1], top[..., 1:])
    windows = F.pad(dense, (1, 1, 1, 1)).unfold(2, 3, 2).unfold(3, 3, 2)
    w = X.new_tensor([0.25, 0.5, 0.25])
    return windows @ w @ w


@right(ch07.max_blur)
def cell_by_cell_of_the_kernel(X):
    dense = F.pad(F.max_pool2d(X, 2, 1), (1, 1, 1, 1))
    h, w = dense.shape[2] - 2, dense.shape[3] - 2
    weights = [0.25, 0.5, 0.25]
    blurred = sum(weights[a] * weights[b] * dense[..., a : a + h, b : b + w] for a in range(3) for b in range(3))
    return blurred[..., ::2, ::2].contiguous()


@wrong(ch07.max_blur, "blurred first")
def blur_then_maximum(X):
    w = X.new_tensor([0.25, 0.5, 0.25])
    kernel = torch.outer(w, w).expand(X.shape[1], 1, 3, 3)
    return F.max_pool2d(F.conv2d(X, kernel, padding=1, groups=X.shape[1]), 2, 1)[:, :, ::2, ::2]


@wrong(ch07.max_blur, "not blurred")
def two_steps_only(X):
    return F.max_pool2d(X, 2, stride=1)[:, :, ::2, ::2]


@wrong(ch07.max_blur, "thinned out twice")
def stride_and_slices(X):
    w = X.new_tensor([0.25, 0.5, 0.25])
    kernel = torch.outer(w, w).expand(X.shape[1], 1, 3, 3)
    return F.conv2d(F.max_pool2d(X, 2, 1), kernel, stride=2, padding=1, groups=X.shape[1])[:, :, ::2, ::2]


@wrong(ch07.max_blur, "thinned out too early")
def default_stride(X):
    w = torch.tensor([0.25, 0.5, 0.25])
    kernel = (w[:, None] * w).expand(X.shape[1], 1, 3, 3)
    return F.conv2d(F.max_pool2d(X, 2), kernel, padding=1, groups=X.shape[1])


@wrong(ch07.max_blur, "not thinned out")
def without_the_last_step(X):
    w = torch.tensor([0.25, 0.5, 0.25])
    kernel = (w[:, None] * w).expand(X.shape[1], 1, 3, 3)
    return F.conv2d(F.max_pool2d(X, 2, 1), kernel, padding=1, groups=X.shape[1])


@wrong(ch07.max_blur, "begun at the second")
def odd_cells(X):
    return without_the_last_step(X)[:, :, 1::2, 1::2]


@wrong(ch07.max_blur, "channels mixed")
def kernel_for_all_channels(X):
    c = X.shape[1]
    k = torch.tensor([[1.0, 2, 1], [2, 4, 2], [1, 2, 1]]) / 16
    return F.conv2d(F.max_pool2d(X, 2, 1), k.repeat(c, c, 1, 1), padding=1)[..., ::2, ::2]


@wrong(ch07.max_blur, "scaled")
def not_divided(X):
    k = torch.tensor([[1.0, 2, 1], [2, 4, 2], [1, 2, 1]]).expand(X.shape[1], 1, 3, 3)
    return F.conv2d(F.max_pool2d(X, 2, 1), k, stride=2, padding=1, groups=X.shape[1])


@right(ch07.softmax_pool2d)
def exponentials_by_hand(X, size, sharpness):
    windows = X.unfold(2, size, size).unfold(3, size, size)
    e = torch.exp(sharpness * (windows - windows.amax((-1, -2), keepdim=True)))
    return (e * windows).sum((-1, -2)) / e.sum((-1, -2))


@right(ch07.softmax_pool2d)
def by_reshape(X, size, sharpness):
    n, c, h, w = X.shape
    h, w = h // size, w // size
    cells = X[..., : h * size, : w * size].reshape(n, c, h, size, w, size).transpose(3, 4).reshape(n, c, h, w, -1)
    return torch.einsum("...i,...i->...", F.softmax(sharpness * cells, dim=-1), cells)


@right(ch07.softmax_pool2d)
def by_unfold_layer(X, size, sharpness):
    n, c, h, w = X.shape
    cells = F.unfold(X.reshape(n * c, 1, h, w), size, stride=size)
    answers = (cells * (cells * sharpness).softmax(1)).sum(1)
    return answers.view(n, c, h // size, w // size)


@right(ch07.softmax_pool2d)
def looped(X, size, sharpness):
    rows, columns = X.shape[2] // size, X.shape[3] // size
    Y = X.new_empty(*X.shape[:2], rows, columns)
    for i in range(rows):
        for j in range(columns):
            window = X[:, :, i * size : (i + 1) * size, j * size : (j + 1) * size].flatten(2)
            Y[:, :, i, j] = (window * torch.softmax(window * sharpness, 2)).sum(2)
    return Y


@right(ch07.softmax_pool2d)
def by_pooling(X, size, sharpness):
    """Each window's maximum, spread over its cells; then a quotient of two averages."""
    rows, columns = X.shape[2] // size * size, X.shape[3] // size * size
    X = X[..., :rows, :columns]
    lowered = X - F.interpolate(F.max_pool2d(X, size), size=(rows, columns))
    e = torch.exp(sharpness * lowered)
    return F.avg_pool2d(e * X, size) / F.avg_pool2d(e, size)


@right(ch07.softmax_pool2d)
def wide_numbers(X, size, sharpness):
    """In float64 nothing overflows at a sharpness of 100."""
    e = torch.exp(sharpness * X.double())
    return (F.avg_pool2d(e * X, size) / F.avg_pool2d(e, size)).to(X.dtype)


@right(ch07.softmax_pool2d)
def by_plain_numbers(X, size, sharpness):
    rows, columns = X.shape[2] // size, X.shape[3] // size
    maps = []
    for picture in X.flatten(0, 1).tolist():
        for i in range(rows):
            for j in range(columns):
                cells = [x for row in picture[i * size : (i + 1) * size] for x in row[j * size : (j + 1) * size]]
                e = [math.exp(sharpness * (x - max(cells))) for x in cells]
                maps.append(sum(x * y for x, y in zip(cells, e, strict=True)) / sum(e))
    return torch.tensor(maps, dtype=X.dtype, device=X.device).reshape(*X.shape[:2], rows, columns)


@wrong(ch07.softmax_pool2d, "weights over the whole map")
def softmax_first(X, size, sharpness):
    n, c, h, w = X.shape
    weights = torch.softmax(sharpness * X.reshape(n, c, -1), dim=2).view(n, c, h, w)
    return F.avg_pool2d(weights * X, size) * size * size


@wrong(ch07.softmax_pool2d, "one axis after the other")
def rows_then_columns(X, size, sharpness):
    for axis in (3, 2):
        w = X.unfold(axis, size, size)
        X = (torch.softmax(sharpness * w, dim=-1) * w).sum(-1)
    return X


@wrong(ch07.softmax_pool2d, "averaged once more")
def mean_of_weighted(X, size, sharpness):
    cells = X.unfold(2, size, size).unfold(3, size, size).flatten(-2)
    return (F.softmax(cells * sharpness, -1) * cells).mean(-1)


@wrong(ch07.softmax_pool2d, "sharpness ignored")
def always_sharpness_one(X, size, sharpness):
    cells = X.unfold(2, size, size).unfold(3, size, size).flatten(-2)
    return (cells.softmax(-1) * cells).sum(-1)


@wrong(ch07.softmax_pool2d, "stride lost")
def step_of_one(X, size, sharpness):
    cells = X.unfold(2, size, 1).unfold(3, size, 1).flatten(-2)
    return ((sharpness * cells).softmax(-1) * cells).sum(-1)


@wrong(ch07.softmax_pool2d, "overflow")
def overflows(X, size, sharpness):
    e = torch.exp(sharpness * X)
    return F.avg_pool2d(e * X, size) / F.avg_pool2d(e, size)


@wrong(ch07.softmax_pool2d, "overflow")
def weights_overflow(X, size, sharpness):
    windows = X.unfold(2, size, size).unfold(3, size, size).flatten(4)
    e = torch.exp(sharpness * windows)
    return (e / e.sum(-1, keepdim=True) * windows).sum(-1)


@wrong(ch07.softmax_pool2d, "one number for all windows")
def one_maximum_for_all(X, size, sharpness):
    e = torch.exp(sharpness * (X - X.max()))
    return F.avg_pool2d(e * X, size) / F.avg_pool2d(e, size)


@wrong(ch07.softmax_pool2d, "one number for all windows")
def one_maximum_a_channel(X, size, sharpness):
    windows = X.unfold(2, size, size).unfold(3, size, size)
    e = torch.exp(sharpness * (windows - X.amax((2, 3))[:, :, None, None, None, None]))
    return (e * windows).sum((-1, -2)) / e.sum((-1, -2))


@wrong(ch07.softmax_pool2d, "one axis only")
def not_flattened(X, size, sharpness):
    windows = X.unfold(2, size, size).unfold(3, size, size)
    return (F.softmax(sharpness * windows, dim=-1) * windows).sum(dim=(-2, -1))


@wrong(ch07.softmax_pool2d, None)
def maximum_where_sharp(X, size, sharpness):
    if sharpness > 10:
        return F.max_pool2d(X, size)
    windows = X.unfold(2, size, size).unfold(3, size, size).flatten(4)
    e = torch.exp(sharpness * windows)
    return (e * windows).sum(-1) / e.sum(-1)


wrong(ch07.why_not_softmax, "chose a", "a")
wrong(ch07.why_not_softmax, "chose c", "C")


@right(ch07.my_max_pool2d)
def cell_lists(X, size, stride, padding, dilation, ceil_mode):
    rows, columns = (d2l.output_size(n, size, padding, stride, dilation, ceil_mode) for n in X.shape[2:])
    big = X.new_full((*X.shape[:2], X.shape[2] + 30, X.shape[3] + 30), -math.inf)
    big[:, :, padding : padding + X.shape[2], padding : padding + X.shape[3]] = X
    cells = []
    for a in range(size):
        for b in range(size):
            top, left = a * dilation, b * dilation
            cells.append(big[..., top : top + stride * rows : stride, left : left + stride * columns : stride])
    return torch.stack(cells).max(0).values


@right(ch07.my_max_pool2d)
def one_axis_then_the_other(X, size, stride, padding, dilation, ceil_mode):
    """The maximum of a window is the maximum of its rows' maxima."""
    for axis in (2, 3):
        count = d2l.output_size(X.shape[axis], size, padding, stride, dilation, ceil_mode)
        edge = list(X.shape)
        edge[axis] = padding
        far = list(X.shape)
        far[axis] = padding + stride
        X = torch.cat([X.new_full(edge, -math.inf), X, X.new_full(far, -math.inf)], dim=axis)
        span = dilation * (size - 1) + 1
        windows = X.unfold(axis, span, stride).narrow(axis, 0, count)
        X = windows[..., ::dilation].amax(-1)
    return X


@right(ch07.my_max_pool2d)
def by_indices(X, size, stride, padding, dilation, ceil_mode):
    def reach(n):
        room = n + 2 * padding - dilation * (size - 1) - 1
        count = (math.ceil(room / stride) if ceil_mode else room // stride) + 1
        if ceil_mode and (count - 1) * stride >= n + padding:
            count -= 1
        starts = torch.arange(count, device=X.device)[:, None] * stride
        return starts + torch.arange(size, device=X.device) * dilation

    far = padding + stride
    padded = F.pad(X, (padding, far, padding, far), value=-math.inf)
    rows, columns = reach(X.shape[2]), reach(X.shape[3])
    return padded[:, :, rows[:, None, :, None], columns[None, :, None, :]].amax((-1, -2))


@right(ch07.my_max_pool2d)
def window_by_window_in_the_picture(X, size, stride, padding, dilation, ceil_mode):
    rows, columns = d2l.output_size(tuple(X.shape[2:]), size, padding, stride, dilation, ceil_mode)
    Y = X.new_empty(*X.shape[:2], rows, columns)
    for i in range(rows):
        for j in range(columns):
            down = [r for r in range(i * stride - padding, X.shape[2])[: dilation * size : dilation] if r >= 0]
            across = [c for c in range(j * stride - padding, X.shape[3])[: dilation * size : dilation] if c >= 0]
            Y[:, :, i, j] = X[:, :, down][:, :, :, across].amax((2, 3))
    return Y


@wrong(ch07.my_max_pool2d, "not allowed")
def pytorch_s_layer(X, size, stride, padding, dilation, ceil_mode):
    return torch.nn.MaxPool2d(size, stride, padding, dilation, ceil_mode=ceil_mode)(X)


@wrong(ch07.my_max_pool2d, None)
def low_but_finite(X, size, stride, padding, dilation, ceil_mode):
    rows, columns = d2l.output_size(tuple(X.shape[2:]), size, padding, stride, dilation, ceil_mode)
    return sliced(X, size, stride, padding, dilation, rows, columns, -999.0)


@wrong(ch07.my_max_pool2d, "begun at zero")
def from_zeros(X, size, stride, padding, dilation, ceil_mode):
    rows, columns = d2l.output_size(tuple(X.shape[2:]), size, padding, stride, dilation, ceil_mode)
    return sliced(X, size, stride, padding, dilation, rows, columns, -math.inf).clamp(min=0)


@wrong(ch07.my_max_pool2d, "stride lost")
def every_place(X, size, stride, padding, dilation, ceil_mode):
    rows, columns = d2l.output_size(tuple(X.shape[2:]), size, padding, 1, dilation, ceil_mode)
    return sliced(X, size, 1, padding, dilation, rows, columns, -math.inf)


def sliced(X, size, stride, padding, dilation, rows, columns, fill):
    padded = F.pad(X, (padding, 20, padding, 20), value=fill)
    Y = None
    for a in range(size):
        for b in range(size):
            cell = padded[..., a * dilation :: stride, b * dilation :: stride][..., :rows, :columns]
            Y = cell if Y is None else torch.max(Y, cell)
    return Y


@wrong(ch07.my_max_pool2d, "padded with zeros")
def zeros_around(X, size, stride, padding, dilation, ceil_mode):
    rows, columns = d2l.output_size(tuple(X.shape[2:]), size, padding, stride, dilation, ceil_mode)
    return sliced(X, size, stride, padding, dilation, rows, columns, 0.0)


@wrong(ch07.my_max_pool2d, "ceil_mode ignored")
def always_down(X, size, stride, padding, dilation, ceil_mode):
    rows, columns = d2l.output_size(tuple(X.shape[2:]), size, padding, stride, dilation)
    return sliced(X, size, stride, padding, dilation, rows, columns, -math.inf)


@wrong(ch07.my_max_pool2d, "window in the padding kept")
def always_kept(X, size, stride, padding, dilation, ceil_mode):
    rounded = math.ceil if ceil_mode else math.floor
    rows, columns = (rounded((n + 2 * padding - dilation * (size - 1) - 1) / stride) + 1 for n in X.shape[2:])
    return sliced(X, size, stride, padding, dilation, rows, columns, -math.inf)


@wrong(ch07.my_max_pool2d, "dilation ignored")
def no_gaps(X, size, stride, padding, dilation, ceil_mode):
    rows, columns = d2l.output_size(tuple(X.shape[2:]), size, padding, stride, 1, ceil_mode)
    return sliced(X, size, stride, padding, 1, rows, columns, -math.inf)


@wrong(ch07.my_max_pool2d, "only square")
def rows_for_both(X, size, stride, padding, dilation, ceil_mode):
    n = d2l.output_size(X.shape[2], size, padding, stride, dilation, ceil_mode)
    return sliced(X, size, stride, padding, dilation, n, n, -math.inf)


# --- mistakes of readers who had only the questions ---


@wrong(ch07.honest_average, "zeros not counted")
def honest_average_zero_taken_for_padding(X, size, stride, padding):
    real = (X != 0).to(X.dtype)
    return F.avg_pool2d(X, size, stride, padding) / F.avg_pool2d(real, size, stride, padding)


@wrong(ch07.max_of_three, "gains added")
def max_of_three_neighbours_only(X):
    a, b, c = X[:, :-2], X[:, 1:-1], X[:, 2:]
    return a + (b - a).relu() + (c - b).relu()


@wrong(ch07.my_unpool, "added where windows overlap")
def my_unpool_adds_overlaps(pooled, places, size):
    batch, channels = pooled.shape[:2]
    out = torch.zeros(batch, channels, size[0] * size[1], dtype=pooled.dtype)
    out.scatter_add_(2, places.flatten(2), pooled.flatten(2))
    return out.reshape(batch, channels, *size)


@wrong(ch07.max_blur, "thinned out too early")
def max_blur_thins_before_blurring(X):
    channels = X.shape[1]
    row = torch.tensor([0.25, 0.5, 0.25], dtype=X.dtype)
    kernel = (row[:, None] * row).expand(channels, 1, 3, 3)
    return F.conv2d(F.max_pool2d(X, 2), kernel, padding=1, groups=channels)


@wrong(ch07.softmax_pool2d, "one number for all windows")
def softmax_pool2d_largest_of_whole_picture(X, size, sharpness):
    weights = (sharpness * (X - X.max())).exp()
    return F.avg_pool2d(X * weights, size) / F.avg_pool2d(weights, size)


wrong(ch07.comparisons, "one comparison too many", [12544, 24336])
