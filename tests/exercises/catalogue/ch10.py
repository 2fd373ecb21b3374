"""Answers to the exercises of chapter 10."""

import copy
import itertools
import math
import statistics

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from catalogue import right, wrong
from d2lutil.exercises import ch10


@right(ch10.updates)
def rounded_up(pictures, batch_size, epochs):
    return math.ceil(pictures / batch_size) * epochs


@right(ch10.updates)
def counted_down(pictures, batch_size, epochs):
    steps = 0
    for _ in range(epochs):
        left = pictures
        while left > 0:
            left -= batch_size
            steps += 1
    return steps


@right(ch10.updates)
def as_a_range(pictures, batch_size, epochs):
    return len(range(0, pictures, batch_size)) * epochs


@right(ch10.updates)
def with_the_rest(pictures, batch_size, epochs):
    full, rest = divmod(pictures, batch_size)
    return epochs * (full + (rest > 0))


@wrong(ch10.updates, "last batch dropped")
def int_cuts_off(pictures, batch_size, epochs):
    return epochs * int(pictures / batch_size)


@wrong(ch10.updates, "epochs run together")
def all_at_once(pictures, batch_size, epochs):
    return len(range(0, epochs * pictures, batch_size))


@wrong(ch10.updates, "one batch for nothing")
def always_a_rest(pictures, batch_size, epochs):
    per_epoch = 1
    while pictures >= batch_size:
        pictures -= batch_size
        per_epoch += 1
    return per_epoch * epochs


@wrong(ch10.updates, "nothing returned")
def updates_printed(pictures, batch_size, epochs):
    print(epochs * math.ceil(pictures / batch_size))


@wrong(ch10.updates, "endless loop")
def epoch_never_counted(pictures, batch_size, epochs):
    steps, epoch = 0, 0
    while epoch < epochs:
        steps += math.ceil(pictures / batch_size)
    return steps


wrong(ch10.digits_clothes_letters, "classes ignored", [61706, 61706, 61706])
wrong(ch10.digits_clothes_letters, "new biases forgotten", (61706, 61706, 63050))
wrong(ch10.digits_clothes_letters, "weights only", [61470, 61470, 62814])
wrong(ch10.one_run_each, "chose a", "a")
wrong(ch10.one_run_each, "chose c", "C")
wrong(ch10.adding_up, "chose a", "a")
wrong(ch10.adding_up, "chose c", "c")
wrong(ch10.forgotten_eval, "chose d", "d")
wrong(ch10.forgotten_eval, "chose a", "a")


@right(ch10.standard_error)
def with_python(accuracies):
    return statistics.stdev(accuracies.tolist()) / math.sqrt(len(accuracies))


@right(ch10.standard_error)
def by_hand(accuracies):
    n, mean, squares = len(accuracies), sum(accuracies) / len(accuracies), 0
    for accuracy in accuracies:
        squares += (accuracy - mean) ** 2
    return math.sqrt(squares / (n - 1) / n)


@right(ch10.standard_error)
def as_a_tensor(accuracies):
    return accuracies.std(correction=0) / torch.tensor(len(accuracies) - 1).sqrt()


@right(ch10.standard_error)
def with_numpy(accuracies):
    numbers = accuracies.numpy()
    return numbers.std(ddof=1) / numbers.size**0.5


@wrong(ch10.standard_error, "deviation of the runs")
def no_division(accuracies):
    return ((accuracies - accuracies.mean()) ** 2).sum().div(len(accuracies) - 1).sqrt().item()


@wrong(ch10.standard_error, "divided by n in the deviation")
def numpy_std(accuracies):
    return accuracies.numpy().std() / math.sqrt(len(accuracies))


@wrong(ch10.standard_error, "divided by n")
def no_root(accuracies):
    return statistics.stdev(accuracies.tolist()) / len(accuracies)


@wrong(ch10.standard_error, "variance")
def no_root_at_all(accuracies):
    return statistics.variance(accuracies.tolist()) / len(accuracies)


