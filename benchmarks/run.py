"""`python -m benchmarks.run`: every side in turn, some rounds, and a report. What `make bench` runs."""

import json
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from benchmarks import log as logs
from benchmarks.calendar import FIRST_DAY
from benchmarks.log import Log
from benchmarks.machine import Machine
from benchmarks.plain_faust_speed import plain_faust_speed
from benchmarks.plan import Plan, quick
from benchmarks.replay_speed import replay_speed
from benchmarks.report import Report, write_docs
from benchmarks.result import Result
from benchmarks.whole_path import whole_path
from streams.errors import FirstbellError
from tests.support.broker import FULL_SPEED, Broker

HERE = Path(__file__).parent
RESULTS = HERE / "results"
PAGE = HERE.parent / "docs" / "benchmarks.md"

Say = Callable[[str], object]


def measure(plan: Plan, directory: Path, say: Say, profile: Path | None = None) -> list[Result]:
    """Do *plan*: in each round `firstbell replay`, the whole path, the rival, each on a broker of its own.

    Raises:
        Mismatch: a gate did not hold, and there is no number. Other FirstbellError: a side did not come to its end.
        ValueError: the school year has too few sessions.
    """
    log = logs.write(plan.workload(), plan.history, directory, "log")
    rival = logs.write(plan.rival_workload(), 0, directory, "rival") if plan.rival else None
    say(f"the log: {log.measured.registers:,} registers with {log.measured.marks:,} marks")
    results = []
    for number in range(plan.rounds):
        results += _round(log, rival, directory / f"round-{number}", say, profile)
    return results


def _round(log: Log, rival: Log | None, directory: Path, say: Say, profile: Path | None) -> list[Result]:
    directory.mkdir()
    replayed, expected = replay_speed(log, directory / "alerts.jsonl")
    results = [_said(replayed, say)]
    with Broker(directory / "kafka", jvm=FULL_SPEED) as kafka:
        results.append(_said(whole_path(kafka.bootstrap, log, expected, directory, profile), say))
    if rival:
        with Broker(directory / "rival-kafka", jvm=FULL_SPEED) as kafka:
            results.append(_said(plain_faust_speed(kafka.bootstrap, rival, directory), say))
    return results


def _said(result: Result, say: Say) -> Result:
    say(f"{result.side}: {result.marks:,} marks in {result.timing.wall:.1f} s, {result.rate:,.0f}/s; {result.gate}")
    return result


@click.command(context_settings={"show_default": True})
@click.option("--pupils", default=50_000, help="Children in the log.")
@click.option("--marks", default=1_500_000, help="Marks under the clock, about.")
@click.option("--history", default=0, help="Sessions taken before the clock starts.")
@click.option("--start", default=FIRST_DAY.isoformat(), help="First school day; 2025-01-06 begins in mid-year.")
@click.option("--seed", default=1, help="Another seed gives another log.")
@click.option("--rounds", default=3, help="How often each side runs.")
@click.option("--rival-pupils", default=2_500, help="Children in the rival's log.")
@click.option("--rival-marks", default=60_000, help="Marks in the rival's log, about.")
@click.option("--rival/--no-rival", default=True, help="Measure plain Faust too.")
@click.option("--quick", "small", is_flag=True, help="A few thousand marks, to see the gates work; times mean nothing.")
@click.option("--write-docs", "docs", is_flag=True, help="Write the table into docs/benchmarks.md.")
@click.option("--output", type=click.Path(path_type=Path, file_okay=False), help="Where JSON goes: benchmarks/results.")
@click.option("--profile", type=click.Path(path_type=Path, dir_okay=False), help="Write the worker's cProfile here.")
def main(*, start: str, small: bool, docs: bool, output: Path | None, profile: Path | None, **options: Any) -> None:  # noqa: ANN401 - click gives what the options say
    """Measure Firstbell on a real Kafka, beside a plain-Faust program, with a gate on every number."""
    plan = Plan(start=date.fromisoformat(start), **options)
    console = Console()
    machine, began = Machine.here(), datetime.now(UTC)
    with tempfile.TemporaryDirectory(prefix="firstbell-bench-") as directory:
        results = measure(quick(plan) if small else plan, Path(directory), console.log, profile)
    report = Report(began, _command(), machine, quick(plan) if small else plan, results)
    console.print(report.table(), *report.words(), sep="\n")
    console.print(f"written: {_write_json(report, output or RESULTS)}")
    if docs:
        write_docs(PAGE, report.markdown())


def _command() -> str:
    return " ".join(["python -m benchmarks.run", *sys.argv[1:]])


def _write_json(report: Report, directory: Path) -> str:
    directory.mkdir(parents=True, exist_ok=True)
    file = directory / f"{report.began:%Y%m%d-%H%M%S}.json"
    file.write_text(json.dumps(report.data(), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return file.name


if __name__ == "__main__":
    try:
        main()
    except (FirstbellError, ValueError) as error:
        sys.exit(f"no result: {error}")
