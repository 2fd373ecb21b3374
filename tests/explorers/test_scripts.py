"""What `npm run lint` checks of the scripts, and that it finds what is wrong."""

import re
import subprocess
from pathlib import Path

import pytest

from d2lutil import explorers
from d2lutil.widgets.monitor import TrainingMonitor
from d2lutil.widgets.scripts import slim
from explorers.test_core import node

ROOT = Path(__file__).parents[2]
TOOL = ROOT / "tools" / "lint" / "scripts.mjs"
SCRIPTS = {cls.SCRIPT: cls for cls in map(vars(explorers).get, explorers.__all__)} | {"monitor": TrainingMonitor}
LARGEST = 500  # lines of a file, as of a module of Python

WRONG = """
const WORDS = { title: "Wrong" };
const unused = () => "nobody asks";

function render({ model, el }) {
  const main = root(el, "wrong", "en", WORDS.title);
  main.append(missing(model), helped(1));
  const X = matrix(1, 2, [3, 4]);
  main.dataset.size = String(X.rowes);
  return watch(model, ["a"], () => {}, "too much");
}

export default { render };
"""


def without_exports(script: str) -> list[str]:
    return re.sub(r"^export (?!default)", "", script, flags=re.MULTILINE).splitlines()


def lint(*arguments) -> subprocess.CompletedProcess:
    return subprocess.run([node(), TOOL, *arguments], capture_output=True, text=True, check=False)


def test_what_is_checked_is_what_pages_get():
    done = lint("--write")
    assert done.returncode == 0, done.stderr[-800:]
    written = {path.stem: path for path in (ROOT / "build" / "scripts").glob("*.js")}
    assert set(SCRIPTS) | {"alone", "threshold"} == set(written)
    for name, cls in SCRIPTS.items():
        checked, page = slim(written[name].read_text(encoding="utf-8")).splitlines(), without_exports(cls._esm)
        if getattr(cls, "LEAN", False):
            assert set(page) <= set(checked), name
        else:
            assert page == checked, name


@pytest.mark.slow("runs eslint and tsc on a copy")
def test_undefined_and_unused_names_and_wrong_types_are_found(tmp_path):
    if not (ROOT / "node_modules" / "typescript").exists():
        pytest.skip("needs ESLint and TypeScript: npm ci")
    (tmp_path / "wrong.js").write_text(WRONG, encoding="utf-8")
    (tmp_path / "wrong_parts.js").write_text(
        'const helped = (x) => h("b", {}, x);\nconst idle = 1;\n', encoding="utf-8"
    )
    done = lint(tmp_path / "wrong.js")
    assert done.returncode == 1, done.stderr[-800:]
    found = set(re.findall(r"(wrong\w*\.js:\d+):\d+  (\S+)", done.stdout))
    assert found == {
        ("wrong.js:3", "no-unused-vars"),
        ("wrong.js:7", "no-undef"), ("wrong.js:7", "TS2304"),  # missing
        ("wrong.js:8", "TS2345"),  # a list for a Float64Array
        ("wrong.js:9", "TS2551"),  # rowes
        ("wrong.js:10", "TS2554"),  # an argument too much
        ("wrong_parts.js:2", "no-unused-vars"),
    }  # fmt: skip
    assert not re.search(r"(core|view|grid)\.js", done.stdout)


def test_no_script_is_long():
    scripts = [path for path in (ROOT / "d2lutil").rglob("static/*.js")]
    assert len(scripts) > 15
    assert {p.name: n for p in scripts if (n := len(p.read_text(encoding="utf-8").splitlines())) > LARGEST} == {}
