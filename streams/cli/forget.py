"""`firstbell forget`."""

import json
import time
from collections.abc import Iterator

import click

from streams.cli.erasure import needed_erasure_key, pupils_of, require_partitions
from streams.cli.options import with_settings
from streams.cli.progress import shown
from streams.contract.codec import decode_alert
from streams.contract.messages import Alert
from streams.contract.topics import Topics
from streams.erasure import asking
from streams.errors import FirstbellError
from streams.kafka.admin import Admin, topics_of
from streams.kafka.erased import erased_list
from streams.kafka.reader import Reader
from streams.settings import Settings


@click.command()
@click.option("--pupil", "pupils", multiple=True, metavar="KEY", help="The pupil's pseudonym. May be repeated.")
@click.option("--file", type=click.File(), help="File of pseudonyms, one a line; - is standard input.")
@click.option("--readmit", is_flag=True, help="Take their marks again that are received from now on.")
@click.option("--wait", type=click.FloatRange(min=0), default=60.0, show_default=True, help="Seconds to wait for it.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document, which names no pupil.")
@with_settings
def forget(
    settings: Settings,
    *,
    pupils: tuple[str, ...],
    file: click.utils.LazyFile,
    readmit: bool,
    wait: float,
    as_json: bool,
) -> None:
    """Erase pupils: their ledgers go, their alerts are withdrawn (reason `erasure`), and later marks are refused.

    The worker that owns a pupil does it, in its ordinary transaction; a pupil is then known by a keyed hash alone. That
    needs the setting erasure_key_file here and at every worker: firstbell keys create erasure.key. What the topics hold
    already goes by age: see docs/erasure.md. Exit 1 where it is not done after --wait; it is done all the same when the
    owner comes to it.

    \b
    firstbell forget --pupil abcdefghijklmnopqrstuvwxyz
    firstbell forget --file leavers.txt --json
    firstbell forget --readmit --pupil abcdefghijklmnopqrstuvwxyz
    """  # noqa: D301 - click reads the \b
    wanted = pupils_of(pupils, file)
    key, topics = needed_erasure_key(settings), topics_of(settings)
    require_partitions(Admin(settings), topics.marks)
    on_list = erased_list(settings, topics, key)
    now = int(time.time() * 1000)
    alerts = _alerts(settings, topics, wanted) if readmit else iter(())
    commands = asking.readmit(wanted, now, alerts) if readmit else asking.forget(wanted, now)
    if readmit and (strangers := [pupil for pupil in wanted if on_list.get(pupil) is None]):
        raise FirstbellError(f"{len(strangers)} of {len(wanted)} are not on the list of the erased; nothing was asked")
    asking.send(settings, topics, commands)
    left = asking.until_listed(settings, topics, commands, on_list, within=wait) if wait else len(commands)
    done = "taken again from now on" if readmit else "erased"
    facts = {"asked": len(commands), "done": len(commands) - left}
    click.echo(json.dumps(facts) if as_json else f"{facts['done']:,} of {facts['asked']:,} {done}")
    if left:
        raise click.exceptions.Exit(1)


def _alerts(settings: Settings, topics: Topics, pupils: set[str]) -> Iterator[Alert]:
    wanted = {pupil.encode() for pupil in pupils}
    with Reader(settings, topics.alerts.name) as reader:
        for record in shown("alerts read", reader.to_end()):
            if record.key in wanted:
                yield decode_alert(record.value or b"")
