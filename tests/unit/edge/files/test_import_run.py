"""A file to registers: grouping, ids, what is refused, and the round trip of the rejects."""

import random
import stat
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.contract.messages import Origin
from streams.edge.files.rejects import harmless
from streams.edge.files.table import BadFile
from streams.pipeline.intake import read_line
from tests.support.upns import TEMPORARY, upns
from tests.unit.edge.files.examples import ANNA, AT, BEN, HEADER, csv_file, do_import, marks, pseudonym, row

PUPIL = "abcdefghijklmnopqrstuvwxyz"


def test_rows_are_gathered_into_registers_in_the_order_of_sessions(tmp_path: Path) -> None:
    """One for each school, date and session, however the file is sorted."""
    rows = [row(date="2024-09-30", session="PM"), row(urn=100002), row(date="2024-09-27"), row(), row(upn=BEN)]
    done = do_import(csv_file(tmp_path, *rows))
    assert [(r["date"], r["session"], r["urn"], len(r["marks"])) for r in done.registers] == [
        ("2024-09-27", "AM", 100001, 1),
        ("2024-09-30", "AM", 100001, 2),
        ("2024-09-30", "AM", 100002, 1),
        ("2024-09-30", "PM", 100001, 1),
    ]


def test_the_worker_takes_what_the_import_takes(tmp_path: Path) -> None:
    """The stream's own reader refuses nothing of it."""
    done = do_import(csv_file(tmp_path, row(code="L").replace(",,", ",12,"), row(code="H"), row(code="")))
    for value in done.bytes:
        read = read_line(value, origin=Origin())
        assert read.register is not None
        assert not read.refused


def test_the_same_file_gives_the_same_registers_byte_for_byte(tmp_path: Path) -> None:
    """So that importing it twice doubles nothing."""
    path = csv_file(tmp_path, row(), row(upn=BEN), row(session="PM"))
    assert do_import(path).bytes == do_import(path).bytes


def test_other_marks_of_the_same_session_are_another_register(tmp_path: Path) -> None:
    """A mended row is not taken for the one before."""
    first = do_import(csv_file(tmp_path, row(code="N")))
    second = do_import(csv_file(tmp_path, row(code="I")))
    assert first.registers[0]["register_id"] != second.registers[0]["register_id"]


def test_more_marks_than_a_register_holds_are_several(tmp_path: Path) -> None:
    """A year group of 4,500 is three registers."""
    pupils = ["".join(random.Random(n).choices("abcdefghijklmnopqrstuvwxyz234567", k=26)) for n in range(4500)]  # noqa: S311
    rows = [f"{pupil},100001,2024-09-30,AM,/,,{AT}" for pupil in pupils]
    done = do_import(csv_file(tmp_path, *rows, header=HEADER.replace("upn", "pupil")))
    assert [len(register["marks"]) for register in done.registers] == [2000, 2000, 500]
    assert {mark[0] for mark in marks(done.registers)} == set(pupils)


def test_marks_keep_their_own_times(tmp_path: Path) -> None:
    """The register's is the earliest, so that one wrong clock takes out its own row alone."""
    rows = [
        row(),
        row(upn=BEN).replace(AT, "2024-09-30T09:00:00+01:00"),
        row(upn=TEMPORARY).replace(AT, "2030-01-01T00:00Z"),
    ]
    done = do_import(csv_file(tmp_path, *rows))
    assert {(m[0], m[5]) for m in marks(done.registers)} == {
        (pseudonym(ANNA), AT),
        (pseudonym(BEN), "2024-09-30T09:00:00+01:00"),
    }
    assert done.report.rejects == {"recorded-in-future": 1}


