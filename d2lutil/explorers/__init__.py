"""Interactive explorers: one Python class, one script and one style sheet each, on shared arithmetic (core.js)."""

from .studio import KernelStudio
from .window import WindowExplorer

__all__ = ["KernelStudio", "WindowExplorer"]
