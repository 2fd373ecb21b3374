"""Train the networks of chapter 10 over several seeds: ``python -m tools.record.fashion_runs [RECIPE ...]``.

Writes data/fashion_mnist_runs.json, from which the chapter takes its spreads. With --validation the networks are
trained on 50,000 images and evaluated on the other 10,000: comparisons there may choose a recipe, and the test data do
not.

Every run is stored as soon as it is done; what is stored is not done again. So the script can be interrupted, and more
seeds can be added later. About a minute a run on two cores. Needs Fashion-MNIST (see data/README.md).
"""

import argparse
import json
import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import nn
from torch.optim.lr_scheduler import OneCycleLR

import d2lutil as d2l

RESULTS = Path(__file__).resolve().parent.parent.parent / "data" / "fashion_mnist_runs.json"
BATCH_SIZE = 256
SET_ASIDE = 10_000  # training images for validation


@dataclass
class Recipe:
    """One row of the chapter's table: a network and how it is trained."""

    net: Callable[[], nn.Module]
    lr: float
    optimizer: Callable[..., torch.optim.Optimizer] = torch.optim.SGD
    schedule: Callable | None = None
    transform: Callable[[torch.Tensor], torch.Tensor] | None = None


def one_cycle(optimizer: torch.optim.Optimizer, steps: int) -> OneCycleLR:
    """The learning rate rises to its value in the first third of the training, and falls to nearly zero after it."""
    return OneCycleLR(optimizer, max_lr=optimizer.defaults["lr"], total_steps=steps + 1)


def mirror_half(X: torch.Tensor) -> torch.Tensor:
    """Every image is turned left to right with probability one half."""
    turned = torch.rand(len(X), 1, 1, 1, device=X.device) < 0.5
    return torch.where(turned, X.flip(-1), X)


def modern() -> nn.Sequential:
    return d2l.lenet(nn.ReLU, nn.MaxPool2d, batch_norm=True)


Adam = torch.optim.Adam
# Each adds one thing to the one before it; the learning rate goes with the optimiser.
RECIPES = {
    "LeNet": Recipe(d2l.lenet, lr=0.9),
    "+ ReLU": Recipe(lambda: d2l.lenet(nn.ReLU), lr=0.1),
    "+ max pooling": Recipe(lambda: d2l.lenet(nn.ReLU, nn.MaxPool2d), lr=0.1),
    "+ Adam": Recipe(lambda: d2l.lenet(nn.ReLU, nn.MaxPool2d), lr=0.002, optimizer=Adam),
    "+ batch norm": Recipe(modern, lr=0.002, optimizer=Adam),
    "+ one cycle": Recipe(modern, lr=0.01, optimizer=Adam, schedule=one_cycle),
    "+ mirror": Recipe(modern, lr=0.01, optimizer=Adam, schedule=one_cycle, transform=mirror_half),
}


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--seeds", type=int, default=5, help="seeds 0, 1, ... for every recipe")
    arguments.add_argument(
        "--validation", action="store_true", help="set training images aside, and leave the test data alone"
    )
    arguments.add_argument("--epochs", type=int, default=10)
    arguments.add_argument("recipes", nargs="*", help=f"of {', '.join(RECIPES)}; default: all")
    options = arguments.parse_args()
    if unknown := set(options.recipes) - set(RECIPES):
        arguments.error(f"no recipe {', '.join(map(repr, unknown))}; there are {', '.join(map(repr, RECIPES))}")
    results = read(options.epochs)
    runs = results["validation" if options.validation else "runs"]
    missing = [
        (seed, name)
        for seed in range(options.seeds)
        for name in options.recipes or RECIPES
        if str(seed) not in runs[name]
    ]
    train, test = d2l.load_data_fashion_mnist(BATCH_SIZE)
    if options.validation:
        train, test = train.split(SET_ASIDE)
    for number, (seed, name) in enumerate(missing, 1):
        print(f"{number} of {len(missing)}: {name}, seed {seed}", flush=True)
        history = run(RECIPES[name], seed, options.epochs, train, test)
        if options.validation:
            history["validation_acc"] = history.pop("test_acc")
        runs[name][str(seed)] = history
        write(RESULTS, results)


def read(epochs: int) -> dict:
    """What is stored, if it belongs to these recipes and this number of epochs; else an empty table."""
    empty = {
        "made by": "tools/record/fashion_runs.py",
        "torch": torch.__version__.split("+")[0],
        "batch size": BATCH_SIZE,
        "epochs": epochs,
        "layers": {name: [type(layer).__name__ for layer in recipe.net()] for name, recipe in RECIPES.items()},
        "learning rate": {name: recipe.lr for name, recipe in RECIPES.items()},
    }
    if RESULTS.exists():
        stored = json.loads(RESULTS.read_text())
        if {key: stored[key] for key in empty} == empty:
            return stored | {"validation": stored.get("validation", {name: {} for name in RECIPES})}
        print(f"{RESULTS.name} was made by other recipes, epochs or versions: starting anew")
    return empty | {part: {name: {} for name in RECIPES} for part in ("runs", "validation")}


def run(recipe: Recipe, seed: int, epochs: int, train: d2l.Batches, test: d2l.Batches) -> dict:
    """One training from its first random number on: the loss and the accuracies after each epoch."""
    torch.manual_seed(seed)
    net = recipe.net().apply(d2l.init_cnn)
    if recipe.transform is not None:
        train = train.transformed(recipe.transform)
    history = d2l.fit(net, train, test, epochs, recipe.lr, optimizer=recipe.optimizer, schedule=recipe.schedule)
    if history.interrupted:
        raise SystemExit("interrupted: the runs that were done are stored")
    return {
        name: [round(value, 4) for value in getattr(history, name)] for name in ("train_loss", "train_acc", "test_acc")
    }


def write(path: Path, results: dict) -> None:
    """A line for each list of numbers, and never half a file."""
    partial = path.with_suffix(".partial")
    text = json.dumps(results, indent=1)
    text = re.sub(r"\[[^][]*\]", lambda numbers: " ".join(numbers[0].split()), text)
    partial.write_text(text + "\n")
    os.replace(partial, path)


if __name__ == "__main__":
    main()
