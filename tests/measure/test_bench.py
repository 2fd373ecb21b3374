"""The benchmarks' arithmetic and their page. What they measure is measured by them; nothing is timed here."""

import math
import subprocess
import sys

import pytest
import torch

from tools.measure import bench, memory, page, pairs, places, suite, training
from tools.measure.page import PAGE, put
from tools.publish.chapters import ROOT


def test_candidates_are_measured_in_turn_after_a_round_to_warm_up():
    calls = []
    seconds = pairs.in_turn(lambda: calls.append("a"), lambda: calls.append("b"), rounds=3)
    assert "".join(calls) == "abababab"
    assert [len(times) for times in seconds] == [3, 3]
    assert all(second >= 0 for times in seconds for second in times)


def test_the_ratio_is_of_neighbours_and_not_of_medians():
    assert pairs.ratio([2, 30, 400], [1, 10, 100]) == 3
    assert pairs.ratio([10, 2, 9], [1, 2, 3]) == 3  # the medians' would be 4.5


def test_a_spread_is_median_smallest_and_largest():
    assert pairs.spread([3.0, 1.0, 2.26]) == "2.3 (1.0 to 3.0)"
    assert pairs.spread([0.5, 0.25], 3) == "0.375 (0.250 to 0.500)"


def test_a_table_is_markdown():
    assert pairs.table(["n", "ms"], [["a", 1], ["b", 2]]) == "| n | ms |\n| --- | ---: |\n| a | 1 |\n| b | 2 |"


def test_a_part_is_replaced_and_everything_else_kept():
    before = "# A\n<!-- measured: x -->\nold\n<!-- end -->\nB\n<!-- measured: y -->\nhers\n<!-- end -->\n"
    after = put(before, "x", r"new \1")
    assert after == before.replace("old", r"new \1")
    assert put(after, "x", "old") == before


@pytest.mark.parametrize("text, count", [("nothing", 0), ("<!-- measured: x --><!-- end -->" * 2, 2)])
def test_a_page_without_the_part_or_with_two_is_refused(text, count):
    with pytest.raises(ValueError, match=f"has {count} parts '<!-- measured: x -->', and needs one"):
        put(text, "x", "new")


def test_the_circumstances_name_cores_and_versions_and_no_path():
    words = page.circumstances()
    assert "cores" in words and "torch 2" in words and "/" not in words


@pytest.mark.parametrize("name", bench.PARTS)
def test_every_part_can_be_measured_and_has_its_place_on_the_page(name):
    from importlib import import_module

    assert callable(import_module(f"tools.measure.{name}").measure)
    text = PAGE.read_text()
    assert put(text, name, "new") != text


def test_an_unknown_part_is_named_with_the_known_ones(monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["bench.py", "speed"])
    with pytest.raises(SystemExit):
        bench.main()
    assert "no part speed; there are training, shares, growth" in capsys.readouterr().err


def rows(**seconds):
    """Three seeds of each kind; losses differ by seed alone."""
    return [
        {"kind": kind, "seed": seed, "epochs": 2, "device": "cpu", "seconds": seconds[kind] + seed,
         "loss": 0.5 + seed / 100, "train": 0.8, "test": 0.7 + seed / 10}
        for seed in range(3) for kind in training.NAMES
    ]  # fmt: skip


def test_the_training_report_holds_ratios_and_results():
    text = training.report(rows(book=20, train_ch6=4, fit=5), "a kernel")
    lines = text.splitlines()
    (ours,) = [line for line in lines if line.startswith(f"| {training.NAMES['train_ch6']}")]
    assert ours.split(" | ")[1:4] == ["5.0 (4.0 to 6.0)", "24,000", "4.20"]  # 20/4, 21/5, 22/6
    assert ours.split(" | ")[4] == "0.510 (0.500 to 0.520)"
    assert "2 epochs" in text and "on cpu, in a kernel" in text and "3 seeds" in text
    assert "loss +0.0, train +0.0, test +0.0" in text


def test_noise_is_counted_in_standard_errors():
    assert training.noise([1.0, 3.0], [1.0, 3.0]) == 0
    assert training.noise([1.0, 3.0], [3.0, 5.0]) == pytest.approx(2 / math.sqrt(2))
    assert math.isnan(training.noise([1.0], [2.0]))


def test_the_books_last_line_is_understood():
    printed = "training on cpu\nloss 0.463, train acc 0.827, test acc 0.819\n9000.1 examples/sec on cpu\n"
    assert training.results(None, printed) == {"loss": 0.463, "train": 0.827, "test": 0.819}


@pytest.mark.slow("starts a kernel")
def test_a_cell_runs_in_a_kernel_and_finds_the_benchmarks(tmp_path):
    file = tmp_path / "seconds"
    source = f"from pathlib import Path\nPath({str(file)!r}).write_text(str(page.PAGE.name))"
    places.by_nbclient(places.importing("page", "circumstances()") + "\n" + source)
    assert file.read_text() == "benchmarks.md"


def test_the_suites_last_line_is_understood(monkeypatch):
    class Ran:
        stdout = "...\nSKIPPED [1] x\n=========== 6689 passed, 7 skipped, 3 warnings in 700.12s (0:11:40) ===========\n"

    monkeypatch.setattr(suite.subprocess, "run", lambda *args, **kwargs: Ran)
    assert suite.measure().endswith("minutes; 6689 passed, 7 skipped, 3 warnings.")


def test_the_memory_of_a_process_is_its_own_and_not_its_parents():
    ballast = torch.zeros(2**28, dtype=torch.uint8).fill_(1)  # 256 MB
    code = f"import sys; sys.path.insert(0, {str(ROOT)!r}); from tools.measure import memory; print(memory.peak())"
    ran = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert memory.peak() > len(ballast) / 2**20
    assert 1 < float(ran.stdout) < 200


@pytest.mark.slow("starts Python")
def test_the_peak_stays_when_memory_is_given_back():
    before = memory.now()
    torch.zeros(2**27, dtype=torch.uint8).fill_(1)
    assert memory.peak() >= before + 120
    assert memory.now() <= memory.peak()
