"""The records that a batch has in hand: copies, so that nothing shows in the roll until they are put back."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from streams.attendance.columns import Block, Marks
from streams.attendance.late import is_late, unmoved
from streams.attendance.ledger import ROW, Ledger, Version, seat
from streams.attendance.lifting import lower_recorded, open_pages, write_page
from streams.attendance.pages import Pages
from streams.attendance.pupil import Pupil
from streams.attendance.rested import Rested
from streams.attendance.roll import Roll
from streams.attendance.screen import Flip, Turn

_FIRST = 64  # records; doubled when full
_ROOM = 4_096  # records whose room is kept, whoever needs it next


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
        self._registers = 0

    def begin(self) -> None:
        """Begin a batch with nothing in hand. What the one before did not put back is forgotten."""
        self._at[self._rows[: self._number]] = -1
        self._released[:] = False
        for row in self._keys:
            self.roll.give_back(row)
        self._born, self._keys, self._turns, self._late, self._number = {}, {}, {}, {}, 0

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

    def take(self, marks: Marks) -> tuple[Block, list[Flip]]:
        """Take the plain appends and amendments among *marks*; return which were taken, and what they flipped.

        Their rows are known (-1: left); their places are filled in here.
        """
        known = np.flatnonzero(marks.row >= 0)
        at = np.full(len(marks.row), -1, "<i8")
        at[known] = self._hold(marks.row[known])
        placed = marks._replace(at=at, register=marks.register + self._registers)
        self._registers += int(marks.register[-1]) + 1
        taken = self.roll.screen.append(self._block, placed, self._released, self._seen)
        for turn in taken.turns:
            late = self._late.get(turn.at, False)  # a page with a late mark that is written nowhere yet
            self._turns.setdefault(turn.at, []).append(turn._replace(dirty=turn.dirty or late))
            if late:
                self._late[turn.at] = False
        return taken.screened, taken.flips

    def amend(self, key: str, urn: int, slot: int, version: Version) -> bool:
        """Take a mark of a day before the last of a pupil in hand that moves no episode; tell whether it was taken."""
        row = self.roll.row(key)
        at = int(self._at[row]) if 0 <= row < len(self._at) else -1
        kept = self.roll.rested(row) if at >= 0 else None
        if kept is None or not is_late(self._block[at], slot):
            return False
        ledger = self._ledger(at, kept)
        if ledger.put(slot, urn, version):
            new = unmoved(self.roll.screen, kept, self._block[at], ledger, slot)
            if new is None:
                return False
            page = seat(slot, urn).page
            self._enter_late(at, new, page, ledger.pages[page])
        self._released[row] = False
        return True

    def _ledger(self, at: int, kept: Rested) -> Ledger:
        """Return a working copy of the ledger of a pupil in hand."""
        pages = {turn.key: turn.page for turn in self._turns.get(at, ())}
        (pages[int(self._block["key"][at])],) = open_pages(self._block[at : at + 1])
        return Ledger(Pages(kept.pages, pages), int(self._block["last"][at]))

    def _enter_late(self, at: int, walk: Block, key: int, page: bytes) -> None:
        """Take a walk, and a page that changed: closed, or the open one."""
        record = self._block[at]
        lower_recorded(walk, record)
        is_open = bool(record["key"] == key)
        self._late[at] = self._late.get(at, False) or is_open
        if is_open:
            write_page(page, record)
        else:
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
        row = self.roll.row(key)
        if row < 0 and (row := self._born.get(key, -1)) < 0:
            return None
        self._keep_up()
        self._released[row] = True
        at, record = int(self._at[row]), self.roll.records[row]
        if at < 0:
            return self.roll.lifted(row, key, record)
        now = self._block[at]
        if row in self._keys and now["last"] < 0:
            return None  # its first mark was not taken here
        pupil = self.roll.lifted(row, key, now)
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

    def newborn(self) -> list[str]:
        """Return who was born here, of those that were not released."""
        if not self._keys:
            return []
        return [self._keys[row] for row in self._changed()[1].tolist() if row in self._keys]

    def pages(self, key: str, least: int) -> dict[int, bytes]:
        """Return the pages of a pupil that was not released, as they are by now; none where there is no such pupil.

        Only those whose key is *least* or greater must be among them.
        """
        row = self.roll.row(key)
        if row < 0 and (row := self._born.get(key, -1)) < 0:
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
