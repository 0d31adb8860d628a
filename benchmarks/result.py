"""What a side measured: how much, how long, how much CPU, and what the gate held it to."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

Cpu = Callable[[], float]
"""Gives CPU seconds used so far."""


@dataclass(frozen=True)
class Timing:
    """Seconds by the wall and of CPU."""

    wall: float
    cpu: float


@dataclass(frozen=True)
class Result:
    """One side in one round. `gate` says in words what was found equal; without that there is no result."""

    side: str
    marks: int
    timing: Timing
    gate: str

    @property
    def rate(self) -> float:
        """Marks a second."""
        return self.marks / self.timing.wall

    @property
    def cpu_us(self) -> float:
        """Microseconds of CPU a mark, the broker's not counted."""
        return 1e6 * self.timing.cpu / self.marks


class Stopwatch:
    """Starts when it is made."""

    def __init__(self, cpu: Cpu) -> None:
        self._cpu = cpu
        self._cpu_began, self._began = cpu(), time.perf_counter()

    def stop(self) -> Timing:
        """Give the time since the start."""
        return Timing(time.perf_counter() - self._began, self._cpu() - self._cpu_began)


@dataclass(frozen=True)
class Summary:
    """All rounds of one side."""

    side: str
    marks: int
    rate: float
    slowest: float
    fastest: float
    cpu_us: float
    gate: str

    @classmethod
    def of(cls, results: list[Result]) -> "Summary":
        """Take medians over the rounds; *results* are of one side, and there is one at least."""
        rates = [result.rate for result in results]
        return cls(
            side=results[0].side,
            marks=results[0].marks,
            rate=median(rates),
            slowest=min(rates),
            fastest=max(rates),
            cpu_us=median(result.cpu_us for result in results),
            gate=results[-1].gate,
        )
