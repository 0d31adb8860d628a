"""The notifier under faults, on a real Kafka and a real Redis: what was tried, lost, doubled, wrong.

    python -m benchmarks.notify.faults [--trials 3] [--burst 10000]

Every trial has topics, a Redis and a receiver of its own. Alerts are raised, the fault comes, then all are withdrawn.
In the last row a mass absence holds back the alerts of its pupils, and is then taken back: what of them came before is
wrong.
lost: a change that should have come and did not. doubled: one that came again, with the same id and the same bytes.
wrong: the same id with other bytes, the same change by two ids, or changes in the wrong order.
"""

import tempfile
from collections.abc import Callable
from pathlib import Path

import click

from benchmarks.notify.trial import WITHIN, Count, Trial, installation, mass_absence
from tests.support.broker import Broker
from tests.support.waiting import until

_FEW = 20  # alerts a trial
_MUTES = """
[[inhibit]]
name = "mass"
source = { rule = ["mass-absence"] }
target = { pupils = true }
equal = ["urn", "session"]
decides = "1s"
"""


def killed(point: str) -> Callable[[Trial], None]:
    """Make the fault of a notifier killed at *point* of its first send, another taking over."""

    def fault(trial: Trial) -> None:
        with trial.notifier(point) as doomed:
            doomed.until_ready(within=WITHIN)
            trial.raise_(_FEW)
            until(lambda: not doomed.running, WITHIN)
        with trial.notifier() as after:
            after.until_ready(within=WITHIN)
            trial.until_raises_came()
            trial.withdraw()
            trial.until_all_came()

    return fault


def meanwhile(fault: Callable[[Trial], None], number: int = _FEW) -> Callable[[Trial], None]:
    """Make a fault that comes while two notifiers work, between raises, and again between withdrawals."""

    def run(trial: Trial) -> None:
        with trial.notifier() as one, trial.notifier() as two:
            one.until_ready(within=WITHIN)
            two.until_ready(within=WITHIN)
            trial.running = [one, two]
            trial.raise_(number // 2)
            fault(trial)
            trial.raise_(number - number // 2)
            trial.until_raises_came()
            trial.withdraw()
            fault(trial)
            trial.until_all_came()

    return run


def of_a_mass_absence(number: int) -> Callable[[Trial], None]:
    """Make a trial of so many alerts at once that one at their school holds back, until it is taken back."""

    def run(trial: Trial) -> None:
        trial.file.write_text(trial.file.read_text() + _MUTES)
        with trial.notifier() as one, trial.notifier() as two:
            one.until_ready(within=WITHIN)
            two.until_ready(within=WITHIN)
            trial.running = [one, two]
            trial.publish_raises(mass := [mass_absence()])
            trial.until_raises_came()
            trial.raise_(number)
            trial.until_held_back(number)
            trial.too_early = len({told for got in trial.hook.got for told in got.told}) - len(mass)
            trial.withdraw(mass)
            trial.until_raises_came()
            trial.withdraw(trial.raised[len(mass) :])
            trial.until_all_came()

    return run


def _restart_redis(trial: Trial) -> None:
    trial.redis.kill()
    trial.redis.start()


def _nothing(_: Trial) -> None:
    """No fault."""


@click.command()
@click.option("--trials", default=3, help="Trials of each fault.")
@click.option("--burst", default=10_000, help="Alerts at once in the last row; 0 leaves it out.")
@click.option("--only", default="", help="Only faults with this in their name.")
def main(trials: int, burst: int, only: str) -> None:
    """Try every fault and print a table."""
    faults: dict[str, Callable[[Trial], None]] = {
        "kill -9 after the intent, before the send": killed("before-send"),
        "kill -9 after the send, before its record": killed("before-record"),
        "kill -9 after the record, before Redis knows": killed("after-record"),
        "FLUSHALL, twice, two notifiers at work": meanwhile(lambda trial: trial.redis.wipe()),
        "Redis killed and started empty, twice": meanwhile(_restart_redis),
        "Kafka restarted, twice": meanwhile(lambda trial: trial.kafka.restart()),
    }
    click.echo("| fault | trials | tried | lost | doubled, same id | wrong |\n| --- | --- | --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory() as folder, Broker(Path(folder) / "kafka") as kafka:
        for name, fault in faults.items():
            if only in name:
                _row(kafka, name, fault, trials)
        if burst:
            _row(kafka, f"none: {burst:,} alerts at once", meanwhile(_nothing, burst), 1)
            _row(kafka, f"none: {burst:,} alerts at once of one mass absence", of_a_mass_absence(burst), 1)


def _row(kafka: Broker, name: str, fault: Callable[[Trial], None], trials: int) -> None:
    count = Count()
    for _ in range(trials):
        with installation(kafka) as trial:
            fault(trial)
            count.add(trial)
    cells = (count.trials, count.tried, count.lost, count.doubled, count.wrong)
    click.echo(f"| {name} | " + " | ".join(f"{each:,}" for each in cells) + " |")


if __name__ == "__main__":
    main()
