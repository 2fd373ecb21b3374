"""A class on one machine: the memory of each student's kernel and server, on the hub of deploy/jupyterhub."""

import asyncio
import os
import statistics
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

from . import classroom
from .pairs import spread, table

MOST = 12
PER_PROCESSOR = 3  # students; more only wait for one another
MB_EACH = 1500  # of free memory, so that measuring takes nothing from anyone
CLASS = 40
NOTEBOOK = "convolution/notebooks/en/05_padding_and_stride.ipynb"
STEPS = ("`import torch`", "the first cell of chapter 05", "*Run All* of chapter 05")


@dataclass(frozen=True)
class Memory:
    """What a process holds, in MB: ``shared`` counts each page by its share of it (PSS), ``own`` only its own (USS)."""

    shared: float
    own: float

    @classmethod
    def of(cls, number: int) -> "Memory":
        memory = psutil.Process(number).memory_full_info()
        return cls(memory.pss / 2**20, memory.uss / 2**20)


def measure() -> str:
    if lacks := classroom.missing():
        sys.exit(f"hub: {lacks}")
    if sys.platform != "linux":
        sys.exit("hub: only Linux tells how processes share their memory")
    count = students(psutil.virtual_memory().available / 2**20, os.cpu_count() or 1)
    names = [f"student{number}" for number in range(1, count + 1)]
    with tempfile.TemporaryDirectory() as folder, classroom.hub(Path(folder), names, CLASS_STUDENTS=str(count)) as hub:
        kernels, servers = asyncio.run(lesson(hub.address, names))
        its_own = psutil.Process(hub.process.pid)
        programs = [its_own, *(child for child in its_own.children() if child.pid not in servers)]
        common = sum(Memory.of(program.pid).shared for program in programs)
        return report(kernels, list(servers.values()), common)


def students(free: float, processors: int) -> int:
    """How many this machine holds, with ``free`` MB of memory.

    >>> students(23_000, 2), students(23_000, 16), students(1_000, 2)
    (6, 12, 1)
    """
    return max(1, min(MOST, PER_PROCESSOR * processors, int(free / MB_EACH)))


async def lesson(address: str, names: Sequence[str]) -> tuple[list[list[Memory]], dict[int, Memory]]:
    """The kernels' memory after each of the STEPS, taken when all have done it; and that of each server, by process."""
    people = [await classroom.Student.log_in(address, name) for name in names]
    await asyncio.gather(*(one.start("en") for one in people))
    kernels = await asyncio.gather(*(one.open(NOTEBOOK) for one in people))
    first, *others = await people[0].cells(NOTEBOOK)
    numbers = [int("".join(await kernel.run("import os; print(os.getpid())"))) for kernel in kernels]

    async def all_run(sources: Sequence[str]) -> list[Memory]:
        async def runs(kernel: classroom.Kernel) -> None:
            for source in sources:
                await kernel.run(source)

        await asyncio.gather(*map(runs, kernels))
        return [Memory.of(number) for number in numbers]

    steps = [await all_run(sources) for sources in (["import torch"], [first], others)]
    servers = {number: Memory.of(number) for number in (psutil.Process(number).ppid() for number in numbers)}
    for kernel in kernels:
        kernel.close()
    return steps, servers


def expected(memories: Sequence[Memory], count: int) -> float:
    """MB that ``count`` processes like these take together: what each has alone, and what they share once.

    >>> expected([Memory(shared=150, own=100)] * 2, 40)  # 100 MB of shared pages
    4100.0
    """
    own = statistics.mean(memory.own for memory in memories)
    common = sum(memory.shared - memory.own for memory in memories)
    return common + count * own


def report(kernels: Sequence[Sequence[Memory]], servers: Sequence[Memory], common: float) -> str:
    """The table, and what it means for a class."""
    bare = statistics.median(memory.shared for memory in kernels[0])
    rows = [
        [f"kernel after {step}", spread([m.shared for m in memories], 0), spread([m.own for m in memories], 0),
         f"{statistics.median(m.shared for m in memories) / bare:.2f}",
         f"{statistics.median(m.shared for m in memories) - bare:+.0f}"]
        for step, memories in zip(STEPS, kernels, strict=True)
    ]  # fmt: skip
    rows.append(
        ["notebook server", spread([m.shared for m in servers], 0), spread([m.own for m in servers], 0), "", ""]
    )
    rows.append(["hub, proxy and idle culler, together", f"{common:.0f}", "", "", ""])
    about = (
        f"{len(servers)} students at the same time, a server and a kernel each, one thread each. Memory in MB, median "
        "(smallest to largest). PSS counts a page that several processes use by each one's share, so it can be added "
        "up; USS counts only the pages that nobody else uses. Goal: at most 1.3 times bare torch after the imports."
    )
    one = (expected(kernels[-1], CLASS) + expected(servers, CLASS) + common) / 1024
    more = CLASS * statistics.mean(memory.own for memory in kernels[-1]) / 1024
    imports = (expected(kernels[1], CLASS) + expected(servers, CLASS) + common) / 1024
    so = (
        f"For {CLASS} students, with the shared pages once and everything else {CLASS} times: {imports:.0f} GB after "
        f"the imports, {one:.0f} GB after *Run All*, and {more:.0f} GB more if each keeps a second such chapter open. "
        "Computed, not tried."
    )
    head = ["", "PSS", "USS", "PSS against bare torch", "beyond it"]
    return f"{about}\n\n{table(head, rows)}\n\n{so}"
