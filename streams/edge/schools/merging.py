"""What the topic holds and what the files say, put together: the records that change. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from msgspec import structs

from streams.board.school import AFTERNOON, MORNING, School, Span
from streams.edge.schools.calendar import Days, Kind
from streams.edge.schools.gias import Authority
from streams.edge.schools.reading import Reading, Refused, Said

MOST_SPANS = 400  # of a school, so that its record stays small
_CLOSED = "closed"


@dataclass
class _Calendar:
    """What one file of closures says of a school, or of all."""

    spans: dict[Kind, set[Span]] = field(default_factory=lambda: {"closed": set(), "term": set()})

    def add(self, days: Days) -> None:
        if days.span:
            self.spans[days.kind].add(days.span)

    def full(self, days: Days) -> bool:
        return days.span is not None and sum(map(len, self.spans.values())) >= MOST_SPANS


class Merge:
    """The schools as *known*, with what *reading* says of them; rows of schools that nobody knows are refused.

    Rows of every school (`all`) are of those of the *wanted* authority that are not closed.
    """

    def __init__(self, known: Mapping[int, School], reading: Reading, wanted: Authority) -> None:
        self.schools = dict(known)
        self.refused: list[Refused] = list(reading.refused)
        self._known, self._wanted = known, wanted
        self._take_register(reading)
        self._take_times(reading)
        self._take_calendar(reading)

    def changed(self) -> Iterator[School]:
        """Give every record that is new or not as it was, by URN."""
        return (school for urn, school in sorted(self.schools.items()) if self._known.get(urn) != school)

    def is_new(self, urn: int) -> bool:
        """Tell whether the school was not known."""
        return urn not in self._known

    def _take_register(self, reading: Reading) -> None:
        for urn, school in reading.schools.items():
            old = self.schools.get(urn, school)
            self.schools[urn] = structs.replace(
                school, am_start=old.am_start, pm_start=old.pm_start, closures=old.closures, terms=old.terms
            )

    def _take_times(self, reading: Reading) -> None:
        seen: set[int] = set()
        for said, times in reading.times:
            if not self._is_known(said, times.urn):
                continue
            if times.urn in seen:
                self.refused.append(said.refuse("twice", "a row above is of the same school, and was taken"))
                continue
            seen.add(times.urn)
            old = self.schools[times.urn]
            am_start, pm_start = times.am_start or MORNING, times.pm_start or AFTERNOON
            self.schools[times.urn] = structs.replace(old, am_start=am_start, pm_start=pm_start)

    def _take_calendar(self, reading: Reading) -> None:
        own: dict[int | None, _Calendar] = {}
        for said, days in reading.calendar:
            if days.urn is not None and not self._is_known(said, days.urn):
                continue
            calendar = own.setdefault(days.urn, _Calendar())
            if calendar.full(days):
                self.refused.append(said.refuse("too-many", f"the school has {MOST_SPANS} rows already"))
            else:
                calendar.add(days)
        everywhere = own.pop(None, None)
        named = {urn for urn in own if urn is not None}
        for urn in named | (set(self._every()) if everywhere else set()):
            self._put(urn, own.get(urn, _Calendar()), everywhere or _Calendar())

    def _put(self, urn: int, own: _Calendar, everywhere: _Calendar) -> None:
        """Closures are those of both; a school that has terms of its own does not keep the others'."""
        closures = own.spans["closed"] | everywhere.spans["closed"]
        terms = own.spans["term"] or everywhere.spans["term"]
        self.schools[urn] = structs.replace(self.schools[urn], closures=_ordered(closures), terms=_ordered(terms))

    def _every(self) -> Iterator[int]:
        for urn, school in self.schools.items():
            if school.status.casefold() != _CLOSED and self._wanted.wants(school):
                yield urn

    def _is_known(self, said: Said, urn: int) -> bool:
        if urn in self.schools:
            return True
        self.refused.append(said.refuse("unknown-school", "its URN is neither in DfE's register as given nor known"))
        return False


def _ordered(spans: set[Span]) -> tuple[Span, ...]:
    return tuple(sorted(spans, key=lambda span: (span.first, span.last, span.session or "")))
