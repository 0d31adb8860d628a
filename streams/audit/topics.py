"""What an audit reads from Kafka, and in which order, so that a flow that goes on does not look like drift.

1. how far the group is in `registers` (R), and then where `marks` ends (M): the marks of those before R lie before M;
2. wait until the group has done `marks` up to M; then load the changelog, which has at least the registers before R;
3. read `registers` to their end, which has at least what is in the changelog: those from R on are *in flight*, and
   their pupils are not judged;
4. read the alerts.
"""

import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from confluent_kafka import Consumer, KafkaException, TopicPartition

from streams.attendance.walk import Engine
from streams.audit.rebuilding import Rebuilt, Wanted
from streams.contract.codec import decode_alert
from streams.contract.messages import Alert, Origin
from streams.contract.operations import decode_operation
from streams.contract.topics import Topics
from streams.errors import FirstbellError
from streams.kafka.admin import unreachable
from streams.kafka.clients import consumer
from streams.kafka.reader import Reader
from streams.kafka.records import Record
from streams.pipeline.erased import Erased
from streams.pipeline.ledgers import Ledgers
from streams.settings import Settings

__all__ = [
    "From",
    "Shown",
    "Stored",
    "committed",
    "load_changelog",
    "published",
    "quarantined",
    "reached",
    "rebuilt",
    "settle",
]

POSITION_KEY = b"position"  # as `topology.position` has it
_LOOK_AGAIN = 0.2  # s

Shown = Callable[[str, Iterator[Record]], Iterator[Record]]
"""Passes records on, and shows how many of what have passed."""

Offsets = dict[int, int]


@dataclass(frozen=True)
class From:
    """Where to read, and how it is shown; `key` is of the list of the erased, None where there is none."""

    settings: Settings
    topics: Topics
    shown: Shown
    key: bytes | None


@dataclass(frozen=True)
class Reached:
    """Next offsets by partition: what the group has done of `registers`, and the end of `marks` after that."""

    registers: Offsets
    marks: Offsets


class Stored:
    """The ledgers of all partitions, as the changelog has them."""

    def __init__(self, engine: Engine, key: bytes | None = None) -> None:
        self._engine = engine
        self._key = key  # of the list of the erased
        self.parts: dict[int, Ledgers] = {}

    def load(self, record: Record) -> None:
        """Take one changelog record."""
        if record.key != POSITION_KEY:
            part = self.parts.setdefault(record.partition, Ledgers(self._engine, lambda _: Origin(), Erased(self._key)))
            part.load(record.key or b"", record.value)

    def keys(self) -> set[str]:
        """Give every pupil."""
        return {key for part in self.parts.values() for key in part.keys()}  # noqa: SIM118 - no mapping

    def erased(self) -> Erased:
        """Give the list of the erased, as it was when these ledgers were so."""
        found = Erased(self._key)
        for part in self.parts.values():
            found.enter(part.erased.entries)
        return found

    def places(self, key: str) -> list[int]:
        """Give the partitions that have something of a pupil: one, where all is well."""
        return [partition for partition, part in self.parts.items() if part.get(key) is not None]


def reached(source: From) -> Reached:
    """Ask how far the group is in `registers`, then where `marks` ends."""
    settings, topics = source.settings, source.topics
    with Consumer(consumer(settings, settings.app_id)) as asking:
        try:
            done = _committed(asking, topics.registers.name, settings)
            ends = {partition: _end(asking, topics.marks.name, partition, settings) for partition in done}
        except KafkaException as error:
            raise unreachable(settings.bootstrap, error) from None
    return Reached(done, ends)


def settle(source: From, marks: Offsets) -> None:
    """Wait until the group has done `marks` up to these offsets.

    Raises:
        FirstbellError: it has not within `request_timeout`.
    """
    settings, topics = source.settings, source.topics
    until = time.monotonic() + settings.request_timeout
    with Consumer(consumer(settings, settings.app_id)) as asking:
        while True:
            done = _committed(asking, topics.marks.name, settings)
            behind = sum(max(0, end - done[partition]) for partition, end in marks.items())
            if not behind:
                return
            if time.monotonic() > until:
                raise FirstbellError(
                    f"the workers are {behind:,} records behind in {topics.marks.name}; audit once they have caught up"
                )
            time.sleep(_LOOK_AGAIN)


def load_changelog(source: From, engine: Engine) -> Stored:
    """Load the ledgers of all partitions."""
    stored = Stored(engine, source.key)
    with Reader(source.settings, source.topics.ledgers.name) as reader:
        for record in source.shown("changelog records read", reader.to_end()):
            stored.load(record)
    return stored


def rebuilt(source: From, wanted: Wanted, until: Offsets, erased: Erased) -> Rebuilt:
    """Make the ledgers of wanted pupils from registers before *until*, by partition; those behind are in flight."""
    made = Rebuilt(wanted, quarantined(source), erased)
    with Reader(source.settings, source.topics.registers.name) as reader:
        for record in source.shown("registers read", reader.to_end()):
            origin = Origin(topic=record.topic, partition=record.partition, offset=record.offset)
            in_flight = record.offset >= until.get(record.partition, 0)
            made.feed(record.value or b"", received_ms=record.timestamp_ms, origin=origin, in_flight=in_flight)
    return made


def published(source: From, wanted: Wanted) -> dict[str, list[Alert]]:
    """Give the alerts of wanted pupils, in order, by pupil."""
    found: dict[str, list[Alert]] = defaultdict(list)
    with Reader(source.settings, source.topics.alerts.name) as reader:
        for record in source.shown("alerts read", reader.to_end()):
            key = (record.key or b"").decode(errors="replace")
            if wanted(key):
                found[key].append(decode_alert(record.value or b""))
    return found


def quarantined(source: From) -> set[str]:
    """Give the places of registers that were set aside by hand."""
    with Reader(source.settings, source.topics.actions.name) as reader:
        deeds = [decode_operation(record.headers, record.value) for record in reader.to_end()]
    return {deed.subject for deed in deeds if deed is not None and deed.operation == "quarantine"}


def committed(source: From, topic: str) -> Offsets:
    """Ask how far the group is in *topic*."""
    with Consumer(consumer(source.settings, source.settings.app_id)) as asking:
        return _committed(asking, topic, source.settings)


def _committed(asking: Consumer, topic: str, settings: Settings) -> Offsets:
    places = [TopicPartition(topic, partition) for partition in range(settings.partitions)]
    found = asking.committed(places, timeout=settings.request_timeout)
    return {place.partition: max(0, place.offset) for place in found}


def _end(asking: Consumer, topic: str, partition: int, settings: Settings) -> int:
    ends = asking.get_watermark_offsets(TopicPartition(topic, partition), timeout=settings.request_timeout)
    if ends is None:
        raise unreachable(settings.bootstrap, TimeoutError())
    return int(ends[1])
