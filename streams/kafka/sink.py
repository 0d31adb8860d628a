"""The one loop that every consumer of Firstbell's topics uses: poll a batch, handle it, then commit.

1. poll   wait for a committed record, at most `wait`; take what has come with it, up to `batch`
2. handle the caller's function writes them wherever they belong, and returns when they are there
3. commit their offsets, so that a crash before this hands them over again: handling twice must be harmless
"""

from collections.abc import Callable
from threading import Event
from typing import Any

from confluent_kafka import Consumer, KafkaError, KafkaException

from streams.errors import FirstbellError
from streams.kafka.clients import consumer
from streams.kafka.records import Record
from streams.settings import Settings

Handle = Callable[[list[Record]], None]

_TOGETHER = (
    0.002  # s: what was written together comes in pieces; `consume` waits so long for as many as it is asked for
)

# The partition went to another member meanwhile, which will be handed the same records again.
_LOST = {
    KafkaError.ILLEGAL_GENERATION,
    KafkaError.UNKNOWN_MEMBER_ID,
    KafkaError.REBALANCE_IN_PROGRESS,
    KafkaError._NO_OFFSET,  # noqa: SLF001 - the name that confluent-kafka's manual gives
}


class Sink:
    """Reads *topics* as the consumer group *group* and gives batches of records to *handle*.

    batch: most records handled at once. wait: seconds to wait for a record before `stop` is looked at again; once there
    is one, hardly anything is waited for, and batches grow by themselves while their handling is slow.
    """

    def __init__(
        self,
        settings: Settings,
        topics: list[str],
        group: str,
        handle: Handle,
        *,
        batch: int = 500,
        wait: float = 0.2,
        make: Callable[[dict[str, Any]], Consumer] = Consumer,
    ) -> None:
        self._handle = handle
        self._topics = topics
        self._batch = batch
        self._wait = wait
        self._consumer = make(consumer(settings, group))

    def run(self, stop: Event) -> None:
        """Go on until *stop* is set: the batch in hand is handled and committed first, then the group left.

        Raises:
            FirstbellError: Kafka failed. Whatever *handle* raises comes through, with nothing of its batch committed.
        """
        self._consumer.subscribe(self._topics)
        try:
            while not stop.is_set():
                self._step()
        except KafkaException as error:
            raise FirstbellError(f"reading {', '.join(self._topics)}: {error.args[0].str()}") from error
        finally:
            self._consumer.close()

    def _step(self) -> None:
        first = self._consumer.poll(self._wait)
        if first is None:
            return
        messages = [first, *self._consumer.consume(self._batch - 1, _TOGETHER)]
        self._handle([Record.of(message) for message in messages])
        self._commit()

    def _commit(self) -> None:
        try:
            self._consumer.commit(asynchronous=False)
        except KafkaException as error:
            if error.args[0].code() not in _LOST:
                raise
