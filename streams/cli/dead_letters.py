"""`firstbell dead-letters list|show|redrive`."""

import json
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from typing import Any, get_args

import click

from streams.cli.options import with_settings
from streams.contract.messages import Refusal as Reason
from streams.contract.operations import place_of
from streams.errors import FirstbellError, Refuse
from streams.kafka.admin import Admin, topics_of
from streams.letters.choosing import Choice, Lying, moment, origin_like, place
from streams.letters.redriving import Redriven, Refusal
from streams.letters.showing import as_data, in_full, written_at
from streams.letters.topic import Redriving, chosen, memory
from streams.settings import Settings
from streams.wording import refusal

_ENTITLED = "What follows are a child's records: for the eyes of those entitled to them, and for no log."
_as_json = click.option("--json", "as_json", is_flag=True, help="JSON, one object a line.")


def _with_choice(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give *command* the `choice` that its options make."""

    @click.option("--reason", "reasons", multiple=True, type=click.Choice(get_args(Reason)), help="May be repeated.")
    @click.option("--school", "schools", multiple=True, type=int, metavar="URN", help="May be repeated.")
    @click.option("--since", metavar="TIME", help="Refused then or later: 2024-09-09 or 2024-09-09T08:30 (London).")
    @click.option("--until", metavar="TIME", help="Refused before; a date: up to its end.")
    @click.option("--origin", metavar="TOPIC[/PARTITION[/OFFSET]]", help="Where the refused register came from.")
    @wraps(command)
    def wrapped(
        *args: object,
        reasons: tuple[str, ...],
        schools: tuple[int, ...],
        since: str | None,
        until: str | None,
        origin: str | None,
        **more: object,
    ) -> object:
        choice = Choice(
            reasons=frozenset(reasons),
            schools=frozenset(schools),
            since=None if since is None else moment(since),
            until=None if until is None else moment(until, end=True),
            origin=None if origin is None else origin_like(origin),
            places=frozenset(place(text) for text in more.pop("places", ())),  # type: ignore[attr-defined]
        )
        return command(*args, choice=choice, **more)

    return wrapped


@click.group(name="dead-letters")
def dead_letters() -> None:
    """Work off what the stream refused: list it, look at one, send it back when its cause is mended.

    \b
    firstbell dead-letters list --reason unknown-code --since 2024-09-09
    firstbell dead-letters show 3/41
    firstbell dead-letters redrive --reason unknown-code --school 100001 --dry-run
    """  # noqa: D301 - click reads the \b


@dead_letters.command(name="list")
@_with_choice
@_as_json
@with_settings
def list_(settings: Settings, *, choice: Choice, as_json: bool) -> None:
    """List refused registers and marks, each with its place, oldest first. Names no child and shows no bytes.

    \b
    firstbell dead-letters list --school 100001 --since 2024-09-09 --until 2024-09-13
    firstbell dead-letters list --json | jq -r 'select(.redriven | not) | .place'
    """  # noqa: D301 - click reads the \b
    topics = topics_of(settings)
    Admin(settings).require([topics.dead_letters.name, topics.actions.name])
    before = memory(settings, topics).origins
    # Without their bytes: there may be many.
    rows = [
        (as_data(one, redriven=_origin(one) in before), refusal(one.letter)) for one in chosen(settings, topics, choice)
    ]
    for row, said in sorted(rows, key=lambda each: str(each[0]["at"])):
        redriven = " Redriven." if row["redriven"] else ""
        click.echo(
            json.dumps(row) if as_json else f"{row['place']:<10} {row['at']}  {row['reason']:<18} {said}{redriven}"
        )
    if not as_json:
        counts = Counter(row["reason"] for row, _ in rows)
        click.echo(_total(counts), err=True)


@dead_letters.command()
@click.argument("where", metavar="PLACE")
@_as_json
@with_settings
def show(settings: Settings, where: str, *, as_json: bool) -> None:
    """Show one dead letter whole, its bytes decoded as far as they can be. PLACE is PARTITION/OFFSET, from `list`.

    It may hold a child's records: for the terminal of a person entitled to them, never for a log.

    \b
    firstbell dead-letters show 3/41
    """  # noqa: D301 - click reads the \b
    choice, topics = Choice(places=frozenset({place(where)})), topics_of(settings)
    Admin(settings).require([topics.dead_letters.name, topics.actions.name])
    found = next(chosen(settings, topics, choice), None)
    if found is None:
        raise FirstbellError(f"there is no dead letter at {where}; see: firstbell dead-letters list")
    redriven = _origin(found) in memory(settings, topics).origins
    click.echo(_ENTITLED, err=True)
    if as_json:
        value = found.letter.value.decode(errors="replace")
        click.echo(json.dumps(as_data(found, redriven=redriven) | {"value": value}))
    else:
        click.echo(in_full(found, redriven=redriven))


@dead_letters.command()
@click.argument("places", nargs=-1, metavar="[PLACE…]")
@_with_choice
@click.option("--all", "everything", is_flag=True, help="All of them, where nothing is chosen.")
@click.option("--force", is_flag=True, help="Also what was redriven before.")
@click.option("--dry-run", is_flag=True, help="Say what would be sent, and send nothing.")
@_as_json
@with_settings
def redrive(settings: Settings, *, choice: Choice, everything: bool, force: bool, dry_run: bool, as_json: bool) -> None:
    """Send chosen dead letters back to the registers topic, once; a refused mark goes as a register of one mark.

    They go as they were: useful when the cause lay with Firstbell (a code it did not know) or with time. A header names
    where they came from. What was redriven before is passed over, unless --force. With --dry-run --json each register
    is printed as it would be sent, to be mended and sent by `firstbell send`: it holds a child's records.

    \b
    firstbell dead-letters redrive 3/41 3/42
    firstbell dead-letters redrive --reason recorded-in-future --dry-run
    """  # noqa: D301 - click reads the \b
    if choice == Choice() and not everything:
        raise Refuse("choose what to redrive: places, --reason, --school, --since, --until or --origin; or --all")
    topics = topics_of(settings)
    Admin(settings).require([topics.dead_letters.name, topics.actions.name, topics.registers.name])
    run = Redriving(settings, topics, memory(settings, topics), force, dry_run, _now)
    counts = Counter[str]()
    for one, outcome in run.run(chosen(settings, topics, choice)):
        counts["redriven" if isinstance(outcome, Redriven) else "left"] += 1
        click.echo(_row(one, outcome, dry_run=dry_run) if as_json else _line(one, outcome, dry_run=dry_run))
    verb = "would be redriven" if dry_run else "redriven"
    click.echo(f"{counts['redriven']:,} {verb}, {counts['left']:,} left where they are", err=True)


def _line(one: Lying, outcome: Redriven | Refusal, *, dry_run: bool) -> str:
    if isinstance(outcome, Refusal):
        return f"{one.place}: left: {outcome.value}"
    return f"{one.place}: {'would be redriven' if dry_run else 'redriven'}: {refusal(one.letter)}"


def _row(one: Lying, outcome: Redriven | Refusal, *, dry_run: bool) -> str:
    row: dict[str, Any] = {"place": str(one.place), "origin": _origin(one), "redriven": False, "why": None}
    if isinstance(outcome, Refusal):
        return json.dumps(row | {"why": outcome.value})
    register = {"register": outcome.value.decode(errors="replace")} if dry_run else {}
    return json.dumps(row | {"redriven": not dry_run} | register)


def _origin(one: Lying) -> str:
    return place_of(one.letter.origin, one.letter.mark)


def _total(counts: "Counter[str]") -> str:
    words = ", ".join(f"{number:,} {reason}" for reason, number in sorted(counts.items()))
    return f"{counts.total():,} dead letters" + (f": {words}" if words else "")


def _now() -> str:
    return written_at(int(datetime.now(UTC).timestamp() * 1000))
