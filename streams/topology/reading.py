"""Partitions of a changelog while they are read: what is in them so far, and how far each was read.

A reading may stop and go on. What it finds is the same as if it had begun later, as long as it leaves nothing out: a
tombstone that compaction took away was read before, or the record that it removed was not. Compaction keeps tombstones
for `delete.retention.ms`, a day, and from a first record to the end is a matter of seconds; who reads on after that
gets every record there is.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic

from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, KafkaException, Message, TopicPartition

from streams.topology.engine import State
from streams.topology.position import POSITION_KEY, Position, decode_position

AT_ONCE = 1_000  # records a call: what they are made of stays in the processor
WAIT = 0.1  # s for so many; the last call of a load takes as long
EOF = KafkaError._PARTITION_EOF  # noqa: SLF001 - librdkafka's local errors have such names


@dataclass
class Loaded(Generic[State]):
    """One partition of a table as its changelog has it, and the position beside it."""

    state: State
    position: Position | None = None
    topic_id: str = ""
    changelog_id: str = ""


class Reading(Generic[State]):
    """Reads partitions of *changelog*, whose id is *changelog_id*. Blocking, and used in one thread at a time."""

    def __init__(self, consumer: Consumer, changelog: str, changelog_id: str, new_state: Callable[[], State]) -> None:
        self.consumer = consumer
        self.changelog_id = changelog_id
        self.found: dict[int, Loaded[State]] = {}
        self._changelog = changelog
        self._new_state = new_state
        self._ends: dict[int, int] = {}  # where the last end of a partition was seen

    def keep(self, partitions: set[int]) -> None:
        """Read *partitions* and no others: those that are new from their beginning, the others on from where they are.

        Raises:
            KafkaException: Kafka refuses.
        """
        for partition in self.found.keys() - partitions:
            del self.found[partition]
            self._ends.pop(partition, None)
            self.consumer.incremental_unassign([TopicPartition(self._changelog, partition)])
        new = partitions - self.found.keys()
        self.found |= {partition: Loaded(self._new_state()) for partition in new}
        if new:
            self.consumer.incremental_assign([TopicPartition(self._changelog, p, OFFSET_BEGINNING) for p in new])

    def step(self) -> bool:
        """Take what has come, waiting for it a moment; tell whether there was anything.

        Raises:
            KafkaException: Kafka refuses. StoredFormUnknown: it is nothing that this version can read.
        """
        messages = self.consumer.consume(AT_ONCE, timeout=WAIT)
        for partition, its in self._by_partition(messages).items():
            if partition in self.found:  # and not let go a moment before
                take(self.found[partition], its)
        return bool(messages)

    def _by_partition(self, messages: list[Message]) -> dict[int, list[Message]]:
        """Return the records among *messages* by partition, in order, and note where they end."""
        records = defaultdict[int, list[Message]](list)
        for message in messages:
            error = message.error()
            if error is None:
                records[message.partition() or 0].append(message)
            elif error.code() != EOF:
                raise KafkaException(error)
            else:
                self._ends[message.partition() or 0] = message.offset() or 0
        return records

    def is_at(self, ends: Mapping[int, int]) -> bool:
        """Tell whether every partition was read up to its end of *ends*, which are offsets."""
        return all(self._ends.get(partition, -1) >= end for partition, end in ends.items())

    def has_ended(self) -> bool:
        """Tell whether an end of every partition was seen, wherever it was then."""
        return self._ends.keys() == self.found.keys()

    def size(self) -> int:
        """Count those whom it is about, so far."""
        return sum(len(loaded.state) for loaded in self.found.values())

    def close(self) -> None:
        """Let go of the connection."""
        self.consumer.close()


def take(loaded: Loaded[Any], messages: list[Message]) -> None:
    """Take records of a partition, in order."""
    keys, values = [message.key() or b"" for message in messages], [message.value() for message in messages]
    positions = [number for number, key in enumerate(keys) if key == POSITION_KEY]
    if positions:
        value = values[positions[-1]]
        # Taken away where a rebuild has begun: then there is none until it has ended.
        loaded.position = None if value is None else decode_position(value)
    for number in reversed(positions):
        del keys[number], values[number]
    loaded.state.load_all(keys, values)
