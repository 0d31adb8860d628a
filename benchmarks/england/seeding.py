"""Putting mid-year ledgers into a worker's changelog, as a rebuild does: fenced, with a position at the beginning."""

from pathlib import Path

from confluent_kafka.admin import AdminClient

from benchmarks.england import ledgers
from streams.attendance.ledger import PAGE_FORM
from streams.kafka.admin import Admin, topics_of
from streams.rebuild.run import write_partition
from streams.settings import Settings
from streams.topology.offsets import Offsets
from streams.topology.plan import plan_of
from streams.topology.position import Position, encode_position
from streams.topology.records import page_records


def seed(settings: Settings, made: Path) -> int:
    """Make the topics of *settings* and write the ledgers of the folder *made*; return how many records they take.

    A worker that then starts has read nothing yet, and has the half year in its ledgers.

    Raises:
        FirstbellError: Kafka fails.
    """
    topics = topics_of(settings)
    Admin(settings).create(topics)
    plan = plan_of(settings, topics)
    topic_id, partitions = Offsets(AdminClient({"bootstrap.servers": settings.bootstrap}), 10).topic(topics.marks.name)
    position = Position(next_offset=0, topic_id=topic_id, partitions=partitions, stored_form=PAGE_FORM)
    count = 0
    for partition in range(settings.partitions):
        records = list(ledgers.read(made, partition))
        pages = page_records(topics.ledgers.name, partition, records)
        write_partition(plan, partition, pages, encode_position(position))
        count += len(records)
    return count
