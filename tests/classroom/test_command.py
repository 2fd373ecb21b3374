"""The command: what it prints, what it writes, and how it ends."""

import os
import re
import subprocess
import sys

import pytest

from tools.classroom.__main__ import main
from tools.publish.chapters import ROOT

ENTRY = {"state": "not yet", "tries": 4, "hints": 1}


@pytest.fixture(autouse=True)
def elsewhere(tmp_path, monkeypatch):
    """The page is written into the current folder."""
    monkeypatch.chdir(tmp_path)


def test_it_prints_and_writes_who_is_stuck(folder, hand_in, tmp_path, capsys):
    hand_in("ada.json", {"ch05.output_size": ENTRY})
    hand_in("bob.json", "no record")
    assert main([str(folder)]) == 0
    printed = capsys.readouterr()
    assert "  ada: ch05.output_size\n" in printed.out
    assert "  bob.json: It is not valid JSON (line 1).\n" in printed.out
    assert printed.out.endswith("The same as a page: class.html\n") and printed.err == ""
    page = (tmp_path / "class.html").read_text(encoding="utf-8")
    assert "ada" in page and "bob.json" in page


def test_language_and_place_of_the_page_can_be_chosen(folder, hand_in, tmp_path, capsys):
    hand_in("ada.json", {"ch05.output_size": ENTRY})
    assert main([str(folder), "--lang", "zh", "--out", "kurs.html"]) == 0
    assert capsys.readouterr().out.startswith("1 名学生\n")
    assert 'lang="zh-CN"' in (tmp_path / "kurs.html").read_text(encoding="utf-8")
    assert not (tmp_path / "class.html").exists()


@pytest.mark.parametrize(
    ("lang", "sentence"), [("en", "There is no folder nowhere.\n"), ("zh", "没有文件夹 nowhere。\n")]
)
def test_a_folder_that_is_not_there_is_named(lang, sentence, capsys):
    assert main(["nowhere", "--lang", lang]) == 2
    assert capsys.readouterr() == ("", sentence)


def test_a_file_is_no_folder(hand_in, capsys):
    path = hand_in("ada.json", {})
    assert main([str(path)]) == 2
    assert capsys.readouterr() == ("", f"There is no folder {path}.\n")


def test_a_folder_that_may_not_be_read_is_named(folder, monkeypatch, capsys):
    def refuse(path):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "scandir", refuse)
    assert main([str(folder)]) == 2
    assert capsys.readouterr() == ("", f"The folder {folder}: You are not allowed to read it.\n")


def test_a_folder_without_a_record_is_answered_with_one_sentence(folder, hand_in, tmp_path, capsys):
    hand_in("notes.txt", "")
    assert main([str(folder)]) == 2
    assert capsys.readouterr() == ("", f"No record of exercises can be read in {folder}.\n")
    assert not (tmp_path / "class.html").exists()


def test_damaged_files_are_named_even_if_there_are_no_others(folder, hand_in, capsys):
    hand_in("bob.json", "[")
    assert main([str(folder)]) == 2
    printed = capsys.readouterr()
    assert printed.out == "Damaged, and left out\n  bob.json: It is not valid JSON (line 1).\n"
    assert printed.err == f"No record of exercises can be read in {folder}.\n"


def test_a_page_that_cannot_be_written_is_said(folder, hand_in, tmp_path, capsys):
    hand_in("ada.json", {"ch05.output_size": ENTRY})
    assert main([str(folder), "--out", "no/such/page.html"]) == 2
    printed = capsys.readouterr()
    assert "ada: ch05.output_size" in printed.out
    assert re.fullmatch(r"The page no.such.page\.html cannot be written: .+\.\n", printed.err)


@pytest.mark.slow(reason="starts Python and imports torch")
def test_it_runs_as_a_module_in_a_terminal_that_knows_ascii_only(folder, hand_in, tmp_path):
    hand_in("王芳/.local/share/d2lutil/exercises.json", {"ch05.output_size": ENTRY})
    environment = os.environ | {"PYTHONIOENCODING": "ascii", "PYTHONPATH": str(ROOT), "D2LUTIL_LANG": "en"}
    command = [sys.executable, "-m", "tools.classroom", str(folder)]
    ran = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert "\\u738b\\u82b3: ch05.output_size" in ran.stdout
    assert "王芳" in (tmp_path / "class.html").read_text(encoding="utf-8")


def test_make_hands_on_folder_language_and_place():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8").replace("\\\n", " ")
    (recipe,) = re.findall(r"^class: .*\n\t@(.*)$", makefile, re.MULTILINE)
    assert "-m tools.classroom" in recipe and "--lang $(CHAPTERS)" in recipe
    assert "$(FOLDER)" in recipe and '--out "$(OUT)"' in recipe
    assert "\n/class.html\n" in (ROOT / ".gitignore").read_text(encoding="utf-8")
