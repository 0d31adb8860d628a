"""Asking again while a leader moves."""

import pytest
from confluent_kafka import KafkaError, KafkaException

from streams.kafka.moving import once_more, patient


class Answers:
    """Raises what it is given, one a call, and then answers."""

    def __init__(self, *codes: int) -> None:
        self.left = list(codes)

    def __call__(self) -> str:
        if self.left:
            raise KafkaException(KafkaError(self.left.pop(0)))
        return "here"


def test_a_partition_whose_leader_moves_is_asked_again() -> None:
    """As just after its topic was made."""
    asked = Answers(KafkaError.NOT_LEADER_FOR_PARTITION)

    assert patient(5.0)(asked) == "here"


def test_what_will_not_mend_itself_is_told_at_once() -> None:
    """Asking again would only hide it."""
    asked = Answers(KafkaError.TOPIC_AUTHORIZATION_FAILED, KafkaError.TOPIC_AUTHORIZATION_FAILED)

    with pytest.raises(KafkaException):
        patient(5.0)(asked)
    assert len(asked.left) == 1


def test_what_moves_for_ever_is_told_in_the_end() -> None:
    """With the error that it had."""
    with pytest.raises(KafkaException):
        patient(0.0)(Answers(*[KafkaError.NOT_COORDINATOR] * 9))


def test_a_call_whose_time_was_over_is_made_once_more() -> None:
    """Who was paused in the middle of it finds so when it wakes."""
    late = KafkaError._TIMED_OUT  # noqa: SLF001 - librdkafka's name

    assert once_more()(Answers(late)) == "here"
    with pytest.raises(KafkaException):
        once_more()(Answers(late, late))


def test_another_error_is_told_at_once() -> None:
    """It has nothing to do with a pause."""
    with pytest.raises(KafkaException):
        once_more()(Answers(KafkaError.TOPIC_AUTHORIZATION_FAILED))