def test_without_times_the_user_says_when(tmp_path: Path) -> None:
    """--recorded-at is for rows that have none, and no time is made up."""
    path = csv_file(tmp_path, f"{ANNA},100001,2024-09-30,AM,/", header="upn,urn,date,session,code")
    assert do_import(path).report.rejects == {"bad-recorded-at": 1}
    assert do_import(path, recorded_at=AT).registers[0]["recorded_at"] == AT


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (row(upn=ANNA[:-1] + "2"), "bad-upn"),
        (row(upn=""), "not-a-mark"),
        (row(urn="99999"), "bad-urn"),
        (row(urn="100001.5"), "bad-urn"),
        (row(date="30/02/2024"), "bad-date"),
        (row(session="Morning"), "bad-session"),
        (row(code="QQ"), "unknown-code"),
        (row(code="l"), "unknown-code"),
        (row(code="L").replace(",,", ",soon,"), "not-a-mark"),
        (row(code="L").replace(",,", ",601,"), "not-a-mark"),
        (row(date="2024-10-09"), "future-session"),
        (row(date="1999-10-09"), "not-a-register"),
        (row().replace(AT, "yesterday"), "bad-recorded-at"),
        (row().replace(AT, "2031-01-01T00:00:00Z"), "recorded-in-future"),
        (row() + ",more", "not-a-row"),
    ],
)
def test_a_bad_row_is_refused_alone_with_its_reason(tmp_path: Path, bad: str, reason: str) -> None:
    """The rest of the file goes on; the report has the line and nothing of the row."""
    done = do_import(csv_file(tmp_path, row(upn=BEN), bad, row(upn=BEN, session="PM")))
    assert (done.report.marks, done.report.rejects) == (2, {reason: 1})
    said = "\n".join(done.report.words("marks.csv", dry=False))
    assert f"{reason}: 1, first in line 3" in said
    assert ANNA not in said


def test_temporary_upns_are_taken_and_said(tmp_path: Path) -> None:
    """Someone should know that the child will come again under another number."""
    report = do_import(csv_file(tmp_path, row(upn=TEMPORARY))).report
    assert (report.marks, report.temporary) == (1, 1)
    assert "with a temporary UPN: 1 mark" in "\n".join(report.words("", dry=False))


def test_no_upn_is_in_a_register_or_in_the_report(tmp_path: Path) -> None:
    """Pseudonyms take their place, and one that is no UPN is not shown."""
    wrong = ANNA[:-1] + "2"
    done = do_import(csv_file(tmp_path, row(), row(upn=wrong)))
    text = b"\n".join(done.bytes).decode() + "\n".join(done.report.words("marks.csv", dry=True))
    assert ANNA not in text
    assert wrong not in text


def test_rejects_can_be_mended_and_imported_again(tmp_path: Path) -> None:
    """Mended, they give what a file without mistakes would have given; no option has to be said again."""
    wrong = {"30/09/2024,AM,QQ": "2024-09-30,AM,I", "30/13/2024": "2024-09-26", ",5000": ",100001"}
    header = "Number,School,date,session,Mark,minutes_late,recorded_at,Surname"
    rows = [
        f"{ANNA},100001,30/09/2024,AM,QQ,,30/09/2024 16:00,Smith",
        f"{BEN},100001,30/13/2024,AM,L,7,30/09/2024 16:00,Smith",
        f"{BEN},5000,03/09/2024,PM,\\,,30/09/2024 16:00,Smith",
        f"{BEN},100001,30/09/2024,AM,/,,30/09/2024 16:00,Smith",
    ]
    said = {"mapped": ("Number=upn", "School=urn", "Mark=code"), "drop": ("Surname",)}
    rejects = tmp_path / "rejects.csv"
    first = do_import(csv_file(tmp_path, *rows, header=header), rejects=rejects, **said)
    assert first.report.rejects.total() == 3
    text = rejects.read_text("utf-8-sig")
    assert "Smith" not in text
    assert "unknown-code" in text
    for bad, good in wrong.items():
        text = text.replace(bad.replace("30/09/2024", "2024-09-30"), good)
    mended = tmp_path / "mended.csv"
    mended.write_text(text, "utf-8-sig")
    second = do_import(mended)
    assert not second.report.rejects
    assert marks(first.registers + second.registers) == {
        (pseudonym(ANNA), 100001, "2024-09-30", "AM", "I", AT),
        (pseudonym(BEN), 100001, "2024-09-26", "AM", "L", AT),
        (pseudonym(BEN), 100001, "2024-09-03", "PM", "\\", AT),
        (pseudonym(BEN), 100001, "2024-09-30", "AM", "/", AT),
    }


