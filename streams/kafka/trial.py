"""Trying a transaction: the worker cannot do without, and a single broker refuses them unless told otherwise."""

from confluent_kafka import Consumer, KafkaException, Producer, TopicPartition

from streams.kafka.admin import Difference
from streams.kafka.clients import common, consumer
from streams.settings import Settings

_MS = 1000
_ADVICE = "possible (on one broker transaction.state.log.replication.factor and .min.isr must be 1)"


def try_transaction(settings: Settings, topic: str) -> list[Difference]:
    """Begin a transaction, put an offset of *topic* into it, and take it back; nothing of it stays.

    Gives one difference where that did not work within `request_timeout`.
    """
    name = f"{settings.app_id}-topics-check"
    producer = Producer(
        common(settings) | {"transactional.id": name, "transaction.timeout.ms": int(settings.transaction_timeout * _MS)}
    )
    reader = Consumer(consumer(settings, name))
    try:
        _begin_and_abort(producer, reader, topic, settings.request_timeout)
    except KafkaException as error:
        return [Difference("transactions", "a transaction", _ADVICE, f"impossible: {error.args[0].str()}")]
    finally:
        reader.close()
    return []


def _begin_and_abort(producer: Producer, reader: Consumer, topic: str, timeout: float) -> None:
    producer.init_transactions(timeout)
    producer.begin_transaction()
    producer.send_offsets_to_transaction([TopicPartition(topic, 0, 0)], reader.consumer_group_metadata(), timeout)
    producer.abort_transaction(timeout)
