"""Would this function work on a GPU? Found out on any machine, by pretending that its inputs lie on one.

The numbers stay on the CPU. Each tensor that would lie on the GPU carries a mark; results inherit it as they would on a
real device, and two tensors that would lie apart raise the error that PyTorch would raise. (PyTorch's own "meta" device
has no numbers, so that `.item()` fails there, and its first use imports the compiler, which takes seconds.)
"""

from collections.abc import Callable, Collection, Iterator
from typing import TypeVar

import torch
from torch.overrides import TorchFunctionMode

__all__ = ["Apart", "lies_elsewhere", "pretend_gpu", "send"]

GPU = torch.device("cuda", 0)
MARK = "_elsewhere"  # the attribute of a tensor that lies there
Tensor = torch.Tensor
# Looked up by name: torch's type stubs know these properties as what is read from them.
DEVICE, IS_CUDA, IS_CPU, DATA = (getattr(Tensor, name) for name in ("device", "is_cuda", "is_cpu", "data"))
Value = TypeVar("Value")


class Apart(RuntimeError):  # noqa: N818 (named after what it says, as PyTorch's own error would)
    """Two tensors of one operation lie on different devices."""


def send(value: Value) -> Value:
    """Mark all tensors in a list, tuple or tensor as lying on the GPU; returns the value."""
    for tensor in _tensors(value):
        setattr(tensor, MARK, True)
    return value


def lies_elsewhere(value: object) -> bool:
    """Whether all tensors of a result lie on the GPU (true as well if there are none)."""
    return all(_there(tensor) or isinstance(tensor, torch.nn.Parameter) for tensor in _tensors(value))


class pretend_gpu(TorchFunctionMode):  # noqa: N801 (used as a with statement, like torch.no_grad)
    """While this is active, marked tensors behave as if they lay on a GPU.

    >>> X = send(torch.ones(2, 2))
    >>> with pretend_gpu():
    ...     Y = X + torch.ones(2, 2)
    Traceback (most recent call last):
        ...
    d2lutil.exercises.engine.fake_gpu.Apart: Expected all tensors to be on the same device, but found cuda:0 and cpu
    >>> with pretend_gpu():
    ...     lies_elsewhere(X + X.new_ones(2, 2)), X.device
    (True, device(type='cuda', index=0))
    """

    def __torch_function__(
        self, function: Callable, types: Collection[type], args: tuple = (), kwargs: dict | None = None
    ) -> object:
        kwargs = dict(kwargs or {})
        there = any(_there(tensor) for tensor in _tensors((args, kwargs)))
        if function == DEVICE.__get__ and there:
            return GPU
        if function in (IS_CUDA.__get__, IS_CPU.__get__) and there:
            return function == IS_CUDA.__get__
        if function in (Tensor.numpy, Tensor.__array__) and there:
            raise Apart("can't convert cuda:0 device type tensor to numpy. Use Tensor.cpu() to copy the tensor first")
        # The first two copy across devices; the others are what nn.Module.to does with its parameters.
        if function in (Tensor.__setitem__, Tensor.copy_, torch._has_compatible_shallow_copy_type, DATA.__set__):
            return function(*args, **kwargs)
        if function is Tensor.__iter__:
            return iter([_marked(part, there) for part in args[0].unbind(0)])
        if function in (Tensor.to, Tensor.cpu, Tensor.cuda):
            return _moved(function, args, kwargs)
        if function is Tensor.__getitem__:
            return _marked(function(*args, **kwargs), _there(args[0]))
        if "device" in kwargs:
            device = kwargs.pop("device")
            target = there if device is None else torch.device(device).type != "cpu"
            return _marked(function(*args, **kwargs), target)
        if function is torch.tensor:  # takes numbers out of its tensors, unless it is handed one whole
            return _marked(function(*args, **kwargs), isinstance(args[0], Tensor) and there)
        # Parameters are not judged: nn.Module.to(X) asks X for its device where no Python code can answer.
        here = [
            tensor
            for tensor in _tensors((args, kwargs))
            if tensor.dim() and not _there(tensor) and not isinstance(tensor, torch.nn.Parameter)
        ]
        if there and here:
            raise Apart("Expected all tensors to be on the same device, but found cuda:0 and cpu")
        return _marked(function(*args, **kwargs), there)


def _there(tensor: Tensor) -> bool:
    return getattr(tensor, MARK, False)


def _tensors(value: object) -> Iterator[Tensor]:
    if isinstance(value, Tensor):
        yield value
    elif isinstance(value, (list, tuple)):
        for part in value:
            yield from _tensors(part)
    elif isinstance(value, dict):
        yield from _tensors(list(value.values()))


def _marked(result: Value, there: bool) -> Value:
    return send(result) if there else result


def _moved(function: Callable, args: tuple, kwargs: dict) -> Tensor:
    """``to``, ``cpu`` and ``cuda``: the new place and type, and a copy, because the old mark must not come along."""
    tensor, *wishes = args
    target, kind = _there(tensor), kwargs.get("dtype")
    if function is not Tensor.to:
        return _marked(tensor.clone(), function is Tensor.cuda)
    for wish in [*wishes, kwargs.get("device")]:
        if isinstance(wish, Tensor):
            target, kind = _there(wish), wish.dtype
        elif isinstance(wish, (str, torch.device)):
            target = torch.device(wish).type != "cpu"
        elif isinstance(wish, torch.dtype):
            kind = wish
    return _marked(tensor.to(kind or tensor.dtype).clone(), target)
