"""Whatever is handed to a public function is either taken, with a meaning that is listed here, or refused in a sentence
of ours that names the argument, or what it was given."""

import inspect
import traceback
from collections.abc import Callable

import matplotlib
import numpy as np
import pytest
import torch
from matplotlib import pyplot as plt
from torch import nn

import d2lutil as d2l
from d2lutil.book import torch_names

X, K, RGB = torch.arange(20.0).reshape(4, 5), torch.ones(2, 2), torch.rand(3, 6, 6)
LABELLED = [(torch.eye(3).reshape(3, 1, 1, 3), torch.arange(3))]
# A call that works; each of its arguments is then replaced by what is wrong, and each that it leaves out.
CALLS: dict[str, tuple] = {
    "corr2d": (X, K), "convolve2d": (X, K), "corr2d_multi_in": (RGB, torch.rand(3, 2, 2)),
    "corr2d_multi_in_out": (RGB, torch.rand(2, 3, 2, 2)), "corr2d_multi_in_out_1x1": (RGB, torch.rand(2, 3, 1, 1)),
    "pool2d": (X, (2, 2), "max"), "comp_conv2d": (nn.Conv2d(1, 1, 3), X), "Conv2D": ((2, 2),),
    "output_size": (4, 2), "explain_output_size": (8, 3, 1, 2), "receptive_field": ([(3, 1), (2, 2)],),
    "compare": (X, X, 1e-5), "lenet": (), "layer_table": (nn.Sequential(nn.Flatten()), (1, 1, 4, 4)),
    "init_cnn": (nn.Linear(1, 1),), "photo": ("china", True), "load_digits": (64, "random"),
    "Batches": (torch.zeros(4, 1, 8, 8, dtype=torch.uint8), torch.zeros(4, dtype=torch.int64), 2),
    "load_data_fashion_mnist": (64,), "load_cifar10": (64, None, "test"), "get_fashion_mnist_labels": ([0, 1],),
    "show_images": ({"a": X},), "show_grids": ({"a": X},), "show_curves": ({"a": [1, 2]},), "show_bars": ({"a": 1},),
    "show_confusion": (torch.eye(3, dtype=torch.int64), ["a", "b", "c"]), "show_history": (d2l.History("cpu", [1.0]),),
    "show_positions": (8, 3, 1, 2), "show_spread": ({"a": [1.0, 2.0]},), "show_window": (X, K, 0, 0),
    "show_pool_window": (X, 0, 0), "show_backward": (X, K, 0, 0), "show_gradient": (X, X),
    "accuracy": (torch.rand(3, 4), torch.zeros(3, dtype=torch.int64)), "gpu": (0,), "resnet18": (3,),
    "sliders": (lambda: d2l.show_grids(X=X),), "evaluate": (nn.Flatten(), LABELLED),
    "fit": (nn.Sequential(nn.Flatten(), nn.Linear(3, 3)), LABELLED, None, 1, 0.1, "cpu"),
    "cifar10_or": (d2l.load_digits(64)[1],),
    "WindowExplorer": (X, K), "KernelStudio": (torch.rand(12, 12),), "EquivarianceExplorer": ("three",),
    "KernelLearner": (X, torch.rand(3, 4), torch.zeros(2, 2)), "ChannelExplorer": (torch.rand(3, 8, 8),),
    "NetworkExplorer": (d2l.lenet(), torch.rand(1, 28, 28)), "DigitPad": (d2l.lenet(),),
}  # fmt: skip
WRONG = {
    "None": None, "text": "x", "-1": -1, "0": 0, "1.5": 1.5, "nan": float("nan"), "inf": float("inf"), "True": True,
    "1j": 1j, "[]": [], "[1]": [1], "{}": {}, "{1}": {1}, "object": object(), "0-D": torch.tensor(1.0),
    "1-D": torch.ones(3), "3-D": torch.ones(2, 3, 4), "5-D": torch.ones(1, 1, 1, 2, 2), "empty": torch.zeros(0, 0),
    "nans": torch.full((4, 5), torch.nan), "bools": torch.ones(4, 5, dtype=torch.bool),
    "complex": torch.ones(4, 5, dtype=torch.complex64), "ints": torch.ones(4, 5, dtype=torch.int64),
    "numpy": np.ones((4, 5)), "objects": np.array(["a", None], dtype=object), "ragged": [[1, 2], [3]],
    "texts": ["a", "b"], "type": int, "builtin": len, "(99, 99)": (99, 99), "(-1, -1)": (-1, -1), "layer": nn.ReLU(),
}  # fmt: skip
# Whatever a computation may end in.
RESULTS = [
    "-1", "0", "1.5", "nan", "inf", "True", "1j", "[]", "[1]", "0-D", "1-D", "3-D",
    "5-D", "empty", "nans", "bools", "complex", "ints", "numpy", "(99, 99)", "(-1, -1)",
]  # fmt: skip
# What is taken, because it means something: numbers in range, None for "left out", lists for pairs of sizes, whole
# numbers for tensors of them, functions for functions.
TAKEN: dict[str, list[str]] = {
    "corr2d.X": ["nans", "complex", "ints"],
    "corr2d.K": ["nans", "complex", "ints"],
    "convolve2d.X": ["nans", "complex", "ints"],
    "convolve2d.K": ["nans", "complex", "ints"],
    "pool2d.X": ["nans", "bools", "ints"],
    "comp_conv2d.conv2d": ["layer"],
    "comp_conv2d.X": ["nans"],
    "Conv2D.kernel_size": ["(99, 99)"],
    "output_size.n": ["(99, 99)"],
    "output_size.padding": ["0", "(99, 99)"],
    "output_size.stride": ["(99, 99)"],
    "output_size.ceil_mode": ["True"],
    "explain_output_size.padding": ["0"],
    "explain_output_size.ceil_mode": ["True"],
    "receptive_field.layers": ["[]", "[1]", "empty", "(99, 99)"],
    "compare.tolerance": ["0", "1.5", "inf"],
    "lenet.batch_norm": ["True"],
    "layer_table.input_shape": ["(99, 99)"],
    "init_cnn.module": ["layer"],
    "photo.gray": ["True"],
    "Batches.shuffle": ["True"],
    "Batches.resize": ["None", "[1]", "(99, 99)"],
    "Batches.transform": ["None", "type", "builtin", "layer"],
    "load_data_fashion_mnist.resize": ["None", "[1]", "(99, 99)"],
    "load_cifar10.resize": ["None", "[1]", "(99, 99)"],
    "get_fashion_mnist_labels.labels": ["[]", "[1]", "0-D", "1-D", "3-D", "5-D", "empty", "bools", "ints"],
    "show_images.num_rows": ["None"],
    "show_images.num_cols": ["None"],
    "show_images.titles": ["None", "[]", "texts"],
    "show_images.scale": ["1.5"],
    "show_images.columns": ["None"],
    "show_images.signed": ["True"],
    "show_images.width": ["1.5"],
    "show_images.repeatable": ["True"],
    "show_grids.mark": ["None", "{}"],
    "show_grids.caption": ["text"],
    "show_curves.xlabel": ["text"],
    "show_curves.ylabel": ["text"],
    "show_curves.x": ["None", "(99, 99)", "(-1, -1)"],
    "show_curves.log": ["True"],
    "show_curves.repeatable": ["True"],
    "show_bars.xlabel": ["text"],
    "show_bars.log": ["True"],
    "show_bars.end": ["None", "1.5"],
    "show_bars.repeatable": ["True"],
    "show_positions.padding": ["0"],
    "show_spread.xlabel": ["text"],
    "show_spread.log": ["True"],
    "show_spread.repeatable": ["True"],
    "show_window.X": ["nans", "ints"],
    "show_window.K": ["nans", "ints"],
    "show_window.row": ["0"],
    "show_window.column": ["0"],
    "show_window.padding": ["0"],
    "show_pool_window.X": ["nans", "bools", "ints"],
    "show_pool_window.row": ["0"],
    "show_pool_window.column": ["0"],
    "show_pool_window.stride": ["None"],
    "show_pool_window.padding": ["0"],
    "show_backward.G": ["nans", "ints"],
    "show_backward.K": ["nans", "ints"],
    "show_backward.row": ["0"],
    "show_backward.column": ["0"],
    "show_gradient.Gx": ["nans", "bools", "ints"],
    "show_gradient.Gy": ["nans", "bools", "ints"],
    "accuracy.y_hat": ["1-D"],
    "accuracy.y": ["1-D"],
    "gpu.i": ["0"],
    "sliders.start": ["None", "{}"],
    "sliders.labels": ["None", "{}"],
    "evaluate.device": ["None"],
    "fit.test": ["None"],
    "fit.lr": ["1.5"],
    "fit.device": ["None"],
    "fit.schedule": ["None"],
    "fit.loss": ["None"],
    "fit.progress": ["True"],
    "WindowExplorer.input": ["bools", "ints", "numpy"],
    "WindowExplorer.kernel": ["bools", "ints", "numpy"],
    "WindowExplorer.padding": ["0"],
    "WindowExplorer.stride": ["(99, 99)"],
    "WindowExplorer.upstream": ["[]", "{}", "empty", "bools", "ints", "numpy"],
    "KernelStudio.image": ["None"],
    "KernelStudio.kernel": ["None"],
    "KernelStudio.position": ["None"],
    "EquivarianceExplorer.shift": ["(-1, -1)"],
    "EquivarianceExplorer.window": ["None", "0", "[]", "{}"],
    "KernelLearner.X": ["bools", "ints", "numpy"],
    "KernelLearner.truth": ["[]", "{}", "empty"],
    "KernelLearner.lr": ["None"],
    "KernelLearner.noise": ["0"],
    "KernelLearner.seed": ["-1", "0"],
    "KernelLearner.border": ["0", "True"],
    "ChannelExplorer.matrix": ["None"],
    "ChannelExplorer.bias": ["None", "1-D"],
    "NetworkExplorer.net": ["layer"],
    "NetworkExplorer.labels": ["None", "[]", "[1]"],
    "NetworkExplorer.classes": ["None", "[]", "{}", "empty"],
    "NetworkExplorer.chosen": ["0"],
    "NetworkExplorer.layer": ["0"],
    "NetworkExplorer.unit": ["None"],
    "NetworkExplorer.joined": ["0", "True"],
    "DigitPad.ink": ["None"],
    "compare.mine": ["None", *RESULTS],
    "compare.theirs": RESULTS,
}  # fmt: skip
READERS_OWN = {"sliders.draw"}  # whatever the reader's function raises is the reader's


