"""The record of exercises: nothing is lost, whatever happens to its file, and no error reaches the reader."""

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import filelock
import pytest
from hypothesis import given
from hypothesis import strategies as st

import d2lutil as d2l
from d2lutil import exercises
from d2lutil.exercises.engine import record
from killing import killed_writers, needs_a_process_to_kill


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("D2LUTIL_PROGRESS", str(tmp_path / "notes"))
    monkeypatch.setattr(record, "_unsaved", {})
    return tmp_path / "notes"


@pytest.fixture
def file(folder):
    folder.mkdir()
    return folder / "exercises.json"


def stored(file: Path) -> dict:
    return json.loads(file.read_text(encoding="utf-8"))["exercises"]


def entry(state="not yet", tries=1, hints=0, **more):
    return {"state": state, "tries": tries, "hints": hints, **more}


def correct_check():
    return exercises.ch02.my_convolution.check(lambda X, K: d2l.corr2d(X, K.flip(0, 1)))


def test_progress_survives_a_restart(folder, monkeypatch):
    exercises.ch02.my_convolution.check(lambda X, K: d2l.corr2d(X, K))
    assert correct_check().warning == ""
    exercises.ch02.output_cells.check(lambda *sizes: 1)
    monkeypatch.setattr(exercises.ch02.corr1d, "_hints_seen", 0)
    exercises.ch02.corr1d.hint()
    monkeypatch.setattr(record, "_unsaved", {})
    written = stored(folder / "exercises.json")
    assert written["ch02.my_convolution"] == entry("correct", 2, mistakes={"kernel not flipped": 1})
    assert written["ch02.output_cells"] == entry()
    assert written["ch02.corr1d"] == entry(tries=0, hints=1)
    overview = exercises.progress()
    assert overview.done("ch02") == 1
    line = next(line for line in str(overview).splitlines() if line.startswith("ch02"))
    assert f"1/{len(overview.chapters['ch02'])}" in line
    assert line.count("✓") == 1 and line.count("✗") == 1


def test_what_was_correct_stays_correct(folder):
    record.note("ch02.x", state="correct")
    record.note("ch02.x", state="not yet", mistake="a")
    record.note("ch02.x", state="not yet", mistake="a")
    record.note("ch02.x", hints=2)
    record.note("ch02.x", hints=1)
    assert record.records() == ({"ch02.x": entry("correct", 3, 2, mistakes={"a": 2})}, "")


def test_an_untouched_exercise_writes_nothing(folder):
    exercises.ch02.my_convolution.check(...)
    assert not folder.exists()


entries = st.builds(
    lambda state, tries, hints, mistakes: entry(state, tries, hints, **({"mistakes": mistakes} if mistakes else {})),
    st.sampled_from(record.STATES), st.integers(0, 9), st.integers(0, 3),
    st.dictionaries(st.sampled_from("ab"), st.integers(1, 9)),
)  # fmt: skip
some_records = st.dictionaries(st.sampled_from(["x", "y", "z"]), entries)


@given(some_records, some_records)
def test_two_records_together_have_all_tries_and_the_better_state(one, other):
    both = record._merged(one, other)
    assert both == record._merged(other, one)
    assert both.keys() == one.keys() | other.keys()
    for key, merged in both.items():
        parts = [part[key] for part in (one, other) if key in part]
        assert merged["tries"] == sum(part["tries"] for part in parts)
        assert merged["hints"] == max(part["hints"] for part in parts)
        assert (merged["state"] == "correct") == any(part["state"] == "correct" for part in parts)
        for name in "ab":
            total = sum(part.get("mistakes", {}).get(name, 0) for part in parts)
            assert merged.get("mistakes", {}).get(name, 0) == total


# --- damage ---


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"\x00\x01", b"[" * 100_000, b"\xff\xfe\xff", b'{"version": 1, "exercises": 3}',
     b'{"version": 1, "exercises": {"a": {}}}', b'{"version": 1, "exercises": {"a": 1}}', b'{"exercises": {}}',
     b'{"version": "1", "exercises": {}}',
     b'{"version": 1, "exercises": {"a": {"state": "done", "tries": 1, "hints": 0}}}',
     b'{"version": 1, "exercises": {"a": {"state": "correct", "tries": "many", "hints": 0}}}',
     b'{"version": 1, "exercises": {"a": {"state": "correct", "tries": 1, "hints": true}}}',
     b'{"version": 1, "exercises": {"a": {"state": "correct", "tries": -1, "hints": 0}}}',
     b'{"version": 1, "exercises": {"a": {"state": "correct", "tries": 1, "hints": 0, "mistakes": []}}}'],
)  # fmt: skip
def test_a_damaged_file_is_set_aside(file, content):
    file.write_bytes(content)
    assert record.records() == ({}, f"The record {file} is damaged. The next check sets it aside and begins a new one.")
    verdict = correct_check()
    assert verdict.state == "correct"
    assert "was damaged" in verdict.warning
    (aside,) = file.parent.glob("exercises.damaged-*.json")
    assert aside.read_bytes() == content and aside.name in verdict.warning
    assert stored(file) == {"ch02.my_convolution": entry("correct")}


