"""The attendance and absence codes: their order, their categories, and how a code is read by session date.

Source: School Attendance (Pupil Registration) (England) Regulations 2024, reg 10 Tables 1-3; DfE, *Working together to
improve school attendance* (August 2024), chapter 8. What is possible and what is absence follows DfE's own published
totals.
"""

from datetime import date
from enum import Enum
from functools import cache

CodeIndex = int


class Category(Enum):
    """What a code says of the child, best first."""

    ATTENDING = "attending"
    OFF_SITE = "approved off-site activity"
    AUTHORISED = "authorised absence"
    UNAUTHORISED = "unauthorised absence"
    NOT_POSSIBLE = "not a possible session"
    ELSEWHERE = "dual registered, expected at the other school"
    NO_MARK = "no mark"


_ORDER = {
    Category.ATTENDING: "/ \\ L",
    Category.OFF_SITE: "B K P V W J",
    Category.AUTHORISED: "C C1 C2 E I J1 M R S T",
    Category.UNAUTHORISED: "G N O U",
    Category.NOT_POSSIBLE: "Q Y1 Y2 Y3 Y4 Y5 Y6 Y7 X Z #",
    Category.ELSEWHERE: "D",
    Category.NO_MARK: "-",
}

CODES: tuple[str, ...] = tuple(code for codes in _ORDER.values() for code in codes.split())
"""Every code after reading, best first: where two marks compete, the smaller index is the better code."""

CATEGORIES: tuple[Category, ...] = tuple(cat for cat, codes in _ORDER.items() for _ in codes.split())
INDEX: dict[str, CodeIndex] = {code: i for i, code in enumerate(CODES)}

NO_MARK: CodeIndex = INDEX["-"]
DUAL: CodeIndex = INDEX["D"]


def indexes(codes: str) -> frozenset[CodeIndex]:
    """Return the indexes of *codes*, written with spaces between them."""
    return frozenset(INDEX[code] for code in codes.split())


def _of(*categories: Category) -> frozenset[CodeIndex]:
    return frozenset(i for i, category in enumerate(CATEGORIES) if category in categories)


ABSENT = _of(Category.AUTHORISED, Category.UNAUTHORISED)
POSSIBLE = _of(Category.ATTENDING, Category.OFF_SITE) | ABSENT
NO_SCHOOL_DAY = indexes("# Z Y4 -")
"""Marks that do not make a date a school day: planned closure, not yet on roll, whole site closed, no mark."""

# The codes of August 2024 (in force on 19 August 2024).
_NEW_CODES_FROM = date(2024, 8, 19).toordinal()
_LEGACY_ALWAYS = {"H": "C", "Y": "Y7", "F": "C", "": "-"}
_LEGACY_SINCE = {"J": "J1"}
_PRESENT = {False: {"\\": "/"}, True: {"/": "\\"}}


@cache
def _readings(*, afternoon: bool, new: bool) -> dict[str, CodeIndex]:
    plain = dict(zip(CODES, CODES, strict=True))
    read = plain | _LEGACY_ALWAYS | (_LEGACY_SINCE if new else {}) | _PRESENT[afternoon]
    return {sent: INDEX[code] for sent, code in read.items()}


def readings(slot: int) -> dict[str, CodeIndex]:
    r"""Return how each code that may be sent is read in session *slot*: old codes by date, `/` and `\\` by half.

    A code that is not a key is unknown. `slot` as in `sessions.slot`.
    """
    return _readings(afternoon=bool(slot & 1), new=slot >> 1 >= _NEW_CODES_FROM)
