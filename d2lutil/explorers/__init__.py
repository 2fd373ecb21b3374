"""Interactive explorers: one Python class, one script and one style sheet each, on shared arithmetic (core.js)."""

from .channels import ChannelExplorer
from .equivariance import EquivarianceExplorer
from .learner import KernelLearner
from .network import NetworkExplorer
from .studio import KernelStudio
from .window import WindowExplorer

__all__ = [
    "ChannelExplorer",
    "EquivarianceExplorer",
    "KernelLearner",
    "KernelStudio",
    "NetworkExplorer",
    "WindowExplorer",
]
