"""The end of the demo: numbers, and whether live and replay agree. As text, and as data."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Self

import msgspec
from msgspec import Struct

from streams.contract.messages import Change
from streams.demo.hook import Heard
from streams.demo.offline import Offline, differences
from streams.demo.tally import Latency, Tally

MEASURED = "from handing over a register to a committed reader having its alert in hand"
CHANGES = ("raised", "eased", "reopened", "revised", "withdrawn")


class Told(Struct, frozen=True):
    """One message to a webhook about one alert: when it came (ISO 8601), and what it said."""

    at: str
    change: Change
    rule: str
    urn: int

    @classmethod
    def of(cls, heard: Heard) -> Self:
        """Make one of what was heard."""
        at = datetime.fromtimestamp(heard.at, UTC).isoformat(timespec="milliseconds")
        return cls(at, heard.alert.change, heard.alert.rule, heard.alert.urn)


class Summary(Struct, frozen=True):
    """What went in, what came out, how fast, and how the replay compares; `differences` is empty where they agree.

    `webhook`: what it was told of one alert, from its raise to its withdrawal; empty where it was not told both.
    """

    registers: int
    marks: int
    pupils: int
    alerts: dict[str, dict[str, int]]
    dead_letters: dict[str, int]
    latency_seconds: Latency | None
    seconds: float
    differences: list[str]
    webhook: list[Told]

    def holds(self) -> bool:
        """Whether all that the demo claims was seen."""
        return bool(self.webhook) and not self.differences


def summarise(lines: list[bytes], tally: Tally, offline: Offline, seconds: float, heard: Iterable[Heard]) -> Summary:
    """Put a finished run together: *lines* as sent, what *tally* saw, and what a replay gives instead.

    *seconds* are those from first register to last alert; *heard* is what a webhook was told of one alert.
    """
    return Summary(
        registers=len(lines),
        marks=sum(map(_marks, lines)),
        pupils=len(offline.years),
        alerts=tally.by_rule(),
        dead_letters=dict(sorted(tally.dead_letters.items())),
        latency_seconds=tally.latency(),
        seconds=round(seconds, 1),
        differences=differences(tally, offline),
        webhook=[Told.of(each) for each in heard],
    )


def _marks(line: bytes) -> int:
    try:
        register = msgspec.json.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return 0
    marks = register.get("marks") if isinstance(register, dict) else None
    return len(marks) if isinstance(marks, list) else 0


def in_words(summary: Summary) -> Iterator[str]:
    """Yield the lines of *summary*."""
    marks = f"{summary.marks:,} marks of {summary.pupils} pupils"
    yield f"{summary.registers:,} registers with {marks} in {summary.seconds} s."
    yield ""
    yield from _alerts(summary.alerts)
    yield ""
    refused = ", ".join(f"{number} {reason}" for reason, number in summary.dead_letters.items())
    yield f"Dead letters: {refused or 'none'}."
    yield _latency(summary.latency_seconds)
    yield from _webhook(summary.webhook)
    yield verdict(summary.differences)


def _alerts(alerts: dict[str, dict[str, int]]) -> Iterator[str]:
    yield f"{'Alerts':<36}" + "".join(f"{change:>11}" for change in CHANGES)
    for rule, counts in [*alerts.items(), ("all rules", _all(alerts.values()))]:
        yield f"  {rule:<34}" + "".join(f"{counts.get(change) or '':>11}" for change in CHANGES)


def _all(rules: Iterable[dict[str, int]]) -> dict[str, int]:
    rules = list(rules)
    return {change: sum(counts.get(change, 0) for counts in rules) for change in CHANGES}


def _latency(latency: Latency | None) -> str:
    if latency is None:
        return "Mark to alert: not measured."
    return f"Mark to alert: p50 {latency.p50} s, p99 {latency.p99} s ({MEASURED}; everything was sent at once)."


def _webhook(told: list[Told]) -> Iterator[str]:
    if not told:
        yield "The webhook was NOT told of an alert and then of its withdrawal."
        return
    first, last = told[0], told[-1]
    took = (datetime.fromisoformat(last.at) - datetime.fromisoformat(first.at)).total_seconds()
    yield f"The webhook was told of an alert, and {took:.1f} s later that it was taken back."


def verdict(differences: list[str]) -> str:
    """Say whether the live alerts, folded, equal those of the replay; where not, how they differ."""
    if not differences:
        return "The live alerts, folded, equal those of an offline replay of the same registers."
    return "The live alerts DIFFER from those of an offline replay of the same registers: " + "; ".join(differences)
