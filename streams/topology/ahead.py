"""Reading a table's changelog before it is known which of its partitions are to be this worker's.

What is read counts when the partition was assigned and fenced, and was then read on to its end (`loading`). So others
may go on writing meanwhile, and what they write is read too.
"""

from collections.abc import Callable
from threading import Event, Thread
from typing import Generic

import structlog

from streams.topology.engine import State
from streams.topology.reading import Reading

log = structlog.get_logger("firstbell.worker")


class Ahead(Generic[State]):
    """Reads all *partitions* in a thread of its own, from `start` until somebody goes on with it."""

    def __init__(self, begin: Callable[[], Reading[State]], partitions: int) -> None:
        self._begin = begin
        self._partitions = partitions
        self._stop, self._is_up = Event(), Event()
        self._thread: Thread | None = None
        self._reading: Reading[State] | None = None

    def start(self, most: int | None) -> None:
        """Begin. Where more than *most* pupils or schools are found, some partitions are let go."""
        self._thread = Thread(target=self._run, args=(most,), name="reading ahead", daemon=True)
        self._thread.start()

    def is_up(self) -> bool:
        """Tell whether it has come to where the changelog ended, or has given up."""
        return self._is_up.is_set()

    def go_on(self) -> Reading[State]:
        """End reading ahead, and give what was read, to be read on; one that begins where nothing was.

        Raises:
            WrongTopics: there is no changelog. Undelivered: Kafka does not answer.
        """
        reading = self._ended()
        return self._begin() if reading is None else reading

    def give_up(self) -> None:
        """End reading ahead, and drop what was read: nothing of it was assigned."""
        reading = self._ended()
        if reading is not None:
            reading.close()

    def _ended(self) -> Reading[State] | None:
        self._stop.set()
        if self._thread is not None:
            self._thread.join()
        reading, self._reading = self._reading, None
        return reading

    def _run(self, most: int | None) -> None:
        try:
            self._reading = self._read(self._begin(), most)
        except Exception as error:  # noqa: BLE001 - whatever it is, whoever is assigned the partition meets it again
            log.warning("reading ahead was given up", why=type(error).__name__)
        finally:
            self._is_up.set()

    def _read(self, reading: Reading[State], most: int | None) -> Reading[State]:
        try:
            kept = set(range(self._partitions))
            reading.keep(kept)
            while not self._stop.is_set():
                reading.step()
                if reading.has_ended():
                    self._is_up.set()
                if most is not None and reading.size() > most and kept:
                    kept.remove(max(kept))
                    reading.keep(kept)
        except BaseException:
            reading.close()
            raise
        return reading
