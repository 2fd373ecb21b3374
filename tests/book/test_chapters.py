"""The calls that the book makes in its two convolution chapters, section by section and for both of its editions: with
d2lutil as ``d2l``, and with the book's own package where it has the same names. The numbers are those of the book, or
what its package computes.

The fixture ``d2l`` is one package or the other. Networks are written as functions of it.
"""

import functools
import gzip
import hashlib
import os
import re
import signal
from types import SimpleNamespace

import pytest
import torch
from torch import nn
from torch.nn import functional as F

import d2lutil
from d2lutil.book import modules as book_modules


@pytest.fixture(params=["d2lutil", "the book's package"])
def d2l(request):
    return d2lutil if request.param == "d2lutil" else request.getfixturevalue("book")


def parameters(net):
    return sum(p.numel() for p in net.parameters())


# --- convolutions for images ----------------------------------------------------------------------------------------


def test_cross_correlation_of_the_figure(d2l):
    image, kernel = d2l.reshape(d2l.arange(9.0), (3, 3)), d2l.reshape(d2l.arange(4.0), (2, 2))
    assert d2l.corr2d(image, kernel).tolist() == [[19, 25], [37, 43]]


@pytest.fixture
def bars():
    """White, black, white."""
    return torch.tensor([1.0, 1, 0, 0, 0, 0, 1, 1]).repeat(6, 1)


def test_a_kernel_of_two_cells_finds_vertical_edges_only(d2l, bars):
    kernel = d2l.tensor([[1.0, -1.0]])
    assert d2l.corr2d(bars, kernel).tolist() == 6 * [[0, 1, 0, 0, 0, -1, 0]]
    assert d2l.reduce_sum(d2l.abs(d2l.corr2d(d2l.transpose(bars), kernel))) == 0


def test_a_layer_made_of_corr2d(d2l, bars):
    class Layer(nn.Module):
        def __init__(self, size):
            super().__init__()
            self.weight, self.bias = nn.Parameter(d2l.rand(size)), nn.Parameter(d2l.zeros(1))

        def forward(self, x):
            return d2l.corr2d(x, self.weight) + self.bias

    layer = Layer((1, 2))
    expected = F.conv2d(bars[None, None], layer.weight[None, None])[0, 0]
    torch.testing.assert_close(layer(bars), expected)


@pytest.mark.parametrize("make", [lambda: nn.Conv2d(1, 1, (1, 2), bias=False),
                                  lambda: nn.LazyConv2d(1, kernel_size=(1, 2), bias=False)])  # fmt: skip
def test_the_kernel_is_learned_from_examples(d2l, bars, make):
    edges = d2l.corr2d(bars, d2l.tensor([[1.0, -1.0]]))
    X, Y = d2l.reshape(bars, (1, 1, 6, 8)), d2l.reshape(edges, (1, 1, 6, 7))
    layer, losses = make(), []
    for _ in range(10):
        loss = d2l.reduce_sum((layer(X) - Y) ** 2)
        layer.zero_grad()
        loss.backward()
        layer.weight.data[:] -= 3e-2 * layer.weight.grad
        losses.append(loss.item())
    assert losses == sorted(losses, reverse=True)
    torch.testing.assert_close(d2l.reshape(layer.weight.data, (2,)), torch.tensor([1.0, -1.0]), atol=0.15, rtol=0)


# --- padding and stride ---------------------------------------------------------------------------------------------

HALF = {"kernel_size": 3, "padding": 1, "stride": 2}


@pytest.mark.parametrize(
    "options, size",
    [
        pytest.param({"kernel_size": 3, "padding": 1}, (8, 8), id="all around"),
        pytest.param({"kernel_size": (5, 3), "padding": (2, 1)}, (8, 8), id="a tall kernel"),
        pytest.param(HALF, (4, 4), id="every second place"),
        pytest.param({"kernel_size": (3, 5), "padding": (0, 1), "stride": (3, 4)}, (2, 2), id="all of it"),
    ],
)
@pytest.mark.parametrize("lazy", [True, False])
def test_sizes_after_padding_and_stride(options, size, lazy):
    layer = nn.LazyConv2d(1, **options) if lazy else nn.Conv2d(1, 1, **options)
    assert d2lutil.comp_conv2d(layer, d2lutil.rand(size=(8, 8))).shape == size


# --- channels -------------------------------------------------------------------------------------------------------


def over_input_channels(d2l, X, K):
    return sum(d2l.corr2d(x, k) for x, k in zip(X, K, strict=True))


def over_all_channels(d2l, X, K):
    return d2l.stack([over_input_channels(d2l, X, k) for k in K], 0)


def by_matrix(d2l, X, K):
    flat = d2l.matmul(d2l.reshape(K, (len(K), len(X))), d2l.reshape(X, (len(X), -1)))
    return d2l.reshape(flat, (len(K), *X.shape[1:]))


FIGURE = torch.arange(9.0).reshape(3, 3)
KERNEL = torch.arange(4.0).reshape(2, 2)


def test_several_input_channels_are_added(d2l):
    X, K = d2l.stack((FIGURE, FIGURE + 1), 0), d2l.stack((KERNEL, KERNEL + 1), 0)
    assert over_input_channels(d2l, X, K).tolist() == [[56, 72], [104, 120]]
    assert d2lutil.corr2d_multi_in(X, K).tolist() == [[56, 72], [104, 120]]


def test_each_output_channel_has_its_own_kernel(d2l):
    X, K = d2l.stack((FIGURE, FIGURE + 1), 0), d2l.stack((KERNEL, KERNEL + 1), 0)
    kernels = d2l.stack((K, K + 1, K + 2), 0)
    expected = [[[56, 72], [104, 120]], [[76, 100], [148, 172]], [[96, 128], [192, 224]]]
    assert kernels.shape == (3, 2, 2, 2)
    assert over_all_channels(d2l, X, kernels).tolist() == expected
    assert d2lutil.corr2d_multi_in_out(X, kernels).tolist() == expected


def test_a_1x1_convolution_is_a_matrix(d2l):
    X, K = d2l.normal(0, 1, (3, 3, 3)), d2l.normal(0, 1, (2, 3, 1, 1))
    one, other = by_matrix(d2l, X, K), over_all_channels(d2l, X, K)
    assert float(d2l.reduce_sum(d2l.abs(one - other))) < 1e-5
    assert float(d2l.reduce_sum(d2l.abs(one - d2lutil.corr2d_multi_in_out_1x1(X, K)))) < 1e-5


# --- pooling --------------------------------------------------------------------------------------------------------


def test_pooling_of_the_figure():
    assert d2lutil.pool2d(FIGURE, (2, 2)).tolist() == [[4, 5], [7, 8]]
    assert d2lutil.pool2d(FIGURE, (2, 2), "avg").tolist() == [[2, 3], [5, 6]]


def test_pooling_by_windows_written_out(d2l):
    pooled = d2l.zeros((2, 2))
    for row in range(2):
        for column in range(2):
            pooled[row, column] = FIGURE[row : row + 2, column : column + 2].max()
    assert d2l.size(pooled) == 4
    assert torch.equal(pooled, d2lutil.pool2d(FIGURE, (2, 2)))


