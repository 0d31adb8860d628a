"""`firstbell rebuild`."""

import json
from dataclasses import asdict
from datetime import UTC, date, datetime

import click

from streams.attendance.walk import Engine
from streams.audit.topics import From
from streams.books import load_book
from streams.cli.collecting import collect_seldom
from streams.cli.erasure import erasure_key
from streams.cli.options import with_settings
from streams.cli.progress import shown
from streams.cli.retention import oldest_kept
from streams.cli.topics import require
from streams.kafka.admin import topics_of
from streams.pipeline.stored import STORED_FORM
from streams.rebuild.boards import rebuild_boards
from streams.rebuild.run import rebuild as run
from streams.settings import Settings
from streams.topology.plan import plan_of


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@with_settings
def rebuild(settings: Settings, *, as_json: bool) -> None:
    """Make lost or unreadable changelogs again, so that workers go on as if nothing had been.

    Stop all workers first; where a topic is gone, make it by: firstbell topics create. Pupils' ledgers and schools'
    boards come from the registers, what was announced (ids, sequences) from the alerts; whatever the changelogs still
    hold is cleared. Only changes that had not been published go out, of pupils at once, of schools when a worker looks
    at them. Cut off, run it again: until it is done no worker starts.

    \b
    firstbell topics create && firstbell rebuild && firstbell audit --all
    """  # noqa: D301 - click reads the \b
    topics = topics_of(settings)
    require(settings)
    collect_seldom()
    source, plan, book = (
        From(settings, topics, shown, erasure_key(settings)),
        plan_of(settings, topics),
        load_book(settings.rulebook),
    )
    done = run(
        source,
        plan,
        Engine(book),
        oldest=oldest_kept(date.today()),  # noqa: DTZ011 - a school year has no time zone
        stored_form=STORED_FORM,
        now=datetime.now(UTC),
    )
    boards = rebuild_boards(source, plan, book)
    if as_json:
        click.echo(json.dumps(asdict(done) | asdict(boards)))
        return
    click.echo(
        f"{done.pupils:,} pupils made again from {done.registers:,} registers: {done.records:,} changelog records"
    )
    click.echo(f"{boards.schools:,} schools' boards: {boards.board_records:,} changelog records")
    click.echo(f"{done.alerts:,} changes had not been published, and now are")
