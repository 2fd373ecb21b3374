"""Train chapter 09's remedies over several seeds: ``python -m tools.record.digits_runs [--seeds 8]``.

Writes data/digits_runs.json, from which the chapter takes its spread: the test accuracy after each epoch. A few minutes
on two cores; an interrupted run leaves the old file as it is.
"""

import argparse
from pathlib import Path

import torch
from torch import nn

import d2lutil as d2l

from .fashion_runs import write

RESULTS = Path(__file__).resolve().parent.parent.parent / "data" / "digits_runs.json"
EPOCHS = 24


def four_times(module: nn.Module) -> None:
    """Xavier-uniform weights, four times as large."""
    d2l.init_cnn(module)
    if hasattr(module, "weight"):
        with torch.no_grad():
            module.weight *= 4


def standardised() -> nn.Sequential:
    return nn.Sequential(nn.BatchNorm2d(1, affine=False), *d2l.lenet())


def with_relu() -> nn.Sequential:
    return d2l.lenet(nn.ReLU, nn.MaxPool2d)


SGD, Adam = torch.optim.SGD, torch.optim.Adam
REMEDIES = {  # network, weights to start from, optimiser, learning rate
    "larger weights": (d2l.lenet, four_times, SGD, 0.1),
    "Adam": (d2l.lenet, d2l.init_cnn, Adam, 0.003),
    "ReLU, max": (with_relu, d2l.init_cnn, SGD, 0.1),
    "standardised": (standardised, d2l.init_cnn, SGD, 0.9),
}


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--seeds", type=int, default=8, help="seeds 0, 1, ... for every remedy")
    seeds = arguments.parse_args().seeds
    train, test = d2l.load_digits(batch_size=64)
    runs = {name: [] for name in REMEDIES}
    for name, (make, start_from, optimizer, lr) in REMEDIES.items():
        for seed in range(seeds):
            torch.manual_seed(seed)
            net = make().apply(start_from)
            history = d2l.fit(net, train, test, EPOCHS, lr, optimizer=optimizer, progress=False)
            if history.interrupted:
                raise SystemExit("interrupted: the old file is left as it is")
            runs[name].append([round(accuracy, 3) for accuracy in history.test_acc])
            print(f"{name}, seed {seed}: {history.test_acc[-1]:.3f}", flush=True)
    write(RESULTS, {"made by": "tools/record/digits_runs.py", "epochs": EPOCHS, "runs": runs})


if __name__ == "__main__":
    main()
