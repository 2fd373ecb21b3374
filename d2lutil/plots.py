"""Figures for the lessons: grids of numbers, pictures and maps, curves. Each says in words what it shows.

Every function returns a :class:`Picture`. As the last expression of a cell it is displayed; its description goes along
as alternative text, in the reader's language. Text inside figures stays with symbols and English, because matplotlib's
own font has no Chinese.
"""

import io
import math
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

import torch

from .i18n import say
from .ops import corr2d, pool2d
from .shapes import explain_output_size, output_size

__all__ = [
    "Picture",
    "show_backward",
    "show_bars",
    "show_confusion",
    "show_curves",
    "show_gradient",
    "show_grids",
    "show_history",
    "show_pictures",
    "show_pool_window",
    "show_positions",
    "show_spread",
    "show_window",
]

# Okabe and Ito's palette, safe for colour-blind eyes; line styles differ too, so that grey prints stay readable.
COLORS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
STYLES = ("-", "--", "-.", ":", (0, (5, 1)), (0, (3, 1, 1, 1)), (0, (1, 1)))
HIGHLIGHT = "#E69F00"
SIGNED = "RdBu"  # diverging, white at zero: red is negative, blue is positive
DIRECTION = ("#D55E00", "#CC79A7", "#0072B2", "#F0E442", "#D55E00")  # -180, -90, 0, 90, 180 degrees
DPI = 120
STYLE = {
    "font.size": 12,
    "axes.titlesize": 13,
    "axes.labelsize": 12,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.alpha": 0.3,
    "lines.linewidth": 2.2,
    "legend.frameon": False,
    "figure.facecolor": "white",
}


class Picture:
    """A figure with its description.

    ``figure`` is a ``matplotlib.figure.Figure`` that pyplot knows nothing of: nothing is left open. ``alt`` describes
    it in words. ``repeatable`` says whether the numbers in ``alt`` are the same on every machine; if so the description
    is stored with the notebook as text and compared when the notebooks are tested. ``photographic`` figures are stored
    as JPEG, a tenth of the size.
    """

    def __init__(self, figure, alt: str, repeatable: bool = True, photographic: bool = False):
        self.figure, self.alt, self.repeatable = figure, alt, repeatable
        self.mime = "image/jpeg" if photographic else "image/png"

    @cached_property
    def data(self) -> bytes:
        """The figure as an image file of type ``mime``."""
        buffer = io.BytesIO()
        if self.mime == "image/jpeg":
            options = {"format": "jpeg", "pil_kwargs": {"quality": 85}}
        else:
            options = {"format": "png", "metadata": {"Software": None}}  # or it would name matplotlib's version
        self.figure.savefig(buffer, dpi=DPI, bbox_inches="tight", **options)
        return buffer.getvalue()

    @cached_property
    def width(self) -> int:
        """How wide to show it, in CSS pixels: its size in inches, so that it is sharper than the screen needs."""
        from PIL import Image

        return round(Image.open(io.BytesIO(self.data)).width * 96 / DPI)

    def save(self, path: str) -> None:
        """Write the figure to a file; the ending decides the format (.png, .svg, .pdf)."""
        self.figure.savefig(path, dpi=DPI, bbox_inches="tight")

    def __repr__(self) -> str:
        return self.alt if self.repeatable else self.alt.split(":")[0].split("：")[0]

    def _repr_mimebundle_(self, include=None, exclude=None):
        return {self.mime: self.data, "text/plain": repr(self)}, {self.mime: {"alt": self.alt, "width": self.width}}


Window = tuple[int, int, int, int]  # top row, left column, rows, columns


