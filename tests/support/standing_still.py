"""Whether a process that was asked to stop where it stands (SIGSTOP) has: its threads do so one by one. Linux only."""

from pathlib import Path

import psutil


def stands_still(pid: int) -> bool:
    """Tell whether no thread of a process and of its children runs on."""
    process = psutil.Process(pid)
    return all(_all_stopped(each.pid) for each in (process, *process.children(recursive=True)))


def _all_stopped(pid: int) -> bool:
    return all(_state(stat) in {"T", ""} for stat in Path(f"/proc/{pid}/task").glob("*/stat"))


def _state(stat: Path) -> str:
    """Give a thread's state, which stands behind its name in brackets; nothing where it has just ended."""
    try:
        return stat.read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return ""
