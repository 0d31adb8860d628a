"""Where a changelog ends, when its last transaction is not quite over."""

from concurrent.futures import Future
from types import SimpleNamespace
from typing import Any, cast

import pytest
from confluent_kafka import ConsumerGroupState, IsolationLevel, KafkaError, KafkaException, TopicPartition

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


class OutdatedAdmin(FakeAdmin):
    """Asks as before the broker's restart until it is made to look at the cluster again."""

    def __init__(self, code: int) -> None:
        super().__init__()
        self.refusal: KafkaException | None = _refused(code)
        self.looked = 0

    def list_offsets(
        self, question: dict[TopicPartition, object], *, isolation_level: IsolationLevel, request_timeout: float
    ) -> "dict[TopicPartition, Future[object]]":
        if self.refusal:
            return {place: _done(self.refusal) for place in question}
        return super().list_offsets(question, isolation_level=isolation_level, request_timeout=request_timeout)

    def list_topics(self, topic: str, timeout: float) -> None:
        assert (topic, timeout) == ("changelog", 5.0)
        self.refusal, self.looked = None, self.looked + 1


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


@pytest.mark.parametrize(
    "code", [KafkaError.FENCED_LEADER_EPOCH, KafkaError.UNKNOWN_LEADER_EPOCH, KafkaError.NOT_LEADER_FOR_PARTITION]
)
def test_a_broker_that_started_again_is_looked_at_again(code: int) -> None:
    """Once; librdkafka by itself would ask in vain for ever."""
    admin = OutdatedAdmin(code)
    assert _offsets(admin).end("changelog", [0]) == {0: 8}
    assert admin.looked == 1


def test_any_other_refusal_is_told_at_once() -> None:
    """There is nothing to look at again."""
    admin = OutdatedAdmin(KafkaError._TIMED_OUT)  # noqa: SLF001 - librdkafka's name
    with pytest.raises(Undelivered, match="does not give the offsets"):
        _offsets(admin).end("changelog", [0])
    assert admin.looked == 0


class GroupAdmin:
    """Says what a group has committed, after some refusals."""

    def __init__(self, *answers: KafkaException | list[TopicPartition]) -> None:
        self.answers = list(answers)

    def list_consumer_group_offsets(
        self, question: list[Any], *, request_timeout: float
    ) -> "dict[str, Future[object]]":
        assert (question[0].group_id, request_timeout) == ("workers", 5.0)
        answer = self.answers.pop(0)
        made = answer if isinstance(answer, Exception) else SimpleNamespace(topic_partitions=answer)
        return {"workers": _done(made)}


def _committed(*answers: KafkaException | list[TopicPartition]) -> dict[int, int | None]:
    return Offsets(cast("Any", GroupAdmin(*answers)), 5.0).committed("workers", "marks", [0, 1])


def test_what_a_group_has_committed_is_told_and_where_it_has_nothing() -> None:
    """Nothing is not the beginning: that may have gone by age."""
    assert _committed([TopicPartition("marks", 0, 7), TopicPartition("marks", 1, -1001)]) == {0: 7, 1: None}


def test_while_the_groups_coordinator_moves_it_is_asked_again() -> None:
    """As after a restart of the broker."""
    assert _committed(_refused(KafkaError.NOT_COORDINATOR), [TopicPartition("marks", 0, 7)]) == {0: 7}


def test_where_kafka_does_not_say_what_is_committed_nothing_is_assumed() -> None:
    """To begin at the first record would do everything again."""
    with pytest.raises(Undelivered, match="what is committed of marks"):
        _committed(_refused(KafkaError.GROUP_AUTHORIZATION_FAILED))


@pytest.mark.parametrize(
    ("listed", "is_somebody"),
    [
        ([("ours", ConsumerGroupState.STABLE), ("other", ConsumerGroupState.EMPTY)], True),
        ([("ours", ConsumerGroupState.PREPARING_REBALANCING)], True),
        ([("ours", ConsumerGroupState.EMPTY), ("other", ConsumerGroupState.STABLE)], False),
        ([], False),
    ],
)
def test_a_group_has_members_unless_it_is_empty_or_gone(
    listed: list[tuple[str, ConsumerGroupState]],
    is_somebody: bool,  # noqa: FBT001 - a table
) -> None:
    """Also while its members change."""
    valid = [SimpleNamespace(group_id=group, state=state) for group, state in listed]
    admin = SimpleNamespace(list_consumer_groups=lambda **_: _done(SimpleNamespace(valid=valid)))
    assert Offsets(cast("Any", admin), 5.0).has_members("ours") == is_somebody


def test_a_broker_that_lists_no_groups_is_said_so() -> None:
    """The worker ends, and is started again."""
    admin = SimpleNamespace(list_consumer_groups=lambda **_: _done(_refused(KafkaError.CLUSTER_AUTHORIZATION_FAILED)))
    with pytest.raises(Undelivered):
        Offsets(cast("Any", admin), 5.0).has_members("ours")