def show_grids(
    mark: Mapping[str, Window | Sequence[Window]] | None = None, caption: str = "", **grids: torch.Tensor
) -> Picture:
    """Small 2-D tensors side by side, each number written in its cell; positive blue, negative red, zero white.

    Parameters
    ----------
    mark : for a grid's name, the window to frame: (top row, left column, rows, columns), or several of them
    caption : a line below, of symbols and numbers
    grids : the tensors of shape (rows, columns), at most 20 x 20, under the names to print above them

    Raises
    ------
    ValueError
        If there is no grid, one is not 2-D, is empty or too large to write numbers into, or ``mark`` names a grid that
        is not there.

    Examples
    --------
    >>> from d2lutil import use_language
    >>> use_language("en")
    >>> show_grids(K=torch.tensor([[1.0, -1.0]]), Y=torch.zeros(2, 1))
    Grids of numbers: K, 1 by 2: [1 -1]; Y, 2 by 1: [0] [0]
    """
    mark = dict(mark or {})
    if not grids:
        raise ValueError("show_grids needs at least one grid")
    _require_names(mark, grids)
    grids = {name: _as_2d(name, grid, at_most=20) for name, grid in grids.items()}
    figure, axes = _row_of_axes(
        [(grid.shape[0], grid.shape[1]) for grid in grids.values()], cell=0.52, below=bool(caption)
    )
    for ax, (name, grid) in zip(axes, grids.items(), strict=True):
        limit = max(1e-9, grid.nan_to_num(0, 0, 0).abs().max().item())
        ax.imshow(grid.numpy(), cmap=SIGNED, vmin=-1.6 * limit, vmax=1.6 * limit)  # pale, for black numbers
        for i, row in enumerate(grid.tolist()):
            for j, value in enumerate(row):
                text = _number(value)
                ax.text(j, i, text, ha="center", va="center", fontsize=12 if len(text) < 5 else 10)
        _lines_between_cells(ax, grid.shape)
        for window in _windows(mark.get(name, ())):
            _frame(ax, window)
        ax.set_title(f"{name}  {grid.shape[0]}×{grid.shape[1]}")
    if caption:
        figure.text(0.5, 0.0, caption, ha="center", va="bottom", fontsize=14)
    described = "; ".join(
        f"{name}, " + say(f"{grid.shape[0]} by {grid.shape[1]}: ", f"{grid.shape[0]} 行 {grid.shape[1]} 列：")
        + " ".join("[" + " ".join(_number(v, minus="-") for v in row) + "]" for row in grid.tolist())
        for name, grid in grids.items()
    )  # fmt: skip
    if caption:
        described += "; " + caption.replace("−", "-")
    return Picture(figure, say(f"Grids of numbers: {described}", f"数字表：{described}"))


def show_window(
    X: torch.Tensor, K: torch.Tensor, row: int, column: int, padding: int = 0, stride: int = 1, dilation: int = 1
) -> Picture:
    """One step of cross-correlation: the window at (row, column), the kernel, the output cell, and the arithmetic.

    Parameters
    ----------
    X, K : input and kernel as :func:`corr2d` takes them, small enough for :func:`show_grids`
    row, column : which cell of the output
    padding, stride, dilation : as ``torch.nn.functional.conv2d`` takes them, the same for both axes. X is shown with
        its padding; where the kernel has gaps, each cell that it uses is framed.

    Raises
    ------
    ValueError
        If the kernel does not fit, or the output has no such cell.

    Examples
    --------
    >>> from d2lutil import use_language
    >>> use_language("en")
    >>> show_window(torch.tensor([[3.0, 5.0]]), torch.tensor([[1.0, -1.0]]), 0, 0)  # doctest: +ELLIPSIS
    Grids of numbers: X, ... Y, 1 by 1: [-2]; 3·1 + 5·(-1) = -2
    """
    k_h, k_w = K.shape
    output_size(tuple(X.shape), (k_h, k_w), padding, stride, dilation)  # an error in words, if the kernel does not fit
    X = torch.nn.functional.pad(X, (padding,) * 4)
    wide = K.new_zeros(dilation * (k_h - 1) + 1, dilation * (k_w - 1) + 1)
    wide[::dilation, ::dilation] = K
    Y = corr2d(X, wide)[::stride, ::stride]
    if not (0 <= row < Y.shape[0] and 0 <= column < Y.shape[1]):
        raise ValueError(f"the output {tuple(Y.shape)} has no cell ({row}, {column})")
    top, left = row * stride, column * stride
    patch = X[top : top + wide.shape[0] : dilation, left : left + wide.shape[1] : dilation].flatten().tolist()
    caption = _sum_of_products(zip(patch, K.flatten().tolist(), strict=True), Y[row, column].item())
    used = [(top, left, k_h, k_w)]
    if dilation > 1:
        used = [(top + dilation * a, left + dilation * b, 1, 1) for a in range(k_h) for b in range(k_w)]
    return show_grids(mark={"X": used, "Y": (row, column, 1, 1)}, caption=caption, X=X, K=K, Y=Y)


