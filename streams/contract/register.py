"""The form of a register, for those who send one. The source of `schemas/register.v1.schema.json`.

The stream does not decode with these types, since one bad mark must take out only itself: see `streams/pipeline`.
"""

from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType

from streams.contract.messages import Half, PupilKey, Urn

MAX_MARKS = 2000
MAX_MINUTES_LATE = 600
MAX_REGISTER_ID = 100  # characters

_DATE = "^[0-9]{4}-?(0[1-9]|1[0-2])-?(0[1-9]|[12][0-9]|3[01])"
_TIME = "([01][0-9]|2[0-3])(:?[0-5][0-9](:?[0-5][0-9]([.,][0-9]+)?)?)?"
_OFFSET = "(Z|[+-]([01][0-9]|2[0-3])(:?[0-5][0-9])?)$"

SessionDate = Annotated[
    str,
    Meta(
        pattern="^(20[0-9]{2}|2100)-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$",
        description="date of the session, YYYY-MM-DD, a real date of the years 2000 to 2100",
        extra_json_schema={"format": "date"},
    ),
]
Instant = Annotated[
    str,
    Meta(
        pattern=_DATE + "[T ]" + _TIME + _OFFSET,
        description="ISO 8601 date and time with its offset from UTC, or Z; compared in whole seconds, fractions cut",
        extra_json_schema={"format": "date-time"},
    ),
]


class Mark(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One pupil's mark. A mark that does not fit is refused alone, and the rest of its register goes on."""

    pupil: PupilKey
    code: Annotated[
        str, Meta(description="attendance code as the school recorded it; `-` or empty says that there is no mark")
    ]
    minutes_late: (
        Annotated[int, Meta(ge=0, le=MAX_MINUTES_LATE, description="minutes after the start of the session")] | None
    ) = None
    recorded_at: Instant | None = None


class Register(Struct, frozen=True, kw_only=True):
    """One school's register of one session: the marks it has, each the latest known to the sender.

    A correction is a further register with a later `recorded_at`; it may hold the corrected marks alone.
    """

    register_id: Annotated[
        str, Meta(min_length=1, max_length=MAX_REGISTER_ID, description="the sender's own id of this register")
    ]
    urn: Urn
    date: SessionDate
    session: Half
    recorded_at: Instant
    source: Annotated[str, Meta(description="what sent it, for people to read")] | UnsetType = UNSET
    received_at: Instant | UnsetType = UNSET
    marks: Annotated[
        list[Mark],
        Meta(
            max_length=MAX_MARKS, description="in any order; empty where the register was opened and nothing recorded"
        ),
    ]
