"""When surveys are due, and what they say."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

from prometheus_client import CollectorRegistry

from streams.notify.lifecycle.parcels import TO_SEND
from streams.notify.lifecycle.state import Parcel
from streams.notify.service.metrics import NotifyMetrics
from streams.notify.service.sender import Clocks
from streams.notify.service.surveys import Surveys
from streams.notify.working.desk import MemoryDesk
from streams.notify.working.room import RedisRoom
from tests.support.alerts import ALERT


class Room:
    """One whose steps take as long as they are told to."""

    def __init__(self) -> None:
        self.desk, self.clock, self.lasts = MemoryDesk(), 0.0, 0.0

    @contextmanager
    def step(self) -> Iterator[MemoryDesk]:
        yield self.desk
        self.clock += self.lasts


def surveys(room: Room) -> tuple[Surveys, CollectorRegistry, NotifyMetrics]:
    registry = CollectorRegistry()
    metrics = NotifyMetrics(registry, ["office"])
    clocks = Clocks(now=lambda: 100.0, steady=lambda: room.clock)
    return Surveys(cast("RedisRoom", room), metrics, clocks), registry, metrics


def test_they_are_due_by_the_clock_and_of_a_long_backlog_more_seldom() -> None:
    """At once, then after five seconds, or fifty times as long as the last one took, up to a minute."""
    room = Room()
    taken, _, _ = surveys(room)
    for lasts, later in ((0.0, 5.0), (0.5, 25.0), (10.0, 60.0)):
        assert taken.are_due
        room.lasts = lasts
        taken.take()
        room.clock += later - 0.1
        assert not taken.are_due
        room.clock += 0.1


def test_what_a_receiver_is_owed_is_said_also_when_it_was_named_later() -> None:
    """And of one that the file does not name any more."""
    room = Room()
    taken, registry, metrics = surveys(room)
    for name in ("office", "fresh"):
        parcel = Parcel(
            delivery_id=name, receiver=name, route="all", lane="now", alerts=(ALERT,), again=(0,), published=40.0
        )
        room.desk.put(Parcel, name, parcel)
        room.desk.at(f"ready:{name}", name, 50.0)
        room.desk.link(TO_SEND, name)
    metrics.know(["fresh"])
    taken.take()
    for name in ("office", "fresh"):
        assert registry.get_sample_value("firstbell_notify_pending", {"receiver": name}) == 1
    assert registry.get_sample_value("firstbell_notify_oldest_pending_seconds") == 60
