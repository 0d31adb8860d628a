"""What is compiled of reading a register: its marks, straight from their bytes into columns.

Behind the bytes of a Python object stands a zero that is none of them. What is compiled here goes on only from a
character that it wants, and it never wants a zero: so it cannot pass the end. What it does not know leads it there too.
"""

import numpy as np

from streams.attendance.columns import Block
from streams.attendance.compiled import compiled, inlined
from streams.contract.sheets import KEY
from streams.pipeline.compiled_marks import CHANGED, LETTERS, NOT_LATE, NOTE, ROOM, UNKNOWN

Place = np.uint64  # in a text, or in the room: without a sign, which need not be looked at, at half the time
_ONE = Place(1)
_MOST_MINUTES = 600
_TAB, _LINE, _RETURN, _SPACE, _QUOTE, _BACKSLASH, _COMMA, _END, _LAST = b'\t\n\r "\\,}]'
_A, _Z, _TWO, _SEVEN, _ZERO, _NINE, _P, _C = b"az2709pc"
_PUPIL, _CODE, _MINUTES = 1, 2, 4


@inlined
def _nowhere(text: bytes) -> Place:
    return Place(len(text))


@inlined
def _spaced(text: bytes, at: Place) -> Place:
    """Return where the next character stands that is no space."""
    while text[at] == _SPACE or text[at] == _LINE or text[at] == _RETURN or text[at] == _TAB:
        at += _ONE
    return at


@inlined
def _behind(text: bytes, at: Place, word: bytes) -> Place:
    """Return the place behind *word*, which stands at *at*; else the end."""
    for i in range(Place(len(word))):
        if text[at + i] != word[i]:
            return _nowhere(text)
    return at + Place(len(word))


@inlined
def _value(text: bytes, at: Place, name: bytes) -> Place:
    """Return where the value of the member *name* begins."""
    return _spaced(text, _behind(text, _spaced(text, _behind(text, at, name)), b":"))


@inlined
def _pupil(text: bytes, at: Place, room: Block, to: Place) -> Place:
    """Copy a pupil's key, and return the place behind it."""
    at = _behind(text, at, b'"')
    for i in range(Place(KEY)):
        letter = text[at + i]
        if not (_A <= letter <= _Z or _TWO <= letter <= _SEVEN):
            return _nowhere(text)
        room[to + i] = letter
    return _behind(text, at + Place(KEY), b'"')


@inlined
def _letter(text: bytes, at: Place) -> int:
    """Return how many bytes the letter of a code takes, 0 where there is none: a backslash is written as two."""
    if text[at] == _BACKSLASH:
        return 2 if text[at + _ONE] == _BACKSLASH else 0
    return 1 if _SPACE < text[at] < LETTERS and text[at] != _QUOTE else 0


@inlined
def _code(text: bytes, at: Place) -> tuple[Place, int]:
    """Return the place behind a code, and where in a table it stands."""
    at = _behind(text, at, b'"')
    size, place = _letter(text, at), 0
    if size:
        place, at = text[at] * LETTERS, at + Place(size)
        size = _letter(text, at)
        if size:
            place, at = place + text[at], at + Place(size)
    return _behind(text, at, b'"'), place


@inlined
def _minutes(text: bytes, at: Place) -> tuple[Place, int]:
    """Return the place behind a number of minutes, and how many they are."""
    if text[at] == _ZERO:
        return at + _ONE, 0
    if not _ZERO < text[at] <= _NINE:
        return _behind(text, at, b"null"), NOT_LATE
    minutes = 0
    while _ZERO <= text[at] <= _NINE and minutes <= _MOST_MINUTES:
        minutes, at = minutes * 10 + text[at] - _ZERO, at + _ONE
    return (at if minutes <= _MOST_MINUTES else _nowhere(text)), minutes


@inlined
def _mark(text: bytes, at: Place, room: Block, to: Place) -> tuple[Place, int, int]:
    """Copy the pupil's key of a mark; return the place behind it, where its code stands in a table, and its minutes.

    Of a member that comes twice the last one counts, as in any JSON here.
    """
    at, seen, code, minutes = _behind(text, at, b"{"), 0, 0, NOT_LATE
    while True:
        at, field = _behind(text, _spaced(text, at), b'"'), 0
        if text[at] == _P:
            at, field = _pupil(text, _value(text, at, b'pupil"'), room, to), _PUPIL
        elif text[at] == _C:
            (at, code), field = _code(text, _value(text, at, b'code"')), _CODE
        else:
            (at, minutes), field = _minutes(text, _value(text, at, b'minutes_late"')), _MINUTES
        at = _spaced(text, at)
        seen |= field
        if text[at] != _COMMA:
            whole = text[at] == _END and seen & _PUPIL and seen & _CODE
            return (at + _ONE if whole else _nowhere(text)), code, minutes
        at += _ONE


@inlined
def _note(room: Block, at: int, number: int, minutes: int, code: int) -> None:
    room[at], room[at + 1] = number & 255, number >> 8
    room[at + 2], room[at + 3] = minutes & 255, minutes >> 8
    room[at + 4], room[at + 5] = code // LETTERS, code % LETTERS


@compiled
def read_marks(text: bytes, codes: Block, room: Block) -> int:
    """Read a list of marks into *room*: keys of pupils, codes, notes, each one behind the other.

    Return how many marks, and 65,536 times how many notes: of those that say more than pupil and code, or whose code
    was sent as another. -1 where any is not plain: it has another member, anything escaped, an unknown code.
    """
    most, number, notes = room.size // ROOM, 0, 0
    at = _behind(text, Place(0), b"[")
    while number < most:
        at, place, minutes = _mark(text, _spaced(text, at), room, Place(KEY * number))
        code = codes[place]
        if at == len(text) or code == UNKNOWN:
            return -1
        if code >= CHANGED or minutes != NOT_LATE:
            _note(room, (KEY + 1) * most + NOTE * notes, number, minutes, place)
            notes += 1
        room[KEY * most + number] = code & (CHANGED - 1)
        number, at = number + 1, _spaced(text, at)
        if text[at] != _COMMA:
            return number + (notes << 16) if text[at] == _LAST else -1
        at += _ONE
    return -1
