"""A county from beginning to end: drawn, put on the shelf, sent day by day."""

from collections.abc import Callable
from typing import Protocol

from streams.simulate.county.county import County, Naming, Register
from streams.simulate.county.enrolments import Enrolment
from streams.simulate.county.pace import Pace
from streams.simulate.county.schools import School
from streams.simulate.county.shelf import Shelf
from streams.simulate.county.truth import truth
from streams.simulate.county.words import Summary

Send = Callable[[Register], None]
Write = Callable[[bytes], object]


class Shown(Protocol):
    """What is told how far it is."""

    @property
    def drawn(self) -> Callable[[int], None]:
        """Told how many children more are drawn."""

    @property
    def sent(self) -> Callable[[int], None]:
        """Told how many days have begun to be sent."""


class Run:
    """One run, and what it adds up to."""

    def __init__(self, county: County, naming: Naming, pace: Pace) -> None:
        self._county, self._naming, self._pace = county, naming, pace
        self._enrolments = self._registers = self._amendments = self._marks = 0

    def go(self, days: range, send: Send, write_truth: Write | None, shown: Shown) -> None:
        """Draw everyone, then send the registers of *days*, each when its time has come."""

        def drawn(school: School, everyone: list[Enrolment]) -> None:
            self._enrolments += len(everyone)
            if write_truth:
                self._write_truth(school, everyone, write_truth)
            shown.drawn(school.children)

        with Shelf() as shelf:
            places = self._county.plan(shelf, self._naming, drawn)
            begun = {self._county.year.days[day]: number for number, day in enumerate(days, start=1)}
            for register in self._county.stream(shelf, places, days):
                self._pace.wait_for(register.sent)
                send(register)
                self._count(register)
                shown.sent(begun[register.session.date])

    def summary(self, seconds: float) -> Summary:
        """Say what was sent, in *seconds*."""
        schools = self._county.schools
        return Summary(
            schools=len(schools),
            children=sum(school.children for school in schools),
            enrolments=self._enrolments,
            registers=self._registers,
            amendments=self._amendments,
            marks=self._marks,
            seconds=round(seconds, 1),
        )

    def _write_truth(self, school: School, everyone: list[Enrolment], write: Write) -> None:
        for enrolment in everyone:
            write(truth(enrolment, school, self._naming(enrolment.child.upn), self._county.year))

    def _count(self, register: Register) -> None:
        self._registers += register.version == 0
        self._amendments += register.version > 0
        self._marks += len(register.entries)
