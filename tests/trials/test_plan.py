"""Trials from seeds, their logs, and the page of a campaign."""

import json
from dataclasses import replace
from pathlib import Path

from streams.contract.messages import Origin
from streams.pipeline.intake import read_line
from tests.trials import campaign, page, recovery
from tests.trials.campaign import Result
from tests.trials.faults import DO
from tests.trials.history import History, Sample, Span
from tests.trials.plan import Kind, trial_of
from tests.trials.registers import log_of


def test_a_seed_gives_one_trial_and_one_log() -> None:
    """The same again for the same seed; another for another."""
    small = replace(trial_of(7), registers=60)
    assert trial_of(7) == trial_of(7)
    assert trial_of(7) != trial_of(8)
    assert log_of(small) == log_of(small)


def test_a_hundred_seeds_have_every_kind_alone_and_in_company() -> None:
    """And every kind can be done."""
    trials = [trial_of(seed) for seed in range(100)]
    assert {trial.kinds[0] for trial in trials if len(trial.kinds) == 1} == set(Kind)
    assert {kind for trial in trials if len(trial.kinds) > 1 for kind in trial.kinds} == set(Kind)
    assert DO.keys() == set(Kind)
    assert {trial.workers for trial in trials} == {1, 2, 3, 4}
    assert {trial.partitions for trial in trials} == set(range(4, 13))


def test_a_log_begins_and_ends_with_what_is_refused() -> None:
    """Poison in every position, the first and the last too."""
    lines = log_of(replace(trial_of(3), registers=60, twice=False))
    for line in (lines[0], lines[-1]):
        assert read_line(line, origin=Origin(file="-", line=1)).refused


def _sample(at: float, end: int, done: int) -> Sample:
    return Sample(at=at, registers_end={0: end}, registers_done={0: done}, marks_end={0: end}, marks_done={0: done})


def test_recovery_is_from_the_end_of_the_fault_until_what_waited_is_done() -> None:
    """What came later is not waited for."""
    span = Span(kind=Kind.KILL, began=1.0, healed=2.0)
    history = History(trial=trial_of(0), spans=[span])
    history.samples = [_sample(2.5, 10, 4), _sample(4.0, 20, 9), _sample(6.0, 30, 12), _sample(9.0, 40, 40)]
    assert recovery.recovery(history, span) == 7.0
    history.samples = history.samples[:3]
    assert recovery.recovery(history, span) is None
    assert list(recovery.late(history)) == ["after kill -9 what waited was not worked off"]


def test_recovery_is_from_the_end_of_the_last_fault_that_came_before_it_was_over() -> None:
    """Nothing can be worked off while the broker is gone; who was killed shortly before is not late for that."""
    killed = Span(kind=Kind.KILL, began=1.0, healed=2.0)
    gone = Span(kind=Kind.BROKER_KILL, began=5.0, healed=60.0)
    long_after = Span(kind=Kind.KILL, began=70.0, healed=71.0)
    history = History(trial=trial_of(0), spans=[killed, gone, long_after])
    history.samples = [_sample(3.0, 10, 4), _sample(60.5, 10, 4), _sample(67.0, 20, 20), _sample(75.0, 20, 20)]
    assert recovery.recovery(history, killed) == recovery.recovery(history, gone) == 7.0
    assert recovery.recovery(history, long_after) == 4.0


def test_the_last_trial_of_a_seed_counts(tmp_path: Path) -> None:
    """Those before it stay in the file."""
    facts = {"commit": "abc", "workers": 2, "partitions": 4, "registers": 1000, "seconds": 40.0}
    counts = {"lost": 0, "doubled": 0, "drift": 0, "fail_stops": 1, "aborted": 5, "kinds": [], "by_kind": {}}
    entries = [
        facts | counts | {"seed": seed, "recovery": None, "findings": found}
        for seed, found in ((1, ["6: hung"]), (1, []))
    ]
    file = tmp_path / "results.jsonl"
    assert campaign.last(file) == {}
    file.write_text("".join(json.dumps(entry) + "\n" for entry in entries))
    assert [(seed, result.findings) for seed, result in campaign.last(file).items()] == [(1, [])]


def test_the_page_keeps_what_is_written_by_hand(tmp_path: Path) -> None:
    """Only the table between its marks is written anew."""
    file = tmp_path / "trials.md"
    file.write_text(f"# Trials\n\n{page.BEGIN}\nold\n{page.END}\n\nBy hand.\n")
    facts = {"seed": 3, "commit": "abc", "workers": 2, "partitions": 4, "registers": 1000, "seconds": 40.0}
    counts = {"lost": 0, "doubled": 0, "drift": 0, "fail_stops": 1, "aborted": 5}
    result = Result(**facts, **counts, kinds=["zombie"], recovery=8.0, by_kind={"zombie": 8.0}, findings=[])
    page.write_page(file, [result, replace(result, seed=4, findings=["6: hung"], by_kind={"zombie": None})])
    text = file.read_text()
    assert "| zombie | 2 | 0 | 0 | 0 | 8 (1 never) |" in text
    assert "* seed 4 at abc, load 0: 6: hung" in text
    assert text.startswith("# Trials")
    assert text.endswith("By hand.\n")
    assert "old" not in text