@right(ch10.recall_and_precision)
def class_by_class(matrix):
    table = torch.zeros(2, len(matrix))
    for k in range(len(matrix)):
        table[0, k] = matrix[k, k] / matrix[k, :].sum()
        table[1, k] = matrix[k, k] / matrix[:, k].sum()
    return table


@right(ch10.recall_and_precision)
def normalised(matrix):
    rows, columns = matrix / matrix.sum(1, keepdim=True), matrix / matrix.sum(0, keepdim=True)
    return torch.cat([rows.diag()[None], columns.diag()[None]])


@right(ch10.recall_and_precision)
def by_einsum(matrix):
    right = torch.einsum("kk->k", matrix.double())
    return right / torch.stack([torch.einsum("ij->i", matrix), torch.einsum("ij->j", matrix)])


@right(ch10.recall_and_precision)
def as_lists(matrix):
    rows = matrix.tolist()
    columns = list(zip(*rows, strict=True))
    return [[row[k] / sum(row) for k, row in enumerate(part)] for part in (rows, columns)]


@wrong(ch10.recall_and_precision, "recall and precision exchanged")
def wrong_axis(matrix):
    right = torch.diagonal(matrix)
    return torch.stack((right / matrix.sum(dim=0), right / matrix.sum(dim=1)))


@wrong(ch10.recall_and_precision, "recall twice")
def broadcast_by_rows(matrix):
    recall = torch.diag(matrix / matrix.sum(1, keepdim=True))
    precision = torch.diag(matrix.T / matrix.sum(1))
    return torch.stack([recall, precision])


@wrong(ch10.recall_and_precision, "transposed")
def side_by_side(matrix):
    right = matrix.diagonal()
    return torch.stack([right / matrix.sum(1), right / matrix.sum(0)], dim=1)


@wrong(ch10.recall_and_precision, "diagonal in the way")
def only_the_wrong_ones(matrix):
    right = matrix.diag()
    others = matrix - torch.diag(right)
    return torch.stack([right / others.sum(1), right / others.sum(0)])


@right(ch10.recall_and_precision, "input changed")
def diagonal_blanked(matrix):
    right = matrix.diagonal().clone()
    matrix.fill_diagonal_(0)
    return torch.stack([right / (matrix.sum(1) + right), right / (matrix.sum(0) + right)])


@wrong(ch10.recall_and_precision, "an error")
def without_stack(matrix):
    return torch.tensor([matrix.diagonal() / matrix.sum(1), matrix.diagonal() / matrix.sum(0)])


@right(ch10.permutation_p)
def by_the_other_group(a, b):
    pooled = a.tolist() + b.tolist()
    real, hits, ways = abs(statistics.fmean(b.tolist()) - statistics.fmean(a.tolist())), 0, 0
    for before in itertools.combinations(range(len(pooled)), len(a)):
        after = [pooled[i] for i in range(len(pooled)) if i not in before]
        gap = statistics.fmean(after) - statistics.fmean(pooled[i] for i in before)
        hits += abs(gap) > real - 1e-9
        ways += 1
    return hits / ways


@right(ch10.permutation_p)
def by_all_orders(a, b):
    orders = torch.tensor(list(itertools.permutations(range(len(a) + len(b)))))
    shuffled = torch.cat([b, a])[orders]
    gaps = (shuffled[:, : len(b)].mean(1) - shuffled[:, len(b) :].mean(1)).abs()
    return (gaps >= (b.mean() - a.mean()).abs() - 1e-9).double().mean().item()


@right(ch10.permutation_p)
def by_torch_combinations(a, b):
    pooled = torch.cat([a, b])
    after = torch.combinations(pooled, len(b))
    # The mean of the others is fixed by the total, so the sums alone tell which gap is larger.
    off = (after.sum(1) - pooled.sum() * len(b) / len(pooled)).abs()
    real = (b.sum() - pooled.sum() * len(b) / len(pooled)).abs()
    return float((off >= real - 1e-10).sum() / len(off))


@right(ch10.permutation_p)
def by_product(a, b):
    pooled, real = torch.cat([a, b]), (b.mean() - a.mean()).abs()
    hits = []
    for mask in itertools.product([False, True], repeat=len(pooled)):
        if sum(mask) == len(b):
            mask = torch.tensor(mask)
            hits.append((pooled[mask].mean() - pooled[~mask].mean()).abs() >= real - 1e-9)
    return torch.stack(hits).float().mean()


