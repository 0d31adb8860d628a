"""Ending what hangs of our own transactions, as it was decided. Blocking: call it in a thread.

1. Before a partition is fenced, look at what is open under its transactional id, and how it was to end: the fence makes
   the coordinator forget that.
2. Where something hangs that cannot be ended, stop: fence nothing.
3. Fence (`PartitionWriter.open`): from then on nobody writes under the id, and what was under way is aborted.
4. What is still open, write the marker that it lacks.
Cut off between 3 and 4, the end is forgotten, and the next look stops and says so. Nothing was shown that was not
committed, and nothing is taken for done.
"""

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

import structlog
from confluent_kafka import KafkaException
from confluent_kafka.admin import AclOperation, AdminClient  # type: ignore[attr-defined]

from streams.errors import Stop, Undelivered
from streams.kafka.markers import Open, Standing, Transactions
from streams.topology import clients
from streams.topology.hanging import PREPARED, End, end_of, hangs
from streams.topology.plan import Plan
from streams.topology.transaction import PartitionWriter

log = structlog.get_logger("firstbell.worker")

_AGAIN = 0.2  # s
_SEE = "see docs/operating.md, 'A transaction that hangs'"
_MAY_MARK = frozenset({AclOperation.ALTER, AclOperation.CLUSTER_ACTION})


Mend = Callable[[], dict[Open, End]]
"""Ends what hangs, and gives it."""


@dataclass(frozen=True)
class Found:
    """What was open under our transactional ids before they were fenced: its end, and which of it hangs for sure."""

    ends: Mapping[Open, End] = field(default_factory=dict)
    hanging: frozenset[Open] = frozenset()


def mend(plan: Plan, *, abort_forgotten: bool = False) -> dict[Open, End]:
    """Take every partition of both tables, end what hangs of them, and let them go; give what was ended, and how.

    Call it where no worker runs. With *abort_forgotten* what Kafka has forgotten the end of is aborted: then the
    ledgers and boards must be made again (`firstbell rebuild`).

    Raises:
        Stop: something hangs that cannot be ended. Undelivered: Kafka does not answer.
    """
    ended: dict[Open, End] = {}
    for table in (plan.ledgers.name, plan.boards.name):
        end = look(plan, table, range(plan.partitions), abort_forgotten=abort_forgotten)
        writers = [PartitionWriter.open(plan, partition, table) for partition in range(plan.partitions)]
        ended |= end()
        for writer in writers:
            writer.close()
    return ended


def look(plan: Plan, table: str, partitions: Iterable[int], *, abort_forgotten: bool = False) -> Mend:
    """Look at what is open of *partitions* of *table*; give what ends it once they are fenced.

    Raises:
        Stop: something hangs that cannot be ended. Undelivered: Kafka does not answer.
    """
    names = [plan.transactional_id(partition, table) for partition in partitions]
    if plan.embedded or not names:  # Tansu has no such questions, and is killed with all that it holds
        return dict
    found = asyncio.run(_look(plan, names, abort_forgotten=abort_forgotten))
    if found.hanging:
        _require_leave(plan, found.hanging)
    return lambda: asyncio.run(_mend(plan, found)) if found.ends else {}


def told(mend: Mend) -> None:
    """Do it, and say what was done in the worker's log."""
    for opened, how in mend().items():
        topic, partition = opened.place
        where = {"topic": topic, "partition": partition, "offset": opened.start}
        log.warning("a transaction hung, and was ended", how=how.value, **where)


def hanging(plan: Plan, names: list[str]) -> frozenset[Open]:
    """Give what hangs now of the transactional ids *names*; a commit that is just under way may be among it.

    Raises:
        Stop: Kafka does not allow the question. Undelivered: it does not answer.
    """
    return asyncio.run(_hanging(plan, names)) if names and not plan.embedded else frozenset()


async def _hanging(plan: Plan, names: list[str]) -> frozenset[Open]:
    async with _transactions(plan) as kafka:
        found, _ = await _seen(plan, kafka, names)
    return found.hanging


async def _look(plan: Plan, names: list[str], *, abort_forgotten: bool) -> Found:
    """Look until the coordinator is at rest, and two looks agree: what is just being ended does not hang."""
    end, before = time.monotonic() + plan.session_timeout, frozenset[Open]()
    async with _transactions(plan) as kafka:
        while True:
            found, standings = await _seen(plan, kafka, names)
            moving = any(standing.state in PREPARED for standing in standings)
            forgotten = [opened for opened, how in found.ends.items() if how is End.FORGOTTEN]
            if not moving and found.hanging == before and (abort_forgotten or not forgotten):
                return found
            before = found.hanging
            if time.monotonic() > end:
                raise _stopped(forgotten) if forgotten else Undelivered("Kafka does not end a transaction")
            await asyncio.sleep(_AGAIN)


async def _seen(plan: Plan, kafka: Transactions, names: list[str]) -> tuple[Found, list[Standing]]:
    opened = await kafka.open(_topics(plan))  # first: what is open now, and complete afterwards, hangs or is closed
    if not opened:
        return Found(), []
    asked = await asyncio.gather(*(kafka.standing(name) for name in names))
    ours = {standing.producer: standing for standing in asked if standing is not None}
    ends = {each: end_of(each, ours[each.producer]) for each in opened if each.producer in ours}
    return Found(ends, frozenset(each for each in ends if hangs(each, ours[each.producer]))), list(ours.values())


async def _mend(plan: Plan, found: Found) -> dict[Open, End]:
    async with _transactions(plan) as kafka:
        still = sorted(set(await kafka.open(_topics(plan))) & set(found.ends))
        for opened in still:
            await kafka.mark(opened, commit=found.ends[opened] is End.COMMITTED)
    return {opened: found.ends[opened] for opened in still}


def _transactions(plan: Plan) -> Transactions:
    return Transactions(plan.bootstrap, plan.connect, plan.session_timeout)


def _topics(plan: Plan) -> list[str]:
    """All that a transaction of ours may write to."""
    topics = plan.topics
    return [topics.ledgers, topics.boards, topics.alerts, topics.dead_letters, topics.erased]


def _require_leave(plan: Plan, hanging: Iterable[Open]) -> None:
    """Stop, with nothing fenced and so nothing forgotten, where this user may not write markers."""
    admin = AdminClient(clients.common(plan))
    future = admin.describe_cluster(include_authorized_operations=True, request_timeout=plan.session_timeout)
    try:
        allowed = future.result().authorized_operations or ()
    except KafkaException as error:
        raise Undelivered(f"Kafka does not say what is allowed: {error.args[0].str()}") from error
    if not _MAY_MARK & set(allowed):
        who = "who may alter the cluster must end it, by 'firstbell mend'"
        raise Stop(f"a transaction hangs in {places(hanging)}: {who}; {_SEE}")


def _stopped(forgotten: Iterable[Open]) -> Stop:
    return Stop(f"a transaction hangs in {places(forgotten)}, and Kafka has forgotten how it was to end; {_SEE}")


def places(hanging: Iterable[Open]) -> str:
    """Name what hangs: topic, partition and the offset from which on."""
    return ", ".join(f"{topic}-{partition} from {start}" for (topic, partition), *_, start in sorted(hanging))
