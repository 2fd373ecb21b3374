"""Three students at the same time on a hub with the configuration of deploy/jupyterhub; only accounts are left out."""

import asyncio
import json
import os
import re
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tools.measure import classroom
from tools.measure.classroom import Student
from tools.publish.chapters import ROOT

pytestmark = [
    pytest.mark.slow("starts a hub and three kernels"),
    pytest.mark.skipif(bool(classroom.missing()), reason=classroom.missing()),
]

LANGUAGES = {"ada": "en", "bo": "en", "mei": "zh"}
# A different exercise each: (its name, an answer, the state that is recorded).
ANSWERS = {
    "ada": ("output_cells", "lambda rows, columns, a, b: (rows - a + 1) * (columns - b + 1)", "correct"),
    "bo": ("right_neighbour", "lambda: torch.zeros(1, 3)", "not yet"),
    "mei": ("corr1d", "lambda x, k: torch.stack([(part * k).sum() for part in x.unfold(0, len(k), 1)])", "correct"),
}
HAN = re.compile("[一-鿿]")
SERVE = """
import http.server, threading
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), http.server.SimpleHTTPRequestHandler)
threading.Thread(target=server.serve_forever, daemon=True).start()
print(server.server_port)
"""


@dataclass
class Lesson:
    """What is left of the lesson once the hub has ended."""

    homes: Path
    shown: dict[str, list[str]] = field(default_factory=dict)  # what each student's cells showed
    verdicts: dict[str, str] = field(default_factory=dict)
    environments: dict[str, dict[str, str]] = field(default_factory=dict)
    statuses: dict[str, int] = field(default_factory=dict)  # of requests
    refusals: dict[str, str] = field(default_factory=dict)  # of starts, by language
    before: dict[str, tuple[int, int]] = field(default_factory=dict)
    after: dict[str, tuple[int, int]] = field(default_factory=dict)


@pytest.fixture(scope="module")
def lesson(tmp_path_factory):
    folder = tmp_path_factory.mktemp("class")
    data = folder / "data"
    data.mkdir()
    shared = (ROOT / "notebooks", ROOT / "data", data, Path(sys.prefix))
    with classroom.hub(folder, [*LANGUAGES, "cy"], CLASS_STUDENTS="3", D2LUTIL_DATA=str(data)) as hub:
        found = Lesson(hub.homes, before=files(*shared))
        (hub.homes / "cy").mkdir()
        (hub.homes / "cy" / "convolution").write_text("something of his own")
        try:
            with ThreadPoolExecutor(1) as thread:  # the main one has a running loop after a test in a browser
                thread.submit(asyncio.run, held(hub.address, found)).result()
        except RuntimeError as failed:
            raise RuntimeError(f"{failed}\n{hub.log()[-5000:]}") from failed
    found.after = files(*shared)
    return found


async def held(address: str, found: Lesson) -> None:
    students = {name: await Student.log_in(address, name) for name in [*LANGUAGES, "cy"]}
    kernels = dict(zip(LANGUAGES, await asyncio.gather(*(ready(students[name]) for name in LANGUAGES)), strict=True))
    await asyncio.gather(*(works(students[name], kernels[name], found) for name in LANGUAGES))
    await tries_to_visit(students, kernels["ada"], found)
    for language in ("en", "fr"):
        try:
            await students["cy"].start(language)
        except RuntimeError as refused:
            found.refusals[language] = str(refused)
    for kernel in kernels.values():
        kernel.close()


def chapter(name: str) -> str:
    return f"convolution/notebooks/{LANGUAGES[name]}/02_cross_correlation.ipynb"


async def ready(student: Student) -> classroom.Kernel:
    await student.start(LANGUAGES[student.name])
    return await student.open(chapter(student.name))


async def works(student: Student, kernel: classroom.Kernel, found: Lesson) -> None:
    """The whole chapter, and then an exercise."""
    found.shown[student.name] = []
    for source in await student.cells(chapter(student.name)):
        found.shown[student.name] += await kernel.run(source)
    exercise, answer, _ = ANSWERS[student.name]
    code = f"{exercise} = {answer}\nexercises.ch02.{exercise}.check({exercise})"
    found.verdicts[student.name] = "".join(await kernel.run(code))
    environment = "".join(await kernel.run("import json, os; print(json.dumps(dict(os.environ)))"))
    found.environments[student.name] = json.loads(environment)


