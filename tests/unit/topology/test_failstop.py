"""The last words of a worker."""

from typing import NoReturn

import pytest
from confluent_kafka import KafkaError, KafkaException
from structlog.testing import capture_logs

from streams.errors import PositionLost
from streams.topology.failstop import EXIT_CODE, FailStop, describe
from tests.unit.topology.fakes import PUPIL


class _Left(BaseException):
    pass


def _leave(code: int) -> NoReturn:
    raise _Left(code)


def _raised(error: Exception) -> Exception:
    try:
        raise error
    except type(error) as caught:
        return caught


def test_it_says_why_once_and_leaves() -> None:
    """However many parts of the worker fail on the way, one line says what the first one met."""
    stop = FailStop(_leave)
    with capture_logs() as said:
        for error in (PositionLost("gone"), KeyError("second")):
            with pytest.raises(_Left) as left:
                stop("loading", _raised(error))
            assert left.value.args == (EXIT_CODE,)
    assert [(line["log_level"], line["during"], line["why"]) for line in said] == [
        ("critical", "loading", "PositionLost: gone")
    ]
    assert said[0]["at"][-1].startswith("test_failstop.py:")


def test_a_foreign_error_is_named_by_its_type_alone() -> None:
    """Its text might name a pupil."""
    assert describe(KeyError(PUPIL)) == "KeyError"


def test_an_error_of_kafka_is_told_in_its_own_words() -> None:
    """They carry no pupil, and say what to look at."""
    assert "timed out" in describe(KafkaException(KafkaError(KafkaError._TIMED_OUT, "timed out")))  # noqa: SLF001 - librdkafka's name
