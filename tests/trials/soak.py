"""Marks for a long time through one worker, its memory recorded: `make soak`.

The same children, a school day after the other, year after year: a ledger holds two of them, so that what the worker
must hold stops growing after the second, and only a leak would go on. Writes one line a step.
"""

import itertools
import json
import shutil
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from random import Random

import click
import psutil

from streams.kafka.admin import Admin, topics_of
from streams.settings import Settings
from tests.support import stream
from tests.support.broker import FULL_SPEED, Broker
from tests.support.hostile import pupil_key
from tests.support.worker import WorkerProcess

FOLDER = Path(__file__).parents[2] / ".cache" / "soak"
SCHOOLS, PUPILS = 60, 30  # pupils of a school; each register is of one school
STEPS = 40
_FIRST, _LAST = 2011, 2025  # academic years; what comes after the last is corrections of it
_DAYS = 190  # school days of a year
_PARTITIONS = 8


@click.command()
@click.option("--marks", type=int, default=10_000_000, show_default=True)
def main(marks: int) -> None:
    """Send so many marks through one worker, and print its memory as it goes."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    with Broker(FOLDER / "kafka", jvm=FULL_SPEED) as kafka:
        settings = Settings(bootstrap=kafka.bootstrap, partitions=_PARTITIONS, metrics_port=0)
        topics = topics_of(settings)
        Admin(settings).create(topics)
        with WorkerProcess(settings, FOLDER) as worker:
            worker.until_ready(_PARTITIONS)
            lines, began = _lines(), time.monotonic()
            for step in range(STEPS):
                stream.send(settings, topics, itertools.islice(lines, marks // PUPILS // STEPS))
                stream.until_done(settings, topics, 3600)
                applied = worker.metric("firstbell_marks_total", result="applied")
                fact = {"step": step + 1, "marks": int(applied), "rss_mib": _resident(worker)}
                fact["seconds"] = round(time.monotonic() - began)
                click.echo(json.dumps(fact))
                assert worker.metric("firstbell_dead_letters_total") == 0, "the log of a soak has nothing to refuse"


def _resident(worker: WorkerProcess) -> int:
    """Memory of the worker itself, the leash's only child, in MiB."""
    (child,) = psutil.Process(worker.pid).children()
    return int(child.memory_info().rss >> 20)


def _lines() -> Iterator[bytes]:
    """Registers, for ever: year by year, day by day, AM and PM."""
    rng = Random(1)  # noqa: S311 - no secrets here
    for turn in itertools.count():
        first = date(min(_FIRST + turn, _LAST), 9, 7)
        monday = first - timedelta(days=first.weekday())
        for number in range(_DAYS):
            day = monday + timedelta(days=number // 5 * 7 + number % 5)
            for half, school in itertools.product(("AM", "PM"), range(SCHOOLS)):
                yield _register(rng, day, half, school, turn)


def _register(rng: Random, day: date, half: str, school: int, turn: int) -> bytes:
    pupils = (pupil_key(school * PUPILS + number) for number in range(PUPILS))
    marks = [{"pupil": pupil, "code": "/" if rng.random() < 0.93 else rng.choice("INOML")} for pupil in pupils]
    fields = {"register_id": f"{day}-{half}-{school}-{turn}", "urn": 100001 + school, "date": day.isoformat()}
    recorded = f"{day}T{'09' if half == 'AM' else '13'}:{turn % 60:02}:00Z"
    return json.dumps(
        fields | {"session": half, "recorded_at": recorded, "marks": marks}, separators=(",", ":")
    ).encode()


if __name__ == "__main__":
    main()
