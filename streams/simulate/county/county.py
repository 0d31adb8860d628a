"""A county, and the stream of what its schools send in a year, in order of time.

The same seed, year and number of children give the same registers. Memory holds one day's registers and the amendments
that are still to come; the year's codes lie in a temporary file.
"""

from collections.abc import Callable, Iterator
from datetime import date, datetime
from heapq import heappop, heappush
from itertools import count
from typing import NamedTuple

from streams.contract.messages import Half
from streams.simulate.county import writing
from streams.simulate.county.arrival import Coming, coming
from streams.simulate.county.enrolments import Enrolment, enrolments
from streams.simulate.county.figures import reading
from streams.simulate.county.schools import School
from streams.simulate.county.shelf import Place, Shelf
from streams.simulate.county.year import HALVES, SchoolYear, at
from streams.simulate.office import Entry, amendments
from streams.simulate.roll import dice

Naming = Callable[[str], str]
"""What a child is named by in registers, from its UPN: always of the same length."""


class Session(NamedTuple):
    """Half a day."""

    date: date
    half: Half


class Register(NamedTuple):
    """One register as it is sent (version 0), or an amendment of it.

    Args:
        urn: the school.
        name: the form's name in the county.
        session: which session it is of.
        version: 0 for the register, then 1, 2, … for its amendments.
        recorded: when it was taken, or amended.
        sent: when it is there.
        entries: its marks.
    """

    urn: int
    name: str
    session: Session
    version: int
    recorded: datetime
    sent: datetime
    entries: list[Entry]

    @property
    def id(self) -> str:
        """Its id, as in its line."""
        return f"{self.name}.{self.session.date}.{self.session.half}.{self.version}"


class _Due(NamedTuple):
    """Something to be sent: ordered by time, and by number where times are equal."""

    at: datetime
    number: int
    school: int
    what: Coming | Register


class County:
    """Schools with their children, for one school year."""

    def __init__(self, seed: int, year: SchoolYear, schools: list[School]) -> None:
        self.seed, self.year, self.schools = seed, year, schools
        self._before = _before(schools)

    def enrolments(self, school: School) -> list[Enrolment]:
        """Draw everyone who is on roll at *school* in the year, and what happens to them."""
        return list(enrolments(self.seed, school, self._before.get(school.number), self.year))

    def plan(self, shelf: Shelf, naming: Naming, drawn: Callable[[School, list[Enrolment]], None]) -> list[Place]:
        """Draw all schools and put them on *shelf*; each is shown to *drawn* when it is."""
        places = []
        for school in self.schools:
            everyone = self.enrolments(school)
            names = [naming(enrolment.child.upn) for enrolment in everyone]
            places.append(shelf.put(everyone, names, len(school.forms)))
            drawn(school, everyone)
        return places

    def stream(self, shelf: Shelf, places: list[Place], days: range) -> Iterator[Register]:
        """Give what is sent of the registers of *days*, in order of time."""
        due: list[_Due] = []
        numbers = count()
        for day in days:
            for due_now in self._until(due, at(self.year.days[day], 0)):
                yield from self._send(due_now, due, numbers, shelf, places)
            for school in self.schools:
                for register in coming(dice(self.seed, "sent", school.urn, day), school, self.year, day):
                    heappush(due, _Due(register.sent, next(numbers), school.number, register))
        for due_now in self._until(due, None):
            yield from self._send(due_now, due, numbers, shelf, places)

    @staticmethod
    def _until(due: list[_Due], moment: datetime | None) -> Iterator[_Due]:
        while due and (moment is None or due[0].at < moment):
            yield heappop(due)

    def _send(
        self, now: _Due, due: list[_Due], numbers: "count[int]", shelf: Shelf, places: list[Place]
    ) -> Iterator[Register]:
        if isinstance(now.what, Register):
            yield now.what
            return
        register = self._write(self.schools[now.school], now.what, shelf, places[now.school])
        if register.entries:
            yield register
        for version, (moment, entries) in enumerate(amendments(register.entries), start=1):
            sent = max(moment, register.sent)
            later = register._replace(version=version, recorded=moment, sent=sent, entries=entries)
            heappush(due, _Due(sent, next(numbers), now.school, later))

    def _write(self, school: School, what: Coming, shelf: Shelf, place: Place) -> Register:
        day, half = divmod(what.session, 2)
        rng = dice(self.seed, "written", school.urn, what.form, day)
        mistaken = dice(self.seed, "closed", school.urn).random() < reading.assumed().arrival.closed_found_out
        opened = at(self.year.days[day], school.opens[half])
        taken = writing.Taken(school.phase, self.year, day, opened, mistaken)
        codes, keys = shelf.codes(place, what.form, what.session), shelf.keys(place, what.form)
        name = f"{school.urn}-{school.forms[what.form].name}"
        session = Session(self.year.days[day], HALVES[half])
        entries = writing.write(codes, keys, taken, rng)
        return Register(school.urn, name, session, 0, what.recorded, what.sent, entries)


def _before(schools: list[School]) -> dict[int, School]:
    """Give, by a school's number, the school from which children move to it: the one before it of its phase."""
    found: dict[int, School] = {}
    for phase in {school.phase for school in schools}:
        alike = [school for school in schools if school.phase == phase]
        if len(alike) > 1:
            found |= {school.number: alike[place - 1] for place, school in enumerate(alike)}
    return found
