"""Every mutant of the worker is caught by the checker. Minutes long: `make trials-mutants`, not part of `make test`."""

import os
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from streams.topology.crash_points import Point
from tests.support.broker import Broker
from tests.trials import mutants
from tests.trials.plan import Fault, Kind
from tests.trials.run import run
from tests.trials.test_short import SMALL

TRIES = 3
PATIENCE = 60.0  # s; some mutants hang

HITS: dict[str, Fault] = {
    "ack-before-commit": Fault(kind=Kind.CRASH_POINT, at=1.0, point=Point.BEFORE_BEGIN, nth=4),
    "state-outside": Fault(kind=Kind.CRASH_POINT, at=1.0, point=Point.AFTER_PRODUCE, nth=3),
    "no-fencing": Fault(kind=Kind.PAUSE_POINT, at=1.0, point=Point.BEFORE_BEGIN, nth=2),
    "not-skipped": Fault(kind=Kind.CRASH_POINT, at=1.0, point=Point.AFTER_COMMIT, nth=2),
    "swallow": Fault(kind=Kind.TOO_LARGE, at=4.0, lasts=8.0, topic="marks"),
    "not-cleared": Fault(kind=Kind.SCALE, at=4.0),
    "polite-stop": Fault(kind=Kind.TOO_LARGE, at=4.0, lasts=8.0, topic="marks"),
}
"""For each mutant, the fault in which it shows."""


@pytest.mark.skipif(not os.environ.get("TRIALS_MUTANTS"), reason="minutes long; run by: make trials-mutants")
@pytest.mark.parametrize("mutant", sorted(mutants.MUTANTS))
def test_every_mutant_is_caught(kafka: Broker, tmp_path: Path, mutant: str) -> None:
    """Within a few trials."""
    found = []
    for attempt in range(TRIES):
        trial = replace(SMALL, seed=200 + attempt, registers=600, pupils=40, faults=(HITS[mutant],))
        command = (sys.executable, mutants.__file__, mutant)
        _, verdict = run(trial, tmp_path / str(attempt), kafka, command, name=mutant, patience=PATIENCE)
        found = [finding.text for finding in verdict.findings if finding.check != 6 or "point" not in finding.text]
        if found:
            break
    print(f"{mutant}: trial {attempt + 1}: {'; '.join(found)}")  # noqa: T201 - what a reader of the run wants to see
    assert found


def test_every_mutant_has_a_fault_in_which_it_shows() -> None:
    """None is forgotten."""
    assert HITS.keys() == mutants.MUTANTS.keys()
