"""Answers to the exercises of chapter 06."""

import torch
import torch.nn.functional as F
from torch import nn

import d2lutil as d2l
from catalogue import right, wrong
from d2lutil.exercises import ch06


@right(ch06.gray_then)
def slice_by_slice(kernel, weights):
    return torch.stack([weight * kernel for weight in weights])


@right(ch06.gray_then)
def by_outer_product(kernel, weights):
    return torch.outer(weights, kernel.flatten()).reshape(-1, *kernel.shape)


@right(ch06.gray_then)
def cell_by_cell(kernel, weights):
    K = kernel.new_empty(len(weights), *kernel.shape)
    for c in range(K.shape[0]):
        for a in range(K.shape[1]):
            for b in range(K.shape[2]):
                K[c, a, b] = weights[c] * kernel[a, b]
    return K


@right(ch06.gray_then)
def from_lists(kernel, weights):
    slices = [[[weight * k for k in row] for row in kernel.tolist()] for weight in weights.tolist()]
    return torch.tensor(slices, dtype=kernel.dtype, device=kernel.device)


@right(ch06.gray_then)
def by_tensordot(kernel, weights):
    return torch.tensordot(weights, kernel, dims=0)


@wrong(ch06.gray_then, "weights forgotten")
def repeated(kernel, weights):
    return torch.stack([kernel] * len(weights))


@wrong(ch06.gray_then, "channels last")
def stacked_last(kernel, weights):
    return torch.stack([w * kernel for w in weights], dim=-1)


@wrong(ch06.gray_then, "divided by the channels")
def averaged(kernel, weights):
    return torch.stack([kernel * w for w in weights]) / weights.numel()


@right(ch06.gray_then, "only float32")
def into_float32(kernel, weights):
    K = torch.zeros(len(weights), *kernel.shape, device=kernel.device)
    for c, weight in enumerate(weights):
        K[c] = weight * kernel
    return K


@right(ch06.gray_then, "only CPU")
def on_the_cpu(kernel, weights):
    K = torch.zeros(len(weights), *kernel.shape, dtype=kernel.dtype)
    for c, weight in enumerate(weights):
        K[c] = weight * kernel
    return K


@wrong(ch06.gray_then, "input changed")
def overwrites(kernel, weights):
    slices = []
    for weight in weights.tolist():
        kernel *= weight
        slices.append(kernel.clone())
        kernel /= weight if weight else 1
    return torch.stack(slices)


@right(ch06.price)
def by_building_it(c_i, c_o, kernel_size, image, padding=0, stride=1, groups=1):
    layer = nn.Conv2d(c_i, c_o, kernel_size, padding=padding, stride=stride, groups=groups)
    y = layer(torch.zeros(1, c_i, *image))
    places = y.shape[2] * y.shape[3]
    return layer.weight.numel() + layer.bias.numel(), y.nbytes, layer.weight.numel() * places


@right(ch06.price)
def by_counting_places(c_i, c_o, kernel_size, image, padding=0, stride=1, groups=1):
    places = 1
    for n, k in zip(image, kernel_size, strict=True):
        places *= len(range(0, n + 2 * padding - k + 1, stride))
    parameters = 0
    for _ in range(c_o):
        parameters += c_i // groups * kernel_size[0] * kernel_size[1] + 1
    return parameters, 4 * c_o * places, (parameters - c_o) * places