@pytest.mark.parametrize(
    "pool, answer",
    [
        (nn.MaxPool2d(3), [[10]]),
        (nn.MaxPool2d(3, padding=1, stride=2), [[5, 7], [13, 15]]),
        (nn.MaxPool2d((2, 3), stride=(2, 3), padding=(0, 1)), [[5, 7], [13, 15]]),
    ],
)
def test_pooling_with_padding_and_stride_for_each_channel_by_itself(d2l, pool, answer):
    X = d2l.reshape(d2l.arange(16, dtype=d2l.float32), (1, 1, 4, 4))
    assert pool(X)[0, 0].tolist() == answer
    both = pool(d2l.concat((X, X + 1), 1))
    assert both.shape[1] == 2
    assert torch.equal(both[0, 1], both[0, 0] + 1)


# --- the networks, in layers that learn their shapes (edition 1.0) and in layers that are told (the first edition) --


LAZY = SimpleNamespace(
    conv=lambda i, o, *options, **more: nn.LazyConv2d(o, *options, **more),
    linear=lambda i, o: nn.LazyLinear(o),
    norm=lambda c: nn.LazyBatchNorm2d(),
    norm1=lambda c: nn.LazyBatchNorm1d(),
)
TOLD = SimpleNamespace(conv=nn.Conv2d, linear=nn.Linear, norm=nn.BatchNorm2d, norm1=nn.BatchNorm1d)


def two_wide_layers(kind, features, classes=10):
    return [
        nn.Flatten(), kind.linear(features, 4096), nn.ReLU(), nn.Dropout(0.5), kind.linear(4096, 4096), nn.ReLU(),
        nn.Dropout(p=0.5), kind.linear(4096, classes),
    ]  # fmt: skip


def lenet(kind):
    return [
        kind.conv(1, 6, kernel_size=5, padding=2), nn.Sigmoid(), nn.AvgPool2d(kernel_size=2, stride=2),
        kind.conv(6, 16, kernel_size=5), nn.Sigmoid(), nn.AvgPool2d(kernel_size=2, stride=2), nn.Flatten(),
        kind.linear(400, 120), nn.Sigmoid(), kind.linear(120, 84), nn.Sigmoid(), kind.linear(84, 10),
    ]  # fmt: skip


def normed_lenet(kind):
    """LeNet with batch norm."""
    return [
        kind.conv(1, 6, kernel_size=5), kind.norm(6), nn.Sigmoid(), nn.AvgPool2d(kernel_size=2, stride=2),
        kind.conv(6, 16, kernel_size=5), kind.norm(16), nn.Sigmoid(), nn.AvgPool2d(kernel_size=2, stride=2),
        nn.Flatten(), kind.linear(256, 120), kind.norm1(120), nn.Sigmoid(),
        kind.linear(120, 84), kind.norm1(84), nn.Sigmoid(), kind.linear(84, 10),
    ]  # fmt: skip


def alexnet(kind, features=6400):
    layers = []
    for i, o, options, pooled in (
        (1, 96, {"kernel_size": 11, "stride": 4, "padding": 1}, True),
        (96, 256, {"kernel_size": 5, "padding": 2}, True),
        (256, 384, {"kernel_size": 3, "padding": 1}, False),
        (384, 384, {"kernel_size": 3, "padding": 1}, False),
        (384, 256, {"kernel_size": 3, "padding": 1}, True),
    ):
        layers += [kind.conv(i, o, **options), nn.ReLU()] + [nn.MaxPool2d(kernel_size=3, stride=2)] * pooled
    return layers + two_wide_layers(kind, features)


VGG11 = ((1, 64), (1, 128), (2, 256), (2, 512), (2, 512))


def vgg(kind, arch=VGG11, area=49):
    blocks, before = [], 1
    for count, channels in arch:
        block = []
        for _ in range(count):
            block += [kind.conv(before, channels, kernel_size=3, padding=1), nn.ReLU()]
            before = channels
        blocks.append(nn.Sequential(*block, nn.MaxPool2d(kernel_size=2, stride=2)))
    return blocks + two_wide_layers(kind, before * area)


def nin(kind):
    def block(i, o, size, stride, padding):
        mixes = [kind.conv(o, o, kernel_size=1), nn.ReLU(), kind.conv(o, o, kernel_size=1), nn.ReLU()]
        return nn.Sequential(kind.conv(i, o, size, stride, padding), nn.ReLU(), *mixes)

    return [
        block(1, 96, 11, 4, 0), nn.MaxPool2d(3, stride=2), block(96, 256, 5, 1, 2), nn.MaxPool2d(3, stride=2),
        block(256, 384, 3, 1, 1), nn.MaxPool2d(3, stride=2), nn.Dropout(0.5), block(384, 10, 3, 1, 1),
        nn.AdaptiveAvgPool2d((1, 1)), nn.Flatten(),
    ]  # fmt: skip


class Inception(nn.Module):
    def __init__(self, kind, i, one, three, five, pooled):
        super().__init__()
        self.paths = nn.ModuleList([
            nn.Sequential(kind.conv(i, one, kernel_size=1)),
            nn.Sequential(kind.conv(i, three[0], kernel_size=1), nn.ReLU(),
                          kind.conv(three[0], three[1], kernel_size=3, padding=1)),
            nn.Sequential(kind.conv(i, five[0], kernel_size=1), nn.ReLU(),
                          kind.conv(five[0], five[1], kernel_size=5, padding=2)),
            nn.Sequential(nn.MaxPool2d(kernel_size=3, stride=1, padding=1), kind.conv(i, pooled, kernel_size=1)),
        ])  # fmt: skip

    def forward(self, x):
        return torch.cat([F.relu(path(x)) for path in self.paths], dim=1)


def half():
    return nn.MaxPool2d(kernel_size=3, stride=2, padding=1)


def beginning(kind, norm=True):
    layers = [kind.conv(1, 64, kernel_size=7, stride=2, padding=3)] + [kind.norm(64)] * norm
    return nn.Sequential(*layers, nn.ReLU(), half())


def inceptions(kind, i, *rows):
    blocks = []
    for one, three, five, pooled in rows:
        blocks.append(Inception(kind, i, one, three, five, pooled))
        i = one + three[1] + five[1] + pooled
    return blocks


def googlenet(kind):
    second = [kind.conv(64, 64, kernel_size=1), nn.ReLU(), kind.conv(64, 192, kernel_size=3, padding=1), nn.ReLU()]
    third = inceptions(kind, 192, (64, (96, 128), (16, 32), 32), (128, (128, 192), (32, 96), 64))
    fourth = inceptions(kind, 480, (192, (96, 208), (16, 48), 64), (160, (112, 224), (24, 64), 64),
                        (128, (128, 256), (24, 64), 64), (112, (144, 288), (32, 64), 64),
                        (256, (160, 320), (32, 128), 128))  # fmt: skip
    fifth = inceptions(kind, 832, (256, (160, 320), (32, 128), 128), (384, (192, 384), (48, 128), 128))
    return [
        beginning(kind, norm=False), nn.Sequential(*second, half()), nn.Sequential(*third, half()),
        nn.Sequential(*fourth, half()), nn.Sequential(*fifth, nn.AdaptiveAvgPool2d((1, 1)), nn.Flatten()),
        kind.linear(1024, 10),
    ]  # fmt: skip


