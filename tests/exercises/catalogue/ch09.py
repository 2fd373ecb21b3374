"""Answers to the exercises of chapter 09."""

import copy

import torch
import torch.nn.functional as F
from torch import nn

import d2lutil as d2l
from catalogue import right, wrong
from d2lutil.exercises import ch09


class Functional(nn.Module):
    """LeNet with a forward of its own; the linear layers come first, to see that the order does not matter."""

    def __init__(self, act=F.relu, pool=F.max_pool2d, last=lambda scores: scores):
        super().__init__()
        self.act, self.pool, self.last = act, pool, last
        self.a, self.b, self.c = nn.Linear(400, 120), nn.Linear(120, 84), nn.Linear(84, 10)
        self.conv1, self.conv2 = nn.Conv2d(1, 6, 5, padding=2), nn.Conv2d(6, 16, 5)

    def forward(self, X):
        X = self.pool(self.act(self.conv1(X)), 2)
        X = self.pool(self.act(self.conv2(X)), 2).flatten(1)
        return self.last(self.c(self.act(self.b(self.act(self.a(X))))))


@right(ch09.relu_lenet)
def as_a_class():
    return Functional()


@wrong(ch09.relu_lenet, "not allowed")
def layers_exchanged():
    net = d2l.lenet()
    for k, layer in enumerate(net):
        if isinstance(layer, nn.Sigmoid):
            net[k] = nn.ReLU()
        if isinstance(layer, nn.AvgPool2d):
            net[k] = nn.MaxPool2d(2)
    return net


@right(ch09.relu_lenet)
def lazily():
    convs, c_in = [], 1
    for c_out, padding in ((6, 2), (16, 0)):  # pooling first gives the same: ReLU keeps the order
        convs += [nn.Conv2d(c_in, c_out, 5, 1, padding), nn.MaxPool2d(2, 2), nn.ReLU(inplace=True)]
        c_in = c_out
    head = [nn.LazyLinear(120), nn.ReLU(), nn.LazyLinear(84), nn.ReLU(), nn.LazyLinear(10)]
    return nn.Sequential(nn.Sequential(*convs), nn.Flatten(), nn.Sequential(*head))


@wrong(ch09.relu_lenet, "not allowed")
def ready_made():
    return d2l.lenet(nn.ReLU, nn.MaxPool2d)


@wrong(ch09.relu_lenet, None)
def with_another_norm():
    net = layers_exchanged()
    net[1] = nn.Sequential(nn.GroupNorm(2, 6), nn.ReLU())
    return net


@wrong(ch09.relu_lenet, "sigmoid kept")
def pooling_only():
    return Functional(act=torch.sigmoid)


@wrong(ch09.relu_lenet, "mean kept")
def activation_only():
    return Functional(pool=F.avg_pool2d)


@wrong(ch09.relu_lenet, "activation on the scores")
def relu_everywhere():
    return Functional(last=torch.relu)


@wrong(ch09.relu_lenet, "softmax inside")
def with_softmax():
    return Functional(last=lambda scores: F.softmax(scores, dim=-1))


@wrong(ch09.relu_lenet, "other scores")
def no_activation_in_the_head():
    convs = nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2)
    )
    return nn.Sequential(convs, nn.Flatten(), nn.Linear(400, 120), nn.Linear(120, 84), nn.Linear(84, 10))


@wrong(ch09.relu_lenet, "batch norm")
def as_in_section_5():
    convs = [nn.Conv2d(1, 6, 5, padding=2), nn.BatchNorm2d(6), nn.ReLU(), nn.MaxPool2d(2)]
    convs += [nn.Conv2d(6, 16, 5), nn.BatchNorm2d(16), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten()]
    return nn.Sequential(*convs, nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10))


@wrong(ch09.relu_lenet, "padding forgotten")
def fitted_to_the_error():
    convs = [nn.Conv2d(1, 6, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2)]
    head = [nn.Linear(256, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10)]
    return nn.Sequential(*convs, nn.Flatten(), *head)


@wrong(ch09.relu_lenet, None)
def does_not_fit():
    net = layers_exchanged()
    net[0] = nn.Conv2d(1, 6, 5)
    return net


@wrong(ch09.relu_lenet, "nothing returned")
def kept_for_itself():
    net = layers_exchanged()
    print(net)


wrong(ch09.heaviest_layers, "chose a", "a")
wrong(ch09.heaviest_layers, "chose d", " D ")


