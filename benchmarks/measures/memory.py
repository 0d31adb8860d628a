"""Memory a pupil: how much more a worker takes that holds two full years of everybody than one that holds nobody."""

from dataclasses import dataclass
from pathlib import Path

import psutil  # type: ignore[import-untyped]

from benchmarks.measures.cutting import cut
from benchmarks.measures.finding import Finding, Say
from benchmarks.measures.seeded import check, planted
from benchmarks.measures.site import made
from benchmarks.measures.world import World

HEADS = ("worker", "RSS MB", "growth, bytes a pupil")


@dataclass(frozen=True)
class Held:
    """Resident bytes of a worker, and how many pupils it holds."""

    name: str
    rss: int
    pupils: int

    def row(self, empty: int) -> tuple[str, ...]:
        """Give a row; *empty* is the RSS of a worker that holds nobody."""
        each = f"{(self.rss - empty) / self.pupils:,.0f}" if self.pupils else ""
        return (self.name, f"{self.rss / 1e6:,.0f}", each)


def memory(world: World, directory: Path, say: Say) -> Finding:
    """Start a worker on nothing and one on the ledgers of *world*, and look again when each pupil has had two marks.

    Raises:
        Mismatch: the alerts are not those of the replay. ChildGone: the worker ended. TooSlowError: it hangs.
    """
    pupils = world.authority.pupils
    first, second = cut(world.lines(), [pupils, pupils])
    with made(directory / "empty") as site, site.working() as child:
        held = [Held("of nobody", _rss(child.program()), 0)]
        say(f"of nobody: {held[0].rss / 1e6:,.0f} MB")
    with planted(world, directory / "site", say) as site:
        with site.working() as child:
            held.append(Held("loaded", _rss(child.program()), pupils))
            say(f"loaded: {held[-1].rss / 1e6:,.0f} MB")
            for name, lines in (("after a mark of each", first), ("after another", second)):
                site.send(lines, child)
                held.append(Held(name, _rss(child.program()), pupils))
                say(f"{name}: {held[-1].rss / 1e6:,.0f} MB")
        gate = check(site, first + second, world)
    rows = [one.row(held[0].rss) for one in held]
    return Finding(heads=HEADS, rows=rows, gate=gate, words=[world.words()], data={one.name: one.rss for one in held})


def _rss(process: psutil.Process) -> int:
    """Give the resident bytes of *process* and of what it has started."""
    return sum(each.memory_info().rss for each in (process, *process.children(recursive=True)))
