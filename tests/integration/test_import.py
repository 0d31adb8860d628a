"""`firstbell import`, as a user runs it: to a real Kafka, and to a file."""

import json
from pathlib import Path

import pytest

from streams.contract.topics import Topics
from streams.edge.keys import create_key
from streams.settings import Settings
from tests.support.command import firstbell
from tests.support.stream import read
from tests.support.upns import ANNA, BEN

HEADER = "UPN;URN;Date;Session;Code;Recorded At;Surname"
ROWS = [
    f"{ANNA};100001;13/09/2024;AM;/;13/09/2024 09:05;Invented",
    f"{BEN};100001;13/09/2024;AM;QQ;13/09/2024 09:05;Invented",
    f"{ANNA};100001;09/09/2024;PM;\\;09/09/2024 13:05;Invented",
]


@pytest.fixture
def with_key(settings: Settings, tmp_path: Path) -> Settings:
    """Settings that name a pupil key."""
    key = tmp_path / "pupil.key"
    create_key(key)
    return settings.model_copy(update={"pupil_key_file": key})


@pytest.fixture
def marks(tmp_path: Path) -> Path:
    """A spreadsheet saved as CSV in a German locale, say, of an invented school."""
    path = tmp_path / "marks.csv"
    path.write_text("\r\n".join([HEADER, *ROWS]), "utf-16")
    return path


def test_a_file_becomes_registers_and_its_rejects_are_mended(
    with_key: Settings, topics: Topics, marks: Path, tmp_path: Path
) -> None:
    """Good rows go, the bad one comes back to be mended; imported twice, the topic has the same registers twice."""
    rejects = tmp_path / "rejects.csv"
    first = firstbell("import", str(marks), "--drop", "surname", "--rejects", str(rejects), settings=with_key)
    assert first.returncode == 1, first.stderr
    assert "taken: 2 marks in 2 registers of 1 school, 2024-09-09 to 2024-09-13" in first.stderr
    assert "unknown-code: 1, first in line 3" in first.stderr
    rejects.write_text(rejects.read_text("utf-8-sig").replace("QQ", "I"), "utf-8-sig")
    mended = firstbell("import", str(rejects), settings=with_key)
    assert mended.returncode == 0, mended.stderr
    again = firstbell("import", str(marks), "--drop", "surname", settings=with_key)
    assert again.returncode == 1
    records = read(with_key, topics.registers.name)
    assert len(records) == 5
    assert len({record.value for record in records}) == 3
    assert {record.key for record in records} == {b"100001"}
    said = first.stderr + mended.stderr + again.stderr + b"".join(record.value or b"" for record in records).decode()
    for text in (ANNA, BEN, "Invented"):
        assert text not in said


def test_a_dry_run_sends_nothing(with_key: Settings, topics: Topics, marks: Path) -> None:
    """It says what would be taken."""
    done = firstbell("import", str(marks), "--drop", "surname", "--dry-run", settings=with_key)
    assert "would take: 2 marks" in done.stderr
    assert not read(with_key, topics.registers.name)


def test_imported_twice_the_alerts_are_those_of_once(with_key: Settings, tmp_path: Path) -> None:
    """Registers of a term to a file, replayed once and twice over."""
    days = [f"{day:02}/{month:02}/2024" for month in (9, 10) for day in range(2, 28)]
    rows = [f"{ANNA},100001,{day},{half},O,{day} 16:00" for day in days for half in ("AM", "PM")]
    file, registers = tmp_path / "term.csv", tmp_path / "registers.jsonl"
    file.write_text("\n".join(["upn,urn,date,session,code,recorded_at", *rows]))
    done = firstbell("import", str(file), "--output", str(registers), settings=with_key)
    assert done.returncode == 0, done.stderr
    once = firstbell("replay", str(registers), settings=with_key)
    twice = firstbell("replay", str(registers), str(registers), settings=with_key)
    assert once.stdout == twice.stdout
    assert {json.loads(line)["rule"] for line in once.stdout.splitlines()} >= {"persistent-absence"}


def test_without_a_key_it_says_how_to_make_one(settings: Settings, marks: Path) -> None:
    """Exit 2, and nothing is read."""
    done = firstbell("import", str(marks), "--drop", "surname", settings=settings)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "firstbell keys create" in done.stderr


def test_a_source_that_could_name_a_person_is_refused(with_key: Settings, marks: Path) -> None:
    """It goes along with every register."""
    done = firstbell("import", str(marks), "--source", "Mrs Smith", settings=with_key)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "Smith" not in done.stderr
