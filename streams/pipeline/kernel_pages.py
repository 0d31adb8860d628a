"""What is compiled of loading ledgers: many changelog records at once, their keys and values joined."""

from typing import Any

import numpy as np

from streams.attendance.codes import INDEX
from streams.attendance.columns import Block
from streams.attendance.compiled import compiled, inlined
from streams.attendance.days import SHORT_DAYS
from streams.attendance.ledger import MOST_ROWS, NARROW, PAGE_FORM, ROW, URN_BITS
from streams.attendance.pages import HEAD
from streams.contract.sheets import KEY
from streams.pipeline.compiled_pages import NONE, Forms, Room

Place = Any  # a number of numba's, of a record or in its bytes;
At = np.uint64  # one without a sign need not be looked at, at half the time
_MONTHS = 12
_ANNOUNCED = -2  # in the place of a page: the record is what was announced of a pupil
_REST = b"/announced"
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
def _page(keys: Block, at: Place) -> int:
    """Return the page that the key at *at*, as long as that of a page, says; `NONE` where it is none."""
    year, month, urn = _number(keys, at + KEY + 1, 4), _number(keys, at + KEY + 6, 2), _number(keys, at + KEY + 9, 6)
    if year < 0 or not 1 <= month <= _MONTHS or urn < 0:
        return NONE
    if keys[at + KEY] != _SLASH or keys[at + KEY + 5] != _DASH or keys[at + KEY + 8] != _SLASH:
        return NONE
    return (year * _MONTHS + month - 1) << URN_BITS | urn


@inlined
def _is_announced(keys: Block, at: Place) -> bool:
    for i in range(len(_REST)):
        if keys[at + KEY + i] != _REST[i]:
            return False
    return True


@inlined
def _is_narrow(values: Block, at: Place, end: Place) -> bool:
    """Whether a value is an ordinary page."""
    size = end - at - HEAD
    if size < 0 or size % ROW or size > ROW * MOST_ROWS:
        return False
    return bool(values[at] == PAGE_FORM and values[at + 1] == NARROW)


@inlined
def _kind(keys: Block, key: Place, key_end: Place, values: Block, value: Place, value_end: Place) -> int:
    """Return which page a record is, or `_ANNOUNCED`; else `NONE`."""
    size = key_end - key
    if value == value_end or size < KEY or not _is_pupil(keys, key):
        return NONE
    if size == _PAGE_KEY and _is_narrow(values, value, value_end):
        return _page(keys, key)
    return _ANNOUNCED if size == KEY + len(_REST) and _is_announced(keys, key) else NONE


@inlined
def _is_same(keys: Block, one: Place, other: Place) -> bool:
    for letter in range(KEY):
        if keys[one + letter] != keys[other + letter]:
            return False
    return True


@inlined
def _is_in(page: int, pages: Block, first: Place, end: Place) -> bool:
    for i in range(first, end):
        if pages[i] == page:
            return True
    return False


@inlined
def _find_runs(keys: Block, key_at: Block, values: Block, value_at: Block, room: Room) -> int:
    """Find the runs in records, and the pages in them; return how many runs. A page is in a run once."""
    runs, pages, before = 0, 0, NONE
    for i in range(key_at.size - 1):
        kind = _kind(keys, key_at[i], key_at[i + 1], values, value_at[i], value_at[i + 1])
        goes_on = kind != NONE != before and _is_same(keys, key_at[i], key_at[i - 1])
        if not goes_on or _is_in(kind, room.page, room.page_at[runs - 1], pages):
            room.first[runs], room.page_at[runs], room.announced[runs] = i, pages, NONE
            runs += 1
        if kind == _ANNOUNCED:
            room.announced[runs - 1] = i
        elif kind != NONE:
            room.page[pages], room.record[pages] = kind, i
            room.rows[pages] = (value_at[i + 1] - value_at[i] - HEAD) // ROW
            pages += 1
        before = kind
    room.page_at[runs] = pages
    return runs


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
def _shorten(values: Block, value_at: Block, records: Block, short: Block, at: Place) -> Place:
    """Write the codes in the pages of a run short, and blank them there; return the place behind."""
    days, morning = 0, False  # not written yet: whole days of presence, and behind them a morning
    for record in records:
        for i in range(At(value_at[record] + HEAD + 1), At(value_at[record + 1]), At(ROW)):
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


@inlined
def _place_of(values: Block, at: Place, end: Place, forms: Forms) -> Place:
    """Return where in the table to look first for a form: by its rows, a word each."""
    found = forms.factor
    for row in range(At(at + HEAD), At(end), At(ROW)):
        word = np.uint64(values[row])
        for i in range(At(2), At(ROW)):
            word = word << np.uint64(8) | np.uint64(values[row + i])
        found = (found ^ word) * forms.factor
    return np.int64((found >> np.uint64(32)) & np.uint64(forms.table.size - 1))


@inlined
def _equals(values: Block, at: Place, end: Place, forms: Forms, form: Place) -> bool:
    start, differs = forms.at[form], 0
    if forms.at[form + 1] - start != end - at:
        return False
    for i in range(At(end - at)):  # to the end: so it is done many at once
        differs |= values[At(at) + i] ^ forms.letters[At(start) + i]
    return bool(differs == 0)


@inlined
def _form(values: Block, at: Place, end: Place, forms: Forms) -> Place:
    """Return the number of a form, which is entered where it is new: there is room for it."""
    place = _place_of(values, at, end, forms)
    while forms.table[place] >= 0 and not _equals(values, at, end, forms, forms.table[place]):
        place = (place + 1) & (forms.table.size - 1)
    if forms.table[place] < 0:
        form = forms.number[0]
        start = forms.at[form]
        for i in range(end - at):
            forms.letters[start + i] = values[at + i]
        forms.table[place], forms.number[0], forms.at[form + 1] = form, form + 1, start + end - at
    return forms.table[place]


@compiled
def enter_again(forms: Forms) -> None:
    """Enter all forms in a table that is new."""
    for form in range(forms.number[0]):
        place = _place_of(forms.letters, forms.at[form], forms.at[form + 1], forms)
        while forms.table[place] >= 0:
            place = (place + 1) & (forms.table.size - 1)
        forms.table[place] = form


@compiled
def read_pages(keys: Block, key_at: Block, values: Block, value_at: Block, room: Room, forms: Forms) -> int:
    """Find the runs in records, and enter their pages in *room* and *forms*; return how many runs.

    The codes in *values* are blanked.
    """
    runs, at = _find_runs(keys, key_at, values, value_at, room), 0
    for run in range(runs):
        room.short_at[run] = at
        at = _shorten(values, value_at, room.record[room.page_at[run] : room.page_at[run + 1]], room.short, at)
    room.short_at[runs] = at
    for page in range(room.page_at[runs]):
        record = room.record[page]
        room.form[page] = _form(values, value_at[record], value_at[record + 1], forms)
    return runs
