"""Charts of results: curves, bars, spreads over runs, confusion matrices."""

import math
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import torch

from .._arguments import checked, shown
from ..i18n import say
from .figure import COLORS, STYLES, DescribedFigure, ems, lines_between_cells, style

__all__ = ["show_bars", "show_confusion", "show_curves", "show_history", "show_spread"]


@checked
def show_curves(
    curves: Mapping[str, Sequence[float]],
    xlabel: str = "",
    ylabel: str = "",
    x: Sequence[float] | None = None,
    log: bool = False,
    repeatable: bool = True,
) -> DescribedFigure:
    """Curves over a common axis.

    Parameters
    ----------
    curves : name -> values
    x : the values along the axis; by default 1, 2, 3, ...
    log : a logarithmic vertical axis
    repeatable : whether every machine computes the same values (see :class:`DescribedFigure`)

    Raises
    ------
    ValueError
        If there is no curve, or one is empty or does not fit ``x``.

    Examples
    --------
    >>> from d2lutil import use_language
    >>> use_language("en")
    >>> show_curves({"loss": [4.0, 2.0, 1.0]}, xlabel="step")
    Curves over step: loss, 3 points from 4 to 1
    """
    from matplotlib.figure import Figure

    if not curves:
        raise ValueError("show_curves needs at least one curve")
    with style():
        figure = Figure(figsize=(7.0, 3.6), layout="constrained")
        ax = figure.subplots()
        for k, (name, values) in enumerate(curves.items()):
            for what, numbers in {f"curve {name!r}": values, "x": x}.items():
                if numbers is not None and torch.as_tensor(numbers).dim() != 1:
                    raise ValueError(f"{what} must be a list of numbers, got {shown(numbers)}")
            places = list(x) if x is not None else range(1, len(values) + 1)
            if not len(values):
                raise ValueError(f"curve {name!r} has no values")
            if len(places) != len(values):
                raise ValueError(f"curve {name!r} has {len(values)} values, but x has {len(places)}")
            ax.plot(places, list(values), color=COLORS[k % 7], linestyle=STYLES[k % 7], label=name,
                    marker="o" if len(values) == 1 else None)  # fmt: skip
        ax.set_xlabel(xlabel)
        ax.set_ylabel(ylabel)
        if log:
            ax.set_yscale("log")
        if len(curves) > 1:
            ax.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
    described = say("; ", "；").join(
        say(f"{name}, {len(v)} points from {v[0]:.3g} to {v[-1]:.3g}",
            f"{name}，{len(v)} 个点，从 {v[0]:.3g} 到 {v[-1]:.3g}")
        for name, v in curves.items()
    )  # fmt: skip
    over = say(f" over {xlabel}", f"（横轴为“{xlabel}”）") if xlabel else ""
    words = say(f"Curves{over}: {described}", f"曲线{over}：{described}")
    return DescribedFigure(figure, words, repeatable)


class Epochs(Protocol):
    """What is shown of a :class:`History`. The module train uses this room, so this room does not import it."""

    train_loss: list[float]
    train_acc: list[float]
    test_acc: list[float]


def show_history(history: Epochs) -> DescribedFigure:
    """Training loss, training and test accuracy of a :class:`History` over its epochs; ValueError if it has none."""
    if not all(hasattr(history, name) for name in ("train_loss", "train_acc", "test_acc")):
        raise TypeError(f"show_history takes what fit() returns, got {shown(history)}")
    if not history.train_loss:
        raise ValueError("there is no whole epoch to show: the training was interrupted in its first")
    curves = {
        say("train loss", "训练损失"): history.train_loss,
        say("train accuracy", "训练准确率"): history.train_acc,
        say("test accuracy", "测试准确率"): history.test_acc,
    }
    return show_curves({k: v for k, v in curves.items() if v}, xlabel=say("epoch", "轮数"), repeatable=False)


