"""Many trials, one after the other: resumable, each result appended, and a page of what they gave."""

import json
import os
import subprocess
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tests.support.broker import NoBrokerError
from tests.trials import recovery
from tests.trials.page import write_page
from tests.trials.plan import trial_of
from tests.trials.run import forget, run

Say = Callable[[str], object]


@dataclass(frozen=True, kw_only=True)
class Result:
    """What one trial gave. *commit*: the code that it ran."""

    seed: int
    commit: str
    kinds: list[str]
    workers: int
    partitions: int
    registers: int
    seconds: float
    lost: int
    doubled: int
    drift: int
    recovery: float | None
    by_kind: dict[str, float | None]
    fail_stops: int
    aborted: int
    findings: list[str]
    load: float = 0.0
    """The machine's load at the end, an average of five minutes: trials measure time, and share their cores."""


def run_campaign(seeds: range, records: Path, page: Path, say: Say) -> int:
    """Do the trials of those *seeds* that are not in the file of results yet, writing *page* after each.

    Give the exit code: 1 where anything was found.
    """
    records.mkdir(parents=True, exist_ok=True)
    file = records / "results.jsonl"
    for seed in seeds:
        if seed not in {result.seed for result in read(file)}:
            try:
                _do(seed, records, file, say)
            except NoBrokerError as error:  # no trial took place
                say(f"seed {seed}: not done: {error}")
            write_page(page, _of(seeds, file))
    results = _of(seeds, file)
    write_page(page, results)
    return 1 if any(result.findings for result in results) else 0


def _do(seed: int, records: Path, file: Path, say: Say) -> None:
    result = trial(seed, records / f"seed-{seed}")
    with file.open("a") as appended:
        appended.write(json.dumps(asdict(result)) + "\n")
    said = "; ".join(result.findings) or "all held"
    say(f"seed {seed}: {', '.join(result.kinds)}: {said} ({result.seconds:.0f} s)")


def _of(seeds: range, file: Path) -> list[Result]:
    return [result for result in read(file) if result.seed in seeds]


def trial(seed: int, folder: Path) -> Result:
    """Do one; its record stays where something was found."""
    if folder.exists():
        forget(folder)  # of one that was interrupted
    history, verdict = run(trial_of(seed), folder)
    by_kind: dict[str, float | None] = {}
    for span in history.spans:
        by_kind[span.kind] = _longer(by_kind.get(span.kind, 0.0), recovery.recovery(history, span))
    if not verdict.findings:
        forget(folder)
    return Result(
        seed=seed,
        commit=_commit(),
        kinds=[str(kind) for kind in history.trial.kinds],
        workers=history.trial.workers,
        partitions=history.trial.partitions,
        registers=len(history.registers),
        seconds=history.samples[-1].at if history.samples else 0.0,
        lost=verdict.lost,
        doubled=verdict.doubled,
        drift=verdict.drift,
        recovery=recovery.worst(history),
        by_kind=by_kind,
        fail_stops=sum(end.code == 70 for end in history.exits),
        aborted=len(history.aborted_too) - len(history.alerts),
        findings=[f"{finding.check}: {finding.text}" for finding in verdict.findings],
        load=round(os.getloadavg()[1], 1),
    )


def read(file: Path) -> Iterable[Result]:
    """Give the results of *file*, if there is one."""
    lines = file.read_text().splitlines() if file.exists() else []
    entries: list[dict[str, Any]] = [json.loads(line) for line in lines]
    return [Result(**entry) for entry in entries]


def _longer(one: float | None, other: float | None) -> float | None:
    return None if one is None or other is None else max(one, other)


def _commit() -> str:
    done = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False)
    return done.stdout.strip() or "?"
