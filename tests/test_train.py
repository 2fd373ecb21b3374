"""fit and evaluate against the plain loop of every PyTorch tutorial; interrupts; how often the device is asked."""

import copy
import multiprocessing
import os
import re
import signal
import subprocess
import sys
import threading
import warnings
from pathlib import Path

import pytest
import torch
from torch import nn
from torch.nn import functional as F
from torch.utils.data import DataLoader, TensorDataset

import d2lutil as d2l
from d2lutil import train
from d2lutil.widgets import progress


def some_batches(count=5, size=8):
    """The last one is smaller, so that means over batches and means over images differ."""
    sizes = [size] * (count - 1) + [3]
    return [(torch.rand(n, 1, 4, 4), torch.randint(0, 3, (n,))) for n in sizes]


def small_net():
    return nn.Sequential(nn.Flatten(), nn.Linear(16, 3))


def quiet_fit(net, train, test=None, epochs=1, lr=0.5, device="cpu", **more):
    return d2l.fit(net, train, test, epochs, lr, device, progress=False, **more)


def plain_training(net, batches, updates, lr=0.5, optimizer=torch.optim.SGD, loss=F.cross_entropy):
    """So many updates by the plain loop; for each batch its loss, its right answers and its size."""
    optimizer, record = optimizer(net.parameters(), lr=lr), []
    net.train()
    while len(record) < updates:
        for X, y in batches[: updates - len(record)]:
            optimizer.zero_grad()
            scores = net(X)
            value = loss(scores, y)
            value.backward()
            optimizer.step()
            record.append((value.item(), (scores.argmax(1) == y).sum().item(), len(y)))
    return record


def same_parameters(a, b):
    return all(torch.equal(p, q) for p, q in zip(a.parameters(), b.parameters(), strict=True))


class Unsized:
    """Can be gone through again and again, but has no len."""

    def __init__(self, batches):
        self.batches = batches

    def __iter__(self):
        return iter(self.batches)


# --- it trains ------------------------------------------------------------------------------------------------------


@pytest.mark.slow("trains a network")
def test_lenet_learns_the_digits():
    train, test = d2l.load_digits(batch_size=32)
    net = d2l.lenet(nn.ReLU, nn.MaxPool2d)
    history = quiet_fit(net, train, test, epochs=3, lr=0.003, optimizer=torch.optim.Adam)
    assert history.train_loss[-1] < history.train_loss[0] / 2
    assert history.test_acc[-1] > 0.7


def test_fit_is_the_plain_loop():
    batches, mine = some_batches(), small_net()
    theirs = copy.deepcopy(mine)
    quiet_fit(mine, batches, some_batches(), epochs=2)
    plain_training(theirs, batches, updates=10)
    assert same_parameters(mine, theirs)


def test_fit_takes_another_optimizer_and_loss():
    def loss(scores, y):
        return F.multi_margin_loss(scores, y)

    batches, mine = some_batches(), small_net()
    theirs = copy.deepcopy(mine)
    history = quiet_fit(mine, batches, lr=0.01, optimizer=torch.optim.Adam, loss=loss)
    record = plain_training(theirs, batches, updates=5, lr=0.01, optimizer=torch.optim.Adam, loss=loss)
    assert same_parameters(mine, theirs)
    assert history.train_loss == pytest.approx([sum(v * n for v, _, n in record) / sum(n for *_, n in record)])


def test_a_schedule_is_stepped_after_each_batch():
    rates = []

    def schedule(optimizer, steps):
        assert steps == 10
        optimizer.register_step_pre_hook(lambda *_: rates.append(optimizer.param_groups[0]["lr"]))
        return torch.optim.lr_scheduler.LinearLR(optimizer, 1.0, 0.5, total_iters=steps)

    quiet_fit(small_net(), some_batches(), epochs=2, lr=0.4, schedule=schedule)
    assert rates == pytest.approx([0.4 - 0.02 * step for step in range(10)])


def test_a_schedule_needs_the_number_of_batches():
    with pytest.raises(ValueError, match="a schedule needs to know the number of batches, but len.. of a Unsized"):
        quiet_fit(small_net(), Unsized(some_batches()), schedule=torch.optim.lr_scheduler.ConstantLR)


