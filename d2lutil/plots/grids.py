"""Grids of numbers: small tensors with every number in its cell, and single steps of the sliding operations."""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import torch

from .._arguments import checked, shown
from ..i18n import say
from ..ops import corr2d, pool2d
from ..shapes import explain_output_size, output_size
from .figure import COLORS, HIGHLIGHT, SIGNED, STYLE, DescribedFigure, ems, lines_between_cells, style

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["show_backward", "show_grids", "show_pool_window", "show_positions", "show_window"]

Window = tuple[int, int, int, int]  # top row, left column, rows, columns


def show_grids(
    titled: Mapping[str, torch.Tensor] | None = None,
    /,
    *,
    mark: Mapping[str, Window | Sequence[Window]] | None = None,
    caption: str = "",
    **named: torch.Tensor,
) -> DescribedFigure:
    """Small 2-D tensors side by side, each number written in its cell; positive blue, negative red, zero white.

    Parameters
    ----------
    titled : title -> tensor of shape (rows, columns), at most 20 x 20
    mark : for a title, the window to frame: (top row, left column, rows, columns), or several of them
    caption : a line below
    named : more tensors, after the titled ones; the name of the argument is the title, which suits X and K

    Raises
    ------
    TypeError
        If ``titled`` is no mapping.
    ValueError
        If there is no grid, one is not 2-D, is empty or too large to write numbers into, a title is given twice, or
        ``mark`` names a grid that is not there, or a window without a cell of its grid.

    Examples
    --------
    >>> from d2lutil import use_language
    >>> use_language("en")
    >>> show_grids(K=torch.tensor([[1.0, -1.0]]), Y=torch.zeros(2, 1))
    Grids of numbers: K, 1 by 2: [1 -1]; Y, 2 by 1: [0] [0]
    >>> show_grids({"the gradient": torch.eye(2)}, mark={"the gradient": (0, 0, 1, 1)})
    Grids of numbers: the gradient, 2 by 2: [1 0] [0 1]
    """
    if mark is not None and not isinstance(mark, Mapping):
        raise TypeError(f"mark must be a dict from titles to windows (top, left, rows, columns), got {shown(mark)}")
    if not isinstance(caption, str):
        raise TypeError(f"caption must be a text, got {shown(caption)}")
    mark = dict(mark or {})
    given = _gathered(titled, named)
    _require_names(mark, given)
    grids = {name: _as_2d(name, grid, at_most=20) for name, grid in given.items()}
    for name, windows in mark.items():
        for window in _windows(windows):
            _require_window(name, window, grids[name])
    titles = {name: f"{name}  {grid.shape[0]}×{grid.shape[1]}" for name, grid in grids.items()}
    shapes = {titles[name]: (grid.shape[0], grid.shape[1]) for name, grid in grids.items()}
    figure, axes = _row_of_axes(shapes, cell=0.52, below=bool(caption))
    for ax, (name, grid) in zip(axes, grids.items(), strict=True):
        limit = max(1e-9, grid.nan_to_num(0, 0, 0).abs().max().item())
        ax.imshow(grid.numpy(), cmap=SIGNED, vmin=-1.6 * limit, vmax=1.6 * limit)  # pale, for black numbers
        for i, row in enumerate(grid.tolist()):
            for j, value in enumerate(row):
                text = _number(value)
                ax.text(j, i, text, ha="center", va="center", fontsize=12 if len(text) < 5 else 10)
        lines_between_cells(ax, grid.shape)
        for window in _windows(mark.get(name, ())):
            _frame(ax, window)
        ax.set_title(titles[name])
    if caption:
        figure.text(0.5, 0.0, caption, ha="center", va="bottom", fontsize=14)
    described = say("; ", "；").join(
        say(f"{name}, {grid.shape[0]} by {grid.shape[1]}: ", f"{name}，{grid.shape[0]} 行 {grid.shape[1]} 列：")
        + " ".join("[" + " ".join(_number(v, minus="-") for v in row) + "]" for row in grid.tolist())
        for name, grid in grids.items()
    )  # fmt: skip
    if caption:
        described += say("; ", "；") + caption.replace("−", "-")
    return DescribedFigure(figure, say(f"Grids of numbers: {described}", f"数字表：{described}"))


