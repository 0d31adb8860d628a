"""What the stream reports about itself: a small protocol that metrics and health implement, and one that ignores it."""

from enum import StrEnum
from typing import Protocol

from streams.board.standing import Standing
from streams.contract.messages import Change, Refusal


class Stage(StrEnum):
    """The two agents."""

    SCHOOLS = "schools"
    PUPILS = "pupils"


class Result(StrEnum):
    """What became of a mark."""

    ACCEPTED = "accepted"  # sent on by the schools stage
    REFUSED = "refused"  # a dead letter, of either stage
    APPLIED = "applied"  # in a ledger, its transaction committed
    SKIPPED = "skipped"  # delivered again, and already before the position


class Probe(Protocol):
    """Told of what happened, after it happened. Called in the event loop's thread: quick, and never raising."""

    def registers_read(self, count: int) -> None:
        """Count registers that the schools stage read, refused ones included."""

    def marks(self, result: Result, count: int) -> None:
        """Count marks by what became of them."""

    def alert(self, rule: str, change: Change) -> None:
        """Count one alert whose transaction is committed."""

    def dead_letter(self, reason: Refusal) -> None:
        """Count one dead letter that Kafka has taken."""

    def batch(self, stage: Stage, registers: int) -> None:
        """Observe the size of one batch: its registers (for the pupils stage, of one partition)."""

    def committed(self, stage: Stage, seconds: float) -> None:
        """Observe how long a batch took to be durable: pupils a transaction, schools a flush and a transaction."""

    def alert_latency(self, seconds: float) -> None:
        """Observe the time from the register record's Kafka time stamp to the commit that made its alert visible."""

    def recovered(self, seconds: float) -> None:
        """Observe how long newly assigned partitions took to fence, load and check."""

    def pupils(self, count: int) -> None:
        """Set how many pupils this worker holds."""

    def schools(self, count: int) -> None:
        """Set how many schools are on this worker's boards."""

    def missing(self, count: int) -> None:
        """Set how many registers are announced as missing, on this worker's boards."""

    def unlisted(self, school: Standing, count: int) -> None:
        """Count registers of schools that are closed, or that nobody knows."""

    def audited(self, drifted: bool) -> None:  # noqa: FBT001 - it is the one fact told
        """Count one pupil looked over in the background, and whether something else was announced."""

    def audit_round(self, at: float) -> None:
        """Set when every pupil held had been looked over, in seconds since 1970."""

    def sources_bad(self, count: int, opened: int) -> None:
        """Set how many sources are bad, and count those that have just become so."""

    def lag(self, stage: Stage, records: int, seconds: float) -> None:
        """Set how many records wait before a stage, and how old the newest it has done is while any do (else 0)."""

    def assigned(self, partitions: int) -> None:
        """Set how many partitions of the ledgers are this worker's."""

    def ready(self, ready: bool) -> None:  # noqa: FBT001 - it is the one fact told
        """Tell whether the worker takes part in the group and its ledgers are loaded."""

    def progressed(self) -> None:
        """Tell that a batch was acknowledged."""