def show_backward(G: torch.Tensor, K: torch.Tensor, row: int, column: int) -> Picture:
    """One step of the way back: the gradient of the input's cell (row, column), as a sum over the outputs that use it.

    Parameters
    ----------
    G : the loss's gradient with respect to the output of ``corr2d(X, K)``
    K : the kernel
    row, column : which cell of the input

    Returns
    -------
    Picture
        The input's gradient dX; G with the outputs framed that use the cell; K with their weights framed, as it is and
        turned by 180 degrees, in which each weight lies as its output lies in G; and the sum.

    Raises
    ------
    ValueError
        If the input has no such cell.

    Examples
    --------
    >>> from d2lutil import use_language
    >>> use_language("en")
    >>> show_backward(torch.tensor([[3.0, 5.0]]), torch.tensor([[1.0, -1.0]]), 0, 1)  # doctest: +ELLIPSIS
    Grids of numbers: dX, 1 by 3: [3 2 -5]; ... 3·(-1) + 5·1 = 2
    """
    (m_h, m_w), (k_h, k_w) = G.shape, K.shape
    turned = K.flip(0, 1)
    dX = corr2d(torch.nn.functional.pad(G, (k_w - 1, k_w - 1, k_h - 1, k_h - 1)), turned)
    if not (0 <= row < dX.shape[0] and 0 <= column < dX.shape[1]):
        raise ValueError(f"the input {tuple(dX.shape)} has no cell ({row}, {column})")
    top, left = max(0, row - k_h + 1), max(0, column - k_w + 1)
    h, w = min(m_h - 1, row) - top + 1, min(m_w - 1, column) - left + 1
    cells = [(i, j) for i in range(top, top + h) for j in range(left, left + w)]
    pairs = [(G[i, j].item(), K[row - i, column - j].item()) for i, j in cells]
    caption = _sum_of_products(pairs, dX[row, column].item())
    mark = {
        "dX": (row, column, 1, 1),
        "G": (top, left, h, w),
        "K": (row - top - h + 1, column - left - w + 1, h, w),
        "K turned": (top - row + k_h - 1, left - column + k_w - 1, h, w),
    }
    return show_grids(mark=mark, caption=caption, **{"dX": dX, "G": G, "K": K, "K turned": turned})