@checked
def show_bars(
    values: Mapping[str, float],
    xlabel: str = "",
    log: bool = False,
    end: float | None = None,
    repeatable: bool = True,
) -> DescribedFigure:
    """Numbers as horizontal bars, each with its number written at its end.

    Parameters
    ----------
    values : name -> number, at least 0; for a logarithmic axis at least 1
    log : a logarithmic axis, which begins at 1
    end : where the axis ends; fix it if bars are to be compared from figure to figure
    repeatable : whether every machine computes the same values (see :class:`DescribedFigure`)

    Raises
    ------
    ValueError
        If there is no bar, a number is too small for the axis or infinite, or the axis would end before it begins.

    Examples
    --------
    >>> from d2lutil import use_language
    >>> use_language("en")
    >>> show_bars({"dense": 1_000_000, "conv": 9}, xlabel="weights", log=True)
    Bars of weights: dense, 1,000,000; conv, 9
    """
    from matplotlib.figure import Figure

    least = 1 if log else 0
    if not values:
        raise ValueError("show_bars needs at least one bar")
    for name, value in values.items():
        if not least <= value < math.inf:
            raise ValueError(f"bar {name!r} is {value}: this axis begins at {least}, and bars are finite")
    if end is not None and not least < end < math.inf:
        raise ValueError(f"end must be above {least}, where the axis begins, got {end}")
    written = {name: f"{value:,}" if isinstance(value, int) else f"{value:.3g}" for name, value in values.items()}
    with style():
        figure = Figure(figsize=(8.0, 0.9 + 0.55 * len(values)), layout="constrained")
        ax = figure.subplots()
        ax.barh(range(len(values)), list(values.values()), height=0.6, left=0,
                color=[COLORS[k % 7] for k in range(len(values))])  # fmt: skip
        if log:
            ax.set_xscale("log")
        ax.set_xlim(least, end or (max(values.values()) or 1) * 1.05)
        for k, (name, value) in enumerate(values.items()):
            place: dict[str, Any] = {"xytext": (5, 0), "textcoords": "offset points", "annotation_clip": False}
            ax.annotate(written[name], (value, k), va="center", **place)
        ax.set_yticks(range(len(values)), list(values))
        ax.set_ylim(len(values) - 0.5, -0.5)
        ax.grid(axis="y", visible=False)
        ax.set_xlabel(xlabel)
    described = say("; ", "；").join(say(f"{name}, {text}", f"{name}，{text}") for name, text in written.items())
    of = say(f" of {xlabel}", f"（横轴为“{xlabel}”）") if xlabel else ""
    words = say(f"Bars{of}: {described}", f"条形图{of}：{described}")
    return DescribedFigure(figure, words, repeatable)


@checked
def show_spread(
    values: Mapping[str, Sequence[float]], xlabel: str = "", log: bool = False, repeatable: bool = True
) -> DescribedFigure:
    """How results scatter: one row of dots for each name, every dot a run, a bar at the median.

    Examples
    --------
    >>> from d2lutil import use_language
    >>> use_language("en")
    >>> show_spread({"SGD": [0.8, 0.9, 0.85]}, xlabel="accuracy")
    Spread of accuracy: SGD, 3 values, 0.8 to 0.9, median 0.85
    """
    from matplotlib.figure import Figure

    if not values or not all(len(v) for v in values.values()):
        raise ValueError("show_spread needs at least one run under each name")
    tensors = {name: torch.as_tensor(v, dtype=torch.float64) for name, v in values.items()}
    with style():
        figure = Figure(figsize=(7.0, 1.1 + 0.6 * len(tensors)), layout="constrained")
        ax = figure.subplots()
        for k, v in enumerate(tensors.values()):
            # Spread the dots vertically by their order, not at random: the same figure every time.
            offset = (torch.arange(len(v)) * 0.618 % 1 - 0.5) * 0.5
            ax.scatter(v.numpy(), (k + offset).numpy(), s=26, alpha=0.55, color=COLORS[k % 7], edgecolors="none")
            ax.plot([v.quantile(0.5).item()] * 2, [k - 0.35, k + 0.35], color="black", linewidth=2)
        ax.set_yticks(range(len(tensors)), list(tensors))
        ax.set_ylim(len(tensors) - 0.4, -0.6)
        ax.set_xlabel(xlabel)
        if log:
            ax.set_xscale("log")
    described = say("; ", "；").join(
        say(f"{name}, {len(v)} values, {v.min():.3g} to {v.max():.3g}, median {v.quantile(0.5):.3g}",
            f"{name}，{len(v)} 个值，从 {v.min():.3g} 到 {v.max():.3g}，中位数 {v.quantile(0.5):.3g}")
        for name, v in tensors.items()
    )  # fmt: skip
    of = say(f" of {xlabel}", f"（横轴为“{xlabel}”）") if xlabel else ""
    words = say(f"Spread{of}: {described}", f"分布图{of}：{described}")
    return DescribedFigure(figure, words, repeatable)