@right(ch09.field_of_last_map)
def from_the_top():
    size = 1
    for window, stride in [(2, 2), (5, 1), (2, 2), (5, 1)]:
        size = (size - 1) * stride + window
    return size


@right(ch09.field_of_last_map)
def asked():
    return d2l.receptive_field(d2l.lenet()[:6]).size[1]


@right(ch09.field_of_last_map)
def by_cells():
    cells = {2}
    for window, stride in [(2, 2), (5, 1), (2, 2), (5, 1)]:
        cells = {cell * stride + k for cell in cells for k in range(window)}
    return len(cells)


@wrong(ch09.field_of_last_map, "stride ignored")
def all_strides_one():
    return sum([5, 2, 5, 2]) - 4 + 1


@wrong(ch09.field_of_last_map, "second pooling forgotten")
def windows_added():
    return 5 + 2 + 5 + 2


@wrong(ch09.field_of_last_map, "stride too early")
def own_stride():
    size, step = 1, 1
    for window, stride in [(5, 1), (2, 2), (5, 1), (2, 2)]:
        step *= stride
        size += (window - 1) * step
    return size


@wrong(ch09.field_of_last_map, "one too few")
def began_with_nothing():
    return 4 + 1 + 4 * 2 + 1 * 2


@right(ch09.wakes_up)
def by_next(test_accuracies):
    return next((epoch for epoch, accuracy in enumerate(test_accuracies, 1) if accuracy > 0.5), None)


@right(ch09.wakes_up)
def by_while(test_accuracies):
    epoch = 0
    while epoch < len(test_accuracies):
        epoch += 1
        if test_accuracies[epoch - 1] > 0.5:
            return epoch


@right(ch09.wakes_up)
def all_then_least(test_accuracies):
    awake = [k + 1 for k in range(len(test_accuracies)) if test_accuracies[k] > 0.5]
    return min(awake) if awake else None


@wrong(ch09.wakes_up, "counted from 0")
def by_index(test_accuracies):
    for epoch in range(len(test_accuracies)):
        if test_accuracies[epoch] > 0.5:
            return epoch
    return None


@wrong(ch09.wakes_up, "half is enough")
def at_least_half(test_accuracies):
    epoch = 1
    for accuracy in test_accuracies:
        if not accuracy < 0.5:
            return epoch
        epoch += 1


@wrong(ch09.wakes_up, "last time")
def never_stops(test_accuracies):
    answer = None
    for epoch, accuracy in enumerate(test_accuracies):
        if accuracy > 0.5:
            answer = epoch + 1
    return answer


@wrong(ch09.wakes_up, "a number for never")
def beyond_the_end(test_accuracies):
    epoch = 1
    for accuracy in test_accuracies:
        if accuracy > 0.5:
            break
        epoch += 1
    return epoch


@wrong(ch09.wakes_up, "a number for never")
def minus_one(test_accuracies):
    awake = [epoch for epoch, accuracy in enumerate(test_accuracies, 1) if accuracy > 0.5]
    return awake[0] if awake else -1


@right(ch09.wakes_up, "input changed")
def eats_its_input(test_accuracies):
    epoch = 1
    while test_accuracies:
        if test_accuracies.pop(0) > 0.5:
            return epoch
        epoch += 1
    return None


@wrong(ch09.wakes_up, "nothing returned")
def only_printed(test_accuracies):
    for epoch, accuracy in enumerate(test_accuracies, 1):
        if accuracy > 0.5:
            print(epoch)
            break


@wrong(ch09.wakes_up, "an error")
def finds_none(test_accuracies):
    return [accuracy > 0.5 for accuracy in test_accuracies].index(True) + 1


wrong(ch09.one_part_in, "sixteen", 16)
wrong(ch09.one_part_in, "one sigmoid too many", 4**5)
wrong(ch09.one_part_in, "one sigmoid only", 4)
wrong(ch09.one_part_in, "the part itself", 0.25**4)


@right(ch09.confusion)
def class_by_class(truth, answers, classes):
    rows = [[((truth == i) & (answers == j)).sum() for j in range(classes)] for i in range(classes)]
    return torch.tensor(rows)


@right(ch09.confusion)
def put_and_added(truth, answers, classes):
    table = truth.new_zeros(classes, classes)
    return table.index_put_((truth, answers), torch.ones_like(truth), accumulate=True)


@right(ch09.confusion)
def by_comparing(truth, answers, classes):
    numbers = torch.arange(classes)
    return torch.einsum("ni,nj->ij", (truth[:, None] == numbers).int(), (answers[:, None] == numbers).int())


