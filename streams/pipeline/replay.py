"""Registers in, alerts out, in memory: the same engine as the stream, line by line."""

from collections.abc import Sequence
from typing import NamedTuple

from streams.attendance.straight import Straight
from streams.attendance.walk import Engine
from streams.board.school import Schools
from streams.contract.batches import BatchRegister
from streams.contract.messages import Alert, DeadLetter
from streams.pipeline.ledgers import Ledgers
from streams.pipeline.lines import Line, Lines, Read
from streams.pipeline.refusals import from_file
from streams.pipeline.speed import PATIENT
from streams.pipeline.splitting import owned
from streams.pipeline.stretches import stretches
from streams.pipeline.work import Outcome

__all__ = ["Fed", "Line", "Replay"]


class Fed(NamedTuple):
    """What one line gave: alerts in order (schools' first), dead letters in order, and how many marks were taken."""

    alerts: list[Alert]
    refused: list[DeadLetter]
    marks: int


class Replay:
    """All schools of a log, and all pupils in one set of ledgers, or those of one partition (its number, of how many).

    *file* is the name that dead letters give as their origin; *schools* is what is known of schools beforehand.
    """

    def __init__(
        self, engine: Engine, file: str = "-", schools: Schools | None = None, *, partition: tuple[int, int] = (0, 1)
    ) -> None:
        self._number, self._of = partition
        self._lines = Lines(engine.book, schools)
        self.ledgers = Ledgers(engine, from_file(file), speed=PATIENT, hand=Straight)
        self.name_source(file)

    def name_source(self, file: str) -> None:
        """Go on with the lines of another file."""
        self._file = file
        self.ledgers.origin_of = from_file(file)

    def feed(self, line: bytes, line_no: int) -> Fed:
        """Take one line, numbered from 1; a blank one gives nothing."""
        return self.feed_all([Line(line_no, line)])[0]

    def feed_all(self, lines: Sequence[Line]) -> list[Fed]:
        """Take lines as one batch; return what each gave, the same as if each had come alone."""
        read = self._lines.read(self._file, lines)
        outcomes = iter(taken(self.ledgers, self._owned([each.register for each in read if each.register is not None])))
        return [_fed(each, None if each.register is None else next(outcomes)) for each in read]

    def _owned(self, registers: list[BatchRegister]) -> list[BatchRegister]:
        return registers if self._of == 1 else owned(registers, self._of)[self._number]

    def years(self) -> dict[str, int]:
        """Return each pupil's year, Y."""
        states = ((key, self.ledgers.get(key)) for key in list(self.ledgers.keys()))
        return {key: pupil.year for key, pupil in states if pupil is not None and pupil.year is not None}


def taken(ledgers: Ledgers, registers: Sequence[BatchRegister]) -> list[Outcome]:
    """Take registers in batches, which nobody writes down; return what each gave."""
    return [outcome for some in stretches(registers) for outcome in _taken(ledgers, some)]


def _taken(ledgers: Ledgers, registers: Sequence[BatchRegister]) -> list[Outcome]:
    work = ledgers.work()
    outcomes = work.take(*registers)
    work.commit()
    return outcomes


def _fed(read: Read, outcome: Outcome | None) -> Fed:
    if outcome is None:
        return Fed([], read.refused, 0)
    dead = sorted(read.refused + outcome.refused, key=lambda letter: letter.mark or 0)
    return Fed(read.schools + outcome.alerts, dead, outcome.taken)
