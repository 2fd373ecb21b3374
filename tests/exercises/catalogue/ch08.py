"""Answers to the exercises of chapter 08."""

import numpy as np
import torch
import torch.nn.functional as F

import d2lutil as d2l
from catalogue import right, wrong
from d2lutil.exercises import ch08


@right(ch08.windows_with)
def tried(pixel, picture, kernel):
    count = 0
    for i in range(picture[0] - kernel[0] + 1):
        for j in range(picture[1] - kernel[1] + 1):
            count += i <= pixel[0] < i + kernel[0] and j <= pixel[1] < j + kernel[1]
    return count


@right(ch08.windows_with)
def by_sets(pixel, picture, kernel):
    def along(axis):
        reach = set(range(pixel[axis] - kernel[axis] + 1, pixel[axis] + 1))
        return len(reach & set(range(picture[axis] - kernel[axis] + 1)))

    return along(0) * along(1)


@right(ch08.windows_with)
def by_numbered_cells(pixel, picture, kernel):
    cells = torch.arange(picture[0] * picture[1]).reshape(picture)
    windows = cells.unfold(0, kernel[0], 1).unfold(1, kernel[1], 1)
    return (windows == cells[pixel]).sum()


@right(ch08.windows_with)
def four_minima(pixel, picture, kernel):
    (r, c), (h, w), (a, b) = pixel, picture, kernel
    return min(r + 1, h - r, a, h - a + 1) * min(c + 1, w - c, b, w - b + 1)


@wrong(ch08.windows_with, "large kernel forgotten")
def three_minima(pixel, picture, kernel):
    (r, c), (h, w), (a, b) = pixel, picture, kernel
    return min(r + 1, h - r, a) * min(c + 1, w - c, b)


@wrong(ch08.windows_with, "far edge forgotten")
def near_edge_only(pixel, picture, kernel):
    rows = [i for i in range(picture[0]) if i <= pixel[0] < i + kernel[0]]
    columns = [j for j in range(picture[1]) if j <= pixel[1] < j + kernel[1]]
    return len(rows) * len(columns)


@wrong(ch08.windows_with, "every pixel inner")
def as_many_as_the_kernel_has_cells(pixel, picture, kernel):
    return torch.ones(kernel).numel()


@wrong(ch08.windows_with, "nothing returned")
def printed_only(pixel, picture, kernel):
    print(by_sets(pixel, picture, kernel))


@wrong(ch08.windows_with, "endless loop")
def never_moves(pixel, picture, kernel):
    count, i = 0, 0
    while i + kernel[0] <= picture[0]:
        count += i <= pixel[0]
    return count


@right(ch08.kernel_gradient)
def pair_by_pair(X, G):
    c_o, c_i = G.shape[1], X.shape[1]
    k_h, k_w = X.shape[2] - G.shape[2] + 1, X.shape[3] - G.shape[3] + 1
    dK = torch.zeros(c_o, c_i, k_h, k_w, dtype=X.dtype, device=X.device)
    for x, g in zip(X, G, strict=True):
        for o in range(c_o):
            for c in range(c_i):
                dK[o, c] += d2l.corr2d(x[c], g[o])
    return dK


@right(ch08.kernel_gradient)
def cell_by_cell(X, G):
    m_h, m_w = G.shape[2:]
    rows = []
    for a in range(X.shape[2] - m_h + 1):
        for b in range(X.shape[3] - m_w + 1):
            rows.append(torch.einsum("nchw,nohw->oc", X[:, :, a : a + m_h, b : b + m_w], G))
    return torch.stack(rows, -1).reshape(G.shape[1], X.shape[1], -1, X.shape[3] - m_w + 1)


@right(ch08.kernel_gradient)
def by_windows(X, G):
    k = X.shape[2] - G.shape[2] + 1, X.shape[3] - G.shape[3] + 1
    windows = F.unfold(X, k)
    return torch.matmul(G.flatten(2), windows.mT).sum(0).view(G.shape[1], X.shape[1], *k)


@right(ch08.kernel_gradient)
def by_views(X, G):
    windows = X.unfold(2, G.shape[2], 1).unfold(3, G.shape[3], 1)
    return torch.tensordot(G, windows, dims=([0, 2, 3], [0, 4, 5]))


