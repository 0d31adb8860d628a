"""Reading the changelog of newly assigned partitions to its end, by librdkafka, and checking that it fits."""

from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from typing import Generic

from confluent_kafka import Consumer, KafkaException, TopicPartition

from streams.errors import Undelivered, WrongTopics
from streams.topology.ahead import Ahead
from streams.topology.engine import State
from streams.topology.giving_back import give_back
from streams.topology.offsets import Offsets
from streams.topology.plan import Table
from streams.topology.position import Source, check
from streams.topology.reading import WAIT, Loaded, Reading


@dataclass
class Loader(Generic[State]):
    """Fills partitions of *table* from its changelog, going on with what was read `ahead`. Blocking: use a thread."""

    table: Table
    ahead: Ahead[State]
    offsets: Offsets
    stored_form: int
    patience: float = field(default=30.0)  # s without a record

    def load(self, ends: Mapping[int, int], cancelled: Callable[[], bool]) -> dict[int, Loaded[State]]:
        """Load partitions up to their *ends*, as of when they were fenced; none where *cancelled*, asked between reads.

        Raises:
            PositionLost, StoredFormUnknown: they do not fit.
            WrongTopics: the changelog is not the one any more that was read.
            Undelivered: Kafka does not answer.
        """
        if not ends:
            self.ahead.give_up()
            return {}
        try:
            with closing(self.ahead.go_on()) as reading:
                reading.keep(set(ends))
                if not self._read(reading, ends, cancelled):
                    return {}
                self._check(reading)
        except KafkaException as error:
            raise Undelivered(f"the changelog cannot be read: {error.args[0].str()}") from error
        give_back()  # what lay in librdkafka's queues too
        return reading.found

    def _read(self, reading: Reading[State], ends: Mapping[int, int], cancelled: Callable[[], bool]) -> bool:
        idle = 0.0
        while not reading.is_at(ends):
            if cancelled():
                return False
            idle = 0.0 if reading.step() else idle + WAIT
            if idle > self.patience:
                raise Undelivered(f"the changelog gave no record for {self.patience:g} s")
        return True

    def _check(self, reading: Reading[State]) -> None:
        topic, loaded = self.table.source, reading.found
        topic_id, partitions = self.offsets.topic(topic)
        changelog_id, _ = self.offsets.topic(self.table.changelog)
        if changelog_id != reading.changelog_id:
            raise WrongTopics(f"{self.table.changelog} was made anew while it was read: start the worker again")
        first, end = self.offsets.first(topic, loaded), self.offsets.end(topic, loaded)
        committed = self._committed(reading.consumer, loaded)
        for partition, found in loaded.items():
            found.topic_id, found.changelog_id = topic_id, changelog_id
            source = Source(
                table=self.table.name,
                topic=topic,
                partition=partition,
                topic_id=topic_id,
                partitions=partitions,
                first=first[partition],
                end=end[partition],
                committed=committed[partition],
                stored_form=self.stored_form,
                changelog_id=changelog_id,
            )
            check(found.position, source)

    def _committed(self, consumer: Consumer, partitions: Iterable[int]) -> dict[int, int | None]:
        asked = [TopicPartition(self.table.source, partition) for partition in partitions]
        answers = consumer.committed(asked, timeout=self.patience)
        return {answer.partition: answer.offset if answer.offset >= 0 else None for answer in answers}
