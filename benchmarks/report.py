"""What a run says: a table for the terminal, JSON for later, Markdown for the documentation."""

import re
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from rich.table import Table

from benchmarks.machine import Machine
from benchmarks.plan import Plan
from benchmarks.result import Result, Summary

_HEADS = ("side", "marks", "marks/s (median)", "slowest to fastest", "CPU µs/mark", "held to")


@dataclass(frozen=True)
class Report:
    """A run that is done: every result passed its gate."""

    began: datetime
    command: str
    machine: Machine
    plan: Plan
    results: list[Result]

    def summaries(self) -> list[Summary]:
        """Give one summary a side, in the order in which the sides ran."""
        sides = dict.fromkeys(result.side for result in self.results)
        return [Summary.of([result for result in self.results if result.side == side]) for side in sides]

    def words(self) -> list[str]:
        """Say what was run, on what, and how the sides compare."""
        plan = self.plan
        history = f", {plan.history} sessions of history before the clock starts" if plan.history else ""
        first = (
            f"{plan.pupils:,} pupils, registers of 30 marks from {plan.start}{history}; seed {plan.seed}; "
            f"rounds: {plan.rounds}, the sides taking turns; {self.began:%Y-%m-%d}"
        )
        return [first, self.machine.words(), *self._ratio(), f"command: {self.command}"]

    def _ratio(self) -> list[str]:
        rates = {summary.side: summary.rate for summary in self.summaries()}
        if not {"whole path", "plain Faust"} <= rates.keys():
            return []
        times = rates["whole path"] / rates["plain Faust"]
        return [f"marks a second, whole path (every rule, exactly once) over plain Faust (one rule): {times:.1f}"]

    def table(self) -> Table:
        """Give the table for a terminal."""
        table = Table(*_HEADS, title="Firstbell, measured")
        for summary in self.summaries():
            table.add_row(*_cells(summary))
        return table

    def markdown(self) -> str:
        """Give the table and the words for a page."""
        rows = [_HEADS, ("---",) * len(_HEADS), *(_cells(summary) for summary in self.summaries())]
        lines = ["| " + " | ".join(row) + " |" for row in rows]
        return "\n".join([*lines, "", *(f"* {words}" for words in self.words())])

    def data(self) -> dict[str, Any]:
        """Give everything, for JSON."""
        return {
            "began": self.began.isoformat(timespec="seconds"),
            "command": self.command,
            "machine": asdict(self.machine),
            "plan": asdict(self.plan) | {"start": self.plan.start.isoformat()},
            "summaries": [asdict(summary) for summary in self.summaries()],
            "results": [asdict(result) for result in self.results],
        }


def _cells(summary: Summary) -> tuple[str, ...]:
    return (
        summary.side,
        f"{summary.marks:,}",
        f"{summary.rate:,.0f}",
        f"{summary.slowest:,.0f} to {summary.fastest:,.0f}",
        f"{summary.cpu_us:.1f}",
        summary.gate,
    )


def write_docs(page: Path, text: str, mark: str = "bench") -> None:
    """Put *text* between the two *mark*s of *page*.

    Raises:
        ValueError: it has no such marks.
    """
    begin, end = f"<!-- {mark}:begin -->", f"<!-- {mark}:end -->"
    between = re.compile(f"(?<={re.escape(begin)}\n).*?(?={re.escape(end)})", re.DOTALL)
    written, found = between.subn(lambda _: f"{text}\n", page.read_text(encoding="utf-8"), count=1)
    if not found:
        raise ValueError(f"{page.name} has no markers {begin} and {end}")
    page.write_text(written, encoding="utf-8")
