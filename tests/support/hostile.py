"""Hostile histories: register lines as a bad week of the real world would send them, from a seed.

`seeded_log` gives long ones, for windows of ten weeks and year ends; `registers` and `logs` give hypothesis small ones.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Literal

from tests.support.hostile_calendar import Slot, sessions
from tests.support.hostile_children import CODES, OLD_CODES, Child, pupil_key, weights_of
from tests.support.hostile_faults import bad_line, bad_mark, line
from tests.support.hostile_strategies import logs, registers

__all__ = ["logs", "pupil_key", "registers", "seeded_log"]

Mode = Literal["in-order", "amended", "wavering", "shuffled"]
Marks = list[dict[str, object]]
FIRST_URN = 100001
SHARE: dict[Mode, float] = {"in-order": 1, "amended": 0.7, "wavering": 0.35, "shuffled": 0.7}  # of lines not amended


def seeded_log(
    seed: int,
    *,
    registers: int,
    pupils: int,
    schools: int,
    years: Sequence[int] = (2023, 2024),
    mode: Mode = "amended",
    faults: float = 0.04,
) -> list[bytes]:
    """Register lines, the same for the same arguments.

    Args:
        seed: of everything that is random.
        registers: how many lines.
        pupils: how many children; every third is on roll at two schools, where there are two.
        schools: how many; each sends one register a session, so a child has about registers / schools sessions.
        years: the academic years (by the year they begin in) that the sessions are taken from.
        mode: "in-order": as a well-behaved school sends them; "amended": with corrections, deletions, ties, late
            and repeated registers, marks years away; "wavering": amended, and most marks of one child are changed
            at once and soon changed back, so that alerts are withdrawn and reopened where they turn; "shuffled":
            as amended, in any order.
        faults: share of lines in which something is refused.
    """
    return _Log(Random(seed), pupils, schools, mode, faults).lines(registers, years)  # noqa: S311 - no secrets here


@dataclass
class _Log:
    rng: Random
    pupils: int
    schools: int
    mode: Mode
    faults: float
    events: list[tuple[datetime, bytes]] = field(default_factory=list)  # (arrival, line)
    base: list[tuple[Slot, int, Marks, datetime]] = field(default_factory=list)

    def lines(self, number: int, years: Sequence[int]) -> list[bytes]:
        amended = self.mode != "in-order"
        self.take_registers(int(number * SHARE[self.mode]), years)
        if self.mode == "wavering":
            self.waver(0, len(self.base))
        while amended and len(self.events) < number:
            self.amend(years)
        if self.mode == "shuffled":
            self.rng.shuffle(self.events)
        else:
            self.events.sort(key=lambda event: event[0])
        return [line for _, line in self.events][:number]

    def take_registers(self, number: int, years: Sequence[int]) -> None:
        """One register for each session and school."""
        children = self.children()
        for slot in sessions(self.rng, years, -(-number // self.schools)):
            rolls: dict[int, Marks] = {school: [] for school in range(self.schools)}
            for child in children:
                for school, code in child.marks(self.rng, *slot).items():
                    rolls[school].append({"pupil": child.key, "code": code})
                if self.rng.random() < 0.004:
                    child.schools = self.some_schools(dual=self.rng.random() < 0.4)
            for school, marks in rolls.items():
                if len(self.base) < number:
                    self.take_register(slot, school, marks)

    def children(self) -> list[Child]:
        weights = weights_of(self.rng)
        return [Child(pupil_key(i), self.some_schools(dual=i % 3 == 0), weights) for i in range(self.pupils)]

    def some_schools(self, *, dual: bool) -> list[int]:
        return self.rng.sample(range(self.schools), 2 if dual and self.schools > 1 else 1)

    def take_register(self, slot: Slot, school: int, marks: Marks) -> None:
        recorded = at(slot) + timedelta(minutes=self.rng.randint(3, 20), seconds=school)
        arrival = recorded + timedelta(seconds=self.rng.randint(0, 40))
        if self.mode in ("amended", "shuffled") and self.rng.random() < 0.04:
            arrival += timedelta(days=self.rng.choice([0.2, 1, 3, 8, 20]))
        for mark in marks:
            if mark["code"] == "L":
                mark |= {"minutes_late": self.rng.randint(0, 30), "recorded_at": self.stamp(recorded)}
        self.base.append((slot, school, marks, recorded))
        self.send(slot, school, marks, recorded, arrival)

    def send(self, slot: Slot, school: int, marks: Marks, recorded: datetime, arrival: datetime) -> None:
        register = {
            "register_id": f"r{len(self.events):05}é",
            "urn": FIRST_URN + school,
            "date": slot[0].isoformat(),
            "session": slot[1],
            "recorded_at": self.stamp(recorded),
            "source": "hostile",
            "a later field": {"ignored": [1, 2]},
            "marks": [*marks],
        }
        if self.rng.random() < 0.5:
            register["received_at"] = max(recorded, arrival).isoformat()
        if self.rng.random() >= self.faults:
            self.events.append((arrival, line(register)))
        elif self.rng.random() < 0.4:
            self.events.append((arrival, bad_line(self.rng, register)))
        else:
            self.mix_in_bad_marks(register)
            self.events.append((arrival, line(register)))

    def mix_in_bad_marks(self, register: dict[str, object]) -> None:
        marks = register["marks"]
        for _ in range(self.rng.randint(1, 4)):
            bad = bad_mark(self.rng, register, pupil_key(self.rng.randrange(self.pupils + 1)))
            marks.insert(self.rng.randint(0, len(marks)), bad)

    def stamp(self, instant: datetime) -> str:
        """The same whole second, written in one way or another."""
        offset = timedelta(minutes=self.rng.choice([0, 60, 60, -300, 345]))
        local = (instant + offset).strftime("%Y-%m-%dT%H:%M:%S") + self.rng.choice(["", "", ".000", ".25", ".999999"])
        minutes = int(offset.total_seconds()) // 60
        if minutes == 0:
            return local + self.rng.choice(["Z", "+00:00"])
        return f"{local}{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"

    def amend(self, years: Sequence[int]) -> None:
        """One amendment of a register taken before, of one kind or another."""
        kinds = [self.correct, self.delete, self.tie, self.stale, self.repeat, self.rewrite, self.elsewhere, self.twice]
        index = self.rng.randrange(len(self.base))
        if self.rng.random() < 0.01:
            self.years_away(years)
        elif self.base[index][2] and self.rng.random() < 0.25:
            self.waver_somewhere(index)
        elif self.base[index][2]:
            self.rng.choice(kinds)(index)

    def code_of(self, pupil: object, index: int) -> str | None:
        """A child's code in a register taken before; None where it has none, or there is no such register."""
        marks = self.base[index][2] if 0 <= index < len(self.base) else []
        return next((str(mark["code"]) for mark in marks if mark["pupil"] == pupil), None)

    def turns(self) -> list[int]:
        """The registers just before a new academic year begins."""
        years = [(day.year, day.month > 7) for (day, _), *_ in self.base]
        return [i - self.schools for i in range(1, len(years)) if years[i][1] and not years[i - 1][1]] or [0]

    def waver_somewhere(self, index: int) -> None:
        start = self.rng.choice(self.turns()) if self.rng.random() < 0.3 else index
        self.waver(max(0, start), self.rng.choice([4, 10, 20, 20, 150]))

    def waver(self, start: int, length: int) -> None:
        """In these registers a child's code is at once changed, often to one near it, and soon back."""
        pupil = pupil_key(self.rng.randrange(self.pupils))
        for i in range(start, min(len(self.base), start + length)):
            (slot, school, _, recorded), code = self.base[i], self.code_of(pupil, i)
            near = [self.code_of(pupil, i + step * self.schools) for step in (-1, 1, -10)]
            for seconds, other in ((120, self.rng.choice([*near, "/", "-", "-"]) or self.some_code()), (240, code)):
                when = recorded + timedelta(seconds=seconds)
                if code is not None:
                    self.send(slot, school, [{"pupil": pupil, "code": other}], when, when)

    def later(self, recorded: datetime) -> datetime:
        return recorded + timedelta(seconds=self.rng.choice([1, 60, 3600, 86400, 3 * 86400, 9 * 86400, 40 * 86400]))

    def some_code(self) -> str:
        return self.rng.choice([*"/INOGLUE#D", "C2", "Q", self.rng.choice([*CODES, *OLD_CODES])])

    def correct(self, index: int) -> None:
        """Other codes for some of its children."""
        slot, school, marks, recorded = self.base[index]
        chosen = self.rng.sample(marks, self.rng.randint(1, min(3, len(marks))))
        when = self.later(recorded)
        self.send(slot, school, [{"pupil": m["pupil"], "code": self.some_code()} for m in chosen], when, when)

    def delete(self, index: int) -> None:
        """No mark after all; half the time for the whole register."""
        slot, school, marks, recorded = self.base[index]
        chosen = marks if self.rng.random() < 0.5 else marks[:1]
        when = self.later(recorded)
        codes = ["-", "-", ""]
        self.send(slot, school, [{"pupil": m["pupil"], "code": self.rng.choice(codes)} for m in chosen], when, when)

    def tie(self, index: int) -> None:
        """Another code with the same `recorded_at`."""
        slot, school, marks, recorded = self.base[index]
        pupil = self.rng.choice(marks)["pupil"]
        self.send(slot, school, [{"pupil": pupil, "code": self.some_code()}], recorded, self.later(recorded))

    def stale(self, index: int) -> None:
        """An older version that arrives later."""
        slot, school, marks, recorded = self.base[index]
        pupil, old = self.rng.choice(marks)["pupil"], recorded - timedelta(seconds=self.rng.choice([1, 60, 600]))
        self.send(slot, school, [{"pupil": pupil, "code": self.some_code()}], old, self.later(recorded))

    def repeat(self, index: int) -> None:
        """The very marks again, or the very line of any register."""
        slot, school, marks, recorded = self.base[index]
        if self.rng.random() < 0.5:
            self.send(slot, school, marks, recorded, self.later(recorded))
        else:
            arrival, same = self.rng.choice(self.events)
            self.events.append((arrival + timedelta(hours=5), same))

    def rewrite(self, index: int) -> None:
        """Another code for many sessions of a child on end, as when a reason is found for weeks of N."""
        pupil, code = self.rng.choice(self.base[index][2])["pupil"], self.some_code()
        when = self.later(self.base[index][3])
        for slot, school, marks, recorded in self.base[index : index + self.rng.choice([4, 12, 40])]:
            when = max(when + timedelta(seconds=1), recorded + timedelta(seconds=1))
            if any(mark["pupil"] == pupil for mark in marks):
                self.send(slot, school, [{"pupil": pupil, "code": code}], when, when)

    def elsewhere(self, index: int) -> None:
        """A mark at another school."""
        slot, school, marks, recorded = self.base[index]
        pupil, other = self.rng.choice(marks)["pupil"], (school + 1) % max(2, self.schools)
        codes = ["D", "D", self.some_code()]
        when = self.later(recorded)
        self.send(slot, other, [{"pupil": pupil, "code": self.rng.choice(codes)}], when, when)

    def twice(self, index: int) -> None:
        """The same child twice or more in one register."""
        slot, school, marks, recorded = self.base[index]
        pupil, when = self.rng.choice(marks)["pupil"], self.later(recorded)
        own = [None, self.stamp(recorded), self.stamp(when), self.stamp(when - timedelta(seconds=1))]
        again = [
            {"pupil": pupil, "code": self.some_code(), "recorded_at": self.rng.choice(own)}
            for _ in range(self.rng.randint(2, 3))
        ]
        self.send(slot, school, again, when, when)

    def years_away(self, years: Sequence[int]) -> None:
        """One child's mark of a year to come, so that Y moves on; or of years ago, so that it is too old."""
        year = self.rng.choice([years[-1] + 1, years[0] - 1, years[0] - 2])
        slot = (date(year, 10, 2) + timedelta(days=self.rng.randint(0, 60)), self.rng.choice(["AM", "PM"]))
        pupil = pupil_key(self.rng.randrange(self.pupils))
        arrival = at(self.rng.choice(self.base)[0])
        self.send(slot, 0, [{"pupil": pupil, "code": self.some_code()}], at(slot), arrival)


def at(slot: Slot) -> datetime:
    """When the register of a session opens, near enough."""
    return datetime(slot[0].year, slot[0].month, slot[0].day, 8 if slot[1] == "AM" else 12, 30, tzinfo=UTC)
