"""What the demo saw: every alert and dead letter as it came, and how long alerts took."""

from collections import Counter
from dataclasses import dataclass, field
from statistics import quantiles

from msgspec import Struct

from streams.contract.messages import Alert, DeadLetter, Origin


class Latency(Struct, frozen=True):
    """Seconds from handing over a register to a committed reader having its alert in hand."""

    p50: float
    p99: float
    worst: float


@dataclass
class Tally:
    """Grows as records arrive. Times are in seconds since 1970."""

    alerts: list[Alert] = field(default_factory=list)
    dead_letters: Counter[str] = field(default_factory=Counter)
    stamps: dict[str, float] = field(default_factory=dict)  # by register id: when it was handed over
    arrivals: list[tuple[str, float]] = field(default_factory=list)
    refused: set[tuple[Origin, int | None, str]] = field(default_factory=set)  # of which a dead letter was counted

    def alert(self, alert: Alert, now: float) -> None:
        """Count an alert that was read at *now*."""
        self.alerts.append(alert)
        if alert.cause:
            self.arrivals.append((alert.cause.register_id, now))

    def dead_letter(self, letter: DeadLetter) -> None:
        """Count a dead letter by its reason; one that came twice, as may be, counts once."""
        which = (letter.origin, letter.mark, letter.reason)
        if which not in self.refused:
            self.refused.add(which)
            self.dead_letters[letter.reason] += 1

    def by_rule(self) -> dict[str, dict[str, int]]:
        """Return the number of alerts by rule and change, rules in order of the alphabet."""
        counts = Counter((alert.rule, alert.change) for alert in self.alerts)
        rules: dict[str, dict[str, int]] = {}
        for (rule, change), number in sorted(counts.items()):
            rules.setdefault(rule, {})[change] = number
        return rules

    def seconds(self) -> list[float]:
        """Return how long each alert took whose register was handed over here."""
        return [now - self.stamps[name] for name, now in self.arrivals if name in self.stamps]

    def latency(self) -> Latency | None:
        """Return the usual and the worst time to an alert; None where fewer than two were timed."""
        seconds = self.seconds()
        if len(seconds) < 2:  # noqa: PLR2004 - two points make a distribution
            return None
        cuts = quantiles(seconds, n=100, method="inclusive")
        return Latency(p50=round(cuts[49], 3), p99=round(cuts[98], 3), worst=round(max(seconds), 3))

    def taken_back(self) -> list[Alert]:
        """Return the changes of the alert with the longest story that a corrected register withdrew; or none."""
        gone = {a.alert_id for a in self.alerts if a.change == "withdrawn" and a.reason == "correction"}
        lives: dict[str, list[Alert]] = {}
        for alert in self.alerts:
            if alert.alert_id in gone:
                lives.setdefault(alert.alert_id, []).append(alert)
        return max(lives.values(), key=len, default=[])
