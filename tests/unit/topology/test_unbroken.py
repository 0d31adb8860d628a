"""Holes, and offsets that hold nothing."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from streams.errors import PositionLost
from streams.topology.unbroken import Behind, Unbroken
from tests.unit.topology.fakes import FakeApp, event


class Bench:
    """Partition 0 of a topic whose records have *offsets*, of which the group has committed up to *committed*."""

    def __init__(self, *offsets: int, committed: int = 0) -> None:
        self.offsets, self.committed = offsets, committed
        self.asked: list[int] = []
        self.app = FakeApp()
        self.pool = ThreadPoolExecutor(1)
        self.unbroken = Unbroken(self._first, self.pool)

    def _first(self, _topic: str, _partition: int, offset: int) -> int:
        self.asked.append(offset)
        return min(there for there in self.offsets if there >= max(offset, self.committed))

    def check(self, *offsets: int) -> None:
        asyncio.run(self.unbroken.check([event(self.app, 0, offset) for offset in offsets]))


def test_offsets_without_a_gap_are_asked_about_once() -> None:
    """At the beginning; also those that come again."""
    bench = Bench(*range(10))
    bench.check(0, 1, 2)
    bench.check(1, 2, 3, 4)
    assert bench.asked == [0]


def test_partitions_that_are_new_are_asked_about_side_by_side() -> None:
    """A worker that starts is given many, and each answer takes a while."""
    both = Barrier(2)

    def first(_topic: str, _partition: int, _offset: int) -> int:
        both.wait(10)  # nobody answers before the other is asked
        return 0

    app = FakeApp()
    with ThreadPoolExecutor(2) as pool:
        asyncio.run(Unbroken(first, pool).check([event(app, partition, 0) for partition in (0, 1)]))


def test_a_gap_that_holds_no_record_is_none() -> None:
    """A marker of a transaction, or what went by age."""
    bench = Bench(5, 6, 9)
    bench.check(5, 6, 9)
    assert bench.asked == [0, 7]


@pytest.mark.parametrize("offsets", [(1,), (0, 2), (0, 1, 5)])
def test_a_record_that_was_not_delivered_is_missed(offsets: tuple[int, ...]) -> None:
    """At the beginning and later."""
    with pytest.raises(PositionLost, match="was due"):
        Bench(*range(10)).check(*offsets)


def test_what_others_have_done_meanwhile_is_not_missed() -> None:
    """The partition left, and comes back further on."""
    bench = Bench(*range(100))
    bench.check(0, 1)
    bench.committed = 50
    bench.check(50, 51)
    bench.check(45)  # and again from before, after a rebalance that forgot what was acknowledged
    bench.check(52)
    assert bench.asked == [0, 2]


def test_records_wait_where_the_end_is_not_reached() -> None:
    """While it moves nobody needs to ask; where it stands still it may be offsets that hold no record."""
    ends, asked = {0: 5, 1: 9, 2: 7}, []
    firsts = {1: 9, 2: 6}

    def first(_topic: str, partition: int, offset: int) -> int:
        asked.append((partition, offset))
        return firsts[partition]

    behind = Behind("registers", lambda _topic, _partitions: ends, first)
    assert behind({0: 5, 1: 8, 2: 6}) == {1, 2}
    assert asked == []
    assert behind({0: 5, 1: 8, 2: 6}) == {2}
    assert asked == [(1, 8), (2, 6)]
    ends[1] = 11
    assert behind({0: 5, 1: 8, 2: 7}) == {1}
