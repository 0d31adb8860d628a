"""`firstbell demo`: the main job on an embedded broker, within a minute."""

import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import click
import msgspec
from rich.console import Console

from streams.attendance.book import RuleBook
from streams.books import load_book
from streams.demo.interrupt import interruptible
from streams.demo.offline import differences, replayed
from streams.demo.ready import free_port, wait_until_ready
from streams.demo.run import Run
from streams.demo.sending import Sending
from streams.demo.summary import Summary, in_words, summarise
from streams.demo.tally import Tally
from streams.demo.view import View, view_for
from streams.demo.worker import Worker
from streams.embedded.broker import EmbeddedBroker
from streams.kafka.admin import Admin, topics_of
from streams.settings import Settings
from streams.simulate import Sent, half_term
from streams.wording import sentence

WORKER = (sys.executable, "-c", "from streams.cli import main; main()", "worker")
READY_WITHIN = 45  # s
PARTITIONS = 4
SESSION_TIMEOUT = 6  # s: on Tansu joining a group takes half of it
NOT_BY_THE_CLOCK = 3600  # s: the half-term is over; what fell due in it is decided as registers come, as in a replay


@click.command()
@click.option("--seed", default=1, show_default=True, help="Which half-term is invented.")
@click.option("--json", "as_json", is_flag=True, help="Only the summary, as JSON.")
def demo(seed: int, *, as_json: bool) -> None:
    """See the main job work: no Kafka, Docker or Java needed, nothing is left behind.

    Starts an embedded broker and a real worker, sends the registers of an invented half-term of three schools,
    shows alerts as they come, and proves in the end that an offline replay gives the same. Exit 1 if it does not.

    \b
    Examples:
      firstbell demo
      firstbell demo --seed 7 --json
    """  # noqa: D301 - click reads the \b
    with interruptible() as check, view_for(Console(), quiet=as_json) as view:
        sent, book = half_term(seed), load_book(None)
        lines = [each.line for each in sent]
        tally, seconds = _live(sent, book, view, check)
        view.say("Replaying the same registers without Kafka …")
        offline = replayed(lines, book)
    summary = summarise(lines, tally, len(offline.years), seconds, differences(tally, offline))
    _say(summary, tally, book, as_json=as_json)
    sys.exit(1 if summary.differences else 0)


def _live(registers: list[Sent], book: RuleBook, view: View, interrupted: Callable[[], None]) -> tuple[Tally, float]:
    """Start everything, run, stop everything. Returns what was seen, and seconds from first register to last alert."""
    with tempfile.TemporaryDirectory(prefix="firstbell-demo-") as folder, _broker(view) as bootstrap:
        settings = _settings(bootstrap, Path(folder))
        topics = topics_of(settings)
        Admin(settings).create(topics)
        view.say("Starting a worker …")
        with Worker(WORKER, settings, Path(folder) / "worker.log") as worker:

            def check() -> None:
                interrupted()
                worker.check()

            wait_until_ready(settings.metrics_port, check, READY_WITHIN)
            view.say(f"Sending {len(registers):,} registers of an invented half-term …")
            rules = book.by_id()
            run = Run(settings, topics, rules, len(registers), view, check, time.time)
            began = time.monotonic()
            with Sending(settings, topics.registers.name, registers, lambda: str(uuid4()), time.time) as sending:
                return run.watch(sending), time.monotonic() - began


def _settings(bootstrap: str, folder: Path) -> Settings:
    """Settings for this run alone; the user's own are not read."""
    return Settings(
        bootstrap=bootstrap,
        embedded=True,
        partitions=PARTITIONS,
        session_timeout=SESSION_TIMEOUT,
        heartbeat_interval=1,
        overdue_check_interval=NOT_BY_THE_CLOCK,
        metrics_port=free_port(),
        data_dir=folder,
    )


@contextmanager
def _broker(view: View) -> Iterator[str]:
    view.say("Starting the embedded broker …")
    with EmbeddedBroker() as broker:
        yield broker.bootstrap


def _say(summary: Summary, tally: Tally, book: RuleBook, *, as_json: bool) -> None:
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(summary), indent=2))
        return
    rules = book.by_id()
    if life := tally.taken_back():
        click.echo("\nOne alert that was taken back, from its beginning:")
        for alert in life:
            click.echo(f"  {sentence(alert, rules.get(alert.rule))}")
    click.echo()
    for line in in_words(summary):
        click.echo(line)
