"""What one trial does, all of it from a seed: the log, the workers, the faults and when."""

from dataclasses import dataclass
from enum import StrEnum
from random import Random
from typing import Literal

from streams.topology.crash_points import Point

Mode = Literal["in-order", "amended", "wavering", "shuffled"]


class Kind(StrEnum):
    """What goes wrong."""

    KILL = "kill -9"
    KILL_IN_RECOVERY = "kill -9 in recovery"
    KILL_IN_REBALANCE = "kill -9 during a rebalance"
    CRASH_POINT = "crash point"
    PAUSE_POINT = "zombie at a crash point"
    ZOMBIE = "zombie"
    SIGTERM = "SIGTERM"
    ROLLING = "rolling restart"
    SCALE = "scale 1 to 4 to 1"
    BROKER_KILL = "broker kill -9"
    BROKER_PAUSE = "broker paused 5 s"
    BROKER_LONG_PAUSE = "broker paused 60 s"
    SLOW = "slow connection"
    RESET = "connection reset"
    SILENCE = "one-way silence"
    TOO_LARGE = "delivery refused"
    DISK_FULL = "disk of the broker full"
    WRONG_START = "wrong start"


MAY_STOP = frozenset(
    {
        Kind.PAUSE_POINT,
        Kind.ZOMBIE,
        Kind.BROKER_KILL,
        Kind.BROKER_PAUSE,
        Kind.BROKER_LONG_PAUSE,
        Kind.SLOW,
        Kind.RESET,
        Kind.SILENCE,
        Kind.TOO_LARGE,
        Kind.DISK_FULL,
    }
)
"""The faults in which a worker may stop of itself. In any other it has no reason to, and stopping is a finding."""
BY_PROXY = frozenset({Kind.SLOW, Kind.RESET, Kind.SILENCE})
_REGISTERS: dict[Mode, list[int]] = {  # in disorder, every mark walks a pupil's years anew, which takes its time
    "in-order": [1500],
    "amended": [700, 1000, 1500],
    "wavering": [500, 800],
    "shuffled": [250, 400],
}
REFUSED_TOPICS = ("marks", "alerts", "ledgers", "boards", "dead_letters")


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One fault: *at* so many seconds from the beginning of the flow; the other fields as its kind needs them."""

    kind: Kind
    at: float
    worker: int = 0
    lasts: float = 0.0
    point: Point | None = None
    nth: int = 1
    topic: str = ""


@dataclass(frozen=True, kw_only=True)
class Trial:
    """One trial. *pace* is in registers a second."""

    seed: int
    partitions: int
    workers: int
    registers: int
    pupils: int
    schools: int
    mode: Mode
    pace: int
    twice: bool
    faults: tuple[Fault, ...]

    @property
    def kinds(self) -> list[Kind]:
        """What goes wrong in it, each kind once."""
        return list(dict.fromkeys(fault.kind for fault in self.faults))


def trial_of(seed: int, kinds: tuple[Kind, ...] = ()) -> Trial:
    """Make the trial of *seed*: of one kind where the seed is even, of two to four where it is odd; or of *kinds*."""
    rng = Random(seed)  # noqa: S311 - no secrets here
    every = list(Kind)
    chosen = kinds or (
        (every[seed // 2 % len(every)],) if seed % 2 == 0 else tuple(rng.sample(every, rng.randint(2, 4)))
    )
    workers = rng.randint(1, 4)
    mode: Mode = rng.choice(["amended", "amended", "wavering", "shuffled"])
    return Trial(
        seed=seed,
        partitions=rng.randint(4, 12),
        workers=workers,
        registers=rng.choice(_REGISTERS[mode]),
        pupils=rng.choice([20, 40, 60]),
        schools=rng.randint(2, 5),
        mode=mode,
        pace=rng.choice([40, 80, 160]),
        twice=rng.random() < 0.3,
        faults=tuple(_faults(rng, chosen, workers)),
    )


def _faults(rng: Random, kinds: tuple[Kind, ...], workers: int) -> list[Fault]:
    at, faults = 1.0, []
    for kind in kinds:
        for _ in range(rng.choice([1, 2]) if len(kinds) == 1 else 1):
            faults.append(_fault(rng, kind, at, workers))
            at += rng.choice([0.5, 3.0, 8.0])
    return faults


def _fault(rng: Random, kind: Kind, at: float, workers: int) -> Fault:
    return Fault(
        kind=kind,
        at=at,
        worker=rng.randrange(workers),
        lasts=_lasts(rng, kind),
        point=rng.choice(list(Point)),
        nth=rng.choice([1, 1, 2, 5]),
        topic=rng.choice(REFUSED_TOPICS),
    )


def _lasts(rng: Random, kind: Kind) -> float:
    fixed = {Kind.BROKER_PAUSE: 5.0, Kind.BROKER_LONG_PAUSE: 60.0, Kind.BROKER_KILL: rng.choice([0.0, 3.0, 12.0])}
    return fixed.get(kind, rng.choice([8.0, 12.0, 18.0]))
