"""Batches of a stage side by side, within a bound."""

import asyncio
from collections.abc import Callable

from streams.topology.event import Event
from streams.topology.overlap import Overlap
from streams.topology.pace import Pace
from tests.unit.topology.fakes import FakeApp, event


class Slow:
    """A stage whose batches end when they are told to."""

    def __init__(self) -> None:
        self.begun: list[int] = []
        self.ends = [asyncio.Event() for _ in range(3)]

    async def handle(self, events: list[Event]) -> None:
        number = events[0].message.offset
        self.begun.append(number)
        await self.ends[number].wait()
        if number == 2:
            raise KeyError(number)


def _batch(number: int) -> list[Event]:
    return [event(FakeApp(), 0, number, b"12345")]


def _overlap(stage: Slow, most: int, failed: Callable[[Exception], None]) -> Overlap:
    return Overlap(stage, most, Pace(0.0, lambda: 0.0), failed)


async def _settled() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


def test_so_many_bytes_are_in_hand_and_no_more() -> None:
    """The next batch waits until one is done."""

    async def tried() -> None:
        stage = Slow()
        overlap = _overlap(stage, 10, lambda _: None)
        for number in (0, 1):
            await overlap.room()
            overlap.begin(_batch(number))
        room = asyncio.create_task(overlap.room())
        await _settled()
        assert (stage.begun, room.done()) == ([0, 1], False)
        stage.ends[1].set()
        await room
        stage.ends[0].set()
        await _settled()

    asyncio.run(tried())


def test_what_a_batch_raises_is_told_though_nobody_waits_for_it() -> None:
    """The process ends at once, not when the next batch comes."""
    failed: list[Exception] = []

    async def tried() -> None:
        stage = Slow()
        overlap = _overlap(stage, 1, failed.append)
        await overlap.room()
        overlap.begin(_batch(2))
        stage.ends[2].set()
        await _settled()

    asyncio.run(tried())
    assert [type(error) for error in failed] == [KeyError]
