"""Answers to the exercises of chapter 03."""

import math

import numpy as np
import torch
import torch.nn.functional as F

import d2lutil as d2l
from catalogue import right, wrong
from d2lutil.exercises import ch03


@right(ch03.brighter_below)
def by_view():
    return torch.tensor([-1, 1]).view(2, 1)


@right(ch03.brighter_below)
def section_one_turned():
    K = torch.tensor([[1.0, -1.0]])
    return -K.T


@right(ch03.brighter_below)
def cell_by_cell():
    kernel = torch.zeros(2, 1)
    for row, sign in enumerate((-1, 1)):
        kernel[row] = sign
    return kernel


@wrong(ch03.brighter_below, "sign reversed")
def section_one_transposed():
    return torch.tensor([[1, -1]]).T


@wrong(ch03.brighter_below, "left and right")
def lies_down():
    return torch.linspace(-1, 1, 2)[None]


@wrong(ch03.brighter_below, "nothing returned")
def only_made():
    kernel = torch.zeros(2, 1)
    kernel[0], kernel[1] = -1, 1


@right(ch03.brighter_below)
def as_a_weight():
    return torch.nn.Parameter(torch.eye(2)[:, 1:] - torch.eye(2)[:, :1])


@wrong(ch03.brighter_below, "scaled")
def twice_as_strong():
    return torch.tensor([[-2.0], [2.0]])


wrong(ch03.band_edges, "sign reversed", [[0, -1, 0], [1, 0, -1], [0, 1, 0]])
wrong(ch03.band_edges, "kernel transposed", torch.tensor([[1, 0, -1, 0], [0, 1, 0, -1]]))
wrong(ch03.band_edges, "sign dropped", ((0, 1, 0), (1, 0, 1), (0, 1, 0)))
wrong(ch03.picture_on_its_side, "chose a", " A ")
wrong(ch03.picture_on_its_side, "chose d", "d")
wrong(ch03.sum_of_a_kernel, "chose b", "b")
wrong(ch03.sum_of_a_kernel, "chose c", "C")


@right(ch03.second_difference)
def twice_the_first():
    first = torch.tensor([[-1.0, 1.0]])
    return F.conv2d(F.pad(first, (1, 1))[None, None], first.flip(1)[None, None])[0, 0]


@right(ch03.second_difference)
def row_of_the_laplacian():
    laplacian = torch.tensor([[0.0, 1.0, 0.0], [1.0, -4.0, 1.0], [0.0, 1.0, 0.0]])
    kernel = laplacian[1:2].clone()
    kernel[0, 1] = -(kernel[0, 0] + kernel[0, 2])
    return kernel


@right(ch03.second_difference)
def bracket_by_bracket():
    kernel = torch.zeros(1, 3, dtype=torch.int64)
    for cell, sign in ((2, 1), (1, -1), (1, -1), (0, 1)):
        kernel[0, cell] += sign
    return kernel


@wrong(ch03.second_difference, "sign reversed")
def middle_with_plus():
    return -torch.tensor([[1, -2, 1]])


@wrong(ch03.second_difference, "first difference")
def two_apart():
    return torch.arange(-1.0, 2.0)[None]


@wrong(ch03.second_difference, "middle only once")
def no_two():
    return torch.tensor([[(-1.0) ** cell for cell in range(3)]])


@right(ch03.blind_to_main_diagonal)
def by_diag():
    return torch.diag(torch.tensor([1.0, -1.0]))


@right(ch03.blind_to_main_diagonal)
def later_minus_earlier():
    return torch.tensor([[-3, 0], [0, 3]])


@right(ch03.blind_to_main_diagonal)
def cells_one_by_one():
    kernel = torch.zeros(2, 2)
    for place in range(2):
        kernel[place, place] = 0.5 - place
    return kernel


@wrong(ch03.blind_to_main_diagonal, "other diagonal")
def mirrored():
    return torch.tensor([[0, -2], [2, 0]])


@wrong(ch03.blind_to_main_diagonal, "added")
def identity():
    return torch.eye(2)


@wrong(ch03.blind_to_main_diagonal, "left and right")
def two_rows_of_section_one():
    return torch.tensor([[1.0, -1.0]]).repeat(2, 1)


