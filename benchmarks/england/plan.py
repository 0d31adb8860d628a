"""What one run does: how large the authority is, how much of a school week is measured, how often, beside whom."""

from dataclasses import asdict, dataclass, replace
from hashlib import sha256

import msgspec

from benchmarks.england.authority import HALF_YEAR, LARGEST, Authority

OURS, PLAIN_FAUST = "firstbell", "plain-faust"


@dataclass(frozen=True, kw_only=True)
class Plan:
    """The options of a run.

    `warm` sessions come before the clock: a broker that began a minute ago spends a third of its time on compiling
    itself, and one in service does not. `workers` is how many of ours share the partitions. `history`, `warm` and
    `sessions` are in sessions, the same for every side. `faust_*` is the log of plain Faust, which begins with empty
    histories, since each of its writes carries a child's year.
    """

    pupils: int = LARGEST
    history: int = HALF_YEAR
    warm: int = 3
    sessions: int = 20
    faust_pupils: int = 1_000
    faust_marks: int = 30_000
    seed: int = 1
    rounds: int = 5
    workers: int = 2
    sides: tuple[str, ...] = ()

    @property
    def authority(self) -> Authority:
        """Give the authority that is invented."""
        return Authority(pupils=self.pupils, history=self.history, sessions=self.warm + self.sessions, seed=self.seed)

    @property
    def name(self) -> str:
        """Give a name that another plan has not, whatever its number of rounds."""
        return sha256(msgspec.json.encode(asdict(replace(self, rounds=0)))).hexdigest()[:12]

    def order(self, number: int) -> list[str]:
        """Give the sides in the order of a round: it turns, so that no side always follows the same one's heat."""
        at = number % len(self.sides)
        return [*self.sides[at:], *self.sides[:at]]


def quick(plan: Plan) -> Plan:
    """Make *plan* small: the gates at work, its times worth nothing."""
    return replace(plan, pupils=600, history=60, faust_pupils=60, faust_marks=1_800, rounds=1)
