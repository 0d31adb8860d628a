"""Invented weeks of a few small schools: registers with the moment at which each was received, from one seed.

Registers come in parts, late, not at all, twice, corrected, deleted; sessions are closed beforehand or afterwards;
feeds fall silent; half of a class is away. Times are multiples of ten minutes, so that many fall together.
"""

from datetime import UTC, date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from streams.attendance.codes import INDEX
from streams.attendance.sessions import slot as slot_of
from streams.board.school import School, Schools, Span
from streams.contract.batches import BatchMark, BatchRegister
from streams.contract.sheets import sheet

LONDON = ZoneInfo("Europe/London")
FIRST = date(2024, 10, 14)  # the clocks go back on 27 October
TERM = Span(first=FIRST, last=date(2025, 2, 28))
PLANNED = School(
    urn=100001, am_start=time(8, 40), terms=(TERM,), closures=(Span(date(2024, 10, 18), date(2024, 10, 18)),)
)
KNOWN = Schools([PLANNED])  # of the others nothing is known
URNS = (100001, 100002, 100003, 100004)

SHARES = [("usual", 78), ("away", 6), ("closed", 4), ("missing", 6), ("late", 6)]
TEN = 600_000  # ms


def ms(when: datetime) -> int:
    return (when - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)


def pupil(urn: int, number: int) -> str:
    digits = "abcdefghijklmnopqrstuvwxyz234567"
    return (f"p{urn % 10}" + digits[number % 32] + "a" * 26).replace("0", "z").replace("1", "y").replace("8", "x")[:26]


class County:
    """A log in the making."""

    def __init__(self, seed: int, weeks: int, pupils: int) -> None:
        self.rng, self.pupils = Random(seed), pupils  # noqa: S311 - no secrets here
        self.found: list[BatchRegister] = []
        days = [FIRST + timedelta(days=week * 7 + day) for week in range(weeks) for day in range(5)]
        for urn in URNS:
            silent = self.rng.sample(days, 1)[0] if self.rng.random() < 0.7 else None
            for day in days:
                off = silent is not None and silent <= day < silent + timedelta(days=self.rng.choice([4, 6]))
                if not off:
                    self._day(urn, day)

    def _day(self, urn: int, day: date) -> None:
        for half, at in (("AM", time(9)), ("PM", time(13))):
            kind = self.rng.choices([name for name, _ in SHARES], [share for _, share in SHARES])[0]
            if kind != "missing":
                self._session(urn, day, half, kind, datetime.combine(day, at, LONDON))

    def _session(self, urn: int, day: date, half: str, kind: str, start: datetime) -> None:
        rng = self.rng
        late = rng.choice([90, 100, 200, 300, 1500]) if kind == "late" else rng.choice([0, 0, 10, 20, 80])
        marks = {number: self._code(kind) for number in range(self.pupils)}
        cut = rng.randrange(1, self.pupils)
        parts = [list(range(cut)), list(range(cut, self.pupils))] if rng.random() < 0.3 else [list(marks)]
        for part in parts:
            self._send(urn, day, half, {number: marks[number] for number in part}, start, late + rng.choice([0, 0, 10]))
        chance = rng.random()
        later = rng.choice([10, 30, 60, 1440, 4320])
        if chance < 0.10:
            self._send(urn, day, half, {rng.randrange(self.pupils): rng.choice("NIC/")}, start, late + later)
        elif chance < 0.14:
            self._send(urn, day, half, dict.fromkeys(marks, rng.choice(["#", "Y4"])), start, late + later)
        elif chance < 0.18:
            self._send(urn, day, half, dict.fromkeys(marks, "-"), start, late + later)
        elif chance < 0.20:
            self._send(urn, day, half, {}, start, late + later)

    def _code(self, kind: str) -> str:
        if kind == "closed":
            return self.rng.choice("####Z")
        return self.rng.choice("IIIN/") if kind == "away" else self.rng.choice("////////L/BI")

    def _send(  # noqa: PLR0917 - as the parts of a register
        self, urn: int, day: date, half: str, marks: dict[int, str], start: datetime, after: int
    ) -> None:
        received = ms(start) + after * 60_000
        recorded = received // 1000 - self.rng.choice([0, 0, 60])
        slot = slot_of(day, half)
        batch = [
            BatchMark(pupil(urn, number), index, INDEX[code if half == "AM" else code.replace("/", "\\")], recorded)
            for index, (number, code) in enumerate(marks.items())
        ]
        when = datetime.fromtimestamp(recorded, UTC).isoformat()
        register = BatchRegister(f"r-{len(self.found)}", urn, slot, when, received, (0, len(self.found)), sheet(batch))
        self.found.append(register)


def weeks_of(seed: int, weeks: int = 3, pupils: int = 6) -> list[BatchRegister]:
    """A log in the order of receipt, its offsets in that order."""
    return numbered(sorted(County(seed, weeks, pupils).found, key=lambda register: register.received_ms))


def numbered(registers: list[BatchRegister]) -> list[BatchRegister]:
    """The same with offsets in this order."""
    return [
        BatchRegister(r.register_id, r.urn, r.slot, r.recorded_at, r.received_ms, (0, offset), r.marks)
        for offset, r in enumerate(registers)
    ]
