"""Registers sent as fast as Kafka takes them."""

from collections.abc import Iterable

from streams.kafka.producer import Sender
from streams.kafka.registers import peek, register_headers
from streams.settings import Settings


def send(settings: Settings, topic: str, lines: Iterable[bytes]) -> None:
    """Send *lines*, and wait until Kafka has them.

    Raises:
        Undelivered: it has not.
    """
    sender = Sender(settings)
    for line in lines:
        key, register_id = peek(line)
        name = register_id or ""
        sender.send(topic, line, key=key, headers=register_headers(name), name=name)
    sender.flush()
