"""What the schools that are known lack, so that their day cannot be watched well. Pure."""

import datetime as dt
from collections.abc import Callable, Iterable
from typing import NamedTuple

from streams.board.school import AFTERNOON, MORNING, School
from streams.board.standing import standing


class Lack(NamedTuple):
    """One thing that is wrong: its short name, what follows from it, and the schools (URNs)."""

    problem: str
    means: str
    urns: list[int]


def lacks(schools: Iterable[School], today: dt.date) -> list[Lack]:
    """Give what open schools lack as of *today*; nothing where all is well."""
    opened = sorted((school for school in schools if standing(school, today) == "open"), key=lambda s: s.urn)
    found = [
        Lack("no-times", "sessions begin at 09:00 and 13:00, as where nobody has said", _urns(opened, _has_no_times)),
        Lack(
            "no-terms",
            "only a day on which another register of the school comes is a school day",
            _urns(opened, _has_no_terms),
        ),
        Lack(
            "terms-over",
            "likewise from now on, its last term being over",
            _urns(opened, lambda school: _is_over(school, today)),
        ),
    ]
    return [lack for lack in found if lack.urns]


def _urns(schools: list[School], lack: Callable[[School], bool]) -> list[int]:
    return [school.urn for school in schools if lack(school)]


def _has_no_times(school: School) -> bool:
    return (school.am_start, school.pm_start) == (MORNING, AFTERNOON)


def _has_no_terms(school: School) -> bool:
    return not school.terms


def _is_over(school: School, today: dt.date) -> bool:
    return bool(school.terms) and max(term.last for term in school.terms) < today
