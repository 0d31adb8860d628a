"""`firstbell deliveries list|show|retry|park`."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime

import click
import msgspec

from streams.cli.delivery_filters import Filters, with_filters
from streams.cli.options import with_settings
from streams.contract.deliveries import DeliveryRecord, ParkDelivery, RetryDelivery, decode_delivery, encode
from streams.errors import Refuse
from streams.kafka.admin import topics_of
from streams.kafka.producer import Sender
from streams.kafka.reader import Reader
from streams.settings import Settings

_SHOWN = 100
_RANGES = ("receiver", "reason", "alert", "since", "until")
_with_json = click.option("--json", "as_json", is_flag=True, help="One JSON object a line, for programs.")


@click.group()
def deliveries() -> None:
    """What the notifier sent, tries again, gave up or did not send, each with its reason.

    \b
    firstbell deliveries list --state parked
    firstbell deliveries list --state suppressed --reason stale --json
    firstbell deliveries show dlv_4f0a…
    firstbell deliveries retry --owner jo --receiver office
    """  # noqa: D301 - click reads the \b


@deliveries.command(name="list")
@with_filters("state", *_RANGES)
@click.option("--limit", type=click.IntRange(1), default=_SHOWN, show_default=True, help="The newest so many.")
@_with_json
@with_settings
def list_(settings: Settings, *, filters: Filters, limit: int, as_json: bool) -> None:
    """List deliveries as they are now, the newest last.

    \b
    firstbell deliveries list --receiver office --since 2024-10-08T00:00Z
    """  # noqa: D301 - click reads the \b
    last = _last(settings).values()
    found = sorted(filter(filters.fits, last), key=lambda each: each.at)
    for each in found[-limit:]:
        click.echo(encode(each).decode() if as_json else _line(each))
    if len(found) > limit:
        click.echo(f"{len(found) - limit} older ones are not shown; see --limit", err=True)
    if not found:
        click.echo(filters.stranger(last) or "no delivery fits", err=True)


@deliveries.command()
@click.argument("delivery_id", metavar="ID")
@_with_json
@with_settings
def show(settings: Settings, delivery_id: str, *, as_json: bool) -> None:
    """Show the life of the delivery ID: every try, what came of it, what it tells.

    \b
    firstbell deliveries show dlv_4f0a…
    """  # noqa: D301 - click reads the \b
    found = sorted((each for each in _records(settings) if each.delivery_id == delivery_id), key=lambda each: each.at)
    if not found:
        raise Refuse("there is no delivery with that id; see: firstbell deliveries list")
    for each in found:
        click.echo(encode(each).decode() if as_json else _line(each))
    if not as_json:
        for item in found[-1].items:
            click.echo(f"  {item.change}  {item.alert_id}:{item.sequence}  {item.rule}  {item.urn}  {item.severity}")


@deliveries.command()
@click.argument("delivery_ids", metavar="ID...", nargs=-1)
@with_filters(*_RANGES)
@click.option("--owner", required=True, help="Who asks for it.")
@_with_json
@with_settings
def retry(settings: Settings, delivery_ids: tuple[str, ...], *, filters: Filters, owner: str, as_json: bool) -> None:
    """Try parked deliveries again: those with an ID given, or all that fit the filters.

    One to a receiver that had answered 410 also lets all that waits for that receiver go.

    \b
    firstbell deliveries retry dlv_4f0a… --owner jo
    firstbell deliveries retry --receiver office --since 2024-10-08T00:00Z --owner jo
    """  # noqa: D301 - click reads the \b
    chosen = _chosen(settings, delivery_ids, filters, ("parked", "gone"))
    at = datetime.now(UTC).isoformat(timespec="milliseconds")
    _write(settings, [(each, encode(RetryDelivery(delivery_id=each, owner=owner, at=at))) for each in chosen])
    click.echo(json.dumps({"deliveries": chosen}) if as_json else f"{_counted(chosen)} will be tried again")


@deliveries.command()
@click.argument("delivery_ids", metavar="ID...", nargs=-1)
@with_filters(*_RANGES)
@click.option("--owner", required=True, help="Who asks for it.")
@_with_json
@with_settings
def park(settings: Settings, delivery_ids: tuple[str, ...], *, filters: Filters, owner: str, as_json: bool) -> None:
    """Try no more: those with an ID given, or all that are being tried again and fit the filters.

    \b
    firstbell deliveries park --receiver office --owner jo
    """  # noqa: D301 - click reads the \b
    chosen = _chosen(settings, delivery_ids, filters, ("retrying",))
    at = datetime.now(UTC).isoformat(timespec="milliseconds")
    _write(settings, [(each, encode(ParkDelivery(delivery_id=each, owner=owner, at=at))) for each in chosen])
    click.echo(json.dumps({"deliveries": chosen}) if as_json else f"{_counted(chosen)} will be parked")


def _chosen(settings: Settings, ids: tuple[str, ...], filters: Filters, states: tuple[str, ...]) -> list[str]:
    if not ids and filters.is_empty:
        raise Refuse("name deliveries by their ids, or choose them by filters such as --receiver and --since")
    last = _last(settings)
    if wrong := [each for each in ids if each not in last or last[each].state not in states]:
        raise Refuse(f"{wrong[0]}: no such delivery is {' or '.join(states)}; see: firstbell deliveries list")
    if stranger := filters.stranger(last.values()):
        raise Refuse(stranger)
    named = [each for each in last.values() if not ids or each.delivery_id in ids]
    return [each.delivery_id for each in named if each.state in states and filters.fits(each)]


def _records(settings: Settings) -> Iterator[DeliveryRecord]:
    with Reader(settings, topics_of(settings).deliveries.name) as reader:
        for record in reader.to_end():
            try:
                said = decode_delivery(record.value or b"")
            except msgspec.DecodeError:
                continue
            if said.state != "began":
                yield said


def _last(settings: Settings) -> dict[str, DeliveryRecord]:
    return {each.delivery_id: each for each in _records(settings)}


def _counted(chosen: list[str]) -> str:
    return "1 delivery" if len(chosen) == 1 else f"{len(chosen)} deliveries"


def _line(each: DeliveryRecord) -> str:
    tries = f"  try {each.attempt}" if each.attempt else ""
    later = f"  again {each.next_try}" if each.next_try else ""
    what = f"{each.kind} of {len(each.items)}"
    return f"{each.at}  {each.delivery_id}  {each.receiver}  {what}  {each.state} ({each.reason}){tries}{later}"


def _write(settings: Settings, actions: list[tuple[str, bytes]]) -> None:
    sender = Sender(settings)
    for key, value in actions:
        sender.send(topics_of(settings).actions.name, value, key=key.encode(), headers=[], name=key)
    sender.flush()