@wrong(ch03.blind_to_main_diagonal, "left and right")
def the_other_way_round():
    return torch.tensor([[-2, 2], [-2, 2]])


@wrong(ch03.blind_to_main_diagonal, "above and below")
def two_columns_of_section_two():
    return torch.tensor([[1.0], [-1.0]]).repeat(1, 2)


@wrong(ch03.blind_to_main_diagonal, "both diagonals")
def corners_by_turns():
    return torch.tensor([[-1.0, 1.0], [1.0, -1.0]])


@wrong(ch03.blind_to_main_diagonal, "sees nothing")
def blind_to_all():
    return torch.zeros(2, 2)


@right(ch03.unsharp)
def middle_and_others(a):
    kernel = torch.full((3, 3), -a / 9)
    kernel[1, 1] = 1 + a * 8 / 9
    return kernel


@right(ch03.unsharp)
def by_the_answer_to_a_dot(a):
    dot = torch.zeros(5, 5)
    dot[2, 2] = 1
    blurred = F.avg_pool2d(dot[None], 3, stride=1)[0]
    return dot[1:4, 1:4] * (1 + a) - a * blurred


@right(ch03.unsharp)
def nested_lists(a):
    rows = []
    for i in range(3):
        rows.append([(1 + a if i == j == 1 else 0) - a / 9 for j in range(3)])
    return torch.tensor(rows)


@right(ch03.unsharp)
def cell_after_cell(a):
    kernel = torch.empty(3, 3, dtype=torch.float64)
    for place in range(9):
        dot = torch.zeros(9)
        dot[place] = 1
        kernel[place // 3, place % 3] = dot[4] + a * (dot[4] - dot.mean())
    return kernel


@right(ch03.gain_at)
def by_complex_numbers(row, frequency):
    turns = torch.arange(len(row), dtype=torch.float64, device=row.device) * frequency
    return abs((row * torch.exp(2j * math.pi * turns)).sum())


@right(ch03.gain_at)
def term_by_term(row, frequency):
    total = 0
    for a, entry in enumerate(row.tolist()):
        total += entry * complex(math.cos(2 * math.pi * frequency * a), -math.sin(2 * math.pi * frequency * a))
    return abs(total)


@right(ch03.gain_at)
def on_a_long_sinusoid(row, frequency):
    x = torch.arange(len(row) + 20, dtype=torch.float64, device=row.device)
    wave = torch.exp(2j * math.pi * frequency * x)
    windows = wave.unfold(0, len(row), 1)
    return (windows * row).sum(1).abs().mean()


@wrong(ch03.gain_at, "real part only")
def cosines_only(row, frequency):
    angles = 2 * math.pi * frequency * torch.arange(len(row))
    return (row * torch.cos(angles)).sum().abs().item()


@wrong(ch03.gain_at, "2 pi forgotten")
def frequency_as_angle(row, frequency):
    angles = frequency * torch.arange(len(row))
    return torch.hypot((row * torch.cos(angles)).sum(), (row * torch.sin(angles)).sum())


@wrong(ch03.gain_at, "pi for 2 pi")
def half_a_turn(row, frequency):
    angles = math.pi * frequency * torch.arange(len(row))
    return torch.hypot((row * torch.cos(angles)).sum(), (row * torch.sin(angles)).sum())


@wrong(ch03.gain_at, "square of the gain")
def no_root(row, frequency):
    angles = 2 * math.pi * frequency * torch.arange(len(row))
    return ((row * torch.cos(angles)).sum() ** 2 + (row * torch.sin(angles)).sum() ** 2).item()


@wrong(ch03.gain_at, "absolute values added")
def sizes_added(row, frequency):
    turns = torch.arange(len(row)) * frequency
    return (row * torch.exp(2j * math.pi * turns)).abs().sum().item()


@wrong(ch03.unsharp, "diagonal of ones")
def identity_matrix(a):
    same = torch.eye(3)
    return same + a * (same - torch.ones(3, 3) / 9)


@wrong(ch03.unsharp, "1 everywhere")
def plain_one(a):
    return 1 + a * (1 - torch.ones(3, 3) / 9)


@wrong(ch03.unsharp, "blur instead")
def plus_blur(a):
    identity = F.pad(torch.ones(1, 1), (1, 1, 1, 1))
    return identity + a * (torch.ones(3, 3) / 9 - identity)


@wrong(ch03.unsharp, "image forgotten")
def only_the_detail(a):
    return a * (F.pad(torch.ones(1, 1), (1, 1, 1, 1)) - torch.ones(3, 3) / 9)


@wrong(ch03.unsharp, "mean of eight")
def hollow_blur(a):
    around = torch.ones(3, 3)
    around[1, 1] = 0
    return F.pad(torch.ones(1, 1), (1, 1, 1, 1)) * (1 + a) - a * around / around.sum()


@wrong(ch03.unsharp, "an error")
def unknown_name(a):
    return identity_kernel + a * (identity_kernel - torch.ones(3, 3) / 9)  # noqa: F821


@right(ch03.across)
def by_the_angle(right, down):
    angle = torch.atan2(torch.tensor(down), torch.tensor(right))
    sobel_x = torch.tensor([[1.0], [2.0], [1.0]]) @ torch.tensor([[-1.0, 0.0, 1.0]])
    return (torch.cos(angle) * sobel_x + torch.sin(angle) * sobel_x.T) / 8


@right(ch03.across)
def nine_numbers(right, down):
    kernel = torch.zeros(3, 3)
    for i in range(3):
        for j in range(3):
            x, y = j - 1, i - 1
            kernel[i, j] = (right * x * (2 - abs(y)) + down * y * (2 - abs(x))) / (8 * math.hypot(right, down))
    return kernel


@right(ch03.across)
def by_normalising(right, down):
    arrow = F.normalize(torch.tensor([right, down], dtype=torch.float64), dim=0)
    sobel = torch.tensor([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]], dtype=torch.float64)
    return torch.einsum("n,nij->ij", arrow, torch.stack([sobel, sobel.mT])) / sobel.clamp(min=0).sum() / 2


