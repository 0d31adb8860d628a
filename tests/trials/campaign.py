"""Many trials, one after the other: resumable, each result appended, and a page of what they gave."""

import json
import os
import subprocess
from collections.abc import Callable
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


@dataclass(frozen=True)
class Files:
    """Where it is written: *records* a folder for each seed, *results* a line for each trial, *page* for people."""

    records: Path
    results: Path
    page: Path


def run_campaign(seeds: range, files: Files, say: Say, *, again: bool = False) -> int:
    """Do the trials of those *seeds* that have no result yet, writing the page after each.

    With *again*, also those in whose last trial something was found. Give the exit code: 1 where anything was found.
    """
    files.records.mkdir(parents=True, exist_ok=True)
    for seed in seeds:
        before = last(files.results).get(seed)
        if before is None or (again and before.findings):
            try:
                _do(seed, files, say)
            except NoBrokerError as error:  # no trial took place
                say(f"seed {seed}: not done: {error}")
    results = [result for seed, result in sorted(last(files.results).items()) if seed in seeds]
    return 1 if any(result.findings for result in results) else 0


def _do(seed: int, files: Files, say: Say) -> None:
    result = trial(seed, files.records / f"seed-{seed}")
    with files.results.open("a") as appended:
        appended.write(json.dumps(asdict(result)).replace(f"{files.records}/", "") + "\n")
    write_page(files.page, sorted(last(files.results).values(), key=lambda one: one.seed))
    said = "; ".join(result.findings) or "all held"
    say(f"seed {seed}: {', '.join(result.kinds)}: {said} ({result.seconds:.0f} s)")


def last(file: Path) -> dict[int, Result]:
    """Give the last result of each seed in *file*, if there is one."""
    lines = file.read_text().splitlines() if file.exists() else []
    entries: list[dict[str, Any]] = [json.loads(line) for line in lines]
    return {entry["seed"]: Result(**entry) for entry in entries}


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


def _longer(one: float | None, other: float | None) -> float | None:
    return None if one is None or other is None else max(one, other)


def _commit() -> str:
    done = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False)
    return done.stdout.strip() or "?"