@right(ch09.confusion)
def with_lists(truth, answers, classes):
    table = [[0] * classes for _ in range(classes)]
    for i, j in zip(truth.tolist(), answers.tolist(), strict=True):
        table[i][j] += 1
    return torch.tensor(table)


@right(ch09.confusion)
def by_numbered_pairs(truth, answers, classes):
    return F.one_hot(truth * classes + answers, classes**2).sum(0).view(classes, classes)


@wrong(ch09.confusion, "not allowed")
def as_in_section_6(truth, answers, classes):
    return torch.bincount(truth * classes + answers, minlength=classes**2).reshape(classes, classes)


@wrong(ch09.confusion, "each pair once")
def set_to_one(truth, answers, classes):
    table = torch.zeros(classes, classes).long()
    for k in range(len(truth)):
        table[truth[k], answers[k]] = 1
    return table


@wrong(ch09.confusion, "answers in the rows")
def exchanged(truth, answers, classes):
    table = torch.zeros(classes, classes, dtype=torch.int)
    for k in range(len(truth)):
        table[answers[k], truth[k]] += 1
    return table


@wrong(ch09.confusion, "right answers only")
def only_hits(truth, answers, classes):
    return torch.diag(torch.stack([((truth == k) & (answers == k)).sum() for k in range(classes)]))


@wrong(ch09.confusion, "shares")
def normalised(truth, answers, classes):
    table = class_by_class(truth, answers, classes).float()
    return (table / table.sum(dim=1, keepdim=True)).nan_to_num()


@wrong(ch09.confusion, "an error")
def classes_from_the_data(truth, answers, classes):
    classes = max(truth.max(), answers.max()) + 1
    return class_by_class(truth, answers, classes)


