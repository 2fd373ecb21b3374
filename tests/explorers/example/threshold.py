"""The threshold explorer: the numbers of a table that lie above a level light up."""

import torch
import traitlets

from d2lutil.explorers.base import Explorer
from d2lutil.explorers.tables import Table
from d2lutil.i18n import say

__all__ = ["ThresholdExplorer"]


class ThresholdExplorer(Explorer):
    """A table of numbers, of which those above a level light up.

    >>> w = ThresholdExplorer([[1, 5], [7, 3]], level=4)
    >>> w.output
    tensor([[False,  True],
            [ True, False]])
    """

    SCRIPT = "threshold"

    input = Table().tag(sync=True)
    level = traitlets.Int(0, min=-9, max=9).tag(sync=True)

    def __init__(self, input, level: int = 0):
        super().__init__(input=input, level=level)

    @property
    def output(self) -> torch.Tensor:
        """What PyTorch computes for the present state."""
        return torch.tensor(self.input) > self.level

    def describe(self) -> str:
        size = f"{len(self.input)} × {len(self.input[0])}"
        return say(f"the numbers of a {size} table above a level", f"{size} 数表中大于阈值的数")
