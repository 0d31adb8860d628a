"""`python -m benchmarks.measures PART`: one row of England's morning, measured. `make bench-england PART=…` runs it."""

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import click

from benchmarks.england.authority import HALF_YEAR, LARGEST, Authority
from benchmarks.measures.finding import publish
from benchmarks.measures.latency import Load, latency
from benchmarks.measures.profiling import profile
from benchmarks.measures.world import World, world
from streams.errors import FirstbellError
from streams.settings import Settings

KENT = 4_170  # marks/s: Kent's registers of a morning, all within the minutes in which they are taken
_PICTURE = Path(__file__).parents[2] / ".cache" / "profile" / "worker.svg"

_PUPILS = click.option("--pupils", default=LARGEST, help="Children of the authority.")
_HISTORY = click.option("--history", default=HALF_YEAR, help="Sessions in their ledgers before the clock starts.")
_SEED = click.option("--seed", default=1, help="Another seed gives other children.")
_DOCS = click.option("--write-docs", "docs", is_flag=True, help="Write the table into docs/benchmarks.md.")


@click.group(context_settings={"show_default": True})
def main() -> None:
    """Measure one row of England's morning on a real Kafka; each number behind a gate of correctness.

    The ledgers of mid-year are made by the engine once, some ten minutes for the whole authority, and kept in .cache.

    \b
    python -m benchmarks.measures latency
    python -m benchmarks.measures latency --pupils 6000 --rate 400 --seconds 30 --low-seconds 30 --warm 6000
    python -m benchmarks.measures profile --pupils 20000 --marks 100000
    """  # noqa: D301 - click reads the \b


def _with(*options: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Give a command the options that all have in common, and then *options*."""

    def added(command: Any) -> Any:  # noqa: ANN401 - click's decorators take and give functions and commands
        for option in (_DOCS, _SEED, _HISTORY, _PUPILS, *reversed(options)):
            command = option(command)
        return command

    return added


def _world(*, pupils: int, history: int, seed: int, marks: int) -> World:
    """Make an authority that has *marks* marks under the clock."""
    click.echo(f"the ledgers of {pupils:,} pupils: from the cache, or made now, about 25 µs a mark of {pupils * history:,}")
    authority = Authority(pupils=pupils, history=history, sessions=marks // pupils + 1, seed=seed)
    return world(authority, Settings().partitions)


@main.command("latency")
@_with(
    click.option("--rate", default=float(KENT), help="Marks a second."),
    click.option("--seconds", default=300.0, help="For how long."),
    click.option("--low-seconds", default=90.0, help="And for how long a quarter of it."),
    click.option("--warm", default=LARGEST, help="Marks before the clock starts, as fast as may be."),
)
def _latency(*, rate: float, seconds: float, low_seconds: float, warm: int, docs: bool, **town: int) -> None:
    """Mark to alert: milliseconds from the register record's time stamp to a committed reader's hands (9 minutes)."""
    loads = [
        Load(name="a quarter", rate=rate / 4, seconds=low_seconds),
        Load(name="full", rate=rate, seconds=seconds),
    ]
    found = _world(**town, marks=warm + sum(load.marks for load in loads))
    publish("latency", partial(latency, found, loads, warm), docs=docs)


@main.command("profile")
@_with(
    click.option("--marks", default=600_000, help="Marks while the stacks are sampled."),
    click.option("--warm", default=LARGEST, help="Marks before."),
    click.option("--picture", default=_PICTURE, type=click.Path(path_type=Path), help="Where the flame graph goes."),
)
def _profile(*, marks: int, warm: int, picture: Path, docs: bool, **town: int) -> None:
    """Where the time goes: CPU µs a mark by stage, adding up to all of it, and a flame graph (3 minutes)."""
    picture.parent.mkdir(parents=True, exist_ok=True)
    parts = [warm, marks, marks // 2]
    publish("profile", partial(profile, _world(**town, marks=sum(parts)), parts, picture), docs=docs)


if __name__ == "__main__":
    try:
        main()
    except (FirstbellError, ValueError) as error:
        sys.exit(f"no result: {error}")
