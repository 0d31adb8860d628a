"""Which column is which field."""

from pathlib import Path

import pytest

from streams.edge.files.table import BadFile
from tests.unit.edge.files.examples import ANNA, BEN, csv_file, do_import, pseudonym, row


def test_names_are_matched_without_case_blanks_and_signs(tmp_path: Path) -> None:
    """In any order."""
    header = " Recorded-At ,CODE, U.P.N.,Urn,Session,Minutes Late,DATE"
    done = do_import(csv_file(tmp_path, f"2024-09-30T16:00:00Z,L,{ANNA},100001,am,5,2024-09-30", header=header))
    assert done.registers[0]["marks"] == [{"pupil": pseudonym(ANNA), "code": "L", "minutes_late": 5}]


def test_other_names_are_mapped(tmp_path: Path) -> None:
    """--map takes a name as it is written or nearly so."""
    path = csv_file(tmp_path, row(), header="upn,School URN,date,am/pm,Attendance mark,minutes_late,recorded_at")
    done = do_import(path, mapped=("school_urn=urn", "AM/PM=session", "ATTENDANCE MARK=code"))
    assert done.report.marks == 1


def test_a_column_that_is_no_field_is_refused_until_it_is_dropped(tmp_path: Path) -> None:
    """Names of children are neither taken nor dropped silently."""
    path = csv_file(tmp_path, f"Smith,{row()}", header="Surname,upn,urn,date,session,code,minutes_late,recorded_at")
    with pytest.raises(BadFile, match='--drop "Surname"') as refused:
        do_import(path)
    assert "Smith" not in str(refused.value)
    done = do_import(path, drop=("surname",))
    assert done.report.marks == 1
    assert b"Smith" not in done.bytes[0]


def test_a_missing_column_is_named_with_those_that_are_not_known(tmp_path: Path) -> None:
    """So that the right --map is near."""
    path = csv_file(tmp_path, row(), header="upn,urn,date,session,Mark,minutes_late,recorded_at")
    with pytest.raises(BadFile, match=r"no column for code\. Columns not known: Mark"):
        do_import(path)


def test_a_file_without_a_header_shows_none_of_its_cells(tmp_path: Path) -> None:
    """The first row may name a child."""
    with pytest.raises(BadFile, match="no row with the names of columns") as refused:
        do_import(csv_file(tmp_path, row(upn=BEN), header=row()))
    assert ANNA not in str(refused.value)


@pytest.mark.parametrize(
    ("mapped", "said"),
    [("code", "COLUMN=FIELD"), ("=code", "COLUMN=FIELD"), ("Mark=kode", "the nearest is code")],
)
def test_a_map_that_is_none_is_refused(tmp_path: Path, mapped: str, said: str) -> None:
    """With the field that was likely meant."""
    with pytest.raises(BadFile, match=said):
        do_import(csv_file(tmp_path, row()), mapped=(mapped,))


def test_a_field_twice_is_refused(tmp_path: Path) -> None:
    """Nobody could say which one counts."""
    path = csv_file(tmp_path, row(), header="upn,urn,date,session,code,Code,recorded_at")
    with pytest.raises(BadFile, match="more than one column for code"):
        do_import(path)


def test_without_upn_and_pupil_nothing_is_taken(tmp_path: Path) -> None:
    """A mark without a child is none."""
    path = csv_file(tmp_path, "100001,2024-09-30,AM,/", header="urn,date,session,code")
    with pytest.raises(BadFile, match="upn or pupil"):
        do_import(path)
