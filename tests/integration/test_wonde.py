"""`firstbell wonde` against a local server that speaks Wonde's documented answers, faults included, to a real Kafka."""

import json
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from streams.contract.topics import Topics
from streams.edge.keys import create_key
from streams.settings import Settings
from tests.support.command import FIRSTBELL, environment, firstbell
from tests.support.stream import read
from tests.support.upns import ANNA, BEN
from tests.support.waiting import until
from tests.support.wonde import NAME, NOTE, TOKEN, Wonde, broken, cut, serving, too_many

MORNING, NOON = "2024-09-30T09:05:00+01:00", "2024-09-30T12:00:00+01:00"


@pytest.fixture
def wonde() -> Wonde:
    """A school with two children and a mark each."""
    wonde = Wonde(students={"S1": ANNA, "S2": BEN})
    wonde.mark("M1", "S1", "C1", MORNING)
    wonde.mark("M2", "S2", "C3", MORNING)
    return wonde


@pytest.fixture
def ready(settings: Settings, tmp_path: Path) -> Settings:
    """Settings with a pupil key, and a folder of the command's own."""
    create_key(tmp_path / "pupil.key")
    return settings.model_copy(update={"pupil_key_file": tmp_path / "pupil.key", "data_dir": tmp_path / "data"})


@pytest.fixture
def options(tmp_path: Path, wonde: Wonde) -> Iterator[list[str]]:
    """The command's options: two schools, of which the second is not shared."""
    schools, token = tmp_path / "schools.csv", tmp_path / "token"
    schools.write_text("wonde_id,urn\nA100,100001\nB200,100002\n")
    token.write_text(TOKEN)
    token.chmod(0o600)
    with serving(wonde) as address:
        files = ["--schools", str(schools), "--token-file", str(token)]
        yield ["wonde", *files, "--api", address, "--since", "2024-08-01"]


def _codes(settings: Settings, topics: Topics) -> list[tuple[str, str]]:
    registers = [json.loads(record.value or b"") for record in read(settings, topics.registers.name)]
    return sorted((mark["code"], mark.get("recorded_at", r["recorded_at"])) for r in registers for mark in r["marks"])


def test_marks_changes_and_deletions_come_through_faults(
    ready: Settings, topics: Topics, options: list[str], wonde: Wonde
) -> None:
    """429 with its wait, 500 and half a page pass by; a school that is not shared does not hold the other up."""
    wonde.faults += [too_many(0), None, broken, None, cut]
    first = firstbell(*options, settings=ready)
    assert first.returncode == 1, first.stderr
    assert "does not share this school" in first.stderr
    assert _codes(ready, topics) == [("/", "2024-09-30T08:05:00+00:00"), ("N", "2024-09-30T08:05:00+00:00")]
    wonde.schools.add("B200")
    wonde.mark("M2", "S2", "C4", NOON)
    wonde.delete("M1", NOON)
    second = firstbell(*options, settings=ready)
    assert second.returncode == 0, second.stderr
    assert {("I", "2024-09-30T11:00:00+00:00"), ("-", "2024-09-30T11:00:00+00:00")} <= set(_codes(ready, topics))
    records = b"".join(record.value or b"" for record in read(ready, topics.registers.name)).decode()
    for text in (ANNA, BEN, NAME, NOTE, TOKEN):
        assert text not in first.stderr + second.stderr + records


def test_an_expired_token_ends_it(ready: Settings, topics: Topics, options: list[str], wonde: Wonde) -> None:
    """Exit 2, said once, with nothing sent."""
    wonde.token = "another"  # noqa: S105 - of the invented server
    done = firstbell(*options, settings=ready)
    assert done.returncode == 2
    assert "refused the token (401)" in done.stderr
    assert TOKEN not in done.stderr
    assert not read(ready, topics.registers.name)


def test_it_goes_on_polling_until_it_is_asked_to_stop(
    ready: Settings, topics: Topics, options: list[str], wonde: Wonde, tmp_path: Path
) -> None:
    """A mark that comes later comes; SIGTERM ends it with exit 0."""
    (tmp_path / "schools.csv").write_text("wonde_id,urn\nA100,100001\n")
    with subprocess.Popen(
        [FIRSTBELL, *options, "--every", "1"], env=environment(ready), stderr=subprocess.DEVNULL
    ) as running:
        try:
            until(lambda: len(_codes(ready, topics)) == 2, within=60)
            wonde.mark("M3", "S1", "C2", NOON, half="PM")
            until(lambda: "\\" in [code for code, _ in _codes(ready, topics)], within=60)
            running.send_signal(signal.SIGTERM)
            assert running.wait(20) == 0
        finally:
            running.kill()
