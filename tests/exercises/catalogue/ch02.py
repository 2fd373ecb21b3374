"""Answers to the exercises of chapter 02."""

import numpy as np
import torch
import torch.nn.functional as F

import d2lutil as d2l
from catalogue import right, wrong
from d2lutil.exercises import ch02


@right(ch02.output_cells)
def built(rows, columns, kernel_rows, kernel_columns):
    return d2l.corr2d(torch.zeros(rows, columns), torch.zeros(kernel_rows, kernel_columns)).numel()


@right(ch02.output_cells)
def counted(rows, columns, kernel_rows, kernel_columns):
    cells = 0
    for i in range(rows):
        for j in range(columns):
            if i + kernel_rows <= rows and j + kernel_columns <= columns:
                cells += 1
    return cells


@right(ch02.output_cells)
def by_parts(rows, columns, kernel_rows, kernel_columns):
    return (rows + 1 - kernel_rows) * columns - (kernel_columns - 1) * (rows - kernel_rows + 1)


@wrong(ch02.output_cells, "one row short")
def cells_short(rows, columns, kernel_rows, kernel_columns):
    return len(range(kernel_rows, rows)) * len(range(kernel_columns, columns))


@wrong(ch02.output_cells, "nothing returned")
def cells_printed(rows, columns, kernel_rows, kernel_columns):
    print((rows - kernel_rows + 1) * (columns - kernel_columns + 1))


@wrong(ch02.output_cells, "other arguments")
def cells_of_tuples(image, kernel):
    return (image[0] - kernel[0] + 1) * (image[1] - kernel[1] + 1)


@wrong(ch02.output_cells, "shape")
def rows_and_columns(rows, columns, kernel_rows, kernel_columns):
    return d2l.output_size((rows, columns), (kernel_rows, kernel_columns))


wrong(ch02.output_cells, "not a function", 4)
wrong(ch02.convolved, "kernel not flipped", [[19, 25], [37, 43]])
wrong(ch02.convolved, "kernel turned otherwise", [[17, 23], [35, 41]])
wrong(ch02.convolved, "kernel turned otherwise", [[7, 13], [25, 31]])
wrong(ch02.convolved, "output flipped", np.array([[43, 37], [25, 19]]))
wrong(ch02.convolved, "flat", [5, 11, 23, 29])
wrong(ch02.same_both_ways, "chose b", "B")
wrong(ch02.batch_through_our_layer, "chose a", "a")


@right(ch02.right_neighbour)
def by_index():
    K = torch.zeros(1, 3)
    K[0, -1] = 1
    return K


@right(ch02.right_neighbour)
def by_one_hot():
    return F.one_hot(torch.tensor([2]), 3).float()


@right(ch02.right_neighbour)
def by_eye():
    return torch.eye(3)[2:]


@wrong(ch02.right_neighbour, "left neighbour")
def to_the_other_side():
    return torch.eye(3)[:1]


@wrong(ch02.right_neighbour, "difference")
def subtracts():
    return torch.tensor([[0, -1.0, 1]])


@wrong(ch02.right_neighbour, "difference")
def left_from_right():
    return torch.tensor([[-1, 0, 1]])


@right(ch02.corr1d)
def number_by_number(x, k):
    places = range(len(x) - len(k) + 1)
    sums = [sum(x[i + a].item() * k[a].item() for a in range(len(k))) for i in places]
    return torch.tensor(sums, dtype=x.dtype, device=x.device)


@right(ch02.corr1d)
def with_append(x, k):
    answers = []
    for i in range(len(x) - len(k) + 1):
        answers.append(x[i : i + len(k)] @ k)
    return torch.stack(answers)


@right(ch02.corr1d)
def with_windows(x, k):
    return x.unfold(0, len(k), 1) @ k


@right(ch02.corr1d)
def over_the_kernel(x, k):
    n = x.numel() - k.numel() + 1
    return sum(k[a] * x[a : a + n] for a in range(k.numel()))


@right(ch02.corr1d)
def filled(x, k):
    y = torch.empty(x.shape[0] - k.shape[0] + 1, dtype=x.dtype, device=x.device)
    for i in range(len(y)):
        y[i] = 0
        for a, weight in enumerate(k):
            y[i] += weight * x[i + a]
    return y


