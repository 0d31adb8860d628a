"""A handful of short trials: each crash point once, a rebalance, a zombie, a broker that is killed."""

from dataclasses import replace
from pathlib import Path

import pytest

from streams.topology.crash_points import Point
from tests.support import jars
from tests.support.broker import Broker
from tests.trials.plan import Fault, Kind, Trial, trial_of
from tests.trials.run import run

SMALL = replace(
    trial_of(1), partitions=4, workers=2, registers=400, pupils=20, schools=2, mode="amended", pace=60, twice=False
)


def trial(seed: int, *faults: Fault) -> Trial:
    """A small trial with these faults."""
    return replace(SMALL, seed=seed, faults=faults)


def test_a_crash_at_every_point_loses_and_doubles_nothing(kafka: Broker, tmp_path: Path) -> None:
    """One after the other, on two workers in turn."""
    faults = [
        Fault(kind=Kind.CRASH_POINT, at=0.0 + number, worker=number % 2, point=point)
        for number, point in enumerate(Point)
    ]
    _, verdict = run(trial(101, *faults), tmp_path / "record", kafka, name="short")
    assert verdict.findings == []


def test_workers_that_come_and_go_change_nothing(kafka: Broker, tmp_path: Path) -> None:
    """One joins while another is killed, and one is asked to stop."""
    faults = [Fault(kind=Kind.KILL_IN_REBALANCE, at=1.0), Fault(kind=Kind.SIGTERM, at=6.0, worker=1)]
    _, verdict = run(trial(102, *faults), tmp_path / "record", kafka, name="short")
    assert verdict.findings == []


@pytest.mark.parametrize("point", [Point.BEFORE_BEGIN])
def test_a_zombie_in_mid_batch_writes_nothing(kafka: Broker, tmp_path: Path, point: Point) -> None:
    """It stops with a batch computed, another takes its partitions over, and then it goes on."""
    fault = Fault(kind=Kind.PAUSE_POINT, at=1.0, point=point, nth=2)
    _, verdict = run(trial(103, fault), tmp_path / "record", kafka, name="short")
    assert verdict.findings == []


def test_a_broker_killed_and_started_again_loses_nothing(tmp_path: Path) -> None:
    """Workers may stop; they are started again, as an orchestrator would."""
    if reason := jars.missing():
        pytest.skip(reason)
    fault = Fault(kind=Kind.BROKER_KILL, at=1.0)
    _, verdict = run(trial(104, fault), tmp_path / "record", name="short")
    assert verdict.findings == []
