"""Text with separators and workbooks as tables: encodings, separators, and rows found again after a bad one."""

import datetime as dt
import io
from pathlib import Path

import pytest

from streams.edge.files import encoding
from streams.edge.files.columns import wanted
from streams.edge.files.lines import MAX_LINE
from streams.edge.files.opening import open_table
from streams.edge.files.table import BadFile
from streams.edge.files.workbook import Sheet
from tests.support import workbook
from tests.unit.edge.files.examples import ANNA, BEN, HEADER, csv_file, do_import, marks, pseudonym, row

NOBODY = wanted((), ())
WITH_NOTES = "upn,urn,date,session,code,note,recorded_at"


def _lines(path: Path, *drop: str) -> list[tuple[int, bool]]:
    """The line of each row below the header, and whether it could be read."""
    table, columns = open_table(path, wanted((), drop))
    return [(one.line, one.cells is not None) for one in table.rows() if one.line > columns.line]


@pytest.mark.parametrize(
    ("written", "named"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
        ("utf-32", "utf-32"),
        ("cp1252", "cp1252"),
    ],
)
def test_the_encoding_is_found(written: str, named: str) -> None:
    """Every encoding that school systems write is told by its mark or by its text."""
    text = "Year 7: Zoë Nuñez, Chloé and Renée, £5\r\n" * 50
    assert encoding.guess(io.BytesIO(text.encode(written))) == named