def test_rejects_left_as_they_are_are_rejected_again(tmp_path: Path) -> None:
    """With the same reasons; a row whose cells could not be read too."""
    first, second = tmp_path / "first.csv", tmp_path / "second.csv"
    done = do_import(csv_file(tmp_path, row(code="QQ"), row() + ",more", row(code="=1+1")), rejects=first)
    again = do_import(first, rejects=second)
    assert done.report.rejects == {"unknown-code": 2, "not-a-row": 1}
    assert again.report.rejects.total() == 3
    assert not again.registers


def test_rejects_are_for_their_owner_alone_and_overwrite_nothing(tmp_path: Path) -> None:
    """They have UPNs in them, and someone may be mending an older one."""
    rejects = tmp_path / "rejects.csv"
    path = csv_file(tmp_path, row(code="QQ"))
    do_import(path, rejects=rejects)
    assert stat.S_IMODE(rejects.stat().st_mode) == 0o600
    with pytest.raises(BadFile, match="exists"):
        do_import(path, rejects=rejects)


def test_without_rejects_there_is_no_file(tmp_path: Path) -> None:
    """Nothing to mend, nothing to find."""
    do_import(csv_file(tmp_path, row()), rejects=tmp_path / "rejects.csv")
    assert not (tmp_path / "rejects.csv").exists()


@pytest.mark.parametrize(("cell", "written"), [("=1+1", "'=1+1"), ("@x", "'@x"), ("-", "-"), ("-1", "'-1"), ("/", "/")])
def test_a_cell_is_never_run_as_a_formula(cell: str, written: str) -> None:
    """When the rejects are opened in a spreadsheet; a code stays as it is."""
    assert harmless(cell) == written


def test_nothing_goes_out_where_the_form_of_dates_is_not_known(tmp_path: Path) -> None:
    """The whole file waits for the user's word."""
    path = csv_file(tmp_path, row(date="03/09/2024"))
    with pytest.raises(BadFile, match="--dates uk"):
        do_import(path)
    assert do_import(path, dates="uk").registers[0]["date"] == "2024-09-03"


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_the_order_of_rows_does_not_matter(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    """The same rows in any order give the same set of marks."""
    codes = st.sampled_from(["/", "\\", "N", "I", "-", ""])
    one = st.builds(row, upns(), st.sampled_from(["2024-09-27", "2024-09-30"]), st.sampled_from(["AM", "PM"]), codes)
    rows = data.draw(st.lists(one, min_size=1, max_size=8))
    shuffled = data.draw(st.permutations(rows))
    folder = tmp_path_factory.mktemp("order")
    assert marks(do_import(csv_file(folder, *rows)).registers) == marks(
        do_import(csv_file(folder, *shuffled)).registers
    )


@settings(max_examples=150, deadline=None)
@given(st.lists(st.one_of(st.binary(max_size=60), st.just(row().encode()), st.just(b'"')), max_size=8), st.booleans())
def test_no_bytes_make_a_crash_or_show_a_pupil(
    tmp_path_factory: pytest.TempPathFactory,
    pieces: list[bytes],
    with_header: bool,  # noqa: FBT001 - drawn
) -> None:
    """Whatever is in the file, it is imported in part or refused kindly."""
    path = tmp_path_factory.mktemp("bytes") / "marks.csv"
    path.write_bytes(b"\r\n".join([*([HEADER.encode()] if with_header else []), *pieces]))
    assert ANNA not in _all_that_is_said(path)


def _all_that_is_said(path: Path) -> str:
    try:
        done = do_import(path)
    except BadFile as refused:
        return str(refused)
    return "\n".join(done.report.words("marks.csv", dry=False)) + b"".join(done.bytes).decode()
