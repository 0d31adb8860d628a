"""A pupil that was put to rest comes back as it was, and is small meanwhile."""

import sys

import numpy as np
import pytest

from streams.attendance.codes import INDEX
from streams.attendance.columns import Block
from streams.attendance.ledger import Version
from streams.attendance.lifting import lower, rouse
from streams.attendance.pupil import Pupil
from streams.attendance.rested import NEWBORN, Rested
from streams.attendance.screen import Screen
from tests.unit.attendance.examples import ENGINE, HERE, PUPIL, school_time, weeks

TERM = weeks(7, "/ \\ I I / \\ N N / \\")
RECORDED = 1_800_000_000
COUNTS = {"0" * 32: (1_478_000, 3)}  # of an alert that is no longer announced


@pytest.fixture(scope="module")
def screen() -> Screen:
    made = Screen(ENGINE)
    made.load()
    return made


@pytest.fixture
def pupil() -> Pupil:
    made = Pupil(PUPIL)
    made.count_on(ENGINE, COUNTS)
    for number, (slot, code) in enumerate(school_time("2024-09-02", TERM)):
        made.take(ENGINE, HERE, slot, [Version(INDEX[code], RECORDED + number)])
    made.walk = None  # as of one that was loaded: it is walked in a record
    return made


@pytest.fixture
def record(screen: Screen) -> Block:
    records: Block = np.zeros(1, screen.layout.pupil)
    return records[0]


def all_of(pupil: Pupil) -> tuple[object, ...]:
    assert pupil.walk is not None
    held = list(pupil.ledger.pages.items()), pupil.ledger.last, pupil.ledger.dirty, pupil.year
    return *held, pupil.key, pupil.summary(), pupil.summary_changed, pupil.walk.slot, pupil.walk.episodes()


def test_a_pupil_comes_back_as_it_was_put_to_rest(screen: Screen, pupil: Pupil, record: Block) -> None:
    """Its pages, what is announced and retired of it, and its walk; nothing of it waits to be written."""
    kept = lower(screen, pupil, record)
    assert isinstance(kept, Rested)
    back = rouse(screen, PUPIL, kept, record)
    again = Pupil(PUPIL, pupil.ledger.copy())
    again.read_summary(pupil.summary())
    again.compare_anew(ENGINE)
    assert (len(back.announced) > 1, back.retired) == (True, COUNTS)
    assert back.walk is not None
    assert back.walk.closed
    assert all_of(back) == all_of(again)


def test_put_to_rest_again_unchanged_its_pages_are_those_it_had(screen: Screen, pupil: Pupil, record: Block) -> None:
    """They are not packed anew."""
    kept = lower(screen, pupil, record)
    assert isinstance(kept, Rested)
    again = lower(screen, rouse(screen, PUPIL, kept, record), record)
    assert again == kept
    assert again.pages is kept.pages


def test_pages_that_the_record_left_behind_are_kept() -> None:
    """In the place of an older form, or behind the others."""
    first = NEWBORN.turned({1: b"\1\4\0\0\0\0\0\0", 2: b"\1\4"})
    second = first.turned({1: b"\1\4\7\0\0\0\0\0", 3: b"\1\4"})
    assert list(second.pages.pages().items()) == [(1, b"\1\4\7\0\0\0\0\0"), (2, b"\1\4"), (3, b"\1\4")]
    assert NEWBORN.pages.pages() == {}


def test_a_session_takes_one_byte_beside_what_a_class_shares(screen: Screen, pupil: Pupil, record: Block) -> None:
    """Or less; and what was closed and announced is held as bytes: objects take ten times as much."""
    kept = lower(screen, pupil, record)
    assert isinstance(kept, Rested)
    assert (
        len(kept.pages.short)
        < len(kept.pages.codes())
        == sum(code != "#" for _, code in school_time("2024-09-02", TERM))
    )
    assert len(kept.closed) == 3 * 4 * len(kept.all_closed())
    assert sys.getsizeof(kept.said) < 80 * (len(pupil.announced) + len(pupil.retired))