@right(ch08.kernel_gradient)
def through_lists(X, G):
    slices = [
        [sum(d2l.corr2d(X[n, c], G[n, o]) for n in range(len(X))).tolist() for c in range(X.shape[1])]
        for o in range(G.shape[1])
    ]
    return torch.tensor(slices, dtype=X.dtype, device=X.device)


@wrong(ch08.kernel_gradient, "not allowed")
def ready_made(X, G):
    size = X.shape[2] - G.shape[2] + 1, X.shape[3] - G.shape[3] + 1
    return torch.nn.grad.conv2d_weight(X, (G.shape[1], X.shape[1], *size), G)


@wrong(ch08.kernel_gradient, "not allowed")
def by_autograd(X, G):
    size = X.shape[2] - G.shape[2] + 1, X.shape[3] - G.shape[3] + 1
    K = X.new_zeros(G.shape[1], X.shape[1], *size).requires_grad_()
    F.conv2d(X, K).backward(G)
    return K.grad


@wrong(ch08.kernel_gradient, "mean over the batch")
def averaged(X, G):
    return torch.stack([by_windows(x[None], g[None]) for x, g in zip(X, G, strict=True)]).mean(0)


@wrong(ch08.kernel_gradient, "gradient turned")
def turned_back(X, G):
    return F.conv2d(X.transpose(0, 1), G.transpose(0, 1)).transpose(0, 1).rot90(2, (2, 3))


@wrong(ch08.kernel_gradient, "channels exchanged")
def not_swapped_back(X, G):
    return F.conv2d(X.transpose(0, 1), G.transpose(0, 1))


@wrong(ch08.kernel_gradient, "mean over the places")
def mean_of_shares(X, G):
    windows = F.unfold(X, (X.shape[2] - G.shape[2] + 1, X.shape[3] - G.shape[3] + 1))
    shares = torch.einsum("nop,nwp->owp", G.flatten(2), windows).mean(-1)
    return shares.reshape(by_windows(X, G).shape)


@wrong(ch08.kernel_gradient, "one picture only")
def first_of_the_batch(X, G):
    return torch.stack([torch.stack([d2l.corr2d(x, g) for x in X[0]]) for g in G[0]])


@right(ch08.kernel_gradient, "only float32")
def fixed_type(X, G):
    dK = torch.zeros(by_windows(X, G).shape, device=X.device)
    for x, g in zip(X, G, strict=True):
        dK += by_windows(x[None], g[None]).float()
    return dK


wrong(ch08.turned_or_transposed, "exchanged", [17, 13])
wrong(ch08.turned_or_transposed, "ReLU forgotten", (33.0, 21.0))
wrong(ch08.turned_or_transposed, "kernel not rotated", torch.tensor([18, 17]))


@right(ch08.by_stamps)
def each_kernel_cell(G, K, stride):
    canvas = G.new_zeros((len(G) - 1) * stride + len(K), (G.shape[1] - 1) * stride + K.shape[1])
    for a in range(K.shape[0]):
        for b in range(K.shape[1]):
            canvas[a::stride, b::stride][: G.shape[0], : G.shape[1]] += K[a, b] * G
    return canvas


@right(ch08.by_stamps)
def folded(G, K, stride):
    size = [(m - 1) * stride + k for m, k in zip(G.shape, K.shape, strict=True)]
    return F.fold(torch.outer(K.flatten(), G.flatten())[None], size, tuple(K.shape), stride=stride)[0, 0]


@right(ch08.by_stamps)
def padded_and_added(G, K, stride):
    h, w = (G.shape[0] - 1) * stride + K.shape[0], (G.shape[1] - 1) * stride + K.shape[1]
    total = 0
    for i in range(G.shape[0]):
        for j in range(G.shape[1]):
            top, left = i * stride, j * stride
            total = total + F.pad(G[i, j] * K, (left, w - left - K.shape[1], top, h - top - K.shape[0]))
    return total


@right(ch08.by_stamps)
def number_by_number(G, K, stride):
    h, w = (len(G) - 1) * stride + len(K), (G.shape[1] - 1) * stride + K.shape[1]
    canvas = [[0.0] * w for _ in range(h)]
    for i, row in enumerate(G.tolist()):
        for j, g in enumerate(row):
            for a, weights in enumerate(K.tolist()):
                for b, weight in enumerate(weights):
                    canvas[i * stride + a][j * stride + b] += g * weight
    return torch.tensor(canvas, dtype=G.dtype, device=G.device)


