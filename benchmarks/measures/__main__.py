"""`python -m benchmarks.measures PART`: one row of England's morning, measured. `make bench-england PART=…` runs it."""

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import click

from benchmarks.england.authority import HALF_YEAR, LARGEST, ORIGINALS, Authority
from benchmarks.measures.amendments import amendments
from benchmarks.measures.finding import PAGE, publish
from benchmarks.measures.growth import growth
from benchmarks.measures.latency import Course, Load, latency
from benchmarks.measures.memory import memory
from benchmarks.measures.profiling import profile
from benchmarks.measures.rebalance import Times, rebalance
from benchmarks.measures.replay import replay
from benchmarks.measures.restart import BACKLOG, restart
from benchmarks.measures.volume import volume
from benchmarks.measures.world import YEAR, World, two_years, world
from streams.errors import FirstbellError
from streams.settings import Settings

KENT = 4_170  # marks/s: Kent's registers of a morning, all within the minutes in which they are taken
_CACHE = Path(__file__).parents[2] / ".cache" / "england"
_PICTURE = _CACHE.with_name("profile") / "worker.svg"
_LINE = PAGE.parent / "benchmarks" / "growth.svg"

_PUPILS = click.option("--pupils", default=LARGEST, help="Children of the authority.")
_HISTORY = click.option("--history", default=HALF_YEAR, help="Sessions in their ledgers before the clock starts.")
_SEED = click.option("--seed", default=1, help="Another seed gives other children.")
_WORKERS = click.option("--workers", default=2, help="How many `firstbell worker` share the partitions: one a core.")
_DOCS = click.option("--write-docs", "docs", is_flag=True, help="Write the table into docs/benchmarks.md.")


@click.group(context_settings={"show_default": True})
def main() -> None:
    """Measure one row of England's morning on a real Kafka; each number behind a gate of correctness.

    The ledgers of mid-year are made by the engine once, some minutes for the whole authority, and kept in .cache. The
    minutes given for each part are those of two quiet cores without that.

    \b
    python -m benchmarks.measures latency --write-docs
    python -m benchmarks.measures latency --pupils 6000 --rate 400 --seconds 30 --low-seconds 30 --warm 6000
    python -m benchmarks.measures profile --pupils 20000 --warm 20000 --marks 100000 --picture worker.svg
    """  # noqa: D301 - click reads the \b


