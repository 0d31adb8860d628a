"""Times gathered in an HDR histogram: three significant digits from a microsecond to an hour, nothing thrown away."""

from collections.abc import Iterable
from typing import Any

from hdrh.histogram import HdrHistogram

_HIGHEST = 3_600_000_000  # µs
_DIGITS = 3
PERCENTILES = (50.0, 90.0, 99.0)
HEADS = (*(f"p{percentile:g} ms" for percentile in PERCENTILES), "max ms")


class Spread:
    """A histogram of seconds."""

    def __init__(self, seconds: Iterable[float] = ()) -> None:
        self._histogram: Any = HdrHistogram(1, _HIGHEST, _DIGITS)
        for one in seconds:
            self.add(one)

    def add(self, seconds: float, times: int = 1) -> None:
        """Count a time, so often. One below nothing (the broker cuts its stamps to ms) counts as the shortest.

        Raises:
            ValueError: it is longer than an hour.
        """
        if seconds * 1e6 > _HIGHEST:
            raise ValueError(f"{seconds:g} s is longer than an hour")
        self._histogram.record_value(max(1, round(seconds * 1e6)), times)

    def __len__(self) -> int:
        return int(self._histogram.get_total_count())

    def ms(self, percentile: float) -> float:
        """Give the time (ms) that so many in a hundred did not exceed; 0 where there is none."""
        return float(self._histogram.get_value_at_percentile(percentile)) / 1e3

    @property
    def max_ms(self) -> float:
        """The longest (ms); 0 where there is none."""
        return float(self._histogram.get_max_value()) / 1e3 if len(self) else 0.0

    def cells(self) -> tuple[str, ...]:
        """Give a row's cells: percentiles and maximum."""
        return (*(f"{self.ms(percentile):,.1f}" for percentile in PERCENTILES), f"{self.max_ms:,.1f}")

    def data(self) -> dict[str, float]:
        """Give the same as numbers, and how many there were."""
        found = {f"p{percentile:g}_ms": self.ms(percentile) for percentile in PERCENTILES}
        return found | {"max_ms": self.max_ms, "number": len(self)}
