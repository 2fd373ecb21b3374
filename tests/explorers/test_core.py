"""core.js, the arithmetic of the explorers, against PyTorch: under node, and inside a browser."""

import json
import shutil
import subprocess
from collections import Counter
from pathlib import Path

import pytest
import torch

from d2lutil.explorers import WindowExplorer
from explorers.golden import cases, features, wanted

HERE = Path(__file__).parent
CORE = HERE.parents[1] / "d2lutil" / "explorers" / "static" / "core.js"

# Keeps the scripts that a page makes into modules.
KEEP_SCRIPTS = """
    window.scripts = [];
    const make = URL.createObjectURL.bind(URL);
    URL.createObjectURL = (blob) => (window.scripts.push(blob), make(blob));
"""


@pytest.fixture(scope="module")
def golden() -> list[dict]:
    return cases()


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
            found, expected = (torch.tensor(rows, dtype=torch.float64) for rows in (numbers, case["expected"]))
            torch.testing.assert_close(found, expected, msg=str(about))


def test_the_cases_cover_every_setting(golden):
    valid = [case for case in golden if case["expected"] is not None]
    assert len(valid) >= 500
    assert len(golden) - len(valid) >= 50  # what PyTorch refuses
    found = Counter(feature for case in valid for feature in set(features(case)))
    rare = {feature: found[feature] for feature in wanted() if found[feature] < 10}
    assert rare == {}


def test_core_agrees_with_torch_under_node(golden):
    done = subprocess.run(
        [node(), HERE / "run_core.mjs", CORE], input=questions(golden), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-500:]
    hold(golden, json.loads(done.stdout))


def test_core_agrees_with_torch_in_the_script_of_an_exported_page(golden, alone):
    page = alone(WindowExplorer([[1.0]], [[1.0]]), before=KEEP_SCRIPTS)
    results = page.evaluate(
        """async ([computing, cases]) => {
            const module = (text) => import(URL.createObjectURL(new Blob([text], {type: "text/javascript"})));
            const core = await module(await window.scripts[0].text());
            return (await module(computing)).results(core, JSON.parse(cases));
        }""",
        [(HERE / "core_results.mjs").read_text(encoding="utf-8"), questions(golden)],
    )
    hold(golden, results)
