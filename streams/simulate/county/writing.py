"""What a school's office writes: the register as it is first sent, and what is learnt later.

Some reasons are not known at first (N). How long they stay unknown, and what they turn out to be, is as published from
two weeks on. A child whose reason is not known in the morning is not known in the afternoon either, until it is learnt.
"""

from bisect import bisect
from datetime import datetime, timedelta
from functools import cache
from random import Random
from typing import NamedTuple

from streams.attendance.codes import CODES, INDEX
from streams.simulate.county.enrolments import SHUT
from streams.simulate.county.figures import reading
from streams.simulate.county.page import NOT_ON_ROLL, PRESENT
from streams.simulate.county.phase import Phase
from streams.simulate.county.year import SchoolYear, at
from streams.simulate.office import UNKNOWN, Amendment, Entry

_OTHERS = ("M", "C")
TAKEN_WITHIN = timedelta(minutes=15)  # of its opening a register is taken; what is learnt before is in it
_LATE, _AFTER_CLOSING = INDEX["L"], INDEX["U"]
_NINE, _FOUR = 9 * 60, 16 * 60  # office hours, in minutes after midnight


class Taken(NamedTuple):
    """A session of a school: its day's number, and when its register opened."""

    phase: Phase
    year: SchoolYear
    day: int
    opened: datetime
    mistaken: bool  # whether a closure is written down as absence first


class Unknown(NamedTuple):
    """Chances that a code is N at first, and how long until the reason is learnt: days by what is still unknown."""

    chances: dict[int, float]
    days: list[float]
    percents: list[float]


@cache
def unknown(phase: Phase) -> Unknown:
    """Work out what is N at first, so that what is left after two weeks and more is as published."""
    known, percent = reading.published().unexplained, reading.codes(phase)
    curve = [*reading.assumed().office.unexplained, *zip(known.after_days, known.percent, strict=True)]
    learnt = curve[0][1] - curve[-1][1]
    parts = {code: known.became[code] for code in ("I", "O")}
    others = sum(percent[code] for code in _OTHERS)
    parts |= {code: known.became["other"] * percent[code] / others for code in _OTHERS}
    chances = {INDEX[code]: learnt * part / 100 / percent[code] for code, part in parts.items()}
    there = percent["/"] + percent["\\"]
    chances |= dict.fromkeys(PRESENT, learnt * known.became["present"] / 100 / there)
    return Unknown(chances, [day for day, _ in curve], [still for _, still in curve])


def days_until_learnt(rng: Random, among: Unknown) -> float:
    """Draw after how many days a reason that will be learnt is learnt."""
    still = rng.uniform(among.percents[-1], among.percents[0])
    # percents fall: the step in which `still` lies, counted from the end
    step = len(among.percents) - bisect(among.percents[::-1], still)
    step = min(max(step, 1), len(among.percents) - 1)
    (d0, d1), (p0, p1) = among.days[step - 1 : step + 1], among.percents[step - 1 : step + 1]
    return d0 + (d1 - d0) * (p0 - still) / (p0 - p1)


def write(codes: bytes, keys: list[str], session: Taken, rng: Random) -> list[Entry]:
    """Write the register of *codes*; *rng* must be the same for both sessions of a day."""
    entries = []
    for code, key in zip(codes, keys, strict=True):
        chance, hour = rng.random(), rng.random()
        learnt = days_until_learnt(rng, unknown(session.phase))
        if code != NOT_ON_ROLL:
            entries.append(_entry(code, key, session, (chance, hour, learnt)))
    return entries


def _entry(code: int, key: str, session: Taken, drawn: tuple[float, float, float]) -> Entry:
    chance, hour, learnt = drawn
    if code == _LATE:
        minutes = 3 + int(hour * 22)
        return Entry(key, CODES[code], session.opened + timedelta(minutes=minutes), minutes)
    if code == _AFTER_CLOSING:
        minutes = 40 + int(hour * 60)
        return Entry(key, UNKNOWN, amended=Amendment(session.opened + timedelta(minutes=minutes), "U", minutes))
    if code == SHUT and session.mistaken:
        return _found_out(key, code, session, 1, 0.2)
    if chance < unknown(session.phase).chances.get(code, 0.0):
        return _found_out(key, code, session, learnt, hour)
    return Entry(key, CODES[code])


def _found_out(key: str, code: int, session: Taken, days: float, hour: float) -> Entry:
    """N until it is learnt; where that was in the morning already, the afternoon's register has the reason."""
    moment = _moment(session, days, hour)
    if moment is None:
        return Entry(key, UNKNOWN)
    if moment <= session.opened + TAKEN_WITHIN:
        return Entry(key, CODES[code])
    return Entry(key, UNKNOWN, amended=Amendment(moment, CODES[code]))


def _moment(session: Taken, days: float, hour: float) -> datetime | None:
    """When the reason is written down: the same day, or in office hours of a school day; None after the last one."""
    date = session.year.days[session.day]
    if days < 1:
        return at(date, _NINE + 45 + round(days * 24) * 10)
    day = session.year.on_or_after(date + timedelta(days=int(days)))
    return at(session.year.days[day], _NINE + int(hour * 42) * 10) if day < len(session.year.days) else None
