"""Records to Kafka from an event loop, with a producer that does as it is told."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from confluent_kafka import KafkaError, KafkaException

from streams.edge.gateway.publisher import KafkaPublisher, MemoryPublisher, NotTaken, Publisher
from streams.edge.verdicts import Event

EVENT = Event(b"100001", b"{}", [("ce_id", b"am-1")])


class _Producer:
    """A producer whose deliveries and answers are set by the test."""

    def __init__(self, config: dict[str, Any]) -> None:
        self.note: Callable[[KafkaError], None] = config["error_cb"]
        self.error: KafkaError | None = None  # of the next delivery
        self.full = False
        self.away = False
        self.asked = 0
        self.produced: list[tuple[Any, ...]] = []
        self._waiting: list[Callable[[], None]] = []

    def produce(self, topic: str, value: bytes, key: bytes, headers: list[Any], on_delivery: Any) -> None:  # noqa: ANN401 - librdkafka's
        if self.full:
            raise BufferError
        self.produced.append((topic, value, key, headers))
        error = self.error
        self._waiting.append(lambda: on_delivery(error, None))

    def poll(self, _: float) -> None:
        while self._waiting:
            self._waiting.pop(0)()

    def list_topics(self, _: str, timeout: float) -> None:
        assert timeout < 5
        self.asked += 1
        if self.away:
            raise KafkaException(KafkaError(KafkaError._TRANSPORT))  # noqa: SLF001 - its public name


class _Rig:
    def __init__(self) -> None:
        self.producer: _Producer
        self.publisher = KafkaPublisher("registers", {}, self._make)

    def _make(self, config: dict[str, Any]) -> Any:  # noqa: ANN401 - stands for a Producer
        self.producer = _Producer(config)
        return self.producer

    def run(self, doing: Callable[[], Any]) -> None:
        async def all_of_it() -> None:
            with self.publisher:
                await doing()

        asyncio.run(all_of_it())


@pytest.fixture
def rig() -> _Rig:
    return _Rig()


async def _until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not holds():  # noqa: ASYNC110 - another thread's doing, which sets no event
            await asyncio.sleep(0.01)


def test_it_is_done_when_kafka_has_it(rig: _Rig) -> None:
    """With topic, value, key and headers as they are."""

    async def doing() -> None:
        await rig.publisher.publish(EVENT)

    rig.run(doing)
    assert rig.producer.produced == [("registers", b"{}", b"100001", [("ce_id", b"am-1")])]
    assert rig.publisher.trouble() is None


def test_a_record_not_delivered_is_not_taken_and_kafka_is_asked_after(rig: _Rig) -> None:
    """While it does not answer nothing is even queued; when it does, all is well again."""

    async def doing() -> None:
        rig.producer.error, rig.producer.away = KafkaError(KafkaError._MSG_TIMED_OUT), True  # noqa: SLF001 - likewise
        with pytest.raises(NotTaken):
            await rig.publisher.publish(EVENT)
        await _until(lambda: rig.publisher.trouble() is not None)
        with pytest.raises(NotTaken):
            await rig.publisher.publish(EVENT)
        assert len(rig.producer.produced) == 1
        rig.producer.error, rig.producer.away = None, False
        await _until(lambda: rig.publisher.trouble() is None)
        await rig.publisher.publish(EVENT)

    rig.run(doing)
    assert len(rig.producer.produced) == 2


def test_a_word_of_trouble_alone_is_checked_and_not_believed(rig: _Rig) -> None:
    """Librdkafka also says that all brokers are down when an idle connection closes."""

    async def doing() -> None:
        rig.producer.note(KafkaError(KafkaError._ALL_BROKERS_DOWN))  # noqa: SLF001 - likewise
        await _until(lambda: rig.producer.asked > 0)
        await rig.publisher.publish(EVENT)

    rig.run(doing)
    assert rig.publisher.trouble() is None


def test_a_full_queue_is_not_taken(rig: _Rig) -> None:
    """At once."""

    async def doing() -> None:
        rig.producer.full = True
        with pytest.raises(NotTaken, match="full"):
            await rig.publisher.publish(EVENT)

    rig.run(doing)


def test_a_fatal_error_lasts(rig: _Rig) -> None:
    """The process must be started anew."""
    rig.producer.note(KafkaError(KafkaError._FATAL, "fenced", fatal=True))  # noqa: SLF001 - likewise
    assert "fenced" in (rig.publisher.failed() or "")
    assert rig.publisher.trouble() == rig.publisher.failed()


def test_who_no_longer_waits_disturbs_nobody(rig: _Rig) -> None:
    """A request that was cancelled leaves its record to itself."""

    async def doing() -> None:
        rig.publisher.publish(EVENT).cancel()
        await rig.publisher.publish(EVENT)

    rig.run(doing)
    assert len(rig.producer.produced) == 2


def test_the_twin_takes_and_refuses_alike() -> None:
    """What tests use in its place."""
    twin = MemoryPublisher()
    as_port: Publisher = twin

    async def doing() -> None:
        await as_port.publish(EVENT)
        twin.away = "no broker"
        with pytest.raises(NotTaken, match="no broker"):
            await as_port.publish(EVENT)

    asyncio.run(doing())
    assert (twin.events, twin.trouble(), twin.failed()) == ([EVENT], "no broker", None)
