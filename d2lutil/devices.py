"""Which processor computes."""

import torch

from .i18n import say

__all__ = ["device", "try_all_gpus", "try_gpu"]


def device() -> torch.device:
    """The fastest kind of device this machine has: cuda, else mps (Apple), else cpu.

    >>> device().type in ("cuda", "mps", "cpu")
    True
    """
    if torch.cuda.is_available():
        return torch.device("cuda")
    if torch.backends.mps.is_available():
        return torch.device("mps")
    return torch.device("cpu")


def existing(name: torch.device | str) -> torch.device:
    """The device of that name, if this machine has it.

    Raises
    ------
    ValueError
        If there is no such device, with those that there are.

    Examples
    --------
    >>> existing("cpu")
    device(type='cpu')
    """
    there = [torch.device("cpu"), *_cuda_devices()]
    if torch.backends.mps.is_available():
        there.append(torch.device("mps"))
    try:
        found = torch.device(name)
    except (RuntimeError, TypeError):  # the name of no kind of device
        found = None
    # "cuda" and "cpu:0" are names of what is listed as cuda:0 and cpu.
    if found is not None and (found.type, found.index or 0) in [(place.type, place.index or 0) for place in there]:
        return found
    listed = ", ".join(map(str, there))
    raise ValueError(say(f"there is no device {name!r} here; there is {listed}",
                         f"这台机器上没有设备 {name!r}；有的是 {listed}"))  # fmt: skip


def _cuda_devices() -> list[torch.device]:
    return [torch.device(f"cuda:{i}") for i in range(torch.cuda.device_count())]


def try_gpu(i: int = 0) -> torch.device:
    """CUDA device number ``i`` if there is one, else the CPU: the book's rule.

    >>> try_gpu(99)
    device(type='cpu')
    """
    return torch.device(f"cuda:{i}") if torch.cuda.device_count() > i else torch.device("cpu")


def try_all_gpus() -> list[torch.device]:
    """All CUDA devices, or the CPU alone if there is none: the book's rule.

    >>> len(try_all_gpus()) >= 1
    True
    """
    return _cuda_devices() or [torch.device("cpu")]
