"""Which processor computes, on machines that are described to torch."""

import pytest
import torch

import d2lutil as d2l


def describe(monkeypatch, cuda_devices=0, mps=False):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: cuda_devices > 0)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: cuda_devices)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: mps)


@pytest.mark.parametrize(
    "machine, kind",
    [
        ({"cuda_devices": 1, "mps": True}, "cuda"),
        ({"cuda_devices": 2}, "cuda"),
        ({"mps": True}, "mps"),
        ({}, "cpu"),
    ],
    ids=str,
)
def test_the_fastest_kind_of_device_is_taken(monkeypatch, machine, kind):
    describe(monkeypatch, **machine)
    assert d2l.device() == torch.device(kind)


def test_try_gpu_takes_the_one_asked_for():
    assert d2l.try_gpu(0).type == ("cuda" if torch.cuda.is_available() else "cpu")


@pytest.mark.parametrize("i, expected", [(0, "cuda:0"), (1, "cuda:1"), (2, "cpu")])
def test_try_gpu_takes_the_cpu_where_there_are_too_few(monkeypatch, i, expected):
    describe(monkeypatch, cuda_devices=2)
    assert d2l.try_gpu(i) == torch.device(expected)


@pytest.mark.parametrize("count", [0, 1, 2])
def test_try_gpu_is_the_books(monkeypatch, book, count):
    describe(monkeypatch, cuda_devices=count)
    assert [d2l.try_gpu(i) for i in range(4)] == [book.try_gpu(i) for i in range(4)]


def test_try_all_gpus_lists_them(monkeypatch):
    describe(monkeypatch, cuda_devices=2)
    assert d2l.try_all_gpus() == [torch.device("cuda:0"), torch.device("cuda:1")]


def test_try_all_gpus_is_the_cpu_where_there_is_none(monkeypatch):
    describe(monkeypatch)
    assert d2l.try_all_gpus() == [torch.device("cpu")]
