"""Values of options: times, lengths of time, ids, names of which the right ones are known."""

import difflib
import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import click

from streams.errors import Refuse
from streams.notify.config.durations import seconds

__all__ = ["ALERT_ID", "INSTANT", "LENGTH", "must_be_known", "nearest"]


class _Instant(click.ParamType):
    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:  # noqa: ANN401 - click's own
        try:
            at = datetime.fromisoformat(value)
            if at.tzinfo is None:
                self.fail(f"{value} needs its offset, such as {value}Z or {value}+01:00", param, ctx)
            return at.astimezone(UTC)
        except (ValueError, OverflowError):
            self.fail(f"{value} is no time: write 2024-10-08T09:00:00+01:00", param, ctx)


class _Length(click.ParamType):
    name = "length"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:  # noqa: ANN401 - click's own
        try:
            return timedelta(seconds=seconds(value))
        except ValueError as error:
            self.fail(str(error), param, ctx)


class _AlertId(click.ParamType):
    name = "id"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:  # noqa: ANN401 - click's own
        if not re.fullmatch(r"[0-9a-f]{32}", value):
            self.fail("an alert's id is 32 digits 0-9 and a-f, as in: firstbell tail alerts --json", param, ctx)
        return str(value)


INSTANT = _Instant()
"""A time in ISO 8601 with its offset; comes in UTC."""
LENGTH = _Length()
"""A length of time such as `90m`, `2h` or `3d`."""
ALERT_ID = _AlertId()
"""An alert's whole id."""


def nearest(name: str, known: Iterable[str]) -> str:
    """Say which of *known* is nearest to *name*, to end a sentence with; nothing where there is none."""
    near = difflib.get_close_matches(name, list(known), n=1, cutoff=0)
    return f"; the nearest is {near[0]}" if near else ""


def must_be_known(what: str, names: Iterable[str], known: Iterable[str]) -> None:
    """Refuse a name that is not among *known*.

    Raises:
        Refuse: so it is; with the nearest that exists.
    """
    known = list(known)
    for name in names:
        if name not in known:
            raise Refuse(f"there is no {what} {name}{nearest(name, known)}")
