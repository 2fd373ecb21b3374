"""The network explorer: every map of a trained network on any image, and what each of its numbers is made of."""

import math
from collections.abc import Sequence
from typing import NamedTuple

import torch
import torch.nn.functional as F
import traitlets
from torch import nn

from ..i18n import say
from ..shapes import as_pair
from .base import Explorer

__all__ = ["Field", "NetworkExplorer"]

LIMITS = {"images": 60, "numbers in images": 400_000, "parameters": 500_000, "multiplications": 40_000_000}
TAKEN = (
    nn.Conv2d, nn.MaxPool2d, nn.AvgPool2d, nn.AdaptiveAvgPool2d, nn.BatchNorm2d, nn.BatchNorm1d, nn.ReLU, nn.LeakyReLU,
    nn.Sigmoid, nn.Tanh, nn.Softmax, nn.Flatten, nn.Linear, nn.Dropout, nn.Dropout2d, nn.Identity,
)  # fmt: skip
CELL_BY_CELL = ("norm", "relu", "leaky", "sigmoid", "tanh", "same")


class Field(NamedTuple):
    """The cells of the image that a unit depends on: all that lie in one of these rows and one of these columns.

    Below 0, or from the image's size on, a row or column lies in the padding.
    """

    rows: list[int]
    columns: list[int]


