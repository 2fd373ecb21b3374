"""What beginners meet when a network, images and labels do not fit: a sentence with the shapes and the usual cause."""

import re

import pytest
import torch
from torch import nn
from torch.nn import functional as F

import d2lutil as d2l


def images(n=8, channels=1, side=28, labels=None):
    torch.manual_seed(1)
    y = torch.randint(0, 10, (n,)) if labels is None else labels
    return [(torch.rand(n, channels, side, side), y)] * 2


def fit(net, train, test=None, epochs=1, **more):
    return d2l.fit(net, train, test, epochs, 0.1, "cpu", progress=False, **more)


def refused(call, *words, kind=ValueError):
    with pytest.raises(kind) as caught:
        call()
    for word in words:
        assert word in str(caught.value), str(caught.value)
    assert len(str(caught.value).split("\n\n")[0]) < 500
    return str(caught.value)


def by_fit(net, batches):
    fit(net, batches)


def by_fit_on_test_images(net, batches):
    seen = []
    net.register_forward_pre_hook(lambda module, X: seen.append(module.training))
    try:
        fit(net, images(), batches)
    finally:
        assert not any(seen), "nothing is trained before the test images are tried out"


def by_evaluate(net, batches):
    d2l.evaluate(net, batches)


def by_train_ch6(net, batches):
    d2l.train_ch6(net, batches, None, 1, 0.1, torch.device("cpu"))


every_way = pytest.mark.parametrize("use", [by_fit, by_fit_on_test_images, by_evaluate, by_train_ch6])


@every_way
def test_images_of_another_size(use):
    words = refused(
        lambda: use(d2l.lenet(), images(side=32)),
        "Linear(in_features=400, out_features=120, bias=True) refuses an input of shape (8, 576): ",
        "it needs 400 numbers for each image, and is given 576.",
        "it would be nn.Linear(576, 120).",
        "PyTorch says: ",
        "mat1 and mat2 shapes",
    )
    table = [line.split(maxsplit=1) for line in words.split("\n\n")[1].splitlines()]
    assert table[0] == ["input", "(8, 1, 32, 32)"] and table[1] == ["Conv2d", "(8, 6, 32, 32)"]
    assert table[-1] == ["Linear", "← refuses its input"] and table[-2] == ["Flatten", "(8, 576)"]


def test_the_layer_that_is_proposed_fits():
    net = d2l.lenet()
    number = int(re.search(r"nn.Linear\((\d+), 120\)", refused(lambda: fit(net, images(side=32)))).group(1))
    net[7] = nn.Linear(number, 120)
    assert fit(net, images(side=32)).epochs == 1


@every_way
def test_images_with_other_channels(use):
    refused(
        lambda: use(d2l.lenet(), images(channels=3)),
        "refuses an input of shape (8, 3, 28, 28): it needs 1 channels, and is given 3.",
    )


@pytest.mark.parametrize(
    ("layers", "shape", "words"),
    [
        ([nn.Conv2d(1, 4, 3), nn.Linear(16, 3)], (2, 1, 4, 4), "nn.Flatten() is missing before it"),
        ([nn.Conv2d(1, 4, 3), nn.Linear(9, 3)], (2, 1, 4, 4), "needs 9 numbers for each image, and is given 16"),
        ([nn.Conv2d(1, 4, 5), nn.Flatten(), nn.Linear(4, 3)], (2, 1, 4, 4), "larger than what is left of the image"),
        ([nn.Conv2d(1, 4, 3), nn.MaxPool2d(4)], (2, 1, 4, 4), "its window (4) is larger than what is left"),
        ([nn.Conv2d(1, 4, 3)], (2, 16), "four axes (batch, channels, height, width), and this has 2"),
        ([nn.Flatten(), nn.Linear(4, 3), nn.BatchNorm1d(3)], (1, 1, 2, 2), "a last batch of a single image"),
        ([nn.Conv2d(1, 4, 3), nn.BatchNorm2d(5)], (2, 1, 4, 4), "it needs 5 channels, and is given 4"),
    ],
    ids=range(7),
)
def test_each_kind_of_layer_says_what_it_needs(layers, shape, words):
    batch = (torch.rand(shape), torch.zeros(shape[0], dtype=torch.int64))
    refused(lambda: fit(nn.Sequential(*layers), [batch]), words)