@wrong(ch02.corr1d, "one row short")
def range_too_short(x, k):
    n = len(x) - len(k)
    return x.unfold(0, len(k), 1)[:n] @ k


@wrong(ch02.corr1d, "kernel flipped")
def by_numpy(x, k):
    return torch.from_numpy(np.convolve(x.numpy(), k.numpy(), "valid"))


@right(ch02.corr1d, "only float32")
def fixed_type(x, k):
    y = torch.zeros(len(x) - len(k) + 1, device=x.device)
    for i in range(len(y)):
        y[i] = (x[i : i + len(k)] * k).sum()
    return y


@right(ch02.corr1d, "only CPU")
def fixed_place(x, k):
    y = torch.zeros(len(x) - len(k) + 1, dtype=x.dtype)
    for i in range(len(y)):
        y[i] = (x[i : i + len(k)] * k).sum()
    return y


@right(ch02.corr1d, "only CPU")
def through_numpy(x, k):
    return torch.from_numpy(np.correlate(x.numpy(), k.numpy(), "valid"))


@wrong(ch02.corr1d, "beyond the end")
def beyond_the_end(x, k):
    return torch.stack([(x[i : i + len(k)] * k).sum() for i in range(len(x))])


@wrong(ch02.corr1d, "endless loop")
def never_ends(x, k):
    i, answers = 0, []
    while i <= len(x) - len(k):
        answers.append((x[i : i + len(k)] * k).sum())
    return torch.stack(answers)


@wrong(ch02.corr1d, "an error")
def two_axes(x, k):
    return d2l.corr2d(x, k)


@wrong(ch02.corr1d, "not allowed")
def by_pytorch(x, k):
    return F.conv1d(x[None, None], k[None, None])[0, 0]


@wrong(ch02.corr1d, "not allowed")
def by_a_layer(x, k):
    layer = torch.nn.Conv1d(1, 1, len(k), bias=False).to(x)
    layer.weight.data = k[None, None]
    return layer(x[None, None])[0, 0].detach()


@right(ch02.my_convolution)
def turned_twice(X, K):
    return d2l.corr2d(X, torch.rot90(K, 2))


@right(ch02.my_convolution)
def from_the_end(X, K):
    k_h, k_w = K.shape
    Y = X.new_zeros(X.shape[0] - k_h + 1, X.shape[1] - k_w + 1)
    for i in range(Y.shape[0]):
        for j in range(Y.shape[1]):
            for a in range(k_h):
                for b in range(k_w):
                    Y[i, j] += K[k_h - 1 - a, k_w - 1 - b] * X[i + a, j + b]
    return Y


@right(ch02.my_convolution)
def turn_everything(X, K):
    return F.conv2d(X.flip(0, 1)[None, None], K[None, None])[0, 0].flip((0, 1))


@wrong(ch02.my_convolution, "kernel not flipped")
def plain(X, K):
    return d2l.corr2d(X, K)


@wrong(ch02.my_convolution, "kernel transposed")
def transposed(X, K):
    return d2l.corr2d(X, K.t())


@wrong(ch02.my_convolution, "one axis flipped")
def upside_down(X, K):
    return d2l.corr2d(X, torch.flipud(K))


@wrong(ch02.my_convolution, "one axis flipped")
def left_right(X, K):
    return d2l.corr2d(X, torch.fliplr(K))


@wrong(ch02.my_convolution, "transposed")
def output_transposed(X, K):
    return d2l.corr2d(X, K.flip(0, 1)).T


@wrong(ch02.my_convolution, "only square")
def size_from_rows(X, K):
    n, k = X.shape[0] - K.shape[0] + 1, K.shape[0]
    Y = X.new_zeros(n, n)
    for i in range(n):
        for j in range(n):
            Y[i, j] = (X[i : i + k, j : j + k] * K.flip(0, 1)).sum() if X.shape[1] >= j + k == j + K.shape[1] else 0
    return Y


