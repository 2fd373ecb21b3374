"""The operations of a convolutional layer, written so that the definition can be read off the code.

Everything here follows the text's conventions: an image is a 2-D tensor (height, width), a stack of channels a 3-D
tensor (channels, height, width); the kernel slides one pixel at a time and only where it fits whole (stride 1, no
padding). Padding, stride and dilation belong to ``torch.nn.functional.conv2d``, with which all of this agrees.

The loops run over the kernel's elements, which are few, and not over the image's pixels, which are many. (Where a
kernel is nearly as large as the image, as in a gradient, the output's elements are the few.)
"""

import torch
from torch import nn

from ._refusals import explained
from .shapes import as_pair

__all__ = [
    "Conv2D",
    "comp_conv2d",
    "convolve2d",
    "corr2d",
    "corr2d_multi_in",
    "corr2d_multi_in_out",
    "corr2d_multi_in_out_1x1",
    "pool2d",
]


def corr2d(X: torch.Tensor, K: torch.Tensor) -> torch.Tensor:
    """Two-dimensional cross-correlation: lay the kernel on every window, multiply element by element, add up.

    ``Y[i, j] = sum over a, b of X[i + a, j + b] * K[a, b]``

    Parameters
    ----------
    X : tensor of shape (n_h, n_w)
        The input, for instance a grey image.
    K : tensor of shape (k_h, k_w)
        The kernel, at most as large as the input.

    Returns
    -------
    tensor of shape (n_h - k_h + 1, n_w - k_w + 1)
        In the type that ``X * K`` has; integers are added as int64, so nothing wraps around.

    Raises
    ------
    TypeError
        If one of them is no tensor, or has a type that cannot be multiplied (bool, float8, ...).
    ValueError
        If one of them is not 2-D or is empty, if the kernel does not fit, or if they live on different devices.

    Examples
    --------
    >>> X = torch.tensor([[0.0, 1.0, 2.0], [3.0, 4.0, 5.0], [6.0, 7.0, 8.0]])
    >>> K = torch.tensor([[0.0, 1.0], [2.0, 3.0]])
    >>> corr2d(X, K)
    tensor([[19., 25.],
            [37., 43.]])

    The definition is that of Zhang et al., *Dive into Deep Learning*, "Convolutions for Images".
    """
    _require_tensor("input", X, dims=2)
    _require_tensor("kernel", K, dims=2)
    _require_multipliable(X, K)
    _require_fit("kernel", tuple(K.shape), tuple(X.shape))
    X, K = _in_common_type(X, K)
    k_h, k_w = K.shape
    out_h, out_w = X.shape[0] - k_h + 1, X.shape[1] - k_w + 1
    if k_h * k_w <= out_h * out_w:
        # Kernel element (a, b) meets, in all windows at once, the part of X that begins at (a, b).
        parts = (X[a : a + out_h, b : b + out_w] * K[a, b] for a in range(k_h) for b in range(k_w))
        return sum(parts, start=X.new_zeros(()))
    sums = [(X[i : i + k_h, j : j + k_w] * K).sum() for i in range(out_h) for j in range(out_w)]
    return torch.stack(sums).reshape(out_h, out_w)


def convolve2d(X: torch.Tensor, K: torch.Tensor) -> torch.Tensor:
    """True two-dimensional convolution, where the kernel fits whole: cross-correlation with the kernel rotated by 180°.

    ``Y[i, j] = sum over a, b of X[i + k_h - 1 - a, j + k_w - 1 - b] * K[a, b]``

    Shapes, types and errors are those of :func:`corr2d`.

    Examples
    --------
    >>> X = torch.tensor([[0.0, 1.0, 2.0], [3.0, 4.0, 5.0], [6.0, 7.0, 8.0]])
    >>> K = torch.tensor([[0.0, 1.0], [2.0, 3.0]])
    >>> convolve2d(X, K)
    tensor([[ 5., 11.],
            [23., 29.]])

    This is the "valid" part of the discrete convolution as signal processing defines it
    (``scipy.signal.convolve2d(X, K, mode="valid")``).
    """
    _require_tensor("kernel", K, dims=2)
    return corr2d(X, K.flip(0, 1))