@checked
def show_window(
    X: torch.Tensor, K: torch.Tensor, row: int, column: int, padding: int = 0, stride: int = 1, dilation: int = 1
) -> DescribedFigure:
    """One step of cross-correlation: the window at (row, column), the kernel, the output element, and the arithmetic.

    Parameters
    ----------
    X, K : input and kernel as :func:`corr2d` takes them, small enough for :func:`show_grids`
    row, column : which element of the output
    padding, stride, dilation : as ``torch.nn.functional.conv2d`` takes them, the same for both axes. X is shown with
        its padding; where the kernel has gaps, each element that it uses is framed.

    Raises
    ------
    ValueError
        If the kernel does not fit, or the output has no such element.

    Examples
    --------
    >>> from d2lutil import use_language
    >>> use_language("en")
    >>> show_window(torch.tensor([[3.0, 5.0]]), torch.tensor([[1.0, -1.0]]), 0, 0)  # doctest: +ELLIPSIS
    Grids of numbers: X, ... Y, 1 by 1: [-2]; 3·1 + 5·(-1) = -2
    """
    _require_2d(X=X, K=K)
    k_h, k_w = K.shape
    output_size(tuple(X.shape), (k_h, k_w), padding, stride, dilation)  # an error in words, if the kernel does not fit
    X = torch.nn.functional.pad(X, (padding,) * 4)
    wide = K.new_zeros(dilation * (k_h - 1) + 1, dilation * (k_w - 1) + 1)
    wide[::dilation, ::dilation] = K
    Y = corr2d(X, wide)[::stride, ::stride]
    if not (0 <= row < Y.shape[0] and 0 <= column < Y.shape[1]):
        raise ValueError(f"the output {tuple(Y.shape)} has no element ({row}, {column})")
    top, left = row * stride, column * stride
    patch = X[top : top + wide.shape[0] : dilation, left : left + wide.shape[1] : dilation].flatten().tolist()
    caption = _sum_of_products(zip(patch, K.flatten().tolist(), strict=True), Y[row, column].item())
    used = [(top, left, k_h, k_w)]
    if dilation > 1:
        used = [(top + dilation * a, left + dilation * b, 1, 1) for a in range(k_h) for b in range(k_w)]
    return show_grids(mark={"X": used, "Y": (row, column, 1, 1)}, caption=caption, X=X, K=K, Y=Y)


@checked
def show_backward(G: torch.Tensor, K: torch.Tensor, row: int, column: int) -> DescribedFigure:
    """One step of the backward pass: the gradient of the input's element (row, column), summed over all outputs that
    use the element.

    Parameters
    ----------
    G : the loss's gradient with respect to the output of ``corr2d(X, K)``
    K : the kernel
    row, column : which element of the input

    Returns
    -------
    DescribedFigure
        The input's gradient dX; G with the outputs framed that use the element; K with their weights framed, as it is
        and rotated by 180 degrees, where each weight lies as its output lies in G; and the sum.

    Raises
    ------
    ValueError
        If the input has no such element.

    Examples
    --------
    >>> from d2lutil import use_language
    >>> use_language("en")
    >>> show_backward(torch.tensor([[3.0, 5.0]]), torch.tensor([[1.0, -1.0]]), 0, 1)  # doctest: +ELLIPSIS
    Grids of numbers: dX, 1 by 3: [3 2 -5]; ... 3·(-1) + 5·1 = 2
    """
    _require_2d(G=G, K=K)
    (m_h, m_w), (k_h, k_w) = G.shape, K.shape
    rotated = K.flip(0, 1)
    dX = corr2d(torch.nn.functional.pad(G, (k_w - 1, k_w - 1, k_h - 1, k_h - 1)), rotated)
    if not (0 <= row < dX.shape[0] and 0 <= column < dX.shape[1]):
        raise ValueError(f"the input {tuple(dX.shape)} has no element ({row}, {column})")
    top, left = max(0, row - k_h + 1), max(0, column - k_w + 1)
    h, w = min(m_h - 1, row) - top + 1, min(m_w - 1, column) - left + 1
    cells = [(i, j) for i in range(top, top + h) for j in range(left, left + w)]
    pairs = [(G[i, j].item(), K[row - i, column - j].item()) for i, j in cells]
    caption = _sum_of_products(pairs, dX[row, column].item())
    K_rotated = say("K rotated", "旋转后的 K")
    mark = {
        "dX": (row, column, 1, 1),
        "G": (top, left, h, w),
        "K": (row - top - h + 1, column - left - w + 1, h, w),
        K_rotated: (top - row + k_h - 1, left - column + k_w - 1, h, w),
    }
    return show_grids({"dX": dX, "G": G, "K": K, K_rotated: rotated}, mark=mark, caption=caption)


