"""The worst case: every mark comes late and becomes another one.

Each register is a class's, of a session of the last four weeks, sent anew with other codes: who was absent was there
after all or has another reason, who was there was late, left early, or was absent. So no mark is a plain append, and
each one makes the engine go back.
"""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

import msgspec

from benchmarks.england.authority import Authority
from benchmarks.measures.cutting import cut
from benchmarks.measures.finding import Finding, Say
from benchmarks.measures.seeded import check, planted
from benchmarks.measures.world import World
from benchmarks.mix import ABSENT
from benchmarks.result import Stopwatch
from benchmarks.workload import FORM
from streams.attendance.codes import CODES

HEADS = ("marks", "marks/s", "worker's CPU µs/mark")
_LATEST = 40  # sessions ago
_PRESENT = ("/", "\\")
_THERE, _GONE = ("L", "V", "B"), ("I", "M", "O", "G")
_STAYS_THERE = 0.93  # of those who were there: of so many the absence of a year is

_encode = msgspec.json.Encoder().encode


def amendments(world: World, marks: int, warm: int, directory: Path, say: Say, *, workers: int) -> Finding:
    """Send a session of everybody, as on any morning, *warm* late marks, and then *marks* more, as fast as may be.

    Raises:
        Mismatch: the alerts are not those of the replay. ChildGone: a worker ended. TooSlowError: it hangs.
    """
    morning = list(world.lines())
    first, second = cut(late(world.authority, marks + warm + FORM), [warm, marks])
    with planted(world, directory / "site", say) as site:
        with site.sharing(workers) as running:
            site.send(morning + first, running)
            watch = Stopwatch(running.cpu)
            taken = site.send(second, running)
            timing = watch.stop()
            say(f"{taken / timing.wall:,.0f} marks/s; the gate")
        gate = check(site, morning + first + second, world)
    rows = [(f"{taken:,}", f"{taken / timing.wall:,.0f}", f"{1e6 * timing.cpu / taken:.1f}")]
    before = f"{warm:,} before the clock starts, after a morning of everybody"
    words = [
        f"{world.words()}; workers: {workers}",
        f"every mark amends one of the last {_LATEST // 2} school days; {before}",
    ]
    return Finding(heads=HEADS, rows=rows, gate=gate, words=words, data={"marks": taken, "timing": asdict(timing)})


def late(authority: Authority, marks: int) -> Iterator[bytes]:
    """Give register lines of at least *marks* marks, each of which becomes another one."""
    rng = Random(f"{authority.seed}/england/late")  # noqa: S311 - invented children, no secrets
    classes, stand = authority.classes(), dict[tuple[int, int], str]()  # by session and child, where amended
    sent = number = 0
    while sent < marks:
        about, (_, _, children) = _session(authority, rng), classes[number % len(classes)]
        was = {child: stand.get((about, child)) or _code(authority, about, child) for child in children}
        codes = {child: other(code, rng) for child, code in was.items()}
        stand |= {(about, child): code for child, code in codes.items()}
        yield _line(authority, about, number, codes)
        sent, number = sent + len(codes), number + 1


def _session(authority: Authority, rng: Random) -> int:
    return rng.randrange(max(0, authority.history - _LATEST), authority.history)


def _code(authority: Authority, about: int, child: int) -> str:
    return CODES[int(authority.codes[about, child % authority.originals])]


def other(was: str, rng: Random) -> str:
    """Give a code that is another than *was*."""
    if was in ABSENT:
        choices = ["/"] if rng.random() < 1 / 2 else [code for code in _GONE if code != was]
    elif was in _PRESENT:
        choices = list(_THERE if rng.random() < _STAYS_THERE else _GONE)
    else:
        choices = ["/"]
    return rng.choice(choices)


def _line(authority: Authority, about: int, number: int, codes: dict[int, str]) -> bytes:
    """Write the *number*th register; each is recorded a second after the one before."""
    when, urn = authority.when[about], authority.urn_of(next(iter(codes)))
    evening = datetime.fromisoformat(authority.when[authority.history - 1].at(17, 18, 0))
    line = {
        "register_id": f"{urn}.{when.date}.{when.half}.late{number}",
        "urn": urn,
        "date": when.date.isoformat(),
        "session": when.half,
        "recorded_at": (evening + timedelta(seconds=number)).isoformat(),
        "source": "benchmark",
        "marks": [{"pupil": authority.keys[child], "code": _of(when.half, code)} for child, code in codes.items()],
    }
    return _encode(line)


def _of(half: str, code: str) -> str:
    return "\\" if code == "/" and half == "PM" else code
