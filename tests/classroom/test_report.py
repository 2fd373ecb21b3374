"""The tables hold what plain counting finds in the files."""

import json
import statistics
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from d2lutil.exercises.engine.progress import CHAPTERS, questions
from tools.classroom.records import Attempt, Records, read_folder
from tools.classroom.report import Made, report

KEYS = [question.key for chapter in ("ch02", "ch05") for question in questions(chapter)[:3]]
PLACES = [
    "{}.json",
    "exercises-{}.json",
    "{}/exercises.json",
    "{}/.local/share/d2lutil/exercises.json",
    "{}/x/exercises.json",
]
entries = st.fixed_dictionaries(
    {"state": st.sampled_from(["correct", "not yet"]), "tries": st.integers(0, 5), "hints": st.integers(0, 3)},
    optional={"mistakes": st.dictionaries(st.sampled_from(["kernel flipped", "<b>", "ü"]), st.integers(0, 3))},
)
files = st.dictionaries(st.sampled_from(PLACES), st.dictionaries(st.sampled_from([*KEYS, "ch05.gone", "x"]), entries))
classes = st.dictionaries(st.sampled_from(["Ada", "bob", "Çağla", "王芳", "a b"]), files, max_size=5)


def counted(of_class: dict, key: str) -> dict:
    """An exercise's row by plain counting."""
    row = {"correct": 0, "tried": 0, "stuck": 0, "tries": [], "hints": 0, "students": {}, "times": {}}
    for its_files in of_class.values():
        mine = [record[key] for record in its_files.values() if key in record]
        tries = max((entry["tries"] for entry in mine), default=0)
        hints = max((entry["hints"] for entry in mine), default=0)
        correct = any(entry["state"] == "correct" for entry in mine)
        row["correct"] += correct
        row["tried"] += correct or tries > 0
        row["stuck"] += not correct and tries >= 3
        row["tries"] += [tries] if correct or tries else []
        row["hints"] += hints
        if correct or tries or hints:  # else there is nothing that the mistakes could be of
            for name in {name for entry in mine for name in entry.get("mistakes", {})}:
                most = max(entry.get("mistakes", {}).get(name, 0) for entry in mine)
                if most:
                    row["students"][name] = row["students"].get(name, 0) + 1
                    row["times"][name] = row["times"].get(name, 0) + most
    return row


@pytest.mark.slow("counts a hundred random classes")
@given(classes)
def test_every_row_holds_what_counting_by_hand_finds(of_class):
    with tempfile.TemporaryDirectory() as place:
        for student, its_files in of_class.items():
            for name, exercises in its_files.items():
                file = Path(place, name.format(student))
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(json.dumps({"version": 1, "exercises": exercises}), encoding="utf-8")
        found = report(read_folder(Path(place)), "en")
    there = {student: its_files for student, its_files in of_class.items() if its_files}
    assert set(found.students) == set(there) and not found.records.damaged
    rows = {exercise.question.key: exercise for chapter in found.chapters for exercise in chapter.exercises}
    for key in KEYS:
        expected = counted(there, key)
        if key not in rows:
            assert expected["tried"] == expected["hints"] == 0
            continue
        row = rows[key]
        assert (row.correct, row.tried, row.stuck) == (expected["correct"], expected["tried"], expected["stuck"])
        assert row.median_tries == (statistics.median(expected["tries"]) if expected["tries"] else None)
        assert row.hints == expected["hints"]
        assert {made.name: (made.students, made.times) for made in row.mistakes} == {
            name: (students, expected["times"][name]) for name, students in expected["students"].items()
        }
    for student, its_files in there.items():
        alone = {key: counted({student: its_files}, key) for key in KEYS}
        assert [key for key, _ in found.stuck.get(student, [])] == [key for key in KEYS if alone[key]["stuck"]]
        strange = {key for record in its_files.values() for key in record} - set(KEYS)
        assert found.unknown.get(student, []) == sorted(strange)


def of(**students) -> Records:
    return Records({name: {KEYS[0]: attempt} for name, attempt in students.items()}, [], [])


def test_students_stand_in_the_order_of_their_names():
    attempt = Attempt(True, 1, 0)
    assert report(of(bob=attempt, Ada=attempt, ada=attempt, Çağla=attempt), "en").students == [
        "Ada",
        "ada",
        "bob",
        "Çağla",
    ]


def test_a_mistake_of_many_students_comes_before_one_that_a_single_student_makes_often():
    records = of(
        ada=Attempt(False, 20, 0, {"often": 20}),
        bob=Attempt(False, 2, 0, {"shared": 1, "also": 1}),
        cleo=Attempt(False, 2, 0, {"shared": 1, "also": 1}),
    )
    (chapter,) = report(records, "en").chapters
    assert chapter.exercises[0].mistakes == [Made("also", 2, 2), Made("shared", 2, 2), Made("often", 1, 20)]


def test_stuck_begins_with_the_third_try():
    records = of(ada=Attempt(False, 2, 3), bob=Attempt(False, 3, 0), cleo=Attempt(True, 9, 0))
    found = report(records, "en")
    assert {student: [key for key, _ in stuck] for student, stuck in found.stuck.items()} == {"bob": [KEYS[0]]}


def test_chapters_have_their_titles_and_those_without_a_record_are_named():
    found = report(of(ada=Attempt(False, 0, 1)), "zh")
    assert [(chapter.key, chapter.title) for chapter in found.chapters] == [("ch02", "02 互相关：从手算到卷积层")]
    assert len(found.chapters[0].exercises) == len(questions("ch02"))
    assert found.untouched == [chapter for chapter in CHAPTERS if chapter != "ch02"]