@right(ch03.across)
def with_the_chapters_function(right, down):
    # `oriented` of section 5
    angle = torch.deg2rad(torch.tensor(math.degrees(math.atan2(down, right))))
    sobel_x = torch.tensor([[-1.0, 0.0, 1.0], [-2.0, 0.0, 2.0], [-1.0, 0.0, 1.0]])
    return (torch.cos(angle) * sobel_x + torch.sin(angle) * sobel_x.T) / 8


@right(ch03.across)
def complex_arrow(right, down):
    arrow = complex(right, down) / abs(complex(right, down))
    sobel = torch.tensor([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])
    return arrow.real * sobel / 8 + arrow.imag * sobel.T / 8


@wrong(ch03.across, "opposite directions confused")
def arctangent(right, down):
    angle = math.atan(down / right)
    sobel = torch.tensor([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]) / 8
    return math.cos(angle) * sobel + math.sin(angle) * sobel.T


@wrong(ch03.across, "opposite directions confused")
def arctangent_of_tensors(right, down):
    angle = torch.arctan(torch.tensor(down) / torch.tensor(right))
    sobel = torch.tensor([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]) / 8
    return angle.cos() * sobel + angle.sin() * sobel.T


@wrong(ch03.across, "down counted upwards")
def as_on_paper(right, down):
    return by_the_angle(right, -down)


@wrong(ch03.across, "along instead of across")
def turned_back(right, down):
    return by_the_angle(down, -right)


@wrong(ch03.across, "nothing divided out")
def sum_of_both(right, down):
    sobel = torch.tensor([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])
    return right * sobel + down * sobel.T


@wrong(ch03.across, "root forgotten")
def square_of_the_length(right, down):
    arrow, sobel = torch.tensor([right, down]), torch.tensor([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]) / 8
    return (right * sobel + down * sobel.T) / (arrow @ arrow)


@wrong(ch03.across, "divided by the sum")
def cells_walked(right, down):
    sobel = torch.tensor([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])
    return (right * sobel + down * sobel.T) / torch.tensor(8 * (right + down))


