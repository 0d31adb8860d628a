"""`python -m benchmarks.england.run`: an authority's mornings, by every side in turn. `make bench-england` runs it."""

import json
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from benchmarks.england import picture
from benchmarks.england.authority import HALF_YEAR, LARGEST
from benchmarks.england.inputs import Inputs
from benchmarks.england.ledgers import CACHE
from benchmarks.england.plan import OURS, PLAIN_FAUST, Plan, quick
from benchmarks.england.report import Report
from benchmarks.england.rounds import run
from benchmarks.machine import Machine
from benchmarks.report import write_docs
from benchmarks.rivals.field import FIELD
from benchmarks.run import PAGE, RESULTS
from streams.errors import FirstbellError

SIDES = (OURS, *FIELD, PLAIN_FAUST)
RUNS = CACHE / "runs"
_MARK = "bench-england"


@click.command(context_settings={"show_default": True})
@click.option("--pupils", default=LARGEST, help="Children of the authority.")
@click.option("--history", default=HALF_YEAR, help="Sessions in every ledger before the clock starts.")
@click.option("--warm", default=3, help="Sessions of all children before the clock starts.")
@click.option(
    "--sessions",
    default=20,
    help="Sessions of all children under the clock: so many that everybody's commit interval hardly counts.",
)
@click.option("--faust-pupils", default=1_000, help="Children in plain Faust's log.")
@click.option("--faust-marks", default=30_000, help="Marks in plain Faust's log, about.")
@click.option("--seed", default=1, help="Another seed gives another authority.")
@click.option("--workers", default=2, help="How many `firstbell worker` share the partitions: one a core.")
@click.option("--rounds", default=5, help="How often each side runs.")
@click.option("--only", multiple=True, type=click.Choice(SIDES), help="This side; may be repeated. All, if not given.")
@click.option("--without", multiple=True, type=click.Choice(SIDES), help="Not this side; may be repeated.")
@click.option("--resume", is_flag=True, help="Go on with the same plan where it was cut off.")
@click.option(
    "--quick", "small", is_flag=True, help="A few hundred children, to see the gates work; times mean nothing."
)
@click.option("--write-docs", "docs", is_flag=True, help="Write table and picture into docs/.")
def main(
    *,
    only: tuple[str, ...],
    without: tuple[str, ...],
    resume: bool,
    small: bool,
    docs: bool,
    **options: Any,  # noqa: ANN401 - click gives what the options say
) -> None:
    """Measure one authority in mid-year through Firstbell and through what else could be picked, on a real Kafka.

    Each number is behind a gate: our alerts and stored states are those of a replay from the same ledgers, and a
    rival's children are ours for the rules that it does.

    \b
    python -m benchmarks.england.run --quick
    python -m benchmarks.england.run --only firstbell --only kafka-streams --rounds 1
    python -m benchmarks.england.run --resume --write-docs
    """  # noqa: D301 - click reads the \b
    sides = tuple(side for side in only or SIDES if side not in without)
    plan = Plan(sides=sides, **options)
    plan = quick(plan) if small else plan
    console = Console()
    kept = RUNS / f"{plan.name}.jsonl"
    kept.parent.mkdir(parents=True, exist_ok=True)
    if not resume:
        kept.unlink(missing_ok=True)
    machine, began = Machine.here(), datetime.now(UTC)
    with tempfile.TemporaryDirectory(prefix="firstbell-bench-") as directory:
        done = run(plan, Inputs(plan, Path(directory), console.log), kept, console.log)
    report = Report(began, _command(), machine, plan, done)
    console.print(*report.words(), report.table(), f"written: {_write_json(report)}", sep="\n")
    if docs:
        picture.draw(report.summaries().values(), PAGE.with_name("england.svg"))
        write_docs(PAGE, report.markdown(), _MARK)


def _command() -> str:
    return " ".join(["python -m benchmarks.england.run", *sys.argv[1:]])


def _write_json(report: Report) -> str:
    RESULTS.mkdir(parents=True, exist_ok=True)
    file = RESULTS / f"england-{report.began:%Y%m%d-%H%M%S}.json"
    file.write_text(json.dumps(report.data(), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return file.name


if __name__ == "__main__":
    try:
        main()
    except (FirstbellError, ValueError) as error:
        sys.exit(f"no result: {error}")