@wrong(ch10.permutation_p, "one direction")
def only_gains(a, b):
    pooled = torch.cat([a, b]).tolist()
    real, hits, ways = float(b.mean() - a.mean()), 0, 0
    for after in itertools.combinations(range(len(pooled)), len(b)):
        chosen = sum(pooled[i] for i in after)
        hits += chosen / len(b) - (sum(pooled) - chosen) / len(a) >= real - 1e-9
        ways += 1
    return hits / ways


@wrong(ch10.permutation_p, "ties left out")
def strictly_larger(a, b):
    shuffled = torch.cat([a, b])[torch.tensor(list(itertools.permutations(range(len(a) + len(b)))))]
    gaps = (shuffled[:, : len(b)].mean(1) - shuffled[:, len(b) :].mean(1)).abs()
    return (gaps > (b.mean() - a.mean()).abs() + 1e-9).double().mean().item()


@wrong(ch10.permutation_p, "sums compared")
def totals(a, b):
    pooled = torch.cat([a, b])
    after = torch.combinations(pooled, len(b)).sum(1)
    real = abs(b.sum() - a.sum())
    return float(((2 * after - pooled.sum()).abs() >= real - 1e-9).double().mean())


@wrong(ch10.permutation_p, "not divided")
def how_many(a, b):
    return by_the_other_group(a, b) * math.comb(len(a) + len(b), len(b))


@right(ch10.moved)
def rolled_and_blanked(X, down, right):
    Y = torch.roll(X, (down, right), dims=(2, 3))
    if down > 0:
        Y[:, :, :down] = 0
    elif down < 0:
        Y[:, :, down:] = 0
    if right > 0:
        Y[:, :, :, :right] = 0
    elif right < 0:
        Y[:, :, :, right:] = 0
    return Y


@right(ch10.moved)
def cell_by_cell(X, down, right):
    Y = torch.zeros_like(X)
    for i in range(X.shape[2]):
        for j in range(X.shape[3]):
            if 0 <= i - down < X.shape[2] and 0 <= j - right < X.shape[3]:
                Y[:, :, i, j] = X[:, :, i - down, j - right]
    return Y


@right(ch10.moved)
def much_padding(X, down, right):
    h, w = X.shape[-2:]
    m, n = abs(down), abs(right)
    return F.pad(X, (n, n, m, m))[:, :, m - down : m - down + h, n - right : n - right + w]


@right(ch10.moved)
def with_a_mask(X, down, right):
    rows = torch.arange(X.shape[-2], device=X.device) - down
    columns = torch.arange(X.shape[-1], device=X.device) - right
    inside = ((rows >= 0) & (rows < len(rows)))[:, None] & (columns >= 0) & (columns < len(columns))
    return X[..., rows % len(rows), :][..., columns % len(columns)] * inside


@wrong(ch10.moved, "wraps around")
def by_indices(X, down, right):
    h, w = X.shape[-2:]
    rows = (torch.arange(h, device=X.device) - down) % h
    return X[:, :, rows][..., (torch.arange(w, device=X.device) - right) % w]


@wrong(ch10.moved, "other way")
def pulls(X, down, right):
    return rolled_and_blanked(X, -down, -right)


@wrong(ch10.moved, "down and right exchanged")
def axes_mixed_up(X, down, right):
    return cell_by_cell(X, down=right, right=down)


@wrong(ch10.moved, "slice to minus zero")
def slices(X, down, right):
    h, w = X.shape[-2:]
    Y = X.new_zeros(X.shape)
    Y[:, :, down:h, right:w] = X[:, :, 0:-down, 0:-right]
    return Y


@wrong(ch10.moved, "picture grown")
def never_cut(X, down, right):
    top, bottom = (down, 0) if down >= 0 else (0, -down)
    left, after = (right, 0) if right >= 0 else (0, -right)
    Y = X.new_zeros(*X.shape[:2], X.shape[2] + top + bottom, X.shape[3] + left + after)
    Y[:, :, top : top + X.shape[2], left : left + X.shape[3]] = X
    return Y


