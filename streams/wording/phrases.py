"""Small pieces of language: numbers with their noun, shares, dates, lists, codes."""

from collections.abc import Sequence
from datetime import date

from streams.contract.messages import Session

HALVES = {"AM": "morning", "PM": "afternoon"}
WEEKDAYS = {
    "mon": "Monday",
    "tue": "Tuesday",
    "wed": "Wednesday",
    "thu": "Thursday",
    "fri": "Friday",
    "sat": "Saturday",
    "sun": "Sunday",
}

# The codes that rules count, in own words.
CODES = {
    "L": "late, before the register closed",
    "U": "arrived after the register closed",
    "G": "holiday without leave",
    "N": "no reason established yet",
    "O": "absent without another reason",
    "I": "illness",
    "C2": "part-time timetable",
    "E": "suspended or excluded, no provision made",
    "Q": "no transport or access was arranged",
    "D": "expected at the other school",
}


def several(number: int, noun: str) -> str:
    """`1 session`, `2 sessions`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def share(part: int, whole: int) -> str:
    """`12 of 110 possible sessions (10.9 %)`: cut to a tenth, never up to a threshold not reached."""
    return f"{part} of {several(whole, 'possible session')} ({percent(part, whole)})"


def percent(part: int, whole: int) -> str:
    """`10.9 %`: cut to a tenth."""
    tenths = 1000 * part // whole if whole else 0
    return f"{tenths // 10}.{tenths % 10} %"


def clock(hhmm: int) -> str:
    """`900` as `09:00`."""
    return f"{hhmm // 100:02}:{hhmm % 100:02}"


def numbered_day(number: int) -> str:
    """`20241008` as `Tuesday 8 October 2024`."""
    return day(f"{number // 10000:04}-{number // 100 % 100:02}-{number % 100:02}")


def day(iso: str) -> str:
    """`2024-10-08` as `Tuesday 8 October 2024`."""
    when = date.fromisoformat(iso)
    return f"{when:%A} {when.day} {when:%B %Y}"


def when(session: Session) -> str:
    """A session as `Tuesday 8 October 2024, morning`."""
    return f"{day(session.date)}, {HALVES[session.session]}"


def either(words: Sequence[str]) -> str:
    """`G`, `G or O`, `G, O or U`."""
    return " or ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def coded(codes: Sequence[str]) -> str:
    """`coded G, O or U`, or, of a single code, `coded I (illness)`."""
    meaning = f" ({CODES[codes[0]]})" if len(codes) == 1 and codes[0] in CODES else ""
    return f"coded {either(codes)}{meaning}"


def title(rule: str) -> str:
    """A rule's id as a heading: `Persistent absence`."""
    return rule.replace("-", " ").capitalize()
