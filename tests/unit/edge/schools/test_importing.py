"""DfE's register, session times and calendars to records of schools."""

import datetime as dt
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.board.school import School, Span, decode_school, encode_school
from streams.edge.files.table import BadFile
from streams.edge.schools.columns import open_entry
from streams.edge.schools.gias import GIAS, Authority
from tests.support import workbook
from tests.unit.edge.schools.examples import (
    GIAS_HEADER,
    calendar,
    gias,
    gias_row,
    merge,
    refusals,
    times,
    write,
)

SCHOOL = School(
    urn=100001,
    name="Zoë Primary",
    la=999,
    la_name="Invented",
    phase="Primary",
    type="Community school",
    status="Open",
    opened=dt.date(2010, 9, 1),
)
KNOWN = {100001: SCHOOL}


def test_a_row_of_dfes_register_is_a_school(tmp_path: Path) -> None:
    """In its own encoding and order of columns, days first; what is not asked for is not looked at."""
    found = merge(gias=gias(tmp_path, gias_row()))
    assert found.schools == {100001: SCHOOL}
    assert refusals(found) == []


def test_an_invented_county_is_imported_as_it_is_written(tmp_path: Path) -> None:
    """`firstbell simulate` writes the same columns in another order."""
    header = (
        "URN,LA (code),LA (name),EstablishmentName,PhaseOfEducation (name),TypeOfEstablishment (name),"
        "EstablishmentStatus (name),OpenDate,CloseDate"
    )
    row = "100001,999,Invented,Zoë Primary,Primary,Community school,Open,01-09-2010,"
    assert merge(gias=write(tmp_path, "schools.csv", header, row, encoding="utf-8")).schools == KNOWN


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (gias_row(urn="10001"), "bad-urn"),
        (gias_row(name=""), "bad-text"),
        (gias_row(name="N" * 201), "bad-text"),
        (gias_row(status=""), "bad-text"),
        (gias_row(opened="31-02-2010"), "bad-date"),
        (gias_row(opened="09-31-2010"), "bad-date"),
        (gias_row(closed="31-08-2009"), "bad-dates"),
        (gias_row(la=("Invented", "Invented")), "bad-la"),
        (gias_row() + ",one,two", "not-a-row"),
        (gias_row(urn=100002), "twice"),
    ],
)
def test_a_row_with_a_mistake_is_said_with_its_line_and_the_rest_goes_on(tmp_path: Path, row: str, reason: str) -> None:
    """The rows before and after it are taken."""
    found = merge(gias=gias(tmp_path, gias_row(urn=100002), row, gias_row(urn=100003)))
    assert refusals(found) == [(3, reason)]
    assert sorted(found.schools) == [100002, 100003]


def test_only_schools_of_the_authority_asked_for_are_taken(tmp_path: Path) -> None:
    """By its code or its name; others are no mistake."""
    rows = gias_row(), gias_row(urn=100002, la=(998, "Elsewhere"))
    for said in ("999", "invented"):
        found = merge(gias=gias(tmp_path, *rows), wanted=Authority(said))
        assert (sorted(found.schools), refusals(found)) == ([100001], [])


def test_a_file_without_a_column_says_which(tmp_path: Path) -> None:
    """And what it needs."""
    path = write(tmp_path, "short.csv", GIAS_HEADER.replace("CloseDate", "Closing"), gias_row())
    with pytest.raises(BadFile, match=r"no column CloseDate .* needs: URN, EstablishmentName"):
        merge(gias=path)


def test_times_and_calendar_stay_when_the_register_comes_again(tmp_path: Path) -> None:
    """An import says only what is in its files."""
    said = merge(
        known=KNOWN,
        times=times(tmp_path, "100001,8:50,13.10"),
        calendar=calendar(tmp_path, "100001,2024-09-03,25/10/2024,,term", "100001,21-10-2024,,PM,"),
    )
    (school,) = said.changed()
    assert (school.am_start, school.pm_start) == (dt.time(8, 50), dt.time(13, 10))
    assert school.terms == (Span(dt.date(2024, 9, 3), dt.date(2024, 10, 25)),)
    assert school.closures == (Span(dt.date(2024, 10, 21), dt.date(2024, 10, 21), "PM"),)
    again = merge(known=said.schools, gias=gias(tmp_path, gias_row(name="New Name")))
    (renamed,) = again.changed()
    assert (renamed.name, renamed.am_start, renamed.terms) == ("New Name", school.am_start, school.terms)


def test_the_same_import_again_changes_nothing(tmp_path: Path) -> None:
    """So it may be run from a timer."""
    files = {
        "gias": gias(tmp_path, gias_row()),
        "times": times(tmp_path, "100001,08:50,13:10"),
        "calendar": calendar(tmp_path, "all,2024-10-28,2024-11-01,,closed"),
    }
    first = merge(**files)
    assert [school.urn for school in first.changed()] == [100001]
    assert list(merge(known=first.schools, **files).changed()) == []


