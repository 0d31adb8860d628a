"""Room for what the compiled part works on, and its first calls, each with nothing to do.

So all is compiled, or read from the cache, by the time that it is needed.
"""

from typing import TYPE_CHECKING, Any

import numpy as np

from streams.attendance.columns import FLIP, LONG, Block, Bound, Found, Layout, Marks, as_words, newborn, state_of
from streams.attendance.formulas import MOST_COUNTS
from streams.attendance.ledger import MOST_ROWS, ROW
from streams.attendance.shelf import Calendar, part_for, room_for, room_of_one, sessions_for, shelf_of

if TYPE_CHECKING:
    from streams.attendance.tables import Tables

FLIPS = 64  # beside one a mark, before a batch's marks are left to the exact way


def blank(layout: Layout) -> Block:
    """Return two records of newborn: of one, numpy would see other strides, and numba another type."""
    return np.repeat(newborn(layout).reshape(1), 2)


def room_for_found(marks: int, rules: int) -> Found:
    """Return room for what comes of so many marks."""
    return Found(
        np.zeros(marks, "u1"),
        np.empty((marks + FLIPS + rules, FLIP + MOST_COUNTS), "<i8"),
        np.empty((marks, 4), "<i8"),
        np.empty((marks, MOST_ROWS * ROW), "u1"),
        np.zeros(2, "<i8"),
    )


def call_late(kernel_late: Any, tables: "Tables", layout: Layout) -> None:  # noqa: ANN401 - a module
    """Call what is compiled of late marks."""
    none, state, flips, count = (
        np.zeros(0, "<i8"),
        state_of(blank(layout)),
        np.empty((1, FLIP), "<i8"),
        np.zeros(1, "<i8"),
    )
    shelf, marks = shelf_of([], []), Marks(*[none] * 9)
    late, sessions, part = room_for(shelf, len(tables.least))
    kernel_late.lay_out(shelf, Calendar(0, none, none), state, marks, none, late, sessions, part)
    kernel_late.settle(tables, shelf, state, state, marks, none, late, part, flips, count)


def call_spans(kernel_spans: Any, layout: Layout) -> None:  # noqa: ANN401 - a module
    """Call what is compiled of spans."""
    none = np.zeros(0, "<i8")
    shelf, asked = shelf_of([], []), np.zeros((0, 6), "<i8")
    state, calendar = state_of(blank(layout)), Calendar(0, none, none)
    kernel_spans.first_sessions(shelf, calendar, state, asked, room_of_one(shelf), none)


def _bound_of_none() -> Bound:
    return Bound(*[np.frombuffer(b"", "u1")] * 2, *[np.zeros(0, "<i8")] * 4)


def call_all(kernel: Any, kernel_rows: Any, tables: "Tables", layout: Layout) -> None:  # noqa: ANN401 - modules
    """Call what is compiled of plain appends and of walks."""
    block, none, pair = blank(layout), np.zeros(0, "<i8"), np.zeros((2, 2), "<i8")
    marks, room = Marks(*[none] * 9), room_for_found(0, len(tables.least))
    kernel_rows.mark_twins(marks, pair, room.result)
    kernel.append(tables, state_of(block), marks, np.zeros(2, "?"), room)
    sessions, part = sessions_for(1, 0), part_for(1, len(tables.least))
    kernel_rows.spread(_bound_of_none(), sessions)
    kernel.walk(tables, state_of(block), sessions, part, np.empty((1, FLIP), "<i8"), np.zeros(1, "<i8"))
    kernel_rows.move(as_words(block, LONG), none, as_words(block, LONG), none)
    kernel_rows.last_rows(block["page"], block["size"], block["rows"], none, np.zeros(0, "u1"))
    words, table, asked = np.zeros((0, 2), "<u2"), np.full(2, -1, "<i4"), np.frombuffer(b"", "<u2").reshape(-1, 2)
    kernel_rows.find(asked, words, table, np.uint64(1), none)
    kernel_rows.enter(none, words, table, np.uint64(1))
