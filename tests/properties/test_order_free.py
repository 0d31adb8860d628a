"""A pupil's state is a function of the set of marks; ids and sequences are one of their order."""

from collections import defaultdict
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.attendance.walk import Engine
from streams.contract.messages import Alert
from streams.pipeline.fold import fold
from tests.properties.books import ENGLAND, SMALL
from tests.properties.machines import fed, live, pupils
from tests.support.hostile import logs, registers, seeded_log

MIXED = st.one_of(logs(max_sessions=60), st.lists(registers(), max_size=25))


def reordered(lines: list[bytes], seed: int) -> list[bytes]:
    """Every line once or more, in another order."""
    rng = Random(seed)  # noqa: S311 - no secrets here
    more = [*lines, *rng.choices(lines, k=len(lines) // 3)] if lines else []
    rng.shuffle(more)
    return more


def hold_order_free(engine: Engine, lines: list[bytes], seed: int) -> None:
    """Ledgers, live episodes and folds of the log and of another order with duplicates are the same."""
    (one, alerts), (other, others) = fed(engine, lines), fed(engine, reordered(lines, seed))
    assert one.years() == other.years()
    assert {p.key: p.ledger.pages for p in pupils(one)} == {p.key: p.ledger.pages for p in pupils(other)}
    wanted = live(engine, one)
    assert live(engine, other) == wanted
    assert fold(alerts, one.years()) == wanted
    assert fold(others, other.years()) == wanted


@given(lines=MIXED, seed=st.integers(0, 1000))
def test_final_live_episodes_depend_only_on_the_set_of_marks(lines: list[bytes], seed: int) -> None:
    """Any order and any number of duplicates fold to the same."""
    hold_order_free(SMALL, lines, seed)


@pytest.mark.parametrize("seed", [11, 12, 13])
def test_long_histories_fold_to_the_same_in_any_order(seed: int) -> None:
    """Three years of several schools with England's book, bad lines among them."""
    lines = seeded_log(seed, registers=350, pupils=3, schools=2, years=(2022, 2023, 2024))
    hold_order_free(ENGLAND, lines, seed)


@given(lines=MIXED)
def test_a_log_replayed_twice_over_gives_no_further_change(lines: list[bytes]) -> None:
    """Every mark is known, and none is news."""
    replay, _ = fed(SMALL, lines)
    again = [alert for number, line in enumerate(lines, 1) for alert in replay.feed(line, number).alerts]
    assert again == []


def hold_sequences(alerts: list[Alert]) -> None:
    """Sequences run 1, 2, … within an id, and each change follows from the one before."""
    life: dict[str, list[Alert]] = defaultdict(list)
    for alert in alerts:
        life[alert.alert_id].append(alert)
    for changes in life.values():
        assert [alert.sequence for alert in changes] == list(range(1, len(changes) + 1))
        assert changes[0].change == "raised"
        for before, after in pairwise(changes):
            hold_step(before, after)


def hold_step(before: Alert, after: Alert) -> None:
    """What may follow on what; an alert that is closed may be forgotten, and its id raised anew."""
    was_open, is_open = before.to is None, after.to is None
    if after.change == "raised":
        assert before.change == "withdrawn" or not was_open
        assert is_open
        return
    assert before.change != "withdrawn"
    assert (was_open, is_open) in {
        "eased": {(True, False)},
        "reopened": {(False, True)},
        "revised": {(True, True), (False, False)},
        "withdrawn": {(True, True), (False, False)},
    }[after.change]
    same = (before.from_, before.to) == (after.from_, after.to)
    assert same == (after.change == "withdrawn")


@given(lines=MIXED)
def test_sequences_run_and_changes_follow_from_one_another(lines: list[bytes]) -> None:
    """Also where an id was withdrawn and is raised again."""
    _, alerts = fed(SMALL, lines)
    hold_sequences(alerts)


@pytest.mark.parametrize("seed", [21, 22])
def test_a_withdrawn_and_raised_id_keeps_counting(seed: int) -> None:
    """In a log whose marks waver there are many, and their sequences go on."""
    _, alerts = fed(SMALL, seeded_log(seed, registers=500, pupils=2, schools=1, mode="wavering"))
    hold_sequences(alerts)
    raised = [alert for alert in alerts if alert.change == "raised"]
    assert len([alert for alert in raised if alert.sequence > 1]) > 10


@given(lines=MIXED)
def test_alerts_name_their_rules_numbers_and_no_more(lines: list[bytes]) -> None:
    """Evidence has every name of its rule, or none where there is nothing to count."""
    _, alerts = fed(SMALL, lines)
    for alert in alerts:
        rule = SMALL.rules[SMALL.places[alert.rule]]
        names = {*rule.names, *rule.thresholds(), "since", "until"}
        assert alert.evidence.keys() == (set() if alert.change == "withdrawn" or alert.reason == "year" else names)