@wrong(ch03.across, "length not divided out")
def long_arrow(right, down):
    sobel = torch.tensor([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]) / 8
    return right * sobel + down * sobel.T


@wrong(ch03.across, "components exchanged")
def sine_and_cosine(right, down):
    angle = math.atan2(down, right)
    sobel = torch.tensor([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]) / 8
    return math.sin(angle) * sobel + math.cos(angle) * sobel.T


@wrong(ch03.across, "not divided by 8")
def as_in_the_chapter(right, down):
    angle = math.atan2(down, right)
    sobel = torch.tensor([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])
    return math.cos(angle) * sobel + math.sin(angle) * sobel.T


@wrong(ch03.across, "sign reversed")
def left_minus_right(right, down):
    return -by_the_angle(right, down)


@wrong(ch03.across, "other arguments")
def by_degrees(degrees):
    return by_the_angle(math.cos(math.radians(degrees)), math.sin(math.radians(degrees)))


@right(ch03.difference_kernel)
def by_pascal(d):
    return torch.tensor([[(-1) ** (d - k) * math.comb(d, k) for k in range(d + 1)]])


@right(ch03.difference_kernel)
def by_recursion(d):
    if d == 0:
        return torch.tensor([[1.0]])
    smaller = by_recursion(d - 1)
    zero = torch.zeros(1, 1)
    return torch.cat([zero, smaller], dim=1) - torch.cat([smaller, zero], dim=1)


@right(ch03.difference_kernel)
def by_convolution(d):
    kernel = torch.ones(1, 1)
    for _ in range(d):
        kernel = d2l.convolve2d(F.pad(kernel, (1, 1)), torch.tensor([[-1.0, 1.0]]))
    return kernel


@right(ch03.difference_kernel)
def by_polynomial(d):
    # the coefficients of (x - 1) ** d, lowest power first
    return torch.tensor(np.poly(np.ones(d))[::-1].copy() if d else np.ones(1)).reshape(1, -1)


@right(ch03.difference_kernel)
def in_lists(d):
    kernel = [1]
    for _ in range(d):
        kernel = [right - here for here, right in zip([*kernel, 0], [0, *kernel], strict=True)]
    return torch.tensor([kernel])


@wrong(ch03.difference_kernel, "order zero")
def begins_with_a_pair(d):
    kernel = torch.tensor([[-1.0, 1.0]])
    for _ in range(d - 1):
        kernel = F.pad(kernel, (1, 0)) - F.pad(kernel, (0, 1))
    return kernel


@wrong(ch03.difference_kernel, "order zero")
def nothing_at_all(d):
    return by_pascal(d) if d else torch.tensor([[0.0]])


@wrong(ch03.difference_kernel, "left minus right")
def wrong_way_round(d):
    kernel = torch.ones(1, 1)
    for _ in range(d):
        kernel = F.pad(kernel, (0, 1)) - F.pad(kernel, (1, 0))
    return kernel


@wrong(ch03.difference_kernel, "no signs")
def plain_pascal(d):
    return torch.tensor([[math.comb(d, k) for k in range(d + 1)]])


@wrong(ch03.difference_kernel, "one order too high")
def starts_at_order_one(d):
    kernel = torch.tensor([[-1.0, 1.0]])
    for _ in range(d):
        kernel = F.pad(kernel, (1, 0)) - F.pad(kernel, (0, 1))
    return kernel


@wrong(ch03.difference_kernel, "transposed")
def a_column(d):
    return by_pascal(d).T


@wrong(ch03.difference_kernel, "axes of size one")
def no_rows(d):
    return by_pascal(d)[0]


@wrong(ch03.difference_kernel, "endless loop")
def never_smaller(d):
    kernel, order = torch.ones(1, 1), 0
    while order < d:
        kernel = torch.tensor([[-1.0, 1.0]])
    return kernel


@right(ch03.take_apart)
def by_svd(kernel):
    U, S, Vh = torch.linalg.svd(kernel)
    return U[:, :1] * S[0], Vh[:1]


@right(ch03.take_apart)
def first_row_that_is_not_zero(kernel):
    row = next(row for row in kernel if row.any())
    column = kernel @ row / (row @ row)
    return column[:, None], row[None]


