"""`firstbell import FILE`."""

import re
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from streams.cli.options import with_settings
from streams.edge.files.columns import wanted
from streams.edge.files.dates import Form
from streams.edge.files.opening import open_table
from streams.edge.files.rows import RowReader
from streams.edge.files.run import Import, Seen
from streams.edge.files.shelf import Shelf
from streams.edge.intake import Door
from streams.edge.keys import read_key
from streams.edge.pseudonym import Pseudonymise, pseudonymiser
from streams.edge.verdicts import Event
from streams.errors import Refuse
from streams.kafka.admin import Admin, topics_of
from streams.kafka.producer import Sender
from streams.pipeline.instants import read_instant
from streams.settings import Settings

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_SOURCE = re.compile(r"[a-z0-9][a-z0-9._-]{0,49}")
_NEW = click.Path(dir_okay=False, path_type=Path)

Deliver = Callable[[Iterator[Event]], None]


@click.command("import")
@click.argument("file", type=_FILE)
@click.option("--map", "mapped", metavar="COLUMN=FIELD", multiple=True, help="What a column is. May be repeated.")
@click.option("--drop", metavar="COLUMN", multiple=True, help="A column to leave out. May be repeated.")
@click.option("--dates", type=click.Choice(["iso", "uk"]), help="YYYY-MM-DD or DD/MM/YYYY, where that cannot be seen.")
@click.option("--recorded-at", metavar="TIME", help="For rows that do not say: 2024-09-09T16:00:00+01:00.")
@click.option("--sheet", help="Sheet of a workbook; the first if not given.")
@click.option("--source", default="file", show_default=True, help="Name of where it comes from, kept with registers.")
@click.option("--rejects", type=_NEW, help="New CSV for rows not taken, to be mended and imported.")
@click.option("--output", type=_NEW, help="Registers to this file, one JSON object a line, and not to Kafka.")
@click.option("--dry-run", is_flag=True, help="Only say what would be taken.")
@with_settings
def import_(
    settings: Settings,
    *,
    file: Path,
    mapped: tuple[str, ...],
    drop: tuple[str, ...],
    dates: Form | None,
    recorded_at: str | None,
    sheet: str | None,
    source: str,
    rejects: Path | None,
    output: Path | None,
    dry_run: bool,
) -> None:
    """Import marks from FILE, one row a mark: CSV (any usual separator or encoding) or a workbook (.xlsx, .ods, …).

    Columns, in any order and case: upn or pupil, urn, date, session (AM or PM), code; minutes_late and recorded_at
    where there are. A UPN never leaves this command: its pseudonym does (see: firstbell keys create). Others, such as
    names, are refused until you leave them out by --drop. The same file imported twice doubles nothing.
    Exit 1 if a row was not taken.

    \b
    firstbell import marks.csv --dry-run
    firstbell import marks.csv --map "Attendance Mark=code" --drop Surname --rejects to-mend.csv
    """  # noqa: D301 - click reads the \b
    _must_be_free(rejects, output)
    _must_be_time(recorded_at)
    _must_be_plain(source)
    said = wanted(mapped, drop)
    table, columns = open_table(file, said, sheet)
    reader = RowReader(columns, _pseudonymise(settings, needed="upn" in columns.places), dates, recorded_at)
    door = Door("import", source, reader.pseudonymise, lambda: time.time_ns() // 1_000_000)
    deliver = _deliver(settings, output, dry=dry_run)
    with Shelf() as shelf, _progress() as seen:
        work = Import(table, columns, reader, shelf)
        work.read(seen)
        deliver(work.registers(door))
        if rejects:
            work.write_rejects(rejects)
    _say(work, file, rejects, dry=dry_run)


def _must_be_free(*files: Path | None) -> None:
    for file in files:
        if file and file.exists():
            raise Refuse(f"{file} exists; name a new file")


def _must_be_plain(source: str) -> None:
    if not _SOURCE.fullmatch(source):
        raise Refuse("--source wants a short name of small letters, digits, dots and hyphens, as in county-upload")


def _must_be_time(text: str | None) -> None:
    if text is not None and read_instant(text) is None:
        raise Refuse("--recorded-at wants a date and time with its offset, as in 2024-09-09T16:00:00+01:00")


def _pseudonymise(settings: Settings, *, needed: bool) -> Pseudonymise:
    return pseudonymiser(read_key(settings.pupil_key_file)) if needed else lambda _: ""


def _deliver(settings: Settings, output: Path | None, *, dry: bool) -> Deliver:
    """Give what is to be done with the registers; whether it can be is known before a row is read."""
    if dry:
        return _count_only
    if output:
        return lambda events: _write(events, output)
    topic = topics_of(settings).registers.name
    Admin(settings).require([topic])
    return lambda events: _send(events, settings, topic)


def _count_only(events: Iterator[Event]) -> None:
    for _ in events:
        pass


def _write(events: Iterator[Event], output: Path) -> None:
    try:
        with output.open("xb") as file:
            file.writelines(event.value + b"\n" for event in events)
    except OSError as error:
        raise Refuse(f"{output} cannot be written: {error.strerror}") from None


def _send(events: Iterator[Event], settings: Settings, topic: str) -> None:
    sender = Sender(settings)
    for number, event in enumerate(events, start=1):
        sender.send(topic, event.value, key=event.key, headers=event.headers, name=f"register {number}")
    sender.flush()


@contextmanager
def _progress() -> Iterator[Seen]:
    console = Console(stderr=True)
    columns = (TextColumn("reading"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not sys.stderr.isatty()) as progress:
        task = progress.add_task("", total=1.0)
        yield lambda far: progress.update(task, completed=far)


def _say(work: Import, file: Path, rejects: Path | None, *, dry: bool) -> None:
    for line in work.report.words(file.name, dry=dry):
        click.echo(line, err=True)
    if not work.report.rejects:
        return
    if rejects:
        click.echo(f"mend them in {rejects}, which has UPNs in it, and import that file", err=True)
    else:
        click.echo("to get them for mending, import again with --rejects FILE; nothing is doubled", err=True)
    raise click.exceptions.Exit(1)
