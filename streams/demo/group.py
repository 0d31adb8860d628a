"""How far a group has come: its committed offsets against the ends of its topics."""

from typing import NamedTuple, Self

from confluent_kafka import Consumer, KafkaException, TopicPartition

from streams.contract.topics import Topic
from streams.errors import FirstbellError
from streams.kafka.clients import consumer
from streams.settings import Settings


class Reached(NamedTuple):
    """How many records of a topic a group has behind it, and how many there are."""

    done: int
    total: int


class Group:
    """Asks for the offsets of the worker's group, without joining it. A context manager."""

    def __init__(self, settings: Settings) -> None:
        self._timeout = settings.request_timeout
        self._consumer = Consumer(consumer(settings, settings.app_id))

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(self, *_: object) -> None:
        """Let go of the connection."""
        self._consumer.close()

    def reached(self, topic: Topic) -> Reached:
        """Return how far the group has come in *topic*, whose records all still exist.

        Raises:
            FirstbellError: Kafka did not say.
        """
        partitions = [TopicPartition(topic.name, number) for number in range(topic.partitions)]
        try:
            committed = self._consumer.committed(partitions, timeout=self._timeout)
            ends = [self._consumer.get_watermark_offsets(place, timeout=self._timeout) for place in partitions]
        except KafkaException as error:
            raise FirstbellError(f"a group's progress is not known: {error.args[0].str()}") from None
        return Reached(sum(max(place.offset, 0) for place in committed), sum(end[1] for end in ends if end))
