"""An invented log of registers: 96 % of marks in order, 3 % amended the same day, 1 % corrected days to weeks later.

Session by session: every form's register of 30 marks; then each school's amendments of the day, one small register a
session they are about; then one small register a school with corrections of a session long past. Those amended were
first written `N`. The same seed gives the same bytes; nothing is held but the codes of the last four weeks.
"""

from base64 import b32encode
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from hashlib import blake2b
from random import Random
from typing import NamedTuple

import msgspec

from benchmarks.calendar import FIRST_DAY, SchoolSession, sessions
from benchmarks.children import PRESENT, Children
from benchmarks.mix import ABSENT, AWAY

FORM = 30  # pupils
SCHOOL = 300  # pupils
IN_ORDER, LATE = 96, 1  # percent of marks; the rest amends one of the same day
_AMENDED_IF_AWAY = (
    0.25  # of absences and of the late, a reason is learnt the same day; the rest are children overlooked
)
_AMENDED_IF_THERE = 0.0103  # so that all are 3 for each 96 in order
_LATEST = 20  # school days after which a mark is corrected at the latest
_NOW_THERE = 0.45  # of those corrected late; as in the Department's revisions of its figures for October 2024

_encode = msgspec.json.Encoder().encode
_FIRST_URN = 100_001


class Register(NamedTuple):
    """One line of the log; `session` is the number of the session in which it is sent, from 0."""

    session: int
    marks: int
    line: bytes


@dataclass(frozen=True, kw_only=True)
class Workload:
    """What to invent. `sessions` is how many there are, from the school day `start` on."""

    pupils: int
    sessions: int
    seed: int = 1
    start: date = FIRST_DAY

    @staticmethod
    def sessions_for(marks: int, pupils: int) -> int:
        """Give the number of sessions in which *pupils* get about *marks* marks."""
        return max(1, round(marks * IN_ORDER / 100 / pupils))

    def registers(self) -> Iterator[Register]:
        """Invent the log.

        Raises:
            ValueError: the school year has not so many sessions.
        """
        return _Log(self).registers()


def pseudonym(seed: int, child: int) -> str:
    """Give the key of an invented child."""
    digest = blake2b(str(child).encode(), key=f"bench/{seed}".encode(), digest_size=16).digest()
    return b32encode(digest).decode().rstrip("=").lower()


class _Written(NamedTuple):
    """A session as it now stands: its number, when it was, and every child's code."""

    number: int
    when: SchoolSession
    codes: list[str]


class _Sheet(NamedTuple):
    """What a register is headed with; with the session it is about, its name is its own."""

    about: _Written
    school: int
    name: str
    recorded_at: str


class _Log:
    def __init__(self, workload: Workload) -> None:
        self._when = sessions(workload.start, workload.sessions)
        self._rng = Random(f"{workload.seed}/log")  # noqa: S311 - invented children, no secrets
        self._children = Children(workload.pupils, Random(f"{workload.seed}/children"))  # noqa: S311
        self._keys = [pseudonym(workload.seed, child) for child in range(workload.pupils)]
        self._schools = [range(at, min(at + SCHOOL, workload.pupils)) for at in range(0, workload.pupils, SCHOOL)]
        self._past: deque[_Written] = deque(maxlen=2 * _LATEST)
        self._waiting: list[list[int]] = [[] for _ in self._schools]  # morning amendments for the afternoon
        self._owed = [0.0] * len(self._schools)  # late corrections

    def registers(self) -> Iterator[Register]:
        for number, when in enumerate(self._when):
            now = _Written(number, when, self._children.next_session())
            amended = self._amended(now.codes)
            written = now.codes.copy()
            for child in amended:
                written[child] = "N"
            yield from self._originals(now, written)
            yield from self._same_day(now, amended)
            yield from self._late(now)
            self._past.append(now)

    def _amended(self, codes: list[str]) -> set[int]:
        """Choose who is written `N` at first."""
        draw = self._rng.random
        chance = [_AMENDED_IF_AWAY if code in ABSENT or code == "L" else _AMENDED_IF_THERE for code in codes]
        return {child for child, code in enumerate(codes) if draw() < chance[child] and code != "N"}

    def _originals(self, now: _Written, codes: list[str]) -> Iterator[Register]:
        recorded_at = now.when.at(8, 13, 50 if now.when.half == "AM" else 10)
        for school, roll in enumerate(self._schools):
            for form, first in enumerate(range(roll.start, roll.stop, FORM)):
                sheet = _Sheet(now, school, f"form{form}", recorded_at)
                yield self._register(now, sheet, [(child, codes[child]) for child in roll[first - roll.start :][:FORM]])

    def _same_day(self, now: _Written, amended: set[int]) -> Iterator[Register]:
        """Half of the morning's amendments come before noon, the rest and the afternoon's at the end of the day."""
        for school, roll in enumerate(self._schools):
            mine = sorted(amended.intersection(roll))
            if now.when.half == "AM":
                self._waiting[school] = mine[1::2]
                mine = mine[::2]
            elif self._past:
                yield from self._amend(now, self._past[-1], school, self._waiting[school])
            yield from self._amend(now, now, school, mine)

    def _amend(self, now: _Written, about: _Written, school: int, children: list[int]) -> Iterator[Register]:
        if children:
            marks = [(child, about.codes[child]) for child in children]
            sheet = _Sheet(about, school, f"amend{now.number}", now.when.at(10, 15, 30))
            yield self._register(now, sheet, marks)

    def _late(self, now: _Written) -> Iterator[Register]:
        old = [past for past in self._past if past.when.date < now.when.date]
        for school, roll in enumerate(self._schools):
            self._owed[school] += len(roll) * LATE / IN_ORDER
            number = min(int(self._owed[school]), len(roll)) if old else 0
            if number:
                self._owed[school] -= number
                about = self._rng.choice(old)
                marks = [(child, self._corrected(about, child)) for child in self._rng.sample(roll, number)]
                sheet = _Sheet(about, school, f"late{now.number}", now.when.at(11, 15, 45))
                yield self._register(now, sheet, marks)

    def _corrected(self, about: _Written, child: int) -> str:
        """Correct a mark of a session long past, for good; it always becomes another one."""
        was = about.codes[child]
        reasons = [kind for kind in AWAY if kind.code not in {was, "N"}]
        code = self._rng.choices(reasons, [kind.percent for kind in reasons])[0].code
        if was in ABSENT and self._rng.random() < _NOW_THERE:
            code = PRESENT
        about.codes[child] = code
        return code

    def _register(self, now: _Written, sheet: _Sheet, marks: list[tuple[int, str]]) -> Register:
        day, half = sheet.about.when
        present = "/" if half == "AM" else "\\"
        urn = _FIRST_URN + sheet.school
        line = {
            "register_id": f"{urn}.{day}.{half}.{sheet.name}",
            "urn": urn,
            "date": day.isoformat(),
            "session": half,
            "recorded_at": sheet.recorded_at,
            "source": "benchmark",
            "marks": [{"pupil": self._keys[c], "code": present if code == PRESENT else code} for c, code in marks],
        }
        return Register(now.number, len(marks), _encode(line))
