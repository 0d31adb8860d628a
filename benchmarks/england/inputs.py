"""What the sides of a run are given and held to: each thing is made when it is first wanted, outside of any clock."""

import time
from collections.abc import Callable
from functools import cached_property
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from benchmarks import log as logs
from benchmarks.england import ledgers
from benchmarks.england.expected import Due, due
from benchmarks.england.plan import Plan
from benchmarks.england.registers import registers
from benchmarks.england.sending import Keyed, keyed
from benchmarks.log import Log
from benchmarks.rivals.openings import openings
from benchmarks.workload import Workload
from streams.settings import Settings

PARTITIONS = Settings().partitions
Say = Callable[[str], object]


class Part(NamedTuple):
    """Registers to send, and how many marks they have."""

    registers: list[Keyed]
    marks: int


class Inputs:
    """The inputs of *plan*; files are in *directory*, ledgers in *cache*."""

    def __init__(self, plan: Plan, directory: Path, say: Say, cache: Path = ledgers.CACHE) -> None:
        self._plan, self._directory, self._say, self._cache = plan, directory, say, cache
        self._authority = plan.authority

    @cached_property
    def made(self) -> Path:
        """The folder of the mid-year ledgers."""
        began = time.monotonic()
        made = ledgers.make(self._authority, PARTITIONS, self._cache)
        self._say(f"ledgers of {self._plan.pupils:,} pupils: {made.name}, in {time.monotonic() - began:.0f} s")
        return made

    @cached_property
    def warm(self) -> Part:
        """The sessions before the clock."""
        return self._read(self._files[0])

    @cached_property
    def measured(self) -> Part:
        """The sessions under the clock: the same for every side."""
        return self._read(self._files[1])

    @cached_property
    def due(self) -> Due:
        """What the replay makes of the registers."""
        began = time.monotonic()
        found = due(self.made, self._files, PARTITIONS)
        alerts = sum(len(its) for its in found.alerts.values())
        self._say(f"replayed from the same ledgers: {alerts:,} alerts, in {time.monotonic() - began:.0f} s")
        return found

    @cached_property
    def openings(self) -> list[Keyed]:
        """What the rivals' children begin with."""
        return list(openings(self._authority))

    @cached_property
    def faust(self) -> Log:
        """The log of plain Faust."""
        pupils = self._plan.faust_pupils
        sessions = Workload.sessions_for(self._plan.faust_marks, pupils)
        return logs.write(Workload(pupils=pupils, sessions=sessions, seed=self._plan.seed), 0, self._directory, "faust")

    @cached_property
    def _files(self) -> list[Path]:
        """The registers in the order in which they are sent: those before the clock, and those under it."""
        paths = [self._directory / f"{name}.jsonl" for name in ("warm", "measured")]
        with paths[0].open("wb") as warm, paths[1].open("wb") as measured:
            for number, (_, its) in enumerate(groupby(registers(self._authority), lambda one: one.session)):
                file = warm if number < self._plan.warm else measured
                file.writelines(register.line + b"\n" for register in its)
        return paths

    @staticmethod
    def _read(file: Path) -> Part:
        found = [keyed(line) for line in file.read_bytes().splitlines()]
        return Part(found, sum(record.value.count(b'"pupil"') for record in found))
