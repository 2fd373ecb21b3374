"""The wheel, as somebody installs it who has no checkout."""

import os
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--disable-pip-version-check", "--no-deps"]
    subprocess.run([*command, "--no-build-isolation", "--wheel-dir", str(folder), str(ROOT)], check=True)
    (file,) = folder.glob("d2lutil-*.whl")
    return file


@pytest.fixture(scope="module")
def run(wheel, tmp_path_factory):
    """Runs a script in an environment that has the wheel, and of this one the other packages; slow, since every script
    imports torch anew."""
    folder = tmp_path_factory.mktemp("place")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder / "env")], check=True)
    (site,) = [*(folder / "env" / "lib").glob("python*/site-packages"), *(folder / "env").glob("Lib/site-packages")]
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    # A path in a .pth file is searched, but the .pth files there are not read: no editable checkout gets in.
    (site / "others.pth").write_text(sysconfig.get_paths()["purelib"], encoding="utf-8")
    python = folder / "env" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")

    def run(code: str, **environment: str) -> str:
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("D2LUTIL", "PYTHON"))}
        environment = kept | {"D2LUTIL_PROGRESS": "off", "PYTHONUTF8": "1"} | environment
        ran = subprocess.run(
            [python, "-c", code], cwd=folder, env=environment, capture_output=True, text=True, encoding="utf-8"
        )
        assert ran.returncode == 0, ran.stderr
        return ran.stdout

    return run


@pytest.mark.slow("builds the wheel")
def test_it_holds_what_the_package_reads_while_it_runs(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    static = [path for path in (ROOT / "d2lutil").rglob("*") if path.suffix in (".js", ".css", ".otf", ".ttf", ".txt")]
    assert static
    wanted = {path.relative_to(ROOT).as_posix() for path in static} | {"d2lutil/py.typed"}
    assert wanted - names == set()
    assert not any(name.startswith(("tests/", "tools/", "chapters/", "notebooks/")) for name in names)


@pytest.mark.slow("starts Python with the installed wheel")
def test_it_runs_outside_the_checkout(run):
    """Package, network, explorer and figure in one script, since importing torch takes most of the time."""
    said = run(
        "import torch, d2lutil as d2l\n"
        "print(d2l.__file__)\n"
        "print(d2l.lenet()(torch.zeros(1, 1, 28, 28)).shape)\n"
        "w = d2l.WindowExplorer(torch.eye(3), torch.ones(2, 2))\n"
        "print(w.output.tolist(), 'd2l-alone' in w.page())\n"
        "print(len(d2l.show_grids(X=torch.eye(2)).data) > 1000)\n"
    ).splitlines()
    assert not said[0].startswith(str(ROOT / "d2lutil"))
    assert said[1:] == ["torch.Size([1, 10])", "[[2.0, 1.0], [1.0, 2.0]] True", "True"]


@pytest.mark.slow("starts Python with the installed wheel")
@pytest.mark.parametrize(("lang", "verdict"), [("en", "✓ Correct."), ("zh", "✓ 正确。")])
def test_an_exercise_answers_in_both_languages(run, lang, verdict):
    code = (
        "from d2lutil import exercises\n"
        "question = exercises.ch02.output_cells\n"
        "print(question.check(lambda n, m, k, l: (n - k + 1) * (m - l + 1)))\n"
        "print(question.check(lambda n, m, k, l: n * m).mistake)\n"
    )
    assert run(code, D2LUTIL_LANG=lang).splitlines() == [verdict, "input counted"]
