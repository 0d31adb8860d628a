"""When schools were heard, over the whole authority: what tells a feed that is down from a holiday."""

from streams.board.times import HOUR, day_of

KEPT_DAYS = 28
"""So many latest days on which any school was heard are kept: with holidays between, up to three months."""
_KNOWN_DAYS = 10
"""A school counts as one of the others where it was heard on one of the last so many of these days."""


class Feeds:
    """For every school of the authority, on which of the last days it was heard, and when first.

    Tell it of every register of every partition, in any order; twice is as once. A worker that has just started
    should tell it those of the last weeks: two weeks of school tell a silent feed; fewer only tell it later.
    """

    def __init__(self) -> None:
        self._days: dict[int, dict[int, int]] = {}  # day -> URN -> when first heard on it, ms since 1970
        self._hour, self._schools = -1, dict[int, int]()  # the last hour heard, and those heard on its day

    def heard(self, urn: int, received_ms: int) -> None:
        """Take that a register of school *urn* was received."""
        if received_ms // HOUR != self._hour:
            self._hour, self._schools = received_ms // HOUR, self._day(day_of(received_ms))
        first = self._schools.get(urn)
        if first is None or received_ms < first:
            self._schools[urn] = received_ms

    def _day(self, day: int) -> dict[int, int]:
        schools = self._days.setdefault(day, {})
        while len(self._days) > KEPT_DAYS:
            del self._days[min(self._days)]
        return schools

    def days(self, after: int, until: int) -> list[int]:
        """Return the days, later than *after* and not later than *until*, on which any school was heard, in order."""
        return sorted(day for day in self._days if after < day <= until)

    def others(self, urn: int, day: int, by_ms: int) -> tuple[int, int]:
        """Return how many other schools are known on *day*, and how many of them were heard on it by *by_ms*."""
        today = {other for other, first in self._days.get(day, {}).items() if first <= by_ms} - {urn}
        recent = [self._days[earlier] for earlier in sorted(self._days) if earlier < day][1 - _KNOWN_DAYS :]
        known = today.union(*recent) - {urn}
        return len(known), len(today)
