"""What a phase of the county adds up to, counted on the codes themselves: no registers are written."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from operator import itemgetter

from streams.attendance.codes import ABSENT, CODES, POSSIBLE
from streams.simulate.county.enrolments import Enrolment
from streams.simulate.county.figures.reading import BANDS
from streams.simulate.county.year import SchoolYear

_POSSIBLE = bytes(code in POSSIBLE for code in range(256))
_ABSENT = bytes(code in ABSENT for code in range(256))
_HALF = 10  # bands of 5 percent up to 50 percent; what is above is one


def band_of(absent: int, possible: int) -> int:
    """Return the band of a rate: 0 for under 5 percent, to 10 for 50 and more."""
    return min(20 * absent // possible, _HALF)


@dataclass
class Counts:
    """Sums over enrolments that had at least one possible session, as DfE counts.

    `bands` holds enrolments by band: under "all", "meals True", "needs False", "year 7" and so on.
    """

    year: SchoolYear
    enrolments: int = 0
    possible: int = 0
    absent: int = 0
    codes: Counter[str] = field(default_factory=Counter)
    bands: dict[str, list[int]] = field(default_factory=dict)
    weekday_possible: list[int] = field(default_factory=lambda: [0] * 5)
    weekday_absent: list[int] = field(default_factory=lambda: [0] * 5)

    def __post_init__(self) -> None:
        """Find the sessions of each weekday."""
        self._of_weekday = [
            itemgetter(*(n for n in range(self.year.sessions) if self.year.weekdays[n // 2] == weekday))
            for weekday in range(5)
        ]

    def add(self, enrolments: Iterable[Enrolment]) -> None:
        """Count *enrolments*."""
        for enrolment in enrolments:
            self._add(enrolment)

    def _add(self, enrolment: Enrolment) -> None:
        possible, absent = enrolment.codes.translate(_POSSIBLE), enrolment.codes.translate(_ABSENT)
        sessions, missed = sum(possible), sum(absent)
        if not sessions:
            return
        self.enrolments += 1
        self.possible += sessions
        self.absent += missed
        for code in set(enrolment.codes):
            if code < len(CODES):
                self.codes[CODES[code]] += enrolment.codes.count(code)
        for weekday, of_weekday in enumerate(self._of_weekday):
            self.weekday_possible[weekday] += sum(of_weekday(possible))
            self.weekday_absent[weekday] += sum(of_weekday(absent))
        self._add_band(enrolment, band_of(missed, sessions))

    def _add_band(self, enrolment: Enrolment, band: int) -> None:
        child = enrolment.child
        groups = [f"meals {child.nature.meals}", f"needs {child.nature.needs}", f"year {child.year}"]
        for group in ["all"] if child.nature.brief else ["all", *groups]:
            self.bands.setdefault(group, [0] * BANDS)[band] += 1

    def share(self, group: str, first: int, last: int = BANDS) -> float:
        """Return the percent of a group's enrolments in the bands from *first* to before *last*."""
        found = self.bands.get(group, [0] * BANDS)
        return 100 * sum(found[first:last]) / (sum(found) or 1)

    def percent(self, code: str) -> float:
        """Return the percent of possible sessions that have *code*."""
        return 100 * self.codes[code] / self.possible
