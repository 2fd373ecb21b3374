"""Answers to the exercises of chapter 11."""

import heapq
import math

import torch
import torch.nn.functional as F
from torch import nn

import d2lutil as d2l
from catalogue import right, wrong
from d2lutil.exercises import ch11


@right(ch11.last_batch)
def with_if(pictures, batch_size):
    rest = pictures % batch_size
    if rest == 0:
        return batch_size
    return rest


@right(ch11.last_batch)
def taken_away(pictures, batch_size):
    while pictures > batch_size:
        pictures -= batch_size
    return pictures


@right(ch11.last_batch)
def by_whole_batches(pictures, batch_size):
    batches = math.ceil(pictures / batch_size)
    return pictures - (batches - 1) * batch_size


@right(ch11.last_batch)
def by_batches(pictures, batch_size):
    data = d2l.Batches(torch.zeros(pictures, 1, 1, 1, dtype=torch.uint8), torch.zeros(pictures).long(), batch_size)
    return [len(X) for X, y in data][-1]


@wrong(ch11.last_batch, "empty last batch")
def remainder(pictures, batch_size):
    return pictures - pictures // batch_size * batch_size


@wrong(ch11.last_batch, "batches counted")
def how_many_batches(pictures, batch_size):
    return math.ceil(pictures / batch_size)


@wrong(ch11.last_batch, "always full")
def the_batch_size(pictures, batch_size):
    return min(batch_size, 10_000)


@wrong(ch11.last_batch, "one too few")
def one_off(pictures, batch_size):
    return (pictures - 1) % batch_size


@wrong(ch11.last_batch, "nothing returned")
def printed(pictures, batch_size):
    print(pictures % batch_size or batch_size)


@wrong(ch11.last_batch, "endless loop")
def never_ends(pictures, batch_size):
    left = pictures
    while left > batch_size:
        pictures -= batch_size
    return left


wrong(ch11.two_shapes, "ceil mode ignored", [(64, 6, 30, 30), (64, 3, 10, 10)])
wrong(ch11.two_shapes, "one after the other", [torch.Size([64, 6, 30, 30]), torch.Size([64, 6, 10, 10])])
wrong(ch11.two_shapes, "padding imagined", [[64, 6, 32, 32], [64, 3, 11, 11]])
wrong(ch11.two_shapes, "stride one", [[64, 6, 30, 30], [64, 3, 30, 30]])
wrong(ch11.what_the_trick_does, "chose a", "a")
wrong(ch11.what_the_trick_does, "chose d", " D")
wrong(ch11.why_black, "chose a", "a")
wrong(ch11.why_black, "chose d", "d")
wrong(ch11.rows_left, "always one more", [(11, 10), (11, 10), (11, 10)])
wrong(ch11.rows_left, "rounded", torch.tensor([[11, 10], [10, 10], [10, 10]]))


@right(ch11.owner)
def by_counting(picture, channels):
    sample, first = 0, 0
    for _ in range(picture):
        first += 3
        if first == channels:
            sample, first = sample + 1, 0
    return sample, first


@right(ch11.owner)
def two_steps(picture, channels):
    pictures = channels // 3
    return picture // pictures, picture % pictures * 3


