"""Every exercise: its solution, its hints, its stub in the chapter, and the catalogue of right and wrong answers."""

import ast
import doctest
import functools
import gc
import importlib
import inspect
import random
import re
from pathlib import Path

import numpy as np
import pytest
import torch

import catalogue
import d2lutil as d2l
from d2lutil.exercises.engine import Choice, Exercise, Prediction
from d2lutil.exercises.engine.progress import CHAPTERS, questions
from tools.publish import chapters

for module in sorted(Path(catalogue.__file__).parent.glob("ch*.py")):
    importlib.import_module(f"catalogue.{module.stem}")

ALL = [question for chapter in CHAPTERS for question in questions(chapter)]
CODING = [question for question in ALL if isinstance(question, Exercise)]
MADE_WRONG = [(q, m) for q in ALL for m in getattr(q, "mistakes", ()) if m.wrong]


@pytest.fixture(autouse=True)
def nothing_old_to_look_through():
    """Some checks look through all objects that there are, and thousands of tests leave many reports behind."""
    gc.collect()
    gc.freeze()


def label(value) -> str:
    """The name of a test's parameter."""
    for attribute in ("key", "__name__", "name"):
        if hasattr(value, attribute):
            return getattr(value, attribute)
    return str(value)


each_question = pytest.mark.parametrize("question", ALL, ids=label)
each_coding = pytest.mark.parametrize("question", CODING, ids=label)


def answer_of(question):
    """What a reader would hand over who knows the solution."""
    return question.answer if isinstance(question, Exercise) else question.answer()


@functools.cache
def first_cell(chapter: str) -> str:
    """What a chapter imports."""
    cells = chapters.read_chapter(source_of(chapter))
    return next(cell.en for cell in cells if isinstance(cell, chapters.Code))


def source_of(chapter: str) -> Path:
    """The file of a chapter such as "ch05"."""
    (path,) = chapters.CHAPTERS.glob(f"{chapter[2:]}_*.py")
    return path


def test_there_are_at_least_sixty_exercises_and_five_in_each_chapter():
    assert len(ALL) >= 60
    assert {path.name[:2] for path in chapters.chapter_files()} == {chapter[2:] for chapter in CHAPTERS}
    for chapter in CHAPTERS:
        assert len(questions(chapter)) >= 5, chapter


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_the_chapter_says_once_where_its_exercises_stand(chapter):
    assert source_of(chapter).read_text(encoding="utf-8").count(f"\nexercises.{chapter}\n") == 1


@pytest.mark.parametrize("lang", ["en", "zh"])
@each_question
def test_a_question_has_its_text_in_both_languages_and_no_number(question, lang):
    text = question.text(lang)
    assert bool(re.search("[\u4e00-\u9fff]", text)) == (lang == "zh")
    assert not re.match(r"\*\*\d", text), "numbers are the builder's"


@pytest.mark.parametrize("lang", ["en", "zh"])
@each_question
def test_the_solution_is_correct(question, lang):
    d2l.use_language(lang)
    verdict = question.check(answer_of(question))
    assert verdict.state == "correct", verdict
    assert ("正确" in str(verdict)) == (lang == "zh")


@each_question
def test_the_untouched_stub_is_not_attempted(question):
    names = {"torch": torch, "nn": torch.nn, "F": torch.nn.functional, "d2l": d2l}
    exec(question.stub("en"), names)
    assert question.check(names[question.name]).state == "not attempted"


@each_coding
def test_what_a_check_demands_beyond_the_results_stands_in_the_text(question):
    demanding = question.without or not question.loops or question.inputs_stay
    if demanding:
        assert re.search(r"\b([Ww]ithout|[Nn]o|not|[Nn]either|yourself|alone|leave|stays)\b", question.text("en"))
        assert re.search("不|只|自己|仅|保持", question.text("zh"))
    if not question.loops:
        assert "loop" in question.text("en") and "循环" in question.text("zh")


@each_coding
def test_the_example_in_the_stub_is_true(question):
    """The docstring's example is run with the solution in the stub's place."""
    (stub,) = ast.parse(question.stub("en")).body
    names = {"torch": torch, "nn": torch.nn, "F": torch.nn.functional, "d2l": d2l, question.name: question.answer}
    example = doctest.DocTestParser().get_doctest(ast.get_docstring(stub), names, question.key, None, None)
    assert example.examples, "the stub shows no example"
    failed = []
    runner = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE, verbose=False)
    runner.run(example, out=failed.append)
    assert not runner.failures, "".join(failed)


@each_question
def test_the_solution_works_in_the_reader_s_notebook(question):
    """Filled into its cell, with no other names than the chapter imports."""
    names = {}
    exec(first_cell(question.chapter), names)
    exec(question.filled_in(), names)
    verdict = question.check(names[question.name])
    assert verdict.state == "correct", verdict


