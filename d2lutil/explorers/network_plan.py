"""A network as a plan: a dict for each layer, their numbers one after the other, and what is computed from the two.

A page gets both, and computes the same (network_layers.js).
"""

import math
from collections.abc import Iterator, Sequence
from typing import Any

import torch
import torch.nn.functional as F
import traitlets
from torch import nn

from ..shapes import as_pair

__all__ = ["Layer", "layer_output", "plan_of", "receptive_cells"]

MOST_PARAMETERS, MOST_MULTIPLICATIONS = 500_000, 40_000_000
TAKEN = (
    nn.Conv2d, nn.MaxPool2d, nn.AvgPool2d, nn.AdaptiveAvgPool2d, nn.BatchNorm2d, nn.BatchNorm1d, nn.ReLU, nn.LeakyReLU,
    nn.Sigmoid, nn.Tanh, nn.Softmax, nn.Flatten, nn.Linear, nn.Dropout, nn.Dropout2d, nn.Identity,
)  # fmt: skip
Layer = dict[str, Any]
CELL_BY_CELL = ("norm", "relu", "leaky", "sigmoid", "tanh", "same")


def plan_of(net: nn.Module, size: Sequence[int]) -> tuple[list[Layer], bytes]:
    """The network as the traits ``plan`` and ``weights`` hold it, for images of that size."""
    if not isinstance(net, (nn.Sequential, *TAKEN)):
        raise traitlets.TraitError(f"net must be an nn.Sequential, got {type(net).__name__}")
    plan: list[Layer] = []
    numbers: list[torch.Tensor] = []
    work = at = 0
    X = torch.zeros(1, *size)
    for module in _leaves(net):
        layer, own = _layer(module, tuple(X.shape[1:]))
        layer["at"] = at
        layer["parameters"] = sum(p.numel() for p in module.parameters())
        numbers.append(own)
        at += len(own)
        if at > MOST_PARAMETERS:
            raise traitlets.TraitError(f"net must have at most {MOST_PARAMETERS:,} parameters, and has more")
        try:
            Y = layer_output(layer, own, X, start=0)
        except (RuntimeError, ValueError) as reason:
            raise traitlets.TraitError(
                f"net: {module} (layer {len(plan)}) refuses an input of shape {tuple(X.shape[1:])}: {reason}"
            ) from reason
        layer["shape"] = list(Y.shape[1:])
        work += Y.numel() * _reads(layer, X)
        if work > MOST_MULTIPLICATIONS or Y.numel() > MOST_PARAMETERS:
            raise traitlets.TraitError(f"net: {module} (layer {len(plan)}) computes too much to be shown on a page")
        plan.append(layer)
        X = Y
    if not plan:
        raise traitlets.TraitError("net must have at least one layer, got an empty nn.Sequential")
    return plan, torch.cat(numbers).numpy().astype("<f4").tobytes()


def _leaves(net: nn.Module) -> Iterator[nn.Module]:
    if type(net) is nn.Sequential:
        for module in net:
            yield from _leaves(module)
    elif type(net) in TAKEN:
        yield net
    elif isinstance(net, nn.Sequential) and type(net).forward is nn.Sequential.forward:
        yield from _leaves(nn.Sequential(*net))
    else:
        names = ", ".join(kind.__name__ for kind in TAKEN)
        raise traitlets.TraitError(f"net must be made of {names}; it has a layer {type(net).__name__}")


def _reads(layer: Layer, X: torch.Tensor) -> int:
    """How many numbers of the input each number of the output is made of."""
    if layer["kind"] == "linear":
        return X.shape[1]
    if layer["kind"] == "conv":
        return X.shape[1] // layer["groups"] * math.prod(layer["kernel"])
    return math.prod(layer["kernel"]) if "kernel" in layer else 1


