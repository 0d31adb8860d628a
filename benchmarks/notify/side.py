"""What both sides are: something that takes alerts and posts them to four receivers; and how a side is measured."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median, quantiles
from typing import Protocol

import httpx

from benchmarks.child import Child
from benchmarks.gate import Mismatch
from benchmarks.group import wait_until
from benchmarks.notify.hooks import Seen
from streams.contract.messages import Alert

RECEIVERS = 4
PATHS = tuple(f"/r{number}" for number in range(RECEIVERS))
WITHIN = 300.0  # s


class Side(Protocol):
    """One side, running."""

    name: str

    def give(self, alerts: Sequence[Alert]) -> None:
        """Hand *alerts* over as a client would, and wait until they were taken."""

    def check(self) -> None:
        """Raise where it has ended."""

    def cpu(self) -> float:
        """CPU seconds used so far by the notifying process."""


class Receivers:
    """The four receivers, in the process *child* on *port*."""

    def __init__(self, port: int, child: Child) -> None:
        self.port = port
        self._child = child
        self._http = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60, trust_env=False)

    @property
    def urls(self) -> list[str]:
        """Where to post, one a receiver."""
        return [f"http://127.0.0.1:{self.port}{path}" for path in PATHS]

    def count(self) -> int:
        """How many alerts came, over all receivers, doubles not counted."""
        self._child.check()
        return int(self._http.get("/count").json())

    def seen(self) -> Seen:
        """What came."""
        found: Seen = self._http.get("/").json()
        return found

    def close(self) -> None:
        """Let go of the connection."""
        self._http.close()


@dataclass(frozen=True)
class Speed:
    """One side in one round: a burst as fast as it goes, then a trickle. Every number passed the gate `held`."""

    side: str
    alerts: int
    seconds: float
    cpu: float
    trickle: int
    rate: float  # alerts/s of the trickle
    p50_ms: float
    p99_ms: float
    held: str

    @property
    def per_second(self) -> float:
        """Alerts a second, each to all four receivers."""
        return self.alerts / self.seconds


def measure(side: Side, receivers: Receivers, burst: Sequence[Alert], trickle: Sequence[Alert], rate: float) -> Speed:
    """In order: the burst, until all of it came everywhere; the trickle at *rate* a second; the gate.

    Raises:
        Mismatch: something came that was not given. TooSlowError: not all came in five minutes. ChildGone: it ended.
    """
    began, used = time.perf_counter(), side.cpu()
    side.give(burst)
    _wait(side, receivers, burst)
    seconds, cpu = time.perf_counter() - began, side.cpu() - used
    given = _drip(side, trickle, rate)
    seen = _wait(side, receivers, [*burst, *trickle])
    held = hold(seen, [alert.alert_id for alert in (*burst, *trickle)])
    waits = [1e3 * each for each in latencies(seen, given)]
    p50_ms, p99_ms = median(waits), quantiles(waits, n=100)[98]
    return Speed(side.name, len(burst), seconds, cpu, len(trickle), rate, p50_ms, p99_ms, held)


def _drip(side: Side, alerts: Sequence[Alert], rate: float) -> dict[str, float]:
    """Give one after another at *rate*; return when each was given (Unix time)."""
    given = {}
    start = time.monotonic()
    for number, alert in enumerate(alerts):
        time.sleep(max(0.0, start + number / rate - time.monotonic()))
        given[alert.alert_id] = time.time()
        side.give([alert])
    return given


def hold(seen: Seen, expected: Sequence[str]) -> str:
    """Say in words what was held: every alert at every receiver, by its id, and nothing else.

    Raises:
        Mismatch: one is missing, or is none of these.
    """
    if found := missing(seen, expected):
        raise Mismatch(f"{len(found[1])} of {len(expected)} alerts never came to {found[0]}")
    if any(came.keys() - set(expected) for came in seen.values()) or seen.keys() - set(PATHS):
        raise Mismatch("something came that was not given")
    doubled = sum(len(times) - 1 for came in seen.values() for times in came.values())
    return f"each of {len(expected):,} alerts at each of {RECEIVERS} receivers, {doubled} twice"


def missing(seen: Seen, expected: Sequence[str]) -> tuple[str, set[str]] | None:
    """Name the first receiver that lacks alerts, and these; None where all came everywhere."""
    lacks = ((path, set(expected) - seen.get(path, {}).keys()) for path in PATHS)
    return next(((path, ids) for path, ids in lacks if ids), None)


def latencies(seen: Seen, given: dict[str, float]) -> list[float]:
    """Seconds from an alert given to its first arrival, for every receiver."""
    return [min(seen[path][alert]) - at for path in PATHS for alert, at in given.items()]


def _wait(side: Side, receivers: Receivers, alerts: Sequence[Alert]) -> Seen:
    """Wait until each of *alerts* is at each receiver, which is looked at by id once there are so many; what came."""
    ids = [alert.alert_id for alert in alerts]
    seen: Seen = {}

    def came() -> bool:
        nonlocal seen
        if receivers.count() < RECEIVERS * len(ids):
            return False
        seen = receivers.seen()
        return missing(seen, ids) is None

    wait_until(f"{len(ids):,} alerts at each of {side.name}'s receivers", came, side.check, WITHIN)
    return seen
