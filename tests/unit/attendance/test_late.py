"""A late mark that leaves every episode as it was is taken in the record; of any other nothing is taken."""

import numpy as np
import pytest

from streams.attendance.codes import INDEX
from streams.attendance.columns import Block
from streams.attendance.late import is_late, unmoved
from streams.attendance.ledger import Ledger, Version
from streams.attendance.lifting import lower, rouse
from streams.attendance.pupil import Pupil
from streams.attendance.recorded import Recorded
from streams.attendance.rested import Rested
from streams.attendance.screen import Screen
from streams.attendance.walk import Walk
from tests.unit.attendance.examples import ENGINE, HERE, PUPIL, THERE, at, school_time, weeks

TERM = weeks(7, "/ \\ I I / \\ N N / \\")
RECORDED = 1_800_000_000
LATER = RECORDED + 10_000


@pytest.fixture(scope="module")
def screen() -> Screen:
    made = Screen(ENGINE)
    made.load()
    return made


@pytest.fixture
def record(screen: Screen) -> Block:
    records: Block = np.zeros(1, screen.layout.pupil)
    return records[0]


@pytest.fixture
def kept(screen: Screen, record: Block) -> Rested:
    """A pupil of seven weeks from 2 September, put to rest."""
    pupil = Pupil(PUPIL)
    for number, (slot, code) in enumerate(school_time("2024-09-02", TERM)):
        pupil.take(ENGINE, HERE, slot, [Version(INDEX[code], RECORDED + number)])
    pupil.walk = None
    found = lower(screen, pupil, record)
    assert isinstance(found, Rested)
    return found


@pytest.fixture
def ledger(screen: Screen, kept: Rested, record: Block) -> Ledger:
    return rouse(screen, PUPIL, kept, record).ledger


@pytest.mark.parametrize("session", ["2024-10-17/PM", "2024-10-09/AM", "2024-09-02/AM"])
@pytest.mark.parametrize("code", ["L", "I", "N", "#", "-"])
def test_it_is_taken_where_no_episode_moves_and_else_left(  # noqa: PLR0917 - fixtures
    screen: Screen, kept: Rested, record: Block, ledger: Ledger, session: str, code: str
) -> None:
    """The record then says what a walk by step of the ledger says."""
    ledger.put(at(session), HERE, Version(INDEX[code], LATER))
    stepped = Walk(ENGINE)
    stepped.again(ledger, 0)
    before = Recorded(screen, record, kept.all_closed(), ()).episodes()
    new = unmoved(screen, kept, record, ledger, at(session))
    assert (new is not None) == (stepped.episodes() == before)
    if new is not None:
        walk = Recorded(screen, new, kept.all_closed(), ())
        assert (walk.slot, walk.episodes()) == (stepped.slot, before)
        assert [walk.counts(rule) for rule in range(len(ENGINE.rules))] == [
            stepped.counts(rule) for rule in range(len(ENGINE.rules))
        ]


def test_a_mark_of_another_school_in_the_month_is_left(
    screen: Screen, kept: Rested, record: Block, ledger: Ledger
) -> None:
    """A record cannot say that two schools marked one session."""
    ledger.put(at("2024-10-09/AM"), THERE, Version(INDEX["/"], LATER))
    assert unmoved(screen, kept, record, ledger, at("2024-10-09/AM")) is None


@pytest.mark.parametrize(
    ("session", "late"),
    [("2024-10-18/PM", False), ("2024-10-18/AM", False), ("2024-10-17/PM", True), ("2023-08-01/AM", True),
     ("2023-07-31/PM", False), ("2024-10-21/AM", False)],
)  # fmt: skip
def test_late_is_a_day_before_the_last_of_two_academic_years(
    kept: Rested, record: Block, session: str, *, late: bool
) -> None:
    """Of the last day a mark is walked from the day before; an older one is refused."""
    assert isinstance(kept, Rested)
    assert is_late(record, at(session)) is late
