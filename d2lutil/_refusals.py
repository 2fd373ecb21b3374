"""Why a network can't work with what it is given: what that was, what was needed, and the usual cause."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import nn
from torch.nn.parameter import is_lazy

from ._arguments import tensor_in_words
from .i18n import say

__all__ = [
    "explained", "kind_of", "pair", "refusal", "require_labels", "require_network", "require_parameters",
    "require_range", "require_scores",
]  # fmt: skip


def kind_of(value: object) -> str:
    """A value in a few words: its type, and its shape if it is a tensor."""
    if isinstance(value, torch.Tensor):
        return tensor_in_words(value)
    if isinstance(value, (list, tuple)):
        parts = ", ".join(kind_of(part) for part in value[:4]) + (", ..." if len(value) > 4 else "")
        return say(f"a {type(value).__name__} of {len(value)} ({parts})",
                   f"长度为 {len(value)} 的 {type(value).__name__}（{parts}）")  # fmt: skip
    return type(value).__name__


def require_network(net: object) -> None:
    """TypeError unless it is a network."""
    if not isinstance(net, nn.Module):
        raise TypeError(say(f"net must be a network (an nn.Module), got {kind_of(net)}",
                            f"net 必须是一个网络（nn.Module），得到的是 {kind_of(net)}"))  # fmt: skip


def require_parameters(net: nn.Module) -> None:
    """ValueError if there is nothing in it to learn."""
    if not any(True for _ in net.parameters()):
        name = type(net).__name__
        raise ValueError(
            say(
                f"{name} has no parameters, so there is nothing to train. Layers in a Python list are not found: use "
                "nn.Sequential or nn.ModuleList",
                f"{name} 没有参数，无从训练。放在 Python 列表里的层不会被找到，请用 nn.Sequential 或 nn.ModuleList",
            )
        )


def pair(batch: object) -> tuple[torch.Tensor, torch.Tensor]:
    """Images and labels of a batch.

    Raises
    ------
    TypeError
        If it is no pair of tensors.
    ValueError
        If there are not as many labels as images.
    """
    if not isinstance(batch, (list, tuple)) or len(batch) != 2 or not all(isinstance(b, torch.Tensor) for b in batch):
        raise TypeError(say(f"each batch must be a pair of tensors (X, y), got {kind_of(batch)}",
                            f"每个批量必须是一对张量 (X, y)，得到的是 {kind_of(batch)}"))  # fmt: skip
    X, y = batch
    if X.dim() == 0 or y.dim() == 0 or len(X) != len(y):
        shapes = tuple(X.shape), tuple(y.shape)
        raise ValueError(say(f"a batch needs one label for each image; X has shape {shapes[0]}, y has {shapes[1]}",
                             f"每张图像要有一个标签；X 的形状是 {shapes[0]}，y 的形状是 {shapes[1]}"))  # fmt: skip
    return X, y


def require_labels(y: torch.Tensor) -> None:
    """ValueError unless the labels are whole numbers, one for each image."""
    shape, n = tuple(y.shape), len(y)
    cause = ""
    if y.dim() == 2 and y.shape[1] == 1:
        cause = say("y.flatten() makes it so", "用 y.flatten() 即可")
    elif y.dim() == 2:
        cause = say("if they are one-hot, y.argmax(1) gives the numbers", "如果是独热编码，用 y.argmax(1) 得到类别编号")
    elif y.is_floating_point():
        cause = say("y.long() makes them whole numbers", "用 y.long() 转成整数")
    if y.dim() != 1 or y.is_floating_point() or y.is_complex():
        kind = str(y.dtype).removeprefix("torch.")
        words = say(f"labels must be whole numbers of shape ({n},), one for each image; got {kind} of shape {shape}",
                    f"标签必须是形状为 ({n},) 的整数，每张图像一个；得到的是形状为 {shape} 的 {kind}")  # fmt: skip
        raise ValueError(words + (say(": ", "：") + cause if cause else ""))


def require_range(y: torch.Tensor, classes: int) -> None:
    """ValueError unless all labels are 0, ..., classes - 1. Waits for the device where the labels lie."""
    low, high = (int(bound) for bound in y.aminmax()) if len(y) else (0, 0)
    if low < 0 or high >= classes:
        raise ValueError(
            say(
                f"labels must lie between 0 and {classes - 1}, because the network gives {classes} scores; "
                f"they go from {low} to {high}",
                f"网络给出 {classes} 个分数，标签必须在 0 到 {classes - 1} 之间；实际范围是 {low} 到 {high}",
            )
        )


def require_scores(scores: object, n: int) -> None:
    """ValueError unless a network's output is (n, classes)."""
    if isinstance(scores, torch.Tensor) and scores.dim() == 2 and len(scores) == n:
        return
    cause = ""
    if isinstance(scores, torch.Tensor) and scores.dim() > 2:
        cause = say("; nn.Flatten() and nn.Linear(..., classes) at its end would make it so",
                    "；在网络末尾加上 nn.Flatten() 和 nn.Linear(..., 类别数)")  # fmt: skip
    raise ValueError(
        say(f"a classifier must give scores of shape ({n}, classes); this network gave {kind_of(scores)}{cause}",
            f"分类网络的输出形状必须是 ({n}, 类别数)；这个网络给出的是 {kind_of(scores)}{cause}")
    )  # fmt: skip


