"""The Faust app: settings, topics, the two agents and the two tables. A factory, no globals."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, cast

import faust
from faust.types import TP, ChannelT, StreamT, TransportT

from streams.topology.consumer import SteadyTransport
from streams.topology.crash_points import Point, reach
from streams.topology.failstop import FailStop
from streams.topology.gather import Gatherer
from streams.topology.keeper import Keeper
from streams.topology.overlap import Overlap
from streams.topology.plainly import RawSchema
from streams.topology.plan import Plan
from streams.topology.table import DurableTable, Tables


class StreamApp(faust.App):
    """A Faust app that stops at once where Faust would go on, and makes no folder for tables it does not keep."""

    keepers: dict[str, Keeper[Any]]  # by the name of their table
    fail_stop: FailStop
    revoke_timeout: float

    def _create_directories(self) -> None:
        """Make none: nothing of the stream is kept on disk."""

    def _new_transport(self) -> TransportT:
        return SteadyTransport(self.conf.broker_consumer, self)

    async def _on_partitions_revoked(self, revoked: set[TP]) -> None:
        # Faust waits here, without a bound, until the batch in hand is acknowledged. Partitions that leave are given
        # back when the new assignment is known, before the flow goes on; until then nothing is in hand.
        self.ask_back()
        reach(Point.IN_REVOCATION)
        try:
            async with asyncio.timeout(self.revoke_timeout):
                await super()._on_partitions_revoked(revoked)
                for keeper in self.keepers.values():
                    await keeper.idle()
        except TimeoutError as error:
            self.fail_stop("ending the batch in hand before a rebalance", error)

    def ask_back(self) -> None:
        """Tell every keeper that its partitions may leave: nothing new is begun."""
        for keeper in self.keepers.values():
            keeper.revoking()

    def _crash(self, reason: BaseException) -> None:
        self.fail_stop("running the stream", reason)


def make_app(plan: Plan, keepers: dict[str, Keeper[Any]], fail_stop: FailStop) -> StreamApp:
    """Make the app with its tables, whose *keepers* go by their names, and no agents yet."""
    app = StreamApp(plan.app_id, **_settings(plan))
    app.keepers, app.fail_stop, app.revoke_timeout = keepers, fail_stop, plan.revoke_timeout
    for name, keeper in keepers.items():
        app.tables.add(DurableTable(app, name, keeper=keeper, fail_stop=fail_stop, partitions=plan.partitions))
    return app


def add_stage(app: StreamApp, topic: str, name: str, overlap: Overlap, gatherer: Gatherer) -> None:
    """Give *app* the agent *name*, which hands *overlap* what arrives on *topic*, batch by batch."""
    source = app.topic(topic, schema=RawSchema(key_type=bytes, value_type=bytes))
    app.agent(source, name=name, concurrency=1)(_agent(name, overlap, gatherer, app.fail_stop))


def _agent(
    name: str, overlap: Overlap, gatherer: Gatherer, fail_stop: FailStop
) -> Callable[[StreamT[Any]], Awaitable[None]]:
    async def agent(stream: StreamT[Any]) -> None:
        # No exception may reach Faust: it would acknowledge the event and go on.
        try:
            queue = cast("ChannelT[Any]", stream.channel).queue
            async for event in cast("faust.Stream[Any]", stream).noack().events():
                await overlap.room()
                overlap.begin(await gatherer.batch(event, queue))
        except Exception as error:  # noqa: BLE001 - whatever it is
            fail_stop(f"reading for the {name} stage", error)

    return agent


def _settings(plan: Plan) -> dict[str, Any]:
    return {
        "broker": [f"kafka://{address.strip()}" for address in plan.bootstrap.split(",")],
        "broker_credentials": plan.credentials,
        "broker_session_timeout": plan.session_timeout,
        "broker_heartbeat_interval": plan.heartbeat_interval,
        "broker_rebalance_timeout": plan.rebalance_timeout,
        "broker_request_timeout": max(plan.session_timeout, plan.rebalance_timeout) + 10.0,
        "broker_commit_interval": plan.commit_interval,
        "broker_commit_every": 5_000,
        "producer_request_timeout": 30.0,  # Faust's own producer sends nothing
        "consumer_group_instance_id": plan.instance_id,
        "TableManager": Tables,
        "store": "memory://",
        "key_serializer": "raw",
        "value_serializer": "raw",
        "table_standby_replicas": 0,
        "topic_partitions": plan.partitions,
        "topic_allow_declare": False,  # topics come from `firstbell topics create`
        "topic_disable_leader": True,
        "stream_wait_empty": True,
        "stream_buffer_maxsize": 2 * plan.max_events,  # mark batches are large: more would be memory, not speed
        "recovery_consistency_check": True,
        "web_enabled": False,
        "autodiscover": False,
    }
