"""Convolution in PyTorch, taught by notebooks; this is the small package behind them: ``import d2lutil as d2l``.

Importing it costs hardly more than ``import torch``: torchvision, scikit-learn, matplotlib and ipywidgets are imported
by the functions that need them, when they are first called.
"""

from typing import TYPE_CHECKING

from .book.animator import Animator
from .book.data_modules import DataModule, FashionMNIST
from .book.functions import (
    Accumulator,
    Residual,
    Timer,
    accuracy,
    cpu,
    evaluate_accuracy_gpu,
    gpu,
    num_gpus,
    resnet18,
    set_figsize,
    train_ch6,
)
from .book.hyperparameters import HyperParameters, add_to_class
from .book.modules import (
    Classifier,
    LeNet,
    Module,
    ProgressBoard,
    ResNeXtBlock,
    Trainer,
)
from .book.torch_names import *  # noqa: F403 (torch's functions under the book's short names)
from .compare import Comparison, compare
from .data import (
    Batches,
    DataNotAvailable,
    data_folder,
    get_fashion_mnist_labels,
    load_cifar10,
    load_data_fashion_mnist,
    load_digits,
    photo,
)
from .devices import device, try_all_gpus, try_gpu
from .i18n import language, use_language
from .models import init_cnn, layer_table, lenet
from .ops import (
    Conv2D,
    comp_conv2d,
    convolve2d,
    corr2d,
    corr2d_multi_in,
    corr2d_multi_in_out,
    corr2d_multi_in_out_1x1,
    pool2d,
)
from .plots import (
    DescribedFigure,
    show_backward,
    show_bars,
    show_confusion,
    show_curves,
    show_gradient,
    show_grids,
    show_history,
    show_images,
    show_pool_window,
    show_positions,
    show_spread,
    show_window,
)
from .shapes import ReceptiveField, explain_output_size, output_size, receptive_field
from .train import History, evaluate, fit
from .widgets.frontend import end_here
from .widgets.sliders import sliders
from .widgets.tensorboard import cifar10_or, runs_folder, tensorboard

__version__ = "0.1.0"

if TYPE_CHECKING:
    from .explorers import (
        ChannelExplorer,
        DigitPad,
        EquivarianceExplorer,
        KernelLearner,
        KernelStudio,
        NetworkExplorer,
        WindowExplorer,
    )

__all__ = [
    "Accumulator", "Animator", "Batches", "ChannelExplorer", "Classifier", "Comparison", "Conv2D", "DataModule",
    "DataNotAvailable", "DescribedFigure", "DigitPad", "EquivarianceExplorer", "FashionMNIST", "History",
    "HyperParameters", "KernelLearner", "KernelStudio", "LeNet", "Module", "NetworkExplorer", "ProgressBoard",
    "ReceptiveField", "ResNeXtBlock", "Residual", "Timer", "Trainer", "WindowExplorer", "accuracy", "add_to_class",
    "cifar10_or", "comp_conv2d", "compare", "convolve2d", "corr2d", "corr2d_multi_in", "corr2d_multi_in_out",
    "corr2d_multi_in_out_1x1", "cpu", "data_folder", "device", "end_here", "evaluate", "evaluate_accuracy_gpu",
    "explain_output_size", "fit", "get_fashion_mnist_labels", "gpu", "init_cnn", "language", "layer_table", "lenet",
    "load_cifar10", "load_data_fashion_mnist", "load_digits", "num_gpus", "output_size", "photo", "pool2d",
    "receptive_field", "resnet18", "runs_folder", "set_figsize", "show_backward", "show_bars", "show_confusion",
    "show_curves", "show_gradient", "show_grids", "show_history", "show_images", "show_pool_window",
    "show_positions", "show_spread", "show_window", "sliders", "tensorboard", "train_ch6", "try_all_gpus",
    "try_gpu", "use_language",
    # of .book.torch_names
    "abs", "arange", "argmax", "astype", "batch_matmul", "concat", "cos", "cosh", "exp", "expand_dims", "eye",
    "float32", "int32", "int64", "linspace", "log", "matmul", "meshgrid", "normal", "numpy", "ones", "ones_like",
    "rand", "randn", "reduce_mean", "reduce_sum", "repeat", "reshape", "sigmoid", "sin", "sinh", "size", "stack",
    "swapaxes", "tanh", "tensor", "to", "transpose", "zeros", "zeros_like",
]  # fmt: skip


if not TYPE_CHECKING:  # or every name would be a right one

    def __getattr__(name: str) -> object:
        """The explorers and pyplot, imported when one is first asked for: anywidget costs half a second. Of the book's
        other names, where they are."""
        from importlib import import_module

        if name == "plt":
            return import_module("matplotlib.pyplot")
        if not name.startswith("_") and name in (explorers := import_module(".explorers", __name__)).__all__:
            return getattr(explorers, name)
        from .book.other_chapters import advice

        raise AttributeError(advice(name) or f"module {__name__!r} has no attribute {name!r}")