def pool2d(X: torch.Tensor, pool_size: int | tuple[int, int], mode: str = "max") -> torch.Tensor:
    """Two-dimensional pooling: the maximum or the mean of every window. The window moves one pixel at a time.

    Parameters
    ----------
    X : tensor of shape (n_h, n_w)
    pool_size : (p_h, p_w), or one int for a square window
    mode : "max" or "avg"

    Returns
    -------
    tensor of shape (n_h - p_h + 1, n_w - p_w + 1)
        In the type of ``X``; the means of integers are floats.

    Raises
    ------
    TypeError
        If ``X`` is no tensor or is complex, or ``pool_size`` is not made of ints.
    ValueError
        If ``X`` is not 2-D or is empty, the window is not positive or does not fit, or the mode is unknown.

    Examples
    --------
    >>> X = torch.arange(9.0).reshape(3, 3)
    >>> pool2d(X, (2, 2))
    tensor([[4., 5.],
            [7., 8.]])
    >>> pool2d(X, (2, 2), "avg")
    tensor([[2., 3.],
            [5., 6.]])

    The definition is that of Zhang et al., *Dive into Deep Learning*, "Pooling".
    """
    _require_tensor("input", X, dims=2)
    if mode not in ("max", "avg"):
        raise ValueError(f"unknown pooling mode {mode!r}: the modes are 'max' and 'avg'")
    if X.is_complex():
        raise TypeError(f"pooling cannot compare or average dtype {X.dtype} here: give it real numbers")
    p_h, p_w = _window(pool_size)
    _require_fit("window", (p_h, p_w), tuple(X.shape))
    # Rows first, then columns: the maximum of maxima is the maximum, the mean of equally many means is the mean.
    if mode == "max":
        return X.unfold(0, p_h, 1).amax(-1).unfold(1, p_w, 1).amax(-1)
    if not X.is_floating_point():
        X = X.to(torch.get_default_dtype())
    return X.unfold(0, p_h, 1).mean(-1).unfold(1, p_w, 1).mean(-1)


def corr2d_multi_in(X: torch.Tensor, K: torch.Tensor) -> torch.Tensor:
    """Cross-correlation over several input channels: each channel with its own kernel, the results added.

    Parameters
    ----------
    X : tensor of shape (c_i, n_h, n_w)
    K : tensor of shape (c_i, k_h, k_w)

    Returns
    -------
    tensor of shape (n_h - k_h + 1, n_w - k_w + 1)

    Raises
    ------
    TypeError, ValueError
        As :func:`corr2d`, and if the numbers of channels differ.

    Examples
    --------
    >>> X = torch.stack([torch.arange(9.0).reshape(3, 3), torch.arange(1.0, 10.0).reshape(3, 3)])
    >>> K = torch.tensor([[[0.0, 1.0], [2.0, 3.0]], [[1.0, 2.0], [3.0, 4.0]]])
    >>> corr2d_multi_in(X, K)
    tensor([[ 56.,  72.],
            [104., 120.]])

    The definition is that of Zhang et al., *Dive into Deep Learning*, "Multiple Input and Multiple Output Channels".
    """
    _require_tensor("input", X, dims=3)
    _require_tensor("kernel", K, dims=3)
    _require_same_channels(X, K, channels_of_kernel=K.shape[0])
    first, *others = (corr2d(x, k) for x, k in zip(X, K, strict=True))
    return sum(others, start=first)


