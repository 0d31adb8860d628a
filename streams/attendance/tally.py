"""A rule book's counts as of a pupil's last session, kept without looking back: the fast twin of `measures.py`.

Exact, because every measure is a sum over sessions that enter once and leave at known moments: the year's counts at
1 August, a window's when a week becomes a school week and pushes the oldest out, a run's at the first possible
session outside its codes. `tests/properties` holds each count to its plain definition over hostile histories.
"""

from streams.attendance.codes import ABSENT, CODES, POSSIBLE
from streams.attendance.lanes import LANE, Lanes
from streams.attendance.measures import Measure, OtherAbsent, OtherDays, WeekdayDays
from streams.attendance.months import CODE, DUAL_GAP, SCHOOL_DAY
from streams.attendance.sessions import academic_year, year_start

_IS_ABSENT = [code in ABSENT for code in range(len(CODES))]
_IS_POSSIBLE = [code in POSSIBLE for code in range(len(CODES))]
REMEMBERED_DAYS = 31  # of each weekday; a rule looks at 30 at most
_DAYS = 127  # seven bits


class Tally:
    """Counts of one pupil.

    `step` takes the next session; `copy` is cheap, since what it holds is never changed in place.
    """

    __slots__ = (
        "absences", "bucket", "buckets", "code", "days", "firsts", "in_spell",
        "lanes", "past", "slot", "week", "weekdays", "with_weeks", "word", "year_end", "year_week",
    )  # fmt: skip

    def __init__(self, lanes: Lanes) -> None:
        self.lanes = lanes
        self.word = 0  # the lanes
        self.slot = -2  # the last session,
        self.code = -1  # and the child's code of it
        self.year_end = 0  # first slot after the current academic year
        self.year_week = -1  # the last week counted in it
        self.week = -1  # the current week: its number,
        self.days = 0  # its school days, and those with an absence, as bits from Monday,
        self.absences = 0
        self.bucket = 0  # and what it adds to the windows
        self.buckets: tuple[int, ...] = ()  # the same of the school weeks before, oldest first
        self.past: tuple[int, ...] = ()  # days and absences of every school week before, packed
        self.in_spell = False  # the last possible session was absent
        # Of each weekday its last school days, as bits: 1 where absent, below a leading 1.
        self.weekdays: tuple[int, ...] = (1, 1, 1, 1, 1, 1, 1)
        self.with_weeks: tuple[int, ...] = (-1,) * len(lanes.weeks_with)  # last week counted
        self.firsts = lanes.no_firsts  # day of the earliest such code of the year, or 0

    def copy(self) -> "Tally":
        """Return a tally that goes its own way."""
        new = Tally.__new__(Tally)
        new.lanes, new.word, new.slot, new.code = self.lanes, self.word, self.slot, self.code
        new.year_end, new.year_week = self.year_end, self.year_week
        new.week, new.days, new.absences = self.week, self.days, self.absences
        new.bucket, new.buckets, new.past, new.in_spell = self.bucket, self.buckets, self.past, self.in_spell
        new.weekdays, new.with_weeks, new.firsts = self.weekdays, self.with_weeks, self.firsts
        return new

    def step(self, slot: int, cell: int) -> None:
        """Take the child's *cell* (as in `ledger`) of session *slot*, which must be after every one before."""
        lanes, code, day = self.lanes, cell & CODE, slot >> 1
        if slot >= self.year_end:
            self._new_year(slot)
        if (day - 1) // 7 != self.week:
            self._new_week((day - 1) // 7)
        if cell & SCHOOL_DAY and not self.days >> (day - 1) % 7 & 1:
            self._school_day(day)
        week = lanes.week[code]
        if _IS_ABSENT[code]:
            week += self._absent(day)
        elif _IS_POSSIBLE[code]:
            self.in_spell = False
        self.bucket += week
        self.word = (self.word & lanes.keeps[code]) + lanes.adds[code] + (week if self.days else 0)
        if lanes.odd[code] or cell & DUAL_GAP:
            self._odd(slot, cell)
        self.slot, self.code = slot, code

    def _new_year(self, slot: int) -> None:
        self.year_end = year_start(academic_year(slot) + 1)
        self.word &= self.lanes.year
        self.year_week = -1
        self.with_weeks = (-1,) * len(self.with_weeks)
        self.firsts = self.lanes.no_firsts

    def _new_week(self, week: int) -> None:
        if self.days:
            self.buckets = (*self.buckets, self.bucket)[-self.lanes.longest :]
            self.past = (*self.past, self.days << 7 | self.absences)
        self.week, self.days, self.absences, self.bucket = week, 0, 0, 0

    def _school_day(self, day: int) -> None:
        """A date becomes a school day, and perhaps its week a school week."""
        if not self.days:
            self._school_week()
        if self.week != self.year_week:
            self.year_week = self.week
            self.word += self.lanes.year_week
        weekday = (day - 1) % 7
        self.days |= 1 << weekday
        history = self.weekdays[weekday]
        for last, unit in self.lanes.weekday[weekday]:
            if history.bit_length() > last:
                self.word -= (history >> last - 1 & 1) * unit
        self._set_weekday(weekday, _pushed(history))
        if self.firsts is not self.lanes.no_firsts:
            for (_, unit), first in zip(self.lanes.days_after, self.firsts, strict=True):
                if 0 < first < day:
                    self.word += unit

    def _school_week(self) -> None:
        """The current week enters every window with what it holds so far, and the oldest week of each leaves."""
        self.word += self.bucket
        for weeks, mask in self.lanes.windows:
            if len(self.buckets) >= weeks:
                self.word -= self.buckets[-weeks] & mask

    def _absent(self, day: int) -> int:
        """Note an absent session; return what it adds to the windows beside its code: a spell, where one begins."""
        weekday = (day - 1) % 7
        if not self.absences >> weekday & 1:
            self.absences |= 1 << weekday
            self._set_weekday(weekday, self.weekdays[weekday] | 1)
            self.word += sum(unit for _, unit in self.lanes.weekday[weekday])
        began = not self.in_spell
        self.in_spell = True
        return self.lanes.spell if began else 0

    def _set_weekday(self, weekday: int, history: int) -> None:
        self.weekdays = (*self.weekdays[:weekday], history, *self.weekdays[weekday + 1 :])

    def _odd(self, slot: int, cell: int) -> None:
        """Count what few codes bring.

        A gap between two schools, both halves of a day, a week with a code, a first day.
        """
        code, day = cell & CODE, slot >> 1
        if cell & DUAL_GAP:
            self.word += self.lanes.dual_gap
        for codes, unit in self.lanes.both:
            if slot & 1 and self.slot == slot - 1 and self.code in codes and code in codes:
                self.word += unit
        for i, (codes, unit) in enumerate(self.lanes.weeks_with):
            if code in codes and self.with_weeks[i] != self.week:
                self.with_weeks = (*self.with_weeks[:i], self.week, *self.with_weeks[i + 1 :])
                self.word += unit
        for i, (codes, _) in enumerate(self.lanes.days_after):
            if code in codes and not self.firsts[i]:
                self.firsts = (*self.firsts[:i], day, *self.firsts[i + 1 :])

    def count(self, measure: Measure) -> int:
        """Return what *measure* counts as of the last session."""
        shift = self.lanes.shift.get(measure)
        if shift is not None:
            return self.word >> shift & LANE
        if isinstance(measure, WeekdayDays):
            return min(self.weekdays[measure.weekday].bit_length() - 1, measure.last)
        if isinstance(measure, OtherDays):
            return sum((days & ~(1 << measure.weekday)).bit_count() for days, _ in self._weeks_of(measure))
        if isinstance(measure, OtherAbsent):
            return sum((absences & ~(1 << measure.weekday)).bit_count() for _, absences in self._weeks_of(measure))
        raise TypeError(f"no count is kept for {type(measure).__name__}")

    def _weeks_of(self, measure: OtherDays | OtherAbsent) -> list[tuple[int, int]]:
        """Return days and absences of the school weeks from the first of the last such weekdays on.

        None where there is none.
        """
        weeks = [*self.past, self.days << 7 | self.absences]
        found = 0
        for i in range(len(weeks) - 1, -1, -1):
            found += weeks[i] >> 7 + measure.weekday & 1
            if found == measure.last:
                return [_split(week) for week in weeks[i:]]
        first = next((i for i, week in enumerate(weeks) if week >> 7 + measure.weekday & 1), len(weeks))
        return [_split(week) for week in weeks[first:]]


def _split(week: int) -> tuple[int, int]:
    return week >> 7 & _DAYS, week & _DAYS


def _pushed(history: int) -> int:
    """Add a day without absence, forgetting the oldest where more are remembered than any rule looks at."""
    pushed = history << 1
    top = 1 << REMEMBERED_DAYS
    return pushed if pushed < top << 1 else pushed & top - 1 | top
