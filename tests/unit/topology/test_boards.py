"""The boards of the schools stage: what is put up, the clock, and what is lost to another worker."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta

import pytest
from msgspec import structs

from streams.board.school import School, Schools
from streams.errors import Stop, Undelivered
from streams.topology.boards import Read
from streams.topology.keeper import Held
from streams.topology.position import POSITION_KEY, decode_position
from streams.topology.records import Record
from streams.topology.transaction import FencedError
from tests.unit.topology.fakes import (
    NOW,
    FakeApp,
    FakeBoards,
    FakeKeeper,
    FakeReference,
    FakeWriter,
    Noted,
    event,
    gatherer,
    plan,
    register,
    school_boards,
    surroundings,
)

NOW_MS = int(NOW.timestamp() * 1000)
DAY = date(2024, 9, 9)


class Bench:
    """Two partitions: 0 with a school and the position 5, 1 where nothing was ever read."""

    def __init__(self, pool: ThreadPoolExecutor) -> None:
        self.app, self.probe, self.reference = FakeApp(), Noted(), FakeReference()
        self.writer = FakeWriter()
        self.held: Held[FakeBoards] = Held(0, FakeBoards("before"), self.writer, "topic-id", next_offset=5)
        self.empty: Held[FakeBoards] = Held(1, FakeBoards(), FakeWriter(), "topic-id", next_offset=None)
        self.keeper = FakeKeeper(self.held, self.empty)
        self.behind: set[int] = set()
        self.asked: dict[int, int] = {}
        self.away = False
        self.now = NOW
        around = replace(surroundings(plan(), self.probe, pool), now=lambda: self.now)
        self.boards = school_boards(around, self.keeper, gatherer(self.app, plan()), self.reference, self._behind)

    def _behind(self, wanted: dict[int, int]) -> set[int]:
        self.asked = wanted
        if self.away:
            raise Undelivered("no answer")
        return self.behind

    def read(self, offset: int, name: str | None, urn: int = 100001, received_ms: int = NOW_MS) -> Read:
        made = event(self.app, 0, offset)
        self.app.consumer.track_message(made.message)
        slot = DAY.toordinal() * 2
        one = structs.replace(register(name or ""), urn=urn, slot=slot, origin=(0, offset), received_ms=received_ms)
        return Read(made, one if name else None)

    def put(self, *reads: Read) -> None:
        asyncio.run(self.boards.put(self.held, list(reads)))

    def tick(self) -> None:
        asyncio.run(self.boards.tick())


@pytest.fixture
def bench() -> Iterator[Bench]:
    with ThreadPoolExecutor(4) as pool:
        yield Bench(pool)


def _position(records: list[Record]) -> int:
    return decode_position(next(record.value for record in records if record.key == POSITION_KEY)).next_offset


def test_registers_before_the_position_do_not_touch_the_board(bench: Bench) -> None:
    """They are acknowledged, and what is new is put up once."""
    bench.put(*(bench.read(offset, f"r{offset}") for offset in (3, 4)))
    assert (bench.writer.written, bench.app.consumer.acked) == ([], [(0, 3), (0, 4)])
    bench.put(*(bench.read(offset, f"r{offset}") for offset in (4, 5, 6, 5, 6)))
    assert bench.held.state.registers == ["before", "r5", "r6"]
    assert _position(bench.writer.written[0]) == 7


def test_offsets_may_have_gaps(bench: Bench) -> None:
    """Who sends in transactions leaves markers; that nothing was passed over is known before."""
    bench.put(bench.read(9, "r9"))
    assert (bench.held.state.registers, bench.held.next_offset) == (["before", "r9"], 10)


def test_a_batch_of_nothing_but_refused_registers_moves_the_position(bench: Bench) -> None:
    """Else the group would be found past it."""
    bench.put(bench.read(5, None))
    (records,) = bench.writer.written
    assert (len(records), _position(records)) == (1, 6)


def test_what_is_not_written_is_neither_acknowledged_nor_seen(bench: Bench) -> None:
    """The worker stops, and it comes again."""
    bench.writer.error = Undelivered("lost")
    with pytest.raises(Undelivered):
        bench.put(bench.read(5, "a"))
    assert (bench.held.state.registers, bench.held.next_offset, bench.app.consumer.acked) == (["before"], 5, [])


def test_fenced_on_a_partition_that_is_asked_back_the_batch_is_dropped(bench: Bench) -> None:
    """A rebalance does not wait for it; on one that is still held it stops the worker."""
    bench.writer.error = FencedError("taken")
    with pytest.raises(FencedError):
        bench.put(bench.read(5, "a"))
    bench.writer.before = bench.held.revoking.set
    bench.put(bench.read(5, "a"))
    assert bench.keeper.dropped == [0]
    assert bench.app.consumer.acked == []
    assert len(bench.app.consumer.unacked) == 1  # that of the first, which would have ended the worker


def test_a_partition_that_left_meanwhile_forgets_its_registers(bench: Bench) -> None:
    """A look at the clock has found it taken, while marks were delivered."""
    del bench.keeper.of[0]
    bench.put(bench.read(5, "a"))
    assert (bench.writer.written, bench.app.consumer.acked, bench.app.consumer.unacked) == ([], [], set())


def test_registers_before_their_boards_stop_the_worker(bench: Bench) -> None:
    """Faust holds the flow until they are loaded."""
    with pytest.raises(Stop, match="before its boards were loaded"):
        asyncio.run(bench.boards.ready([event(bench.app, 3, 0)]))


def test_the_clock_raises_what_is_overdue_once_and_leaves_the_position(bench: Bench) -> None:
    """In one transaction; where nothing is due nothing is written; partitions without a school are not looked at."""
    bench.tick()
    (records,) = bench.writer.written
    assert [record.topic for record in records] == ["alerts", "boards-changelog"]
    assert (_position(records), bench.held.next_offset, bench.asked) == (5, 5, {0: 5})
    bench.tick()
    assert len(bench.writer.written) == 1
    assert bench.probe.told[-1] == ("missing", 1)


def test_a_partition_that_is_behind_is_looked_at_as_of_its_last_register(bench: Bench) -> None:
    """What waits may have come in time; and where nothing was taken yet, nobody can say."""
    bench.behind = {0}
    bench.tick()
    assert bench.held.state.looks == []
    bench.put(bench.read(5, "a", received_ms=NOW_MS - 1000), bench.read(6, "b", received_ms=NOW_MS - 2000))
    bench.tick()
    assert bench.held.state.looks == [NOW_MS - 1000]


def test_a_broker_that_is_away_for_a_moment_is_asked_again_later(bench: Bench) -> None:
    """Whether it is gone for good, the watch says."""
    bench.away = True
    bench.tick()
    assert bench.writer.written == []
    bench.away = False
    bench.tick()
    assert bench.held.state.looks == [NOW_MS]


@pytest.mark.parametrize("wrong", [timedelta(days=1), timedelta(days=-1)])
def test_a_clock_that_jumped_raises_nothing_until_it_is_believed(bench: Bench, wrong: timedelta) -> None:
    """Partitions are looked at as of their last register meanwhile; once it is back, what is due is raised once."""
    bench.now += timedelta(seconds=1)
    bench.put(bench.read(5, "a", received_ms=NOW_MS - 1000))
    bench.tick()
    bench.now += wrong
    bench.tick()
    bench.now -= wrong
    bench.tick()
    assert bench.held.state.looks == [NOW_MS + 1000]


def test_the_clock_does_not_touch_what_is_asked_back(bench: Bench) -> None:
    """The new owner looks."""
    bench.held.revoking.set()
    bench.tick()
    assert bench.writer.written == []


def test_nothing_is_looked_at_before_the_schools_are_known(bench: Bench) -> None:
    """Nor read: an unknown school would be no news."""

    async def story() -> None:
        bench.reference.known.clear()
        waiting = [
            asyncio.ensure_future(bench.boards.tick()),
            asyncio.ensure_future(bench.boards.ready([event(bench.app, 0, 0)])),
        ]
        await asyncio.sleep(0)
        assert not any(task.done() for task in waiting)
        bench.reference.known.set()
        await asyncio.gather(*waiting)

    asyncio.run(story())
    assert len(bench.writer.written) == 1


def test_registers_of_unknown_and_closed_schools_are_taken_and_counted(bench: Bench) -> None:
    """As of the day of the session."""
    closed = School(urn=100002, name="Closed", status="Open", closed=date(2024, 8, 31))
    bench.reference.schools = Schools([School(urn=100001, status="Open"), closed])
    urns = (100001, 100002, 100003, 100003)
    bench.put(*(bench.read(5 + at, f"r{urn}", urn=urn) for at, urn in enumerate(urns)))
    assert bench.held.state.registers == ["before", "r100001", "r100002", "r100003", "r100003"]
    assert sorted(told for told in bench.probe.told if told[0] == "unlisted") == [
        ("unlisted", "closed", 1),
        ("unlisted", "unknown", 2),
    ]