def test_what_fails_outside_of_a_layer_is_named_with_the_shape():
    class Own(nn.Module):
        def __init__(self):
            super().__init__()
            self.linear = nn.Linear(4, 3)

        def forward(self, X):
            return self.linear(X.view(-1, 5))

    refused(
        lambda: fit(Own(), images(2, 1, 2)), "Own.forward() fails for an input of shape (2, 1, 2, 2).", "PyTorch says"
    )


def test_looking_for_the_cause_leaves_the_network_as_it_was():
    net = nn.Sequential(nn.BatchNorm2d(1), nn.Flatten(), nn.Linear(5, 3))
    before = {key: value.clone() for key, value in net.state_dict().items()}
    refused(lambda: d2l.evaluate(net, images(2, 1, 2)))
    assert all(torch.equal(value, before[key]) for key, value in net.state_dict().items())
    assert not any(layer._forward_hooks or layer._forward_pre_hooks for layer in net.modules())


@every_way
def test_another_type(use):
    torch.set_default_dtype(torch.float64)
    try:
        net = d2l.lenet()
    finally:
        torch.set_default_dtype(torch.float32)
    if use is not by_fit_on_test_images:
        refused(lambda: use(net, images()), "the input is float32, the weights are float64", "set_default_dtype")


@pytest.mark.parametrize(
    ("labels", "words"),
    [
        (torch.zeros(8), "got float32 of shape (8,): y.long() makes them whole numbers"),
        (torch.zeros(8, 1, dtype=torch.int64), "got int64 of shape (8, 1): y.flatten() makes it so"),
        (torch.zeros(8, 1), "got float32 of shape (8, 1): y.flatten()"),
        (
            F.one_hot(torch.arange(8), 10),
            "got int64 of shape (8, 10): if they are one-hot, y.argmax(1) gives the numbers",
        ),
        (torch.zeros(7, dtype=torch.int64), "one label for each image; X has shape (8, 1, 28, 28), y has (7,)"),
    ],
)
@every_way
def test_labels_of_another_form(use, labels, words):
    refused(lambda: use(d2l.lenet(), images(labels=labels)), words)


@pytest.mark.parametrize("worst", [-1, 10, 255])
def test_labels_out_of_range(worst):
    labels = torch.tensor([0, 1, 2, 3, 4, 5, 6, worst])
    low, high = min(0, worst), max(6, worst)
    words = f"labels must lie between 0 and 9, because the network gives 10 scores; they go from {low} to {high}"
    refused(lambda: fit(d2l.lenet(), images(labels=labels)), words)


@pytest.mark.parametrize("kind", [torch.uint8, torch.int32, torch.int16])
def test_labels_of_any_whole_kind_are_taken(kind):
    losses = []
    for as_given in (torch.int64, kind):
        torch.manual_seed(0)
        batches = [(X, y.to(as_given)) for X, y in images()]
        losses.append(fit(d2l.lenet(), batches, batches).train_loss)
    assert losses[0] == losses[1]


@every_way
@pytest.mark.parametrize(
    ("batch", "kind"),
    [(3, TypeError), (torch.rand(2, 1, 28, 28), TypeError), ((torch.rand(2, 1, 28, 28),), TypeError),
     ((torch.rand(2, 1, 28, 28), [0, 1]), TypeError), ({"X": 1, "y": 2}, TypeError)],
)  # fmt: skip
def test_batches_that_are_no_pairs(use, batch, kind):
    refused(lambda: use(d2l.lenet(), [batch]), "each batch must be a pair of tensors (X, y), got ", kind=kind)


