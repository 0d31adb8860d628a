"""What goes out: one value for a record, and how alerts, dead letters and pages become records."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import NamedTuple

from streams.contract.batches import BatchRegister, encode_batch
from streams.contract.codec import alert_headers, dead_letter_headers, encode_alert
from streams.contract.messages import Alert, DeadLetter, Origin
from streams.contract.operations import Operation, encode_operation, operation_headers, operation_key, place_of
from streams.topology.plan import TopicNames

Headers = list[tuple[str, str | bytes | None]]


class Record(NamedTuple):
    """One record to produce. *partition* None: by the key."""

    topic: str
    key: bytes | None
    value: bytes | None
    headers: Headers | None = None
    partition: int | None = None


def alert_record(topic: str, alert: Alert, published: datetime) -> Record:
    """Make the record of *alert*: its key is the pupil, or the school where it has none."""
    key = alert.pupil or str(alert.urn)
    return Record(topic, key.encode(), encode_alert(alert), [*alert_headers(alert, published)])


def dead_letter_record(topic: str, letter: DeadLetter, key: bytes | None = None) -> Record:
    """Make the record of *letter*, under the key of the register it came in, or where that is gone the URN."""
    if key is None and letter.urn is not None:
        key = str(letter.urn).encode()
    return Record(topic, key, letter.value, [*dead_letter_headers(letter)])


def quarantine_record(topics: TopicNames, partition: int, offset: int, at: datetime) -> Record:
    """Make the record of the actions topic that says that a register was set aside by hand."""
    place = place_of(Origin(topic=topics.registers, partition=partition, offset=offset))
    deed = Operation(operation="quarantine", subject=place, at=at.isoformat(timespec="seconds"))
    return Record(topics.actions, operation_key(deed), encode_operation(deed), [*operation_headers()])


def page_records(topic: str, partition: int, writes: Iterable[tuple[bytes, bytes | None]]) -> Iterator[Record]:
    """Make the changelog records of *writes*, all in the *partition* of the marks that caused them."""
    return (Record(topic, key, value, None, partition) for key, value in writes)


def batch_records(topic: str, partition: int, registers: list[BatchRegister], max_bytes: int) -> Iterator[Record]:
    """Make the records of *registers* for *partition*, in order: one, or where it would pass *max_bytes*, halves of it.

    A single register is never split: its marks take fewer bytes here than where they came from.
    """
    value = encode_batch(registers)
    if len(value) <= max_bytes or len(registers) == 1:
        yield Record(topic, None, value, None, partition)
        return
    middle = len(registers) // 2
    yield from batch_records(topic, partition, registers[:middle], max_bytes)
    yield from batch_records(topic, partition, registers[middle:], max_bytes)