@checked
def show_confusion(matrix: torch.Tensor, labels: Sequence[str]) -> DescribedFigure:
    """A confusion matrix: row = true class, column = predicted class; the mistakes stand out, the diagonal does not.

    Parameters
    ----------
    matrix : integer tensor of shape (classes, classes)
    labels : a name for each class

    Raises
    ------
    ValueError
        If the matrix is not square, does not fit the labels, or holds no whole numbers.

    Examples
    --------
    >>> from d2lutil import use_language
    >>> use_language("en")
    >>> show_confusion(torch.tensor([[5, 0], [1, 4]]), ["cat", "dog"]).alt
    'Confusion matrix of 2 classes: 9 of 10 right; most frequent mistakes: dog taken for cat (1)'
    """
    from matplotlib.figure import Figure

    classes = len(labels)
    if tuple(matrix.shape) != (classes, classes):
        raise ValueError(f"a confusion matrix for {classes} labels is {classes} x {classes}, got {tuple(matrix.shape)}")
    if matrix.is_floating_point() or matrix.is_complex() or matrix.dtype is torch.bool:
        kind = str(matrix.dtype).removeprefix("torch.")
        raise ValueError(f"matrix must hold counts (whole numbers), got {kind}")
    mistakes = matrix.clone().fill_diagonal_(0)
    with style():
        figure = Figure(figsize=(5.6, 5.2), layout="constrained")
        ax = figure.subplots()
        ax.imshow(mistakes.numpy(), cmap="Oranges", vmin=0, vmax=max(1, mistakes.max().item()) * 1.6)
        for i in range(classes):
            for j in range(classes):
                if count := int(matrix[i, j]):
                    ax.text(j, i, str(count), ha="center", va="center", fontsize=11, color="0.5" if i == j else "black")
        slanted: dict[str, Any] = {}
        if max(map(ems, labels)) > 2.4:
            slanted = {"rotation": 45, "ha": "right", "rotation_mode": "anchor"}
        ax.set_xticks(range(classes), labels, **slanted)
        ax.set_yticks(range(classes), labels)
        ax.set_xlabel(say("predicted class", "预测类别"))
        ax.set_ylabel(say("true class", "真实类别"))
        lines_between_cells(ax, matrix.shape)
    worst = sorted(((int(mistakes[i, j]), i, j) for i in range(classes) for j in range(classes)), reverse=True)[:3]
    named = say(", ", "、").join(
        say(f"{labels[i]} taken for {labels[j]} ({n})", f"“{labels[i]}”误判为“{labels[j]}”（{n} 次）")
        for n, i, j in worst if n
    ) or say("none", "无")  # fmt: skip
    right, total = int(matrix.diagonal().sum()), int(matrix.sum())
    return DescribedFigure(
        figure,
        say(f"Confusion matrix of {classes} classes: {right} of {total} right; most frequent mistakes: {named}",
            f"{classes} 类的混淆矩阵：{total} 个样本判对 {right} 个；最常见的错误：{named}"),
        repeatable=False,
    )  # fmt: skip
