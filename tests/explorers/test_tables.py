"""Tables of numbers as traits."""

import numpy as np
import pytest
import torch
import traitlets

from d2lutil.explorers import KernelLearner, WindowExplorer
from d2lutil.explorers.tables import table


@pytest.mark.parametrize("make", [list, np.array, torch.tensor, lambda rows: torch.tensor(rows, dtype=torch.float64)])
def test_lists_arrays_and_tensors_become_rows(make):
    assert table(make([[1.0, -2.5], [0.0, 4.0]]), "kernel") == [[1, -2.5], [0, 4]]


@pytest.mark.parametrize(
    "wrong",
    [[], [[]], [1, 2], [[1], [2, 3]], [["a"]], "12", ["12"], None, [[None]], [[float("nan")]], torch.ones(1, 1, 1)],
)
def test_what_is_no_table_is_refused_by_name(wrong):
    with pytest.raises(traitlets.TraitError, match="^kernel must be a table of finite numbers, got "):
        table(wrong, "kernel")


def test_numbers_beyond_the_limit_are_refused():
    assert table([[-10, 10]], "matrix", 10) == [[-10, 10]]
    with pytest.raises(traitlets.TraitError, match="matrix must be a table of numbers from -10 to 10"):
        table([[10.5]], "matrix", 10)


def test_a_tensor_can_be_set_and_a_wrong_one_changes_nothing():
    w = WindowExplorer(torch.ones(3, 3), torch.ones(2, 2))
    w.kernel = torch.tensor([[1, 2], [3, 4]])
    assert w.kernel == [[1, 2], [3, 4]]
    assert w.output.tolist() == [[10, 10], [10, 10]]
    with pytest.raises(traitlets.TraitError, match="kernel must be a table"):
        w.kernel = torch.ones(2)
    assert w.kernel == [[1, 2], [3, 4]]


def test_only_what_is_optional_may_be_empty():
    w = WindowExplorer(torch.ones(3, 3), torch.ones(2, 2), "gradient", upstream=torch.zeros(2, 2))
    w.upstream = []
    assert w.upstream == []
    with pytest.raises(traitlets.TraitError, match="input must be a table"):
        w.input = []
    with pytest.raises(traitlets.TraitError, match="input must be a table"):
        KernelLearner([], [[1]], start=[[1]])