def _layer(module: nn.Module, shape: tuple[int, ...]) -> tuple[Layer, torch.Tensor]:
    """A layer as the page knows it, and its numbers one after the other."""
    flat = len(shape) == 1
    layer: Layer = {"name": type(module).__name__, "text": str(module)}
    numbers: list[torch.Tensor | None] = []

    def refuse(why: str) -> traitlets.TraitError:
        return traitlets.TraitError(f"net: {module} {why}; it gets an input of shape {shape}")

    match module:
        case nn.Conv2d():
            if flat or shape[0] != module.in_channels:
                raise refuse(f"reads {module.in_channels} maps")
            kernel, dilation = module.kernel_size, module.dilation
            if module.padding == "same":  # what is odd goes to the bottom and to the right, as PyTorch does it
                total = [d * (k - 1) for d, k in zip(dilation, kernel, strict=True)]
                sides = [(t // 2, t - t // 2) for t in total]
            else:
                padding = (0, 0) if isinstance(module.padding, str) else module.padding  # a str: "valid"
                sides = [(p, p) for p in padding]
            layer |= {"kind": "conv", "kernel": list(kernel)}
            layer |= {"groups": module.groups, "bias": module.bias is not None}
            layer["geometry"] = _geometry(sides, module.stride, dilation, module.padding_mode)
            numbers = [module.weight, module.bias]
        case nn.MaxPool2d() | nn.AvgPool2d():
            if flat:
                raise refuse("reads maps")
            if getattr(module, "return_indices", False):
                raise refuse("must not return its indices")
            kernel, stride, padding = (
                as_pair(name, size if size is not None else module.kernel_size)
                for name, size in (
                    ("kernel", module.kernel_size), ("stride", module.stride), ("padding", module.padding),
                )
            )  # fmt: skip
            dilation = as_pair("dilation", getattr(module, "dilation", 1))
            layer |= {"kind": "max" if isinstance(module, nn.MaxPool2d) else "average", "kernel": list(kernel)}
            layer["geometry"] = _geometry([(p, p) for p in padding], stride, dilation, "zeros", module.ceil_mode)
            if isinstance(module, nn.AvgPool2d):
                layer |= {"include": module.count_include_pad, "divide": module.divisor_override}
        case nn.AdaptiveAvgPool2d():
            if flat:
                raise refuse("reads maps")
            wanted = module.output_size if isinstance(module.output_size, tuple) else (module.output_size,) * 2
            size = [n if m is None else m for m, n in zip(wanted, shape[1:], strict=True)]
            layer |= {"kind": "adaptive", "size": size}
        case nn.BatchNorm2d() | nn.BatchNorm1d():
            maps = isinstance(module, nn.BatchNorm2d)
            if flat == maps or shape[0] != module.num_features:
                raise refuse(f"reads {module.num_features} {'maps' if maps else 'numbers'}")
            if module.running_mean is None:
                raise refuse("keeps no running statistics, so it has no evaluation form")
            one, zero = torch.ones(shape[0]), torch.zeros(shape[0])
            # PyTorch's own text form has grown from release to release.
            layer |= {"kind": "norm", "eps": module.eps, "text": f"{layer['name']}({shape[0]})"}
            numbers = [
                module.running_mean, module.running_var,
                one if module.weight is None else module.weight, zero if module.bias is None else module.bias,
            ]  # fmt: skip
        case nn.LeakyReLU():
            layer |= {"kind": "leaky", "slope": module.negative_slope}
        case nn.Softmax():
            dim = 1 if module.dim is None else module.dim
            dim += 0 if dim >= 0 else len(shape) + 1
            if not 1 <= dim <= len(shape):
                raise refuse("must add up over an axis of one image")
            layer |= {"kind": "softmax", "axis": dim - 1}
        case nn.Flatten():
            last = module.end_dim if module.end_dim >= 0 else module.end_dim + len(shape) + 1
            if not flat and (module.start_dim != 1 or last != len(shape)):
                raise refuse("must make one row of numbers of each image")
            layer |= {"kind": "flatten"}
        case nn.Linear():
            if not flat:
                raise refuse("reads a row of numbers: put nn.Flatten() before it")
            if shape[0] != module.in_features:
                raise refuse(f"reads {module.in_features} numbers")
            layer |= {"kind": "linear", "bias": module.bias is not None}
            numbers = [module.weight, module.bias]
        case nn.ReLU() | nn.Sigmoid() | nn.Tanh():
            layer |= {"kind": type(module).__name__.lower()}
        case _:  # Dropout, which does nothing in evaluation, and Identity
            layer |= {"kind": "same"}
    own = [tensor.detach().cpu().float().flatten() for tensor in numbers if tensor is not None]
    return layer, torch.cat(own) if own else torch.empty(0)


def _geometry(
    sides: Sequence[tuple[int, int]], stride: Sequence[int], dilation: Sequence[int], mode: str, ceil: bool = False
) -> dict[str, Any]:
    """What core.js calls a geometry."""
    (top, bottom), (left, right) = sides
    return {
        "padding": {"top": top, "bottom": bottom, "left": left, "right": right},
        "paddingMode": mode, "stride": list(stride), "dilation": list(dilation), "ceilMode": ceil,
    }  # fmt: skip


def layer_output(layer: Layer, weights: torch.Tensor, X: torch.Tensor, start: int | None = None) -> torch.Tensor:
    """The output of a layer of the plan for a batch, by torch; its own numbers begin at ``start`` of the weights."""
    at = layer["at"] if start is None else start

    def take(*shape: int) -> torch.Tensor:
        nonlocal at
        at += math.prod(shape)
        return weights[at - math.prod(shape) : at].reshape(shape)

    kind, geometry = layer["kind"], layer.get("geometry", {})
    if kind == "conv":
        outputs = layer["shape"][0] if "shape" in layer else None
        inside, kernel = X.shape[1] // layer["groups"], layer["kernel"]
        if outputs is None:
            outputs = len(weights) // (inside * math.prod(kernel) + layer["bias"])
        weight = take(outputs, inside, *kernel)
        bias = take(outputs) if layer["bias"] else None
        padding, mode = geometry["padding"], geometry["paddingMode"]
        sides = [padding[side] for side in ("left", "right", "top", "bottom")]
        X = F.pad(X, sides) if mode == "zeros" else F.pad(X, sides, mode=mode)
        return F.conv2d(X, weight, bias, geometry["stride"], 0, geometry["dilation"], layer["groups"])
    if kind in ("max", "average"):
        padding = geometry["padding"]["top"], geometry["padding"]["left"]
        same = {"stride": geometry["stride"], "padding": padding, "ceil_mode": geometry["ceilMode"]}
        if kind == "max":
            return F.max_pool2d(X, layer["kernel"], dilation=geometry["dilation"], **same)
        return F.avg_pool2d(
            X, layer["kernel"], count_include_pad=layer["include"], divisor_override=layer["divide"], **same
        )
    if kind == "adaptive":
        return F.adaptive_avg_pool2d(X, layer["size"])
    if kind == "norm":
        mean, var, weight, bias = (take(X.shape[1]) for _ in range(4))
        return F.batch_norm(X, mean, var, weight, bias, eps=layer["eps"])
    if kind == "linear":
        outputs = layer["shape"][0] if "shape" in layer else len(weights) // (X.shape[1] + layer["bias"])
        weight = take(outputs, X.shape[1])
        return F.linear(X, weight, take(outputs) if layer["bias"] else None)
    if kind == "softmax":
        return X.softmax(layer["axis"] + 1)
    if kind == "leaky":
        return F.leaky_relu(X, layer["slope"])
    plain = {"relu": torch.relu, "sigmoid": torch.sigmoid, "tanh": torch.tanh, "flatten": lambda X: X.flatten(1)}
    return plain.get(kind, lambda X: X)(X)


def receptive_cells(
    plan: Sequence[Layer], size: Sequence[int], index: int, unit: Sequence[int]
) -> tuple[list[int], list[int]]:
    """The rows and columns of an image of that size that a unit of layer ``index`` depends on."""
    number: int | None
    number, *rest = unit
    rows, columns = ({place} for place in rest or (0, 0))
    for k in range(index, -1, -1):
        layer = plan[k]
        before = plan[k - 1]["shape"] if k else size
        if len(before) == 3 and layer["kind"] == "flatten":
            n, m = before[1:]
            rows, columns = set(range(n)), set(range(m))
            if number is not None:
                rows, columns = {number // m % n}, {number % m}
        elif len(before) == 3:
            # The padding of a map holds nothing of the image. The image's own padding is told.
            rim = all(other["kind"] in CELL_BY_CELL for other in plan[:k])
            rows, columns = (_seen(layer, before, axis, cells, rim) for axis, cells in ((0, rows), (1, columns)))
        elif layer["kind"] in ("linear", "softmax"):
            number = None  # all of them
    return sorted(rows), sorted(columns)


def _seen(layer: Layer, before: Sequence[int], axis: int, cells: set[int], rim: bool) -> set[int]:
    """Which rows (axis 0) or columns (1) of its input a layer's rows or columns depend on; with ``rim`` also those that
    lie in the padding."""
    n = before[1 + axis]
    if layer["kind"] == "softmax":
        return set(range(n)) if layer["axis"] == 1 + axis else cells
    if layer["kind"] == "adaptive":
        m = layer["size"][axis]
        return {i for cell in cells for i in range(cell * n // m, -(-(cell + 1) * n // m))}
    if "geometry" not in layer:
        return cells
    geometry, kernel = layer["geometry"], layer["kernel"][axis]
    first, last = (("top", "bottom"), ("left", "right"))[axis]
    first, last = geometry["padding"][first], geometry["padding"][last]
    step, apart, mode = geometry["stride"][axis], geometry["dilation"][axis], geometry["paddingMode"]
    found = {cell * step - first + apart * k for cell in cells for k in range(kernel)}
    if mode == "zeros":
        return {i for i in found if (-first <= i < n + last if rim else 0 <= i < n)}
    place = {"replicate": lambda i: min(max(i, 0), n - 1), "circular": lambda i: i % n,
             "reflect": lambda i: -i if i < 0 else 2 * (n - 1) - i if i >= n else i}[mode]  # fmt: skip
    return {place(i) for i in found}
