"""What is fetched between a rebalance and its seek: nothing."""

import pytest
from faust.types import TP

from streams.topology.consumer import SteadyConsumer

A, B = TP("marks", 0), TP("marks", 1)


class Bare(SteadyConsumer):
    """The consumer with its parts that pause and resume, and no Kafka."""

    def __init__(self) -> None:
        self._waiting: set[TP] = set()
        self._active_partitions: set[TP] = set()
        self._paused_partitions: set[TP] = set()
        self._buffered_partitions: set[TP] = set()
        self.flowing = False

    @property
    def active(self) -> set[TP]:
        return self._active_partitions


@pytest.fixture
def consumer(monkeypatch: pytest.MonkeyPatch) -> Bare:
    monkeypatch.setattr("faust.transport.consumer.Consumer.resume_flow", lambda self: setattr(self, "flowing", True))
    return Bare()


def test_partitions_resume_with_the_flow_and_not_before(consumer: Bare) -> None:
    """Faust resumes them, seeks, clears the queues, and resumes the flow."""
    consumer.pause_partitions({A, B})
    consumer.resume_partitions({A, B})
    assert consumer.active == set()
    consumer.resume_flow()
    assert (consumer.active, consumer.flowing) == ({A, B}, True)


def test_what_was_to_resume_is_forgotten_when_it_is_paused_again(consumer: Bare) -> None:
    """The next rebalance came before the flow was resumed."""
    consumer.resume_partitions({A, B})
    consumer.pause_partitions({A})
    consumer.resume_flow()
    assert consumer.active == {B}


def test_what_is_paused_stays_so_when_the_flow_resumes_twice(consumer: Bare) -> None:
    """As Faust does in one recovery."""
    consumer.resume_partitions({A})
    consumer.resume_flow()
    consumer.pause_partitions({A})
    consumer.resume_flow()
    assert consumer.active == set()


def test_a_queue_that_empties_during_a_rebalance_resumes_nothing(consumer: Bare) -> None:
    """Faust would fetch from it at once, from where the old assignment was."""
    consumer.resume_partitions({A})
    consumer.resume_flow()
    consumer._active_partitions.discard(A)  # noqa: SLF001 - as Faust does where a queue is full
    consumer._buffered_partitions.add(A)  # noqa: SLF001 - likewise
    consumer.on_buffer_drop(A)
    assert consumer.active == {A}
    consumer.pause_partitions({A})
    consumer.on_buffer_drop(A)
    assert consumer.active == set()
