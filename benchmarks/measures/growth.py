"""What a mark costs the worker, from ten thousand pupils to a million: it should not depend on how many there are."""

from dataclasses import asdict, dataclass
from pathlib import Path
from shutil import rmtree

from benchmarks.measures.cutting import cut
from benchmarks.measures.finding import Finding, Say
from benchmarks.measures.picture import line
from benchmarks.measures.seeded import check, planted
from benchmarks.measures.world import World
from benchmarks.result import Stopwatch, Timing

HEADS = ("pupils", "marks", "marks/s", "worker's CPU µs/mark", "against the smallest")


@dataclass(frozen=True)
class Cost:
    """What *marks* marks took with so many pupils."""

    pupils: int
    marks: int
    timing: Timing
    gate: str

    @property
    def us(self) -> float:
        """CPU of the worker, µs a mark."""
        return 1e6 * self.timing.cpu / self.marks

    def row(self, smallest: "Cost") -> tuple[str, ...]:
        """Give a row."""
        rate = f"{self.marks / self.timing.wall:,.0f}"
        more = "" if self is smallest else f"{100 * self.us / smallest.us - 100:+.0f} %"
        return (f"{self.pupils:,}", f"{self.marks:,}", rate, f"{self.us:.2f}", more)


def growth(worlds: list[World], marks: int, picture: Path, directory: Path, say: Say) -> Finding:
    """Send *marks* marks to a worker on each of *worlds*, after a session of everybody; draw *picture* (SVG).

    Raises:
        Mismatch: the alerts are not those of the replay. ChildGone: a worker ended. TooSlowError: it hangs.
    """
    costs = []
    for world in worlds:
        costs.append(_cost(world, marks, directory / "site", say))
        rmtree(directory / "site")  # a million pupils are some gigabytes
        say(f"{costs[-1].pupils:,} pupils: {costs[-1].us:.2f} µs of CPU a mark")
    line([(cost.pupils, cost.us) for cost in costs], picture)
    rows = [cost.row(costs[0]) for cost in costs]
    words = [f"after {worlds[0].authority.history} sessions; every pupil has had a mark since the worker's start"]
    gate = "; ".join(f"{cost.pupils:,}: {cost.gate}" for cost in costs)
    return Finding(heads=HEADS, rows=rows, gate=gate, words=words, data={"costs": [asdict(cost) for cost in costs]})


def _cost(world: World, marks: int, directory: Path, say: Say) -> Cost:
    pupils = world.authority.pupils
    warm, measured = cut(world.lines(), [pupils + pupils // 50, marks])
    with planted(world, directory, say) as site:
        with site.working() as child:
            site.send(warm, child)
            watch = Stopwatch(child.cpu)
            taken = site.send(measured, child)
            timing = watch.stop()
        return Cost(pupils, taken, timing, check(site, warm + measured, world))
