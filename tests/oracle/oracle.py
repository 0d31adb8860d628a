"""The oracle: lines in; alerts and dead letters out."""

from dataclasses import dataclass, field

from tests.oracle.asof import Row, Slot, row
from tests.oracle.changes import Notices, Occasion, compare, is_live
from tests.oracle.codes import better
from tests.oracle.folding import Session
from tests.oracle.instants import academic_year, whole_seconds
from tests.oracle.lines import Mark, RefusedError, Register, known_fields, read_mark, read_register
from tests.oracle.rules import ENGLAND_2024, Rule
from tests.oracle.walk import Book, Walker

Version = tuple[int, str]  # (whole seconds of `recorded_at`, code as read)


@dataclass
class Pupil:
    """The ledger (the version that holds for each school and session), Y, and what was announced."""

    held: dict[tuple[int, Slot], Version] = field(default_factory=dict)
    year: int | None = None
    notices: Notices = field(default_factory=Notices)


class Oracle:
    """All pupil-level rules of rules.md.

    Args:
        rules: the book's rules, in its order.
        rulebook: its name@version.
        remember: see `Walker`; only the time taken differs.
    """

    def __init__(
        self, rules: tuple[Rule, ...] = ENGLAND_2024, rulebook: str = "england-2024@1", *, remember: bool = True
    ) -> None:
        self.book = Book(rulebook, rules)
        self.pupils: dict[str, Pupil] = {}
        self.walker = Walker(remember=remember)

    def change_book(self, rules: tuple[Rule, ...], rulebook: str) -> None:
        """Go on with another book: each pupil is compared with it at its next mark."""
        self.book = Book(rulebook, rules)

    def feed(
        self, line: bytes, line_no: int, *, received_us: int | None = None, from_file: bool = True
    ) -> tuple[list[dict], list[dict]]:
        """Take one line.

        Args:
            line: a register; a blank line of a file is skipped.
            line_no: from 1; where the dead letters say they came from.
            received_us: the record's Kafka time stamp, in microseconds since 1970.
            from_file: use the line's own `received_at` where it has one.

        Returns:
            The changes and the dead letters, each in order.
        """
        if from_file and not line.strip():
            return [], []
        try:
            register = read_register(line, received_us, from_file=from_file)
        except RefusedError as refused:
            return [], [dead_letter(str(refused), line, line_no, None)]
        taken, dead_letters = self.take(register, line, line_no)
        alerts = []
        for pupil in taken:
            alerts += self.compare(pupil, register, *taken[pupil])
        return alerts, dead_letters

    def take(
        self, register: Register, line: bytes, line_no: int
    ) -> tuple[dict[str, tuple[Mark, bool, bool]], list[dict]]:
        """Put the marks into the ledgers.

        Returns:
            For each pupil, in the order of the first mark taken: the last one, whether one was for a session not
            after the latest known before, and whether Y moved on. And the dead letters.
        """
        slot, year = (register.day, register.half), academic_year(register.day)
        taken: dict[str, tuple[Mark, bool, bool]] = {}
        dead_letters = []
        for index, value in enumerate(register.marks):
            try:
                mark = read_mark(register, value, self.year_of(value), year)
            except RefusedError as refused:
                dead_letters.append(dead_letter(str(refused), line, line_no, index))
                continue
            pupil = self.pupils.setdefault(mark.pupil, Pupil())
            if mark.pupil not in taken:
                backwards = any(slot <= known for _, known in pupil.held)
                taken[mark.pupil] = (mark, backwards, pupil.year is not None and year > pupil.year)
            taken[mark.pupil] = (mark, *taken[mark.pupil][1:])
            hold(pupil, register.urn, slot, mark)
        return taken, dead_letters

    def compare(self, name: str, register: Register, mark: Mark, backwards: bool, year_moved: bool) -> list[dict]:  # noqa: FBT001 - as `take` gives them
        pupil = self.pupils[name]
        if pupil.notices.book not in (None, self.book.name):
            reason = "rulebook"
        elif year_moved:
            reason = "year"
        else:
            reason = "correction" if backwards else "mark"
        cause = {
            "register_id": register.register_id,
            "date": register.day.isoformat(),
            "session": register.half,
            "code": mark.code,
            "recorded_at": mark.recorded_text,
        }
        now = Occasion(name, register.urn, pupil.year, year_moved, reason, cause, self.book)
        return compare(pupil.notices, self.walker.walk(child_rows(pupil), self.book), now)

    def year_of(self, mark: object) -> int | None:
        """Y of the pupil a mark names, if it names one that is known."""
        pupil = mark.get("pupil") if isinstance(mark, dict) else None
        return self.pupils[pupil].year if isinstance(pupil, str) and pupil in self.pupils else None

    def year(self, pupil: str) -> int | None:
        """Y of a pupil; None where no mark of it was taken."""
        return self.pupils[pupil].year if pupil in self.pupils else None

    def years(self) -> dict[str, int]:
        """Y of each pupil, as `fold` wants it."""
        return {name: pupil.year for name, pupil in self.pupils.items()}

    def episodes(self, pupil: str) -> list[tuple[str, Session, Session | None]]:
        """The live episodes of a pupil with the book of now: (rule, from, to), in order of the book and `from`."""
        if pupil not in self.pupils:
            return []
        ledger = self.pupils[pupil]
        walked = self.walker.walk(child_rows(ledger), self.book)
        return [
            (rule, as_text(episode.from_), as_text(episode.to) if episode.to else None)
            for rule, episodes in walked.items()
            for episode in episodes
            if is_live(episode.to, ledger.year)
        ]


def hold(pupil: Pupil, urn: int, slot: Slot, mark: Mark) -> None:
    """Latest wins; on equal instants the better code. Then Y moves on, and what is older than Y-1 is dropped."""
    seconds = whole_seconds(mark.recorded)
    there = pupil.held.get((urn, slot))
    if there is None or seconds > there[0] or (seconds == there[0] and better(mark.code, there[1])):
        pupil.held[urn, slot] = (seconds, mark.code)
    year = academic_year(slot[0])
    if pupil.year is None or year > pupil.year:
        pupil.year = year
        pupil.held = {key: held for key, held in pupil.held.items() if academic_year(key[1][0]) >= year - 1}


def child_rows(pupil: Pupil) -> list[Row]:
    """The sessions that have a child's mark, in order."""
    codes: dict[Slot, list[str]] = {}
    for (_, slot), (_, code) in pupil.held.items():
        if code != "-":
            codes.setdefault(slot, []).append(code)
    return [row(slot, tuple(sorted(codes[slot]))) for slot in sorted(codes)]


def as_text(slot: Slot) -> Session:
    return (slot[0].isoformat(), slot[1])


def dead_letter(reason: str, line: bytes, line_no: int, mark: int | None) -> dict:
    return {"reason": reason, "origin": {"line": line_no}, **known_fields(line), "mark": mark}
