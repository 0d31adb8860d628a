"""Looking over the pupils held, in turn and all the time, for a bounded share of the CPU.

Each pupil's episodes are recomputed from the ledger by a fresh walk, and for one in so many by the plain specification,
which takes a hundred times as long. What is found is counted and logged, and changes nothing.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Protocol

import structlog

from streams.topology.engine import LedgersLike
from streams.topology.keeper import Held
from streams.topology.probe import Probe

SLICE = 0.005  # s of work, then the others' turn
PLAINLY_ONE_IN = 100  # pupils
_NOBODY = 1.0  # s until it is looked again whether there are pupils

log = structlog.get_logger("firstbell.audit")


class Holder(Protocol):
    """What is asked of the keeper."""

    def all(self) -> list[Held[LedgersLike]]:
        """Give every partition that is held and loaded."""

    def get(self, partition: int) -> Held[LedgersLike] | None:
        """Give one of them."""


class Auditing:
    """Goes round and round. *share* is of one CPU; *clock* in seconds, *now* in seconds since 1970."""

    def __init__(
        self,
        keeper: Holder,
        share: float,
        probe: Probe,
        *,
        clock: Callable[[], float],
        now: Callable[[], float],
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self._keeper = keeper
        self._rest = 1 / share - 1 if share else 0.0
        self._is_on = share > 0
        self._probe = probe
        self._clock = clock
        self._now = now
        self._sleep = sleep
        self._seen = 0
        self._until = 0.0

    async def run(self) -> None:
        """Go on until cancelled; at once, where it is switched off."""
        if self._is_on:
            self._probe.audit_round(self._now())
        while self._is_on:
            await self.round()

    async def round(self) -> None:
        """Look over every pupil of the partitions now held that stay."""
        held = self._keeper.all()
        self._until = self._clock() + SLICE
        if not any(len(one.state) for one in held):
            await self._sleep(_NOBODY)
            return
        for one in held:
            await self._partition(one)
        await self._sleep(SLICE * self._rest)
        self._probe.audit_round(self._now())

    async def _partition(self, held: Held[LedgersLike]) -> None:
        for key in list(held.state.keys()):
            if self._keeper.get(held.partition) is not held:
                return
            self._seen += 1
            drifted = await self._pupil(held, key, plainly=self._seen % PLAINLY_ONE_IN == 0)
            self._probe.audited(drifted)

    async def _pupil(self, held: Held[LedgersLike], key: str, *, plainly: bool) -> bool:
        """Look over one pupil in slices; tell whether something else was announced, or it could not be done."""
        work = held.state.look_over(key, plainly=plainly)
        while True:
            await self._take_turns()
            try:
                next(work)
            except StopIteration as done:
                return _tell(held.partition, done.value)
            except Exception as error:  # noqa: BLE001 - whatever it is, it is counted and paged, and the flow goes on
                log.error("a pupil cannot be looked over", partition=held.partition, why=type(error).__name__)  # noqa: TRY400 - its text could name the pupil
                return True

    async def _take_turns(self) -> None:
        if self._clock() >= self._until:
            await self._sleep(SLICE * self._rest)
            self._until = self._clock() + SLICE


def _tell(partition: int, rules: list[str]) -> bool:
    if rules:
        log.error("what was announced is not what the ledger says", partition=partition, rules=rules)
    return bool(rules)
