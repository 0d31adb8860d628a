"""Asking again while a leader or a coordinator moves, or was only just made: the answer is on its way."""

from confluent_kafka import KafkaError, KafkaException
from tenacity import Retrying, retry_if_exception, stop_after_delay, wait_fixed

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


def _is_moving(error: BaseException) -> bool:
    return isinstance(error, KafkaException) and error.args[0].code() in _MOVING