def show_positions(n: int, kernel: int, padding: int = 0, stride: int = 1, dilation: int = 1) -> Picture:
    """Every position of a window along one axis, a row for each, and the arithmetic of the output's size below.

    The top row is the input, its cells numbered, with its padding in grey. Each row below it is a cell of the output,
    with the input cells that it uses. Input cells that no position uses are hatched.

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
    Positions of a window on 6 cells: 0 1 2; 2 3 4; never used: 5; floor((6 + 2*0 ... = 1 + 1 = 2
    """
    from matplotlib.figure import Figure
    from matplotlib.patches import Rectangle

    arithmetic = explain_output_size(n, kernel, padding, stride, dilation)
    if n + 2 * padding > 40:
        raise ValueError(f"at most 40 cells can be drawn, got {n} and {padding} of padding on each side")
    positions = [
        [i * stride - padding + dilation * a for a in range(kernel)]
        for i in range(output_size(n, kernel, padding, stride, dilation))
    ]
    used = {cell for cells in positions for cell in cells}
    unused = [cell for cell in range(n) if cell not in used]
    cell, rows = 0.4, len(positions) + 1.4  # inches; a narrow gap below the input
    with _style():
        figure = Figure(figsize=((n + 2 * padding + 1.6) * cell, rows * cell + 0.8))
        ax = figure.add_axes((0, 0.8 / (rows * cell + 0.8), 1, rows * cell / (rows * cell + 0.8)))
        ax.set(xlim=(-padding - 2.1, n + padding - 0.4), ylim=(rows, -0.05))
        ax.set_axis_off()
        for k in range(-padding, n + padding):
            inside, style = 0 <= k < n, {"edgecolor": "0.6", "linewidth": 0.8}
            if k in unused:
                style = {"edgecolor": HIGHLIGHT, "linewidth": 2.0, "hatch": "///", "zorder": 3}
            ax.add_patch(Rectangle((k - 0.5, 0), 1, 1, facecolor="white" if inside else "0.88", **style))
            ax.text(k, 0.5, k if inside else "", ha="center", va="center", fontsize=11, zorder=4)
        for i, cells in enumerate(positions):
            top = 1.4 + i
            ax.plot([cells[0], cells[-1]], [top + 0.5] * 2, color=COLORS[0], linewidth=1.5)
            for k in cells:
                ax.add_patch(Rectangle((k - 0.42, top + 0.1), 0.84, 0.8, facecolor=COLORS[0], edgecolor="none"))
            ax.text(-padding - 0.7, top + 0.5, f"Y[{i}]", ha="right", va="center", fontsize=11)
        ax.text(-padding - 0.7, 0.5, "X", ha="right", va="center", fontsize=11)
        never = ", ".join(map(str, unused))
        figure.text(0.5, 0.0, f"never used: {never or '-'}\n{arithmetic}", ha="center", va="bottom", fontsize=12)
    rows_in_words = "; ".join(" ".join(map(str, cells)) for cells in positions)
    return Picture(
        figure,
        say(f"Positions of a window on {n} cells: {rows_in_words}; never used: {never or 'none'}; {arithmetic}",
            f"窗口在 {n} 格上的全部位置：{rows_in_words}；从未用到：{never or '无'}；{arithmetic}"),
    )  # fmt: skip


def show_pool_window(
    X: torch.Tensor,
    row: int,
    column: int,
    pool_size: int = 2,
    stride: int | None = None,
    padding: int = 0,
    mode: str = "max",
) -> Picture:
    """One step of pooling: the window at (row, column), the output cell, and how its number came about.

    Parameters
    ----------
    X : 2-D tensor, small enough for :func:`show_grids`
    row, column : which cell of the output
    pool_size, stride, padding : as ``torch.nn.MaxPool2d`` takes them, the same for both axes; without a stride it
        is the size of the window. X is shown with its padding: minus infinity around a maximum, zero around an average.
    mode : "max" or "avg"

    Raises
    ------
    ValueError
        If the window does not fit, the mode is unknown, the padding is more than half of the window, or the output has
        no such cell.

    Examples
    --------
    >>> from d2lutil import use_language
    >>> use_language("en")
    >>> show_pool_window(torch.tensor([[3.0, 5.0, 1.0]] * 2), 0, 1, stride=1)
    Grids of numbers: X, 2 by 3: [3 5 1] [3 5 1]; Y, 1 by 2: [5 5]; max(5, 1, 5, 1) = 5
    """
    stride = pool_size if stride is None else stride
    output_size(tuple(X.shape), pool_size, padding, stride)  # an error in words, if the window does not fit
    if 2 * padding > pool_size:
        raise ValueError(f"padding {padding} is more than half of the window {pool_size}")
    X = torch.nn.functional.pad(X.float(), (padding,) * 4, value=-math.inf if mode == "max" else 0.0)
    Y = pool2d(X, pool_size, mode)[::stride, ::stride]
    if not (0 <= row < Y.shape[0] and 0 <= column < Y.shape[1]):
        raise ValueError(f"the output {tuple(Y.shape)} has no cell ({row}, {column})")
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


