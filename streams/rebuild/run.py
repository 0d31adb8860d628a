"""The rebuild: from committed `registers` and committed `alerts` to a changelog, with its position.

1. nobody may be at work; how far the group is in `registers` (R), and then where `marks` ends (M): every mark of a
   register before R lies before M;
2. ledgers from the registers before R and from all of `marks` before M, where a mark of a later register may lie, whose
   alert may be published; what was announced from the alerts; one comparison for each pupil;
3. commands that lie before M and may not have been done are asked anew, behind M;
4. partition by partition, fenced: clear what is there, write ledgers and what the comparison found in transactions of
   some thousand records, and in the last one the position M. Without a position no worker starts: cut off, run it
   again.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from confluent_kafka.admin import AdminClient

from streams.attendance.walk import Engine
from streams.audit.rebuilding import Rebuilt
from streams.audit.topics import From, committed, published, quarantined, reached
from streams.contract.batches import BatchMark, BatchRegister, Command, decode_batch
from streams.contract.messages import Alert, Origin
from streams.contract.operations import place_of
from streams.erasure.asking import send
from streams.errors import Refuse
from streams.kafka.erased import erased_list
from streams.kafka.reader import Reader
from streams.pipeline.erased import Erased, encode_entry
from streams.pipeline.splitting import partition_of
from streams.pipeline.stored import erased_record
from streams.rebuild.making import Latest, make, without_marks
from streams.topology import clients
from streams.topology.mending import mend
from streams.topology.offsets import Offsets
from streams.topology.plan import Plan
from streams.topology.position import POSITION_KEY, Position, encode_position
from streams.topology.records import Record, alert_record, page_records
from streams.topology.transaction import PartitionWriter

__all__ = ["Done", "rebuild", "write_partition"]

_AT_ONCE = 5_000  # records in a transaction

Pages = list[tuple[bytes, bytes | None]]


@dataclass
class Done:
    """What was made: pupils and changelog records, and the alerts that had not been published."""

    pupils: int = 0
    records: int = 0
    alerts: int = 0
    registers: int = 0


class Kept(Rebuilt):
    """The ledgers of the registers, and for each pupil the last mark in the log."""

    def __init__(self, source: From, erased: Erased) -> None:
        self._aside, self._topic = quarantined(source), source.topics.registers.name
        super().__init__(lambda _: True, self._aside, erased)
        self.latest: dict[str, Latest] = {}
        self._register: tuple[BatchRegister, BatchRegister] | None = None

    def take_again(self, register: BatchRegister) -> None:
        """Take a register out of `marks`."""
        if (
            place_of(Origin(topic=self._topic, partition=register.origin[0], offset=register.origin[1]))
            not in self._aside
        ):
            self.take(register)

    def taken(self, register: BatchRegister, mark: BatchMark) -> None:
        """Keep the mark, with its register."""
        if self._register is None or self._register[0] is not register:
            self._register = register, without_marks(register)
        self.latest[mark.pupil] = Latest(self._register[1], mark)


def rebuild(source: From, plan: Plan, engine: Engine, *, oldest: int, stored_form: int, now: datetime) -> Done:
    """Make the changelog of the ledgers again.

    Args:
        source: where to read.
        plan: the names and time-outs of a worker.
        engine: the rule book in force.
        oldest: the first academic year of which a mark still keeps a pupil; who was cleared, and has none, stays out.
        stored_form: the version of the pages.
        now: the time of publication.

    Raises:
        Refuse: a worker is at work. FirstbellError: Kafka fails; what is written is void without its position.
    """
    admin = AdminClient(clients.common(plan))
    refuse_where_somebody_works(admin, plan)
    mend(plan)  # or what hangs would come to light after it was read
    then, on_list = reached(source), erased_list(source.settings, source.topics, source.key)
    kept = _ledgers(source, on_list, then.registers)
    send(source.settings, source.topics, _marks(source, kept, then.marks))
    alerts = published(source, kept.pupils.__contains__)
    before = _keys(source)
    ids = Offsets(admin, plan.session_timeout).ids([plan.topics.marks, plan.topics.ledgers])
    done = Done(registers=kept.registers)
    for partition, pupils in _by_partition(kept, alerts, oldest, plan.partitions).items():
        pages: dict[bytes, bytes | None] = dict.fromkeys(before.get(partition, ()))
        found: list[Alert] = []
        for key in pupils:
            made = make(kept.pupils.pop(key), kept.latest[key], alerts.pop(key, []), engine)
            pages |= dict(made.records)
            found += made.alerts
        pages |= dict(_listed(source, on_list, partition))
        position = Position(
            next_offset=then.marks[partition],
            topic_id=ids[plan.topics.marks],
            partitions=plan.partitions,
            stored_form=stored_form,
            changelog_id=ids[plan.topics.ledgers],
        )
        write_partition(plan, partition, _records(plan, partition, pages, found, now), encode_position(position))
        done.pupils += len(pupils)
        done.records += len(pages)
        done.alerts += len(found)
    return done


def refuse_where_somebody_works(admin: AdminClient, plan: Plan) -> None:
    """Refuse to go on while the group has members.

    Raises:
        Refuse: it has.
    """
    (answer,) = admin.describe_consumer_groups([plan.app_id], request_timeout=plan.session_timeout).values()
    if members := len(answer.result().members):
        raise Refuse(f"{members} workers are in the group {plan.app_id}: stop them first (SIGTERM)")


def _ledgers(source: From, on_list: Erased, until: dict[int, int]) -> Kept:
    kept = Kept(source, on_list)
    with Reader(source.settings, source.topics.registers.name) as reader:
        for record in source.shown("registers read", reader.to_end()):
            if record.offset < until.get(record.partition, 0):
                origin = Origin(topic=record.topic, partition=record.partition, offset=record.offset)
                kept.feed(record.value or b"", received_ms=record.timestamp_ms, origin=origin)
    return kept


def _marks(source: From, kept: Kept, until: dict[int, int]) -> list[Command]:
    """Take what lies in `marks`; give the commands of which it is not known that they were done."""
    done, commands = committed(source, source.topics.marks.name), list[Command]()
    with Reader(source.settings, source.topics.marks.name) as reader:
        for record in source.shown("mark batches read", reader.to_end()):
            batch = decode_batch(record.value or b"")
            if record.offset < until[record.partition]:
                for register in batch.registers:
                    kept.take_again(register)
                commands += batch.commands if record.offset >= done[record.partition] else []
    return commands


def _keys(source: From) -> dict[int, set[bytes]]:
    """The keys that are in the changelog, whatever they are, by partition: all are cleared."""
    found: dict[int, set[bytes]] = defaultdict(set)
    with Reader(source.settings, source.topics.ledgers.name) as reader:
        for record in source.shown("old records read", reader.to_end()):
            if record.key is not None and record.value is not None:
                found[record.partition].add(record.key)
    return found


def _by_partition(
    kept: Kept, alerts: Mapping[str, Sequence[Alert]], oldest: int, partitions: int
) -> dict[int, list[str]]:
    """Place the pupils; who was cleared for want of marks, and has had none since, stays out."""
    parts: dict[int, list[str]] = {partition: [] for partition in range(partitions)}
    for key, pupil in kept.pupils.items():
        published_of = alerts.get(key, ())
        if (pupil.year or 0) >= oldest or not published_of or published_of[-1].reason != "erasure":
            parts[partition_of(key, partitions)].append(key)
    return parts


def _listed(source: From, on_list: Erased, partition: int) -> Iterator[tuple[bytes, bytes]]:
    """The entries of the list of the erased that lie in *partition* of its topic."""
    with Reader(source.settings, source.topics.erased.name) as reader:
        for record in reader.to_end():
            hashed = (record.key or b"").decode(errors="replace")
            if record.partition == partition and hashed in on_list.entries:
                yield erased_record(hashed, encode_entry(on_list.entries[hashed]))


def _records(
    plan: Plan, partition: int, pages: dict[bytes, bytes | None], alerts: list[Alert], now: datetime
) -> Iterator[Record]:
    """What is written, alerts last: with the summaries that remember them, or after."""
    yield from page_records(plan.topics.ledgers, partition, pages.items())
    yield from (alert_record(plan.topics.alerts, alert, now) for alert in alerts)


def write_partition(plan: Plan, partition: int, records: Iterator[Record], position: bytes) -> None:
    """Write *records*, and the position with the last of them; while there is none, no worker takes them for whole."""
    writer = PartitionWriter.open(plan, partition)
    waiting = [*page_records(plan.topics.ledgers, partition, [(POSITION_KEY, None)])]
    for record in records:
        waiting.append(record)
        if len(waiting) >= _AT_ONCE:
            writer.write(waiting)
            waiting = []
    writer.write([*waiting, *page_records(plan.topics.ledgers, partition, [(POSITION_KEY, position)])])
    writer.close()
