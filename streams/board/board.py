"""One school's board: the marks of its last sessions, when it was heard, and what was announced about it."""

from collections.abc import Iterator, Mapping
from typing import Literal

from msgspec import Struct, field
from msgspec.structs import replace

from streams.attendance.book import BookId
from streams.attendance.episodes import Announced
from streams.board.entries import Entries, entries_of
from streams.board.roll import Roll
from streams.board.school import School
from streams.board.session_marks import NOTHING, Entered, Tally, opens, used
from streams.board.sessions import Sessions
from streams.contract.batches import BatchRegister

KEPT_DAYS = 40
"""School days whose marks a board holds: the live ones, the 20 before each of them, and some for closures between."""
LIVE_DAYS = 15
"""The latest of them, on which a correction still changes alerts. Earlier alerts stand as last sent."""


Taken = Literal["nothing", "new", "past"]
"""What a register changed: nothing, marks of pupils who had none in the latest session or a later one, or others."""


class Page(Struct, frozen=True, gc=False):
    """What one register changed: one record of the changelog."""

    slot: int
    offset: int
    received_ms: int
    marks: Entries


class Board(Struct, eq=False):
    """A school's state. Order-free: its marks depend on the set of registers taken, not on when they came.

    How far back it goes does too: a day counts as a school day for this where any version of any mark said so, which
    no later mark undoes. Working copies (`copy`) share everything that is never changed in place.
    """

    urn: int
    roll: Roll = field(default_factory=Roll)
    """Working copies share it."""
    sessions: Sessions = field(default_factory=Sessions)
    open_days: tuple[int, ...] = ()
    """The latest days, at most `KEPT_DAYS`, on which there ever was school."""
    first_ms: int = 0
    last_ms: int = 0
    """When the first and the last register were received; 0: none yet."""
    latest: int = -1
    """The latest session of which there was ever a version."""
    book: BookId | None = None
    """The rule book that `announced` was made with."""
    announced: tuple[Announced, ...] = ()
    retired: dict[str, tuple[int, int]] = {}
    school: School | None = None
    """As last looked at."""
    next_look: int = 0
    """When something may be due that is not decided yet."""
    verdicts: dict[int, dict[str, bool]] = {}
    """By session and rule: what need not be worked out again."""
    likely: dict[str, frozenset[int]] = {}
    """By rule: sessions of which it is not out of the question."""
    pages: list[Page] = []
    gone: list[tuple[int, int]] = []
    """Session and offset of each page that left."""
    summary_changed: bool = False
    """Whether there is something that no page says."""

    def nothing_changed(self) -> None:
        """Count the changes so far as stored."""
        self.sessions.settle()
        self.roll.unsaved.clear()
        self.pages, self.gone, self.summary_changed = [], [], False

    def copy(self) -> "Board":
        """Return a working copy of a board of which nothing is marked as changed."""
        sessions, verdicts, likely = self.sessions.over(), self.verdicts.copy(), self.likely.copy()
        return replace(self, sessions=sessions, verdicts=verdicts, likely=likely, pages=[], gone=[])

    @property
    def kept_from(self) -> int:
        """The first session that the board still takes."""
        return self.open_days[0] * 2 if len(self.open_days) == KEPT_DAYS else 0

    @property
    def live_from(self) -> int:
        """The first session whose alerts may still change."""
        return self.open_days[-LIVE_DAYS] * 2 if len(self.open_days) >= LIVE_DAYS else 0

    def tally(self, slot: int) -> Tally:
        """Return what the held marks of a session come to."""
        session = self.sessions.get(slot)
        return session.tally if session else NOTHING

    def came_ms(self, slot: int) -> int | None:
        """Return when the register of a session was received, None where no mark is held."""
        session = self.sessions.get(slot)
        return session.came_ms if session else None

    def take(self, register: BatchRegister, received_ms: int) -> Taken:
        """Enter a register's marks, and say what that changed."""
        if not self.first_ms:
            self.first_ms, self.summary_changed = received_ms, True
        is_last = received_ms > self.last_ms
        if is_last:
            self.last_ms = received_ms
        taken = self._take(register, received_ms) if register.marks.size else "nothing"
        if is_last and taken == "nothing":
            self.summary_changed = True  # else the page says so
        return taken

    def _take(self, register: BatchRegister, received_ms: int) -> Taken:
        slot, late = register.slot, register.slot < self.latest
        if not late:
            self.latest = slot
        day = slot >> 1
        if day not in self.open_days[-1:] and day not in self.open_days and opens(register.marks.codes):
            self._there_was_school(day)
        if late and slot < self.kept_from:
            return "nothing"
        entered = self._enter(register, received_ms)
        if not entered.changed.codes:
            return "nothing"
        return "new" if entered.all_new and not late else "past"

    def _enter(self, register: BatchRegister, received_ms: int) -> Entered:
        slot, offset = register.slot, register.origin[1]
        session = self.sessions.to_change(slot)
        entered = session.enter(entries_of(register.marks, self.roll.places(register.marks.letters)), received_ms)
        if entered.changed.codes:
            session.pages.append(offset)
            self.pages.append(Page(slot, offset, received_ms, entered.changed))
            if self.verdicts:
                self._forget_verdicts_since(slot)
        return entered

    def load(self, page: Page) -> None:
        """Enter a stored page, in the order in which pages were written.

        It says when the school was heard, and of which session, as the summary does, which is written less often.
        """
        self.hear(page)
        session = self.sessions.to_change(page.slot)
        session.enter(page.marks, page.received_ms)
        session.pages.append(page.offset)

    def hear(self, page: Page) -> None:
        """Take what a stored page says of when the school was heard."""
        self.last_ms, self.latest = max(self.last_ms, page.received_ms), max(self.latest, page.slot)

    def _there_was_school(self, day: int) -> None:
        self.open_days, self.summary_changed = tuple(sorted((*self.open_days, day)))[-KEPT_DAYS:], True
        kept_from = self.kept_from
        self._let_go([slot for slot in self.sessions if slot < kept_from])

    def empty(self) -> None:
        """Let go of all marks and of all who are on the roll."""
        self._let_go([*self.sessions])
        self.summary_changed = True

    def _let_go(self, slots: list[int]) -> None:
        for slot in slots:
            left = self.sessions.pop(slot)
            self.gone += [(slot, offset) for offset in left.pages] if left else ()
        if slots:
            self.roll = self.roll.of_those(used(self.sessions.values(), self.roll.size))
            self.verdicts = {}
            self.likely = {rule: known.difference(slots) for rule, known in self.likely.items()}

    def forget_verdicts(self) -> None:
        """Forget what was worked out of sessions."""
        self.verdicts, self.likely = {}, {}

    def _forget_verdicts_since(self, slot: int) -> None:
        """Forget what the marks of *slot* decide: about itself, and about all days after it."""
        self.verdicts.pop(slot, None)
        if slot >> 1 < self.latest >> 1:
            self.verdicts = {other: known for other, known in self.verdicts.items() if other >> 1 <= slot >> 1}

    def rename(self, names: Mapping[str, str]) -> None:
        """Have others stand in the places of pupils: whom, and by what name. Not while there are working copies."""
        self.roll.rename(names)

    def written(self) -> Iterator[Page]:
        """Yield the pages to write: those that did not leave again."""
        return (page for page in self.pages if page.slot in self.sessions) if self.gone else iter(self.pages)
