"""A changelog filled before the worker starts, and the gate that starts from the same ledgers."""

import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from functools import partial
from itertools import islice
from multiprocessing import get_context
from os import cpu_count
from pathlib import Path

from benchmarks.england import ledgers
from benchmarks.england.expected import by_pupil
from benchmarks.england.seeding import seed
from benchmarks.gate import Mismatch, hold
from benchmarks.measures.cutting import written
from benchmarks.measures.finding import Say
from benchmarks.measures.site import Site, made
from benchmarks.measures.world import World
from streams.attendance.walk import Engine
from streams.books import load_book
from streams.cli.collecting import collect_seldom
from streams.contract.codec import decode_alert
from streams.contract.messages import Alert
from streams.contract.topics import Topic
from streams.kafka.reader import Reader
from streams.kafka.records import Record
from streams.pipeline.replay import Line, Replay

_AT_ONCE = 500  # registers


@contextmanager
def planted(world: World, directory: Path, say: Say) -> Iterator[Site]:
    """Start a Kafka in *directory*, and fill the changelog with the ledgers of *world*."""
    with made(directory) as site:
        began = time.monotonic()
        records = seed(site.settings, world.folder)
        say(f"the ledgers of {world.authority.pupils:,} pupils: {records:,} records, {time.monotonic() - began:.0f} s")
        yield site


def check(site: Site, lines: list[bytes], world: World) -> str:
    """Hold the alerts of *site* to a replay of the registers *lines* from the ledgers of *world*.

    Pupil by pupil: every alert with its id, sequence, cause and evidence, in order; and no dead letter. Alerts about
    schools depend on the clock, and are left out.

    Raises:
        Mismatch: they differ, or there is none.
    """
    hold("dead letters", len(_read(site, site.topics.dead_letters)), 0)
    found = by_pupil(decode_alert(record.value or b"") for record in _read(site, site.topics.alerts))
    file = written(lines, site.directory / "gate.jsonl").file
    hold("alerts by pupil", found, _due(world.folder, file, site.settings.partitions))
    number = sum(map(len, found.values()))
    if not number:
        raise Mismatch("there is no alert: too few marks for the gate to show anything")
    return f"{number:,} alerts, pupil by pupil those of a replay from the same ledgers"


def _read(site: Site, topic: Topic) -> list[Record]:
    with Reader(site.settings, topic.name) as reader:
        return list(reader.to_end())


def _due(folder: Path, file: Path, partitions: int) -> dict[str, list[Alert]]:
    due: dict[str, list[Alert]] = {}
    with ProcessPoolExecutor(cpu_count(), get_context("spawn"), collect_seldom) as pool:
        for part in pool.map(partial(_replayed, folder, file, partitions), range(partitions)):
            due |= part
    return due


def _replayed(folder: Path, file: Path, partitions: int, partition: int) -> dict[str, list[Alert]]:
    """Replay the marks of one partition."""
    replay = Replay(Engine(load_book(None)), partition=(partition, partitions))
    for key, value in ledgers.read(folder, partition):
        replay.ledgers.load(key, value)
    numbered = (Line(number, line) for number, line in enumerate(file.read_bytes().splitlines(), 1))
    some = iter(lambda: list(islice(numbered, _AT_ONCE)), [])
    return by_pupil(alert for lines in some for fed in replay.feed_all(lines) for alert in fed.alerts)
