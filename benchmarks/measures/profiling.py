"""Where the time of a mark goes: CPU by process and thread, the worker's Python by stage, and a flame graph.

One log in three parts, each sent as fast as Kafka takes it: the first warms everything up, over the second the stacks
are sampled and all CPU is counted, over the third the picture is drawn. CPU is the system's own account, so the table
adds up to all of it by itself; only how the Python threads' part is shared out among stages comes from samples.
"""

import os
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil  # type: ignore[import-untyped]

from benchmarks.child import Child
from benchmarks.measures.cutting import cut
from benchmarks.measures.finding import Finding, Say
from benchmarks.measures.seeded import check, planted
from benchmarks.measures.site import Site
from benchmarks.measures.spy import spying
from benchmarks.measures.stages import shares, unplaced
from benchmarks.measures.threads import LIBRDKAFKA, PYTHON, cpu_by_kind
from benchmarks.measures.world import World

HEADS = ("stage", "CPU µs/mark", "of all cores")


@dataclass(frozen=True, kw_only=True)
class Spent:
    """CPU seconds by part over *marks* marks in *wall* seconds on *cores* cores."""

    marks: int
    wall: float
    cores: int
    parts: dict[str, float]

    def by_stage(self, stages: dict[str, float]) -> "Spent":
        """Share out the Python threads' part among *stages* (shares, together 1)."""
        python = self.parts[PYTHON]
        parts = {f"worker: {name}": share * python for name, share in stages.items()}
        rest = {name: seconds for name, seconds in self.parts.items() if name != PYTHON}
        return Spent(marks=self.marks, wall=self.wall, cores=self.cores, parts=parts | rest)

    def rows(self) -> list[tuple[str, ...]]:
        """Give a row a part, their sum, what the cores had left, and what a mark took of all cores together."""
        spent, had = sum(self.parts.values()), self.cores * self.wall
        sums = {"all CPU": spent, "cores idle, or at other work": had - spent, f"{self.cores} cores": had}
        return [self._row(name, seconds, had) for name, seconds in (*self.parts.items(), *sums.items())]

    def _row(self, name: str, seconds: float, had: float) -> tuple[str, ...]:
        return (name, f"{1e6 * seconds / self.marks:.2f}", f"{100 * seconds / had:.1f} %")


class Meter:
    """Counts the CPU of all that takes part, from when it is made."""

    def __init__(self, worker: psutil.Process, broker: psutil.Process) -> None:
        self._worker, self._broker = worker, broker
        self._before, self._began = self._used(), time.perf_counter()

    def stop(self, marks: int) -> Spent:
        """Give what was spent on *marks* marks."""
        wall, now = time.perf_counter() - self._began, self._used()
        parts = {name: seconds - self._before[name] for name, seconds in now.items()}
        return Spent(marks=marks, wall=wall, cores=os.cpu_count() or 1, parts=parts)

    def _used(self) -> dict[str, float]:
        by_kind, times = cpu_by_kind(self._worker), self._broker.cpu_times()
        return {
            PYTHON: by_kind[PYTHON],
            "worker: librdkafka's threads": by_kind[LIBRDKAFKA],
            "broker": times.user + times.system,
            "sender": time.process_time(),
        }


def profile(world: World, marks: list[int], picture: Path, directory: Path, say: Say) -> Finding:
    """Send so many *marks* in three parts; give the table, and draw *picture* (SVG); beside it lie the sampled stacks.

    Raises:
        Mismatch: the alerts are not those of the replay. ChildGone: the worker or py-spy ended.
        TooSlowError: something hangs. ValueError: the log has not so many marks.
    """
    parts = warm, measured, drawn = cut(world.lines(), marks)
    with planted(world, directory / "site", say) as site, site.working() as worker:
        site.send(warm, worker)
        spent, left = _sampled(site, worker, measured, picture.with_suffix(".stacks"))
        say(f"{spent.marks / spent.wall:,.0f} marks/s while sampled; now the picture")
        with spying(worker.program(), "flamegraph", picture):
            site.send(drawn, worker)
        say("the gate")
        gate = check(site, [line for part in parts for line in part], world)
    words = [
        world.words(),
        f"{spent.marks:,} marks at {spent.marks / spent.wall:,.0f} a second while sampled, after {marks[0]:,}",
        "CPU is the system's account by thread; the Python threads' is shared out by who held the interpreter (py-spy)",
    ]
    return Finding(heads=HEADS, rows=spent.rows(), gate=gate, words=words, data=asdict(spent) | {"unplaced": left})


def _sampled(site: Site, worker: Child, lines: list[bytes], raw: Path) -> tuple[Spent, list[tuple[str, int]]]:
    with spying(worker.program(), "raw", raw):
        meter = Meter(worker.program(), site.broker_process())
        spent = meter.stop(site.send(lines, worker))
    stacks = raw.read_text(encoding="utf-8").splitlines()
    return spent.by_stage(shares(stacks)), unplaced(stacks)
