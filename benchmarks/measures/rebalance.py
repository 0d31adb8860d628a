"""A second worker joins while marks come in at a set rate: how long each mark waited for its transaction."""

import threading
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from benchmarks import worker
from benchmarks.child import Child
from benchmarks.group import wait_until
from benchmarks.measures.committing import Wait, by_time, following
from benchmarks.measures.cutting import cut, size_of
from benchmarks.measures.finding import Finding, Say
from benchmarks.measures.open_loop import OpenLoop
from benchmarks.measures.seeded import check, planted
from benchmarks.measures.site import Site
from benchmarks.measures.spread import HEADS as SPREAD
from benchmarks.measures.spread import Spread
from benchmarks.measures.world import World
from streams.kafka.producer import Sender
from streams.kafka.reader import Reader

HEADS = ("marks received", "marks", *SPREAD)


@dataclass(frozen=True, kw_only=True)
class Times:
    """Marks a second; seconds before the second worker starts, seconds after that still count as the rebalance."""

    rate: float
    before: float
    window: float
    after: float

    @property
    def marks(self) -> int:
        """How many that makes."""
        return round(self.rate * (self.before + self.window + self.after))


def rebalance(world: World, times: Times, warm: int, directory: Path, say: Say) -> Finding:
    """Send *warm* marks as fast as may be, then at the rate, and start a second worker in the middle.

    Raises:
        Mismatch: the alerts are not those of the replay. ChildGone: a worker ended. TooSlowError: it hangs.
    """
    first, second = cut(world.lines(), [warm, times.marks])
    with planted(world, directory / "site", say) as site, site.working() as child:
        site.send(first, child)
        joined, ready, waits = _joined(site, child, second, times, say)
        say("the gate")
        gate = check(site, first + second, world)
    spreads = {name: _spread(its) for name, its in by_time(waits, joined, times.window).items()}
    rows = [(name, f"{len(spread):,}", *spread.cells()) for name, spread in spreads.items()]
    words = [
        f"{world.words()}; {times.rate:,.0f} marks a second",
        "each mark is counted from its register's time stamp until a committed reader has the position behind it",
        f"the second worker was started at 0 s and ready after {ready - joined:.1f} s",
    ]
    data = {name: spread.data() for name, spread in spreads.items()}
    return Finding(heads=HEADS, rows=rows, gate=gate, words=words, data=data)


def _spread(waits: list[Wait]) -> Spread:
    spread = Spread()
    for wait in waits:
        spread.add(wait.seconds, wait.marks)
    return spread


def _joined(site: Site, first: Child, lines: list[bytes], times: Times, say: Say) -> tuple[float, float, list[Wait]]:
    """Send *lines* and start the second worker; give when it was started, when it was ready, and what marks waited."""
    settings, topics = site.second(), site.topics
    with ExitStack() as stack:
        positions = stack.enter_context(following(site.settings, topics.ledgers.name))
        loop = OpenLoop(Sender(site.settings), topics.registers.name, times.rate)
        sending = threading.Thread(target=loop.send_all, args=(lines,), daemon=True)
        began = int(time.time() * 1000) / 1e3  # as the broker cuts its stamps
        sending.start()
        time.sleep(times.before)
        say("the second worker is started")
        joined = time.time()
        second = stack.enter_context(Child(worker.command(), worker.environment(settings), site.log_of("second")))
        wait_until("the second worker is ready", lambda: worker.is_ready(settings), second.check, 120.0)
        ready = time.time()
        say(f"it is ready after {ready - joined:.1f} s")
        sending.join()
        site.wait_for_all(first, times.marks)
        with Reader(site.settings, topics.marks.name) as reader:
            records = list(reader.to_end())
        sent = sum(map(size_of, lines))

        def waits() -> list[Wait]:
            return [wait for wait in positions.waits(records) if wait.received >= began]

        # Marks whose registers come again after the rebalance are there twice, and wait twice.
        wait_until("the last position", lambda: sum(wait.marks for wait in waits()) >= sent, first.check, 30.0)
    return joined, ready, waits()
