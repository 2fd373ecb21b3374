"""The arithmetic behind the memory of a class. What it is made of is measured by `make bench PART=hub`."""

import json
import os
import sys

import pytest

from tools.measure import classroom, hub
from tools.measure.hub import Memory


@pytest.mark.parametrize(
    "free, processors, count", [(23_000, 2, 6), (23_000, 16, 12), (200_000, 64, 12), (4_000, 8, 2), (500, 2, 1)]
)
def test_as_many_students_as_the_machine_holds(free, processors, count):
    assert hub.students(free, processors) == count


def test_shared_pages_count_once_for_a_class():
    three = [Memory(shared=150, own=100)] * 3  # 150 MB of shared pages
    assert hub.expected(three, 3) == sum(memory.shared for memory in three)
    assert hub.expected(three, 40) == 150 + 40 * 100


def test_the_report_compares_with_bare_torch_and_reckons_for_a_class():
    steps = [[Memory(shared=shared, own=shared - 50)] * 2 for shared in (200, 250, 400)]
    text = hub.report(steps, [Memory(110, 100)] * 2, 180)
    lines = text.splitlines()
    (after,) = [line for line in lines if line.startswith("| kernel after *Run All*")]
    assert after.endswith("| 400 (400 to 400) | 350 (350 to 350) | 2.00 | +200 |")
    # 40 kernels of 350, 40 servers of 100, 100 and 20 shared, 180 for the hub: 18,300 MB
    assert "18 GB after *Run All*" in text and "14 GB more" in text
    assert text.startswith("2 students at the same time")


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells how processes share their memory")
def test_the_memory_of_a_process_is_read():
    memory = Memory.of(os.getpid())
    assert 0 < memory.own <= memory.shared


def message(kind: str, parent: str = "mine", **content) -> dict:
    return {"msg_type": kind, "parent_header": {"msg_id": parent}, "content": content}


def test_a_cell_has_ended_when_reply_and_idle_have_come():
    shown = []
    assert classroom._heard(message("status", execution_state="busy"), "mine", shown) == set()
    assert classroom._heard(message("stream", text="a\n"), "mine", shown) == set()
    assert classroom._heard(message("execute_result", data={"text/plain": "4"}), "mine", shown) == set()
    assert classroom._heard(message("execute_reply", status="ok"), "mine", shown) == {"reply"}
    assert classroom._heard(message("status", execution_state="idle"), "mine", shown) == {"idle"}
    assert shown == ["a\n", "4"]


def test_what_another_cell_shows_is_not_this_one_s():
    shown = []
    assert classroom._heard(message("status", "other", execution_state="idle"), "mine", shown) == set()
    assert classroom._heard(message("stream", "other", text="a"), "mine", shown) == set()
    assert shown == []


def test_an_error_in_a_cell_is_one_here():
    with pytest.raises(RuntimeError, match="ZeroDivisionError"):
        classroom._heard(message("error", traceback=["1 / 0", "ZeroDivisionError"]), "mine", [])


def test_what_is_missing_is_named_with_the_command(monkeypatch, tmp_path):
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(classroom.importlib.util, "find_spec", lambda name: None)
    assert classroom.missing() == "needs jupyterhub: make setup"
    monkeypatch.undo()
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(classroom.importlib.util, "find_spec", lambda name: "found")
    monkeypatch.setattr(classroom, "PROXY", tmp_path / "none")
    assert classroom.missing() == "needs configurable-http-proxy: npm ci"


def test_the_proxy_is_a_pinned_package_of_npm():
    packages = json.loads((classroom.ROOT / "package.json").read_text(encoding="utf-8"))["devDependencies"]
    assert packages["configurable-http-proxy"][0].isdigit()
