"""What a new explorer needs, tried with a small one: a class, a script, a style sheet, a sample."""

import json

import pytest

from d2lutil.explorers.base import Explorer
from explorers import test_all
from explorers.example.threshold import ThresholdExplorer
from explorers.samples import SAMPLES, Sample
from explorers.test_all import shown  # noqa: F401 (a fixture)

SAMPLE = Sample(lambda: ThresholdExplorer([[1, -5, 7], [3, 0, 4]], level=2), "input", "ArrowUp", "table >> nth=0")
KINDS = {name for name in SAMPLES if "," not in name}


def asked_of_all(name: str) -> bool:
    """Whether a test of test_all.py runs for each explorer, and for nothing else."""
    test = getattr(test_all, name)
    asked = {mark.args[0]: set(mark.args[1]) for mark in getattr(test, "pytestmark", ()) if mark.name == "parametrize"}
    return set(asked) == {"name"} and asked["name"] >= KINDS


ASKED_OF_ALL = [name for name in vars(test_all) if name.startswith("test_") and asked_of_all(name)]


def test_it_lives_on_a_page_of_its_own(alone):
    w = SAMPLE.make()
    page = alone(w, reduced_motion="reduce")
    main = page.locator(".d2l-threshold")
    assert main.locator("td.d2l-lit").all_inner_texts() == ["7", "3", "4"]
    assert json.loads(main.get_attribute("data-output")) == w.output.tolist()
    assert "3 of 6 numbers are above 2." in main.inner_text()
    page.get_by_label("level").fill("5")
    page.wait_for_function("document.querySelectorAll('.d2l-threshold td.d2l-lit').length === 1")
    w.level = 5
    assert json.loads(main.get_attribute("data-output")) == w.output.tolist()
    colours = "(cells) => new Set(cells.map((c) => getComputedStyle(c).backgroundColor)).size"
    assert main.locator("td").evaluate_all(colours) == 2  # its style sheet is there


@pytest.mark.parametrize("name", ASKED_OF_ALL)
def test_what_holds_for_all_is_asked_of_its_sample(shown, monkeypatch, name):  # noqa: F811
    assert len(ASKED_OF_ALL) >= 8
    monkeypatch.setitem(SAMPLES, "threshold", SAMPLE)
    getattr(test_all, name)(shown, "threshold")


def test_parts_of_a_script_are_found_beside_the_class(tmp_path, monkeypatch):
    static = tmp_path / "static"
    static.mkdir()
    (tmp_path / "dice.py").write_text(
        "from d2lutil.explorers.base import Explorer\n\n\nclass Dice(Explorer):\n    SCRIPT = 'dice'\n",
        encoding="utf-8",
    )
    (static / "dice.js").write_text("// The dice.\nexport default { render };\n", encoding="utf-8")
    (static / "dice_throw.js").write_text("const six = 6; // at most\n", encoding="utf-8")
    (static / "dice_paint.js").write_text("  const spots = () => six;\n", encoding="utf-8")
    (static / "other.js").write_text("const other = 0;\n", encoding="utf-8")
    (static / "dice.css").write_text(".d2l-dice { color: red; }\n", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    from dice import Dice

    assert issubclass(Dice, Explorer)
    assert Dice._esm.endswith("const spots = () => six;\nconst six = 6;\nexport default { render };")
    assert "// " not in Dice._esm and "const other" not in Dice._esm
    assert Dice._css.endswith(".d2l-dice { color: red; }\n")
