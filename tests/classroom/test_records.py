"""A sound record is read, a damaged one is named with a sentence, and neither stops the others."""

import json
import os
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from d2lutil import use_language
from d2lutil.exercises.engine import record
from tools.classroom.records import MOST, MOST_BYTES, Attempt, Unusable, read, read_folder

ENTRY = {"state": "not yet", "tries": 4, "hints": 1}


def stored(**changes) -> dict:
    """A record with one entry in which something is changed; ... leaves a part out."""
    entry = {name: value for name, value in (ENTRY | changes).items() if value is not ...}
    return {"version": 1, "exercises": {"ch05.output_size": entry}}


def test_what_d2lutil_writes_is_read(folder, monkeypatch):
    monkeypatch.setenv("D2LUTIL_PROGRESS", str(folder / "ada"))
    record.note("ch05.output_size", state="not yet")
    record.note("ch05.output_size", hints=2)
    record.note("ch05.output_size", state="correct")
    assert read_folder(folder).students == {"ada": {"ch05.output_size": Attempt(True, 2, 2)}}


def test_mistakes_are_read_where_a_record_has_them(hand_in):
    path = hand_in("ada.json", json.dumps(stored(mistakes={"padding counted once": 2, "never": 0})))
    assert read(path) == {"ch05.output_size": Attempt(False, 4, 1, {"padding counted once": 2})}


def test_a_mark_that_an_editor_put_before_the_text_does_no_harm(hand_in):
    path = hand_in("ada.json", b"\xef\xbb\xbf" + json.dumps(stored()).encode())
    assert read(path)["ch05.output_size"].tries == 4


def test_limits_themselves_are_allowed(hand_in):
    text = json.dumps(stored(tries=MOST, hints=0, mistakes={"padding counted once": MOST}))
    path = hand_in("ada.json", text + " " * (MOST_BYTES - len(text)))
    assert read(path) == {"ch05.output_size": Attempt(False, MOST, 0, {"padding counted once": MOST})}


