"""The rebuild of the schools' boards: from committed `registers` and committed school alerts, with their position.

Registers are put up again in the order of their partition, up to where the group is; what was announced is taken from
the alerts, and compared by the worker that loads it: only true differences go out. While there is no position, none
takes what is written for the whole.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from confluent_kafka.admin import AdminClient

from streams.attendance.book import RuleBook
from streams.audit.topics import From, published, quarantined, reached
from streams.board.county import County
from streams.board.feeds import Feeds
from streams.board.school import Schools
from streams.contract.messages import Alert, Origin
from streams.contract.operations import place_of
from streams.kafka.erased import erased_list
from streams.kafka.reader import Reader
from streams.kafka.schools import read_schools
from streams.pipeline.board_form import BOARD_FORM, read_key, summary, summary_key
from streams.pipeline.boards import Boards
from streams.pipeline.intake import read_register
from streams.rebuild.announced import said
from streams.rebuild.run import refuse_where_somebody_works
from streams.topology import clients
from streams.topology.offsets import Offsets
from streams.topology.plan import Plan
from streams.topology.position import POSITION_KEY, Position, encode_position
from streams.topology.records import Record, page_records
from streams.topology.transaction import PartitionWriter

__all__ = ["DoneBoards", "rebuild_boards", "summaries"]

_AT_ONCE = 5_000  # records in a transaction

Write = tuple[bytes, bytes | None]


@dataclass
class DoneBoards:
    """What was made."""

    schools: int = 0
    board_records: int = 0


@dataclass
class _Part:
    """One partition in the making: its boards, and what waits to be written."""

    boards: Boards
    writer: PartitionWriter
    changelog: str
    partition: int
    written: int = 0
    _waiting: list[Record] = field(default_factory=list)

    def write(self, writes: list[Write]) -> None:
        self._waiting += page_records(self.changelog, self.partition, writes)
        if len(self._waiting) >= _AT_ONCE:
            self.flush()

    def flush(self) -> None:
        self.writer.write(self._waiting)
        self.written += len(self._waiting)
        self._waiting = []


def rebuild_boards(source: From, plan: Plan, book: RuleBook) -> DoneBoards:
    """Make the changelog of the boards again.

    Raises:
        Refuse: a worker is at work. FirstbellError: Kafka fails; what is written is void without its position.
    """
    admin = AdminClient(clients.common(plan))
    refuse_where_somebody_works(admin, plan)
    until, alerts = reached(source).registers, published(source, _is_urn)
    parts = _begin(source, plan, book)
    _put_up(source, parts, until)
    ids = Offsets(admin, plan.session_timeout).ids([plan.topics.registers, plan.topics.boards])
    done = DoneBoards()
    for partition, part in parts.items():
        position = Position(
            next_offset=until.get(partition, 0),
            topic_id=ids[plan.topics.registers],
            partitions=plan.partitions,
            stored_form=BOARD_FORM,
            changelog_id=ids[plan.topics.boards],
        )
        part.write([*summaries(part.boards, alerts), (POSITION_KEY, encode_position(position))])
        part.flush()
        part.writer.close()
        done.schools += len(part.boards)
        done.board_records += part.written
    return done


def _is_urn(key: str) -> bool:
    return key.isdigit()


def _begin(source: From, plan: Plan, book: RuleBook) -> dict[int, _Part]:
    """Take every partition away from whoever may write it, its position first, and clear what is there."""
    before: dict[int, dict[bytes, None]] = defaultdict(dict)
    with Reader(source.settings, plan.topics.boards) as reader:
        for record in source.shown("old board records read", reader.to_end()):
            if record.key is not None and record.value is not None:
                before[record.partition][record.key] = None
    parts = {}
    for partition in range(plan.partitions):
        writer = PartitionWriter.open(plan, partition, plan.boards.name)
        parts[partition] = _Part(Boards(book), writer, plan.topics.boards, partition)
        parts[partition].write([(POSITION_KEY, None), *((key, None) for key in before[partition])])
        parts[partition].flush()
    return parts


def _put_up(source: From, parts: Mapping[int, _Part], until: Mapping[int, int]) -> None:
    aside, settings = quarantined(source), source.settings
    on_list = erased_list(settings, source.topics, source.key)
    schools = Schools(read_schools(settings, source.topics.schools.name).schools.values())
    county = County(schools, Feeds(), on_list.refuses if len(on_list) else None)
    with Reader(settings, source.topics.registers.name) as reader:
        for record in source.shown("registers put up", reader.to_end()):
            origin = Origin(topic=record.topic, partition=record.partition, offset=record.offset)
            if record.offset >= until.get(record.partition, 0) or place_of(origin) in aside:
                continue
            register = read_register(record.value or b"", received_ms=record.timestamp_ms, origin=origin).register
            if register is not None:
                part = parts[record.partition]
                work = part.boards.work()
                work.take(register, county)
                part.write([write for write in work.writes() if not read_key(write[0]).is_summary])
                work.commit()


def summaries(boards: Boards, alerts: Mapping[str, list[Alert]]) -> Iterator[Write]:
    """Give the summary of each board, with what was announced by *alerts* (by URN) in the place of what it has."""
    for board in boards:
        told = said(alerts.get(str(board.urn), []))
        board.announced, board.retired = told.announced, told.retired
        yield summary_key(board.urn), summary(board)
