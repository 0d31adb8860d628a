"""The records that a batch has in hand: copies, so that nothing shows in the roll until they are put back."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from typing_extensions import override

from streams.attendance.columns import Block, Marks
from streams.attendance.late import take_late
from streams.attendance.ledger import ROW, URN_BITS
from streams.attendance.lifting import open_pages, opened
from streams.attendance.pupil import Pupil
from streams.attendance.rested import NEWBORN, Rested
from streams.attendance.roll import Roll
from streams.attendance.rota import is_up
from streams.attendance.screen import Flip, Turn
from streams.attendance.telling import Telling


class Taken(NamedTuple):
    """Which marks were taken, which of them `late`; what they flipped, and which late ones moved an episode.

    `moved` has, by such a mark, what flips from its day on as things are now.
    """

    screened: Block
    late: Block
    flips: list[Flip]
    moved: dict[int, list[Flip]]


class Written(NamedTuple):
    """What a batch entered in open pages, in columns: whose, in which pages, in how many bytes; and the bytes.

    Of those whose turn it is (`rota`) `whole` has the pages that may lack rows, whole: whose, key and page. `of` and
    `of_whole` are the rows of the roll in which the pupils of both stand.
    """

    pupils: list[str]
    pages: list[int]
    sizes: list[int]
    rows: bytes
    whole: list[tuple[str, int, bytes]]
    of: Block
    of_whole: Block


_NOTHING_WRITTEN = Written([], [], [], b"", [], np.zeros(0, "<i4"), np.zeros(0, "<i4"))


class Hand(Telling):
    """What a batch has in hand. Those that went on as objects are released, and stay behind here.

    One hand serves batch after batch of a roll, each from `begin` on.
    """

    def __init__(self, roll: Roll) -> None:
        super().__init__(roll)
        self._seen: Block = np.full((0, 2), -1, "<i8")  # by row
        self._registers = 0

    @override
    def begin(self) -> None:
        super().begin()
        self._turns, self._late, self._told, self._said = {}, {}, {}, set()

    @override
    def _keep_up(self) -> None:
        super()._keep_up()
        more = len(self._at) - len(self._seen)
        if more > 0:
            self._seen = np.concatenate((self._seen, np.full((more, 2), -1, "<i8")))

    def take(self, marks: Marks) -> Taken:
        """Take the plain appends and amendments among *marks*, and then the late marks.

        Their rows are known (-1: left); their places are filled in here.
        """
        (known,) = (marks.row >= 0).nonzero()
        rows = marks.row[known]
        at = np.full(len(marks.row), -1, "<i8")
        at[known] = self._hold(rows)
        placed = marks._replace(at=at, register=marks.register + self._registers)
        self._registers += int(marks.register[-1]) + 1
        gone = self._released[rows]  # before this
        taken = self.roll.screen.append(self._block, placed, self._released, self._seen)
        for turn in taken.turns:
            unwritten = self._late.get(turn.at, False)  # a page with a late mark that is written nowhere yet
            self._turns.setdefault(turn.at, []).append(turn._replace(dirty=True) if unwritten else turn)
            if unwritten:
                self._late[turn.at] = False
        left = known[~(gone | taken.screened[known])]
        if len(left) and taken.flips:
            left = left[~np.isin(marks.row[left], marks.row[[flip.mark for flip in taken.flips]])]
        late, moved = self._take_late(placed, left)
        return Taken(taken.screened, late, taken.flips, moved)

    def _take_late(self, marks: Marks, left: Block) -> tuple[Block, dict[int, list[Flip]]]:
        """Take the late ones of the marks that were *left*; return which those are, and which moved an episode."""
        late, moved = np.zeros(len(marks.at), "?"), dict[int, list[Flip]]()
        if not len(left):
            return late, moved
        for took in take_late(self.roll.screen, self._block, marks, left, self._kept):
            at, late[took.mark] = int(marks.at[took.mark]), True
            if took.holds:
                self._enter_late(at, int(marks.key[took.mark]), took.page)
            if took.moved is not None:
                row, (closed, moved[took.mark]) = int(self._rows[at]), took.moved
                self._told[row] = (self._told.get(row) or self.roll.at_rest(row)).with_closed(closed)
        self._released[marks.row[late]] = False
        self._released[marks.row[left[~late[left]]]] = True
        return late, moved

    def _enter_late(self, at: int, key: int, page: bytes | None) -> None:
        """Note a page with a late mark: a closed one, or where None is given the open one, which is in the record."""
        self._late[at] = self._late.get(at, False) or page is None
        if page is not None:
            self._turns.setdefault(at, []).append(Turn(at, key, page, dirty=True))

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

    def _changed(self) -> tuple[Block, Block]:
        """Return the places and rows of those that took marks here and were not released."""
        rows = self._rows[: self._number]
        changed = self._block["rows"][: self._number] > 0
        if self._late:
            changed[list(self._late)] = True
        changed &= ~self._released[rows]
        (places,) = changed.nonzero()
        return places, rows[places]

    def written(self, first: int) -> Written:
        """Return what was entered in open pages here, of those that were not released.

        Pages of month *first* and later may lack rows that were entered before.
        """
        places, rows = self._entered()
        if not len(rows):
            return _NOTHING_WRITTEN
        up = self._is_up(places, rows)
        whole = self._whole(places[up], rows[up], first)
        return Written(*self._added(places[~up], rows[~up]), whole, rows[~up].astype("<i4"), rows[up].astype("<i4"))

    def _whole(self, places: Block, rows: Block, first: int) -> list[tuple[str, int, bytes]]:
        """Return the pages of month *first* and later of some pupils; the open one, whatever its month."""
        months = self._block["key"][places] >> URN_BITS
        only = self._block["alone"][places] & (months <= first)  # there is none of a later month than the open one
        pages = opened(self._block, places[only])
        found = [(name, *page) for name, page in zip(self._names(rows[only].tolist()), pages, strict=True)]
        return found if len(found) == len(rows) else found + self._some(rows[~only], np.minimum(months, first)[~only])

    def _some(self, rows: Block, months: Block) -> list[tuple[str, int, bytes]]:
        """Return the pages of some pupils, of each from a month on."""
        least = (months << URN_BITS).tolist()
        each = zip(self._names(rows.tolist()), least, self._pages(rows, least), strict=True)
        return [(name, key, page) for name, mine, pages in each for key, page in pages.items() if key >= mine]

    def _entered(self) -> tuple[Block, Block]:
        """Return the places and rows of those in whose open pages rows were entered."""
        places, rows = self._changed()
        if not self._late:
            return places, rows
        (some,) = self._block["rows"][places].nonzero()
        return places[some], rows[some]

    def _is_up(self, places: Block, rows: Block) -> Block:
        """Tell whose turn it is, but for those who were born here: they have nothing but what was entered."""
        up = is_up(rows, self._block["last"][places])
        return up & ~np.isin(rows, list(self._keys)) if self._keys else up

    def _added(self, places: Block, rows: Block) -> tuple[list[str], list[int], list[int], bytes]:
        """Return the rows that were entered."""
        sizes = (self._block["rows"][places] * np.int64(ROW)).tolist()
        found = self.roll.screen.last_rows(self._block, places, sum(sizes))
        return self._names(rows.tolist()), self._block["key"][places].tolist(), sizes, found

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
        yield from ((self._keys[row], NEWBORN) for row in born if row not in self._said)
        said = [row for row in self._said if not self._released[row]]
        yield from ((self._name(row), self._told[row]) for row in said)

    def pages(self, asked: Sequence[tuple[str, int]]) -> list[dict[int, bytes]]:
        """Return the pages of pupils who were not released, as they are by now; none where there is no such pupil.

        Each is asked for with the least key of a page that must be among them.
        """
        known = {place: row for place, (key, _) in enumerate(asked) if (row := self._row(key)) >= 0}
        least = [asked[place][1] for place in known]
        pages = iter(self._pages(np.array([*known.values()], "<i8"), least) if known else ())
        return [next(pages) if place in known else {} for place in range(len(asked))]

    def _pages(self, rows: Block, least: list[int]) -> list[dict[int, bytes]]:
        self._keep_up()
        at, open_keys = self._at[rows], np.full(len(rows), -1, "<i8")
        (held,) = (at >= 0).nonzero()
        held = held[self._block["ahead"][at[held]]]
        open_keys[held] = self._block["key"][at[held]]
        found = self.roll.pages(rows, least, open_keys)
        for place, its, (key, page) in zip(
            held.tolist(), at[held].tolist(), opened(self._block, at[held]), strict=True
        ):
            found[place] |= {turn.key: turn.page for turn in self._turns.get(its, ())}
            found[place][key] = page
        return found

    def put_back(self) -> None:
        """Make what changed the roll's."""
        places, rows = self._changed()
        for row in self._keys.keys() & set(rows.tolist()) if self._keys else ():
            self.roll.born(self._keys.pop(row), row)
        for row in [row for row in self._told if not self._released[row]]:
            self.roll.rest(row, self._told[row])
        self._block["rows"][places] = 0
        if len(rows):
            self._move_back(places, rows)
        for at in self._turns.keys() & set(places.tolist()) if self._turns else ():
            self.roll.turn(int(self._rows[at]), self._turns[at])
        used = self._number
        self.begin()
        self._let_go_of_room(used)
