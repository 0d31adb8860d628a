"""Asking Kafka where partitions begin and end, and what a topic's id is. Blocking: call it in a thread."""

from collections.abc import Iterable
from concurrent.futures import Future
from typing import Any

from confluent_kafka import (
    ConsumerGroupState,
    ConsumerGroupTopicPartitions,
    IsolationLevel,
    KafkaError,
    KafkaException,
    TopicCollection,
    TopicPartition,
)
from confluent_kafka.admin import AdminClient, OffsetSpec  # type: ignore[attr-defined]

from streams.errors import Stop, Undelivered, WrongTopics
from streams.kafka.moving import patient

_FIRST: OffsetSpec = OffsetSpec.earliest()  # type: ignore[no-untyped-call]
_END: OffsetSpec = OffsetSpec.latest()  # type: ignore[no-untyped-call]

_NOBODY = frozenset({ConsumerGroupState.EMPTY, ConsumerGroupState.DEAD})

_OUTDATED = frozenset(
    {KafkaError.FENCED_LEADER_EPOCH, KafkaError.UNKNOWN_LEADER_EPOCH, KafkaError.NOT_LEADER_FOR_PARTITION}
)
"""What Kafka says to who knows it as it was before a leader changed or a broker started again."""


class Offsets:
    """Answers about offsets, each within *timeout* seconds."""

    def __init__(self, admin: AdminClient, timeout: float) -> None:
        self._admin = admin
        self._timeout = timeout

    def topic(self, name: str) -> tuple[str, int]:
        """Give the id and the number of partitions of a topic.

        Raises:
            WrongTopics: there is none of that name.
            Undelivered: Kafka does not answer.
        """
        found = self._described([name]).get(name)
        if found is None:
            raise WrongTopics(f"there is no topic {name}: run 'firstbell topics create'")
        return str(found.topic_id), len(found.partitions)

    def ids(self, names: Iterable[str]) -> dict[str, str]:
        """Give the id of each topic, of those that there are.

        Raises:
            Undelivered: Kafka does not answer.
        """
        return {name: str(found.topic_id) for name, found in self._described(list(names)).items()}

    def _described(self, names: list[str]) -> dict[str, Any]:
        futures = self._admin.describe_topics(TopicCollection(names), request_timeout=self._timeout)
        found = {}
        for name, future in futures.items():
            try:
                found[name] = future.result()
            except KafkaException as error:
                if error.args[0].code() != KafkaError.UNKNOWN_TOPIC_OR_PART:
                    raise Undelivered(f"Kafka does not describe {name}: {error.args[0].str()}") from error
        return found

    def first(self, topic: str, partitions: Iterable[int]) -> dict[int, int]:
        """Give the offset of the first record that each partition still holds."""
        return self._ask(topic, partitions, _FIRST, IsolationLevel.READ_UNCOMMITTED)

    def end(self, topic: str, partitions: Iterable[int]) -> dict[int, int]:
        """Give the high watermark of each partition."""
        return self._ask(topic, partitions, _END, IsolationLevel.READ_UNCOMMITTED)

    def committed(self, group: str, topic: str, partitions: Iterable[int]) -> dict[int, int | None]:
        """Give what *group* has committed of each partition; None where it has nothing.

        Raises:
            Undelivered: Kafka does not answer.
        """
        asked = [TopicPartition(topic, partition) for partition in partitions]
        try:
            found = patient(self._timeout)(self._committed, group, asked)
        except KafkaException as error:
            raise Undelivered(f"Kafka does not say what is committed of {topic}: {error.args[0].str()}") from error
        return {place.partition: place.offset if place.offset >= 0 else None for place in found}

    def _committed(self, group: str, asked: list[TopicPartition]) -> list[TopicPartition]:
        question = [ConsumerGroupTopicPartitions(group, asked)]
        futures = self._admin.list_consumer_group_offsets(question, request_timeout=self._timeout)
        found: list[TopicPartition] = futures[group].result().topic_partitions
        for place in found:
            if place.error:
                raise KafkaException(place.error)
        return found

    def has_members(self, group: str) -> bool:
        """Tell whether anybody is in *group*.

        All groups are listed for it. To describe one is to ask its coordinator, and where a cluster has none yet, the
        question's time goes over, and librdkafka's client can then not be closed: the process would not end.

        Raises:
            Undelivered: Kafka does not answer.
        """
        try:
            listed = self._admin.list_consumer_groups(request_timeout=self._timeout).result()
        except KafkaException as error:
            raise Undelivered(f"Kafka does not list its groups: {error.args[0].str()}") from error
        return any(one.group_id == group and one.state not in _NOBODY for one in listed.valid)

    def stable_end(self, topic: str, partitions: Iterable[int]) -> dict[int, int]:
        """Give the last stable offset of each partition: before it, every transaction is committed or aborted."""
        return self._ask(topic, partitions, _END, IsolationLevel.READ_COMMITTED)

    def settled_end(self, topic: str, partitions: Iterable[int], *, tries: int = 1000) -> dict[int, int]:
        """Give the high watermark of each partition once no transaction is open in it.

        A commit returns before its marker is in every partition, and a marker moves the high watermark.

        Raises:
            Stop: a transaction stays open, so somebody else writes to the partition.
        """
        wanted = list(partitions)
        for _ in range(tries):  # each a round trip or two
            ends = self.end(topic, wanted)
            if ends == self.stable_end(topic, wanted):
                return ends
        raise Stop(
            f"{topic} holds an open transaction that is not ours: nobody else may write to it; where nobody does,"
            " the broker never ended one: see docs/operating.md, 'A transaction that hangs'"
        )

    def _ask(
        self, topic: str, partitions: Iterable[int], spec: OffsetSpec, isolation: IsolationLevel
    ) -> dict[int, int]:
        question = {TopicPartition(topic, partition): spec for partition in partitions}
        if not question:
            return {}
        try:
            try:
                return self._answers(question, isolation)
            except KafkaException as error:
                if error.args[0].code() not in _OUTDATED:
                    raise
                # librdkafka would ask in the name of the leader before the broker's restart, for ever.
                self._admin.list_topics(topic, timeout=self._timeout)
                return self._answers(question, isolation)
        except KafkaException as error:
            raise Undelivered(f"Kafka does not give the offsets of {topic}: {error.args[0].str()}") from error

    def _answers(self, question: dict[TopicPartition, OffsetSpec], isolation: IsolationLevel) -> dict[int, int]:
        futures: dict[Any, Future[Any]] = self._admin.list_offsets(
            question, isolation_level=isolation, request_timeout=self._timeout
        )
        return {asked.partition: future.result().offset for asked, future in futures.items()}
