"""How far a consumer group is in a topic, as Kafka has it."""

import time
from collections.abc import Callable

from confluent_kafka import Consumer, KafkaError, KafkaException, TopicPartition

from streams.errors import FirstbellError

_EVERY = 0.05  # s between two looks
_ANSWER = 10.0  # s
_SOON = {  # what a broker that has just started, or made a topic, answers for a moment
    KafkaError.NOT_LEADER_FOR_PARTITION,
    KafkaError.LEADER_NOT_AVAILABLE,
    KafkaError.NOT_COORDINATOR,
    KafkaError.COORDINATOR_NOT_AVAILABLE,
    KafkaError.COORDINATOR_LOAD_IN_PROGRESS,
}


class TooSlowError(FirstbellError):
    """Something did not come to its end in the time that it was given."""


class Group:
    """Looks at the group *name*; joins nothing."""

    def __init__(self, bootstrap: str, name: str, partitions: int) -> None:
        config = {"bootstrap.servers": bootstrap, "group.id": name, "enable.auto.commit": False, "log_level": 0}
        self._consumer = Consumer(config)
        self._partitions = partitions

    def is_at_end(self, topic: str) -> bool:
        """Whether the group has committed the end of every partition of *topic* that has records."""
        places = [TopicPartition(topic, partition) for partition in range(self._partitions)]
        try:
            ends = [self._consumer.get_watermark_offsets(place, timeout=_ANSWER)[1] for place in places]
            committed = self._consumer.committed(places, timeout=_ANSWER)
        except KafkaException as error:
            if error.args[0].code() in _SOON:
                return False
            raise
        return all(end in {0, place.offset} for end, place in zip(ends, committed, strict=True))

    def close(self) -> None:
        """Let go of the connection."""
        self._consumer.close()


def wait_until(what: str, condition: Callable[[], bool], check: Callable[[], None], within: float) -> None:
    """Wait until *condition* holds, calling *check*, which may raise, in between.

    Raises:
        TooSlowError: *what* has not come about in *within* seconds.
    """
    deadline = time.monotonic() + within
    while not condition():
        check()
        if time.monotonic() > deadline:
            raise TooSlowError(f"{what}: not within {within:g} s")
        time.sleep(_EVERY)
