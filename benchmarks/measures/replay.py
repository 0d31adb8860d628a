"""`firstbell replay` of a whole school year: marks a second on all cores, and whether memory stays flat.

The authority's year is 76 million marks; of it a slice is replayed, the whole year of fewer children. The rest is
reckoned, and said to be.
"""

import math
import subprocess
import time
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import psutil  # type: ignore[import-untyped]

from benchmarks.child import BIN, ChildGone
from benchmarks.england.authority import LARGEST, Authority
from benchmarks.england.registers import registers
from benchmarks.gate import Mismatch
from benchmarks.log import Part, Writer
from benchmarks.measures.finding import Finding, Say

HEADS = ("children", "marks", "processes", "seconds", "marks/s", "RSS MB to half", "RSS MB, highest", "76 million")
WHOLE_YEAR = 76_000_000  # marks of the largest authority
_HEAD = 20  # of so many registers one is in the gate's head of the log
_EVERY = 0.2  # s between two looks at the memory


@dataclass(frozen=True)
class Run:
    """What a replay took: seconds by the wall, and the resident bytes of all its processes each `_EVERY` s."""

    wall: float
    rss: list[int]

    def highest(self, part: float) -> int:
        """Give the most resident bytes until so much of the time (above 0, to 1) had gone; 0 where nobody looked."""
        return max(self.rss[: math.ceil(part * len(self.rss))], default=0)


def replay(authority: Authority, processes: int, directory: Path, say: Say) -> Finding:
    """Replay the year of *authority* with so many processes.

    Raises:
        ChildGone: the command failed. Mismatch: something was refused, or one process gives other alerts.
    """
    log = _write(authority, directory / "year.jsonl")
    say(f"{log.marks:,} marks of {authority.pupils:,} children, {log.file.stat().st_size / 1e6:,.0f} MB")
    run = _run([log.file], processes, directory / "alerts.jsonl")
    say(f"{log.marks / run.wall:,.0f} marks/s; the gate: the first registers with one process")
    gate = _check(log, directory)
    rate = log.marks / run.wall
    whole = authority.pupils >= LARGEST
    reckoned = f"{log.marks / rate:,.0f} s" if whole else f"{WHOLE_YEAR / rate:,.0f} s, reckoned"
    half, end = (f"{run.highest(part) / 1e6:,.0f}" for part in (0.5, 1.0))
    counts = (f"{authority.pupils:,}", f"{log.marks:,}", f"{processes}")
    rows = [(*counts, f"{run.wall:.1f}", f"{rate:,.0f}", half, end, reckoned)]
    words = [f"a whole school year, {authority.sessions} sessions, from empty ledgers; alerts written to a file"]
    if not whole:
        words.append("the last column is this rate for 76 million marks, and was not run")
    data = {"wall": run.wall, "marks": log.marks, "rss": run.rss}
    return Finding(heads=HEADS, rows=rows, gate=gate, words=words, data=data)


def _write(authority: Authority, file: Path) -> Part:
    with Writer(file) as writer:
        for register in registers(authority):
            writer.add(register)
    return writer.part()


def _run(files: list[Path], processes: int, alerts: Path) -> Run:
    letters = alerts.with_suffix(".refused")
    options = ["--processes", str(processes), "--output", str(alerts), "--dead-letters", str(letters)]
    began, rss = time.perf_counter(), list[int]()
    said = alerts.with_suffix(".said")
    with said.open("wb") as log:
        child = subprocess.Popen([str(BIN / "firstbell"), "replay", *map(str, files), *options], stdout=log, stderr=log)
    while not _ended(child):
        rss.append(_rss(child.pid))
    wall = time.perf_counter() - began
    if child.returncode:
        raise ChildGone(f"firstbell replay ended with {child.returncode}: {said.read_text()[-2000:]}")
    if letters.stat().st_size:
        raise Mismatch("the replay refused something of a log that has nothing wrong in it")
    return Run(wall, rss)


def _ended(child: "subprocess.Popen[bytes]") -> bool:
    try:
        child.wait(_EVERY)
    except subprocess.TimeoutExpired:
        return False
    return True


def _rss(pid: int) -> int:
    try:
        process = psutil.Process(pid)
        return sum(each.memory_info().rss for each in (process, *process.children(recursive=True)))
    except psutil.NoSuchProcess:
        return 0  # it has just ended


def _check(log: Part, directory: Path) -> str:
    """Replay the first registers with one process: its alerts must be how those of all begin."""
    head = directory / "head.jsonl"
    with log.file.open("rb") as lines:
        head.write_bytes(b"".join(islice(lines, max(1, log.registers // _HEAD))))
    _run([head], 1, directory / "head-alerts.jsonl")
    alone = (directory / "head-alerts.jsonl").read_bytes()
    with (directory / "alerts.jsonl").open("rb") as together:
        if together.read(len(alone)) != alone:
            raise Mismatch("one process gives other alerts of the first registers than several")
    alerts = len(alone.splitlines())
    return f"nothing refused; one process gives the same {alerts:,} alerts, byte for byte, of the first 1/{_HEAD} of it"