@contextmanager
def explained(net: nn.Module, X: torch.Tensor) -> Iterator[None]:
    """Whatever ``net(X)`` raises in the block becomes a ValueError: which layer refuses what and why, all layers up to
    it with the shapes of their outputs, and the error itself."""
    try:
        yield
    except Exception as error:
        raise ValueError(_explanation(net, X, error)) from error


def _explanation(net: nn.Module, X: torch.Tensor, error: Exception) -> str:
    done, failing = _trace(net, X)
    if failing is None:
        sentence = say(f"{type(net).__name__}.forward() fails for an input of shape {tuple(X.shape)}.",
                       f"输入形状为 {tuple(X.shape)} 时，{type(net).__name__}.forward() 出错。")  # fmt: skip
    else:
        sentence = refusal(*failing)
    rows = [(say("input", "输入"), str(tuple(X.shape))), *done]
    if failing is not None:
        rows.append((type(failing[0]).__name__, say("← refuses its input", "← 无法处理输入")))
    width = max(len(name) for name, _ in rows)
    table = "\n".join(f"    {name:<{width}}  {shape}" for name, shape in rows)
    return f"{sentence}\n\n{table}\n\n{say('PyTorch says', 'PyTorch 的原话')}: {error}"


def _trace(net: nn.Module, X: torch.Tensor) -> tuple[list[tuple[str, str]], tuple[nn.Module, torch.Tensor] | None]:
    """Names of layers and shapes of their outputs as ``net(X)`` runs; the layer that fails and what it was given."""
    done: list[tuple[str, str]] = []
    running: list[tuple[nn.Module, torch.Tensor]] = []

    def before(layer: nn.Module, inputs: tuple) -> None:
        if inputs and isinstance(inputs[0], torch.Tensor):
            running.append((layer, inputs[0]))

    def after(layer: nn.Module, inputs: tuple, output: object) -> None:
        if running and running[-1][0] is layer:
            running.pop()
        shape = str(tuple(output.shape)) if isinstance(output, torch.Tensor) else type(output).__name__
        done.append((type(layer).__name__, shape))

    leaves = [layer for layer in net.modules() if not any(True for _ in layer.children())]
    hooks = [hook for leaf in leaves for hook in
             (leaf.register_forward_pre_hook(before), leaf.register_forward_hook(after))]  # fmt: skip
    # A batch norm counts on. What a lazy layer will hold is not there yet.
    buffers = [(buffer, buffer.clone()) for buffer in net.buffers() if not is_lazy(buffer)]
    try:
        with torch.no_grad():
            net(X)
    except Exception:
        return done, running[-1] if running else None
    finally:
        for hook in hooks:
            hook.remove()
        for buffer, kept in buffers:
            buffer.copy_(kept)
    return done, None


def refusal(layer: nn.Module, X: torch.Tensor) -> str:
    """Why a layer refuses an input, in one or two sentences."""
    shape, weight = tuple(X.shape), next(layer.parameters(), None)
    said = say(f"{layer} refuses an input of shape {shape}: ", f"{layer} 无法处理形状为 {shape} 的输入：")
    return said + (
        _other_place(X, weight) or _other_shape(layer, X) or say("see PyTorch's error.", "见 PyTorch 的报错。")
    )


