"""What is compiled of `spans.py`: with which session what many rules looked at begins, from pages where they lie.

Of a pupil whose pages are narrow, one a month: of others somebody else must look.
"""

from streams.attendance.codes import CODES, NO_MARK, NO_SCHOOL_DAY, POSSIBLE
from streams.attendance.columns import Block, State
from streams.attendance.compiled import compiled, inlined
from streams.attendance.ledger import NARROW, ROW, URN_BITS
from streams.attendance.pages import HEAD
from streams.attendance.shelf import Calendar, Room, Shelf
from streams.attendance.spans import POSSIBLE_BACK, WEEKDAYS_BACK, WEEKS_BACK, YEAR_FIRST

_POSSIBLE = sum(1 << code for code in POSSIBLE)
_SCHOOL = sum(1 << code for code in range(len(CODES)) if code not in NO_SCHOOL_DAY)


@compiled
def first_sessions(shelf: Shelf, calendar: Calendar, state: State, asked: Block, room: Room, firsts: Block) -> None:
    """Fill *firsts* with the first session of each span that is *asked* for; with -1 where somebody else must look.

    A row of *asked* is (pupil in *shelf*, place in *state*, way, of what, first slot of the year, last session), in the
    order of pupils.
    """
    form = code = i = 0
    slots, codes = room.slots, room.codes
    for k in range(shelf.first.size - 1):
        pages = 0
        for page in range(shelf.first[k], shelf.first[k + 1]):
            rows, width = int(shelf.rows[page]), int(shelf.forms[form + 1])
            pages = _place(room.book, pages, shelf.keys[page], form + HEAD, code, rows if width == NARROW else -1)
            form, code = form + HEAD + rows * (2 + width), code + rows
        end = _page_by_page(shelf, calendar, state, asked[i, 1], room, pages)
        while i < firsts.size and asked[i, 0] == k:
            its = end
            while its > 0 and slots[its - 1] > asked[i, 5]:
                its -= 1
            firsts[i] = _first(slots, codes, its, asked[i, 2], asked[i, 3], asked[i, 4], asked[i, 5])
            i += 1


@inlined
def _place(book: Block, pages: int, key: int, form: int, code: int, rows: int) -> int:
    """Put a page in its place in the book, by key; return how many there are now, -1 where they are too many."""
    if pages < 0 or pages == len(book):
        return -1
    at = pages
    while at > 0 and book[at - 1, 0] > key:
        for column in range(book.shape[1]):
            book[at, column] = book[at - 1, column]
        at -= 1
    book[at, 0], book[at, 1], book[at, 2], book[at, 3] = key, form, code, rows
    return pages + 1


@inlined
def _page_by_page(shelf: Shelf, calendar: Calendar, state: State, at: int, room: Room, pages: int) -> int:
    """Lay the sessions that have a mark out in order; return how many there are, -1 where the pages are not plain.

    The open page is the last one; an old copy of it may be in the book.
    """
    filled, month, book, its_month = 0, -1, room.book, state.key[at] >> URN_BITS
    if pages > 0 and book[pages - 1, 0] == state.key[at]:
        pages -= 1
    for page in range(pages):
        if book[page, 0] >> URN_BITS == month or book[page, 3] < 0:
            return -1
        month = book[page, 0] >> URN_BITS
        start, form, code = calendar.starts[month - calendar.month], book[page, 1], book[page, 2]
        for row in range(book[page, 3]):
            if shelf.codes[code + row] != NO_MARK:
                room.slots[filled], room.codes[filled] = start + shelf.forms[form + ROW * row], shelf.codes[code + row]
                filled += 1
    if pages < 0 or its_month <= month:
        return -1
    start = calendar.starts[its_month - calendar.month]
    for row in range(0, int(state.size[at]), ROW):
        if state.page[at, row + 1] != NO_MARK:
            room.slots[filled], room.codes[filled] = start + state.page[at, row], state.page[at, row + 1]
            filled += 1
    return filled


@inlined
def _first(slots: Block, codes: Block, end: int, way: int, of: int, year: int, last: int) -> int:
    """Return the first session of one span, of which the last is *last*: `spans.first_session`."""
    if end < 0:
        return -1
    if way == WEEKS_BACK:
        return _first_of_weeks(slots, codes, end, of)
    if way == POSSIBLE_BACK:
        return _possible_back(slots, codes, end, of, last)
    if way == WEEKDAYS_BACK:
        return _first_of_weekdays(slots, codes, end, of % 7, of // 7, last)
    for i in range(end):
        if slots[i] >= year and (way == YEAR_FIRST or of >> codes[i] & 1):
            return int(slots[i])
    return -1 if way == YEAR_FIRST else last


@inlined
def _first_of_weeks(slots: Block, codes: Block, end: int, weeks: int) -> int:
    i, first = end - 1, -1
    while i >= 0 and weeks > 0:
        week, school, begins = ((slots[i] >> 1) - 1) // 7, False, 0
        while i >= 0 and ((slots[i] >> 1) - 1) // 7 == week:
            school, begins = school or _SCHOOL >> codes[i] & 1 == 1, int(slots[i])
            i -= 1
        if school:
            first, weeks = begins, weeks - 1
    return first


@inlined
def _first_of_weekdays(slots: Block, codes: Block, end: int, weekday: int, number: int, last: int) -> int:
    i, monday = end - 1, 0
    while i >= 0 and number > 0:
        day = slots[i] >> 1
        if (day - 1) % 7 == weekday and _SCHOOL >> codes[i] & 1 and monday != day - weekday:
            monday, number = day - weekday, number - 1
        i -= 1
    first = last
    for i in range(end - 1, -1, -1):
        if monday == 0 or slots[i] >> 1 < monday:
            break
        first = int(slots[i])
    return first


@inlined
def _possible_back(slots: Block, codes: Block, end: int, number: int, last: int) -> int:
    if number == 0:
        return last
    for i in range(end - 1, -1, -1):
        number -= _POSSIBLE >> codes[i] & 1
        if number == 0:
            return int(slots[i])
    return -1
