"""A second reading of the rules about schools, from the text alone: everything is made anew at every moment.

It knows no horizon, so hold it to logs that a board keeps as a whole, or to the sessions that are live at its end.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from statistics import median
from zoneinfo import ZoneInfo

ABSENT = {"C", "C1", "C2", "E", "I", "J1", "M", "R", "S", "T", "G", "N", "O", "U"}
POSSIBLE = ABSENT | {"/", "\\", "L", "B", "K", "P", "V", "W", "J"}
RANK = [
    "/",
    "\\",
    "L",
    "B",
    "K",
    "P",
    "V",
    "W",
    "J",
    "C",
    "C1",
    "C2",
    "E",
    "I",
    "J1",
    "M",
    "R",
    "S",
    "T",
    "G",
    "N",
    "O",
    "U",
]
RANK += ["Q", "Y1", "Y2", "Y3", "Y4", "Y5", "Y6", "Y7", "X", "Z", "#", "D", "-"]
LONDON = ZoneInfo("Europe/London")

Session = tuple[date, str]
Marks = list[tuple[str, str, int]]  # pupil, code, seconds


@dataclass(frozen=True)
class Calendar:
    """When a school's sessions start, and when it is open and closed."""

    starts: dict[str, time] = field(default_factory=lambda: {"AM": time(9), "PM": time(13)})
    term: tuple[date, date] | None = None
    closed: frozenset[date] = frozenset()


@dataclass(frozen=True)
class Sent:
    """One register: when it was received (a moment in UTC), for which session, its marks."""

    received: datetime
    session: Session
    marks: Marks


@dataclass(frozen=True)
class Numbers:
    """The numbers of `mass-absence`."""

    pupils: int = 30
    points: int = 15
    times: int = 3
    days: int = 20
    least_days: int = 5


class School:
    """All registers of one school in the order of receipt, and what the rules say of them."""

    def __init__(self, sent: Iterable[Sent], calendar: Calendar, numbers: Numbers) -> None:
        self.sent, self.calendar, self.numbers = list(sent), calendar, numbers
        self.remembered: dict[int, dict[Session, list[str]]] = {}

    def held(self, until: int) -> dict[Session, list[str]]:
        """The codes held after the first *until* registers, `-` left out."""
        if until not in self.remembered:
            self.remembered[until] = self._held(until)
        return self.remembered[until]

    def _held(self, until: int) -> dict[Session, list[str]]:
        best: dict[tuple[Session, str], tuple[int, int]] = {}
        for register in self.sent[:until]:
            for pupil, code, seconds in register.marks:
                key, version = (register.session, pupil), (seconds, -RANK.index(code))
                best[key] = max(best.get(key, version), version)
        found: dict[Session, list[str]] = {}
        for (session, _), (_, rank) in best.items():
            if RANK[-rank] != "-":
                found.setdefault(session, []).append(RANK[-rank])
        return found

    def closed(self, session: Session, codes: list[str]) -> bool:
        """The calendar says so, or every mark does (`Z` says nothing)."""
        says = [code for code in codes if code != "Z"]
        return session[0] in self.calendar.closed or (bool(says) and set(says) <= {"#", "Y4"})

    def came(self, session: Session, until: int) -> datetime | None:
        """When the register came that is there now: the first since marks were last held at the end of no moment."""
        came = None
        for number in range(1, until + 1):
            last_of_moment = number == until or self.sent[number].received > self.sent[number - 1].received
            if last_of_moment:
                there = bool(self.held(number).get(session))
                came = (came or self.sent[number - 1].received) if there else None
        return came

    def due(self, session: Session) -> datetime:
        """90 minutes after the start, London time."""
        day, half = session
        start = datetime.combine(day, self.calendar.starts[half], LONDON).astimezone(UTC)
        return start + timedelta(minutes=90)

    def missing(self, session: Session, until: int) -> bool:
        """A school day, not closed, no mark held after the first *until* registers."""
        day, half = session
        other: Session = (day, "PM" if half == "AM" else "AM")
        held = self.held(until)
        if self.closed(session, held.get(session, [])) or held.get(session):
            return False
        term = self.calendar.term
        if term and term[0] <= day <= term[1] and day.weekday() < 5 and day not in self.calendar.closed:
            return True
        codes = held.get(other, [])
        return not self.closed(other, codes) and any(code not in {"#", "Z", "Y4"} for code in codes)

    def register_missing(self, now: datetime) -> dict[Session, Session | None]:
        """Every session announced as missing at *now* or eased since: with the session in which it ended."""
        first = self.sent[0].received
        days = [first.date() + timedelta(days=n) for n in range((now - first).days + 2)]
        sessions = [(day, half) for day in days for half in ("AM", "PM") if first <= self.due((day, half)) < now]
        found: dict[Session, Session | None] = {}
        for session in sessions:
            end = self._announced(session, now)
            if end != "not":
                found[session] = end  # type: ignore[assignment]
        return found

    def _announced(self, session: Session, now: datetime) -> Session | str | None:
        """`not`, or how the alert of one session stands at *now*."""
        said: Session | str | None = "not"
        moments = sorted({register.received for register in self.sent})
        for moment, then in zip(moments, [*moments[1:], now], strict=True):
            until = sum(register.received <= moment for register in self.sent)
            came = self.came(session, until)
            if said != "not":
                if came is not None and not self.closed(session, self.held(until).get(session, [])):
                    said = self._begun(came) if came > self.due(session) else "not"
                else:
                    said = None if self.missing(session, until) else "not"
            if said == "not" and self.due(session) < then and self.missing(session, until):
                said = None  # the clock, before the next register is read
        return said

    def _begun(self, moment: datetime) -> Session:
        """The session that began last."""
        local = moment.astimezone(LONDON)
        starts = self.calendar.starts
        if local.time() >= starts["PM"]:
            return local.date(), "PM"
        return (local.date(), "AM") if local.time() >= starts["AM"] else (local.date() - timedelta(days=1), "PM")

    def mass_absence(self) -> list[tuple[Session, Session | None]]:
        """The episodes in the end: over sessions with enough pupils, from the first that is on to the first off."""
        held = {
            session: codes
            for session, codes in self.held(len(self.sent)).items()
            if session[0] not in self.calendar.closed
        }
        found: list[tuple[Session, Session | None]] = []
        since: Session | None = None
        for session in sorted(held):
            if sum(code in POSSIBLE for code in held[session]) < self.numbers.pupils:
                continue
            on = self._mass(session, held)
            if on and since is None:
                since = session
            if not on and since is not None:
                found.append((since, session))
                since = None
        return found if since is None else [*found, (since, None)]

    def _mass(self, session: Session, held: dict[Session, list[str]]) -> bool:
        numbers = self.numbers
        school = {day for (day, _), codes in held.items() if any(code not in {"#", "Z", "Y4"} for code in codes)}
        days = sorted(day for day in school if day < session[0])[-numbers.days :]
        rates = [rate for (day, half) in held if day in days and (rate := _rate(held[day, half])) is not None]
        mine = _rate(held[session])
        if len(days) < numbers.least_days or not rates or mine is None:
            return False
        usual = median(rates)
        return mine - usual >= Fraction(numbers.points, 100) and mine >= numbers.times * usual


def _rate(codes: list[str]) -> Fraction | None:
    possible = sum(code in POSSIBLE for code in codes)
    return Fraction(sum(code in ABSENT for code in codes), possible) if possible else None
