"""Do the tests notice a mistake? ``make mutate FILE=d2lutil/ops.py``, or ``N=25`` for a sample.

The file is changed in one place at a time (``<`` for ``<=``, ``+`` for ``-``, a number one larger, a condition turned
round, a call or a result left out), and its tests run on each of these mutants. One that no test notices survives: it
is printed as soon as it is known. Nothing is written to disk: a process of its own imports the changed module. What
cannot be told from the original by any test is listed, with the reason, in ``equivalent_mutants.txt``.
"""

import argparse
import ast
import copy
import importlib.abc
import importlib.util
import os
import random
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import CodeType, ModuleType

ROOT = Path(__file__).resolve().parents[2]
EQUIVALENT = Path(__file__).with_name("equivalent_mutants.txt")
# The tests of a file mirror its place; these are tested elsewhere, too.
TESTS = {
    "d2lutil/exercises/engine": ["tests/exercises/test_engine.py", "tests/exercises/test_record.py"],
    "d2lutil/models.py": ["tests/test_models.py", "tests/book/test_functions.py"],
    "d2lutil/plots": ["tests/plots/test_plots.py"],
}
SWAPS: dict[type, type] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In, ast.And: ast.Or, ast.Or: ast.And,
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add, ast.Div: ast.Mult, ast.FloorDiv: ast.Mult, ast.Mod: ast.Mult,
}  # fmt: skip


def places(tree: ast.Module) -> list[tuple[ast.AST, int]]:
    """Each node that can be changed, and which of its operators, in the order of the file."""
    # No test can see them: docstrings are no code, and of overloads only types are read.
    silent: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
            overload = any(ast.unparse(d) == "overload" for d in getattr(node, "decorator_list", ()))
            hidden = [node] if overload else node.body[:1] if ast.get_docstring(node) is not None else []
            silent |= {id(inner) for outer in hidden for inner in ast.walk(outer)}
    return [(node, n) for node in ast.walk(tree) if id(node) not in silent for n in _changes(node)]


def _changes(node: ast.AST) -> range:
    match node:
        case ast.Compare():
            return range(len(node.ops))
        case ast.BinOp() | ast.BoolOp() if type(node.op) in SWAPS:
            return range(1)
        case ast.Constant() if type(node.value) in (int, float, bool):
            return range(1)
        case ast.If() | ast.IfExp() | ast.Expr(value=ast.Call()):
            return range(1)
        case ast.Return() if node.value is not None:
            return range(1)
    return range(0)


def mutant(tree: ast.Module, number: int) -> tuple[ast.Module, int, str]:
    """The tree changed at place ``number``; the line; what was there and what is there now."""
    tree = copy.deepcopy(tree)
    node, which = places(tree)[number]
    before = ast.unparse(node)
    match node:
        case ast.Compare():
            node.ops[which] = SWAPS[type(node.ops[which])]()
        case ast.BinOp() | ast.BoolOp():
            node.op = SWAPS[type(node.op)]()
        case ast.Constant(value=bool()):
            node.value = not node.value
        case ast.Constant():
            node.value += 1  # type: ignore[operator]
        case ast.If() | ast.IfExp():
            node.test = ast.UnaryOp(ast.Not(), node.test)
        case ast.Return() | ast.Expr():
            node.value = ast.Constant(None)
    ast.fix_missing_locations(tree)
    return tree, node.lineno, f"{_first_line(before)} -> {_first_line(ast.unparse(node))}"  # type: ignore[attr-defined]


def _first_line(code: str) -> str:
    return code.split("\n")[0]


def equivalents(file: str) -> set[str]:
    """The mutants of ``file`` that compute the same, from lines ``file: before -> after  # why``."""
    lines = (line.split("  # ")[0] for line in EQUIVALENT.read_text("utf-8").splitlines() if "  # " in line)
    return {change for path, _, change in (line.partition(": ") for line in lines) if path == file}


def tests_of(file: Path) -> list[str]:
    """Paths of the tests that cover ``file``. Not its doctests: to collect these, pytest imports modules on ways of its
    own, past the mutant."""
    for name, tests in TESTS.items():
        if file.as_posix().startswith(name):
            return tests
    return [str(Path("tests", *file.parts[1:-1], f"test_{file.name}"))]


class Loader(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Gives ``module`` the mutant's code instead of the file's."""

    def __init__(self, module: str, path: Path, code: CodeType):
        self.module, self.path, self.code = module, path, code

    def find_spec(self, fullname, path=None, target=None):
        found = fullname == self.module
        return importlib.util.spec_from_file_location(fullname, self.path, loader=self) if found else None

    def create_module(self, spec):
        return None

    def exec_module(self, module: ModuleType):
        exec(self.code, module.__dict__)


def passes(module: str, path: Path, tree: ast.Module, tests: list[str], limit: float) -> bool:
    """Whether the tests pass with this tree, in a process that has the heavy imports already; no within ``limit`` s."""
    import pytest

    child = os.fork()
    if child == 0:
        os.setsid()  # what the tests start ends with them
        silence = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silence, 1), os.dup2(silence, 2)
        sys.meta_path.insert(0, Loader(module, path, compile(tree, str(path), "exec")))
        os._exit(int(pytest.main(["-x", "-q", "-m", "not browser", "-p", "no:cacheprovider", *tests])))
    end = time.monotonic() + limit
    while time.monotonic() < end:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return status == 0
        time.sleep(0.05)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return False


def survivors(file: Path, tests: list[str], number: int | None) -> Iterator[tuple[int, int, str | None]]:
    """(done, of how many, the survivor or None) for each mutant, in a sample that is the same each time."""
    path, module = ROOT / file, ".".join(file.with_suffix("").parts).removesuffix(".__init__")
    tree = ast.parse(path.read_text("utf-8"))
    began = time.monotonic()
    if not passes(module, path, tree, tests, 1800):
        raise SystemExit(f"{file}: its tests fail as it is: {' '.join(tests)}")
    limit = 4 * (time.monotonic() - began) + 20
    same = equivalents(file.as_posix())
    chosen = [mutant(tree, n) for n in range(len(places(tree)))]
    chosen = [one for one in chosen if one[2] not in same]
    if number is not None and number < len(chosen):
        chosen = sorted(random.Random(0).sample(chosen, number), key=lambda one: one[1])
    for done, (changed, line, change) in enumerate(chosen, 1):
        yield done, len(chosen), f"{file}:{line}: {change}" if passes(module, path, changed, tests, limit) else None


def main() -> None:
    parser = argparse.ArgumentParser(prog="make mutate", description=__doc__.splitlines()[0])
    parser.add_argument("file", type=Path, help="path from the top of the checkout")
    parser.add_argument("-n", "--number", type=int, help="so many of its mutants instead of all")
    parser.add_argument("--tests", nargs="+", help="instead of the tests that mirror the file")
    arguments = parser.parse_args()
    os.chdir(ROOT)
    os.environ["OMP_NUM_THREADS"] = "1"
    import hypothesis  # noqa: F401  (heavy, and the same for all mutants)
    import torch  # noqa: F401

    alive, count = [], 0
    tests = arguments.tests or tests_of(arguments.file)
    for done, count, survivor in survivors(arguments.file, tests, arguments.number):
        if survivor:
            alive.append(survivor)
            print(survivor, flush=True)
        if sys.stdout.isatty():
            print(f"{done}/{count}", end="\r", flush=True)
    print(f"{arguments.file}: {count - len(alive)} of {count} noticed ({1 - len(alive) / max(count, 1):.0%})")


if __name__ == "__main__":
    main()
