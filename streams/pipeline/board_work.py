"""The working copies of one batch of a partition's schools: a twin of `Work`."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from streams.attendance.codes import CODES, NO_MARK
from streams.attendance.episodes import ReasonKind
from streams.attendance.sessions import session_of
from streams.board.board import Board
from streams.board.county import County
from streams.board.draft import Draft
from streams.board.leaving import is_over, leave, year_of
from streams.board.nameless import without_names
from streams.board.times import HOUR, bounded
from streams.board.watch import NEVER, Watch
from streams.contract.batches import BatchRegister
from streams.contract.messages import Alert, Cause
from streams.pipeline.alerts import school_alert_from
from streams.pipeline.board_form import page, page_key, stretch, stretch_key, summary, summary_key
from streams.pipeline.instants import read_instant

if TYPE_CHECKING:
    from streams.pipeline.boards import Boards

__all__ = ["BoardWork", "received_ms"]


def received_ms(register: BatchRegister) -> int:
    """Return when *register* was received, or where that is not known (a line of a file) when it was recorded."""
    if register.received_ms >= 0:
        return bounded(register.received_ms)
    recorded = read_instant(register.recorded_at)
    return bounded(recorded.seconds * 1000 if recorded else 0)


class BoardWork:
    """The working copies of one batch: nothing shows in the boards until `commit`."""

    def __init__(self, boards: "Boards") -> None:
        self.boards, self.rules = boards, boards.rules
        self.alerts: list[Alert] = []
        self._now, self._soonest, self._county = boards.now_ms, boards.soonest, boards.county
        self._year, self._hour = boards.year, -1
        self._copies: dict[int, Board] = {}
        self._drafts: dict[int, Draft] = {}  # beside boards that have no copy
        self._watches: dict[int, Watch] = {}  # over the copies: a school's registers come one after the other

    def take(self, register: BatchRegister, county: County) -> None:
        """Apply all accepted marks of one register, as received at `register.received_ms`.

        What fell due at this school before that moment is decided first.
        """
        received = self._hear(register, county)
        if county.refuses:
            register = without_names(register, county.refuses)
        if register.urn in self._copies or not self._is_drafted(register, received, county):
            self._take(register, received, county)

    def _is_drafted(self, register: BatchRegister, received: int, county: County) -> bool:
        """Take a register where it is plain."""
        draft = self._drafts.get(register.urn) or self._draft(register.urn, county)
        return draft is not None and draft.county is county and draft.take(register, received, self._now)

    def _draft(self, urn: int, county: County) -> Draft | None:
        """Begin a draft beside a board of which there is no copy; None where no register can be plain."""
        board = self.boards.get(urn)
        draft = Draft(self.rules, board, county) if board else None
        if draft is None or not draft.is_plain:
            return None
        self._drafts[urn] = draft
        self._soonest = min(self._soonest, draft.board.next_look)
        return draft

    def _take(self, register: BatchRegister, received: int, county: County) -> None:
        watch = self._watch(register.urn, county)
        board = watch.board
        if watch.is_due:
            self._look(watch)
        heard = received > board.last_ms
        took = board.take(register, received)
        watch.taken(register, received, changed=took != "nothing", heard=heard)
        self._soonest = min(self._soonest, board.next_look)
        if watch.changes:
            self._gather(watch, "correction" if took == "past" else "mark", register)

    def _watch(self, urn: int, county: County) -> Watch:
        """Return the watch over a school's working copy, at the time by now."""
        watch = self._watches.get(urn)
        if watch is None or watch.county is not county:
            watch = self._watches[urn] = Watch(self.rules, self._copy(urn), county, self._now)
        watch.now_ms = self._now
        return watch

    def _hear(self, register: BatchRegister, county: County) -> int:
        """Take note that a register came; return when it was received."""
        received = received_ms(register)
        county.feeds.heard(register.urn, received)
        self._now = max(self._now, received)
        if received // HOUR != self._hour:
            self._hour, year = received // HOUR, year_of(received)
            if year > self._year:
                self._begin_year(year)
        return received

    def _begin_year(self, year: int) -> None:
        """In the first register of an academic year, let go of what schools that send no more left behind."""
        self._year = year
        for urn in [board.urn for board in self._all() if is_over(board, year)]:
            leave(self._copy(urn), self.rules)

    def tick(self, now_ms: int, county: County) -> None:
        """Decide what fell due before *now_ms*, at every school; an earlier time than the latest seen is that time.

        Call it with a time up to which all registers of this partition have been taken: the clock where the worker
        has caught up, and where it has not, the time of the last register taken. (A register that came in time and is
        read late would else be announced as missing, and then withdrawn.)
        """
        self._now = max(self._now, bounded(now_ms))
        others = self._county is None or county.schools is not self._county.schools
        if self._now <= self._soonest and not others:
            return
        for urn in [*self._drafts]:
            self._copy(urn)
        for urn in self._urns():
            board = self._copies.get(urn) or self.boards.get(urn)
            assert board is not None  # noqa: S101 - it has a URN
            watch = Watch(self.rules, board, county, self._now)
            if watch.is_due:
                self._look(self._watch(urn, county))
        self._county = county
        self._soonest = min((board.next_look for board in self._all()), default=NEVER)

    def _look(self, watch: Watch) -> None:
        reason: ReasonKind = "time" if watch.board.book in (None, self.rules.id) else "rulebook"
        watch.look()
        self._gather(watch, reason, None)

    def _gather(self, watch: Watch, reason: ReasonKind, register: BatchRegister | None) -> None:
        book, urn, cause = str(self.rules.id), watch.board.urn, None if register is None else _cause(register)
        self.alerts += [
            school_alert_from(change, reason, rulebook=book, urn=urn, cause=cause) for change in watch.changes
        ]
        watch.changes.clear()

    def _copy(self, urn: int) -> Board:
        copy = self._copies.get(urn)
        if copy is None:
            draft, known = self._drafts.pop(urn, None), self.boards.get(urn)
            copy = draft.copy() if draft else known.copy() if known else Board(urn)
            self._copies[urn] = copy
        return copy

    def _urns(self) -> list[int]:
        return sorted({board.urn for board in self.boards} | self._copies.keys())

    def _all(self) -> Iterator[Board]:
        return (self._copies.get(board.urn, board) for board in [*self.boards, *self._copies.values()])

    def writes(self) -> Iterator[tuple[bytes, bytes | None]]:
        """Yield what changed as changelog records: stretches of rolls, pages, tombstones, summaries."""
        for draft in self._drafts.values():
            for drafted, _, _ in draft.pages:
                yield page_key(draft.board.urn, drafted.slot, drafted.offset), page(drafted)
        for board in self._copies.values():
            for number in sorted(board.roll.unsaved):
                yield stretch_key(board.urn, number), stretch(board.roll.stretch(number))
            for new in board.written():
                yield page_key(board.urn, new.slot, new.offset), page(new)
            for slot, offset in board.gone:
                yield page_key(board.urn, slot, offset), None
            if board.summary_changed:
                yield summary_key(board.urn), summary(board)

    def forget_writes(self) -> None:
        """Forget what would be written, where nobody writes it."""
        for board in self._copies.values():
            board.pages.clear()
            board.gone.clear()

    def commit(self) -> None:
        """Make the working copies the state. Call once what `writes` gave is durable."""
        for draft in self._drafts.values():
            draft.enter()
        for board in self._copies.values():
            board.nothing_changed()
        self.boards.swap_in(self._copies)
        self.boards.now_ms, self.boards.soonest, self.boards.county = self._now, self._soonest, self._county
        self.boards.year = self._year
        self._copies, self._drafts, self._watches = {}, {}, {}


def _cause(register: BatchRegister) -> Cause:
    """Return the register's last mark as a cause; where it has none, that it says nothing."""
    date, half = session_of(register.slot)
    if not register.marks.size:
        return Cause(register.register_id, date, half, CODES[NO_MARK], register.recorded_at)
    last = register.marks[-1]
    return Cause(register.register_id, date, half, CODES[last.code], last.recorded_at or register.recorded_at)
