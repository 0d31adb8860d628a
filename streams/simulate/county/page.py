"""One child's year at one school, a byte a session, and how absences are written on it.

A byte is the code's place in `attendance.codes.CODES`; a session of a child that is not on roll is `NOT_ON_ROLL`.
"""

from bisect import bisect
from random import Random

from streams.attendance.codes import INDEX
from streams.simulate.county.season import Cumulative

MORNING, AFTERNOON = INDEX["/"], INDEX["\\"]
PRESENT = frozenset({MORNING, AFTERNOON})
CLOSED = INDEX["#"]
NOT_ON_ROLL = 255
_TRIES = 12  # for a place by weight, before any place will do


class Page:
    """A year of codes, for the days from *begin* to before *end*; places are drawn by *rng*."""

    def __init__(self, codes: bytearray, begin: int, end: int, rng: Random) -> None:
        self.codes, self.rng = codes, rng
        self.begin, self.end = begin, end

    def possible(self) -> list[int]:
        """The sessions that nothing is written on yet."""
        return [n for n in range(2 * self.begin, 2 * self.end) if self.codes[n] in PRESENT]

    def first(self, code: int) -> int | None:
        """The day on which *code* is written first; None where it is not."""
        found = self.codes.find(code)
        return None if found < 0 else found // 2

    def whole(self, day: int) -> bool:
        """Whether nothing is written on either session of *day*."""
        return self.codes[2 * day] == MORNING and self.codes[2 * day + 1] == AFTERNOON

    def pick(self, days: Cumulative, begin: int, end: int) -> int:
        """Draw a day from *begin* to before *end* by weight."""
        low = days[begin - 1] if begin else 0.0
        return min(bisect(days, low + self.rng.random() * (days[end - 1] - low), begin, end), end - 1)

    def write(self, code: int, sessions: int) -> None:
        """Write *code* on so many sessions, wherever they are free; on fewer where there are fewer."""
        free = self.possible()
        for n in self.rng.sample(free, min(sessions, len(free))):
            self.codes[n] = code

    def singles(self, code: int, sessions: int, days: Cumulative, mornings: float) -> None:
        """Write *code* on single sessions, that part of them in the morning."""
        left = sessions
        for _ in range(sessions * _TRIES):
            if not left:
                return
            n = 2 * self.pick(days, self.begin, self.end) + (self.rng.random() >= mornings)
            if self.codes[n] in PRESENT:
                self.codes[n] = code
                left -= 1
        self.write(code, left)

    def spells(self, code: int, sessions: int, days: Cumulative, lengths: tuple[int, ...], since: int = 0) -> None:
        """Write *code* on whole days, in spells of *lengths* days, from *since* on; an odd session on half a day."""
        begin, left = max(self.begin, min(since, self.end - 1)), sessions
        for _ in range(sessions * _TRIES):
            if not left:
                return
            start = self.pick(days, begin, self.end)
            left -= self.run(code, left, start, self.rng.choice(lengths))
        self.write(code, left)

    def run(self, code: int, sessions: int, start: int, days: int) -> int:
        """Write *code* from day *start* over at most so many sessions and free days on end; return how many it was."""
        left, day = sessions, start
        while left and days and day < self.end and (self.whole(day) or self.codes[2 * day] == CLOSED):
            if self.codes[2 * day] != CLOSED:
                left -= self._day(code, day, half=left == 1)
                days -= 1
            day += 1
        return sessions - left

    def _day(self, code: int, day: int, *, half: bool) -> int:
        self.codes[2 * day + 1] = code
        if half:
            return 1
        self.codes[2 * day] = code
        return 2
