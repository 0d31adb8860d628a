"""What a trial's topics must hold, by replay in memory: of `registers`, of `marks` in their order, of the changelog."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from streams.board.county import County
from streams.board.feeds import Feeds
from streams.board.school import Schools
from streams.contract.batches import BatchRegister, decode_batch
from streams.contract.messages import Alert, DeadLetter, Origin
from streams.kafka.records import Record
from streams.pipeline.board_form import summary, summary_key
from streams.pipeline.boards import Boards
from streams.pipeline.fold import fold
from streams.pipeline.intake import read_register
from streams.pipeline.ledgers import Ledgers
from streams.pipeline.refusals import from_topic
from streams.pipeline.work import Work
from streams.topology.position import POSITION_KEY, decode_position
from tests.support.stream import Folded, rule_engine

LetterKey = tuple[int | None, int | None, int | None, str]
"""A dead letter's origin: partition, offset, mark; and its reason."""
MarkKey = tuple[int, int, int]
"""A mark's origin: partition, offset, index."""
State = tuple[dict[int, bytes], bytes]
"""A pupil's pages, and what was announced."""


@dataclass
class Replayed:
    """What came of a replay."""

    alerts: dict[str, list[Alert]] = field(default_factory=lambda: defaultdict(list))
    letters: Counter[LetterKey] = field(default_factory=Counter)
    values: dict[LetterKey, bytes] = field(default_factory=dict)
    marks: Counter[MarkKey] = field(default_factory=Counter)
    states: dict[str, State] = field(default_factory=dict)
    years: dict[str, int] = field(default_factory=dict)
    positions: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))

    def refuse(self, letters: Iterable[DeadLetter]) -> None:
        """Count dead letters."""
        for letter in letters:
            self.letters[letter_key(letter)] += 1
            self.values[letter_key(letter)] = letter.value

    def take(self, work: Work) -> None:
        """Take what a batch gave, and make it the state."""
        for alert in work.alerts:
            self.alerts[alert.pupil or ""].append(alert)
        self.refuse(work.refused)
        work.commit()

    def remember(self, ledgers: Ledgers) -> None:
        """Keep what *ledgers* have come to."""
        for key in list(ledgers.keys()):
            pupil = ledgers.get(key)
            assert pupil is not None
            self.states[key] = dict(pupil.ledger.pages), pupil.summary()
            if pupil.year is not None:
                self.years[key] = pupil.year

    def folded(self) -> Folded:
        """Give what stands, per pupil and rule."""
        return fold([alert for said in self.alerts.values() for alert in said], self.years)


@dataclass
class ReplayedBoards:
    """What came of a replay of the boards: alerts, and pages by partition and key."""

    alerts: list[Alert] = field(default_factory=list)
    pages: dict[tuple[int, bytes], bytes] = field(default_factory=dict)
    positions: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))

    def keep(self, partition: int, key: bytes, value: bytes | None) -> None:
        """Keep the latest of each key."""
        if value is None:
            self.pages.pop((partition, key), None)
        else:
            self.pages[partition, key] = value

    def loaded(self) -> dict[tuple[int, bytes], bytes]:
        """Give the pages as a worker has them that loads them.

        When a school was last heard is in its summary as of when that was written, and in pages that came later: which
        of the two depends on what a batch had.
        """
        boards: dict[int, Boards] = defaultdict(lambda: Boards(rule_engine().book))
        for (partition, key), value in self.pages.items():
            boards[partition].load(key, value)
        found = {(at, summary_key(board.urn)): summary(board) for at, its in boards.items() for board in its}
        return self.pages | {key: value for key, value in found.items() if key in self.pages}


def letter_key(letter: DeadLetter) -> LetterKey:
    """Name a dead letter by its origin."""
    return letter.origin.partition, letter.origin.offset, letter.mark, letter.reason


def of_registers(records: list[Record]) -> Replayed:
    """Replay `registers` in one set of ledgers, received when Kafka says. Letters are those of the intake alone."""
    found = Replayed()
    ledgers = Ledgers(rule_engine(), from_topic(records[0].topic if records else ""))
    for record in records:
        origin = Origin(topic=record.topic, partition=record.partition, offset=record.offset)
        intake = read_register(record.value or b"", received_ms=record.timestamp_ms, origin=origin)
        found.refuse(intake.refused)
        if intake.register is not None:
            found.marks.update(mark_keys(intake.register))
            work = ledgers.work()
            work.take(intake.register)
            work.refused.clear()  # too old in this order, which is not that of `marks`
            found.take(work)
    found.remember(ledgers)
    return found


def of_marks(records: list[Record], registers: str, partitions: int) -> Replayed:
    """Replay each partition of `marks` in its order. *registers* is the name of that topic."""
    found, engine = Replayed(), rule_engine()
    ledgers = [Ledgers(engine, from_topic(registers)) for _ in range(partitions)]
    for record in records:
        work = ledgers[record.partition].work()
        for register in decode_batch(record.value or b"").registers:
            found.marks.update(mark_keys(register))
            work.take(register)
        found.take(work)
    for each in ledgers:
        found.remember(each)
    return found


def of_boards(records: list[Record], partitions: int) -> "ReplayedBoards":
    """Replay each partition of `registers` in its order, on the boards of its schools; no school is listed."""
    found = ReplayedBoards()
    county, book = County(Schools(), Feeds()), rule_engine().book
    boards = [Boards(book) for _ in range(partitions)]
    for record in records:
        origin = Origin(topic=record.topic, partition=record.partition, offset=record.offset)
        register = read_register(record.value or b"", received_ms=record.timestamp_ms, origin=origin).register
        if register is not None:
            work = boards[record.partition].work()
            work.take(register, county)
            found.alerts += work.alerts
            for key, value in work.writes():
                found.keep(record.partition, key, value)
            work.commit()
    return found


def of_board_changelog(records: list[Record]) -> "ReplayedBoards":
    """Keep what a compacted changelog would, and every position that it ever held."""
    found = ReplayedBoards()
    for record in records:
        if record.key == POSITION_KEY:
            found.positions[record.partition].append(decode_position(record.value).next_offset)
        else:
            found.keep(record.partition, record.key or b"", record.value)
    return found


def of_changelog(records: list[Record], partitions: int) -> Replayed:
    """Load the changelog as a worker would; and keep every position that it ever held."""
    found, engine = Replayed(), rule_engine()
    ledgers = [Ledgers(engine, from_topic("")) for _ in range(partitions)]
    for record in records:
        if record.key == POSITION_KEY:
            found.positions[record.partition].append(decode_position(record.value).next_offset)
        else:
            ledgers[record.partition].load(record.key or b"", record.value)
    for each in ledgers:
        found.remember(each)
    return found


def mark_keys(register: BatchRegister) -> list[MarkKey]:
    """Name the marks of *register* by where they came from."""
    return [(*register.origin, mark.index) for mark in register.marks]
