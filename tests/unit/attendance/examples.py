"""Sessions, marks and children for the tests of the engine, written short."""

from collections.abc import Iterator
from datetime import date

from streams.attendance.codes import DUAL, INDEX
from streams.attendance.ledger import Ledger, Version
from streams.attendance.months import DUAL_GAP
from streams.attendance.pupil import Compared, Pupil
from streams.attendance.rule import Rule
from streams.attendance.sessions import slot, weekday_of
from streams.attendance.walk import Engine
from streams.books import load_book

ENGLAND = load_book(None)
ENGINE = Engine(ENGLAND)
RULES: dict[str, Rule] = {rule.id: rule for rule in ENGLAND.rules}
PUPIL = "abcdefghijklmnopqrstuvwxyz"
HERE, THERE, ELSEWHERE = 100001, 100002, 100003


def at(session: str) -> int:
    """The slot of `YYYY-MM-DD/AM`."""
    day, half = session.split("/")
    return slot(date.fromisoformat(day), half)


def school_time(first: str, codes: str) -> list[tuple[int, str]]:
    """Sessions from Monday to Friday, from the morning of *first*, with one code each; `.` is a session without one."""
    halves = weekday_halves(at(f"{first}/AM"))
    return [(session, code) for session, code in zip(halves, codes.split(), strict=False) if code != "."]


def weekday_halves(first: int) -> Iterator[int]:
    session = first
    while True:
        if weekday_of(session >> 1) < 5:
            yield session
        session += 1


def history(first: str, codes: str) -> list[tuple[int, int]]:
    """The same as a history: pairs of session and child's cell, at one school."""
    return [(session, Ledger.cell_of(INDEX[code])) for session, code in school_time(first, codes)]


def gap(session: str) -> tuple[int, int]:
    """A session in which two schools hold D."""
    return at(session), Ledger.cell_of(DUAL) | DUAL_GAP


def weeks(number: int, week: str = "/ \\ / \\ / \\ / \\ / \\") -> str:
    """The codes of that many like weeks."""
    return " ".join([week] * number)


class Child:
    """A pupil who takes marks one by one; each is recorded a second after the one before, unless said otherwise."""

    def __init__(self, engine: Engine = ENGINE) -> None:
        self.pupil = Pupil(PUPIL)
        self.engine = engine
        self.clock = 1_800_000_000

    def mark(self, session: str | int, code: str, *, urn: int = HERE, recorded: int | None = None) -> Compared | None:
        """Take one mark."""
        return self.marks(session, [code], urn=urn, recorded=recorded)

    def marks(
        self, session: str | int, codes: list[str], *, urn: int = HERE, recorded: int | None = None
    ) -> Compared | None:
        """Take several marks of one register."""
        self.clock += 1
        when = self.clock if recorded is None else recorded
        taken = at(session) if isinstance(session, str) else session
        return self.pupil.take(self.engine, urn, taken, [Version(INDEX[code], when) for code in codes])

    def through(self, first: str, codes: str, *, urn: int = HERE) -> list[Compared]:
        """Take a mark a session, as `school_time`; return the comparisons that had changes."""
        compared = [self.mark(session, code, urn=urn) for session, code in school_time(first, codes)]
        return [each for each in compared if each is not None and each.changes]

    def told(self, compared: Compared | None) -> list[tuple[str, str]]:
        """What changes a comparison gave: kind and rule."""
        return [(change.kind, change.alert.rule) for change in compared.changes] if compared else []
