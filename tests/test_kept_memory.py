"""What happens to the memory that a training step frees."""

import contextlib
import ctypes
import sys

import psutil
import pytest
import torch

import d2lutil as d2l
from d2lutil import train
from d2lutil._kept_memory import MIB, freed_memory_is_kept
from d2lutil.book import modules as book_modules

needs_glibc = pytest.mark.skipif(
    sys.platform != "linux" or not hasattr(ctypes.CDLL(None), "mallopt"), reason="needs the C library glibc"
)


def resident() -> float:
    return psutil.Process().memory_info().rss / MIB


def use_and_free() -> None:
    """128 MiB in blocks that are smaller than the largest which every version of glibc keeps."""
    blocks = [torch.ones(16 * MIB, dtype=torch.uint8) for _ in range(8)]
    del blocks


@pytest.fixture
def before():
    """What is resident when all that tests before have freed was given back."""
    with freed_memory_is_kept():
        pass
    return resident()


@needs_glibc
def test_what_is_freed_stays_for_the_next_step_and_is_given_back_in_the_end(before):
    with freed_memory_is_kept():
        use_and_free()
        assert resident() > before + 100
        for _ in range(10):
            use_and_free()
        assert resident() < before + 400  # the same again, with some gaps, not 1,280 MiB more
    assert resident() < before + 28


@needs_glibc
def test_it_is_given_back_after_an_error_too(before):
    with pytest.raises(ZeroDivisionError), freed_memory_is_kept():
        use_and_free()
        assert resident() > before + 100
        1 / 0  # noqa: B018
    assert resident() < before + 28


@needs_glibc
def test_of_two_at_a_time_the_last_one_gives_it_back(before):
    with freed_memory_is_kept():
        with freed_memory_is_kept():
            pass
        use_and_free()
        assert resident() > before + 100
    assert resident() < before + 28


def test_elsewhere_the_c_library_is_left_alone(monkeypatch):
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(ctypes, "CDLL", lambda name: pytest.fail("looked for a C library"))
    with freed_memory_is_kept():
        ran = True
    assert ran


def test_a_c_library_that_has_no_such_parameters_is_left_alone(monkeypatch):
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(ctypes, "CDLL", lambda name: object())
    with freed_memory_is_kept():
        ran = True
    assert ran


@pytest.fixture
def kept(monkeypatch):
    """Whether freed memory is kept at the moment."""
    state = [False]

    @contextlib.contextmanager
    def recorder():
        state[0] = True
        try:
            yield
        finally:
            state[0] = False

    for module in (train, book_modules):
        monkeypatch.setattr(module, "freed_memory_is_kept", recorder)
    return state


def watched(batches, kept, seen):
    for batch in batches:
        seen.append(kept[0])
        yield batch


class Watched(list):
    def __init__(self, batches, kept):
        super().__init__(batches)
        self.kept, self.seen = kept, []

    def __iter__(self):
        return watched(super().__iter__(), self.kept, self.seen)


def test_it_is_kept_while_fit_trains(kept):
    batches = Watched([(torch.randn(4, 2), torch.tensor([0, 1, 0, 1]))] * 3, kept)
    d2l.fit(torch.nn.Linear(2, 2), batches, None, epochs=2, lr=0.1, device="cpu", progress=False)
    assert batches.seen == [True] * 6 and kept == [False]


def test_and_while_the_books_trainer_does(kept):
    batches = Watched([(torch.randn(4, 1, 28, 28), torch.tensor([0, 1, 0, 1]))] * 2, kept)
    data = d2l.DataModule()
    data.get_dataloader = lambda train: batches if train else None
    d2l.Trainer(max_epochs=2).fit(d2l.LeNet(lr=0.1), data)
    assert batches.seen == [True] * 4 and kept == [False]
