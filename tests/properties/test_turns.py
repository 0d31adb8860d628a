"""Pages in turn: what is written whole of many together, and who is due when a since record retires, as one by one."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.attendance.hand import Hand, Written
from streams.attendance.ledger import URN_BITS
from streams.attendance.pupil import Pupil
from streams.attendance.sessions import month_of
from streams.attendance.straight import Straight
from streams.contract.batches import BatchRegister
from streams.contract.messages import Origin
from streams.pipeline.intake import read_line
from streams.pipeline.ledgers import Ledgers
from streams.pipeline.refusals import from_file
from streams.pipeline.since import Since
from streams.pipeline.since_form import Rows
from streams.pipeline.speed import Speed
from tests.properties.books import SMALL
from tests.support.hostile import Mode, logs, seeded_log

AT_ONCE = Speed(1, 1, wait=True)
ROW = bytes(6)
PUPILS = [letter * 26 for letter in "abcdef"]


def accepted(lines: list[bytes]) -> list[BatchRegister]:
    read = [read_line(line, origin=Origin(file="log", line=number)) for number, line in enumerate(lines, 1)]
    return [register for register, _ in read if register is not None]


def hold_whole(hand: type[Hand], lines: list[bytes], size: int, back: list[int]) -> int:
    """Take *lines* in batches of a size; of each hold what is written whole to its pupils. Return how many pages."""
    ledgers, registers, pages = Ledgers(SMALL, from_file("log"), speed=AT_ONCE, hand=hand), accepted(lines), 0
    for turn, at in enumerate(range(0, len(registers), size)):
        work = ledgers.work()
        work.take(*registers[at : at + size])
        first = month_of(registers[at].slot) - back[turn % len(back)]
        written = ledgers._hand.written(first)  # noqa: SLF001 - what goes out has no more than keys
        work.commit()
        pupils = {key: ledgers.get(key) for key, *_ in written.whole}
        assert {(key, page): value for key, page, value in written.whole} == _one_by_one(pupils, first)
        assert {ledgers._roll.keys[row] for row in written.of_whole} == pupils.keys()  # noqa: SLF001 - no one else asks
        assert [ledgers._roll.keys[row] for row in written.of] == written.pupils  # noqa: SLF001
        pages += len(written.whole)
    return pages


@pytest.mark.parametrize("hand", [Hand, Straight])
@given(
    lines=logs(max_sessions=60) | logs(max_sessions=60, shuffled=False),
    size=st.integers(1, 8),
    back=st.lists(st.integers(-1, 3), min_size=1, max_size=4),
)
def test_pages_written_whole_are_those_of_the_pupil_from_the_month_on_that_may_lack_rows(
    hand: type[Hand], lines: list[bytes], size: int, back: list[int]
) -> None:
    """Late and amended, over the ends of months, whichever month that is."""
    hold_whole(hand, lines, size, back)


@pytest.mark.parametrize("mode", ["in-order", "amended"])
def test_the_same_holds_of_pupils_at_two_schools(mode: Mode) -> None:
    """Whose open page is not the only one of its month."""
    lines = seeded_log(5, registers=300, pupils=40, schools=2, mode=mode)
    assert hold_whole(Hand, lines, 1, [0]) > 100


def _one_by_one(pupils: dict[str, Pupil | None], first: int) -> dict[tuple[str, int], bytes]:
    found = {}
    for key, pupil in pupils.items():
        assert pupil is not None
        least = min(first, pupil.ledger.open_page() >> URN_BITS)
        found |= {(key, page): value for page, value in pupil.ledger.pages.items() if page >> URN_BITS >= least}
    return found


class _Asked(Since):
    """Pupils are asked for by name alone, as those of records that were loaded."""

    def __init__(self) -> None:
        super().__init__(a_pupil=0, least=6)
        self._turned.before = lambda _, of: list(range(len(of)))  # type: ignore[method-assign]


def _written(entered: dict[int, int], whole: set[int]) -> Written:
    """What a batch entered, by pupil the month; pupils of *whole* stand elsewhere."""
    of = [pupil for pupil in entered if pupil not in whole]
    pages = [(24_296 + entered[pupil]) << URN_BITS | 100_001 for pupil in of]
    its = Rows([PUPILS[pupil] for pupil in of], pages, [len(ROW)] * len(of), ROW * len(of))
    pages_of = [(PUPILS[pupil], 24_300 << URN_BITS | 100_001, b"") for pupil in sorted(whole)]
    return Written(*its, pages_of, np.array(of, "<i4"), np.array(sorted(whole), "<i4"))


numbers = st.integers(0, len(PUPILS) - 1)
batches = st.tuples(
    st.dictionaries(numbers, st.integers(0, 3)), st.sets(numbers, max_size=3), st.sets(numbers, max_size=1)
)


@given(log=st.lists(batches, max_size=20))
def test_who_is_due_is_the_same_asked_by_row_and_by_name(log: list[tuple[dict[int, int], set[int], set[int]]]) -> None:
    """Also of those who go and come again."""
    by_row, by_name = Since(a_pupil=0, least=6), _Asked()
    for entered, whole, going in log:
        gone = {PUPILS[pupil] for pupil in going - entered.keys() - whole}
        planned, other = (since.next(_written(entered, whole), 6, gone) for since in (by_row, by_name))
        assert (planned.retired, planned.due, planned.writes) == (other.retired, other.due, other.writes)
        by_row.commit(planned)
        by_name.commit(other)