@right(ch02.my_convolution, "input changed")
def image_scaled(X, K):
    X *= 2
    return d2l.corr2d(X, K.flip(0, 1)) / 2


@wrong(ch02.my_convolution, "sign reversed")
def negative(X, K):
    return d2l.corr2d(X, -K.flip(0, 1))


@right(ch02.my_convolution)
def by_stamping(X, K):
    k_h, k_w = K.shape
    every_overlap = X.new_zeros(X.shape[0] + k_h - 1, X.shape[1] + k_w - 1)
    for i in range(X.shape[0]):
        for j in range(X.shape[1]):
            every_overlap[i : i + k_h, j : j + k_w] += X[i, j] * K
    return every_overlap[k_h - 1 : X.shape[0], k_w - 1 : X.shape[1]]


@wrong(ch02.my_convolution, "output flipped")
def turned_too_late(X, K):
    return torch.rot90(d2l.corr2d(X, K), 2)


@wrong(ch02.my_convolution, "image flipped")
def turned_both(X, K):
    return d2l.corr2d(X, K.flip(0, 1)).flip(0, 1)


@wrong(ch02.my_convolution, "negative indices")
def formula_to_the_letter(X, K):
    k_h, k_w = K.shape
    Y = X.new_zeros(X.shape[0] - k_h + 1, X.shape[1] - k_w + 1)
    for i in range(Y.shape[0]):
        for j in range(Y.shape[1]):
            Y[i, j] = sum(X[i - a, j - b] * K[a, b] for a in range(k_h) for b in range(k_w))
    return Y


@right(ch02.my_receptive_field)
def from_the_top(layers):
    size = 1
    for kernel, stride in reversed(layers):
        size = (size - 1) * stride + kernel
    return size


@right(ch02.my_receptive_field)
def by_sum(layers):
    total = 1
    for number, (kernel, _) in enumerate(layers):
        step = 1
        for _, stride in layers[:number]:
            step = step * stride
        total += step * (kernel - 1)
    return total


@right(ch02.my_receptive_field)
def by_recursion(layers):
    kernel, stride = layers[0]
    if len(layers) == 1:
        return kernel
    return (by_recursion(layers[1:]) - 1) * stride + kernel


@wrong(ch02.my_receptive_field, "not allowed")
def the_library_s(layers):
    return d2l.receptive_field(layers).size[0]


@wrong(ch02.my_receptive_field, "strides not multiplied")
def one_stride_at_a_time(layers):
    size, previous = 1, 1
    for kernel, stride in layers:
        size, previous = size + (kernel - 1) * previous, stride
    return size


@wrong(ch02.my_receptive_field, "from the wrong end")
def downwards_from_the_input(layers):
    size = 1
    for kernel, stride in layers:
        size = size * stride - stride + kernel
    return size


@wrong(ch02.my_receptive_field, "stride ignored")
def no_stride(layers):
    return sum(kernel for kernel, _ in layers) - len(layers) + 1


@wrong(ch02.my_receptive_field, "stride too early")
def own_stride(layers):
    size, step = 1, 1
    for kernel, stride in layers:
        step = step * stride
        size = size + kernel * step - step
    return size


@wrong(ch02.my_receptive_field, "one too few")
def starts_at_zero(layers):
    size, step = 0, 1
    for kernel, stride in layers:
        size += (kernel - 1) * step
        step *= stride
    return size


@right(ch02.my_receptive_field, "input changed")
def eats_its_input(layers):
    size = 1
    while layers:
        kernel, stride = layers.pop()
        size = (size - 1) * stride + kernel
    return size


@right(ch02.first_pixel)
def by_start_and_jump(layers, position):
    start, jump = 0, 1
    for _, stride, padding in layers:
        start -= padding * jump
        jump *= stride
    return start + jump * position


@right(ch02.first_pixel)
def layer_by_layer(layers, position):
    if not layers:
        return position
    *others, (_, stride, padding) = layers
    return layer_by_layer(others, position * stride - padding)


@right(ch02.first_pixel)
def by_sums(layers, position):
    jumps = [1]
    for _, stride, _ in layers:
        jumps.append(jumps[-1] * stride)
    return position * jumps.pop() - sum(jump * padding for jump, (_, _, padding) in zip(jumps, layers, strict=True))


