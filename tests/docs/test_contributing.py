"""CONTRIBUTING.md names what there is, and its example of an exercise works as it stands."""

import re
import sys
import types

import pytest

import catalogue
from d2lutil import exercises
from tools.publish import chapters

CONTRIBUTING = (chapters.ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
MAKEFILE = (chapters.ROOT / "Makefile").read_text(encoding="utf-8")


@pytest.fixture
def example(tmp_path, monkeypatch):
    """The exercise of the first block, as the module ``ch12`` that the second block imports."""
    code, answers = re.findall(r"```python\n(.*?)```", CONTRIBUTING, re.DOTALL)
    file = tmp_path / "ch12.py"
    file.write_text(code, encoding="utf-8")
    module = types.ModuleType("d2lutil.exercises.ch12")
    module.__dict__.update(__file__=str(file), __package__="d2lutil.exercises")
    monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.setattr(exercises, "ch12", module, raising=False)
    exec(compile(code, file, "exec"), module.__dict__)
    monkeypatch.setattr(catalogue, "RIGHT", [])
    monkeypatch.setattr(catalogue, "WRONG", [])
    exec(compile(answers, "catalogue of ch12", "exec"), {"__name__": "catalogue.ch12"})
    return module.visited


def test_the_answers_of_the_example_are_judged_as_the_catalogue_says(example):
    assert example.key == "ch12.visited"
    assert example.check(example.answer).state == "correct"
    assert [question for question, *_ in catalogue.RIGHT] == [example]
    assert [question for question, *_ in catalogue.WRONG] == [example]
    for _, answer, _ in catalogue.RIGHT:
        assert example.check(answer).state == "correct"
    for _, answer, mistake in catalogue.WRONG:
        verdict = example.check(answer)
        assert (verdict.state, verdict.mistake) == ("not yet", mistake)


def test_the_example_makes_a_stub_and_a_solution_in_each_language(example):
    assert "窗口经过的位置数。" in example.stub("zh") and "Number of" not in example.stub("zh")
    assert "Number of positions visited." in example.stub("en")
    for lang in chapters.LANGUAGES:
        assert "zh:" not in example.stub(lang) and ">>> visited(5, 2)" in example.stub(lang)
        assert "zh:" not in example.source(lang)
        assert bool(re.search("[一-鿿]", example.source(lang))) == (lang == "zh")
        text = chapters.numbered(example, 1, lang)
        assert {"en": "**1 (warm-up).** A window", "zh": "**1（热身）。** 一条轴上"}[lang] in text
    assert chapters.differences(chapters.Text(*map(example.text, chapters.LANGUAGES))) == []


def test_the_example_of_chinese_lines_is_one_that_the_builder_takes():
    (block,) = re.findall(r"((?:    .*\n)+)", CONTRIBUTING.partition("**Code** is written once")[2])[:1]
    english, chinese = chapters.both_languages("CONTRIBUTING.md", re.sub("^    ", "", block, flags=re.MULTILINE))
    assert "角上的" in chinese and "zh:" not in chinese
    assert not re.search("[一-鿿]", english)


def test_paths_that_are_named_exist():
    named = set(
        re.findall(
            r"`((?:chapters|notebooks|d2lutil|tools|tests|deploy|docs|data|\.github|\.binder|\.devcontainer)/[^` ]*)`",
            CONTRIBUTING,
        )
    )
    assert len(named) > 15
    for name in named:
        if not re.search("NN|NAME", name):
            assert (chapters.ROOT / name).exists(), name
    for link in re.findall(r"\]\(([^)#]+)\)", CONTRIBUTING):
        assert (chapters.ROOT / link).exists(), link


def test_commands_that_are_named_exist():
    targets = set(re.findall(r"^([a-z-]+):", MAKEFILE, re.MULTILINE))
    assert set(re.findall(r"\bmake ([a-z-]+)(?=`| +#|[ ][A-Z]+=)", CONTRIBUTING)) <= targets
    modules = re.findall(r"-m (tools\.[\w.]+)", CONTRIBUTING)
    assert modules and all((chapters.ROOT / (name.replace(".", "/") + ".py")).exists() for name in modules)


def test_the_table_of_the_book_s_questions_names_exercises_that_exist():
    from d2lutil.exercises.engine.progress import questions

    table = (chapters.ROOT / "docs" / "exercises.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`(ch\d\d)\.(\w+)`", table))
    assert len(named) > 30
    for chapter, name in named:
        assert name in [question.name for question in questions(chapter)], f"{chapter}.{name}"


def test_files_that_the_design_page_names_exist():
    page = (chapters.ROOT / "docs" / "design.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`([\w./]+\.(?:py|js|css|cfg|md|lock|json))`", page))
    folders = (
        "",
        "d2lutil",
        "d2lutil/explorers",
        "d2lutil/exercises/engine",
        "tools/publish",
        "data",
        "docs",
        "deploy/jupyterhub",
    )
    assert len(named) > 10
    for name in named - {"chNN.py"}:
        assert any((chapters.ROOT / folder / name).exists() for folder in folders), name


def test_the_design_page_lists_the_rooms():
    page = (chapters.ROOT / "docs" / "design.md").read_text(encoding="utf-8")
    for place in ("d2lutil", "tools"):
        rooms = {path.parent.name for path in (chapters.ROOT / place).glob("*/*.py")}
        assert all(re.search(rf"^      {room}/ ", page, re.MULTILINE) for room in rooms), rooms
    lines = re.findall(r"^      ([a-z, 0-9]+?)  ", page, re.MULTILINE)
    flat = {name for line in lines for name in line.split(", ")}
    modules = {path.stem for path in (chapters.ROOT / "d2lutil").glob("[a-z]*.py")}
    assert modules <= flat