def test_the_history_holds_the_means_over_the_images_of_each_epoch():
    batches, test, net = some_batches(), some_batches(), small_net()
    reference = copy.deepcopy(net)
    history = quiet_fit(net, batches, test, epochs=2)
    for epoch in range(2):
        record = plain_training(reference, batches, updates=5)
        images = sum(n for *_, n in record)
        assert history.train_loss[epoch] == pytest.approx(sum(value * n for value, _, n in record) / images)
        assert history.train_acc[epoch] == pytest.approx(sum(right for _, right, _ in record) / images)
        assert history.test_acc[epoch] == d2l.evaluate(reference, test)


def test_the_history_has_one_entry_for_every_epoch():
    history = quiet_fit(small_net(), some_batches(), some_batches(), epochs=3)
    assert [len(values) for values in (history.train_loss, history.train_acc, history.test_acc)] == [3, 3, 3]
    assert (history.epochs, history.images, history.interrupted) == (3, 3 * 35, False)


def test_without_test_data_there_is_no_test_accuracy():
    history = quiet_fit(small_net(), some_batches(), None, epochs=2)
    assert (history.epochs, history.test_acc) == (2, [])


@pytest.mark.parametrize(
    "wrap", [Unsized, lambda batches: DataLoader(batches, batch_size=None)], ids=["unsized", "loader"]
)
def test_batches_come_from_anything_that_can_be_gone_through_again(wrap):
    batches, net = some_batches(), small_net()
    same = copy.deepcopy(net)
    expected = quiet_fit(net, batches, batches, epochs=2)
    history = quiet_fit(same, wrap(batches), wrap(batches), epochs=2)
    assert same_parameters(net, same)
    assert (history.train_loss, history.test_acc) == (expected.train_loss, expected.test_acc)


def test_batches_may_come_from_a_shuffling_data_loader():
    loader = DataLoader(TensorDataset(torch.rand(35, 1, 4, 4), torch.randint(0, 3, (35,))), batch_size=8, shuffle=True)
    assert quiet_fit(small_net(), loader, loader, epochs=2).images == 70


def test_data_that_can_be_moved_are_moved_once_and_not_batch_by_batch():
    class Movable(Unsized):
        moves = 0

        def to(self, device):
            self.moves += 1
            return self.batches

    train, test = Movable(some_batches()), Movable(some_batches())
    quiet_fit(small_net(), train, test, epochs=1)
    assert (train.moves, test.moves) == (1, 1)


def test_the_network_is_left_ready_to_use():
    net = nn.Sequential(nn.Flatten(), nn.Dropout(0.5), nn.Linear(16, 3))
    quiet_fit(net, some_batches())
    assert not any(module.training for module in net.modules())


def test_the_network_trains_in_training_mode_after_every_evaluation():
    modes = []
    net = small_net()
    net.register_forward_pre_hook(lambda module, X: modes.append(module.training))
    quiet_fit(net, some_batches(2), some_batches(1), epochs=2)
    assert modes == [False] + [True, True, False] * 2  # first one batch is tried out


def test_the_device_may_be_a_name_or_an_object():
    for device in ("cpu", torch.device("cpu")):
        assert quiet_fit(small_net(), some_batches(), device=device).device == "cpu"


def test_by_default_the_fastest_device_is_taken():
    net = small_net()
    history = quiet_fit(net, some_batches(), device=None)
    assert torch.device(history.device).type == d2l.device().type
    assert next(net.parameters()).device.type == d2l.device().type


@pytest.mark.parametrize(
    "change, words",
    [
        ({"epochs": 0}, "epochs must be at least 1, got 0"),
        ({"epochs": -2}, "epochs must be at least 1, got -2"),
        ({"lr": 0}, "the learning rate must be positive, got 0"),
        ({"lr": -0.1}, "the learning rate must be positive, got -0.1"),
        ({"lr": float("nan")}, "the learning rate must be positive, got nan"),
        ({"train": []}, "there is no batch to train on"),
        ({"test": []}, "there is no image to evaluate on"),
    ],
    ids=str,
)
def test_training_that_makes_no_sense_is_refused(change, words):
    arguments = {"train": some_batches(), "test": None, "epochs": 1, "lr": 0.1}
    with pytest.raises(ValueError, match="^" + re.escape(words) + "$"):
        quiet_fit(small_net(), **(arguments | change))


