"""Sending all registers from a thread of its own, so that alerts can be watched meanwhile."""

from collections.abc import Callable, Iterable, Iterator
from threading import Event, Thread
from typing import Any, Self

from confluent_kafka import Producer

from streams.errors import FirstbellError
from streams.kafka.lines import Line
from streams.kafka.producer import Sender
from streams.kafka.registers import RegisterSender
from streams.settings import Settings

QUEUE = 200  # records: a longer queue of our own would count as waiting in Kafka


class Sending:
    """Sends *lines* to *topic* as fast as Kafka takes them. A context manager: after it nothing more is sent.

    *new_id* makes ids for registers that have none that can be read.
    """

    def __init__(self, settings: Settings, topic: str, lines: Iterable[bytes], new_id: Callable[[], str]) -> None:
        self._sender = Sender(settings, _short_queue)
        self._registers = RegisterSender(self._sender, topic, new_id)
        self._lines = lines
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
            self._registers.send_all(self._until_stopped(), "the half-term")
            self._sender.flush()
        except FirstbellError as error:
            self._failure = error

    def _until_stopped(self) -> Iterator[Line]:
        for number, line in enumerate(self._lines, start=1):
            if self._stop.is_set():
                return
            yield Line(number, line, len(line))


def _short_queue(config: dict[str, Any]) -> Producer:
    return Producer(config | {"queue.buffering.max.messages": QUEUE})
