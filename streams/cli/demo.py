"""`firstbell demo`: the main job on an embedded broker, within a minute."""

import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from uuid import uuid4

import click
import msgspec
from rich.console import Console

from streams.attendance.book import RuleBook
from streams.books import load_book
from streams.demo.holding import held, taken_back
from streams.demo.hook import Heard, Hook
from streams.demo.interrupt import interruptible
from streams.demo.offline import replayed
from streams.demo.ready import free_port, wait_until_ready
from streams.demo.run import Run
from streams.demo.sending import Sending
from streams.demo.summary import Summary, in_words, summarise
from streams.demo.tally import Tally
from streams.demo.telling import RULES, told_and_untold, wait_until_heard, wait_until_told, write_file
from streams.demo.view import View, view_for
from streams.demo.worker import Worker
from streams.embedded.broker import EmbeddedBroker
from streams.kafka.admin import Admin, topics_of
from streams.settings import Settings
from streams.simulate import Sent, half_term
from streams.simulate.stories import CORRECTED
from streams.wording import sentence
from streams.wording.phrases import title

FIRSTBELL = (sys.executable, "-c", "from streams.cli import main; main()")
WORKER = (*FIRSTBELL, "worker")
NOTIFIER = (*FIRSTBELL, "notify", "run")
READY_WITHIN = 45  # s
PARTITIONS = 4
SESSION_TIMEOUT = 6  # s: on Tansu joining a group takes half of it
NOT_BY_THE_CLOCK = 3600  # s: the half-term is over; what fell due in it is decided as registers come, as in a replay


@click.command()
@click.option("--seed", default=1, show_default=True, help="Which half-term is invented.")
@click.option("--json", "as_json", is_flag=True, help="Only the summary, as JSON.")
def demo(seed: int, *, as_json: bool) -> None:
    """See the main job work: no Kafka, Docker or Java needed, nothing is left behind.

    Starts an embedded broker, a real worker and a real notifier, sends the registers of an invented half-term of three
    schools, shows alerts as they come and what a webhook hears, and proves in the end that an offline replay gives the
    same. One correction waits until the webhook has heard of what it takes back, so that both are seen. Exit 1 if the
    replay gives something else, or the webhook was not told.

    \b
    Examples:
      firstbell demo
      firstbell demo --seed 7 --json
    """  # noqa: D301 - click reads the \b
    with interruptible() as check, view_for(Console(), quiet=as_json) as view:
        sent, book = half_term(seed), load_book(None)
        lines = [each.line for each in sent]
        awaited = taken_back(sent, CORRECTED, book, RULES)
        tally, heard, seconds = _live(sent, awaited, book, view, check)
        view.say("Replaying the same registers without Kafka …")
        offline = replayed(lines, book)
    summary = summarise(lines, tally, offline, seconds, heard)
    _say(summary, tally, book, as_json=as_json)
    sys.exit(0 if summary.holds() else 1)


def _live(
    registers: list[Sent], awaited: frozenset[str], book: RuleBook, view: View, interrupted: Callable[[], None]
) -> tuple[Tally, list[Heard], float]:
    """Start everything, run, stop everything.

    Returns what was seen, what a webhook heard of one of the alerts *awaited*, which a correction takes back, and
    seconds from first register to last alert.
    """
    with (
        tempfile.TemporaryDirectory(prefix="firstbell-demo-") as name,
        _broker(view) as bootstrap,
        Hook(time.time) as hook,
    ):
        folder = Path(name)
        settings, telling = _settings(bootstrap, folder), _settings(bootstrap, folder)
        topics = topics_of(settings)
        Admin(settings).create(topics)
        view.say("Starting a worker and a notifier …")
        notifier_command = (*NOTIFIER, str(write_file(folder, hook)))
        with (
            Worker(WORKER, settings, folder / "worker.log") as worker,
            Worker(notifier_command, telling, folder / "notifier.log", "notifier") as notifier,
        ):

            def check() -> None:
                interrupted()
                worker.check()
                notifier.check()

            for started in (settings, telling):
                wait_until_ready(started.metrics_port, check, READY_WITHIN)
            view.say(f"Sending {len(registers):,} registers of an invented half-term …")
            run = Run(settings, topics, book.by_id(), len(registers), view, check, time.time)
            waiting = partial(wait_until_heard, awaited, hook, lambda: (len(run.tally.alerts), len(hook.heard)))
            sending_order = held(registers, CORRECTED, waiting)
            began = time.monotonic()
            with Sending(settings, topics.registers.name, sending_order, lambda: str(uuid4()), time.time) as sending:
                tally, seconds = run.watch(sending), time.monotonic() - began
            wait_until_told(tally.alerts, hook, check)
            return tally, told_and_untold(awaited, hook), seconds


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
    if summary.webhook:
        click.echo("\nWhat a webhook was told by the notifier, and then that it was taken back:")
    for told in summary.webhook:
        click.echo(f"  {told.at[11:23]} {told.change}: {title(told.rule).lower()}, school {told.urn}")
    click.echo()
    for line in in_words(summary):
        click.echo(line)
