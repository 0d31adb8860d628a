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
from streams.pipeline.board_work import BoardWork, received_ms
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
        self._boards = Boards(book)
        self._county = County(schools or Schools(), Feeds())

    def read(self, file: str, lines: Sequence[Line]) -> list[Read]:
        """Read lines of *file*, in order; a blank one gives nothing."""
        work = self._boards.work()
        found = [self._read(file, line, work) for line in lines]
        work.commit()
        return found

    def _read(self, file: str, line: Line, work: BoardWork) -> Read:
        if not line.value.strip():
            return Read(None, [], [], [])
        register, refused = read_line(line.value, origin=Origin(file=file, line=line.number))
        return Read(register, refused, *([], []) if register is None else self._put_up(register, work))

    def _put_up(self, register: BatchRegister, work: BoardWork) -> tuple[list[Alert], list[int]]:
        """Decide what fell due anywhere before *register* was received, then take it; give alerts and their places."""
        work.tick(received_ms(register), self._county)
        due = len(work.alerts)
        work.take(register, self._county)
        if not work.alerts:
            return [], []
        alerts, work.alerts = work.alerts, []
        return alerts, [_BY_CLOCK + alert.urn for alert in alerts[:due]] + [BEFORE_MARKS] * (len(alerts) - due)
