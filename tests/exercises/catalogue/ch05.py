"""Answers to the exercises of chapter 05."""

import math

import torch
import torch.nn.functional as F

import d2lutil as d2l
from catalogue import right, wrong
from d2lutil.exercises import ch05


@right(ch05.output_size)
def walked(n, k, p, s, d):
    m, at = 0, -p
    while at + d * (k - 1) <= n + p - 1:
        m, at = m + 1, at + s
    return m


@right(ch05.output_size)
def by_range(n, k, p, s, d):
    return len(range(0, n + 2 * p - d * (k - 1), s))


@right(ch05.output_size)
def by_unfold(n, k, p, s, d):
    return torch.empty(n + 2 * p).unfold(0, d * (k - 1) + 1, s).shape[0]


@right(ch05.output_size)
def with_the_book_s_letters(n, k, p, s, d):
    effective = d * (k - 1) + 1
    return math.floor((n - effective + 2 * p + s) / s)


@wrong(ch05.output_size, "padding counted once")
def one_frame(n, k, p, s, d):
    effective = d * (k - 1) + 1
    return (n + p - effective + s) // s


@wrong(ch05.output_size, "rounded instead of floored")
def hangs_over(n, k, p, s, d):
    return len(range(0, n + 2 * p - d * (k - 1) + s - 1, s))


@wrong(ch05.output_size, "rounded instead of floored")
def to_the_nearest(n, k, p, s, d):
    return int((n - d * (k - 1) - 1 + 2 * p) / s + 1.5)


@wrong(ch05.output_size, "dilation ignored")
def no_gaps(n, k, p, s, d):
    return (n - k + 2 * p + s) // s


@wrong(ch05.output_size, "stride applied first")
def divided_at_once(n, k, p, s, d):
    m = (n + 2 * p) // s
    for _ in range(k - 1):
        m = m - d
    return m


@wrong(ch05.output_size, "one too few")
def first_place_forgotten(n, k, p, s, d):
    return (n + 2 * p - d * (k - 1) - 1) // s


@right(ch05.output_size)
def by_recursion(n, k, p, s, d):
    return 1 if n + 2 * p - d * (k - 1) - 1 < s else 1 + by_recursion(n - s, k, p, s, d)


@wrong(ch05.output_size, "not allowed")
def looked_up(n, k, p, s, d):
    return d2l.output_size(n, k, p, s, d)


@wrong(ch05.output_size, "nothing returned")
def assigned(n, k, p, s, d):
    m = (n + 2 * p - d * (k - 1) - 1) // s + 1  # noqa: F841


wrong(ch05.work_saved, "divided by the strides", [2, 2, 540 / 12, 540])
wrong(ch05.work_saved, "kernel forgotten", (2, 2, 4, 36))
wrong(ch05.work_saved, "rounded instead of floored", [3, 2, 90, 540])
wrong(ch05.work_saved, "padding ignored", torch.tensor([2, 1, 30, 360]))
wrong(ch05.every_other_sample, "chose a", "a")
wrong(ch05.every_other_sample, "chose b", " B")
wrong(ch05.what_stride_gives, "chose d", "d")


