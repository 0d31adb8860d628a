"""A worker joins at once where nobody works, and else when it has read what it may be given."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest

from streams.topology import joining
from streams.topology.joining import MOST, Joining


class FakeAhead:
    """Comes to the end when it is asked for the third time, unless it never does."""

    def __init__(self, comes: bool = True) -> None:  # noqa: FBT001, FBT002 - it is the one fact told
        self.most: list[int | None] = []
        self.asked = 0
        self._comes = comes

    def start(self, most: int | None) -> None:
        self.most.append(most)

    def is_up(self) -> bool:
        self.asked += 1
        return self._comes and self.asked > 2


def _joined(*aheads: FakeAhead, others: bool | None) -> None:
    with ThreadPoolExecutor(1) as pool:
        asyncio.run(Joining(None if others is None else lambda: others, pool, aheads).ready())


@pytest.mark.parametrize("others", [False, None])
def test_where_nobody_works_on_its_partitions_it_joins_at_once_and_reads_all(others: bool | None) -> None:  # noqa: FBT001 - a table
    """Marks wait already: nobody is there, or they are kept for a worker with a name of its own."""
    ahead = FakeAhead()
    _joined(ahead, others=others)
    assert (ahead.most, ahead.asked) == ([None], 0)


def test_where_others_work_it_has_read_first() -> None:
    """Not without bounds: few of them may be its own."""
    ledgers, boards = FakeAhead(), FakeAhead()
    _joined(ledgers, boards, others=True)
    assert (ledgers.most, boards.most) == ([MOST], [MOST])
    assert (ledgers.asked > 2, boards.asked > 2) == (True, True)


def test_it_does_not_wait_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    """It reads on after it has joined."""
    monkeypatch.setattr(joining, "WITHIN", 0.0)
    _joined(FakeAhead(comes=False), others=True)
