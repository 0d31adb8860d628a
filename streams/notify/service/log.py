"""The topics `deliveries`, `alerts` and `actions`, as the notifier reads and writes them."""

import threading
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec
from confluent_kafka import Consumer, KafkaError, KafkaException, Message, Producer, TopicPartition

from streams.contract.codec import decode_alert
from streams.contract.deliveries import DeliveryRecord, decode_delivery, delivery_headers, encode
from streams.contract.topics import Topics
from streams.errors import FirstbellError, Undelivered
from streams.kafka.clients import consumer, producer
from streams.kafka.moving import patient
from streams.kafka.reader import Reader
from streams.kafka.records import Record
from streams.notify.lifecycle.parcels import FINAL
from streams.notify.lifecycle.rebuilding import Seen
from streams.notify.lifecycle.state import Parcel
from streams.settings import Settings

__all__ = [
    "DeliveryLog",
    "began",
    "ends",
    "group_of",
    "positions",
    "read_alerts",
    "read_deliveries",
    "seen",
    "start_at",
]

Header = tuple[str, str | bytes | None]
_MS = 1000
_LOOKS_BACK = 60.0  # s: clocks of machines differ


def group_of(settings: Settings) -> str:
    """Name the notifier's consumer group."""
    return f"{settings.app_id}-notify"


class DeliveryLog:
    """Writes records of deliveries and waits until Kafka has them. May be used from any thread."""

    def __init__(self, settings: Settings, topics: Topics) -> None:
        self._settings, self._topic = settings, topics.deliveries.name
        self._producer = Producer(producer(settings) | {"linger.ms": 0, "delivery.report.only.error": True})
        self._turn = threading.Lock()

    def append(self, records: Sequence[DeliveryRecord]) -> None:
        """Write *records*, and wait until they are there.

        Raises:
            Undelivered: Kafka did not take one within `message_timeout`.
        """
        if not records:
            return
        failed: list[str] = []
        with self._turn:
            for record in records:
                self._queue(record, failed)
            waiting = self._producer.flush(self._settings.message_timeout + 5)
        if failed or waiting:
            raise Undelivered(f"a record of a delivery was not taken by Kafka: {failed[0] if failed else 'no answer'}")

    def _queue(self, record: DeliveryRecord, failed: list[str]) -> None:
        def note(error: KafkaError | None, _: Message) -> None:
            if error is not None:  # it is told of nothing else
                failed.append(error.str())

        while True:
            try:
                headers = list[Header](delivery_headers(record))
                self._producer.produce(self._topic, encode(record), _key(record), headers=headers, on_delivery=note)
            except BufferError:
                self._producer.poll(0.1)
            else:
                return

    def outcomes(self, parcels: Sequence[Parcel]) -> dict[str, DeliveryRecord]:
        """Look up the last outcome of each of *parcels* since it was begun, by delivery id."""
        wanted = {parcel.delivery_id for parcel in parcels}
        since = min(parcel.begun or parcel.published for parcel in parcels) - _LOOKS_BACK
        found = {}
        for record in _since(self._settings, self._topic, since):
            said = _delivery(record)
            if said is not None and said.delivery_id in wanted and said.state in FINAL:
                found[said.delivery_id] = said
        return found


def _key(record: DeliveryRecord) -> bytes:
    """All that is told of one alert lies in one partition: its intents go to Kafka in one request, not one for each."""
    return (record.items[0].alert_id if record.items else record.delivery_id).encode()


