"""`firstbell replay` over the same log: no Kafka, one process, start to end."""

import resource
import subprocess
from pathlib import Path

from benchmarks.child import BIN, ChildGone
from benchmarks.gate import Expected, Mismatch
from benchmarks.log import Log
from benchmarks.result import Result, Stopwatch


def replay_speed(log: Log, alerts: Path) -> tuple[Result, Expected]:
    """Measure the command over the whole of *log*, its start included; its alerts go to *alerts*.

    They are what the other side is held to, so its own gate is that nothing was refused.

    Raises:
        ChildGone: it did not exit with 0. Mismatch: something was refused.
    """
    letters = alerts.with_suffix(".refused")
    options = ["--output", str(alerts), "--dead-letters", str(letters)]
    watch = Stopwatch(_cpu)
    done = subprocess.run(
        [str(BIN / "firstbell"), "replay", *map(str, log.files), *options], capture_output=True, text=True, check=False
    )
    timing = watch.stop()
    if done.returncode:
        raise ChildGone(f"firstbell replay ended with {done.returncode}: {done.stderr[-2000:]}")
    if letters.stat().st_size:
        raise Mismatch("the replay refused something of a log that has nothing wrong in it")
    return Result("replay", log.marks, timing, "folded, as the whole path"), Expected(alerts)


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)  # of those that have ended: the one that we waited for
    return used.ru_utime + used.ru_stime