class NetworkExplorer(Explorer):
    """A network at work on an image: the maps of all layers, and of each unit what it sees and how it is computed.

    The network's weights are copied; it is neither kept nor changed, and what it computes is what it computes in
    evaluation. ``w.net = other`` takes a new one, or the same one after some more training.

    Parameters
    ----------
    net : ``nn.Sequential``, nested if you like, of Conv2d, MaxPool2d, AvgPool2d, AdaptiveAvgPool2d, BatchNorm2d,
        BatchNorm1d, ReLU, LeakyReLU, Sigmoid, Tanh, Softmax, Flatten, Linear, Dropout, Dropout2d and Identity, with at
        most 500,000 parameters and 40 million multiplications an image
    images : (n, channels, rows, columns), or (n, rows, columns) for one channel, as the network takes them; uint8 is
        divided by 255. The first 60 are kept, fewer where they are large: 400,000 numbers in all.
    labels : the right class of each image, (n,); left out, nothing is called right or wrong
    classes : the names of the network's outputs; left out, their numbers
    chosen : the image that is looked at
    layer : the layer whose unit is looked at, counted from 0 in the flattened network
    unit : [map, row, column], or [number] in a layer that has no maps; left out: in the middle
    joined : True to show a convolution or linear layer, its batch norm and its activation at one place

    Raises
    ------
    traitlets.TraitError
        If the network has other layers, is too large, or refuses the images; for labels, classes and units that do
        not exist. The message holds the value.

    Examples
    --------
    >>> net = nn.Sequential(nn.Conv2d(1, 2, 3, padding=1), nn.ReLU(), nn.Flatten(), nn.Linear(2 * 4 * 4, 3))
    >>> w = NetworkExplorer(net, torch.rand(5, 1, 4, 4), labels=[0, 1, 2, 0, 1])
    >>> [tuple(map.shape) for map in w.maps]
    [(2, 4, 4), (2, 4, 4), (32,), (3,)]
    >>> torch.allclose(w.output, net(w.image[None])[0])
    True
    >>> w.layer, w.unit = 1, [0, 0, 3]
    >>> w.receptive_field
    Field(rows=[-1, 0, 1], columns=[2, 3, 4])
    """

    SCRIPT = "network"
    LEAN = True

    # A dict for each layer: what it is, the shape of its answer, where its weights begin.
    plan = traitlets.List().tag(sync=True)
    weights = traitlets.Bytes().tag(sync=True)  # float32, layer after layer
    pixels = traitlets.Bytes().tag(sync=True, from_json=lambda value, _: bytes(value))  # uint8 or float32
    size = traitlets.List(traitlets.Int(min=1), [1, 1, 1, 1], 4, 4).tag(sync=True)  # of all images
    whole = traitlets.Bool(True).tag(sync=True)  # whether the pixels are uint8, to be divided by 255
    given = traitlets.Int(1).tag(sync=True)  # how many images there were to choose from
    labels = traitlets.Any([]).tag(sync=True)  # None, a tensor or a list; kept as a list
    classes = traitlets.List(traitlets.Unicode()).tag(sync=True)
    chosen = traitlets.Int(0).tag(sync=True)
    layer = traitlets.Int(0).tag(sync=True)
    unit = traitlets.List(traitlets.Int(min=0), [0, 0, 0]).tag(sync=True)
    joined = traitlets.Bool(True).tag(sync=True)

    def __init__(
        self, net, images, labels=None, *, classes: Sequence[str] | None = None, chosen: int = 0, layer: int = 0,
        unit: Sequence[int] | None = None, joined: bool = True,
    ):  # fmt: skip
        packed = _packed(images)
        plan, weights = _read(net, packed["size"][1:])
        if not 0 <= layer < len(plan):
            raise traitlets.TraitError(f"layer must be from 0 to {len(plan) - 1}, got {layer!r}")
        unit = _middle(plan[layer]["shape"]) if unit is None else list(unit)
        classes = [] if classes is None else list(classes)
        super().__init__(
            plan=plan, weights=weights, **packed, labels=labels, classes=classes, chosen=chosen, layer=layer,
            unit=unit, joined=joined,
        )  # fmt: skip

    # --- what may be set

    def look(self, net) -> None:
        """Look into another network, or into the same one again after it has learned more: its weights are copied."""
        plan, weights = _read(net, self.size[1:])
        if self.classes and len(self.classes) != math.prod(plan[-1]["shape"]):
            raise traitlets.TraitError(
                f"classes: there are {len(self.classes)} names, and the network answers {plan[-1]['shape']}"
            )
        layer = min(self.layer, len(plan) - 1)
        same = plan[layer]["shape"] == self.plan[self.layer]["shape"]
        with self.hold_sync(), self.hold_trait_notifications():
            self.plan, self.weights, self.layer = plan, weights, layer
            self.unit = self.unit if same else _middle(plan[layer]["shape"])

    @property
    def net(self):
        raise AttributeError("the network is not kept, only its weights; set w.net to look into another one")

    @net.setter
    def net(self, net):
        self.look(net)

    @property
    def images(self) -> torch.Tensor:
        """All images as the network takes them, (n, channels, rows, columns), with what the reader has drawn on them.
        Setting them takes the labels away."""
        kind = torch.uint8 if self.whole else torch.float32
        X = torch.frombuffer(bytearray(self.pixels), dtype=kind).reshape(self.size)
        return X.float() / 255 if self.whole else X

    @images.setter
    def images(self, images):
        packed = _packed(images)
        if packed["size"][1:] != self.size[1:]:
            raise traitlets.TraitError(
                f"images must have the shape (n, {', '.join(map(str, self.size[1:]))}), got {packed['size']}"
            )
        with self.hold_sync(), self.hold_trait_notifications():
            self.labels, self.chosen = [], min(self.chosen, packed["size"][0] - 1)
            for name, value in packed.items():
                setattr(self, name, value)

    @traitlets.validate("pixels")
    def _as_many_as_announced(self, proposal):
        count = math.prod(self.size) * (1 if self.whole else 4)
        if len(proposal.value) != count:
            raise traitlets.TraitError(f"pixels must be {count} bytes for {self.size}, got {len(proposal.value)}")
        return proposal.value

    @traitlets.validate("labels")
    def _one_for_each_image(self, proposal):
        labels, kept = proposal.value, self.size[0]
        if labels is None or (isinstance(labels, Sequence) and not len(labels)):
            return []
        try:
            labels = torch.as_tensor(labels)
        except (TypeError, ValueError, RuntimeError):  # no numbers
            labels = torch.empty(0)
        outputs = math.prod(self.plan[-1]["shape"])
        if labels.dim() != 1 or len(labels) < kept or labels.is_floating_point() or labels.is_complex():
            raise traitlets.TraitError(f"labels must be a whole number for each image, got {proposal.value!r}")
        labels = labels[:kept].tolist()
        if min(labels) < 0 or max(labels) >= outputs:
            raise traitlets.TraitError(
                f"labels must be from 0 to {outputs - 1}, the outputs of the network, got {proposal.value!r}"
            )
        return labels

    @traitlets.validate("classes")
    def _one_for_each_output(self, proposal):
        outputs = math.prod(self.plan[-1]["shape"])
        if proposal.value and len(proposal.value) != outputs:
            raise traitlets.TraitError(f"classes must be {outputs} names, one for each output, got {proposal.value!r}")
        return proposal.value

    @traitlets.validate("chosen")
    def _a_image(self, proposal):
        if not 0 <= proposal.value < self.size[0]:
            raise traitlets.TraitError(f"chosen must be from 0 to {self.size[0] - 1}, got {proposal.value!r}")
        return proposal.value

    @traitlets.validate("layer")
    def _a_layer(self, proposal):
        if not 0 <= proposal.value < len(self.plan):
            raise traitlets.TraitError(f"layer must be from 0 to {len(self.plan) - 1}, got {proposal.value!r}")
        return proposal.value

    @traitlets.observe("layer")
    def _another_layer(self, change):
        shape = self.plan[self.layer]["shape"]
        if not _inside(self.unit, shape):  # the same map, as far as there is one
            first = min(self.unit[0], shape[0] - 1) if self.unit else 0
            self.unit = [first, *_middle(shape)[1:]] if len(self.unit) == len(shape) else _middle(shape)

    @traitlets.validate("unit")
    def _a_unit(self, proposal):
        layer = self.plan[self.layer]
        if not _inside(proposal.value, layer["shape"]):
            raise traitlets.TraitError(
                f"unit must lie in layer {self.layer}, {layer['name']}, of shape {layer['shape']}, "
                f"got {proposal.value!r}"
            )
        return proposal.value

    # --- what is computed

    @property
    def image(self) -> torch.Tensor:
        """The chosen image as the network takes it, (channels, rows, columns)."""
        return self.images[self.chosen]

    @property
    def maps(self) -> list[torch.Tensor]:
        """What each layer answers to the chosen image: (maps, rows, columns) or (numbers,)."""
        weights = torch.frombuffer(bytearray(self.weights or bytes(4)), dtype=torch.float32)
        found, X = [], self.image[None]
        for layer in self.plan:
            X = _answer(layer, weights, X)
            found.append(X[0])
        return found

    @property
    def output(self) -> torch.Tensor:
        """What the network answers to the chosen image."""
        return self.maps[-1]

    @property
    def value(self) -> float:
        """The number that the chosen unit answers."""
        return self.maps[self.layer][tuple(self.unit)].item()

    @property
    def receptive_field(self) -> Field:
        """Where in the image the chosen unit looks."""
        number, *rest = self.unit
        rows, columns = ({place} for place in rest or (0, 0))
        for k in range(self.layer, -1, -1):
            layer = self.plan[k]
            before = self.plan[k - 1]["shape"] if k else self.size[1:]
            if len(before) == 3 and layer["kind"] == "flatten":
                n, m = before[1:]
                rows, columns = set(range(n)), set(range(m))
                if number is not None:
                    rows, columns = {number // m % n}, {number % m}
            elif len(before) == 3:
                # The padding of a map holds nothing of the image. The image's own padding is told.
                rim = all(other["kind"] in CELL_BY_CELL for other in self.plan[:k])
                rows, columns = (_seen(layer, before, axis, cells, rim) for axis, cells in ((0, rows), (1, columns)))
            elif layer["kind"] in ("linear", "softmax"):
                number = None  # all of them
        return Field(sorted(rows), sorted(columns))

    def describe(self) -> str:
        n, image = len(self.plan), " × ".join(map(str, self.size[1:]))
        return say(f"a network of {n} layers at work on a {image} image",
                   f"{n} 层的网络与 {image} 的图像")  # fmt: skip


def _inside(unit: Sequence[int], shape: Sequence[int]) -> bool:
    return len(unit) == len(shape) and all(0 <= place < n for place, n in zip(unit, shape, strict=True))


def _middle(shape: Sequence[int]) -> list[int]:
    """The unit that is looked at first: of a map the middle, otherwise the first number."""
    return [0, *(n // 2 for n in shape[1:])]


def _packed(images) -> dict:
    """Images as the traits that hold them."""
    try:
        X = torch.as_tensor(images).detach().cpu()
    except (TypeError, ValueError, RuntimeError) as reason:
        said = f"images must be a tensor (n, channels, rows, columns), got {images!r}"
        raise traitlets.TraitError(said) from reason
    if X.dim() == 3:
        X = X[:, None]
    if X.dim() != 4 or not X.numel() or X.is_complex():
        raise traitlets.TraitError(f"images must have the shape (n, channels, rows, columns), got {tuple(X.shape)}")
    given, one = len(X), math.prod(X.shape[1:])
    if one > LIMITS["numbers in images"] or max(X.shape[2:]) > 256:
        raise traitlets.TraitError(f"images must be at most 256 x 256, and 400,000 numbers, got {tuple(X.shape)}")
    X = X[: min(LIMITS["images"], LIMITS["numbers in images"] // one)]
    if X.dtype is not torch.uint8:
        X = X.float()
        if not X.isfinite().all():
            raise traitlets.TraitError("images must be made of finite numbers")
        steps = (255 * X).round()
        if steps.min() >= 0 and steps.max() <= 255 and torch.equal(steps / 255, X):
            X = steps.to(torch.uint8)  # a quarter of the bytes, and the same numbers
    whole = X.dtype is torch.uint8
    return {"size": list(X.shape), "whole": whole, "given": given, "pixels": X.contiguous().numpy().tobytes()}


def _read(net, size: Sequence[int]) -> tuple[list[dict], bytes]:
    """The network as the traits ``plan`` and ``weights`` hold it, for images of that size."""
    if not isinstance(net, (nn.Sequential, *TAKEN)):
        raise traitlets.TraitError(f"net must be an nn.Sequential, got {type(net).__name__}")
    plan, numbers, work, at = [], [], 0, 0
    X = torch.zeros(1, *size)
    for module in _leaves(net):
        layer, own = _layer(module, tuple(X.shape[1:]))
        layer["at"] = at
        layer["parameters"] = sum(p.numel() for p in module.parameters())
        numbers.append(own)
        at += len(own)
        if at > LIMITS["parameters"]:
            raise traitlets.TraitError(f"net must have at most {LIMITS['parameters']:,} parameters, and has more")
        try:
            Y = _answer(layer, own, X, start=0)
        except (RuntimeError, ValueError) as reason:
            raise traitlets.TraitError(
                f"net: {module} (layer {len(plan)}) refuses an input of shape {tuple(X.shape[1:])}: {reason}"
            ) from reason
        layer["shape"] = list(Y.shape[1:])
        work += Y.numel() * _reads(layer, X)
        if work > LIMITS["multiplications"] or Y.numel() > LIMITS["parameters"]:
            raise traitlets.TraitError(f"net: {module} (layer {len(plan)}) computes too much to be shown on a page")
        plan.append(layer)
        X = Y
    if not plan:
        raise traitlets.TraitError("net must have at least one layer, got an empty nn.Sequential")
    return plan, torch.cat(numbers).numpy().astype("<f4").tobytes()


def _leaves(net: nn.Module):
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


def _reads(layer: dict, X: torch.Tensor) -> int:
    """How many numbers each number of the answer is made of."""
    if layer["kind"] == "linear":
        return X.shape[1]
    if layer["kind"] == "conv":
        return X.shape[1] // layer["groups"] * math.prod(layer["kernel"])
    return math.prod(layer["kernel"]) if "kernel" in layer else 1


def _layer(module: nn.Module, shape: tuple[int, ...]) -> tuple[dict, torch.Tensor]:
    """A layer as the page knows it, and its numbers one after the other."""
    flat = len(shape) == 1
    layer = {"name": type(module).__name__, "text": str(module)}
    numbers = []

    def refuse(why: str):
        return traitlets.TraitError(f"net: {module} {why}; it gets an input of shape {shape}")

    match module:
        case nn.Conv2d():
            if flat or shape[0] != module.in_channels:
                raise refuse(f"reads {module.in_channels} maps")
            kernel, dilation = list(module.kernel_size), list(module.dilation)
            if module.padding == "same":  # what is odd goes to the bottom and to the right, as PyTorch does it
                total = [d * (k - 1) for d, k in zip(dilation, kernel, strict=True)]
                sides = [(t // 2, t - t // 2) for t in total]
            else:
                sides = [(p, p) for p in ((0, 0) if module.padding == "valid" else module.padding)]
            layer |= {"kind": "conv", "kernel": kernel, "groups": module.groups, "bias": module.bias is not None}
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
            size = module.output_size if isinstance(module.output_size, tuple) else (module.output_size,) * 2
            size = [n if m is None else m for m, n in zip(size, shape[1:], strict=True)]
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


def _geometry(sides, stride, dilation, mode: str, ceil: bool = False) -> dict:
    """What core.js calls a geometry."""
    (top, bottom), (left, right) = sides
    return {
        "padding": {"top": top, "bottom": bottom, "left": left, "right": right},
        "paddingMode": mode, "stride": list(stride), "dilation": list(dilation), "ceilMode": ceil,
    }  # fmt: skip


def _answer(layer: dict, weights: torch.Tensor, X: torch.Tensor, start: int | None = None) -> torch.Tensor:
    """What a layer of the plan answers to a batch, by torch; its own numbers begin at ``start`` of the weights."""
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


def _seen(layer: dict, before: Sequence[int], axis: int, cells: set[int], rim: bool) -> set[int]:
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
