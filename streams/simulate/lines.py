"""Registers as lines of JSON, in the form of the register contract."""

from datetime import datetime
from typing import Any

import msgspec

from streams.simulate.calendar import SchoolSession
from streams.simulate.office import Entry
from streams.simulate.roll import Form

_encode = msgspec.json.Encoder().encode


def line(form: Form, session: SchoolSession, version: int, recorded: datetime, entries: list[Entry]) -> bytes:
    """One register (version 0) or one amendment of it (1, 2, …), as its school's system would send it."""
    return _encode(
        {
            "register_id": f"{form.name}.{session.date}.{session.half}.{version}",
            "urn": form.urn,
            "date": session.date.isoformat(),
            "session": session.half,
            "recorded_at": recorded.isoformat(),
            "source": "simulator",
            "marks": [_mark(entry) for entry in entries],
        }
    )


def _mark(entry: Entry) -> dict[str, Any]:
    mark: dict[str, Any] = {"pupil": entry.pupil, "code": entry.code}
    if entry.minutes_late is not None:
        mark["minutes_late"] = entry.minutes_late
    if entry.at is not None:
        mark["recorded_at"] = entry.at.isoformat()
    return mark