@wrong(ch08.by_stamps, "not allowed")
def ready_made_stamps(G, K, stride):
    return F.conv_transpose2d(G[None, None], K[None, None], stride=stride)[0, 0]


@wrong(ch08.by_stamps, "not allowed")
def after_section_5(G, K, stride):
    return full(zeros_between(G, stride), K)


@wrong(ch08.by_stamps, "not allowed")
def read_instead_of_stamped(G, K, stride):
    (a, b), (h, w) = K.shape, G.shape
    wide = G.new_zeros((h - 1) * stride + 2 * a - 1, (w - 1) * stride + 2 * b - 1)
    wide[a - 1 : a + (h - 1) * stride : stride, b - 1 : b + (w - 1) * stride : stride] = G
    return d2l.corr2d(wide, K.flip(0, 1))


@wrong(ch08.by_stamps, "overwritten")
def no_plus(G, K, stride):
    canvas = G.new_zeros((len(G) - 1) * stride + len(K), (G.shape[1] - 1) * stride + K.shape[1])
    for i, row in enumerate(G):
        for j, g in enumerate(row):
            canvas[i * stride : i * stride + len(K), j * stride : j * stride + K.shape[1]] = g * K
    return canvas


@wrong(ch08.by_stamps, "stride zeros missing")
def no_stride(G, K, stride):
    (a, b), turned = K.shape, K.flip(0, 1)
    return d2l.corr2d(F.pad(G, (b - 1, b - 1, a - 1, a - 1)), turned)


@wrong(ch08.by_stamps, "stride zeros missing")
def stride_for_the_canvas_only(G, K, stride):
    canvas = G.new_zeros((len(G) - 1) * stride + len(K), (G.shape[1] - 1) * stride + K.shape[1])
    for i in range(len(G)):
        for j in range(G.shape[1]):
            canvas[i : i + len(K), j : j + K.shape[1]] += K * G[i, j]
    return canvas


@wrong(ch08.by_stamps, "stamp turned")
def turned_stamp(G, K, stride):
    return each_kernel_cell(G, K.rot90(2), stride)


@right(ch08.by_stamps, "only CPU")
def canvas_on_the_cpu(G, K, stride):
    canvas = torch.zeros((len(G) - 1) * stride + len(K), (G.shape[1] - 1) * stride + K.shape[1], dtype=G.dtype)
    for i in range(len(G)):
        for j in range(G.shape[1]):
            canvas[i * stride : i * stride + len(K), j * stride : j * stride + K.shape[1]] += K * G[i, j]
    return canvas


@wrong(ch08.by_stamps, "only square")
def rows_for_columns(G, K, stride):
    n = (len(G) - 1) * stride + len(K)
    answer = each_kernel_cell(G, K, stride)
    square = G.new_zeros(n, n)
    square[:, : answer.shape[1]] = answer[:, :n]
    return square


@right(ch08.sizes_before)
def searched(m, kernel, stride, padding):
    return [n for n in range(max(1, kernel - 2 * padding), 100) if d2l.output_size(n, kernel, padding, stride) == m]


@right(ch08.sizes_before)
def grown(m, kernel, stride, padding):
    n, found = 1, []
    while (n + 2 * padding - kernel) // stride + 1 <= m:
        if (n + 2 * padding - kernel) // stride + 1 == m:
            found.append(n)
        n += 1
    return found


@right(ch08.sizes_before)
def by_output_padding(m, kernel, stride, padding):
    back = [
        F.conv_transpose1d(
            torch.ones(1, 1, m), torch.ones(1, 1, kernel), stride=stride, padding=padding, output_padding=extra
        )
        for extra in range(stride)
    ]
    return [out.shape[-1] for out in back]


@right(ch08.sizes_before)
def from_the_largest(m, kernel, stride, padding):
    too_large = m * stride + kernel - 2 * padding
    return torch.arange(too_large - stride, too_large)


@right(ch08.sizes_before)
def as_a_range(m, kernel, stride, padding):
    return range((m - 1) * stride + kernel - 2 * padding, m * stride + kernel - 2 * padding)


@wrong(ch08.sizes_before, "smallest only")
def one_of_them(m, kernel, stride, padding):
    return list(F.conv_transpose1d(torch.ones(1, 1, m), torch.ones(1, 1, kernel), None, stride, padding).shape[2:])