def outcome(function: Callable, args: list, kwargs: dict) -> str:
    """taken, refused, or what is wrong with the refusal"""
    try:
        function(*args, **kwargs)
    except (ValueError, TypeError, d2l.DataNotAvailable) as error:
        last = traceback.extract_tb(error.__traceback__)[-1].filename.replace("\\", "/")
        sentence = str(error).split("\n")[0]
        return "refused" if "/d2lutil/" in last and len(sentence) > 20 else f"{type(error).__name__}: {sentence}"
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return "taken"


def test_every_public_function_is_tried():
    left_out = {  # no arguments, torch's own functions, the book's classes, and what is tested with its own wrong input
        "Accumulator", "Animator", "Classifier", "Comparison", "DataModule", "DataNotAvailable", "DescribedFigure",
        "FashionMNIST", "History", "HyperParameters", "LeNet", "Module", "ProgressBoard", "ReceptiveField",
        "ResNeXtBlock", "Residual", "Timer", "Trainer", "add_to_class", "cpu", "data_folder", "device", "end_here",
        "evaluate_accuracy_gpu", "language", "num_gpus", "runs_folder", "set_figsize", "tensorboard", "train_ch6",
        "try_all_gpus", "try_gpu", "use_language",
    }  # fmt: skip
    assert set(d2l.__all__) - set(torch_names.__all__) - left_out == set(CALLS)


