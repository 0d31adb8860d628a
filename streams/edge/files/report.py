"""What was found in a file, counted; and in words."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from streams.attendance.sessions import session_of
from streams.edge.files.rows import Reject


@dataclass
class Report:
    """Counts of one import. Nothing in it names a pupil."""

    described: list[str] = field(default_factory=list)
    """How the file was read: encoding, separator, forms of dates."""
    marks: int = 0
    registers: int = 0
    temporary: int = 0
    schools: set[int] = field(default_factory=set)
    slots: tuple[int, int] | None = None
    """First and last session taken."""
    rejects: Counter[str] = field(default_factory=Counter)
    first: dict[str, Reject] = field(default_factory=dict)
    """For each reason its first row."""

    def take(self, slot: int, urn: int, marks: int) -> None:
        """Count a register that was taken."""
        self.registers += 1
        self.marks += marks
        self.schools.add(urn)
        self.slots = (min(self.slots[0], slot), max(self.slots[1], slot)) if self.slots else (slot, slot)

    def refuse(self, reject: Reject) -> None:
        """Count a row that was not taken."""
        self.rejects[reject.reason] += 1
        known = self.first.setdefault(reject.reason, reject)
        if reject.line < known.line:
            self.first[reject.reason] = reject

    def words(self, name: str, *, dry: bool) -> Iterator[str]:
        """Say it, one line after the other."""
        yield f"{name}: {'; '.join(self.described)}"
        span = f", {session_of(self.slots[0])[0]} to {session_of(self.slots[1])[0]}" if self.slots else ""
        yield (
            f"{'would take' if dry else 'taken'}: {_count(self.marks, 'mark')} in {_count(self.registers, 'register')} "
            f"of {_count(len(self.schools), 'school')}{span}"
        )
        if self.temporary:
            yield f"  with a temporary UPN: {_count(self.temporary, 'mark')}; a child's later UPN is another pupil here"
        yield f"not taken: {_count(self.rejects.total(), 'row')}"
        for reason, count in self.rejects.most_common():
            yield f"  {reason}: {count:,}, first in line {self.first[reason].line}: {self.first[reason].detail}"


def _count(number: int, thing: str) -> str:
    return f"{number:,} {thing}{'' if number == 1 else 's'}"