def test_it_runs_outside_the_main_thread():
    batches, net = some_batches(), small_net()
    reference, results = copy.deepcopy(net), []
    thread = threading.Thread(target=lambda: results.append(quiet_fit(net, batches, batches, epochs=2)))
    thread.start()
    thread.join()
    assert results[0].epochs == 2
    plain_training(reference, batches, updates=10)
    assert same_parameters(net, reference)


def test_on_cuda_the_data_stay_there(cuda):
    images, labels = torch.randint(0, 256, (40, 1, 4, 4), dtype=torch.uint8), torch.randint(0, 3, (40,))
    train, test = (d2l.Batches(images, labels, batch_size=8).to(cuda) for _ in range(2))
    net, seen = small_net(), set()
    net.register_forward_pre_hook(lambda module, inputs: seen.add(inputs[0].device.type))
    history = quiet_fit(net, train, test, epochs=2, device=cuda)
    assert history.epochs == 2
    assert seen == {"cuda"}
    assert train.images.is_cuda
    assert next(net.parameters()).is_cuda


def test_on_cuda_the_number_of_batches_costs_no_synchronisation(cuda):
    def synchronisations(batches):
        n = 8 * batches
        train = d2l.Batches(torch.zeros(n, 1, 4, 4, dtype=torch.uint8), torch.arange(n) % 3, batch_size=8, shuffle=True)
        torch.cuda.set_sync_debug_mode("warn")
        try:
            with warnings.catch_warnings(record=True) as told:
                warnings.simplefilter("always")
                quiet_fit(small_net(), train, train, epochs=2, device=cuda)
        finally:
            torch.cuda.set_sync_debug_mode("default")
        return sum("synchronizing" in str(warning.message) for warning in told)

    assert synchronisations(5) == synchronisations(50)


# --- how images lie in memory -------------------------------------------------------------------------------------


class Viewing(nn.Module):
    """Written as in many a tutorial: it works only where the channels of a pixel lie apart."""

    def __init__(self):
        super().__init__()
        self.conv, self.linear = nn.Conv2d(1, 4, 3), nn.Linear(16, 3)

    def forward(self, X):
        X = F.avg_pool2d(self.conv(X), 2)
        return self.linear(X.view(len(X), -1))


def convolutions(channels=1):
    return nn.Sequential(nn.Conv2d(channels, 4, 3), nn.Sigmoid(), nn.AvgPool2d(2), nn.Flatten(), nn.LazyLinear(3))


def images(channels=1):
    return [(torch.rand(n, channels, 6, 6), torch.randint(0, 3, (n,))) for n in (8, 8, 3)]


def inputs_of(layer):
    seen = []
    layer.register_forward_pre_hook(lambda module, inputs: seen.append(inputs[0]))
    return seen


@pytest.mark.parametrize("channels", [1, 3])
def test_on_a_cpu_the_channels_of_a_pixel_lie_together_in_training_and_evaluation(channels):
    net, batches = convolutions(channels), images(channels)
    given, pooled = inputs_of(net[0]), inputs_of(net[2])
    quiet_fit(net, batches, batches)
    assert len(given) == 6
    assert all(torch.equal(mine, X) for mine, (X, _) in zip(given, batches * 2, strict=True))
    assert all(X.is_contiguous(memory_format=torch.channels_last) and not X.is_contiguous() for X in pooled)


def test_training_with_channels_together_is_the_plain_loop_but_for_rounding():
    mine = convolutions()
    batches = images()
    mine(batches[0][0])  # now the last layer knows its size
    theirs = copy.deepcopy(mine)
    history = quiet_fit(mine, batches, epochs=3)
    record = plain_training(theirs, batches, updates=9)[-3:]
    for p, q in zip(mine.parameters(), theirs.parameters(), strict=True):
        torch.testing.assert_close(p, q)
    assert history.train_loss[-1] == pytest.approx(sum(value * n for value, _, n in record) / 19, rel=1e-5)


