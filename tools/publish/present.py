"""Open a chapter in JupyterLab for a projector: ``python -m tools.publish.present 03 [--lang zh]``.

A copy of the built notebook is opened, so that nothing that happens in class changes the chapter: large type, code
folded away where it is not the point (a click on the blue bar unfolds it), explorers enlarged and alive before any cell
has run. Everything can be run, as always.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import nbformat
from nbformat.sign import NotebookNotary

from . import html as rendered
from .chapters import LANGUAGES, ROOT, Code, SourceError, chosen_files, identified, notebook_path
from .trust import stranger

PLACE = ROOT / "build" / "present"
SHOWN = {"slide-code", "exercise", "check"}  # code that the class is meant to read
SETTINGS = {
    "@jupyterlab/apputils-extension/themes": {
        "overrides": {"code-font-size": "19px", "content-font-size1": "21px", "ui-font-size1": "15px"}
    },
    "@jupyterlab/notebook-extension/tracker": {"windowingMode": "none"},
    "@jupyterlab/apputils-extension/notification": {"fetchNews": "false"},
}
STYLE = """
.jp-RenderedHTMLCommon { max-width: 62em; line-height: 1.55; }
.jp-RenderedHTMLCommon img { zoom: 1.35; }
.d2l-explorer { zoom: 1.2; }
"""


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("chapter", help="its number, such as 03")
    arguments.add_argument("--lang", choices=LANGUAGES, default="en")
    options = arguments.parse_args()
    try:
        (chapter,) = chosen_files([options.chapter])
        notebook = prepare(chapter, options.lang)
    except SourceError as reason:
        print(reason, file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as folder:
        command, environment = jupyter_lab(notebook, Path(folder))
        return subprocess.run(command, env=os.environ | environment, check=False).returncode


def prepare(chapter: Path, lang: str) -> Path:
    """Write the copy of a chapter's notebook, and trust it: JupyterLab would strip its scripts, the explorers, else.

    SourceError if there is anything in it that is not the chapter's.
    """
    notebook = nbformat.read(notebook_path(chapter, lang), as_version=4)
    if complaint := stranger(notebook, chapter, lang):
        raise SourceError(complaint)
    notebook = for_projector(notebook, point_of(chapter))
    target = PLACE / "notebooks" / lang / f"{chapter.stem}.ipynb"  # the folder's name tells d2lutil the language
    target.parent.mkdir(parents=True, exist_ok=True)
    (PLACE / "data").mkdir(exist_ok=True)
    for measured in (ROOT / "data").glob("*_runs.json"):
        shutil.copy(measured, PLACE / "data")
    NotebookNotary().sign(notebook)
    nbformat.write(notebook, target)
    return target


def point_of(chapter: Path) -> set[str]:
    """The ids of the cells whose code is the point."""
    return {cell_id for cell, cell_id in identified(chapter) if isinstance(cell, Code) and SHOWN & set(cell.tags)}


def for_projector(notebook: nbformat.NotebookNode, open_cells: set[str]) -> nbformat.NotebookNode:
    """The notebook with other code folded away, and with explorers as pages that live without a kernel."""
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        if cell.id not in open_cells:
            cell.metadata["jupyter"] = {"source_hidden": True}
        for output in cell.outputs:
            if "text/html" in output.get("data", {}):
                output.data.pop(rendered.WIDGET, None)
    return notebook


def jupyter_lab(notebook: Path, folder: Path) -> tuple[list[str], dict[str, str]]:
    """The command that opens the notebook, and its environment: settings of its own, in a folder that will be gone."""
    for name, settings in SETTINGS.items():
        file = folder / "settings" / f"{name}.jupyterlab-settings"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(settings))
    style = folder / "config" / "custom" / "custom.css"
    style.parent.mkdir(parents=True)
    style.write_text(STYLE)
    command = [sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={PLACE}", "--LabApp.custom_css=True"]
    command.append(f"--LabApp.default_url=/doc/tree/{notebook.relative_to(PLACE).as_posix()}")
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--allow-root")
    environment = {"JUPYTERLAB_SETTINGS_DIR": folder / "settings", "JUPYTERLAB_WORKSPACES_DIR": folder / "workspaces"}
    environment["JUPYTER_CONFIG_DIR"] = folder / "config"
    return command, {name: str(path) for name, path in environment.items()}


if __name__ == "__main__":
    sys.exit(main())