@right(ch06.price)
def group_by_group(c_i, c_o, kernel_size, image, padding=0, stride=1, groups=1):
    m_h = (image[0] - kernel_size[0] + 2 * padding + stride) // stride
    m_w = (image[1] - kernel_size[1] + 2 * padding + stride) // stride
    one_group = (c_i // groups) * (c_o // groups) * kernel_size[0] * kernel_size[1]
    return [one_group * groups + c_o, c_o * m_h * m_w * 4, one_group * groups * m_h * m_w]


def sketch(layer, places, biases):
    c_i, c_o, (k_h, k_w), _, _, _, groups = layer
    weights = c_i * c_o * k_h * k_w // groups
    return weights + biases, c_o * places * 4, weights * places


@wrong(ch06.price, "bias forgotten")
def no_bias(c_i, c_o, kernel_size, image, padding=0, stride=1, groups=1):
    layer = nn.Conv2d(c_i, c_o, kernel_size, padding=padding, stride=stride, groups=groups, bias=False)
    y = layer(torch.zeros(1, c_i, *image))[0, 0]
    return sketch((c_i, c_o, kernel_size, image, padding, stride, groups), y.numel(), 0)


@wrong(ch06.price, "bias per pixel")
def bias_for_each_answer(c_i, c_o, kernel_size, image, padding=0, stride=1, groups=1):
    layer = nn.Conv2d(c_i, c_o, kernel_size, padding=padding, stride=stride, groups=groups)
    y = layer(torch.zeros(1, c_i, *image))[0]
    return sketch((c_i, c_o, kernel_size, image, padding, stride, groups), y[0].numel(), y.numel())


@wrong(ch06.price, "groups ignored")
def one_group_only(c_i, c_o, kernel_size, image, padding=0, stride=1, groups=1):
    layer = nn.Conv2d(c_i, c_o, kernel_size, padding=padding, stride=stride)
    y = layer(torch.zeros(1, c_i, *image))
    return sum(p.numel() for p in layer.parameters()), y.nbytes, layer.weight.numel() * y[0, 0].numel()


@wrong(ch06.price, "numbers instead of bytes")
def answers_only(c_i, c_o, kernel_size, image, padding=0, stride=1, groups=1):
    parameters, stored, products = by_building_it(c_i, c_o, kernel_size, image, padding, stride, groups)
    return parameters, stored // 4, products


@wrong(ch06.price, "FLOPs instead of multiply-adds")
def counted_by_pytorch(c_i, c_o, kernel_size, image, padding=0, stride=1, groups=1):
    parameters, stored, products = by_building_it(c_i, c_o, kernel_size, image, padding, stride, groups)
    return parameters, stored, products * 2


@wrong(ch06.price, "groups divided twice")
def both_sides_divided(c_i, c_o, kernel_size, image, padding=0, stride=1, groups=1):
    layer = nn.Conv2d(c_i // groups, c_o // groups, kernel_size, padding=padding, stride=stride)
    y = layer(torch.zeros(1, c_i // groups, *image))
    return layer.weight.numel() + c_o, y.nbytes * groups, layer.weight.numel() * y[0, 0].numel()


@wrong(ch06.price, "padding counted once")
def padded_once(c_i, c_o, kernel_size, image, padding=0, stride=1, groups=1):
    places = 1
    for n, k in zip(image, kernel_size, strict=True):
        places *= 1 + (n - k + padding) // stride
    return sketch((c_i, c_o, kernel_size, image, padding, stride, groups), places, c_o)


@wrong(ch06.price, "nothing returned")
def only_printed(c_i, c_o, kernel_size, image, padding=0, stride=1, groups=1):
    print(c_i * c_o)


@wrong(ch06.price, "only square")
def rows_squared(c_i, c_o, kernel_size, image, padding=0, stride=1, groups=1):
    m = (image[0] + 2 * padding - kernel_size[0]) // stride + 1
    weights = c_o * c_i * kernel_size[0] ** 2 // groups
    return weights + c_o, 4 * c_o * m * m, weights * m * m


wrong(ch06.factors, "only one channel number", [2, 2.25, 2, 0.5])
wrong(ch06.factors, "padding is the picture", [4, 4, 2, 0.5])
wrong(ch06.factors, "one gradient", [4, 2.25, 1, 0.5])
wrong(ch06.factors, "overlap forgotten", (4, 2.25, 2, 0.25))


@right(ch06.shuffle_kernel)
def one_by_one(c, groups):
    kernel = torch.zeros(c, c, 1, 1)
    size = c // groups
    for group in range(groups):
        for member in range(size):
            kernel[member * groups + group, group * size + member] = 1
    return kernel


@right(ch06.shuffle_kernel)
def by_torch_shuffle(c, groups):
    return nn.ChannelShuffle(groups)(torch.eye(c)[None, :, :, None])[0].unsqueeze(-1)


@right(ch06.shuffle_kernel)
def by_one_hot(c, groups):
    order = [channel for start in range(c // groups) for channel in range(start, c, c // groups)]
    return F.one_hot(torch.tensor(order), c).float().reshape(c, c, 1, 1)


@right(ch06.shuffle_kernel)
def rows_of_the_identity(c, groups):
    return torch.eye(c).reshape(groups, c // groups, c).transpose(0, 1).reshape(c, c, 1, 1)


@right(ch06.shuffle_kernel)
def whole_numbers(c, groups):
    return F.one_hot(torch.arange(c).reshape(groups, -1).T.flatten(), c)[:, :, None, None]


@wrong(ch06.shuffle_kernel, "the other way round")
def columns_set(c, groups):
    order = torch.arange(c).reshape(groups, -1).T.flatten()
    kernel = torch.zeros(c, c, 1, 1)
    for new, old in enumerate(order):
        kernel[old, new] = 1
    return kernel


@wrong(ch06.shuffle_kernel, "the other way round")
def groups_as_columns(c, groups):
    return torch.eye(c)[torch.arange(c).view(c // groups, groups).t().reshape(-1)].view(c, c, 1, 1)


@wrong(ch06.shuffle_kernel, "not shuffled")
def rows_read(c, groups):
    return torch.eye(c)[torch.arange(c).reshape(groups, -1).flatten()][..., None, None]


@wrong(ch06.shuffle_kernel, "axes of size one")
def just_a_matrix(c, groups):
    return torch.eye(c)[torch.arange(c).reshape(groups, -1).T.flatten()]


@wrong(ch06.shuffle_kernel, "an error")
def does_not_divide(c, groups):
    return torch.eye(c)[torch.arange(c).reshape(groups, groups).T.flatten()][:, :, None, None]


wrong(ch06.in_groups, "all at once", [4, 3, 12])
wrong(ch06.in_groups, "divided twice", [16, 3, 9])
wrong(ch06.in_groups, "depth spreads without a shuffle", [4, 6, 9])


@right(ch06.undo)
def with_solve(weight, bias):
    M = weight.flatten(1)
    identity = torch.eye(len(M), dtype=M.dtype, device=M.device)
    return torch.linalg.solve(M, identity).view_as(weight), torch.linalg.solve(M, -bias)


@right(ch06.undo)
def bias_through_the_layer(weight, bias):
    back = torch.linalg.inv(weight.squeeze(-1).squeeze(-1)).unsqueeze(-1).unsqueeze(-1)
    return back, -F.conv2d(bias.reshape(1, -1, 1, 1), back).flatten()


@right(ch06.undo)
def homogeneous(weight, bias):
    c = len(bias)
    whole = weight.new_zeros(c + 1, c + 1)
    whole[:c, :c], whole[:c, c], whole[c, c] = weight[:, :, 0, 0], bias, 1
    back = torch.inverse(whole)
    return back[:c, :c].reshape(c, c, 1, 1), back[:c, c]


@right(ch06.undo)
def by_least_squares(weight, bias):
    identity = torch.eye(len(bias), dtype=weight.dtype, device=weight.device)
    back = torch.linalg.lstsq(weight[:, :, 0, 0], torch.cat([identity, -bias[:, None]], 1)).solution
    return [back[:, :-1, None, None], back[:, -1]]


@wrong(ch06.undo, "bias only negated")
def minus_b(weight, bias):
    return torch.linalg.inv(weight.flatten(1))[..., None, None], 0 - bias


@wrong(ch06.undo, "bias added again")
def plus_b(weight, bias):
    back = torch.linalg.inv(weight.flatten(1))
    return back.view_as(weight), back.mv(bias)


@wrong(ch06.undo, "window axes missing")
def two_axes(weight, bias):
    back = weight.squeeze(3).squeeze(2).inverse()
    return back, -(back * bias).sum(1)


@wrong(ch06.undo, "window inverted")
def wrong_inverse(weight, bias):
    back = torch.linalg.inv(weight)
    return back, -(back.flatten(1) * bias).sum(1)


@right(ch06.undo, "only float32")
def fixed_identity(weight, bias):
    M = weight.flatten(1)
    back = torch.linalg.solve(M, torch.eye(len(M), device=M.device))
    return back.view_as(weight), -back @ bias


wrong(ch06.to_the_last_bit, "chose a", "a")
wrong(ch06.to_the_last_bit, "chose c", "C")


@right(ch06.fold)
def kernel_by_kernel(weight, bias, scale, shift):
    kernels = torch.stack([s * kernel for s, kernel in zip(scale, weight, strict=True)])
    return kernels, torch.stack([s * b + t for s, b, t in zip(scale, bias, shift, strict=True)])


@right(ch06.fold)
def by_diagonal(weight, bias, scale, shift):
    D = scale.diag()
    return torch.einsum("po,oiab->piab", D, weight), D @ bias + shift


@right(ch06.fold)
def by_moving_axes(weight, bias, scale, shift):
    return (weight.movedim(0, -1) * scale).movedim(-1, 0), torch.addcmul(shift, scale, bias)


@right(ch06.fold)
def number_by_number(weight, bias, scale, shift):
    kernels, biases = weight.clone(), torch.zeros_like(bias)
    for o in range(len(scale)):
        kernels[o] *= scale[o].item()
        biases[o] = scale[o].item() * bias[o].item() + shift[o].item()
    return kernels, biases


@wrong(ch06.fold, "bias not scaled")
def bias_left_out(weight, bias, scale, shift):
    return torch.einsum("o,oiab->oiab", scale, weight), shift + bias


@wrong(ch06.fold, "shift scaled")
def bracket_too_long(weight, bias, scale, shift):
    return weight * scale.view(-1, 1, 1, 1), (bias + shift) * scale


@wrong(ch06.fold, "scale on the input channels")
def second_axis(weight, bias, scale, shift):
    return weight * scale.view(1, -1, 1, 1), bias * scale + shift


@wrong(ch06.fold, "scale on the columns")
def plain_product(weight, bias, scale, shift):
    return scale * weight, shift + bias * scale


@right(ch06.fold, "input changed")
def in_place(weight, bias, scale, shift):
    weight *= scale[:, None, None, None]
    return weight, scale * bias + shift


@right(ch06.my_corr2d_multi)
def by_torch_unfold(X, K, bias):
    columns = F.unfold(X[None], K.shape[2:])[0]
    answers = K.reshape(len(K), -1) @ columns + bias.unsqueeze(1)
    return answers.view(len(K), X.shape[1] - K.shape[2] + 1, -1)


@right(ch06.my_corr2d_multi)
def by_einsum(X, K, bias):
    windows = X.unfold(1, K.shape[2], 1).unfold(2, K.shape[3], 1)
    return torch.einsum("chwab,ocab->ohw", windows, K) + bias[:, None, None]


@right(ch06.my_corr2d_multi)
def rows_of_windows(X, K, bias):
    windows = X.unfold(-2, K.shape[-2], 1).unfold(-2, K.shape[-1], 1)
    rows = windows.movedim(0, 2).flatten(2)
    return torch.matmul(rows, K.flatten(1).T).add(bias).permute(2, 0, 1)


@right(ch06.my_corr2d_multi)
def by_indices(X, K, bias):
    c_o, _, k_h, k_w = K.shape
    h, w = X.shape[1] - k_h + 1, X.shape[2] - k_w + 1
    i = torch.arange(k_h, device=X.device)[:, None] + torch.arange(h, device=X.device)
    j = torch.arange(k_w, device=X.device)[:, None] + torch.arange(w, device=X.device)
    matrix = X[:, i[:, None, :, None], j[None, :, None, :]].reshape(-1, h * w)
    return torch.addmm(bias[:, None], K.reshape(c_o, -1), matrix).reshape(c_o, h, w)


@right(ch06.my_corr2d_multi)
def by_tensordot_of_windows(X, K, bias):
    windows = X.unfold(1, K.shape[2], 1).unfold(2, K.shape[3], 1)
    return torch.tensordot(K, windows, dims=([1, 2, 3], [0, 3, 4])) + bias[:, None, None]


@wrong(ch06.my_corr2d_multi, "not allowed")
def by_pytorch(X, K, bias):
    return F.conv2d(X[None], K, bias)[0]


@wrong(ch06.my_corr2d_multi, "not allowed")
def by_our_own(X, K, bias):
    return d2l.corr2d_multi_in_out(X, K) + bias[:, None, None]


@wrong(ch06.my_corr2d_multi, "bias forgotten")
def left_without_bias(X, K, bias):
    return d2l.corr2d_multi_in_out(X, K)


@wrong(ch06.my_corr2d_multi, "only square")
def rows_for_columns(X, K, bias):
    columns = F.unfold(X[None], K.shape[2:])[0]
    return (K.flatten(1) @ columns + bias[:, None]).reshape(len(K), X.shape[2] - K.shape[3] + 1, -1)


@wrong(ch06.my_corr2d_multi, "Python loop")
def channel_after_channel(X, K, bias):
    answers = []
    for kernel, b in zip(K, bias, strict=True):
        answers.append(sum(d2l.corr2d(x, k) for x, k in zip(X, kernel, strict=True)) + b)
    return torch.stack(answers)


@wrong(ch06.my_corr2d_multi, "channels summed before weighting")
def grey_first(X, K, bias):
    grey, flat = X.sum(dim=0), K.sum(dim=1)
    return torch.stack([d2l.corr2d(grey, flat[o]) + bias[o] for o in range(len(K))])


@wrong(ch06.my_corr2d_multi, "channels summed before weighting")
def grey_and_first_slice(X, K, bias):
    grey = X.sum(dim=0)
    return torch.stack([d2l.corr2d(grey, K[o, 0]) + bias[o] for o in range(len(K))])


@wrong(ch06.my_corr2d_multi, "bias for every product")
def bias_inside_the_sum(X, K, bias):
    windows = X.unfold(1, K.shape[2], 1).unfold(2, K.shape[3], 1)
    products = windows[None] * K[:, :, None, None] + bias[:, None, None, None, None, None]
    return products.sum((1, 4, 5))


@wrong(ch06.my_corr2d_multi, "kernel flipped")
def true_convolution(X, K, bias):
    columns = F.unfold(X[None], K.shape[2:])[0]
    answers = K.rot90(2, (2, 3)).flatten(1) @ columns + bias[:, None]
    return answers.reshape(len(K), X.shape[1] - K.shape[2] + 1, -1)


@wrong(ch06.my_corr2d_multi, "channels and outputs exchanged")
def axes_exchanged(X, K, bias):
    windows = X.unfold(1, K.shape[2], 1).unfold(2, K.shape[3], 1)
    return torch.einsum("chwab,coab->ohw", windows, K) + bias[:, None, None]


@wrong(ch06.my_corr2d_multi, "channels and outputs exchanged")
def rows_of_inputs(X, K, bias):
    columns = F.unfold(X[None], K.shape[2:])[0]
    answers = K.movedim(1, 0).flatten(1) @ columns + bias[:, None]
    return answers.reshape(len(K), X.shape[1] - K.shape[2] + 1, -1)


@wrong(ch06.my_corr2d_multi, "places before outputs")
def reshaped_too_early(X, K, bias):
    windows = X.unfold(1, K.shape[2], 1).unfold(2, K.shape[3], 1)
    h, w = windows.shape[1:3]
    rows = windows.permute(1, 2, 0, 3, 4).reshape(h * w, -1)
    return torch.reshape(rows @ K.flatten(1).T + bias, (K.shape[0], h, w))


@wrong(ch06.my_corr2d_multi, "windows not sorted")
def order_of_unfold(X, K, bias):
    windows = X.unfold(1, K.shape[2], 1).unfold(2, K.shape[3], 1)
    rows = windows.reshape(windows.shape[1] * windows.shape[2], -1)
    return (K.reshape(len(K), -1) @ rows.T + bias[:, None]).reshape(-1, *windows.shape[1:3])


@wrong(ch06.my_corr2d_multi, "endless loop")
def one_place_for_ever(X, K, bias):
    row, answers = 0, []
    while row + K.shape[2] <= X.shape[1]:
        answers = (X[:, row : row + K.shape[2]] * 1).sum()
    return answers


@wrong(ch06.my_corr2d_multi, "axes of size one")
def batch_left_on(X, K, bias):
    return F.conv2d(X[None], K, bias)


wrong(ch06.two_small_ones, "chose a", "a")
wrong(ch06.two_small_ones, "chose b", "b")
wrong(ch06.two_small_ones, "chose e", "e")


@right(ch06.squeeze)
def values_shared(K, r):
    U, S, V = torch.svd(K.reshape(K.shape[0], -1))
    root = S[:r].sqrt()
    return (V[:, :r] * root).T.reshape(r, *K.shape[1:]), (U[:, :r] * root)[..., None, None]


@right(ch06.squeeze)
def by_eigenvectors(K, r):
    M = K.flatten(1)
    _, vectors = torch.linalg.eigh(M @ M.T)
    best = vectors[:, -r:]
    return (best.T @ M).unflatten(1, K.shape[1:]), best.unsqueeze(-1).unsqueeze(-1)


@right(ch06.squeeze)
def one_channel_at_a_time(K, r):
    rest, rows, columns = K.flatten(1).double(), [], []
    for _ in range(r):
        U, S, Vh = torch.linalg.svd(rest)
        columns.append(U[:, 0])
        rows.append(S[0] * Vh[0])
        rest = rest - torch.outer(columns[-1], rows[-1])
    first, second = torch.stack(rows).to(K.dtype), torch.stack(columns, dim=1).to(K.dtype)
    return first.reshape(r, *K.shape[1:]), second[:, :, None, None]


@right(ch06.squeeze)
def by_alternating(K, r):
    M = K.flatten(1).double()
    second = torch.randn(len(M), r, dtype=M.dtype, device=M.device)
    for _ in range(300):
        second = torch.linalg.qr(M @ (M.T @ second)).Q
    return (second.T @ M).to(K.dtype).reshape(r, *K.shape[1:]), second.to(K.dtype)[:, :, None, None]


@wrong(ch06.squeeze, "singular values forgotten")
def directions_only(K, r):
    U, _, V = torch.svd(K.flatten(1))
    return V.T[:r].reshape(r, *K.shape[1:]), U[:, :r].reshape(-1, r, 1, 1)


@wrong(ch06.squeeze, "singular values twice")
def on_both_sides(K, r):
    U, S, Vh = torch.linalg.svd(K.flatten(1), full_matrices=False)
    return (S.diag() @ Vh)[:r].reshape(r, *K.shape[1:]), (U @ S.diag())[:, :r, None, None]


@wrong(ch06.squeeze, "smallest values kept")
def first_eigenvectors(K, r):
    U, S, Vh = torch.linalg.svd(K.flatten(1), full_matrices=False)
    keep = S.argsort()[:r]
    return Vh[keep].reshape(r, *K.shape[1:]), (U[:, keep] * S[keep])[:, :, None, None]


@wrong(ch06.squeeze, "some kernels kept")
def keeps_the_first(K, r):
    second = K.new_zeros(K.shape[0], r, 1, 1)
    for o in range(r):
        second[o, o] = 1.0
    return K[:r], second


@wrong(ch06.squeeze, "some kernels kept")
def keeps_the_strongest(K, r):
    strongest = K.flatten(1).norm(dim=1).topk(r).indices
    second = K.new_zeros(K.shape[0], r, 1, 1)
    second[strongest, torch.arange(r)] = 1.0
    return K[strongest], second


@wrong(ch06.squeeze, None)
def layers_exchanged(K, r):
    U, S, Vh = torch.linalg.svd(K.flatten(1), full_matrices=False)
    return (U[:, :r] * S[:r])[:, :, None, None], Vh[:r].reshape(r, *K.shape[1:])


# --- mistakes of readers who had only the questions ---


@wrong(ch06.price, "groups ignored in the products")
def price_groups_forgotten_in_work(c_i, c_o, kernel_size, image, padding=0, stride=1, groups=1):
    k_h, k_w = kernel_size
    h = (image[0] + 2 * padding - k_h) // stride + 1
    w = (image[1] + 2 * padding - k_w) // stride + 1
    parameters = c_o * (c_i // groups * k_h * k_w + 1)
    return parameters, 4 * c_o * h * w, c_i * c_o * k_h * k_w * h * w


@wrong(ch06.undo, "bias from the other side")
def undo_bias_times_inverse_from_the_left(weight, bias):
    inverse = torch.linalg.inv(weight[:, :, 0, 0])
    return inverse[:, :, None, None], -bias @ inverse


@wrong(ch06.fold, "scale on the input channels")
def fold_scale_on_input_channels(weight, bias, scale, shift):
    return weight * scale.reshape(1, -1, 1, 1), bias * scale + shift


@wrong(ch06.my_corr2d_multi, "channels last in the windows")
def my_corr2d_multi_windows_channels_last(X, K, bias):
    c_o, c_i, k_h, k_w = K.shape
    windows = X.unfold(1, k_h, 1).unfold(2, k_w, 1)  # (c_i, h, w, k_h, k_w)
    _, h, w, _, _ = windows.shape
    A = windows.permute(1, 2, 3, 4, 0).reshape(h * w, -1)
    return (A @ K.reshape(c_o, -1).T).T.reshape(c_o, h, w) + bias[:, None, None]


@wrong(ch06.shuffle_kernel, "the other way round")
def shuffle_kernel_transposed(c, groups):
    order = torch.arange(c).reshape(groups, c // groups).T.flatten()
    kernel = torch.zeros(c, c, 1, 1)
    for new, old in enumerate(order):
        kernel[old, new] = 1
    return kernel


wrong(ch06.in_groups, "all at once", [4, 3, 12])
