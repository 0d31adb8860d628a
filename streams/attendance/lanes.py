"""Where a rule book's counts lie in one whole number, so that one addition takes a mark into all of them.

A **lane** of 16 bits holds one measure. Its top bit is spare: adding a bias to every lane at once sets it exactly where
a count has reached what a rule needs to go on (`kinds.Rule.fuel`), so that one addition and one mask find the rules
worth asking.
"""

from collections.abc import Iterable

from streams.attendance.book import RuleBook
from streams.attendance.codes import CODES, POSSIBLE
from streams.attendance.measures import (
    BothHalves,
    Codes,
    DaysAfterFirst,
    DualGap,
    Measure,
    Now,
    Run,
    SpellStarts,
    WeekdayAbsent,
    Weeks,
    Year,
    YearWeeks,
    YearWeeksWith,
)

BITS = 16
LANE = (1 << BITS - 1) - 1  # the largest count
TOP = 1 << BITS - 1

_OF_THE_YEAR = (Year, YearWeeks, YearWeeksWith, DaysAfterFirst)
_OF_NOW = (BothHalves, Now, DualGap)
LANED = (*_OF_THE_YEAR, *_OF_NOW, Weeks, SpellStarts, Run, WeekdayAbsent)
"""The measures that are kept in lanes; the others are worked out when they are asked for."""


class Lanes:
    """The lanes of one rule book, with what each code adds to them. Made once, shared by all pupils."""

    def __init__(self, book: RuleBook) -> None:
        fuels = [rule.measures()[rule.fuel()[0]] for rule in book.rules]
        read = {m: None for rule in book.rules for m in rule.measures() if isinstance(m, LANED) and m not in fuels}
        self.lanes: list[Measure] = [*fuels, *read]  # lane i is the fuel of rule i
        self.shift = {m: BITS * i for i, m in reversed(list(enumerate(self.lanes)))}
        least = [rule.fuel()[1] for rule in book.rules]
        self.bias = sum((TOP - n) << BITS * i for i, n in enumerate(least))
        self.tops = sum(TOP << BITS * i for i in range(len(least)))
        self._by_code()
        self._by_event()

    def shifts(self, measures: Iterable[Measure]) -> list[int] | None:
        """Return where the lanes of *measures* begin, in bits, or None where one of them has none."""
        found = [self.shift.get(measure) for measure in measures]
        return None if None in found else [shift for shift in found if shift is not None]

    def _units(self, kind: type[Measure] | tuple[type[Measure], ...]) -> list[tuple[Measure, int]]:
        return [(m, 1 << BITS * i) for i, m in enumerate(self.lanes) if isinstance(m, kind)]

    def _by_code(self) -> None:
        """What a mark adds: `adds` at once, `week` where its week is a school week; `keeps` is what survives it."""
        codes = range(len(CODES))
        at_once = [(m.codes, unit) for m, unit in self._units((Year, Run, Now)) if isinstance(m, Year | Run | Now)]
        runs = [(m.codes, unit) for m, unit in self._units(Run) if isinstance(m, Run)]
        week = [(m.codes, unit) for m, unit in self._units(Weeks) if isinstance(m, Weeks)]
        self.adds = [_sum(at_once, code) for code in codes]
        self.week = [_sum(week, code) for code in codes]
        now = self._mask(self._units(_OF_NOW))
        ended = [[u for members, u in runs if code in POSSIBLE and code not in members] for code in codes]
        self.keeps = [~(now | sum(LANE * unit for unit in units)) for units in ended]

    def _by_event(self) -> None:
        """What is added when something else happens than a code."""
        self.year = ~self._mask(self._units(_OF_THE_YEAR))
        self.spell = sum(unit for _, unit in self._units(SpellStarts))
        self.year_week = sum(unit for _, unit in self._units(YearWeeks))
        self.dual_gap = sum(unit for _, unit in self._units(DualGap))
        self.both = [(m.codes, unit) for m, unit in self._units(BothHalves) if isinstance(m, BothHalves)]
        self.weeks_with = [(m.codes, unit) for m, unit in self._units(YearWeeksWith) if isinstance(m, YearWeeksWith)]
        self.days_after = [(m.codes, unit) for m, unit in self._units(DaysAfterFirst) if isinstance(m, DaysAfterFirst)]
        self.no_firsts: tuple[int, ...] = (0,) * len(self.days_after)
        self.weekday = [
            [
                (m.last, unit)
                for m, unit in self._units(WeekdayAbsent)
                if isinstance(m, WeekdayAbsent) and m.weekday == day
            ]
            for day in range(7)
        ]
        lengths = [
            (m.weeks, (m, unit)) for m, unit in self._units((Weeks, SpellStarts)) if isinstance(m, Weeks | SpellStarts)
        ]
        self.windows = [
            (n, self._mask(lane for weeks, lane in lengths if weeks == n)) for n in sorted({n for n, _ in lengths})
        ]
        self.longest = max((n for n, _ in lengths), default=1)
        odd = [codes for codes, _ in (*self.both, *self.weeks_with, *self.days_after)]
        self.odd = [any(code in members for members in odd) for code in range(len(CODES))]

    @staticmethod
    def _mask(units: Iterable[tuple[Measure, int]]) -> int:
        return sum((LANE | TOP) * unit for _, unit in units)


def _sum(units: list[tuple[Codes, int]], code: int) -> int:
    return sum(unit for codes, unit in units if code in codes)
