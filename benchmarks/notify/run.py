"""`python -m benchmarks.notify.run`: both notifiers in turn, some rounds, and a report. `make bench-notify` runs it."""

import json
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import click
from rich.console import Console

from benchmarks.machine import Machine
from benchmarks.notify import alertmanager, firstbell
from benchmarks.notify.alerts import alerts
from benchmarks.notify.report import Report
from benchmarks.notify.running import receivers
from benchmarks.notify.side import Receivers, Side, Speed, measure
from benchmarks.report import write_docs
from benchmarks.run import PAGE, RESULTS
from streams.errors import FirstbellError

Say = Callable[[str], object]

_MARK = "bench-notify"
_MISSING = "no rival: Alertmanager is not installed (Debian: apt-get install prometheus-alertmanager)"


def once(directory: Path, burst: int, trickle: int, rate: float, say: Say) -> list[Speed]:
    """Do one round: our side, then the rival where it is to be had, each with receivers of its own.

    Raises:
        Mismatch: an alert did not come everywhere, and there is no number.
        TooSlowError: a side did not come to its end. ChildGone: something ended.
    """
    today = datetime.now(UTC).date().isoformat()  # an older cause is not news

    def measured(side: Side, found: Receivers) -> Speed:
        speed = measure(side, found, alerts(burst, today), alerts(trickle, today, burst), rate)
        say(f"{speed.side}: {speed.per_second:,.0f} alerts/s; p99 {speed.p99_ms:.1f} ms; {speed.held}")
        return speed

    directory.mkdir()
    speeds = []
    with receivers(directory / "hooks.log") as found, firstbell.running(found, directory / "firstbell") as ours:
        speeds.append(measured(ours, found))
    if program := alertmanager.find():
        with (
            receivers(directory / "rival-hooks.log") as found,
            alertmanager.running(program, found, directory / "alertmanager") as rival,
        ):
            speeds.append(measured(rival, found))
    return speeds


@click.command(context_settings={"show_default": True})
@click.option("--alerts", "burst", default=5_000, help="Alerts given at once.")
@click.option("--trickle", default=300, help="Alerts given one by one after that.")
@click.option("--rate", default=10.0, help="Of these, so many a second.")
@click.option("--rounds", default=3, help="How often each side runs.")
@click.option("--write-docs", "docs", is_flag=True, help="Write the table into docs/benchmarks.md.")
def main(*, burst: int, trickle: int, rate: float, rounds: int, docs: bool) -> None:
    """Measure `firstbell notify` beside Alertmanager: alerts/s to four webhooks, and milliseconds to the first."""
    console = Console()
    machine, began = Machine.here(), datetime.now(UTC)
    results: list[Speed] = []
    with tempfile.TemporaryDirectory(prefix="firstbell-bench-") as directory:
        for number in range(rounds):
            results += once(Path(directory, f"round-{number}"), burst, trickle, rate, console.log)
    missing = "" if alertmanager.find() else _MISSING
    report = Report(began, " ".join(["python -m benchmarks.notify.run", *sys.argv[1:]]), machine, results, missing)
    console.print(report.table(), *report.words(), sep="\n")
    RESULTS.mkdir(parents=True, exist_ok=True)
    file = RESULTS / f"notify-{began:%Y%m%d-%H%M%S}.json"
    file.write_text(json.dumps(report.data(), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    console.print(f"written: {file.name}")
    if docs:
        write_docs(PAGE, report.markdown(), _MARK)


if __name__ == "__main__":
    try:
        main()
    except (FirstbellError, ValueError) as error:
        sys.exit(f"no result: {error}")
