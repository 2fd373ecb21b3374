"""One of every explorer, for what is asked of all of them. A new explorer is one line more."""

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import nn

from d2lutil import corr2d, lenet, load_digits, photo
from d2lutil.explorers import (
    ChannelExplorer,
    EquivarianceExplorer,
    KernelLearner,
    KernelStudio,
    NetworkExplorer,
    WindowExplorer,
)
from d2lutil.explorers.base import Explorer

STEP = torch.tensor([[0.0, 0, 1, 1, 0, 0]] * 4)
DIFFERENCE = torch.tensor([[1.0, -1.0]])
FORWARD = ".d2l-controls:nth-of-type(2) button:nth-of-type(3)"
PYTORCH = ("ceil_mode", "count_include_pad")
IMAGE = "[role=application]"
UNITS = ".d2l-net-holder[tabindex]"
LAYERS = ("Conv", "d", "BatchNorm", "ReLU", "MaxPool", "AdaptiveAvgPool", "Flatten", "Linear", "softmax", "e", "Enter",
          "Esc", "Page", "Up", "Down")  # fmt: skip


class Sample(NamedTuple):
    """An explorer, and how a reader acts on it: a key that is pressed on an element, and an element to be touched.
    Both are CSS selectors, and both acts must change what is shown."""

    make: Callable[[], Explorer]
    on: str
    key: str
    touch: str
    code: tuple[str, ...] = ()  # identifiers and names that stay as they are in Chinese


def _lenet() -> Explorer:
    torch.manual_seed(0)
    test = load_digits(batch_size=100)[1]
    net = lenet(nn.ReLU, nn.MaxPool2d, batch_norm=True)
    return NetworkExplorer(net, test.images[:20], test.labels[:20], layer=4)


def _small_network() -> Explorer:
    torch.manual_seed(0)
    layers = nn.Conv2d(3, 4, 3, stride=2), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(4, 3)
    return NetworkExplorer(nn.Sequential(*layers), torch.rand(4, 3, 10, 12), layer=4)


SAMPLES = {
    "window": Sample(
        lambda: WindowExplorer(torch.arange(30.0).reshape(5, 6) - 9, [[0, 1], [-2, 3]], padding=1, stride=2),
        FORWARD, "Enter", "table >> nth=2", PYTORCH,
    ),
    "window, convolution": Sample(
        lambda: WindowExplorer(torch.arange(9.0).reshape(3, 3), [[0, 1], [2, 3]], "convolution"),
        FORWARD, "Enter", "table >> nth=3", PYTORCH,
    ),
    "window, gradient": Sample(
        lambda: WindowExplorer(torch.zeros(3, 3), [[0, 1], [2, 3]], "gradient", upstream=[[1, -1], [2, 0]]),
        FORWARD, "Enter", "table >> nth=0", PYTORCH,
    ),
    "studio": Sample(KernelStudio, IMAGE, "ArrowRight", IMAGE, ("Sobel", "y")),
    "studio, 5 x 5": Sample(
        lambda: KernelStudio(kernel=torch.eye(5) - 0.25), IMAGE, "ArrowRight", IMAGE, ("Sobel", "y")
    ),
    "learner": Sample(
        lambda: KernelLearner(STEP, corr2d(STEP, DIFFERENCE), start=[[1, 0]], truth=DIFFERENCE, noise=0.1),
        "button:first-of-type", "Enter", ".d2l-mosaic canvas[tabindex]",
    ),
    "equivariance": Sample(lambda: EquivarianceExplorer("three", shift=(1, 3)), IMAGE, "ArrowRight", IMAGE),
    "channels": Sample(
        lambda: ChannelExplorer(photo("china"), display="signed"), IMAGE, "ArrowRight", IMAGE, ("groups",)
    ),
    "channels, numbers": Sample(
        lambda: ChannelExplorer(torch.arange(12).reshape(3, 2, 2), [[1, 0, 0], [0, 0.5, -0.5]]),
        ".d2l-out [tabindex='0'] >> nth=0", "ArrowLeft", ".d2l-out table >> nth=0", ("groups",),
    ),
    "network": Sample(_lenet, UNITS, "ArrowRight", f"{UNITS} .d2l-net-map", LAYERS),
    "network, small": Sample(_small_network, UNITS, "ArrowRight", f"{UNITS} .d2l-net-map", LAYERS),
}  # fmt: skip
