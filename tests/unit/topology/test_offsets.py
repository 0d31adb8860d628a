"""Where a changelog ends, when its last transaction is not quite over."""

from concurrent.futures import Future
from types import SimpleNamespace
from typing import Any, cast

import pytest
from confluent_kafka import IsolationLevel, KafkaError, KafkaException, TopicPartition

from streams.errors import Stop, Undelivered, WrongTopics
from streams.topology.offsets import Offsets


def _done(value: object) -> "Future[object]":
    future: Future[object] = Future()
    if isinstance(value, Exception):
        future.set_exception(value)
    else:
        future.set_result(value)
    return future


class FakeAdmin:
    """The marker arrives with the *settles*th question for the stable end; then both ends are 8."""

    def __init__(self, settles: int = 1, topic: object = None) -> None:
        self.settles, self.topic = settles, topic

    def list_offsets(
        self, question: dict[TopicPartition, object], *, isolation_level: IsolationLevel, request_timeout: float
    ) -> "dict[TopicPartition, Future[object]]":
        assert request_timeout == 5.0
        if isolation_level == IsolationLevel.READ_COMMITTED:
            self.settles -= 1
        stable = self.settles < 1 or isolation_level == IsolationLevel.READ_UNCOMMITTED
        return {place: _done(SimpleNamespace(offset=8 if stable else 6)) for place in question}

    def describe_topics(self, _names: object, *, request_timeout: float) -> "dict[str, Future[object]]":
        assert request_timeout == 5.0
        return {"marks": _done(self.topic)}


def _offsets(admin: FakeAdmin) -> Offsets:
    return Offsets(cast("Any", admin), 5.0)


def _refused(code: int) -> KafkaException:
    return KafkaException(KafkaError(code, "no"))


def test_the_end_is_asked_for_until_no_transaction_is_open() -> None:
    """A commit returns before its marker is everywhere, and a marker moves the end."""
    admin = FakeAdmin(settles=4)
    assert _offsets(admin).settled_end("changelog", [0, 1]) == {0: 8, 1: 8}
    assert admin.settles == 0


def test_a_transaction_that_stays_open_is_somebody_elses() -> None:
    """The worker must not go on beside it."""
    with pytest.raises(Stop, match="open transaction that is not ours"):
        _offsets(FakeAdmin(settles=9)).settled_end("changelog", [0], tries=5)


def test_nothing_is_asked_of_no_partitions() -> None:
    """A worker may be left with none."""
    assert _offsets(FakeAdmin()).settled_end("changelog", []) == {}


def test_a_topic_is_known_by_its_id_and_partitions() -> None:
    """A topic made anew under the same name has another id."""
    found = SimpleNamespace(topic_id="an-id", partitions=[1, 2, 3])
    assert _offsets(FakeAdmin(topic=found)).topic("marks") == ("an-id", 3)


def test_a_missing_topic_is_told_apart_from_a_broker_that_does_not_answer() -> None:
    """The one needs `firstbell topics create`, the other patience."""
    with pytest.raises(WrongTopics, match="there is no topic marks"):
        _offsets(FakeAdmin(topic=_refused(KafkaError.UNKNOWN_TOPIC_OR_PART))).topic("marks")
    with pytest.raises(Undelivered, match="does not describe marks"):
        _offsets(FakeAdmin(topic=_refused(KafkaError._TIMED_OUT))).topic("marks")  # noqa: SLF001 - librdkafka's name
