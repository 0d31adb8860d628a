"""What one measure found, and how it is told: on the terminal, as JSON, and in the documentation."""

import json
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.machine import Machine
from benchmarks.report import write_docs
from benchmarks.run import PAGE, RESULTS

Say = Callable[[str], object]

__all__ = ["PAGE", "Finding", "Say", "Told", "publish"]


@dataclass(frozen=True, kw_only=True)
class Finding:
    """A table, words below it, and the numbers for JSON. It exists only where its gate held, which `gate` tells."""

    heads: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]
    gate: str
    words: list[str] = field(default_factory=list)
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Told:
    """A finding with what it was found on, when, by which command, and how long that took (s)."""

    part: str
    began: datetime
    took: float
    command: str
    machine: Machine
    finding: Finding

    def words(self) -> list[str]:
        """Say what the table does not."""
        found = self.finding
        when = f"gate: {found.gate}; {self.began:%Y-%m-%d}, {self.took:.0f} s in all"
        return [*found.words, when, self.machine.words(), f"command: {self.command}"]

    def table(self) -> Table:
        """Give the table for a terminal."""
        table = Table(*self.finding.heads, title=f"England's morning: {self.part}")
        for row in self.finding.rows:
            table.add_row(*row)
        return table

    def markdown(self) -> str:
        """Give table and words for a page."""
        heads = self.finding.heads
        rows = [heads, ("---",) * len(heads), *self.finding.rows]
        lines = ["| " + " | ".join(row) + " |" for row in rows]
        return "\n".join([*lines, "", *(f"* {words}" for words in self.words())])

    def data(self) -> dict[str, Any]:
        """Give everything, for JSON."""
        return {
            "part": self.part,
            "began": self.began.isoformat(timespec="seconds"),
            "took": round(self.took, 1),
            "command": self.command,
            "machine": asdict(self.machine),
            **asdict(self.finding),
        }


def publish(part: str, measure: Callable[[Path, Say], Finding], *, docs: bool) -> None:
    """Do *measure* in a folder that is thrown away; print what it found, write it as JSON, and with *docs* to the page.

    Raises:
        FirstbellError: a gate did not hold, or something ended or hung, and there is no number.
    """
    console, machine = Console(), Machine.here()
    began, clock = datetime.now(UTC), time.monotonic()
    with tempfile.TemporaryDirectory(prefix="firstbell-bench-") as directory:
        finding = measure(Path(directory), console.log)
    command = " ".join(["python -m benchmarks.measures", *sys.argv[1:]])
    took = time.monotonic() - clock
    told = Told(part=part, began=began, took=took, command=command, machine=machine, finding=finding)
    console.print(told.table(), *told.words(), sep="\n")
    console.print(f"written: {_write_json(told)}")
    if docs:
        write_docs(PAGE, told.markdown(), f"bench-{part}")


def _write_json(told: Told) -> str:
    RESULTS.mkdir(parents=True, exist_ok=True)
    file = RESULTS / f"{told.part}-{told.began:%Y%m%d-%H%M%S}.json"
    file.write_text(json.dumps(told.data(), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return file.name
