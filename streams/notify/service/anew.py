"""The working state made anew from the topics, with signs of life and a word in the log when it is done."""

import time
from collections.abc import Callable, Iterable, Iterator

import structlog

from streams.notify.lifecycle.orders import Orders
from streams.notify.lifecycle.rebuilding import Seen, rebuild
from streams.notify.service.log import positions, read_alerts, read_deliveries
from streams.notify.service.metrics import Count
from streams.notify.service.surroundings import Surroundings
from streams.notify.working.desk import MemoryDesk

__all__ = ["make_anew"]

log = structlog.get_logger("firstbell.notify")

_BEATS = 2_000  # alerts between two signs of life


def make_anew(desk: MemoryDesk, around: Surroundings, orders: Orders, beat: Callable[[], None]) -> None:
    """Fill the empty *desk*; what it finds untold for good is written.

    Raises:
        FirstbellError: Kafka failed.
    """
    begun = time.monotonic()
    handled = positions(around.settings, around.topics)
    records = list(read_deliveries(around.settings, around.topics))
    alerts = _Beating(read_alerts(around.settings, around.topics), beat)
    around.log.append(rebuild(desk, alerts, records, orders, around.clocks.now(), handled=handled))
    around.metrics.count(Count.REBUILDS)
    took = round(time.monotonic() - begun, 2)
    log.info("working state made from the topics", alerts=alerts.number, records=len(records), seconds=took)


class _Beating:
    """Alerts as they are read, counted; now and then there is a sign of life."""

    def __init__(self, alerts: Iterable[Seen], beat: Callable[[], None]) -> None:
        self._alerts, self._beat, self.number = alerts, beat, 0

    def __iter__(self) -> Iterator[Seen]:
        for each in self._alerts:
            self.number += 1
            if self.number % _BEATS == 0:
                self._beat()
            yield each
