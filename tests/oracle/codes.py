"""Codes: their order, their categories, and how a code on the wire is read."""

from collections.abc import Iterable
from datetime import date

ATTENDING = ["/", "\\", "L"]
OFF_SITE = ["B", "K", "P", "V", "W", "J"]
AUTHORISED = ["C", "C1", "C2", "E", "I", "J1", "M", "R", "S", "T"]
UNAUTHORISED = ["G", "N", "O", "U"]
NOT_POSSIBLE = ["Q", "Y1", "Y2", "Y3", "Y4", "Y5", "Y6", "Y7", "X", "Z", "#"]
ORDER = [*ATTENDING, *OFF_SITE, *AUTHORISED, *UNAUTHORISED, *NOT_POSSIBLE, "D", "-"]  # best first

ABSENT = frozenset(AUTHORISED + UNAUTHORISED)
POSSIBLE = frozenset(ATTENDING + OFF_SITE) | ABSENT
NO_SCHOOL = frozenset(["#", "Z", "Y4", "-"])  # a date with nothing else is no school day

REFORM = date(2024, 8, 19)


def read_code(code: str, day: date, half: str) -> str | None:
    """The code as it is read on that date and half of the day; None where it is unknown."""
    if code == "":
        return "-"
    if code in ("/", "\\"):
        return "/" if half == "AM" else "\\"
    if code in ("H", "F"):
        return "C"
    if code == "Y":
        return "Y7"
    if code == "J":
        return "J1" if day >= REFORM else "J"
    return code if code in ORDER else None


def better(one: str, other: str) -> bool:
    """Whether `one` stands before `other` in the order of codes."""
    return ORDER.index(one) < ORDER.index(other)


def best(codes: Iterable[str]) -> str:
    """The best of at least one code."""
    return min(codes, key=ORDER.index)
