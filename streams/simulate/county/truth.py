"""What is known of the invented children, for backtests: beside the registers, never in them."""

from typing import Any

import msgspec

from streams.simulate.county.enrolments import Enrolment
from streams.simulate.county.schools import School
from streams.simulate.county.year import SchoolYear

_encode = msgspec.json.Encoder().encode


def truth(enrolment: Enrolment, school: School, named: str, year: SchoolYear) -> bytes:
    """Return one enrolment as a line of JSON.

    The child as it is *named* in the registers, the school, its days there, and of what type it is. `begins` is the day
    on which the type's pattern begins (null for steady ones, and where it had no occasion).
    """
    child, nature = enrolment.child, enrolment.child.nature
    line: dict[str, Any] = {
        "pupil": named,
        "urn": school.urn,
        "home": enrolment.home,
        "from": _date(year, enrolment.begin),
        "to": _date(year, enrolment.end - 1),
        "year": child.year,
        "sex": child.sex,
        "fsm": nature.meals,
        "sen": nature.needs,
        "type": nature.type,
        "begins": None if enrolment.began is None else _date(year, enrolment.began),
    }
    return _encode(line) + b"\n"


def _date(year: SchoolYear, day: int) -> str:
    return year.days[min(max(day, 0), len(year.days) - 1)].isoformat()
