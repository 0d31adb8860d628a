"""Registers in, alerts out, in memory: the same engine as the stream, line by line."""

from collections.abc import Sequence
from typing import NamedTuple

from streams.attendance.ledger import URN_BITS
from streams.attendance.walk import Engine
from streams.board.county import County
from streams.board.feeds import Feeds
from streams.board.school import Schools
from streams.contract.batches import BatchRegister
from streams.contract.messages import Alert, DeadLetter, Origin
from streams.pipeline.boards import Boards, received_ms
from streams.pipeline.intake import read_line
from streams.pipeline.ledgers import Ledgers
from streams.pipeline.refusals import from_file
from streams.pipeline.speed import PATIENT
from streams.pipeline.splitting import owned
from streams.pipeline.work import Outcome

BEFORE_MARKS = -1
"""The place of alerts about the school of a register: before those of all marks."""
_BY_CLOCK = BEFORE_MARKS - (1 << URN_BITS)
"""With a school's URN added, the place of what fell due there before a register came: before all, by school."""


class Line(NamedTuple):
    """One line of a file: its number from 1, and its bytes."""

    number: int
    value: bytes


class Fed(NamedTuple):
    """What one line gave: alerts in order (schools' first), dead letters in order, and how many marks were taken.

    `places` says of each alert where in the register its pupil's first mark stands.
    """

    alerts: list[Alert]
    refused: list[DeadLetter]
    marks: int
    places: list[int]


class _Read(NamedTuple):
    """One line read: what was taken and refused of it, and the alerts about schools that came with it, with places."""

    register: BatchRegister | None
    refused: list[DeadLetter]
    schools: list[Alert]
    places: list[int]


class Replay:
    """All pupils and schools of a log in one set of ledgers and boards, or a *share* of them (number, of how many).

    A share has the pupils of that partition and every so manieth school; the first tells too what the intake refuses.
    `file` is the name that dead letters give as their origin; `schools` is what is known of schools beforehand. Time
    is that of the registers as they come.
    """

    def __init__(
        self, engine: Engine, file: str = "-", schools: Schools | None = None, *, share: tuple[int, int] = (0, 1)
    ) -> None:
        self.file = file
        self._number, self._of = share
        self.ledgers = Ledgers(engine, from_file(file), speed=PATIENT)
        self.boards = Boards(engine.book)
        self.county = County(schools or Schools(), Feeds())

    def name_source(self, file: str) -> None:
        """Go on with the lines of another file."""
        self.file = file
        self.ledgers.origin_of = from_file(file)

    def feed(self, line: bytes, line_no: int) -> Fed:
        """Take one line, numbered from 1; a blank one gives nothing."""
        return self.feed_all([Line(line_no, line)])[0]

    def feed_all(self, lines: Sequence[Line]) -> list[Fed]:
        """Take lines as one batch; return what each gave, the same as if each had come alone."""
        read = [self._read(line) for line in lines]
        work = self.ledgers.work()
        outcomes = iter(work.take(*self._owned([each.register for each in read if each.register is not None])))
        work.commit()
        return [_fed(each, None if each.register is None else next(outcomes)) for each in read]

    def _owned(self, registers: list[BatchRegister]) -> list[BatchRegister]:
        return registers if self._of == 1 else owned(registers, self._of, self._number)

    def _read(self, line: Line) -> _Read:
        if not line.value.strip():
            return _Read(None, [], [], [])
        register, refused = read_line(line.value, origin=Origin(file=self.file, line=line.number))
        told = [] if self._number else refused
        return _Read(register, told, *([], []) if register is None else self._schools(register))

    def _schools(self, register: BatchRegister) -> tuple[list[Alert], list[int]]:
        """Decide what fell due anywhere before *register* was received, then take it; give alerts and their places."""
        work = self.boards.work()
        work.tick(received_ms(register), self.county)
        places = [_BY_CLOCK + alert.urn for alert in work.alerts]
        (work.take if register.urn % self._of == self._number else work.hear)(register, self.county)
        work.commit()
        return work.alerts, places + [BEFORE_MARKS] * (len(work.alerts) - len(places))

    def years(self) -> dict[str, int]:
        """Return each pupil's year, Y."""
        states = ((key, self.ledgers.get(key)) for key in list(self.ledgers.keys()))
        return {key: pupil.year for key, pupil in states if pupil is not None and pupil.year is not None}


def _fed(read: _Read, outcome: Outcome | None) -> Fed:
    if outcome is None:
        return Fed([], read.refused, 0, [])
    dead = sorted(read.refused + outcome.refused, key=lambda letter: letter.mark or 0)
    return Fed(read.schools + outcome.alerts, dead, outcome.taken, read.places + outcome.places)