def _other_place(X: torch.Tensor, weight: torch.Tensor | None) -> str:
    if weight is None:
        return ""
    if X.device != weight.device:
        return say(f"the input lies on {X.device}, the weights on {weight.device}. Move one of them with .to(device).",
                   f"输入在 {X.device} 上，权重在 {weight.device} 上。请用 .to(device) 移到同一个设备。")  # fmt: skip
    if X.dtype != weight.dtype:
        kinds = [str(kind).removeprefix("torch.") for kind in (X.dtype, weight.dtype)]
        return say(
            f"the input is {kinds[0]}, the weights are {kinds[1]}. The usual cause is torch.set_default_dtype between "
            f"making the data and making the network; net.to(X.dtype) or X.to(torch.{kinds[1]}) makes them alike.",
            f"输入是 {kinds[0]}，权重是 {kinds[1]}。常见原因：在准备数据与建立网络之间调用了 torch.set_default_dtype；"
            f"用 net.to(X.dtype) 或 X.to(torch.{kinds[1]}) 统一类型。",
        )
    return ""


def _other_shape(layer: nn.Module, X: torch.Tensor) -> str:
    if isinstance(layer, nn.Linear) and X.dim() and X.shape[-1] != layer.in_features:
        return _for_linear(layer, X)
    if isinstance(layer, nn.Conv2d | nn.MaxPool2d | nn.AvgPool2d | nn.BatchNorm2d) and X.dim() not in (3, 4):
        return say(f"images have four axes (batch, channels, height, width), and this has {X.dim()}.",
                   f"图像有四个轴（批量、通道、高、宽），而这里有 {X.dim()} 个。")  # fmt: skip
    channels = layer.in_channels if isinstance(layer, nn.Conv2d) else getattr(layer, "num_features", None)
    axis = -3 if isinstance(layer, nn.Conv2d) else 1  # a convolution also takes a single image
    if channels is not None and X.dim() > 1 and (given := X.shape[axis]) != channels:
        return say(
            f"it needs {channels} channels, and is given {given}. Usual causes: colour images for a network made for "
            "grey ones, or a layer before it whose number of outputs was changed.",
            f"它需要 {channels} 个通道，得到 {given} 个。常见原因：网络是为灰度图建的，输入却是彩色图；"
            "或者前面某一层的输出通道数改过。",
        )
    if isinstance(layer, nn.modules.batchnorm._BatchNorm) and X.numel() == X.shape[1]:
        return say(
            "a batch norm that trains needs more than one value in each channel. The usual cause is a last batch of a "
            "single image: choose another batch size, or drop_last=True.",
            "训练时批量规范化要求每个通道不止一个值。常见原因：最后一个批量只有一张图像。"
            "请换一个批量大小，或设 drop_last=True。",
        )
    if isinstance(layer, nn.Conv2d | nn.MaxPool2d | nn.AvgPool2d):
        window = layer.kernel_size
        return say(
            f"its window ({window}) is larger than what is left of the image. Usual causes: images smaller than those "
            "that the network was made for, or one pooling layer too many.",
            f"它的窗口（{window}）比剩下的特征图还大。常见原因：图像比网络设计时的小，或者汇聚层多了一个。",
        )
    return ""


def _for_linear(layer: nn.Linear, X: torch.Tensor) -> str:
    if X.dim() > 2:
        numbers = X[0].numel()
        if numbers == layer.in_features:
            return say("its input has to be flat: nn.Flatten() is missing before it.",
                       "它的输入应当是展平的：前面缺少 nn.Flatten()。")  # fmt: skip
    else:
        numbers = X.shape[-1]
    return say(
        f"it needs {layer.in_features} numbers for each image, and is given {numbers}. Usual causes: images of another "
        "size than the network was made for, or a changed layer before it. "
        f"For this input it would be nn.Linear({numbers}, {layer.out_features}).",
        f"每张图像它需要 {layer.in_features} 个数，得到 {numbers} 个。"
        "常见原因：图像大小与网络设计时的不同，或者前面的层改过。"
        f"对于这样的输入，应写 nn.Linear({numbers}, {layer.out_features})。",
    )
