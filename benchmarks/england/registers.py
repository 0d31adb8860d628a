"""The registers under the clock: each class's of about 30 marks, one school and session, and after them amendments.

Of all marks 2 % amend another: three quarters one of the same session, first written `N`, and the rest one of 1 to 20
school days ago. They come at the end of the session, a small register a school for each session they are about.
"""

from collections.abc import Iterator
from random import Random

import msgspec
import numpy as np

from benchmarks.calendar import SchoolSession
from benchmarks.england.authority import Authority, Codes, taken_at
from benchmarks.mix import ABSENT, AWAY
from benchmarks.workload import Register
from streams.attendance.codes import CODES, INDEX

AMENDED = 2  # percent of marks
_SAME_DAY = 0.0153  # of children a session: what makes 1.5 % of all marks
_LATE = 0.0051  # 0.5 %
_FROM_AWAY = 0.7  # of those amended the same day, truly away or late: a reason is learnt; the rest were overlooked
_LATEST = 40  # sessions after which a mark is corrected at the latest
_NOW_THERE = 0.45  # of absences corrected late, as in the Department's revisions of October 2024

_encode = msgspec.json.Encoder().encode
_UNKNOWN = INDEX["N"]
_ABSENT = np.isin(np.arange(len(CODES)), [INDEX[code] for code in ABSENT])
_REASONS = [kind for kind in AWAY if kind.code != "N"]


def registers(authority: Authority) -> Iterator[Register]:
    """Invent the registers under the clock, in the order in which they are sent."""
    return _Measured(authority).registers()


class _Measured:
    def __init__(self, authority: Authority) -> None:
        self._authority = authority
        self._rng = Random(f"{authority.seed}/england/registers")  # noqa: S311 - invented children, no secrets
        kind = np.arange(authority.pupils) % authority.originals
        self._codes: Codes = authority.codes[:, kind]  # as they stand, corrections included

    def registers(self) -> Iterator[Register]:
        first = self._authority.history
        for number in range(first, first + self._authority.sessions):
            amended = self._amended(number)
            written = self._codes[number].copy()
            written[list(amended)] = _UNKNOWN
            yield from self._classes(number, written)
            yield from self._amendments(number, amended)

    def _amended(self, number: int) -> set[int]:
        """Choose who is written `N` at first: most were truly away or late."""
        row, draw = self._codes[number], self._rng.random
        away = _ABSENT[row] | (row == INDEX["L"])
        share = _SAME_DAY * len(row)
        chances = (share * (1 - _FROM_AWAY) / max(1, int((~away).sum())), share * _FROM_AWAY / max(1, int(away.sum())))
        return {child for child, was in enumerate(away.tolist()) if draw() < chances[was] and row[child] != _UNKNOWN}

    def _classes(self, number: int, written: Codes) -> Iterator[Register]:
        """Give every class's register; they come from everywhere at once, so in no order of schools."""
        when, classes = self._authority.when[number], self._authority.classes()
        self._rng.shuffle(classes)
        for school, form, children in classes:
            marks = [(child, int(written[child])) for child in children]
            yield self._register(number, when, (school, f"class{form}", taken_at(when)), marks)

    def _amendments(self, number: int, amended: set[int]) -> Iterator[Register]:
        now = self._authority.when[number]
        schools = list(enumerate(self._authority.schools))
        self._rng.shuffle(schools)
        for school, roll in schools:
            mine = [(child, int(self._codes[number, child])) for child in roll if child in amended]
            if mine:
                yield self._register(number, now, (school, f"amend{number}", now.at(10, 15, 30)), mine)
            late = [child for child in roll if self._rng.random() < _LATE]
            if late and number:
                about = self._rng.randrange(max(0, number - _LATEST), number)
                marks = [(child, self._corrected(about, child)) for child in late]
                sheet = (school, f"late{number}", now.at(11, 15, 45))
                yield self._register(number, self._authority.when[about], sheet, marks)

    def _corrected(self, about: int, child: int) -> int:
        """Correct a mark of a session long past, for good; it always becomes another one."""
        was = int(self._codes[about, child])
        reasons = [kind for kind in _REASONS if kind.code != CODES[was]]
        code = INDEX[self._rng.choices(reasons, [kind.percent for kind in reasons])[0].code]
        if _ABSENT[was] and self._rng.random() < _NOW_THERE:
            code = INDEX["/" if self._authority.when[about].half == "AM" else "\\"]
        self._codes[about, child] = code
        return code

    def _register(
        self, number: int, about: SchoolSession, sheet: tuple[int, str, str], marks: list[tuple[int, int]]
    ) -> Register:
        (day, half), (school, name, recorded_at) = about, sheet
        urn, keys = self._authority.urn(school), self._authority.keys
        line = {
            "register_id": f"{urn}.{day}.{half}.{name}",
            "urn": urn,
            "date": day.isoformat(),
            "session": half,
            "recorded_at": recorded_at,
            "source": "benchmark",
            "marks": [{"pupil": keys[child], "code": CODES[code]} for child, code in marks],
        }
        return Register(number, len(marks), _encode(line))