async def tries_to_visit(students: dict[str, Student], kernel_of_ada, found: Lesson) -> None:
    port = "".join(await kernel_of_ada.run(SERVE)).strip()
    for visitor in ("ada", "bo"):
        for what, path in {
            "files": "/user/ada/api/contents/convolution",
            "kernels": "/user/ada/api/kernels",
            "her TensorBoard": f"/user/ada/proxy/{port}/",
            "account": "/hub/api/users/ada",
        }.items():
            answer = await students[visitor].ask(path)
            found.statuses[f"{visitor}: {what}"] = answer.code
    answer = await students["bo"].ask("/hub/api/users/ada/server", {"language": "en"})
    found.statuses["bo: start"] = answer.code
    answer = await Student(students["bo"].address, "nobody", "").ask("/user/ada/api/contents/convolution")
    found.statuses["nobody: files"] = answer.code


def files(*folders: Path) -> dict[str, tuple[int, int]]:
    """Time and size of every file. pytest keeps its own bytecode beside what it imports."""
    found = {}
    for folder in folders:
        for place, _, names in os.walk(folder):
            for name in names:
                if "-pytest-" not in name:
                    status = os.lstat(file := os.path.join(place, name))
                    found[file] = (status.st_mtime_ns, status.st_size)
    return found


def records(home: Path) -> dict[str, dict]:
    (file,) = home.rglob("exercises.json")
    return json.loads(file.read_text(encoding="utf-8"))["exercises"]


def test_the_chapter_runs_without_an_error_for_all_of_them(lesson):
    for name in LANGUAGES:
        assert len(lesson.shown[name]) > 25, name


@pytest.mark.parametrize("name", LANGUAGES)
def test_outputs_are_in_the_student_s_language(lesson, name):
    everything = "\n".join([*lesson.shown[name], lesson.verdicts[name]])
    if LANGUAGES[name] == "zh":
        assert "尚未作答" in everything and "Not attempted" not in everything
        assert HAN.search(lesson.verdicts[name])
    else:
        assert not HAN.search(everything)


@pytest.mark.parametrize("name", ANSWERS)
def test_each_record_holds_what_its_owner_did_and_only_that(lesson, name):
    exercise, _, state = ANSWERS[name]
    ((key, entry),) = records(lesson.homes / name).items()
    assert (key, entry["state"], entry["tries"]) == (f"ch02.{exercise}", state, 1)


@pytest.mark.parametrize("name", LANGUAGES)
def test_a_kernel_has_its_share_of_the_processors_and_its_own_home(lesson, name):
    environment = lesson.environments[name]
    assert environment["OMP_NUM_THREADS"] == str(max(1, os.cpu_count() // 3))
    assert environment["HOME"] == str(lesson.homes / name)


def test_nothing_that_all_share_was_written_to(lesson):
    assert len(lesson.before) > 1000
    changed = {file for file, status in lesson.after.items() if lesson.before.get(file) != status}
    assert changed | set(lesson.before) - set(lesson.after) == set()


def test_nobody_reaches_the_server_of_another(lesson):
    own = {what: status for what, status in lesson.statuses.items() if what.startswith("ada: ")}
    foreign = {what: status for what, status in lesson.statuses.items() if not what.startswith("ada: ")}
    assert len(own) == 4 and set(own.values()) == {200}, own
    assert len(foreign) == 6 and set(foreign.values()) <= {403, 404}, foreign


def test_who_cannot_have_a_copy_reads_why(lesson):
    assert "convolution/notebooks/en has to be a folder: rename the file in its place" in lesson.refusals["en"]
    assert (lesson.homes / "cy" / "convolution").read_text() == "something of his own"


def test_a_language_that_there_is_not_starts_nothing(lesson):
    assert "Invalid user options" in lesson.refusals["fr"]
