"""Looking over a pupil: what is announced against episodes from scratch."""

import pytest
from msgspec.structs import replace

from streams.attendance.pupil import Pupil
from streams.attendance.specification import finished
from streams.pipeline.audit import Drift, look_over
from streams.pipeline.replay import Replay
from tests.support.hostile import seeded_log
from tests.unit.pipeline.examples import ENGINE, PUPIL


def pupils(seed: int) -> list[Pupil]:
    """Pupils of a hostile log, as the engine leaves them."""
    replay = Replay(ENGINE)
    for number, each in enumerate(seeded_log(seed, registers=120, pupils=6, schools=2, mode="amended"), 1):
        replay.feed(each, number)
    found = [replay.ledgers.get(key) for key in list(replay.ledgers.keys())]
    return [pupil for pupil in found if pupil is not None]


def drifts(pupil: Pupil, *, plainly: bool = False) -> list[Drift]:
    return finished(look_over(pupil, ENGINE, plainly=plainly))


@pytest.mark.parametrize("seed", range(3))
def test_what_the_engine_leaves_has_no_drift(seed: int) -> None:
    """By a fresh walk and by the specification; some pupil has something announced."""
    found = pupils(seed)
    assert any(pupil.announced for pupil in found)
    assert [drift for pupil in found for drift in (*drifts(pupil), *drifts(pupil, plainly=True))] == []


@pytest.fixture
def announced() -> Pupil:
    return next(pupil for pupil in pupils(1) if any(one.live(pupil.year or 0) for one in pupil.announced))


@pytest.mark.parametrize("plainly", [False, True])
def test_an_alert_that_was_lost_is_drift(announced: Pupil, plainly: bool) -> None:  # noqa: FBT001 - both ways
    """The rule is named, and what should have been announced."""
    lost = next(one for one in announced.announced if one.live(announced.year or 0))
    announced.announced = tuple(one for one in announced.announced if one is not lost)
    (drift,) = drifts(announced, plainly=plainly)
    assert drift.rule == lost.rule
    assert len(drift.recomputed) == len(drift.announced) + 1


def test_an_alert_that_moved_is_drift(announced: Pupil) -> None:
    """Also by one session."""
    first, *others = (one for one in announced.announced if one.live(announced.year or 0))
    announced.announced = (replace(first, start=first.start - 1), *others)
    assert [drift.rule for drift in drifts(announced)] == [first.rule]


def test_an_alert_that_is_history_is_not_judged(announced: Pupil) -> None:
    """Whatever it says: later corrections change no history."""
    old = replace(announced.announced[0], start=1, end=2)
    announced.announced = (*announced.announced, old)
    assert drifts(announced) == []


def test_another_rule_book_waits_for_the_next_mark(announced: Pupil) -> None:
    """Until then there is nothing to compare."""
    assert announced.book is not None
    announced.book, announced.announced = announced.book._replace(version=99), ()
    assert drifts(announced) == []


def test_a_pupil_without_marks_has_no_drift() -> None:
    """There is nothing to say."""
    assert drifts(Pupil(PUPIL)) == []


def test_it_pauses_often(announced: Pupil) -> None:
    """The specification before each session of each rule, so that others get their turn."""
    sessions = sum(1 for _ in announced.ledger.sessions())
    assert sum(1 for _ in look_over(announced, ENGINE, plainly=True)) == sessions * len(ENGINE.rules)
    assert sum(1 for _ in look_over(announced, ENGINE, plainly=False)) == -(-sessions // 16)
