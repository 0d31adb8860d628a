"""What is due: the measured registers replayed from the same mid-year ledgers, without Kafka."""

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from hashlib import blake2b
from itertools import islice
from multiprocessing import get_context
from os import cpu_count
from pathlib import Path

from benchmarks.england import ledgers
from streams.attendance.pupil import Pupil
from streams.attendance.walk import Engine
from streams.books import load_book
from streams.cli.collecting import collect_seldom
from streams.contract.messages import Alert
from streams.pipeline.ledgers import Ledgers
from streams.pipeline.replay import Line, Replay
from streams.pipeline.stored import stored_records

_AT_ONCE = 500  # registers

Standing = dict[str, set[str]]
"""By rule, the pupils of whom it stands at the end."""


@dataclass
class Due:
    """The alerts about each pupil in their order; at the end each one's stored state, a digest, and who stands."""

    alerts: dict[str, list[Alert]] = field(default_factory=dict)
    states: dict[str, bytes] = field(default_factory=dict)
    standing: Standing = field(default_factory=dict)

    def add(self, other: "Due") -> None:
        """Take in what is due of other pupils."""
        self.alerts |= other.alerts
        self.states |= other.states
        for rule, pupils in other.standing.items():
            self.standing.setdefault(rule, set()).update(pupils)


def due(made: Path, files: Sequence[Path], partitions: int) -> Due:
    """Replay registers from the ledgers of the folder *made*, partition by partition, on every core."""
    if partitions == 1:
        return _due(made, files, (0, 1))
    everything, shares = Due(), [(partition, partitions) for partition in range(partitions)]
    with ProcessPoolExecutor(cpu_count(), get_context("spawn"), collect_seldom) as pool:
        for part in pool.map(_due, [made] * partitions, [files] * partitions, shares):
            everything.add(part)
    return everything


def by_pupil(alerts: Iterable[Alert]) -> dict[str, list[Alert]]:
    """Group alerts by pupil, each group in its order; those about schools depend on the clock, and are left out."""
    groups: dict[str, list[Alert]] = {}
    for alert in alerts:
        if alert.pupil is not None:
            groups.setdefault(alert.pupil, []).append(alert)
    return groups


def states(held: Ledgers) -> dict[str, bytes]:
    """Give a digest of what is stored of each pupil."""
    pupils = ((key, held.get(key)) for key in list(held.keys()))
    return {key: _digest(pupil) for key, pupil in pupils if pupil is not None}


def _due(made: Path, files: Sequence[Path], share: tuple[int, int]) -> Due:
    replay = Replay(Engine(load_book(None)), partition=share)
    for key, value in ledgers.read(made, share[0]):
        replay.ledgers.load(key, value)
    alerts = list[Alert]()
    for path in files:
        with path.open("rb") as file:
            for lines in _some(Line(number, line) for number, line in enumerate(file, 1)):
                alerts += [alert for fed in replay.feed_all(lines) for alert in fed.alerts]
    return Due(by_pupil(alerts), states(replay.ledgers), _standing(replay.ledgers))


def _some(lines: Iterator[Line]) -> Iterator[list[Line]]:
    while some := list(islice(lines, _AT_ONCE)):
        yield some


def _standing(held: Ledgers) -> Standing:
    found: Standing = {}
    for key in list(held.keys()):
        pupil = held.get(key)
        for one in pupil.announced if pupil else ():
            if one.end is None:
                found.setdefault(one.rule, set()).add(key)
    return found


def _digest(pupil: Pupil) -> bytes:
    digest = blake2b(digest_size=16)
    for key, value in sorted(stored_records(pupil)):
        digest.update(b"%d %d " % (len(key), len(value)) + key + value)
    return digest.digest()
