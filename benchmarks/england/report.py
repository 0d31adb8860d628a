"""What a run says: the ratios first, then every side's table, what it was run on, and the rules that each side does."""

from dataclasses import asdict, dataclass
from datetime import datetime
from statistics import median
from typing import Any, NamedTuple

import msgspec
from rich.table import Table

from benchmarks.england.plan import OURS, PLAIN_FAUST, Plan
from benchmarks.england.rounds import Kept
from benchmarks.machine import Machine
from benchmarks.result import Summary

GOAL = 138_000  # marks a second: England's morning in a minute
_WANTED = {PLAIN_FAUST: 50, "quix": 3, "kafka-streams": 3}  # times, where a target was set
_HEADS = (
    "side",
    "ours is … times",
    "marks/s (median)",
    "slowest to fastest",
    "CPU µs/mark",
    "marks",
    "rules",
    "held to",
)
_RULES = {OURS: "the whole book", PLAIN_FAUST: "persistent absence"}
_TWO = "persistent absence, unauthorised 10-in-10"


class Ratio(NamedTuple):
    """How many times as fast we are as a side: the median over the rounds, the least and the most."""

    times: float
    least: float
    most: float


@dataclass(frozen=True)
class Report:
    """A run that is done: every result passed its gate."""

    began: datetime
    command: str
    machine: Machine
    plan: Plan
    kept: list[Kept]

    def summaries(self) -> dict[str, Summary]:
        """Give one summary a side that ran, in the order of the plan."""
        by_side = {side: [each.result for each in self.kept if each.side == side] for side in self.plan.sides}
        return {side: Summary.of(results) for side, results in by_side.items() if results}

    def ratio(self, side: str) -> Ratio | None:
        """Compare with *side*, round by round; None where one of the two did not run."""
        rates = {(each.round, each.side): each.result.rate for each in self.kept}
        pairs = [(rates.get((number, OURS)), rates.get((number, side))) for number in range(self.plan.rounds)]
        times = [ours / theirs for ours, theirs in pairs if ours and theirs]
        return Ratio(median(times), min(times), max(times)) if times and side != OURS else None

    def words(self) -> list[str]:
        """Say how the sides compare, what was run, and on what."""
        plan = self.plan
        history = f"{plan.history} sessions of history in every ledger" if plan.history else "no history"
        what = (
            f"{plan.pupils:,} pupils, {history}; registers of 30 marks, 2 % of marks amend another; "
            f"{plan.warm} sessions before the clock and {plan.sessions} under it; ours has {plan.workers} workers; "
            f"plain Faust has {plan.faust_pupils:,} pupils and begins with none; "
            f"rounds: {plan.rounds}, the sides taking turns; seed {plan.seed}; {self.began:%Y-%m-%d}"
        )
        return [*self._against(), what, self.machine.words(), f"command: {self.command}"]

    def _against(self) -> list[str]:
        ours = self.summaries().get(OURS)
        if ours is None:
            return []
        goal = f"{ours.rate:,.0f} marks/s: {ours.rate / GOAL:.2f} of the goal of {GOAL:,}"
        ratios = [(side, ratio) for side in _WANTED if (ratio := self.ratio(side))]
        return [goal, *(f"{_times(ratio)} {side} (wanted: {_WANTED[side]})" for side, ratio in ratios)]

    def rows(self) -> list[tuple[str, ...]]:
        """Give the cells of the table."""
        return [self._cells(side, summary) for side, summary in self.summaries().items()]

    def _cells(self, side: str, summary: Summary) -> tuple[str, ...]:
        ratio = self.ratio(side)
        return (
            summary.side,
            _times(ratio) if ratio else "",
            f"{summary.rate:,.0f}",
            f"{summary.slowest:,.0f} to {summary.fastest:,.0f}",
            f"{summary.cpu_us:.1f}",
            f"{summary.marks:,}",
            _RULES.get(side, _TWO),
            summary.gate,
        )

    def table(self) -> Table:
        """Give the table for a terminal."""
        table = Table(*_HEADS, title="England's morning, measured")
        for cells in self.rows():
            table.add_row(*cells)
        return table

    def markdown(self) -> str:
        """Give the table and the words for a page."""
        lines = ["| " + " | ".join(row) + " |" for row in [_HEADS, ("---",) * len(_HEADS), *self.rows()]]
        return "\n".join(["![marks a second, by side](england.svg)", "", *lines, "", *(f"* {w}" for w in self.words())])

    def data(self) -> dict[str, Any]:
        """Give everything, for JSON."""
        ratios = {side: ratio._asdict() for side in self.plan.sides if (ratio := self.ratio(side))}
        return {
            "began": self.began.isoformat(timespec="seconds"),
            "command": self.command,
            "machine": asdict(self.machine),
            "plan": asdict(self.plan),
            "times_as_fast_as": ratios,
            "summaries": {side: asdict(summary) for side, summary in self.summaries().items()},
            "results": msgspec.to_builtins(self.kept),
        }


def _times(ratio: Ratio) -> str:
    return f"{ratio.times:.1f} ({ratio.least:.1f} to {ratio.most:.1f})"
