"""Faults of the broker: killed, paused, its disk full, records refused."""

import contextlib
import threading
from collections.abc import Callable
from pathlib import Path

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient, AlterConfigOpType, ConfigEntry, ConfigResource, ResourceType

from streams.kafka.clients import common
from tests.trials.field import DISK, Field
from tests.trials.plan import Fault, Kind

_MIB = 1 << 20
_ALTER_WITHIN = 60.0  # s
_LIMIT = "max.message.bytes"
_KAFKAS_OWN = "1048588"
_KILLING = threading.Lock()


def kill(field: Field, fault: Fault) -> str:
    """Kill the broker outright, and start it again a while later."""
    with _KILLING:  # two that overlap would start two on the same data
        field.broker.kill()
        field.until(lambda: False, fault.lasts)
        field.broker.start()
    return f"gone for {fault.lasts:.0f} s and its start"


def pause(field: Field, fault: Fault) -> str:
    """Stop the broker where it stands: connections stay open, and nothing answers."""
    field.broker.pause()
    field.until(lambda: False, fault.lasts)
    field.broker.resume()
    return f"{fault.lasts:.0f} s"


def too_large(field: Field, fault: Fault) -> str:
    """For a while, take no record of a topic, all being too large."""
    topic = getattr(field.topics, fault.topic)
    _limit(field, topic.name, "100")
    field.until(lambda: False, fault.lasts)
    _limit(field, topic.name, topic.config.get(_LIMIT, _KAFKAS_OWN))
    return f"{fault.topic} for {fault.lasts:.0f} s"


def disk_full(field: Field, fault: Fault) -> str:
    """Fill the broker's disk, free it a while later, and start the broker again where that ended it."""
    if not field.broker.directory.is_mount():
        raise RuntimeError("no small file system can be had here: a mount needs root")
    ballast = field.broker.directory / "ballast"
    _fill(ballast)
    field.until(lambda: False, fault.lasts)
    ballast.unlink(missing_ok=True)  # the other one of two that overlap has freed it
    ended = not field.broker.running
    if ended:
        field.broker.kill()
        field.broker.start()
    return f"{fault.lasts:.0f} s; the broker {'ended' if ended else 'went on'}"


DO: dict[Kind, Callable[[Field, Fault], str]] = {
    Kind.BROKER_KILL: kill,
    Kind.BROKER_PAUSE: pause,
    Kind.BROKER_LONG_PAUSE: pause,
    Kind.TOO_LARGE: too_large,
    Kind.DISK_FULL: disk_full,
}


def _fill(ballast: Path) -> None:
    with contextlib.suppress(OSError), ballast.open("wb") as file:  # until there is no room
        for _ in range(DISK):
            file.write(b"\0" * _MIB)
            file.flush()


def _limit(field: Field, topic: str, value: str) -> None:
    """Set the most bytes of a batch, however often it takes: another fault may have the broker."""
    admin = AdminClient(common(field.settings))
    entry = ConfigEntry(_LIMIT, value, incremental_operation=AlterConfigOpType.SET)
    resource = ConfigResource(ResourceType.TOPIC, topic, incremental_configs=[entry])

    def is_altered() -> bool:
        with contextlib.suppress(KafkaException):
            for answer in admin.incremental_alter_configs([resource], request_timeout=5).values():
                answer.result()
            return True
        return False

    if not field.until(is_altered, _ALTER_WITHIN):
        raise RuntimeError(f"{_LIMIT} could not be set to {value}")