@pytest.mark.slow("hands each function each kind of wrong input")
@pytest.mark.parametrize("name", CALLS)
def test_wrong_input_is_refused_in_a_sentence_or_means_something(name, monkeypatch, capsys):
    matplotlib.use("Agg")
    function, parameters = getattr(d2l, name), inspect.signature(getattr(d2l, name)).parameters
    given = inspect.signature(function).bind(*CALLS[name]).arguments
    function(*CALLS[name])
    fixed = [given[p.name] for p in parameters.values() if p.kind is p.POSITIONAL_ONLY and p.name in given]
    free = [p.name for p in parameters.values() if p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY)]
    for parameter in free:
        if f"{name}.{parameter}" in READERS_OWN:
            continue
        base = {other: value for other, value in given.items() if other in free}
        outcomes = {kind: outcome(function, fixed, {**base, parameter: value}) for kind, value in WRONG.items()}
        plt.close("all")
        taken = TAKEN.get(f"{name}.{parameter}", [])
        expected = {kind: "taken" if kind in taken else "refused" for kind in WRONG}
        assert outcomes == expected, f"{name}({parameter}=...)"


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: d2l.accuracy(torch.rand(3, 1), torch.zeros(3)), "got (3, 1) and (3,)"),
        (lambda: d2l.show_confusion(torch.eye(2) / 2, ["a", "b"]), "matrix must hold counts (whole"),
        (lambda: d2l.get_fashion_mnist_labels([-1]), "labels must be whole numbers from 0 to 9, got -1"),
        (lambda: d2l.get_fashion_mnist_labels([1.7]), "labels must be"),
        (lambda: d2l.lenet(batch_norm="no"), "batch_norm must be True or False, got 'no'"),
        (lambda: d2l.show_grids(X=X, mark={"X": (4, 3, 2, 2)}), "mark['X'] is (4, 3, 2, 2): no cell of the grid's"),
        (lambda: d2l.KernelStudio(torch.rand(12, 12), position=(99, 99)), "position must lie in the output"),
        (lambda: d2l.gpu(10**9), "gpu() takes a number from 0 to 127, got 1000000000"),
        (lambda: d2l.WindowExplorer(torch.ones(5, 5), torch.ones(9, 9)), "kernel covers 9 x 9 cells, more"),
        (lambda: d2l.load_digits(64.0), "load_digits(): batch_size must be a whole number, got 64.0"),
        (lambda: d2l.Batches(torch.zeros(1, 1, 2, 2).byte(), torch.zeros(1).long(), 1, resize=True), "resize must be"),
        (lambda: d2l.Batches(torch.zeros(2, 1, 2, 2).byte(), [0, 1], 1), "labels must be a tensor, got [0, 1]"),
        (lambda: d2l.show_bars({"a": 1}, end=-1), "end must be above 0, where the axis begins, got -1"),
        (lambda: d2l.show_window(X, K, 0, 0, padding=(1, 1)), "padding must be a whole number, got (1, 1)"),
        (lambda: d2l.show_backward(RGB, K, 0, 0), "G must be 2-D and real, got float32 of shape (3, 6, 6)"),
        (lambda: d2l.sliders(lambda n: None, n=[1]), "the function must return a figure"),
    ],
    ids=range(16),
)  # fmt: skip
def test_what_was_taken_in_silence_is_named(call, words):
    with pytest.raises((ValueError, TypeError)) as caught:
        call()
    assert words in str(caught.value)


def test_refusals_are_in_the_readers_language():
    d2l.use_language("zh")
    with pytest.raises(TypeError, match=r"^load_digits\(\)：batch_size 应为整数，得到 64.0$"):
        d2l.load_digits(64.0)
    with pytest.raises(TypeError, match="log 应为 True 或 False，得到 'yes'"):
        d2l.show_bars({"a": 1}, log="yes")


def test_a_colour_image_of_bytes_is_shown_as_such():
    colours = torch.tensor([200, 100, 50], dtype=torch.uint8)[:, None, None].expand(3, 4, 4)
    of_bytes, of_parts = d2l.show_images({"a": colours}), d2l.show_images({"a": colours / 255})
    assert of_bytes.alt == of_parts.alt and of_bytes.data == of_parts.data
