"""Which processor computes."""

import torch

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
    return [torch.device(f"cuda:{i}") for i in range(torch.cuda.device_count())] or [torch.device("cpu")]
