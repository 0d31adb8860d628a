"""A batch's plain registers of one school, beside its board: they are entered when the batch is committed.

Plain is a register of pupils who stand in a row on the roll and have no version of that session yet, on the latest day,
of which nothing follows: so it needs no working copy of the board. All else goes the exact way, `Board.take` with a
`Watch`; what is drafted here is then entered on the working copy first. A property holds one way to the other.
"""

from streams.board import mass
from streams.board.board import Board, Page
from streams.board.county import County
from streams.board.entries import Entries, entries_of
from streams.board.rules import Rules
from streams.board.school import unknown_school
from streams.board.session_marks import LATEST, NOTHING, Tally, more
from streams.board.times import MINUTE, start_ms
from streams.contract.batches import BatchRegister


class Draft:
    """What plain registers change. *board* stands as it did meanwhile."""

    __slots__ = ("_tallies", "board", "county", "pages", "rules", "school")

    def __init__(self, rules: Rules, board: Board, county: County) -> None:
        self.rules, self.board, self.county = rules, board, county
        self.school = county.schools.get(board.urn) or unknown_school(board.urn)
        self.pages: list[tuple[Page, int, Tally]] = []
        """What each register changed, from which place on, and what its session came to then."""
        self._tallies: dict[int, Tally] = {}  # by session

    @property
    def is_plain(self) -> bool:
        """Whether a register may be, at this school."""
        board = self.board
        if board.school is not self.school and board.school != self.school:
            return False
        known = board.book == self.rules.id and board.first_ms > 0 and bool(board.open_days)
        return known and not board.roll.unsaved and not (board.announced and self._is_moved())

    def _is_moved(self) -> bool:
        """Whether a register of the latest day moves what is announced."""
        return any(
            alert.start >> 1 == self.board.open_days[-1]
            if alert.rule in self.rules.missing_ids
            else alert.end is None or alert.rule not in self.rules.silent_ids
            for alert in self.board.announced
        )

    def take(self, register: BatchRegister, received_ms: int, now_ms: int) -> bool:
        """Take a register, and say whether it is plain."""
        board, slot, marks = self.board, register.slot, register.marks
        day = slot >> 1
        if now_ms > board.next_look or board.open_days[-1] != day or board.latest >> 1 != day or not marks.size:
            return False
        first = board.roll.row(marks.letters)
        if first is None:
            return False
        entries = entries_of(marks, first)
        tally = self._tally(slot, first, entries)
        if tally is None or not self._is_quiet(slot, tally, now_ms):
            return False
        self._tallies[slot] = tally
        self.pages.append((Page(slot, register.origin[1], received_ms, entries), first, tally))
        return True

    def _tally(self, slot: int, first: int, entries: Entries) -> Tally | None:
        """Return what a session comes to with *entries*; None where a pupil in it has a version, or may have."""
        session, after = self.board.sessions.get(slot), first + len(entries.codes)
        if not isinstance(entries.recorded, int) or entries.recorded > LATEST:
            return None
        if session is not None and (session.came_ms is None or not session.has_none(first, after)):
            return None
        drafted = self._tallies.get(slot)
        if drafted is None:
            return more(session.tally if session else NOTHING, entries.codes)
        return None if self._is_drafted(slot, first, after) else more(drafted, entries.codes)

    def _is_drafted(self, slot: int, first: int, after: int) -> bool:
        rows = [(at, at + len(page.marks.codes)) for page, at, _ in self.pages if page.slot == slot]
        return any(begin < after and first < end for begin, end in rows)

    def _is_quiet(self, slot: int, tally: Tally, now_ms: int) -> bool:
        """Whether nothing follows: there are marks, the day's other session is not lacking, few are absent."""
        if not tally.held or ((slot ^ 1) not in self._tallies and self._is_lacking(slot ^ 1, now_ms)):
            return False
        for rule in self.rules.mass:
            if mass.may_hold(rule, tally) or slot in self.board.likely.get(rule.id, ()):
                return False
        return True

    def _is_lacking(self, slot: int, now_ms: int) -> bool:
        """Whether a session may be overdue: nobody waits for one that was over before the school was first heard."""
        if self.board.came_ms(slot) is not None:
            return False
        start, first = start_ms(slot, self.school), self.board.first_ms
        return start < now_ms and any(first <= start + rule.grace_minutes * MINUTE for rule in self.rules.missing)

    def enter(self) -> None:
        """Enter all on the board itself."""
        for page, first, tally in self.pages:
            session = self.board.sessions.in_place(page.slot)
            session.put_new(first, page.marks, tally, page.received_ms, page.offset)
        self._heard(self.board)

    def copy(self) -> Board:
        """Return a working copy of the board on which all is entered."""
        copy = self.board.copy()
        for page, first, tally in self.pages:
            session = copy.sessions.to_change(page.slot)
            session.put_new(first, page.marks, tally, page.received_ms, page.offset)
            copy.pages.append(page)
        self._heard(copy)
        return copy

    def _heard(self, board: Board) -> None:
        for page, _, _ in self.pages:
            board.last_ms, board.latest = max(board.last_ms, page.received_ms), max(board.latest, page.slot)
            board.verdicts.pop(page.slot, None)
