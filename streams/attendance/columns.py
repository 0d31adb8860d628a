"""Where the counts of many pupils lie side by side: one record a pupil, a lane of the tally a column.

A record holds what `Tally` holds, field by field and lane by lane (a lane is 16 bits there and here, so that the
tally's whole number and the record's `word` are the same bytes), twice: `now`, and `before` the day of `now`. Beside it
stand the page of the ledger that is open for the next mark, whether it is alone in its month, how many rows of it are
of the batch in hand, and what tells whether the next mark may be screened.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple, cast

import numpy as np

from streams.attendance.formulas import MONOMIALS
from streams.attendance.lanes import BITS, Lanes
from streams.attendance.ledger import MOST_ROWS, ROW

Block = np.ndarray[Any, Any]
"""Records or columns of many pupils."""

WORD = 4  # bytes in which parts of records are copied,
LONG = 8  # and whole ones: their numbers of so many bytes make them a multiple of it
MOST_WEEKS = 106  # that two academic years can touch
FLIP = 4  # numbers that say what flipped, before those that its rule counted


class State(NamedTuple):
    """The records of many pupils, field by field: views, so that what is written is in the records.

    `words` are the whole records in words of four bytes; `counts` is room for the monomials of one rule's counts, and
    `kept` for a tally.
    """

    words: Block
    word: Block
    on: Block
    weekdays: Block
    with_weeks: Block
    firsts: Block
    slot: Block
    year_end: Block
    year_week: Block
    week: Block
    closed: Block
    buckets: Block
    weeks: Block
    past_weeks: Block
    days: Block
    absences: Block
    in_spell: Block
    code: Block
    past: Block
    page: Block
    size: Block
    rows: Block
    key: Block
    last: Block
    ready: Block
    ahead: Block
    alone: Block
    on_before: Block
    closed_before: Block
    counts: Block
    kept: Block


class Marks(NamedTuple):
    """Marks in order, in columns as long as there are marks.

    `at` are the pupils' places in the block (-1: not here); `row` their rows in the roll; `register` the number of the
    register; `key` and `position` say where in the ledger (`ledger.seat`), `seconds` how long after the page's base
    the mark was recorded; `year_end` is the first slot after the academic year of `slot`.
    """

    at: Block
    row: Block
    register: Block
    slot: Block
    code: Block
    key: Block
    position: Block
    seconds: Block
    year_end: Block


class Bound(NamedTuple):
    """A pupil's pages bound together as they are packed (`pages.Packed`), all narrow and one a month.

    `firsts` says with which row each begins and the last ends, `starts` are the first slots of their months, `order`
    their places in the order of months, and `year_ends` the first slots after the academic years that they lie in.
    """

    forms: Block
    codes: Block
    firsts: Block
    starts: Block
    order: Block
    year_ends: Block


class Sessions(NamedTuple):
    """The sessions of some pupils that have a mark in order, those of one after those of another.

    `first` says with which each pupil's begin, and where the last end; `year_end` is the first slot after the academic
    year of `slot`.
    """

    first: Block
    slot: Block
    code: Block
    year_end: Block


class Part(NamedTuple):
    """Which sessions of some pupils to walk, by slot: from `since` `until`; and from which on to test the rules.

    Then those `on`, each since its slot, and so many episodes `closed`, are those of before. How many sessions were
    tested `came` of it: -1 where there was no room for what flipped.
    """

    since: Block
    tested: Block
    until: Block
    on: Block
    closed: Block
    came: Block


class Found(NamedTuple):
    """What came of marks, to be filled.

    `result` is one of each mark; `flips` are (mark, rule, on since, slot, and what the rule counted), as many as
    `number[0]`; `turns` are (place, key, bytes, whether it was written to) of the pages that were closed, as many as
    `number[1]`, with their bytes in `pages`.
    """

    result: Block
    flips: Block
    turns: Block
    pages: Block
    number: Block


class Layout:
    """The records of one rule book: its lanes as columns. Made once, shared by all partitions."""

    def __init__(self, lanes: Lanes, rules: int) -> None:
        self.lanes = lanes
        self._bytes = len(lanes.lanes) * BITS // 8
        self.windowed: Block = np.flatnonzero(self.row(_all(mask for _, mask in lanes.windows)))
        """The lanes that a week adds to, and leaves."""
        self.tally = self._tally(rules)
        self.blank: Block = np.zeros((), self.tally)
        self.pupil = np.dtype(
            [
                ("now", self.tally), ("before", self.tally), ("past", "<u2", (MOST_WEEKS,)),
                ("page", "u1", (MOST_ROWS * ROW,)), ("size", "<u2"), ("rows", "<u2"), ("key", "<i8"), ("last", "<i4"),
                ("ready", "?"), ("ahead", "?"), ("alone", "?"),
            ],
            align=True,
        )  # fmt: skip

    def _tally(self, rules: int) -> np.dtype[Any]:
        lanes, windowed = self.lanes, len(self.windowed)
        return np.dtype(
            [
                ("word", "<u2", (len(lanes.lanes),)), ("on", "<i4", (rules,)), ("weekdays", "<u4", (7,)),
                ("with_weeks", "<i4", (len(lanes.weeks_with),)), ("firsts", "<i4", (len(lanes.days_after),)),
                ("slot", "<i4"), ("year_end", "<i4"), ("year_week", "<i4"), ("week", "<i4"), ("closed", "<u2"),
                ("buckets", "u1", (lanes.longest + 1, windowed)), ("weeks", "u1"), ("past", "u1"), ("days", "u1"),
                ("absences", "u1"), ("in_spell", "?"), ("code", "i1"),
            ],
            align=True,
        )  # fmt: skip

    def row(self, word: int) -> Block:
        """Return the lanes of a whole number as a row of columns."""
        return np.frombuffer((word & (1 << 8 * self._bytes) - 1).to_bytes(self._bytes, "little"), "<u2")

    def rows(self, words: list[int]) -> Block:
        """Return the lanes of many, one below the other."""
        return np.stack([self.row(word) for word in words])

    def words(self, rows: Block) -> list[int]:
        """Return rows of columns as the whole numbers they were."""
        row, together = self._bytes, rows.tobytes()
        return [int.from_bytes(together[at : at + row], "little") for at in range(0, len(together), row)]

    def week_rows(self, buckets: Sequence[int]) -> Block:
        """Return what weeks add to the windows as rows, in bytes: a week has 14 sessions at most."""
        together = b"".join([bucket.to_bytes(self._bytes, "little") for bucket in buckets])
        return np.frombuffer(together, "<u2").reshape(len(buckets), -1)[:, self.windowed].astype("u1")

    def week_words(self, rows: Block) -> list[int]:
        """Return rows of `week_rows` as the whole numbers they were."""
        lanes = np.zeros((len(rows), len(self.lanes.lanes)), "<u2")
        lanes[:, self.windowed] = rows
        return self.words(lanes)


def lane_of(unit: int) -> int:
    """Return the number of the lane that *unit* adds one to."""
    return (unit.bit_length() - 1) // BITS


def _all(masks: Any) -> int:  # noqa: ANN401
    found = 0
    for mask in masks:
        found |= mask
    return found


def newborn(layout: Layout) -> Block:
    """Return the record of a pupil of whom there is nothing yet, as a new `Tally` has it."""
    record = np.zeros((), layout.pupil)
    now = record["now"]
    now["slot"], now["weekdays"] = -2, 1
    now["code"] = now["year_week"] = now["week"] = now["with_weeks"] = -1
    record["before"] = now
    record["key"], record["last"], record["ready"] = -1, -1, True
    return record


def copied(record: Block) -> Block:
    """Return a copy of a record, not to be written: of such records, numpy's own copies go field by field."""
    return cast("Block", np.frombuffer(record.tobytes(), record.dtype)[0])


def as_words(block: Block, word: int = WORD) -> Block:
    """Return records as rows of words of so many bytes, to be copied quickly: a view."""
    return block.view(np.dtype(f"<u{word}")).reshape(len(block), block.itemsize // word)


def state_of(block: Block) -> State:
    """Return the fields of *block*, to be written through."""
    now, before = block["now"], block["before"]
    pupil = {name: block[name] for name in ("past", "page", "size", "rows", "key", "last", "ready", "ahead", "alone")}
    tally = {name: now[name] for name in now.dtype.names or () if name != "past"}
    counts, kept = np.zeros(len(MONOMIALS), "<i8"), np.zeros(now.dtype.itemsize // WORD, "<u4")
    day = {"on_before": before["on"], "closed_before": before["closed"]}
    return State(words=as_words(block), past_weeks=now["past"], counts=counts, kept=kept, **day, **pupil, **tally)
