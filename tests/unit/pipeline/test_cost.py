"""What a mark may cost, in counts that drive time: how many go the exact way, calls of Python, bytes that are written.

Not a time: a machine's speed is nobody's bug.
"""

import sys
from collections.abc import Iterator
from types import FrameType
from typing import Any

import pytest

from benchmarks.workload import Workload
from streams.contract.batches import BatchRegister, decode_batch, encode_batch
from streams.contract.messages import Origin
from streams.contract.sheets import Sheet
from streams.pipeline.intake import Intake, read_line
from streams.pipeline.ledgers import Ledgers
from streams.pipeline.refusals import from_file
from streams.pipeline.speed import Speed
from streams.pipeline.splitting import split
from tests.unit.pipeline.examples import ENGINE

PUPILS, SESSIONS, AT_ONCE, PARTITIONS = 600, 60, 40, 8  # AT_ONCE: registers of a batch
COUNTED_FROM = 40  # sessions, when the counts of a term are full and alerts are on


class Calls:
    """A hook that counts calls of functions written in Python, and among them how often one mark was asked for."""

    def __init__(self) -> None:
        self.number = self.marks = 0

    def __call__(self, frame: FrameType, event: str, _arg: Any) -> None:  # noqa: ANN401 - as sys.setprofile has it
        self.number += event == "call"
        self.marks += event == "call" and frame.f_code is Sheet.__getitem__.__code__


class Cost:
    """What the last sessions of an ordinary log cost: 96 % of marks in order, 3 % amended that day, 1 % later."""

    def __init__(self) -> None:
        log = list(Workload(pupils=PUPILS, sessions=SESSIONS).registers())
        before = [each.line for each in log if each.session < COUNTED_FROM]
        counted = [each.line for each in log if each.session >= COUNTED_FROM]
        self.marks = sum(each.marks for each in log if each.session >= COUNTED_FROM)
        self.ledgers = Ledgers(ENGINE, from_file("log"), speed=Speed(3, 1, wait=True))
        self.screened = self.records = self.bytes = 0
        self._take(self._read(before))
        self.read = Calls()
        read = self._count(self.read, lambda: self._read(counted))
        self.sent, self.sent_bytes = Calls(), 0
        self._count(self.sent, lambda: self._send(read))
        self.screened = self.records = self.bytes = 0
        self.taken = Calls()
        self._count(self.taken, lambda: self._take(read))

    @staticmethod
    def _count(calls: Calls, work: Any) -> Any:  # noqa: ANN401 - whatever it gives
        sys.setprofile(calls)
        try:
            return work()
        finally:
            sys.setprofile(None)

    @staticmethod
    def _read(lines: list[bytes]) -> list[Intake]:
        return [read_line(line, origin=Origin(file="log", line=1)) for line in lines]

    @staticmethod
    def _batches(read: list[Intake]) -> Iterator[list[BatchRegister]]:
        registers = [register for register, _ in read if register is not None]
        return (registers[at : at + AT_ONCE] for at in range(0, len(registers), AT_ONCE))

    def _send(self, read: list[Intake]) -> None:
        for batch in self._batches(read):
            values = [encode_batch(part) for part in split(batch, PARTITIONS).values()]
            self.sent_bytes += sum(map(len, values))
            for value in values:
                decode_batch(value)

    def _take(self, read: list[Intake]) -> None:
        for batch in self._batches(read):
            work = self.ledgers.work()
            work.take(*batch)
            writes = list(work.writes())
            self.records += len(writes)
            self.bytes += sum(len(key) + len(value or b"") for key, value in writes)
            work.commit()
            self.screened += work.marks["screened"]


@pytest.fixture(scope="module")
def cost() -> Cost:
    return Cost()


def test_most_marks_of_an_ordinary_log_go_the_fast_path(cost: Cost) -> None:
    """What goes the exact way takes a hundred times as long."""
    assert cost.screened / cost.marks > 0.95


def test_a_mark_is_taken_in_few_calls(cost: Cost) -> None:
    """Of functions written in Python, those of the exact way and of alerts shared out over all marks."""
    assert cost.taken.number / cost.marks < 14.5


def test_a_mark_is_read_in_few_calls(cost: Cost) -> None:
    """From a register's bytes to marks that count."""
    assert cost.read.number / cost.marks < 1


def test_a_mark_is_sent_to_its_partition_in_few_calls_and_bytes(cost: Cost) -> None:
    """Split from its register, encoded and decoded: what there is of calls is for records and registers."""
    assert cost.sent.number / cost.marks < 0.5
    assert cost.sent_bytes / cost.marks < 52


def test_a_plain_mark_is_never_an_object(cost: Cost) -> None:
    """Only what goes the exact way, or flips a rule, is asked for one by one."""
    assert (cost.read.marks, cost.sent.marks) == (0, 0)
    assert cost.taken.marks / cost.marks < 0.14


def test_a_mark_writes_a_row_and_little_beside(cost: Cost) -> None:
    """To the changelog, keys included."""
    assert cost.records / cost.marks < 0.25
    assert cost.bytes / cost.marks < 82
