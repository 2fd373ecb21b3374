"""Whether two results are the same, and what is said about it."""

import re

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

import d2lutil as d2l

numbers = st.lists(st.floats(-9, 9), min_size=1, max_size=6)


@given(numbers, st.floats(0, 1))
def test_results_are_the_same_to_within_the_tolerance(values, tolerance):
    mine = torch.tensor(values, dtype=torch.float64)
    theirs = mine + torch.empty_like(mine).uniform_(-1, 1)
    assert bool(d2l.compare(mine, theirs, tolerance)) == bool((mine - theirs).abs().max() <= tolerance)


@given(numbers, st.data())
def test_the_largest_difference_is_found(values, data):
    mine = torch.tensor(values, dtype=torch.float64)
    place = data.draw(st.integers(0, len(values) - 1))
    theirs = mine + 0.25 * torch.rand_like(mine)
    theirs[place] = mine[place] + 0.5
    words = repr(d2l.compare(mine, theirs))
    assert words.startswith(f"different: the largest difference is 0.5, at [{place}]: ")


def test_types_do_not_matter_but_shapes_do():
    assert d2l.compare(torch.tensor([1, 2]), torch.tensor([1.0, 2.0]))
    assert d2l.compare(np.array([1, 2]), [1.0, 2.0]) and d2l.compare([True, False], [1, 0])
    comparison = d2l.compare(torch.zeros(1, 3), torch.zeros(3))
    assert not comparison
    assert repr(comparison) == "different shapes: (1, 3) against (3,)"


def test_numbers_can_be_compared():
    assert d2l.compare(0.1 + 0.2, torch.tensor(0.3, dtype=torch.float64))
    assert repr(d2l.compare(1, 2.5)) == "different: the largest difference is 1.5: 1 against 2.5"


@pytest.mark.parametrize("broken", [torch.nan, torch.inf])
def test_what_is_no_number_is_not_the_same_and_named_first(broken):
    comparison = d2l.compare(torch.tensor([1.0, broken, 3.0]), torch.tensor([100.0, 2.0, 3.0]))
    assert not comparison
    assert f", at [1]: {broken} against 2" in repr(comparison)


def test_results_that_need_gradients_can_be_compared():
    assert d2l.compare(torch.ones(2, requires_grad=True), torch.ones(2))


@pytest.mark.parametrize("language, words", [("en", "not attempted yet"), ("zh", "尚未作答")])
def test_an_empty_stub_is_not_attempted_yet(language, words):
    d2l.use_language(language)
    comparison = d2l.compare(None, torch.ones(2))
    assert not comparison
    assert repr(comparison) == words


@pytest.mark.parametrize(
    "language, same, different, shapes",
    [
        ("en", "the same: shape (2,)", "different: the largest difference is 1, at [1]", "different shapes"),
        ("zh", "相同：形状均为 (2,)", "不同：最大相差 1（在 [1] 处），前者为", "形状不同"),
    ],
)
def test_the_answer_is_in_the_readers_language(language, same, different, shapes):
    d2l.use_language(language)
    ones = torch.ones(2)
    assert repr(d2l.compare(ones, ones)).startswith(same)
    assert repr(d2l.compare(ones, torch.tensor([1.0, 2.0]))).startswith(different)
    assert repr(d2l.compare(ones, torch.ones(3))).startswith(shapes)


@pytest.mark.parametrize(
    "mine, theirs, kind",
    [
        ("1", 1, "str"),
        (1, {1}, "set"),
        (torch.ones(1), None, "NoneType"),
        ([[1], [2, 3]], 1, "list"),
        (10**30, 1, "int"),
    ],
)
def test_what_is_no_result_is_named(mine, theirs, kind):
    with pytest.raises(
        TypeError, match="^" + re.escape(f"compare takes tensors, numbers and lists of numbers, got a {kind}: ")
    ):
        d2l.compare(mine, theirs)


def test_of_complex_numbers_both_parts_count():
    assert d2l.compare(1 + 1j, torch.tensor(1 + 1j)) and d2l.compare(1, 1 + 0j)
    assert repr(d2l.compare([1 + 1j], [1 - 1j])).startswith(
        "different: the largest difference is 2, at [0]: 1+1j against"
    )


def test_large_whole_numbers_are_not_rounded():
    assert d2l.compare(2**60, 2**60)
    assert repr(d2l.compare(2**60 + 100, 2**60)).startswith("different: the largest difference is 100")


def test_a_difference_of_exactly_the_tolerance_is_allowed_and_empty_results_are_the_same():
    assert d2l.compare(1.0, 1.5, 0.5) and not d2l.compare(1.0, 1.5, 0.4999)
    assert d2l.compare(torch.zeros(0, 3), torch.zeros(0, 3)) and not d2l.compare(torch.zeros(0, 3), torch.zeros(3, 0))


@pytest.mark.parametrize("tolerance", [-1e-9, float("nan")])
def test_a_tolerance_below_zero_is_refused(tolerance):
    with pytest.raises(ValueError, match=f"^tolerance must be at least 0, got {tolerance}$"):
        d2l.compare(1, 1, tolerance)
