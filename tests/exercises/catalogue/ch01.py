"""Answers to the exercises of chapter 01."""

import itertools
import math

import torch
import torch.nn.functional as F
from torch import nn

from catalogue import right, wrong
from d2lutil.exercises import ch01


@right(ch01.conv_parameters)
def parameters_by_prod(c_in, c_out, kernel, bias=True):
    return c_out * (c_in * math.prod(kernel) + bias)


@wrong(ch01.conv_parameters, "not allowed")
def parameters_built(c_in, c_out, kernel, bias=True):
    layer = nn.Conv2d(c_in, c_out, kernel, bias=bias)
    return layer.weight.numel() + (0 if layer.bias is None else layer.bias.numel())


@right(ch01.conv_parameters)
def parameters_per_kernel(c_in, c_out, kernel, bias=True):
    height, width = kernel
    one_kernel = c_in * height * width
    if bias:
        one_kernel += 1
    return c_out * one_kernel


@right(ch01.conv_parameters)
def parameters_counted(c_in, c_out, kernel, bias=True):
    total = 0
    for _d in range(c_out):
        total += bool(bias)
        for _c in range(c_in):
            for _a in range(kernel[0]):
                total += kernel[1]
    return total


@wrong(ch01.conv_parameters, "bias forgotten")
def weights_alone(c_in, c_out, kernel, bias=True):
    return torch.empty(c_out, c_in, *kernel).numel()


@wrong(ch01.conv_parameters, "input channels forgotten")
def one_table_each(c_in, c_out, kernel, bias=True):
    height, width = kernel
    total = height * width * c_out
    if bias:
        total += c_out
    return total


@wrong(ch01.conv_parameters, "bias always counted")
def bias_not_read(c_in, c_out, kernel, bias=True):
    return (c_in * kernel[0] * kernel[1] + 1) * c_out


@wrong(ch01.conv_parameters, "only square")
def side_squared(c_in, c_out, kernel, bias=True):
    side = kernel[0]
    return c_in * c_out * side**2 + int(bias) * c_out


@wrong(ch01.conv_parameters, "nothing returned")
def parameters_printed(c_in, c_out, kernel, bias=True):
    print(c_out * (c_in * kernel[0] * kernel[1] + bias))


@wrong(ch01.conv_parameters, "other arguments")
def without_kernel(c_in, c_out):
    return 9 * c_in * c_out + c_out


@wrong(ch01.conv_parameters, "bias per table")
def bias_in_each_table(c_in, c_out, kernel, bias=True):
    one_table = math.prod(kernel) + (1 if bias else 0)
    return c_in * one_table * c_out


wrong(ch01.corner_counts, "middle forgotten", [36, 36, 9, 1])
wrong(ch01.corner_counts, "corner like the middle", (49, 49, 49, 1))
wrong(ch01.corner_counts, "padding exchanged", torch.tensor([49, 49, 1, 16]))


@right(ch01.as_kernel)
def unflattened(weight, channels, height, width):
    return nn.Unflatten(1, (channels, height, width))(weight)


@right(ch01.as_kernel)
def weight_by_weight(weight, channels, height, width):
    kernel = torch.zeros(weight.shape[0], channels, height, width).to(weight)
    for c in range(channels):
        for a in range(height):
            for b in range(width):
                kernel[:, c, a, b] = weight[:, c * height * width + a * width + b]
    return kernel


@right(ch01.as_kernel)
def from_answers(weight, channels, height, width):
    pixels = torch.eye(weight.shape[1], dtype=weight.dtype, device=weight.device)
    answers = F.linear(pixels, weight)
    return answers.t().contiguous().view(weight.size(0), channels, height, width)


@right(ch01.as_kernel)
def as_a_parameter(weight, channels, height, width):
    layer = nn.Conv2d(channels, len(weight), (height, width), bias=False)
    layer.weight = nn.Parameter(weight.reshape(layer.weight.shape))
    return layer.weight


