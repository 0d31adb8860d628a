"""Late marks that move an episode are told without an object, as the object tells them."""

import pytest

from streams.attendance.codes import INDEX
from streams.attendance.episodes import Change
from streams.attendance.evidence import Evidence
from streams.attendance.hand import Hand
from streams.attendance.ledger import Version
from streams.attendance.pupil import Pupil
from streams.attendance.screen import Screen
from tests.unit.attendance.examples import ENGINE, HERE, PUPIL, at, school_time, weeks
from tests.unit.attendance.test_late import LATER, RECORDED, hand_of, late, marks
from tests.unit.attendance.test_late import screen as loaded_screen

screen = loaded_screen
TERM = weeks(4, "/ \\ I I / \\ N N / \\") + " " + weeks(3, "E E E E E E / \\ I I") + " " + weeks(2) + " N N N N"
Told = list[tuple[Change, Evidence]]


def taught(first: str = "2024-09-02", codes: str = TERM) -> Pupil:
    """A pupil who took these marks, one a register."""
    pupil = Pupil(PUPIL)
    for number, (slot, code) in enumerate(school_time(first, codes)):
        pupil.take(ENGINE, HERE, slot, [Version(INDEX[code], RECORDED + number)])
    return pupil


def at_rest(screen: Screen, pupil: Pupil) -> Hand:
    """A hand over a roll in which *pupil* is at rest, as after loading."""
    pupil.walk = None
    return hand_of(screen, pupil)


def told_by_object(pupil: Pupil, session: str, code: str) -> Told:
    compared = pupil.take(ENGINE, HERE, at(session), [Version(INDEX[code], LATER)])
    assert compared is not None
    return [(change, pupil.evidence(ENGINE, change)) for change in compared.changes]


def told_in_hand(hand: Hand, session: str, code: str) -> Told | None:
    """What a late mark that moves an episode has told; None where the pupil must go on as an object."""
    took = hand.take(marks(hand, late(session, code)))
    ((mark, flips),) = took.moved.items()
    assert mark == 0
    (told,) = hand.tell_moved([(PUPIL, flips)])
    return told


@pytest.mark.parametrize(
    ("session", "code"),
    [("2024-11-05/AM", "I"), ("2024-11-05/PM", "/"), ("2024-10-17/AM", "I"), ("2024-10-16/AM", "-"),
     ("2024-10-04/AM", "/"), ("2024-09-30/AM", "\\"), ("2024-09-12/AM", "/"), ("2024-09-05/PM", "L")],
)  # fmt: skip
def test_it_is_told_as_the_object_tells_it(screen: Screen, session: str, code: str) -> None:
    """With its evidence, also of sessions before the mark; and what is announced then is the same."""
    pupil, hand = taught(), at_rest(screen, taught())
    assert told_in_hand(hand, session, code) == told_by_object(pupil, session, code)
    hand.put_back()
    found = hand.roll.get(PUPIL)
    assert found is not None
    assert (found.announced, found.retired) == (pupil.announced, pupil.retired)
    assert found.walk is not None
    assert pupil.walk is not None
    assert found.walk.episodes() == pupil.walk.episodes()


def test_what_is_announced_is_said_and_only_where_it_changed(screen: Screen) -> None:
    """An episode that moved while nothing is announced of it needs no summary."""
    hand = at_rest(screen, taught())
    told = told_in_hand(hand, "2024-09-12/AM", "/")
    assert [pupil for pupil, _ in hand.said()] == ([PUPIL] if told else [])


def test_one_who_has_something_to_be_forgotten_goes_on_as_an_object(screen: Screen) -> None:
    """An alert that a late mark of July eases in July is history: it is forgotten at the next comparison."""
    codes = f"{weeks(1)} {weeks(9, 'E E E E E E E E E E')} {weeks(1)}"
    pupil, hand = taught("2024-07-01", codes), at_rest(screen, taught("2024-07-01", codes))
    assert told_in_hand(hand, "2024-07-26/AM", "/") is None
    released = hand.release(PUPIL)
    assert released is not None
    changes = released.compare(ENGINE)
    told = [(change, released.evidence(ENGINE, change)) for change in changes]
    assert told == told_by_object(pupil, "2024-07-26/AM", "/")