def corr2d_multi_in_out(X: torch.Tensor, K: torch.Tensor) -> torch.Tensor:
    """Cross-correlation from c_i input to c_o output channels: one kernel of c_i channels for each output.

    Parameters
    ----------
    X : tensor of shape (c_i, n_h, n_w)
    K : tensor of shape (c_o, c_i, k_h, k_w)

    Returns
    -------
    tensor of shape (c_o, n_h - k_h + 1, n_w - k_w + 1)

    Raises
    ------
    TypeError, ValueError
        As :func:`corr2d_multi_in`.

    Examples
    --------
    >>> X = torch.ones(2, 3, 3)
    >>> K = torch.stack([torch.ones(2, 2, 2), torch.zeros(2, 2, 2)])
    >>> corr2d_multi_in_out(X, K)
    tensor([[[8., 8.],
             [8., 8.]],
    <BLANKLINE>
            [[0., 0.],
             [0., 0.]]])

    The definition is that of Zhang et al., *Dive into Deep Learning*, "Multiple Input and Multiple Output Channels".
    """
    _require_tensor("input", X, dims=3)
    _require_tensor("kernel", K, dims=4)
    _require_same_channels(X, K, channels_of_kernel=K.shape[1])
    return torch.stack([corr2d_multi_in(X, k) for k in K])


def corr2d_multi_in_out_1x1(X: torch.Tensor, K: torch.Tensor) -> torch.Tensor:
    """The same for 1 x 1 kernels, as one matrix product: a fully connected layer applied at every pixel.

    Parameters
    ----------
    X : tensor of shape (c_i, n_h, n_w)
    K : tensor of shape (c_o, c_i, 1, 1)

    Returns
    -------
    tensor of shape (c_o, n_h, n_w)

    Raises
    ------
    TypeError, ValueError
        As :func:`corr2d_multi_in_out`, and if the kernel is not 1 x 1.

    Examples
    --------
    >>> X = torch.arange(8.0).reshape(2, 2, 2)
    >>> mix = torch.tensor([[1.0, 1.0], [1.0, -1.0]]).reshape(2, 2, 1, 1)
    >>> corr2d_multi_in_out_1x1(X, mix)
    tensor([[[ 4.,  6.],
             [ 8., 10.]],
    <BLANKLINE>
            [[-4., -4.],
             [-4., -4.]]])

    After Lin, Chen and Yan, *Network in Network* (2013).
    """
    _require_tensor("input", X, dims=3)
    _require_tensor("kernel", K, dims=4)
    _require_multipliable(X, K)
    _require_same_channels(X, K, channels_of_kernel=K.shape[1])
    if tuple(K.shape[2:]) != (1, 1):
        raise ValueError(f"kernel {tuple(K.shape)} is not 1 x 1: its last two sizes must be 1")
    X, K = _in_common_type(X, K)
    c_o, c_i = K.shape[:2]
    return (K.reshape(c_o, c_i) @ X.reshape(c_i, -1)).reshape(c_o, *X.shape[1:])


def comp_conv2d(conv2d: nn.Module, X: torch.Tensor) -> torch.Tensor:
    """Apply a convolutional layer of one input and one output channel to a single 2-D image.

    Adds the batch and channel axes that ``nn.Conv2d`` expects and takes them off again.

    Parameters
    ----------
    conv2d : a layer such as ``nn.Conv2d(1, 1, 3)`` or ``nn.LazyConv2d(1, 3)``
    X : tensor of shape (n_h, n_w)

    Returns
    -------
    tensor of shape (m_h, m_w)

    Raises
    ------
    TypeError, ValueError
        If ``X`` is not a 2-D tensor, or the layer refuses it or returns more than one channel.

    Examples
    --------
    >>> comp_conv2d(nn.Conv2d(1, 1, kernel_size=3, padding=1), torch.rand(8, 8)).shape
    torch.Size([8, 8])
    """
    _require_tensor("input", X, dims=2)
    if not isinstance(conv2d, nn.Module):
        raise TypeError(f"comp_conv2d takes a layer such as nn.Conv2d(1, 1, 3), got {type(conv2d).__name__}")
    with explained(conv2d, X.reshape(1, 1, *X.shape)):
        Y = conv2d(X.reshape(1, 1, *X.shape))
    if Y.dim() != 4 or tuple(Y.shape[:2]) != (1, 1):
        raise ValueError(f"comp_conv2d shows one channel, but the layer's output is {tuple(Y.shape)}")
    return Y.reshape(Y.shape[2:])


