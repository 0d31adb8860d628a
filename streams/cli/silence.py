"""`firstbell silence add|list|expire`."""

import json
import secrets
from datetime import UTC, datetime, timedelta
from typing import get_args

import click
import msgspec

from streams.books import load_book
from streams.cli.options import with_settings
from streams.cli.values import ALERT_ID, INSTANT, LENGTH, must_be_known
from streams.contract.deliveries import SetSilence, SilenceMatch, SilenceOver, decode_action, encode
from streams.contract.messages import Audience, Severity
from streams.contract.topics import Topics
from streams.errors import Refuse
from streams.kafka.admin import Admin, topics_of
from streams.kafka.producer import Sender
from streams.kafka.reader import Reader
from streams.notify.lifecycle.records import seconds_of
from streams.settings import Settings

_IN_FORCE, _ENDED, _EXPIRED = "in-force", "ended", "expired"
_UNTIL = {_IN_FORCE: "until", _ENDED: "ended before", _EXPIRED: "over since"}
_URNS = click.IntRange(100_000, 999_999)


@click.group()
def silence() -> None:
    """Hold alerts back for a time. Withdrawals are told all the same; what still holds at the end is told then, once.

    \b
    firstbell silence add --rule lateness --urn 100001 --owner jo --reason "bus strike" --for 2d
    firstbell silence list
    firstbell silence expire 3f9c81aa --owner jo
    """  # noqa: D301 - click reads the \b


@silence.command()
@click.option("--rule", "rules", help="A rule; may be repeated: any of them.", multiple=True, metavar="NAME")
@click.option("--severity", "severities", type=click.Choice(get_args(Severity)), help="Likewise.", multiple=True)
@click.option("--audience", "audiences", type=click.Choice(get_args(Audience)), help="Likewise.", multiple=True)
@click.option("--urn", "urns", type=_URNS, help="A school; likewise.", multiple=True, metavar="URN")
@click.option("--alert", "alerts", type=ALERT_ID, help="One alert; likewise.", multiple=True)
@click.option("--owner", required=True, help="Who answers for it: a work account, not a child.")
@click.option("--reason", required=True, help="Why, in words that name no child.")
@click.option("--for", "lasts", type=LENGTH, help="How long: 90m, 2h, 3d.")
@click.option("--until", type=INSTANT, help="Or until when: 2024-10-11T17:00:00+01:00.")
@click.option("--json", "as_json", is_flag=True, help="As JSON, for programs.")
@with_settings
def add(
    settings: Settings,
    *,
    rules: tuple[str, ...],
    severities: tuple[Severity, ...],
    audiences: tuple[Audience, ...],
    urns: tuple[int, ...],
    alerts: tuple[str, ...],
    owner: str,
    reason: str,
    lasts: timedelta | None,
    until: datetime | None,
    as_json: bool,
) -> None:
    """Hold back what fits every option given. At least one, an owner, a reason and an end are needed.

    \b
    firstbell silence add --urn 100001 --owner jo --reason "snow" --for 1d
    """  # noqa: D301 - click reads the \b
    match = _match(rules, severities, audiences, urns, alerts)
    must_be_known("rule", rules, load_book(settings.rulebook).by_id())
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
    states = _silences(settings, topics_of(settings))
    kept = [(each, state) for each, state in states.values() if also_over or state == _IN_FORCE]
    if as_json:
        click.echo(json.dumps([{**msgspec.to_builtins(each), "state": state} for each, state in kept]))
        return
    for each, state in kept:
        click.echo(_line(each, state))
    if not kept:
        click.echo("there is no silence" if also_over else "no silence is in force; see --all", err=True)


@silence.command()
@click.argument("silence_id", metavar="ID")
@click.option("--owner", required=True, help="Who ends it.")
@click.option("--json", "as_json", is_flag=True, help="As JSON, for programs.")
@with_settings
def expire(settings: Settings, silence_id: str, owner: str, *, as_json: bool) -> None:
    """End the silence ID now: what still holds is told.

    \b
    firstbell silence expire 3f9c81aa --owner jo
    """  # noqa: D301 - click reads the \b
    owner = _words(owner, "--owner")
    _, state = _silences(settings, topics_of(settings)).get(silence_id, (None, None))
    if state != _IN_FORCE:
        raise Refuse("no silence with that id is in force; see: firstbell silence list")
    done = SilenceOver(silence_id=silence_id, owner=owner, at=datetime.now(UTC).isoformat(timespec="milliseconds"))
    _write(settings, silence_id, encode(done))
    click.echo(encode(done).decode() if as_json else f"silence {silence_id} is over")


def _match(
    rules: tuple[str, ...],
    severities: tuple[Severity, ...],
    audiences: tuple[Audience, ...],
    urns: tuple[int, ...],
    alerts: tuple[str, ...],
) -> SilenceMatch:
    if not any((rules, severities, audiences, urns, alerts)):
        raise Refuse("say what to hold back, by --rule, --severity, --audience, --urn or --alert")
    return SilenceMatch(
        rule=[*rules] or None,
        severity=[*severities] or None,
        audience=[*audiences] or None,
        urn=[*urns] or None,
        alert_id=[*alerts] or None,
    )


def _words(text: str, option: str) -> str:
    if not text.strip():
        raise Refuse(f"{option} is empty")
    return text.strip()


def _end(now: datetime, lasts: timedelta | None, until: datetime | None) -> datetime:
    if (lasts is None) == (until is None):
        raise Refuse("say when it ends: --for 2d, or --until 2024-10-11T17:00:00+01:00")
    end = until or now + (lasts or timedelta())
    if end <= now:
        raise Refuse("that is over already")
    return end


def _silences(settings: Settings, topics: Topics) -> dict[str, tuple[SetSilence, str]]:
    """Give every silence with its state, by id."""
    found, ended = dict[str, SetSilence](), set[str]()
    with Reader(settings, topics.actions.name) as reader:
        for record in reader.to_end():
            action = decode_action(record.value or b"")
            if isinstance(action, SetSilence):
                found[action.silence_id] = action
            elif isinstance(action, SilenceOver):
                ended.add(action.silence_id)
    now = datetime.now(UTC).timestamp()
    return {name: (each, _state(each, ended, now)) for name, each in found.items()}


def _state(each: SetSilence, ended: set[str], now: float) -> str:
    if each.silence_id in ended:
        return _ENDED
    return _IN_FORCE if seconds_of(each.expires) > now else _EXPIRED


def _line(each: SetSilence, state: str) -> str:
    about = " ".join(f"{name}={_list(values)}" for name, values in msgspec.to_builtins(each.match).items())
    return f"{each.silence_id}  {_UNTIL[state]} {each.expires}  {each.owner}: {each.reason}  [{about}]"


def _write(settings: Settings, key: str, value: bytes) -> None:
    topic = topics_of(settings).actions.name
    Admin(settings).require([topic])
    sender = Sender(settings)
    sender.send(topic, value, key=key.encode(), headers=[], name=key)
    sender.flush()


def _list(values: list[object]) -> str:
    return ",".join(map(str, values))