absurd = "A count of its entry ch05.output_size is below zero or above 10,000."
version = "It is not version 1, the only one that this program reads."
bad_entry = "Its entry ch05.output_size has another form than the record has."
DAMAGE = {
    "empty": ("", "It is not valid JSON (line 1)."),
    "cut off": ('{"version": 1,\n"exercises": {', "It is not valid JSON (line 2)."),
    "two values": ("{} {}", "It is not valid JSON (line 1)."),
    "Latin-1": ('{"version": 1, "exercises": {"é": 1}}'.encode("latin-1"), "It is not text in UTF-8."),
    "UTF-16": (json.dumps(stored()).encode("utf-16"), "It is not text in UTF-8."),
    "a pickle": (b"\x80\x04cos\nsystem\n(S'true'\ntR.", "It is not text in UTF-8."),
    "a program": ("import os\nos.abort()", "It is not valid JSON (line 1)."),
    "too large": (b" " * (MOST_BYTES + 1), "It is larger than 1 MB."),
    "deep lists": ("[" * 400_000, "It is nested too deeply."),
    "deep objects": ('{"a":' * 150_000, "It is nested too deeply."),
    "a number of many digits": ("9" * 9_000, "A count is below zero or above 10,000."),
    "a list": ("[]", "It is not a record of exercises."),
    "a word": ('"correct"', "It is not a record of exercises."),
    "no exercises": ('{"version": 1}', "It is not a record of exercises."),
    "exercises in a list": ('{"version": 1, "exercises": []}', "It is not a record of exercises."),
    "another version": ({"version": 2, "exercises": {}}, version),
    "a true version": ({"version": True, "exercises": {}}, version),
    "no version": ({"exercises": {}}, version),
    "an entry that is none": ({"version": 1, "exercises": {"ch05.output_size": 3}}, bad_entry),
    "another state": (stored(state="solved"), bad_entry),
    "a state of lists": (stored(state=[]), bad_entry),
    "no tries": (stored(tries=...), bad_entry),
    "tries as text": (stored(tries="4"), bad_entry),
    "half a try": (stored(tries=0.5), bad_entry),
    "not a number": (json.dumps(stored(tries=float("nan"))), bad_entry),
    "true hints": (stored(hints=True), bad_entry),
    "mistakes in a list": (stored(mistakes=["padding counted once"]), bad_entry),
    "mistakes without counts": (stored(mistakes={"padding counted once": None}), bad_entry),
    "fewer than no tries": (stored(tries=-1), absurd),
    "absurd tries": (stored(tries=MOST + 1), absurd),
    "fewer than no hints": (stored(hints=-3), absurd),
    "absurd mistakes": (stored(mistakes={"padding counted once": 10**30}), absurd),
    "an entry with a long name": (
        {"version": 1, "exercises": {"\x1b" + "7" * 500: 1}},
        f"Its entry \\x1b{'7' * 55}… has another form than the record has.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", DAMAGE)
def test_a_damaged_record_is_named_and_the_others_are_read(folder, hand_in, kind):
    content, why = DAMAGE[kind]
    hand_in("bob.json", json.dumps(content) if isinstance(content, dict) else content)
    hand_in("ada.json", {"ch05.output_size": ENTRY})
    hand_in("cleo/exercises.json", {})
    records = read_folder(folder)
    assert [(one.place, one.why) for one in records.damaged] == [("bob.json", why)]
    assert records.students == {"ada": {"ch05.output_size": Attempt(False, 4, 1)}, "cleo": {}}


def why(path) -> str:
    with pytest.raises(Unusable) as reason:
        read(path)
    return str(reason.value)


def test_what_is_no_ordinary_file_is_not_opened(folder, hand_in):
    (folder / "ada.json").mkdir()
    (folder / "bob" / "exercises.json").mkdir(parents=True)
    expected = {"ada.json": "It is a folder where a file should be."}
    expected["bob/exercises.json"] = expected["ada.json"]
    if hasattr(os, "mkfifo"):
        os.mkfifo(folder / "cleo.json")  # reading it would wait for ever
        expected["cleo.json"] = "It is not an ordinary file."
    assert {one.place: one.why for one in read_folder(folder).damaged} == expected


def test_a_link_in_a_file_s_place_is_not_followed(folder, hand_in, tmp_path):
    (tmp_path / "secret.json").write_text(json.dumps(stored()))
    (folder / "ada").mkdir()
    try:
        (folder / "ada" / "exercises.json").symlink_to(tmp_path / "secret.json")
        (folder / "bob.json").symlink_to("nowhere")
    except OSError as reason:
        pytest.skip(f"needs links: {reason}")
    records = read_folder(folder)
    assert records.students == {}
    assert {one.place for one in records.damaged} == {"ada/exercises.json", "bob.json"}
    assert {one.why for one in records.damaged} == {"It is a link, and links are not followed."}


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (PermissionError(13, "Permission denied"), "You are not allowed to read it."),
        (OSError(5, "Input/output error"), "It cannot be read: Input/output error."),
    ],
)
def test_a_file_that_cannot_be_read_is_named(hand_in, monkeypatch, error, sentence):
    path = hand_in("ada.json", {})

    def refuse(*arguments):
        raise error

    monkeypatch.setattr(os, "open", refuse)
    assert why(path) == sentence


def test_the_sentences_are_chinese_for_chinese_readers(hand_in):
    use_language("zh")
    for content, _ in DAMAGE.values():
        sentence = why(hand_in("ada.json", json.dumps(content) if isinstance(content, dict) else content))
        assert set(re.findall("[A-Za-z_]{2,}", sentence)) <= {"JSON", "UTF", "MB", "ch", "output_size"}, sentence
        assert sentence.endswith("。")


counts = st.integers(0, 9)
attempts = st.builds(Attempt, st.booleans(), counts, counts, st.dictionaries(st.sampled_from("abc"), counts))


@given(attempts, attempts, attempts)
def test_merging_takes_the_most_of_each_in_any_order(one, two, three):
    merged = one.merged(two)
    assert merged.correct == (one.correct or two.correct)
    assert (merged.tries, merged.hints) == (max(one.tries, two.tries), max(one.hints, two.hints))
    for name in "abc":
        assert merged.mistakes.get(name, 0) == max(one.mistakes.get(name, 0), two.mistakes.get(name, 0))
    assert merged == two.merged(one) and one.merged(one) == one
    assert merged.merged(three) == one.merged(two.merged(three))


def test_two_records_of_one_student_are_one(folder, hand_in):
    hand_in("ada.json", {"ch05.output_size": ENTRY | {"mistakes": {"a": 1, "b": 3}}, "ch02.corr1d": ENTRY})
    hand_in(
        "ada/exercises.json", {"ch05.output_size": {"state": "correct", "tries": 2, "hints": 3, "mistakes": {"b": 1}}}
    )
    assert read_folder(folder).students == {
        "ada": {"ch05.output_size": Attempt(True, 4, 3, {"a": 1, "b": 3}), "ch02.corr1d": Attempt(False, 4, 1)}
    }
