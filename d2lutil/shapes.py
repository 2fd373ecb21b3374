"""How large the output is, what an output element sees, and why: arithmetic on sizes, no tensors."""

from collections.abc import Iterable, Iterator, Mapping
from numbers import Integral
from typing import NamedTuple, TypeGuard, overload

from .i18n import say

__all__ = ["ReceptiveField", "explain_output_size", "output_size", "receptive_field"]

Pair = tuple[int, int]
Size = int | tuple[int, ...]  # one for both axes, or a pair (height, width), as it may come from a shape


@overload
def output_size(
    n: int, kernel: int, padding: int = 0, stride: int = 1, dilation: int = 1, ceil_mode: bool = False
) -> int: ...
@overload
def output_size(
    n: Size, kernel: Size, padding: Size = 0, stride: Size = 1, dilation: Size = 1, ceil_mode: bool = False
) -> Size: ...
def output_size(
    n: Size, kernel: Size, padding: Size = 0, stride: Size = 1, dilation: Size = 1, ceil_mode: bool = False
) -> Size:
    """How many positions a sliding window has: the size of a convolution's or a pooling's output.

    ``floor((n + 2 * padding - dilation * (kernel - 1) - 1) / stride) + 1``

    Each size is an int, or a pair (height, width); the answer is a pair as soon as one of them is.

    Parameters
    ----------
    n : input size in elements
    kernel : window size in elements
    padding : elements added on *each* side, as PyTorch counts them (the p of some formulas is the total of both sides)
    stride : elements from one position to the next
    dilation : distance between neighbouring kernel elements; 1 means no gap
    ceil_mode : round up instead of down, as pooling layers can: the last window may hang over the far edge, by less
        than the stride. If it would begin in the padding there, it is still dropped, as PyTorch drops it.

    Raises
    ------
    TypeError
        If a size is neither an int nor a pair of ints, or ``ceil_mode`` no bool.
    ValueError
        If n, kernel, stride or dilation is below 1, padding below 0, or the window does not fit the padded input.

    Examples
    --------
    >>> output_size(3, 2)
    2
    >>> output_size(8, 3, padding=1, stride=2)
    4
    >>> output_size((8, 8), (3, 5), padding=(0, 1), stride=(3, 4))
    (2, 2)
    >>> output_size(5, 3, stride=3), output_size(5, 3, stride=3, ceil_mode=True)
    (1, 2)

    The formula is the one in the documentation of ``torch.nn.Conv2d`` and ``torch.nn.MaxPool2d``; its derivation is in
    Dumoulin and Visin, *A guide to convolution arithmetic for deep learning* (2016).
    """
    sizes = {"n": n, "kernel": kernel, "padding": padding, "stride": stride, "dilation": dilation}
    pairs = {name: as_pair(name, size) for name, size in sizes.items()}
    height, width = (
        _output_size(**{name: pair[axis] for name, pair in pairs.items()}, ceil_mode=ceil_mode) for axis in (0, 1)
    )
    return height if all(_is_int(size) for size in sizes.values()) else (height, width)


