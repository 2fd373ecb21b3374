"""Interactive explorers: one Python class, one script and one style sheet each, on shared arithmetic (core.js)."""

from .learner import KernelLearner
from .window import WindowExplorer

__all__ = ["KernelLearner", "WindowExplorer"]
