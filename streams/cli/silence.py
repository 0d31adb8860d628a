"""`firstbell silence add|list|expire`."""

import json
import secrets
from datetime import UTC, datetime, timedelta

import click
import msgspec

from streams.cli.options import with_settings
from streams.contract.deliveries import SetSilence, SilenceMatch, SilenceOver, decode_action, encode
from streams.contract.topics import Topics
from streams.errors import Refuse
from streams.kafka.admin import Admin, topics_of
from streams.kafka.producer import Sender
from streams.kafka.reader import Reader
from streams.notify.config.durations import seconds
from streams.notify.lifecycle.records import seconds_of
from streams.settings import Settings


@click.group()
def silence() -> None:
    """Hold alerts back for a time. Withdrawals are told all the same; what still holds at the end is told then, once.

    \b
    firstbell silence add --rule lateness --urn 100001 --owner jo --reason "bus strike" --for 2d
    firstbell silence list
    firstbell silence expire 3f9c --owner jo
    """  # noqa: D301 - click reads the \b


@silence.command()
@click.option("--rule", "rules", help="A rule; may be repeated: any of them.", multiple=True, metavar="NAME")
@click.option("--severity", "severities", help="low, medium, high or urgent; likewise.", multiple=True, metavar="NAME")
@click.option("--audience", "audiences", help="school, la-attendance, …; likewise.", multiple=True, metavar="NAME")
@click.option("--urn", "urns", type=int, help="A school; likewise.", multiple=True)
@click.option("--alert", "alerts", help="One alert's id; likewise.", multiple=True, metavar="NAME")
@click.option("--owner", required=True, help="Who answers for it: a work account, not a child.")
@click.option("--reason", required=True, help="Why, in words that name no child.")
@click.option("--for", "lasts", metavar="LENGTH", help="How long: 90m, 2h, 3d.")
@click.option("--until", metavar="TIME", help="Or until when: 2024-10-11T17:00:00+01:00.")
@click.option("--json", "as_json", is_flag=True, help="As JSON, for programs.")
@with_settings
def add(
    settings: Settings,
    *,
    rules: tuple[str, ...],
    severities: tuple[str, ...],
    audiences: tuple[str, ...],
    urns: tuple[int, ...],
    alerts: tuple[str, ...],
    owner: str,
    reason: str,
    lasts: str | None,
    until: str | None,
    as_json: bool,
) -> None:
    """Hold back what fits every option given. At least one, an owner, a reason and an end are needed.

    \b
    firstbell silence add --urn 100001 --owner jo --reason "snow" --for 1d
    """  # noqa: D301 - click reads the \b
    match = _match(rules, severities, audiences, urns, alerts)
    now = datetime.now(UTC)
    made = SetSilence(
        silence_id=secrets.token_hex(4),
        match=match,
        owner=_words(owner, "--owner"),
        reason=_words(reason, "--reason"),
        expires=_end(now, lasts, until).isoformat(timespec="seconds"),
        at=now.isoformat(timespec="milliseconds"),
    )
    _write(settings, made.silence_id, encode(made))
    click.echo(encode(made).decode() if as_json else f"silence {made.silence_id} until {made.expires}")


@silence.command(name="list")
@click.option("--all", "also_over", is_flag=True, help="Those that are over too.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document instead of lines.")
@with_settings
def list_(settings: Settings, *, also_over: bool, as_json: bool) -> None:
    """List silences: what they are about, whose, why, until when.

    \b
    firstbell silence list
    """  # noqa: D301 - click reads the \b
    found, over = _silences(settings, topics_of(settings))
    now = datetime.now(UTC).timestamp()
    kept = [
        each for each in found.values() if also_over or (each.silence_id not in over and seconds_of(each.expires) > now)
    ]
    if as_json:
        click.echo(json.dumps([msgspec.to_builtins(each) for each in kept]))
        return
    for each in kept:
        about = " ".join(f"{name}={_list(values)}" for name, values in msgspec.to_builtins(each.match).items())
        click.echo(f"{each.silence_id}  until {each.expires}  {each.owner}: {each.reason}  [{about}]")


@silence.command()
@click.argument("silence_id", metavar="ID")
@click.option("--owner", required=True, help="Who ends it.")
@with_settings
def expire(settings: Settings, silence_id: str, owner: str) -> None:
    """End the silence ID now: what still holds is told.

    \b
    firstbell silence expire 3f9c81aa --owner jo
    """  # noqa: D301 - click reads the \b
    found, over = _silences(settings, topics_of(settings))
    if silence_id not in found or silence_id in over:
        raise Refuse("there is no silence with that id; see: firstbell silence list")
    at = datetime.now(UTC).isoformat(timespec="milliseconds")
    _write(settings, silence_id, encode(SilenceOver(silence_id=silence_id, owner=owner, at=at)))
    click.echo(f"silence {silence_id} is over")


def _match(
    rules: tuple[str, ...],
    severities: tuple[str, ...],
    audiences: tuple[str, ...],
    urns: tuple[int, ...],
    alerts: tuple[str, ...],
) -> SilenceMatch:
    given = {"rule": rules, "severity": severities, "audience": audiences, "urn": urns, "alert_id": alerts}
    chosen = {name: list(values) for name, values in given.items() if values}
    if not chosen:
        raise Refuse("say what to hold back, by --rule, --severity, --audience, --urn or --alert")
    try:
        return msgspec.convert(chosen, SilenceMatch)
    except msgspec.ValidationError as error:
        raise Refuse(f"that fits no alert: {error}") from None


def _words(text: str, option: str) -> str:
    if not text.strip():
        raise Refuse(f"{option} is empty")
    return text.strip()


def _end(now: datetime, lasts: str | None, until: str | None) -> datetime:
    if (lasts is None) == (until is None):
        raise Refuse("say when it ends: --for 2d, or --until 2024-10-11T17:00:00+01:00")
    try:
        end = now + timedelta(seconds=seconds(lasts)) if lasts else datetime.fromisoformat(until or "")
    except ValueError as error:
        raise Refuse(str(error)) from None
    if end.tzinfo is None:
        raise Refuse("--until wants a time with its offset, such as 2024-10-11T17:00:00+01:00")
    if end <= now:
        raise Refuse("that is over already")
    return end.astimezone(UTC)


def _silences(settings: Settings, topics: Topics) -> tuple[dict[str, SetSilence], set[str]]:
    found, over = dict[str, SetSilence](), set[str]()
    with Reader(settings, topics.actions.name) as reader:
        for record in reader.to_end():
            action = decode_action(record.value or b"")
            if isinstance(action, SetSilence):
                found[action.silence_id] = action
            elif isinstance(action, SilenceOver):
                over.add(action.silence_id)
    return found, over


def _write(settings: Settings, key: str, value: bytes) -> None:
    topic = topics_of(settings).actions.name
    Admin(settings).require([topic])
    sender = Sender(settings)
    sender.send(topic, value, key=key.encode(), headers=[], name=key)
    sender.flush()


def _list(values: list[object]) -> str:
    return ",".join(map(str, values))
