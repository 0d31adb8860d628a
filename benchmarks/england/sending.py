"""Sending registers as fast as Kafka takes them: the records are made beforehand, before any clock starts."""

from collections.abc import Iterable
from typing import NamedTuple

from confluent_kafka import Producer

from streams.errors import Undelivered
from streams.kafka.clients import producer
from streams.kafka.records import Headers
from streams.kafka.registers import peek, register_headers
from streams.settings import Settings

_WITHIN = 120  # s


class Keyed(NamedTuple):
    """A record to send: the URN as its key, the register, and the headers it comes with."""

    key: bytes
    value: bytes
    headers: Headers


def keyed(line: bytes) -> Keyed:
    """Make the record of a register as `firstbell send` does."""
    key, register_id = peek(line)
    return Keyed(key, line, register_headers(register_id or ""))


def send(settings: Settings, topic: str, records: Iterable[Keyed]) -> None:
    """Send *records* to *topic* and wait until Kafka has them all.

    Raises:
        Undelivered: it has not.
    """
    client = Producer(producer(settings))
    for record in records:
        while not _queued(client, topic, record):
            client.poll(0.1)
    if left := client.flush(_WITHIN):
        raise Undelivered(f"{left} records: no word of them within {_WITHIN} s")


def _queued(client: Producer, topic: str, record: Keyed) -> bool:
    try:
        client.produce(topic, record.value, record.key, headers=[*record.headers])
    except BufferError:
        return False
    return True
