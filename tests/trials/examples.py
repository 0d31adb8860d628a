"""Histories made in memory, as a flawless worker would leave them, for the checker's own tests."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache

from streams.board.county import County
from streams.board.feeds import Feeds
from streams.board.school import Schools
from streams.contract.batches import BatchRegister, encode_batch
from streams.contract.codec import alert_headers, dead_letter_headers, encode_alert
from streams.contract.messages import Origin
from streams.kafka.records import Headers, Record
from streams.pipeline.boards import Boards
from streams.pipeline.intake import read_register
from streams.pipeline.ledgers import Ledgers
from streams.pipeline.refusals import from_topic
from streams.pipeline.splitting import partition_of, split
from streams.topology.position import POSITION_KEY, Position, encode_position
from tests.support.hostile import pupil_key
from tests.support.stream import rule_engine
from tests.trials.history import History, Sample
from tests.trials.plan import Trial, trial_of
from tests.trials.registers import log_of

RECEIVED = 1_790_000_000_000  # ms since 1970
PUBLISHED = datetime(2026, 9, 21, 8, 0, tzinfo=UTC)


class Topic:
    """A topic in memory."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.records: list[Record] = []
        self._ends: Counter[int] = Counter()

    def add(self, partition: int, value: bytes | None, key: bytes | None = None, headers: Headers | None = None) -> int:
        """Append a record, and give its offset."""
        offset = self.end(partition)
        record = Record(
            topic=self.name,
            partition=partition,
            offset=offset,
            timestamp_ms=RECEIVED,
            key=key,
            value=value,
            headers=headers or [],
        )
        self.records.append(record)
        self._ends[partition] += 1
        return offset

    def end(self, partition: int) -> int:
        """Give the next offset."""
        return self._ends[partition]


@cache
def flawless() -> History:
    """Give the history of a trial without faults: what a worker that does all as it should leaves behind."""
    trial = replace(trial_of(1), partitions=3, pupils=8, schools=2, registers=120, mode="amended", twice=False)
    world = _World(trial)
    for number, line in enumerate([b"not json", *log_of(trial)]):
        place = 0 if b"100099" in line else number % trial.partitions
        world.register(place, line)
    return world.history()


class _World:
    def __init__(self, trial: Trial) -> None:
        self.trial = trial
        names = ("registers", "marks", "alerts", "dead_letters", "ledgers", "boards")
        self.registers, self.marks, self.alerts, self.letters, self.changelog, self.board_log = map(Topic, names)
        engine = rule_engine()
        self.boards = [Boards(engine.book) for _ in range(trial.partitions)]
        self.ledgers = [Ledgers(engine, from_topic("registers")) for _ in range(trial.partitions)]

    def register(self, partition: int, line: bytes) -> None:
        offset = self.registers.add(partition, line)
        origin = Origin(topic="registers", partition=partition, offset=offset)
        intake = read_register(line, received_ms=RECEIVED, origin=origin)
        for letter in intake.refused:
            self.letters.add(0, letter.value, headers=dead_letter_headers(letter))
        parts = split([intake.register] if intake.register else [], self.trial.partitions)
        self.board(partition, offset, intake.register)
        for target, registers in parts.items():
            self.batch(target, self.marks.add(target, encode_batch(registers)), registers)

    def board(self, partition: int, offset: int, register: BatchRegister | None) -> None:
        work = self.boards[partition].work()
        if register:
            work.take(register, County(Schools(), Feeds()))
        for alert in work.alerts:
            self.alerts.add(0, encode_alert(alert), headers=alert_headers(alert, PUBLISHED))
        for key, value in work.writes():
            self.board_log.add(partition, value, key)
        position = Position(next_offset=offset + 1, topic_id="t", partitions=self.trial.partitions, stored_form=1)
        self.board_log.add(partition, encode_position(position), POSITION_KEY)
        work.commit()

    def batch(self, partition: int, offset: int, registers: list[BatchRegister]) -> None:
        work = self.ledgers[partition].work()
        for register in registers:
            work.take(register)
        for alert in work.alerts:
            self.alerts.add(
                partition_of(alert.pupil or "", 4), encode_alert(alert), headers=alert_headers(alert, PUBLISHED)
            )
        for letter in work.refused:
            self.letters.add(0, letter.value, headers=dead_letter_headers(letter))
        for key, value in work.writes():
            self.changelog.add(partition, value, key)
        position = Position(next_offset=offset + 1, topic_id="t", partitions=self.trial.partitions, stored_form=1)
        self.changelog.add(partition, encode_position(position), POSITION_KEY)
        work.commit()

    def history(self) -> History:
        ends = {
            topic.name: {partition: topic.end(partition) for partition in range(self.trial.partitions)}
            for topic in (self.registers, self.marks)
        }
        last = Sample(
            at=60.0,
            registers_end=ends["registers"],
            registers_done=ends["registers"],
            marks_end=ends["marks"],
            marks_done=ends["marks"],
        )
        return History(
            trial=self.trial,
            sent=len(self.registers.records),
            registers=self.registers.records,
            marks=self.marks.records,
            alerts=self.alerts.records,
            aborted_too=self.alerts.records,
            dead_letters=self.letters.records,
            ledgers=self.changelog.records,
            boards=self.board_log.records,
            last=last,
            samples=[last],
            drained=True,
            pupils=frozenset(pupil_key(number) for number in range(self.trial.pupils)),
        )
