"""Images and maps side by side, and the gradient of an image."""

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, overload

import torch

from .._arguments import checked, shown
from ..i18n import say
from . import chinese
from .figure import DIRECTION, SIGNED, DescribedFigure, style

if TYPE_CHECKING:
    from numpy import ndarray

__all__ = ["show_gradient", "show_images"]


@overload
def show_images(
    images: Mapping[str, torch.Tensor],
    *,
    columns: int | None = None,
    signed: bool = False,
    width: float = 10.0,
    repeatable: bool = True,
) -> DescribedFigure: ...
@overload
def show_images(
    images: Sequence | torch.Tensor,
    num_rows: int,
    num_cols: int,
    titles: Sequence[str] | None = None,
    scale: float = 1.5,
) -> "ndarray": ...
@checked
def show_images(
    images: Mapping[str, torch.Tensor] | Sequence | torch.Tensor,
    num_rows: int | None = None,
    num_cols: int | None = None,
    titles: Sequence[str] | None = None,
    scale: float = 1.5,
    *,
    columns: int | None = None,
    signed: bool = False,
    width: float = 10.0,
    repeatable: bool = True,
) -> "DescribedFigure | ndarray":
    """Images or maps side by side under their titles: a :class:`DescribedFigure`.

    The arguments of *Dive into Deep Learning* are understood, too: ``show_images(imgs, num_rows, num_cols, titles,
    scale)`` draws through pyplot and returns its axes, as the book's code expects.

    Parameters
    ----------
    images : title -> tensor of shape (height, width), or (3, height, width) for colours, in [0, 1] or uint8; in the
        book's form a sequence of tensors, arrays or PIL images that ``imshow`` takes
    num_rows, num_cols, titles, scale : the book's layout, titles, and the side of an image in inches
    columns : images in a row; by default at most 4
    signed : show maps by a diverging colour map with white at zero (red negative, blue positive), all on one scale
        with a colour bar; otherwise in grey, each from its own smallest to its own largest value
    width : of the whole figure, in inches
    repeatable : whether every machine computes the same values (see :class:`DescribedFigure`)

    Raises
    ------
    ValueError
        If there is no image, or one has another shape, or a layout or size is not positive.
    TypeError
        If the images have neither titles nor the book's rows and columns.

    Examples
    --------
    >>> from d2lutil import use_language
    >>> use_language("en")
    >>> show_images({"ramp": torch.arange(6.0).reshape(2, 3)})
    Images: ramp, 2 by 3, values 0.00 to 5.00
    """
    for name, number in {"num_rows": num_rows, "num_cols": num_cols, "columns": columns}.items():
        if number is not None and number < 1:
            raise ValueError(f"{name} must be at least 1, got {number}")
    for name, length in {"width": width, "scale": scale}.items():
        if not 0 < length < math.inf:
            raise ValueError(f"{name} must be a positive number of inches, got {length}")
    if num_rows is not None and num_cols is not None:
        return _through_pyplot(images, num_rows, num_cols, titles, scale)
    if not isinstance(images, Mapping):
        raise TypeError("show_images takes a mapping title -> image, or images with a number of rows and of columns")
    from matplotlib.figure import Figure

    if not images:
        raise ValueError("show_images needs at least one image")
    images = {title: _as_image(title, image) for title, image in images.items()}
    columns = columns or min(4, len(images))
    rows = -(-len(images) // columns)
    first = next(iter(images.values()))
    aspect = first.shape[0] / first.shape[1]
    # A few extreme cells would leave all others pale: the scale ends where 99.5 % of the cells of one image lie.
    limit = max(_quantile(p.abs(), 0.995) for p in images.values()) or 1.0
    with style():
        figure = Figure(figsize=(width, rows * (width / columns * aspect + 0.35)), layout="constrained")
        axes = figure.subplots(rows, columns, squeeze=False).flatten()
        for ax in axes:
            ax.set_axis_off()
        for ax, (title, image) in zip(axes, images.items(), strict=False):
            if image.dim() == 3:
                ax.imshow(image.clamp(0, 1).numpy())
            elif signed:
                coloured = ax.imshow(image.numpy(), cmap=SIGNED, vmin=-limit, vmax=limit)
            else:
                ax.imshow(image.numpy(), cmap="gray")
            ax.set_title(title)
        if signed and any(p.dim() == 2 for p in images.values()):
            figure.colorbar(coloured, ax=list(axes), shrink=0.85, pad=0.02, extend="both")
    described = say("; ", "；").join(
        say(f"{title}, {p.shape[0]} by {p.shape[1]}, values {_range(p)}",
            f"{title}，{p.shape[0]} 行 {p.shape[1]} 列，取值从 {_range(p)}")
        for title, p in images.items()
    )  # fmt: skip
    photographic = any(min(image.shape[:2]) > 64 for image in images.values())
    return DescribedFigure(figure, say(f"Images: {described}", f"图像：{described}"), repeatable, photographic)


@checked
def show_gradient(Gx: torch.Tensor, Gy: torch.Tensor) -> DescribedFigure:
    """Magnitude and direction of an image's gradient, from its two components.

    The magnitude is ``sqrt(Gx^2 + Gy^2)``; the direction ``atan2(Gy, Gx)`` is shown by a colour that comes back to
    itself after a full turn, dark where the magnitude is small.

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

    if Gx.shape != Gy.shape or Gx.dim() != 2 or Gx.is_complex() or Gy.is_complex():
        raise ValueError(f"Gx and Gy must be real and 2-D, of one shape, got {shown(Gx)} and {shown(Gy)}")
    Gx, Gy = (component.detach().cpu().float() for component in (Gx, Gy))
    magnitude, angle = torch.hypot(Gx, Gy), torch.atan2(Gy, Gx)
    cyclic = matplotlib.colors.LinearSegmentedColormap.from_list("direction", DIRECTION)
    colors = torch.from_numpy(cyclic(((angle + torch.pi) / (2 * torch.pi)).numpy())[..., :3])
    largest = max(_quantile(magnitude, 0.98), 1e-9)  # an even image has a gradient of 0
    weight = (magnitude / largest).clamp(0, 1).unsqueeze(-1)
    with style():
        figure = Figure(figsize=(10.0, 10.0 / 2 * Gx.shape[0] / Gx.shape[1] + 0.5), layout="constrained")
        left, right = figure.subplots(1, 2)
        left.imshow(magnitude.numpy(), cmap="gray", vmin=0, vmax=largest)
        left.set_title(say("gradient magnitude", "梯度幅值"))
        right.imshow((weight * colors).numpy())
        right.set_title(say("gradient direction", "梯度方向"))
        for ax in (left, right):
            ax.set_axis_off()
        scale = matplotlib.cm.ScalarMappable(matplotlib.colors.Normalize(-180, 180), cyclic)
        figure.colorbar(scale, ax=right, ticks=[-180, -90, 0, 90, 180], shrink=0.85, format="%d°")
    h, w = Gx.shape
    return DescribedFigure(
        figure,
        say(f"Gradient of an image, {h} by {w}: its magnitude in grey, and its direction in colours from -180° to 180°",
            f"图像的梯度，{h} 行 {w} 列：左图用灰度表示幅值，右图用颜色表示方向，从 -180° 到 180°"),
        photographic=min(h, w) > 64,
    )  # fmt: skip


def _through_pyplot(images: Any, rows: int, columns: int, titles: Sequence[str] | None, scale: float) -> "ndarray":
    """The book's ``show_images``: its code goes on with pyplot after it."""
    from matplotlib import pyplot as plt

    chinese.for_pyplot()
    _, axes = plt.subplots(rows, columns, figsize=(columns * scale, rows * scale), squeeze=False)
    axes = axes.flatten()
    if titles is not None and len(titles) < min(len(axes), len(images)):
        raise ValueError(f"titles must be one for each image, got {len(titles)} for {len(images)}")
    for i, (ax, image) in enumerate(zip(axes, images, strict=False)):
        try:
            ax.imshow(image.detach().cpu().numpy() if torch.is_tensor(image) else image)
        except (TypeError, ValueError) as reason:
            plt.close(ax.figure)
            raise ValueError(f"image {i} cannot be shown: {shown(image)}: {reason}") from reason
        ax.get_xaxis().set_visible(False)
        ax.get_yaxis().set_visible(False)
        if titles:
            ax.set_title(titles[i])
    return axes


# --- the pieces -----------------------------------------------------------------------------------------------------


def _quantile(values: torch.Tensor, part: float) -> float:
    ordered = values.flatten().sort().values  # torch.quantile refuses tensors as large as a photograph
    return ordered[math.ceil(part * (len(ordered) - 1))].item()


def _range(image: torch.Tensor) -> str:
    low, high = _number_2(image.min()), _number_2(image.max())
    return say(f"{low} to {high}", f"{low} 到 {high}")


def _number_2(value: torch.Tensor) -> str:
    text = f"{value.item():.2f}"
    return text if text != "-0.00" else "0.00"


def _as_image(title: str, image: torch.Tensor) -> torch.Tensor:
    image = torch.as_tensor(image).detach().cpu()
    if image.is_complex():
        raise ValueError(f"image {title!r} is complex: show its real part, its imaginary part or its magnitude")
    in_bytes = image.dtype is torch.uint8 and image.dim() == 3
    image = image.float() / 255 if in_bytes else image.float()
    if image.dim() == 3 and image.shape[0] == 3 and image.numel():
        return image.permute(1, 2, 0)
    if image.dim() != 2 or not image.numel():
        raise ValueError(
            f"image {title!r} must have shape (height, width) or (3, height, width), got {tuple(image.shape)}"
        )
    return image
