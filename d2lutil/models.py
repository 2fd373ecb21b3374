"""The networks of the series, and a table of what is in a network."""

import unicodedata
from collections.abc import Callable

import torch
from torch import nn

from ._arguments import checked
from ._refusals import refusal
from .i18n import say

__all__ = ["init_cnn", "layer_table", "lenet"]


def lenet(
    activation: Callable[[], nn.Module] = nn.Sigmoid,
    pool: Callable[[int], nn.Module] = nn.AvgPool2d,
    in_channels: int = 1,
    num_classes: int = 10,
    batch_norm: bool = False,
) -> nn.Sequential:
    """LeNet for 28 x 28 images: two convolutions, each followed by activation and pooling, then three linear layers.

    By default the network of Zhang et al., *Dive into Deep Learning*, "LeNet" (61,706 parameters), which simplifies
    LeCun, Bottou, Bengio and Haffner, *Gradient-Based Learning Applied to Document Recognition* (1998). With
    ``nn.ReLU``, ``nn.MaxPool2d`` and ``batch_norm=True`` it becomes what one would write today.

    Parameters
    ----------
    activation : makes an activation layer, such as ``nn.Sigmoid`` or ``nn.ReLU``
    pool : makes a pooling layer from its window size, such as ``nn.AvgPool2d`` or ``nn.MaxPool2d``
    in_channels : channels of the images
    num_classes : outputs
    batch_norm : whether each convolution is followed by a batch norm (Ioffe and Szegedy 2015)

    Returns
    -------
    ``nn.Sequential`` that takes (batch, in_channels, 28, 28) to scores of shape (batch, num_classes)

    Raises
    ------
    TypeError
        If ``activation`` or ``pool`` is no class or function that makes a layer, or ``batch_norm`` no bool.
    ValueError
        If there is not at least one channel and one class.

    Examples
    --------
    >>> net = lenet()
    >>> net(torch.zeros(2, 1, 28, 28)).shape, sum(p.numel() for p in net.parameters())
    (torch.Size([2, 10]), 61706)
    """
    for name, make, example in (("activation", activation, "nn.ReLU"), ("pool", pool, "nn.MaxPool2d")):
        no_layer = isinstance(make, type) and not issubclass(make, nn.Module)
        if isinstance(make, nn.Module) or not callable(make) or no_layer:
            raise TypeError(
                say(f"{name} must be a class that makes a layer, such as {example} (without parentheses); got {make!r}",
                    f"{name} 应是能建立层的类，例如 {example}（不带括号）；得到 {make!r}")
            )  # fmt: skip
    for name, number in (("in_channels", in_channels), ("num_classes", num_classes)):
        if not isinstance(number, int) or isinstance(number, bool) or number < 1:
            raise ValueError(say(f"{name} must be a whole number of at least 1, got {number!r}",
                                 f"{name} 必须是至少为 1 的整数，得到 {number!r}"))  # fmt: skip
    if not isinstance(batch_norm, bool):
        raise TypeError(say(f"batch_norm must be True or False, got {batch_norm!r}",
                            f"batch_norm 应为 True 或 False，得到 {batch_norm!r}"))  # fmt: skip
    layers = [
        nn.Conv2d(in_channels, 6, kernel_size=5, padding=2), nn.BatchNorm2d(6), activation(), pool(2),
        nn.Conv2d(6, 16, kernel_size=5), nn.BatchNorm2d(16), activation(), pool(2),
        nn.Flatten(),
        nn.Linear(16 * 5 * 5, 120), activation(),
        nn.Linear(120, 84), activation(),
        nn.Linear(84, num_classes),
    ]  # fmt: skip
    return nn.Sequential(*(layer for layer in layers if batch_norm or not isinstance(layer, nn.BatchNorm2d)))


@checked
def init_cnn(module: nn.Module) -> None:
    """Give a linear or convolutional layer Xavier-uniform weights; meant for ``net.apply(init_cnn)``.

    The variance of the weights is 2 / (fan_in + fan_out): Glorot and Bengio, *Understanding the difficulty of training
    deep feedforward neural networks* (2010). Biases stay as they are.

    >>> net = lenet().apply(init_cnn)
    """
    if type(module) is nn.Linear or type(module) is nn.Conv2d:
        nn.init.xavier_uniform_(module.weight)


def layer_table(net: nn.Sequential, input_shape: tuple[int, ...]) -> str:
    """One line a layer: its name, the shape of its output, the number of its parameters.

    Parameters
    ----------
    net : layers that are applied one after the other
    input_shape : shape of one batch, such as (1, 1, 28, 28)

    Raises
    ------
    TypeError
        If ``net`` is no ``nn.Sequential``.
    ValueError
        If a size is below 1, or a layer refuses its input, with its name, the shape it was given and the usual cause.

    Examples
    --------
    >>> from d2lutil import use_language
    >>> use_language("en")
    >>> print(layer_table(nn.Sequential(nn.Conv2d(1, 6, 5), nn.Flatten()), (1, 1, 28, 28)))
    input      (1, 1, 28, 28)
    Conv2d     (1, 6, 24, 24)         156
    Flatten    (1, 3456)                0
    total                             156
    """
    if not isinstance(net, nn.Sequential):
        raise TypeError(say(f"layer_table takes an nn.Sequential, got {type(net).__name__}",
                            f"layer_table 需要 nn.Sequential，得到 {type(net).__name__}"))  # fmt: skip
    if not isinstance(input_shape, (tuple, list)) or not all(isinstance(n, int) and n > 0 for n in input_shape):
        raise ValueError(
            say(f"input_shape must be whole numbers of at least 1, such as (1, 1, 28, 28); got {input_shape!r}",
                f"input_shape 应由至少为 1 的整数组成，例如 (1, 1, 28, 28)；得到 {input_shape!r}")
        )  # fmt: skip
    parameter = next(net.parameters(), torch.empty(0))
    X = torch.zeros(input_shape, device=parameter.device)
    rows, total = [(say("input", "输入"), str(tuple(X.shape)), "")], 0
    modes = [(module, module.training) for module in net.modules()]
    net.eval()  # batch norm refuses a single cell, dropout would draw random numbers
    try:
        for layer in net:
            try:
                with torch.no_grad():
                    X = layer(X)
            except Exception as reason:
                raise ValueError(
                    f"{refusal(layer, X)}\n\n{say('PyTorch says', 'PyTorch 的原话')}: {reason}"
                ) from reason
            count = sum(p.numel() for p in layer.parameters())
            total += count
            rows.append((type(layer).__name__, str(tuple(X.shape)), f"{count:,}"))
    finally:
        for module, training in modes:
            module.training = training
    rows.append((say("total", "合计"), "", f"{total:,}"))
    a, b, c = (max(least, *(len(row[k]) for row in rows)) for k, least in enumerate((10, 18, 7)))
    # A Chinese character takes two columns.
    names = [name.ljust(a - sum(unicodedata.east_asian_width(letter) == "W" for letter in name)) for name, _, _ in rows]
    return "\n".join(
        f"{name} {shape:<{b}} {count:>{c}}".rstrip() for name, (_, shape, count) in zip(names, rows, strict=True)
    )