@right(ch05.same_padding)
def as_a_list(kernel, dilation):
    effective = dilation * (kernel - 1) + 1
    return [(effective - 1) // 2, effective // 2]


@right(ch05.same_padding)
def dealt_out(kernel, dilation):
    left = right_side = 0
    while left + right_side < dilation * (kernel - 1):
        if left < right_side:
            left += 1
        else:
            right_side += 1
    return left, right_side


@right(ch05.same_padding)
def searched(kernel, dilation):
    for p in range(100):
        for extra in (0, 1):
            if d2l.output_size(50 + extra, kernel, p, 1, dilation) == 50:
                return p, p + extra


@right(ch05.same_padding)
def with_ceil(kernel, dilation):
    half = (kernel - 1) * dilation / 2
    return math.floor(half), math.ceil(half)


@wrong(ch05.same_padding, "both sides get all")
def twice(kernel, dilation):
    effective = dilation * (kernel - 1) + 1
    return effective - 1, effective - 1


@wrong(ch05.same_padding, "larger part on the left")
def other_side(kernel, dilation):
    half = dilation * (kernel - 1) / 2
    return math.ceil(half), math.floor(half)


@wrong(ch05.same_padding, "rounded down on both sides")
def odd_kernels_only(kernel, dilation):
    p = int(dilation * (kernel - 1) / 2)
    return p, p


@wrong(ch05.same_padding, "dilation ignored")
def gaps_forgotten(kernel, dilation):
    return divmod(kernel - 1, 2)[0], kernel - 1 - divmod(kernel - 1, 2)[0]


@wrong(ch05.same_padding, "other arguments")
def odd_only(kernel):
    return kernel // 2, kernel // 2


@right(ch05.input_range)
def upwards(m, kernel, padding, stride, dilation):
    low = 1
    while (low + 2 * padding - dilation * (kernel - 1) - 1) // stride + 1 != m:
        low += 1
    high = low
    while (high + 1 + 2 * padding - dilation * (kernel - 1) - 1) // stride + 1 == m:
        high += 1
    return low, high


@right(ch05.input_range)
def tried_all(m, kernel, padding, stride, dilation):
    window = dilation * (kernel - 1) + 1
    sizes = [n for n in range(1, 200) if (n + 2 * padding - window) // stride == m - 1]
    return min(sizes), max(sizes)


@right(ch05.input_range)
def from_the_largest(m, kernel, padding, stride, dilation):
    largest = m * stride + dilation * (kernel - 1) - 2 * padding
    smallest = largest - (stride - 1)
    return (smallest if smallest > 0 else 1), largest


@wrong(ch05.input_range, "less than one cell")
def any_number(m, kernel, padding, stride, dilation):
    largest = m * stride + dilation * (kernel - 1) - 2 * padding
    return largest - stride + 1, largest


@wrong(ch05.input_range, "padding counted once")
def frame_once(m, kernel, padding, stride, dilation):
    largest = m * stride + dilation * (kernel - 1) - padding
    return max(largest - stride + 1, 1), largest


@wrong(ch05.input_range, "one step too far")
def next_place_too(m, kernel, padding, stride, dilation):
    fits = stride * (m - 1) - 2 * padding + dilation * (kernel - 1) + 1
    return max(fits, 1), fits + stride


@wrong(ch05.input_range, "largest from the lifted smallest")
def lifted_first(m, kernel, padding, stride, dilation):
    low = stride * (m - 1) - 2 * padding + dilation * (kernel - 1) + 1
    if low < 1:
        low = 1
    return low, low + stride - 1


@right(ch05.reflect)
def by_index(X, p):
    def mirrored(n):
        return [abs(i) if i < n else 2 * (n - 1) - i for i in range(-p, n + p)]

    return X[mirrored(X.shape[0])][:, mirrored(X.shape[1])]


@right(ch05.reflect)
def into_zeros(X, p):
    h, w = X.shape
    Y = X.new_zeros(h + 2 * p, w + 2 * p)
    Y[p : p + h, p : p + w] = X
    for i in range(p):
        Y[:, p - 1 - i] = Y[:, p + 1 + i]
        Y[:, p + w + i] = Y[:, p + w - 2 - i]
    for i in range(p):
        Y[p - 1 - i] = Y[p + 1 + i]
        Y[p + h + i] = Y[p + h - 2 - i]
    return Y


@right(ch05.reflect)
def both_axes_alike(X, p):
    for axis in (0, 1):
        n = X.shape[axis]
        near, far = X.narrow(axis, 1, p), X.narrow(axis, n - 1 - p, p)
        X = torch.cat((near.flip(axis), X, far.flip(axis)), axis)
    return X


@right(ch05.reflect)
def cut_from_mirrors(X, p):
    h, w = X.shape
    wide = torch.cat([X.flip(1)[:, :-1], X, X.flip(1)[:, 1:]], 1)
    large = torch.cat([wide.flip(0)[:-1], wide, wide.flip(0)[1:]])
    return large[h - 1 - p : 2 * h - 1 + p, w - 1 - p : 2 * w - 1 + p]


@right(ch05.reflect)
def number_by_number(X, p):
    h, w = X.shape
    Y = torch.zeros(h + 2 * p, w + 2 * p, dtype=X.dtype, device=X.device)
    for i in range(-p, h + p):
        for j in range(-p, w + p):
            Y[i + p, j + p] = X[h - 1 - abs(h - 1 - abs(i)), w - 1 - abs(w - 1 - abs(j))].item()
    return Y


@wrong(ch05.reflect, "not allowed")
def ready_made(X, p):
    return F.pad(X[None, None], (p, p, p, p), mode="reflect")[0, 0]


@wrong(ch05.reflect, "not allowed")
def by_a_layer(X, p):
    return torch.nn.ReflectionPad2d(p)(X[None])[0]


@wrong(ch05.reflect, "rows only")
def top_and_bottom(X, p):
    return torch.cat([X[1 : p + 1].flip(0), X, X[-p - 1 : -1].flip(0)])


@wrong(ch05.reflect, "edge repeated")
def mirror_behind(X, p):
    rows = [min(max(i, -1 - i), 2 * X.shape[0] - 1 - i) if i >= 0 else -1 - i for i in range(-p, X.shape[0] + p)]
    columns = [-1 - i if i < 0 else min(i, 2 * X.shape[1] - 1 - i) for i in range(-p, X.shape[1] + p)]
    return X[rows][:, columns]


@wrong(ch05.reflect, "not reversed")
def forgot_flip(X, p):
    X = torch.hstack([X[:, 1 : p + 1], X, X[:, X.shape[1] - p - 1 : X.shape[1] - 1]])
    return torch.vstack([X[1 : p + 1], X, X[X.shape[0] - p - 1 : X.shape[0] - 1]])


@wrong(ch05.reflect, "corners empty")
def cross(X, p):
    h, w = X.shape
    Y = X.new_zeros(h + 2 * p, w + 2 * p)
    Y[p : p + h, p : p + w] = X
    for i in range(p):
        Y[p - 1 - i, p : p + w] = X[1 + i]
        Y[p + h + i, p : p + w] = X[h - 2 - i]
        Y[p : p + h, p - 1 - i] = X[:, 1 + i]
        Y[p : p + h, p + w + i] = X[:, w - 2 - i]
    return Y


@wrong(ch05.reflect, "circular")
def rolled(X, p):
    h, w = X.shape
    return X[[i % h for i in range(-p, h + p)]][:, [j % w for j in range(-p, w + p)]]


@right(ch05.reflect, "only float32")
def fixed_type(X, p):
    return into_zeros(X, p).float()


@right(ch05.reflect, "only CPU")
def fixed_place(X, p):
    h, w = X.shape
    Y = torch.zeros(h + 2 * p, w + 2 * p, dtype=X.dtype)
    Y[:] = both_axes_alike(X, p)
    return Y


@right(ch05.reflect, "input changed")
def one_more_and_back(X, p):
    X += 1
    return into_zeros(X, p) - 1


@wrong(ch05.reflect, "only square")
def rows_for_both(X, p):
    h = X.shape[0]
    index = [abs(i) if i < h else 2 * (h - 1) - i for i in range(-p, h + p)]
    return X[index][:, [min(i, X.shape[1] - 1) for i in index]]


@right(ch05.count_uses)
def cell_by_cell(n, kernel, padding, stride, dilation):
    places = range(0, n + 2 * padding - dilation * (kernel - 1), stride)
    return torch.tensor([sum((j + padding - a * dilation) in places for a in range(kernel)) for j in range(n)])


@right(ch05.count_uses)
def frame_cut_off(n, kernel, padding, stride, dilation):
    uses = torch.zeros(n + 2 * padding)
    for start in range(0, n + 2 * padding - dilation * (kernel - 1), stride):
        uses[start : start + dilation * (kernel - 1) + 1 : dilation] += 1
    return uses[padding : padding + n]


@right(ch05.count_uses)
def all_at_once(n, kernel, padding, stride, dilation):
    m = d2l.output_size(n, kernel, padding, stride, dilation)
    cells = torch.arange(m)[:, None] * stride + torch.arange(kernel) * dilation
    return torch.bincount(cells.flatten(), minlength=n + 2 * padding)[padding:][:n]


@right(ch05.count_uses)
def by_histogram(n, kernel, padding, stride, dilation):
    cells = torch.arange(-padding, n + padding).unfold(0, dilation * (kernel - 1) + 1, stride)[:, ::dilation]
    return [int((cells == cell).sum()) for cell in range(n)]


@right(ch05.count_uses)
def by_transposed_convolution_of_ones(n, kernel, padding, stride, dilation):
    m = d2l.output_size(n, kernel, padding, stride, dilation)
    uses = F.conv_transpose1d(torch.ones(1, 1, m), torch.ones(1, 1, kernel), stride=stride, dilation=dilation)[0, 0]
    return torch.cat([uses, torch.zeros(n + 2 * padding - len(uses))])[padding : padding + n]


@wrong(ch05.count_uses, "not allowed")
def by_autograd(n, kernel, padding, stride, dilation):
    row = torch.zeros(1, 1, n, requires_grad=True)
    F.conv1d(row, torch.ones(1, 1, kernel), None, stride, padding, dilation).sum().backward()
    return row.grad[0, 0]


@wrong(ch05.count_uses, "each cell once")
def repeated_index(n, kernel, padding, stride, dilation):
    uses, cells = torch.zeros(n + 2 * padding), torch.arange(n + 2 * padding)
    uses[cells.unfold(0, dilation * (kernel - 1) + 1, stride)[:, ::dilation].flatten()] += 1
    return uses[padding : padding + n]


@wrong(ch05.count_uses, "beyond the start")
def wraps_round(n, kernel, padding, stride, dilation):
    uses = [0] * n
    for start in range(-padding, n + padding - dilation * (kernel - 1), stride):
        for a in range(kernel):
            if start + a * dilation < n:
                uses[start + a * dilation] += 1
    return torch.tensor(uses)


@wrong(ch05.count_uses, "frame forgotten")
def uncut(n, kernel, padding, stride, dilation):
    uses = torch.zeros(n + 2 * padding)
    for start in range(0, n + 2 * padding - dilation * (kernel - 1), stride):
        uses[start : start + dilation * (kernel - 1) + 1 : dilation] += 1
    return uses[:n]


@wrong(ch05.count_uses, "gaps counted")
def solid(n, kernel, padding, stride, dilation):
    uses = torch.zeros(n + 2 * padding)
    for start in range(0, n + 2 * padding - dilation * (kernel - 1), stride):
        uses[start : start + dilation * (kernel - 1) + 1] += 1
    return uses[padding : padding + n]


@wrong(ch05.count_uses, "last window missing")
def stops_early(n, kernel, padding, stride, dilation):
    places = list(range(0, n + 2 * padding - dilation * (kernel - 1), stride))[:-1]
    return torch.tensor([sum((j + padding - a * dilation) in places for a in range(kernel)) for j in range(n)])


@wrong(ch05.count_uses, "endless loop")
def never_moves(n, kernel, padding, stride, dilation):
    uses, start = torch.zeros(n + 2 * padding), 0
    while start + dilation * (kernel - 1) < n + 2 * padding:
        uses[start : start + dilation * (kernel - 1) + 1 : dilation] += 1
    return uses[padding : padding + n]


@right(ch05.half_stride)
def by_transposed_convolution(X, K):
    whole = F.conv_transpose2d(X[None, None], K.flip(0, 1)[None, None], stride=2)[0, 0]
    k_h, k_w = K.shape
    return whole[k_h - 1 : len(whole) - k_h + 1, k_w - 1 : whole.shape[1] - k_w + 1]


@right(ch05.half_stride)
def without_the_zeros(X, K):
    h, w = 2 * X.shape[0] - K.shape[0], 2 * X.shape[1] - K.shape[1]
    Y = X.new_zeros(h, w)
    for i in range(h):
        for j in range(w):
            for a in range(i % 2, K.shape[0], 2):
                for b in range(j % 2, K.shape[1], 2):
                    Y[i, j] += X[(i + a) // 2, (j + b) // 2] * K[a, b]
    return Y


@right(ch05.half_stride)
def by_kronecker(X, K):
    corner = X.new_zeros(2, 2)
    corner[0, 0] = 1
    return F.conv2d(torch.kron(X, corner)[None, None, :-1, :-1], K[None, None])[0, 0]


@right(ch05.half_stride)
def by_stacking(X, K):
    for _ in range(2):
        X = torch.stack([X, torch.zeros_like(X)], 1).flatten(0, 1)[:-1].T
    return d2l.corr2d(X, K)


@wrong(ch05.half_stride, "zeros at the end")
def not_cut(X, K):
    for _ in range(2):
        X = torch.stack([X, torch.zeros_like(X)], 1).flatten(0, 1).T
    return d2l.corr2d(X, K)


@wrong(ch05.half_stride, "zeros around")
def with_a_frame(X, K):
    Z = X.new_zeros(2 * X.shape[0] + 1, 2 * X.shape[1] + 1)
    Z[1::2, 1::2] = X
    return d2l.corr2d(Z, K)


@wrong(ch05.half_stride, "cells repeated")
def enlarged(X, K):
    return d2l.corr2d(F.interpolate(X[None, None], scale_factor=2)[0, 0], K)


@wrong(ch05.half_stride, "one axis only")
def rows_only(X, K):
    Z = X.new_zeros(2 * X.shape[0] - 1, X.shape[1])
    Z[::2] = X
    return d2l.corr2d(Z, K)


@wrong(ch05.half_stride, "kernel flipped")
def not_turned_back(X, K):
    p = (K.shape[0] - 1, K.shape[1] - 1)
    return F.conv_transpose2d(X[None, None], K[None, None], stride=2, padding=p)[0, 0]


@wrong(ch05.half_stride, "transposed convolution without adjustment")
def framed(X, K):
    Z = X.new_zeros(2 * X.shape[0] - 1, 2 * X.shape[1] - 1)
    Z[::2, ::2] = X
    k_h, k_w = K.shape
    return d2l.corr2d(F.pad(Z, (k_w - 1, k_w - 1, k_h - 1, k_h - 1)), K.flip(0, 1))


@right(ch05.half_stride, "only CPU")
def zeros_here(X, K):
    Z = torch.zeros(2 * X.shape[0] - 1, 2 * X.shape[1] - 1, dtype=X.dtype)
    Z[::2, ::2] = X
    return F.conv2d(Z[None, None], K[None, None])[0, 0]


@wrong(ch05.half_stride, "an error")
def half_as_number(X, K):
    return F.conv2d(X[None, None], K[None, None], stride=0.5)[0, 0]


@right(ch05.clean_cells)
def marked(n, layers):
    clean = [True] * n
    for kernel, stride, padding, dilation in layers:
        row = [False] * padding + clean + [False] * padding
        reach = dilation * (kernel - 1)
        clean = [all(row[i : i + reach + 1 : dilation]) for i in range(0, len(row) - reach, stride)]
    return sum(clean)


@right(ch05.clean_cells)
def listed(n, layers):
    clean = set(range(n))
    for kernel, stride, padding, dilation in layers:
        clean = {
            i
            for i in range((n + padding) // stride + 1)
            if all(i * stride - padding + a * dilation in clean for a in range(kernel))
        }
    return len(clean)


@right(ch05.clean_cells)
def from_the_top(n, layers):
    # Output x uses position start + x * step and the size - 1 positions after it, in every layer before.
    bounds = []
    for number in range(len(layers)):
        start, step, size = 0, 1, 1
        for kernel, stride, padding, dilation in reversed(layers[number:]):
            start, step = start * stride - padding, step * stride
            size = (size - 1) * stride + dilation * (kernel - 1) + 1
        bounds.append((start, step, size))
    widths = [n]
    for kernel, stride, padding, dilation in layers:
        widths.append(d2l.output_size(widths[-1], kernel, padding, stride, dilation))
    return sum(
        all(a + x * step >= 0 and a + x * step + size <= w for (a, step, size), w in zip(bounds, widths, strict=False))
        for x in range(widths[-1])
    )


@right(ch05.clean_cells)
def by_fractions(n, layers):
    first, last = 0, n - 1
    for kernel, stride, padding, dilation in layers:
        first = math.ceil((first + padding) / stride)
        last = math.floor((last + padding - dilation * (kernel - 1)) / stride)
    return last - first + 1 if last >= first else 0


@right(ch05.clean_cells)
def by_windows(n, layers):
    clean = torch.ones(n)
    for kernel, stride, padding, dilation in layers:
        framed = torch.cat([torch.zeros(padding), clean, torch.zeros(padding)])
        clean = framed.unfold(0, dilation * (kernel - 1) + 1, stride)[:, ::dilation].amin(1)
    return clean.sum()


@wrong(ch05.clean_cells, "not allowed")
def by_nan(n, layers):
    row = torch.zeros(1, 1, n)
    for kernel, stride, padding, dilation in layers:
        framed = F.pad(row, (padding, padding), value=torch.nan)
        row = F.conv1d(framed, torch.ones(1, 1, kernel), stride=stride, dilation=dilation)
    return int((~row.isnan()).sum())


@wrong(ch05.clean_cells, "first rounded down")
def floors_only(n, layers):
    first, last = 0, n - 1
    for kernel, stride, padding, dilation in layers:
        first = math.floor((first + padding) / stride)
        last = math.floor((last + padding - dilation * (kernel - 1)) / stride)
    return last - first + 1 if last >= first else 0


@wrong(ch05.clean_cells, "all cells")
def just_the_size(n, layers):
    for kernel, stride, padding, dilation in layers:
        n = d2l.output_size(n, kernel, padding, stride, dilation)
    return n


@wrong(ch05.clean_cells, "as without padding")
def padding_left_out(n, layers):
    for kernel, stride, _, dilation in layers:
        n = len(range(0, n - dilation * (kernel - 1), stride))
    return n


@wrong(ch05.clean_cells, "fewer than none")
def negative(n, layers):
    first, last = 0, n - 1
    for kernel, stride, padding, dilation in layers:
        first = math.ceil((first + padding) / stride)
        last = math.floor((last + padding - dilation * (kernel - 1)) / stride)
    return last - first + 1


@right(ch05.clean_cells, "input changed")
def takes_layers_off(n, layers):
    clean = set(range(n))
    while layers:
        kernel, stride, padding, dilation = layers.pop(0)
        clean = {
            i
            for i in range(n + padding + 1)
            if all(i * stride - padding + a * dilation in clean for a in range(kernel))
        }
    return len(clean)


@right(ch05.my_conv2d)
def window_by_window(X, weight, bias, stride=(1, 1), padding=(0, 0), dilation=(1, 1)):
    X = F.pad(X, (padding[1], padding[1], padding[0], padding[0]))
    rows, columns = (dilation[i] * (weight.shape[2 + i] - 1) + 1 for i in (0, 1))
    outputs = [
        [
            torch.tensordot(
                X[:, :, i : i + rows : dilation[0], j : j + columns : dilation[1]], weight, ([1, 2, 3],) * 2
            )
            for j in range(0, X.shape[3] - columns + 1, stride[1])
        ]
        for i in range(0, X.shape[2] - rows + 1, stride[0])
    ]
    return torch.stack([torch.stack(row, -1) for row in outputs], -2) + bias[:, None, None]


@right(ch05.my_conv2d)
def filled_in_place(X, weight, bias, stride=(1, 1), padding=(0, 0), dilation=(1, 1)):
    (n, c_i, h, w), (c_o, _, k_h, k_w) = X.shape, weight.shape
    framed = X.new_zeros(n, c_i, h + 2 * padding[0], w + 2 * padding[1])
    framed[:, :, padding[0] : padding[0] + h, padding[1] : padding[1] + w] = X
    m_h, m_w = d2l.output_size((h, w), (k_h, k_w), padding, stride, dilation)
    Y = X.new_zeros(n, c_o, m_h, m_w)
    for a in range(k_h):
        for b in range(k_w):
            part = framed[:, :, a * dilation[0] :: stride[0], b * dilation[1] :: stride[1]][:, :, :m_h, :m_w]
            Y += (weight[:, :, a, b][None, :, :, None, None] * part[:, None]).sum(2)
    return Y + bias.view(1, -1, 1, 1)


@right(ch05.my_conv2d)
def all_then_thrown_away(X, weight, bias, stride=(1, 1), padding=(0, 0), dilation=(1, 1)):
    X = F.pad(X, [padding[1]] * 2 + [padding[0]] * 2)
    spread = weight.new_zeros(
        *weight.shape[:2], dilation[0] * (weight.shape[2] - 1) + 1, dilation[1] * (weight.shape[3] - 1) + 1
    )
    spread[:, :, :: dilation[0], :: dilation[1]] = weight
    every = [
        sum(d2l.corr2d(channel, K) for channel, K in zip(image, kernel, strict=True)) + b
        for image in X
        for kernel, b in zip(spread, bias, strict=True)
    ]
    every = torch.stack(every).reshape(len(X), len(weight), *every[0].shape)
    return every[:, :, :: stride[0], :: stride[1]]


@right(ch05.my_conv2d)
def by_matrix_products(X, weight, bias, stride=(1, 1), padding=(0, 0), dilation=(1, 1)):
    X = F.pad(X, (padding[1], padding[1], padding[0], padding[0]))
    reach = [dilation[i] * (weight.shape[2 + i] - 1) for i in (0, 1)]
    rows = torch.arange(0, X.shape[2] - reach[0], stride[0], device=X.device)
    columns = torch.arange(0, X.shape[3] - reach[1], stride[1], device=X.device)
    Y = 0
    for a in range(weight.shape[2]):
        for b in range(weight.shape[3]):
            part = X[:, :, rows + a * dilation[0]][..., columns + b * dilation[1]]
            Y = Y + (part.movedim(1, -1) @ weight[:, :, a, b].T).movedim(-1, 1)
    return Y + bias.reshape(1, -1, 1, 1)


@wrong(ch05.my_conv2d, "not allowed")
def ready_made_layer(X, weight, bias, stride=(1, 1), padding=(0, 0), dilation=(1, 1)):
    return F.conv2d(X, weight, bias, stride, padding, dilation)


@wrong(ch05.my_conv2d, "not allowed")
def by_torch_unfold(X, weight, bias, stride=(1, 1), padding=(0, 0), dilation=(1, 1)):
    m = d2l.output_size(tuple(X.shape[2:]), tuple(weight.shape[2:]), padding, stride, dilation)
    columns = F.unfold(X, weight.shape[2:], dilation, padding, stride)
    return (weight.flatten(1) @ columns + bias[:, None]).reshape(len(X), len(weight), *m)


@wrong(ch05.my_conv2d, "only square")
def first_of_each_pair(X, weight, bias, stride=(1, 1), padding=(0, 0), dilation=(1, 1)):
    return F.conv2d(X, weight, bias, stride[0], padding[0], dilation[0])


@wrong(ch05.my_conv2d, "stride on one axis")
def strided_rows(X, weight, bias, stride=(1, 1), padding=(0, 0), dilation=(1, 1)):
    return all_then_thrown_away(X, weight, bias, (1, 1), padding, dilation)[:, :, :: stride[0]]


@wrong(ch05.my_conv2d, "stride on one axis")
def strided_columns(X, weight, bias, stride=(1, 1), padding=(0, 0), dilation=(1, 1)):
    return all_then_thrown_away(X, weight, bias, (1, 1), padding, dilation)[..., :: stride[1]]


@wrong(ch05.my_conv2d, "padding on the other axis")
def rows_first(X, weight, bias, stride=(1, 1), padding=(0, 0), dilation=(1, 1)):
    X = F.pad(X, (padding[0], padding[0], padding[1], padding[1]))
    return filled_in_place(X, weight, bias, stride, (0, 0), dilation)


@wrong(ch05.my_conv2d, "bias for every kernel cell")
def bias_in_the_loop(X, weight, bias, stride=(1, 1), padding=(0, 0), dilation=(1, 1)):
    m_h, m_w = d2l.output_size(tuple(X.shape[2:]), tuple(weight.shape[2:]), padding, stride, dilation)
    X, Y = F.pad(X, (padding[1], padding[1], padding[0], padding[0])), 0
    for a in range(weight.shape[2]):
        for b in range(weight.shape[3]):
            part = X[:, :, a * dilation[0] :: stride[0], b * dilation[1] :: stride[1]][:, :, :m_h, :m_w]
            Y = Y + torch.einsum("nihw,oi->nohw", part, weight[:, :, a, b]) + bias[:, None, None]
    return Y


@wrong(ch05.my_conv2d, "bias forgotten")
def no_bias(X, weight, bias, stride=(1, 1), padding=(0, 0), dilation=(1, 1)):
    return filled_in_place(X, weight, torch.zeros_like(bias), stride, padding, dilation)


@wrong(ch05.my_conv2d, "kernel flipped")
def true_convolution(X, weight, bias, stride=(1, 1), padding=(0, 0), dilation=(1, 1)):
    return window_by_window(X, torch.rot90(weight, 2, (2, 3)), bias, stride, padding, dilation)


@right(ch05.my_conv2d, "only float32")
def float_result(X, weight, bias, stride=(1, 1), padding=(0, 0), dilation=(1, 1)):
    m = d2l.output_size(tuple(X.shape[2:]), tuple(weight.shape[2:]), padding, stride, dilation)
    Y = torch.zeros(len(X), len(weight), *m, device=X.device)
    Y += window_by_window(X, weight, bias, stride, padding, dilation)
    return Y


# --- mistakes of readers who had only the questions ---


@wrong(ch05.output_size, "padding counted once")
def output_size_padding_once(n, k, p, s, d):
    return (n + p - d * (k - 1) - 1) // s + 1


@wrong(ch05.same_padding, "larger part on the left")
def same_padding_larger_half_left(kernel, dilation):
    total = dilation * (kernel - 1)
    return total - total // 2, total // 2


@wrong(ch05.reflect, "edge repeated")
def reflect_border_cell_repeated(X, p):
    h, w = X.shape
    X = torch.cat([X[:p].flip(0), X, X[h - p :].flip(0)], dim=0)
    return torch.cat([X[:, :p].flip(1), X, X[:, w - p :].flip(1)], dim=1)


@wrong(ch05.clean_cells, "one too few")
def clean_cells_both_ends_alike(n, layers):
    spoilt = 0
    for kernel, stride, padding, dilation in layers:
        n = (n + 2 * padding - dilation * (kernel - 1) - 1) // stride + 1
        spoilt = -(-(spoilt + padding) // stride)
    return max(0, n - 2 * spoilt)


@wrong(ch05.my_conv2d, None)
def my_conv2d_padding_axes_exchanged(X, weight, bias, stride=(1, 1), padding=(0, 0), dilation=(1, 1)):
    X = F.pad(X, (padding[0], padding[0], padding[1], padding[1]))
    c_o, _, k_h, k_w = weight.shape
    h = (X.shape[2] - dilation[0] * (k_h - 1) - 1) // stride[0] + 1
    w = (X.shape[3] - dilation[1] * (k_w - 1) - 1) // stride[1] + 1
    Y = torch.zeros(X.shape[0], c_o, h, w, dtype=X.dtype)
    for a in range(k_h):
        for b in range(k_w):
            top, left = a * dilation[0], b * dilation[1]
            part = X[
                :, :, top : top + (h - 1) * stride[0] + 1 : stride[0], left : left + (w - 1) * stride[1] + 1 : stride[1]
            ]
            Y += torch.einsum("nihw,oi->nohw", part, weight[:, :, a, b])
    return Y + bias[:, None, None]


wrong(ch05.work_saved, "strides times", [2, 2, 60, 720])