def test_files_damaged_in_the_same_second_are_all_kept(file, monkeypatch):
    monkeypatch.setattr(record.time, "strftime", lambda form: "now")
    for content in ("one", "two", "three"):
        file.write_text(content)
        record.note("ch02.x", state="correct")
    asides = {path.name: path.read_text() for path in file.parent.glob("exercises.damaged-*")}
    assert asides == {
        "exercises.damaged-now.json": "one",
        "exercises.damaged-now-1.json": "two",
        "exercises.damaged-now-2.json": "three",
    }


def test_a_damaged_file_that_cannot_be_renamed_stays_as_it_is(file, monkeypatch):
    file.write_text("{")

    def refused(*_):
        raise PermissionError("read-only")

    monkeypatch.setattr(os, "rename", refused)
    assert "could not be saved: read-only" in record.note("ch02.x", state="correct")
    assert file.read_text() == "{"
    assert record.records()[0] == {"ch02.x": entry("correct")}


def test_a_byte_order_mark_is_no_damage(file):
    text = json.dumps({"version": 1, "exercises": {"ch02.x": entry("correct")}})
    file.write_text(text, encoding="utf-8-sig")
    assert record.records() == ({"ch02.x": entry("correct")}, "")
    assert record.note("ch02.y", state="correct") == ""
    assert set(stored(file)) == {"ch02.x", "ch02.y"}


def test_what_another_version_wrote_is_left_alone(file):
    content = json.dumps({"version": 2, "exercises": {}, "more": 1})
    file.write_text(content)
    for _ in range(2):
        warning = record.note("ch02.x", state="correct")
        assert "could not be saved" in warning and "another version of d2lutil" in warning
    assert file.read_text() == content
    found, warning = record.records()
    assert found == {"ch02.x": entry("correct", 2)} and "another version" in warning


def test_a_file_that_cannot_be_read_is_not_written_over(file, monkeypatch):
    record.note("ch02.x", state="correct")
    before = file.read_bytes()
    with monkeypatch.context() as patch:

        def refused(*_, **__):
            raise PermissionError(13, "Permission denied")

        patch.setattr(Path, "read_text", refused)
        assert "could not be saved: [Errno 13] Permission denied" in record.note("ch02.y", state="correct")
        assert "cannot be read" in record.records()[1]
        assert file.read_bytes() == before
    record.note("ch02.z", state="correct")  # it can be read again
    assert set(stored(file)) == {"ch02.x", "ch02.y", "ch02.z"}


@pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="root may read and write anywhere")
@pytest.mark.parametrize("mode", [0, stat.S_IRUSR])
def test_a_file_without_permission_is_not_written_over(file, mode):
    record.note("ch02.x", state="correct")
    before = file.read_bytes()
    file.chmod(mode)
    file.parent.chmod(stat.S_IRUSR | stat.S_IXUSR)
    assert "could not be saved" in record.note("ch02.y", state="correct")
    file.parent.chmod(stat.S_IRWXU)
    file.chmod(stat.S_IRUSR)
    assert file.read_bytes() == before


def test_a_folder_in_the_file_s_place_is_no_crash(file):
    file.mkdir()
    verdict = correct_check()
    assert verdict.state == "correct" and "could not be saved" in verdict.warning
    assert file.is_dir()


def test_a_file_in_the_folder_s_place_is_no_crash(folder):
    folder.write_text("mine")
    verdict = correct_check()
    assert verdict.state == "correct" and "could not be saved" in verdict.warning
    assert folder.read_text() == "mine"


def test_a_full_disk_leaves_the_old_file_whole_and_what_happened_since_is_kept(file, monkeypatch):
    record.note("ch02.x", state="correct")
    before = file.read_bytes()

    def full(*_):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        assert "No space left on device" in record.note("ch02.y", state="correct")
        assert "No space left on device" in record.note("ch02.y", state="not yet")
    assert file.read_bytes() == before
    assert not list(file.parent.glob("*.partial"))
    assert record.records()[0]["ch02.y"] == entry("correct", 2)
    assert record.note("ch02.z", state="not yet") == ""
    assert stored(file) == {"ch02.x": entry("correct"), "ch02.y": entry("correct", 2), "ch02.z": entry()}
    record.note("ch02.z", state="not yet")  # what was saved is not added once more
    assert stored(file)["ch02.y"] == entry("correct", 2)


