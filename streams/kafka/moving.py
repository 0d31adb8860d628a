"""Asking Kafka again: while a leader or a coordinator moves, or was only just made; and after a pause."""

from confluent_kafka import KafkaError, KafkaException
from tenacity import Retrying, retry_if_exception, stop_after_attempt, stop_after_delay, wait_fixed

_MOVING = {
    KafkaError.NOT_LEADER_FOR_PARTITION,
    KafkaError.LEADER_NOT_AVAILABLE,
    KafkaError.NOT_COORDINATOR,
    KafkaError.COORDINATOR_NOT_AVAILABLE,
    KafkaError.COORDINATOR_LOAD_IN_PROGRESS,
}
_PAUSE = 0.2  # s


def patient(within: float) -> Retrying:
    """Call what it is given, again where that only came while something moves, for *within* seconds; then as it is.

    Raises (when called):
        KafkaException: any other, or it still moves.
    """
    return Retrying(
        retry=retry_if_exception(_is_moving), stop=stop_after_delay(within), wait=wait_fixed(_PAUSE), reraise=True
    )


def once_more() -> Retrying:
    """Call what it is given, and once more where its time was over: who was paused finds so when it wakes.

    Raises (when called):
        KafkaException: any other, or that again.
    """
    return Retrying(retry=retry_if_exception(_is_late), stop=stop_after_attempt(2), reraise=True)


def _is_late(error: BaseException) -> bool:
    return isinstance(error, KafkaException) and error.args[0].code() == KafkaError._TIMED_OUT  # noqa: SLF001 - librdkafka's name


def _is_moving(error: BaseException) -> bool:
    return isinstance(error, KafkaException) and error.args[0].code() in _MOVING
