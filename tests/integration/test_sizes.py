"""Nothing gets into the registers topic that dead letters could not take: on a real Kafka, however it was packed."""

import random

from confluent_kafka import KafkaError, Producer

from streams.contract.topics import Topics
from streams.kafka.clients import common
from streams.kafka.reader import Reader
from streams.settings import Settings

HUGE = {"message.max.bytes": 300 << 20}


def _produce(settings: Settings, topic: str, value: bytes, packing: str) -> KafkaError | None:
    """Give Kafka's answer to one record."""
    answers: list[KafkaError | None] = []
    producer = Producer(common(settings) | HUGE | {"compression.type": packing})
    producer.produce(topic, value, on_delivery=lambda error, _: answers.append(error))
    assert producer.flush(30) == 0
    return answers[0]


def _repeated(times: int) -> bytes:
    """Make bytes that zstd packs into 200 kB and lz4, which looks back less far, cannot pack at all."""
    return random.Random(7).randbytes(200_000) * times  # noqa: S311 - no secret


def test_a_register_packed_cleverly_is_measured_as_dead_letters_would_be(settings: Settings, topics: Topics) -> None:
    """What zstd made small is refused where lz4 cannot."""
    error = _produce(settings, topics.registers.name, _repeated(20), "zstd")
    assert error is not None
    assert error.code() == KafkaError.MSG_SIZE_TOO_LARGE


def test_the_largest_that_gets_in_fits_dead_letters_with_its_headers(settings: Settings, topics: Topics) -> None:
    """Records at the limit, one that packs badly and one of 100 MB that packs well, are taken by both topics."""
    for value, packing in ((_repeated(5), "zstd"), (b" " * 100_000_000, "zstd")):
        assert _produce(settings, topics.registers.name, value, packing) is None
        assert _produce(settings, topics.dead_letters.name, value, "lz4") is None
    with Reader(settings, topics.dead_letters.name) as reader:
        assert sorted(len(record.value or b"") for record in reader.to_end()) == [1_000_000, 100_000_000]
