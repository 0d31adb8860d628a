"""What one run does: how much, how often, which sides."""

from dataclasses import dataclass
from datetime import date

from benchmarks.workload import Workload


@dataclass(frozen=True, kw_only=True)
class Plan:
    """The options of a run.

    `history` is in sessions. The rival has fewer pupils and marks, since it takes longer.
    """

    pupils: int
    marks: int
    history: int
    start: date
    seed: int
    rounds: int
    rival_pupils: int
    rival_marks: int
    rival: bool = True

    def workload(self) -> Workload:
        """Give the log of the whole path and the replay."""
        sessions = self.history + Workload.sessions_for(self.marks, self.pupils)
        return Workload(pupils=self.pupils, sessions=sessions, seed=self.seed, start=self.start)

    def rival_workload(self) -> Workload:
        """Give the log of the rival."""
        sessions = Workload.sessions_for(self.rival_marks, self.rival_pupils)
        return Workload(pupils=self.rival_pupils, sessions=sessions, seed=self.seed, start=self.start)


def quick(plan: Plan) -> Plan:
    """Make *plan* small: the gates at work in a minute, its times worth nothing."""
    return Plan(
        pupils=300,
        marks=9_000,
        history=2,
        start=plan.start,
        seed=plan.seed,
        rounds=1,
        rival_pupils=60,
        rival_marks=1_800,
        rival=plan.rival,
    )
