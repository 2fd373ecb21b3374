"""pyproject.toml, requirements.lock and environment.yml say the same, and what they install works together."""

import json
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
LOCK = (ROOT / "requirements.lock").read_text()

CONDA_NAMES = {"torch": "pytorch"}
# For tests in a browser, to build slides, and to check Chinese typography.
NOT_ON_CONDA_FORGE = {"playwright", "sphinx-revealjs", "autocorrect-py"}
# A hub for a class is set up by `make setup`, not in somebody's own environment.
NOT_FOR_CONDA = {"jupyterhub", "jupyterhub-idle-culler", "dockerspawner", "jupyter-server-proxy"}
AFTER_CONDA = {"d2l"}  # without its dependencies, by pip: the command stands in environment.yml


def requirements() -> dict[str, Requirement]:
    texts = PROJECT["project"]["dependencies"] + PROJECT["project"]["optional-dependencies"]["book"]
    texts = texts + PROJECT["dependency-groups"]["dev"]
    return {canonicalize_name(r.name): r for r in map(Requirement, texts)}


def locked() -> list[Requirement]:
    lines = (line.split("#")[0].strip() for line in LOCK.splitlines())
    return [Requirement(line) for line in lines if line]


def conda() -> dict[str, Requirement]:
    names = yaml.safe_load((ROOT / "environment.yml").read_text())["dependencies"]
    return {canonicalize_name(r.name): r for r in map(Requirement, names)}


@pytest.mark.parametrize("name", sorted(requirements()))
def test_every_range_holds_the_locked_versions(name):
    versions = [str(r.specifier).removeprefix("==") for r in locked() if canonicalize_name(r.name) == name]
    assert versions, f"{name} is not in requirements.lock: run `make lock`"
    for version in versions:
        assert requirements()[name].specifier.contains(version)


def test_the_lock_pins_every_package_exactly():
    assert all(re.fullmatch(r"==[^,*]+", str(r.specifier)) for r in locked())


def test_the_lock_holds_no_address():
    assert not re.search(r"https?://|file:|index-url|find-links|\.whl", LOCK)


@pytest.mark.parametrize("system", ["linux", "darwin", "win32"])
@pytest.mark.parametrize("python", ["3.11", "3.12", "3.13", "3.14"])
def test_the_lock_serves_every_system_and_python(system, python):
    place = {"sys_platform": system, "python_version": python, "python_full_version": f"{python}.0"}
    place |= {"platform_system": {"linux": "Linux", "darwin": "Darwin", "win32": "Windows"}[system]}
    place |= {"platform_machine": "arm64" if system == "darwin" else "x86_64", "os_name": "posix"}
    here = [canonicalize_name(r.name) for r in locked() if r.marker is None or r.marker.evaluate(place)]
    assert len(here) == len(set(here)), "two versions of one package for the same place"
    assert set(requirements()) <= set(here)


def test_conda_gets_the_same_ranges():
    wanted = {
        CONDA_NAMES.get(name, name): str(r.specifier)
        for name, r in requirements().items()
        if name not in NOT_ON_CONDA_FORGE | NOT_FOR_CONDA | AFTER_CONDA
    }
    given = {name: str(r.specifier) for name, r in conda().items() if name not in ("python", "pip")}
    assert given == wanted
    assert str(conda()["python"].specifier) == PROJECT["project"]["requires-python"]


def test_the_conda_file_says_how_to_add_the_books_package():
    command = re.search(r'pip install --no-deps -e \. "(d2l[^"]+)"', (ROOT / "environment.yml").read_text())
    assert Requirement(command[1]).specifier == requirements()["d2l"].specifier


def test_this_environment_is_the_locked_one():
    from importlib.metadata import version

    for requirement in locked():
        if requirement.marker is None or requirement.marker.evaluate():
            assert requirement.specifier.contains(version(requirement.name)), requirement.name


