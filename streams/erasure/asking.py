"""Commands about pupils, and their way to the owners of their partitions. The making is pure."""

from collections.abc import Collection, Iterable
from datetime import date
from threading import Event

from streams.attendance.sessions import slot
from streams.contract.batches import Command, encode_commands
from streams.contract.messages import Alert
from streams.contract.topics import Topics
from streams.kafka.producer import Sender
from streams.kafka.reader import Reader
from streams.pipeline.erased import Erased, decode_entry
from streams.pipeline.splitting import partition_of
from streams.settings import Settings

__all__ = ["counts_of", "forget", "readmit", "retire", "send", "until_listed"]


def forget(pupils: Collection[str], asked_ms: int) -> list[Command]:
    """Ask to erase *pupils*, and to refuse what comes later."""
    return [Command("forget", pupil, asked_ms) for pupil in pupils]


def retire(pupils: Collection[str], asked_ms: int, before_year: int) -> list[Command]:
    """Ask to clear those of *pupils* whose year is before *before_year* still, and to refuse nothing."""
    return [Command("retire", pupil, asked_ms, before_year) for pupil in pupils]


def readmit(pupils: Collection[str], asked_ms: int, alerts: Iterable[Alert]) -> list[Command]:
    """Ask to take marks of *pupils* again that are received from now on; *alerts* are all that was ever published."""
    found: dict[str, list[Alert]] = {}
    for alert in alerts:
        found.setdefault(alert.pupil or "", []).append(alert)
    return [Command("readmit", pupil, asked_ms, 0, counts_of(found.get(pupil, []))) for pupil in pupils]


def counts_of(alerts: Iterable[Alert]) -> dict[str, tuple[int, int]]:
    """Give, by id of one pupil's alerts, the slot of the first `from` and the last sequence."""
    counts: dict[str, tuple[int, int]] = {}
    for alert in sorted(alerts, key=lambda one: one.sequence):
        first, _ = counts.get(alert.alert_id, (slot(date.fromisoformat(alert.from_.date), alert.from_.session), 0))
        counts[alert.alert_id] = first, alert.sequence
    return counts


def send(settings: Settings, topics: Topics, commands: Iterable[Command]) -> None:
    """Send each of *commands* to the partition of its pupil.

    Raises:
        Undelivered: Kafka did not take one; sending all again does no harm.
    """
    sender = Sender(settings)
    for number, command in enumerate(commands, 1):
        partition = partition_of(command.pupil, settings.partitions)
        value = encode_commands([command])
        sender.send(topics.marks.name, value, key=None, headers=[], name=f"command {number}", partition=partition)
    sender.flush()


def until_listed(
    settings: Settings, topics: Topics, commands: Collection[Command], on_list: Erased, *, within: float
) -> int:
    """Wait until the owners have done *commands* (`forget`, `readmit`); give how many they have not in *within* s."""
    waiting = {(on_list.hash_of(command.pupil), command.asked_ms) for command in commands}
    stop = Event()
    with Reader(settings, topics.erased.name) as reader:
        for record in reader.until(stop, within):
            entry = decode_entry(record.value or b"")
            hashed = (record.key or b"").decode(errors="replace")
            waiting -= {(hashed, entry.erased_ms), (hashed, entry.readmitted_ms or 0)}
            if not waiting:
                stop.set()
    return len(waiting)
