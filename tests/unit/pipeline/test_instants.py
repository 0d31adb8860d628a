"""A time is read as an instant in whole seconds, with its date in London."""

from datetime import UTC, date, datetime

import pytest

from streams.pipeline.instants import read_instant

NINE = int(datetime(2024, 9, 9, 9, 5, tzinfo=UTC).timestamp())


@pytest.mark.parametrize(
    "text",
    [
        "2024-09-09T09:05:00Z",
        "2024-09-09T09:05Z",
        "2024-09-09T09:05:00+00:00",
        "2024-09-09T10:05:00+01:00",
        "2024-09-09T10:05:00+01",
        "2024-09-09T14:50:00+0545",
        "2024-09-09T04:05:00-05:00",
        "20240909T090500Z",
        "2024-09-09T09:05:00.999999Z",
        "2024-09-09T09:05:00,5Z",
        "2024-09-09T09:05:00.1234567891Z",
    ],
)
def test_one_instant_may_be_written_in_many_ways(text: str) -> None:
    """Offsets are applied and fractions cut."""
    instant = read_instant(text)
    assert instant is not None
    assert instant.seconds == NINE


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "2024-09-09",
        "09:05:00Z",
        "2024-09-09T09:05:00",
        "2024-09-09T09:05:00z",
        "2024-09-09T09:05:00 Z",
        "2024-09-09T09:05:00+01:00:30",
        "2024-09-09T25:00:00Z",
        "2024-02-30T09:05:00Z",
        "2024-09-09x09:05:00Z",
        "2024-09-09\ud80009:05:00Z",
        "2024-09-09T09:05:00Z\n",
        " 2024-09-09T09:05:00Z",
        "2024-09-09T09:05:00+24:00",
        "2024-09-09T09:05:0\u0669Z",
        "1725869100",
    ],
)
def test_what_is_no_instant_is_none(text: str) -> None:
    """No date, no time, no offset, or no ISO 8601: never a guess, and never an error."""
    assert read_instant(text) is None


def test_fractions_are_cut_and_not_rounded_before_1970_too() -> None:
    """Whole seconds are those that have passed; microseconds are kept for the day's limit."""
    late, early = read_instant("2024-09-09T09:05:00.999Z"), read_instant("1969-12-31T23:59:59.5Z")
    assert late is not None
    assert early is not None
    assert (late.seconds, late.microseconds) == (NINE, NINE * 1_000_000 + 999_000)
    assert (early.seconds, early.microseconds) == (-1, -500_000)


@pytest.mark.parametrize(
    ("text", "london"),
    [
        ("2024-07-01T22:59:59Z", date(2024, 7, 1)),
        ("2024-07-01T23:00:00Z", date(2024, 7, 2)),
        ("2024-12-01T23:59:59Z", date(2024, 12, 1)),
        ("2024-07-02T04:00:00+05:00", date(2024, 7, 2)),
        ("2024-10-27T00:30:00+01:00", date(2024, 10, 27)),
    ],
)
def test_the_date_is_that_of_london(text: str, london: date) -> None:
    """In summer London is an hour ahead of UTC."""
    instant = read_instant(text)
    assert instant is not None
    assert date.fromordinal(instant.london_day) == london


@pytest.mark.parametrize("text", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"])
def test_the_ends_of_the_calendar_are_instants_too(text: str) -> None:
    """A time whose date in London no calendar can name is still an instant."""
    assert read_instant(text) is not None
