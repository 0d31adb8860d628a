"""How a child's absences lie in its year: each type of child in its own way, each reason in its own."""

from collections.abc import Callable
from typing import NamedTuple

from streams.attendance.codes import INDEX
from streams.simulate.county.page import AFTERNOON, Page
from streams.simulate.county.season import DayWeights
from streams.simulate.county.year import SchoolYear

SPELLS = (1, 1, 1, 2, 2, 3)  # days
ON_END = (400,)  # days: until all is written
_DENSE = 0.85  # of the sessions of one who hardly comes any more
_HEAVY = frozenset("IO")  # the reasons that a type's own way in time is about


class School(NamedTuple):
    """What a child's absences need to know of its school's year."""

    year: SchoolYear
    weights: DayWeights


class Absences(NamedTuple):
    """Sessions to be missed, by reason, of a type of child."""

    type: str
    reasons: list[tuple[str, int]]


def write(page: Page, absences: Absences, school: School) -> int | None:
    """Write *absences* on *page*; return the day on which the type's own pattern begins, None where it has none."""
    began = []
    for code, sessions in sorted(absences.reasons, key=lambda reason: _TURN.get(reason[0], 1)):
        own = _PATTERN.get(absences.type) if code in _HEAVY else None
        day = (own or _WAY.get(code, _days))(page, code, sessions, school)
        if day is not None and (own or code == _OWN_REASON.get(absences.type)):
            began.append(day)
    return min(began, default=None)


def _days(page: Page, code: str, sessions: int, school: School) -> int | None:
    weights = school.weights.illness if code == "I" else school.weights.other
    page.spells(INDEX[code], sessions, weights, SPELLS)
    return None


def _single(page: Page, code: str, sessions: int, school: School) -> int | None:
    page.singles(INDEX[code], sessions, school.weights.any, 0.85 if code == "U" else 0.5)
    return None


def _block(page: Page, code: str, sessions: int, school: School) -> int | None:
    """On end, from a day that leaves room for it."""
    latest = max(page.begin + 1, page.end - (sessions + 1) // 2)
    weights = school.weights.holiday if code == "G" else school.weights.any
    start = page.pick(weights, page.begin, latest)
    page.spells(INDEX[code], sessions - page.run(INDEX[code], sessions, start, 400), weights, ON_END, start)
    return page.first(INDEX[code])


def _study(page: Page, code: str, sessions: int, school: School) -> int | None:
    """On end, before the child leaves for its examinations."""
    start = max(page.begin, page.end - sessions // 2 - page.rng.randrange(1, 11))
    page.spells(INDEX[code], sessions - page.run(INDEX[code], sessions, start, 400), school.weights.any, ON_END, start)
    return page.first(INDEX[code])


def _observance(page: Page, code: str, sessions: int, school: School) -> int | None:
    page.spells(INDEX[code], sessions, school.weights.observance, (1,))
    return None


def _part_time(page: Page, code: str, sessions: int, school: School) -> int | None:
    """Afternoons on end."""
    latest = max(page.begin + 1, page.end - sessions)
    start = page.pick(school.weights.any, page.begin, latest)
    free = [n for n in range(2 * start + 1, 2 * page.end, 2) if page.codes[n] == AFTERNOON][:sessions]
    for n in free:
        page.codes[n] = INDEX[code]
    page.write(INDEX[code], sessions - len(free))
    return page.first(INDEX[code])


def _once(page: Page, code: str, sessions: int, school: School) -> int | None:
    """One illness, on end."""
    start = page.pick(school.weights.illness, page.begin, page.end)
    page.spells(INDEX[code], sessions - page.run(INDEX[code], sessions, start, 400), school.weights.illness, SPELLS)
    return page.first(INDEX[code])


def _long(page: Page, code: str, sessions: int, school: School) -> int | None:
    return _block(page, code, sessions, school) if code == "I" else _days(page, code, sessions, school)


def _drifting(page: Page, code: str, sessions: int, school: School) -> int | None:
    """A little more each week, after the autumn half-term; sooner where there is not enough time for all."""
    needed = int(sessions / 2 / 0.6)
    begin = max(page.begin, min(school.year.starts[1], page.end - needed))
    days = min(needed, page.end - begin)
    for _ in range(sessions * 2):
        if sessions <= 0 or not days:
            break
        at = max(page.rng.randrange(begin, page.end), page.rng.randrange(begin, page.end))
        sessions -= page.run(INDEX[code], sessions, at, page.rng.choice((1, 1, 2)))
    page.write(INDEX[code], sessions)
    return begin


def _refusing(page: Page, code: str, sessions: int, school: School) -> int | None:
    """From one day on hardly there at all."""
    needed = int(sessions / 2 / _DENSE) + 1
    latest = max(page.begin, page.end - needed)
    begin = page.rng.randint(min(max(page.begin, school.year.starts[1] - 20), latest), latest)
    whole = [day for day in range(begin, page.end) if page.whole(day)][:needed]
    for day in page.rng.sample(whole, min(len(whole), sessions // 2)):
        sessions -= page.run(INDEX[code], min(sessions, 2), day, 1)
    page.write(INDEX[code], sessions)
    return begin


_Way = Callable[[Page, str, int, School], int | None]


_WAY: dict[str, _Way] = {
    **dict.fromkeys(("G", "E", "T", "C1"), _block),
    "S": _study,
    **dict.fromkeys(("M", "U", "N", "J1"), _single),
    "R": _observance,
    "C2": _part_time,
}
_PATTERN: dict[str, _Way] = {"ill-once": _once, "long-illness": _long, "drifting": _drifting, "refusing": _refusing}
_OWN_REASON = {"holiday": "G", "part-time": "C2", "excluded": "E"}
_TURN = {"G": 0, "E": 0, "C2": 0, "T": 0, "S": 0, "I": 2, "O": 3, "M": 4, "U": 4, "N": 4}