class DenseBlock(nn.Module):
    def __init__(self, kind, count, i, growth):
        super().__init__()
        parts = [(kind.norm(i + n * growth), nn.ReLU(), kind.conv(i + n * growth, growth, kernel_size=3, padding=1))
                 for n in range(count)]  # fmt: skip
        self.net = nn.Sequential(*(nn.Sequential(*part) for part in parts))

    def forward(self, X):
        for part in self.net:
            X = torch.cat((X, part(X)), dim=1)
        return X


def transition(kind, i, o):
    return nn.Sequential(kind.norm(i), nn.ReLU(), kind.conv(i, o, kernel_size=1), nn.AvgPool2d(2, stride=2))


def densenet(kind, channels=64, growth=32, arch=(4, 4, 4, 4)):
    layers = [beginning(kind)]
    for count in arch:
        if len(layers) > 1:
            layers.append(transition(kind, channels, channels // 2))
            channels //= 2
        layers.append(DenseBlock(kind, count, channels, growth))
        channels += count * growth
    last = [kind.norm(channels), nn.ReLU(), nn.AdaptiveAvgPool2d((1, 1)), nn.Flatten(), kind.linear(channels, 10)]
    return [*layers, nn.Sequential(*last)]


RESNET18 = ((2, 64), (2, 128), (2, 256), (2, 512))


def first_resnet(d2l):
    """As the first edition builds it: each block is told the channels of its input."""
    stages, before = [beginning(TOLD)], 64
    for count, channels in RESNET18:
        blocks = []
        for n in range(count):
            if n == 0 and channels != before:
                blocks.append(d2l.Residual(before, channels, use_1x1conv=True, strides=2))
            else:
                blocks.append(d2l.Residual(channels, channels))
        stages.append(nn.Sequential(*blocks))
        before = channels
    return nn.Sequential(*stages, nn.AdaptiveAvgPool2d((1, 1)), nn.Flatten(), nn.Linear(512, 10))


# Edition 1.0 puts the layers into a Classifier, or collects its methods one by one.


def classifier(d2l, layers, **options):
    class Network(d2l.Classifier):
        def __init__(self, lr=0.1, num_classes=10):
            super().__init__()
            self.save_hyperparameters()
            self.net = nn.Sequential(*layers(LAZY, **options))
            self.net.apply(d2l.init_cnn)

    return Network


def resnet(d2l):
    class ResNet(d2l.Classifier):
        def first(self):
            return beginning(LAZY)

    @d2l.add_to_class(ResNet)
    def stage(self, count, channels, at_the_beginning=False):
        blocks = [d2l.Residual(channels) for _ in range(count)]
        if not at_the_beginning:
            blocks[0] = d2l.Residual(channels, use_1x1conv=True, strides=2)
        return nn.Sequential(*blocks)

    @d2l.add_to_class(ResNet)
    def __init__(self, arch, lr=0.1, num_classes=10):
        super(ResNet, self).__init__()
        self.save_hyperparameters()
        self.net = nn.Sequential(self.first())
        for n, part in enumerate(arch):
            self.net.add_module(f"stage{n}", self.stage(*part, at_the_beginning=n == 0))
        head = [nn.AdaptiveAvgPool2d((1, 1)), nn.Flatten(), nn.LazyLinear(num_classes)]
        self.net.add_module("head", nn.Sequential(*head))
        self.net.apply(d2l.init_cnn)

    class ResNet18(ResNet):
        def __init__(self, lr=0.1, num_classes=10):
            super().__init__(RESNET18, lr, num_classes)

    return ResNet18


def regnet(d2l):
    class AnyNet(d2l.Classifier):
        def stem(self, channels):
            return nn.Sequential(nn.LazyConv2d(channels, **HALF), nn.LazyBatchNorm2d(), nn.ReLU())

    @d2l.add_to_class(AnyNet)
    def stage(self, depth, channels, groups, bot_mul):
        first = d2l.ResNeXtBlock(channels, groups, bot_mul, use_1x1conv=True, strides=2)
        return nn.Sequential(first, *(d2l.ResNeXtBlock(channels, groups, bot_mul) for _ in range(depth - 1)))

    @d2l.add_to_class(AnyNet)
    def __init__(self, arch, stem_channels, lr=0.1, num_classes=10):
        super(AnyNet, self).__init__()
        self.save_hyperparameters()
        self.net = nn.Sequential(self.stem(stem_channels), *(self.stage(*part) for part in arch))
        head = [nn.AdaptiveAvgPool2d((1, 1)), nn.Flatten(), nn.LazyLinear(num_classes)]
        self.net.add_module("head", nn.Sequential(*head))
        self.net.apply(d2l.init_cnn)

    class RegNetX32(AnyNet):
        def __init__(self, lr=0.1, num_classes=10):
            super().__init__(((4, 32, 16, 1), (6, 80, 16, 1)), 32, lr, num_classes)

    return RegNetX32


FULL = {  # a network's class, for the size that the book prints
    "LeNet": (lambda d2l: d2l.LeNet, 28),
    "AlexNet": (lambda d2l: classifier(d2l, alexnet), 224),
    "VGG-11": (lambda d2l: classifier(d2l, vgg), 224),
    "NiN": (lambda d2l: classifier(d2l, nin), 224),
    "GoogLeNet": (lambda d2l: classifier(d2l, googlenet), 96),
    "LeNet with batch norm": (lambda d2l: classifier(d2l, normed_lenet), 28),
    "ResNet-18": (resnet, 96),
    "DenseNet": (lambda d2l: classifier(d2l, densenet), 96),
    "RegNetX-32": (regnet, 96),
}
# As the book prints it: each layer's class, then the shape behind the batch.
WIDE = "Linear 4096, ReLU 4096, Dropout 4096, Linear 4096, ReLU 4096, Dropout 4096, Linear 10"
SHAPES = {
    "LeNet": "Conv2d 6 28 28, Sigmoid 6 28 28, AvgPool2d 6 14 14, Conv2d 16 10 10, Sigmoid 16 10 10, AvgPool2d 16 5 5, "
    "Flatten 400, Linear 120, Sigmoid 120, Linear 84, Sigmoid 84, Linear 10",
    "AlexNet": "Conv2d 96 54 54, ReLU 96 54 54, MaxPool2d 96 26 26, Conv2d 256 26 26, ReLU 256 26 26, "
    "MaxPool2d 256 12 12, Conv2d 384 12 12, ReLU 384 12 12, Conv2d 384 12 12, ReLU 384 12 12, Conv2d 256 12 12, "
    f"ReLU 256 12 12, MaxPool2d 256 5 5, Flatten 6400, {WIDE}",
    "VGG-11": "Sequential 64 112 112, Sequential 128 56 56, Sequential 256 28 28, Sequential 512 14 14, "
    f"Sequential 512 7 7, Flatten 25088, {WIDE}",
    "NiN": "Sequential 96 54 54, MaxPool2d 96 26 26, Sequential 256 26 26, MaxPool2d 256 12 12, Sequential 384 12 12, "
    "MaxPool2d 384 5 5, Dropout 384 5 5, Sequential 10 5 5, AdaptiveAvgPool2d 10 1 1, Flatten 10",
    "GoogLeNet": "Sequential 64 24 24, Sequential 192 12 12, Sequential 480 6 6, Sequential 832 3 3, Sequential 1024, "
    "Linear 10",
    "LeNet with batch norm": "Conv2d 6 24 24, BatchNorm2d 6 24 24, Sigmoid 6 24 24, AvgPool2d 6 12 12, Conv2d 16 8 8, "
    "BatchNorm2d 16 8 8, Sigmoid 16 8 8, AvgPool2d 16 4 4, Flatten 256, Linear 120, BatchNorm1d 120, Sigmoid 120, "
    "Linear 84, BatchNorm1d 84, Sigmoid 84, Linear 10",
    "ResNet-18": "Sequential 64 24 24, Sequential 64 24 24, Sequential 128 12 12, Sequential 256 6 6, "
    "Sequential 512 3 3, Sequential 10",
    "DenseNet": "Sequential 64 24 24, DenseBlock 192 24 24, Sequential 96 12 12, DenseBlock 224 12 12, "
    "Sequential 112 6 6, DenseBlock 240 6 6, Sequential 120 3 3, DenseBlock 248 3 3, Sequential 10",
    "RegNetX-32": "Sequential 32 48 48, Sequential 32 24 24, Sequential 80 12 12, Sequential 10",
}
PARAMETERS = {
    "LeNet": 61_706,
    "AlexNet": 46_764_746,
    "VGG-11": 128_806_154,
    "NiN": 1_992_166,
    "GoogLeNet": 5_977_530,
    "LeNet with batch norm": 44_426 + 2 * (6 + 16 + 120 + 84),
    "ResNet-18": 11_178_378,
    "DenseNet": 758_226,
    "RegNetX-32": 179_290,
}


def shapes(words, batch):
    rows = (row.split() for row in words.split(", "))
    return [(name, (batch, *map(int, sizes))) for name, *sizes in rows]


@pytest.mark.parametrize("name", SHAPES)
def test_layer_summary_prints_what_the_book_prints(d2l, name, capsys):
    make, side = FULL[name]
    # On the device "meta" a network has shapes and no numbers. (Batch norm refuses to train on single numbers.)
    batch = 2 if name == "LeNet with batch norm" else 1
    with torch.device("meta"):
        model = make(d2l)()
        model.layer_summary((batch, 1, side, side))
    lines = [f"{layer} output shape:\t {torch.Size(shape)}\n" for layer, shape in shapes(SHAPES[name], batch)]
    assert capsys.readouterr().out == "".join(lines)
    assert parameters(model) == PARAMETERS[name]


def first_edition(d2l):
    """The networks by name, for the images that the book gives them; and in a few cases other shapes."""
    return {
        "LeNet": nn.Sequential(*lenet(TOLD)),
        "AlexNet": nn.Sequential(*alexnet(TOLD)),
        "VGG-11": nn.Sequential(*vgg(TOLD)),
        "NiN": nn.Sequential(*nin(TOLD)),
        "GoogLeNet": nn.Sequential(*googlenet(TOLD)),
        "LeNet with batch norm": nn.Sequential(*normed_lenet(TOLD)),
        "ResNet-18": first_resnet(d2l),
        "DenseNet": nn.Sequential(*densenet(TOLD)),
    }


FIRST_RESNET_AT_224 = (
    "Sequential 64 56 56, Sequential 64 56 56, Sequential 128 28 28, Sequential 256 14 14, Sequential 512 7 7, "
    "AdaptiveAvgPool2d 512 1 1, Flatten 512, Linear 10"
)


def test_shapes_and_parameters_of_the_first_editions_networks():
    with torch.device("meta"):
        networks = first_edition(d2lutil)
        for name, net in networks.items():
            side = 224 if name == "ResNet-18" else FULL[name][1]
            X, seen = torch.rand(size=(2, 1, side, side)), []
            for layer in net:
                X = layer(X)
                seen.append((type(layer).__name__, tuple(X.shape)))
            assert seen == shapes(FIRST_RESNET_AT_224 if name == "ResNet-18" else SHAPES[name], 2)
            assert parameters(net) == PARAMETERS[name]


def test_shapes_of_the_blocks(d2l):
    X = d2l.randn(4, 3, 6, 6)
    assert d2l.Residual(3)(X).shape == (4, 3, 6, 6)
    assert d2l.Residual(6, use_1x1conv=True, strides=2)(X).shape == (4, 6, 3, 3)
    assert d2l.Residual(6, True, 2)(X).shape == (4, 6, 3, 3)
    assert d2l.ResNeXtBlock(32, 16, 1)(d2l.randn(4, 32, 9, 9)).shape == (4, 32, 9, 9)
    assert d2l.ResNeXtBlock(8, 4, 0.5, True, 2)(X).shape == (4, 8, 3, 3)
    assert DenseBlock(LAZY, 2, 3, 10)(X).shape == (4, 23, 6, 6)


@pytest.mark.parametrize(
    "first, later",
    [
        (lambda: d2lutil.Residual(3, 3), lambda: d2lutil.Residual(3)),
        (lambda: d2lutil.Residual(3, 6, True, 2), lambda: d2lutil.Residual(6, True, 2)),
        (lambda: d2lutil.Residual(3, 6, use_1x1conv=True), lambda: d2lutil.Residual(num_channels=6, use_1x1conv=True)),
        (lambda: d2lutil.Residual(input_channels=3, num_channels=6, use_1x1conv=True, strides=2),
         lambda: d2lutil.Residual(6, True, strides=2)),
    ],
)  # fmt: skip
def test_both_editions_residual_blocks_are_the_same_block(first, later):
    X = torch.rand(2, 3, 6, 6)
    torch.manual_seed(1)
    first = first()
    torch.manual_seed(1)
    later = later()
    torch.testing.assert_close(first(X), later(X))
    assert first.state_dict().keys() == later.state_dict().keys()


def test_resnet18_of_the_later_chapters_is_the_books(book):
    X = torch.rand(2, 3, 8, 8)
    torch.manual_seed(3)
    mine = d2lutil.resnet18(10, in_channels=3)
    mine(X)
    torch.manual_seed(3)
    theirs = book.resnet18(10, in_channels=3)
    theirs(X)
    same_weights(mine, theirs)


# --- batch norm, written by hand ------------------------------------------------------------------------------------


def batch_norm(X, gamma, beta, mean, variance, eps, momentum):
    """Whether gradients are enabled says whether this is training."""
    if not torch.is_grad_enabled():
        return gamma * (X - mean) / torch.sqrt(variance + eps) + beta, mean, variance
    axes = (0,) if X.dim() == 2 else (0, 2, 3)
    here = X.mean(dim=axes, keepdim=True)
    spread = ((X - here) ** 2).mean(dim=axes, keepdim=True)
    mean, variance = (1 - momentum) * mean + momentum * here, (1 - momentum) * variance + momentum * spread
    return gamma * (X - here) / torch.sqrt(spread + eps) + beta, mean.data, variance.data


class BatchNorm(nn.Module):
    def __init__(self, features, dims):
        super().__init__()
        shape = (1, features) if dims == 2 else (1, features, 1, 1)
        self.gamma, self.beta = nn.Parameter(torch.ones(shape)), nn.Parameter(torch.zeros(shape))
        self.mean, self.variance = torch.zeros(shape), torch.ones(shape)

    def forward(self, X):
        self.mean, self.variance = self.mean.to(X.device), self.variance.to(X.device)
        Y, self.mean, self.variance = batch_norm(X, self.gamma, self.beta, self.mean, self.variance, 1e-5, 0.1)
        return Y


BY_HAND = {"norm": lambda c: BatchNorm(c, 4), "norm1": lambda c: BatchNorm(c, 2)}
LAZY_BY_HAND, TOLD_BY_HAND = (SimpleNamespace(**vars(kind) | BY_HAND) for kind in (LAZY, TOLD))
FULL["LeNet with batch norm by hand"] = (lambda d2l: classifier(d2l, lambda kind: normed_lenet(LAZY_BY_HAND)), 28)


@pytest.mark.parametrize("shape", [(8, 5), (4, 5, 6, 7)])
def test_batch_norm_by_hand_is_torchs(shape):
    mine, theirs = BatchNorm(5, len(shape)), (nn.BatchNorm1d if len(shape) == 2 else nn.BatchNorm2d)(5)
    for _ in range(3):
        X = 3 * torch.randn(shape) + 1
        torch.testing.assert_close(mine(X), theirs(X))
    torch.testing.assert_close(mine.mean.flatten(), theirs.running_mean)
    # torch's running variance is that of a sample, larger by n / (n - 1); of its beginning, 0.9 ** 3 is left.
    n = X.numel() // 5
    torch.testing.assert_close((mine.variance.flatten() - 0.9**3) * n / (n - 1) + 0.9**3, theirs.running_var)


# --- the same numbers as with the book's package --------------------------------------------------------------------

# Made for small images: (a network's class, side of the images).
SMALL = {
    "LeNet": (FULL["LeNet"][0], 28),
    "AlexNet": (FULL["AlexNet"][0], 67),
    "VGG-11": (lambda d2l: classifier(d2l, vgg, arch=[(n, c // 16) for n, c in VGG11]), 32),
    "NiN": (FULL["NiN"][0], 67),
    "GoogLeNet": (FULL["GoogLeNet"][0], 32),
    "LeNet with batch norm": (FULL["LeNet with batch norm"][0], 28),
    "LeNet with batch norm by hand": (FULL["LeNet with batch norm by hand"][0], 28),
    "ResNet-18": (resnet, 32),
    "DenseNet": (FULL["DenseNet"][0], 32),
    "RegNetX-32": (regnet, 32),
}


def same_weights(mine, theirs):
    mine, theirs = mine.state_dict(), theirs.state_dict()
    assert mine.keys() == theirs.keys()
    for name in mine:
        torch.testing.assert_close(mine[name], theirs[name], msg=lambda words, name=name: f"{name}: {words}")


def given(d2l, train, val):
    """A DataModule of batches that are there already."""

    class Given(d2l.DataModule):
        def get_dataloader(self, train):
            return self.batches[train]

    data = Given()
    data.batches = (val, train)
    return data


def some_batches(side, count, size=4):
    return [(torch.rand(size, 1, side, side), torch.randint(0, 10, (size,))) for _ in range(count)]


@pytest.mark.parametrize("name", SMALL)
@pytest.mark.slow("trains the book's networks, ours and theirs")
def test_the_same_seed_gives_the_books_weights_outputs_and_losses(book, name):
    make, side = SMALL[name]
    train, val = some_batches(side, 2), some_batches(side, 1)
    models = []
    for d2l in (d2lutil, book):
        torch.manual_seed(7)
        model = make(d2l)(lr=0.01)
        model.apply_init([train[0][0]], d2l.init_cnn)
        models.append(model)
    mine, theirs = models
    same_weights(mine, theirs)
    for model in models:
        model.eval()
    with torch.no_grad():
        torch.testing.assert_close(mine(val[0][0]), theirs(val[0][0]))
    for d2l, model in zip((d2lutil, book), models, strict=True):
        model.board.display = False
        torch.manual_seed(8)  # for dropout
        trainer = d2l.Trainer(max_epochs=2, num_gpus=0)
        trainer.fit(model, given(d2l, train, val))
        assert (trainer.epoch, trainer.train_batch_idx, trainer.val_batch_idx) == (1, 4, 2)
    assert len(mine.board.data["train_loss"]) == 4
    same_curves(mine, theirs)
    same_weights(mine, theirs)


def same_curves(mine, theirs):
    assert list(mine.board.data) == list(theirs.board.data)
    for label, line in theirs.board.data.items():
        assert mine.board.data[label] == [(pytest.approx(p.x), pytest.approx(float(p.y), rel=1e-3)) for p in line]


def test_train_ch6_takes_the_books_steps_with_batch_norm_by_hand(book, monkeypatch, capsys):
    monkeypatch.setattr(book, "Animator", lambda **options: SimpleNamespace(add=lambda *point: None))
    train, val, nets = some_batches(28, 6), some_batches(28, 1), []
    for d2l in (d2lutil, book):
        torch.manual_seed(7)
        nets.append(nn.Sequential(*normed_lenet(TOLD_BY_HAND)))
        d2l.train_ch6(nets[-1], train, val, 2, 0.5, d2l.cpu())
    same_weights(*nets)
    for mine, theirs in zip(*nets, strict=True):
        if isinstance(mine, BatchNorm):
            torch.testing.assert_close((mine.mean, mine.variance), (theirs.mean, theirs.variance))
    said = re.findall(r"\nloss (\d\.\d{3}), train acc (\d\.\d{3}), test acc (\d\.\d{3})\n", capsys.readouterr().out)
    assert len(said) == 2
    assert [float(x) for x in said[0]] == pytest.approx([float(x) for x in said[1]], abs=0.002)


# --- Fashion-MNIST --------------------------------------------------------------------------------------------------

NAMES = {(part, kind): f"{part}-{kind}-ubyte.gz" for part in ("train", "t10k")
         for kind in ("images-idx3", "labels-idx1")}  # fmt: skip
COUNT = {"train": 60, "t10k": 30}


def packed(array):
    """An IDX file, compressed."""
    header = bytes([0, 0, 8, array.dim()]) + b"".join(size.to_bytes(4, "big") for size in array.shape)
    return gzip.compress(header + array.numpy().tobytes(), mtime=0)


@functools.cache
def stand_in():
    """Ten kinds of images that are easily told apart: a bright square on one of ten places, and some noise."""
    random, files = torch.Generator().manual_seed(5), {}
    for part, count in COUNT.items():
        labels = torch.arange(count, dtype=torch.uint8) % 10
        images = torch.randint(0, 40, (count, 28, 28), dtype=torch.uint8, generator=random)
        for image, label in zip(images, labels.tolist(), strict=True):
            top, left = 14 * (label // 5) + 3, 5 * (label % 5) + 1
            image[top : top + 8, left : left + 5] += 200
        files[NAMES[part, "images-idx3"]], files[NAMES[part, "labels-idx1"]] = packed(images), packed(labels)
    return files


@functools.cache
def a_few_real_ones(folder):
    files = {}
    for (part, kind), name in NAMES.items():
        pixels, header = (28 * 28, 16) if kind == "images-idx3" else (1, 8)
        with gzip.open(folder / name) as file:
            head, content = file.read(header), file.read(COUNT[part] * pixels)
        files[name] = gzip.compress(head[:4] + COUNT[part].to_bytes(4, "big") + head[8:] + content, mtime=0)
    return files


@pytest.fixture(params=["stand-in", "Fashion-MNIST"])
def few_images(request, monkeypatch, tmp_path):
    """60 images to train on and 30 to test on, published under checksums of their own, where d2lutil looks for them
    (D2LUTIL_DATA) and where the book does (../data). Gives what they are."""
    mnist = pytest.importorskip("torchvision.datasets.mnist", reason="needs torchvision: pip install torchvision")
    if request.param == "stand-in":
        files = stand_in()
    else:
        files = a_few_real_ones(request.getfixturevalue("real_fashion_mnist"))
    folder = tmp_path / "data" / "FashionMNIST" / "raw"
    folder.mkdir(parents=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    checksums = [(name, hashlib.md5(content).hexdigest()) for name, content in files.items()]
    monkeypatch.setattr(mnist.FashionMNIST, "resources", checksums)
    monkeypatch.setattr("d2lutil.data.FASHION_FILES", dict(checksums))
    monkeypatch.setenv("D2LUTIL_DATA", str(tmp_path / "data"))
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    return request.param


def test_fashion_mnist_says_what_it_is(d2l, few_images):
    data = d2l.FashionMNIST(batch_size=16, resize=(32, 32))
    data.num_workers = 0
    X, y = next(iter(data.train_dataloader()))
    assert (X.shape, X.dtype, y.shape, y.dtype) == ((16, 1, 32, 32), torch.float32, (16,), torch.int64)
    assert 0 <= X.min() < 0.2 and 0.7 < X.max() <= 1
    assert (len(data.train), len(data.val)) == (60, 30)
    assert (len(data.train_dataloader()), len(data.val_dataloader()), data.batch_size) == (4, 2, 16)
    assert (data.val[3][0].shape, data.val[3][1]) == ((1, 32, 32), int(all_of(data.val_dataloader())[1][3]))
    assert data.text_labels([0, 9]) == ["t-shirt", "ankle boot"]


def all_of(batches):
    return tuple(torch.cat(part) for part in zip(*batches, strict=True))


@pytest.mark.parametrize("resize", [(28, 28), (32, 32), (96, 96), (20, 40)])
def test_fashion_mnist_is_the_books(book, few_images, resize):
    mine, theirs = (d2l.FashionMNIST(batch_size=16, resize=resize) for d2l in (d2lutil, book))
    theirs.num_workers = 0
    # Both packages blend neighbouring pixels; the book's then rounds to one of 256 greys.
    atol = 0.0 if resize == (28, 28) else 1.1 / 255
    for ours, books in ((mine.train, theirs.train), (mine.val, theirs.val)):
        for i in range(0, len(books), 7):
            assert ours[i][1] == books[i][1]
            torch.testing.assert_close(ours[i][0], books[i][0], rtol=0, atol=atol)
    (X, y), (A, b) = all_of(mine.val_dataloader()), all_of(theirs.val_dataloader())
    assert torch.equal(y, b)
    torch.testing.assert_close(X, A, rtol=0, atol=atol)
    y, b = all_of(mine.train_dataloader())[1], all_of(theirs.train_dataloader())[1]
    assert y.sort().values.tolist() == b.sort().values.tolist()


def test_fashion_mnist_trains_in_a_new_order_each_time_and_validates_in_the_same(few_images):
    data = d2lutil.FashionMNIST(batch_size=16)
    orders = [[all_of(data.get_dataloader(train))[1].tolist() for _ in range(2)] for train in (True, False)]
    assert orders[0][0] != orders[0][1]
    assert orders[1][0] == orders[1][1]


def test_fashion_mnist_shows_a_batch(d2l, few_images, agg, monkeypatch):
    data = d2l.FashionMNIST(batch_size=8)
    data.num_workers = 0
    X, y = next(iter(data.val_dataloader()))
    data.visualize([X, y], nrows=2, ncols=4)
    axes = agg.gcf().axes
    assert [ax.get_title() for ax in axes] == data.text_labels(y)
    assert torch.equal(torch.tensor(axes[5].images[0].get_array()), X[5, 0])
    data.visualize([X, y], 2, 4, labels=list("abcdefgh"))
    assert [ax.get_title() for ax in agg.gcf().axes] == list("abcdefgh")


# --- training each network on Fashion-MNIST, resized ----------------------------------------------------------------

LR = {"LeNet": 0.1, "AlexNet": 0.01, "VGG-11": 0.01, "NiN": 0.05, "GoogLeNet": 0.01, "ResNet-18": 0.01,
      "RegNetX-32": 0.05}  # fmt: skip
# So few steps bring these forward, whatever the seed. Those that are left out stand on a plateau for long, as in the
# book, where they take epochs of 60,000 images; what they share with the book is their steps, compared above.
LEARN_AT_ONCE = [name for name in SMALL if name not in ("AlexNet", "VGG-11", "NiN", "GoogLeNet")]


@pytest.mark.slow("trains networks of the book")
@pytest.mark.parametrize("name", SMALL)
def test_training_with_edition_1_0(name, few_images, capsys):
    d2l = d2lutil
    make, side = SMALL[name]
    model = make(d2l)(lr=LR.get(name, 0.1))
    trainer = d2l.Trainer(max_epochs=2, num_gpus=1)
    data = d2l.FashionMNIST(batch_size=20, resize=(side, side))
    model.apply_init([next(iter(data.get_dataloader(True)))[0]], d2l.init_cnn)
    trainer.fit(model, data)
    losses = [point.y for point in model.board.data["train_loss"]]
    accuracies = [point.y for point in model.board.data["val_acc"]]
    assert [point.x for point in model.board.data["val_loss"]] == [1, 2]
    assert len(losses) == 6 and torch.tensor(losses).isfinite().all()
    assert all(0 <= accuracy <= 1 for accuracy in accuracies)
    assert not model.training
    assert capsys.readouterr().out.count("test acc") == 2  # a line for each epoch, outside of notebooks
    if name in LEARN_AT_ONCE:
        assert sum(losses[-3:]) < sum(losses[:3])


SMALL_FIRST = {
    "LeNet": (lambda: lenet(TOLD), 28),
    "AlexNet": (lambda: alexnet(TOLD, features=256), 67),
    "VGG-11": (lambda: vgg(TOLD, [(n, c // 4) for n, c in VGG11], area=1), 32),
    "NiN": (lambda: nin(TOLD), 67),
    "GoogLeNet": (lambda: googlenet(TOLD), 32),
    "LeNet with batch norm": (lambda: normed_lenet(TOLD), None),
    "LeNet with batch norm by hand": (lambda: normed_lenet(TOLD_BY_HAND), None),
    "ResNet-18": (lambda: first_resnet(d2lutil), 32),
    "DenseNet": (lambda: densenet(TOLD), 32),
}


@pytest.mark.slow("trains networks of the book")
@pytest.mark.parametrize("few_images", ["stand-in"], indirect=True)
@pytest.mark.parametrize("name", SMALL_FIRST)
def test_training_with_the_first_edition(name, few_images, capsys):
    d2l = d2lutil
    layers, side = SMALL_FIRST[name]
    net = nn.Sequential(*layers())
    train_iter, test_iter = d2l.load_data_fashion_mnist(20, resize=side)
    d2l.train_ch6(net, train_iter, test_iter, 2, LR.get(name, 0.1), d2l.try_gpu())
    words = capsys.readouterr().out
    losses = [float(loss) for loss in re.findall(r"epoch \d/2 · .*?loss ([\d.]+)", words)]
    assert words.startswith(f"training on {d2l.try_gpu()}\n")
    assert re.search(r"\nloss \d+\.\d{3}, train acc \d\.\d{3}, test acc \d\.\d{3}\n\d+\.\d examples/sec on ", words)
    assert len(losses) == 2
    if name in LEARN_AT_ONCE:
        assert losses[1] < losses[0]
    assert 0 <= d2l.evaluate_accuracy_gpu(net, test_iter) <= 1


def test_lenet_with_batch_norm_learns_to_tell_images_apart(few_images):
    model = SMALL["LeNet with batch norm"][0](d2lutil)(lr=0.5)
    data = d2lutil.FashionMNIST(batch_size=20)
    model.apply_init([next(iter(data.get_dataloader(True)))[0]], d2lutil.init_cnn)
    d2lutil.Trainer(max_epochs=25, num_gpus=1).fit(model, data)
    # Of ten classes; six seeds gave all of the stand-ins, and of the real ones, after 60 examples, 0.45 to 0.67.
    assert model.board.data["val_acc"][-1].y > (0.9 if few_images == "stand-in" else 0.25)
    gamma, beta = model.net[1].weight, model.net[1].bias
    assert d2lutil.reshape(gamma, (-1,)).shape == d2lutil.reshape(beta, (-1,)).shape == (6,)


# --- the classes by themselves --------------------------------------------------------------------------------------


def test_short_names_of_torchs_functions_are_the_books(book):
    x = torch.tensor([[3.0, 1.0, 2.0], [6.0, 5.0, 4.0]])
    calls = {
        "reshape": [(3, 2)], "transpose": [], "swapaxes": [0, 1], "expand_dims": [1], "reduce_sum": [0],
        "reduce_mean": [1], "argmax": [1], "repeat": [2, 1], "size": [], "astype": [torch.int32], "to": [torch.float64],
    }  # fmt: skip
    for name, arguments in calls.items():
        mine, theirs = (getattr(d2l, name)(x, *arguments) for d2l in (d2lutil, book))
        assert torch.equal(torch.as_tensor(mine), torch.as_tensor(theirs)), name
        assert torch.as_tensor(mine).dtype == torch.as_tensor(theirs).dtype
    assert (d2lutil.numpy(x.requires_grad_()) == book.numpy(x)).all()
    for name in ("zeros", "ones", "arange", "concat", "stack", "abs", "matmul", "normal", "float32", "int64", "tanh"):
        assert getattr(d2lutil, name) is getattr(book, name)


def test_devices_are_the_books(book):
    for name in ("cpu", "gpu", "num_gpus", "try_gpu"):
        assert getattr(d2lutil, name)() == getattr(book, name)()
    assert d2lutil.gpu(3) == book.gpu(3)


def test_hyperparameters_are_kept(d2l):
    class Settings(d2l.HyperParameters):
        def __init__(self, a, b=2, *, c=3):
            self.save_hyperparameters(ignore=["b"])

    settings = Settings(1)
    assert (settings.a, settings.c, settings.hparams) == (1, 3, {"a": 1, "c": 3})
    assert not hasattr(settings, "b")


def test_a_subclass_keeps_its_own_hyperparameters_and_plots_as_often_as_it_says(d2l):
    class Net(d2l.Classifier):
        def __init__(self, lr):
            super().__init__(plot_train_per_epoch=1, plot_valid_per_epoch=1)
            self.save_hyperparameters()
            self.net = nn.Sequential(nn.Flatten(), nn.LazyLinear(10))

    model = Net(0.1)
    model.board.display = False
    d2l.Trainer(max_epochs=2).fit(model, given(d2l, some_batches(4, 4), some_batches(4, 2)))
    assert (model.lr, model.plot_train_per_epoch) == (0.1, 1)
    assert {label: [p.x for p in line] for label, line in model.board.data.items()} == {
        "train_loss": [0.375, 1.375], "val_loss": [1, 2], "val_acc": [1, 2],
    }  # fmt: skip


def test_a_board_takes_means_of_neighbouring_points_as_the_books(book):
    boards = [d2l.ProgressBoard(xlabel="x", display=False) for d2l in (d2lutil, book)]
    for board in boards:
        for x in range(10):
            board.draw(x, x**2, "square", every_n=3)
            board.draw(x, -x, "line")
    assert boards[0].data == boards[1].data
    assert boards[0].raw_points == boards[1].raw_points


def test_a_board_of_its_own_draws_its_curves(agg):
    board = d2lutil.ProgressBoard(xlabel="x", ylim=[0, 4], yscale="linear", figsize=(4, 3))
    for x in range(3):
        board.draw(x, x + 1, "a")
        board.draw(x, 4 - x, "b")
    (ax,) = board.fig.axes
    assert [list(line.get_ydata()) for line in ax.lines] == [[1, 2, 3], [4, 3, 2]]
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["a", "b"]
    assert (ax.get_xlabel(), ax.get_ylim(), [line.get_linestyle() for line in ax.lines]) == ("x", (0, 4), ["-", "--"])
    assert agg.get_fignums() == []


@pytest.mark.parametrize("classes", [3, 10])
def test_a_classifiers_loss_and_accuracy_are_the_books(book, classes):
    scores, y = torch.randn(4, 5, classes), torch.randint(0, classes, (4, 5))
    mine, theirs = d2lutil.Classifier(), book.Classifier()
    for averaged in (True, False):
        assert torch.equal(mine.loss(scores, y, averaged), theirs.loss(scores, y, averaged))
        assert torch.equal(mine.accuracy(scores, y, averaged=averaged), theirs.accuracy(scores, y, averaged=averaged))


def test_gradients_are_clipped_as_the_books(book):
    nets = []
    for d2l in (d2lutil, book):
        torch.manual_seed(2)
        nets.append(classifier(d2l, lambda kind: [nn.Flatten(), nn.LazyLinear(10)])(lr=1.0))
        nets[-1].board.display = False
        torch.manual_seed(3)
        data = given(d2l, some_batches(4, 3), some_batches(4, 1))
        d2l.Trainer(max_epochs=2, gradient_clip_val=0.1).fit(nets[-1], data)
    same_weights(*nets)
    assert torch.tensor([p.grad.norm() for p in nets[0].parameters()]).norm() == pytest.approx(0.1)


def test_a_module_with_a_loss_and_an_optimizer_of_its_own(d2l):
    class ByHand(d2l.HyperParameters):
        def __init__(self, params, lr):
            self.save_hyperparameters()

        def zero_grad(self):
            for param in self.params:
                param.grad = None

        def step(self):
            for param in self.params:
                param -= self.lr * param.grad

    class Line(d2l.Module):
        def __init__(self, lr):
            super().__init__()
            self.save_hyperparameters()
            self.w = torch.zeros(1, requires_grad=True)

        def forward(self, X):
            return X * self.w

        def loss(self, y_hat, y):
            return ((y_hat - y) ** 2).mean()

        def configure_optimizers(self):
            return ByHand([self.w], self.lr)

    class Data(d2l.DataModule):
        def __init__(self):
            super().__init__()
            self.batch_size, self.X = 4, torch.linspace(-1, 1, 24)

        def get_dataloader(self, train):
            return self.get_tensorloader((self.X, 3 * self.X), train, slice(0, 16) if train else slice(16, None))

    model = Line(lr=0.5)
    model.board.display = False
    d2l.Trainer(max_epochs=10).fit(model, Data())
    torch.testing.assert_close(model.w.detach(), torch.tensor([3.0]), atol=0.01, rtol=0)
    assert list(model.board.data) == ["train_loss", "val_loss"]


def small_net(lr=0.1):
    return classifier(d2lutil, lambda kind: [nn.Flatten(), nn.LazyLinear(10)])(lr)


def test_data_without_a_part_to_validate_with():
    model = small_net()
    d2lutil.Trainer(max_epochs=2).fit(model, given(d2lutil, some_batches(4, 2), None))
    assert list(model.board.data) == ["train_loss"]


def test_no_points_are_plotted_where_none_are_asked_for():
    model = small_net()
    model.plot_train_per_epoch = 0
    d2lutil.Trainer(max_epochs=1).fit(model, given(d2lutil, some_batches(4, 2), some_batches(4, 1)))
    assert list(model.board.data) == ["val_loss", "val_acc"]


def test_one_batch_is_enough_for_a_point():
    model = small_net()
    d2lutil.Trainer(max_epochs=3).fit(model, given(d2lutil, some_batches(4, 1), some_batches(4, 1)))
    assert [p.x for p in model.board.data["train_loss"]] == [0, 1, 2]


class Recorder:
    """In place of the progress display; every drawing is due."""

    def __init__(self, visible=True):
        self.visible, self.drawn, self.closed = visible, [], False
        Recorder.last = self

    def due(self):
        return self.visible

    def draw(self, status, epoch_ended=False):
        self.drawn.append((status.epoch, status.batch, epoch_ended, status.words()))
        self.status = status

    def close(self):
        self.closed = True


def test_the_trainer_shows_its_progress_and_the_board_draws_nothing_meanwhile(monkeypatch):
    monkeypatch.setattr(book_modules, "Progress", Recorder)
    model = small_net()
    d2lutil.Trainer(max_epochs=2).fit(model, given(d2lutil, some_batches(4, 2), some_batches(4, 1)))
    shown = Recorder.last
    assert [row[:3] for row in shown.drawn] == [
        (0, 0, False), (0, 1, False), (0, 2, False), (0, 2, True), (1, 1, False), (1, 2, False), (1, 2, True),
    ]  # fmt: skip
    assert re.match(r"epoch 2/2 · batch 2/2 · loss \d+\.\d{3} · test acc \d\.\d{3} · took", shown.drawn[-1][3])
    assert [x for x, _, _ in shown.status.points] == [0.5, 1, 1, 1.5, 2, 2]
    assert shown.status.test_points == model.board.data["val_acc"]
    assert shown.closed and model.board.display and model.board.fig is None


def test_a_board_that_displays_nothing_hides_the_progress(capsys):
    model = small_net()
    model.board.display = False
    d2lutil.Trainer(max_epochs=2).fit(model, given(d2lutil, some_batches(4, 2), some_batches(4, 1)))
    assert capsys.readouterr().out == ""


def interrupt_in_batch(model, n):
    step, model.steps = model.training_step, 0

    def training_step(batch):
        model.steps += 1
        if model.steps == n:
            os.kill(os.getpid(), signal.SIGINT)
        return step(batch)

    model.training_step = training_step


@pytest.mark.parametrize("n, done, words", [
    (2, 2, "Interrupted in epoch 1, after batch 2: the model keeps what it has learned.\n"),
    (3, 3, "Interrupted in epoch 1, after batch 3: the model keeps what it has learned.\n"),
    (5, 5, "Interrupted in epoch 2, after batch 2: the model keeps what it has learned.\n"),
    (6, 6, ""),  # all is done by then
])  # fmt: skip
def test_an_interrupt_ends_the_training_after_the_batch_at_hand(n, done, words, capsys):
    before = signal.getsignal(signal.SIGINT)
    model, trainer = small_net(), d2lutil.Trainer(max_epochs=2)
    model.board.display = False
    data = given(d2lutil, some_batches(4, 3), some_batches(4, 1))
    interrupt_in_batch(model, n)
    trainer.fit(model, data)
    assert trainer.train_batch_idx == done
    assert capsys.readouterr().out == words
    assert not model.training
    assert signal.getsignal(signal.SIGINT) is before
    trainer.fit(model, data)  # and again, undisturbed
    assert trainer.train_batch_idx == 6


def test_the_trainer_uses_the_gpu_if_there_is_one(cuda):
    model, trainer = small_net(), d2lutil.Trainer(max_epochs=2, num_gpus=1)
    trainer.fit(model, given(d2lutil, some_batches(4, 2), some_batches(4, 1)))
    assert next(model.parameters()).is_cuda
    assert all(isinstance(p.y, float) for line in model.board.data.values() for p in line)
    model.layer_summary((1, 1, 4, 4))


@pytest.mark.parametrize("few_images", ["stand-in"], indirect=True)
def test_fashion_mnist_goes_to_the_gpu_as_a_whole(cuda, few_images):
    model, trainer = d2lutil.LeNet(), d2lutil.Trainer(max_epochs=1, num_gpus=1)
    trainer.fit(model, d2lutil.FashionMNIST(batch_size=20))
    assert trainer.train_dataloader.images.is_cuda and next(model.parameters()).is_cuda


# --- errors ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "call, error, words",
    [
        (lambda: d2lutil.Trainer(max_epochs=0), ValueError, "max_epochs must be at least 1, got 0"),
        (lambda: d2lutil.Trainer(1).fit(small_net(), given(d2lutil, [], [])), ValueError, "there is no batch to train"),
        (lambda: classifier(d2lutil, alexnet)().layer_summary((1, 1, 28, 28)), ValueError,
         "MaxPool2d.* refuses an input of shape (1, 256, 2, 2)"),
        (lambda: d2lutil.Residual(6)(torch.rand(1, 3, 4, 4)), ValueError,
         "the block's input (1, 3, 4, 4) cannot be added to its output (1, 6, 4, 4): use_1x1conv=True brings it"),
        (lambda: d2lutil.Module()(torch.rand(1)), AttributeError, "Module has neither a network self.net nor a method"),
        (lambda: small_net().plot("loss", torch.tensor(1.0), train=True), RuntimeError, "call trainer.fit(model,"),
        (lambda: d2lutil.Module().loss(1, 2), NotImplementedError, "Module has no method loss(y_hat, y)"),
        (lambda: d2lutil.DataModule().train_dataloader(), NotImplementedError, "no method get_dataloader(train)"),
    ],
)  # fmt: skip
def test_errors_say_what_is_wrong(call, error, words):
    with pytest.raises(error, match=re.escape(words).replace(r"\.\*", ".*")):
        call()
