"""A school on the compacted topic `schools`: what DfE's register (GIAS) says of it, its session times, its calendar.

JSON, key the URN in digits. Written by `firstbell schools import` alone.
"""

import datetime as dt
from typing import Literal

import msgspec
from msgspec import Struct

SCHOOL_VERSION = 1


class Closure(Struct, frozen=True):
    """Days, first and last included, on which a school is closed as planned: whole days, or one session of each."""

    first: dt.date
    last: dt.date
    session: Literal["AM", "PM"] | None = None


class Term(Struct, frozen=True, order=True):
    """The first and last school day of a term, or of a half of one."""

    first: dt.date
    last: dt.date


class SchoolRecord(Struct, frozen=True, kw_only=True):
    """One school. Null where nobody has said so.

    `phase`, `type` and `status` are GIAS's own words; times of day are London's.
    """

    version: int = SCHOOL_VERSION
    urn: int
    name: str
    la_code: int | None
    la_name: str
    phase: str
    type: str
    status: str
    opened: dt.date | None = None
    closed: dt.date | None = None
    am_start: dt.time | None = None
    pm_start: dt.time | None = None
    closures: tuple[Closure, ...] = ()
    terms: tuple[Term, ...] = ()


_decoder = msgspec.json.Decoder(SchoolRecord)


def encode_school(school: SchoolRecord) -> bytes:
    """Encode *school* as one JSON object."""
    return msgspec.json.encode(school)


def decode_school(value: bytes) -> SchoolRecord:
    """Decode a record's value.

    Raises:
        msgspec.DecodeError: it is none, or of a version that this one does not know.
    """
    school = _decoder.decode(value)
    if school.version != SCHOOL_VERSION:
        raise msgspec.ValidationError(f"version {school.version}, and this reads {SCHOOL_VERSION}")
    return school