@checked
def show_pool_window(
    X: torch.Tensor,
    row: int,
    column: int,
    pool_size: int = 2,
    stride: int | None = None,
    padding: int = 0,
    mode: str = "max",
) -> DescribedFigure:
    """One step of pooling: the window at (row, column), the output element, and how its number came about.

    Parameters
    ----------
    X : 2-D tensor, small enough for :func:`show_grids`
    row, column : which element of the output
    pool_size, stride, padding : as ``torch.nn.MaxPool2d`` takes them, the same for both axes; without a stride it
        is the size of the window. X is shown with its padding: minus infinity around a maximum, zero around an average.
    mode : "max" or "avg"

    Raises
    ------
    ValueError
        If the window does not fit, the mode is unknown, the padding is more than half of the window, or the output has
        no such element.

    Examples
    --------
    >>> from d2lutil import use_language
    >>> use_language("en")
    >>> show_pool_window(torch.tensor([[3.0, 5.0, 1.0]] * 2), 0, 1, stride=1)
    Grids of numbers: X, 2 by 3: [3 5 1] [3 5 1]; Y, 1 by 2: [5 5]; max(5, 1, 5, 1) = 5
    """
    _require_2d(X=X)
    stride = pool_size if stride is None else stride
    output_size(tuple(X.shape), pool_size, padding, stride)  # an error in words, if the window does not fit
    if 2 * padding > pool_size:
        raise ValueError(f"padding {padding} is more than half of the window {pool_size}")
    X = torch.nn.functional.pad(X.float(), (padding,) * 4, value=-math.inf if mode == "max" else 0.0)
    Y = pool2d(X, pool_size, mode)[::stride, ::stride]
    if not (0 <= row < Y.shape[0] and 0 <= column < Y.shape[1]):
        raise ValueError(f"the output {tuple(Y.shape)} has no element ({row}, {column})")
    top, left = row * stride, column * stride
    cells = [_number(x) for x in X[top : top + pool_size, left : left + pool_size].flatten().tolist()]
    found = _number(Y[row, column].item())
    if mode == "max":
        caption = f"max({', '.join(cells)}) = {found}"
    else:
        caption = f"({' + '.join(cells)}) / {len(cells)} = {found}"
    return show_grids(
        mark={"X": (top, left, pool_size, pool_size), "Y": (row, column, 1, 1)}, caption=caption, X=X, Y=Y
    )