def explain_output_size(
    n: int, kernel: int, padding: int = 0, stride: int = 1, dilation: int = 1, ceil_mode: bool = False
) -> str:
    """The arithmetic of :func:`output_size` along one axis, with the numbers in place.

    Examples
    --------
    >>> from d2lutil import use_language
    >>> use_language("en")
    >>> print(explain_output_size(8, 3, padding=1, stride=2))
    floor((8 + 2*1 - 1*(3 - 1) - 1) / 2) + 1 = floor(7 / 2) + 1 = 3 + 1 = 4
    >>> print(explain_output_size(1, 1, padding=1, stride=2, ceil_mode=True))
    ceil((1 + 2*1 - 1*(1 - 1) - 1) / 2) + 1 = ceil(2 / 2) + 1 = 1 + 1 = 2; the last window would
    begin in the padding and is dropped, which leaves 1

    Raises
    ------
    As :func:`output_size`.
    """
    for name, size in {"n": n, "kernel": kernel, "padding": padding, "stride": stride, "dilation": dilation}.items():
        if not _is_int(size):
            raise TypeError(f"{name} must be an int, one axis at a time, got {size!r}")
    size = _output_size(n, kernel, padding, stride, dilation, ceil_mode)
    room = n + 2 * padding - dilation * (kernel - 1) - 1
    steps = -(-room // stride) if ceil_mode else room // stride
    rounding = "ceil" if ceil_mode else "floor"
    words = (
        f"{rounding}(({n} + 2*{padding} - {dilation}*({kernel} - 1) - 1) / {stride}) + 1"
        f" = {rounding}({room} / {stride}) + 1 = {steps} + 1 = {steps + 1}"
    )
    if size != steps + 1:
        words += say(f"; the last window would begin in the padding and is dropped, which leaves {size}",
                     f"；最后一个窗口的起点落在填充里，舍去后为 {size}")  # fmt: skip
    return words


class ReceptiveField(NamedTuple):
    """What one position of the last layer's output sees of the input, along each axis (height, width).

    Position i sees pixels ``start + i * jump`` to ``start + i * jump + size - 1``, or a part of them where layers are
    dilated. Those below 0, or beyond the last pixel, are padding.
    """

    size: tuple[int, int]
    """pixels of the input from the first to the last that can influence the position"""
    jump: tuple[int, int]
    """pixels from the field of one position to that of the next: the product of the strides"""
    start: tuple[int, int]
    """index of the first pixel in the field of position 0; negative if that field begins in the padding"""


def receptive_field(layers: Iterable) -> ReceptiveField:
    """The receptive field of a chain of windowed layers.

    From the input on, a layer with kernel k, stride s, dilation d and padding p enlarges the field by ``d * (k - 1)``
    jumps of the layers before it, moves its start back by p of these jumps, and multiplies the jump by s::

        size = size + dilation * (kernel - 1) * jump
        start = start - padding * jump
        jump = jump * stride

    So the chain has the windows of a single layer with kernel ``size``, stride ``jump`` and padding ``-start``, and its
    output has the size of that layer's output.

    Parameters
    ----------
    layers : the layers from input to output. Each is an int (a kernel size), a pair (kernel, stride), a triple (kernel,
        stride, dilation), or a torch module: a layer with a kernel, ``nn.Sequential`` of such, or a layer that works
        element by element (activation, dropout, batch norm, identity), which changes nothing. In a pair or triple each
        entry is an int or a pair (height, width). Only modules have padding.

    Raises
    ------
    TypeError
        If an entry is none of these.
    ValueError
        If a kernel, stride or dilation is below 1, or a module (``nn.Linear``, a global pooling, a transposed
        convolution) has no window of fixed size.

    Examples
    --------
    >>> receptive_field([2, 2]).size
    (3, 3)
    >>> receptive_field([(5, 1), (2, 2), (5, 1), (2, 2)])
    ReceptiveField(size=(16, 16), jump=(4, 4), start=(0, 0))
    >>> from torch import nn
    >>> receptive_field([nn.Conv2d(1, 1, 3, dilation=2), nn.ReLU()]).size
    (5, 5)
    >>> receptive_field([nn.Conv2d(1, 1, 5, padding=2), nn.MaxPool2d(2), nn.Conv2d(1, 1, 5, padding=2)]).start
    (-6, -6)

    The recursion is derived in Araujo, Norris and Sim, *Computing Receptive Fields of Convolutional Neural Networks*
    (Distill, 2019).
    """
    size, jump, start = [1, 1], [1, 1], [0, 0]
    for kernel, stride, dilation, padding in _windows(layers):
        for axis in (0, 1):
            size[axis] += dilation[axis] * (kernel[axis] - 1) * jump[axis]
            start[axis] -= padding[axis] * jump[axis]
            jump[axis] *= stride[axis]
    return ReceptiveField((size[0], size[1]), (jump[0], jump[1]), (start[0], start[1]))


def as_pair(name: str, size: object) -> Pair:
    """``size`` as (height, width); a single int counts for both.

    >>> as_pair("kernel", 3)
    (3, 3)

    Raises TypeError, with ``name`` in the message, if ``size`` is neither an int nor a pair of ints.
    """
    if _is_int(size):
        return int(size), int(size)
    if isinstance(size, (tuple, list)) and len(size) == 2 and all(_is_int(entry) for entry in size):
        return int(size[0]), int(size[1])
    raise TypeError(f"{name} must be an int or a pair of ints (height, width), got {size!r}")


def _is_int(value: object) -> TypeGuard[int]:
    return isinstance(value, Integral) and not isinstance(value, bool)


def _require_at_least(least: int, **sizes: int) -> None:
    for name, size in sizes.items():
        if size < least:
            raise ValueError(f"{name} must be at least {least}, got {size}")


def _output_size(n: int, kernel: int, padding: int, stride: int, dilation: int, ceil_mode: bool) -> int:
    if not isinstance(ceil_mode, bool):
        raise TypeError(f"ceil_mode must be True or False, got {ceil_mode!r}")
    _require_at_least(1, n=n, kernel=kernel, stride=stride, dilation=dilation)
    _require_at_least(0, padding=padding)
    room = n + 2 * padding - dilation * (kernel - 1) - 1
    overhang = stride - 1 if ceil_mode else 0
    if room + overhang < 0:
        covers = f"kernel {kernel}" + (
            f" with dilation {dilation} covers {dilation * (kernel - 1) + 1} cells and" if dilation > 1 else ""
        )
        raise ValueError(
            f"{covers} does not fit input {n}: with padding {padding} the input must be at least "
            f"{dilation * (kernel - 1) + 1 - 2 * padding - overhang} long"
        )
    size = (-(-room // stride) if ceil_mode else room // stride) + 1
    if ceil_mode and (size - 1) * stride >= n + padding:
        size -= 1
    return size


def _windows(layers: Iterable) -> Iterator[tuple[Pair, Pair, Pair, Pair]]:
    """(kernel, stride, dilation, padding before the first row and column) of each layer with a window, each a pair."""
    from torch import nn  # here, so that this module is arithmetic alone for whoever imports it alone

    elementwise = (
        nn.ReLU, nn.LeakyReLU, nn.Sigmoid, nn.Tanh, nn.GELU, nn.SiLU, nn.ELU, nn.Softplus, nn.Identity,
        nn.Dropout, nn.Dropout2d, nn.BatchNorm2d,
    )  # fmt: skip
    windowed = (nn.Conv2d, nn.MaxPool2d, nn.AvgPool2d, nn.LPPool2d)
    unordered = isinstance(layers, (set, Mapping))
    if not isinstance(layers, Iterable) or getattr(layers, "shape", None) == () or unordered:
        raise TypeError(f"receptive_field takes a list of layers, got {layers!r}")
    for layer in layers:
        if isinstance(layer, nn.Sequential):
            yield from _windows(layer)
        elif isinstance(layer, windowed):
            stride = layer.stride or layer.kernel_size
            kernel, stride, dilation = _checked_window(layer.kernel_size, stride, getattr(layer, "dilation", 1))
            padding = getattr(layer, "padding", 0)
            if padding == "same":  # an odd row or column goes to the far side
                padding = (dilation[0] * (kernel[0] - 1) // 2, dilation[1] * (kernel[1] - 1) // 2)
            elif padding == "valid":
                padding = 0
            yield kernel, stride, dilation, as_pair("padding", padding)
        elif isinstance(layer, elementwise):
            continue
        elif isinstance(layer, nn.Module):
            raise ValueError(f"{type(layer).__name__} has no window of fixed size, so it has no receptive field here")
        elif isinstance(layer, (tuple, list)) and len(layer) in (2, 3):
            yield *_checked_window(*layer), (0, 0)
        elif _is_int(layer):
            yield *_checked_window(layer), (0, 0)
        else:
            raise TypeError(
                f"a layer is an int, (kernel, stride), (kernel, stride, dilation) or a torch module, got {layer!r}"
            )


def _checked_window(kernel: object, stride: object = 1, dilation: object = 1) -> tuple[Pair, Pair, Pair]:
    window = as_pair("kernel", kernel), as_pair("stride", stride), as_pair("dilation", dilation)
    _require_at_least(1, kernel=min(window[0]), stride=min(window[1]), dilation=min(window[2]))
    return window
