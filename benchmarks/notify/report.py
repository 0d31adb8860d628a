"""What a run of the notifiers says: a table for the terminal, JSON for later, Markdown for the documentation."""

from dataclasses import asdict, dataclass
from datetime import datetime
from statistics import median
from typing import Any

from rich.table import Table

from benchmarks.machine import Machine
from benchmarks.notify.side import Speed

_HEADS = ("side", "alerts/s (median)", "slowest to fastest", "CPU ms/alert", "p50 ms", "p99 ms", "held to")


@dataclass(frozen=True)
class Report:
    """A run that is done: every number passed its gate. `missing` says why there is no rival, where there is none."""

    began: datetime
    command: str
    machine: Machine
    results: list[Speed]
    missing: str = ""

    def rows(self) -> list[tuple[str, ...]]:
        """Give a row a side, medians over its rounds."""
        sides = dict.fromkeys(each.side for each in self.results)
        return [_row([each for each in self.results if each.side == side]) for side in sides]

    def words(self) -> list[str]:
        """Say what was run, on what."""
        one = self.results[0]
        rounds = sum(each.side == one.side for each in self.results)
        what = (
            f"{one.alerts:,} alerts at once, then {one.trickle:,} at {one.rate:g} a second, each to four local "
            f"webhooks as a message of its own, nothing waited for; rounds: {rounds}, the sides taking turns; "
            f"{self.began:%Y-%m-%d}"
        )
        return [what, self.machine.words(), *([self.missing] if self.missing else []), f"command: {self.command}"]

    def table(self) -> Table:
        """Give the table for a terminal."""
        table = Table(*_HEADS, title="The notifier, measured")
        for row in self.rows():
            table.add_row(*row)
        return table

    def markdown(self) -> str:
        """Give the table and the words for a page."""
        rows = [_HEADS, ("---",) * len(_HEADS), *self.rows()]
        lines = ["| " + " | ".join(row) + " |" for row in rows]
        return "\n".join([*lines, "", *(f"* {words}" for words in self.words())])

    def data(self) -> dict[str, Any]:
        """Give everything, for JSON."""
        return {
            "began": self.began.isoformat(timespec="seconds"),
            "command": self.command,
            "machine": asdict(self.machine),
            "results": [asdict(each) for each in self.results],
        }


def _row(speeds: list[Speed]) -> tuple[str, ...]:
    rates = [each.per_second for each in speeds]
    return (
        speeds[0].side,
        f"{median(rates):,.0f}",
        f"{min(rates):,.0f} to {max(rates):,.0f}",
        f"{median(1e3 * each.cpu / each.alerts for each in speeds):.2f}",
        f"{median(each.p50_ms for each in speeds):.1f}",
        f"{median(each.p99_ms for each in speeds):.1f}",
        speeds[-1].held,
    )