@pytest.mark.slow("imports the book's package in a Python of its own")
def test_the_books_package_works_beside_current_numpy_and_matplotlib():
    code = (
        "import numpy, matplotlib; from d2l import torch as d2l; import torch;"
        "X = torch.arange(9.0).reshape(3, 3); print(d2l.corr2d(X, torch.ones(2, 2)).sum().item());"
        "assert int(numpy.__version__.split('.')[0]) >= 2"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert (done.returncode, done.stdout) == (0, "64.0\n"), done.stderr


# --- one version


def test_package_changelog_and_citation_name_the_same_version():
    import d2lutil

    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    unreleased, (version, date), *_ = re.findall(r"^## \[([^]]+)\](?: - (\S+))?$", changelog, re.MULTILINE)
    assert unreleased == ("Unreleased", "")
    assert d2lutil.__version__ == version == str(citation["version"])
    assert str(citation["date-released"]) == date


def test_the_version_stands_in_the_package_alone():
    assert "version" not in PROJECT["project"] and "version" in PROJECT["project"]["dynamic"]
    assert PROJECT["tool"]["hatch"]["version"]["path"] == "d2lutil/__init__.py"


def test_the_citation_has_what_a_citation_needs():
    """What version 1.2.0 of the format demands, by hand: cffconvert needs an older jsonschema than JupyterLab."""
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert citation["cff-version"] == "1.2.0"
    assert {"message", "title", "authors"} <= set(citation)
    assert citation["type"] in ("software", "dataset")
    assert citation["license"] in PROJECT["project"]["license"].split(" AND ")
    holder = re.search(r"Copyright \(c\) \d+ (.*)", (ROOT / "LICENSE").read_text(encoding="utf-8"))[1]
    assert citation["authors"] == [{"name": holder}]


# --- one list of versions, wherever it is installed

ELSEWHERE = [
    ".devcontainer/devcontainer.json",
    ".binder/runtime.txt",
    ".binder/postBuild",
    ".github/workflows/test.yml",
    "deploy/jupyterhub/Dockerfile",
]


def test_containers_install_the_lock():
    assert "--requirement requirements.lock" in (ROOT / ".binder" / "postBuild").read_text(encoding="utf-8")
    container = json.loads((ROOT / ".devcontainer" / "devcontainer.json").read_text(encoding="utf-8"))
    assert "make setup" in container["updateContentCommand"]
    assert "--requirement requirements.lock" in (ROOT / "tools" / "setup.sh").read_text(encoding="utf-8")
    assert "--requirement requirements.lock" in (ROOT / "deploy/jupyterhub/Dockerfile").read_text(encoding="utf-8")


def test_there_is_no_second_list_of_versions():
    assert sorted(path.name for path in (ROOT / ".binder").iterdir()) == ["postBuild", "runtime.txt"]
    assert [path.name for path in (ROOT / ".devcontainer").iterdir()] == ["devcontainer.json"]
    names = {canonicalize_name(r.name) for r in locked()}
    for file in [*ELSEWHERE, ".pre-commit-config.yaml"]:
        text = (ROOT / file).read_text(encoding="utf-8")
        pinned = re.findall(r"([A-Za-z][\w.-]*)\s*(?:==|>=|~=)\s*\d", text)
        assert not names & {canonicalize_name(name) for name in pinned}, file
        assert not re.search(r"index-url|find-links", text), file


def test_python_is_the_same_everywhere():
    versions = {
        re.search(r"python[^\n]*?(3\.\d+)", (ROOT / file).read_text(encoding="utf-8"))[1]
        for file in ELSEWHERE
        if file != ".binder/postBuild"
    }
    assert versions == {PROJECT["project"]["requires-python"].removeprefix(">=")}


def test_binder_s_script_is_sound_and_may_be_run():
    script = ROOT / ".binder" / "postBuild"
    assert script.stat().st_mode & 0o100 or sys.platform == "win32"
    if sh := shutil.which("sh"):
        subprocess.run([sh, "-n", str(script)], check=True)
