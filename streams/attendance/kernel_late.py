"""What is compiled of late marks beside the walk (`kernel.py`): each is entered in its page, and what came is settled.

`late.py` says what a late mark is, and why this is exact. A **book** says where the pages of one pupil are, by key: as
rows (key, form, code, rows), where `form` and `code` are where the page's rows and its codes begin on the shelf.
"""

from streams.attendance.codes import NO_MARK
from streams.attendance.columns import Block, Marks, Part, Sessions, State
from streams.attendance.compiled import compiled, inlined
from streams.attendance.ledger import NARROW, ROW, URN_BITS
from streams.attendance.pages import HEAD
from streams.attendance.shelf import LEFT, MOVED, SAME, UNBEATEN, UNMOVED, WALK, Calendar, Late, Shelf
from streams.attendance.tables import Tables

_OPEN = -1  # as a form: the page is the open one, in the pupil's record


@compiled
def lay_out(
    shelf: Shelf,
    calendar: Calendar,
    state: State,
    marks: Marks,
    which: Block,
    late: Late,
    sessions: Sessions,
    part: Part,
) -> None:
    """Enter mark `which[k]` in its page, of pupil number k of *shelf*; lay out the sessions where they must be walked.

    A mark is left whose pupil has a wide page, two of a month, or too many.
    """
    form = code = filled = 0
    for k in range(which.size):
        i, pages, end = which[k], 0, shelf.first[k + 1]
        for page in range(shelf.first[k], end):
            rows, width = int(shelf.rows[page]), int(shelf.forms[form + 1])
            if width == NARROW and 0 <= pages < len(late.book) - 2:
                pages = _place(late.book, pages, shelf.keys[page], form + HEAD, code, rows)
            else:
                pages = -1
            form, code = form + HEAD + rows * (2 + width), code + rows
        sessions.first[k] = filled
        if pages >= 0:
            pages = _whole(late.book, pages, state, marks, i)
        late.kind[k] = _enter(shelf, state, marks, i, late, k, pages) if pages >= 0 else LEFT
        if late.kind[k] == WALK:
            filled = _spread(shelf, calendar, state, marks, i, late, k, pages, sessions, filled)
            _know(shelf, state, marks, i, part, k)
    sessions.first[which.size] = filled


@inlined
def _place(book: Block, pages: int, key: int, form: int, code: int, rows: int) -> int:
    """Put a page in its place in the book; return how many there are now."""
    at = pages
    while at > 0 and book[at - 1, 0] > key:
        for column in range(book.shape[1]):
            book[at, column] = book[at - 1, column]
        at -= 1
    book[at, 0], book[at, 1], book[at, 2], book[at, 3] = key, form, code, rows
    return pages + 1


@inlined
def _find(book: Block, pages: int, key: int) -> int:
    for at in range(pages):
        if book[at, 0] == key:
            return at
    return -1


@inlined
def _whole(book: Block, pages: int, state: State, marks: Marks, i: int) -> int:
    """Put the open page and the mark's own in the book; return how many pages there are, -1 if two are of a month."""
    at, rows = marks.at[i], int(state.size[marks.at[i]]) // ROW
    place = _find(book, pages, state.key[at])
    if place >= 0:
        book[place, 1], book[place, 3] = _OPEN, rows
    else:
        pages = _place(book, pages, state.key[at], _OPEN, 0, rows)
    if _find(book, pages, marks.key[i]) < 0:
        pages = _place(book, pages, marks.key[i], 0, 0, 0)
    for place in range(1, pages):
        if book[place, 0] >> URN_BITS == book[place - 1, 0] >> URN_BITS:
            return -1
    return pages


@inlined
def _enter(shelf: Shelf, state: State, marks: Marks, i: int, late: Late, k: int, pages: int) -> int:
    """Write the mark's page with the mark in its place; return what is to be done."""
    place, kind, to, entered = _find(late.book, pages, marks.key[i]), WALK, 0, False
    for row in range(late.book[place, 3]):
        position = _byte(shelf, state, marks.at[i], late.book, place, row, 0)
        if not entered and position >= marks.position[i]:
            if position == marks.position[i]:
                code = _byte(shelf, state, marks.at[i], late.book, place, row, 1)
                if not _beats(shelf, state, marks, i, late.book, place, row, code):
                    return UNBEATEN
                kind = SAME if code == marks.code[i] else WALK
            _write(late.page, k, to, marks, i)
            to, entered = to + ROW, True
            if position == marks.position[i]:
                continue
        for byte in range(ROW):
            late.page[k, to + byte] = _byte(shelf, state, marks.at[i], late.book, place, row, byte)
        to += ROW
    if not entered:
        _write(late.page, k, to, marks, i)
        to += ROW
    late.size[k] = to
    return kind


@inlined
def _byte(shelf: Shelf, state: State, at: int, book: Block, place: int, row: int, byte: int) -> int:
    """Return a byte of a row of the page at a place of the book: its position, its code, or one of its seconds."""
    if book[place, 1] == _OPEN:
        return int(state.page[at, ROW * row + byte])
    return int(shelf.codes[book[place, 2] + row] if byte == 1 else shelf.forms[book[place, 1] + ROW * row + byte])


