"""The invented log cut in parts, each a file, at sessions."""

from bisect import bisect
from pathlib import Path

from benchmarks.log import Log, Part, Writer
from benchmarks.workload import Workload


def parts(workload: Workload, cuts: list[int], directory: Path) -> list[Part]:
    """Write *workload* to *directory*, one file more than there are *cuts*: the sessions at which the next begins.

    Raises:
        ValueError: the school year has not so many sessions.
    """
    writers = [Writer(directory / f"log-{number}.jsonl") for number in range(len(cuts) + 1)]
    for register in workload.registers():
        writers[bisect(cuts, register.session)].add(register)
    for writer in writers:
        writer.close()
    return [writer.part() for writer in writers]


def three(workload: Workload, before: int, measured: int, directory: Path) -> Log:
    """Cut *workload* after *before* sessions, and *measured* later once more."""
    first, second, third = parts(workload, [before, before + measured], directory)
    return Log(first, second, third)