@right(ch10.moved, "input changed")
def blanked_in_place(X, down, right):
    answer = much_padding(X, down, right)
    X[:] = answer
    return X


@wrong(ch10.moved, "only square")
def one_size_for_both(X, down, right):
    n, m, k = X.shape[-1], abs(down), abs(right)
    return F.pad(X, (k, k, m, m))[:, :, m - down : m - down + n, k - right : k - right + n]


@right(ch10.moved, "only float32")
def type_forgotten(X, down, right):
    h, w = X.shape[-2:]
    large = torch.zeros(*X.shape[:2], 3 * h + 2 * abs(down), 3 * w + 2 * abs(right), device=X.device)
    top, left = h + abs(down), w + abs(right)
    large[:, :, top : top + h, left : left + w] = X
    return large[:, :, top - down : top - down + h, left - right : left - right + w]


@right(ch10.moved, "only CPU")
def place_forgotten(X, down, right):
    black = torch.zeros(X.shape, dtype=X.dtype)
    rows, columns = range(X.shape[2]), range(X.shape[3])
    for i in rows:
        for j in columns:
            if i - down in rows and j - right in columns:
                black[:, :, i, j] = X[:, :, i - down, j - right]
    return black


@right(ch10.smoothed_loss)
def two_parts(scores, y, epsilon):
    log_p = F.log_softmax(scores, dim=1)
    return (1 - epsilon) * F.nll_loss(log_p, y) - epsilon * log_p.mean(1).mean()


@right(ch10.smoothed_loss)
def picture_by_picture(scores, y, epsilon):
    losses, classes = [], scores.shape[1]
    for row, label in zip(scores, y, strict=True):
        log_p = row - torch.logsumexp(row, 0)
        loss = 0
        for k in range(classes):
            q = epsilon / classes + (1 - epsilon if k == label else 0)
            loss = loss - q * log_p[k]
        losses.append(loss)
    return sum(losses) / len(losses)


@right(ch10.smoothed_loss)
def target_by_scatter(scores, y, epsilon):
    q = torch.full_like(scores, epsilon / scores.shape[1])
    q.scatter_add_(1, y[:, None], torch.full_like(scores[:, :1], 1 - epsilon))
    return -(q * scores.log_softmax(-1)).sum() / len(scores)


@right(ch10.smoothed_loss)
def target_as_probabilities(scores, y, epsilon):
    c = scores.size(1)
    q = torch.eye(c, dtype=scores.dtype, device=scores.device)[y]
    return nn.CrossEntropyLoss()(scores, torch.lerp(q, torch.full_like(q, 1 / c), epsilon))


@wrong(ch10.smoothed_loss, "spread over the others")
def nothing_for_the_right_one(scores, y, epsilon):
    q = torch.full_like(scores, epsilon / (scores.shape[1] - 1))
    q[torch.arange(len(y)), y] = 1 - epsilon
    return F.cross_entropy(scores, q)


@wrong(ch10.smoothed_loss, "own share forgotten")
def less_than_one(scores, y, epsilon):
    q = torch.full_like(scores, epsilon / scores.shape[1])
    q.scatter_(1, y.unsqueeze(1), 1 - epsilon)
    return -(q * F.log_softmax(scores, 1)).sum(1).mean()


@wrong(ch10.smoothed_loss, "logarithm of zero")
def softmax_then_log(scores, y, epsilon):
    p = torch.softmax(scores, dim=1)
    q = F.one_hot(y, scores.shape[1]) * (1 - epsilon) + epsilon / scores.shape[1]
    return -(q * torch.log(p)).sum(dim=1).mean()


@wrong(ch10.smoothed_loss, "sum over the batch")
def added_up(scores, y, epsilon):
    log_p = scores.log_softmax(1)
    return (1 - epsilon) * F.nll_loss(log_p, y, reduction="sum") - epsilon * log_p.mean(1).sum()


@wrong(ch10.smoothed_loss, "mean over the classes")
def one_mean_for_all(scores, y, epsilon):
    return target_by_scatter(scores, y, epsilon) / scores.shape[1]


