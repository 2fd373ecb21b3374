"""The equivariance explorer: shift, then compute, or compute, then shift? Four layers, every shift."""

import itertools
from collections.abc import Sequence
from typing import Any

import torch
import torch.nn.functional as F
import traitlets
from numpy.typing import ArrayLike

from ..i18n import say
from .base import Explorer
from .tables import Rows, Table, table

__all__ = ["EquivarianceExplorer"]

LAYERS = ("fully connected", "convolution", "pooling", "global pooling")
BORDERS = ("zeros", "circular")
POOLINGS = ("max", "average")
WINDOWS = (2, 3, 4)
SIDES = (4, 24)  # the smallest and the largest image
KERNEL = ((1, 2, 0), (-1, 3, 1), (0, -2, 1))
EXACT = 1e-9  # what rounding may do


def _in_the_middle(*rows: str) -> Rows:
    """A drawing in the middle of 12 x 12 cells: a dot is empty, a digit or letter (base 17) is so many sixteenths."""
    top, left = (12 - len(rows)) // 2, (12 - len(rows[0])) // 2
    table = torch.zeros(12, 12)
    for i, row in enumerate(rows):
        for j, character in enumerate(row):
            table[top + i, left + j] = 0 if character == "." else int(character, 17) / 16
    return table.tolist()


# Each leaves two empty cells on every side at least, so that at first the border makes no difference. Sixteenths are
# exact in binary, and so is all that is computed from them, except means over 9 or 144 cells.
IMAGES = {
    "cross": _in_the_middle("..g..", "..g..", "ggggg", "..g..", "..g.."),
    "corner": _in_the_middle("g....", "g....", "g....", "ggggg"),
    "frame": _in_the_middle("gggggg", "g....g", "g....g", "g....g", "gggggg"),
    "line": _in_the_middle("g", "g", "g", "g", "g", "g"),
    "dot": _in_the_middle("g"),
    # Number 3 of the digits that scikit-learn ships (Alpaydin and Kaynak, 1998).
    "three": _in_the_middle(
        "..7fd1..", ".8d6f4..", ".21dd...", "...2fb1.", "....1cc1", ".....1a8", "..845e9.", "..7dd9.."
    ),
}