@wrong(ch02.first_pixel, "padding not multiplied")
def paddings_added(layers, position):
    jump, start = 1, 0
    for _, stride, padding in layers:
        jump *= stride
        start += padding
    return jump * position - start


@wrong(ch02.first_pixel, "padding ignored")
def strides_only(layers, position):
    for _, stride, _ in layers:
        position *= stride
    return position


@wrong(ch02.first_pixel, "stride too early")
def own_stride_too(layers, position):
    start, jump = 0, 1
    for _, stride, padding in layers:
        jump = jump * stride
        start = start - jump * padding
    return start + jump * position


@wrong(ch02.first_pixel, "position ignored")
def of_the_first_output(layers, position):
    start, jump = 0, 1
    for _, stride, padding in layers:
        start, jump = start - jump * padding, jump * stride
    return start


@wrong(ch02.first_pixel, "from the wrong end")
def upwards(layers, position):
    for _, stride, padding in layers:
        position = stride * position - padding
    return position


@wrong(ch02.first_pixel, "not allowed")
def with_the_library(layers, position):
    chain = [torch.nn.Conv2d(1, 1, kernel, stride=stride, padding=padding) for kernel, stride, padding in layers]
    field = d2l.receptive_field(chain)
    return field.start[0] + position * field.jump[0]


@wrong(ch02.my_convolution, "not allowed")
def ready_made(X, K):
    return d2l.convolve2d(X, K)


@wrong(ch02.gradient_of_sum, "not allowed")
def by_autograd(X, kernel_size):
    K = torch.zeros(kernel_size, dtype=X.dtype, device=X.device, requires_grad=True)
    d2l.corr2d(X, K).sum().backward()
    return K.grad


@right(ch02.gradient_of_sum)
def cell_by_cell(X, kernel_size):
    k_h, k_w = kernel_size
    gradient = X.new_zeros(k_h, k_w)
    for a in range(k_h):
        for b in range(k_w):
            gradient[a, b] = X[a : X.shape[0] - k_h + 1 + a, b : X.shape[1] - k_w + 1 + b].sum()
    return gradient


@right(ch02.gradient_of_sum)
def windows_added(X, kernel_size):
    return X.unfold(0, kernel_size[0], 1).unfold(1, kernel_size[1], 1).sum((0, 1))


@right(ch02.gradient_of_sum)
def by_pooling(X, kernel_size):
    h, w = X.shape[0] - kernel_size[0] + 1, X.shape[1] - kernel_size[1] + 1
    return F.avg_pool2d(X[None], (h, w), stride=1)[0] * h * w


@wrong(ch02.gradient_of_sum, "whole image")
def all_of_it(X, kernel_size):
    return torch.ones(kernel_size).to(X) * X.sum()


@wrong(ch02.gradient_of_sum, "not allowed")
def by_jacobian(X, kernel_size):
    def total(K):
        return F.conv2d(X[None, None], K[None, None]).sum()

    return torch.func.jacrev(total)(torch.zeros(kernel_size, dtype=X.dtype, device=X.device))


@right(ch02.gradient_of_sum)
def dots(X, kernel_size):
    grad = torch.zeros(kernel_size, dtype=X.dtype, device=X.device)
    for a in range(kernel_size[0]):
        for b in range(kernel_size[1]):
            K = torch.zeros_like(grad)
            K[a, b] = 1
            grad[a, b] = d2l.corr2d(X, K).sum()
    return grad


@wrong(ch02.gradient_of_sum, "sums of windows")
def under_each_window(X, kernel_size):
    return X.unfold(0, kernel_size[0], 1).unfold(1, kernel_size[1], 1).sum((2, 3))


@wrong(ch02.gradient_of_sum, "sums reversed")
def turned(X, kernel_size):
    return windows_added(X, kernel_size).flip(0, 1)


@wrong(ch02.gradient_of_sum, "mean")
def averaged(X, kernel_size):
    return X.unfold(0, kernel_size[0], 1).unfold(1, kernel_size[1], 1).mean((0, 1))


