"""What `import d2lutil` brings along."""

import importlib
import os
import pkgutil
import subprocess
import sys
from pathlib import Path

import d2lutil

HEAVY = ("torchvision", "sklearn", "pandas", "matplotlib", "IPython", "ipywidgets", "tensorboard", "scipy", "PIL")


def test_importing_the_package_imports_no_library_that_only_some_functions_need():
    code = f"import sys, d2lutil; print([name for name in {HEAVY} if name in sys.modules])"
    place = {"PYTHONPATH": str(Path(__file__).resolve().parents[1])}
    ran = subprocess.run(
        [sys.executable, "-c", code], env=os.environ | place, capture_output=True, text=True, check=True
    )
    assert ran.stdout.strip() == "[]"
    assert ran.stderr == ""


def test_every_public_name_is_offered_at_the_top():
    # Of the exercises a reader needs exercises.ch05 and the like; of what pages and figures are made with, nothing.
    behind = ("lifetime", "monitor", "progress", "scripts")
    internal = (
        "_",
        "book.other_chapters",
        "exercises",
        "explorers.",
        "plots.chinese",
        *(f"widgets.{name}" for name in behind),
    )
    found = [module.name for module in pkgutil.walk_packages(d2lutil.__path__, "d2lutil.")]
    modules = [name for name in found if not name.startswith(tuple(f"d2lutil.{room}" for room in internal))]
    public = {name for module in modules for name in getattr(importlib.import_module(module), "__all__", ())}
    assert {"corr2d", "sliders", "Trainer", "show_images", "WindowExplorer"} <= public
    assert {name for name in public if not hasattr(d2lutil, name)} == set()
