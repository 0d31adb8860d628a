"""How many reasons are still unknown (N) after some weeks, counted on the registers of one autumn week."""

from collections.abc import Sequence
from datetime import timedelta

from streams.attendance.codes import POSSIBLE
from streams.simulate.county.enrolments import Enrolment
from streams.simulate.county.figures import reading
from streams.simulate.county.schools import School
from streams.simulate.county.writing import Taken, write
from streams.simulate.county.year import SchoolYear, at
from streams.simulate.office import UNKNOWN, Entry
from streams.simulate.roll import dice

_WEEK = 5  # the sixth of the year
_AFTERNOON = 13 * 60


def still_unexplained(seed: int, school: School, year: SchoolYear, everyone: Sequence[Enrolment]) -> list[int]:
    """Return how many sessions of the week were still N after each of the published numbers of days.

    And, last, how many were possible.
    """
    after = reading.published().unexplained.after_days
    found = [0] * (len(after) + 1)
    for day in range(5 * _WEEK, 5 * _WEEK + 5):
        for session in (2 * day, 2 * day + 1):
            codes = bytes(enrolment.codes[session] for enrolment in everyone)
            opened = at(year.days[day], _AFTERNOON if session & 1 else school.opens[0])
            taken = Taken(school.phase, year, day, opened, mistaken=False)
            entries = write(codes, [""] * len(codes), taken, dice(seed, "unexplained", school.urn, day))
            for number, days in enumerate(after):
                found[number] += sum(_is_unknown(entry, taken, days) for entry in entries)
            found[-1] += sum(code in POSSIBLE for code in codes)
    return found


def _is_unknown(entry: Entry, taken: Taken, days: int) -> bool:
    if entry.code != UNKNOWN:
        return False
    if entry.amended is None:
        return True
    return entry.amended.at >= taken.opened + timedelta(days=days)