@pytest.mark.parametrize("net", [
    nn.Sequential(nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4), nn.Flatten(), nn.Linear(64, 3)),
    nn.Sequential(nn.LazyConv2d(4, 3), nn.LazyBatchNorm2d(), nn.Flatten(), nn.LazyLinear(3)),
    Viewing(),
], ids=["batch norm", "lazy batch norm", "a layer of one's own"])  # fmt: skip
def test_with_batch_norm_or_ones_own_layers_they_lie_as_they_came(net):
    batches = images()
    given = inputs_of(next(net.modules()))
    quiet_fit(net, batches, batches)
    given = given[-6:]  # without the batch that was tried out
    assert all(mine is X for mine, (X, _) in zip(given, batches * 2, strict=True))


def test_elsewhere_than_on_a_cpu_they_lie_as_they_came():
    assert train._layout(convolutions(), torch.device("cpu")) is torch.channels_last
    assert train._layout(convolutions(), torch.device("cuda")) is torch.preserve_format


# --- interrupts -----------------------------------------------------------------------------------------------------


def interrupt(net, call, times=1, training=True):
    """Have the network interrupt Python at its call number so and so, in training or in evaluation."""
    calls = 0

    def count(module, inputs):
        nonlocal calls
        calls += module.training is training
        if calls == call and module.training is training:
            for _ in range(times):
                signal.raise_signal(signal.SIGINT)

    net.register_forward_pre_hook(count)
    return net


@pytest.fixture
def handler():
    """A handler of the reader's own, which none of these interrupts is to reach."""

    def mine(signum, frame):
        raise AssertionError("the interrupt came through")

    before = signal.signal(signal.SIGINT, mine)
    yield mine
    signal.signal(signal.SIGINT, before)


@pytest.mark.parametrize("call, epochs", [(1, 0), (3, 0), (7, 1), (11, 2)])
def test_an_interrupt_keeps_what_was_learned_and_the_whole_epochs(handler, call, epochs):
    batches, net = some_batches(), small_net()
    reference = copy.deepcopy(net)
    history = quiet_fit(interrupt(net, call), batches, batches, epochs=4)
    assert history.interrupted
    assert [len(values) for values in (history.train_loss, history.train_acc, history.test_acc)] == [epochs] * 3
    record = plain_training(reference, batches, updates=call)
    assert same_parameters(net, reference)
    assert history.images == sum(n for *_, n in record)
    assert not net.training


def test_an_interrupt_is_told(handler, capsys):
    quiet_fit(interrupt(small_net(), 7), some_batches(), None, epochs=4)
    assert capsys.readouterr().out.startswith("Interrupted in epoch 2, after batch 2: ")


def test_an_interrupt_is_told_in_chinese_too(handler, capsys):
    d2l.use_language("zh")
    quiet_fit(interrupt(small_net(), 7), some_batches(), None, epochs=4)
    assert capsys.readouterr().out.startswith("训练在第 2 轮的第 2 个批量之后中断")


def test_an_interrupt_during_evaluation_ends_the_training_after_the_epoch(handler):
    batches = some_batches()
    history = quiet_fit(interrupt(small_net(), 2, training=False), batches, batches, epochs=4)
    assert history.interrupted
    assert [len(values) for values in (history.train_loss, history.train_acc, history.test_acc)] == [1, 1, 1]
    assert history.images == 35


def test_an_interrupt_during_the_last_evaluation_finds_nothing_left_to_interrupt(handler, capsys):
    batches = some_batches()
    history = quiet_fit(interrupt(small_net(), 7, training=False), batches, batches, epochs=2)
    assert (history.epochs, history.interrupted) == (2, False)
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("call", [None, 3])
def test_the_handler_of_before_is_back_afterwards(handler, call):
    quiet_fit(interrupt(small_net(), call), some_batches())
    assert signal.getsignal(signal.SIGINT) is handler


