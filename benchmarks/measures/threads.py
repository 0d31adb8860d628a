"""CPU of a process by kind of thread: Python's, and librdkafka's own, which no Python profiler sees. Linux only."""

from collections import Counter
from pathlib import Path

import psutil  # type: ignore[import-untyped]

PYTHON, LIBRDKAFKA = "Python", "librdkafka"
_PREFIX = "rdk:"  # so librdkafka names its threads


def cpu_by_kind(process: psutil.Process) -> Counter[str]:
    """Give the CPU seconds that the threads of *process* and of its children have used so far, by kind.

    A thread that has ended counts as Python's: what its process has used is known, and by which thread no more.
    """
    used = Counter[str]()
    for each in (process, *process.children(recursive=True)):
        theirs = sum(t.user_time + t.system_time for t in each.threads() if _name(each.pid, t.id).startswith(_PREFIX))
        times = each.cpu_times()
        used[LIBRDKAFKA] += theirs
        used[PYTHON] += times.user + times.system - theirs
    return used


def _name(pid: int, thread: int) -> str:
    try:
        return Path(f"/proc/{pid}/task/{thread}/comm").read_text()
    except OSError:
        return ""  # it has just ended