@checked
def show_positions(n: int, kernel: int, padding: int = 0, stride: int = 1, dilation: int = 1) -> DescribedFigure:
    """Every position of a window along one axis, a row for each, and the arithmetic of the output's size below.

    The top row is the input, its elements numbered, with its padding in grey. Each row below it is an element of the
    output, with the input elements that it uses. Input elements that no position uses are hatched.

    Parameters
    ----------
    n, kernel, padding, stride, dilation : as :func:`output_size` takes them, for one axis; ``n + 2 * padding`` at most
        40

    Raises
    ------
    TypeError, ValueError
        As :func:`output_size`, and if the padded input is too long to draw.

    Examples
    --------
    >>> from d2lutil import use_language
    >>> use_language("en")
    >>> show_positions(6, 3, stride=2)  # doctest: +ELLIPSIS
    Positions of a window on 6 elements: 0 1 2; 2 3 4; never used: 5; floor((6 + 2*0 ... = 1 + 1 = 2
    """
    from matplotlib.figure import Figure
    from matplotlib.patches import Rectangle

    arithmetic = explain_output_size(n, kernel, padding, stride, dilation)
    if n + 2 * padding > 40:
        raise ValueError(f"at most 40 elements can be drawn, got {n} and {padding} of padding on each side")
    positions = [
        [i * stride - padding + dilation * a for a in range(kernel)]
        for i in range(output_size(n, kernel, padding, stride, dilation))
    ]
    used = {cell for cells in positions for cell in cells}
    unused = [cell for cell in range(n) if cell not in used]
    cell, rows = 0.4, len(positions) + 1.4  # inches; a narrow gap below the input
    with style():
        figure = Figure(figsize=((n + 2 * padding + 1.6) * cell, rows * cell + 0.8))
        ax = figure.add_axes((0, 0.8 / (rows * cell + 0.8), 1, rows * cell / (rows * cell + 0.8)))
        ax.set(xlim=(-padding - 2.1, n + padding - 0.4), ylim=(rows, -0.05))
        ax.set_axis_off()
        for k in range(-padding, n + padding):
            inside = 0 <= k < n
            border: dict[str, Any] = {"edgecolor": "0.6", "linewidth": 0.8}
            if k in unused:
                border = {"edgecolor": HIGHLIGHT, "linewidth": 2.0, "hatch": "///", "zorder": 3}
            ax.add_patch(Rectangle((k - 0.5, 0), 1, 1, facecolor="white" if inside else "0.88", **border))
            ax.text(k, 0.5, str(k) if inside else "", ha="center", va="center", fontsize=11, zorder=4)
        for i, cells in enumerate(positions):
            top = 1.4 + i
            ax.plot([cells[0], cells[-1]], [top + 0.5] * 2, color=COLORS[0], linewidth=1.5)
            for k in cells:
                ax.add_patch(Rectangle((k - 0.42, top + 0.1), 0.84, 0.8, facecolor=COLORS[0], edgecolor="none"))
            ax.text(-padding - 0.7, top + 0.5, f"Y[{i}]", ha="right", va="center", fontsize=11)
        ax.text(-padding - 0.7, 0.5, "X", ha="right", va="center", fontsize=11)
        never = say(", ", "、").join(map(str, unused))
        left_out = say(f"never used: {never or '-'}", f"从未用到：{never or '无'}")
        figure.text(0.5, 0.0, f"{left_out}\n{arithmetic}", ha="center", va="bottom", fontsize=12)
    rows_in_words = say("; ", "；").join(" ".join(map(str, cells)) for cells in positions)
    return DescribedFigure(
        figure,
        say(f"Positions of a window on {n} elements: {rows_in_words}; never used: {never or 'none'}; {arithmetic}",
            f"窗口在 {n} 个元素上的所有位置：{rows_in_words}；从未用到：{never or '无'}；{arithmetic}"),
    )  # fmt: skip


# --- the pieces -----------------------------------------------------------------------------------------------------


def _row_of_axes(
    shapes: Mapping[str, tuple[int, int]], cell: float, below: bool = False
) -> tuple["Figure", list["Axes"]]:
    """Axes in a row, for title -> (rows, columns), so large that every cell measures ``cell`` inches in all of them;
    room for a line below."""
    from matplotlib.figure import Figure

    gap, title = 0.55, 0.4
    # A narrow grid still needs room for its title; a part of it may stand above the gap.
    em = STYLE["axes.titlesize"] / 72
    widths = [max(columns * cell, 1.25, em * ems(text) - gap / 2) for text, (_, columns) in shapes.items()]
    height = max(rows for rows, _ in shapes.values()) * cell + title + 0.55 * below
    total = sum(widths) + gap * (len(shapes) - 1)
    with style():
        figure = Figure(figsize=(total, height))
        axes, x = [], 0.0
        for (rows, columns), width in zip(shapes.values(), widths, strict=True):
            left = x + (width - columns * cell) / 2
            bottom = height - title - rows * cell
            axes.append(figure.add_axes((left / total, bottom / height, columns * cell / total, rows * cell / height)))
            x += width + gap
    return figure, axes


