"""`firstbell simulate`: a county that does not exist, and behaves like the published statistics."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from io import TextIOWrapper
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import click
import msgspec
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from streams.cli.options import with_settings
from streams.edge.keys import read_key
from streams.edge.pseudonym import pseudonymiser
from streams.edge.upn import Upn
from streams.errors import Refuse
from streams.kafka.admin import Admin, topics_of
from streams.kafka.producer import Sender
from streams.kafka.registers import register_headers
from streams.settings import Settings
from streams.simulate.county.check import Row, check
from streams.simulate.county.county import County, Naming, Register
from streams.simulate.county.gias import write_schools
from streams.simulate.county.pace import Pace
from streams.simulate.county.posting import Post
from streams.simulate.county.run import Run, Send
from streams.simulate.county.schools import MOST_SCHOOLS, invent
from streams.simulate.county.sizes import SIZES
from streams.simulate.county.words import Summary, table, verdict
from streams.simulate.county.year import SchoolYear, school_year
from streams.simulate.lines import line
from streams.simulate.roll import pseudonym

_NEW = click.Path(dir_okay=False, path_type=Path)
_DAY = click.DateTime(["%Y-%m-%d"])
_CHECKED = 48_000  # children
_LARGEST = 20_000_000
Seen = Callable[[int], None]


class _To(NamedTuple):
    """Where registers go: how each is written, what sends it, and what ends the sending."""

    send: Send
    end: Callable[[], None]


@click.command()
@click.option("--size", type=click.Choice(list(SIZES)), help="How many children, by name; `school` if nothing is said.")
@click.option("--pupils", type=click.IntRange(1, _LARGEST), help="How many children, by number.")
@click.option("--year", default=2024, show_default=True, help="Which school year: the one that begins in this autumn.")
@click.option("--from", "first", type=_DAY, help="First day of registers; the year's first if not given.")
@click.option("--to", "last", type=_DAY, help="Last day of registers; the year's last if not given.")
@click.option("--seed", default=1, show_default=True, help="Which county is invented.")
@click.option("--speed", type=click.FloatRange(min=0, min_open=True), help="1 is real time; if not given, no waiting.")
@click.option("--output", type=_NEW, help="Registers to this new file; to standard output if nothing is said.")
@click.option("--kafka", is_flag=True, help="Registers to Kafka.")
@click.option("--gateway", metavar="URL", help="Registers by UPN to a gateway: http://127.0.0.1:8080.")
@click.option("--token", type=click.File("r"), help="File with the gateway's bearer token.")
@click.option("--upn", is_flag=True, help="Name children by UPN, as schools do, and not by pseudonym.")
@click.option("--key", type=click.Path(dir_okay=False, path_type=Path), help="Pupil key that makes the pseudonyms.")
@click.option("--truth", type=_NEW, help="What type of child each is, to this new file: never in the registers.")
@click.option("--schools", type=_NEW, help="The schools to this new file, in GIAS's columns.")
@click.option("--check", "checked", is_flag=True, help="Only compare with the published figures, row by row.")
@click.option("--json", "as_json", is_flag=True, help="The summary, or the check, as JSON on standard output.")
@with_settings
def simulate(settings: Settings, **options: Any) -> None:  # noqa: ANN401 - click's options
    """Invent a county (schools, children, a school year of registers and amendments) from one seed, in order of time.

    It behaves like DfE's published figures: how much absence, of whom, why, on which days; illness goes round, reasons
    are found out later, registers come late. What is published, assumed and left out: docs/simulate.md. All children
    are invented; their UPNs are of an authority that does not exist.

    \b
    firstbell simulate --size class | head -1               one register
    firstbell simulate --pupils 2000 --output year.jsonl --truth truth.jsonl
    firstbell replay year.jsonl                             the alerts it gives
    firstbell simulate --size town --kafka --speed 3600     an hour a second, to Kafka
    firstbell simulate --size school --gateway http://127.0.0.1:8080 --token my.token
    firstbell simulate --from 2024-09-02 --to 2024-09-06    one week
    firstbell simulate --check                              published against simulated
    """  # noqa: D301 - click reads the \b
    pupils = _pupils(options)
    year = school_year(options["year"])
    if options["checked"]:
        _check(options["seed"], pupils or _CHECKED, year, as_json=options["as_json"])
        return
    _must_fit(options)
    _simulate(settings, options, County(options["seed"], year, _schools(options["seed"], pupils or SIZES["school"])))


def _pupils(options: dict[str, Any]) -> int | None:
    if options["size"] and options["pupils"]:
        raise Refuse("say --size or --pupils, not both")
    return SIZES[options["size"]] if options["size"] else options["pupils"]


def _must_fit(options: dict[str, Any]) -> None:
    """Refuse options that contradict one another, before anything is drawn."""
    to = [name for name in ("output", "kafka", "gateway") if options[name]]
    if len(to) > 1:
        raise Refuse(f"registers go to one place: --{to[0]} or --{to[1]}")
    if options["as_json"] and not to:
        raise Refuse("--json and the registers would both go to standard output; say --output, --kafka or --gateway")
    if options["kafka"] and options["upn"]:
        raise Refuse("no UPN goes to Kafka; leave out --upn, or use --gateway")
    if bool(options["gateway"]) != bool(options["token"]):
        raise Refuse("--gateway and --token go together")
    for name in ("output", "truth", "schools"):
        if options[name] and options[name].exists():
            raise Refuse(f"{options[name]} exists; name a new file")


def _schools(seed: int, pupils: int) -> list[Any]:
    schools = invent(seed, pupils)
    if len(schools) > MOST_SCHOOLS:
        raise Refuse(f"{len(schools):,} schools are more than there are numbers for ({MOST_SCHOOLS:,})")
    return schools


def _simulate(settings: Settings, options: dict[str, Any], county: County) -> None:
    days = _days(county.year, options["first"], options["last"])
    named_by_upn = bool(options["upn"] or options["gateway"])
    naming = _naming(options["seed"], options["key"], by_upn=named_by_upn)
    began = time.monotonic()
    with ExitStack() as stack:
        truth = stack.enter_context(_new(options["truth"])) if options["truth"] else None
        to = _to(settings, options, stack, named_by="upn" if named_by_upn else "pupil")
        if options["schools"]:
            with TextIOWrapper(_new(options["schools"]), encoding="utf-8", newline="") as file:
                write_schools(county.schools, file)
        shown = stack.enter_context(_progress(sum(school.children for school in county.schools), len(days)))
        run = Run(county, naming, Pace(options["speed"], time.monotonic, time.sleep))
        run.go(days, to.send, truth.write if truth else None, shown)
        to.end()
    _say(run.summary(time.monotonic() - began), as_json=options["as_json"])


def _days(year: SchoolYear, first: datetime | None, last: datetime | None) -> range:
    begin = year.on_or_after(first.date()) if first else 0
    end = sum(day <= last.date() for day in year.days) if last else len(year.days)
    if begin >= end:
        raise Refuse(f"no school day from --from to --to; the year is {year.days[0]} to {year.days[-1]}")
    return range(begin, end)


def _naming(seed: int, key: Path | None, *, by_upn: bool) -> Naming:
    if by_upn:
        return lambda upn: upn
    if key is None:
        return lambda upn: pseudonym(seed, upn)
    pseudonymise = pseudonymiser(read_key(key))
    return lambda upn: pseudonymise(Upn(upn, is_temporary=False))


def _to(settings: Settings, options: dict[str, Any], stack: ExitStack, named_by: str) -> _To:
    if options["kafka"]:
        return _to_kafka(settings)
    if options["gateway"]:
        post = Post(options["gateway"], options["token"].read().strip())
        return _To(lambda register: post.send(_written(register, named_by)), post.flush)
    file = stack.enter_context(_new(options["output"])) if options["output"] else sys.stdout.buffer
    return _To(lambda register: _write(file, _written(register, named_by)), file.flush)


def _new(path: Path) -> BinaryIO:
    try:
        return path.open("xb")
    except OSError as error:
        raise Refuse(f"{path} cannot be written: {error.strerror}") from None


def _write(file: BinaryIO, value: bytes) -> None:
    file.write(value + b"\n")


def _written(register: Register, named_by: str) -> bytes:
    head = register.session, register.version, register.recorded
    return line(register, *head, register.entries, register.sent, named_by)


def _to_kafka(settings: Settings) -> _To:
    """The broker says itself when it received a register."""
    topic = topics_of(settings).registers.name
    Admin(settings).require([topic])
    sender = Sender(settings)

    def send(register: Register) -> None:
        head = register.session, register.version, register.recorded
        value = line(register, *head, register.entries)
        headers = register_headers(register.id)
        sender.send(topic, value, key=str(register.urn).encode(), headers=headers, name=register.id)

    return _To(send, sender.flush)


def _check(seed: int, pupils: int, year: SchoolYear, *, as_json: bool) -> None:
    """Compare, say, and exit 1 where a row does not hold."""
    began = time.monotonic()
    with _progress(pupils, 0) as shown:
        rows = check(seed, pupils, year, shown.drawn)
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode([_as_json(row) for row in rows]), indent=2))
    else:
        click.echo("\n".join([*table(rows), verdict(rows, pupils, time.monotonic() - began)]))
    if not all(row.holds for row in rows):
        raise click.exceptions.Exit(1)


def _as_json(row: Row) -> dict[str, Any]:
    return msgspec.structs.asdict(row) | {"difference": row.difference, "holds": row.holds}


class _Shown(NamedTuple):
    """What progress is told: children drawn, days sent."""

    drawn: Seen
    sent: Seen


@contextmanager
def _progress(children: int, days: int) -> Iterator[_Shown]:
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    hidden = not sys.stderr.isatty()
    with Progress(*columns, console=Console(stderr=True), transient=True, disable=hidden) as progress:
        drawing = progress.add_task("children", total=children)
        sending = progress.add_task("school days", total=days, visible=bool(days))
        yield _Shown(lambda n: progress.advance(drawing, n), lambda n: progress.update(sending, completed=n))


def _say(summary: Summary, *, as_json: bool) -> None:
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(summary), indent=2))
    else:
        click.echo(summary.words(), err=True)
