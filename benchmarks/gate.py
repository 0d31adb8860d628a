"""The gate: no number without the same alerts.

The worker's alerts, read as committed, must be (1) folded, those that `firstbell replay` gave for the same registers,
and (2) for each partition of `marks`, the very alerts that the engine gives for that partition's records in their
order. Every mark sent must be in `marks` exactly once, and nothing refused.
"""

from collections.abc import Iterable, Sized
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from benchmarks.log import Log
from streams.attendance.walk import Engine
from streams.books import load_book
from streams.contract.batches import decode_batch
from streams.contract.codec import decode_alert
from streams.contract.messages import Alert
from streams.contract.topics import Topic
from streams.errors import FirstbellError
from streams.kafka.admin import topics_of
from streams.kafka.reader import Reader
from streams.kafka.records import Record
from streams.pipeline.fold import fold
from streams.pipeline.ledgers import Ledgers
from streams.pipeline.refusals import from_topic
from streams.pipeline.splitting import partition_of
from streams.settings import Settings

Place = tuple[int, int]
"""Partition of `marks` and partition of `alerts`: within both, alerts have one order."""


class Mismatch(FirstbellError):  # noqa: N818 - what was found
    """Two sides do not agree, so there is nothing to report."""


@dataclass(frozen=True)
class Expected:
    """The alerts that `firstbell replay` wrote to *file*."""

    file: Path

    @cached_property
    def alerts(self) -> list[Alert]:
        """Read them: those about pupils."""
        with self.file.open("rb") as lines:
            return _about_pupils(map(decode_alert, lines))


class _Ordered:
    """The engine over each partition of `marks`, in the order of its records."""

    def __init__(self, settings: Settings) -> None:
        origin = from_topic(topics_of(settings).registers.name)
        engine = Engine(load_book(None))
        self.ledgers = [Ledgers(engine, origin) for _ in range(settings.partitions)]
        self.alerts: list[list[Alert]] = [[] for _ in self.ledgers]
        self.marks = 0

    def take(self, record: Record) -> None:
        work = self.ledgers[record.partition].work()
        registers = decode_batch(record.value or b"").registers
        work.take(*registers)
        self.marks += sum(len(register.marks) for register in registers)
        work.commit()
        self.alerts[record.partition] += work.alerts

    def years(self) -> dict[str, int]:
        found = ((key, ledgers.get(key)) for ledgers in self.ledgers for key in list(ledgers.keys()))
        return {key: pupil.year for key, pupil in found if pupil is not None and pupil.year is not None}


def check(settings: Settings, log: Log, expected: Expected) -> str:
    """Hold what is in the topics of *settings* to *expected*; say in words what was found equal.

    Raises:
        Mismatch: it is not.
    """
    topics = topics_of(settings)
    ordered = _Ordered(settings)
    for record in _read(settings, topics.marks):
        ordered.take(record)
    live = _read(settings, topics.alerts)
    alerts = _about_pupils(decode_alert(record.value or b"") for record in live)
    years = ordered.years()
    hold("marks in the topic", ordered.marks, log.marks)
    hold("dead letters", len(_read(settings, topics.dead_letters)), 0)
    places = {record.key or b"": record.partition for record in live}
    hold(
        "alerts by partition",
        by_place(_by_partition(alerts, settings.partitions), places),
        by_place(ordered.alerts, places),
    )
    hold("folded alerts", fold(alerts, years), fold(expected.alerts, years))
    return f"{len(alerts):,} alerts, in the order of marks and folded"


def _about_pupils(alerts: Iterable[Alert]) -> list[Alert]:
    """Leave those about schools out: what the clock says depends on when a register comes, not on the log alone."""
    return [alert for alert in alerts if alert.pupil is not None]


def _read(settings: Settings, topic: Topic) -> list[Record]:
    with Reader(settings, topic.name) as reader:
        return list(reader.to_end())


def _by_partition(alerts: list[Alert], partitions: int) -> list[list[Alert]]:
    parts: list[list[Alert]] = [[] for _ in range(partitions)]
    for alert in alerts:
        parts[partition_of(alert.pupil or "", partitions)].append(alert)
    return parts


def by_place(parts: list[list[Alert]], places: dict[bytes, int]) -> dict[Place, list[Alert]]:
    """Group alerts, given for each partition of `marks`, by their place, each group in its order.

    *places* has the partition of `alerts` by key, as found there; -1 where the key is not there at all.
    """
    groups: dict[Place, list[Alert]] = {}
    for partition, part in enumerate(parts):
        for alert in part:
            groups.setdefault((partition, places.get((alert.pupil or "").encode(), -1)), []).append(alert)
    return groups


def hold(what: str, found: Sized | int, due: Sized | int) -> None:
    """Hold *found* to *due*; say how many there are of each, and nothing of what they are.

    Raises:
        Mismatch: they are not equal.
    """
    if found != due:
        sizes = " and ".join(str(one if isinstance(one, int) else len(one)) for one in (found, due))
        raise Mismatch(f"{what}: found and due differ ({sizes})")
