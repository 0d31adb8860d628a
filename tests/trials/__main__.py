"""`python -m tests.trials`: what `make trials` runs. See docs/trials.md."""

import sys
from pathlib import Path

import click

from tests.support import jars
from tests.trials import campaign
from tests.trials.plan import Kind, trial_of
from tests.trials.run import forget, run

ROOT = Path(__file__).parents[2]
RECORDS = ROOT / ".cache" / "trials"
RESULTS = Path(__file__).with_name("results.jsonl")
PAGE = ROOT / "docs" / "trials.md"


@click.command()
@click.option("--seed", type=int, help="Do the trial of this seed alone, and keep its record.")
@click.option(
    "--number", "-n", type=int, default=10, show_default=True, help="Do the seeds below N, or go on doing them."
)
@click.option("--from", "first", type=int, default=0, show_default=True, help="The first seed: two may do half each.")
@click.option("--again", is_flag=True, help="Do those again, too, in whose last trial something was found.")
@click.option(
    "--kind", type=click.Choice([kind.name.lower() for kind in Kind]), multiple=True, help="Only these faults."
)
def main(*, seed: int | None, number: int, first: int, again: bool, kind: tuple[str, ...]) -> None:
    """Do fault trials on real Kafkas and real workers, and check that nothing was lost or doubled.

    \b
    python -m tests.trials --seed 7            one trial; its record stays in .cache/trials/seed-7
    python -m tests.trials --number 100        a campaign: goes on where it was stopped; writes docs/trials.md
    python -m tests.trials --seed 3 --kind kill --kind broker_pause
    """  # noqa: D301 - click reads the \b
    if reason := jars.missing():
        sys.exit(reason)
    if seed is not None:
        sys.exit(one(seed, tuple(Kind[name.upper()] for name in kind)))
    files = campaign.Files(RECORDS, RESULTS, PAGE)
    sys.exit(campaign.run_campaign(range(first, number), files, click.echo, again=again))


def one(seed: int, kinds: tuple[Kind, ...]) -> int:
    """Do one trial, say what it found, and give the exit code. The record of one in which all held is removed."""
    folder = RECORDS / f"seed-{seed}"
    if folder.exists():
        forget(folder)
    history, verdict = run(trial_of(seed, kinds), folder)
    for span in history.spans:
        click.echo(f"{span.began:6.1f} to {span.healed:6.1f} s  {span.kind}: {span.detail or span.trouble}")
    for end in history.exits:
        click.echo(f"{end.at:6.1f} s  worker {end.worker} ended with {end.code}: {end.cause or end.why}")
    for finding in verdict.findings:
        click.echo(f"seed {seed}: promise {finding.check}: {finding.text}")
    click.echo(f"the record is in {folder}" if verdict.findings else "all held")
    return 1 if verdict.findings else 0


if __name__ == "__main__":
    main()