@every_way
def test_scores_of_another_shape(use):
    words = "a classifier must give scores of shape (8, classes); this network gave a tensor of shape (8, 2, 26, 26)"
    refused(lambda: use(nn.Sequential(nn.Conv2d(1, 2, 3)), images()), words)
    refused(
        lambda: use(nn.Sequential(nn.Flatten(0), nn.Linear(8 * 28 * 28, 3)), images()), "gave a tensor of shape (3,)"
    )


def test_networks_that_are_none_or_empty():
    for net in (None, "net", nn.Linear, [nn.Linear(1, 1)]):
        refused(lambda net=net: fit(net, images()), "net must be a network (an nn.Module), got ", kind=TypeError)
        refused(lambda net=net: d2l.evaluate(net, images()), "net must be a network", kind=TypeError)
    refused(lambda: fit(nn.Sequential(nn.Flatten()), images()), "Sequential has no parameters", "nn.ModuleList")


def test_a_generator_is_refused_where_a_second_epoch_would_find_it_empty():
    train = (batch for batch in images())
    refused(lambda: fit(d2l.lenet(), train, epochs=2), "train is a generator, which is used up after one epoch, and 2")
    refused(lambda: fit(d2l.lenet(), images(), iter(images()), epochs=2), "test is a list_iterator, which is used up")
    assert fit(d2l.lenet(), (batch for batch in images()), iter(images()), epochs=1).images == 16


@pytest.mark.parametrize("device", ["gpu", "cuda:7", "nonsense", "cuda:99", 3.5])
def test_a_device_that_is_not_there(device):
    words = f"there is no device {device!r} here; there is cpu"
    refused(lambda: d2l.fit(d2l.lenet(), images(), None, 1, 0.1, device, progress=False), words)
    refused(lambda: d2l.evaluate(d2l.lenet(), images(), device), words)


@pytest.mark.parametrize("lr", [float("inf"), "0.1", None, 0, -1, float("nan")])
def test_learning_rates(lr):
    refused(lambda: d2l.fit(d2l.lenet(), images(), None, 1, lr, progress=False), f"must be positive, got {lr}")


@pytest.mark.parametrize("epochs", [1.5, "2", None, True, 0])
def test_numbers_of_epochs(epochs):
    refused(lambda: d2l.fit(d2l.lenet(), images(), None, epochs, 0.1), f"epochs must be at least 1, got {epochs}")


@pytest.mark.parametrize("batches", [None, 3, "text", torch.rand(3, 4)])
def test_what_are_no_batches(batches):
    refused(lambda: fit(d2l.lenet(), batches), "train must be batches (X, y), such as", kind=TypeError)


def test_a_schedule_that_returns_nothing():
    words = "schedule must return a scheduler of torch.optim.lr_scheduler, got NoneType"
    refused(lambda: fit(d2l.lenet(), images(), schedule=lambda optimizer, steps: None), words, kind=TypeError)


@pytest.mark.parametrize("last", [nn.Softmax(dim=1), nn.Identity()])
def test_a_softmax_before_the_cross_entropy_is_warned_of(last, recwarn):
    fit(nn.Sequential(d2l.lenet(), last), images())
    assert len(recwarn) == isinstance(last, nn.Softmax)
    assert all("it ends in a softmax, and cross-entropy applies another one" in str(one.message) for one in recwarn)


def test_with_a_loss_of_ones_own_a_softmax_is_right(recwarn):
    fit(nn.Sequential(d2l.lenet(), nn.Softmax(dim=1)), images(), loss=lambda p, y: F.nll_loss(p.log(), y))
    assert not recwarn


# --- a loss that is no number ---


