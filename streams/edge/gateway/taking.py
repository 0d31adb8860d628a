"""Registers in: checked, allowed, published, and what became of them said. HTTP is not known here."""

from asyncio import Future
from collections.abc import Awaitable, Callable
from typing import NamedTuple

from streams.edge.gateway.answers import BatchReceipt, Receipt, Result, receipt_of
from streams.edge.gateway.metrics import Count, Metrics
from streams.edge.gateway.publisher import NotTaken, Publisher
from streams.edge.intake import Door, check_json
from streams.edge.pseudonym import Pseudonymise
from streams.edge.tokens import Grant
from streams.edge.verdicts import Checked, No

_TOO_LARGE = Checked(None, No("too-large", "the register has more bytes than one may have"))


class _Begun(NamedTuple):
    """A register on its way: what the check said, whether it may go on, and the word awaited from Kafka."""

    checked: Checked
    no: No | None
    published: "Future[None] | None"
    line: int | None


class Taker:
    """Takes registers. *now_ms* is the clock, in milliseconds since 1970."""

    def __init__(
        self, publisher: Publisher, pseudonymise: Pseudonymise, now_ms: Callable[[], int], metrics: Metrics
    ) -> None:
        self._publisher = publisher
        self._pseudonymise, self._now_ms = pseudonymise, now_ms
        self._metrics = metrics

    async def take(self, value: bytes, grant: Grant) -> Receipt:
        """Take one register, and say what became of it once that is known."""
        return await self._ended(self._begin(value, grant, None))

    def batch(self, grant: Grant) -> "Batch":
        """Begin a batch."""
        return Batch(lambda value, line: self._begin(value, grant, line), self._ended)

    def _begin(self, value: bytes | None, grant: Grant, line: int | None) -> _Begun:
        door = Door("gateway", grant.source, self._pseudonymise, self._now_ms)
        checked = _TOO_LARGE if value is None else check_json(value, door)
        no = checked.refusal
        if checked.urn is not None and not grant.allows(checked.urn):
            # Before all other reasons, and without the marks: whoever may not send a register learns nothing of it.
            checked, no = (
                Checked(None, None),
                No("urn-not-allowed", "the token does not allow registers of this school"),
            )
        published = self._publisher.publish(checked.event) if checked.event and no is None else None
        return _Begun(checked, no, published, line)

    async def _ended(self, begun: _Begun) -> Receipt:
        result: Result = "refused"
        if begun.published is not None:
            try:
                await begun.published
                result = "taken"
            except NotTaken:
                result = "not-taken"
        self._count(begun, result)
        return receipt_of(begun.checked, result, begun.no, begun.line)

    def _count(self, begun: _Begun, result: Result) -> None:
        checked = begun.checked
        self._metrics.count(Count.REGISTERS, result)
        if begun.no:
            self._metrics.count(Count.REFUSALS, begun.no.reason)
        for mark in checked.refused:
            self._metrics.count(Count.REFUSALS, mark.reason)
        self._metrics.count(Count.MARKS, "refused", by=len(checked.refused))
        if result == "taken":
            self._metrics.count(Count.MARKS, "taken", by=checked.taken)
            self._metrics.count(Count.TEMPORARY, by=len(checked.temporary))


class Batch:
    """The registers of one batch: each is published as it comes, and all are awaited at the end."""

    def __init__(
        self, begin: Callable[[bytes | None, int], _Begun], ended: Callable[[_Begun], Awaitable[Receipt]]
    ) -> None:
        self._begin, self._ended = begin, ended
        self._begun: list[_Begun] = []
        self.marks = 0

    def __len__(self) -> int:
        return len(self._begun)

    def add(self, value: bytes | None, line: int) -> None:
        """Take one line; None stands for one that is too large."""
        begun = self._begin(value, line)
        self._begun.append(begun)
        self.marks += begun.checked.marks

    async def end(self) -> BatchReceipt:
        """Wait for all, and say what became of each."""
        receipts = [await self._ended(begun) for begun in self._begun]
        count = [receipt.result for receipt in receipts].count
        return BatchReceipt(
            taken=count("taken"), refused=count("refused"), not_taken=count("not-taken"), registers=receipts
        )
