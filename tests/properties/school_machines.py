"""Logs of school days fed to boards in several ways, and what stands in the end."""

import msgspec

from streams.attendance.book import RuleBook
from streams.attendance.sessions import session_of
from streams.board.county import County
from streams.board.feeds import Feeds
from streams.board.school import Schools
from streams.books import load_book
from streams.contract.batches import BatchRegister
from streams.contract.messages import Alert
from streams.pipeline.boards import Boards
from tests.support.school_logs import KNOWN

ENGLAND = load_book(None)
_MISSING, _SILENT, _MASS = ENGLAND.school_rules
SMALL: RuleBook = msgspec.structs.replace(
    ENGLAND,
    school_rules=(
        _MISSING,
        _SILENT,
        msgspec.structs.replace(_MASS, min_possible=3, enter_times=2, days_before=4, min_days_before=2),
    ),
)
"""England's rules with floors that a school of six pupils reaches."""
END = 10 * 86_400_000  # ms after the last register: all that can fall due has


class School:
    """Boards of all schools, as in a replay."""

    def __init__(self, book: RuleBook = SMALL, schools: Schools = KNOWN, feeds: Feeds | None = None) -> None:
        self.book = book
        self.boards, self.county = Boards(book), County(schools, feeds or Feeds())
        self.alerts: list[Alert] = []
        self.changelog: dict[bytes, bytes] = {}

    def take(self, *registers: BatchRegister, tick: bool = True) -> None:
        for register in registers:
            self.do(register.received_ms if tick else None, register)

    def do(self, now_ms: int | None, register: BatchRegister | None = None) -> list[Alert]:
        """One batch: a tick, a register, or both."""
        work = self.boards.work()
        if now_ms is not None:
            work.tick(now_ms, self.county)
        if register is not None:
            work.take(register, self.county)
        for key, value in work.writes():
            self.changelog.pop(key, None)
            if value is not None:
                self.changelog[key] = value
        work.commit()
        self.alerts += work.alerts
        return work.alerts

    def reload(self) -> None:
        """Go on with boards loaded from what was written."""
        self.boards = Boards(self.book)
        for key, value in self.changelog.items():
            self.boards.load(key, value)

    def marks(self) -> dict[int, object]:
        """Every board's marks, by pupil."""
        return {
            board.urn: (
                board.open_days,
                board.latest,
                board.first_ms,
                board.last_ms,
                {
                    slot: (session.came_ms, session.tally, _by_pupil(board.roll, session.codes, session.recorded))
                    for slot, session in board.sessions.items()
                },
            )
            for board in self.boards
        }

    def live(self) -> set[tuple[int, str, object, object]]:
        """School, rule and interval of every alert that stands and is live."""
        return {
            (board.urn, alert.rule, session_of(alert.start), None if alert.end is None else session_of(alert.end))
            for board in self.boards
            for alert in board.announced
            if alert.end is None or alert.start >= board.live_from
        }

    def by_school(self) -> dict[int, list[Alert]]:
        found: dict[int, list[Alert]] = {}
        for alert in self.alerts:
            found.setdefault(alert.urn, []).append(alert)
        return found


def _by_pupil(roll: dict[str, int], codes: bytearray, recorded: object) -> dict[str, tuple[int, int]]:
    names = {place: name for name, place in roll.items()}
    return {names[place]: (code, recorded[place]) for place, code in enumerate(codes) if code != 255}  # type: ignore[index]


def replayed(registers: list[BatchRegister], book: RuleBook = SMALL) -> School:
    """Replay *registers*, and let time go on."""
    school = School(book)
    school.take(*registers)
    school.do(registers[-1].received_ms + END)
    return school