@wrong(ch10.smoothed_loss, "axes of size one")
def kept_an_axis(scores, y, epsilon):
    return two_parts(scores, y, epsilon).reshape(1)


@wrong(ch10.smoothed_loss, "sign reversed")
def minus_forgotten(scores, y, epsilon):
    q = F.one_hot(y, scores.shape[1]) * (1 - epsilon) + epsilon / scores.shape[1]
    return (q * scores.log_softmax(1)).sum(1).mean()


@right(ch10.fused)
def with_torch_s_own(convolution, norm):
    from torch.nn.utils.fusion import fuse_conv_bn_eval

    return fuse_conv_bn_eval(copy.deepcopy(convolution).eval(), copy.deepcopy(norm).eval())


@right(ch10.fused)
def built_anew(convolution, norm):
    c = convolution
    layer = nn.Conv2d(
        c.in_channels, c.out_channels, c.kernel_size, c.stride, c.padding, dilation=c.dilation, groups=c.groups
    )
    factor = norm.weight.data / torch.sqrt(norm.running_var + norm.eps)
    layer.weight.data = c.weight.data * factor.reshape(-1, 1, 1, 1)
    layer.bias.data = norm.bias.data - norm.running_mean * factor
    if c.bias is not None:
        layer.bias.data += c.bias.data * factor
    return layer


@right(ch10.fused)
def channel_by_channel(convolution, norm):
    layer = copy.deepcopy(convolution)
    if layer.bias is None:
        layer.bias = nn.Parameter(torch.zeros(layer.out_channels))
    with torch.no_grad():
        for k in range(layer.out_channels):
            deviation = (norm.running_var[k] + norm.eps) ** 0.5
            layer.weight[k] *= norm.weight[k] / deviation
            layer.bias[k] = (layer.bias[k] - norm.running_mean[k]) / deviation * norm.weight[k] + norm.bias[k]
    return layer


@right(ch10.fused)
def probed(convolution, norm):
    """Asks the norm itself: what it makes of 0 and of 1 gives the line."""
    norm, layer = copy.deepcopy(norm).eval(), copy.deepcopy(convolution)
    with torch.no_grad():
        spot = torch.zeros(1, norm.num_features, 1, 1)
        at_zero, at_one = norm(spot).flatten(), norm(spot + 1).flatten()
        layer.weight *= (at_one - at_zero).view(-1, 1, 1, 1)
        b = torch.zeros_like(at_zero) if convolution.bias is None else convolution.bias
        layer.bias = nn.Parameter(b * (at_one - at_zero) + at_zero)
    return layer


@wrong(ch10.fused, "bias thrown away")
def own_bias_ignored(convolution, norm):
    c = copy.deepcopy(convolution)
    c.bias = None
    return built_anew(c, norm)


@wrong(ch10.fused, "bias not scaled")
def bias_added_at_the_end(convolution, norm):
    layer = own_bias_ignored(convolution, norm)
    if convolution.bias is not None:
        layer.bias.data += convolution.bias.data
    return layer


@wrong(ch10.fused, "eps forgotten")
def eps_forgotten(convolution, norm):
    norm = copy.deepcopy(norm)
    norm.eps = 0.0
    return channel_by_channel(convolution, norm)


@wrong(ch10.fused, "settings lost")
def only_the_kernel(convolution, norm):
    layer = nn.Conv2d(convolution.in_channels, convolution.out_channels, convolution.kernel_size)
    done = built_anew(convolution, norm)
    layer.weight, layer.bias = done.weight, done.bias
    return layer


@wrong(ch10.fused, "two layers")
def one_after_the_other(convolution, norm):
    return lambda x: copy.deepcopy(norm).eval()(convolution(x))


@right(ch10.fused, "input changed")
def in_place(convolution, norm):
    scale = norm.weight.data / (norm.running_var + norm.eps) ** 0.5
    convolution.weight.data *= scale[:, None, None, None]
    bias = 0 if convolution.bias is None else convolution.bias.data
    convolution.bias = nn.Parameter((bias - norm.running_mean) * scale + norm.bias.data)
    return convolution


