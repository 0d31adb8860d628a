"""Sending all registers from a thread of its own, so that alerts can be watched meanwhile."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from threading import Event, Thread
from typing import Any, Self

from confluent_kafka import Producer

from streams.errors import FirstbellError
from streams.kafka.lines import Line
from streams.kafka.producer import Sender
from streams.kafka.registers import RegisterSender, peek
from streams.settings import Settings

QUEUE = 200  # records: a longer queue of our own would count as waiting in Kafka


class Sending:
    """Sends *registers* to *topic* as fast as Kafka takes them. A context manager: after it nothing more is sent.

    Each is a pair: when its school sent it, and its line. That time is its time stamp, which the embedded broker keeps.
    `handed` says by register id when it was really handed over. *new_id* makes ids for registers that have none that
    can be read; *now* is in seconds since 1970.
    """

    def __init__(
        self,
        settings: Settings,
        topic: str,
        registers: Iterable[tuple[datetime, bytes]],
        new_id: Callable[[], str],
        now: Callable[[], float],
    ) -> None:
        self.handed: dict[str, float] = {}
        self._sender = Sender(settings, _short_queue)
        self._to = RegisterSender(self._sender, topic, new_id)
        self._registers = registers
        self._now = now
        self._stop = Event()
        self._failure: FirstbellError | None = None
        self._thread = Thread(target=self._run, name="sending", daemon=True)

    def __enter__(self) -> Self:
        """Begin to send."""
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Send no more."""
        self._stop.set()

    def done(self) -> bool:
        """Whether Kafka has taken every line.

        Raises:
            FirstbellError: it has not taken one.
        """
        if self._failure:
            raise self._failure
        return not self._thread.is_alive()

    def _run(self) -> None:
        try:
            self._to.send_all(self._until_stopped(), "the half-term")
            self._sender.flush()
        except FirstbellError as error:
            self._failure = error

    def _until_stopped(self) -> Iterator[Line]:
        for number, (at, line) in enumerate(self._registers, start=1):
            if self._stop.is_set():
                return
            self.handed[peek(line)[1] or ""] = self._now()
            yield Line(number, line, len(line), round(at.timestamp() * 1000))


def _short_queue(config: dict[str, Any]) -> Producer:
    return Producer(config | {"queue.buffering.max.messages": QUEUE})
