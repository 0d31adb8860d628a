"""Rows of a calendar: `urn, from, to, session, kind`: planned closures, and the terms they are in."""

import datetime as dt
from typing import Literal, NamedTuple, cast

from streams.contract.schools import Closure, Term
from streams.edge.schools.columns import Entry
from streams.edge.schools.fields import Wrong, read_day, read_urn

CALENDAR = Entry(
    "closures and terms",
    {"urn": ("urn",), "from": ("from",), "to": ("to",), "session": ("session",), "kind": ("kind",)},
    optional=frozenset({"to", "session", "kind"}),
)

EVERY_SCHOOL = "all"
_LONGEST = 366  # days
_FIRST_YEAR, _LAST_YEAR = 2000, 2100


class Span(NamedTuple):
    """What one row says of a school (None: of every school that is known): a closure, a term, or that there is none."""

    urn: int | None
    what: Closure | Term | None


def read_span(row: dict[str, str]) -> Span:
    """Read one row.

    Raises:
        Wrong: what is wrong with it.
    """
    urn = None if row["urn"].casefold() == EVERY_SCHOOL else read_urn(row["urn"])
    kind, session = row.get("kind", "").casefold() or "closed", row.get("session", "").upper()
    if kind not in ("closed", "term", "none"):
        raise Wrong("bad-kind", "kind is not closed, term or none")
    if session not in ("", "AM", "PM") or (session and kind != "closed"):
        raise Wrong("bad-session", "session is not AM or PM (of a closure), or empty")
    if kind == "none":
        return Span(urn, None)
    first, last = _days(row)
    if kind == "term":
        return Span(urn, Term(first, last))
    return Span(urn, Closure(first, last, cast("Literal['AM', 'PM']", session) if session else None))


def _days(row: dict[str, str]) -> tuple[dt.date, dt.date]:
    first = read_day(row["from"], "from")
    last = read_day(row.get("to", ""), "to") or first
    if first is None or last is None:
        raise Wrong("bad-date", "from is empty")
    if not _FIRST_YEAR <= first.year <= _LAST_YEAR or not 0 <= (last - first).days < _LONGEST:
        raise Wrong("bad-dates", f"to is before from, more than {_LONGEST} days after it, or the year is impossible")
    return first, last
