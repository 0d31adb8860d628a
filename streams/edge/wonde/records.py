"""Wonde's records to the few fields that are needed, tolerantly; all else, names and comments above all, ends here.

Names of fields that could not be seen in the real service have their likely other spellings (docs/wonde.md).
"""

import re
from datetime import UTC, datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_ID = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)
_DATE = re.compile(r"(\d{4}-\d{2}-\d{2})([T ].*)?", re.ASCII)
_LONGEST = 64  # characters of a time


class Attendance(NamedTuple):
    """One mark as Wonde has it: its own id, the student's and the code's; `recorded_at` is ISO 8601 with an offset."""

    id: str
    student: str
    code: str
    date: str
    half: str
    minutes: int | None
    recorded_at: str


def read_attendance(record: object) -> Attendance | None:
    """Read one record of `attendance/session`; None where something needed is missing or of another form."""
    if not isinstance(record, dict):
        return None
    half = record.get("session")
    found = (
        read_id(record),
        _reference(record, "student"),
        _reference(record, "attendance_code"),
        _date(record.get("date")),
        half.strip().upper() if isinstance(half, str) else None,
    )
    recorded = read_time(record.get("updated_at")) or read_time(record.get("created_at"))
    if any(part is None for part in found) or found[4] not in ("AM", "PM") or recorded is None:
        return None
    return Attendance(*found, _minutes(record.get("minutes_late")), recorded)  # type: ignore[arg-type]  # none is None


def read_id(record: object) -> str | None:
    """Read a record's own id."""
    return _id(record.get("id")) if isinstance(record, dict) else None


def read_code(record: object) -> str | None:
    """Read the code of a record of `attendance-codes`."""
    code = record.get("code") if isinstance(record, dict) else None
    return code.strip() if isinstance(code, str) else None


def read_upn(record: object) -> str | None:
    """Read the UPN of a record of `students` with `education_details`; None where there is none."""
    if not isinstance(record, dict):
        return None
    details = _inner(record.get("education_details"))
    upn = details.get("upn") or record.get("upn")
    return upn if isinstance(upn, str) else None


def read_deleted_at(record: object) -> str | None:
    """Read when a record of `deletions` was deleted; None where it was restored, or where that is not said."""
    if not isinstance(record, dict) or record.get("restored_at"):
        return None
    return read_time(record.get("deleted_at")) or read_time(record.get("updated_at") or record.get("created_at"))


def read_time(value: object) -> str | None:
    """Read a time: a text, or an object with `date` and `timezone`; one without an offset is UTC."""
    zone: Any = UTC
    if isinstance(value, dict):
        zone, value = _zone(value.get("timezone")), value.get("date")
    if not isinstance(value, str) or len(value) > _LONGEST or zone is None:
        return None
    try:
        when = datetime.fromisoformat(value)
        return (when if when.tzinfo else when.replace(tzinfo=zone)).astimezone(UTC).isoformat(timespec="seconds")
    except (ValueError, OverflowError):
        return None


def _zone(name: object) -> Any:  # noqa: ANN401 - one of two kinds of zone
    if name in ("UTC", "Z", None):
        return UTC
    try:
        return ZoneInfo(name) if isinstance(name, str) and len(name) <= _LONGEST else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def _id(value: object) -> str | None:
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    return text if isinstance(text, str) and _ID.fullmatch(text) else None


def _reference(record: dict[str, Any], name: str) -> str | None:
    """Read the id of another record: `name_id`, or `name` as an id or as an object, in `data` or not."""
    value = record.get(f"{name}_id", record.get(name))
    return _id(_inner(value).get("id")) if isinstance(value, dict) else _id(value)


def _inner(value: object) -> dict[str, Any]:
    """Give the fields of an included record, which Wonde wraps in `data`."""
    if not isinstance(value, dict):
        return {}
    inner = value.get("data")
    return inner if isinstance(inner, dict) else value


def _date(value: object) -> str | None:
    value = value.get("date") if isinstance(value, dict) else value
    found = _DATE.fullmatch(value) if isinstance(value, str) and len(value) <= _LONGEST else None
    return found[1] if found else None


def _minutes(value: object) -> int | None:
    """Read minutes late, which a mark can do without."""
    if isinstance(value, str) and value.isascii() and value.isdigit():
        value = int(value[:9])
    usable = isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 600  # noqa: PLR2004 - the contract's
    return value if usable else None  # type: ignore[return-value]
