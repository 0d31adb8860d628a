"""The hostile logs, and the oracle over them."""

import pytest
from hypothesis import HealthCheck, given, settings

from tests.oracle import Oracle
from tests.oracle.__main__ import hold_folding
from tests.support.hostile import Mode, logs, registers, seeded_log

SMALL = {"registers": 120, "pupils": 2, "schools": 2}


def run(lines: list[bytes], *, remember: bool = True) -> tuple[Oracle, list[dict], list[dict]]:
    oracle = Oracle(remember=remember)
    alerts, letters = [], []
    for number, line in enumerate(lines, 1):
        changes, refused = oracle.feed(line, number)
        alerts += changes
        letters += refused
    return oracle, alerts, letters


@pytest.mark.parametrize("mode", ["in-order", "amended", "wavering", "shuffled"])
def test_a_seed_gives_the_same_log_each_time(mode: Mode) -> None:
    """Lines depend on the arguments alone, and are as many as asked for."""
    log = seeded_log(3, mode=mode, **SMALL)
    assert log == seeded_log(3, mode=mode, **SMALL)
    assert log != seeded_log(4, mode=mode, **SMALL)
    assert len(log) == 120


def test_keeping_steps_changes_nothing_but_the_time() -> None:
    """A walk whose steps are all made anew gives the same alerts."""
    log = seeded_log(5, mode="amended", **SMALL)
    assert run(log)[1:] == run(log, remember=False)[1:]


def test_episodes_depend_on_the_set_of_marks_alone() -> None:
    """A log in any order ends in the same live episodes, as do its folded changes."""
    log = seeded_log(6, mode="amended", **SMALL)
    there, alerts, _ = run(log)
    back, reversed_alerts, _ = run(log[::-1])
    assert there.years() == back.years()
    assert all(there.episodes(pupil) == back.episodes(pupil) for pupil in there.years())
    hold_folding(there, alerts)
    hold_folding(back, reversed_alerts)


def test_a_log_again_changes_nothing() -> None:
    """The same marks a second time give no further change."""
    log = seeded_log(7, mode="amended", **SMALL)
    oracle, _, _ = run(log)
    assert [alert for line in log for alert in oracle.feed(line, 1)[0]] == []


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(logs(max_sessions=60))
def test_folded_changes_are_the_live_episodes(log: list[bytes]) -> None:
    """Whatever the order and the amendments; and the sequences of an id run 1, 2, and so on."""
    oracle, alerts, letters = run(log)
    hold_folding(oracle, alerts)
    assert [letter for letter in letters if letter["reason"] != "too-old"] == []
    for alert_id in {alert["alert_id"] for alert in alerts}:
        sequences = [alert["sequence"] for alert in alerts if alert["alert_id"] == alert_id]
        assert sequences == list(range(1, len(sequences) + 1))


@settings(max_examples=100, deadline=None)
@given(registers())
def test_no_line_is_too_bad_to_be_read(line: bytes) -> None:
    """Every register is taken or refused, in whole or in part, without a crash."""
    alerts, letters = Oracle().feed(line, 1)
    assert alerts == []
    assert all(letter["origin"] == {"line": 1} for letter in letters)
