"""Lines of a log to registers that count: read, refused where they do not fit, and put on the boards of schools."""

from collections.abc import Sequence
from typing import NamedTuple

from streams.attendance.book import RuleBook
from streams.attendance.ledger import URN_BITS
from streams.board.county import County
from streams.board.feeds import Feeds
from streams.board.school import Schools
from streams.contract.batches import BatchRegister
from streams.contract.messages import Alert, DeadLetter, Origin
from streams.pipeline.board_work import received_ms
from streams.pipeline.boards import Boards
from streams.pipeline.intake import read_line

BEFORE_MARKS = -1
"""The place of alerts about the school of a register: before those of all marks."""
_BY_CLOCK = BEFORE_MARKS - (1 << URN_BITS)
"""With a school's URN added, the place of what fell due there before a register came: before all, by school."""


class Line(NamedTuple):
    """One line of a file: its number from 1, and its bytes."""

    number: int
    value: bytes


class Read(NamedTuple):
    """One line read: what was taken and refused of it, and the alerts about schools that came with it, with places."""

    register: BatchRegister | None
    refused: list[DeadLetter]
    schools: list[Alert]
    places: list[int]


class Lines:
    """The log's side of a replay, before pupils: all its schools. Time is that of the registers as they come.

    *schools* is what is known of them beforehand.
    """

    def __init__(self, book: RuleBook, schools: Schools | None = None) -> None:
        self._work = Boards(book).work()  # never committed: nobody lets it go, so what it has is the state
        self._county = County(schools or Schools(), Feeds())

    def read(self, file: str, lines: Sequence[Line]) -> list[Read]:
        """Read lines of *file*, in order; a blank one gives nothing."""
        found = [self._read(file, line) for line in lines]
        self._work.forget_writes()
        return found

    def _read(self, file: str, line: Line) -> Read:
        if not line.value.strip():
            return Read(None, [], [], [])
        register, refused = read_line(line.value, origin=Origin(file=file, line=line.number))
        return Read(register, refused, *([], []) if register is None else self._put_up(register))

    def _put_up(self, register: BatchRegister) -> tuple[list[Alert], list[int]]:
        """Decide what fell due anywhere before *register* was received, then take it; give alerts and their places."""
        work = self._work
        work.tick(received_ms(register), self._county)
        due = len(work.alerts)
        work.take(register, self._county)
        if not work.alerts:
            return [], []
        alerts, work.alerts = work.alerts, []
        return alerts, [_BY_CLOCK + alert.urn for alert in alerts[:due]] + [BEFORE_MARKS] * (len(alerts) - due)
