"""Whole boards against marks put up one by one in plain dictionaries, whatever is sent to two schools."""

from collections.abc import Iterator
from typing import NamedTuple
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.attendance.codes import ABSENT, CODES, INDEX, NO_SCHOOL_DAY, POSSIBLE
from streams.board.county import County
from streams.board.draft import Draft
from streams.board.entries import Entries
from streams.board.feeds import Feeds
from streams.board.nameless import nameless
from streams.board.roll import Roll
from streams.board.school import Schools
from streams.board.session_marks import SessionMarks, Tally
from streams.contract.batches import BatchMark, BatchRegister
from streams.contract.messages import Alert
from streams.contract.sheets import sheet
from streams.pipeline.board_form import read_key, read_page
from streams.pipeline.board_names import renamed
from streams.pipeline.boards import Boards
from tests.properties.school_machines import SMALL
from tests.support.older_boards import as_before

URNS = (100001, 100002)
CHILDREN = ["abcdefgh"[number] * 26 for number in range(8)]  # any of them at either school, or at both
ERASED = set(CHILDREN[1:3])
MONDAY = 738_809 * 2  # 2023-10-16 AM
NOW = 1_697_446_800_000  # that day at 10:00 in London
WHEN = "2023-10-16T10:00:00+01:00"
MINUTE = 60_000
NO_VERSION = 255

Held = dict[str, tuple[int, int]]
"""By pupil: the code that stands, and when it was recorded."""
Standing = dict[tuple[int, int], tuple[Held, Tally]]
"""By school and session."""
Written = tuple[int, list[tuple[str, int, int]]]
"""The offset of a page's register, and its marks: pupil, code, recorded."""


class Said(NamedTuple):
    """One register in short."""

    urn: int
    slot: int
    after: int
    marks: list[BatchMark]


@st.composite
def marks_of(draw: st.DrawFn) -> list[BatchMark]:
    """A class in its order, a part of it, one amended child, or anything, the same child twice included."""
    first, number = draw(st.integers(0, 7)), draw(st.sampled_from([1, 1, 2, 4, 8]))
    children = CHILDREN[first : first + number] or CHILDREN
    if draw(st.integers(0, 3)) == 0:
        children = draw(st.lists(st.sampled_from(CHILDREN), max_size=6))
    at = NOW // 1000 + draw(st.integers(-2, 2))
    own = draw(st.sampled_from([st.just(at), st.integers(at - 1, at + 1)]))
    late, codes = draw(st.sampled_from([None, 5])), st.sampled_from([INDEX[code] for code in "/NIL#-Z"])
    return [BatchMark(child, index, draw(codes), draw(own), None, None, late) for index, child in enumerate(children)]


said = st.builds(Said, st.sampled_from(URNS), st.integers(0, 5).map(MONDAY.__add__), st.integers(0, 90), marks_of())
"""Of three days; time passes by up to 90 minutes, or not at all."""


class Plain:
    """What stands at the schools, mark by mark."""

    def __init__(self) -> None:
        self.held: dict[tuple[int, int], Held] = {}

    def take(self, said: Said, *, refuse: bool) -> list[tuple[str, int, int]]:
        """Put up each mark that is recorded later than what stands, or at once and goes before it; return those."""
        held, changed, nobody = self.held.setdefault((said.urn, said.slot), {}), list[tuple[str, int, int]](), 0
        for mark in said.marks:
            pupil = mark.pupil
            if refuse and pupil in ERASED:
                pupil, nobody = nameless(nobody), nobody + 1
            before = held.get(pupil)
            if before is None or (mark.recorded, -mark.code) > (before[1], -before[0]):
                held[pupil] = (mark.code, mark.recorded)
                changed.append((pupil, mark.code, mark.recorded))
        return changed

    def rename(self, names: dict[int, dict[str, str]]) -> None:
        for (urn, slot), held in self.held.items():
            theirs = names.get(urn, {})
            self.held[urn, slot] = {theirs.get(pupil, pupil): mark for pupil, mark in held.items()}

    def standing(self) -> Standing:
        return {place: (held, _tally([code for code, _ in held.values()])) for place, held in self.held.items() if held}


def _tally(codes: list[int]) -> Tally:
    names = [CODES[code] for code in codes]
    absent, possible = sum(code in ABSENT for code in codes), sum(code in POSSIBLE for code in codes)
    opens = sum(code not in NO_SCHOOL_DAY for code in codes)
    return Tally(
        possible, absent, sum(name != "-" for name in names), sum(name in {"#", "Y4"} for name in names), opens
    )


