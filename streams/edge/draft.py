"""The form of a register as senders may send it: the contract's, but a mark may name its pupil by UPN.

The lists of fields are closed: what is not on them may be a name or a note, and is refused, never quietly dropped. The
types are the source of the gateway's OpenAPI document; `intake` reads field by field, since one bad mark must take out
only itself.
"""

import re
from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType

from streams.contract.messages import Half, PupilKey, Urn
from streams.contract.register import MAX_MARKS, MAX_MINUTES_LATE, MAX_REGISTER_ID, Instant, SessionDate
from streams.edge.upn import seems_to_hold_upn

_PUPIL_WORD = re.compile(r"(?<![a-z2-7])[a-z2-7]{26}(?![a-z2-7])")
_ID_FORM = f"^[!-~]{{1,{MAX_REGISTER_ID}}}$"  # no spaces: an id, not a sentence
_MAX_SOURCE = 100  # characters

UpnText = Annotated[
    str,
    Meta(
        pattern="^[A-HJ-NP-RT-Z][0-9]{11}[0-9A-HJ-NP-RT-Z]$",
        description="unique pupil number with its right check letter; a pseudonym takes its place at once",
        examples=["Q999000024001"],
    ),
]
RegisterId = Annotated[
    str,
    Meta(
        pattern=_ID_FORM,
        description="the sender's own id of this register: ASCII without spaces, and nothing like a UPN in it",
    ),
]


class DraftMark(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """One pupil's mark: by `upn` or by `pupil`, not both. A mark that does not fit is refused alone."""

    upn: UpnText | UnsetType = UNSET
    pupil: PupilKey | UnsetType = UNSET
    code: Annotated[
        str, Meta(description="attendance code as the school recorded it; `-` or empty says that there is no mark")
    ]
    minutes_late: (
        Annotated[int, Meta(ge=0, le=MAX_MINUTES_LATE, description="minutes after the start of the session")] | None
    ) = None
    recorded_at: Instant | None = None


class Draft(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """One school's register of one session: the marks it has, each the latest known to the sender."""

    register_id: RegisterId
    urn: Urn
    date: SessionDate
    session: Half
    recorded_at: Instant
    source: (
        Annotated[str, Meta(max_length=_MAX_SOURCE, description="what sent it; the name of the token takes its place")]
        | UnsetType
    ) = UNSET
    received_at: (
        Annotated[str, Meta(description="allowed, since files have it; the gateway goes by its own clock")] | UnsetType
    ) = UNSET
    marks: Annotated[
        list[DraftMark],
        Meta(
            max_length=MAX_MARKS, description="in any order; empty where the register was opened and nothing recorded"
        ),
    ]


REGISTER_FIELDS = frozenset(Draft.__struct_fields__)
MARK_FIELDS = frozenset(DraftMark.__struct_fields__)


def is_register_id(value: object) -> bool:
    """Whether *value* can be the id of a register here: of the form, and with nothing of a pupil in it."""
    return isinstance(value, str) and re.fullmatch(_ID_FORM, value) is not None and not _seems_to_name_pupil(value)


def is_source(value: object) -> bool:
    """Whether *value* can be the source of a register."""
    return isinstance(value, str) and len(value) <= _MAX_SOURCE and not _seems_to_name_pupil(value)


def _seems_to_name_pupil(text: str) -> bool:
    return seems_to_hold_upn(text) or _PUPIL_WORD.search(text) is not None
