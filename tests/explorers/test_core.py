"""core.js, the arithmetic of the explorers, against PyTorch."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest
import torch

from explorers.golden import cases

HERE = Path(__file__).parent
CORE = HERE.parents[1] / "d2lutil" / "explorers" / "static" / "core.js"


def node() -> str:
    """A JavaScript engine without a page: the system's, or the one that comes with Playwright."""
    if found := shutil.which("node"):
        return found
    try:
        from playwright._impl._driver import compute_driver_executable
    except ImportError:
        pytest.skip("needs node, or Playwright, which brings one: pip install playwright")
    return compute_driver_executable()[0]


def questions(golden: list[dict]) -> str:
    """The cases without their answers, as JSON."""
    return json.dumps([{key: case[key] for key in case if key != "expected"} for case in golden])


def hold(golden: list[dict], results: list) -> None:
    """Every result must be what PyTorch computed, or a refusal where PyTorch refused."""
    for case, result in zip(golden, results, strict=True):
        about = {key: case[key] for key in ("kind", "geometry", "countIncludePad")}
        if case["expected"] is None or result in (None, "size"):
            assert result == case["expected"], about
        else:
            numbers = [[float(text.replace("Infinity", "inf")) for text in row] for row in result]
            torch.testing.assert_close(torch.tensor(numbers), torch.tensor(case["expected"]), msg=str(about))


def test_core_agrees_with_torch_under_node():
    golden = cases()
    assert sum(case["expected"] is not None for case in golden) >= 500
    assert {case["kind"] for case in golden} == {"correlate", "gradient", "max", "avg"}
    done = subprocess.run(
        [node(), HERE / "run_core.mjs", CORE], input=questions(golden), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-500:]
    hold(golden, json.loads(done.stdout))