@right(ch09.lenet_parameters)
def built_and_counted(c_in, size, kernel, maps):
    net = nn.Sequential()
    for k, c_out in enumerate(maps):
        net.append(nn.LazyConv2d(c_out, kernel, padding=kernel // 2 if k == 0 else 0)).append(nn.AvgPool2d(2))
    for layer in (nn.Flatten(), nn.LazyLinear(120), nn.LazyLinear(84), nn.LazyLinear(10)):
        net.append(layer)
    net(torch.zeros(1, c_in, *size))
    return sum(p.numel() for p in net.parameters())


@right(ch09.lenet_parameters)
def by_output_size(c_in, size, kernel, maps):
    for k in range(len(maps)):
        size = d2l.output_size(size, kernel, padding=0 if k else kernel // 2)
        size = d2l.output_size(size, 2, stride=2)
    convs = sum((a * kernel**2 + 1) * b for a, b in zip([c_in, *maps], maps, strict=False))
    return convs + 120 * (maps[-1] * size[0] * size[1] + 1) + 84 * 121 + 850


@right(ch09.lenet_parameters)
def by_recursion(c_in, size, kernel, maps, first=True):
    if not maps:
        return (c_in * size[0] * size[1] + 1) * 120 + 10164 + 850
    inner = size if first else (size[0] - kernel + 1, size[1] - kernel + 1)
    rest = by_recursion(maps[0], (inner[0] // 2, inner[1] // 2), kernel, maps[1:], False)
    return maps[0] * c_in * kernel * kernel + maps[0] + rest


@wrong(ch09.lenet_parameters, "bias forgotten")
def weights_only(c_in, size, kernel, maps):
    total = 0
    for k, c_out in enumerate(maps):
        total += c_in * c_out * kernel**2
        size = tuple((n - (kernel - 1) * (k > 0)) // 2 for n in size)
        c_in = c_out
    return total + c_in * size[0] * size[1] * 120 + 120 * 84 + 84 * 10


@wrong(ch09.lenet_parameters, "padding everywhere")
def halved_only(c_in, size, kernel, maps):
    rows, columns = (n // 2 ** len(maps) for n in size)
    convs = sum((a * kernel**2 + 1) * b for a, b in zip([c_in, *maps], maps, strict=False))
    return convs + 120 * (maps[-1] * rows * columns + 1) + 84 * 121 + 850


@wrong(ch09.lenet_parameters, "one cell for each map")
def no_flatten(c_in, size, kernel, maps):
    convs = sum((a * kernel**2 + 1) * b for a, b in zip([c_in, *maps], maps, strict=False))
    return convs + 120 * (maps[-1] + 1) + 84 * 121 + 850


@wrong(ch09.lenet_parameters, "one channel only")
def always_grey(c_in, size, kernel, maps):
    return by_output_size(1, size, kernel, maps)


@wrong(ch09.lenet_parameters, "only square")
def rows_twice(c_in, size, kernel, maps):
    return by_recursion(c_in, (size[0], size[0]), kernel, maps)


@right(ch09.lenet_parameters, "input changed")
def list_extended(c_in, size, kernel, maps):
    answer = by_output_size(c_in, size, kernel, maps)
    maps.insert(0, c_in)
    return answer


wrong(ch09.no_digit, "chose a", "a")
wrong(ch09.no_digit, "chose b", "b")


def flat(net):
    return [leaf for layer in net for leaf in flat(layer)] if isinstance(net, nn.Sequential) else [net]


@right(ch09.activations)
def one_after_the_other(net, X, kind):
    kept = []
    for layer in flat(net):
        X = layer(X)
        if type(layer).__name__ == kind:
            kept.append(X.clone())
    return kept


@right(ch09.activations)
def prefix_by_prefix(net, X, kind):
    layers = flat(net)
    with torch.no_grad():
        return [nn.Sequential(*layers[: k + 1])(X) for k in range(len(layers)) if layers[k].__class__.__name__ == kind]


@right(ch09.activations)
def with_a_dictionary(net, X, kind):
    kept, handles = {}, []
    for name, layer in net.named_modules():
        if type(layer).__name__ == kind:

            def save(layer, inputs, output, name=name):
                kept[name] = torch.clone(output)

            handles.append(layer.register_forward_hook(save))
    with torch.no_grad():
        net(X)
    for handle in handles:
        handle.remove()
    return list(kept.values())


@right(ch09.activations)
def on_a_copy(net, X, kind):
    kept, net = [], copy.deepcopy(net)
    for layer in net.modules():
        if type(layer).__name__ == kind:
            layer.register_forward_hook(lambda layer, inputs, output: kept.append(output.clone()))
    net(X)
    return tuple(kept)


@wrong(ch09.activations, "input changed")
def hooks_left_behind(net, X, kind):
    kept = []
    for layer in net.modules():
        if type(layer).__name__ == kind:
            layer.register_forward_hook(lambda layer, inputs, output: kept.append(output.detach().clone()))
    net(X)
    return kept


@wrong(ch09.activations, "overwritten")
def no_copy(net, X, kind):
    kept = []
    for layer in flat(net):
        X = layer(X).detach()
        if type(layer).__name__ == kind:
            kept.append(X)
    return kept


@wrong(ch09.activations, "top level only")
def children_only(net, X, kind):
    kept = []
    hooks = [
        layer.register_forward_hook(lambda layer, inputs, output: kept.append(output.detach().clone()))
        for layer in net.children()
        if type(layer).__name__ == kind
    ]
    net(X)
    for hook in hooks:
        hook.remove()
    return kept


@wrong(ch09.activations, "only the last")
def overwrites_itself(net, X, kind):
    kept = {}
    for layer in flat(net):
        X = layer(X)
        if type(layer).__name__ == kind:
            kept[kind] = X.clone()
    return list(kept.values())


@wrong(ch09.activations, "inputs kept")
def too_early(net, X, kind):
    kept = []
    for layer in flat(net):
        if type(layer).__name__ == kind:
            kept.append(X.clone())
        X = layer(X)
    return kept


@wrong(ch09.activations, "an error")
def as_if_layers_remembered(net, X, kind):
    net(X)
    return [layer.output for layer in net.modules() if type(layer).__name__ == kind]


@wrong(ch09.activations, "each on the picture")
def each_on_the_picture(net, X, kind):
    return [layer(X) for layer in net.modules() if type(layer).__name__ == kind]


@right(ch09.with_shifts)
def rolled_and_blackened(pictures, labels):
    copies = []
    for shift in range(-3, 4):
        copy = torch.roll(pictures, shift, dims=-1)
        if shift > 0:
            copy[..., :shift] = 0
        if shift < 0:
            copy[..., shift:] = 0
        copies.append(copy)
    return torch.cat(copies), torch.cat([labels] * 7)


@right(ch09.with_shifts)
def by_places(pictures, labels):
    n = pictures.shape[-1]
    from_where = torch.arange(n, device=pictures.device) - torch.arange(-3, 4, device=pictures.device)[:, None]
    inside = (from_where >= 0) & (from_where < n)
    copies = pictures[..., from_where.clamp(0, n - 1)] * inside
    return copies.movedim(-2, 0).flatten(0, 1), labels.expand(7, -1).reshape(-1)


@right(ch09.with_shifts)
def padded_by_sign(pictures, labels):
    copies = [F.pad(pictures, (shift, -shift)) for shift in range(4) if shift <= pictures.shape[-1]]
    copies += [torch.zeros_like(pictures)] * (4 - len(copies))
    left = [F.pad(pictures.flip(3), (s, -s)).flip(3) for s in (3, 2, 1) if s <= pictures.shape[-1]]
    left = [torch.zeros_like(pictures)] * (3 - len(left)) + left
    return torch.cat(left + copies), labels.repeat(7)


@right(ch09.with_shifts)
def by_unfold(pictures, labels):
    windows = F.pad(pictures, (3, 3)).unfold(-1, pictures.shape[-1], 1)
    return windows.movedim(3, 0).flip(0).flatten(0, 1), labels.repeat(7)


@wrong(ch09.with_shifts, "wraps around")
def rolled(pictures, labels):
    return torch.cat([torch.roll(pictures, s, dims=3) for s in range(-3, 4)]), labels.repeat(7)


@wrong(ch09.with_shifts, "left and right exchanged")
def windows_from_the_left(pictures, labels):
    wide, n = F.pad(pictures, (3, 3)), pictures.shape[-1]
    return torch.cat([wide[..., k : k + n] for k in range(7)]), torch.cat([labels] * 7)


@wrong(ch09.with_shifts, "labels mixed up")
def labels_in_other_order(pictures, labels):
    return rolled_and_blackened(pictures, labels)[0], torch.repeat_interleave(labels, 7)


@wrong(ch09.with_shifts, "digit by digit")
def one_digit_at_a_time(pictures, labels):
    parts = [rolled_and_blackened(p[None], y[None]) for p, y in zip(pictures, labels, strict=True)]
    return torch.cat([part[0] for part in parts]), torch.cat([part[1] for part in parts])


@right(ch09.with_shifts, "only CPU")
def on_a_fixed_place(pictures, labels):
    n, w = len(pictures), pictures.shape[-1]
    copies = torch.zeros(7 * n, *pictures.shape[1:], dtype=pictures.dtype)
    for k in range(7):
        s = k - 3
        if abs(s) < w:
            copies[k * n : (k + 1) * n, ..., max(s, 0) : w + min(s, 0)] = pictures[..., max(-s, 0) : w - max(s, 0)]
    return copies, labels.repeat(7)


@right(ch09.with_shifts, "input changed")
def moved_in_place(pictures, labels):
    copies = rolled_and_blackened(pictures, labels)
    pictures[..., :3] = 0
    return copies


class Averaging(nn.Module):
    def __init__(self, average):
        super().__init__()
        self.features, self.average, self.scores = d2l.lenet(nn.ReLU)[:6], average, nn.Linear(16, 10)

    def forward(self, X):
        return self.scores(self.average(self.features(X)))


@right(ch09.global_lenet)
def mean_of_the_maps():
    return Averaging(lambda maps: maps.mean(dim=(2, 3)))


@right(ch09.global_lenet)
def a_map_for_each_class():
    convs = [nn.Conv2d(1, 8, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(8, 32, 3), nn.ReLU()]
    return nn.Sequential(*convs, nn.Conv2d(32, 10, 1), nn.AdaptiveAvgPool2d(1), nn.Flatten())


@right(ch09.global_lenet)
def four_halvings():
    layers, c_in = [], 1
    for c_out in (8, 16, 32, 32):
        layers += [nn.Conv2d(c_in, c_out, 3, stride=2, padding=1), nn.BatchNorm2d(c_out), nn.Sigmoid()]
        c_in = c_out
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d((1, 1)), nn.Flatten(), nn.LazyLinear(20), nn.LazyLinear(10))


@right(ch09.global_lenet)
def flat_maps_averaged():
    return Averaging(lambda maps: torch.stack([one.flatten(1).mean(1) for one in maps]))


@right(ch09.global_lenet)
def stride_of_five():
    convs = [nn.Conv2d(1, 16, 5, stride=5), nn.ReLU(), nn.Conv2d(16, 32, 3, padding=1), nn.ReLU()]
    return nn.Sequential(*convs, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(32, 10))


@right(ch09.global_lenet)
def stride_of_nine():
    convs = [nn.Conv2d(1, 8, 5, padding=2), nn.ReLU(), nn.MaxPool2d(3), nn.Conv2d(8, 32, 3, padding=1), nn.ReLU()]
    return nn.Sequential(*convs, nn.MaxPool2d(3), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(32, 10))


@right(ch09.global_lenet)
def stride_of_thirty_two():
    layers, c_in = [], 1
    for c_out in (8, 16, 32, 32, 64):
        layers += [nn.Conv2d(c_in, c_out, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2, ceil_mode=True)]
        c_in = c_out
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, 10))


@wrong(ch09.global_lenet, "a grid of averages")
def rows_kept_apart():
    return nn.Sequential(*d2l.lenet(nn.ReLU)[:6], nn.AdaptiveAvgPool2d((5, 1)), nn.Flatten(), nn.Linear(80, 10))


@wrong(ch09.global_lenet, "a grid of averages")
def three_averages():
    return nn.Sequential(*d2l.lenet(nn.ReLU)[:6], nn.AdaptiveAvgPool2d(3), nn.Flatten(), nn.Linear(144, 10))


@wrong(ch09.global_lenet, "places have weights")
def window_of_five():
    return nn.Sequential(*d2l.lenet(nn.ReLU)[:6], nn.AvgPool2d(5), nn.Flatten(), nn.Linear(16, 10))


@wrong(ch09.global_lenet, "places have weights")
def third_convolution_and_flatten():
    convs = [*d2l.lenet(nn.ReLU, nn.MaxPool2d)[:6], nn.Conv2d(16, 64, 3), nn.ReLU()]
    return nn.Sequential(*convs, nn.Flatten(), nn.Linear(64 * 9, 10))


@wrong(ch09.global_lenet, "a grid of averages")
def four_averages():
    return nn.Sequential(*d2l.lenet()[:6], nn.AdaptiveAvgPool2d(2), nn.Flatten(), nn.Linear(64, 10))


@wrong(ch09.global_lenet, "maximum")
def strongest_cell():
    return Averaging(lambda maps: maps.amax((2, 3)))


@wrong(ch09.global_lenet, "softmax inside")
def ends_in_softmax():
    return nn.Sequential(mean_of_the_maps(), nn.Softmax(1))


@wrong(ch09.global_lenet, "blind")
def last_layer_forgets():
    return Averaging(lambda maps: 0 * maps.mean((2, 3)))


@wrong(ch09.global_lenet, None)
def sixteen_scores():
    return nn.Sequential(*d2l.lenet()[:6], nn.AdaptiveAvgPool2d(1), nn.Flatten())


# --- mistakes of readers who had only the questions ---


@wrong(ch09.relu_lenet, "padding forgotten")
def relu_lenet_without_padding():
    return nn.Sequential(
        nn.Conv2d(1, 6, 5),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(6, 16, 5),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(16 * 4 * 4, 120),
        nn.ReLU(),
        nn.Linear(120, 84),
        nn.ReLU(),
        nn.Linear(84, 10),
    )


@wrong(ch09.wakes_up, "half is enough")
def wakes_up_reaches_one_half(test_accuracies):
    for epoch, accuracy in enumerate(test_accuracies, start=1):
        if accuracy >= 0.5:
            return epoch
    return None


@wrong(ch09.confusion, "each pair once")
def confusion_counts_repeated_pairs_once(truth, answers, classes):
    matrix = torch.zeros(classes, classes, dtype=torch.long)
    matrix[truth, answers] += 1
    return matrix


@wrong(ch09.lenet_parameters, "only square")
def lenet_parameters_square_pictures_only(c_in, size, kernel, maps):
    total, side = 0, size[0]
    for k, c_out in enumerate(maps):
        total += (c_in * kernel**2 + 1) * c_out
        side = (side if k == 0 else side - kernel + 1) // 2
        c_in = c_out
    return total + (c_in * side**2 + 1) * 120 + (120 + 1) * 84 + (84 + 1) * 10


@wrong(ch09.with_shifts, "labels mixed up")
def with_shifts_labels_interleaved(pictures, labels):
    copies = []
    for shift in range(-3, 4):
        copy = torch.zeros_like(pictures)
        width = pictures.shape[3]
        for x in range(width):
            if 0 <= x - shift < width:
                copy[..., x] = pictures[..., x - shift]
        copies.append(copy)
    return torch.cat(copies), labels.repeat_interleave(7)


wrong(ch09.one_part_in, "sixteen", 16)
