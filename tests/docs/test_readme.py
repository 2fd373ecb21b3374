"""The README's example of an exercise works as it stands."""

import re
import sys
import types

from d2lutil.exercises.engine.mistakes import Mistake
from d2lutil.exercises.engine.questions import exercise
from tools.publish import chapters


def test_the_example_of_an_exercise_works(tmp_path, monkeypatch):
    (code,) = re.findall(r"```python\n(.*?)```", (chapters.ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    file = tmp_path / "ch99.py"
    file.write_text(code, encoding="utf-8")
    module = types.ModuleType("example.ch99")
    module.__dict__.update(__file__=str(file), exercise=exercise, Mistake=Mistake)
    monkeypatch.setitem(sys.modules, "example.ch99", module)
    exec(compile(code, file, "exec"), module.__dict__)
    visited = module.visited
    assert visited.key == "ch99.visited"
    assert visited.check(visited.answer).state == "correct"
    assert visited.check(lambda n, s: (n - 1) // s + 1).state == "correct"
    verdict = visited.check(lambda n, s: int(n / s))
    assert (verdict.state, verdict.mistake) == ("not yet", "rounded down")
    assert "def visited(" in visited.solution().markdown
    assert "# zh" not in visited.solution().markdown


def test_the_table_of_the_book_s_questions_names_exercises_that_exist():
    from d2lutil.exercises.engine.progress import questions

    table = (chapters.ROOT / "docs" / "exercises.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`(ch\d\d)\.(\w+)`", table))
    assert len(named) > 30
    for chapter, name in named:
        assert name in [question.name for question in questions(chapter)], f"{chapter}.{name}"
