"""Interactive explorers: one Python class, one script and one style sheet each, on shared arithmetic (core.js)."""

from .channels import ChannelExplorer
from .equivariance import EquivarianceExplorer
from .learner import KernelLearner
from .network import NetworkExplorer
from .pad import DigitPad
from .studio import KernelStudio
from .window import WindowExplorer

__all__ = [
    "ChannelExplorer",
    "DigitPad",
    "EquivarianceExplorer",
    "KernelLearner",
    "KernelStudio",
    "NetworkExplorer",
    "WindowExplorer",
]
