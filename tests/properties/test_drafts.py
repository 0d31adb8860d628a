"""Registers drafted beside their boards, against the same ones taken with a working copy each."""

from itertools import accumulate
from typing import NamedTuple
from unittest.mock import patch

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from streams.attendance.codes import INDEX
from streams.board.draft import Draft
from streams.board.school import unknown_school
from streams.board.times import MINUTE, start_ms
from streams.contract.batches import BatchMark, BatchRegister
from streams.contract.sheets import sheet
from streams.pipeline.board_form import read_key
from tests.properties.school_machines import School
from tests.support.school_logs import weeks_of

_UNSHRUNK = (Phase.explicit, Phase.reuse, Phase.generate)  # a log comes from a seed, which shrinking makes no simpler
few = settings(max_examples=25, phases=_UNSHRUNK)
SEEDS = st.integers(0, 100_000)
SIZE = st.integers(0, 12)
SIZES = st.lists(st.integers(1, 12), min_size=1, max_size=20)
HERE, MONDAY, CHILDREN = 100002, 738_809 * 2, ["abcdefgh"[number] * 26 for number in range(8)]
Write = tuple[bytes, bytes | None]


class Sent(NamedTuple):
    """A register: so many sessions after the one before it, so many minutes later at the least; a row of children."""

    sessions: int
    minutes: int
    first: int
    codes: str
    again: bool


SENT = st.builds(
    Sent,
    sessions=st.sampled_from([0, 0, 0, 0, 1, 1, 2, -1]),
    minutes=st.sampled_from([0, 0, 0, 1, 20, 300]),
    first=st.integers(0, 7),
    codes=st.sampled_from(["/", "//", "////", "NNN", "N/", "NN//", "-", "--", "#", "Z/", "L"]),
    again=st.booleans(),
)


def registers_of(sent: list[Sent]) -> list[BatchRegister]:
    """Registers of one school, the whole class first."""
    found, now = [], 0
    sent = [Sent(0, 5, 0, "/" * 8, again=False), Sent(1, 5, 0, "/", again=False), *sent]
    for offset, (session, each) in enumerate(zip(accumulate([each.sessions for each in sent]), sent, strict=True)):
        slot = max(session, 0) + MONDAY
        now = max(now, start_ms(slot, unknown_school(HERE))) + each.minutes * MINUTE
        row = CHILDREN[each.first : each.first + len(each.codes)]
        at = now // 1000 + (2**32 if each.again and each.minutes == 300 else 0)
        marks = [BatchMark(who, index, INDEX[each.codes[index]], at) for index, who in enumerate(row)]
        found.append(BatchRegister(f"r{offset}", HERE, slot, "2023-10-16T10:00:00Z", now, (0, offset), sheet(marks)))
    return found


def batches_of(registers: list[BatchRegister], sizes: list[int]) -> list[list[BatchRegister]]:
    found, at = [], 0
    while at < len(registers):
        size = sizes[len(found) % len(sizes)]
        found.append(registers[at : at + size])
        at += size
    return found


def put_up(school: School, batch: list[BatchRegister], ticks: int) -> list[Write]:
    """Take a batch, looking at the clock before the register of number *ticks*."""
    work = school.boards.work()
    for number, register in enumerate(batch):
        if number == ticks:
            work.tick(register.received_ms, school.county)
        work.take(register, school.county)
    writes = list(work.writes())
    work.commit()
    school.alerts += work.alerts
    return sorted(writes, key=lambda write: read_key(write[0]).urn)


@given(sent=st.lists(SENT, min_size=5, max_size=25), sizes=st.lists(st.integers(1, 4), min_size=1), ticks=SIZE)
@settings(max_examples=200, phases=_UNSHRUNK)
def test_a_school_is_told_the_same_by_drafts(sent: list[Sent], sizes: list[int], ticks: int) -> None:
    """Of one school where much comes on the latest day."""
    hold_drafts(batches_of(registers_of(sent), sizes), ticks)


@given(seed=SEEDS, weeks=st.integers(1, 3), pupils=st.sampled_from([2, 6, 12]), sizes=SIZES, ticks=SIZE)
@few
def test_what_is_drafted_is_as_if_it_were_not(seed: int, weeks: int, pupils: int, sizes: list[int], ticks: int) -> None:
    """Of some schools in weeks where much goes wrong."""
    hold_drafts(batches_of(weeks_of(seed, weeks, pupils), sizes), ticks)


def hold_drafts(batches: list[list[BatchRegister]], ticks: int) -> None:
    """Hold drafts to the exact way: the same alerts, records (of a school in their order), boards."""
    drafted, exact = School(), School()
    for batch in batches:
        writes = put_up(drafted, batch, ticks)
        with patch.object(Draft, "take", return_value=False):
            assert put_up(exact, batch, ticks) == writes
        assert drafted.marks() == exact.marks()
    assert drafted.alerts == exact.alerts
    assert [board.next_look for board in drafted.boards] == [board.next_look for board in exact.boards]
    assert [board.likely for board in drafted.boards] == [board.likely for board in exact.boards]


@given(seed=SEEDS, sizes=SIZES)
@few
def test_a_draft_that_is_let_go_has_changed_nothing(seed: int, sizes: list[int]) -> None:
    """The batch after it is as if it had not been."""
    tried, never = School(), School()
    for batch in batches_of(weeks_of(seed, 2), sizes):
        given_up, before = tried.boards.work(), tried.marks()
        for register in batch:
            given_up.take(register, tried.county)
        assert tried.marks() == before
        assert put_up(tried, batch, 0) == put_up(never, batch, 0)
    assert (tried.marks(), tried.alerts) == (never.marks(), never.alerts)


@given(seed=SEEDS, weeks=st.sampled_from([2, 3, 10]), sizes=SIZES)
@few
def test_a_batch_that_goes_on_says_what_batches_say(seed: int, weeks: int, sizes: list[int]) -> None:
    """As a replay has it, which commits none: the same alerts and boards, also once sessions have left."""
    batches, one = School(), School()
    work = one.boards.work()
    for batch in batches_of(weeks_of(seed, weeks), sizes):
        for register in batch:
            work.tick(register.received_ms, one.county)
            work.take(register, one.county)
        work.forget_writes()
        batches.take(*batch)
    assert work.alerts == batches.alerts
    work.commit()
    assert one.marks() == batches.marks()
