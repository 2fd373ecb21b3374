"""Arguments of the wrong kind are refused where they are given, by name, not deep inside some library."""

import collections.abc
import functools
import inspect
import numbers
import reprlib
import types
import typing
from collections.abc import Callable
from typing import Any, Literal, ParamSpec, TypeVar, Union

import torch

from .i18n import say

__all__ = ["checked", "describe", "fits", "shown", "tensor_in_words"]

P = ParamSpec("P")
Result = TypeVar("Result")
MOST = 50  # of a long list, so many items are looked at


def checked(function: Callable[P, Result]) -> Callable[P, Result]:
    """The same function, but for a TypeError where an argument is not what its annotation says.

    Numbers of numpy count as numbers, lists as tuples, tensors and arrays as sequences; nothing but True and False as
    a bool. What an annotation cannot say (sizes, ranges) remains the function's own matter.

    >>> @checked
    ... def larger(image: torch.Tensor, times: int = 2) -> torch.Tensor:
    ...     return image.repeat_interleave(times, -1)
    >>> larger(torch.ones(2), "3")
    Traceback (most recent call last):
        ...
    TypeError: larger(): times must be a whole number, got '3'
    """
    signature = inspect.signature(function)

    @functools.wraps(function)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> Result:
        hints = _hints(function)
        for name, value in signature.bind(*args, **kwargs).arguments.items():
            kind, values = signature.parameters[name].kind, [value]
            if kind is inspect.Parameter.VAR_KEYWORD:
                values = list(value.values())
            elif kind is inspect.Parameter.VAR_POSITIONAL:
                values = list(value)
            for one in values:
                if name in hints and not fits(hints[name], one):
                    what = function.__qualname__.removesuffix(".__init__")
                    wanted, given = describe(hints[name]), shown(one)
                    raise TypeError(say(f"{what}(): {name} must be {wanted}, got {given}",
                                        f"{what}()：{name} 应为{wanted}，得到 {given}"))  # fmt: skip
        return function(*args, **kwargs)

    return wrapper


@functools.cache
def _hints(function: Callable) -> dict[str, Any]:
    """What the parameters are annotated with; the result's own annotation may name what is imported later."""
    return {name: hint for name, hint in function.__annotations__.items() if name != "return" and type(hint) is not str}


def tensor_in_words(tensor: torch.Tensor) -> str:
    """Its kind and shape, without its numbers."""
    return say(f"a tensor of shape {tuple(tensor.shape)}", f"形状为 {tuple(tensor.shape)} 的张量")


def shown(value: object) -> str:
    """A value in a few words: of a tensor its shape, of a list its beginning."""
    if isinstance(value, torch.Tensor) and value.dim():
        return tensor_in_words(value)
    if type(value).__module__ == "numpy" and hasattr(value, "shape"):
        return say(f"an array of shape {value.shape}", f"形状为 {value.shape} 的数组")
    return reprlib.repr(value)


def fits(hint: Any, value: object) -> bool:
    """Whether a value is what an annotation says, as far as that is known here."""
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if origin in (Union, types.UnionType):
        return any(fits(one, value) for one in inner)
    if origin is Literal:
        return any(type(value) is type(one) and value == one for one in inner)
    if hint is None or hint is types.NoneType:
        return value is None
    if hint is int or hint is float:
        return isinstance(value, numbers.Integral if hint is int else numbers.Real) and not isinstance(value, bool)
    if origin in (collections.abc.Callable, type):
        return callable(value)
    if origin is tuple:
        return isinstance(value, (list, tuple)) and _fits_tuple(inner, value)
    if isinstance(origin, type) and issubclass(origin, collections.abc.Mapping):
        if not isinstance(value, collections.abc.Mapping):
            return False
        return all(fits(inner[0], key) and fits(inner[1], item) for key, item in value.items())
    if isinstance(origin, type) and issubclass(origin, collections.abc.Iterable):
        return _fits_sequence(origin, inner, value)
    if origin is None and isinstance(hint, type) and not getattr(hint, "_is_protocol", False):
        if issubclass(hint, collections.abc.Sequence) and hint is not str:
            return _fits_sequence(hint, (), value)
        return isinstance(value, hint)
    return True


def _fits_tuple(inner: tuple, value: list | tuple) -> bool:
    if inner[-1:] == (...,):
        return all(fits(inner[0], part) for part in value)
    return len(value) == len(inner) and all(fits(one, part) for one, part in zip(inner, value, strict=True))


def _fits_sequence(origin: type, inner: tuple, value: Any) -> bool:
    if isinstance(value, (str, bytes, collections.abc.Mapping)):
        return False
    array = hasattr(value, "__array__") and getattr(value, "ndim", 0) > 0
    if array and inner and inner[0] is str:  # an array of numbers has no texts in it
        return False
    if not array and not isinstance(value, origin):
        return False
    if array or not inner or not isinstance(value, collections.abc.Sequence):
        return True
    return all(fits(inner[0], part) for part in value[:MOST])


def describe(hint: Any) -> str:
    """An annotation in words of the reader's language."""
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if origin in (Union, types.UnionType):
        return say(" or ", "或").join(dict.fromkeys(map(describe, inner)))
    if origin is Literal:
        return say(" or ", "或").join(repr(one) for one in inner)
    words: dict[Any, tuple[str, str]] = {
        bool: ("True or False", " True 或 False"),
        int: ("a whole number", "整数"),
        float: ("a number", "数"),
        str: ("a text", "字符串"),
        torch.Tensor: ("a tensor", "张量"),
        types.NoneType: ("None", " None"),
    }
    if hint in words:
        return say(*words[hint])
    if origin is collections.abc.Callable or hint is collections.abc.Callable:
        return say("a function", "函数")
    if origin is tuple and inner and inner[-1] is not ...:
        parts = ", ".join(map(describe, inner))
        return say(f"({parts})", f"（{parts}）")
    if isinstance(origin, type) and issubclass(origin, collections.abc.Mapping):
        parts = describe(inner[1])
        return say(f"a dict of names and what belongs to each ({parts})", f"以名字为键的字典（值为{parts}）")
    if isinstance(origin, type) and issubclass(origin, collections.abc.Iterable):
        return say(f"a list (each item {describe(inner[0])})", f"列表（每一项为{describe(inner[0])}）")
    name = getattr(hint, "__name__", str(hint))
    return say(f"a {name}", f" {name}")