@right(ch02.corr2d_matrix)
def by_torch_unfold(X, K):
    columns = F.unfold(X[None, None], K.shape)[0]
    return (K.reshape(1, -1) @ columns).reshape(X.shape[0] - K.shape[0] + 1, -1)


@right(ch02.corr2d_matrix)
def by_strides(X, K):
    X = X.contiguous()
    h, w = X.shape[0] - K.shape[0] + 1, X.shape[1] - K.shape[1] + 1
    windows = X.as_strided((h, w, *K.shape), (*X.stride(), *X.stride()))
    return torch.mv(windows.reshape(h * w, K.numel()), K.flatten()).view(h, w)


@right(ch02.corr2d_matrix)
def by_indices(X, K):
    top = torch.arange(X.shape[0] - K.shape[0] + 1, device=X.device)[:, None, None, None]
    left = torch.arange(X.shape[1] - K.shape[1] + 1, device=X.device)[None, :, None, None]
    a = torch.arange(K.shape[0], device=X.device)[None, None, :, None]
    b = torch.arange(K.shape[1], device=X.device)
    return X[top + a, left + b].flatten(2) @ K.flatten()


@wrong(ch02.corr2d_matrix, "not allowed")
def the_book_s(X, K):
    return d2l.corr2d(X, K)


@wrong(ch02.corr2d_matrix, "not allowed")
def pytorch_s(X, K):
    return F.conv2d(X[None, None], K[None, None])[0, 0]


@wrong(ch02.corr2d_matrix, "Python loop")
def with_a_loop(X, K):
    h, w = X.shape[0] - K.shape[0] + 1, X.shape[1] - K.shape[1] + 1
    rows = [X[i : i + K.shape[0], j : j + K.shape[1]].flatten() for i in range(h) for j in range(w)]
    return (torch.stack(rows) @ K.flatten()).reshape(h, w)


@wrong(ch02.corr2d_matrix, "flat")
def left_flat(X, K):
    return X.unfold(0, K.shape[0], 1).unfold(1, K.shape[1], 1).reshape(-1, K.numel()) @ K.flatten()


@wrong(ch02.corr2d_matrix, "kernel flipped")
def reversed_weights(X, K):
    return X.unfold(0, K.shape[0], 1).unfold(1, K.shape[1], 1).flatten(2) @ K.flatten().flip(0)


@wrong(ch02.corr2d_matrix, "windows side by side")
def no_overlap(X, K):
    windows = X.unfold(0, K.shape[0], K.shape[0]).unfold(1, K.shape[1], K.shape[1])
    return (windows * K).sum((-1, -2))


# --- mistakes of readers who had only the questions ---


@wrong(ch02.corr1d, "kernel flipped")
def corr1d_by_numpy_convolve(x, k):
    return torch.from_numpy(np.convolve(x.numpy(), k.numpy(), mode="valid"))


@wrong(ch02.my_convolution, "one axis flipped")
def my_convolution_mirrored_left_right_only(X, K):
    return d2l.corr2d(X, K.flip(1))


@wrong(ch02.my_receptive_field, "from the wrong end")
def my_receptive_field_recursion_from_the_input(layers):
    field = 1
    for kernel, stride in layers:
        field = (field - 1) * stride + kernel
    return field


@wrong(ch02.gradient_of_sum, "up to the border")
def gradient_of_sum_until_the_border(X, kernel_size):
    grad = torch.zeros(kernel_size)
    for a in range(kernel_size[0]):
        for b in range(kernel_size[1]):
            grad[a, b] = X[a:, b:].sum()
    return grad


@wrong(ch02.corr2d_matrix, "only square")
def corr2d_matrix_rows_and_columns_exchanged(X, K):
    k_h, k_w = K.shape
    h, w = X.shape[0] - k_h + 1, X.shape[1] - k_w + 1
    A = X.unfold(0, k_h, 1).unfold(1, k_w, 1).reshape(-1, k_h * k_w)
    return (A @ K.reshape(-1)).reshape(w, h)


wrong(ch02.convolved, "output flipped", [[43, 37], [25, 19]])
