"""The channel explorer: three channels go in, a matrix mixes them, and each one that comes out shows what it sums."""

import math
from collections.abc import Sequence
from typing import Any

import torch
import torch.nn.functional as F
import traitlets
from numpy.typing import ArrayLike

from ..i18n import say
from .base import Explorer
from .tables import Rows, table

__all__ = ["ChannelExplorer"]

LARGEST = (96, 128)  # a photograph is brought down to this many rows and columns
FEW = 4  # up to this many rows and columns, the numbers themselves are shown
LIMITS = {"matrix": 10, "kernels": 10, "bias": 1000}
EDGE = [[-0.25, -0.5, -0.25], [0.0, 0.0, 0.0], [0.25, 0.5, 0.25]]
KERNELS = {
    "identity": [[0.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 0.0]],
    "blur": [[1 / 9] * 3 for _ in range(3)],
    "horizontal edge": EDGE,
    "vertical edge": [list(column) for column in zip(*EDGE, strict=True)],
}


class ChannelExplorer(Explorer):
    """A convolution of three input channels, with its weights, its kernels and all that it adds up.

    Every weight of the layer is an entry of ``matrix`` (rows: outputs, columns: inputs) times a kernel of its own, 3 by
    3, with a padding of 1. Where all kernels are the identity, the layer is a 1 by 1 convolution with this matrix.

    Parameters
    ----------
    image : tensor (3, rows, columns). A photograph, in [0, 1] or uint8, is brought to at most 96 by 128 pixels and
        counted from 0 to 255; a small one, up to 4 by 4, is shown as the numbers that it is made of.
    matrix : 1 to 4 rows of three weights; left out, the one that changes nothing
    kernels : one for all pairs, or for each output a list of three, as a table of 3 by 3 numbers or by name:
        "identity", "blur", "horizontal edge", "vertical edge"
    bias : a number for each output
    groups : 1, or 3 (for three outputs): then each output reads its own input only, and the rest of the matrix is 0
    display : "cut" shows 0 as black and 255 as white, and cuts off what lies beyond; "signed" shows 0 as white,
        positive numbers in blue, negative ones in red

    Raises
    ------
    traitlets.TraitError
        For values that no such layer can have, with the value in the message.

    Examples
    --------
    >>> w = ChannelExplorer(torch.arange(12).reshape(3, 2, 2), [[1, 0, 0], [0, 0.5, 0.5]])
    >>> w.output[1]
    tensor([[6., 7.],
            [8., 9.]])
    >>> w.matrix = [[1, 1, 1]]
    >>> w.output[0, 0, 0].item(), tuple(w.weight.shape)
    (12.0, (1, 3, 1, 1))
    """

    SCRIPT = "channels"

    image = traitlets.Bytes().tag(sync=True)  # a photograph, channel after channel
    numbers: "traitlets.List[Rows]" = traitlets.List().tag(sync=True)  # a small image: three tables
    size = traitlets.List(traitlets.Int(min=1), [1, 1], 2, 2).tag(sync=True)
    # Lists, once they are validated; names and tensors are taken, too.
    matrix = traitlets.Any([]).tag(sync=True)
    kernels = traitlets.Any([]).tag(sync=True)
    bias = traitlets.Any([]).tag(sync=True)
    groups = traitlets.Enum((1, 3), 1).tag(sync=True)
    display = traitlets.Enum(("cut", "signed"), "cut").tag(sync=True)
    chosen = traitlets.Int(0, min=0).tag(sync=True)
    position = traitlets.List(traitlets.Int(min=0), [0, 0], 2, 2).tag(sync=True)

    def __init__(
        self, image: ArrayLike, matrix: ArrayLike | None = None, kernels: ArrayLike | Sequence = "identity", *,
        bias: ArrayLike | None = None, **traits: Any,
    ):  # fmt: skip
        packed = _packed(image)
        matrix = _lists(torch.eye(3) if matrix is None else matrix)
        rows = len(matrix) if isinstance(matrix, list) else 0
        middle = [n // 2 for n in packed["size"]]
        defaults = {"position": middle, "bias": [0.0] * rows if bias is None else bias}
        super().__init__(matrix=matrix, kernels=_of_all_pairs(kernels, rows), **packed, **(defaults | traits))

    @traitlets.validate("matrix")
    def _matrix(self, proposal: traitlets.Bunch) -> Rows:
        matrix = _lists(proposal.value)
        if not _is_table(matrix, range(1, 5), 3, LIMITS["matrix"]):
            raise traitlets.TraitError(
                f"matrix must be 1 to 4 rows of three numbers from -10 to 10, got {proposal.value!r}"
            )
        if self.groups == 3 and matrix != _own_only(matrix):
            raise traitlets.TraitError(
                f"matrix must be 3 by 3 and 0 beside its diagonal where groups is 3, got {proposal.value!r}"
            )
        return [[float(number) for number in row] for row in matrix]

    @traitlets.validate("kernels")
    def _kernels(self, proposal: traitlets.Bunch) -> list[list[Rows]]:
        kernels = _of_all_pairs(proposal.value, len(self.matrix))
        if len(kernels) != len(self.matrix) or any(
            not isinstance(row, list)
            or len(row) != 3
            or not all(_is_table(kernel, range(3, 4), 3, LIMITS["kernels"]) for kernel in row)
            for row in kernels
        ):
            raise traitlets.TraitError(
                f"kernels must be, for each output and each of three inputs, one of {', '.join(KERNELS)} or 3 by 3 "
                f"numbers from -10 to 10, got {proposal.value!r}"
            )
        return [[[[float(number) for number in line] for line in kernel] for kernel in row] for row in kernels]

    @traitlets.validate("bias")
    def _bias(self, proposal: traitlets.Bunch) -> list[float]:
        bias = _lists(proposal.value)
        if not _is_table([bias], range(1, 2), len(self.matrix), LIMITS["bias"]):
            raise traitlets.TraitError(
                f"bias must be a number from -1000 to 1000 for each output, got {proposal.value!r}"
            )
        return [float(number) for number in bias]

    @traitlets.validate("groups")
    def _groups(self, proposal: traitlets.Bunch) -> int:
        if proposal.value == 3 and len(self.matrix) != 3:
            raise traitlets.TraitError(
                f"groups must divide the number of outputs: it is 3, and there are {len(self.matrix)}"
            )
        return proposal.value

    @traitlets.observe("groups")
    def _lock(self, change: traitlets.Bunch) -> None:
        if change.new == 3:
            self.matrix = _own_only(self.matrix)

    @traitlets.observe("matrix")
    def _as_many(self, change: traitlets.Bunch) -> None:
        """Another number of outputs: kernels and biases follow."""
        rows = len(self.matrix)
        if len(self.kernels) != rows and self.kernels:
            more = _of_all_pairs("identity", rows)
            self.kernels = [*self.kernels, *more][:rows]
        if len(self.bias) != rows and self.bias:
            self.bias = [*self.bias, *[0.0] * rows][:rows]
        self.chosen = min(self.chosen, rows - 1)

    @property
    def input(self) -> torch.Tensor:
        """The image that the layer reads, (3, rows, columns); a photograph in steps from 0 to 255. It can be set."""
        if self.numbers:
            return torch.tensor(self.numbers)
        return torch.frombuffer(bytearray(self.image), dtype=torch.uint8).reshape(3, *self.size).float()

    @input.setter
    def input(self, image: ArrayLike) -> None:
        packed = _packed(image)
        with self.hold_sync():
            self.position = [min(place, n - 1) for place, n in zip(self.position, packed["size"], strict=True)]
            for name, value in packed.items():
                setattr(self, name, value)

    @property
    def weight(self) -> torch.Tensor:
        """The layer's weight, (outputs, 3 / groups, k, k); k is 1 where all kernels that count are the identity."""
        weight = torch.tensor(self.matrix)[:, :, None, None] * torch.tensor(self.kernels)
        kernels = self.kernels
        if self.groups == 3:
            weight = torch.stack([weight[o, o : o + 1] for o in range(3)])
            kernels = [[kernels[o][o]] for o in range(3)]
        flat = all(kernel == KERNELS["identity"] for row in kernels for kernel in row)
        return weight[:, :, 1:2, 1:2] if flat else weight

    @property
    def output(self) -> torch.Tensor:
        """What PyTorch computes from ``input``, ``weight`` and ``bias``: (outputs, rows, columns), nothing cut off."""
        weight = self.weight
        bias = torch.tensor(self.bias)
        return F.conv2d(self.input[None], weight, bias, padding=weight.shape[-1] // 2, groups=self.groups)[0]

    def describe(self) -> str:
        n, (rows, columns) = len(self.matrix), self.size
        return say(
            f"three channels of {rows} × {columns}, mixed into {n}", f"三个 {rows} × {columns} 的通道，混合成 {n} 个"
        )


def _lists(value: Any) -> Any:
    return value.tolist() if isinstance(value, torch.Tensor) else value


def _is_table(value: Any, rows: range, columns: int, limit: float) -> bool:
    """Whether it is a table of that many numbers, none beyond the limit."""
    try:
        found = table(value, "", limit)
    except traitlets.TraitError:
        return False
    return len(found) in rows and len(found[0]) == columns


def _own_only(matrix: Rows) -> Rows:
    """The matrix with zeros beside its diagonal."""
    return [[number if o == c else 0.0 for c, number in enumerate(row)] for o, row in enumerate(matrix)]


def _of_all_pairs(kernels: Any, rows: int) -> list:
    """Kernels by name, or one for all, as tables, one for each pair of channels; what is wrong stays as it is."""
    kernels = _lists(kernels)
    if isinstance(kernels, str) or _is_table(kernels, range(3, 4), 3, math.inf):
        kernels = [[kernels] * 3 for _ in range(rows)]
    if not isinstance(kernels, list):
        return []
    return [
        [KERNELS.get(kernel, kernel) if isinstance(kernel, str) else _lists(kernel) for kernel in row]
        if isinstance(row, list | tuple)
        else row
        for row in kernels
    ]


def _packed(image: ArrayLike) -> dict[str, Any]:
    """An image as the traits that hold it."""
    try:
        X = torch.as_tensor(image)
    except (TypeError, ValueError, RuntimeError) as reason:
        raise traitlets.TraitError(f"image must be a tensor (3, rows, columns), got {image!r}") from reason
    if X.dim() != 3 or len(X) != 3 or not X.numel():
        raise traitlets.TraitError(f"image must have the shape (3, rows, columns), got {tuple(X.shape)}")
    size = list(X.shape[1:])
    whole = X.dtype is torch.uint8
    X = X.float()
    if not X.isfinite().all():
        raise traitlets.TraitError("image must be made of finite numbers")
    if max(size) <= FEW:
        return {"numbers": X.tolist(), "image": b"", "size": size}
    if not whole:
        if X.min() < 0 or X.max() > 1:
            raise traitlets.TraitError(f"image must be uint8 or in [0, 1], got numbers from {X.min():g} to {X.max():g}")
        X = X * 255
    scale = min(1, *(most / n for most, n in zip(LARGEST, size, strict=True)))
    if scale < 1:
        size = [max(1, round(n * scale)) for n in size]
        X = F.interpolate(X[None], size, mode="bilinear", antialias=True)[0]
    pixels = X.round().clamp(0, 255).to(torch.uint8)
    return {"numbers": [], "image": pixels.numpy().tobytes(), "size": size}
