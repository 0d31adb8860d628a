"""Records to Kafka from an event loop: each awaited until all in-sync replicas have it, or it is known not to be so.

One thread polls librdkafka, which hands over deliveries, and asks after Kafka when it seems to be away. While it is, a
record is refused at once and not even queued, so that nothing is half taken.
"""

import asyncio
import threading
import time
from asyncio import Future
from collections.abc import Callable
from typing import Any, Protocol, Self

from confluent_kafka import KafkaError, KafkaException, Message, Producer

from streams.edge.verdicts import Event
from streams.errors import FirstbellError

_POLL = 0.05  # s
_ASK_AGAIN, _ASK_TIMEOUT = 1.0, 2.0  # s


class NotTaken(FirstbellError):  # noqa: N818 - a state of a record
    """Kafka has not said that it has the record."""


class Publisher(Protocol):
    """Where events go."""

    def publish(self, event: Event) -> "Future[None]":
        """Begin to publish; the future is done when Kafka has it, or has `NotTaken` as its exception."""

    def trouble(self) -> str | None:
        """Say why nothing can be published at present, or None."""

    def failed(self) -> str | None:
        """Say why nothing can ever be published again by this process, or None."""


class KafkaPublisher:
    """A `Publisher` to *topic*, with librdkafka's *config*. A context manager, entered in the event loop's thread."""

    def __init__(
        self, topic: str, config: dict[str, Any], make: Callable[[dict[str, Any]], Producer] = Producer
    ) -> None:
        self._topic = topic
        self._producer = make({**config, "error_cb": self._note})
        self._trouble: str | None = None
        self._failed: str | None = None
        self._suspect = threading.Event()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="publisher", daemon=True)
        self._loop: asyncio.AbstractEventLoop

    def __enter__(self) -> Self:
        self._loop = asyncio.get_running_loop()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def trouble(self) -> str | None:
        """Say why nothing can be published at present."""
        return self._failed or self._trouble

    def failed(self) -> str | None:
        """Say what librdkafka holds for beyond repair."""
        return self._failed

    def publish(self, event: Event) -> "Future[None]":
        """Begin to publish *event*."""
        done: Future[None] = self._loop.create_future()
        if trouble := self.trouble():
            done.set_exception(NotTaken(trouble))
            return done
        try:
            self._producer.produce(
                self._topic,
                event.value,
                event.key,
                headers=list(event.headers),
                on_delivery=lambda error, _: self._delivered(done, error),
            )
        except (BufferError, KafkaException) as error:
            done.set_exception(NotTaken("the queue is full" if isinstance(error, BufferError) else str(error.args[0])))
        return done

    def _delivered(self, done: "Future[None]", error: KafkaError | None, _: Message | None = None) -> None:
        """Pass on, from the polling thread, what became of one record."""
        if error is not None:
            self._suspect.set()
        self._loop.call_soon_threadsafe(_settle, done, error.str() if error else None)

    def _note(self, error: KafkaError) -> None:
        if error.fatal():
            self._failed = error.str()
        self._suspect.set()

    def _run(self) -> None:
        asked = 0.0
        while not self._stop.is_set():
            self._producer.poll(_POLL)
            if self._suspect.is_set() and time.monotonic() - asked >= _ASK_AGAIN:
                self._ask()
                asked = time.monotonic()

    def _ask(self) -> None:
        """Ask Kafka after the topic: in trouble while it does not answer."""
        self._suspect.clear()
        try:
            self._producer.list_topics(self._topic, timeout=_ASK_TIMEOUT)
        except KafkaException as error:
            self._trouble = error.args[0].str()
            self._suspect.set()
        else:
            self._trouble = None


def _settle(done: "Future[None]", trouble: str | None) -> None:
    if done.done():  # nobody waits for it any more
        return
    if trouble is None:
        done.set_result(None)
    else:
        done.set_exception(NotTaken(trouble))


class MemoryPublisher:
    """A `Publisher` to a list, for tests. With `away` set to a text it takes nothing and says so."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.away: str | None = None

    def publish(self, event: Event) -> "Future[None]":
        """Keep *event*."""
        done: Future[None] = asyncio.get_running_loop().create_future()
        if self.away is None:
            self.events.append(event)
        _settle(done, self.away)
        return done

    def trouble(self) -> str | None:
        """Say what `away` says."""
        return self.away

    def failed(self) -> str | None:
        """Nothing lasts."""
        return None
