"""One partition's transactions: the fence on assignment, and all of a batch or nothing of it."""

import contextlib
from collections.abc import Iterable
from typing import Self

from confluent_kafka import KafkaError, KafkaException, Producer

from streams.contract.topics import LEDGERS
from streams.errors import Undelivered
from streams.topology import clients
from streams.topology.courier import hand_over
from streams.topology.crash_points import Point, reach
from streams.topology.plan import Plan
from streams.topology.records import Record

_FENCED = frozenset({KafkaError._FENCED, KafkaError.INVALID_PRODUCER_EPOCH, KafkaError.PRODUCER_FENCED})  # noqa: SLF001 - librdkafka's local errors have such names

_UNANSWERED = 0.02  # s; in a trial, enough to send a commit and not to hear of it


class FencedError(Undelivered):
    """Another worker has taken the partition: nothing of the batch was written."""


class PartitionWriter:
    """The only producer that may write one partition of a table. Blocking: call it in a thread."""

    def __init__(self, producer: Producer, timeout: float) -> None:
        self._producer = producer
        self._timeout = timeout
        self._failed = False

    @classmethod
    def open(cls, plan: Plan, partition: int, table: str = LEDGERS) -> Self:
        """Take the partition: whoever wrote it before can write no more, and what they left open is aborted.

        Raises:
            Undelivered: Kafka did not agree in time.
        """
        producer = Producer(clients.transactional(plan, partition, table))
        try:
            producer.init_transactions(plan.transaction_timeout)
        except KafkaException as error:
            raise Undelivered(f"partition {partition} of the {table} cannot be fenced: {error}") from error
        return cls(producer, plan.transaction_timeout)

    def write(self, records: Iterable[Record]) -> None:
        """Write *records*, all or none of them: begin, produce, commit.

        Raises:
            FencedError: another worker has taken the partition.
            Undelivered: any other failure. Whether the transaction was committed may be unknown, so do not go on.
        """
        try:
            reach(Point.BEFORE_BEGIN)
            self._producer.begin_transaction()
            hand_over(self._producer, records)
            reach(Point.AFTER_PRODUCE, lambda: self._producer.flush(self._timeout))
            reach(Point.COMMIT_SENT, lambda: self._producer.commit_transaction(_UNANSWERED))
            self._commit()
            reach(Point.AFTER_COMMIT)
        except KafkaException as error:
            self._failed = True
            reasons = [error.args[0], *self._give_up()]
            kind = FencedError if any(reason.code() in _FENCED for reason in reasons) else Undelivered
            raise kind(f"the transaction failed: {'; '.join(reason.str() for reason in reasons)}") from error

    def close(self) -> None:
        """Let the producer go. One that failed is past being closed in form: its memory is freed with it."""
        if not self._failed:
            with contextlib.suppress(KafkaException):
                self._producer.close()

    def _commit(self) -> None:
        # A process that was paused finds its time over when it wakes; only asking once more tells it what became of it.
        try:
            self._producer.commit_transaction(self._timeout)
        except KafkaException as error:
            if not error.args[0].retriable():
                raise
            self._producer.commit_transaction(self._timeout)

    def _give_up(self) -> list[KafkaError]:
        # So that readers of what was committed need not wait for the time-out. Where it is refused, the broker does it,
        # and the refusal says why: the first error of a fenced producer is only that something fatal happened.
        try:
            self._producer.abort_transaction(1.0)
        except KafkaException as error:
            return [error.args[0]]
        return []
