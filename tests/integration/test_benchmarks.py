"""The gates of the benchmark, at work on a small log. No time is asserted."""

from collections import Counter
from pathlib import Path

import pytest

from benchmarks import log as logs
from benchmarks.england.inputs import Inputs
from benchmarks.england.plan import Plan
from benchmarks.england.whole import whole
from benchmarks.gate import Expected, Mismatch
from benchmarks.log import Log
from benchmarks.plain_faust_speed import plain_faust_speed
from benchmarks.replay_speed import replay_speed
from benchmarks.whole_path import whole_path
from benchmarks.workload import Workload
from tests.support.broker import Broker


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Log:
    return logs.write(Workload(pupils=90, sessions=26), 4, tmp_path_factory.mktemp("log"), "log")


def test_whole_path_equals_replay(kafka: Broker, log: Log, tmp_path: Path) -> None:
    """One worker gives the alerts of the replay and of the engine in the order of marks, history included."""
    _, expected = replay_speed(log, tmp_path / "alerts.jsonl")
    result = whole_path(kafka.bootstrap, log, expected, tmp_path)
    assert result.marks == log.measured.marks
    assert result.gate == f"{len(expected.alerts)} alerts, in the order of marks and folded"


def test_no_number_without_the_gate(kafka: Broker, log: Log, tmp_path: Path) -> None:
    """Where the replay's alerts are others, there is no result."""
    _, expected = replay_speed(log, tmp_path / "alerts.jsonl")
    changes = Counter(alert.alert_id for alert in expected.alerts)
    alone = next(i for i, alert in enumerate(expected.alerts) if changes[alert.alert_id] == 1 and alert.to is None)
    lines = expected.file.read_bytes().splitlines(keepends=True)
    other = tmp_path / "other.jsonl"
    other.write_bytes(b"".join(lines[:alone] + lines[alone + 1 :]))
    with pytest.raises(Mismatch, match="folded alerts"):
        whole_path(kafka.bootstrap, log, Expected(other), tmp_path)


def test_rival_finds_our_children(kafka: Broker, log: Log, tmp_path: Path) -> None:
    """Plain Faust, run as its manual says, ends with the children whom our rule has persistently absent."""
    result = plain_faust_speed(kafka.bootstrap, log, tmp_path)
    assert result.gate.endswith("children persistently absent, as ours")


def test_mid_year_equals_replay(kafka: Broker, tmp_path: Path) -> None:
    """Two workers that begin with a half year give the alerts of a replay from the same ledgers, and its states."""
    inputs = Inputs(Plan(pupils=90, history=40, sessions=3), tmp_path, lambda _: None, tmp_path)
    result = whole(
        kafka.bootstrap,
        made=inputs.made,
        warm=inputs.warm,
        part=inputs.measured,
        due=inputs.due,
        directory=tmp_path,
        workers=2,
    )
    assert inputs.due.alerts
    assert result.gate.endswith("the stored state of 90 pupils, as the replay's")