@wrong(ch08.sizes_before, "padding counted once")
def one_side(m, kernel, stride, padding):
    return [stride * (m - 1) - padding + kernel + extra for extra in range(stride)]


@wrong(ch08.sizes_before, "one size too many")
def both_ends_included(m, kernel, stride, padding):
    first = (m - 1) * stride - 2 * padding + kernel
    return [*range(first, first + stride), first + stride]


@wrong(ch08.sizes_before, "one step too many")
def m_steps(m, kernel, stride, padding):
    return [n + stride for n in searched(m, kernel, stride, padding)]


wrong(ch08.nothing_kept, "chose b", "b")
wrong(ch08.nothing_kept, "chose c", "C")


@right(ch08.slope_errors)
def with_clones(loss, Z, h):
    Z = Z.double()
    leaf = Z.clone().requires_grad_(True)
    loss(leaf).backward()
    worst = [0.0, 0.0]
    for place in np.ndindex(*Z.shape):
        up, down = Z.clone(), Z.clone()
        up[place] += h
        down[place] -= h
        slopes = (loss(up) - loss(Z)) / h, (loss(up) - loss(down)) / h / 2
        for number, slope in enumerate(slopes):
            worst[number] = max(worst[number], abs(slope - leaf.grad[place]).item())
    return tuple(worst)


@right(ch08.slope_errors)
def mean_of_both_sides(loss, Z, h):
    Z = Z.to(torch.float64).requires_grad_()
    here = loss(Z)
    here.backward()

    def slopes(h):
        steps = torch.eye(Z.numel(), dtype=Z.dtype).reshape(-1, *Z.shape) * h
        return torch.stack([(loss(Z + step) - here) / h for step in steps]).reshape(Z.shape).detach()

    forwards, backwards = slopes(h), slopes(-h)
    return (forwards - Z.grad).abs().max(), ((forwards + backwards) / 2 - Z.grad).abs().max()


@right(ch08.slope_errors)
def pushed(loss, Z, h):
    def push(scale_up, scale_down):
        slopes = torch.zeros(Z.numel(), dtype=torch.float64)
        for place in range(Z.numel()):
            step = torch.zeros(Z.numel(), dtype=torch.float64)
            step[place] = 1
            step = step.reshape(Z.shape)
            slopes[place] = loss(Z.double() + scale_up * step) - loss(Z.double() - scale_down * step)
        return slopes.reshape(Z.shape) / (scale_up + scale_down)

    truth = torch.func.grad(loss)(Z.double())
    return [float(torch.dist(push(h, down), truth, float("inf"))) for down in (0, h)]


@right(ch08.slope_errors)
def with_plain_numbers(loss, Z, h):
    Z = Z.double().requires_grad_()
    loss(Z).backward()
    start, truth = Z.detach().flatten(), Z.grad.flatten().tolist()

    def pushed_to(place, by):
        moved = start.clone()
        moved[place] += by
        return loss(moved.view(Z.shape)).item()

    one_sided = [(pushed_to(place, h) - pushed_to(place, 0)) / h for place in range(len(truth))]
    central = [(pushed_to(place, h) - pushed_to(place, -h)) / (2 * h) for place in range(len(truth))]
    return tuple(max(abs(s - t) for s, t in zip(slopes, truth, strict=True)) for slopes in (one_sided, central))


@wrong(ch08.slope_errors, "step in float32")
def units_in_float32(loss, Z, h):
    Z = Z.double()
    truth = torch.func.grad(loss)(Z).flatten()
    steps = [h * unit.reshape(Z.shape) for unit in torch.eye(Z.numel())]
    one_sided = torch.stack([(loss(Z + step) - loss(Z)) / h for step in steps])
    central = torch.stack([(loss(Z + step) - loss(Z - step)) / (2 * h) for step in steps])
    return (one_sided - truth).abs().max(), (central - truth).abs().max()


@wrong(ch08.slope_errors, "in float32")
def as_it_comes(loss, Z, h):
    leaf = Z.clone().requires_grad_(True)
    loss(leaf).backward()
    one_sided, central = torch.zeros_like(Z), torch.zeros_like(Z)
    for place in np.ndindex(*Z.shape):
        up, down = Z.clone(), Z.clone()
        up[place] += h
        down[place] -= h
        one_sided[place] = (loss(up) - loss(Z)) / h
        central[place] = (loss(up) - loss(down)) / (2 * h)
    return (one_sided - leaf.grad).abs().max().item(), (central - leaf.grad).abs().max().item()


