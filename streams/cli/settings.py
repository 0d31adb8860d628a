"""`firstbell settings`."""

import json
from typing import Any

import click

from streams.cli.options import with_loaded
from streams.settings import Loaded, Settings

_SECRET = "(in a file; not shown)"  # noqa: S105 - says so
_MASK = "**********"
_IN_FILES = {"sasl_password_file", "redis_password_file", "pupil_key_file", "erasure_key_file"}


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON document instead of lines.")
@with_loaded
def settings(loaded: Loaded, *, as_json: bool) -> None:
    """Show every setting: its value, unit, default, where it came from and what it means. Secrets are masked.

    Set one by FIRSTBELL_NAME in the environment, by name in a TOML file, or by --set.

    \b
    FIRSTBELL_PARTITIONS=8 firstbell settings
    firstbell settings --config firstbell.toml --json
    """  # noqa: D301 - click reads the \b
    rows = [_row(loaded, name) for name in Settings.model_fields]
    if as_json:
        click.echo(json.dumps(rows, indent=2, ensure_ascii=False))
    else:
        _print(rows)


def _row(loaded: Loaded, name: str) -> dict[str, Any]:
    field = Settings.model_fields[name]
    extra = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
    return {
        "name": name,
        "value": _shown(name, loaded.settings),
        "unit": extra.get("unit"),
        "default": _plain(field.default),
        "from": loaded.origins[name],
        "meaning": field.description,
    }


def _shown(name: str, of: Settings) -> Any:  # noqa: ANN401 - whatever JSON can say
    value = getattr(of, name)
    if name in _IN_FILES and value:
        return _SECRET
    return _address(value) if isinstance(value, str) and "://" in value else _plain(value)


def _address(text: str) -> str:
    """Leave out what may be a secret in an address: user and password, and what follows a question mark."""
    scheme, sign, rest = text.partition("://")
    told, asks, _ = rest.partition("?")
    if "@" in rest[len(told) :]:  # which of the two signs is part of a password, nobody can say
        return f"{scheme}{sign}{_MASK}"
    _, at, place = told.rpartition("@")
    return f"{scheme}{sign}{_MASK + at if at else ''}{place}{asks and asks + _MASK}"


def _plain(value: object) -> Any:  # noqa: ANN401 - likewise
    return value if isinstance(value, str | int | float | None) else str(value)


def _print(rows: list[dict[str, Any]]) -> None:
    for row in rows:
        unit = f" {row['unit']}" if row["unit"] and row["value"] is not None else ""
        default = "" if row["from"] == "default" else f"; default {_word(row['default'])}"
        click.echo(f"{row['name']} = {_word(row['value'])}{unit}  ({row['from']}{default})")
        click.echo(f"    {row['meaning']}")


def _word(value: object) -> str:
    """Say numbers, nothing, and yes or no as a reader would."""
    if isinstance(value, bool | None):
        return {True: "true", False: "false", None: "none"}[value]
    return f"{value:g}" if isinstance(value, float) else str(value)
