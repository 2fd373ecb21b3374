"""The mutator makes mistakes that tests can notice, and tells whether they do."""

import ast
import subprocess
import sys

import pytest

from tools.measure import mutate

CODE = '''"""A module with 3 lines of text."""

@overload
def f(x, n=1): ...

def f(x, n=2):
    """Not 4."""
    if x < n and x is not None:
        print(x)
    return x + n if x else True
'''


def changes(code: str) -> list[str]:
    tree = ast.parse(code)
    return [mutate.mutant(tree, n)[2] for n in range(len(mutate.places(tree)))]


def test_each_kind_of_mistake_is_made_once_for_each_place():
    assert sorted(changes(CODE)) == sorted([
        "2 -> 3", "x < n -> x <= n", "x is not None -> x is None", "x < n and x is not None -> x < n or x is not None",
        "if x < n and x is not None: -> if not (x < n and x is not None):", "print(x) -> None", "x + n -> x - n",
        "True -> False", "x + n if x else True -> x + n if not x else True",
        "return x + n if x else True -> return None",
    ])  # fmt: skip


def test_a_mutant_is_changed_in_one_place_and_the_original_in_none():
    tree = ast.parse(CODE)
    before = ast.unparse(tree)
    for number in range(len(mutate.places(tree))):
        changed, line, _ = mutate.mutant(tree, number)
        different = [a != b for a, b in zip(before.splitlines(), ast.unparse(changed).splitlines(), strict=True)]
        assert sum(different) == 1 and 1 <= line <= len(CODE.splitlines())
    assert ast.unparse(tree) == before


def test_the_listed_equivalents_are_mutants_of_their_files_today():
    lines = [line for line in mutate.EQUIVALENT.read_text("utf-8").splitlines()[1:] if line]
    files = {line.partition(": ")[0] for line in lines}
    for file in files:
        listed = mutate.equivalents(file)
        assert listed <= set(changes((mutate.ROOT / file).read_text("utf-8"))), file
    assert sum(len(mutate.equivalents(file)) for file in files) == len(lines), "a line without a reason, or twice"


@pytest.mark.slow("starts Python, and pytest in it")
def test_what_tests_notice_and_what_they_do_not(tmp_path):
    (tmp_path / "half.py").write_text("def half(x):\n    return x / 2\n")
    (tmp_path / "test_half.py").write_text("import half\n\ndef test():\n    assert half.half(4) == 2\n")
    (tmp_path / "test_nothing.py").write_text("import half\n\ndef test():\n    assert half.half\n")
    (tmp_path / "test_for_ever.py").write_text("import half\n\ndef test():\n    while half.half(4) != 2: pass\n")
    script = """
import ast, sys
from pathlib import Path
from tools.measure import mutate
path = Path(sys.argv[1], "half.py")
sys.path.insert(0, sys.argv[1])
tree = ast.parse(path.read_text())
for name, limit in (("half", 60), ("nothing", 60), ("for_ever", 5)):
    tests = [str(path.with_name(f"test_{name}.py")), "--rootdir", sys.argv[1], "-c", "/dev/null"]
    trees = [tree, *(mutate.mutant(tree, n)[0] for n in range(len(mutate.places(tree))))]
    if name == "for_ever":
        del trees[:-1]
    print(name, [mutate.passes("half", path, one, tests, limit) for one in trees])
"""
    run = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path)], cwd=mutate.ROOT, capture_output=True, text=True, check=True
    )
    assert run.stdout.splitlines() == [
        "half [True, False, False, False]",  # as it is; no result; another operation; another number
        "nothing [True, True, True, True]",
        "for_ever [False]",
    ], run.stderr
