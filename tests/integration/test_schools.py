"""`firstbell schools`, as a user runs it, on a real Kafka."""

import json
from datetime import time
from pathlib import Path

from streams.contract.topics import Topics
from streams.kafka.producer import Sender
from streams.kafka.schools import read_schools
from streams.replay.schools import read_schools as read_file
from streams.settings import Settings
from tests.support.command import firstbell
from tests.support.stream import read

HEADER = (
    "URN,LA (code),LA (name),EstablishmentName,PhaseOfEducation (name),TypeOfEstablishment (name),"
    "EstablishmentStatus (name),OpenDate,CloseDate"
)
ROWS = [
    "100001,999,Invented,Zoë Primary,Primary,Community school,Open,01-09-2010,",
    "100002,999,Invented,High School,Secondary,Academy converter,Open,01-09-2010,",
    "10000x,999,Invented,No School,Primary,Community school,Open,,",
]


def test_schools_are_imported_listed_and_checked(settings: Settings, topics: Topics, tmp_path: Path) -> None:
    """The bad row is said and the rest taken; the same again writes nothing; times come later, and all stays."""
    file, times = tmp_path / "edubasealldata.csv", tmp_path / "times.csv"
    file.write_text("\r\n".join([HEADER, *ROWS]), "cp1252")
    times.write_text("urn,am_start,pm_start\n100001,08:50,13:10\n")
    dry = firstbell("schools", "import", str(file), "--dry-run", settings=settings)
    assert (dry.returncode, read(settings, topics.schools.name)) == (1, [])
    assert "would take: 2 new and 0 changed schools" in dry.stderr
    assert "edubasealldata.csv, line 4: bad-urn" in dry.stderr
    for _ in range(2):
        assert firstbell("schools", "import", str(file), settings=settings).returncode == 1
    assert len(read(settings, topics.schools.name)) == 2
    done = firstbell("schools", "import", "--times", str(times), "--json", settings=settings)
    assert (done.returncode, json.loads(done.stdout)["changed"]) == (0, 1), done.stderr
    listed = firstbell("schools", "list", "--la", "999", "--json", settings=settings).stdout
    (known := tmp_path / "schools.jsonl").write_text(listed)
    assert [(school.urn, school.name, school.am_start) for school in read_file(known)] == [
        (100001, "Zoë Primary", time(8, 50)),
        (100002, "High School", time(9)),
    ]
    check = firstbell("schools", "check", settings=settings)
    assert check.returncode == 1
    assert "no-times: 1 (100002)" in check.stdout


def test_a_record_that_is_no_school_is_passed_over_and_said(settings: Settings, topics: Topics) -> None:
    """Nobody else should write there; who did is not lost from sight."""
    sender = Sender(settings)
    for key, value in ((b"100001", b"no school"), (b"100002", b"{}"), (b"\xff", b"7")):
        sender.send(topics.schools.name, value, key=key, headers=[], name="foreign")
    sender.flush()
    assert len(read_schools(settings, topics.schools.name).unreadable) == 3
    check = firstbell("schools", "check", "--json", settings=settings)
    assert (check.returncode, len(json.loads(check.stdout)["unreadable"])) == (1, 3)


def test_schools_may_go_to_a_file_for_a_replay_without_kafka(settings: Settings, tmp_path: Path) -> None:
    """As `firstbell replay --schools` reads it; a file that is there stays."""
    nobody = settings.model_copy(update={"bootstrap": "127.0.0.1:1"})
    file, output = tmp_path / "edubasealldata.csv", tmp_path / "schools.jsonl"
    file.write_text("\r\n".join([HEADER, *ROWS[:2]]), "cp1252")
    done = firstbell("schools", "import", str(file), "--output", str(output), settings=nobody)
    assert (done.returncode, [school.urn for school in read_file(output)]) == (0, [100001, 100002]), done.stderr
    again = firstbell("schools", "import", str(file), "--output", str(output), settings=nobody)
    assert (again.returncode, "cannot be written: File exists" in again.stderr) == (2, True)


def test_without_a_file_or_a_topic_it_says_what_to_do(settings: Settings) -> None:
    """Exit 2 and one line."""
    nothing = firstbell("schools", "import", settings=settings)
    missing = firstbell("schools", "list", settings=settings)
    assert (nothing.returncode, missing.returncode) == (2, 2)
    assert "name a file" in nothing.stderr
    assert "firstbell topics create" in missing.stderr
