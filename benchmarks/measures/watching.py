"""A committed reader of alerts, which notes when each one reached its hands."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event, Thread

from streams.contract.codec import decode_alert
from streams.contract.messages import Alert
from streams.kafka.reader import Reader
from streams.settings import Settings


@dataclass
class Seen:
    """Alerts about pupils with when they were seen (s since 1970), and how many of all kinds there were."""

    alerts: list[tuple[Alert, float]] = field(default_factory=list)
    records: int = 0
    failure: Exception | None = None


@contextmanager
def watching(settings: Settings, topic: str) -> Iterator[Seen]:
    """Read *topic* from now on, in a thread of its own, until the block is left and nothing has come for a second.

    Raises:
        FirstbellError: Kafka failed the reader.
    """
    seen, stop = Seen(), Event()
    with Reader(settings, topic, begin="now") as reader:
        thread = Thread(target=_watch, args=(reader, seen, stop), daemon=True)
        thread.start()
        try:
            yield seen
        finally:
            stop.set()
            thread.join()
        for record in reader.until(Event(), idle=1.0):
            _note(record.value, seen)
    if seen.failure:
        raise seen.failure


def _watch(reader: Reader, seen: Seen, stop: Event) -> None:
    try:
        for record in reader.until(stop):
            _note(record.value, seen)
    except Exception as error:  # noqa: BLE001 - handed to who waits for it
        seen.failure = error


def _note(value: bytes | None, seen: Seen) -> None:
    at = time.time()
    seen.records += 1
    alert = decode_alert(value or b"")
    if alert.pupil is not None:
        seen.alerts.append((alert, at))
