"""Whether the promises held, by the recorded history alone: pure, no clock, no Kafka.

1. Alerts, dropped by (alert_id, sequence) and folded, are those of a replay of the same registers, for every pupil.
2. A committed reader sees each alert once, and exactly those that a replay of `marks` in their order gives.
3. Sequences have no gaps.
4. Every register is accounted for: its offset committed, its marks in `marks`, what is bad in dead letters once.
5. The changelog holds the ledgers that the registers make, what was announced, and positions that only go forward.
6. No worker ended but by what was done to it or by a fail-stop that it had a reason for; all came to its end in time.
7. No log line and no metric of any process looks like a pupil.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, pairwise

from streams.contract.codec import dead_letter_from, decode_alert
from streams.contract.messages import Alert, DeadLetter
from streams.kafka.records import Record
from streams.pipeline.fold import fold
from tests.trials import replays
from tests.trials.endings import endings
from tests.trials.history import Finding, History, Offsets
from tests.trials.recovery import late
from tests.trials.replays import Replayed, ReplayedBoards, letter_key

_PUPIL = re.compile(r"(?<![a-zA-Z0-9_])[a-z2-7]{26}(?![a-zA-Z0-9_])")
_UPN = re.compile(r"(?<![A-Za-z0-9])[A-HJ-NP-RT-Z][0-9]{11}[0-9A-HJ-NP-RT-Z](?![A-Za-z0-9])")

Check = Callable[["Evidence"], Iterable[Finding]]


@dataclass(frozen=True)
class Verdict:
    """The findings of a trial, and the counts that its row of the table shows."""

    findings: list[Finding]
    lost: int
    doubled: int
    drift: int


class Evidence:
    """A history with its replays, each made once."""

    def __init__(self, history: History) -> None:
        self.history = history

    @cached_property
    def by_registers(self) -> Replayed:
        """What the registers make."""
        return replays.of_registers(self.history.registers)

    @cached_property
    def by_marks(self) -> Replayed:
        """What the marks make, in their order."""
        name = self.history.registers[0].topic if self.history.registers else ""
        return replays.of_marks(self.history.marks, name, self.history.trial.partitions)

    @cached_property
    def stored(self) -> Replayed:
        """What the changelog holds."""
        return replays.of_changelog(self.history.ledgers, self.history.trial.partitions)

    @cached_property
    def boards(self) -> ReplayedBoards:
        """What the registers make of the schools' boards, in their order."""
        return replays.of_boards(self.history.registers, self.history.trial.partitions)

    @cached_property
    def stored_boards(self) -> ReplayedBoards:
        """What the schools' changelog holds."""
        return replays.of_board_changelog(self.history.boards)

    @cached_property
    def every(self) -> list[Alert]:
        """What a committed reader sees."""
        return [decode_alert(record.value or b"") for record in self.history.alerts]

    @cached_property
    def alerts(self) -> list[Alert]:
        """What a committed reader sees of the pupils."""
        return [alert for alert in self.every if alert.pupil is not None]

    @cached_property
    def letters(self) -> list[DeadLetter]:
        """The dead letters, as often as they are there."""
        return [dead_letter_from(record.headers, record.value) for record in self.history.dead_letters]


def check(history: History) -> Verdict:
    """Hold *history* against every promise."""
    evidence = Evidence(history)
    checks: tuple[Check, ...] = (_folds, _once, _sequences, _accounted, _stored, _ended, _quiet)
    findings = [finding for each in checks for finding in each(evidence)]
    return Verdict(findings, lost=_lost(evidence), doubled=_doubled(evidence), drift=len(_drifted(evidence)))


def _folds(evidence: Evidence) -> Iterator[Finding]:
    years = evidence.by_registers.years
    seen = {(alert.alert_id, alert.sequence): alert for alert in evidence.alerts if alert.pupil in years}
    live, wanted = fold(seen.values(), years), evidence.by_registers.folded()
    pupils = {key[0] for key in live.keys() | wanted.keys() if live.get(key) != wanted.get(key)}
    if pupils:
        yield Finding(1, f"{len(pupils)} pupils fold to something else than in a replay of the registers")


def _once(evidence: Evidence) -> Iterator[Finding]:
    said = _by_pupil(evidence.alerts)
    wanted = {pupil: alerts for pupil, alerts in evidence.by_marks.alerts.items() if alerts}
    wrong = [pupil for pupil in said.keys() | wanted.keys() if said.get(pupil) != wanted.get(pupil)]
    if wrong:
        counts = f"{len(evidence.alerts)} alerts, {sum(map(len, wanted.values()))} in a replay of the marks"
        yield Finding(2, f"{len(wrong)} pupils have not the alerts of a replay of the marks ({counts})")
    schools = [alert for alert in evidence.every if alert.pupil is None]
    if _by_school(schools) != _by_school(evidence.boards.alerts):
        counts = f"{len(schools)} alerts, {len(evidence.boards.alerts)} in a replay"
        yield Finding(2, f"the schools have not the alerts of a replay of the registers ({counts})")
    if doubled := _doubled(evidence):
        yield Finding(2, f"{doubled} alerts are there more than once")
    aborted = len(evidence.history.aborted_too) - len(evidence.history.alerts)
    if aborted < 0:
        yield Finding(2, f"an uncommitted reader sees {-aborted} alerts fewer than a committed one")


def _sequences(evidence: Evidence) -> Iterator[Finding]:
    sequences: dict[str, set[int]] = defaultdict(set)
    for alert in evidence.every:
        sequences[alert.alert_id].add(alert.sequence)
    gaps = [name for name, found in sequences.items() if found != set(range(1, len(found) + 1))]
    if gaps:
        yield Finding(3, f"{len(gaps)} alerts have gaps in their sequences")


