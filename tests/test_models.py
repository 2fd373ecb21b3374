"""The networks against the book's, and the table against what the layers really give."""

import re

import pytest
import torch
from torch import nn

import d2lutil as d2l


def test_lenet_with_the_books_weights_answers_as_the_books(book):
    theirs = book.LeNet().net
    X = torch.rand(3, 1, 28, 28)
    expected = theirs(X)  # the book's layers are lazy: they have weights only now
    mine = d2l.lenet()
    assert sum(p.numel() for p in mine.parameters()) == sum(p.numel() for p in theirs.parameters())
    for p, q in zip(mine.parameters(), theirs.parameters(), strict=True):
        p.data.copy_(q)
    torch.testing.assert_close(mine(X), expected)


def test_lenet_takes_other_layers_channels_and_classes():
    net = d2l.lenet(nn.ReLU, nn.MaxPool2d, in_channels=3, num_classes=4)
    kinds = [type(layer) for layer in net]
    assert (kinds.count(nn.ReLU), kinds.count(nn.MaxPool2d)) == (4, 2)
    assert nn.Sigmoid not in kinds
    assert net(torch.rand(5, 3, 28, 28)).shape == (5, 4)


def test_lenet_may_have_a_batch_norm_behind_each_convolution():
    net = d2l.lenet(nn.ReLU, nn.MaxPool2d, batch_norm=True)
    kinds = [type(layer) for layer in net]
    after_convolutions = [kinds[k + 1] for k, kind in enumerate(kinds) if kind is nn.Conv2d]
    assert after_convolutions == [nn.BatchNorm2d] * 2
    assert kinds.count(nn.BatchNorm2d) == 2
    assert net(torch.rand(5, 1, 28, 28)).shape == (5, 10)


@pytest.mark.parametrize(
    "make", [lambda: nn.Linear(30, 20), lambda: nn.Conv2d(3, 5, 4), lambda: nn.ConvTranspose2d(1, 1, 2)]
)
def test_init_cnn_is_the_books(book, make):
    mine, theirs = make(), make()
    theirs.load_state_dict(mine.state_dict())
    torch.manual_seed(1)
    mine.apply(d2l.init_cnn)
    torch.manual_seed(1)
    theirs.apply(book.init_cnn)
    assert torch.equal(mine.weight, theirs.weight)
    assert torch.equal(mine.bias, theirs.bias)


def numbers(line):
    """Shape and count at the end of a line of the table."""
    shape = re.search(r"\((.*)\)", line)
    count = re.search(r"([\d,]+)$", line)
    return shape and tuple(map(int, shape[1].rstrip(",").split(","))), count and int(count[1].replace(",", ""))


def test_the_table_has_the_shape_and_the_parameters_of_every_layer():
    net, X = d2l.lenet(nn.ReLU, nn.MaxPool2d), torch.zeros(2, 1, 28, 28)
    first, *lines, total = d2l.layer_table(net, tuple(X.shape)).splitlines()
    assert numbers(first)[0] == tuple(X.shape)
    for layer, line in zip(net, lines, strict=True):
        X = layer(X)
        assert line.startswith(type(layer).__name__)
        assert numbers(line) == (tuple(X.shape), sum(p.numel() for p in layer.parameters()))
    assert numbers(total)[1] == sum(p.numel() for p in net.parameters())


def test_the_table_is_chinese_but_for_the_layers_names_and_its_columns_stand_where_they_did():
    net = nn.Sequential(nn.Flatten(), nn.Linear(4, 2))
    english = d2l.layer_table(net, (1, 2, 2))
    d2l.use_language("zh")
    chinese = d2l.layer_table(net, (1, 2, 2))
    assert chinese == english.replace("input     ", "输入      ").replace("total", "合计 ")


def test_the_columns_of_the_table_stand_below_one_another_however_wide_they_are():
    net = nn.Sequential(nn.Identity(), nn.Flatten(), nn.BatchNorm1d(1), nn.Linear(1, 600_000))
    first, *lines = d2l.layer_table(net, (1,) * 9).splitlines()
    assert len({len(line) for line in lines}) == 1
    assert len({line.index("(") for line in [first, *lines[:-1]]}) == 1


@pytest.mark.parametrize("training", [True, False])
def test_the_table_leaves_the_network_as_it_was(training):
    net = nn.Sequential(nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4), nn.Dropout(0.5)).train(training)
    before = {name: value.clone() for name, value in net.state_dict().items()}
    random = torch.get_rng_state()
    d2l.layer_table(net, (1, 1, 28, 28))
    assert net.training is training
    assert all(torch.equal(value, before[name]) for name, value in net.state_dict().items())
    assert torch.equal(torch.get_rng_state(), random)


def test_the_table_leaves_a_frozen_layer_frozen():
    net = nn.Sequential(nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4).eval())
    d2l.layer_table(net, (1, 1, 28, 28))
    assert [layer.training for layer in net] == [True, False]


def test_the_table_takes_a_sequential_only():
    with pytest.raises(TypeError, match="^layer_table takes an nn.Sequential, got Linear$"):
        d2l.layer_table(nn.Linear(2, 2), (1, 2))


def test_a_layer_that_refuses_its_input_is_named_with_the_shape():
    net = nn.Sequential(nn.Conv2d(1, 6, 5), nn.Flatten(), nn.Linear(400, 10))
    words = (
        "Linear(in_features=400, out_features=10, bias=True) refuses an input of shape (1, 3456): it needs 400 numbers"
    )
    with pytest.raises(ValueError, match="^" + re.escape(words)):
        d2l.layer_table(net, (1, 1, 28, 28))
    assert net.training
