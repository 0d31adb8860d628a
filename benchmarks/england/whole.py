"""Our side: registers in, alerts committed, by workers with an authority's half year in their ledgers."""

from functools import partial
from pathlib import Path

from benchmarks.england.expected import Due, by_pupil, states
from benchmarks.england.inputs import Part
from benchmarks.england.seeding import seed
from benchmarks.england.sending import send
from benchmarks.gate import hold
from benchmarks.group import Group, wait_until
from benchmarks.result import Result, Stopwatch
from benchmarks.worker import Workers, settings_for, sharing
from streams.attendance.walk import Engine
from streams.books import load_book
from streams.contract.codec import decode_alert
from streams.contract.topics import Topic
from streams.kafka.admin import topics_of
from streams.kafka.reader import Reader
from streams.kafka.records import Record
from streams.pipeline.ledgers import Ledgers
from streams.pipeline.refusals import from_file
from streams.settings import Settings
from streams.topology.position import POSITION_KEY

SIDE = "Firstbell, exactly once"
_LEAST_RATE = 1000  # marks a second; a run that is slower is given up


def whole(bootstrap: str, *, made: Path, warm: Part, part: Part, due: Due, directory: Path, workers: int) -> Result:
    """Measure the registers of *part*, from the first one sent to the last alert committed.

    1. write the ledgers of the folder *made* into the changelog, start *workers* workers, and let them take *warm*;
    2. start the clock; send as fast as Kafka takes it;
    3. stop the clock when the worker's group has committed the end of `registers` and then of `marks`, which it does
       only behind the transactions that hold the alerts;
    4. end the workers, and hold what they did to what is *due*.

    Raises:
        Mismatch: it is not the replay's. ChildGone: a worker ended. TooSlowError: it hangs.
    """
    settings = settings_for(bootstrap)
    seed(settings, made)
    with sharing(settings, workers, directory) as running:
        group = Group(bootstrap, settings.app_id, settings.partitions)
        _pass(settings, warm, group, running)
        watch = Stopwatch(running.cpu)
        _pass(settings, part, group, running)
        timing = watch.stop()
        group.close()
    return Result(SIDE, part.marks, timing, check(settings, due))


def _pass(settings: Settings, part: Part, group: Group, workers: Workers) -> None:
    """Send *part*, and wait until all of it is committed."""
    topics = topics_of(settings)
    send(settings, topics.registers.name, part.registers)
    for topic in (topics.registers.name, topics.marks.name):
        done = partial(group.is_at_end, topic)
        wait_until(f"the end of {topic}", done, workers.check, 60 + part.marks / _LEAST_RATE)


def check(settings: Settings, due: Due) -> str:
    """Hold what the worker left to what is *due*: every alert, and what a worker that starts now would load.

    Raises:
        Mismatch: it differs.
    """
    topics = topics_of(settings)
    hold("dead letters", len(_read(settings, topics.dead_letters)), 0)
    alerts = by_pupil(decode_alert(record.value or b"") for record in _read(settings, topics.alerts))
    hold("alerts by pupil", alerts, due.alerts)
    hold("stored states by pupil", _states(settings, topics.ledgers), due.states)
    count = sum(len(its) for its in alerts.values())
    return f"{count:,} alerts and the stored state of {len(due.states):,} pupils, as the replay's"


def _states(settings: Settings, ledgers: Topic) -> dict[str, bytes]:
    engine = Engine(load_book(None))
    held = [Ledgers(engine, from_file("-")) for _ in range(settings.partitions)]
    with Reader(settings, ledgers.name) as reader:
        for record in reader.to_end():
            if record.key != POSITION_KEY:
                held[record.partition].load(record.key or b"", record.value)
    return {key: digest for each in held for key, digest in states(each).items()}


def _read(settings: Settings, topic: Topic) -> list[Record]:
    with Reader(settings, topic.name) as reader:
        return list(reader.to_end())
