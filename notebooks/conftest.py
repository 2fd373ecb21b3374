"""Notebooks on real data are tested where the data are; elsewhere they are skipped, with the reason."""

from pathlib import Path

import pytest

NEEDED = {
    "10_lenet_fashion_mnist.ipynb": (
        "FashionMNIST/raw",
        [
            "train-images-idx3-ubyte.gz",
            "train-labels-idx1-ubyte.gz",
            "t10k-images-idx3-ubyte.gz",
            "t10k-labels-idx1-ubyte.gz",
        ],
    ),
}


def pytest_collection_modifyitems(items):
    from d2lutil.data import data_folder

    for item in items:
        folder, names = NEEDED.get(item.path.name, ("", []))
        place = Path(data_folder()) / folder
        if missing := [name for name in names if not (place / name).exists()]:
            reason = f"needs real data: set D2LUTIL_DATA to a folder that holds {folder} with {', '.join(missing)}"
            item.add_marker(pytest.mark.skip(reason=reason))