@right(ch03.take_apart)
def by_searching(kernel):
    for i in range(kernel.shape[0]):
        for j in range(kernel.shape[1]):
            if kernel[i, j] != 0:
                return kernel[:, j].reshape(-1, 1).clone(), (kernel[i] / kernel[i, j]).reshape(1, -1)


@right(ch03.take_apart)
def by_power_iteration(kernel):
    row = kernel.abs().sum(0, keepdim=True) * torch.sign(kernel[kernel.abs().sum(1).argmax()])
    return kernel @ row.T / row.square().sum(), row


@right(ch03.take_apart)
def by_eigenvectors(kernel):
    _, axes = torch.linalg.eigh(kernel.T @ kernel)
    return [kernel @ axes[:, [-1]], axes[:, [-1]].T]


@right(ch03.take_apart)
def number_by_number(kernel):
    i, j = kernel.nonzero()[0].tolist()
    column = [[kernel[a, j].item() / kernel[i, j].item()] for a in range(len(kernel))]
    return torch.tensor(column, dtype=kernel.dtype, device=kernel.device), kernel[i].unsqueeze(0)


@wrong(ch03.take_apart, "divided by zero")
def by_means(kernel):
    return kernel.mean(1, keepdim=True), kernel.mean(0, keepdim=True) / kernel.mean()


@wrong(ch03.take_apart, "divided by zero")
def trusts_the_corner(kernel):
    row = kernel[0] / kernel[0, 0]
    return kernel[:, 0].unsqueeze(1), row.unsqueeze(0)


@wrong(ch03.take_apart, "size of the product")
def no_singular_value(kernel):
    U, _, Vh = torch.linalg.svd(kernel)
    return U[:, [0]], Vh[[0]]


@wrong(ch03.take_apart, "shapes")
def row_first(kernel):
    column, row = by_svd(kernel)
    return row, column


@wrong(ch03.take_apart, "shapes")
def flat_vectors(kernel):
    column, row = by_svd(kernel)
    return column.flatten(), row.flatten()


@wrong(ch03.take_apart, "a row of zeros")
def first_row_scaled(kernel):
    row = kernel[:1]
    return kernel @ row.T / row.square().sum().clamp(min=1e-9), row


@right(ch03.take_apart, "input changed")
def divides_in_place(kernel):
    i, j = divmod(int(kernel.abs().argmax()), kernel.shape[1])
    row = kernel[[i]]
    kernel /= kernel[i, j].item()
    return kernel[:, [j]], row


@right(ch03.in_one)
def cell_meets_cell(first, second):
    K = torch.zeros(
        first.shape[0] + second.shape[0] - 1,
        first.shape[1] + second.shape[1] - 1,
        dtype=first.dtype,
        device=first.device,
    )
    for i in range(first.shape[0]):
        for j in range(first.shape[1]):
            for k in range(second.shape[0]):
                for m in range(second.shape[1]):
                    K[i + k, j + m] += first[i, j] * second[k, m]
    return K


@right(ch03.in_one)
def by_transposed_convolution(first, second):
    return F.conv_transpose2d(first[None, None], second[None, None])[0, 0]


@right(ch03.in_one)
def impulse_through_both(first, second):
    rows, columns = first.shape[0] + second.shape[0] - 1, first.shape[1] + second.shape[1] - 1
    impulse = first.new_zeros(2 * rows - 1, 2 * columns - 1)
    impulse[rows - 1, columns - 1] = 1
    return d2l.corr2d(d2l.corr2d(impulse, first), second).flip(0, 1)


@right(ch03.in_one)
def padded_convolution(first, second):
    k_h, k_w = first.shape
    return d2l.convolve2d(F.pad(second, (k_w - 1, k_w - 1, k_h - 1, k_h - 1)), first)


@right(ch03.in_one)
def by_fourier(first, second):
    size = first.shape[0] + second.shape[0] - 1, first.shape[1] + second.shape[1] - 1
    return torch.fft.irfft2(torch.fft.rfft2(first, size) * torch.fft.rfft2(second, size), size)