def test_a_second_interrupt_interrupts_at_once(handler):
    net = interrupt(small_net(), 3, times=2)
    with pytest.raises(KeyboardInterrupt):
        quiet_fit(net, some_batches())
    assert signal.getsignal(signal.SIGINT) is handler
    assert not net.training


def test_after_an_error_in_training_the_handler_of_before_is_back(handler):
    with pytest.raises(ValueError, match="mat1 and mat2 shapes cannot be multiplied"):
        quiet_fit(nn.Sequential(nn.Flatten(), nn.Linear(15, 3)), some_batches())
    assert signal.getsignal(signal.SIGINT) is handler


SCRIPT = """
import torch, d2lutil
batches = [(torch.rand(8, 4), torch.randint(0, 3, (8,))) for _ in range(3)]
history = d2lutil.fit(torch.nn.Linear(4, 3), batches, batches, epochs=1_000_000, lr=0.1, device="cpu")
print("kept", len(history.train_loss) == len(history.test_acc) == history.epochs > 1, history.interrupted)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX signals: Windows sends no Ctrl-C to a single process")
@pytest.mark.slow("starts Python, to be interrupted")
def test_a_script_prints_a_line_for_every_epoch_and_keeps_its_results_on_ctrl_c(tmp_path):
    (tmp_path / "script.py").write_text(SCRIPT)
    environment = os.environ | {"D2LUTIL_LANG": "en", "PYTHONPATH": str(Path(__file__).resolve().parent.parent)}
    with subprocess.Popen([sys.executable, "script.py"], cwd=tmp_path, env=environment, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:  # fmt: skip
        try:
            first = [process.stdout.readline() for _ in range(3)]
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=60)
        finally:
            process.kill()
    for epoch, line in enumerate(first, 1):
        assert re.match(rf"epoch {epoch}/1000000 · batch 3/3 · loss \d\.\d+ · train acc .* · test acc .* left$", line)
    assert re.search(r"^Interrupted in epoch \d+, after batch \d: the network keeps what it has learned", out, re.M)
    assert out.splitlines()[-1] == "kept True True"
    assert (process.returncode, err) == (0, "")


# --- how often the device is asked ----------------------------------------------------------------------------------


@pytest.fixture
def reads(monkeypatch):
    """Every reading of a number out of a tensor, for which a GPU would have to be waited for."""
    counted = []

    def count(name):
        original = getattr(torch.Tensor, name)

        def counting(self, *args, **kwargs):
            counted.append(name)
            return original(self, *args, **kwargs)

        monkeypatch.setattr(torch.Tensor, name, counting)

    monkeypatch.setattr(train, "_answers_at_once", lambda device: False)  # as of a GPU
    for name in ("item", "tolist", "cpu", "numpy", "__float__", "__int__", "__bool__", "__index__"):
        count(name)
    return counted


ONCE = 4  # at the beginning: the smallest and the largest label, whether scores are probabilities, a test batch


@pytest.mark.parametrize("count", [2, 20])
def test_the_device_is_asked_once_an_epoch_and_once_an_evaluation(reads, count):
    batches = some_batches(count)
    reads.clear()
    quiet_fit(small_net(), batches, batches, epochs=3)
    assert len(reads) <= 6 + ONCE


def test_the_device_is_asked_once_for_each_drawing(reads, monkeypatch):
    draws = []
    original = progress.Progress.draw
    monkeypatch.setattr(progress, "REDRAW_SECONDS", 0.0)
    monkeypatch.setattr(progress.Progress, "draw", lambda *args, **more: (draws.append(1), original(*args, **more)))
    batches = some_batches(10)
    reads.clear()
    d2l.fit(small_net(), batches, None, epochs=2, lr=0.1, device="cpu")
    assert len(draws) >= 20
    assert len(reads) <= len(draws) + ONCE


def test_between_two_drawings_the_device_is_not_asked(reads, monkeypatch):
    monkeypatch.setattr(progress, "REDRAW_SECONDS", float("inf"))
    batches = some_batches(20)
    reads.clear()
    d2l.fit(small_net(), batches, batches, epochs=3, lr=0.1, device="cpu")
    assert len(reads) <= 6 + 1 + ONCE  # the first drawing comes at once


def test_training_from_data_in_memory_starts_no_process(monkeypatch):
    def refuse(*args, **kwargs):
        raise AssertionError("a process was started")

    for place, name in ((os, "fork"), (subprocess.Popen, "__init__"), (multiprocessing.process.BaseProcess, "start")):
        monkeypatch.setattr(place, name, refuse)
    train, test = d2l.load_digits(batch_size=500)
    assert quiet_fit(d2l.lenet(), train, test).images == 1500
    loader = DataLoader(TensorDataset(torch.zeros(2, 1)), num_workers=1)
    with pytest.raises(AssertionError, match="a process was started"):  # so the refusal does refuse
        next(iter(loader))


# --- how far it is --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("wrap", [list, Unsized])
@pytest.mark.parametrize("test", [None, some_batches(1)], ids=["no test", "test"])
def test_the_part_that_is_done_grows_from_0_to_1(monkeypatch, wrap, test):
    done = []

    class Recorder:
        def __init__(self, visible): ...

        def due(self):
            return True

        def draw(self, status, epoch_ended=False):
            done.append(status.done)

        def close(self):
            done.append("closed")

    monkeypatch.setattr(train, "Progress", Recorder)
    d2l.fit(small_net(), wrap(some_batches()), test, epochs=2, lr=0.1, device="cpu")
    *parts, last = done
    assert last == "closed"
    assert len(parts) == 1 + 2 * 5 + 2  # at the start, after each batch, after each epoch
    assert parts == sorted(parts)
    assert 0 <= parts[0] < parts[-1] == 1


# --- History --------------------------------------------------------------------------------------------------------


def test_a_history_tells_its_last_numbers():
    history = d2l.History("cpu", train_loss=[2.0, 0.5], train_acc=[0.1, 0.75], test_acc=[0.1, 0.625])
    assert repr(history) == "History(2 epochs on cpu, train_loss 0.500, train_acc 0.750, test_acc 0.625)"


def test_a_history_tells_that_it_was_interrupted():
    assert repr(d2l.History("cpu", interrupted=True)) == "History(0 epochs on cpu, interrupted)"


def test_the_speed_counts_loading_and_computing_but_not_evaluation():
    history = d2l.History("cpu", images=120, seconds={"load": 1.0, "compute": 3.0, "evaluate": 100.0})
    assert history.images_per_second == 30


def test_before_any_training_there_is_no_speed():
    assert d2l.History("cpu").images_per_second == 0


def test_a_history_can_be_plotted():
    history = quiet_fit(small_net(), some_batches(), some_batches(), epochs=3)
    alt = history.plot().alt
    for name, values in {"train loss": history.train_loss, "test accuracy": history.test_acc}.items():
        assert f"{name}, 3 points from {values[0]:.3g} to {values[-1]:.3g}" in alt


def test_a_history_without_a_whole_epoch_says_so_when_plotted():
    with pytest.raises(ValueError, match="no whole epoch"):
        d2l.History("cpu", interrupted=True).plot()


# --- evaluate -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("wrap", [list, Unsized])
def test_evaluate_is_the_part_of_right_answers(wrap):
    net, batches = small_net(), some_batches()
    X, y = (torch.cat(parts) for parts in zip(*batches, strict=True))
    assert d2l.evaluate(net, wrap(batches)) == (net(X).argmax(1) == y).sum().item() / len(y)


def test_evaluate_uses_the_network_as_it_will_be_used():
    net = nn.Sequential(nn.Flatten(), nn.Dropout(0.9), nn.BatchNorm1d(16), nn.Linear(16, 3)).train()
    before = copy.deepcopy(net.state_dict())
    batches = some_batches()
    assert len({d2l.evaluate(net, batches) for _ in range(5)}) == 1
    assert not net.training
    assert all(torch.equal(value, before[name]) for name, value in net.state_dict().items())


def test_evaluate_takes_a_network_without_parameters():
    batches = [(torch.eye(3), torch.tensor([0, 1, 1])), (torch.eye(3)[:1], torch.tensor([0]))]
    assert d2l.evaluate(nn.Identity(), batches) == 0.75


def test_evaluate_takes_a_device_by_its_name():
    assert d2l.evaluate(nn.Identity(), [(torch.eye(3), torch.tensor([0, 1, 1]))], "cpu") == pytest.approx(2 / 3)


def test_evaluate_builds_no_graph():
    needed = []
    net = small_net()
    net.register_forward_hook(lambda module, X, Y: needed.append(Y.requires_grad))
    d2l.evaluate(net, some_batches(2))
    assert needed == [False, False]


def test_there_must_be_a_image_to_evaluate_on():
    with pytest.raises(ValueError, match="^there is no image to evaluate on$"):
        d2l.evaluate(small_net(), [])


def test_an_interrupt_before_the_first_batch_leaves_an_empty_history_and_an_untouched_network():
    net = nn.Sequential(nn.Flatten(), nn.Linear(4, 2))
    before = [p.detach().clone() for p in net.parameters()]
    batches = [(torch.rand(3, 1, 2, 2), torch.tensor([0, 1, 0]))]

    def slow_to_make(parameters, lr):
        signal.raise_signal(signal.SIGINT)  # as while torch imports what its optimisers need
        return torch.optim.SGD(parameters, lr=lr)

    history = d2l.fit(net, batches, None, 3, 0.1, "cpu", optimizer=slow_to_make, progress=False)
    assert history.interrupted and history.epochs == 0
    assert all(torch.equal(a, b) for a, b in zip(before, net.parameters(), strict=True))


# --- an interrupt that comes too late --------------------------------------------------------------------------------

LATE = """
import signal, torch
from d2lutil import _interrupt as interrupt
from d2lutil import train
interrupt.LATE_SECONDS = {seconds}
batches = [(torch.rand(8, 4), torch.randint(0, 3, (8,)))]

