"""Convolution in PyTorch, taught by notebooks; this is the small package behind them: ``import d2lutil as d2l``.

Importing it costs hardly more than ``import torch``: torchvision, scikit-learn, matplotlib and ipywidgets are imported
by the functions that need them, when they are first called.
"""

from .book import (
    Accumulator,
    Animator,
    Timer,
    accuracy,
    evaluate_accuracy_gpu,
    set_figsize,
    show_images,
    train_ch6,
)
from .compare import Comparison, compare
from .controls import sliders
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
    Picture,
    show_confusion,
    show_curves,
    show_gradient,
    show_grids,
    show_history,
    show_pictures,
    show_spread,
    show_window,
)
from .shapes import ReceptiveField, explain_output_size, output_size, receptive_field
from .train import History, evaluate, fit