@right(ch10.fused, "input changed")
def mode_switched(convolution, norm):
    norm.eval()
    return built_anew(convolution, norm)


@wrong(ch10.fused, "an error")
def along_the_last_axis(convolution, norm):
    layer = copy.deepcopy(convolution)
    scale = norm.weight / (norm.running_var + norm.eps).sqrt()
    layer.weight = convolution.weight * scale
    return layer


@wrong(ch10.updates, "rounded to nearest")
def to_the_nearest(pictures, batch_size, epochs):
    return epochs * round(pictures / batch_size)


@wrong(ch10.recall_and_precision, "precision twice")
def broadcast_by_columns(matrix):
    right = matrix.diagonal()
    return torch.stack([right / matrix.sum(0), right / matrix.sum(0)])


@right(ch10.permutation_p)
def close_counts_as_equal(a, b):
    pooled, real, hits = torch.cat([a, b]), (b.mean() - a.mean()).abs(), []
    for after in itertools.combinations(range(len(pooled)), len(b)):
        mask = torch.zeros(len(pooled), dtype=torch.bool)
        mask[list(after)] = True
        gap = (pooled[mask].mean() - pooled[~mask].mean()).abs()
        hits.append(bool(gap > real or torch.isclose(gap, real)))
    return sum(hits) / len(hits)


@wrong(ch10.permutation_p, "rounding decides")
def tolerance_forgotten(a, b):
    pooled = torch.cat([a, b])
    after = torch.combinations(torch.arange(len(pooled)), len(b)).tolist()
    before = [[i for i in range(len(pooled)) if i not in way] for way in after]
    gaps = [abs(pooled[one].mean() - pooled[other].mean()) for one, other in zip(after, before, strict=True)]
    return sum(bool(gap >= abs(b.mean() - a.mean())) for gap in gaps) / len(gaps)


@wrong(ch10.permutation_p, "rounding decides")
def tolerance_forgotten_in_a_total(a, b):
    numbers = torch.cat([a, b]).tolist()
    total, real = sum(numbers), abs(sum(b.tolist()) / len(b) - sum(a.tolist()) / len(a))
    sums = [sum(way) for way in itertools.combinations(numbers, len(b))]
    return sum(abs(after / len(b) - (total - after) / len(a)) >= real for after in sums) / len(sums)


@wrong(ch10.permutation_p, "equal runs lost")
def by_values(a, b):
    numbers, hits = a.tolist() + b.tolist(), []
    for after in itertools.combinations(numbers, len(b)):
        before = [x for x in numbers if x not in after]
        gap = sum(after) / len(after) - sum(before) / len(before)
        hits.append(abs(gap) >= abs(b.mean() - a.mean()) - 1e-9)
    return sum(hits) / len(hits)


@right(ch10.moved)
def by_a_convolution(X, down, right):
    K = X.new_zeros(1, 1, 2 * abs(down) + 1, 2 * abs(right) + 1)
    K[0, 0, abs(down) - down, abs(right) - right] = 1
    return F.conv2d(X.flatten(0, 1)[:, None], K, padding=(abs(down), abs(right))).reshape(X.shape)


@right(ch10.moved)
def padded_and_cropped_at_once(X, down, right):
    if abs(down) >= X.shape[2] or abs(right) >= X.shape[3]:
        return torch.zeros_like(X)
    return F.pad(X, (right, -right, down, -down))


@right(ch10.moved)
def one_step_at_a_time(X, down, right):
    row, column = torch.zeros_like(X[:, :, :1]), torch.zeros_like(X[..., :1])
    if down > 0:
        return one_step_at_a_time(torch.cat([row, X[:, :, :-1]], 2), down - 1, right)
    if down < 0:
        return one_step_at_a_time(torch.cat([X[:, :, 1:], row], 2), down + 1, right)
    if right > 0:
        return one_step_at_a_time(torch.cat([column, X[..., :-1]], 3), 0, right - 1)
    return one_step_at_a_time(torch.cat([X[..., 1:], column], 3), 0, right + 1) if right < 0 else X