@wrong(ch01.as_kernel, "channels last")
def pixel_after_pixel(weight, channels, height, width):
    kernel = weight.new_zeros(len(weight), channels, height, width)
    for c in range(channels):
        kernel[:, c] = weight[:, c::channels].reshape(-1, height, width)
    return kernel


@wrong(ch01.as_kernel, "kernel of the wrong shape")
def width_first(weight, channels, height, width):
    return weight.view(weight.shape[0], channels, width, height)


@wrong(ch01.as_kernel, "kernel flipped")
def turned_kernel(weight, channels, height, width):
    return torch.rot90(weight.unflatten(1, (channels, height, width)), 2, (2, 3))


@right(ch01.difference_of_dice)
def as_a_total(yours, mine):
    def convolve(f, g):  # the chapter's own
        result = g.new_zeros(len(f) + len(g) - 1)
        for k in range(len(f)):
            result[k : k + len(g)] += f[k] * g
        return result

    return convolve(yours, mine.flip(0)), convolve(mine, yours.flip(0))


@right(ch01.difference_of_dice)
def case_by_case(yours, mine):
    chances = {}
    for a, b in itertools.product(range(len(yours)), range(len(mine))):
        chances[a - b] = chances.get(a - b, 0) + yours[a] * mine[b]
    values = sorted(chances)
    return torch.stack([chances[n] for n in values]), torch.stack([chances[n] for n in reversed(values)])


@right(ch01.difference_of_dice)
def along_diagonals(yours, mine):
    table = torch.outer(yours, mine)
    diagonals = [table.diagonal(-n).sum() for n in range(1 - len(mine), len(yours))]
    there = torch.stack(diagonals)
    return [there, torch.flip(there, [0])]


@right(ch01.difference_of_dice)
def two_conv1d(yours, mine):
    one = F.conv1d(yours[None, None], mine[None, None], padding=len(mine) - 1)
    other = F.conv1d(mine[None, None], yours[None, None], padding=len(yours) - 1)
    return one.squeeze((0, 1)), other.squeeze((0, 1))


@wrong(ch01.difference_of_dice, "taken as commutative")
def same_twice(yours, mine):
    chances = F.conv1d(yours[None, None], mine[None, None], padding=len(mine) - 1)[0, 0]
    return chances, chances


@wrong(ch01.difference_of_dice, "totals")
def added_up(yours, mine):
    result = torch.zeros(len(yours) + len(mine) - 1)
    for a in range(len(yours)):
        for b in range(len(mine)):
            result[a + b] += yours[a] * mine[b]
    return result, result


@wrong(ch01.difference_of_dice, "exchanged")
def the_other_way_round(yours, mine):
    one, other = two_conv1d(yours, mine)
    return other, one


@wrong(ch01.difference_of_dice, "only one answer")
def first_answer(yours, mine):
    return two_conv1d(yours, mine)[0]


@wrong(ch01.difference_of_dice, "an error")
def axes_missing(yours, mine):
    return F.conv1d(yours, mine), F.conv1d(mine, yours)


wrong(ch01.axis_to_share, "chose c", "C")
wrong(ch01.axis_to_share, "chose b", "b")


@right(ch01.echo)
def by_padding_argument(sound, delay, strength):
    kernel = torch.zeros(1, 1, delay + 1, dtype=sound.dtype, device=sound.device)
    kernel[..., 0] = strength
    kernel[..., delay] = 1
    return F.conv1d(sound.reshape(1, 1, -1), kernel, padding=delay)[0, 0, : len(sound)]


@right(ch01.echo)
def moment_by_moment(sound, delay, strength):
    heard = sound.clone()
    for t in range(delay, len(sound)):
        heard[t] = sound[t] + strength * sound[t - delay]
    return heard


@right(ch01.echo)
def by_concatenation(sound, delay, strength):
    late = torch.cat([sound.new_zeros(delay), strength * sound])
    return sound + late[: sound.numel()]