class EquivarianceExplorer(Explorer):
    """An image to be dragged, and what four layers make of the shift: a fully connected layer, a convolution, pooling
    after it, and a global pooling after it. Each is asked twice, "shift, then compute" and "compute, then shift".

    What leaves the image on one side comes in on the other (``torch.roll``). A pooled map can move by whole cells
    only: where the shift is not a multiple of the window, both neighbouring moves are tried, and the better one counts.

    Parameters
    ----------
    image : "cross", "corner", "frame", "line", "dot" or "three" (a handwritten digit), or a table of numbers
    shift : (rows down, columns to the right), each smaller than the image
    border : what the convolution sees beyond the border: "zeros", or "circular", the other side
    pooling : "max" or "average", for both kinds of pooling
    window : the side of the pooling window, which is also its stride: 2, 3 or 4, whichever divides the image's sides;
        the smallest of them if it is left out
    kernel : a square table of numbers with 1, 3 or 5 rows

    Raises
    ------
    traitlets.TraitError
        For anything else, with the value in the message.

    Examples
    --------
    >>> w = EquivarianceExplorer("cross", shift=(0, 2))
    >>> {layer: difference == 0 for layer, difference in w.differences.items()}
    {'fully connected': False, 'convolution': True, 'pooling': True, 'global pooling': True}
    >>> w.shift = [0, 4]  # now an arm of the cross touches the border
    >>> w.differences["convolution"], w.verdicts["convolution"]
    (1.0, 'border')
    """

    SCRIPT = "equivariance"

    images = traitlets.Dict().tag(sync=True)
    image = traitlets.Unicode("cross").tag(sync=True)
    shift = traitlets.List(traitlets.Int(), [0, 1], 2, 2).tag(sync=True)
    border = traitlets.Enum(BORDERS, "zeros").tag(sync=True)
    pooling = traitlets.Enum(POOLINGS, "max").tag(sync=True)
    window = traitlets.Int(2).tag(sync=True)
    kernel = Table().tag(sync=True)

    def __init__(
        self, image: ArrayLike = "cross", shift: Sequence[int] = (0, 1), border: str = "zeros", *,
        window: int | None = None, kernel: ArrayLike = KERNEL, **traits: Any,
    ):  # fmt: skip
        images = dict(IMAGES)
        if not isinstance(image, str):
            own = table(image, "image")
            same_size = (len(own), len(own[0])) == (12, 12)
            images, image = {"own": own} | (IMAGES if same_size else {}), "own"
        window = window or next(iter(_windows(next(iter(images.values())))), 0)
        super().__init__(
            images=images, image=image, shift=list(shift), border=border, window=window,
            kernel=kernel, **traits,
        )  # fmt: skip

    @traitlets.validate("images")
    def _tables_of_one_size(self, proposal: traitlets.Bunch) -> dict[str, Rows]:
        tables = {name: table(rows, "image") for name, rows in proposal.value.items()}
        sizes = {(len(rows), len(rows[0])) for rows in tables.values()}
        if len(sizes) != 1 or not all(SIDES[0] <= side <= SIDES[1] for side in next(iter(sizes))):
            found = ", ".join(f"{rows} x {cols}" for rows, cols in sizes) or "none"
            raise traitlets.TraitError(
                f"an image must have from {SIDES[0]} to {SIDES[1]} rows and columns, got {found}"
            )
        if not _windows(next(iter(tables.values()))):
            raise traitlets.TraitError(
                f"an image's sides must both be multiples of one of {WINDOWS}, got {sizes.pop()}"
            )
        return tables

    @traitlets.validate("image")
    def _known(self, proposal: traitlets.Bunch) -> str:
        if proposal.value not in self.images:
            names = ", ".join(map(repr, self.images))
            raise traitlets.TraitError(f"image must be a table of numbers or one of {names}, got {proposal.value!r}")
        return proposal.value

    @traitlets.validate("shift")
    def _smaller_than_the_image(self, proposal: traitlets.Bunch) -> list[int]:
        for by, side in zip(proposal.value, self.start.shape, strict=True):
            if abs(by) >= side:
                raise traitlets.TraitError(f"shift must be smaller than the image's {side} cells, got {by}")
        return proposal.value

    @traitlets.validate("window")
    def _tiling(self, proposal: traitlets.Bunch) -> int:
        fitting = _windows(self.start)
        if proposal.value not in fitting:
            raise traitlets.TraitError(f"window must be one of {fitting}, to divide the image, got {proposal.value}")
        return proposal.value

    @traitlets.validate("kernel")
    def _square(self, proposal: traitlets.Bunch) -> Rows:
        kernel = proposal.value
        if len(kernel) not in (1, 3, 5) or len(kernel[0]) != len(kernel):
            raise traitlets.TraitError(f"kernel must be 1 x 1, 3 x 3 or 5 x 5, got {len(kernel)} x {len(kernel[0])}")
        return kernel

    @property
    def start(self) -> torch.Tensor:
        """The image before it is shifted, X."""
        return torch.tensor(self.images[self.image], dtype=torch.float64)

    @property
    def weights(self) -> torch.Tensor:
        """The fully connected layer's: for each position of the output a row, for each pixel of the image a column."""
        n = self.start.numel()
        h = torch.arange(1, n * n + 1)  # the numbers 1, 2, 3, ... shaken until nothing of their order is left
        for by, factor in ((16, 0x7FEB352D), (15, 0x846CA68B), (16, 1)):
            h = ((h ^ (h >> by)) * factor) & 0xFFFFFFFF
        return (h % 7 - 3).reshape(n, n).double()

    def output(self, layer: str, X: torch.Tensor, window: int | None = None) -> torch.Tensor:
        """What a layer makes of an image; global pooling gives one cell."""
        if layer == "fully connected":
            return (self.weights @ X.flatten()).reshape(X.shape)
        K = torch.tensor(self.kernel, dtype=torch.float64)
        mode = "circular" if self.border == "circular" else "constant"
        Y = F.conv2d(F.pad(X[None, None], [len(K) // 2] * 4, mode=mode), K[None, None])
        if layer != "convolution":
            pool = F.max_pool2d if self.pooling == "max" else F.avg_pool2d
            Y = pool(Y, (window or self.window) if layer == "pooling" else X.shape)
        return Y[0, 0]

    def both_ways_at(
        self, shift: Sequence[int], *, window: int | None = None
    ) -> dict[str, tuple[torch.Tensor, torch.Tensor]]:
        """For each layer the outputs (shift then compute, compute then shift), for any shift and window; what is shown
        does not move."""
        X, shift, window = self.start, tuple(shift), window or self.window
        found = {}
        for layer in LAYERS:
            before = self.output(layer, X, window)
            after = self.output(layer, X.roll(shift, (0, 1)), window)
            moves = _moves(shift, {"pooling": window, "global pooling": None}.get(layer, 1))
            moved = [before.roll(move, (0, 1)) for move in moves]
            found[layer] = after, min(moved, key=lambda one: (one - after).abs().max().item())
        return found

    def differences_at(self, shift: Sequence[int], *, window: int | None = None) -> dict[str, float]:
        """For each layer the largest absolute difference of the two, for any shift and window."""
        pairs = self.both_ways_at(shift, window=window)
        gaps = {layer: (one - other).abs().max().item() for layer, (one, other) in pairs.items()}
        return {layer: 0.0 if gap < EXACT else gap for layer, gap in gaps.items()}

    @property
    def both_ways(self) -> dict[str, tuple[torch.Tensor, torch.Tensor]]:
        """For each layer the two outputs for the present shift."""
        return self.both_ways_at(self.shift)

    @property
    def differences(self) -> dict[str, float]:
        """For each layer the largest absolute difference of the two outputs."""
        return self.differences_at(self.shift)

    @property
    def verdicts(self) -> dict[str, str]:
        """For each layer a word: "still" (nothing was shifted), "exact" (the output moves along), "luck" (it does, but
        the shift is no multiple of the window), "unchanged", "border" (only the border makes it differ), "lost"."""
        whole = all(by % self.window == 0 for by in self.shift)
        found = {}
        for layer, difference in self.differences.items():
            if self.shift == [0, 0]:
                word = "still"
            elif layer == "fully connected":
                word = "lost" if difference else "exact"
            elif layer == "convolution":
                word = "border" if difference else "exact"
            elif layer == "global pooling":
                word = "border" if difference else "unchanged"
            elif difference:
                word = "border" if whole else "lost"
            else:
                before, after = self.output(layer, self.start), self.both_ways[layer][0]
                word = "exact" if whole else "unchanged" if (after - before).abs().max() < EXACT else "luck"
            found[layer] = word
        return found

    def describe(self) -> str:
        size = " × ".join(str(side) for side in self.start.shape)
        return say(f"a {size} image to be moved, and what four layers make of it",
                   f"可以移动的 {size} 图像，以及四种层的输出")  # fmt: skip


def _moves(shift: Sequence[int], cell: int | None) -> list[tuple[int, ...]]:
    """The shift in whole cells of a map: both neighbours where it is none; a map of one cell (None) stays."""
    if cell is None:
        return [(0, 0)]
    return list(itertools.product(*(sorted({by // cell, -(-by // cell)}) for by in shift)))


def _windows(image: Rows | torch.Tensor) -> list[int]:
    """Those that divide both sides."""
    return [window for window in WINDOWS if not len(image) % window and not len(image[0]) % window]
