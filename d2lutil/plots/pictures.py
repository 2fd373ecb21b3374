"""Pictures and maps side by side, and the gradient of a picture."""

import math
from collections.abc import Mapping

import torch

from ..i18n import say
from .picture import DIRECTION, SIGNED, Picture, style

__all__ = ["show_gradient", "show_pictures"]


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
    with style():
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
    with style():
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


# --- the pieces -----------------------------------------------------------------------------------------------------


def _quantile(values: torch.Tensor, part: float) -> float:
    ordered = values.flatten().sort().values  # torch.quantile refuses tensors as large as a photograph
    return ordered[math.ceil(part * (len(ordered) - 1))].item()


def _range(picture: torch.Tensor) -> str:
    low, high = _number_2(picture.min()), _number_2(picture.max())
    return say(f"{low} to {high}", f"{low} 到 {high}")


def _number_2(value: torch.Tensor) -> str:
    text = f"{value.item():.2f}"
    return text if text != "-0.00" else "0.00"


def _as_picture(title: str, picture: torch.Tensor) -> torch.Tensor:
    picture = torch.as_tensor(picture).detach().cpu().float()
    if picture.dim() == 3 and picture.shape[0] == 3 and picture.numel():
        return picture.permute(1, 2, 0)
    if picture.dim() != 2 or not picture.numel():
        raise ValueError(
            f"picture {title!r} must have shape (height, width) or (3, height, width), got {tuple(picture.shape)}"
        )
    return picture
