"""`firstbell explain`."""

from collections.abc import Iterable
from datetime import date
from pathlib import Path

import click
import msgspec

from streams.attendance.sessions import slot
from streams.attendance.walk import Engine
from streams.audit.topics import From, quarantined
from streams.books import load_book
from streams.cli.erasure import erasure_key
from streams.cli.options import with_settings
from streams.cli.progress import shown
from streams.contract.codec import decode_alert
from streams.contract.messages import Alert, Origin
from streams.contract.operations import place_of
from streams.contract.topics import REGISTER_MAX_BYTES, Topics
from streams.errors import FirstbellError, Refuse
from streams.explain.history import History
from streams.explain.reasons import account
from streams.explain.telling import in_words
from streams.kafka.admin import Admin, topics_of
from streams.kafka.erased import erased_list
from streams.kafka.lines import lines
from streams.kafka.reader import Reader
from streams.pipeline.forms import PUPIL
from streams.settings import Settings

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.option("--pupil", required=True, metavar="KEY", help="The pupil's pseudonym, as alerts have it.")
@click.option("--alert", "alert_id", metavar="ID", help="This alert only; the first 8 digits of its id will do.")
@click.option("--as-of", metavar="DATE[/AM|PM]", help="As of this session; else the last one with a mark.")
@click.option(
    "--file", "files", multiple=True, type=_FILE, help="Read registers from here, not from Kafka. Repeatable."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON document instead of words.")
@with_settings
def explain(
    settings: Settings,
    *,
    pupil: str,
    alert_id: str | None,
    as_of: str | None,
    files: tuple[Path, ...],
    as_json: bool,
) -> None:
    """Say why an alert about a pupil is on, eased or withdrawn: in plain words, with every mark and number behind it.

    Everything is worked out anew from the registers, by the plain specification of the rules. What was announced is
    read from the alerts topic; with --file, it is what the engine says of that file. "As of" a session looks at the
    marks up to it, with all corrections that are known today.

    The answer is about a child: for the terminal of a person entitled to it, never for a log.

    \b
    firstbell explain --pupil abcdefghijklmnopqrstuvwxyz
    firstbell explain --pupil abcdefghijklmnopqrstuvwxyz --alert 1f0c92ab --json
    firstbell explain --pupil abcdefghijklmnopqrstuvwxyz --file registers.jsonl --as-of 2024-10-08/PM
    """  # noqa: D301 - click reads the \b
    if not PUPIL.fullmatch(pupil):
        raise Refuse("--pupil wants a pseudonym: 26 characters a-z and 2-7, as alerts have it")
    session = None if as_of is None else _session(as_of)
    engine = Engine(load_book(settings.rulebook))
    history = History(pupil, engine)
    announced = _from_files(history, files) if files else _from_kafka(history, settings)
    if not history.held:
        raise FirstbellError("the log has no mark of this pupil")
    if alert_id is not None and not any(alert.alert_id.startswith(alert_id) for alert in announced):
        raise FirstbellError("there is no such alert of this pupil; without --alert all are shown")
    found = account(history, as_of=session, alerts=announced, alert_id=alert_id)
    rules = {rule.id: rule for rule in engine.rules}
    click.echo(msgspec.json.encode(found).decode() if as_json else in_words(found, rules))


def _session(text: str) -> int:
    day, _, half = text.partition("/")
    try:
        return slot(date.fromisoformat(day), {"": "PM", "AM": "AM", "PM": "PM"}[half.upper()])
    except (ValueError, KeyError):
        raise Refuse(f"--as-of {text!r} is no session: 2024-10-08, 2024-10-08/AM or 2024-10-08/PM") from None


def _from_files(history: History, files: Iterable[Path]) -> list[Alert]:
    for path in files:
        with path.open("rb") as opened:
            for line in shown("registers read", lines(opened, REGISTER_MAX_BYTES)):
                history.feed(line.value or b"", received_ms=None, origin=Origin(file=str(path), line=line.number))
    return history.alerts


def _from_kafka(history: History, settings: Settings) -> list[Alert]:
    topics = topics_of(settings)
    Admin(settings).require([topics.registers.name, topics.alerts.name, topics.actions.name, topics.erased.name])
    entry = erased_list(settings, topics, erasure_key(settings)).get(history.pupil)
    if entry is not None and entry.readmitted_ms is None:
        raise FirstbellError("the records of this pupil were erased; there is nothing to explain")
    aside = quarantined(From(settings, topics, shown, None))
    with Reader(settings, topics.registers.name) as reader:
        for record in shown("registers read", reader.to_end()):
            origin = Origin(topic=record.topic, partition=record.partition, offset=record.offset)
            refused = place_of(origin) in aside or (entry is not None and entry.refuses(record.timestamp_ms))
            if not refused:
                history.feed(record.value or b"", received_ms=record.timestamp_ms, origin=origin)
    return _announced(history.pupil, settings, topics)


def _announced(pupil: str, settings: Settings, topics: Topics) -> list[Alert]:
    needle = pupil.encode()
    with Reader(settings, topics.alerts.name) as reader:
        values = (record.value or b"" for record in shown("alerts read", reader.to_end()) if record.key == needle)
        found = [decode_alert(value) for value in values]
    erasures = [place for place, alert in enumerate(found) if alert.reason == "erasure"]
    return found[erasures[-1] + 1 :] if erasures else found
