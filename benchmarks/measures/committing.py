"""When each mark's transaction was seen committed, by a reader of the ledgers' changelog.

Every transaction has the position that it reached in `marks`. So a mark is committed when a position behind its record
has been read; its register was received at the time stamp that the record of `marks` carries.
"""

import time
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event, Thread
from typing import NamedTuple

from streams.contract.batches import decode_batch
from streams.kafka.reader import Reader
from streams.kafka.records import Record
from streams.settings import Settings
from streams.topology.position import POSITION_KEY, decode_position


class Reached(NamedTuple):
    """A position was read: the next offset of `marks`, and when (s since 1970)."""

    next_offset: int
    at: float


class Wait(NamedTuple):
    """So many marks, received then (s since 1970), whose transaction was seen so many seconds later."""

    marks: int
    received: float
    seconds: float


@dataclass
class Positions:
    """The positions read, in order, by partition; `failure` is why the reader ended early."""

    reached: dict[int, list[Reached]] = field(default_factory=lambda: defaultdict(list))
    failure: Exception | None = None

    def note(self, record: Record, at: float) -> None:
        """Take a record of the changelog that was read at *at*."""
        if record.key == POSITION_KEY and record.value is not None:
            reached = self.reached[record.partition]
            next_offset = decode_position(record.value).next_offset
            if not reached or next_offset > reached[-1].next_offset:
                reached.append(Reached(next_offset, at))

    def first(self, partitions: int) -> float | None:
        """Give when each of so many partitions had a position (s since 1970); None while one has none."""
        firsts = [reached[0].at for reached in list(self.reached.values()) if reached]
        return max(firsts) if len(firsts) == partitions else None

    def waits(self, marks: Iterable[Record]) -> Iterator[Wait]:
        """Give what the registers in *marks*, records of that topic, waited for; those never seen are left out."""
        offsets = {partition: [one.next_offset for one in its] for partition, its in self.reached.items()}
        for record in marks:
            place = bisect_right(offsets.get(record.partition, []), record.offset)
            if place < len(self.reached.get(record.partition, [])):
                at = self.reached[record.partition][place].at
                yield from _waits(record, at)


def _waits(record: Record, at: float) -> Iterator[Wait]:
    for register in decode_batch(record.value or b"").registers:
        received = register.received_ms / 1e3
        yield Wait(len(register.marks), received, at - received)


def handed_on(marks: Iterable[Record]) -> Iterator[Wait]:
    """Give what registers waited until their marks were in that topic: by the time stamps of both records."""
    return (wait for record in marks for wait in _waits(record, record.timestamp_ms / 1e3))


def by_time(waits: Iterable[Wait], joined: float, window: float) -> dict[str, list[Wait]]:
    """Put *waits* down to when they were received: before *joined* (s since 1970), within *window* s, or later."""
    names = ("before the second worker", f"0 to {window:g} s after its start", "later")
    times: dict[str, list[Wait]] = {name: [] for name in names}
    for wait in waits:
        place = 0 if wait.received < joined else 1 if wait.received < joined + window else 2
        times[names[place]].append(wait)
    return times


@contextmanager
def following(settings: Settings, changelog: str) -> Iterator[Positions]:
    """Follow *changelog* from now on, in a thread of its own, until the block is left.

    Raises:
        FirstbellError: Kafka failed the reader.
    """
    positions, stop = Positions(), Event()
    with Reader(settings, changelog, begin="now") as reader:
        thread = Thread(target=_follow, args=(reader, positions, stop), daemon=True)
        thread.start()
        try:
            yield positions
        finally:
            stop.set()
            thread.join()
    if positions.failure:
        raise positions.failure


def _follow(reader: Reader, positions: Positions, stop: Event) -> None:
    try:
        for record in reader.until(stop):
            positions.note(record, time.time())
    except Exception as error:  # noqa: BLE001 - handed to who waits for it
        positions.failure = error
