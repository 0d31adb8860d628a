"""A restart in mid-year: from the start of the process to the first transaction of every partition.

A worker has been in service before, so that there are since records and boards beside the pages of mid-year. Marks of
every partition wait when it starts. Consuming is when a committed reader has seen a position of each
partition; ready is what the worker says of itself on /readyz.
"""

import time
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

from benchmarks import worker
from benchmarks.child import Child
from benchmarks.england.sending import keyed, send
from benchmarks.group import wait_until
from benchmarks.measures.committing import following
from benchmarks.measures.cutting import cut
from benchmarks.measures.finding import Finding, Say
from benchmarks.measures.seeded import check, planted
from benchmarks.measures.site import Site
from benchmarks.measures.world import World

HEADS = ("start", "seconds to ready", "seconds to consuming", "CPU s by then")
_WITHIN = 300.0  # s
BACKLOG = 3_000  # marks that wait, so that every partition has some


@dataclass(frozen=True)
class Start:
    """What one start took, in seconds."""

    ready: float
    consuming: float
    cpu: float

    def row(self, name: str) -> tuple[str, ...]:
        """Give a row."""
        return (name, f"{self.ready:.1f}", f"{self.consuming:.1f}", f"{self.cpu:.1f}")


def restart(world: World, times: int, before: int, directory: Path, say: Say) -> Finding:
    """Start a worker on the ledgers of *world*, stop it (SIGTERM) and start it again, *times* in all.

    So many marks have come *before*.

    Raises:
        Mismatch: the alerts are not those of the replay. ChildGone: the worker ended. TooSlowError: it hangs.
    """
    lived, *parts = cut(world.lines(), [before] + [BACKLOG] * times)
    with planted(world, directory / "site", say) as site:
        _live(site, lived, say)
        starts = []
        for number, lines in enumerate(parts):
            send(site.settings, site.topics.registers.name, map(keyed, lines))
            starts.append(_start(site, directory / f"worker-{number}.log"))
            say(f"start {number + 1}: {starts[-1].consuming:.1f} s to consuming")
        gate = check(site, [line for part in (lived, *parts) for line in part], world)
    middle = Start(*(median(getattr(one, name) for one in starts) for name in asdict(starts[0])))
    rows = [*(one.row(f"{number}") for number, one in enumerate(starts, 1)), middle.row("median")]
    words = [
        f"{world.words()}; then {before:,} marks by a worker before",
        f"{BACKLOG:,} marks wait at each start; stopped by SIGTERM in between",
    ]
    return Finding(heads=HEADS, rows=rows, gate=gate, words=words, data={"starts": [asdict(one) for one in starts]})


def _live(site: Site, lines: list[bytes], say: Say) -> None:
    if lines:
        say("a worker in service")
        with site.working("before") as child:
            site.send(lines, child)


def _start(site: Site, log: Path) -> Start:
    """Start a worker, see it consume all that waits, and stop it."""
    with following(site.settings, site.topics.ledgers.name) as positions:
        began, ready = time.time(), _Once()
        with Child(worker.command(), worker.environment(site.settings), log) as child:
            partitions = site.settings.partitions

            def consumes() -> bool:
                ready.look(worker.is_ready(site.settings))
                return positions.first(partitions) is not None

            wait_until("the worker consumes", consumes, child.check, _WITHIN)
            wait_until("the worker is ready", lambda: ready.look(worker.is_ready(site.settings)), child.check, _WITHIN)
            cpu, at = child.cpu(), positions.first(partitions) or 0.0
            site.wait_for_all(child, BACKLOG)
    return Start((ready.at or 0.0) - began, at - began, cpu)


class _Once:
    """When something was first so (s since 1970)."""

    def __init__(self) -> None:
        self.at: float | None = None

    def look(self, is_so: bool) -> bool:  # noqa: FBT001 - it is the one fact told
        if is_so and self.at is None:
            self.at = time.time()
        return self.at is not None