def _gathered(titled: Mapping[str, torch.Tensor] | None, named: Mapping[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """The grids of both kinds, in their order."""
    if titled is not None and not isinstance(titled, Mapping):
        raise TypeError(
            f"show_grids takes tensors by name, X=X, or a mapping from titles to tensors, got {type(titled).__name__}"
        )
    grids = dict(titled or {})
    for name, grid in named.items():
        if name in grids:
            raise ValueError(f"two grids are called {name!r}: one in the mapping, one by name")
        grids[name] = grid
    if not grids:
        raise ValueError("show_grids needs at least one grid")
    return grids


def _require_2d(**grids: torch.Tensor) -> None:
    for name, grid in grids.items():
        if grid.dim() != 2 or grid.is_complex():
            kind = str(grid.dtype).removeprefix("torch.")
            raise ValueError(f"{name} must be 2-D and real, got {kind} of shape {tuple(grid.shape)}")


def _require_window(name: str, window: Window, grid: torch.Tensor) -> None:
    if not isinstance(window, (tuple, list)) or len(window) != 4 or not all(isinstance(n, int) for n in window):
        raise ValueError(f"mark[{name!r}] must be (top, left, rows, columns), got {window!r}")
    top, left, rows, columns = window
    # A window may hang over an edge, as with ceil_mode.
    touches = top < grid.shape[0] and left < grid.shape[1] and top + rows > 0 and left + columns > 0
    if not touches or min(rows, columns) < 1:
        raise ValueError(f"mark[{name!r}] is {tuple(window)}: no cell of the grid's {tuple(grid.shape)}")


def _windows(mark: Any) -> Sequence[Window]:
    """One window or several, as several."""
    return [mark] if len(mark) == 4 and isinstance(mark[0], int) else mark


def _frame(ax: "Axes", window: Window) -> None:
    from matplotlib.patches import Rectangle

    row, column, rows, columns = window
    ax.add_patch(Rectangle((column - 0.5, row - 0.5), columns, rows, fill=False, edgecolor=HIGHLIGHT, linewidth=4,
                           clip_on=False, zorder=5))  # fmt: skip


def _number(value: float, minus: str = "−") -> str:
    # A sum that comes out as 0.9999999 on one machine and as 1 on the next is written alike on both.
    whole = not math.isfinite(value) or abs(value - round(value)) < 1e-4
    text = f"{value:.0f}" if whole else f"{value:.2f}"
    return text.replace("-", minus) if text not in ("-0", "-0.00") else text[1:]


def _sum_of_products(pairs: Iterable[tuple[float, float]], total: float) -> str:
    """3·1 + (−5)·2 = −7: negative numbers in brackets, but for the very first."""
    terms = [f"{_bracketed(a) if place else _number(a)}·{_bracketed(b)}" for place, (a, b) in enumerate(pairs)]
    return " + ".join(terms) + f" = {_number(total)}"


def _bracketed(value: float) -> str:
    return _number(value) if value >= 0 else f"({_number(value)})"


def _as_2d(name: str, grid: torch.Tensor, at_most: int) -> torch.Tensor:
    grid = torch.as_tensor(grid).detach().cpu()
    if grid.is_complex():
        raise ValueError(f"grid {name!r} is complex: show its real part, its imaginary part or its magnitude")
    if grid.dim() != 2 or not 1 <= min(grid.shape) <= max(grid.shape) <= at_most:
        raise ValueError(
            f"grid {name!r} must be 2-D, from 1 x 1 to {at_most} x {at_most}, got shape {tuple(grid.shape)}"
        )
    return grid.float()


def _require_names(mark: Mapping, grids: Mapping) -> None:
    for name in mark:
        if name not in grids:
            raise ValueError(f"mark names {name!r}, but the grids are {', '.join(map(repr, grids))}")
