"""Late marks are taken together, in the record; where an episode moves the walk is handed on; any other is left."""

import numpy as np
import pytest

from streams.attendance.codes import INDEX
from streams.attendance.columns import Marks
from streams.attendance.hand import Hand
from streams.attendance.ledger import Version, seat
from streams.attendance.pupil import Pupil
from streams.attendance.roll import Roll
from streams.attendance.screen import Screen
from streams.attendance.sessions import academic_year, year_start
from streams.attendance.walk import Walk
from tests.unit.attendance.examples import ENGINE, HERE, PUPIL, THERE, at, school_time, weeks

TERM = weeks(7, "/ \\ I I / \\ N N / \\")
RECORDED = 1_800_000_000
LATER = RECORDED + 10_000
EARLIER = RECORDED - 10_000
WIDE = RECORDED + (1 << 32)
Given = tuple[int, str, str, int, int]
"""Number of the register, session, code, when it was recorded, and the school."""


@pytest.fixture(scope="module")
def screen() -> Screen:
    made = Screen(ENGINE)
    made.load()
    return made


def taught(*more: Given) -> Pupil:
    """A pupil of seven weeks from 2 September, and of *more* marks."""
    pupil = Pupil(PUPIL)
    for number, (slot, code) in enumerate(school_time("2024-09-02", TERM)):
        pupil.take(ENGINE, HERE, slot, [Version(INDEX[code], RECORDED + number)])
    for _, session, code, recorded, urn in more:
        pupil.take(ENGINE, urn, at(session), [Version(INDEX[code], recorded)])
    pupil.walk = None
    return pupil


@pytest.fixture
def hand(screen: Screen) -> Hand:
    return hand_of(screen, taught())


def hand_of(screen: Screen, pupil: Pupil) -> Hand:
    roll = Roll(screen)
    roll.put([pupil])
    made = Hand(roll)
    made.begin()
    return made


def late(session: str, code: str, *, register: int = 0, recorded: int = LATER, urn: int = HERE) -> Given:
    return register, session, code, recorded, urn


def marks(hand: Hand, *given: Given) -> Marks:
    row, found = hand.roll.row(PUPIL), []
    for register, session, code, recorded, urn in given:
        where, end = seat(at(session), urn), year_start(academic_year(at(session)) + 1)
        said = (register, at(session), INDEX[code], where.page, where.position, recorded - where.base, end)
        found.append((row, row, *said))
    return Marks(*np.array(found, "<i8").T.copy())


def taken(hand: Hand, *given: Given) -> tuple[list[bool], list[int]]:
    """Which are taken as late marks, and which of them moved an episode."""
    took = hand.take(marks(hand, *given))
    return took.late.tolist(), list(took.moved)


def hold_stepped(hand: Hand, *given: Given) -> None:
    """The pupil's pages are those of a ledger that these were put in, and its walk is the one by step of them."""
    ledger, found = taught().ledger, hand.release(PUPIL)
    for _, session, code, recorded, urn in given:
        ledger.put(at(session), urn, Version(INDEX[code], recorded))
    stepped, rules = Walk(ENGINE), range(len(ENGINE.rules))
    stepped.again(ledger, 0)
    assert found is not None
    assert found.walk is not None
    assert dict(found.ledger.pages) == dict(ledger.pages)
    assert (found.walk.slot, found.walk.episodes()) == (stepped.slot, stepped.episodes())
    assert [found.walk.counts(rule) for rule in rules] == [stepped.counts(rule) for rule in rules]


def moves(*given: Given) -> bool:
    """Whether episodes are others with these marks, walked by step."""
    before, after, ledger = Walk(ENGINE), Walk(ENGINE), taught().ledger
    before.again(ledger, 0)
    for _, session, code, recorded, urn in given:
        ledger.put(at(session), urn, Version(INDEX[code], recorded))
    after.again(ledger, 0)
    return before.episodes() != after.episodes()


@pytest.mark.parametrize("session", ["2024-10-17/PM", "2024-10-09/AM", "2024-09-02/AM", "2024-08-30/AM"])
@pytest.mark.parametrize("code", ["L", "I", "N", "#", "-"])
def test_it_is_taken_and_said_whether_an_episode_moved(hand: Hand, session: str, code: str) -> None:
    """In the open page, in a closed one, or in a month without one; the walk is then that by step of the ledger."""
    mark = late(session, code)
    assert taken(hand, mark) == ([True], [0] if moves(mark) else [])
    hold_stepped(hand, mark)


