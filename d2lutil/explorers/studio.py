"""The kernel studio: a photograph, a kernel to play with, and its output."""

import math
from collections.abc import Sequence
from typing import Any

import torch
import torch.nn.functional as F
import traitlets
from numpy.typing import ArrayLike

from ..data import photo
from ..i18n import say
from .base import Explorer, Unsuitable
from .tables import Rows, Table

__all__ = ["KernelStudio"]

LONGEST = 256  # the longer side of an image
EDGES = {3: ([1, 2, 1], [-1, 0, 1]), 5: ([1, 4, 6, 4, 1], [-1, -2, 0, 2, 1])}  # along an edge, across it
GREY = (0.299, 0.587, 0.114)


class KernelStudio(Explorer):
    """A photograph, a kernel that is edited, chosen or rotated, and its output in colours, to be pointed at.

    Parameters
    ----------
    image : float in [0, 1] or uint8, (rows, columns), or (3, rows, columns), which is made grey; brought to at most
        256 on the longer side and kept in 256 steps of grey. Left out: a roof from ``d2l.photo("china")``.
    kernel : 3 x 3 or 5 x 5; left out: Sobel's for edges that run upwards
    normalise : True to divide the kernel by the sum of its numbers or, where that is 0, of their absolute values
    colours : "signed" (blue above 0, red below), "grey", or "auto": grey if the kernel's sum is above 0
    position : row and column of the output whose window is shown; left out: the middle

    Raises
    ------
    traitlets.TraitError
        For images and kernels of other shapes, and numbers that are not finite.

    Examples
    --------
    >>> w = KernelStudio(torch.arange(35.0).reshape(5, 7) / 255)
    >>> w.kernel
    [[-1.0, 0.0, 1.0], [-2.0, 0.0, 2.0], [-1.0, 0.0, 1.0]]
    >>> (255 * w.output).round()
    tensor([[8., 8., 8., 8., 8.],
            [8., 8., 8., 8., 8.],
            [8., 8., 8., 8., 8.]])
    >>> w.angle = 90
    >>> w.normalise = True
    >>> w.weights
    tensor([[-0.1250, -0.2500, -0.1250],
            [ 0.0000,  0.0000,  0.0000],
            [ 0.1250,  0.2500,  0.1250]])
    """

    SCRIPT = "studio"

    # How many rows and columns, less 1 each, then the greys row by row.
    pixels = traitlets.Bytes().tag(sync=True, from_json=lambda value, _: bytes(value))
    kernel = Table().tag(sync=True)
    normalise = traitlets.Bool(False).tag(sync=True)
    colours = traitlets.Enum(("auto", "signed", "grey"), "auto").tag(sync=True)
    position = traitlets.List(traitlets.Int(min=0), [0, 0], 2, 2).tag(sync=True)

    def __init__(
        self, image: ArrayLike | None = None, kernel: ArrayLike | None = None, *,
        position: Sequence[int] | None = None, **traits: Any,
    ):  # fmt: skip
        pixels = _packed(photo("china", gray=True)[60:260, 150:406] if image is None else image)
        middle = [(pixels[0] - 1) // 2, (pixels[1] - 1) // 2]
        super().__init__(
            pixels=pixels, kernel=_edge(3, 0) if kernel is None else kernel,
            position=middle if position is None else list(position), **traits,
        )  # fmt: skip
        rows, columns = self.output.shape
        if not (self.position[0] < rows and self.position[1] < columns):
            raise Unsuitable(f"position must lie in the output of {rows} x {columns}, got {tuple(self.position)}")

    @traitlets.validate("kernel")
    def _three_or_five(self, proposal: traitlets.Bunch) -> Rows:
        size = len(proposal.value), len(proposal.value[0])
        if size not in ((3, 3), (5, 5)):
            raise traitlets.TraitError(f"kernel must be 3 x 3 or 5 x 5 numbers, got {size[0]} x {size[1]}")
        return proposal.value

    @traitlets.validate("pixels")
    def _as_many_as_announced(self, proposal: traitlets.Bunch) -> bytes:
        given = proposal.value
        if len(given) < 2 or len(given) != 2 + (given[0] + 1) * (given[1] + 1) or min(given[:2]) < 4:
            raise traitlets.TraitError("pixels must be rows - 1, columns - 1 (5 to 256 of each) and then all the greys")
        return given

    @property
    def image(self) -> torch.Tensor:
        """The image, in [0, 1], of shape (rows, columns): the one given, or the one that the reader brought."""
        rows, columns = self.pixels[0] + 1, self.pixels[1] + 1
        return torch.frombuffer(bytearray(self.pixels[2:]), dtype=torch.uint8).reshape(rows, columns) / 255

    @image.setter
    def image(self, image: ArrayLike) -> None:
        self.pixels = _packed(image)

    @property
    def angle(self) -> float | None:
        """Where the kernel finds brightening, in degrees from 0 (to the right) over 90 (down) to 360; None if it is no
        turned Sobel kernel. Set it to get one."""
        size = len(self.kernel)
        given, right, down = (torch.tensor(k).double() for k in (self.kernel, _edge(size, 0), _edge(size, 90)))
        cosine, sine = (given * right).sum() / right.square().sum(), (given * down).sum() / down.square().sum()
        degrees = math.degrees(math.atan2(sine, cosine)) % 360
        close = torch.allclose(given, torch.tensor(_edge(size, degrees)).double(), rtol=0, atol=1e-4)
        return round(degrees, 3) % 360 if close else None

    @angle.setter
    def angle(self, degrees: float) -> None:
        self.kernel = _edge(len(self.kernel), float(degrees))

    @property
    def weights(self) -> torch.Tensor:
        """The kernel that is applied: divided, if ``normalise`` says so."""
        kernel = torch.tensor(self.kernel)
        if not self.normalise:
            return kernel
        total, size = kernel.double().sum(), kernel.double().abs().sum()
        by = total if total.abs() > 1e-6 * size else size
        return kernel / by.float() if by else kernel

    @property
    def output(self) -> torch.Tensor:
        """What PyTorch computes: the cross-correlation of image and weights, without padding."""
        return F.conv2d(self.image[None, None], self.weights[None, None])[0, 0]

    def describe(self) -> str:
        kernel, image = f"{len(self.kernel)} × {len(self.kernel)}", f"{self.pixels[0] + 1} × {self.pixels[1] + 1}"
        return say(f"a {kernel} kernel on a {image} photograph", f"{kernel} 的卷积核与 {image} 的照片")


def _edge(size: int, degrees: float) -> Rows:
    """cos(angle) times Sobel's kernel for changes to the right, plus sin(angle) times the one for changes downwards."""
    along, across = EDGES[size]
    cosine, sine = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return [
        [round(cosine * along[i] * across[j] + sine * across[i] * along[j], 6) + 0.0 for j in range(size)]
        for i in range(size)
    ]


def _packed(image: ArrayLike) -> bytes:
    """The image as the trait ``pixels`` holds it."""
    X = torch.as_tensor(image)
    X = X.float() / 255 if X.dtype is torch.uint8 else X.float()
    if X.dim() == 3 and len(X) == 3:
        X = torch.tensordot(torch.tensor(GREY), X, dims=1)
    if X.dim() != 2 or min(X.shape) < 5 or not 0 <= X.min() <= X.max() <= 1.0001:
        low, high = (X.min(), X.max()) if X.numel() else (0, 0)
        raise traitlets.TraitError(
            f"image must be (rows, columns) or (3, rows, columns), at least 5 of each, from 0 to 1, "
            f"got {tuple(X.shape)} from {low:.3g} to {high:.3g}"
        )
    if max(X.shape) > LONGEST:
        size = [max(5, round(n * LONGEST / max(X.shape))) for n in X.shape]
        X = F.interpolate(X[None, None], size, mode="bilinear", antialias=True)[0, 0]
    greys = (255 * X).round().clamp(0, 255).to(torch.uint8)
    return bytes([len(greys) - 1, len(greys[0]) - 1]) + greys.contiguous().numpy().tobytes()
