"""The hooks of .pre-commit-config.yaml are sound, and run only what `make setup` installs."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent.parent
CONFIG = ROOT / ".pre-commit-config.yaml"
HOOKS = yaml.safe_load(CONFIG.read_text(encoding="utf-8"))["repos"][0]["hooks"]


def validate(path: Path) -> int:
    return subprocess.run(
        [sys.executable, "-m", "pre_commit", "validate-config", str(path)], capture_output=True
    ).returncode


def test_the_configuration_is_valid_and_a_broken_one_is_not(tmp_path):
    assert validate(CONFIG) == 0
    broken = tmp_path / "broken.yaml"
    broken.write_text(
        CONFIG.read_text(encoding="utf-8").replace("language: system", "language: systm", 1), encoding="utf-8"
    )
    assert validate(broken) != 0


def test_nothing_is_fetched():
    assert [repo["repo"] for repo in yaml.safe_load(CONFIG.read_text(encoding="utf-8"))["repos"]] == ["local"]
    assert all(hook["language"] == "system" and "additional_dependencies" not in hook for hook in HOOKS)


@pytest.mark.parametrize("hook", HOOKS, ids=lambda hook: hook["id"])
def test_a_hook_s_program_is_installed(hook):
    script, program, *arguments = hook["entry"].removeprefix("sh ").split()
    assert (ROOT / script).exists()
    assert list(Path(sys.executable).parent.glob(f"{program}*")), program
    if program == "python":
        assert (ROOT / (arguments[1].replace(".", "/") + ".py")).exists()


@pytest.mark.parametrize(
    "changed",
    ["chapters/05_padding_and_stride.py", "d2lutil/exercises/ch05.py", "notebooks/zh/05_padding_and_stride.ipynb"],
)
def test_the_notebooks_are_looked_at_when_a_source_of_theirs_changes(changed):
    (hook,) = [hook for hook in HOOKS if hook["id"] == "notebooks"]
    assert re.search(hook["files"], changed) and "--check" in hook["entry"]