@right(ch01.echo)
def by_dilation(sound, delay, strength):
    kernel = torch.stack([sound.new_tensor(strength), sound.new_tensor(1.0)])
    return F.conv1d(F.pad(sound, (delay, 0))[None], kernel[None, None], dilation=delay)[0]


@wrong(ch01.echo, "echo before the sound")
def from_the_future(sound, delay, strength):
    heard = sound.clone()
    for t in range(len(sound) - delay):
        heard[t] += strength * sound[t + delay]
    return heard


@right(ch01.echo, "only float32")
def kernel_of_one_type(sound, delay, strength):
    kernel = torch.zeros(delay + 1, device=sound.device)
    kernel[0], kernel[-1] = strength, 1
    return F.conv1d(F.pad(sound, (delay, 0))[None, None], kernel[None, None])[0, 0]


@right(ch01.echo, "only CPU")
def kernel_of_one_place(sound, delay, strength):
    kernel = torch.tensor([strength] + [0.0] * (delay - 1) + [1.0], dtype=sound.dtype)
    return F.conv1d(F.pad(sound, (delay, 0))[None, None], kernel[None, None])[0, 0]


@right(ch01.echo, "input changed")
def echo_in_place(sound, delay, strength):
    if delay < len(sound):
        sound[delay:] += strength * sound[:-delay].clone()
    return sound


@wrong(ch01.echo, "silence on both sides")
def symmetric_padding(sound, delay, strength):
    kernel = sound.new_zeros(1, 1, delay + 1)
    kernel[0, 0, 0], kernel[0, 0, delay] = strength, 1
    return F.conv1d(sound[None, None], kernel, padding=delay).flatten()


@wrong(ch01.echo, "around the corner")
def end_at_the_beginning(sound, delay, strength):
    t = torch.arange(len(sound), device=sound.device)
    return sound + strength * sound[(t - delay) % len(sound)]


@wrong(ch01.echo, "echo of the echo")
def echo_after_echo(sound, delay, strength):
    heard = []
    for t in range(len(sound)):
        heard.append(sound[t] + strength * heard[t - delay] if t >= delay else sound[t])
    return torch.stack(heard)


@wrong(ch01.echo, "axes of size one")
def axes_left(sound, delay, strength):
    return moment_by_moment(sound, delay, strength)[None, None]


@wrong(ch01.echo, "sound lost")
def echo_alone(sound, delay, strength):
    late = torch.zeros_like(sound)
    late[delay:] = strength * sound[: max(0, len(sound) - delay)]
    return late


@wrong(ch01.echo, "endless loop")
def never_silent(sound, delay, strength):
    heard, t = sound.clone(), 0
    while t < len(sound):
        if t >= delay:
            heard[t] += strength * sound[t - delay]
            t += 1
    return heard


@right(ch01.look_alike)
def first_shift_that_shows(X):
    for i in range(X.shape[0]):
        for j in range(X.shape[1]):
            moved = torch.roll(X, (i, j), dims=(0, 1))
            if not torch.equal(moved, X):
                return moved


@right(ch01.look_alike)
def by_cutting(X):
    if bool((X[:1] == X).all()):
        return torch.cat([X[:, -1:], X[:, :-1]], dim=1)
    return torch.cat([X[1:], X[:1]])


@right(ch01.look_alike)
def by_index(X):
    rows, columns = X.shape
    all_rows_equal = int((X[0] == X).all())
    i = (torch.arange(rows, device=X.device) - (1 - all_rows_equal)) % rows
    j = (torch.arange(columns, device=X.device) + all_rows_equal) % columns
    return X[i][:, j]


@wrong(ch01.look_alike, "one axis only")
def sun_goes_down(X):
    return torch.cat([X[-1:], X[:-1]])


@wrong(ch01.look_alike, "one axis only")
def sun_goes_right(X):
    return torch.roll(X, shifts=1, dims=-1)


@wrong(ch01.look_alike, "rolled without axes")
def flattened_roll(X):
    flat = X.flatten()
    return torch.cat([flat[-1:], flat[:-1]]).view_as(X)


@wrong(ch01.look_alike, "mirrored")
def upside_down(X):
    return torch.flipud(X)