def _with(*options: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Give a command the options that all have in common, and then *options*."""

    def added(command: Any) -> Any:  # noqa: ANN401 - click's decorators take and give functions and commands
        for option in (_DOCS, _SEED, _HISTORY, _PUPILS, *reversed(options)):
            command = option(command)
        return command

    return added


def _world(*, pupils: int, history: int, seed: int, marks: int, kinds: int = ORIGINALS) -> World:
    """Make an authority that has *marks* marks under the clock."""
    click.echo(f"{pupils:,} pupils: their ledgers are in the cache, or made now")
    sessions = marks // pupils + 1
    authority = Authority(pupils=pupils, history=history, sessions=sessions, seed=seed, kinds=kinds)
    return world(authority, Settings().partitions)


@main.command("latency")
@_with(
    click.option("--rate", default=float(KENT), help="Marks a second."),
    click.option("--seconds", default=300.0, help="For how long."),
    click.option("--low-seconds", default=90.0, help="And for how long a quarter of it."),
    click.option("--warm", default=3 * LARGEST, help="Marks before the clock starts, as fast as may be."),
    click.option("--settle", default=90.0, help="And for how many seconds a quarter of the rate, uncounted."),
    click.option("--workers", default=1, help="How many `firstbell worker` share the partitions."),
)
def _latency(
    *, rate: float, seconds: float, low_seconds: float, warm: int, settle: float, workers: int, docs: bool, **town: int
) -> None:
    """Mark to alert: milliseconds from the register record's time stamp to a committed reader's hands (16 minutes)."""
    loads = [
        Load(name="a quarter", rate=rate / 4, seconds=low_seconds),
        Load(name="full, amendments strewn", rate=rate, seconds=seconds, strewn=True),
        Load(name="full", rate=rate, seconds=seconds),
    ]
    course = Course(warm=warm, settling=Load(name="settling", rate=rate / 4, seconds=settle), loads=loads)
    found = _world(**town, marks=sum(course.parts()))
    publish("latency", partial(latency, found, course, workers=workers), docs=docs)


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


@main.command("restart")
@_with(
    click.option("--times", default=3, help="How often it is started."),
    click.option("--before", default=8 * LARGEST, help="Marks that a worker has taken before."),
)
def _restart(*, times: int, before: int, docs: bool, **town: int) -> None:
    """Start to consuming, with the ledgers of mid-year (3 minutes)."""
    found = _world(**town, marks=before + BACKLOG * times)
    publish("restart", partial(restart, found, times, before), docs=docs)


@main.command("rebalance")
@_with(
    click.option("--rate", default=KENT / 4, help="Marks a second."),
    click.option("--before", default=20.0, help="Seconds before the second worker is started."),
    click.option("--window", default=30.0, help="Seconds from then on that count as the rebalance."),
    click.option("--after", default=20.0, help="Seconds after that."),
    click.option("--warm", default=LARGEST, help="Marks before the clock starts, as fast as may be."),
)
def _rebalance(*, rate: float, before: float, window: float, after: float, warm: int, docs: bool, **town: int) -> None:
    """A second worker joins: how long marks wait (3 minutes)."""
    times = Times(rate=rate, before=before, window=window, after=after)
    publish("rebalance", partial(rebalance, _world(**town, marks=warm + times.marks), times, warm), docs=docs)


@main.command("memory")
@_SEED
@click.option("--pupils", default=LARGEST, help="Children of the authority.")
@_DOCS
def _memory(*, pupils: int, seed: int, docs: bool) -> None:
    """Bytes a pupil with two full years in the ledger (4 minutes)."""
    click.echo(f"{pupils:,} pupils: their two years are in the cache, or made now")
    found = two_years(pupils, seed, Settings().partitions)
    publish("memory", partial(memory, found), docs=docs)


@main.command("growth")
@_SEED
@click.option("--pupils", "sizes", multiple=True, default=(10_200, 102_000, 999_900), help="Sizes; may be repeated.")
@click.option("--history", default=150, help="Sessions before; what is measured should lie within one month.")
@click.option("--marks", default=300_000, help="Marks under the clock, at each size.")
@_DOCS
def _growth(*, sizes: tuple[int, ...], history: int, marks: int, seed: int, docs: bool) -> None:
    """Cost of a mark from ten thousand pupils to a million (7 minutes)."""
    kinds = min(sizes)  # so that all have the same children, the larger ones more often
    worlds = [
        _world(pupils=size, history=history, seed=seed, marks=marks + size + size // 10, kinds=kinds)
        for size in sorted(sizes)
    ]
    publish("growth", partial(growth, worlds, marks, _LINE if docs else _CACHE / "growth.svg"), docs=docs)


@main.command("volume")
@_with(
    click.option("--marks", default=600_000, help="Marks as fast as may be."),
    click.option("--rate", default=float(KENT), help="Then marks a second,"),
    click.option("--seconds", default=30.0, help="for so long."),
)
def _volume(*, marks: int, rate: float, seconds: float, docs: bool, **town: int) -> None:
    """Records and bytes a mark, of the changelog, marks and alerts: the broker's cost (3 minutes)."""
    load = Load(name="the pace of a morning", rate=rate, seconds=seconds)
    publish("volume", partial(volume, _world(**town, marks=marks + load.marks), marks, load), docs=docs)


@main.command("amendments")
@_with(
    click.option("--marks", default=200_000, help="Late marks under the clock."),
    click.option("--warm", default=50_000, help="Late marks before."),
    _WORKERS,
)
def _amendments(*, marks: int, warm: int, workers: int, docs: bool, **town: int) -> None:
    """Every mark late, and another one: marks a second (3 minutes)."""
    publish("amendments", partial(amendments, _world(**town, marks=1), marks, warm, workers=workers), docs=docs)


@main.command("replay")
@_SEED
@click.option("--pupils", default=LARGEST // 20, help=f"Children, each with a whole year; {LARGEST} are all of it.")
@click.option("--processes", default=2, help="Processes of the replay.")
@_DOCS
def _replay(*, pupils: int, processes: int, seed: int, docs: bool) -> None:
    """`firstbell replay` of a year: rate and memory (4 minutes; the whole authority takes twenty times as long)."""
    authority = Authority(pupils=pupils, history=0, sessions=YEAR, seed=seed)
    publish("replay", partial(replay, authority, processes), docs=docs)


if __name__ == "__main__":
    try:
        main()
    except (FirstbellError, ValueError) as error:
        sys.exit(f"no result: {error}")
