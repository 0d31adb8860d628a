"""What a mark may cost the boards of schools, in counts that drive time: calls of Python, records and bytes written.

Not a time: a machine's speed is nobody's bug.
"""

import sys

import pytest

from benchmarks.workload import Workload
from streams.board.county import County
from streams.board.feeds import Feeds
from streams.board.school import Schools
from streams.books import load_book
from streams.contract.batches import BatchRegister
from streams.contract.messages import Origin
from streams.pipeline.boards import Boards
from streams.pipeline.intake import read_register
from tests.unit.pipeline.test_cost import Calls

PUPILS, SESSIONS, AT_ONCE = 600, 30, 20  # AT_ONCE: registers of a batch
COUNTED_FROM = 20  # sessions, when rolls are stored


class Cost:
    """What the last sessions of an ordinary log cost."""

    def __init__(self) -> None:
        log = list(Workload(pupils=PUPILS, sessions=SESSIONS).registers())
        self.marks = sum(each.marks for each in log if each.session >= COUNTED_FROM)
        self.boards, self.county = Boards(load_book(None)), County(Schools(), Feeds())
        self.records = self.bytes = 0
        read = [(each.session, _read(number, each.line)) for number, each in enumerate(log)]
        self._take([register for session, register in read if session < COUNTED_FROM])
        self.records = self.bytes = 0
        self.calls = Calls()
        sys.setprofile(self.calls)
        try:
            self._take([register for session, register in read if session >= COUNTED_FROM])
        finally:
            sys.setprofile(None)

    def _take(self, registers: list[BatchRegister]) -> None:
        for at in range(0, len(registers), AT_ONCE):
            work = self.boards.work()
            for register in registers[at : at + AT_ONCE]:
                work.take(register, self.county)
            writes = list(work.writes())
            self.records += len(writes)
            self.bytes += sum(len(key) + len(value or b"") for key, value in writes)
            work.commit()


def _read(number: int, line: bytes) -> BatchRegister:
    register = read_register(line, received_ms=None, origin=Origin(file="log", line=number + 1)).register
    assert register is not None
    return register


@pytest.fixture(scope="module")
def cost() -> Cost:
    return Cost()


def test_a_mark_is_put_up_in_few_calls(cost: Cost) -> None:
    """Amendments, which come as small registers, shared out over all marks."""
    assert cost.calls.number / cost.marks < 2.05


def test_a_plain_mark_is_never_an_object_on_a_board(cost: Cost) -> None:
    """Only the last one of a register that changes what is announced is asked for."""
    assert cost.calls.marks / cost.marks < 0.0005


def test_a_mark_on_a_board_is_stored_in_few_records_and_bytes(cost: Cost) -> None:
    """To the changelog, keys included: a pupil's key is there once, and not with each mark."""
    assert cost.records / cost.marks < 0.043
    assert cost.bytes / cost.marks < 3.2
