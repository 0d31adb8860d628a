"""What a mark costs between the bytes of its register and the fast path, step by step: `-m benchmarks.marks_cost`.

CPU, in one process and without Kafka: registers of England's morning are read, split, encoded, decoded, put in columns,
their pupils looked up in rolls as large as an authority's. Then the boards take them; two sessions, the first of which,
where everybody is new there, is not counted.
"""

import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice

import click

from benchmarks.england.authority import LARGEST, Authority
from benchmarks.england.registers import registers
from streams.attendance.columns import Block
from streams.attendance.index import Index
from streams.attendance.screen import Screen
from streams.attendance.walk import Engine
from streams.board.county import County
from streams.board.feeds import Feeds
from streams.board.school import Schools
from streams.books import load_book
from streams.contract.batches import BatchRegister, decode_batch
from streams.contract.messages import Origin
from streams.pipeline.boards import Boards
from streams.pipeline.intake import read_register
from streams.pipeline.marks import Columns
from streams.pipeline.speed import load
from streams.pipeline.splitting import partition_of, split
from streams.settings import Settings
from streams.topology.records import batch_records
from streams.topology.schools import MAX_RECORD

AT_ONCE = 256  # registers
TOGETHER = 4  # records of a partition
PARTITIONS = Settings().partitions


class Steps:
    """CPU seconds by step, and the marks that took them."""

    def __init__(self) -> None:
        self.marks = 0
        self.seconds: dict[str, float] = defaultdict(float)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Time one step of a batch."""
        began = time.process_time()
        yield
        self.seconds[name] += time.process_time() - began


class Path:
    """The steps of a worker, of one partition of registers and all of marks."""

    def __init__(self, keys: list[str]) -> None:
        engine = Engine(load_book(None))
        screen = Screen(engine)
        load(screen)
        rolls: dict[int, list[str]] = {number: [] for number in range(PARTITIONS)}
        for key in keys:
            rolls[partition_of(key, PARTITIONS)].append(key)
        self._indexes = [Index(screen, roll) for roll in rolls.values()]
        self._boards, self._county = Boards(engine.book), County(Schools(), Feeds())
        self._waiting: dict[int, list[bytes]] = defaultdict(list)
        self._offset = 0

    def take(self, lines: list[bytes], steps: Steps) -> None:
        """Take registers from their bytes to what the fast path is given, and put them on the boards."""
        with steps.step("read"):
            read = [self._read(self._offset + number, line) for number, line in enumerate(lines)]
        self._offset += len(lines)
        steps.marks += sum(register.marks.size for register in read)
        with steps.step("split"):
            parts = split(read, PARTITIONS)
        with steps.step("encode"):
            records = [record for at, part in parts.items() for record in batch_records("", at, part, MAX_RECORD)]
        for record in records:
            self._waiting[record.partition or 0].append(record.value or b"")
        for partition, values in self._waiting.items():
            if len(values) >= TOGETHER:
                self._columns(partition, values, steps)
                values.clear()
        with steps.step("boards"):
            self._put_up(read)

    def _columns(self, partition: int, values: list[bytes], steps: Steps) -> None:
        with steps.step("decode"):
            found = [register for value in values for register in decode_batch(value).registers]
        with steps.step("columns"):
            columns = Columns(found)
        with steps.step("rows"):
            rows: Block = self._indexes[partition].rows(columns.packed.pupils)
        with steps.step("columns"):
            columns.marks_at(rows)

    def _put_up(self, read: list[BatchRegister]) -> None:
        work = self._boards.work()
        for register in read:
            work.take(register, self._county)
        list(work.writes())
        work.commit()

    @staticmethod
    def _read(number: int, line: bytes) -> BatchRegister:
        register = read_register(line, received_ms=None, origin=Origin(topic="", partition=0, offset=number)).register
        assert register is not None
        return register


def measure(pupils: int) -> Steps:
    """Take two sessions of an authority of so many *pupils*; give what the second cost."""
    authority = Authority(pupils=pupils, sessions=2)
    path, lines, warm, steps = Path(authority.keys), registers(authority), Steps(), Steps()
    while batch := [register.line for register in islice(lines, AT_ONCE)]:
        path.take(batch, warm if warm.marks < pupils else steps)
    return steps


@click.command()
@click.option("--pupils", default=LARGEST, show_default=True, help="Children of the authority.")
def main(pupils: int) -> None:
    """Print microseconds of CPU a mark, by step."""
    steps = measure(pupils)
    for name, seconds in steps.seconds.items():
        click.echo(f"{name:8} {1e6 * seconds / steps.marks:6.3f} µs/mark")
    click.echo(f"all      {1e6 * sum(steps.seconds.values()) / steps.marks:6.3f} µs/mark, of {steps.marks:,} marks")


if __name__ == "__main__":
    main()
