"""Putting the stream together: clients, keeper, stages, app."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime

from confluent_kafka import Consumer, Producer
from confluent_kafka.admin import AdminClient

from streams.topology import clients
from streams.topology.app import StreamApp, add_stage, make_app
from streams.topology.courier import Courier
from streams.topology.engine import Engine
from streams.topology.failstop import FailStop
from streams.topology.gather import Gatherer
from streams.topology.keeper import Kafka, Keeper
from streams.topology.lag import Lag
from streams.topology.loading import Loaded, Loader
from streams.topology.offsets import Offsets
from streams.topology.plan import Plan
from streams.topology.probe import Probe, Stage
from streams.topology.pupils import PupilsStage
from streams.topology.schools import SchoolsStage
from streams.topology.surroundings import Surroundings
from streams.topology.transaction import PartitionWriter
from streams.topology.unbroken import FirstRecord, Unbroken
from streams.topology.watch import Watch


@dataclass(frozen=True, kw_only=True)
class Stream:
    """Everything that `run` needs."""

    app: StreamApp
    lag: Lag
    watch: Watch
    fail_stop: FailStop


def build(plan: Plan, engine: Engine, probe: Probe, fail_stop: FailStop) -> Stream:
    """Make the stream of *plan*. Nothing is connected before it runs."""
    pool = ThreadPoolExecutor(plan.partitions + 2, thread_name_prefix="kafka")
    courier = Courier(Producer(clients.producer(plan)), plan.message_timeout + 5)
    keeper = Keeper(_kafka(plan, engine), pool, probe, time.monotonic)
    app = make_app(plan, keeper, fail_stop)
    gatherer = Gatherer(app, plan)
    topics = {plan.topics.registers: Stage.SCHOOLS, plan.topics.marks: Stage.PUPILS}
    lag = Lag(app, topics, probe, time.time)
    around = Surroundings(plan=plan, pool=pool, probe=probe, lag=lag, clock=time.monotonic, now=_now)
    schools = SchoolsStage(around, engine, courier, Unbroken(_first_record(plan), pool))
    pupils = PupilsStage(around, keeper, gatherer, engine.stored_form)
    add_stage(app, plan.topics.registers, Stage.SCHOOLS, schools, gatherer)
    add_stage(app, plan.topics.marks, Stage.PUPILS, pupils, gatherer)
    watch = Watch(
        lambda wait: courier.reach(plan.topics.registers, wait), plan.session_timeout, fail_stop, time.monotonic
    )
    return Stream(app=app, lag=lag, watch=watch, fail_stop=fail_stop)


def _kafka(plan: Plan, engine: Engine) -> Kafka:
    offsets = Offsets(AdminClient(clients.common(plan)), plan.session_timeout)

    def load(partitions: set[int], cancelled: Callable[[], bool]) -> dict[int, Loaded]:
        with Consumer(clients.reader(plan)) as consumer:
            loader = Loader(plan, consumer, offsets, engine.new_ledgers, engine.stored_form, cancelled)
            return loader.load(partitions)

    return Kafka(
        fence=lambda partition: PartitionWriter.open(plan, partition),
        ends=lambda partitions: offsets.settled_end(plan.topics.changelog, partitions),
        load=load,
    )


def _first_record(plan: Plan) -> FirstRecord:
    return FirstRecord(lambda: Consumer(clients.searcher(plan)), plan.session_timeout)


def _now() -> datetime:
    return datetime.now(UTC)
