"""The authority in mid-year that is measured: what its changelog holds when the worker starts, and what is sent then."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.england import ledgers
from benchmarks.england.authority import Authority
from benchmarks.england.registers import registers
from benchmarks.workload import Register

Pages = Iterable[tuple[bytes, bytes]]


@dataclass(frozen=True)
class World:
    """An authority, and the folder of what its ledgers are after the history."""

    authority: Authority
    folder: Path

    def pages(self, partition: int) -> Pages:
        """Give the changelog records of one partition."""
        return ledgers.read(self.folder, partition)

    def registers(self) -> Iterator[Register]:
        """Give the registers under the clock."""
        return registers(self.authority)

    def words(self) -> str:
        """Say what it is."""
        authority = self.authority
        return f"{authority.pupils:,} pupils after {authority.history} sessions, registers of 30 marks; seed {authority.seed}"


def world(authority: Authority, partitions: int) -> World:
    """Make the ledgers of *authority*, unless they are in the cache."""
    return World(authority, ledgers.make(authority, partitions))
