"""What is compiled of reading pages of ledgers: many changelog records at once, their keys and values joined."""

import numpy as np

from streams.attendance.codes import INDEX
from streams.attendance.columns import Block
from streams.attendance.compiled import compiled, inlined
from streams.attendance.days import SHORT_DAYS
from streams.attendance.ledger import MOST_ROWS, NARROW, PAGE_FORM, ROW, URN_BITS
from streams.attendance.pages import HEAD
from streams.contract.sheets import KEY
from streams.pipeline.compiled_pages import OTHER, Room

Place = np.int64
_PAGE_KEY = KEY + len("/YYYY-MM/123456")
_A, _Z, _TWO, _SEVEN, _ZERO, _NINE, _SLASH, _DASH = b"az2709/-"
_MORNING, _AFTERNOON = INDEX["/"], INDEX["\\"]
_LONGEST = 16  # days that one byte stands for


@inlined
def _number(keys: Block, at: Place, digits: int) -> int:
    """Return a number of so many digits, -1 where that is none."""
    number = 0
    for i in range(at, at + digits):
        if not _ZERO <= keys[i] <= _NINE:
            return -1
        number = 10 * number + keys[i] - _ZERO
    return number


@inlined
def _is_pupil(keys: Block, at: Place) -> bool:
    for i in range(at, at + KEY):
        if not (_A <= keys[i] <= _Z or _TWO <= keys[i] <= _SEVEN):
            return False
    return True


@inlined
def _page(keys: Block, at: Place, end: Place) -> int:
    """Return the page that a record's key says; `OTHER` where it is not that of a page."""
    if end - at != _PAGE_KEY or not _is_pupil(keys, at):
        return OTHER
    year, month, urn = _number(keys, at + 27, 4), _number(keys, at + 32, 2), _number(keys, at + 35, 6)
    if year < 0 or not 1 <= month <= 12 or urn < 0:
        return OTHER
    if keys[at + 26] != _SLASH or keys[at + 31] != _DASH or keys[at + 34] != _SLASH:
        return OTHER
    return (year * 12 + month - 1) << URN_BITS | urn


@inlined
def _rows(values: Block, at: Place, end: Place) -> int:
    """Return how many rows a narrow page has, -1 where it is none."""
    size = end - at - HEAD
    if size < 0 or values[at] != PAGE_FORM or values[at + 1] != NARROW or size % ROW or size > ROW * MOST_ROWS:
        return -1
    return size // ROW


@inlined
def _goes_on(keys: Block, key_at: Block, pages: Block, first: Place, i: Place) -> bool:
    """Whether page *i* goes on a run from record *first*: it is of the same pupil, and none of the run's again."""
    if i == 0 or pages[first] == OTHER:
        return False
    for letter in range(KEY):
        if keys[key_at[i] + letter] != keys[key_at[first] + letter]:
            return False
    for other in range(first, i):
        if pages[other] == pages[i]:
            return False
    return True


@inlined
def _days(short: Block, at: Place, days: int) -> Place:
    """Write so many whole days of presence short, as `days.shortened` does; return the place behind."""
    while days >= _LONGEST:
        short[at], at, days = SHORT_DAYS | _LONGEST, at + 1, days - _LONGEST
    number = _LONGEST // 2
    while number:
        if days & number:
            short[at], at = SHORT_DAYS | number, at + 1
        number //= 2
    return at


@inlined
def _part(values: Block, value_at: Block, first: Place, end: Place, short: Block, at: Place) -> Place:
    """Blank the codes in the pages of a run, and write them short; return the place behind."""
    days, morning = 0, False  # not written yet: whole days of presence, and behind them a morning
    for page in range(first, end):
        for i in range(value_at[page] + HEAD + 1, value_at[page + 1], ROW):
            code, values[i] = values[i], 0
            if morning and code == _AFTERNOON:
                days, morning = days + 1, False
                continue
            if code != _MORNING or morning:
                at, days = _days(short, at, days), 0
            if morning:
                short[at], at, morning = _MORNING, at + 1, False
            if code == _MORNING:
                morning = True
            else:
                short[at], at = code, at + 1
    at = _days(short, at, days)
    if morning:
        short[at], at = _MORNING, at + 1
    return at


@compiled
def read_pages(keys: Block, key_at: Block, values: Block, value_at: Block, room: Room) -> int:
    """Find the runs of pages in records, fill *room*, and blank the codes of what are pages; return how many runs."""
    runs, first, at, records = 0, 0, 0, key_at.size - 1
    for i in range(records):
        page, rows = _page(keys, key_at[i], key_at[i + 1]), _rows(values, value_at[i], value_at[i + 1])
        room.page[i], room.rows[i] = (page, rows) if rows >= 0 and page != OTHER else (OTHER, 0)
        if room.page[i] != OTHER and _goes_on(keys, key_at, room.page, first, i):
            continue
        if i and room.page[first] != OTHER:
            at = _part(values, value_at, first, i, room.short, at)
        room.first[runs], room.short_at[runs] = i, at
        runs, first = runs + 1, i
    if records and room.page[first] != OTHER:
        at = _part(values, value_at, first, records, room.short, at)
    room.first[runs], room.short_at[runs] = records, at
    return runs
