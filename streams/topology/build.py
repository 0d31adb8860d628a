"""Putting the stream together: clients, keepers, stages, app."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Protocol

from confluent_kafka import Consumer, Producer
from confluent_kafka.admin import AdminClient

from streams.topology import clients
from streams.topology.ahead import Ahead
from streams.topology.app import StreamApp, add_stage, make_app
from streams.topology.auditing import Auditing
from streams.topology.boards import SchoolBoards
from streams.topology.courier import Courier
from streams.topology.durable import Durable
from streams.topology.engine import BoardsLike, Engine, LedgersLike, State
from streams.topology.erasing import Erasing, PagesOf
from streams.topology.failstop import FailStop
from streams.topology.gather import Gatherer
from streams.topology.giving_back import EVERY, give_back_aside
from streams.topology.identity import Identity
from streams.topology.joining import Joining
from streams.topology.keeper import Kafka, Keeper
from streams.topology.lag import Lag
from streams.topology.lingering import Lingering
from streams.topology.loading import Loader
from streams.topology.mending import hanging, look, told
from streams.topology.offsets import Offsets
from streams.topology.overlap import Overlap, StageLike
from streams.topology.pace import Pace
from streams.topology.plan import Plan, Table
from streams.topology.probe import Probe, Stage
from streams.topology.pupils import PupilsStage
from streams.topology.readiness import board_report, ledger_report, readiness
from streams.topology.reading import Reading
from streams.topology.reference import Reference
from streams.topology.schools import SchoolsStage
from streams.topology.surroundings import Surroundings
from streams.topology.timer import Timer
from streams.topology.transaction import PartitionWriter
from streams.topology.unbroken import Behind, FirstRecord, Unbroken
from streams.topology.watch import Watch

_BATCHES = 4  # full ones of a stage in hand
APART = {Stage.SCHOOLS: 0.01, Stage.PUPILS: 0.0}  # s between two batches; the pupils' come as the schools' do


class Job(Protocol):
    """Something that goes on beside the app until it is cancelled."""

    async def run(self) -> None:
        """Go on."""


@dataclass(frozen=True, kw_only=True)
class Stream:
    """Everything that `run` needs."""

    app: StreamApp
    joining: Joining
    lag: Lag
    jobs: tuple[Job, ...]
    fail_stop: FailStop


def build(plan: Plan, engine: Engine, probe: Probe, fail_stop: FailStop) -> Stream:
    """Make the stream of *plan*. Nothing is connected before it runs."""
    pool = ThreadPoolExecutor(2 * plan.partitions + 4, thread_name_prefix="kafka")
    courier = Courier(Producer(clients.producer(plan)), plan.message_timeout + 5)
    offsets = Offsets(AdminClient(clients.common(plan)), plan.session_timeout)
    ready = readiness(probe, (plan.ledgers.name, plan.boards.name))
    ledgers_kafka, ledgers_ahead = _kafka(plan, plan.ledgers, offsets, engine.new_ledgers, engine.stored_form)
    boards_kafka, boards_ahead = _kafka(plan, plan.boards, offsets, engine.new_boards, engine.board_form)
    ledgers = Keeper(plan.ledgers.name, ledgers_kafka, pool, ledger_report(probe, ready), time.monotonic)
    boards = Keeper(plan.boards.name, boards_kafka, pool, board_report(probe, ready), time.monotonic)
    app = make_app(plan, {plan.ledgers.name: ledgers, plan.boards.name: boards}, fail_stop)
    gatherer = Gatherer(app, plan)
    topics = {plan.topics.registers: Stage.SCHOOLS, plan.topics.marks: Stage.PUPILS}
    lag = Lag(app, topics, probe, time.time)
    around = Surroundings(plan=plan, pool=pool, probe=probe, lag=lag, clock=time.monotonic, now=_now)
    first = _first(plan, offsets)
    reading = partial(Consumer, clients.reader(plan))
    reference = Reference(plan, reading, engine.hear, engine.new_erased(), fail_stop)
    durable_boards = Durable(around, plan.boards, boards, gatherer, engine.board_form)
    pages_of = PagesOf(plan.topics.boards, reading, engine.renamed, plan.session_timeout)
    school_boards = SchoolBoards(
        around,
        durable_boards,
        gatherer,
        reference,
        Behind(plan.topics.registers, offsets.end, first),
    )
    schools = SchoolsStage(around, engine, courier, Unbroken(first, pool), school_boards)
    pupils = PupilsStage(around, Durable(around, plan.ledgers, ledgers, gatherer, engine.stored_form), gatherer)
    for topic, stage in ((plan.topics.registers, schools), (plan.topics.marks, pupils)):
        add_stage(app, topic, topics[topic], _overlap(plan, topics[topic], stage, fail_stop), gatherer)
    watch = Watch(
        lambda wait: courier.reach(plan.topics.registers, wait), plan.session_timeout, fail_stop, time.monotonic
    )
    names = asdict(plan.topics).values()
    identity = Identity(lambda: offsets.ids(names), plan.session_timeout / 3, fail_stop)
    lingering = _lingering(plan, ledgers, boards, fail_stop)
    overdue = Timer("looking for overdue registers", school_boards.tick, plan.check_interval, fail_stop)
    erasing = Erasing(around, durable_boards, reference, pages_of)
    erased = Timer("erasing from the boards", erasing.tick, plan.check_interval, fail_stop)
    auditing = Auditing(ledgers, plan.audit_share, probe, clock=time.monotonic, now=time.time)
    others = partial(offsets.has_members, plan.app_id) if plan.instance_id is None else None
    joining = Joining(others, pool, (ledgers_ahead, boards_ahead))
    giving_back = Timer("giving memory back", partial(give_back_aside, pool), EVERY, fail_stop)
    jobs = (watch, identity, lingering, reference, overdue, erased, auditing, giving_back)
    return Stream(app=app, joining=joining, lag=lag, jobs=jobs, fail_stop=fail_stop)


def _first(plan: Plan, offsets: Offsets) -> FirstRecord:
    committed = partial(offsets.committed, plan.app_id)
    return FirstRecord(partial(Consumer, clients.searcher(plan)), committed, plan.session_timeout)


def _overlap(plan: Plan, name: Stage, stage: StageLike, fail_stop: FailStop) -> Overlap:
    pace = Pace(APART[name], time.monotonic)
    return Overlap(stage, _BATCHES * plan.max_bytes, pace, partial(fail_stop, f"a batch of the {name} stage"))


def _kafka(
    plan: Plan, table: Table, offsets: Offsets, new_state: Callable[[], State], stored_form: int
) -> tuple[Kafka[State], Ahead[State]]:
    def begin() -> Reading[State]:
        changelog_id, _ = offsets.topic(table.changelog)
        return Reading(Consumer(clients.reader(plan)), table.changelog, changelog_id, new_state)

    ahead = Ahead(begin, plan.partitions)
    kafka = Kafka(
        look=lambda partitions: partial(told, look(plan, table.name, partitions)),
        fence=lambda partition: PartitionWriter.open(plan, partition, table.name),
        ends=lambda partitions: offsets.settled_end(table.changelog, partitions),
        load=Loader(table, ahead, offsets, stored_form).load,
    )
    return kafka, ahead


def _lingering(plan: Plan, ledgers: Keeper[LedgersLike], boards: Keeper[BoardsLike], fail_stop: FailStop) -> Lingering:
    keepers = (plan.ledgers.name, ledgers), (plan.boards.name, boards)

    def names() -> list[str]:
        return [plan.transactional_id(held.partition, table) for table, keeper in keepers for held in keeper.all()]

    return Lingering(names, partial(hanging, plan), plan.transaction_timeout, fail_stop)


def _now() -> datetime:
    return datetime.now(UTC)
