"""`firstbell retention`."""

import json
import time
from datetime import date

import click

from streams.attendance.sessions import academic_year, slot
from streams.attendance.walk import Engine
from streams.audit.topics import From, load_changelog
from streams.books import load_book
from streams.cli.erasure import erasure_key, require_partitions
from streams.cli.options import with_settings
from streams.cli.progress import shown
from streams.erasure import asking
from streams.kafka.admin import Admin, topics_of
from streams.settings import Settings

KEPT_YEARS = 2  # whole academic years without a mark


@click.command()
@click.option("--dry-run", is_flag=True, help="Count them, and ask for nothing.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document, which names no pupil.")
@with_settings
def retention(settings: Settings, *, dry_run: bool, as_json: bool) -> None:
    """Clear the ledgers of pupils who have had no mark for two whole academic years. Run it once a year, or a month.

    As `forget`, but they go on no list: a mark that comes later is welcome. A pupil who gets a mark before the owner
    of the partition comes to it is kept.

    \b
    firstbell retention --dry-run
    firstbell retention
    """  # noqa: D301 - click reads the \b
    topics = topics_of(settings)
    require_partitions(Admin(settings), topics.marks)
    before = oldest_kept(date.today())  # noqa: DTZ011 - a school year has no time zone
    source = From(settings, topics, shown, erasure_key(settings))
    stored = load_changelog(source, Engine(load_book(settings.rulebook)))
    pupils = [pupil for part in stored.parts.values() for key in list(part.keys()) if (pupil := part.get(key))]
    leavers = [pupil.key for pupil in pupils if pupil.year is not None and pupil.year < before]
    if leavers and not dry_run:
        asking.send(settings, topics, asking.retire(leavers, int(time.time() * 1000), before))
    facts = {"pupils": len(pupils), "without_marks_since": f"{before}-08-01", "cleared": 0 if dry_run else len(leavers)}
    said = f"{len(leavers):,} of {len(pupils):,} pupils have had no mark since 1 August {before}"
    words = f"{said}; {'nothing was asked' if dry_run else 'their owners are asked to clear them'}"
    click.echo(json.dumps(facts | {"leavers": len(leavers)}) if as_json else words)


def oldest_kept(today: date) -> int:
    """Give the first academic year of which a mark still keeps a pupil: the two whole ones before that of *today*."""
    return academic_year(slot(today, "AM")) - KEPT_YEARS
