"""Torch's own functions under the short names that *Dive into Deep Learning* gives them."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import torch

if TYPE_CHECKING:
    from numpy import ndarray

__all__ = [
    "abs", "arange", "argmax", "astype", "batch_matmul", "concat", "cos", "cosh", "exp", "expand_dims", "eye",
    "float32", "int32", "int64", "linspace", "log", "matmul", "meshgrid", "normal", "numpy", "ones", "ones_like",
    "rand", "randn", "reduce_mean", "reduce_sum", "repeat", "reshape", "sigmoid", "sin", "sinh", "size", "stack",
    "swapaxes", "tanh", "tensor", "to", "transpose", "zeros", "zeros_like",
]  # fmt: skip

# Here, as in the book's own package, ``abs`` hides Python's.

int32, int64, float32 = torch.int32, torch.int64, torch.float32
tensor, arange, linspace, meshgrid = torch.tensor, torch.arange, torch.linspace, torch.meshgrid
zeros, zeros_like, ones, ones_like, eye = torch.zeros, torch.zeros_like, torch.ones, torch.ones_like, torch.eye
rand, randn, normal = torch.rand, torch.randn, torch.normal
exp, log, abs, sigmoid, tanh = torch.exp, torch.log, torch.abs, torch.sigmoid, torch.tanh
sin, cos, sinh, cosh = torch.sin, torch.cos, torch.sinh, torch.cosh
matmul, batch_matmul, concat, stack = torch.matmul, torch.bmm, torch.cat, torch.stack


def _method(name: str) -> Callable[..., Any]:
    """A function that calls this method of its first argument."""

    def call(x: torch.Tensor, *args: Any, **kwargs: Any) -> Any:
        return getattr(x, name)(*args, **kwargs)

    call.__name__ = call.__qualname__ = name
    call.__doc__ = f"``x.{name}(...)``"
    return call


reshape, transpose, swapaxes, expand_dims = map(_method, ("reshape", "t", "swapaxes", "unsqueeze"))
reduce_sum, reduce_mean, argmax, repeat = map(_method, ("sum", "mean", "argmax", "repeat"))
size, astype, to = map(_method, ("numel", "type", "to"))


def numpy(x: torch.Tensor) -> "ndarray":
    """The numbers of ``x`` as a NumPy array.

    >>> numpy(torch.ones(2, requires_grad=True))
    array([1., 1.], dtype=float32)
    """
    return x.detach().cpu().numpy()