def _since(settings: Settings, topic: str, since: float) -> Iterator[Record]:
    """Give the records of *topic* from the instant *since* on, to its end as it is now."""
    reading = Consumer(consumer(settings, f"{group_of(settings)}-looking"))
    try:
        found = reading.list_topics(topic, timeout=settings.request_timeout).topics[topic].partitions
        asked = [TopicPartition(topic, number, int(since * _MS)) for number in found]
        again = patient(settings.request_timeout)
        begins = again(reading.offsets_for_times, asked, timeout=settings.request_timeout)
        ends = {each.partition: again(_end, reading, each, settings) for each in begins}
        todo = {each.partition for each in begins if 0 <= each.offset < ends[each.partition]}
        reading.assign([each for each in begins if each.partition in todo])
        while todo:
            for message in reading.consume(500, 0.05):
                record = Record.of(message)
                yield record
                if record.offset + 1 >= ends[record.partition]:
                    todo.discard(record.partition)
    except KafkaException as error:
        raise FirstbellError(f"reading {topic}: {error.args[0].str()}") from error
    finally:
        reading.close()


def _end(reading: Consumer, place: TopicPartition, settings: Settings) -> int:
    ends = reading.get_watermark_offsets(TopicPartition(place.topic, place.partition), timeout=settings.request_timeout)
    return ends[1] if ends else 0


def seen(record: Record) -> Seen | None:
    """Read an alert from its record; None where it is none."""
    try:
        alert = decode_alert(record.value or b"")
    except msgspec.DecodeError:
        return None
    return Seen(record.partition, record.offset, record.timestamp_ms / _MS, alert)


def read_alerts(settings: Settings, topics: Topics) -> Iterator[Seen]:
    """Give all alerts there are."""
    with Reader(settings, topics.alerts.name) as reader:
        yield from (each for record in reader.to_end() if (each := seen(record)) is not None)


def read_deliveries(settings: Settings, topics: Topics) -> Iterator[DeliveryRecord]:
    """Give all records of deliveries there are."""
    with Reader(settings, topics.deliveries.name) as reader:
        yield from (each for record in reader.to_end() if (each := _delivery(record)) is not None)


def _delivery(record: Record) -> DeliveryRecord | None:
    try:
        return decode_delivery(record.value or b"")
    except msgspec.DecodeError:
        return None


def positions(settings: Settings, topics: Topics) -> dict[int, int]:
    """Give by partition the offset before which the notifier has taken alerts in; none where it never ran."""
    return {number: offset for number, offset in _with_group(settings, topics, _committed).items() if offset >= 0}


def began(settings: Settings, topics: Topics) -> dict[int, int] | None:
    """Give by partition the first offset that is told of, as a first start from now on put it on record; or None."""
    said = [record.offsets for record in read_deliveries(settings, topics) if record.state == "began"]
    return {int(number): offset for number, offset in said[-1].items()} if said else None


def ends(settings: Settings, topics: Topics) -> dict[int, int]:
    """Give by partition where the alerts end."""
    return _with_group(settings, topics, _ends)


def start_at(settings: Settings, topics: Topics, offsets: Mapping[int, int]) -> None:
    """Put the notifier's group there."""

    def commit(reading: Consumer, places: list[TopicPartition], _: Settings) -> dict[int, int]:
        wanted = [TopicPartition(each.topic, each.partition, offsets.get(each.partition, 0)) for each in places]
        reading.commit(offsets=wanted, asynchronous=False)
        return {}

    _with_group(settings, topics, commit)


def _with_group(settings: Settings, topics: Topics, do: Any) -> dict[int, int]:  # noqa: ANN401 - one of two below
    reading = Consumer(consumer(settings, group_of(settings)))
    try:
        name = topics.alerts.name
        found = reading.list_topics(name, timeout=settings.request_timeout).topics[name].partitions
        places: Mapping[int, int] = patient(settings.request_timeout)(
            do, reading, [TopicPartition(name, number) for number in found], settings
        )
        return dict(places)
    except KafkaException as error:
        raise FirstbellError(f"asking where the notifier is: {error.args[0].str()}") from error
    finally:
        reading.close()


def _committed(reading: Consumer, places: list[TopicPartition], settings: Settings) -> dict[int, int]:
    found = reading.committed(places, timeout=settings.request_timeout)
    return {each.partition: each.offset for each in found}


def _ends(reading: Consumer, places: list[TopicPartition], settings: Settings) -> dict[int, int]:
    return {each.partition: _end(reading, each, settings) for each in places}
