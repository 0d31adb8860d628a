"""What operators' commands refuse before they ask Kafka, and `explain` from a file."""

import json
import os
from datetime import date
from pathlib import Path

import pytest

from streams.cli.retention import oldest_kept
from streams.settings import Settings
from tests.support.command import called
from tests.unit.pipeline.examples import PUPIL, line, mark

NOWHERE = Settings(bootstrap="127.0.0.1:1", request_timeout=1)


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("explain", "--pupil", "Ann"), "26 characters"),
        (("explain", "--pupil", PUPIL, "--as-of", "noon"), "2024-10-08/PM"),
        (("audit", "--pupil", "Ann"), "26 characters"),
        (("audit", "--all", "--sample", "5"), "exclude each other"),
        (("forget",), "--pupil or --file"),
        (("forget", "--pupil", "Ann"), "1 of 1 are no pseudonyms"),
        (("forget", "--pupil", PUPIL), "erasure_key_file"),
        (("dead-letters", "redrive"), "--all"),
        (("dead-letters", "show", "three"), "PARTITION/OFFSET"),
        (("dead-letters", "list", "--since", "noon"), "2024-09-09T08:30"),
        (("worker", "--quarantine", "marks/0/1"), "firstbell.registers/PARTITION/OFFSET"),
    ],
)
def test_what_makes_no_sense_is_refused_with_what_does(arguments: tuple[str, ...], why: str) -> None:
    """Exit 2, before anything is asked of Kafka; and a name given by mistake is not repeated."""
    refused = called(*arguments, settings=NOWHERE)
    assert refused.returncode == 2
    assert why in refused.stderr
    assert "Ann" not in refused.stderr


def test_the_key_of_the_erased_must_be_its_owners_alone(tmp_path: Path) -> None:
    """The setting is named as it is called."""
    file = tmp_path / "erasure.key"
    file.write_text("firstbell-pupil-key-v1 " + "0" * 64)
    os.chmod(file, 0o644)  # noqa: PTH101 - as a user would
    refused = called("forget", "--pupil", PUPIL, settings=NOWHERE.model_copy(update={"erasure_key_file": file}))
    assert (refused.returncode, "erasure_key_file" in refused.stderr) == (2, True)


@pytest.mark.parametrize(("today", "oldest"), [(date(2026, 7, 31), 2023), (date(2026, 8, 1), 2024)])
def test_a_mark_of_the_running_year_or_the_two_before_keeps_a_pupil(today: date, oldest: int) -> None:
    """The year turns on 1 August."""
    assert oldest_kept(today) == oldest


def test_explain_reads_a_file_without_kafka(tmp_path: Path) -> None:
    """In words and as JSON; a pupil who is not in it, or an alert that is not, is said so."""
    log = tmp_path / "log.jsonl"
    sessions = [line(mark("N"), session=half, recorded_at="2024-09-09T17:00:00+01:00") for half in ("AM", "PM")]
    log.write_bytes(b"\n".join(sessions))
    told = called("explain", "--pupil", PUPIL, "--file", str(log), settings=NOWHERE)
    assert "Unexplained today: on since Monday 9 September 2024, afternoon." in told.stdout
    assert PUPIL not in told.stdout
    found = json.loads(called("explain", "--pupil", PUPIL, "--file", str(log), "--json", settings=NOWHERE).stdout)
    assert [one["change"] for one in found["announced"]] == ["raised"]
    nobody = called("explain", "--pupil", "b" * 26, "--file", str(log), settings=NOWHERE)
    assert (nobody.returncode, "no mark of this pupil" in nobody.stderr) == (1, True)
    other = called("explain", "--pupil", PUPIL, "--alert", "ffff", "--file", str(log), settings=NOWHERE)
    assert (other.returncode, "no such alert" in other.stderr) == (1, True)
