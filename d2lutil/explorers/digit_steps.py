"""How a drawing is brought to the form of training digits, step by step: those of ``d2l.load_digits``, and MNIST's."""

import torch
import torch.nn.functional as F

__all__ = ["INKED", "boxed", "centred", "counted", "even_pen", "fitted", "stretched", "upright"]

INKED = 0.5  # from here on a cell counts as inked
BITMAP, BOX = 32, (32, 20)  # the bitmaps behind the digits, and the rows and columns that a digit fills in them
MOST_STRETCH = 2.5  # how many times as much one direction may be stretched as the other
THIN, VERY_THIN, THICK, VERY_THICK = 256, 108, 412, 560  # inked cells of a bitmap
MNIST, MNIST_BOX = 28, 20


# --- the steps for the digits of d2l.load_digits


def boxed(ink: torch.Tensor) -> torch.Tensor:
    """Cut the inked part out and stretch it to 32 rows and 20 columns, in the middle of a bitmap of 32 x 32.

    So NIST's programs did it that made the bitmaps behind ``d2l.load_digits``. They always filled the box; here one
    direction is stretched at most 2.5 times as much as the other, so that a straight 1 does not become a block.

    Parameters
    ----------
    ink : (rows, columns), from 0 to 1; a cell is inked from 0.5 on

    Returns
    -------
    (32, 32), zeros and ones: zeros if no cell is inked

    References: Garris and others, *NIST Form-Based Handprint Recognition System*, NISTIR 5469 (1994).

    >>> ink = torch.zeros(50, 50)
    >>> ink[10:26, 5:15] = 1
    >>> box = boxed(ink)
    >>> box.shape, box.sum().item() == 32 * 20, box[:, 6:26].all().item()
    (torch.Size([32, 32]), True, True)
    """
    bitmap = torch.zeros(BITMAP, BITMAP)
    cut = _cut_out(ink)
    if cut is None:
        return bitmap
    down, right = BOX[0] / cut.shape[0], BOX[1] / cut.shape[1]
    down, right = min(down, MOST_STRETCH * right), min(right, MOST_STRETCH * down)
    rows, cols = max(1, round(down * cut.shape[0])), max(1, round(right * cut.shape[1]))
    _middle(bitmap, rows, cols).copy_(_resized(cut, rows, cols) >= INKED)
    return bitmap


def even_pen(bitmap: torch.Tensor) -> torch.Tensor:
    """Make thin strokes thicker and thick ones thinner, by NIST's rule for a bitmap of 32 x 32.

    Fewer than 256 inked cells: every cell beside an inked one is inked, which is max pooling with a 3 x 3 window and
    stride 1. More than 412: every inked cell beside an empty one is emptied. Fewer than 108, more than 560: twice.

    Parameters
    ----------
    bitmap : (32, 32), zeros and ones

    Returns
    -------
    (32, 32), zeros and ones

    >>> line = torch.zeros(32, 32)
    >>> line[:, 16] = 1
    >>> even_pen(line).sum().item() / 32  # columns
    5.0
    """
    cells = bitmap.sum()
    if cells == 0:
        return bitmap.clone()
    times = 2 if cells < VERY_THIN or cells > VERY_THICK else 1 if cells < THIN or cells > THICK else 0
    thicker = cells < THIN
    for _ in range(times):
        bitmap = _thicker(bitmap) if thicker else 1 - _thicker(1 - bitmap)
    return bitmap.clone()


def upright(bitmap: torch.Tensor) -> torch.Tensor:
    """Shift the rows, each in proportion to its height, until first and last inked row begin in the same column.

    So NIST's programs took the slant out of the handwriting. The row in the middle stays.

    Parameters
    ----------
    bitmap : (rows, columns), zeros and ones

    Returns
    -------
    the same shape; ink that is shifted over the border is lost

    >>> upright(torch.tensor([[0.0, 0, 1, 0], [0, 1, 0, 0], [1, 0, 0, 0]]))
    tensor([[0., 1., 0., 0.],
            [0., 1., 0., 0.],
            [0., 1., 0., 0.]])
    """
    inked = bitmap.amax(1).nonzero().flatten()
    if len(inked) < 2:
        return bitmap.clone()
    first, last = int(inked[0]), int(inked[-1])
    begins = bitmap.argmax(1)
    slant = (begins[last] - begins[first]).item()  # whole columns
    shift = (slant / (last - first) * (torch.arange(len(bitmap)) - first)).round().long() - slant // 2
    source = torch.arange(bitmap.shape[1]) + shift[:, None]
    inside = (source >= 0) & (source < bitmap.shape[1])
    return bitmap.gather(1, source.clamp(0, bitmap.shape[1] - 1)) * inside