def test_a_row_of_all_is_of_every_open_school(tmp_path: Path) -> None:
    """Closures add up; terms of its own stand instead of those of all; `none` leaves only what is said of all."""
    schools = gias(tmp_path, *(gias_row(urn=urn) for urn in (100001, 100002)), gias_row(urn=100003, status="Closed"))
    found = merge(
        gias=schools,
        calendar=calendar(
            tmp_path,
            "all,2024-09-03,2024-10-25,,term",
            "all,2024-09-16,,,closed",
            "100001,2024-09-04,2024-10-18,,term",
            "100001,2024-09-20,,,closed",
            "100002,,,,none",
        ),
    )
    assert found.refused == []
    terms = {urn: [term.first.day for term in school.terms] for urn, school in found.schools.items()}
    closures = {urn: [closure.first.day for closure in school.closures] for urn, school in found.schools.items()}
    assert terms == {100001: [4], 100002: [3], 100003: []}
    assert closures == {100001: [16, 20], 100002: [16], 100003: []}


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("100002,08:50,13:00", "unknown-school"),
        ("100001,08:50,1:00", "bad-time"),
        ("100001,08:50,25:00", "bad-time"),
        ("100001,08:50,13:60", "bad-time"),
        ("100001,13:00,08:50", "bad-time"),
        ("100001,nine,", "bad-time"),
        ("x,08:50,13:00", "bad-urn"),
    ],
)
def test_times_with_a_mistake(tmp_path: Path, row: str, reason: str) -> None:
    """Are not taken."""
    found = merge(known=KNOWN, times=times(tmp_path, row))
    assert (refusals(found), list(found.changed())) == ([(2, reason)], [])


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("100002,2024-09-03,,,", "unknown-school"),
        ("100001,,,,", "bad-date"),
        ("100001,2024-09-31,,,", "bad-date"),
        ("100001,2024-09-03,2024-09-02,,", "bad-dates"),
        ("100001,2024-09-03,2026-09-02,,", "bad-dates"),
        ("100001,1999-09-03,,,", "bad-dates"),
        ("100001,2024-09-03,,morning,", "bad-session"),
        ("100001,2024-09-03,2024-10-03,AM,term", "bad-session"),
        ("100001,2024-09-03,,,holiday", "bad-kind"),
        ("every,2024-09-03,,,", "bad-urn"),
    ],
)
def test_a_calendar_with_a_mistake(tmp_path: Path, row: str, reason: str) -> None:
    """Likewise."""
    found = merge(known=KNOWN, calendar=calendar(tmp_path, row))
    assert (refusals(found), list(found.changed())) == ([(2, reason)], [])


def test_a_second_row_of_times_and_too_long_a_calendar_are_refused(tmp_path: Path) -> None:
    """What was said first holds; a school's record stays small."""
    days = [f"100001,{dt.date(2024, 1, 1) + dt.timedelta(day)},,," for day in range(401)]
    found = merge(
        known=KNOWN,
        times=times(tmp_path, "100001,08:50,13:00", "100001,08:55,13:00"),
        calendar=calendar(tmp_path, *days),
    )
    assert refusals(found) == [(3, "twice"), (402, "too-many")]
    assert found.schools[100001].am_start == dt.time(8, 50)


def test_a_sheet_of_times_is_read_too(tmp_path: Path) -> None:
    """Times of a workbook come with seconds."""
    path = tmp_path / "times.xlsx"
    workbook.save(path, {"times": [["URN", "AM start", "PM start"], ["100001", "08:50:00", "13:00:00"]]})
    assert merge(known=KNOWN, times=path).schools[100001].pm_start == dt.time(13)


def test_a_record_comes_back_as_it_was() -> None:
    """Defaults where nobody has said so."""
    assert decode_school(encode_school(SCHOOL)) == SCHOOL


_WORDS = [
    "100001",
    "100002",
    "all",
    "",
    "2024-09-03",
    "03/09/2024",
    "08:50",
    "13:00",
    "AM",
    "term",
    "none",
    '"',
    "9" * 30,
]
_CELLS = st.sampled_from(_WORDS) | st.text(max_size=12)
_LINES = st.lists(st.lists(_CELLS, min_size=1, max_size=12).map(",".join), max_size=8)


@settings(max_examples=40)
@given(_LINES, _LINES, _LINES, st.sampled_from(["utf-8", "utf-16"]))
def test_no_file_makes_a_crash_or_a_loss(schools: list[str], clock: list[str], days: list[str], encoding: str) -> None:
    """Whatever is in them, each row below the header is taken or said with its line, and what was known stays known."""
    with TemporaryDirectory() as folder:
        path = Path(folder)
        files = {
            "gias": write(path, "g.csv", GIAS_HEADER, *schools, gias_row(urn=100009), encoding=encoding),
            "times": write(path, "t.csv", "urn,am_start,pm_start", *clock, encoding=encoding),
            "calendar": write(path, "c.csv", "urn,from,to,session,kind", *days, encoding=encoding),
        }
        found = merge(known=KNOWN, **files)
        rows = list(open_entry(files["gias"], GIAS).rows())
    refused = [one.line for one in found.refused if one.file == "g.csv"]
    assert len(rows) == len(refused) + len(found.schools.keys() - KNOWN.keys() | _named(rows, refused))
    assert KNOWN.keys() <= found.schools.keys()
    assert {decode_school(encode_school(school)).urn for school in found.schools.values()} == found.schools.keys()


def _named(rows: list[tuple[int, dict[str, str] | None]], refused: list[int]) -> set[int]:
    """The schools that rows which were not refused name."""
    return {int(row["urn"]) for line, row in rows if row is not None and line not in refused}


@settings(max_examples=40)
@given(st.binary(max_size=400))
def test_no_bytes_make_a_crash(content: bytes) -> None:
    """A file that is none of ours is refused in words."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "any.csv"
        path.write_bytes(content)
        with pytest.raises(BadFile):
            merge(gias=path)