def test_a_letter_across_two_blocks_is_still_utf_8(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a block ends within a letter, UTF-8 is not taken for something else."""
    monkeypatch.setattr(encoding, "_BLOCK", 3)
    assert encoding.guess(io.BytesIO("aaé,éé".encode())) == "utf-8"


def test_an_odd_letter_late_in_a_file_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not only the beginning of a file is looked at."""
    monkeypatch.setattr(encoding, "_SAMPLE", 16)
    assert encoding.guess(io.BytesIO(b"plain text " * 50 + "Zoë Chloé".encode("cp1252"))) not in ("utf-8", "utf-8-sig")


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("written", ["utf-8-sig", "utf-16", "cp1252"])
def test_any_separator_in_any_encoding_gives_the_same_marks(tmp_path: Path, separator: str, written: str) -> None:
    r"""The code `\` and quotes included."""
    rows = [row(code="\\", session="PM"), row(code='"\\"', session="PM", upn=BEN), row(code='"/"')]
    swapped = [line.replace(",", separator) for line in rows]
    done = do_import(csv_file(tmp_path, *swapped, header=HEADER.replace(",", separator), encoding=written))
    assert {(who, code) for who, _, _, _, code, _ in marks(done.registers)} == {
        (pseudonym(ANNA), "\\"),
        (pseudonym(BEN), "\\"),
        (pseudonym(ANNA), "/"),
    }


def test_encoding_separator_and_header_are_said(tmp_path: Path) -> None:
    """What was guessed can be read in the report."""
    path = csv_file(tmp_path, row().replace(",", ";"), header=HEADER.replace(",", ";"), encoding="utf-16")
    said = "\n".join(do_import(path).report.words("marks.csv", dry=False))
    assert "UTF-16, separator semicolon; header in line 1; date: year first (ISO)" in said


def test_a_line_break_in_quotes_belongs_to_its_row(tmp_path: Path) -> None:
    """A note of several lines, left out, does not break its row."""
    noted = f'{ANNA},100001,2024-09-30,AM,/,"first\r\nsecond, and third",2024-09-30T16:00:00Z'
    path = csv_file(tmp_path, noted, noted, header=WITH_NOTES)
    assert _lines(path, "note") == [(2, True), (4, True)]


@pytest.mark.parametrize("field", ['"/', '/"x"y', 'a"'])
def test_a_quote_left_open_costs_its_own_line_alone(tmp_path: Path, field: str) -> None:
    """The rows that it would have swallowed are read."""
    bad = row(code=field) if field != 'a"' else '"' + row()
    path = csv_file(tmp_path, row(), bad, *[row(upn=BEN)] * 5)
    lines = _lines(path)
    assert [line for line, _ in lines] == [2, 3, 4, 5, 6, 7, 8]
    assert all(read for line, read in lines if line != 3)


def test_two_quotes_that_swallow_whole_rows_give_them_back(tmp_path: Path) -> None:
    """Rows between two stray quotes are not taken for one field."""
    path = csv_file(tmp_path, row(code='"/'), row(), row(), row(code='/"'), row())
    assert [line for line, read in _lines(path) if read] == [3, 4, 5, 6]


def test_a_row_with_more_cells_than_the_header_is_none_unless_they_are_empty(tmp_path: Path) -> None:
    """A spreadsheet's empty cells at the end do no harm."""
    assert _lines(csv_file(tmp_path, row() + ",,,", row() + ",x")) == [(2, True), (3, False)]


def test_a_line_too_long_is_skipped_in_bounded_memory(tmp_path: Path) -> None:
    """The next row is read, under its right number."""
    assert _lines(csv_file(tmp_path, "x" * (3 * MAX_LINE), row())) == [(2, False), (3, True)]


def test_lines_above_the_header_are_skipped(tmp_path: Path) -> None:
    """An export may begin with a title and an empty line."""
    path = csv_file(tmp_path, "", HEADER, row(), header="Attendance report,made by the office")
    assert _lines(path) == [(4, True)]


def test_a_workbook_gives_the_same_marks_as_a_csv(tmp_path: Path) -> None:
    """Real dates, times and numbers of a sheet are read as such."""
    at = dt.datetime(2024, 9, 30, 16, 0)  # noqa: DTZ001 - a sheet has no zones
    day = dt.datetime(2024, 9, 30)  # noqa: DTZ001 - likewise
    book = workbook.save(
        tmp_path / "marks.xlsx",
        {"Marks": [HEADER.split(","), [ANNA, 100001, day, "AM", "L", 12, at]], "Notes": [["x"]]},
    )
    from_csv = do_import(csv_file(tmp_path, row(code="L").replace(",,", ",12,")))
    from_book = do_import(book)
    assert from_book.bytes == from_csv.bytes
    assert "sheet Marks (1 more; see --sheet)" in "\n".join(from_book.report.words("", dry=False))


def test_a_sheet_is_chosen_by_name(tmp_path: Path) -> None:
    """Another sheet than the first; one that is not there is refused with those that are."""
    cells: list[workbook.Cell] = [*row().split(",")]
    book = workbook.save(tmp_path / "b.xlsx", {"Cover": [["Hello"]], "Marks": [[*HEADER.split(",")], cells]})
    assert do_import(book, sheet="Marks").report.marks == 1
    with pytest.raises(BadFile, match="Cover, Marks"):
        do_import(book, sheet="Other")


@pytest.mark.parametrize(
    "content", [b"", b"PK\x03\x04 not a workbook", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600]
)
def test_a_broken_workbook_is_refused_kindly(tmp_path: Path, content: bytes) -> None:
    """One line says what to do instead."""
    path = tmp_path / "b.xlsx"
    path.write_bytes(content)
    with pytest.raises(BadFile, match="as CSV UTF-8"):
        Sheet(path)


def test_a_workbook_that_unpacks_to_too_much_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A small file cannot fill the memory."""
    book = workbook.save(tmp_path / "b.xlsx", {"Marks": [["x"]]})
    monkeypatch.setattr("streams.edge.files.workbook.MAX_UNPACKED", 100)
    with pytest.raises(BadFile, match="too large"):
        Sheet(book)


def test_a_sheet_of_a_text_file_is_refused(tmp_path: Path) -> None:
    """--sheet is for workbooks."""
    with pytest.raises(BadFile, match="no workbook"):
        open_table(csv_file(tmp_path, row()), NOBODY, "Marks")
