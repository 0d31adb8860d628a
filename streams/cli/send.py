"""`firstbell send FILE…`."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO
from uuid import uuid4

import click
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from streams.cli.options import with_settings
from streams.contract.topics import REGISTER_MAX_BYTES
from streams.kafka.admin import Admin, topics_of
from streams.kafka.lines import Line, lines
from streams.kafka.producer import Deliveries, Sender
from streams.kafka.registers import RegisterSender
from streams.settings import Settings

_SHOWN_EVERY = 100  # lines


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.File("rb"))
@with_settings
def send(settings: Settings, files: tuple[BinaryIO, ...]) -> None:
    """Send registers to Kafka: one JSON object a line, the bytes as they are; `-` is standard input.

    What is no register goes too: the stream makes a dead letter of it. Says how many were delivered;
    exit 1 if one was not.

    \b
    firstbell send registers.jsonl
    zcat autumn.jsonl.gz | firstbell send - --bootstrap kafka:9092
    """  # noqa: D301 - click reads the \b
    topic = topics_of(settings).registers.name
    Admin(settings).require([topic])
    sender = Sender(settings)
    registers = RegisterSender(sender, topic, lambda: str(uuid4()))
    try:
        with _progress(sender.deliveries) as shown:
            for file in files:
                registers.send_all(shown(lines(file, REGISTER_MAX_BYTES)), file.name)
            sender.flush()
    finally:
        _say(sender.deliveries, topic)


class _Shown:
    """Shows lines as they pass, on a terminal."""

    def __init__(self, progress: Progress, deliveries: Deliveries) -> None:
        self._progress = progress
        self._deliveries = deliveries
        self._task = progress.add_task("", total=None)
        self._passed = 0

    def __call__(self, passing: Iterator[Line]) -> Iterator[Line]:
        for line in passing:
            self._passed += 1
            if self._passed % _SHOWN_EVERY == 0:
                self._progress.update(self._task, description=self._words())
            yield line

    def _words(self) -> str:
        return f"{self._passed:,} read, {self._deliveries.delivered:,} delivered"


@contextmanager
def _progress(deliveries: Deliveries) -> Iterator[_Shown]:
    console = Console(stderr=True)
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not sys.stderr.isatty()) as progress:
        yield _Shown(progress, deliveries)


def _say(deliveries: Deliveries, topic: str) -> None:
    for name, reason in deliveries.failures:
        click.echo(f"not delivered: {name}: {reason}", err=True)
    count = deliveries.delivered
    click.echo(f"{count:,} register{'' if count == 1 else 's'} delivered to {topic}", err=True)
