"""Rows of a calendar: `urn, from, to, session, kind`: planned closures, and the terms they are in."""

from typing import Literal, NamedTuple, cast, get_args

from streams.board.school import Span
from streams.edge.schools.columns import Entry
from streams.edge.schools.fields import Wrong, read_day, read_urn

CALENDAR = Entry(
    "closures and terms",
    {"urn": ("urn",), "from": ("from",), "to": ("to",), "session": ("session",), "kind": ("kind",)},
    optional=frozenset({"to", "session", "kind"}),
)

Kind = Literal["closed", "term", "none"]

EVERY_SCHOOL = "all"
_LONGEST = 366  # days
_FIRST_YEAR, _LAST_YEAR = 2000, 2100


class Days(NamedTuple):
    """What one row says of a school (None: of every school that is known): its kind, and days where it is not none."""

    urn: int | None
    kind: Kind
    span: Span | None


def read_days(row: dict[str, str]) -> Days:
    """Read one row.

    Raises:
        Wrong: what is wrong with it.
    """
    urn = None if row["urn"].casefold() == EVERY_SCHOOL else read_urn(row["urn"])
    kind, session = row.get("kind", "").casefold() or "closed", row.get("session", "").upper()
    if kind not in get_args(Kind):
        raise Wrong("bad-kind", "kind is not closed, term or none")
    if session not in ("", "AM", "PM") or (session and kind != "closed"):
        raise Wrong("bad-session", "session is not AM or PM (of a closure), or empty")
    return Days(urn, cast("Kind", kind), None if kind == "none" else _span(row, session))


def _span(row: dict[str, str], session: str) -> Span:
    first = read_day(row["from"], "from")
    last = read_day(row.get("to", ""), "to") or first
    if first is None or last is None:
        raise Wrong("bad-date", "from is empty")
    if not _FIRST_YEAR <= first.year <= _LAST_YEAR or not 0 <= (last - first).days < _LONGEST:
        raise Wrong("bad-dates", f"to is before from, more than {_LONGEST} days after it, or the year is impossible")
    return Span(first, last, cast("Literal['AM', 'PM']", session) if session else None)