@wrong(ch01.look_alike, "the same image")
def nothing_new(X):
    return X + 0


@wrong(ch01.look_alike, "other brightness")
def brighter(X):
    return X.add(1.0)


wrong(ch01.words_for_a_kernel, "chose a", "a")
wrong(ch01.words_for_a_kernel, "chose c", "c")


def moved(X, shift):
    return torch.roll(X, shift, dims=(0, 1))


@right(ch01.judge)
def with_the_chapter_s_functions(f, rows, columns):
    def same(one, other):
        return torch.allclose(one, other)

    X = torch.randn(rows, columns, dtype=torch.float64)
    shifts = list(itertools.product(range(rows), range(columns)))
    return (
        all(same(f(moved(X, s)), moved(f(X), s)) for s in shifts),
        all(same(f(moved(X, s)), f(X)) for s in shifts),
    )


@right(ch01.judge)
def single_steps(f, rows, columns):
    X = torch.randperm(rows * columns).double().reshape(rows, columns)
    down, side = X.roll(1, 0), X.roll(1, 1)
    equivariant = torch.allclose(f(down), f(X).roll(1, 0)) and torch.allclose(f(side), f(X).roll(1, 1))
    invariant = torch.allclose(f(down), f(X)) and torch.allclose(f(side), f(X))
    return [equivariant, invariant]


@right(ch01.judge)
def largest_difference(f, rows, columns):
    X = torch.rand(rows, columns).double()
    worst = torch.zeros(2, dtype=torch.float64)
    for i in range(rows):
        for j in range(columns):
            answer = f(moved(X, (i, j)))
            off = torch.stack([(answer - moved(f(X), (i, j))).abs().max(), (answer - f(X)).abs().max()])
            worst = torch.maximum(worst, off)
    return worst[0] < 1e-9, worst[1] < 1e-9


@wrong(ch01.judge, "one shift only")
def one_step(f, rows, columns):
    X = torch.randint(0, 50, (rows, columns)).double()
    there = f(moved(X, (1, 1)))
    return torch.allclose(there, moved(f(X), (1, 1))), torch.allclose(there, f(X))


@wrong(ch01.judge, "only sideways")
def along_the_columns(f, rows, columns):
    X = torch.randn(rows, columns).double()
    answers = [(f(X.roll(j, 1)), f(X).roll(j, 1)) for j in range(1, columns)]
    return all(torch.allclose(*pair) for pair in answers), all(torch.allclose(one, f(X)) for one, _ in answers)


@wrong(ch01.judge, "results exchanged")
def invariant_first(f, rows, columns):
    return tuple(reversed(with_the_chapter_s_functions(f, rows, columns)))