@inlined
def _beats(shelf: Shelf, state: State, marks: Marks, i: int, book: Block, place: int, row: int, code: int) -> bool:
    """Whether the mark beats the one held: `ledger.Version.beats`."""
    seconds = 0
    for byte in range(ROW - 2):
        seconds |= _byte(shelf, state, marks.at[i], book, place, row, 2 + byte) << 8 * byte
    return bool(marks.seconds[i] > seconds or (marks.seconds[i] == seconds and marks.code[i] < code))


@inlined
def _write(page: Block, k: int, to: int, marks: Marks, i: int) -> None:
    page[k, to], page[k, to + 1] = marks.position[i], marks.code[i]
    for byte in range(ROW - 2):
        page[k, to + 2 + byte] = marks.seconds[i] >> 8 * byte & 255


@inlined
def _spread(
    shelf: Shelf, calendar: Calendar, state: State, marks: Marks, i: int, late: Late, k: int, pages: int,
    sessions: Sessions, filled: int,
) -> int:  # fmt: skip
    """Lay the sessions that have a mark out in order, the page as it is by now; return where the next pupil's begin."""
    for place in range(pages):
        month, is_its = (late.book[place, 0] >> URN_BITS) - calendar.month, late.book[place, 0] == marks.key[i]
        rows = late.size[k] // ROW if is_its else late.book[place, 3]
        for row in range(rows):
            if is_its:
                position, code = int(late.page[k, ROW * row]), int(late.page[k, ROW * row + 1])
            else:
                position = _byte(shelf, state, marks.at[i], late.book, place, row, 0)
                code = _byte(shelf, state, marks.at[i], late.book, place, row, 1)
            if code != NO_MARK:
                sessions.slot[filled], sessions.code[filled] = calendar.starts[month] + position, code
                sessions.year_end[filled] = calendar.year_ends[month]
                filled += 1
    return filled


@inlined
def _know(shelf: Shelf, state: State, marks: Marks, i: int, part: Part, k: int) -> None:
    """Note what is known of before the day of the mark: `recorded.before`."""
    first, at = marks.slot[i] & ~1, marks.at[i]
    part.tested[k] = first
    for row in range(shelf.closed_first[k], shelf.closed_first[k + 1]):
        if shelf.closed[row, 2] < first:
            part.closed[k] += 1
        elif shelf.closed[row, 1] < first:
            part.on[k, shelf.closed[row, 0]] = shelf.closed[row, 1]
    for rule in range(part.on.shape[1]):
        if 0 < state.on[at, rule] < first:
            part.on[k, rule] = state.on[at, rule]


@compiled
def settle(
    tables: Tables, shelf: Shelf, state: State, walked: State, marks: Marks, which: Block, late: Late, part: Part,
    flips: Block, count: Block,
) -> None:  # fmt: skip
    """Write what was found of each mark into its pupil's record: record k of *walked*, and the open page."""
    flip = 0
    for k in range(which.size):
        i, at, begin = which[k], marks.at[which[k]], flip
        while flip < count[0] and flips[flip, 0] == k:
            flip += 1
        if late.kind[k] == WALK:
            same = _is_same(shelf, state, walked, at, k, part, flips, begin, flip)
            late.kind[k] = LEFT if part.came[k] <= 0 else UNMOVED if same else MOVED
            if late.kind[k] != LEFT:
                _take_walk(tables, state, at, walked, k)
        if late.kind[k] >= SAME:
            state.ahead[at] = True
            if marks.key[i] == state.key[at]:
                state.size[at] = late.size[k]
                for byte in range(late.size[k]):
                    state.page[at, byte] = late.page[k, byte]


@inlined
def _is_same(
    shelf: Shelf, state: State, walked: State, at: int, k: int, part: Part, flips: Block, begin: int, end: int
) -> bool:
    """Whether every episode is as it was: those that are open, and those that were closed since what is known."""
    for rule in range(part.on.shape[1]):
        if state.on[at, rule] != walked.on[k, rule]:
            return False
    row = shelf.closed_first[k] + part.closed[k]
    for flip in range(begin, end):
        if flips[flip, 2] == 0:
            continue
        if row == shelf.closed_first[k + 1]:
            return False
        for column in range(3):
            if shelf.closed[row, column] != flips[flip, 1 + column]:
                return False
        row += 1
    return bool(row == shelf.closed_first[k + 1])


@inlined
def _take_walk(tables: Tables, state: State, at: int, walked: State, k: int) -> None:
    """Copy a walk into a pupil's record: `lifting.lower_recorded`."""
    for word in range(tables.tally):
        state.words[at, tables.now + word] = walked.words[k, tables.now + word]
        state.words[at, tables.before + word] = walked.words[k, tables.before + word]
    for week in range(state.past.shape[1]):
        state.past[at, week] = walked.past[k, week]