@wrong(ch08.slope_errors, "not halved")
def divided_by_h(loss, Z, h):
    truth = torch.func.grad(loss)(Z.double())
    worst = [0.0, 0.0]
    for place in np.ndindex(*Z.shape):
        step = torch.zeros_like(truth)
        step[place] = h
        up, here, down = (loss(Z.double() + sign * step) for sign in (1, 0, -1))
        worst[0] = max(worst[0], abs((up - here) / h - truth[place]).item())
        worst[1] = max(worst[1], abs((up - down) / h - truth[place]).item())
    return worst[0], worst[1]


@wrong(ch08.slope_errors, "all pushed at once")
def whole_tensor(loss, Z, h):
    Z = Z.double()
    truth = torch.func.grad(loss)(Z)
    one_sided, central = (loss(Z + h) - loss(Z)) / h, (loss(Z + h) - loss(Z - h)) / (2 * h)
    return (one_sided - truth).abs().max().item(), (central - truth).abs().max().item()


@wrong(ch08.slope_errors, "exchanged")
def central_first(loss, Z, h):
    one_sided, central = pushed(loss, Z, h)
    return central, one_sided


@right(ch08.slope_errors, "input changed")
def pushes_the_input_itself(loss, Z, h):
    answer = with_clones(loss, Z, h)
    Z.view(-1)[0] += h
    return answer


wrong(ch08.uneven_gradient, "chose b", "b")
wrong(ch08.uneven_gradient, "chose a", "A ")


@right(ch08.even_kernel)
def corners_of_a_quarter():
    K = torch.tensor([[1.0, 2, 1], [2, 4, 2], [1, 2, 1]])
    return K / 4


@right(ch08.even_kernel)
def unequal_parts():
    return torch.tensor([[0.3], [1.0], [0.7]]) @ torch.tensor([[0.9, 1.0, 0.1]])


@right(ch08.even_kernel)
def no_product():
    return torch.tensor([[1.0, 0, 0], [1, 1, 0], [2, 1, -2]])


@wrong(ch08.even_kernel, "adds up to 1")
def blur():
    return torch.ones(3, 3).div(9)


@wrong(ch08.even_kernel, "fewer than five")
def repeats_pixels():
    return torch.tensor([[1, 1, 0], [1, 1, 0], [0, 0, 0]])


@wrong(ch08.even_kernel, "uneven")
def divided_by_the_stamps():
    return torch.ones(3, 3) / 4


@wrong(ch08.even_kernel, "other shape")
def four_by_four():
    return torch.ones(4, 4) / 4


@right(ch08.max_pool_backward)
def winner_by_winner(X, G, size, stride):
    dX = torch.zeros_like(X)
    for i in range(G.shape[0]):
        for j in range(G.shape[1]):
            window = X[i * stride : i * stride + size, j * stride : j * stride + size]
            row, column = divmod(window.argmax().item(), window.shape[1])
            dX[i * stride + row, j * stride + column] += G[i, j]
    return dX


@right(ch08.max_pool_backward)
def by_masks(X, G, size, stride):
    dX = torch.zeros_like(X)
    for i in range(G.shape[0]):
        for j in range(G.shape[1]):
            rows, columns = slice(i * stride, i * stride + size), slice(j * stride, j * stride + size)
            window = X[rows, columns]
            dX[rows, columns] += (window == window.max()) * G[i, j]
    return dX


@right(ch08.max_pool_backward)
def by_matrices(X, G, size, stride):
    windows = F.unfold(X[None, None], size, stride=stride)
    winners = F.one_hot(windows.argmax(1), size * size).mT.to(X.dtype)
    return F.fold(winners * G.reshape(1, 1, -1), tuple(X.shape), size, stride=stride)[0, 0]


@right(ch08.max_pool_backward)
def cell_after_cell(X, G, size, stride):
    dX = [[0.0] * X.shape[1] for _ in X]
    for i, row in enumerate(G.tolist()):
        for j, g in enumerate(row):
            cells = [(i * stride + a, j * stride + b) for a in range(size) for b in range(size)]
            r, c = max(cells, key=lambda cell: X[cell].item())
            dX[r][c] += g
    return torch.tensor(dX, dtype=X.dtype, device=X.device)


