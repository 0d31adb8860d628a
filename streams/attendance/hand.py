"""The records that a batch has in hand: copies, so that nothing shows in the roll until they are put back."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from streams.attendance.columns import Block, Marks
from streams.attendance.episodes import Change
from streams.attendance.evidence import Evidence, evidence, evidence_since
from streams.attendance.firsts import Asked, first_sessions
from streams.attendance.flips import told
from streams.attendance.late import take_late
from streams.attendance.ledger import ROW, Ledger
from streams.attendance.lifting import open_pages, rouse
from streams.attendance.pages import Pages
from streams.attendance.pupil import Pupil
from streams.attendance.rested import NEWBORN, Rested
from streams.attendance.roll import Roll
from streams.attendance.screen import Flip, Turn
from streams.attendance.walk import Closed

_FIRST = 64  # records; doubled when full
_ROOM = 4_096  # records whose room is kept, whoever needs it next


class Taken(NamedTuple):
    """Which marks were taken, which of them `late`; what they flipped, and which late ones moved an episode."""

    screened: Block
    late: Block
    flips: list[Flip]
    moved: list[int]


class Written(NamedTuple):
    """What a batch entered in open pages, in columns: whose, in which pages, in how many bytes; and the bytes."""

    pupils: list[str]
    pages: list[int]
    sizes: list[int]
    rows: bytes


class Hand:
    """Copies of some of a roll's records, and the records of the newborn: pupils of whom there was no mark before.

    Those that went on as objects are released, and stay behind here. One hand serves batch after batch of a roll, each
    from `begin` on: its room is kept, since to ask for it anew costs more than the copies; but not that of a backlog.
    """

    def __init__(self, roll: Roll) -> None:
        self.roll = roll
        self._block: Block = np.zeros(0, roll.records.dtype)
        self._rows: Block = np.zeros(0, "<i8")  # by place
        self._at: Block = np.zeros(0, "<i4")  # by row
        self._released: Block = np.zeros(0, "?")  # by row
        self._seen: Block = np.zeros((0, 2), "<i8")  # by row
        self._number = 0  # of the block that is in use
        self._born: dict[str, int] = {}
        self._keys: dict[int, str] = {}  # of the newborn, by row
        self._turns: dict[int, list[Turn]] = {}  # by place
        self._late: dict[int, bool] = {}  # places that took late marks, and whether one is in the open page
        self._told: dict[int, Rested] = {}  # by row, what is kept of those of whom something was announced here
        self._closed: dict[int, tuple[Closed, ...]] = {}  # by place, what is closed where a late mark moved an episode
        self._registers = 0

    def begin(self) -> None:
        """Begin a batch with nothing in hand. What the one before did not put back is forgotten."""
        self._at[self._rows[: self._number]] = -1
        self._released[:] = False
        for row in self._keys:
            self.roll.give_back(row)
        self._born, self._keys, self._turns, self._late = {}, {}, {}, {}
        self._told, self._closed, self._number = {}, {}, 0

    def _keep_up(self) -> None:
        """Make room for every row of the roll, which may have grown."""
        more = len(self.roll.records) - len(self._at)
        if more > 0:
            self._at = np.concatenate((self._at, np.full(more, -1, "<i4")))
            self._released = np.concatenate((self._released, np.zeros(more, "?")))
            self._seen = np.concatenate((self._seen, np.full((more, 2), -1, "<i8")))

    def bear(self, key: str) -> int:
        """Return the row of a pupil of whom there is nothing yet."""
        row = self._born.get(key, -1)
        if row < 0:
            row = self._born[key] = self.roll.reserve()
            self._keys[row] = key
        return row

    def take(self, marks: Marks) -> Taken:
        """Take the plain appends and amendments among *marks*, and then the late marks.

        Their rows are known (-1: left); their places are filled in here.
        """
        known = np.flatnonzero(marks.row >= 0)
        at = np.full(len(marks.row), -1, "<i8")
        at[known] = self._hold(marks.row[known])
        placed = marks._replace(at=at, register=marks.register + self._registers)
        self._registers += int(marks.register[-1]) + 1
        gone = self._released[marks.row[known]]  # before this
        taken = self.roll.screen.append(self._block, placed, self._released, self._seen)
        for turn in taken.turns:
            unwritten = self._late.get(turn.at, False)  # a page with a late mark that is written nowhere yet
            self._turns.setdefault(turn.at, []).append(turn._replace(dirty=turn.dirty or unwritten))
            if unwritten:
                self._late[turn.at] = False
        flipped = np.isin(marks.row[known], marks.row[[flip.mark for flip in taken.flips]])
        late, moved = self._take_late(placed, known[~(gone | flipped | taken.screened[known])])
        return Taken(taken.screened, late, taken.flips, moved)

    def tell(self, flipped: Sequence[tuple[str, Sequence[Flip]]]) -> Iterator[list[tuple[Change, Evidence]]]:
        """Announce what follows marks that were taken here and flipped rules, each with its pupil.

        Yield the changes of each, with their evidence. Of one batch's marks of a pupil all that flipped are told, in
        order, before the pupil is looked at.
        """
        changes = [self._tell(key, flips) for key, flips in flipped]
        screen, asked = self.roll.screen, [self._asked(key, flips) for key, flips in flipped]
        firsts = iter(first_sessions(screen, self._block, asked))
        for (key, flips), its in zip(flipped, changes, strict=True):
            began = {screen.engine.rules[flip.rule].id: (flip, next(firsts)) for flip in flips}
            yield [(change, self._evidence(key, change, *began[change.alert.rule])) for change in its]

    def _tell(self, key: str, flips: Sequence[Flip]) -> list[Change]:
        row = self._row(key)
        kept = self._told.get(row) or self.roll.at_rest(row)
        self._told[row], changes = told(self.roll.screen.engine, key, kept, flips)
        return changes

    def _asked(self, key: str, flips: Sequence[Flip]) -> Asked:
        at = int(self._at[self._row(key)])
        kept = self._kept(at)
        assert kept is not None  # noqa: S101 - something of it was told
        return Asked(at, kept.pages, flips)

    def _evidence(self, key: str, change: Change, flip: Flip, first: int) -> Evidence:
        engine, row = self.roll.screen.engine, self._row(key)
        if change.as_of != flip.slot:  # a fault had left something untold
            return self._made(row, key).evidence(engine, change)
        if first < 0:
            return evidence(engine, flip.rule, flip.counts, self._ledger(int(self._at[row]), self._told[row]), flip.slot)
        return evidence_since(engine, flip.rule, flip.counts, first, flip.slot)

    def _take_late(self, marks: Marks, left: Block) -> tuple[Block, list[int]]:
        """Take the late ones of the marks that were *left*; return which those are, and which moved an episode."""
        late, moved = np.zeros(len(marks.at), "?"), list[int]()
        for took in take_late(self.roll.screen, self._block, marks, left, self._kept):
            at, late[took.mark] = int(marks.at[took.mark]), True
            if took.holds:
                self._enter_late(at, int(marks.key[took.mark]), took.page)
            if took.moved is not None:
                self._closed[at] = took.moved
                moved.append(took.mark)
        self._released[marks.row[late]] = False
        self._released[marks.row[left[~late[left]]]] = True
        return late, moved

    def _kept(self, at: int) -> Rested | None:
        """Return what is kept of a pupil in hand, with the pages that changed here; None of one who is not at rest."""
        row = int(self._rows[at])
        kept = self._told.get(row) or self.roll.rested(row)
        turns = self._turns.get(at) if kept is not None else None
        return kept.turned({turn.key: turn.page for turn in turns}) if kept is not None and turns else kept

    def _ledger(self, at: int, kept: Rested) -> Ledger:
        """Return a working copy of the ledger of a pupil in hand."""
        pages = {turn.key: turn.page for turn in self._turns.get(at, ())}
        (pages[int(self._block["key"][at])],) = open_pages(self._block[at : at + 1])
        return Ledger(Pages(kept.pages, pages), int(self._block["last"][at]))

    def _enter_late(self, at: int, key: int, page: bytes | None) -> None:
        """Note a page with a late mark: a closed one, or where None is given the open one, which is in the record."""
        self._late[at] = self._late.get(at, False) or page is None
        if page is not None:
            self._turns.setdefault(at, []).append(Turn(at, key, page, dirty=True))

    def _hold(self, rows: Block) -> Block:
        """Take the records of *rows* in hand, where they are not yet; return their places in the block."""
        self._keep_up()
        new = self._once(rows[self._at[rows] < 0])
        first, end = self._number, self._number + len(new)
        if end > len(self._block):
            self._grow(end)
        places = np.arange(first, end)
        self._at[new], self._rows[first:end], self._number = places, new, end
        self.roll.screen.move(self.roll.records, new, self._block, places)
        return self._at[rows]

    def _once(self, rows: Block) -> Block:
        """Return each of some rows that are not in hand once: where one stands last. Quicker than to sort them."""
        places = np.arange(len(rows))
        self._at[rows] = places
        once: Block = rows[self._at[rows] == places]
        return once

    def _grow(self, most: int) -> None:
        most = max(most, 2 * len(self._block), _FIRST)
        block, rows = np.zeros(most, self._block.dtype), np.zeros(most, "<i8")
        block[: self._number], rows[: self._number] = self._block[: self._number], self._rows[: self._number]
        self._block, self._rows = block, rows

    def release(self, key: str) -> Pupil | None:
        """Return a working copy of a pupil as it is by now, to go on as an object; None where the roll has none."""
        row = self._row(key)
        if row < 0:
            return None
        self._keep_up()
        self._released[row] = True
        at = int(self._at[row])
        if at < 0:
            return self.roll.lifted(row, key, self.roll.records[row])
        if row in self._keys and self._block["last"][at] < 0:
            return None  # its first mark was not taken here
        return self._made(row, key)

    def _row(self, key: str) -> int:
        """Return the row of a pupil who is in the roll, or was born here; -1 where there is none."""
        row = self.roll.row(key)
        return row if row >= 0 else self._born.get(key, -1)

    def _made(self, row: int, key: str) -> Pupil:
        """Return a working copy of a pupil in hand, as it is by now."""
        at, kept = int(self._at[row]), self._told.get(row)
        now = self._block[at]
        pupil = rouse(self.roll.screen, key, kept, now) if kept else self.roll.lifted(row, key, now)
        pupil.summary_changed = pupil.summary_changed or kept is not None
        if at in self._closed and pupil.walk is not None:
            pupil.walk.closed = self._closed[at]
        for turn in self._turns.get(at, ()):
            pupil.ledger.turn(turn.key, turn.page, dirty=turn.dirty)
        if now["rows"] or self._late.get(at):
            pupil.ledger.dirty.add(int(now["key"]))
        return pupil

    def _changed(self) -> tuple[Block, Block]:
        """Return the places and rows of those that took marks here and were not released."""
        rows = self._rows[: self._number]
        changed = self._block["rows"][: self._number] > 0
        changed[list(self._late)] = True
        places = np.flatnonzero(changed & ~self._released[rows])
        return places, rows[places]

    def written(self) -> Written:
        """Return the rows that were entered in open pages here, of those that were not released."""
        places, rows = self._changed()
        added = self._block["rows"][places] > 0
        places, rows = places[added], rows[added]
        if not len(rows):
            return Written([], [], [], b"")
        sizes = (self._block["rows"][places] * np.int64(ROW)).tolist()
        found = self.roll.screen.last_rows(self._block, places, sum(sizes))
        return Written(self._names(rows.tolist()), self._block["key"][places].tolist(), sizes, found)

    def turned(self) -> Iterator[tuple[str, int, bytes]]:
        """Yield whose, key and bytes of each page to be written, of those not released: closed, or with a late mark."""
        for at in [at for at, is_open in self._late.items() if is_open and not self._released[self._rows[at]]]:
            (page,) = open_pages(self._block[at : at + 1])
            yield self._name(int(self._rows[at])), int(self._block["key"][at]), page
        for at, turns in self._turns.items():
            row = int(self._rows[at])
            if not self._released[row]:
                yield from ((self._name(row), turn.key, turn.page) for turn in turns if turn.dirty)

    def said(self) -> Iterator[tuple[str, Rested]]:
        """Yield who was born here, and of whom something was announced, with what is kept; not of those released."""
        born = [row for row in self._changed()[1].tolist() if row in self._keys] if self._keys else []
        yield from ((self._keys[row], NEWBORN) for row in born if row not in self._told)
        yield from ((self._name(row), kept) for row, kept in self._told.items() if not self._released[row])

    def pages(self, key: str, least: int) -> dict[int, bytes]:
        """Return the pages of a pupil that was not released, as they are by now; none where there is no such pupil.

        Only those whose key is *least* or greater must be among them.
        """
        row = self._row(key)
        if row < 0:
            return {}
        pages, at = self.roll.pages(row, least), int(self._at[row]) if row < len(self._at) else -1
        if at >= 0 and self._block["ahead"][at]:
            pages |= {turn.key: turn.page for turn in self._turns.get(at, ())}
            (pages[int(self._block["key"][at])],) = open_pages(self._block[at : at + 1])
        return pages

    def _names(self, rows: list[int]) -> list[str]:
        keys = self.roll.keys
        return [self._name(row) for row in rows] if self._keys else [keys[row] for row in rows]

    def _name(self, row: int) -> str:
        return self._keys.get(row) or self.roll.keys[row]

    def put_back(self) -> None:
        """Make what changed the roll's."""
        places, rows = self._changed()
        for row in self._keys.keys() & set(rows.tolist()) if self._keys else ():
            self.roll.born(self._keys.pop(row), row)
        for row in [row for row in self._told if not self._released[row]]:
            self.roll.rest(row, self._told[row])
        self._block["rows"][places] = 0
        if len(rows):
            self.roll.screen.move(self._block, places, self.roll.records, rows)
        for at in self._turns.keys() & set(places.tolist()) if self._turns else ():
            self.roll.turn(int(self._rows[at]), self._turns[at])
        used = self._number
        self.begin()
        self._let_go_of_room(used)

    def _let_go_of_room(self, used: int) -> None:
        """Let go of the room for records that a backlog took, once a batch has *used* a quarter of it or less."""
        if len(self._block) > max(_ROOM, 4 * used):
            self._block, self._rows = self._block[:0].copy(), self._rows[:0].copy()