def show_gradient(Gx: torch.Tensor, Gy: torch.Tensor) -> Picture:
    """Strength and direction of a picture's gradient, from its two components.

    The strength is ``sqrt(Gx^2 + Gy^2)``; the direction ``atan2(Gy, Gx)`` is shown by a colour that comes back to
    itself after a full turn, dark where the gradient is weak.

    Parameters
    ----------
    Gx, Gy : tensors of shape (height, width), the change along the columns and along the rows

    Raises
    ------
    ValueError
        If they are not 2-D or their shapes differ.
    """
    import matplotlib
    from matplotlib.figure import Figure

    if Gx.shape != Gy.shape or Gx.dim() != 2:
        raise ValueError(f"the components must be 2-D, of one shape, got {tuple(Gx.shape)} and {tuple(Gy.shape)}")
    Gx, Gy = (component.detach().cpu().float() for component in (Gx, Gy))
    strength, angle = torch.hypot(Gx, Gy), torch.atan2(Gy, Gx)
    cyclic = matplotlib.colors.LinearSegmentedColormap.from_list("direction", DIRECTION)
    colors = torch.from_numpy(cyclic(((angle + torch.pi) / (2 * torch.pi)).numpy())[..., :3])
    strong = max(_quantile(strength, 0.98), 1e-9)  # an even picture has none
    weight = (strength / strong).clamp(0, 1).unsqueeze(-1)
    with _style():
        figure = Figure(figsize=(10.0, 10.0 / 2 * Gx.shape[0] / Gx.shape[1] + 0.5), layout="constrained")
        left, right = figure.subplots(1, 2)
        left.imshow(strength.numpy(), cmap="gray", vmin=0, vmax=strong)
        left.set_title("strength")
        right.imshow((weight * colors).numpy())
        right.set_title("direction")
        for ax in (left, right):
            ax.set_axis_off()
        scale = matplotlib.cm.ScalarMappable(matplotlib.colors.Normalize(-180, 180), cyclic)
        figure.colorbar(scale, ax=right, ticks=[-180, -90, 0, 90, 180], shrink=0.85, format="%d°")
    h, w = Gx.shape
    return Picture(
        figure,
        say(f"Gradient of a picture, {h} by {w}: its strength in grey, and its direction in colours from -180° to 180°",
            f"图像的梯度，{h} 行 {w} 列：左边以灰度表示强度，右边以颜色表示方向，从 -180° 到 180°"),
        photographic=min(h, w) > 64,
    )  # fmt: skip