def through(pool, Z, G):
    """As in the chapter."""
    Z = Z.clone().requires_grad_()
    pool(Z[None, None]).backward(G[None, None])
    return Z.grad


@wrong(ch08.max_pool_backward, "not allowed")
def by_section_7(X, G, size, stride):
    return through(lambda z: F.max_pool2d(z, size, stride), X, G)


@wrong(ch08.max_pool_backward, "overwritten")
def unpooled(X, G, size, stride):
    _, winners = F.max_pool2d(X[None, None], size, stride, return_indices=True)
    dX = X.new_zeros(X.numel())
    dX[winners.flatten()] += G.flatten()
    return dX.reshape(X.shape)


@wrong(ch08.max_pool_backward, "overwritten")
def assigned(X, G, size, stride):
    dX = torch.zeros_like(X)
    for i in range(G.shape[0]):
        for j in range(G.shape[1]):
            rows, columns = slice(i * stride, i * stride + size), slice(j * stride, j * stride + size)
            window = X[rows, columns]
            dX[rows, columns][window == window.max()] = G[i, j]
    return dX


@wrong(ch08.max_pool_backward, "shared equally")
def a_part_for_each(X, G, size, stride):
    dX = X.new_zeros(X.shape)
    for i in range(G.shape[0]):
        for j in range(G.shape[1]):
            dX[i * stride : i * stride + size, j * stride : j * stride + size] += G[i, j] / size**2
    return dX


