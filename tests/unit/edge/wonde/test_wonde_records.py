"""Wonde's records to fields, whatever they are like."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.edge.wonde.records import read_attendance, read_code, read_deleted_at, read_id, read_time, read_upn
from tests.support.upns import ANNA

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=8,
)
RECORD: dict[str, Any] = {
    "id": "M1",
    "student_id": "S1",
    "attendance_code_id": "C1",
    "date": "2024-09-30",
    "session": "AM",
    "updated_at": {"date": "2024-09-30 08:05:00.000000", "timezone_type": 3, "timezone": "UTC"},
}


@given(st.sampled_from(sorted(RECORD)), JSON)
def test_no_value_of_a_field_makes_a_crash(name: str, value: object) -> None:
    """A record is read or it is not."""
    read = read_attendance(RECORD | {name: value})
    assert read is None or read.half in ("AM", "PM")


@given(JSON)
def test_anything_can_come(value: object) -> None:
    """Every reader takes every JSON value."""
    for reader in (read_attendance, read_id, read_code, read_upn, read_deleted_at, read_time):
        reader(value)


@pytest.mark.parametrize(
    ("value", "read"),
    [
        ({"date": "2024-09-30 08:05:00.000000", "timezone_type": 3, "timezone": "UTC"}, "2024-09-30T08:05:00+00:00"),
        ({"date": "2024-09-30 09:05:00", "timezone": "Europe/London"}, "2024-09-30T08:05:00+00:00"),
        ("2024-09-30T09:05:00+01:00", "2024-09-30T08:05:00+00:00"),
        ("2024-09-30 08:05:00", "2024-09-30T08:05:00+00:00"),
        ({"date": "2024-09-30 08:05:00", "timezone": "../../etc/passwd"}, None),
        ({"date": "2024-09-30 08:05:00", "timezone": 3}, None),
        ("soon", None),
    ],
)
def test_times_are_read_in_their_zone(value: object, read: str | None) -> None:
    """As UTC; where no zone is said it is UTC."""
    assert read_time(value) == read


@pytest.mark.parametrize(
    "record",
    [
        {"education_details": {"data": {"upn": ANNA}}},
        {"education_details": {"upn": ANNA}},
        {"upn": ANNA},
    ],
)
def test_the_upn_is_found_where_it_may_be(record: object) -> None:
    """Included as Wonde includes, or plain."""
    assert read_upn(record) == ANNA


@pytest.mark.parametrize(
    ("value", "minutes"), [(12, 12), ("12", 12), (601, None), (-1, None), (True, None), ("x", None)]
)
def test_minutes_late_that_are_none_do_not_cost_the_mark(value: object, minutes: int | None) -> None:
    """A mark can do without them."""
    read = read_attendance(RECORD | {"minutes_late": value})
    assert read is not None
    assert read.minutes == minutes
