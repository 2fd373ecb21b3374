"""Networks for the network explorer's tests: random ones of all its layers, and LeNet in the forms of chapter 09."""

import random

import torch
from torch import nn

import d2lutil as d2l

NETWORKS = 150
MODES = ("zeros", "reflect", "replicate", "circular")


def _convolution(draw: random.Random, channels: int, size: tuple[int, int]) -> nn.Module:
    groups = draw.choice([g for g in (1, 1, 2, 3) if channels % g == 0])
    kernel = tuple(draw.randint(1, min(4, n)) for n in size)
    dilation = tuple(draw.randint(1, 2) for _ in size)
    mode = draw.choice(MODES)
    if draw.random() < 0.3:
        padding, stride = draw.choice(["same", "valid"]), 1
    else:
        padding = tuple(draw.randint(0, min(2, n - 1)) for n in size)
        stride = tuple(draw.randint(1, 2) for _ in size)
    return nn.Conv2d(
        channels, groups * draw.randint(1, 3), kernel, stride, padding, dilation, groups, draw.random() < 0.7, mode
    )


def _pooling(draw: random.Random) -> nn.Module:
    kernel = (draw.randint(1, 3), draw.randint(1, 3))
    options = {
        "stride": draw.choice([None, 1, 2, (2, 1)]), "padding": tuple(draw.randint(0, k // 2) for k in kernel),
        "ceil_mode": draw.random() < 0.5,
    }  # fmt: skip
    if draw.random() < 0.5:
        return nn.MaxPool2d(kernel, dilation=draw.randint(1, 2), **options)
    return nn.AvgPool2d(
        kernel, count_include_pad=draw.random() < 0.5, divisor_override=draw.choice([None, None, 3]), **options
    )


def _cell_by_cell(draw: random.Random, channels: int, flat: bool) -> nn.Module:
    norm = nn.BatchNorm1d if flat else nn.BatchNorm2d
    return draw.choice([
        nn.ReLU, nn.Sigmoid, nn.Tanh, nn.Identity, lambda: nn.LeakyReLU(0.2), lambda: nn.Dropout(0.4),
        lambda: norm(channels, eps=draw.choice([1e-5, 1e-2]), affine=draw.random() < 0.7),
        lambda: nn.Softmax(draw.choice([1, -1]) if flat else draw.choice([1, 2, -1])),
    ])()  # fmt: skip


def random_network(seed: int) -> tuple[nn.Sequential, torch.Tensor]:
    """A network with random weights and running statistics, in evaluation, and three images for it."""
    draw = random.Random(seed)
    torch.manual_seed(seed)
    X = torch.randn(3, draw.randint(1, 4), draw.randint(4, 12), draw.randint(4, 12))
    layers, Y = [], X
    wanted = draw.randint(1, 7)
    while len(layers) < wanted:
        channels, size = Y.shape[1], tuple(Y.shape[2:])
        if not size:
            kind = draw.choice(["linear", "cell"])
        else:
            kind = draw.choice(["conv", "conv", "pool", "cell", "cell", "adaptive", "flatten"])
        if kind == "conv":
            layer = _convolution(draw, channels, size)
        elif kind == "pool":
            layer = _pooling(draw)
        elif kind == "adaptive":
            layer = nn.AdaptiveAvgPool2d(draw.choice([1, (2, 3), (None, 1)]))
        elif kind == "flatten":
            layer = nn.Flatten()
        elif kind == "linear":
            layer = nn.Linear(channels, draw.randint(1, 9), bias=draw.random() < 0.7)
        else:
            layer = _cell_by_cell(draw, channels, not size)
        if isinstance(layer, nn.BatchNorm1d | nn.BatchNorm2d):
            layer.running_mean.normal_()
            layer.running_var.uniform_(0.3, 2)
            if layer.affine:
                nn.init.normal_(layer.weight)
                nn.init.normal_(layer.bias)
        try:
            with torch.no_grad():
                Z = layer.eval()(Y)
        except RuntimeError:  # the window does not fit, or the padding is larger than its mode allows
            continue
        if Z.numel():
            layers.append(layer)
            Y = Z
    half = len(layers) // 2
    nested = half and draw.random() < 0.3
    net = nn.Sequential(nn.Sequential(*layers[:half]), *layers[half:]) if nested else nn.Sequential(*layers)
    return net.eval(), X


def networks() -> list[tuple[nn.Sequential, torch.Tensor]]:
    """All networks of the tests, each with images."""
    found = [random_network(seed) for seed in range(NETWORKS)]
    for options in (
        {},
        {"activation": nn.ReLU, "pool": nn.MaxPool2d},
        {"activation": nn.ReLU, "pool": nn.MaxPool2d, "batch_norm": True},
    ):
        torch.manual_seed(1)
        net = d2l.lenet(**options).apply(d2l.init_cnn)
        net.train()(torch.rand(20, 1, 28, 28))  # running statistics that are not 0 and 1
        found.append((net.eval(), torch.rand(2, 1, 28, 28)))
    return found


def flattened(net: nn.Sequential) -> list[nn.Module]:
    return [leaf for layer in net for leaf in (flattened(layer) if isinstance(layer, nn.Sequential) else [layer])]


def answers(net: nn.Sequential, X: torch.Tensor) -> list[torch.Tensor]:
    """What each layer of the network itself answers, by PyTorch, in double precision."""
    found = []
    with torch.no_grad():
        for layer in flattened(net):
            X = layer(X)
            found.append(X)
    return found
