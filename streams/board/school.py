"""What is known of a school beforehand: who it is, when its sessions start, when it is planned to be closed.

The source of names and columns is DfE's register of schools, Get Information about Schools (GIAS).
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, time
from functools import lru_cache
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

from streams.attendance.sessions import session_of

MORNING, AFTERNOON = time(9), time(13)
"""When sessions start where nothing else is known; Europe/London."""

_encode = msgspec.json.Encoder().encode


class Span(Struct, frozen=True, omit_defaults=True):
    """Days from `first` to `last`, both included; of each only the morning or afternoon where `session` says so."""

    first: date
    last: date
    session: Literal["AM", "PM"] | None = None

    def covers(self, slot: int) -> bool:
        """Whether the session lies in it. `slot` as in `attendance.sessions`."""
        within = self.first.toordinal() <= slot >> 1 <= self.last.toordinal()
        return within and self.session in (None, session_of(slot)[1])


class School(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One school. Only `urn` must be known; `opened` and `closed` are the school's own first and last day.

    `terms` are the spans in which every Monday to Friday is a school day, but for `closures` (holidays, INSET days,
    planned closures); empty where no calendar is known. Times are local, Europe/London.
    """

    urn: Annotated[int, Meta(ge=100_000, le=999_999)]
    name: str = ""
    la: int | None = None
    la_name: str = ""
    phase: str = ""
    type: str = ""
    status: str = ""
    opened: date | None = None
    closed: date | None = None
    am_start: time = MORNING
    pm_start: time = AFTERNOON
    terms: tuple[Span, ...] = ()
    closures: tuple[Span, ...] = ()


class Schools:
    """The schools known, by URN: a snapshot that does not change. Empty is fine."""

    def __init__(self, schools: Iterable[School] = ()) -> None:
        self._by_urn: Mapping[int, School] = {school.urn: school for school in schools}

    def __len__(self) -> int:
        return len(self._by_urn)

    def __iter__(self) -> Iterator[School]:
        return iter(self._by_urn.values())

    def get(self, urn: int) -> School | None:
        """Return the school, or None where it is not known."""
        return self._by_urn.get(urn)


@lru_cache(maxsize=65536)
def unknown_school(urn: int) -> School:
    """Return what is assumed of a school of which nothing is known."""
    return School(urn=urn)


def encode_school(school: School) -> bytes:
    """Return *school* as JSON: a line of a file of schools, the value of a record of `firstbell.schools`."""
    return _encode(school)


decode_school = msgspec.json.Decoder(School).decode
"""Read a school from JSON. Raises `msgspec.DecodeError`, which says what does not fit."""