def show_pictures(
    pictures: Mapping[str, torch.Tensor],
    columns: int | None = None,
    signed: bool = False,
    width: float = 10.0,
    repeatable: bool = True,
) -> Picture:
    """Pictures or maps side by side under their titles.

    Parameters
    ----------
    pictures : title -> tensor of shape (height, width), or (3, height, width) for colours in [0, 1]
    columns : pictures in a row; by default at most 4
    signed : show maps by a diverging colour map with white at zero (red negative, blue positive), all on one scale
        with a colour bar; otherwise in grey, each from its own smallest to its own largest value
    width : of the whole figure, in inches
    repeatable : whether every machine computes the same values (see :class:`Picture`)

    Raises
    ------
    ValueError
        If there is no picture, or one has another shape.

    Examples
    --------
    >>> from d2lutil import use_language
    >>> use_language("en")
    >>> show_pictures({"ramp": torch.arange(6.0).reshape(2, 3)})
    Pictures: ramp, 2 by 3, values 0.00 to 5.00
    """
    from matplotlib.figure import Figure

    if not pictures:
        raise ValueError("show_pictures needs at least one picture")
    pictures = {title: _as_picture(title, picture) for title, picture in pictures.items()}
    columns = columns or min(4, len(pictures))
    rows = -(-len(pictures) // columns)
    first = next(iter(pictures.values()))
    aspect = first.shape[0] / first.shape[1]
    # A few extreme cells would leave all others pale: the scale ends where 99.5 % of the cells of one picture lie.
    limit = max(_quantile(p.abs(), 0.995) for p in pictures.values()) or 1.0
    with _style():
        figure = Figure(figsize=(width, rows * (width / columns * aspect + 0.35)), layout="constrained")
        axes = figure.subplots(rows, columns, squeeze=False).flatten()
        for ax in axes:
            ax.set_axis_off()
        for ax, (title, picture) in zip(axes, pictures.items(), strict=False):
            if picture.dim() == 3:
                ax.imshow(picture.clamp(0, 1).numpy())
            elif signed:
                shown = ax.imshow(picture.numpy(), cmap=SIGNED, vmin=-limit, vmax=limit)
            else:
                ax.imshow(picture.numpy(), cmap="gray")
            ax.set_title(title)
        if signed and any(p.dim() == 2 for p in pictures.values()):
            figure.colorbar(shown, ax=list(axes), shrink=0.85, pad=0.02, extend="both")
    described = "; ".join(
        f"{title}, " + say(f"{p.shape[0]} by {p.shape[1]}, values {_range(p)}",
                           f"{p.shape[0]} 行 {p.shape[1]} 列，取值 {_range(p)}")
        for title, p in pictures.items()
    )  # fmt: skip
    photographic = any(min(picture.shape[:2]) > 64 for picture in pictures.values())
    return Picture(figure, say(f"Pictures: {described}", f"图像：{described}"), repeatable, photographic)


def show_curves(
    curves: Mapping[str, Sequence[float]],
    xlabel: str = "",
    ylabel: str = "",
    x: Sequence[float] | None = None,
    log: bool = False,
    repeatable: bool = True,
) -> Picture:
    """Curves over a common axis.

    Parameters
    ----------
    curves : name -> values
    x : the values along the axis; by default 1, 2, 3, ...
    log : a logarithmic vertical axis
    repeatable : whether every machine computes the same values (see :class:`Picture`)

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
    with _style():
        figure = Figure(figsize=(7.0, 3.6), layout="constrained")
        ax = figure.subplots()
        for k, (name, values) in enumerate(curves.items()):
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
    described = "; ".join(
        f"{name}, " + say(f"{len(v)} points from {v[0]:.3g} to {v[-1]:.3g}",
                          f"{len(v)} 个点，从 {v[0]:.3g} 到 {v[-1]:.3g}")
        for name, v in curves.items()
    )  # fmt: skip
    return Picture(figure, say(f"Curves over {xlabel}: {described}", f"曲线（横轴 {xlabel}）：{described}"), repeatable)


def show_history(history) -> Picture:
    """Training loss, training and test accuracy of a :class:`History` over its epochs; ValueError if it has none."""
    if not history.train_loss:
        raise ValueError("there is no whole epoch to show: the training was interrupted in its first")
    curves = {"train loss": history.train_loss, "train accuracy": history.train_acc, "test accuracy": history.test_acc}
    return show_curves({k: v for k, v in curves.items() if v}, xlabel="epoch", repeatable=False)


def show_bars(
    values: Mapping[str, float],
    xlabel: str = "",
    log: bool = False,
    end: float | None = None,
    repeatable: bool = True,
) -> Picture:
    """Numbers as horizontal bars, each with its number written at its end.

    Parameters
    ----------
    values : name -> number, at least 0; for a logarithmic axis at least 1
    log : a logarithmic axis, which begins at 1
    end : where the axis ends; fix it if bars are to be compared from figure to figure
    repeatable : whether every machine computes the same values (see :class:`Picture`)

    Raises
    ------
    ValueError
        If there is no bar, or a number is too small for the axis.

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
        if not value >= least:
            raise ValueError(f"bar {name!r} is {value}: this axis begins at {least}")
    written = {name: f"{value:,}" if isinstance(value, int) else f"{value:.3g}" for name, value in values.items()}
    with _style():
        figure = Figure(figsize=(8.0, 0.9 + 0.55 * len(values)), layout="constrained")
        ax = figure.subplots()
        ax.barh(range(len(values)), list(values.values()), height=0.6, left=0,
                color=[COLORS[k % 7] for k in range(len(values))])  # fmt: skip
        if log:
            ax.set_xscale("log")
        ax.set_xlim(least, end or (max(values.values()) or 1) * 1.05)
        for k, (name, value) in enumerate(values.items()):
            place = {"xytext": (5, 0), "textcoords": "offset points", "annotation_clip": False}
            ax.annotate(written[name], (value, k), va="center", **place)
        ax.set_yticks(range(len(values)), list(values))
        ax.set_ylim(len(values) - 0.5, -0.5)
        ax.grid(axis="y", visible=False)
        ax.set_xlabel(xlabel)
    described = "; ".join(f"{name}, {text}" for name, text in written.items())
    return Picture(figure, say(f"Bars of {xlabel}: {described}", f"条形图（{xlabel}）：{described}"), repeatable)


def show_spread(
    values: Mapping[str, Sequence[float]], xlabel: str = "", log: bool = False, repeatable: bool = True
) -> Picture:
    """How results scatter: one row of dots for each name, every dot a run, a bar at the median.

    Examples
    --------
    >>> from d2lutil import use_language
    >>> use_language("en")
    >>> show_spread({"SGD": [0.8, 0.9, 0.85]}, xlabel="accuracy")
    Spread of accuracy: SGD, 3 runs, 0.8 to 0.9, median 0.85
    """
    from matplotlib.figure import Figure

    if not values or not all(len(v) for v in values.values()):
        raise ValueError("show_spread needs at least one run under each name")
    tensors = {name: torch.as_tensor(v, dtype=torch.float64) for name, v in values.items()}
    with _style():
        figure = Figure(figsize=(7.0, 1.1 + 0.6 * len(tensors)), layout="constrained")
        ax = figure.subplots()
        for k, v in enumerate(tensors.values()):
            # Spread the dots vertically by their order, not at random: the same picture every time.
            offset = (torch.arange(len(v)) * 0.618 % 1 - 0.5) * 0.5
            ax.scatter(v.numpy(), (k + offset).numpy(), s=26, alpha=0.55, color=COLORS[k % 7], edgecolors="none")
            ax.plot([v.quantile(0.5).item()] * 2, [k - 0.35, k + 0.35], color="black", linewidth=2)
        ax.set_yticks(range(len(tensors)), list(tensors))
        ax.set_ylim(len(tensors) - 0.4, -0.6)
        ax.set_xlabel(xlabel)
        if log:
            ax.set_xscale("log")
    described = "; ".join(
        f"{name}, " + say(f"{len(v)} runs, {v.min():.3g} to {v.max():.3g}, median {v.quantile(0.5):.3g}",
                          f"{len(v)} 次运行，{v.min():.3g} 到 {v.max():.3g}，中位数 {v.quantile(0.5):.3g}")
        for name, v in tensors.items()
    )  # fmt: skip
    return Picture(figure, say(f"Spread of {xlabel}: {described}", f"分布（{xlabel}）：{described}"), repeatable)


def show_confusion(matrix: torch.Tensor, labels: Sequence[str]) -> Picture:
    """A confusion matrix: row = the true class, column = the answer; the mistakes stand out, the diagonal does not.

    Parameters
    ----------
    matrix : integer tensor of shape (classes, classes)
    labels : a name for each class

    Raises
    ------
    ValueError
        If the matrix is not square or does not fit the labels.

    Examples
    --------
    >>> from d2lutil import use_language
    >>> use_language("en")
    >>> show_confusion(torch.tensor([[5, 0], [1, 4]]), ["cat", "dog"]).alt
    'Confusion matrix of 2 classes: 9 of 10 right; most frequent mistakes: cat answered for dog 1 times'
    """
    from matplotlib.figure import Figure

    classes = len(labels)
    if tuple(matrix.shape) != (classes, classes):
        raise ValueError(f"a confusion matrix for {classes} labels is {classes} x {classes}, got {tuple(matrix.shape)}")
    mistakes = matrix.clone().fill_diagonal_(0)
    with _style():
        figure = Figure(figsize=(5.6, 5.2), layout="constrained")
        ax = figure.subplots()
        ax.imshow(mistakes.numpy(), cmap="Oranges", vmin=0, vmax=max(1, mistakes.max().item()) * 1.6)
        for i in range(classes):
            for j in range(classes):
                if count := int(matrix[i, j]):
                    ax.text(j, i, count, ha="center", va="center", fontsize=11, color="0.5" if i == j else "black")
        slanted = {"rotation": 45, "ha": "right", "rotation_mode": "anchor"} if max(map(len, labels)) > 4 else {}
        ax.set_xticks(range(classes), labels, **slanted)
        ax.set_yticks(range(classes), labels)
        ax.set_xlabel("answer")
        ax.set_ylabel("truth")
        _lines_between_cells(ax, matrix.shape)
    worst = sorted(((int(mistakes[i, j]), i, j) for i in range(classes) for j in range(classes)), reverse=True)[:3]
    named = ", ".join(
        say(f"{labels[j]} answered for {labels[i]} {n} times", f"把 {labels[i]} 答成 {labels[j]}，{n} 次")
        for n, i, j in worst if n
    ) or say("none", "无")  # fmt: skip
    right, total = int(matrix.diagonal().sum()), int(matrix.sum())
    return Picture(
        figure,
        say(f"Confusion matrix of {classes} classes: {right} of {total} right; most frequent mistakes: {named}",
            f"{classes} 类的混淆矩阵：{total} 个中答对 {right} 个；最常见的错误：{named}"),
        repeatable=False,
    )  # fmt: skip


# --- the pieces -----------------------------------------------------------------------------------------------------


def _style():
    import matplotlib

    return matplotlib.rc_context(STYLE)


def _row_of_axes(shapes: list[tuple[int, int]], cell: float, below: bool = False):
    """Axes in a row, so large that every cell measures ``cell`` inches in all of them; room for a line below."""
    from matplotlib.figure import Figure

    gap, title = 0.55, 0.4
    # A narrow grid still needs room for its title.
    widths = [max(columns * cell, 1.25) for _, columns in shapes]
    height = max(rows for rows, _ in shapes) * cell + title + 0.55 * below
    total = sum(widths) + gap * (len(shapes) - 1)
    with _style():
        figure = Figure(figsize=(total, height))
        axes, x = [], 0.0
        for (rows, columns), width in zip(shapes, widths, strict=True):
            left = x + (width - columns * cell) / 2
            bottom = height - title - rows * cell
            axes.append(figure.add_axes((left / total, bottom / height, columns * cell / total, rows * cell / height)))
            x += width + gap
    return figure, axes


def _lines_between_cells(ax, shape) -> None:
    ax.grid(False)
    ax.set_xticks([k - 0.5 for k in range(1, shape[1])], minor=True)
    ax.set_yticks([k - 0.5 for k in range(1, shape[0])], minor=True)
    ax.grid(which="minor", color="0.75", linewidth=0.8, alpha=1.0)
    ax.tick_params(which="minor", length=0)
    if ax.get_xlabel() == "":
        ax.set_xticks([])
        ax.set_yticks([])
    for spine in ax.spines.values():
        spine.set_visible(True)
        spine.set_color("0.6")


def _windows(mark: Window | Sequence[Window]) -> Sequence[Window]:
    """One window or several, as several."""
    return [mark] if len(mark) == 4 and isinstance(mark[0], int) else mark


def _frame(ax, window: Window) -> None:
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


def _quantile(values: torch.Tensor, part: float) -> float:
    ordered = values.flatten().sort().values  # torch.quantile refuses tensors as large as a photograph
    return ordered[math.ceil(part * (len(ordered) - 1))].item()


def _range(picture: torch.Tensor) -> str:
    low, high = _number_2(picture.min()), _number_2(picture.max())
    return say(f"{low} to {high}", f"{low} 到 {high}")


def _number_2(value: torch.Tensor) -> str:
    text = f"{value.item():.2f}"
    return text if text != "-0.00" else "0.00"


def _as_2d(name: str, grid: torch.Tensor, at_most: int) -> torch.Tensor:
    grid = torch.as_tensor(grid).detach().cpu()
    if grid.dim() != 2 or not 1 <= min(grid.shape) <= max(grid.shape) <= at_most:
        raise ValueError(
            f"grid {name!r} must be 2-D, from 1 x 1 to {at_most} x {at_most}, got shape {tuple(grid.shape)}"
        )
    return grid.float()


def _as_picture(title: str, picture: torch.Tensor) -> torch.Tensor:
    picture = torch.as_tensor(picture).detach().cpu().float()
    if picture.dim() == 3 and picture.shape[0] == 3 and picture.numel():
        return picture.permute(1, 2, 0)
    if picture.dim() != 2 or not picture.numel():
        raise ValueError(
            f"picture {title!r} must have shape (height, width) or (3, height, width), got {tuple(picture.shape)}"
        )
    return picture


def _require_names(mark, grids) -> None:
    for name in mark:
        if name not in grids:
            raise ValueError(f"mark names {name!r}, but the grids are {', '.join(map(repr, grids))}")