def test_training_stops_before_a_loss_that_is_no_number_changes_the_network(capsys):
    net = d2l.lenet(nn.ReLU)
    good, (X, y) = images(), images()[0]
    bad = torch.full_like(X, float("nan"))
    history = fit(net, [*good, (bad, y), *good], epochs=3)
    assert (history.diverged, history.interrupted, history.epochs) == (True, False, 0)
    assert all(p.isfinite().all() for p in net.parameters()) and not net.training
    words = capsys.readouterr().out
    assert words.startswith("Stopped in epoch 1, at batch 3: the loss is infinite or not a number. ")
    assert "This batch of images holds nan or infinity" in words
    assert "diverged" in repr(history)


def test_too_large_a_learning_rate_is_named(capsys):
    torch.manual_seed(0)
    net = nn.Sequential(nn.Flatten(), nn.Linear(784, 50), nn.ReLU(), nn.Linear(50, 10))
    history = d2l.fit(net, images() * 20, None, 4, 1e20, "cpu", progress=False)
    assert history.diverged
    words = capsys.readouterr().out
    assert "a smaller learning rate (it is 1e+20)" in words and "keeps its whole epochs" in words


def test_on_a_gpu_it_is_noticed_at_the_end_of_the_epoch(monkeypatch, capsys):
    monkeypatch.setattr("d2lutil.train._answers_at_once", lambda device: False)
    good, (X, y) = images(), images()[0]
    history = fit(d2l.lenet(), [*good, (X * float("nan"), y)], images(), epochs=3)
    assert (history.diverged, history.epochs, history.test_acc) == (True, 0, [])
    assert "the loss is infinite or not a number" in capsys.readouterr().out


# --- in the reader's language ---


def test_all_of_it_is_said_in_chinese(capsys):
    d2l.use_language("zh")
    good, (X, y) = images(), images()[0]
    net = d2l.lenet()
    calls = [
        lambda: fit(net, images(side=32)),
        lambda: fit(net, images(channels=3)),
        lambda: fit(net, images(labels=torch.zeros(8))),
        lambda: fit(net, images(labels=torch.arange(8) + 9)),
        lambda: fit(net, 3),
        lambda: fit(net, [3]),
        lambda: fit(net, []),
        lambda: fit(net, iter(good), epochs=2),
        lambda: fit(None, good),
        lambda: fit(nn.Flatten(), good),
        lambda: fit(nn.Conv2d(1, 2, 3), good),
        lambda: d2l.fit(net, good, None, 1, 0.1, "gpu"),
        lambda: d2l.fit(net, good, None, 0, 0.1),
        lambda: d2l.evaluate(net, []),
        lambda: d2l.lenet("relu"),
        lambda: d2l.lenet(nn.ReLU()),
        lambda: d2l.lenet(batch_norm="no"),
        lambda: d2l.lenet(in_channels=0),
    ]
    for call in calls:
        with pytest.raises((ValueError, TypeError)) as caught:
            call()
        first = str(caught.value).split("\n")[0]
        assert re.search("[\u4e00-\u9fff]", first), first
    fit(d2l.lenet(), [(X * float("nan"), y)])
    assert "训练在第 1 轮的第 1 个批量处停止" in capsys.readouterr().out


# --- lenet() ---


@pytest.mark.parametrize(
    ("arguments", "kind", "words"),
    [
        ({"activation": "relu"}, TypeError, "activation must be a class that makes a layer, such"),
        ({"activation": nn.ReLU()}, TypeError, "got ReLU()"),
        ({"pool": nn.MaxPool2d(2)}, TypeError, "pool must be a class that makes a layer, such as nn.MaxPool2d"),
        ({"in_channels": 0}, ValueError, "in_channels must be a whole number of at least 1, got 0"),
        ({"num_classes": 2.5}, ValueError, "num_classes must be a whole number of at least 1, got 2.5"),
        ({"num_classes": True}, ValueError, "num_classes must be a whole number of at least 1, got True"),
        ({"batch_norm": "no"}, TypeError, "batch_norm must be True or False, got 'no'"),
    ],
)  # fmt: skip
def test_lenet_says_what_it_takes(arguments, kind, words):
    refused(lambda: d2l.lenet(**arguments), words, kind=kind)
