"""What both stages are given: bounds, threads, probe, lag and clock."""

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import datetime

from streams.topology.lag import Lag
from streams.topology.plan import Plan
from streams.topology.probe import Probe


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """`pool` runs blocking calls; `clock` gives seconds that never go back, `now` the time of day."""

    plan: Plan
    pool: Executor
    probe: Probe
    lag: Lag
    clock: Callable[[], float]
    now: Callable[[], datetime]
