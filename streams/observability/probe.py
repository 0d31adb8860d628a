"""What the stream reports, turned into metrics and health. It fits `streams.topology.probe.Probe` by its form."""

from streams.contract.messages import Change, Refusal
from streams.observability.health import Health
from streams.observability.metrics import Count, Level, Metrics, Spread

__all__ = ["Observed"]


class Observed:
    """A probe that writes *metrics* and tells *health*. May be used from any thread."""

    def __init__(self, metrics: Metrics, health: Health) -> None:
        self._metrics = metrics
        self._health = health

    def registers_read(self, count: int) -> None:
        """Count registers that the schools stage read, refused ones included."""
        self._metrics.count(Count.REGISTERS, by=count)

    def marks(self, result: str, count: int) -> None:
        """Count marks by what became of them."""
        self._metrics.count(Count.MARKS, result, by=count)

    def alert(self, rule: str, change: Change) -> None:
        """Count one alert whose transaction is committed."""
        self._metrics.count(Count.ALERTS, rule, change)

    def dead_letter(self, reason: Refusal) -> None:
        """Count one dead letter that Kafka has taken."""
        self._metrics.count(Count.DEAD_LETTERS, reason)

    def batch(self, stage: str, registers: int) -> None:
        """Observe the size of one batch."""
        self._metrics.spread(Spread.BATCH_REGISTERS, stage, value=registers)

    def committed(self, stage: str, seconds: float) -> None:
        """Count a batch made durable, and observe how long that took."""
        self._metrics.count(Count.COMMITS, stage)
        self._metrics.spread(Spread.COMMIT_SECONDS, stage, value=seconds)

    def alert_latency(self, seconds: float) -> None:
        """Observe the time from the register record's time stamp to the commit that made its alert visible."""
        self._metrics.spread(Spread.MARK_TO_ALERT, value=seconds)

    def recovered(self, seconds: float) -> None:
        """Observe how long newly assigned partitions took to fence, load and check."""
        self._metrics.spread(Spread.RECOVERY_SECONDS, value=seconds)

    def pupils(self, count: int) -> None:
        """Set how many pupils this worker holds."""
        self._metrics.level(Level.PUPILS, to=count)

    def schools(self, count: int) -> None:
        """Set how many schools are on this worker's boards."""
        self._metrics.level(Level.SCHOOLS, to=count)

    def missing(self, count: int) -> None:
        """Set how many registers are announced as missing, on this worker's boards."""
        self._metrics.level(Level.MISSING, to=count)

    def unlisted(self, school: str, count: int) -> None:
        """Count registers of schools that are closed, or that nobody knows."""
        self._metrics.count(Count.UNLISTED, school, by=count)

    def audited(self, drifted: bool) -> None:  # noqa: FBT001 - it is the one fact told
        """Count one pupil looked over in the background, and whether something else was announced."""
        self._metrics.count(Count.AUDITED)
        self._metrics.count(Count.DRIFT, by=drifted)

    def audit_round(self, at: float) -> None:
        """Set when every pupil held had been looked over."""
        self._metrics.level(Level.AUDIT_ROUND, to=at)

    def sources_bad(self, count: int, opened: int) -> None:
        """Set how many sources are bad, and count those that have just become so."""
        self._metrics.level(Level.SOURCES_BAD, to=count)
        self._metrics.count(Count.SOURCES_GONE_BAD, by=opened)

    def lag(self, stage: str, records: int, seconds: float) -> None:
        """Set how many records wait before a stage, and for how long."""
        self._metrics.level(Level.LAG_RECORDS, stage, to=records)
        self._metrics.level(Level.LAG_SECONDS, stage, to=seconds)
        self._health.lag(stage, records)

    def assigned(self, partitions: int) -> None:
        """Set how many partitions of the ledgers are this worker's."""
        self._metrics.level(Level.PARTITIONS, to=partitions)

    def ready(self, ready: bool) -> None:  # noqa: FBT001 - it is the one fact told
        """Tell whether the worker is in the group and its ledgers are loaded."""
        self._metrics.level(Level.READY, to=ready)
        self._health.ready(ready=ready)

    def progressed(self) -> None:
        """Tell that a batch was acknowledged."""
        self._health.progressed()
