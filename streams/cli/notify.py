"""`firstbell notify`: the notifier, its file checked, an alert's way shown."""

import gc
import json
import os
import secrets
import signal
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
import structlog

from streams.attendance.book import RuleBook
from streams.books import load_book
from streams.cli.notify_route import alert_in, decisions, said
from streams.cli.options import with_settings
from streams.cli.working_state import opened
from streams.contract.topics import Topics
from streams.errors import Refuse
from streams.kafka.admin import Admin, topics_of
from streams.kafka.stopping import stop_on_signals
from streams.notify.channels.channel import Channel
from streams.notify.channels.guard import Guard
from streams.notify.channels.opening import Surroundings as Outside
from streams.notify.channels.opening import open_channel
from streams.notify.channels.settings import ChannelSettings
from streams.notify.config.config import Config
from streams.notify.config.reading import read
from streams.notify.lifecycle.records import beginning
from streams.notify.service.health import NotifyHealth
from streams.notify.service.log import DeliveryLog, began, ends, positions, start_at
from streams.notify.service.metrics import NotifyMetrics
from streams.notify.service.sender import Clocks
from streams.notify.service.service import Service
from streams.notify.service.surroundings import Equipment, Surroundings
from streams.notify.words import Words
from streams.notify.words.phrases import counted
from streams.observability import logs
from streams.observability.metrics import new_registry
from streams.observability.server import Server
from streams.settings import Settings

log = structlog.get_logger("firstbell.notify")

_NEW_OBJECTS = 50_000

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


class _RunsByItself(click.Group):
    """Is `run` where no subcommand is named: with a file, with options, with nothing."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put `run` before what is its own."""
        return super().parse_args(ctx, args if self._is_ours(ctx, args) else ["run", *args])

    def _is_ours(self, ctx: click.Context, args: list[str]) -> bool:
        first = args[0] if args else "--"
        is_file = first.endswith(".toml") or Path(first).is_file()
        return first in {*self.commands, *ctx.help_option_names} or not (first.startswith("-") or is_file)


@click.group(cls=_RunsByItself)
def notify() -> None:
    """Tell people and services of alerts: settled, grouped, at sensible hours; and take back what was wrong.

    Without a subcommand it is `run`, by the file that is named or that the setting notify_file names.

    \b
    firstbell notify check notify.toml                 every mistake, with its line
    firstbell notify route alert.json --file notify.toml   who would hear of an alert, when, and why
    firstbell notify run notify.toml --from-now        run; on a first start pass over what is there
    """  # noqa: D301 - click reads the \b


@notify.command()
@click.argument("file", type=FILE)
@with_settings
def check(settings: Settings, file: Path) -> None:
    """Check the receivers and routes in FILE: say every mistake with its line, and exit 2 where there is one."""
    book = load_book(settings.rulebook)
    config = read(file, book)
    _words(book, config)
    receivers = counted(len(config.receivers), "receiver", "receivers")
    routes = counted(len(config.routes), "route", "routes")
    click.echo(f"{file}: {receivers}, {routes}, no mistakes.")


@notify.command()
@click.argument("alert", type=click.File("rb"))
@click.option("--file", type=FILE, help="Receivers and routes; else as the setting notify_file says.")
@click.option("--at", metavar="TIME", help="As if it came then (ISO 8601, with offset); else now.")
@click.option("--json", "as_json", is_flag=True, help="As JSON, for programs.")
@with_settings
def route(settings: Settings, alert: Any, file: Path | None, at: str | None, *, as_json: bool) -> None:  # noqa: ANN401
    """Say who would hear of the alert in ALERT (a JSON file, or - for standard input), when, and why or why not.

    It looks at this alert alone: what silences and other alerts (inhibitions) would hold back is not left out.

    \b
    firstbell tail alerts --json | head -1 | firstbell notify route - --file notify.toml
    """  # noqa: D301 - click reads the \b
    config = read(_file(settings, file), load_book(settings.rulebook))
    found = decisions(alert_in(alert.read()), config, _instant(at))
    click.echo(json.dumps(found, indent=2) if as_json else "\n".join(said(found)))


