"""The demo's half-term: a small county's autumn, with the stories told in it that a demo must show."""

from collections.abc import Iterator
from datetime import datetime, time
from typing import NamedTuple

from streams.simulate.county.county import County, Register
from streams.simulate.county.phase import Phase
from streams.simulate.county.schools import School, of_size
from streams.simulate.county.shelf import Shelf
from streams.simulate.county.year import LONDON, SchoolYear, school_year
from streams.simulate.lines import line
from streams.simulate.roll import pseudonym
from streams.simulate.stories import poison, told

YEAR = 2025
SCHOOLS: tuple[tuple[Phase, int], ...] = (("primary", 240), ("secondary", 240), ("primary", 120))
_OFFICE_SHUTS = time(18)


class Sent(NamedTuple):
    """One register line, and when its school sent it."""

    at: datetime
    line: bytes


def registers(seed: int = 1) -> Iterator[bytes]:
    """The register lines of the half-term in the order in which they are sent: the same ones for the same *seed*."""
    return (sent.line for sent in half_term(seed))


def half_term(seed: int = 1) -> list[Sent]:
    """Everything that the three schools send until the half-term is over, in order of time."""
    year, schools = school_year(YEAR), invented(seed)
    everything = [Sent(each.sent, _line(each)) for each in told(seed, schools, _lived(seed, year, schools))]
    end = datetime.combine(year.half_terms[0][-1], _OFFICE_SHUTS, LONDON)
    return sorted((sent for sent in [*everything, *_poisoned(seed)] if sent.at <= end), key=lambda sent: sent.at)


def invented(seed: int) -> list[School]:
    """The three schools, of 600 children in all."""
    return [of_size(seed, number, phase, size) for number, (phase, size) in enumerate(SCHOOLS)]


def _lived(seed: int, year: SchoolYear, schools: list[School]) -> list[Register]:
    county = County(seed, year, schools)
    with Shelf() as shelf:
        places = county.plan(shelf, lambda upn: pseudonym(seed, upn), lambda *_: None)
        return list(county.stream(shelf, places, range(year.starts[1])))


def _poisoned(seed: int) -> list[Sent]:
    return [Sent(at, value) for at, value in poison(seed)]


def _line(register: Register) -> bytes:
    return line(register, register.session, register.version, register.recorded, register.entries, register.sent)