@right(ch03.in_one)
def by_a_gradient(first, second):
    rows, columns = first.shape[0] + second.shape[0] - 1, first.shape[1] + second.shape[1] - 1
    X = first.new_zeros(rows, columns, requires_grad=True)
    d2l.corr2d(d2l.corr2d(X, first), second).sum().backward()
    return X.grad


@right(ch03.in_one)
def by_single_cells(first, second):
    rows, columns = first.shape[0] + second.shape[0] - 1, first.shape[1] + second.shape[1] - 1
    dots = torch.eye(rows * columns, dtype=first.dtype, device=first.device).reshape(-1, 1, rows, columns)
    return F.conv2d(F.conv2d(dots, first[None, None]), second[None, None]).reshape(rows, columns)


@wrong(ch03.in_one, "one axis flipped")
def rows_reversed_only(first, second):
    k_h, k_w = second.shape
    return d2l.corr2d(F.pad(first, (k_w - 1, k_w - 1, k_h - 1, k_h - 1)), second.flip(0))


@wrong(ch03.in_one, "kernel not flipped")
def slides_as_it_is(first, second):
    k_h, k_w = second.shape
    return d2l.corr2d(F.pad(first, (k_w - 1, k_w - 1, k_h - 1, k_h - 1)), second)


@wrong(ch03.in_one, "impulse response")
def not_turned_back(first, second):
    return impulse_through_both(first, second).rot90(2)


@right(ch03.in_one, "only float32")
def fixed_type(first, second):
    (h, w), (k_h, k_w) = first.shape, second.shape
    K = torch.zeros(h + k_h - 1, w + k_w - 1, device=first.device)
    for a in range(h):
        for b in range(w):
            K[a : a + k_h, b : b + k_w] += first[a, b] * second
    return K


@right(ch03.in_one, "only CPU")
def fixed_place(first, second):
    (h, w), (k_h, k_w) = first.shape, second.shape
    K = torch.zeros(h + k_h - 1, w + k_w - 1, dtype=first.dtype)
    for a in range(h):
        for b in range(w):
            K[a : a + k_h, b : b + k_w] += first[a, b] * second
    return K


@wrong(ch03.in_one, "only square")
def rows_for_columns(first, second):
    n = len(first) + len(second) - 1
    return torch.fft.irfft2(torch.fft.rfft2(first, (n, n)) * torch.fft.rfft2(second, (n, n)), (n, n))


@wrong(ch03.in_one, "padding axes exchanged")
def rows_padded_first(first, second):
    k_h, k_w = second.shape
    return d2l.convolve2d(F.pad(first, (k_h - 1, k_h - 1, k_w - 1, k_w - 1)), second)


@wrong(ch03.in_one, "rim of zeros")
def padded_by_the_size(first, second):
    k_h, k_w = second.shape
    return d2l.convolve2d(F.pad(first, (k_w, k_w, k_h, k_h)), second)


# --- mistakes of readers who had only the questions ---


@wrong(ch03.second_difference, "first difference")
def second_difference_over_two_steps():
    return torch.tensor([[-1.0, 0.0, 1.0]])


@wrong(ch03.unsharp, "blur subtracted only")
def unsharp_subtracts_blur_only(a):
    kernel = torch.full((3, 3), -a / 9)
    kernel[1, 1] += 1
    return kernel


@wrong(ch03.across, "divided by the sum")
def across_divided_by_sum_of_sides(right, down):
    sobel_x = torch.tensor([[-1.0, 0.0, 1.0], [-2.0, 0.0, 2.0], [-1.0, 0.0, 1.0]]) / 8
    length = abs(right) + abs(down)
    return (right * sobel_x + down * sobel_x.T) / length


@wrong(ch03.difference_kernel, "sign reversed")
def difference_kernel_always_begins_with_minus(d):
    return torch.tensor([[float((-1) ** (k + 1) * math.comb(d, k)) for k in range(d + 1)]])


@wrong(ch03.take_apart, "divided by zero")
def take_apart_by_sums(kernel):
    column = kernel.sum(dim=1, keepdim=True)
    row = kernel.sum(dim=0, keepdim=True) / kernel.sum()
    return column, row


wrong(ch03.band_edges, "sign reversed", [[0, -1, 0], [1, 0, -1], [0, 1, 0]])