@each_question
def test_hints_and_reasons_are_in_both_languages(question):
    assert 2 <= len(question.hints) <= 3
    texts = [*question.hints, *([question.because] if any(question.because) else [])]
    texts += [(m.en, m.zh) for m in getattr(question, "mistakes", ())] + list(getattr(question, "wrong", {}).values())
    for en, zh in texts:
        assert en and not re.search("[\u4e00-\u9fff]", en), en
        assert re.search("[\u4e00-\u9fff]", zh), zh
        assert re.findall(r"`[^`]+`", en) == re.findall(r"`[^`]+`", zh) or sorted(re.findall(r"`[^`]+`", en)) == sorted(
            re.findall(r"`[^`]+`", zh)
        ), (en, zh)


@each_question
def test_hints_come_one_by_one_and_the_solution_is_in_the_reader_s_language(question):
    question._hints_seen = 0
    for number, (en, _) in enumerate(question.hints, start=1):
        shown = question.hint().markdown
        assert en in shown
        assert f"{number} of {len(question.hints)}" in shown
    assert ".solution()" in question.hint().markdown
    for lang in ("en", "zh"):
        d2l.use_language(lang)
        shown = question.solution().markdown
        assert f"def {question.name}(" in shown
        assert "zh:" not in shown
        comments = [line for line in shown.splitlines() if line.strip().startswith("# ")]
        assert all(bool(re.search("[\u4e00-\u9fff]", line)) == (lang == "zh") for line in comments)


@each_coding
def test_the_worked_solution_is_commented(question):
    assert "# " in question.solution_source() or question.because[0]


@pytest.mark.slow("checks 600 mistakes; while you write one, pick it with -k")
@pytest.mark.parametrize(("question", "mistake"), MADE_WRONG, ids=label)
def test_a_known_mistake_is_named(question, mistake):
    attempt = mistake.wrong if isinstance(question, Exercise) else mistake.wrong()
    verdict = question.check(attempt)
    assert (verdict.state, verdict.mistake) == ("not yet", mistake.name), verdict


@pytest.mark.parametrize("question", [q for q in ALL if isinstance(q, Choice)], ids=label)
def test_a_choice_explains_every_wrong_letter_that_it_offers(question):
    assert set(question.wrong) == set(question.options) - {question.found()}
    assert 3 <= len(question.letters) <= 5
    for letter in question.wrong:
        assert question.check(letter).words == [question.wrong[letter][0]]


@pytest.mark.parametrize("question", [q for q in ALL if isinstance(q, Prediction)], ids=label)
def test_a_wrong_prediction_does_not_show_the_right_one(question):
    verdict = question.check("nonsense")
    assert verdict.state == "not yet"
    assert verdict.evidence is None


@pytest.mark.parametrize(("question", "answer", "remarks"), catalogue.RIGHT, ids=label)
def test_a_right_answer_is_correct_however_it_is_written(question, answer, remarks):
    verdict = question.check(answer)
    assert verdict.state == "correct", verdict
    assert verdict.remarks == list(remarks)


@pytest.mark.slow("checks 700 answers; while you write one, pick it with -k")
@pytest.mark.parametrize(
    ("question", "answer", "mistake"),
    catalogue.WRONG,
    ids=label,
)
def test_a_wrong_answer_is_refused_for_its_mistake(question, answer, mistake, monkeypatch):
    if mistake == "endless loop":
        monkeypatch.setattr("d2lutil.exercises.engine.coding.SECONDS", 0.5)
    verdict = question.check(answer)
    assert (verdict.state, verdict.mistake) == ("not yet", mistake), verdict
    assert verdict.words


def test_the_catalogue_is_large():
    assert len(catalogue.WRONG) >= 120
    for question in CODING:
        rights = [answer for asked, answer, _ in catalogue.RIGHT if asked is question]
        least = 3 if question.chapter in ("ch02", "ch05", "ch06", "ch07") else 1
        assert len({inspect.getsource(answer) for answer in rights}) >= least, question.key
        assert any(asked is question for asked, *_ in catalogue.WRONG), question.key


@each_question
def test_a_check_leaves_random_numbers_alone(question):
    answer = answer_of(question)
    random.seed(3)
    np.random.seed(3)
    torch.manual_seed(3)
    before = random.getstate(), np.random.get_state()[1].tolist(), torch.get_rng_state().tolist()
    question.check(answer)
    assert (random.getstate(), np.random.get_state()[1].tolist(), torch.get_rng_state().tolist()) == before


@pytest.mark.parametrize("name", ["statistics", "best_windows"])
def test_lazy_layers_of_the_reader_do_not_disturb_a_check_that_weighs_all_tensors(name):
    held = torch.nn.LazyConv2d(3, 3)  # as the book's networks have them: parameters without any memory yet
    question = next(question for question in CODING if question.key == f"ch11.{name}")
    assert question.check(question.answer).state == "correct"
    assert torch.nn.parameter.is_lazy(held.weight)