@wrong(ch01.judge, "one bright pixel")
def a_dot(f, rows, columns):
    X = torch.zeros(rows, columns, dtype=torch.float64)
    X[rows // 2, columns // 2] = 1
    shifts = list(itertools.product(range(rows), range(columns)))
    return all(f(moved(X, s)).equal(moved(f(X), s)) for s in shifts), all(f(moved(X, s)).equal(f(X)) for s in shifts)


@wrong(ch01.judge, "always true")
def on_an_empty_image(f, rows, columns):
    X = torch.zeros(rows, columns, dtype=torch.float64)
    shifts = list(itertools.product(range(rows), range(columns)))
    return all(f(moved(X, s)).equal(moved(f(X), s)) for s in shifts), all(f(moved(X, s)).equal(f(X)) for s in shifts)


@wrong(ch01.judge, "always true")
def some_shift(f, rows, columns):
    X, found = torch.randn(rows, columns).double(), [False, False]
    for shift in itertools.product(range(rows), range(columns)):
        found[0] = found[0] or torch.allclose(f(moved(X, shift)), moved(f(X), shift))
        found[1] = found[1] or torch.allclose(f(moved(X, shift)), f(X))
    return tuple(found)


@wrong(ch01.judge, "nothing returned")
def verdict_printed(f, rows, columns):
    print(with_the_chapter_s_functions(f, rows, columns))


@right(ch01.matrix_of_conv2d)
def window_by_window(K, rows, columns, padding):
    c_out, c_in, k_h, k_w = K.shape
    lines = []
    for d in range(c_out):
        for i in range(rows + 2 * padding - k_h + 1):
            for j in range(columns + 2 * padding - k_w + 1):
                page = K.new_zeros(c_in, rows + 2 * padding, columns + 2 * padding)
                page[:, i : i + k_h, j : j + k_w] = K[d]
                lines.append(page[:, padding : padding + rows, padding : padding + columns].flatten())
    return torch.stack(lines)


@right(ch01.matrix_of_conv2d, "only CPU")
def pixel_by_pixel(K, rows, columns, padding):
    found = []
    for n in range(K.shape[1] * rows * columns):
        X = torch.zeros(K.shape[1] * rows * columns, dtype=K.dtype)
        X[n] = 1
        found.append(F.conv2d(X.reshape(1, K.shape[1], rows, columns), K, padding=padding).flatten())
    return torch.stack(found, dim=1)


@right(ch01.matrix_of_conv2d)
def by_transposed_convolution(K, rows, columns, padding):
    h, w = rows + 2 * padding - K.shape[2] + 1, columns + 2 * padding - K.shape[3] + 1
    cells = torch.eye(K.shape[0] * h * w).to(K).reshape(-1, K.shape[0], h, w)
    return F.conv_transpose2d(cells, K, padding=padding).flatten(1)


@wrong(ch01.matrix_of_conv2d, "transposed")
def columns_as_rows(K, rows, columns, padding):
    return pixel_by_pixel(K, rows, columns, padding).T


@wrong(ch01.matrix_of_conv2d, "padding ignored")
def unpadded(K, rows, columns, padding):
    return window_by_window(K, rows, columns, 0)


@wrong(ch01.matrix_of_conv2d, "padded zeros as inputs")
def border_kept(K, rows, columns, padding):
    wide = rows + 2 * padding, columns + 2 * padding
    return window_by_window(K, *wide, 0)


@right(ch01.matrix_of_conv2d, "only float32", "only CPU")
def eye_of_one_type(K, rows, columns, padding):
    cells = torch.eye(K.shape[1] * rows * columns).reshape(-1, K.shape[1], rows, columns)
    return F.conv2d(cells, K.float(), padding=padding).flatten(1).T


@right(ch01.nearest_convolution)
def group_by_group(W):
    rows, columns = W.shape[:2]
    V = W.new_zeros(rows, columns)
    for i, j, k, l in itertools.product(range(rows), range(columns), repeat=2):  # noqa: E741
        V[(k - i) % rows, (l - j) % columns] += W[i, j, k, l] / (rows * columns)
    return V


@right(ch01.nearest_convolution)
def by_indexing(W):
    rows, columns = W.shape[:2]
    i = torch.arange(rows, device=W.device)[:, None, None, None]
    j = torch.arange(columns, device=W.device)[:, None, None]
    a = torch.arange(rows, device=W.device)[:, None]
    b = torch.arange(columns, device=W.device)
    return W[i, j, (i + a) % rows, (j + b) % columns].mean(dim=(0, 1))


@right(ch01.nearest_convolution)
def by_frames(W):
    total = torch.zeros_like(W[0, 0])
    for i in range(W.shape[0]):
        for j in range(W.shape[1]):
            table = torch.cat([W[i, j, i:], W[i, j, :i]])
            total += torch.cat([table[:, j:], table[:, :j]], dim=1)
    return total / (W.shape[0] * W.shape[1])


@right(ch01.nearest_convolution)
def by_descent(W):
    """Only squares to make small: no thinking about groups."""
    rows, columns = W.shape[:2]
    V = torch.zeros(rows, columns, dtype=W.dtype, device=W.device)
    for _ in range(3):
        layer = torch.stack([torch.stack([V.roll((i, j), (0, 1)) for j in range(columns)]) for i in range(rows)])
        off = W - layer
        step = [off[i, j].roll((-i, -j), (0, 1)) for i in range(rows) for j in range(columns)]
        V = V + torch.stack(step).sum(0) / (rows * columns)
    return V


@wrong(ch01.nearest_convolution, "rolled the wrong way")
def forwards(W):
    rows, columns = W.shape[:2]
    total = 0
    for i in range(rows):
        for j in range(columns):
            total = total + torch.roll(W[i, j], (i, j), dims=(0, 1))
    return total / rows / columns


@wrong(ch01.nearest_convolution, "not rolled")
def plain_mean(W):
    return W.flatten(0, 1).mean(dim=0)


@wrong(ch01.nearest_convolution, "summed")
def groups_added(W):
    return group_by_group(W) * W.shape[0] * W.shape[1]


@wrong(ch01.nearest_convolution, "offsets reversed")
def minus(W):
    rows, columns = W.shape[:2]
    V = W.new_zeros(rows, columns)
    for i, j, k, l in itertools.product(range(rows), range(columns), repeat=2):  # noqa: E741
        V[(i - k) % rows, (j - l) % columns] += W[i, j, k, l] / (rows * columns)
    return V


@right(ch01.nearest_convolution, "only CPU")
def table_on_the_cpu(W):
    rows, columns = W.shape[:2]
    V = torch.zeros(rows, columns, dtype=W.dtype)
    for i, j, k, l in itertools.product(range(rows), range(columns), repeat=2):  # noqa: E741
        V[(k - i) % rows, (l - j) % columns] += W[i, j, k, l].item() / (rows * columns)
    return V


@wrong(ch01.nearest_convolution, "only square")
def one_side(W):
    n = W.shape[0]
    V = W.new_zeros(W.shape[:2])
    for i, j, k, l in itertools.product(range(W.shape[0]), range(W.shape[1]), repeat=2):  # noqa: E741
        V[(k - i) % n, (l - j) % W.shape[1]] += W[i, j, k, l] / n**2
    return V


# --- mistakes of readers who had only the questions ---


@wrong(ch01.conv_parameters, "one bias")
def conv_parameters_one_bias(c_in, c_out, kernel, bias=True):
    weights = c_in * c_out * kernel[0] * kernel[1]
    return weights + 1 if bias else weights


@wrong(ch01.difference_of_dice, "taken as commutative")
def difference_of_dice_same_both_ways(yours, mine):
    n, m = len(yours), len(mine)
    p = torch.zeros(n + m - 1)
    for i in range(n):
        for j in range(m):
            p[i - j + m - 1] += yours[i] * mine[j]
    return p, p


@wrong(ch01.echo, "strength on the sound")
def echo_kernel_in_reading_order(sound, delay, strength):
    kernel = torch.zeros(delay + 1)
    kernel[0] = 1.0
    kernel[delay] = strength
    padded = F.pad(sound, (delay, 0))
    return F.conv1d(padded[None, None], kernel[None, None])[0, 0]


@wrong(ch01.judge, "one shift only")
def judge_one_diagonal_step(f, rows, columns):
    X = torch.randn(rows, columns, dtype=torch.float64)
    moved = torch.roll(X, (1, 1), (0, 1))
    equivariant = torch.allclose(f(moved), torch.roll(f(X), (1, 1), (0, 1)))
    invariant = torch.allclose(f(moved), f(X))
    return equivariant, invariant


@wrong(ch01.nearest_convolution, "offsets reversed")
def nearest_convolution_offset_unit_minus_pixel(W):
    rows, columns = W.shape[:2]
    V = torch.zeros(rows, columns, dtype=W.dtype)
    for i in range(rows):
        for j in range(columns):
            for k in range(rows):
                for l in range(columns):  # noqa: E741
                    V[(i - k) % rows, (j - l) % columns] += W[i, j, k, l]
    return V / (rows * columns)


wrong(ch01.corner_counts, "corner unseen", [49, 49, 16, 0])
