"""A figure of each kind, for the tests that hold for all of them."""

import re

import pytest
import torch

import d2lutil as d2l

HISTORY = d2l.History("cpu", train_loss=[2.5, 1.25], train_acc=[0.125, 0.5], test_acc=[0.25, 0.75])
CONFUSION = torch.tensor([[5, 0, 2], [1, 4, 0], [0, 3, 6]])

# name -> a call, and the numbers that its description must contain
EXAMPLES = {
    "show_grids": (
        lambda: d2l.show_grids(X=torch.tensor([[1.5, -2.0], [0.0, 7.0]]), K=torch.ones(1, 3)),
        ["X", "K", "[1.50 -2] [0 7]", "[1 1 1]"],
    ),
    "show_window": (
        lambda: d2l.show_window(torch.arange(9.0).reshape(3, 3), torch.tensor([[1.0, -1.0]]), 1, 0),
        ["3·1 + 4·(-1) = -1", "[-1 -1] [-1 -1] [-1 -1]"],
    ),
    "show_backward": (
        lambda: d2l.show_backward(torch.tensor([[1.0, 2.0], [3.0, -4.0]]), torch.tensor([[5.0, -6.0]]), 1, 1),
        ["dX", "[5 4 -12] [15 -38 24]", "3·(-6) + (-4)·5 = -38"],
    ),
    "show_positions": (
        lambda: d2l.show_positions(9, 2, padding=1, stride=3, dilation=2),
        ["-1 1", "2 4", "5 7", "0", "3", "6", "8", "floor(8 / 3)", "= 3"],
    ),
    "show_pool_window": (
        lambda: d2l.show_pool_window(torch.arange(9.0).reshape(3, 3), 1, 0, 2, stride=1, mode="avg"),
        ["[2 3] [5 6]", "(3 + 4 + 6 + 7) / 4 = 5"],
    ),
    "show_images": (
        lambda: d2l.show_images({"ramp": torch.arange(6.0).reshape(2, 3), "map": torch.full((4, 5), -0.25)}),
        ["ramp", "0.00", "5.00", "map", "-0.25"],
    ),
    "show_images, signed": (
        lambda: d2l.show_images({"map": torch.tensor([[-3.0, 1.0]])}, signed=True),
        ["map", "-3.00", "1.00"],
    ),
    "show_images, colours": (
        lambda: d2l.show_images({"photo": torch.linspace(0, 1, 3 * 80 * 90).reshape(3, 80, 90)}),
        ["photo", "80", "90", "0.00", "1.00"],
    ),
    "show_gradient": (lambda: d2l.show_gradient(torch.rand(6, 7), torch.rand(6, 7)), ["6", "7", "-180°", "180°"]),
    "show_curves": (
        lambda: d2l.show_curves({"loss": [4.0, 2.0, 0.125]}, xlabel="step"),
        ["step", "loss", "3", "4", "0.125"],
    ),
    "show_history": (
        lambda: d2l.show_history(HISTORY),
        ["2.5", "1.25", "0.125", "0.5", "0.25", "0.75"],
    ),
    "show_bars": (
        lambda: d2l.show_bars({"dense": 12_000, "conv": 9, "half": 2.5}, "weights", log=True, end=1e6),
        ["weights", "dense", "12,000", "conv", "9", "half", "2.5"],
    ),
    "show_spread": (
        lambda: d2l.show_spread({"SGD": [0.75, 0.5, 0.625]}, xlabel="accuracy"),
        ["accuracy", "SGD", "3", "0.5", "0.75", "0.625"],
    ),
    "show_confusion": (lambda: d2l.show_confusion(CONFUSION, ["cat", "dog", "cow"]), ["15", "21", "dog", "cow", "3"]),
}  # fmt: skip
each_example = pytest.mark.parametrize("call, numbers", EXAMPLES.values(), ids=EXAMPLES.keys())


def texts(image):
    """All that is written in the figure."""
    from matplotlib.text import Text

    return [text.get_text() for text in image.figure.findobj(Text) if text.get_text()]


def has_chinese(text):
    return re.search("[\u4e00-\u9fff]", text) is not None