@notify.command()
@click.argument("file", required=False, type=FILE)
@click.option("--from-now", is_flag=True, help="On a first start: tell nobody of alerts that are there already.")
@with_settings
def run(settings: Settings, file: Path | None, *, from_now: bool) -> None:
    """Run the notifier by FILE (or the setting notify_file). Several may run at once, on one Redis.

    The working state is in the Redis that the setting redis names, or in an embedded Valkey; it may be lost at any
    time. Metrics and health are on 127.0.0.1:9464 (use another port beside a worker). SIGHUP reads FILE again, and
    keeps the old one where the new one has a mistake. SIGTERM or Ctrl-C: what is being sent is finished and recorded.

    \b
    firstbell notify run notify.toml --set redis=redis://127.0.0.1:6379/0 --set metrics_port=9466
    """  # noqa: D301 - click reads the \b
    logs.configure(settings.log_format, settings.log_level)
    place = _file(settings, file)
    topics = topics_of(settings)
    Admin(settings).require([topics.alerts.name, topics.actions.name, topics.deliveries.name])
    equip = _equip(settings, place)
    equipment = equip()
    records = DeliveryLog(settings, topics)
    _begin(settings, topics, records, from_now=from_now)
    registry, health = new_registry(), NotifyHealth(time.monotonic)
    with (
        opened(settings) as client,
        Server(registry, health, settings.metrics_host, settings.metrics_port) as server,
        stop_on_signals() as stop,
    ):
        log.info("serving metrics and health", host=settings.metrics_host, port=server.port)
        around = Surroundings(
            settings=settings,
            topics=topics,
            log=records,
            redis=client,
            metrics=NotifyMetrics(registry, equipment[0].receivers),
            health=health,
            clocks=Clocks(now=time.time, steady=time.monotonic),
            owner=f"{os.uname().nodename}-{os.getpid()}-{secrets.token_hex(4)}",
            token=lambda: secrets.token_hex(16),
            chance=secrets.SystemRandom().random,
            stop=stop,
        )
        reloading = threading.Event()
        signal.signal(signal.SIGHUP, lambda *_: reloading.set())
        _collect_seldom()
        Service(around, equipment[0]).run(equipment, equip, reloading)


def _collect_seldom() -> None:
    """Let Python look for cycles seldom, and never in what stays: it took an eighth of the time of a burst."""
    gc.freeze()
    gc.set_threshold(_NEW_OBJECTS)


def _equip(settings: Settings, file: Path) -> Callable[[], Equipment]:
    """Make what reads the file and opens its channels."""

    def equip() -> Equipment:
        book = load_book(settings.rulebook)
        config = read(file, book)
        around = Outside(Guard(config.allowed), _words(book, config), os.environ, lambda: datetime.now(UTC))
        return config, {name: _channel(name, each.channel, around) for name, each in config.receivers.items()}

    return equip


def _channel(receiver: str, settings: ChannelSettings, around: Outside) -> Channel:
    try:
        return open_channel(settings, around)
    except Refuse as error:
        raise Refuse(f"receiver {receiver}: {error}") from None


def _words(book: RuleBook, config: Config) -> Words:
    """Make the words, those of the authority's own tried beforehand."""
    if config.top.words is None:
        return Words(book)
    words = Words(book, Path(config.top.words))
    words.check()
    return words


def _begin(settings: Settings, topics: Topics, records: DeliveryLog, *, from_now: bool) -> None:
    """Put a notifier that is nowhere yet where it is to begin: where that is, is on record before it is there.

    So a start that ended between the two is gone on with, by whichever start comes next.
    """
    if positions(settings, topics):
        if from_now:
            log.info("--from-now has no effect: the notifier has run before")
        return
    offsets = began(settings, topics)
    if offsets is None and from_now:
        offsets = ends(settings, topics)
        records.append([beginning({str(partition): offset for partition, offset in offsets.items()}, time.time())])
    if offsets is not None:
        start_at(settings, topics, offsets)
        log.info("alerts that were there are passed over", alerts=sum(offsets.values()))


def _file(settings: Settings, file: Path | None) -> Path:
    if file is None and settings.notify_file is None:
        raise Refuse(
            "name the file of receivers and routes, or set notify_file; docs/notifier.md has one to begin with"
        )
    return file or settings.notify_file or Path()


def _instant(text: str | None) -> float:
    if text is None:
        return time.time()
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise Refuse(f"--at wants a time such as 2024-10-08T09:30:00+01:00, not {text}") from None
    if at.tzinfo is None:
        raise Refuse("--at wants a time with its offset, such as 2024-10-08T09:30:00+01:00")
    return at.timestamp()