class Conv2D(nn.Module):
    """The smallest convolutional layer: a learnable kernel and one learnable bias, ``corr2d(x, weight) + bias``.

    Parameters
    ----------
    kernel_size : (k_h, k_w), or one int for a square kernel
        The kernel starts uniformly random in [0, 1), the bias at zero.

    Examples
    --------
    >>> layer = Conv2D((1, 2))
    >>> layer(torch.ones(6, 8)).shape
    torch.Size([6, 7])

    The layer is that of Zhang et al., *Dive into Deep Learning*, "Convolutions for Images".
    """

    def __init__(self, kernel_size: int | tuple[int, int]):
        super().__init__()
        self.weight = nn.Parameter(torch.rand(_window(kernel_size, what="kernel_size")))
        self.bias = nn.Parameter(torch.zeros(1))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """The layer's output for an image of shape (n_h, n_w): shape (n_h - k_h + 1, n_w - k_w + 1)."""
        return corr2d(x, self.weight) + self.bias

    def extra_repr(self) -> str:
        return f"kernel_size={tuple(self.weight.shape)}"


# --- what the operations ask of their input -------------------------------------------------------------------------


def _require_tensor(role: str, value: object, dims: int) -> None:
    axes = {2: "(height, width)", 3: "(channels, height, width)", 4: "(out channels, in channels, height, width)"}[dims]
    if not isinstance(value, torch.Tensor):
        raise TypeError(f"{role} must be a torch.Tensor, got {type(value).__name__}: wrap it in torch.tensor(...)")
    if value.dim() != dims:
        raise ValueError(f"{role} must be {dims}-D {axes}, got {value.dim()}-D with shape {tuple(value.shape)}")
    if value.numel() == 0:
        raise ValueError(f"{role} is empty: its shape is {tuple(value.shape)}")


def _require_multipliable(X: torch.Tensor, K: torch.Tensor) -> None:
    for role, tensor in (("input", X), ("kernel", K)):
        tiny = tensor.is_floating_point() and tensor.element_size() < 2
        if tensor.dtype is torch.bool or tensor.is_quantized or tiny:
            raise TypeError(f"{role} has dtype {tensor.dtype}, which cannot be multiplied: convert it with .float()")
    if X.device != K.device:
        raise ValueError(f"input is on {X.device} and kernel on {K.device}: move one with .to(device)")


def _require_fit(role: str, size: tuple[int, ...], n: tuple[int, ...]) -> None:
    for axis, name in enumerate(("rows high", "columns wide")):
        if size[axis] > n[axis]:
            raise ValueError(
                f"{role} {size} does not fit input {n}: with padding 0 the input must be at least {size[axis]} {name}"
            )


def _require_same_channels(X: torch.Tensor, K: torch.Tensor, channels_of_kernel: int) -> None:
    if X.shape[0] != channels_of_kernel:
        raise ValueError(
            f"input {tuple(X.shape)} has {X.shape[0]} channels but kernel {tuple(K.shape)} expects {channels_of_kernel}"
        )


def _window(size: int | tuple[int, int], what: str = "pool_size") -> tuple[int, int]:
    pair = as_pair(what, size)
    if min(pair) < 1:
        raise ValueError(f"{what} must be at least 1 in each direction, got {pair}")
    return pair


def _in_common_type(X: torch.Tensor, K: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Both in the type that their product has; integers become int64, since a sum of uint8 wraps around at 256."""
    X, K = (t if t.is_floating_point() or t.is_complex() else t.to(torch.int64) for t in (X, K))
    common = torch.result_type(X, K)
    return X.to(common), K.to(common)