@right(ch11.owner)
def found_by_reshape(picture, channels):
    number = torch.arange(3 * (picture + 1) * channels).reshape(-1, 3)[picture, 0]
    return [int(number // channels), int(number % channels)]


@wrong(ch11.owner, "always two pictures")
def for_six_channels(picture, channels):
    sample, half = divmod(picture, 2)
    return sample, [0, 3][half]


@wrong(ch11.owner, "picture within the sample")
def not_times_three(picture, channels):
    sample = 3 * picture // channels
    return sample, picture - sample * (channels // 3)


@wrong(ch11.owner, "maps counted as pictures")
def by_channels(picture, channels):
    return picture // channels, picture % channels


@wrong(ch11.owner, "other arguments")
def owner_in_a_batch(picture, channels, batch):
    return divmod(3 * picture, channels)


@right(ch11.side_by_side)
def joined(maps):
    return torch.cat(tuple(maps), -1)


@right(ch11.side_by_side)
def permuted(maps):
    m, h, w = maps.shape
    return maps.permute(1, 0, 2).reshape(h, m * w)


@right(ch11.side_by_side)
def by_index(maps):
    m, h, w = maps.shape
    column = torch.arange(m * w, device=maps.device)
    return maps[column // w, :, column % w].T


@right(ch11.side_by_side)
def stack_of_rows(maps):
    return torch.hstack(maps.unbind())


@wrong(ch11.side_by_side, "Python loop")
def with_a_loop(maps):
    sheet = maps[0]
    for one in maps[1:]:
        sheet = torch.cat([sheet, one], dim=1)
    return sheet


@wrong(ch11.side_by_side, "reshaped too early")
def view_only(maps):
    m, h, w = maps.shape
    return maps.contiguous().view(h, m * w)


@wrong(ch11.side_by_side, "one below the other")
def on_top(maps):
    return torch.vstack(tuple(maps))


@wrong(ch11.side_by_side, "columns mixed")
def stacked_last(maps):
    m, h, w = maps.shape
    return torch.stack(tuple(maps), dim=-1).reshape(h, w * m)


@wrong(ch11.side_by_side, "transposed")
def standing(maps):
    return torch.cat(tuple(maps), dim=1).T


@wrong(ch11.side_by_side, "axes of size one")
def as_a_picture(maps):
    return torch.cat(tuple(maps), dim=1)[None]


@right(ch11.side_by_side, "only float32")
def into_an_empty_sheet(maps):
    m, h, w = maps.shape
    sheet = torch.zeros(h, m, w, device=maps.device)
    sheet[:] = maps.transpose(0, 1)
    return sheet.reshape(h, m * w)


@right(ch11.side_by_side, "only CPU")
def through_numpy(maps):
    return torch.from_numpy(maps.numpy().swapaxes(0, 1).reshape(maps.shape[1], -1).copy())


@right(ch11.favourite)
def by_loops(weight):
    patch = torch.zeros_like(weight)
    for place in weight.nonzero().tolist():
        if weight[tuple(place)] > 0:
            patch[tuple(place)] = 1
    return patch


@right(ch11.favourite)
def by_where(weight):
    return torch.where(weight >= 0, 1.0, 0.0)


@right(ch11.favourite)
def by_sign(weight):
    return (weight.sign() + 1) / 2


@right(ch11.favourite)
def uphill(weight):
    patch = torch.full_like(weight, 0.5, requires_grad=True)
    (patch * weight).sum().backward()
    return (patch.detach() + 1000 * patch.grad).clamp(0, 1)


@right(ch11.favourite)
def true_or_false(weight):
    return weight > 0


@wrong(ch11.favourite, "the kernel itself")
def as_colours(weight):
    strongest = weight.abs().flatten(1).max(1).values[:, None, None, None]
    return (weight / strongest + 1) / 2


@wrong(ch11.favourite, "weights for light")
def relu_of_it(weight):
    return F.relu(weight)


@wrong(ch11.favourite, "least liked")
def the_other_sign(weight):
    return torch.where(weight < 0, 1.0, 0.0)


@wrong(ch11.favourite, "all bright")
def light_everywhere(weight):
    return weight * 0 + 1


@right(ch11.favourite, "input changed")
def in_place(weight):
    weight[weight > 0] = 1
    weight[weight < 0] = 0
    return weight


@right(ch11.favourite, "only CPU")
def fixed_place(weight):
    return torch.where(weight > 0, torch.ones(weight.shape), torch.zeros(weight.shape))


@right(ch11.statistics)
def twice_through(batches):
    cells = sum(X.shape[0] * X.shape[2] * X.shape[3] for X, y in batches)
    mean = sum(X.sum(dim=(0, 2, 3)) for X, y in batches) / cells
    variance = sum(((X - mean[:, None, None]) ** 2).sum(dim=(0, 2, 3)) for X, y in batches) / cells
    return mean, variance.sqrt()


@right(ch11.statistics)
def weighted_parts(batches):
    count, mean, variance = 0, 0.0, 0.0
    for X, y in batches:
        new = X.transpose(0, 1).flatten(1)
        n, m, v = len(y), new.mean(1), new.var(1, correction=0)
        shift = m - mean
        share = n / (count + n)
        variance = (1 - share) * variance + share * v + share * (1 - share) * shift**2
        mean = mean + share * shift
        count += n
    return [mean, variance**0.5]


@right(ch11.statistics)
def channel_by_channel(batches):
    channels = next(iter(batches))[0].shape[1]
    means, deviations = [], []
    for channel in range(channels):
        n, total, squares = 0, 0.0, 0.0
        for X, _ in batches:
            for picture in X:
                n += picture[channel].numel()
                total += picture[channel].sum()
                squares += (picture[channel] ** 2).sum()
        means.append(total / n)
        deviations.append(((squares / n - (total / n) ** 2).clamp(min=0)) ** 0.5)
    return torch.stack([torch.stack(means), torch.stack(deviations)])


@wrong(ch11.statistics, "batches count alike")
def means_of_means(batches):
    n, mean, square = 0, 0, 0
    for X, _ in batches:
        n += 1
        mean = mean + X.mean(dim=(0, 2, 3))
        square = square + (X * X).mean(dim=(0, 2, 3))
    mean, square = mean / n, square / n
    return mean, torch.sqrt(torch.relu(square - mean * mean))


@wrong(ch11.statistics, "deviations averaged")
def means_of_deviations(batches):
    means, deviations = [], []
    for X, _ in batches:
        flat = X.transpose(0, 1).flatten(1)
        means.append(flat.mean(1))
        deviations.append(flat.std(1, unbiased=False))
    return sum(means) / len(means), sum(deviations) / len(deviations)


@wrong(ch11.statistics, "variance")
def no_root(batches):
    mean, deviation = twice_through(batches)
    return mean, deviation**2


@wrong(ch11.statistics, "divided by n - 1")
def torch_default(batches):
    n = sum(X[:, 0].numel() for X, _ in batches)
    mean, deviation = twice_through(batches)
    return mean, deviation * math.sqrt(n / (n - 1))


@wrong(ch11.statistics, "one number for all channels")
def over_everything(batches):
    n = sum(X.numel() for X, _ in batches)
    mean = sum(X.sum() for X, _ in batches) / n
    return mean, (sum((X - mean).square().sum() for X, _ in batches) / n).sqrt()


@wrong(ch11.statistics, "kept everything")
def one_long_list(batches):
    pictures = []
    for X, _ in batches:
        pictures.extend(X)
    data = torch.stack(pictures, dim=1).flatten(1)
    return data.mean(1), data.std(1, unbiased=False)


@right(ch11.statistics, "only CPU")
def sums_on_the_cpu(batches):
    n, total, squares = 0, torch.zeros(1), torch.zeros(1)
    for X, _ in batches:
        n += X[:, 0].numel()
        total = total + X.sum((0, 2, 3))
        squares = squares + (X**2).sum((0, 2, 3))
    return total / n, (squares / n - (total / n) ** 2).clamp(min=0).sqrt()


@wrong(ch11.statistics, "an error")
def grows_in_place(batches):
    total = torch.zeros(3)
    for X, _ in batches:
        total += X
    return total.mean(0), total.std(0)


@right(ch11.all_outputs)
def with_apply(net, X):
    seen, handles = [], []

    def note(layer, inputs, output):
        seen.append(output.clone())

    def hang(layer):
        if len(list(layer.children())) == 0 and not layer._forward_hooks:
            handles.append(layer.register_forward_hook(note))

    net.apply(hang)
    with torch.no_grad():
        net(X)
    for handle in handles:
        handle.remove()
    return seen


@right(ch11.all_outputs)
def global_hook(net, X):
    seen = []

    def note(layer, inputs, output):
        if next(layer.children(), None) is None:
            seen.append(output.detach().clone())

    handle = nn.modules.module.register_module_forward_hook(note)
    net(X)
    handle.remove()
    return seen


@right(ch11.all_outputs)
def other_forward(net, X):
    """Puts another `forward` on each layer, and the old one back."""
    seen, layers = [], [layer for layer in net.modules() if not layer._modules]

    def watched(forward):
        def call(X):
            output = forward(X)
            seen.append(output.detach() + 0)
            return output

        return call

    for layer in layers:
        layer.forward = watched(layer.forward)
    net(X)
    for layer in layers:
        del layer.forward
    return tuple(seen)


@right(ch11.all_outputs)
def by_recursion(net, X):
    seen, handles = [], {}

    def hang(layer):
        for child in layer.children():
            hang(child)
        if not list(layer.children()) and layer not in handles:
            handles[layer] = layer.register_forward_hook(lambda *given: seen.append(given[-1].detach().clone()))

    hang(net)
    net(X)
    for handle in handles.values():
        handle.remove()
    return seen


@wrong(ch11.all_outputs, "written over")
def not_copied(net, X):
    seen, handles = [], []
    for layer in net.modules():
        if not list(layer.children()):
            handles.append(layer.register_forward_hook(lambda m, i, o: seen.append(o)))
    net(X)
    for handle in handles:
        handle.remove()
    return seen


@wrong(ch11.all_outputs, "outermost layers")
def as_in_section_6(net, X):
    seen = []
    handles = []
    for layer in dict.fromkeys(net.children()):
        handles.append(layer.register_forward_hook(lambda m, i, o: seen.append(o.detach().clone())))
    net(X)
    for handle in handles:
        handle.remove()
    return seen


@wrong(ch11.all_outputs, "containers too")
def every_module(net, X):
    seen = []
    handles = [m.register_forward_hook(lambda m, i, o: seen.append(o.clone())) for _, m in net.named_modules()]
    net(X)
    for handle in handles:
        handle.remove()
    return seen


@wrong(ch11.all_outputs, "each layer once")
def by_name(net, X):
    seen, handles = {}, []
    for name, layer in net.named_modules():
        if not list(layer.children()):
            handles.append(layer.register_forward_hook(lambda m, i, o, n=name: seen.__setitem__(n, o.detach().clone())))
    net(X)
    for handle in handles:
        handle.remove()
    return list(seen.values())


@wrong(ch11.all_outputs, "hooked twice")
def applied(net, X):
    seen, handles = [], []

    def hang(layer):
        if not list(layer.children()):
            handles.append(layer.register_forward_hook(lambda m, i, o: seen.append(o.detach().clone())))

    net.apply(hang)
    net(X)
    for handle in handles:
        handle.remove()
    return seen


@wrong(ch11.all_outputs, "network changed")
def forgotten(net, X):
    seen = []
    for layer in net.modules():
        if not list(layer.children()):
            layer.register_forward_hook(lambda m, i, o: seen.append(o.detach().clone()))
    net(X)
    return seen


@wrong(ch11.all_outputs, "input changed")
def left_in_eval_mode(net, X):
    net.eval()
    return by_recursion(net, X)


@right(ch11.best_windows)
def map_by_map(batches, conv, k):
    """A heap of k windows for each map."""
    heaps, count = [[] for _ in range(conv.out_channels)], 0
    k_h, k_w = conv.kernel_size
    for X, _ in batches:
        Y = conv(X).detach()
        for n in range(Y.shape[0]):
            for m in range(Y.shape[1]):
                for i in range(Y.shape[2]):
                    for j in range(Y.shape[3]):
                        count += 1
                        entry = (Y[n, m, i, j].item(), -count, X[n, :, i : i + k_h, j : j + k_w])
                        heapq.heappush(heaps[m], entry)
                        if len(heaps[m]) > k:
                            heapq.heappop(heaps[m])
    return torch.stack([torch.stack([entry[2] for entry in sorted(heap, reverse=True)]) for heap in heaps])


@right(ch11.best_windows)
def by_torch_unfold(batches, conv, k):
    found = torch.zeros(conv.out_channels, 0, conv.weight[0].numel())
    bias = 0 if conv.bias is None else conv.bias[:, None]
    for X, _ in batches:
        here = F.unfold(X, conv.kernel_size).transpose(1, 2).flatten(0, 1)
        found = torch.cat([found, here.expand(conv.out_channels, -1, -1)], dim=1)
        answers = (found * conv.weight.flatten(1)[:, None]).sum(2) + bias
        order = answers.sort(dim=1, descending=True).indices[:, :k]
        found = found.gather(1, order[:, :, None].expand(-1, -1, found.shape[2]))
    return found.reshape(conv.out_channels, -1, *conv.weight.shape[1:])


@right(ch11.best_windows)
def places_first(batches, conv, k):
    """Find the places in a first pass, cut the windows out in a second one."""
    entries = [[] for _ in range(conv.out_channels)]
    for b, (X, _) in enumerate(batches):
        Y = conv(X).detach()
        for m, best in enumerate(entries):
            values, places = Y[:, m].flatten().sort(descending=True)
            best += [(v, b, p, *Y.shape[2:]) for v, p in zip(values[:k].tolist(), places[:k].tolist(), strict=True)]
            best.sort(key=lambda entry: -entry[0])
            del best[k:]
    windows = [[None] * k for _ in entries]
    k_h, k_w = conv.kernel_size
    for b, (X, _) in enumerate(batches):
        for m, best in enumerate(entries):
            for rank, (_, batch, place, h, w) in enumerate(best):
                if batch == b:
                    n, i, j = place // (h * w), place // w % h, place % w
                    windows[m][rank] = X[n, :, i : i + k_h, j : j + k_w].clone()
    return torch.stack([torch.stack(row) for row in windows])


@wrong(ch11.best_windows, "weakest first")
def ascending(batches, conv, k):
    negative = nn.Conv2d(conv.in_channels, conv.out_channels, conv.kernel_size)
    negative.weight.data = -conv.weight.data
    negative.bias.data = torch.zeros(conv.out_channels) if conv.bias is None else -conv.bias.data
    return ch11.best_windows.answer(batches, negative, k)


@wrong(ch11.best_windows, "last batch only")
def forgets(batches, conv, k):
    for X, _ in batches:
        windows = ch11.windows_in_order(X, conv)
        places = conv(X).transpose(0, 1).flatten(1).argsort(dim=1, descending=True)[:, :k]
        found = windows[places]
    return found


@wrong(ch11.best_windows, "kept everything")
def all_in_a_list(batches, conv, k):
    pictures = [X for X, _ in batches]
    return by_torch_unfold([(torch.cat(pictures), None)], conv, k)


@wrong(ch11.best_windows, "same windows for all maps")
def by_the_sum(batches, conv, k):
    one = nn.Conv2d(conv.in_channels, 1, conv.kernel_size)
    one.weight.data = conv.weight.data.sum(0, keepdim=True)
    one.bias.data = torch.zeros(1) if conv.bias is None else conv.bias.data.sum(0, keepdim=True)
    return by_torch_unfold(batches, one, k).expand(conv.out_channels, -1, -1, -1, -1)


@wrong(ch11.best_windows, "an error")
def first_batch_has_enough(batches, conv, k):
    scores, best = torch.zeros(conv.out_channels, 0), None
    for X, _ in batches:
        windows = ch11.windows_in_order(X, conv)
        values, places = conv(X).transpose(0, 1).flatten(1).topk(k)
        found = windows[places] if best is None else torch.cat([best, windows[places]], 1)
        scores, order = torch.cat([scores, values], 1).topk(k)
        best = torch.stack([part[rows] for part, rows in zip(found, order, strict=True)])
    return best


wrong(ch11.two_shapes, "batch left out", [(6, 30, 30), (3, 11, 11)])
wrong(ch11.two_shapes, "exchanged", [[64, 3, 11, 11], [64, 6, 30, 30]])
wrong(ch11.rows_left, "not in pairs", torch.tensor([[11, 11, 10], [10, 10, 10]]))
wrong(ch11.rows_left, "not in pairs", (11, 10, 11, 10, 10, 10))


@right(ch11.side_by_side)
def by_einsum(maps):
    return torch.einsum("mhw->hmw", maps).reshape(maps.shape[1], -1)


@right(ch11.favourite)
def by_heaviside(weight):
    return torch.heaviside(weight, torch.ones_like(weight))


@right(ch11.favourite)
def nested_lists(weight):
    cells = [[[[float(w > 0) for w in row] for row in part] for part in kernel] for kernel in weight.tolist()]
    return torch.tensor(cells, device=weight.device)


@wrong(ch11.favourite, "darker than black")
def only_the_sign(weight):
    return torch.sign(weight)


@wrong(ch11.favourite, "above the mean")
def compared_with_the_mean(weight):
    return torch.where(weight > weight.mean(), 1.0, 0.0)


@right(ch11.statistics)
def cell_by_cell(batches):
    """Welford's way."""
    n = mean = squares = 0
    for X, _ in batches:
        for cell in X.movedim(1, 3).flatten(0, 2):
            n += 1
            shift = cell - mean
            mean = mean + shift / n
            squares = squares + shift * (cell - mean)
    return mean, (squares / n).sqrt()


@right(ch11.statistics)
def a_few_numbers_of_each_batch(batches):
    parts = [(X[:, 0].numel(), X.sum((0, 2, 3)), X.pow(2).sum((0, 2, 3))) for X, _ in batches]
    n = sum(part[0] for part in parts)
    mean = sum(part[1] for part in parts) / n
    return mean, (sum(part[2] for part in parts) / n - mean**2).relu().sqrt()


@wrong(ch11.statistics, "kept everything")
def copies_kept(batches):
    cells = torch.cat([X.transpose(0, 1).flatten(1).clone() for X, _ in batches], dim=1)
    return cells.mean(1), cells.std(1, unbiased=False)


@wrong(ch11.statistics, "pictures counted")
def by_the_number_of_pictures(batches):
    n = total = squares = 0
    for X, _ in batches:
        n += len(X)
        total = total + X.sum((0, 2, 3))
        squares = squares + (X**2).sum((0, 2, 3))
    return total / n, (squares / n - (total / n) ** 2).clamp(min=0).sqrt()


@wrong(ch11.statistics, "sum squared")
def square_of_the_sum(batches):
    n = total = squares = 0
    for X, _ in batches:
        n += X[:, 0].numel()
        total = total + X.sum((0, 2, 3))
        squares = squares + X.sum((0, 2, 3)) ** 2
    return total / n, (squares / n - (total / n) ** 2).clamp(min=0).sqrt()


@wrong(ch11.statistics, "last batch only")
def the_last_one(batches):
    for X, _ in batches:
        mean, deviation = X.mean((0, 2, 3)), X.std((0, 2, 3), correction=0)
    return mean, deviation


@wrong(ch11.statistics, "exchanged")
def deviation_first(batches):
    mean, deviation = twice_through(batches)
    return deviation, mean


@wrong(ch11.all_outputs, "outermost layers")
def section_6_to_the_letter(net, X):
    seen = []
    handles = [layer.register_forward_hook(lambda m, i, output: seen.append(output.detach())) for layer in net]
    net(X)
    for handle in handles:
        handle.remove()
    return seen


@wrong(ch11.all_outputs, "outermost layers")
def called_one_by_one(net, X):
    seen = []
    for layer in net:
        X = layer(X)
        seen.append(X.detach().clone())
    return seen


@wrong(ch11.all_outputs, "containers too")
def all_but_sequences(net, X):
    seen, handles = [], []
    for layer in net.modules():
        if not isinstance(layer, nn.Sequential):
            handles.append(layer.register_forward_hook(lambda m, i, output: seen.append(output.detach().clone())))
    net(X)
    for handle in handles:
        handle.remove()
    return seen


@wrong(ch11.all_outputs, "network changed")
def inplace_switched_off(net, X):
    for layer in net.modules():
        if isinstance(layer, nn.ReLU):
            layer.inplace = False
    return by_recursion(net, X)


@right(ch11.best_windows)
def by_einsum_again(batches, conv, k):
    """The weights answer all candidates anew."""
    best = torch.zeros(conv.out_channels, 0, *conv.weight.shape[1:])
    for X, _ in batches:
        here = ch11.windows_in_order(X, conv)
        candidates = torch.cat([best, here.expand(len(best), *here.shape)], dim=1)
        order = torch.einsum("mkcij,mcij->mk", candidates, conv.weight).argsort(1, descending=True)[:, :k]
        best = torch.stack([candidates[m, order[m]] for m in range(len(best))])
    return best.detach()


@wrong(ch11.best_windows, "smallest first")
def as_a_heap_gives_them(batches, conv, k):
    return map_by_map(batches, conv, k).flip(1)


@wrong(ch11.best_windows, "kept everything")
@torch.no_grad()
def chosen_at_the_end(batches, conv, k):
    windows = torch.cat([ch11.windows_in_order(X, conv) for X, _ in batches])
    answers = torch.cat([conv(X).transpose(0, 1).flatten(1) for X, _ in batches], dim=1)
    return windows[answers.topk(k).indices]


@wrong(ch11.best_windows, "kept everything")
def graphs_kept(batches, conv, k):
    scores, best = torch.zeros(conv.out_channels, 0), None
    for X, _ in batches:
        windows = ch11.windows_in_order(X, conv)
        answers = conv(X).transpose(0, 1).flatten(1)
        here = windows[answers.topk(min(k, len(windows))).indices]
        best = here if best is None else torch.cat([best, here], 1)
        scores = torch.cat([scores, answers.topk(min(k, len(windows))).values], 1)
        scores, order = scores.topk(min(k, scores.shape[1]))
        best = torch.stack([part[rows] for part, rows in zip(best, order, strict=True)])
    return best


# --- mistakes of readers who had only the questions ---


@wrong(ch11.last_batch, "empty last batch")
def last_batch_remainder(pictures, batch_size):
    return pictures % batch_size


@wrong(ch11.side_by_side, "columns mixed")
def side_by_side_columns_interleaved(maps):
    count, height, width = maps.shape
    return maps.permute(1, 2, 0).reshape(height, count * width)


@wrong(ch11.favourite, "the kernel itself")
def favourite_kernel_rescaled(weight):
    low = weight.amin(dim=(1, 2, 3), keepdim=True)
    high = weight.amax(dim=(1, 2, 3), keepdim=True)
    return (weight - low) / (high - low)


@wrong(ch11.statistics, "spread within batches")
def statistics_mean_of_batch_variances(batches):
    total = squares = 0
    cells = 0
    for X, _ in batches:
        n = X.numel() // X.shape[1]
        total = total + n * X.mean(dim=(0, 2, 3))
        squares = squares + n * X.var(dim=(0, 2, 3), unbiased=False)
        cells += n
    return total / cells, (squares / cells).sqrt()


@wrong(ch11.all_outputs, "input changed")
def all_outputs_leaves_eval_mode(net, X):
    net.eval()
    outputs, handles = [], []
    for layer in net.modules():
        if not list(layer.children()):
            handles.append(layer.register_forward_hook(lambda m, i, o: outputs.append(o.detach().clone())))
    with torch.no_grad():
        net(X)
    for handle in handles:
        handle.remove()
    return outputs


wrong(ch11.rows_left, "rounded", [[11, 10], [10, 10], [10, 10]])
