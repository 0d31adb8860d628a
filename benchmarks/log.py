"""The invented log as files: what the sides read. Written once a run, the same for every side and round."""

from dataclasses import dataclass
from pathlib import Path
from typing import Self

from benchmarks.workload import Register, Workload


@dataclass(frozen=True)
class Part:
    """Some of the log, in a file of register lines."""

    file: Path
    registers: int
    marks: int


@dataclass(frozen=True)
class Log:
    """`before` is taken before the clock starts (it may be empty), `measured` while it runs."""

    before: Part
    measured: Part

    @property
    def files(self) -> list[Path]:
        """The files in order."""
        return [self.before.file, self.measured.file]

    @property
    def marks(self) -> int:
        """All marks."""
        return self.before.marks + self.measured.marks


def write(workload: Workload, history: int, directory: Path, name: str) -> Log:
    """Write *workload* to *directory*; its first *history* sessions are what is taken before the clock starts.

    Raises:
        ValueError: the school year has not so many sessions.
    """
    with Writer(directory / f"{name}-before.jsonl") as before, Writer(directory / f"{name}.jsonl") as measured:
        for register in workload.registers():
            (before if register.session < history else measured).add(register)
    return Log(before.part(), measured.part())


class Writer:
    """Writes registers to *path*, and counts them."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = path.open("wb")
        self._registers = self._marks = 0

    def add(self, register: Register) -> None:
        """Write one."""
        self._file.write(register.line + b"\n")
        self._registers += 1
        self._marks += register.marks

    def part(self) -> Part:
        """Say what was written."""
        return Part(self._path, self._registers, self._marks)

    def close(self) -> None:
        """End the file."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
