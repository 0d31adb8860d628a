"""The compacted topic of schools: read whole, and written to."""

from collections.abc import Iterable
from typing import NamedTuple

import msgspec

from streams.board.school import School, decode_school, encode_school
from streams.kafka.producer import Sender
from streams.kafka.reader import Reader
from streams.kafka.records import Record
from streams.settings import Settings


class Unreadable(NamedTuple):
    """A record that is no school: where it is, and why."""

    partition: int
    offset: int
    why: str


class Held(NamedTuple):
    """What the topic holds: schools by URN, and records that are none."""

    schools: dict[int, School]
    unreadable: list[Unreadable]


def read_schools(settings: Settings, topic: str) -> Held:
    """Read *topic* to its end; the last record of a school counts.

    Raises:
        Unreachable: Kafka does not answer. WrongTopics: there is no such topic.
    """
    held = Held({}, [])
    with Reader(settings, topic) as reader:
        for record in reader.to_end():
            take(record, held)
    return held


def take(record: Record, held: Held) -> None:
    """Put one record into what is *held*: a school, none any more, or one that cannot be read."""
    key = (record.key or b"").decode(errors="replace")
    if record.value is None:
        held.schools.pop(int(key) if key.isascii() and key.isdigit() else 0, None)
        return
    try:
        school = decode_school(record.value)
    except (msgspec.DecodeError, UnicodeError) as error:
        held.unreadable.append(Unreadable(record.partition, record.offset, str(error)))
        return
    if key != str(school.urn):
        held.unreadable.append(Unreadable(record.partition, record.offset, "its key is not its URN"))
        return
    held.schools[school.urn] = school


def send_schools(settings: Settings, topic: str, schools: Iterable[School]) -> None:
    """Write *schools* to *topic*, taken by all in-sync replicas.

    Raises:
        Undelivered: one was not taken; others may have been, and the same import again mends it.
    """
    sender = Sender(settings)
    for school in schools:
        sender.send(topic, encode_school(school), key=str(school.urn).encode(), headers=[], name=f"school {school.urn}")
    sender.flush()
