"""`firstbell tokens create|list|revoke`."""

import json
import os
from datetime import UTC, datetime

import click
from msgspec import structs

from streams.cli.options import with_settings
from streams.edge.token_stores import FileTokens, RedisTokens, open_store
from streams.edge.tokens import Grant, new_token
from streams.errors import Refuse
from streams.settings import Settings

_SHOWN = 5  # URNs of a token, in a line


@click.group()
def tokens() -> None:
    """Make, list or revoke the bearer tokens by which senders are known to the gateway.

    Kept as hashes where the setting gateway_tokens says. A running gateway sees a change with the next request.

    \b
    firstbell tokens create --source riverside-mis --urn 100001 --urn 100002
    firstbell tokens list
    firstbell tokens revoke ID
    """  # noqa: D301 - click reads the \b


@tokens.command()
@click.option("--source", required=True, metavar="NAME", help="Who will send, in lower case: riverside-mis.")
@click.option("--urn", "urns", type=click.IntRange(100_000, 999_999), multiple=True, help="A school. May be repeated.")
@click.option("--all-schools", is_flag=True, help="Every school: for the authority's own systems alone.")
@with_settings
def create(settings: Settings, source: str, urns: tuple[int, ...], *, all_schools: bool) -> None:
    """Make a token, and show it once, on standard output; it cannot be shown again.

    \b
    firstbell tokens create --source riverside-mis --urn 100001 > riverside.token
    """  # noqa: D301 - click reads the \b
    if bool(urns) == all_schools:
        raise Refuse("name the schools by --urn, or say --all-schools")
    try:
        token, grant = new_token(source, None if all_schools else frozenset(urns), datetime.now(UTC), os.urandom)
    except ValueError as error:
        raise Refuse(str(error)) from None
    _store(settings).put(grant)
    click.echo(f"token {grant.id} for {source}, {_schools(grant)}; it is shown only now:", err=True)
    click.echo(token)


@tokens.command(name="list")
@click.option("--json", "as_json", is_flag=True, help="One JSON document instead of lines.")
@with_settings
def list_(settings: Settings, *, as_json: bool) -> None:
    """List the tokens by id: source, schools, since when, and whether revoked. Tokens themselves are kept nowhere.

    \b
    firstbell tokens list
    """  # noqa: D301 - click reads the \b
    grants = _store(settings).all()
    if as_json:
        click.echo(json.dumps([_as_json(grant) for grant in grants]))
        return
    for grant in grants:
        state = f"revoked {grant.revoked[:19]}" if grant.revoked else f"since {grant.created[:19]}"
        click.echo(f"{grant.id}  {grant.source}  {_schools(grant)}  {state}")


@tokens.command()
@click.argument("token_id", metavar="ID")
@with_settings
def revoke(settings: Settings, token_id: str) -> None:
    """Revoke the token ID, from the next request on; it stays listed.

    \b
    firstbell tokens revoke k3qm2x7a
    """  # noqa: D301 - click reads the \b
    store = _store(settings)
    grant = store.get(token_id)
    if grant is None:
        raise Refuse("there is no token with that id; see: firstbell tokens list")
    store.put(structs.replace(grant, revoked=grant.revoked or datetime.now(UTC).isoformat()))
    click.echo(f"token {grant.id} of {grant.source} is revoked")


def _store(settings: Settings) -> FileTokens | RedisTokens:
    return open_store(settings.gateway_tokens, settings.prefix)


def _schools(grant: Grant) -> str:
    if grant.urns is None:
        return "every school"
    shown = [str(urn) for urn in sorted(grant.urns)[:_SHOWN]]
    return ", ".join(shown) + (f" and {len(grant.urns) - _SHOWN} more" if len(grant.urns) > _SHOWN else "")


def _as_json(grant: Grant) -> dict[str, object]:
    return {
        "id": grant.id,
        "source": grant.source,
        "urns": None if grant.urns is None else sorted(grant.urns),
        "created": grant.created,
        "revoked": grant.revoked,
    }
