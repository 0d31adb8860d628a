"""Patience with a broker that does not answer."""

import asyncio
from typing import NoReturn

import pytest
from confluent_kafka import KafkaError, KafkaException

from streams.topology.failstop import FailStop
from streams.topology.watch import Watch


class _Left(BaseException):
    pass


def _leave(code: int) -> NoReturn:
    raise _Left(code)


class FakeBroker:
    """Answers by the script, one letter a question, `y` or `n`; each question takes 0.01 s by its clock."""

    def __init__(self, script: str) -> None:
        self.script = list(script)
        self.time = 0.0

    def reach(self, _timeout: float) -> None:
        self.time += 0.01
        if self.script.pop(0) == "n":
            raise KafkaException(KafkaError(KafkaError._TIMED_OUT))  # noqa: SLF001 - librdkafka's name

    def clock(self) -> float:
        return self.time


def _watch(script: str) -> FakeBroker:
    broker = FakeBroker(script)
    watch = Watch(broker.reach, 0.025, FailStop(_leave), broker.clock)
    with pytest.raises(_Left):
        asyncio.run(watch.run())
    return broker


def test_it_stops_the_worker_when_nothing_was_heard_for_long_enough() -> None:
    """Two missed answers are less than its patience, three more."""
    assert _watch("nnnyyy").script == list("yyy")


def test_an_answer_begins_the_patience_anew() -> None:
    """A broker that restarts is waited for."""
    assert _watch("nnynnynnn").script == []