@wrong(ch10.moved, "negative indices")
def one_side_checked(X, down, right):
    Y, rows, columns = X * 0, X.shape[2], X.shape[3]
    for i in range(rows):
        for j in range(columns):
            if i - down < rows and j - right < columns:
                Y[:, :, i, j] = X[:, :, i - down, j - right]
    return Y


@right(ch10.smoothed_loss)
def the_usual_loss_and_the_mean(scores, y, epsilon):
    return (1 - epsilon) * F.cross_entropy(scores, y) - epsilon * F.log_softmax(scores, 1).mean()


@right(ch10.smoothed_loss)
def shifted_by_the_largest(scores, y, epsilon):
    s = scores - scores.amax(1, keepdim=True)
    log_p = s - s.exp().sum(1, keepdim=True).log()
    q = (torch.arange(s.shape[1], device=s.device) == y[:, None]) * (1 - epsilon) + epsilon / s.shape[1]
    return torch.einsum("bc,bc->b", q.to(s), -log_p).mean()


@wrong(ch10.smoothed_loss, "not allowed")
def pytorch_s_argument(scores, y, epsilon):
    return F.cross_entropy(scores, y, label_smoothing=epsilon)


@wrong(ch10.smoothed_loss, "not allowed")
def pytorch_s_layer(scores, y, epsilon):
    return nn.CrossEntropyLoss(label_smoothing=epsilon)(scores, y)


@wrong(ch10.smoothed_loss, "exponential too large")
def softmax_by_hand(scores, y, epsilon):
    p = torch.exp(scores) / torch.exp(scores).sum(dim=1, keepdim=True)
    q = F.one_hot(y, scores.shape[1]) * (1 - epsilon) + epsilon / scores.shape[1]
    return -(q * p.log()).sum(1).mean()


@wrong(ch10.smoothed_loss, "small number added")
def clamped(scores, y, epsilon):
    log_p = F.softmax(scores, dim=1).clamp(min=1e-12).log()
    q = F.one_hot(y, scores.shape[1]) * (1 - epsilon) + epsilon / scores.shape[1]
    return -(q * log_p).sum(1).mean()


@wrong(ch10.fused, "no bias")
def as_much_bias_as_before(convolution, norm):
    layer = built_anew(convolution, norm)
    if convolution.bias is None:
        layer.bias = None
    return layer


# --- mistakes of readers who had only the questions ---


@wrong(ch10.updates, "one batch for nothing")
def updates_always_one_more(pictures, batch_size, epochs):
    return (pictures // batch_size + 1) * epochs


@wrong(ch10.recall_and_precision, "transposed")
def recall_and_precision_pairs_as_rows(matrix):
    hits = matrix.diag()
    return torch.stack([hits / matrix.sum(dim=1), hits / matrix.sum(dim=0)], dim=1)


@wrong(ch10.standard_error, "divided by n in the deviation")
def standard_error_numpy_std(accuracies):
    values = accuracies.numpy()
    return float(np.std(values) / np.sqrt(len(values)))


@wrong(ch10.smoothed_loss, "own share forgotten")
def smoothed_loss_right_class_without_its_share(scores, y, epsilon):
    classes = scores.shape[1]
    q = torch.full_like(scores, epsilon / classes)
    q[torch.arange(len(y)), y] = 1 - epsilon
    return -(q * F.log_softmax(scores, dim=1)).sum(dim=1).mean()


@wrong(ch10.fused, "bias thrown away")
def fused_old_bias_lost(convolution, norm):
    c = convolution
    new = nn.Conv2d(
        c.in_channels,
        c.out_channels,
        c.kernel_size,
        stride=c.stride,
        padding=c.padding,
        dilation=c.dilation,
        groups=c.groups,
        bias=True,
    )
    scale = norm.weight / torch.sqrt(norm.running_var + norm.eps)
    with torch.no_grad():
        new.weight.copy_(c.weight * scale[:, None, None, None])
        new.bias.copy_(norm.bias - norm.running_mean * scale)
    return new


wrong(ch10.digits_clothes_letters, "new biases forgotten", [61706, 61706, 63050])
