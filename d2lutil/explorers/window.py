"""The window explorer: a kernel slides over an image, and every number of the output shows where it comes from."""

from collections.abc import Mapping, Sequence
from typing import Any

import torch
import torch.nn.functional as F
import traitlets
from numpy.typing import ArrayLike

from ..i18n import say
from .base import Explorer, Unsuitable
from .tables import Table

__all__ = ["WindowExplorer"]

MODES = ("correlation", "convolution", "max", "average", "gradient")
PADDING_MODES = ("zeros", "reflect", "replicate", "circular")
SIDES = ("top", "bottom", "left", "right")


class WindowExplorer(Explorer):
    """An image, a kernel and the output, all to be edited, stepped through and pointed at.

    Parameters
    ----------
    input, kernel : tensors or nested lists, (rows, columns); the kernel's size is the window's where pooling
    mode : "correlation", "convolution", "max", "average", or "gradient": to the input, for a gradient of the output
    padding : cells on every side, or a dict with "top", "bottom", "left", "right"
    padding_mode : "zeros", "reflect", "replicate", "circular" (pooling pads as PyTorch does)
    stride, dilation : one number, or (rows, columns)
    upstream : in the gradient mode the gradient of the output; 1 in every cell if it is left out
    ceil_mode, count_include_pad : as in PyTorch's pooling

    Raises
    ------
    traitlets.TraitError
        For values that no window can have, with the value in the message.

    Examples
    --------
    >>> w = WindowExplorer([[0, 1, 2], [3, 4, 5], [6, 7, 8]], [[0, 1], [2, 3]])
    >>> w.output
    tensor([[19., 25.],
            [37., 43.]])
    >>> w.kernel = [[1, 0], [0, 0]]
    >>> w.output[0, 0].item()
    0.0
    """

    SCRIPT = "window"

    input = Table().tag(sync=True)
    kernel = Table().tag(sync=True)
    upstream = Table(optional=True).tag(sync=True)
    mode = traitlets.Enum(MODES, "correlation").tag(sync=True)
    padding = traitlets.Dict().tag(sync=True)
    padding_mode = traitlets.Enum(PADDING_MODES, "zeros").tag(sync=True)
    stride = traitlets.List(traitlets.Int(min=1), [1, 1], 2, 2).tag(sync=True)
    dilation = traitlets.List(traitlets.Int(min=1), [1, 1], 2, 2).tag(sync=True)
    ceil_mode = traitlets.Bool(False).tag(sync=True)
    count_include_pad = traitlets.Bool(True).tag(sync=True)
    position = traitlets.List(traitlets.Int(min=0), [0, 0], 2, 2).tag(sync=True)

    def __init__(
        self, input: ArrayLike, kernel: ArrayLike, mode: str = "correlation", *, padding: int | Mapping[str, int] = 0,
        stride: int | Sequence[int] = 1, dilation: int | Sequence[int] = 1, upstream: ArrayLike = (), **traits: Any,
    ):  # fmt: skip
        super().__init__(
            input=input, kernel=kernel, mode=mode, padding=_sides(padding), stride=_pair(stride),
            dilation=_pair(dilation), upstream=upstream, **traits,
        )  # fmt: skip
        self._require_room()

    def _require_room(self) -> None:
        """The reader may make a window larger than its input, and is told; here it is a mistake."""
        size = len(self.kernel), len(self.kernel[0])
        cells = [d * (k - 1) + 1 for k, d in zip(size, self.dilation, strict=True)]
        p = self.padding
        room = len(self.input) + p["top"] + p["bottom"], len(self.input[0]) + p["left"] + p["right"]
        if cells[0] > room[0] or cells[1] > room[1]:
            raise Unsuitable(
                f"kernel covers {cells[0]} x {cells[1]} cells, more than the {room[0]} x {room[1]} of the padded input"
            )

    @traitlets.validate("padding")
    def _padding_of_each_side(self, proposal: traitlets.Bunch) -> dict[str, int]:
        sides = _sides(proposal.value)
        if set(sides) != set(SIDES) or not all(isinstance(p, int) and p >= 0 for p in sides.values()):
            raise traitlets.TraitError(
                f"padding must be a count for each of {', '.join(SIDES)}, got {proposal.value!r}"
            )
        return sides

    @property
    def output(self) -> torch.Tensor:
        """What PyTorch computes for the present state; in the gradient mode the gradient to the input."""
        X, K = torch.tensor(self.input), torch.tensor(self.kernel)
        stride, dilation = tuple(self.stride), tuple(self.dilation)
        p = self.padding
        if self.mode in ("max", "average"):
            size, padding = tuple(K.shape), (p["top"], p["left"])
            if self.mode == "max":
                return F.max_pool2d(X[None], size, stride, padding, dilation, self.ceil_mode)[0]
            return F.avg_pool2d(X[None], size, stride, padding, self.ceil_mode, self.count_include_pad)[0]
        X.requires_grad_(self.mode == "gradient")
        padding_mode = "constant" if self.padding_mode == "zeros" else self.padding_mode
        padded = F.pad(X[None, None], (p["left"], p["right"], p["top"], p["bottom"]), mode=padding_mode)
        weight = K.flip(0, 1) if self.mode == "convolution" else K
        Y = F.conv2d(padded, weight[None, None], stride=stride, dilation=dilation)[0, 0]
        if self.mode != "gradient":
            return Y
        G = torch.ones_like(Y)
        given = torch.tensor(self.upstream) if self.upstream else G
        rows, columns = min(G.shape[0], given.shape[0]), min(G.shape[1], given.shape[1])
        G[:rows, :columns] = given[:rows, :columns]
        return torch.autograd.grad(Y, X, G)[0]

    def describe(self) -> str:
        size = f"{len(self.input)} × {len(self.input[0])}", f"{len(self.kernel)} × {len(self.kernel[0])}"
        return say(f"a {size[1]} window on a {size[0]} input", f"{size[0]} 的输入上的 {size[1]} 窗口")


def _pair(value: int | Sequence[int]) -> list[int]:
    return [value, value] if isinstance(value, int) else list(value)


def _sides(padding: int | Mapping[str, int]) -> dict[str, int]:
    return dict.fromkeys(SIDES, padding) if isinstance(padding, int) else dict(padding)
