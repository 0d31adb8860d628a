"""One partition's schools in memory: a twin of `Ledgers`. Those of one batch are in `board_work`.

Stored form, one changelog record a register that changed something: key `URN/YYYY-MM-DD/AM/OFFSET`, value those of its
marks that did, by their pupils' places on the school's roll; one a stretch of that roll: key `URN/roll/NUMBER`, value
the pupils' keys, written where it changed; and one a school: key `URN/board`, value what was announced, which days
there was school, and when it was first and last heard: written where one of these changed and no page says so. A page
whose session left the board is a tombstone, and so is a stretch with nobody in it. Records are loaded in the order in
which they were written.
"""

from collections.abc import Iterable, Iterator

from streams.attendance.book import RuleBook
from streams.board.board import Board
from streams.board.county import County
from streams.board.leaving import year_of
from streams.board.nameless import Refuses, is_nameless, stand_ins
from streams.board.older import Older
from streams.board.rules import Rules
from streams.board.watch import NEVER
from streams.pipeline.board_form import Key, read_key, read_page, read_stretch, read_summary
from streams.pipeline.board_names import Names
from streams.pipeline.board_work import BoardWork

__all__ = ["Boards"]


class Boards:
    """The schools of one partition of `registers` (or all, in a replay) that have sent a register."""

    def __init__(self, book: RuleBook) -> None:
        self.rules = Rules(book)
        self.now_ms = 0
        """The latest time seen."""
        self.year = 0
        """The academic year in which the latest register was received."""
        self.soonest = NEVER
        """Before then nothing falls due."""
        self.county: County | None = None
        """The reference data that all boards were last looked at with."""
        self._boards: dict[int, Board] = {}
        self._older: dict[int, Older] = {}
        """Pages that wait until all is loaded."""

    def __len__(self) -> int:
        return len(self._boards)

    def load_all(self, keys: Iterable[bytes], values: Iterable[bytes | None]) -> None:
        """Take changelog records, in order."""
        for key, value in zip(keys, values, strict=True):
            self.load(key, value)

    def load(self, key: bytes, value: bytes | None) -> None:
        """Take one changelog record, in order; None is a tombstone.

        Raises:
            StoredFormUnknown: key or value has a form that this version cannot read.
        """
        about = read_key(key)
        if value is None:
            self._unload(about)
            return
        board = self._boards.get(about.urn)
        if board is None:
            board = self._boards[about.urn] = Board(about.urn)
        if about.page is not None:
            self._load_page(board, about.page, value)
        elif about.stretch is not None:
            board.roll.load(about.stretch, read_stretch(value))
        else:
            read_summary(board, value)
            self.soonest = 0
        if board.last_ms > self.now_ms:
            self.now_ms, self.year = board.last_ms, year_of(board.last_ms)

    def _load_page(self, board: Board, place: tuple[int, int], value: bytes) -> None:
        page, pupils = read_page(place, value)
        if pupils is None and board.urn not in self._older:
            board.load(page)
        else:
            board.hear(page)
            self._older.setdefault(board.urn, Older()).add(page, pupils)

    def _unload(self, about: Key) -> None:
        """Take away the session of a page that left; a summary leaves with its whole board, where a rebuild begins."""
        urn = about.urn
        if about.is_summary:
            self._boards.pop(urn, None)
            self._older.pop(urn, None)
        elif urn not in self._boards:
            return
        elif about.stretch is not None:
            self._boards[urn].roll.load(about.stretch, b"")
        elif about.page is not None:
            self._boards[urn].sessions.pop(about.page[0])
            if urn in self._older:
                self._older[urn].drop(about.page[0])

    def _settled(self) -> dict[int, Board]:
        """Return the boards, all of which is loaded by now."""
        while self._older:
            urn, older = self._older.popitem()
            older.settle(self._boards[urn])
        return self._boards

    def get(self, urn: int) -> Board | None:
        """Return a school's board, or None where it never sent a register; not to be changed."""
        return self._settled().get(urn)

    def __iter__(self) -> Iterator[Board]:
        return iter(self._settled().values())

    def lasts(self) -> dict[int, int]:
        """Return when each school's last register was received (URN -> milliseconds since 1970)."""
        return {urn: board.last_ms for urn, board in self._boards.items()}

    def missing(self) -> int:
        """Count the registers that are announced as missing, and have not come."""
        rules = {rule.id for rule in self.rules.missing}
        return sum(alert.rule in rules and alert.end is None for board in self for alert in board.announced)

    def erased(self, refuses: Refuses) -> Names:
        """Return who on the boards was erased, by school, each with what is to stand in that place."""
        found = {}
        for board in self:
            gone = [pupil for pupil in board.roll if not is_nameless(pupil) and refuses(pupil, NEVER)]
            if gone:
                found[board.urn] = stand_ins(gone, board.roll)
        return found

    def rename(self, names: Names) -> None:
        """Have others stand in the places of pupils. Call it once their pages are written so (`renamed`)."""
        for urn, theirs in names.items():
            self._boards[urn].rename(theirs)

    def swap_in(self, boards: dict[int, Board]) -> None:
        """Make working copies the state."""
        self._boards |= boards

    def work(self) -> BoardWork:
        """Begin a batch."""
        return BoardWork(self)
