"""What tests of the stream do with Kafka: send lines, read topics back, ask how far the group is, replay a topic."""

from collections import Counter, defaultdict
from collections.abc import Iterable

from confluent_kafka import Consumer, TopicPartition

from streams.attendance.walk import Engine
from streams.books import load_book
from streams.contract.batches import decode_batch
from streams.contract.codec import decode_alert
from streams.contract.messages import Alert, Origin
from streams.contract.topics import Topics
from streams.kafka.clients import consumer
from streams.kafka.producer import Sender
from streams.kafka.reader import Reader
from streams.kafka.records import Record
from streams.pipeline.fold import Interval, fold
from streams.pipeline.intake import read_register
from streams.pipeline.ledgers import Ledgers
from streams.pipeline.refusals import from_topic
from streams.settings import Settings
from tests.support.waiting import until

Folded = dict[tuple[str, str], list[Interval]]


def send(settings: Settings, topics: Topics, lines: Iterable[bytes]) -> int:
    """Send *lines* to `registers`, and give how many."""
    return send_to(settings, topics.registers.name, lines)


def send_to(settings: Settings, topic: str, values: Iterable[bytes]) -> int:
    """Send *values* to any topic, keyed by the school that they name, and give how many."""
    sender, count = Sender(settings), 0
    for count, value in enumerate(values, start=1):
        sender.send(topic, value, key=school_of(value), headers=[], name=str(count))
    sender.flush()
    return count


def school_of(line: bytes) -> bytes:
    """The register's URN, as `firstbell send` takes it, or nothing."""
    _, found, rest = line.partition(b'"urn":')
    return rest.split(b",")[0].strip() if found else b""


def read(settings: Settings, topic: str) -> list[Record]:
    """Give all committed records of *topic*."""
    with Reader(settings, topic) as reader:
        return list(reader.to_end())


def alerts(settings: Settings, topics: Topics) -> list[Alert]:
    """Give all committed alerts about pupils, in order within each."""
    return [alert for alert in all_alerts(settings, topics) if alert.pupil is not None]


def school_alerts(settings: Settings, topics: Topics) -> list[Alert]:
    """Give all committed alerts about schools, in order within each."""
    return [alert for alert in all_alerts(settings, topics) if alert.pupil is None]


def all_alerts(settings: Settings, topics: Topics) -> list[Alert]:
    """Give all committed alerts, in order within each key."""
    return [decode_alert(record.value or b"") for record in read(settings, topics.alerts.name)]


def doubled(found: list[Alert]) -> list[tuple[str, int]]:
    """Give every alert_id and sequence that is there more than once."""
    return [key for key, count in Counter((a.alert_id, a.sequence) for a in found).items() if count > 1]


def until_done(settings: Settings, topics: Topics, within: float = 120) -> None:
    """Wait until the group has committed all of `registers`, and then all of `marks`."""
    config = consumer(settings, settings.app_id)
    with Consumer(config) as asking:
        for topic in (topics.registers.name, topics.marks.name):
            until(lambda topic=topic: behind(asking, topic, settings.partitions) == 0, within)


def behind(asking: Consumer, topic: str, partitions: int) -> int:
    """Give how many records of *topic* the group has not committed."""
    places = [TopicPartition(topic, partition) for partition in range(partitions)]
    ends = {place.partition: asking.get_watermark_offsets(place, timeout=10)[1] for place in places}
    return sum(ends[place.partition] - max(0, place.offset) for place in asking.committed(places, timeout=10))


def committed(settings: Settings, topic: str) -> dict[int, int]:
    """Give the group's offsets in *topic*; -1001 where it has none."""
    with Consumer(consumer(settings, settings.app_id)) as asking:
        places = [TopicPartition(topic, partition) for partition in range(settings.partitions)]
        return {place.partition: place.offset for place in asking.committed(places, timeout=10)}


def rule_engine() -> Engine:
    """The rule book that workers run with."""
    return Engine(load_book(None))


def replay_marks(settings: Settings, topics: Topics) -> dict[str, list[Alert]]:
    """Replay each partition of `marks` in its order, and give each pupil's alerts: what the stream must have said."""
    engine, said = rule_engine(), defaultdict(list)
    ledgers = [Ledgers(engine, from_topic(topics.registers.name)) for _ in range(settings.partitions)]
    for record in read(settings, topics.marks.name):
        work = ledgers[record.partition].work()
        for register in decode_batch(record.value or b"").registers:
            work.take(register)
        work.commit()
        for alert in work.alerts:
            said[alert.pupil or ""].append(alert)
    return dict(said)


def by_pupil(found: list[Alert]) -> dict[str, list[Alert]]:
    """Group alerts by pupil, in order."""
    groups = defaultdict(list)
    for alert in found:
        groups[alert.pupil or ""].append(alert)
    return dict(groups)


def replay_registers(settings: Settings, topics: Topics) -> tuple[Folded, dict[str, int]]:
    """Replay `registers`, received when Kafka says, in one set of ledgers: what stands, and each pupil's year."""
    engine, said = rule_engine(), []
    ledgers = Ledgers(engine, from_topic(topics.registers.name))
    for record in read(settings, topics.registers.name):
        origin = Origin(topic=record.topic, partition=record.partition, offset=record.offset)
        register = read_register(record.value or b"", received_ms=record.timestamp_ms, origin=origin).register
        if register is not None:
            work = ledgers.work()
            work.take(register)
            work.commit()
            said += work.alerts
    states = ((key, ledgers.get(key)) for key in list(ledgers.keys()))
    years = {key: pupil.year for key, pupil in states if pupil is not None and pupil.year is not None}
    return fold(said, years), years
