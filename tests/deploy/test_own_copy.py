"""A student's copy of the notebooks: made once, completed, never overwritten; and errors that say what to do."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.jupyterhub import own_copy
from tools.publish.chapters import ROOT

SCRIPT = Path(own_copy.__file__)


@pytest.fixture
def checkout(tmp_path):
    """As much of a checkout as is copied, of which nothing may be written to."""
    folder = tmp_path / "checkout"
    for name in ("notebooks/en/01_a.ipynb", "notebooks/zh/01_a.ipynb", "data/digits_runs.json"):
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"original {name}")
        file.chmod(0o444)
    (folder / "data" / "cifar.bin").write_text("large")
    checkpoint = folder / "notebooks" / "en" / ".ipynb_checkpoints" / "01_a-checkpoint.ipynb"
    checkpoint.parent.mkdir()
    checkpoint.write_text("someone's")
    return folder


@pytest.fixture
def home(tmp_path):
    folder = tmp_path / "home"
    folder.mkdir()
    return folder


def tree(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_notebooks_and_runs_are_copied_and_nothing_else(checkout, home):
    new = own_copy.make(checkout, home)
    expected = ["data/digits_runs.json", "notebooks/en/01_a.ipynb", "notebooks/zh/01_a.ipynb"]
    assert tree(home) == [f"convolution/{name}" for name in expected]
    assert sorted(new) == [home / "convolution" / name for name in expected]
    assert new[0].read_text() == "original notebooks/en/01_a.ipynb"


def test_a_copy_of_a_read_only_file_can_be_written_to(checkout, home):
    for file in own_copy.make(checkout, home):
        assert file.stat().st_mode & 0o200


def test_what_is_there_stays_and_what_is_missing_comes(checkout, home):
    english, chinese, runs = own_copy.make(checkout, home)
    english.write_text("my answers")
    chinese.unlink()
    assert own_copy.make(checkout, home) == [chinese]
    assert english.read_text() == "my answers"
    assert own_copy.make(checkout, home) == []


@pytest.mark.skipif(sys.platform == "win32", reason="Windows asks for rights to make a link")
def test_a_link_in_the_place_of_a_notebook_is_left_alone(checkout, home):
    link = home / "convolution" / "notebooks" / "en" / "01_a.ipynb"
    link.parent.mkdir(parents=True)
    link.symlink_to(home / "nowhere")
    own_copy.make(checkout, home)
    assert link.is_symlink() and not (home / "nowhere").exists()


def test_half_a_copy_is_not_taken_for_a_whole_one(checkout, home, monkeypatch):
    def full(source, target):
        Path(target).write_text("half")
        raise OSError(28, "No space left on device", str(target))

    monkeypatch.setattr(own_copy.shutil, "copyfile", full)
    with pytest.raises(OSError, match="No space left"):
        own_copy.make(checkout, home)
    monkeypatch.undo()
    assert len(own_copy.make(checkout, home)) == 3
    assert not [name for name in tree(home) if name.endswith(".partial")]


def test_a_checkout_without_notebooks_is_named(tmp_path, home):
    with pytest.raises(FileNotFoundError, match="empty is not a whole checkout"):
        own_copy.make(tmp_path / "empty", home)
    assert tree(home) == []


def test_a_missing_home_is_named(checkout, tmp_path):
    with pytest.raises(FileNotFoundError, match="there is no home folder .*nobody: create it"):
        own_copy.make(checkout, tmp_path / "nobody")


@pytest.mark.parametrize("name", ["convolution", "convolution/notebooks/zh"])
def test_a_file_in_the_place_of_a_folder_is_named(checkout, home, name):
    (home / name).parent.mkdir(parents=True, exist_ok=True)
    (home / name).write_text("mine")
    with pytest.raises(NotADirectoryError, match="has to be a folder: rename the file in its place"):
        own_copy.make(checkout, home)
    assert (home / name).read_text() == "mine"


def test_the_script_copies_and_becomes_the_command_that_follows(checkout, home):
    command = [sys.executable, "-c", "print('server')"]
    ran = subprocess.run([sys.executable, SCRIPT, checkout, home, *command], capture_output=True, text=True)
    assert (ran.returncode, ran.stdout.strip(), ran.stderr) == (0, "server", "")
    assert len(tree(home)) == 3


def test_the_script_says_in_one_line_why_it_failed(checkout, tmp_path):
    ran = subprocess.run([sys.executable, SCRIPT, checkout, tmp_path / "none"], capture_output=True, text=True)
    assert ran.returncode == 1
    assert ran.stderr.startswith("No copy of the notebooks could be made: there is no home folder")
    assert ran.stderr.count("\n") == 1


def test_the_series_is_copied_whole(home):
    names = {path.relative_to(home / "convolution").as_posix() for path in own_copy.make(ROOT, home)}
    for lang in ("en", "zh"):
        assert {f"notebooks/{lang}/{path.stem}.ipynb" for path in (ROOT / "chapters").glob("*.py")} <= names
    assert {"data/digits_runs.json", "data/fashion_mnist_runs.json"} <= names
    assert os.access(home / "convolution" / "data" / "digits_runs.json", os.W_OK)
