"""`firstbell replay`: registers from files through the engine, without Kafka."""

import os
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import BinaryIO

import click
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

from streams.books import load_book
from streams.cli.collecting import collect_seldom
from streams.errors import Refuse
from streams.replay.run import Seen, Source, Totals
from streams.replay.run import replay as run
from streams.replay.schools import read_schools

_FILE = click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path)
_MOST_PROCESSES = 64
_WORTH_A_PROCESS = 16 << 20  # bytes of registers: with fewer, one more process is not yet ready when all is done
_AT_ONCE = 1 << 18  # bytes that a file is read by: by fewer, its lines take twice the time
_OUT = click.Path(dir_okay=False, writable=True, path_type=Path)


@click.command()
@click.argument("files", nargs=-1, required=True, type=_FILE, metavar="FILE…")
@click.option("--output", type=_OUT, help="Where alerts go, one JSON object a line; standard output if not given.")
@click.option("--dead-letters", type=_OUT, help="Where refused registers and marks go; only counted if not given.")
@click.option("--rulebook", type=_FILE, help="An authority's own rule book; england-2024 if not given.")
@click.option("--schools", type=_FILE, help="Session times, terms and closures of schools, one JSON object a line.")
@click.option(
    "--processes",
    type=click.IntRange(1, _MOST_PROCESSES),
    metavar="N",
    help="How many processes share the pupils; the output is the same. If not given, all cores for what is large.",
)
def replay(
    *,
    files: tuple[Path, ...],
    output: Path | None,
    dead_letters: Path | None,
    rulebook: Path | None,
    schools: Path | None,
    processes: int | None,
) -> None:
    """Read registers from FILE… (`-` is standard input), one JSON object a line, and write the alerts they give.

    It is the engine of the stream, without Kafka: the same registers in the same order give the same alerts, with
    the same ids. A line or a mark that does not fit is refused with a reason, and the rest goes on.

    Alerts about schools (a register that is missing, a feed that is silent, mass absence) come with those about
    pupils. Time is each line's received_at, else its recorded_at, so lines should be in order of receipt. Of schools
    that --schools does not name, sessions start at 9:00 and 13:00, and a day is a school day once a register came.

    \b
    Examples:
      firstbell replay registers.jsonl
      firstbell replay autumn.jsonl spring.jsonl --output alerts.jsonl --dead-letters refused.jsonl
      zcat year.jsonl.gz | firstbell replay - --rulebook ours.toml --processes 4
      firstbell replay registers.jsonl --schools schools.jsonl
    """  # noqa: D301 - click reads the \b
    _distinct((*files, *(path for path in (rulebook, schools) if path)), output, dead_letters)
    book, known = load_book(rulebook), read_schools(schools) if schools else None
    collect_seldom()
    began = time.monotonic()
    with ExitStack() as stack:
        alerts = stack.enter_context(_opened(output)) if output else sys.stdout.buffer
        letters = stack.enter_context(_opened(dead_letters)) if dead_letters else None
        seen = stack.enter_context(_progress(files))
        sources = (Source(str(path), lines) for path in files for lines in _lines(path))
        refused = letters.write if letters else None
        number = processes or _processes(files)
        totals = run(
            sources,
            book,
            alerts=alerts.write,
            dead_letters=refused,
            seen=seen,
            schools=known,
            processes=number,
        )
        alerts.flush()
    click.echo(_summary(totals, time.monotonic() - began), err=True)


def _distinct(files: tuple[Path, ...], *outputs: Path | None) -> None:
    read = {path.resolve() for path in files}
    written = [path.resolve() for path in outputs if path]
    if read & set(written) or len(set(written)) < len(written):
        raise Refuse("a file cannot be read and written, or written twice, in one replay; name another file")


def _processes(files: tuple[Path, ...]) -> int:
    """Return how many processes are worth it: all cores for standard input, whose size nobody knows."""
    cores = min(os.cpu_count() or 1, _MOST_PROCESSES)
    if not all(path.is_file() for path in files):
        return cores
    return min(cores, 1 + sum(path.stat().st_size for path in files) // _WORTH_A_PROCESS)


def _opened(path: Path) -> BinaryIO:
    try:
        return path.open("wb")
    except OSError as error:
        raise Refuse(f"{path} cannot be written: {error.strerror}") from None


def _lines(path: Path) -> Iterator[BinaryIO]:
    if str(path) == "-":
        yield sys.stdin.buffer
        return
    try:
        lines = path.open("rb", _AT_ONCE)
    except OSError as error:
        raise Refuse(f"{path} cannot be read: {error.strerror}") from None
    with lines:
        yield lines


@contextmanager
def _progress(files: tuple[Path, ...]) -> Iterator[Seen]:
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda _: None
        return
    sizes = [path.stat().st_size for path in files if path.is_file()]
    bars = (TextColumn("replay"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*bars, console=console, transient=True) as progress:
        task = progress.add_task("replay", total=sum(sizes) if len(sizes) == len(files) else None)
        yield lambda read: progress.advance(task, read)


def _summary(totals: Totals, seconds: float) -> str:
    changes = Counter[str]()
    for (_, change), number in totals.alerts.items():
        changes[change] += number
    rate = totals.marks / seconds if seconds else 0
    return (
        f"{totals.registers:,} registers, {totals.marks:,} marks taken in {seconds:.1f} s ({rate:,.0f} a second); "
        f"alerts: {_counted(changes)}; dead letters: {_counted(totals.dead_letters)}"
    )


def _counted(counts: "Counter[str]") -> str:
    if not counts:
        return "none"
    return f"{counts.total():,} ({', '.join(f'{number:,} {name}' for name, number in sorted(counts.items()))})"
