"""`firstbell schools import|list|check`."""

import json
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from streams.board.school import School, encode_school
from streams.cli.options import with_settings
from streams.edge.schools.checking import Lack, lacks
from streams.edge.schools.gias import Authority
from streams.edge.schools.merging import Merge
from streams.edge.schools.reading import Reading
from streams.edge.schools.words import as_json, words
from streams.errors import Refuse
from streams.kafka.admin import topics_of
from streams.kafka.schools import Held, Unreadable, read_schools, send_schools
from streams.settings import Settings

_NEW = click.Path(dir_okay=False, path_type=Path)
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_SHOWN = 5  # URNs of a lack, in a line
_json = click.option("--json", "json_out", is_flag=True, help="One JSON document instead of lines.")
_la = click.option("--la", metavar="CODE|NAME", help="Only schools of this authority, by GIAS's code or name.")


@click.group()
def schools() -> None:
    """Tell the workers which schools there are, when their sessions begin, and when they are closed.

    Kept in the topic schools; running workers see a change within seconds. docs/schools.md has the files' columns.

    \b
    firstbell schools import edubasealldata20260901.csv --la 999 --times times.csv --closures closures.csv
    firstbell schools list --la Invented
    firstbell schools check
    """  # noqa: D301 - click reads the \b


@schools.command("import")
@click.argument("file", type=_FILE, required=False)
@click.option("--times", type=_FILE, help="CSV or workbook: urn, am_start, pm_start.")
@click.option("--closures", type=_FILE, help="CSV or workbook: urn (or all), from, to, session, kind (closed or term).")
@_la
@click.option("--output", type=_NEW, help="Schools to this new file, as `replay --schools` reads it, and not to Kafka.")
@click.option("--dry-run", is_flag=True, help="Only say what would change. Kafka is asked what is known.")
@_json
@with_settings
def import_(
    settings: Settings,
    *,
    file: Path | None,
    times: Path | None,
    closures: Path | None,
    la: str | None,
    output: Path | None,
    dry_run: bool,
    json_out: bool,
) -> None:
    """Take in FILE, DfE's register of schools (GIAS, "all establishments"), and session times and closures.

    Each may be given alone: what an import does not speak of stays as it is. A row with a mistake is said with its
    line and left out; the rest is taken. Exit 1 if a row was. The same import twice changes nothing.

    \b
    firstbell schools import edubasealldata20260901.csv --la 999 --dry-run
    firstbell schools import --times times.csv --closures closures.csv
    firstbell schools import edubasealldata20260901.csv --la 999 --output schools.jsonl
    """  # noqa: D301 - click reads the \b
    if not (file or times or closures):
        raise Refuse("name a file: DfE's register, --times or --closures")
    topic, wanted = topics_of(settings).schools.name, Authority(la)
    reading = _read(file, times, closures, wanted)
    merge = Merge({} if output else read_schools(settings, topic).schools, reading, wanted)
    if output and not dry_run:
        _write(merge, output)
    elif not dry_run:
        send_schools(settings, topic, merge.changed())
    if json_out:
        click.echo(json.dumps(as_json(reading, merge)))
    else:
        for line in words(reading, merge, dry=dry_run):
            click.echo(line, err=True)
    if merge.refused:
        raise click.exceptions.Exit(1)


def _write(merge: Merge, output: Path) -> None:
    try:
        with output.open("xb") as file:
            file.writelines(encode_school(school) + b"\n" for school in merge.changed())
    except OSError as error:
        raise Refuse(f"{output} cannot be written: {error.strerror}") from None


def _read(file: Path | None, times: Path | None, closures: Path | None, wanted: Authority) -> Reading:
    reading = Reading()
    if file:
        reading.read_schools(file, wanted)
    if times:
        reading.read_times(times)
    if closures:
        reading.read_calendar(closures)
    return reading


@schools.command("list")
@_la
@click.option("--json", "json_out", is_flag=True, help="One JSON object a line, as `replay --schools` reads it.")
@with_settings
def list_(settings: Settings, *, la: str | None, json_out: bool) -> None:
    """List the schools that are known, by URN.

    \b
    firstbell schools list
    firstbell schools list --la 999 --json > schools.jsonl
    """  # noqa: D301 - click reads the \b
    wanted = Authority(la)
    held = _held(settings)
    found = sorted(filter(wanted.wants, held.schools.values()), key=lambda school: school.urn)
    for school in found:
        click.echo(encode_school(school) if json_out else _line(school))


@schools.command()
@_json
@with_settings
def check(settings: Settings, *, json_out: bool) -> None:
    """Say what open schools lack, so that their day cannot be watched well; exit 1 where they lack something.

    \b
    firstbell schools check
    """  # noqa: D301 - click reads the \b
    held = _held(settings)
    found = lacks(held.schools.values(), datetime.now(ZoneInfo("Europe/London")).date())
    if json_out:
        unreadable = [record._asdict() for record in held.unreadable]
        click.echo(json.dumps({"lacks": [lack._asdict() for lack in found], "unreadable": unreadable}))
    else:
        _say(len(held.schools), found, held.unreadable)
    if found or held.unreadable:
        raise click.exceptions.Exit(1)


def _held(settings: Settings) -> Held:
    return read_schools(settings, topics_of(settings).schools.name)


def _say(known: int, found: list[Lack], unreadable: list[Unreadable]) -> None:
    click.echo(f"{known:,} schools are known.")
    for lack in found:
        shown = ", ".join(map(str, lack.urns[:_SHOWN])) + (" …" if len(lack.urns) > _SHOWN else "")
        click.echo(f"{lack.problem}: {len(lack.urns):,} ({shown}): {lack.means}")
    for record in unreadable:
        click.echo(f"unreadable: record {record.offset} of partition {record.partition}: {record.why}; import anew")


def _line(school: School) -> str:
    times = f"{school.am_start:%H:%M}/{school.pm_start:%H:%M}"
    calendar = f"{len(school.terms)} terms, {len(school.closures)} closures"
    authority = f"{school.la or '-'} {school.la_name}"
    return f"{school.urn}  {school.name}  {authority}  {school.phase}  {school.status}  {times}  {calendar}"
