"""`firstbell tail`: alerts or dead letters as they come, as sentences or as JSON."""

from collections.abc import Callable, Mapping
from itertools import islice
from pathlib import Path
from typing import Literal

import click
import msgspec

from streams.attendance.rule import BookRule
from streams.books import load_book
from streams.cli.options import with_settings
from streams.contract.codec import dead_letter_from, decode_alert, encode_dead_letter_line
from streams.contract.topics import Topic, Topics
from streams.kafka.admin import topics_of
from streams.kafka.reader import Reader
from streams.kafka.records import Record
from streams.kafka.stopping import stop_on_signals
from streams.settings import Settings
from streams.wording import refusal, sentence
from streams.wording.phrases import title

Write = Callable[[Record], str]

ID_SHOWN = 8  # hex digits


@click.command()
@click.argument("what", type=click.Choice(["alerts", "dead-letters"]))
@click.option("--json", "as_json", is_flag=True, help="The records as JSON, one a line.")
@click.option("--from-beginning", is_flag=True, help="All that is kept, then what comes; else only what comes.")
@click.option("--limit", type=click.IntRange(min=1), help="End after so many.")
@click.option("--timeout", type=click.FloatRange(min=0, min_open=True), help="End when none came for so many seconds.")
@with_settings
def tail(
    settings: Settings,
    what: Literal["alerts", "dead-letters"],
    *,
    as_json: bool,
    from_beginning: bool,
    limit: int | None,
    timeout: float | None,
) -> None:
    """Read alerts, or dead letters, as they come, until Ctrl-C. Only what was committed is shown.

    An alert is a sentence that names the school, never the child; --json is the record as it is, with the child's key.

    \b
    Examples:
      firstbell tail alerts
      firstbell tail alerts --from-beginning --json --timeout 5 > alerts.jsonl
      firstbell tail dead-letters --from-beginning --limit 10
    """  # noqa: D301 - click reads the \b
    topic, write = _shown(what, topics_of(settings), settings.rulebook, as_json=as_json)
    begin: Literal["beginning", "now"] = "beginning" if from_beginning else "now"
    with stop_on_signals() as stop, Reader(settings, topic.name, begin=begin) as reader:
        for record in islice(reader.until(stop, timeout), limit):
            click.echo(write(record))


def _shown(what: str, topics: Topics, rulebook: Path | None, *, as_json: bool) -> tuple[Topic, Write]:
    if what == "dead-letters":
        return topics.dead_letters, _dead_letter_json if as_json else _dead_letter
    rules = {} if as_json else load_book(rulebook).by_id()
    return topics.alerts, _alert_json if as_json else lambda record: _alert(record, rules)


def _alert(record: Record, rules: Mapping[str, BookRule]) -> str:
    try:
        alert = decode_alert(record.value or b"")
    except msgspec.DecodeError:
        return _unreadable(record)
    said = sentence(alert, rules.get(alert.rule))
    return f"{alert.alert_id[:ID_SHOWN]}  {alert.severity:<6}  {title(alert.rule)}. {said}"


def _alert_json(record: Record) -> str:
    return (record.value or b"").decode(errors="replace")


def _dead_letter(record: Record) -> str:
    try:
        return refusal(dead_letter_from(record.headers, record.value))
    except msgspec.DecodeError:
        return _unreadable(record)


def _dead_letter_json(record: Record) -> str:
    try:
        return encode_dead_letter_line(dead_letter_from(record.headers, record.value)).decode()
    except msgspec.DecodeError:
        return _unreadable(record)


def _unreadable(record: Record) -> str:
    return f"(a record that is not ours: {record.topic}, partition {record.partition}, offset {record.offset})"
