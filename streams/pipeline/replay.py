"""Registers in, alerts out, in memory: the same engine as the stream, line by line."""

from typing import NamedTuple

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


class Fed(NamedTuple):
    """What one line gave: alerts in order (schools' first), dead letters in order, and how many marks were taken."""

    alerts: list[Alert]
    refused: list[DeadLetter]
    marks: int


class Replay:
    """All pupils and schools of a log in one set of ledgers and boards.

    `file` is the name that dead letters give as their origin; `schools` is what is known of schools beforehand.
    Time is that of the registers as they come.
    """

    def __init__(self, engine: Engine, file: str = "-", schools: Schools | None = None) -> None:
        self.file = file
        self.ledgers = Ledgers(engine, from_file(file))
        self.boards = Boards(engine.book)
        self.county = County(schools or Schools(), Feeds())

    def name_source(self, file: str) -> None:
        """Go on with the lines of another file."""
        self.file = file
        self.ledgers.origin_of = from_file(file)

    def feed(self, line: bytes, line_no: int) -> Fed:
        """Take one line, numbered from 1; a blank one gives nothing."""
        if not line.strip():
            return Fed([], [], 0)
        register, refused = read_line(line, origin=Origin(file=self.file, line=line_no))
        if register is None:
            return Fed([], refused, 0)
        school_alerts = self._schools(register)
        work = self.ledgers.work()
        work.take(register)
        work.commit()
        dead = sorted(refused + work.refused, key=lambda letter: letter.mark or 0)
        return Fed(school_alerts + work.alerts, dead, work.marks["taken"])

    def _schools(self, register: BatchRegister) -> list[Alert]:
        """Decide what fell due anywhere before *register* was received, then take it."""
        work = self.boards.work()
        work.tick(received_ms(register), self.county)
        work.take(register, self.county)
        work.commit()
        return work.alerts

    def years(self) -> dict[str, int]:
        """Return each pupil's year, Y."""
        states = ((key, self.ledgers.get(key)) for key in list(self.ledgers.keys()))
        return {key: pupil.year for key, pupil in states if pupil is not None and pupil.year is not None}