def counted(bitmap: torch.Tensor) -> torch.Tensor:
    """Count the ink in blocks of 4 x 4.

    So Alpaydin and Kaynak made the digits of scikit-learn from NIST's bitmaps (*Optical Recognition of Handwritten
    Digits*, UCI, 1998).

    Parameters
    ----------
    bitmap : (32, 32), zeros and ones

    Returns
    -------
    (8, 8), whole numbers from 0 to 16

    >>> counted(torch.eye(32))[:2, :3]
    tensor([[4., 0., 0.],
            [0., 4., 0.]])
    """
    return (16 * F.avg_pool2d(bitmap[None], 4)[0]).round()


def stretched(counts: torch.Tensor) -> torch.Tensor:
    """Stretch 8 x 8 counts to the network's input, exactly as ``d2l.load_digits`` does.

    Parameters
    ----------
    counts : (8, 8), from 0 to 16

    Returns
    -------
    (1, 28, 28), from 0 to 1, in 255ths

    >>> image = stretched(torch.full((8, 8), 16.0))
    >>> image.shape, image.min().item()
    (torch.Size([1, 28, 28]), 1.0)
    """
    image = F.interpolate(counts[None, None] / 16, (28, 28), mode="bilinear")[0]
    return (image * 255).round() / 255


# --- the steps for MNIST


def fitted(ink: torch.Tensor) -> torch.Tensor:
    """Cut the inked part out and bring it to at most 20 rows and columns; its proportions stay.

    Parameters
    ----------
    ink : (rows, columns), from 0 to 1; a cell is inked from 0.5 on

    Returns
    -------
    (rows, columns), the larger of them 20, from 0 to 1: in the middle of greys, as in MNIST

    >>> ink = torch.zeros(50, 50)
    >>> ink[10:40, 5:20] = 1
    >>> fitted(ink).shape
    torch.Size([20, 10])
    """
    cut = _cut_out(ink)
    if cut is None:
        return torch.zeros(MNIST_BOX, MNIST_BOX)
    scale = MNIST_BOX / max(cut.shape)
    return _resized(cut, *(max(1, round(scale * side)) for side in cut.shape)).clamp(0, 1)


def centred(small: torch.Tensor) -> torch.Tensor:
    """Put a small image into 28 x 28 cells, its centre of mass in their middle, as in MNIST.

    Parameters
    ----------
    small : (rows, columns), at most 20 of each, from 0 to 1

    Returns
    -------
    (1, 28, 28)

    References: LeCun, Cortes and Burges, *The MNIST Database of Handwritten Digits* (1998).

    >>> small = torch.zeros(20, 20)
    >>> small[0, 0] = 1
    >>> centred(small)[0].nonzero().tolist()  # the middle of 28 cells is between two
    [[14, 14]]
    """
    image = torch.zeros(MNIST, MNIST)
    _middle(image, *small.shape).copy_(small)
    mass = image.sum()
    if mass == 0:
        return image[None]
    places = torch.arange(MNIST) + 0.5
    row, col = (places @ image.sum(axis) / mass for axis in (1, 0))
    return _shifted(image, *(round(MNIST / 2 - place.item()) for place in (row, col)))[None]


# --- what they share


def _cut_out(ink: torch.Tensor) -> torch.Tensor | None:
    """The smallest rectangle with all inked cells; None if there are none."""
    rows, cols = ((ink >= INKED).any(axis).nonzero().flatten() for axis in (1, 0))
    return ink[rows[0] : rows[-1] + 1, cols[0] : cols[-1] + 1] if len(rows) else None


def _resized(image: torch.Tensor, rows: int, cols: int) -> torch.Tensor:
    return F.interpolate(image[None, None], (rows, cols), mode="bilinear", antialias=True)[0, 0]


def _middle(image: torch.Tensor, rows: int, cols: int) -> torch.Tensor:
    """The rows x cols cells in the middle, to be written to."""
    top, left = (image.shape[0] - rows) // 2, (image.shape[1] - cols) // 2
    return image[top : top + rows, left : left + cols]


def _thicker(bitmap: torch.Tensor) -> torch.Tensor:
    return F.max_pool2d(bitmap[None], 3, stride=1, padding=1)[0]


def _shifted(image: torch.Tensor, down: int, right: int) -> torch.Tensor:
    """Moved; what leaves is lost, and zeros come in."""
    (rows, cols), out = image.shape, torch.zeros_like(image)
    out[max(0, down) : rows + min(0, down), max(0, right) : cols + min(0, right)] = image[
        max(0, -down) : rows + min(0, -down), max(0, -right) : cols + min(0, -right)
    ]
    return out
