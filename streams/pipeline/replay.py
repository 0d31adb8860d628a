"""Registers in, alerts out, in memory: the same engine as the stream, line by line."""

from collections.abc import Sequence
from typing import NamedTuple

from streams.attendance.walk import Engine
from streams.contract.messages import Alert, DeadLetter, Origin
from streams.pipeline.intake import Intake, read_line, split
from streams.pipeline.ledgers import Ledgers
from streams.pipeline.refusals import from_file
from streams.pipeline.work import Outcome


class Line(NamedTuple):
    """One line of a file: its number from 1, and its bytes."""

    number: int
    value: bytes


class Fed(NamedTuple):
    """What one line gave: alerts in order, dead letters in order, and how many marks were taken.

    `places` says of each alert where in the register its pupil's first mark stands.
    """

    alerts: list[Alert]
    refused: list[DeadLetter]
    marks: int
    places: list[int]


class Replay:
    """All pupils of a log in one set of ledgers, or with a *share* (number, of how many) those of that partition.

    `file` is the name that dead letters give as their origin. What the intake refuses, the first share tells.
    """

    def __init__(self, engine: Engine, file: str = "-", *, share: tuple[int, int] = (0, 1)) -> None:
        self.file = file
        self._number, self._of = share
        self.ledgers = Ledgers(engine, from_file(file))

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
        outcomes = iter(work.take(*(register for register, _ in read if register is not None)))
        work.commit()
        return [_fed(refused, None if register is None else next(outcomes)) for register, refused in read]

    def _read(self, line: Line) -> Intake:
        if not line.value.strip():
            return Intake(None, [])
        register, refused = read_line(line.value, origin=Origin(file=self.file, line=line.number))
        if register is not None and self._of > 1:
            register = next(iter(split([register], self._of).get(self._number, [])), None)
        return Intake(register, [] if self._number else refused)

    def years(self) -> dict[str, int]:
        """Return each pupil's year, Y."""
        states = ((key, self.ledgers.get(key)) for key in list(self.ledgers.keys()))
        return {key: pupil.year for key, pupil in states if pupil is not None and pupil.year is not None}


def _fed(refused: list[DeadLetter], outcome: Outcome | None) -> Fed:
    if outcome is None:
        return Fed([], refused, 0, [])
    dead = sorted(refused + outcome.refused, key=lambda letter: letter.mark or 0)
    return Fed(outcome.alerts, dead, outcome.taken, outcome.places)
