"""The authority that is measured: what its changelog holds when the worker starts, and what is sent then."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from pathlib import Path

from benchmarks.calendar import FIRST_DAY, SchoolSession, sessions
from benchmarks.england import ledgers
from benchmarks.england.authority import Authority
from benchmarks.england.registers import registers

YEAR = 380  # sessions of a school year
_LAST = 4  # sessions
_KINDS = 6_000  # children of their own kind: two years of more would take the engine long


@dataclass(frozen=True)
class World:
    """An authority, and the folder of what its ledgers are after the history."""

    authority: Authority
    folder: Path

    def lines(self) -> Iterator[bytes]:
        """Give the registers under the clock."""
        return (register.line for register in registers(self.authority))

    def words(self) -> str:
        """Say what it is."""
        authority = self.authority
        after = f"{authority.pupils:,} pupils after {authority.history} sessions"
        return f"{after}, registers of 30 marks; seed {authority.seed}"


class TwoYears(Authority):
    """An authority whose history is two school years long, the first on the dates of the second 52 weeks before."""

    @cached_property
    def when(self) -> list[SchoolSession]:
        """Give all sessions."""
        second = sessions(FIRST_DAY, YEAR)
        first = [SchoolSession(one.date - timedelta(weeks=52), one.half) for one in second]
        return [*first, *second][: self.history + self.sessions]


def two_years(pupils: int, seed: int, partitions: int) -> World:
    """Make an authority whose ledgers hold two full years but for the last sessions, which are sent."""
    history = 2 * YEAR - _LAST
    return world(TwoYears(pupils=pupils, history=history, sessions=_LAST, seed=seed, kinds=_KINDS), partitions)


def world(authority: Authority, partitions: int) -> World:
    """Make the ledgers of *authority*, unless they are in the cache."""
    return World(authority, ledgers.make(authority, partitions))
