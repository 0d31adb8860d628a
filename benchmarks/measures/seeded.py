"""A changelog filled before the worker starts, and the gate that starts from the same."""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.england.seeding import seed
from benchmarks.gate import Mismatch, by_place, hold
from benchmarks.measures.finding import Say
from benchmarks.measures.site import Site, made
from benchmarks.measures.world import World
from streams.attendance.walk import Engine
from streams.books import load_book
from streams.contract.batches import BatchRegister, decode_batch
from streams.contract.codec import decode_alert
from streams.contract.messages import Alert, Origin
from streams.contract.topics import Topic
from streams.kafka.reader import Reader
from streams.kafka.records import Record
from streams.pipeline.fold import fold
from streams.pipeline.intake import partition_of, read_line, split
from streams.pipeline.ledgers import Ledgers
from streams.pipeline.refusals import from_topic

Pages = Iterable[tuple[bytes, bytes]]
PagesOf = Callable[[int], Pages]
"""Gives the changelog records of a partition."""

_AT_ONCE = 1_000  # marks


@contextmanager
def planted(world: World, directory: Path, say: Say) -> Iterator[Site]:
    """Start a Kafka in *directory*, and fill the changelog with the ledgers of *world*."""
    with made(directory) as site:
        began = time.monotonic()
        records = seed(site.settings, world.folder)
        say(f"the ledgers of {world.authority.pupils:,} pupils: {records:,} records, {time.monotonic() - began:.0f} s")
        yield site


class Due:
    """The engine over one partition after another, each from the ledgers that its changelog had at first."""

    def __init__(self, site: Site, pages: PagesOf) -> None:
        self._engine = Engine(load_book(None))
        self._origin = from_topic(site.topics.registers.name)
        self._pages = pages
        self.years: dict[str, int] = {}
        self.marks = 0

    def alerts(self, partition: int, registers: Iterable[BatchRegister]) -> list[Alert]:
        """Give the alerts of *registers*, which have this partition's marks alone, in their order."""
        ledgers = Ledgers(self._engine, self._origin)
        for key, value in self._pages(partition):
            ledgers.load(key, value)
        alerts: list[Alert] = []
        for some in _some(registers):
            work = ledgers.work()
            work.take(*some)
            work.commit()
            alerts += work.alerts
            self.marks += sum(len(register.marks) for register in some)
        states = ((alert.pupil, ledgers.get(alert.pupil or "")) for alert in alerts)
        self.years |= {key or "": pupil.year for key, pupil in states if pupil and pupil.year is not None}
        return alerts


def _some(registers: Iterable[BatchRegister]) -> Iterator[list[BatchRegister]]:
    """Gather registers to batches of about a thousand marks, which costs the engine less than one by one."""
    gathered: list[BatchRegister] = []
    marks = 0
    for register in registers:
        gathered.append(register)
        marks += len(register.marks)
        if marks >= _AT_ONCE:
            yield gathered
            gathered, marks = [], 0
    yield gathered


def check(site: Site, lines: list[bytes], pages: PagesOf) -> str:
    """Hold what is in the topics of *site* to the registers *lines*, sent in this order; say what was found equal.

    As `benchmarks.gate`: every mark once in `marks`, no dead letter, the alerts of each partition those of the engine
    over its records in their order, and folded those of a replay of *lines*; all from the ledgers of *pages*.

    Raises:
        Mismatch: it is not so.
    """
    partitions = site.settings.partitions
    live = _read(site, site.topics.alerts)
    places = {record.key or b"": record.partition for record in live}
    found = _by_partition((decode_alert(record.value or b"") for record in live), partitions)
    sent, taken = _sent(lines, partitions), _taken(site)
    hold("marks in the topic", sum(map(_marks, taken)), sum(map(_marks, sent)))
    hold("dead letters", len(_read(site, site.topics.dead_letters)), 0)
    ordered, replayed = Due(site, pages), Due(site, pages)
    for partition in range(partitions):
        mine = found[partition]
        due, again = ordered.alerts(partition, taken[partition]), replayed.alerts(partition, sent[partition])
        hold("alerts by partition", by_place([mine], places), by_place([due], places))
        years = ordered.years | replayed.years
        hold("folded alerts", fold(mine, years), fold(again, years))
    number = sum(map(len, found))
    if not number:
        raise Mismatch("there is no alert: too few marks for the gate to show anything")
    return f"{number:,} alerts, in the order of marks and folded"


def _read(site: Site, topic: Topic) -> list[Record]:
    with Reader(site.settings, topic.name) as reader:
        return list(reader.to_end())


def _by_partition(alerts: Iterable[Alert], partitions: int) -> list[list[Alert]]:
    parts: list[list[Alert]] = [[] for _ in range(partitions)]
    for alert in alerts:
        if alert.pupil is not None:  # what the clock says of schools depends on when a register comes
            parts[partition_of(alert.pupil, partitions)].append(alert)
    return parts


def _taken(site: Site) -> list[list[BatchRegister]]:
    parts: list[list[BatchRegister]] = [[] for _ in range(site.settings.partitions)]
    for record in _read(site, site.topics.marks):
        parts[record.partition] += decode_batch(record.value or b"").registers
    return parts


def _sent(lines: list[bytes], partitions: int) -> list[list[BatchRegister]]:
    read = (read_line(line, origin=Origin(file="-", line=number))[0] for number, line in enumerate(lines, 1))
    parts = split([register for register in read if register is not None], partitions)
    return [parts.get(partition, []) for partition in range(partitions)]


def _marks(registers: list[BatchRegister]) -> int:
    return sum(len(register.marks) for register in registers)
