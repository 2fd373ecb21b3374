"""The types: whatever is public has them, and a checker that reads them refuses what is wrong."""

import functools
import importlib
import inspect
import pkgutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import d2lutil

ROOT = Path(__file__).resolve().parent.parent
# Not held to it: the exercises, texts with code for readers.
LEFT_OUT = ("d2lutil.exercises.ch",)
SPECIAL = ("__init__", "__call__", "__getitem__", "__iter__", "__len__")


def gaps(where: str, function: object) -> list[str]:
    """The parameters without a type, and the missing type of what comes back."""
    signature = inspect.signature(function)
    parameters = [p for k, p in enumerate(signature.parameters.values()) if k or p.name not in ("self", "cls")]
    found = [f"{where}({p.name})" for p in parameters if p.annotation is p.empty]
    # What comes back from __init__ is None; a checker that sees a typed parameter knows it.
    known = where.endswith(".__init__") and parameters
    return found if known or signature.return_annotation is not signature.empty else [*found, f"{where} -> ?"]


def own(thing: object) -> bool:
    return getattr(thing, "__module__", "").partition(".")[0] == "d2lutil"


def functions_of(where: str, thing: object) -> Iterator[tuple[str, object]]:
    """A function, or the public methods and properties of a class; nothing of what is torch's."""
    if inspect.isclass(thing):
        for name, member in vars(thing).items():
            if isinstance(member, property):
                member = member.fget
            elif isinstance(member, functools.cached_property):
                member = member.func
            elif isinstance(member, (staticmethod, classmethod)):
                member = member.__func__
            if (not name.startswith("_") or name in SPECIAL) and inspect.isroutine(member) and own(member):
                yield f"{where}.{name}", member
    elif callable(thing):
        yield where, thing


def public() -> dict[str, object]:
    """The public things of every module by their names, each once."""
    modules = ["d2lutil", *(found.name for found in pkgutil.walk_packages(d2lutil.__path__, "d2lutil."))]
    loaded = [importlib.import_module(module) for module in modules if not module.startswith(LEFT_OUT)]
    named = [(name, getattr(module, name)) for module in loaded for name in getattr(module, "__all__", ())]
    things = {f"{thing.__module__}.{name}": thing for name, thing in named if own(thing)}
    return {where: thing for where, thing in things.items() if not where.startswith(LEFT_OUT)}


def test_all_that_is_public_has_types():
    named = [pair for where, thing in public().items() for pair in functions_of(where, thing)]
    assert len(named) > 100
    assert [gap for where, function in named for gap in gaps(where, function)] == []


def test_the_test_above_sees_what_is_missing():
    class Layer:
        def __init__(self): ...

        def forward(self, x, y: int): ...

        @property
        def size(self): ...

    Layer.__init__.__module__ = Layer.forward.__module__ = Layer.size.fget.__module__ = "d2lutil.ops"
    found = [gap for where, function in functions_of("Layer", Layer) for gap in gaps(where, function)]
    assert found == ["Layer.__init__ -> ?", "Layer.forward(x)", "Layer.forward -> ?", "Layer.size -> ?"]


def test_every_public_name_of_the_package_is_in_its_list():
    # In __all__, or a checker takes an imported name for a private one.
    brought = {
        name for name, thing in vars(d2lutil).items() if not name.startswith("_") and not inspect.ismodule(thing)
    }
    from d2lutil import explorers

    names = d2lutil.__all__
    assert len(names) == len(set(names))
    assert set(names) == (brought | {"compare"} | set(explorers.__all__)) - {"TYPE_CHECKING"}
    assert all(hasattr(d2lutil, name) for name in names)


def test_the_package_says_that_it_has_types():
    assert (Path(d2lutil.__file__).parent / "py.typed").is_file()


RIGHT = """
Y: torch.Tensor = d2l.corr2d(torch.ones(3, 3), torch.ones(2, 2))
side: int = d2l.output_size(8, 3, padding=1)
train, test = d2l.load_digits(batch_size=64)
history: d2l.History = d2l.fit(d2l.lenet(), train, test, epochs=1, lr=0.1)
print(history.plot().alt, d2l.show_grids(X=Y).alt, d2l.load_cifar10(8, part="test").images)
print(d2l.WindowExplorer(6, 3).describe(), d2l.zeros(2, 2).shape)


class Net(d2l.Classifier):
    def __init__(self, lr: float = 0.1) -> None:
        super().__init__()
        self.save_hyperparameters()
        self.net = d2l.lenet()


model = Net()
model.board.display = False
d2l.Trainer(max_epochs=1).fit(model, d2l.FashionMNIST(batch_size=64))
print(model.lr)
"""
WRONG = {
    'd2l.corr2d("x", 3)': "arg-type",
    "d2l.load_digits()": "call-arg",
    "d2l.corr2dd(Y, Y)": "attr-defined",
    "d2l.output_size(8, 3)[0]": "index",
    'd2l.load_cifar10(8, part="train")': "call-overload",
    "d2l.lenet(pool=2)": "arg-type",
    'd2l.fit(d2l.lenet(), train, test, epochs="3", lr=0.1)': "arg-type",
}


# A few seconds after `make lint`, whose notes in .mypy_cache it shares; a minute without them: mypy then reads torch.
@pytest.mark.slow("runs mypy")
def test_a_checker_accepts_what_is_right_and_refuses_what_is_wrong(tmp_path, monkeypatch):
    api = pytest.importorskip("mypy.api", reason="needs mypy: pip install mypy")
    head = "import torch\n\nimport d2lutil as d2l\n"
    (tmp_path / "right.py").write_text(head + RIGHT)
    lines = (head + RIGHT).splitlines()
    (tmp_path / "wrong.py").write_text("\n".join([*lines, *WRONG]))
    monkeypatch.chdir(ROOT)
    depth = sys.getrecursionlimit()
    try:
        report, complaint, status = api.run(
            ["--no-error-summary", str(tmp_path / "right.py"), str(tmp_path / "wrong.py")]
        )
    finally:
        sys.setrecursionlimit(depth)  # mypy raises it
    assert (status, complaint) == (1, "")
    errors = [line for line in report.splitlines() if ": error: " in line]
    assert [line for line in errors if "right.py" in line] == []
    refused = {int(line.split(":")[-3]): line.rpartition("[")[2].rstrip("]") for line in errors if "wrong.py" in line}
    assert refused == {len(lines) + k: code for k, code in enumerate(WRONG.values(), start=1)}
