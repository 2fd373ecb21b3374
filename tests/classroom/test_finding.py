"""Records are found wherever students or d2lutil put them, and nowhere else."""

import os

import pytest

from tools.classroom import finding
from tools.classroom.finding import find


def owners(folder) -> list[str]:
    return [student for student, _ in find(folder).files]


@pytest.mark.parametrize(
    "name",
    [
        "ada.json",
        "ada.JSON",
        "exercises-ada.json",
        "ada/exercises.json",
        "ada/.local/share/d2lutil/exercises.json",
        "ada/Library/Application Support/d2lutil/exercises.json",
        "ada/AppData/Local/d2lutil/exercises.json",
        "ada/course/exercises.json",
        "ada/a/b/c/exercises.json",
    ],
)
def test_a_record_belongs_to_the_student_whose_file_or_folder_it_is(folder, hand_in, name):
    path = hand_in(name, {})
    assert find(folder) == finding.Found(files=[("ada", path)])


@pytest.mark.parametrize("name", ["ada/a/b/c/d/exercises.json", "ada/.cache/exercises.json", "ada/results.json"])
def test_other_files_in_a_home_are_left_alone(folder, hand_in, name):
    hand_in(name, {})
    assert find(folder) == finding.Found(without=["ada"])


def test_a_record_in_the_folder_itself_has_the_folder_s_name(folder, hand_in):
    hand_in("exercises.json", {})
    assert owners(folder) == ["handed_in"]


def test_hidden_entries_are_passed_over_and_others_without_a_record_are_named(folder, hand_in):
    hand_in(".DS_Store", "x")
    hand_in(".trash/exercises.json", {})
    hand_in("ada.zip", b"PK")
    (folder / "bob").mkdir()
    assert find(folder) == finding.Found(without=["ada.zip", "bob"])


def link(path, target, directory=False):
    try:
        path.symlink_to(target, target_is_directory=directory)
    except OSError as reason:
        pytest.skip(f"needs links: {reason}")


def test_no_link_is_followed_and_those_where_a_record_should_be_are_named(folder, hand_in, tmp_path):
    secret = tmp_path / "secret" / ".local" / "share" / "d2lutil"
    secret.mkdir(parents=True)
    (secret / "exercises.json").write_text('{"version": 1, "exercises": {}}')
    for student in ("ada", "bob", "dan"):
        (folder / student).mkdir()
    link(folder / "ada" / ".local", tmp_path / "secret" / ".local", directory=True)
    link(folder / "bob" / "elsewhere", secret, directory=True)  # any link of his own
    link(folder / "cleo", tmp_path / "secret", directory=True)
    link(folder / "dan" / "loop", folder / "dan", directory=True)
    found = find(folder)
    assert found.files == []
    assert [one.place for one in found.damaged] == ["ada/.local", "cleo"]
    assert {one.why for one in found.damaged} == {"It is a link, and links are not followed."}
    assert found.without == ["bob", "dan"]


def test_a_folder_that_may_not_be_read_is_named_if_a_record_could_lie_there(folder, hand_in, monkeypatch):
    for place in ("ada", "bob/.local/share", "cleo/private"):
        (folder / place).mkdir(parents=True)
    hand_in("dan.json", {})
    scandir = os.scandir

    def guarded(path):
        if os.fspath(path).endswith(("ada", "share", "private")):
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", guarded)
    found = find(folder)
    assert owners(folder) == ["dan"]
    assert [(one.place, one.why) for one in found.damaged] == [
        ("ada", "You are not allowed to read it."),
        ("bob/.local/share", "You are not allowed to read it."),
    ]
    assert found.without == ["cleo"]


def test_a_home_with_very_many_folders_is_searched_in_part_and_named(folder, hand_in, monkeypatch):
    monkeypatch.setattr(finding, "MOST_FOLDERS", 20)
    hand_in("ada/exercises.json", {})
    for number in range(19):  # with ada's own twenty
        (folder / "ada" / str(number)).mkdir()
    assert find(folder).damaged == []
    (folder / "ada" / "one too many").mkdir()
    found = find(folder)
    assert owners(folder) == ["ada"]
    assert [(one.place, one.why) for one in found.damaged] == [
        ("ada", "There are more than 20 folders in it; the others were not searched.")
    ]


def test_names_that_would_steer_a_terminal_are_written_out(folder, hand_in):
    try:
        hand_in("\x1b[2Jada\u202e\n.json", {})
    except OSError as reason:
        pytest.skip(f"needs a file system that takes such names: {reason}")
    assert owners(folder) == ["\\x1b[2Jada\\u202e\\n"]


def test_a_name_that_is_no_text_can_still_be_shown(folder):
    if os.name != "posix":
        pytest.skip("needs file names of bytes")
    try:
        with open(os.path.join(os.fsencode(folder), b"ad\xff.json"), "wb") as file:
            file.write(b"{}")
    except OSError as reason:
        pytest.skip(f"needs a file system that takes such names: {reason}")
    assert owners(folder) == ["ad\\udcff"]


def test_composed_and_decomposed_accents_are_one_name(folder, hand_in):
    hand_in("Zoe\u0308.json", {})
    hand_in("exercises-Zo\u00eb.json", {})
    assert set(owners(folder)) == {"Zo\u00eb"}
