"""How a transaction that hangs was to end. Pure: what Kafka says goes in, the end comes out.

A coordinator writes down that a transaction is to be committed, then a marker into each of its partitions, then that it
is complete. Kafka 4.3 and 4.4 pass over a partition that has no leader in that moment, as all have when a single broker
starts again (KAFKA-20734): complete, and for ever open there. Until somebody is given the transactional id anew, the
coordinator still holds how it ended; and nobody but us writes under it.
"""

from enum import StrEnum

from streams.kafka.markers import Open, Standing


class End(StrEnum):
    """How a transaction ends in a partition."""

    COMMITTED = "committed"
    ABORTED = "aborted"
    FORGOTTEN = "forgotten"


_COMMITS = frozenset({"PrepareCommit", "CompleteCommit"})
_ABORTS = frozenset({"PrepareAbort", "PrepareEpochFence", "CompleteAbort"})
PREPARED = frozenset({"PrepareCommit", "PrepareAbort", "PrepareEpochFence"})
"""The coordinator is writing markers: what is open may be so for a moment only."""


def end_of(found: Open, standing: Standing) -> End:
    """Tell how *found* is to end, by what the coordinator says of its producer before that is fenced.

    Who fences, and the coordinator when a transaction is out of time, abort it under the next epoch. Under one epoch
    nothing comes after an abort: a worker whose transaction fails stops. So what is open beside a later transaction of
    its own epoch was committed.
    """
    if standing.state in _ABORTS and standing.epoch in (found.epoch, found.epoch + 1):
        return End.ABORTED
    if standing.epoch != found.epoch:
        return End.FORGOTTEN
    if standing.state in _COMMITS:
        return End.COMMITTED
    if standing.state == "Ongoing":
        return End.ABORTED if found.place in standing.waiting else End.COMMITTED
    return End.FORGOTTEN


def hangs(found: Open, standing: Standing) -> bool:
    """Tell whether the coordinator will not end *found* by itself, nor when it is fenced."""
    return found.place not in standing.waiting and standing.state not in PREPARED