def _accounted(evidence: Evidence) -> Iterator[Finding]:
    last, history = evidence.history.last, evidence.history
    if last is None or (last.registers_done, last.marks_done) != (last.registers_end, last.marks_end):
        yield Finding(4, "not every offset of registers and marks is committed")
    yield from (Finding(4, f"a register was not sent: {text}") for text in history.sender_failures[:1])
    if len(history.registers) != history.sent:
        yield Finding(4, f"{history.sent} registers were sent, and {len(history.registers)} are there")
    missing = evidence.by_registers.marks.keys() - evidence.by_marks.marks.keys()
    foreign = evidence.by_marks.marks.keys() - evidence.by_registers.marks.keys()
    if missing or foreign:
        yield Finding(
            4, f"{len(missing)} marks of the registers are not in marks, {len(foreign)} are there from nowhere"
        )
    yield from _letters(evidence)


def _letters(evidence: Evidence) -> Iterator[Finding]:
    found = Counter(letter_key(letter) for letter in evidence.letters)
    wanted = evidence.by_registers.letters | evidence.by_marks.letters
    if found.keys() != wanted.keys():
        lost, foreign = wanted.keys() - found.keys(), found.keys() - wanted.keys()
        yield Finding(4, f"{len(lost)} dead letters are missing, {len(foreign)} should not be there")
    too_old = {key: count for key, count in found.items() if key[3] == "too-old"}  # in the transaction: once
    if too_old != dict(evidence.by_marks.letters):
        yield Finding(4, "marks that were too old are not in dead letters as often as they were read")
    values = evidence.by_registers.values | evidence.by_marks.values
    if any(letter.value != values.get(letter_key(letter)) for letter in evidence.letters):
        yield Finding(4, "a dead letter has not the bytes that were refused")


def _stored(evidence: Evidence) -> Iterator[Finding]:
    if drifted := _drifted(evidence):
        yield Finding(5, f"the ledgers of {len(drifted)} pupils are not those that their registers make")
    stored, wanted = evidence.stored.states, evidence.by_marks.states
    announced = [key for key in stored.keys() | wanted.keys() if stored.get(key) != wanted.get(key)]
    if announced:
        yield Finding(5, f"the changelog is not that of a replay of the marks for {len(announced)} pupils")
    differ = evidence.stored_boards.loaded().items() ^ evidence.boards.loaded().items()
    if schools := {key[:6] for (_, key), _ in differ}:
        yield Finding(5, f"the boards of {len(schools)} schools are not those that their registers make")
    last = evidence.history.last
    yield from _positions("marks", evidence.stored.positions, last.marks_end if last else {}, may_stand=False)
    # The clock, too, writes to the boards; the position stands then.
    registers = last.registers_end if last else {}
    yield from _positions("registers", evidence.stored_boards.positions, registers, may_stand=True)


def _positions(source: str, positions: dict[int, list[int]], ends: Offsets, *, may_stand: bool) -> Iterator[Finding]:
    for partition, found in sorted(positions.items()):
        if any(later < earlier or (later == earlier and not may_stand) for earlier, later in pairwise(found)):
            yield Finding(5, f"the position in partition {partition} of {source} went back, or stood")
    at_end = {partition: found[-1] for partition, found in positions.items()}
    if at_end != {partition: end for partition, end in ends.items() if end}:
        yield Finding(5, f"the positions are not at the end of {source}")


def _ended(evidence: Evidence) -> Iterator[Finding]:
    history = evidence.history
    yield from (Finding(6, text) for text in endings(history))
    if not history.drained:
        yield Finding(6, "the log was not worked off in time after the last fault")
    yield from (Finding(6, text) for text in late(history))
    yield from (Finding(6, f"{span.kind}: {span.trouble}") for span in history.spans if span.trouble)


def _quiet(evidence: Evidence) -> Iterator[Finding]:
    for name, text in evidence.history.texts.items():
        pattern = _PUPIL.search(text) or _UPN.search(text)
        if pattern or any(pupil in text for pupil in evidence.history.pupils):
            yield Finding(7, f"{name} has something that looks like a pupil")


def _lost(evidence: Evidence) -> int:
    """Alerts of a replay that no committed reader sees."""
    seen = {(alert.alert_id, alert.sequence) for alert in evidence.every}
    wanted = [*chain.from_iterable(evidence.by_marks.alerts.values()), *evidence.boards.alerts]
    return sum((alert.alert_id, alert.sequence) not in seen for alert in wanted)


def _doubled(evidence: Evidence) -> int:
    counts = Counter((alert.alert_id, alert.sequence) for alert in evidence.every)
    return sum(count - 1 for count in counts.values())


def _drifted(evidence: Evidence) -> list[str]:
    """Pupils whose pages in the changelog are not those that the registers make."""
    stored, wanted = evidence.stored.states, evidence.by_registers.states
    pages = (
        (key, stored.get(key, ({}, b""))[0], wanted.get(key, ({}, b""))[0]) for key in stored.keys() | wanted.keys()
    )
    return [key for key, one, other in pages if one != other]


def _by_pupil(alerts: Iterable[Alert]) -> dict[str, list[Alert]]:
    groups: dict[str, list[Alert]] = defaultdict(list)
    for alert in alerts:
        groups[alert.pupil or ""].append(alert)
    return dict(groups)


def _by_school(alerts: Iterable[Alert]) -> dict[int, list[Alert]]:
    groups: dict[int, list[Alert]] = defaultdict(list)
    for alert in alerts:
        groups[alert.urn].append(alert)
    return dict(groups)


def records_of(history: History) -> Iterator[tuple[str, list[Record]]]:
    """Give the recorded topics by name, for keeping."""
    for name in ("registers", "marks", "alerts", "dead_letters", "ledgers", "boards"):
        yield name, getattr(history, name)