@wrong(ch08.max_pool_backward, "place in the window")
def offset_forgotten(X, G, size, stride):
    dX = X.new_zeros(X.shape)
    for i in range(G.shape[0]):
        for j in range(G.shape[1]):
            winner = X[i * stride : i * stride + size, j * stride : j * stride + size].argmax().item()
            dX[winner // size, winner % size] += G[i, j]
    return dX


@wrong(ch08.max_pool_backward, "times the winner")
def weighted_by_the_picture(X, G, size, stride):
    windows = F.unfold(X[None, None], size, stride=stride)
    marks = windows == windows.amax(1, keepdim=True)
    return F.fold(marks * windows * G.reshape(1, 1, -1), tuple(X.shape), size, stride=stride)[0, 0]


def zeros_between(G, stride):
    """As in the chapter."""
    h, w = G.shape
    wide = torch.zeros((h - 1) * stride + 1, (w - 1) * stride + 1, dtype=G.dtype)
    wide[::stride, ::stride] = G
    return wide


def full(G, K, turned=None):
    """As in the chapter, but the kernel may be handled otherwise."""
    k_h, k_w = K.shape
    turned = K.flip(0, 1) if turned is None else turned
    return d2l.corr2d(F.pad(G, (k_w - 1, k_w - 1, k_h - 1, k_h - 1)), turned)


def after_the_chapter(X, K, G, stride, padding, back=full, spread=zeros_between, crop=True):
    padded = F.pad(X, (padding,) * 4)
    dX, dK = torch.zeros_like(padded), torch.zeros_like(K)
    for n in range(X.shape[0]):
        for o in range(K.shape[0]):
            g = spread(G[n, o], stride)
            for c in range(K.shape[1]):
                dK[o, c] += d2l.corr2d(padded[n, c], g)[: K.shape[2], : K.shape[3]]
                part = back(g, K[o, c])
                dX[n, c, : part.shape[0], : part.shape[1]] += part
    if crop:
        dX = dX[:, :, padding : padding + X.shape[2], padding : padding + X.shape[3]]
    return dX, dK, G.sum(dim=(0, 2, 3))


@right(ch08.conv2d_backward)
def with_the_chapter_s_functions(X, K, G, stride, padding):
    return after_the_chapter(X, K, G, stride, padding)


@right(ch08.conv2d_backward)
def window_by_window(X, K, G, stride, padding):
    padded = F.pad(X, (padding, padding, padding, padding))
    dX, dK = torch.zeros_like(padded), torch.zeros_like(K)
    for i in range(G.shape[2]):
        for j in range(G.shape[3]):
            g = G[:, :, i, j]
            rows = slice(i * stride, i * stride + K.shape[2])
            columns = slice(j * stride, j * stride + K.shape[3])
            dX[:, :, rows, columns] += torch.einsum("no,ocab->ncab", g, K)
            dK += torch.einsum("no,ncab->ocab", g, padded[:, :, rows, columns])
    h, w = X.shape[2:]
    return [dX[..., padding : padding + h, padding : padding + w], dK, torch.einsum("nohw->o", G)]


@right(ch08.conv2d_backward)
def weight_by_weight(X, K, G, stride, padding):
    padded = F.pad(X, (padding,) * 4)
    dX, dK = torch.zeros_like(padded), torch.zeros_like(K)
    last = (G.shape[2] - 1) * stride + 1, (G.shape[3] - 1) * stride + 1
    for a in range(K.shape[2]):
        for b in range(K.shape[3]):
            met = (..., slice(a, a + last[0], stride), slice(b, b + last[1], stride))
            dK[:, :, a, b] = torch.tensordot(G, padded[met], dims=([0, 2, 3], [0, 2, 3]))
            dX[met] += torch.einsum("nohw,oc->nchw", G, K[:, :, a, b])
    return dX[..., padding:, padding:][..., : X.shape[2], : X.shape[3]], dK, G.sum(0).sum(-1).sum(-1)


@right(ch08.conv2d_backward)
def by_dilation(X, K, G, stride, padding):
    dK = F.conv2d(X.transpose(0, 1), G.transpose(0, 1), padding=padding, dilation=stride).transpose(0, 1)
    wide = G.new_zeros(*G.shape[:2], *[(m - 1) * stride + 1 for m in G.shape[2:]])
    wide[:, :, ::stride, ::stride] = G
    h, w = X.shape[2:]
    k_h, k_w = K.shape[2:]
    below, right_of = h + 2 * padding - wide.shape[2], w + 2 * padding - wide.shape[3]
    wide = F.pad(wide, (k_w - 1, right_of, k_h - 1, below))
    dX = F.conv2d(wide, K.transpose(0, 1).flip((2, 3)))[:, :, padding : padding + h, padding : padding + w]
    return dX, dK[:, :, :k_h, :k_w], G.sum((0, 2, 3))


@wrong(ch08.conv2d_backward, "not allowed")
def by_autograd_again(X, K, G, stride, padding):
    X, K, u = (t.clone().requires_grad_() for t in (X, K, K.new_zeros(len(K))))
    F.conv2d(X, K, u, stride=stride, padding=padding).backward(G)
    return X.grad, K.grad, u.grad


@wrong(ch08.conv2d_backward, "not allowed")
def by_torch_nn_grad(X, K, G, stride, padding):
    dX = torch.nn.grad.conv2d_input(X.shape, K, G, stride, padding)
    return dX, torch.nn.grad.conv2d_weight(X, K.shape, G, stride, padding), G.sum((0, 2, 3))


@wrong(ch08.conv2d_backward, "kernel not rotated")
def as_it_is(X, K, G, stride, padding):
    return after_the_chapter(X, K, G, stride, padding, back=lambda g, k: full(g, k, turned=k))


@wrong(ch08.conv2d_backward, "kernel transposed")
def with_the_transpose(X, K, G, stride, padding):
    return after_the_chapter(X, K, G, stride, padding, back=lambda g, k: full(g, k, turned=k.T))


@wrong(ch08.conv2d_backward, "correlation not full")
def valid_only(X, K, G, stride, padding):
    return after_the_chapter(X, K, G, stride, padding, back=lambda g, k: d2l.corr2d(g, k.flip(0, 1)))


@wrong(ch08.conv2d_backward, "stride zeros missing")
def side_by_side(X, K, G, stride, padding):
    return after_the_chapter(X, K, G, stride, padding, spread=lambda g, stride: g)


@wrong(ch08.conv2d_backward, "stride zeros missing")
def no_zeros_for_the_kernel(X, K, G, stride, padding):
    dX, _, du = by_dilation(X, K, G, stride, padding)
    dK = F.conv2d(X.transpose(0, 1), G.transpose(0, 1), padding=padding).transpose(0, 1)
    return dX, dK[:, :, : K.shape[2], : K.shape[3]], du


@wrong(ch08.conv2d_backward, "padding not cropped")
def left_padded(X, K, G, stride, padding):
    return after_the_chapter(X, K, G, stride, padding, crop=False)


@wrong(ch08.conv2d_backward, "bias per pixel")
def bias_for_each_place(X, K, G, stride, padding):
    dX, dK, _ = by_dilation(X, K, G, stride, padding)
    return dX, dK, torch.einsum("nohw->ohw", G)


@wrong(ch08.conv2d_backward, "bias as mean")
def bias_averaged(X, K, G, stride, padding):
    dX, dK, _ = by_dilation(X, K, G, stride, padding)
    return dX, dK, G.transpose(0, 1).flatten(1).mean(1)


@wrong(ch08.conv2d_backward, "dropped rows forgotten")
def reached_pixels_only(X, K, G, stride, padding):
    _, dK, du = by_dilation(X, K, G, stride, padding)
    dX = F.conv_transpose2d(G, K, stride=stride)
    return dX[:, :, padding : dX.shape[2] - padding, padding : dX.shape[3] - padding], dK, du


@wrong(ch08.conv2d_backward, "an error")
def kernel_of_any_size(X, K, G, stride, padding):
    dX, _, du = by_dilation(X, K, G, stride, padding)
    dK = F.conv2d(X.transpose(0, 1), G.transpose(0, 1), padding=padding, dilation=stride).transpose(0, 1)
    return dX, torch.zeros_like(K) + dK.reshape(K.shape), du


@right(ch08.conv2d_backward, "input changed")
def scales_in_place(X, K, G, stride, padding):
    answer = window_by_window(X, K, G, stride, padding)
    G *= 2
    return answer


# --- mistakes of readers who had only the questions ---


@wrong(ch08.even_kernel, "adds up to 1")
def even_kernel_blur_of_sum_one():
    return torch.tensor([[1.0, 2.0, 1.0], [2.0, 4.0, 2.0], [1.0, 2.0, 1.0]]) / 16


@wrong(ch08.kernel_gradient, "mean over the batch")
def kernel_gradient_mean_over_batch(X, G):
    k_h, k_w = X.shape[2] - G.shape[2] + 1, X.shape[3] - G.shape[3] + 1
    m_h, m_w = G.shape[2:]
    grad = torch.zeros(G.shape[1], X.shape[1], k_h, k_w, dtype=X.dtype)
    for a in range(k_h):
        for b in range(k_w):
            grad[:, :, a, b] = torch.einsum("nohw,nihw->oi", G, X[:, :, a : a + m_h, b : b + m_w])
    return grad / X.shape[0]


@wrong(ch08.slope_errors, "sign kept")
def slope_errors_sign_kept(loss, Z, h):
    Z = Z.detach().double().clone().requires_grad_()
    loss(Z).backward()
    true, Z = Z.grad.flatten(), Z.detach()
    one, two = [], []
    for n in range(Z.numel()):
        step = torch.zeros(Z.numel(), dtype=torch.float64)
        step[n] = h
        step = step.reshape(Z.shape)
        up, here, down = loss(Z + step), loss(Z), loss(Z - step)
        one.append(((up - here) / h - true[n]).item())
        two.append(((up - down) / (2 * h) - true[n]).item())
    return max(one), max(two)


@wrong(ch08.max_pool_backward, "overwritten")
def max_pool_backward_overwrites(X, G, size, stride):
    grad = torch.zeros_like(X)
    for i in range(G.shape[0]):
        for j in range(G.shape[1]):
            top, left = i * stride, j * stride
            best = X[top : top + size, left : left + size].argmax().item()
            grad[top + best // size, left + best % size] = G[i, j]
    return grad


@wrong(ch08.conv2d_backward, None)
def conv2d_backward_dropped_rows_kept_in_kernel(X, K, G, stride, padding):
    k_h, k_w = K.shape[2:]
    wide = F.pad(X, (padding,) * 4)
    dX = torch.zeros_like(wide)
    for i in range(G.shape[2]):
        for j in range(G.shape[3]):
            top, left = i * stride, j * stride
            dX[:, :, top : top + k_h, left : left + k_w] += torch.einsum("no,oiab->niab", G[:, :, i, j], K)
    dX = dX[:, :, padding : padding + X.shape[2], padding : padding + X.shape[3]]
    dK = F.conv2d(wide.transpose(0, 1), G.transpose(0, 1), dilation=stride).transpose(0, 1)
    return dX, dK, G.sum(dim=(0, 2, 3))


wrong(ch08.turned_or_transposed, "ReLU forgotten", [33, 21])
