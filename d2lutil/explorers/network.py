"""The network explorer: every map of a trained network on any image, and what each of its numbers is made of."""

import math
from collections.abc import Sequence
from typing import Any, NamedTuple, NoReturn

import torch
import traitlets
from numpy.typing import ArrayLike
from torch import nn

from ..i18n import say
from .base import Explorer
from .network_plan import Layer, layer_output, plan_of, receptive_cells

__all__ = ["Field", "NetworkExplorer"]

MOST_IMAGES, MOST_NUMBERS = 60, 400_000  # what of the images is kept


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

    # A dict for each layer: what it is, the shape of its output, where its weights begin.
    plan: "traitlets.List[Layer]" = traitlets.List().tag(sync=True)
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
        self, net: nn.Module, images: ArrayLike, labels: ArrayLike | None = None, *,
        classes: Sequence[str] | None = None, chosen: int = 0, layer: int = 0, unit: Sequence[int] | None = None,
        joined: bool = True,
    ):  # fmt: skip
        packed = _packed(images)
        plan, weights = plan_of(net, packed["size"][1:])
        if not 0 <= layer < len(plan):
            raise traitlets.TraitError(f"layer must be from 0 to {len(plan) - 1}, got {layer!r}")
        unit = _middle(plan[layer]["shape"]) if unit is None else list(unit)
        classes = [] if classes is None else list(classes)
        super().__init__(
            plan=plan, weights=weights, **packed, labels=labels, classes=classes, chosen=chosen, layer=layer,
            unit=unit, joined=joined,
        )  # fmt: skip

    # --- what may be set

    def look(self, net: nn.Module) -> None:
        """Look into another network, or into the same one again after it has learned more: its weights are copied."""
        plan, weights = plan_of(net, self.size[1:])
        if self.classes and len(self.classes) != math.prod(plan[-1]["shape"]):
            raise traitlets.TraitError(
                f"classes: there are {len(self.classes)} names, and the network's output is {plan[-1]['shape']}"
            )
        layer = min(self.layer, len(plan) - 1)
        same = plan[layer]["shape"] == self.plan[self.layer]["shape"]
        with self.hold_sync(), self.hold_trait_notifications():
            self.plan, self.weights, self.layer = plan, weights, layer
            self.unit = self.unit if same else _middle(plan[layer]["shape"])

    @property
    def net(self) -> NoReturn:
        raise AttributeError("the network is not kept, only its weights; set w.net to look into another one")

    @net.setter
    def net(self, net: nn.Module) -> None:
        self.look(net)

    @property
    def images(self) -> torch.Tensor:
        """All images as the network takes them, (n, channels, rows, columns), with what the reader has drawn on them.
        Setting them takes the labels away."""
        kind = torch.uint8 if self.whole else torch.float32
        X = torch.frombuffer(bytearray(self.pixels), dtype=kind).reshape(self.size)
        return X.float() / 255 if self.whole else X

    @images.setter
    def images(self, images: ArrayLike) -> None:
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
    def _as_many_as_announced(self, proposal: traitlets.Bunch) -> bytes:
        count = math.prod(self.size) * (1 if self.whole else 4)
        if len(proposal.value) != count:
            raise traitlets.TraitError(f"pixels must be {count} bytes for {self.size}, got {len(proposal.value)}")
        return proposal.value

    @traitlets.validate("labels")
    def _one_for_each_image(self, proposal: traitlets.Bunch) -> list[int]:
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
    def _one_for_each_output(self, proposal: traitlets.Bunch) -> list[str]:
        outputs = math.prod(self.plan[-1]["shape"])
        if proposal.value and len(proposal.value) != outputs:
            raise traitlets.TraitError(f"classes must be {outputs} names, one for each output, got {proposal.value!r}")
        return proposal.value

    @traitlets.validate("chosen")
    def _a_image(self, proposal: traitlets.Bunch) -> int:
        if not 0 <= proposal.value < self.size[0]:
            raise traitlets.TraitError(f"chosen must be from 0 to {self.size[0] - 1}, got {proposal.value!r}")
        return proposal.value

    @traitlets.validate("layer")
    def _a_layer(self, proposal: traitlets.Bunch) -> int:
        if not 0 <= proposal.value < len(self.plan):
            raise traitlets.TraitError(f"layer must be from 0 to {len(self.plan) - 1}, got {proposal.value!r}")
        return proposal.value

    @traitlets.observe("layer")
    def _another_layer(self, change: traitlets.Bunch) -> None:
        shape = self.plan[self.layer]["shape"]
        if not _inside(self.unit, shape):  # the same map, as far as there is one
            first = min(self.unit[0], shape[0] - 1) if self.unit else 0
            self.unit = [first, *_middle(shape)[1:]] if len(self.unit) == len(shape) else _middle(shape)

    @traitlets.validate("unit")
    def _a_unit(self, proposal: traitlets.Bunch) -> list[int]:
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
        """Each layer's output for the chosen image: (maps, rows, columns) or (numbers,)."""
        weights = torch.frombuffer(bytearray(self.weights or bytes(4)), dtype=torch.float32)
        found, X = [], self.image[None]
        for layer in self.plan:
            X = layer_output(layer, weights, X)
            found.append(X[0])
        return found

    @property
    def output(self) -> torch.Tensor:
        """The network's output for the chosen image."""
        return self.maps[-1]

    @property
    def value(self) -> float:
        """The chosen unit's number."""
        return self.maps[self.layer][tuple(self.unit)].item()

    @property
    def receptive_field(self) -> Field:
        """Where in the image the chosen unit looks."""
        return Field(*receptive_cells(self.plan, self.size[1:], self.layer, self.unit))

    def describe(self) -> str:
        n, image = len(self.plan), " × ".join(map(str, self.size[1:]))
        return say(f"a network of {n} layers at work on a {image} image",
                   f"{n} 层的网络与 {image} 的图像")  # fmt: skip


def _inside(unit: Sequence[int], shape: Sequence[int]) -> bool:
    return len(unit) == len(shape) and all(0 <= place < n for place, n in zip(unit, shape, strict=True))


def _middle(shape: Sequence[int]) -> list[int]:
    """The unit that is looked at first: of a map the middle, otherwise the first number."""
    return [0, *(n // 2 for n in shape[1:])]


def _packed(images: ArrayLike) -> dict[str, Any]:
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
    if one > MOST_NUMBERS or max(X.shape[2:]) > 256:
        raise traitlets.TraitError(f"images must be at most 256 x 256, and 400,000 numbers, got {tuple(X.shape)}")
    X = X[: min(MOST_IMAGES, MOST_NUMBERS // one)]
    if X.dtype is not torch.uint8:
        X = X.float()
        if not X.isfinite().all():
            raise traitlets.TraitError("images must be made of finite numbers")
        steps = (255 * X).round()
        if steps.min() >= 0 and steps.max() <= 255 and torch.equal(steps / 255, X):
            X = steps.to(torch.uint8)  # a quarter of the bytes, and the same numbers
    whole = X.dtype is torch.uint8
    return {"size": list(X.shape), "whole": whole, "given": given, "pixels": X.contiguous().numpy().tobytes()}
