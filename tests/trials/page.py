"""docs/trials.md: the table of a campaign, put between two marks of the page; the rest of it is written by hand."""

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Protocol

BEGIN = "<!-- campaign: written by `make trials` -->"
END = "<!-- end of campaign -->"
_TOLD = 4  # findings of one trial; results.jsonl has all


class ResultLike(Protocol):
    """What is asked of a result."""

    @property
    def kinds(self) -> list[str]: ...
    @property
    def by_kind(self) -> dict[str, float | None]: ...
    @property
    def commit(self) -> str: ...

    lost: int
    doubled: int
    drift: int
    registers: int
    fail_stops: int
    aborted: int
    seed: int
    findings: list[str]
    load: float


def write_page(page: Path, results: Sequence[ResultLike]) -> None:
    """Put the table of *results* into *page*, in the place of the one before."""
    before, _, rest = page.read_text().partition(BEGIN)
    after = rest.partition(END)[2]
    page.write_text(f"{before}{BEGIN}\n\n{table(results)}\n{END}{after}")


def table(results: Sequence[ResultLike]) -> str:
    """Give the campaign in Markdown: fault kind, trials, lost, doubled, drift, worst recovery time; then findings."""
    kinds = sorted({kind for result in results for kind in result.kinds})
    rows = [_row(kind, [result for result in results if kind in result.kinds]) for kind in kinds]
    counted = Counter(result.commit for result in results)
    commits = ", ".join(f"{count} at {commit}" for commit, count in counted.items())
    facts = (
        f"{len(results)} trials ({commits}), the last of each seed: "
        f"{sum(r.registers for r in results):,} registers, {sum(r.fail_stops for r in results)} fail-stops, "
        f"{sum(r.aborted for r in results):,} alerts in aborted transactions that no committed reader saw. "
        f"{sum(not r.findings for r in results)} held in all; {sum(bool(r.findings) for r in results)} did not."
    )
    head = "| fault | trials | lost | doubled | drift | worst recovery, s |\n|---|---|---|---|---|---|"
    return "\n".join([facts, "", head, *rows, "", *_findings(results)])


def _row(kind: str, results: Sequence[ResultLike]) -> str:
    lost, doubled, drift = (sum(getattr(result, name) for result in results) for name in ("lost", "doubled", "drift"))
    times = [result.by_kind.get(kind) for result in results]
    known = [time for time in times if time is not None]
    worst = f"{max(known):.0f}" if known else "-"
    missing = f" ({len(times) - len(known)} never)" if len(known) < len(times) else ""
    return f"| {kind} | {len(results)} | {lost} | {doubled} | {drift} | {worst}{missing} |"


def _findings(results: Iterable[ResultLike]) -> list[str]:
    found = [
        f"* seed {result.seed} at {result.commit}, load {result.load:.0f}: {_some(result.findings)}"
        for result in results
        if result.findings
    ]
    return ["Findings:", "", *found, ""] if found else []


def _some(findings: Sequence[str]) -> str:
    more = len(findings) - _TOLD
    return "; ".join([*findings[:_TOLD], *([f"and {more} more"] if more > 0 else [])])
