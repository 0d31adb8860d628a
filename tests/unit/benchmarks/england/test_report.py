from datetime import UTC, datetime
from pathlib import Path

import pytest

from benchmarks.england.plan import Plan
from benchmarks.england.report import Report
from benchmarks.england.rounds import Kept, read
from benchmarks.machine import Machine
from benchmarks.result import Result, Timing

MACHINE = Machine("a processor", 2, 24, "Linux", 0.1, {"Python": "3.11"})


def _kept(number: int, side: str, rate: float) -> Kept:
    return Kept(number, side, Result(side, 1000, Timing(1000 / rate, 1.0), "held"))


@pytest.fixture
def report() -> Report:
    kept = [_kept(0, "firstbell", 600), _kept(0, "quix", 200), _kept(1, "quix", 100), _kept(1, "firstbell", 400)]
    plan = Plan(rounds=2, sides=("firstbell", "quix"))
    return Report(datetime(2026, 11, 25, tzinfo=UTC), "run", MACHINE, plan, kept)


def test_sides_are_compared_round_by_round(report: Report) -> None:
    """How many times as fast we are is the median over the rounds of what each round says, not of other rounds."""
    assert report.ratio("quix") == (3.5, 3.0, 4.0)
    assert report.ratio("firstbell") is None
    assert report.ratio("bare") is None


def test_ratios_come_first(report: Report) -> None:
    """The words begin with the goal and the ratios, and the table has them beside each rival."""
    assert report.words()[0] == "500 marks/s: 0.00 of the goal of 138,000"
    assert report.words()[1] == "3.5 (3.0 to 4.0) quix (wanted: 3)"
    assert [row[1] for row in report.rows()] == ["", "3.5 (3.0 to 4.0)"]


def test_sides_take_turns() -> None:
    """Each round begins with another side, and each has all of them."""
    plan = Plan(sides=("a", "b", "c"))
    assert [plan.order(number) for number in range(3)] == [["a", "b", "c"], ["b", "c", "a"], ["c", "a", "b"]]


def test_a_plan_goes_by_what_it_measures() -> None:
    """More rounds of the same are the same plan, to go on with; another size is another."""
    assert Plan(rounds=5).name == Plan(rounds=7).name
    assert Plan(pupils=5).name != Plan(pupils=7).name


def test_nothing_kept_yet(tmp_path: Path) -> None:
    """A run that has not begun has nothing to go on with."""
    assert read(tmp_path / "none.jsonl") == []
