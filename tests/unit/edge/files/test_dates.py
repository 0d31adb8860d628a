"""Dates and times as a column writes them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.edge.files.dates import DateColumn, Form
from streams.edge.files.table import BadFile

DAY = date(2024, 9, 30)


def _column(*texts: str, told: Form | None = None) -> DateColumn:
    column = DateColumn("date", told)
    for line, text in enumerate(texts, start=2):
        column.read_date(text, line)
    return column


@pytest.mark.parametrize(
    "text", ["2024-09-30", "30/09/2024", "30.09.2024", "30-9-2024", "30/09/2024 00:00", "2024-09-30T00:00:00.000"]
)
def test_dates_of_both_forms_are_read(text: str) -> None:
    """A midnight behind them, as spreadsheets write it, does no harm."""
    assert DateColumn("date").read_date(text, 2) == DAY


@pytest.mark.parametrize(
    "text",
    [
        "",
        "30/09/24",
        "2024-13-01",
        "31/02/2024",
        "30 Sep 2024",
        "20240930",
        "30/09.2024",
        "2024-09-30 09:05",
        "٣٠/٠٩/٢٠٢٤",
    ],
)
def test_what_is_no_such_date_is_none(text: str) -> None:
    """Two-figure years, times of day and other forms are not guessed at."""
    assert DateColumn("date").read_date(text, 2) is None


@given(st.dates(min_value=date(2000, 1, 1), max_value=date(2100, 12, 31)))
def test_a_date_written_in_either_form_is_read_as_it_was(day: date) -> None:
    """No day is ever taken for a month."""
    assert DateColumn("date").read_date(day.isoformat(), 2) == day
    assert DateColumn("date").read_date(f"{day:%d/%m/%Y}", 2) == day


def test_one_day_above_twelve_decides_for_all() -> None:
    """The column decides, not the single date."""
    assert _column("03/04/2024", "13/04/2024").decide() == "date: day first"


def test_a_column_without_a_day_above_twelve_is_refused() -> None:
    """It says what to do, and in which line it saw it."""
    with pytest.raises(BadFile, match=r"line 3.*--dates uk"):
        _column("04/04/2024", "03/04/2024").decide()
    assert _column("03/04/2024", told="uk").decide() == "date: day first"


def test_a_column_that_is_the_same_either_way_is_taken() -> None:
    """4 April is 4 April in both countries."""
    assert _column("04/04/2024").decide() == "date: day first"


def test_a_column_with_the_month_first_is_refused() -> None:
    """It is not read as something else."""
    with pytest.raises(BadFile, match=r"month first \(line 3\)"):
        _column("04/04/2024", "04/13/2024").decide()


def test_a_column_of_two_forms_is_refused() -> None:
    """As a spreadsheet leaves it that took days for months."""
    with pytest.raises(BadFile, match=r"year first \(line 2\) and day first \(line 3\)"):
        _column("2024-04-03", "13/04/2024").decide()


def test_one_impossible_date_does_not_make_a_column_of_two_forms() -> None:
    """It is that row's mistake alone."""
    assert _column("2024-04-03", "31/02/2024").decide() == "date: year first (ISO)"


def test_where_the_form_is_told_the_other_is_not_read() -> None:
    """Those rows are rejected, and the column is not in doubt."""
    assert DateColumn("date", "uk").read_date("2024-09-30", 2) is None
    assert DateColumn("date", "iso").read_date("30/09/2024", 2) is None
    assert DateColumn("recorded_at", "uk", takes_iso=True).read_time(f"{DAY}T16:00Z", 2) == f"{DAY}T16:00:00+00:00"
    assert _column("2024-04-03", "13/04/2024", told="iso").decide() == "date: year first (ISO)"


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("2024-09-30T16:00:00+01:00", "2024-09-30T16:00:00+01:00"),
        ("2024-09-30 15:00:00Z", "2024-09-30T15:00:00+00:00"),
        ("2024-09-30T16:00", "2024-09-30T16:00:00+01:00"),
        ("30/09/2024 9:05", "2024-09-30T09:05:00+01:00"),
        ("13/01/2025 09:05:30", "2025-01-13T09:05:30+00:00"),
    ],
)
def test_times_are_londons_where_they_do_not_say(text: str, read: str) -> None:
    """In summer an hour ahead of UTC."""
    assert DateColumn("recorded_at").read_time(text, 2) == read


@pytest.mark.parametrize("text", ["2024-09-30", "16:00", "30/09/2024 25:00", "30/09/2024 x", "soon"])
def test_what_is_no_time_is_none(text: str) -> None:
    """A day alone does not say when a mark was recorded."""
    assert DateColumn("recorded_at").read_time(text, 2) is None
