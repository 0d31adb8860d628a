"""What a plain append flips is told beside the record, as the comparison of the whole pupil tells it."""

import pytest

from streams.attendance.codes import INDEX
from streams.attendance.episodes import Change
from streams.attendance.flips import told
from streams.attendance.ledger import Version
from streams.attendance.pupil import Pupil
from streams.attendance.rested import NEWBORN, Rested
from streams.attendance.screen import Flip
from streams.attendance.walk import Closed
from tests.unit.attendance.examples import ENGINE, HERE, PUPIL, school_time, weeks

RECORDED = 1_800_000_000
HARD = weeks(4) + " " + weeks(7, "/ \\ I I L L N N U U") + " " + weeks(6, "I I I I Q / / \\ E E") + " " + weeks(20)
"""A year in which most rules go on, some off, and on again."""


def flips_of(pupil: Pupil, on: dict[int, int], closed: tuple[Closed, ...]) -> list[Flip]:
    """What the last session of *pupil* flipped, as the kernel says it, by the walk before it."""
    walk = pupil.walk
    assert walk is not None
    rules = sorted(walk.on.keys() ^ on.keys() | {rule for rule, _, _ in walk.closed[len(closed) :]})
    return [Flip(0, rule, on.get(rule, 0), walk.slot, walk.counts(rule)) for rule in rules]


def test_it_is_what_a_comparison_of_all_rules_tells() -> None:
    """Session by session: the same changes in the same order, and the same is announced after them."""
    pupil, kept, changed = Pupil(PUPIL), NEWBORN, 0
    for number, (slot, code) in enumerate(school_time("2024-09-02", HARD)):
        on, closed = (pupil.walk.on, pupil.walk.closed) if pupil.walk else ({}, ())
        compared = pupil.take(ENGINE, HERE, slot, [Version(INDEX[code], RECORDED + number)])
        flips, changes = flips_of(pupil, on, closed), list[Change]()
        if flips:
            kept, changes = told(ENGINE, PUPIL, kept, flips)
        assert changes == (compared.changes if compared else [])
        assert kept.announced() == (pupil.announced, pupil.retired)
        assert sorted(kept.all_closed()) == sorted(pupil.walk.closed if pupil.walk else ())
        changed += len(changes)
    assert changed > 20


@pytest.fixture
def suspended() -> tuple[Rested, Flip]:
    """A pupil with one rule on, and the mark that is the first after it."""
    pupil = Pupil(PUPIL)
    for number, (slot, code) in enumerate(school_time("2024-09-02", weeks(2) + " " + weeks(2, "E E E E E E"))):
        pupil.take(ENGINE, HERE, slot, [Version(INDEX[code], RECORDED + number)])
    assert pupil.walk is not None
    rule = ENGINE.places["suspended-without-provision"]
    kept = NEWBORN.told(pupil.announced, {}, pupil.walk.closed)
    return kept, Flip(0, rule, pupil.walk.on[rule], pupil.walk.slot + 1, [0])


def test_counts_of_alerts_long_forgotten_are_let_go(suspended: tuple[Rested, Flip]) -> None:
    """As at any comparison: those first raised before last year."""
    kept, flip = suspended
    old, lately = {"0" * 32: (1_476_000, 3)}, {"1" * 32: (flip.slot - 400, 2)}
    before = kept.told(kept.announced()[0], old | lately, ())
    assert told(ENGINE, PUPIL, before, [flip])[0].announced()[1] == lately


def test_what_a_fault_had_left_untold_is_told_when_its_rule_flips(suspended: tuple[Rested, Flip]) -> None:
    """It is raised with its own first session, and eased."""
    kept, flip = suspended
    others = tuple(one for one in kept.announced()[0] if one.rule != "suspended-without-provision")
    _, changes = told(ENGINE, PUPIL, kept.told(others, {}, ()), [flip])
    assert [(change.kind, change.as_of) for change in changes] == [("raised", flip.since), ("eased", flip.slot)]
