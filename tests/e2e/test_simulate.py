"""`firstbell simulate` as a user runs it: a county to a file, to Kafka, to a gateway; the check; plain refusals."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from streams.contract.topics import Topics
from streams.edge.keys import create_key
from streams.kafka.reader import Reader
from streams.kafka.records import Record
from streams.settings import Settings
from tests.support.command import FIRSTBELL, environment, firstbell
from tests.support.ports import free_port
from tests.support.worker import WorkerProcess

WEEK = ("--from", "2024-09-09", "--to", "2024-09-13")


def _run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return firstbell("simulate", *map(str, arguments), settings=Settings())


def _lines(text: str | bytes) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def test_a_half_term_in_a_file_is_replayed_without_a_refusal(tmp_path: Path) -> None:
    """Every register and mark fits, and there are alerts of more than one kind."""
    registers, alerts, letters = (tmp_path / name for name in ("r.jsonl", "a.jsonl", "d.jsonl"))
    done = _run("--pupils", 300, "--to", "2024-10-25", "--output", registers)
    assert done.returncode == 0, done.stderr
    played = firstbell(
        "replay", str(registers), "--output", str(alerts), "--dead-letters", str(letters), settings=Settings()
    )
    assert played.returncode == 0, played.stderr
    assert letters.read_bytes() == b""
    assert len({alert["rule"] for alert in _lines(alerts.read_bytes())}) >= 5


def test_registers_go_to_standard_output_and_words_beside_them() -> None:
    """Nothing but lines of JSON on standard output, in order of `received_at`; one sentence on standard error."""
    done = _run("--size", "class", *WEEK)
    found = _lines(done.stdout)
    assert len([line for line in found if line["register_id"].endswith(".0")]) == 10
    assert [line["received_at"] for line in found] == sorted(line["received_at"] for line in found)
    assert done.stderr.startswith("1 school, 30 children on 30 roll places: 10 registers")


def test_the_same_seed_is_the_same_county_and_another_is_another() -> None:
    """A year can be made again by its seed."""
    first, again, other = (_run("--size", "class", *WEEK, "--seed", seed).stdout for seed in (1, 1, 2))
    assert first == again != other


def test_truth_and_schools_are_beside_the_registers(tmp_path: Path) -> None:
    """Every child of the registers is in the truth by the same name, every school in GIAS's columns; JSON sums up."""
    out, truth, schools = (tmp_path / name for name in ("r.jsonl", "t.jsonl", "s.csv"))
    done = _run("--pupils", 1500, *WEEK, "--output", out, "--truth", truth, "--schools", schools, "--json")
    said, sent, known = json.loads(done.stdout), _lines(out.read_bytes()), _lines(truth.read_bytes())
    assert (said["children"], said["enrolments"]) == (1500, len(known))
    assert said["registers"] + said["amendments"] == len(sent)
    assert said["marks"] == sum(len(line["marks"]) for line in sent)
    assert {mark["pupil"] for line in sent for mark in line["marks"]} <= {line["pupil"] for line in known}
    assert {line["type"] for line in known} >= {"steady", "ill-once", "drifting", "holiday"}
    assert len(schools.read_text().splitlines()) == said["schools"] + 1


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (("--size", "class", "--pupils", "9"), "not both"),
        (("--json",), "--output"),
        (("--kafka", "--upn"), "no UPN goes to Kafka"),
        (("--kafka", "--output", "x"), "one place"),
        (("--gateway", "http://127.0.0.1:1"), "--token"),
        (("--year", "1999"), "2024"),
        (("--from", "2024-12-25", "--to", "2024-12-26"), "no school day"),
        (("--truth", __file__), "exists"),
        (("--output", "/no/such/folder/x"), "cannot be written"),
    ],
)
def test_what_cannot_be_is_refused_in_a_line(arguments: tuple[str, ...], word: str) -> None:
    """Exit 2, one line that says what to do, nothing on standard output."""
    done = _run(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert word in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_reader_that_has_enough_ends_it_without_a_trace() -> None:
    """As with `| head -1`: the pipe is closed, and the command says nothing of its inside."""
    command = [FIRSTBELL, "simulate", "--size", "class"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment(Settings())) as run:
        assert run.stdout is not None
        assert run.stderr is not None
        json.loads(run.stdout.readline())
        run.stdout.close()
        assert b"Traceback" not in run.stderr.read()


def test_the_check_says_each_row_and_fails_where_one_does_not_hold() -> None:
    """With few children chance is larger than the tolerances: the exit code is what the rows say."""
    done = _run("--check", "--pupils", 600, "--json")
    rows = json.loads(done.stdout)
    assert {row["about"] for row in rows} == {"totals", "codes", "bands", "weekdays", "unexplained"}
    assert done.returncode == (0 if all(row["holds"] for row in rows) else 1)
    assert all(row["difference"] == pytest.approx(row["simulated"] - row["published"]) for row in rows)
    table = _run("--check", "--pupils", 600)
    assert sum(row["name"] in table.stdout for row in rows) == len(rows)


def _records(settings: Settings, topics: Topics) -> list[Record]:
    with Reader(settings, topics.registers.name) as reader:
        return list(reader.to_end())


def test_a_week_goes_to_kafka(settings: Settings, topics: Topics) -> None:
    """Each register is a record with its school's key and its id, and does not say itself when it was received."""
    done = firstbell("simulate", "--size", "class", *WEEK, "--kafka", "--json", settings=settings)
    said, found = json.loads(done.stdout), _records(settings, topics)
    assert len(found) == said["registers"] + said["amendments"]
    for record in found:
        register = json.loads(record.value or b"")
        assert record.key == str(register["urn"]).encode()
        assert dict(record.headers)["ce_id"] == register["register_id"].encode()
        assert "received_at" not in register


def test_a_week_goes_through_a_gateway_by_upn(settings: Settings, topics: Topics, tmp_path: Path) -> None:
    """The gateway takes every mark, and its pseudonyms are those that the same key gives a file."""
    key, token, out = tmp_path / "pupil.key", tmp_path / "token", tmp_path / "r.jsonl"
    create_key(key)
    own = {"gateway_port": free_port(), "gateway_tokens": str(tmp_path / "tokens.json"), "pupil_key_file": key}
    settings = settings.model_copy(update=own)
    made = firstbell("tokens", "create", "--source", "county", "--all-schools", settings=settings)
    token.write_text(made.stdout)
    with WorkerProcess(settings, tmp_path, (FIRSTBELL, "gateway")) as gateway:
        gateway.until_ready()
        url = f"http://127.0.0.1:{settings.gateway_port}"
        sending = ("simulate", "--size", "class", *WEEK, "--gateway", url, "--token", str(token))
        done = firstbell(*sending, settings=settings)
        assert done.returncode == 0, done.stderr
    _run("--size", "class", *WEEK, "--key", key, "--output", out)
    came = {r["register_id"]: r["marks"] for r in (json.loads(x.value or b"") for x in _records(settings, topics))}
    assert came == {line["register_id"]: line["marks"] for line in _lines(out.read_bytes())}
