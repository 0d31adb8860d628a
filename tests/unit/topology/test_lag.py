"""How far behind the stages are."""

from types import SimpleNamespace
from typing import Any, cast

from faust.types import TP

from streams.topology.lag import Lag
from streams.topology.probe import Stage
from tests.unit.topology.fakes import FakeApp, Noted, event

NOON = 1_725_872_400.0  # the time stamp of every event


class FakeConsumer:
    def __init__(self, ends: dict[int, int | None], committed: dict[int, int]) -> None:
        self.ends = {TP("marks", partition): end for partition, end in ends.items()}
        self._committed_offset = {TP("marks", partition): offset for partition, offset in committed.items()}

    def assignment(self) -> set[TP]:
        return {*self.ends, TP("changelog", 0)}

    def highwater(self, tp: TP) -> int | None:
        return self.ends[tp]


def _told(ends: dict[int, int | None], committed: dict[int, int], done: dict[int, int]) -> list[tuple[object, ...]]:
    probe, app = Noted(), SimpleNamespace(consumer=FakeConsumer(ends, committed))
    lag = Lag(cast("Any", app), {"marks": Stage.PUPILS}, probe, lambda: NOON + 60)
    lag.done([event(FakeApp(), partition, offset) for partition, offset in done.items()])
    lag.report()
    return probe.told


def test_what_waits_is_counted_and_aged_by_the_last_one_done() -> None:
    """Over all partitions of the stage; others, the changelog's, do not count."""
    assert _told({0: 10, 1: 5}, {}, {0: 6, 1: 4}) == [("lag", Stage.PUPILS, 3, 60.0)]


def test_where_nothing_waits_there_is_no_age() -> None:
    """However long ago the last one came."""
    assert _told({0: 7}, {}, {0: 6}) == [("lag", Stage.PUPILS, 0, 0.0)]


def test_what_others_have_done_meanwhile_does_not_wait() -> None:
    """A partition that left and came back is further than it was."""
    assert _told({0: 100}, {0: 98}, {0: 6}) == [("lag", Stage.PUPILS, 2, 60.0)]


def test_before_anything_is_known_nothing_waits() -> None:
    """The broker has told no end yet."""
    assert _told({0: None}, {}, {}) == [("lag", Stage.PUPILS, 0, 0.0)]