def test_what_could_not_be_saved_does_not_undo_what_another_kernel_saved(file, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(record, "_write", lambda *_: (_ for _ in ()).throw(OSError("full")))
        record.note("ch02.x", state="not yet")
    file.write_text(json.dumps({"version": 1, "exercises": {"ch02.x": entry("correct", 5, 2)}}))  # the other kernel
    record.note("ch02.y", state="not yet")
    assert stored(file)["ch02.x"] == entry("correct", 6, 2)


def test_what_a_killed_process_left_is_cleared_away(file):
    (file.parent / "exercisesabc.partial").write_text("{")
    (file.parent / "other.partial").write_text("{")
    record.note("ch02.x", state="correct")
    assert {path.name for path in file.parent.glob("*.partial")} == {"other.partial"}


@needs_a_process_to_kill
@pytest.mark.slow("kills a writing process twenty times")
def test_a_kernel_that_is_killed_while_it_writes_loses_nothing_that_was_written(file):
    record.note("ch02.kept", state="correct")
    tries = 0
    for _ in killed_writers(lambda: record.note("ch02.x", state="not yet")):
        assert record.note("ch02.y", state="not yet") == ""  # the lock of a dead process holds nobody up
        assert stored(file)["ch02.kept"] == entry("correct")
        after = stored(file).get("ch02.x", entry(tries=0))["tries"]
        assert after >= tries
        tries = after
    assert tries > 0 and stored(file)["ch02.y"] == entry("not yet", 20)
    assert list(file.parent.glob("*.partial")) == []


def test_a_link_stays_a_link(file, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    real = tmp_path / "elsewhere" / "mine.json"
    file.symlink_to(real)
    record.note("ch02.x", state="correct")
    assert file.is_symlink() and stored(real) == {"ch02.x": entry("correct")}


# --- several kernels ---


@pytest.mark.slow("starts two processes that write 100 times each")
def test_two_kernels_that_write_at_once_lose_nothing(file):
    code = """
import sys
from d2lutil.exercises.engine import record
for number in range(50):
    warning = record.note(f"ch02.{sys.argv[1]}{number % 7}", state="correct", mistake="m")
    warning += record.note("ch02.both", state="not yet")
    assert not warning, warning
"""
    kernels = [subprocess.Popen([sys.executable, "-c", code, name], env=os.environ.copy()) for name in "ab"]
    assert [kernel.wait() for kernel in kernels] == [0, 0]
    written = stored(file)
    assert written.pop("ch02.both") == entry(tries=100)
    assert sum(one["tries"] for one in written.values()) == 100 and len(written) == 14
    assert sum(one["mistakes"]["m"] for one in written.values()) == 100


def test_a_kernel_that_keeps_the_file_is_not_waited_for_for_ever(file, monkeypatch):
    monkeypatch.setattr(record, "PATIENCE", 0.05)
    with filelock.FileLock(f"{file}.lock"):
        assert f"could not be saved: {file} is in use" in record.note("ch02.x", state="correct")
    assert record.note("ch02.y", state="correct") == ""
    assert set(stored(file)) == {"ch02.x", "ch02.y"}


# --- where it lies ---


@pytest.mark.parametrize("off", ["off", "OFF", " Off "])
def test_off_keeps_nothing_on_disk_and_says_nothing(monkeypatch, tmp_path, off):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("D2LUTIL_PROGRESS", off)
    monkeypatch.setattr(record, "_unsaved", {})
    assert record.record_file() is None
    assert correct_check().warning == ""
    assert record.records() == ({"ch02.my_convolution": entry("correct")}, "")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("platform", "variables", "folder"),
    [
        ("linux", {"XDG_DATA_HOME": "/x/data"}, "/x/data/d2lutil"),
        ("linux", {"HOME": "/home/me"}, "/home/me/.local/share/d2lutil"),
        ("darwin", {"HOME": "/Users/me"}, "/Users/me/Library/Application Support/d2lutil"),
        ("win32", {"LOCALAPPDATA": "/c/local"}, "/c/local/d2lutil"),
    ],
)
def test_the_record_lies_in_the_user_s_folder(monkeypatch, platform, variables, folder):
    for name in ("D2LUTIL_PROGRESS", "XDG_DATA_HOME"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "platform", platform)
    assert record.record_file().as_posix() == f"{folder}/exercises.json"


def test_without_a_home_the_reader_is_told_and_nothing_raises(monkeypatch):
    monkeypatch.setattr(record, "_unsaved", {})
    monkeypatch.setenv("D2LUTIL_PROGRESS", "~nosuchuser/notes")
    verdict = correct_check()
    assert verdict.state == "correct" and "could not be saved" in verdict.warning
    assert "ch02" in str(exercises.progress()) and "cannot be read" in exercises.progress().warning
    monkeypatch.delenv("D2LUTIL_PROGRESS")
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    monkeypatch.setattr(
        Path, "home", lambda: (_ for _ in ()).throw(RuntimeError("Could not determine home directory."))
    )
    if sys.platform.startswith("linux"):
        assert "Could not determine home directory" in correct_check().warning