def test_those_of_one_pupil_are_taken_in_their_order(hand: Hand) -> None:
    """In pages that changed by the ones before, also twice the same session."""
    batch = [
        late("2024-10-08/AM", "L", register=0),
        late("2024-09-09/AM", "L", register=1),
        late("2024-09-09/AM", "V", register=2, recorded=LATER + 1),
        late("2024-09-13/PM", "L", register=3),
        late("2024-10-07/AM", "L", register=4),
    ]
    assert not moves(*batch)
    assert taken(hand, *batch) == ([True] * 5, [])
    hold_stepped(hand, *batch)


@pytest.mark.parametrize("session", ["2024-10-08/AM", "2024-09-09/AM"])
@pytest.mark.parametrize(("recorded", "code"), [(EARLIER, "N"), (LATER, "/")])
def test_one_that_is_beaten_or_says_the_same_again_moves_nothing(
    hand: Hand, session: str, recorded: int, code: str
) -> None:
    """The first changes nothing, the second when the mark was recorded."""
    mark = late(session, code, recorded=recorded)
    assert taken(hand, mark) == ([True], [])
    hold_stepped(hand, mark)


@pytest.mark.parametrize("code", ["N", "/"])
def test_of_one_instant_the_better_code_holds(hand: Hand, code: str) -> None:
    """As in the ledger."""
    first, second = late("2024-09-10/PM", "L"), late("2024-09-10/PM", code, register=1)
    assert taken(hand, first, second)[0] == [True, True]
    hold_stepped(hand, first, second)


def test_what_comes_after_an_episode_moved_is_left(hand: Hand) -> None:
    """The pupil goes on as an object."""
    first, second = late("2024-10-17/PM", "L"), late("2024-10-08/AM", "L", register=1)
    assert moves(first)
    assert taken(hand, first, second) == ([True, False], [0])
    hold_stepped(hand, first)


def test_two_in_one_register_are_left_and_what_comes_after(hand: Hand) -> None:
    """They are compared once, after both."""
    twins = [late("2024-10-08/AM", "L"), late("2024-10-08/AM", "V")]
    assert taken(hand, *twins, late("2024-10-07/AM", "L", register=1)) == ([False] * 3, [])


def test_a_mark_of_another_school_in_the_month_is_left(hand: Hand) -> None:
    """A record cannot say that two schools marked one session."""
    assert taken(hand, late("2024-10-09/AM", "/", urn=THERE)) == ([False], [])


@pytest.mark.parametrize("session", ["2024-10-09/AM", "2024-09-09/AM"])
def test_a_wide_page_is_left(screen: Screen, session: str) -> None:
    """Recorded more than a century late; the mark itself, or another of that month."""
    wide = late("2024-09-12/AM", "/", recorded=WIDE)
    assert taken(hand_of(screen, taught()), wide) == ([False], [])
    assert taken(hand_of(screen, taught(wide)), late(session, "L")) == ([False], [])


@pytest.mark.parametrize(
    ("session", "is_late"),
    [("2024-10-18/PM", True), ("2024-10-18/AM", True), ("2024-10-17/PM", True), ("2023-08-01/AM", True),
     ("2023-07-31/PM", False), ("2024-10-21/AM", False)],
)  # fmt: skip
def test_late_is_any_session_up_to_the_last_of_two_academic_years(hand: Hand, session: str, *, is_late: bool) -> None:
    """Of the last day too, where it is no plain amendment; an older one is refused."""
    assert taken(hand, late(session, "L"))[0] == [is_late]


def test_nothing_shows_before_it_is_put_back(hand: Hand) -> None:
    """Neither a closed page nor the open one."""
    batch = [late("2024-10-08/AM", "L"), late("2024-09-09/AM", "L", register=1)]
    assert taken(hand, *batch)[0] == [True, True]
    before = hand.roll.get(PUPIL)
    assert before is not None
    assert dict(before.ledger.pages) == dict(taught().ledger.pages)
    hand.put_back()
    hold_stepped(hand, *batch)
