"""`firstbell worker`: the stream."""

import asyncio
import logging
import re
import time
from importlib.util import find_spec

import click
import structlog

from streams.attendance.walk import Engine as RuleEngine
from streams.books import load_book
from streams.cli.collecting import collect_seldom
from streams.cli.erasure import erasure_key
from streams.cli.memory import give_back
from streams.cli.options import with_settings
from streams.cli.topics import require
from streams.errors import Refuse
from streams.kafka.admin import topics_of
from streams.observability import logs
from streams.observability.health import Health
from streams.observability.metrics import Metrics, new_registry
from streams.observability.probe import Observed
from streams.observability.server import Server
from streams.pipeline.board_form import BOARD_FORM
from streams.pipeline.board_names import renamed
from streams.pipeline.boards import Boards
from streams.pipeline.erased import Erased
from streams.pipeline.hearing import hear
from streams.pipeline.intake import read_register
from streams.pipeline.ledgers import Ledgers
from streams.pipeline.refusals import from_topic
from streams.pipeline.splitting import split
from streams.pipeline.stored import STORED_FORM
from streams.settings import Settings
from streams.topology.build import build
from streams.topology.engine import Engine
from streams.topology.failstop import FailStop
from streams.topology.plan import Plan, plan_of
from streams.topology.run import run

_PLACE = re.compile(r"(.+)/([0-9]{1,9})/([0-9]{1,18})")

log = structlog.get_logger("firstbell.worker")

# Faust and aiokafka tell of every step at level info.
_CHATTY = ("faust", "mode", "aiokafka", "numba", "streams.topology")
# librdkafka's lines say again what is raised, and Faust's timers that the machine is busy.
_NEEDLESS = ("librdkafka", "mode.timers")


@click.command()
@click.option(
    "--quarantine",
    "places",
    multiple=True,
    metavar="TOPIC/PARTITION/OFFSET",
    help="Set aside the register on which the engine fails: see docs/operating.md. May be repeated.",
)
@with_settings
def worker(settings: Settings, places: tuple[str, ...]) -> None:
    """Run the stream: registers in, alerts out. Any number of workers share the partitions.

    Metrics and health are on 127.0.0.1:9464 (/metrics, /healthz, /readyz). SIGTERM or Ctrl-C: the batch in hand is
    finished and committed. Anything that could lose or double an alert ends the worker with exit code 70 before
    anything is acknowledged; start it again.

    \b
    firstbell worker
    FIRSTBELL_BOOTSTRAP=kafka:9092 FIRSTBELL_METRICS_PORT=9465 firstbell worker
    """  # noqa: D301 - click reads the \b
    collect_seldom()
    give_back()
    _configure_logs(settings)
    book = RuleEngine(load_book(settings.rulebook))
    key = erasure_key(settings)
    names = topics_of(settings)
    plan = plan_of(settings, names, frozenset(_place(text, names.registers.name) for text in places))
    require(settings)
    registry, health = new_registry(), Health(time.monotonic)
    probe = Observed(Metrics(registry, [rule.id for rule in (*book.rules, *book.book.school_rules)]), health)
    with Server(registry, health, settings.metrics_host, settings.metrics_port) as server:
        if find_spec("numba") is None:
            log.warning("numba is not installed: every mark goes the exact way, which is right and slower")
        log.info("serving metrics and health", host=settings.metrics_host, port=server.port)
        engine = _engine(book, plan.topics.registers, key)
        asyncio.run(_run(plan, engine, probe))


def _place(text: str, topic: str) -> tuple[int, int]:
    match = _PLACE.fullmatch(text)
    if match is None or match[1] != topic:
        raise Refuse(f"--quarantine wants {topic}/PARTITION/OFFSET, as the worker's last line names it, not {text!r}")
    return int(match[2]), int(match[3])


async def _run(plan: Plan, engine: Engine, probe: Observed) -> None:
    # Inside the loop: Faust's locks and events are made for the loop that runs.
    await run(build(plan, engine, probe, FailStop()))


def _engine(book: RuleEngine, registers: str, key: bytes | None) -> Engine:
    return Engine(
        read_register=read_register,
        split=split,
        new_ledgers=lambda: Ledgers(book, from_topic(registers), Erased(key)),
        new_boards=lambda: Boards(book.book),
        new_erased=lambda: Erased(key),
        renamed=renamed,
        hear=hear,
        stored_form=STORED_FORM,
        board_form=BOARD_FORM,
    )


def _configure_logs(settings: Settings) -> None:
    logs.configure(settings.log_format, settings.log_level)
    for name in _CHATTY:
        logging.getLogger(name).setLevel(logging.INFO if settings.log_level == "debug" else logging.WARNING)
    for name in _NEEDLESS:
        logging.getLogger(name).setLevel(logging.WARNING if settings.log_level == "debug" else logging.CRITICAL + 1)