class Put:
    """Boards, with all that they say and store."""

    def __init__(self) -> None:
        self.boards, self.county = Boards(SMALL), County(Schools(), Feeds())
        self.stored: dict[bytes, bytes] = {}
        self.alerts: list[Alert] = []

    def erase(self) -> dict[int, dict[str, str]]:
        """Have the erased stand nowhere: on the boards, in what is stored, and in what comes."""
        self.county = self.county._replace(refuses=lambda pupil, _: pupil in ERASED)
        names = {urn: dict(theirs) for urn, theirs in self.boards.erased(lambda pupil, _: pupil in ERASED).items()}
        self.stored = {key: renamed(key, value, names) or value for key, value in self.stored.items()}
        self.boards.rename(names)
        return names

    def take(self, registers: list[BatchRegister]) -> list[Written]:
        """One batch; return the pages written, in the order of their registers."""
        work, pages = self.boards.work(), []
        for register in registers:
            work.take(register, self.county)
        for key, value in work.writes():
            assert value is not None  # nothing leaves a board in three days
            self.stored.pop(key, None)
            self.stored[key] = value
            about, place = read_key(key), read_key(key).page
            if place is not None:
                pages.append((place[1], about.urn, read_page(place, value)[0].marks))
        work.commit()
        self.alerts += work.alerts
        pages.sort(key=lambda page: page[0])
        return [(offset, self._named(urn, marks)) for offset, urn, marks in pages]

    def _named(self, urn: int, marks: Entries) -> list[tuple[str, int, int]]:
        board = self.boards.get(urn)
        assert board
        names = {place: pupil for pupil, place in board.roll.items()}
        pupils = [names[place] for place in marks.places]
        return list(zip(pupils, marks.codes, marks.times, strict=True))

    def standing(self) -> Standing:
        return {
            (board.urn, slot): (_held(board.roll, session), session.tally)
            for board in self.boards
            for slot, session in board.sessions.items()
        }

    def loaded(self, form: int | None = None) -> "Put":
        """Boards made again from what is stored, or would be in a *form* before."""
        again = Put()
        again.county, again.alerts = self.county, self.alerts
        again.stored = dict(self.stored) if form is None else as_before(self.stored, form)
        for key, value in self.stored.items():
            again.boards.load(key, value)
        return again


def _held(roll: Roll, session: SessionMarks) -> Held:
    places = [(pupil, place) for pupil, place in roll.items() if place < len(session.codes)]
    return {pupil: (code, session.recorded[at]) for pupil, at in places if (code := session.codes[at]) != NO_VERSION}


def registers_of(batches: list[list[Said]]) -> Iterator[tuple[list[Said], list[BatchRegister]]]:
    """Give each batch with its registers, received one after the other."""
    offset, now = 0, NOW
    for batch in batches:
        registers = []
        for said in batch:
            now, offset = now + said.after * MINUTE, offset + 1
            marks = sheet(said.marks)
            registers.append(BatchRegister(f"r{offset}", said.urn, said.slot, WHEN, now, (0, offset), marks))
        yield batch, registers


batches = st.lists(st.lists(said, min_size=1, max_size=4), max_size=8)


@given(batches=batches, erased=st.none() | st.integers(0, 7), older=st.none() | st.integers(0, 7))
def test_what_stands_and_what_is_stored_is_as_mark_by_mark(
    batches: list[list[Said]], erased: int | None, older: int | None
) -> None:
    """At either school after every batch, before and after somebody was erased; and once more from what is stored.

    The first of it may be stored in an older form.
    """
    put, plain = Put(), Plain()
    for number, (batch, registers) in enumerate(registers_of(batches)):
        if number == older:
            put = put.loaded(form=2)
        if number == erased:
            plain.rename(put.erase())
        refuse = erased is not None and number >= erased
        wanted = [plain.take(said, refuse=refuse) for said in batch]
        pages = [(each.origin[1], marks) for each, marks in zip(registers, wanted, strict=True) if marks]
        assert put.take(registers) == pages
        assert put.standing() == plain.standing()
    assert put.loaded().standing() == plain.standing()


@pytest.mark.parametrize("quick_way", [(Roll, "row", None), (Draft, "take", False)], ids=["rows", "drafts"])
@given(batches=batches, erased=st.none() | st.integers(0, 7))
def test_schools_are_told_the_same_without_each_quick_way(
    quick_way: tuple[type, str, object], batches: list[list[Said]], erased: int | None
) -> None:
    """The same alerts, the same bytes, those of a school in the same order."""
    put, slow = Put(), Put()
    kind, name, answer = quick_way
    for number, (_, registers) in enumerate(registers_of(batches)):
        for each in (put, slow):
            if number == erased:
                each.erase()
        put.take(registers)
        with patch.object(kind, name, return_value=answer):
            slow.take(registers)
    assert put.alerts == slow.alerts
    assert put.stored == slow.stored
    assert sorted(put.stored, key=school_of) == sorted(slow.stored, key=school_of)


def school_of(key: bytes) -> int:
    return read_key(key).urn
