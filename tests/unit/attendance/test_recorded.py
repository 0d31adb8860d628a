"""A walk that lies in a record says what the walk of objects says, before and after somebody goes on with it."""

import pytest

from streams.attendance.codes import INDEX
from streams.attendance.ledger import Ledger, Version
from streams.attendance.recorded import Recorded, walk_recorded
from streams.attendance.screen import Screen
from streams.attendance.walk import Walk
from tests.unit.attendance.examples import ENGINE, HERE, THERE, at, school_time, weeks

TERM = weeks(7, "/ \\ I I / \\ N N / \\")
LAST = at("2024-10-18/PM")  # of seven weeks from 2 September
RECORDED = 1_800_000_000


@pytest.fixture(scope="module")
def screen() -> Screen:
    made = Screen(ENGINE)
    made.load()
    return made


@pytest.fixture
def ledger() -> Ledger:
    made = Ledger()
    for number, (slot, code) in enumerate(school_time("2024-09-02", TERM)):
        made.put(slot, HERE, Version(INDEX[code], RECORDED + number))
    return made


@pytest.fixture
def walk(screen: Screen, ledger: Ledger) -> Recorded:
    walked = walk_recorded(screen, ledger)
    assert walked is not None
    return Recorded(screen, *walked, ())


def stepped(ledger: Ledger) -> Walk:
    made = Walk(ENGINE)
    made.again(ledger, 0)
    return made


def said(walk: Walk) -> tuple[object, ...]:
    """All that anybody asks of a walk."""
    return walk.slot, [walk.counts(rule) for rule in range(len(ENGINE.rules))], walk.episodes()


def amend(ledger: Ledger, slot: int, code: str, urn: int = HERE) -> None:
    assert ledger.put(slot, urn, Version(INDEX[code], RECORDED + 10_000))


def test_it_says_what_a_walk_by_step_says(walk: Recorded, ledger: Ledger) -> None:
    """Of rules that count in lanes, and of those that look at weekdays; it stays in its record."""
    assert said(walk) == said(stepped(ledger))
    assert walk.on
    assert walk.closed
    assert walk.record is not None


def test_counts_as_of_a_session_before_are_those_of_a_walk_up_to_it(walk: Recorded, ledger: Ledger) -> None:
    """Of every rule and every session, told by the record, which the walk stays in, or by a walk of objects."""
    rules = range(len(ENGINE.rules))
    upto = Walk(ENGINE)
    for slot, cell in ledger.sessions():
        upto.advance(slot, cell)
        counted = [upto.counts(rule) for rule in rules]
        assert [walk.counts_as_of(rule, ledger, slot) for rule in rules] == counted
    assert [upto.counts_as_of(rule, ledger, LAST - 7) for rule in rules] == [
        walk.counts_as_of(rule, ledger, LAST - 7) for rule in rules
    ]
    assert walk.record is not None


@pytest.mark.parametrize("session", ["2024-10-18/PM", "2024-10-18/AM", "2024-10-10/AM", "2024-09-02/AM"])
@pytest.mark.parametrize("code", ["N", "I", "/", "#", "-"])
def test_what_was_amended_is_walked_in_a_record(walk: Recorded, ledger: Ledger, session: str, code: str) -> None:
    """Of the last day and of any before, to any code and to none; and what comes next goes on from it."""
    amend(ledger, at(session), code)
    walk.again(ledger, at(session))
    assert said(walk) == said(stepped(ledger))
    assert walk.record is not None
    ledger.put(LAST + 5, HERE, Version(INDEX["N"], RECORDED))
    walk.advance(LAST + 5, Ledger.cell_of(INDEX["N"]))
    assert said(walk) == said(stepped(ledger))


def test_a_last_day_that_is_marked_no_more_is_left_behind(walk: Recorded, ledger: Ledger) -> None:
    """The walk ends with the day before, and the day comes back as another."""
    for slot in (LAST, LAST - 1):
        amend(ledger, slot, "-")
        walk.again(ledger, slot)
        assert said(walk) == said(stepped(ledger))
    amend_again = Version(INDEX["N"], RECORDED + 20_000)
    assert ledger.put(LAST, HERE, amend_again)
    walk.again(ledger, LAST)
    assert said(walk) == said(stepped(ledger))


@pytest.mark.parametrize("session", ["2024-10-18/AM", "2024-09-10/AM"])
def test_a_second_school_in_a_month_is_walked_by_step(walk: Recorded, ledger: Ledger, session: str) -> None:
    """A record cannot say that two schools marked one session."""
    amend(ledger, at(session), "D", THERE)
    amend(ledger, at(session), "D")
    walk.again(ledger, at(session))
    assert said(walk) == said(stepped(ledger))
    assert walk.record is None


def test_a_copy_goes_its_own_way(walk: Recorded, ledger: Ledger) -> None:
    """Whether one of them is still in its record or not."""
    before, first = said(walk), walk.copy()
    first.advance(LAST + 5, Ledger.cell_of(INDEX["N"]))
    assert said(walk) == before
    second = first.copy()
    second.advance(LAST + 6, Ledger.cell_of(INDEX["N"]))
    assert said(first) != said(second)
    ledger.put(LAST + 5, HERE, Version(INDEX["N"], RECORDED))
    assert said(first) == said(stepped(ledger))


def test_what_no_walk_has_it_has_not(walk: Recorded) -> None:
    """Only what is made late is made when it is asked for."""
    assert not hasattr(walk, "nothing")
