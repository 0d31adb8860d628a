"""What the keepers of the two tables tell the probe: the worker is ready when both are."""

from collections.abc import Callable, Iterable
from functools import partial

from streams.contract.topics import BOARDS, LEDGERS
from streams.topology.keeper import Report
from streams.topology.probe import Probe

Ready = Callable[[str, bool], None]


def readiness(probe: Probe, tables: Iterable[str]) -> Ready:
    """Give a function that is told which of *tables* is ready, and tells *probe* whether all are."""
    are = dict.fromkeys(tables, False)

    def told(table: str, ready: bool) -> None:  # noqa: FBT001 - it is the one fact told
        are[table] = ready
        probe.ready(all(are.values()))

    return told


def ledger_report(probe: Probe, ready: Ready) -> Report:
    """Report the pupils' table."""
    return Report(assigned=probe.assigned, held=probe.pupils, recovered=probe.recovered, ready=partial(ready, LEDGERS))


def board_report(probe: Probe, ready: Ready) -> Report:
    """Report the schools' table; its partitions are those of the pupils'."""
    return Report(assigned=_known, held=probe.schools, recovered=probe.recovered, ready=partial(ready, BOARDS))


def _known(_: int) -> None:
    """The pupils' table has told it."""
