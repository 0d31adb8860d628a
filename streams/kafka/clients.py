"""The librdkafka configurations: what every client needs, producers, readers. One file, so that they agree."""

from typing import Any

from streams.contract.topics import REGISTER_MAX_BYTES
from streams.kafka.security import librdkafka
from streams.settings import Settings

Config = dict[str, Any]

CLIENT_ID = "firstbell"
_MS = 1000


def common(settings: Settings) -> Config:
    """Configure what every client needs to connect."""
    return {
        "bootstrap.servers": settings.bootstrap,
        "client.id": CLIENT_ID,
        "reconnect.backoff.max.ms": 1000,
        "log_level": 0,  # what goes wrong is raised; librdkafka's own lines would say it again, less well
        **librdkafka(settings),
    }


ONE_REQUEST = 1
"""In flight at a time, for every producer. With more, records can be lost, and be said to be delivered.

A broker takes any number as the first of a producer that it has not seen in a partition. So where the first request is
refused (a partition that was just made, or has just moved) and the second is not, the broker begins with the second;
and librdkafka then takes the first for one that was written, since a later one was.
"""


def producer(settings: Settings) -> Config:
    """Configure a producer of registers: taken by all in-sync replicas, once, in order, where Faust looks for them."""
    return common(settings) | {
        "enable.idempotence": True,
        "max.in.flight": ONE_REQUEST,
        "acks": "all",
        "partitioner": "murmur2_random",  # librdkafka's own puts 88 % of keys on another partition than Faust and Java
        "message.timeout.ms": int(settings.message_timeout * _MS),
        "message.max.bytes": REGISTER_MAX_BYTES + (32 << 10),  # its key and headers too
        "linger.ms": 5,
        **_packing(settings),
    }


def _packing(settings: Settings) -> Config:
    """One record a batch for the embedded broker, whose end offsets are wrong otherwise."""
    return {"batch.num.messages": 1} if settings.embedded else {"compression.type": "lz4"}


def consumer(settings: Settings, group: str) -> Config:
    """Configure a consumer that reads what was committed, from the beginning, and commits only when told."""
    return common(settings) | {
        "group.id": group,
        "session.timeout.ms": int(settings.session_timeout * _MS),
        "heartbeat.interval.ms": int(settings.heartbeat_interval * _MS),
        "max.poll.interval.ms": int(max(300.0, settings.session_timeout) * _MS),
        "enable.auto.commit": False,
        "auto.offset.reset": "earliest",
        "isolation.level": "read_committed",
    }