def training():
    return d2lutil.fit(torch.nn.Linear(4, 3), batches, None, epochs=1, lr=0.1, device="cpu", progress=False)

def interrupted():
    try:
        signal.raise_signal(signal.SIGINT)
    except KeyboardInterrupt:
        return True
    return False
"""


def printed(cell):
    return "".join(output.text for output in cell.outputs)


@pytest.mark.slow("starts Python, to be interrupted")
def test_an_interrupt_just_after_a_training_hits_neither_its_cell_nor_the_next(run_notebook):
    notebook = run_notebook(
        LATE.format(seconds=1e6), "training(); training(); print(interrupted(), interrupted())", "print(interrupted())"
    )
    assert [printed(cell) for cell in notebook.cells[2:]] == ["False False\n", "False\n"]


@pytest.mark.slow("starts Python, to be interrupted")
def test_later_on_interrupts_are_what_they_were(run_notebook):
    before = "handler, hooks = signal.getsignal(signal.SIGINT), list(get_ipython().events.callbacks['pre_execute'])"
    after = """
print(interrupted(), interrupted(), signal.getsignal(signal.SIGINT) is handler)
print(hooks == get_ipython().events.callbacks['pre_execute'])
"""
    notebook = run_notebook(LATE.format(seconds=0), before, "training(); training()" + after, "training()", after)
    for cell in (notebook.cells[3], notebook.cells[5]):
        assert printed(cell).endswith("True True True\nTrue\n")


@pytest.mark.slow("starts Python, to be interrupted")
def test_an_interrupt_in_the_training_that_follows_is_a_request_again(run_notebook):
    both = """
training()
slow = torch.nn.Linear(4, 3)
slow.register_forward_pre_hook(lambda *_: signal.raise_signal(signal.SIGINT))
history = d2lutil.fit(slow, batches * 3, None, epochs=2, lr=0.1, device="cpu", progress=False)
print(history.interrupted, history.images)
"""
    notebook = run_notebook(LATE.format(seconds=1e6), both)
    assert printed(notebook.cells[2]).endswith("True 8\n")
