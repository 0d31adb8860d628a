import dataclasses
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest

from benchmarks.england.authority import Authority
from benchmarks.measures.amendments import late, other
from benchmarks.measures.committing import Positions, Wait, by_time, handed_on
from benchmarks.measures.cutting import cut, size_of, written
from benchmarks.measures.open_loop import OpenLoop, due_times
from benchmarks.measures.profiling import Spent
from benchmarks.measures.replay import Run
from benchmarks.measures.stages import OTHER, STAGES, shares, stage_of, unplaced
from benchmarks.measures.strewing import strewn
from benchmarks.measures.threads import PYTHON
from streams.attendance.sessions import slot
from streams.contract.batches import BatchMark, BatchRegister, encode_batch
from streams.contract.messages import Origin
from streams.contract.sheets import sheet
from streams.kafka.records import Record
from streams.pipeline.intake import read_line
from streams.topology.position import POSITION_KEY, Position, encode_position

ROOT = Path(__file__).parents[4]


def line(number: int, marks: int) -> bytes:
    each = b",".join([b'{"pupil":"a","code":"/"}'] * marks)
    return b'{"register_id":"r%d","urn":100001,"marks":[%b]}' % (number, each)


class Clock:
    """Seconds that pass only when somebody sleeps, or takes time to send."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


class SlowSender:
    """Notes when each record was handed over; the second one takes three seconds."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.sent: list[tuple[str, float]] = []

    def send(self, _topic: str, _value: bytes, *, name: str, **_: object) -> None:
        self.sent.append((name, self.clock()))
        self.clock.now += 3.0 if len(self.sent) == 2 else 0.0

    def flush(self) -> None:
        pass


def test_a_register_is_due_when_the_marks_before_it_are_through() -> None:
    """Registers of 30, 10 and 20 marks at 10 marks a second are due at 0, 3 and 4 seconds."""
    assert list(due_times([30, 10, 20], 10))[:3] == [0.0, 3.0, 4.0]


@pytest.mark.parametrize("rate", [0, -1])
def test_a_rate_is_above_nothing(rate: float) -> None:
    """A rate of nothing is refused, not waited for."""
    with pytest.raises(ValueError, match="is no rate"):
        due_times([1], rate)


def test_a_stall_does_not_move_what_is_due() -> None:
    """When sending stalls, what follows goes out late, and is still counted from when it was due."""
    clock = Clock()
    sender = SlowSender(clock)
    loop = OpenLoop(sender, "topic", 10, clock, clock.sleep)  # type: ignore[arg-type]
    sent = loop.send_all([line(number, 10) for number in range(4)])
    assert sent.due == {"r0": 1000.0, "r1": 1001.0, "r2": 1002.0, "r3": 1003.0}
    assert sender.sent == [("r0", 1000.0), ("r1", 1001.0), ("r2", 1004.0), ("r3", 1004.0)]
    assert (sent.latest, sent.marks) == (2.0, 40)


def test_a_log_is_cut_by_marks() -> None:
    """Parts have whole registers, as many as make the marks wanted, in order."""
    lines = [line(number, 10) for number in range(6)]
    assert cut(lines, [15, 10]) == [lines[:2], lines[2:3]]
    with pytest.raises(ValueError, match="30 marks are wanted and 20 are left"):
        cut(lines, [40, 30])


def test_an_amendment_waits_its_turn_behind_so_many_classes() -> None:
    """In order; of the last ones, whose turn would be after the last class, there are none."""
    log = [line(1, 30), line(2, 1), line(3, 1), *(line(number, 30) for number in range(4, 8)), line(8, 1)]
    assert list(strewn(log, 2)) == [log[number] for number in (0, 3, 1, 4, 5, 2, 6)]


def test_a_part_knows_its_marks(tmp_path: Path) -> None:
    """What is written to a file is counted."""
    part = written([line(1, 3), line(2, 4)], tmp_path / "part")
    assert (part.registers, part.marks, size_of(line(1, 3))) == (2, 7, 3)
    assert part.file.read_bytes() == line(1, 3) + b"\n" + line(2, 4) + b"\n"


STACK = "process 1:worker;main (streams/cli/__init__.py:71);BaseEventLoop._run_once (asyncio/base_events.py:18)"
TAKE = "PupilsStage._take (streams/topology/pupils.py:137)"
HAND_OVER = "hand_over (streams/topology/courier.py:15)"


@pytest.mark.parametrize(
    ("frames", "stage"),
    [
        (f"{TAKE};Work._screen (streams/pipeline/work.py:159)", "ledgers: screen"),
        (
            f"{TAKE};Work._exactly (streams/pipeline/work.py:1);advance (streams/attendance/walk.py:8)",
            "ledgers: exact way",
        ),
        ("_batches (streams/topology/schools.py:1);encode_batch (streams/contract/batches.py:7)", "marks: encoded"),
        ("SchoolsStage._intake (streams/topology/schools.py:117)", "registers: read and checked"),
        (f"PartitionWriter.write (streams/topology/transaction.py:48);{HAND_OVER}", "transaction: handed to Kafka"),
        (f"Courier.deliver (streams/topology/courier.py:5);{HAND_OVER}", "marks: handed to Kafka"),
        (
            "Auditing.round (streams/topology/auditing.py:64);advance (streams/attendance/walk.py:8)",
            "audit, beside the stream",
        ),
        ("Fetcher._fetcher (faust/transport/consumer.py:173)", "records: fetched (Faust, aiokafka)"),
        ("Handle._run (asyncio/events.py:78)", "event loop and threads"),
    ],
)
def test_a_stack_has_one_stage(frames: str, stage: str) -> None:
    """The most special stage that a stack has a frame of is its own."""
    assert stage_of(f"{STACK};{frames}") == stage


def test_shares_add_up_to_all() -> None:
    """Every sample is put down once, and what has no stage is named and shown."""
    raw = [f"{STACK};decode_batch (streams/contract/batches.py:80) 3", "elsewhere (other.py:1) 1"]
    assert shares(raw) == {"marks: decoded": 0.75, OTHER: 0.25}
    assert unplaced(raw) == [("elsewhere (other.py:1)", 1)]
    with pytest.raises(ValueError, match="no sample"):
        shares([])


def test_every_stage_names_code_that_there_is() -> None:
    """A file that a stage's pattern names exists, or what it did would silently be put down elsewhere."""
    stages = {stage.name for stage in STAGES}
    files = ["pipeline/work.py", "pipeline/intake.py", "topology/courier.py", "topology/transaction.py",
             "topology/boards.py", "topology/pupils.py", "topology/schools.py", "contract/batches.py",
             "attendance/screen.py", "attendance/columns.py"]  # fmt: skip
    assert [name for name in files if not (ROOT / "streams" / name).exists()] == []
    assert len(stages) == len(STAGES)


def test_the_table_of_stages_adds_up() -> None:
    """Stages share out the Python threads' CPU; with all the rest and what was idle they are what the cores had."""
    spent = Spent(marks=1000, wall=2.0, cores=2, parts={PYTHON: 1.0, "broker": 0.5})
    rows = spent.by_stage({"a": 0.75, "b": 0.25}).rows()
    numbers = {name: float(number) for name, number, _ in rows}
    assert numbers == {
        "worker: a": 750, "worker: b": 250, "broker": 500,
        "all CPU": 1500, "cores idle, or at other work": 2500, "2 cores": 4000,
    }  # fmt: skip


def record(partition: int, offset: int, *, key: bytes | None = None, value: bytes = b"") -> Record:
    return Record(topic="t", partition=partition, offset=offset, timestamp_ms=0, key=key, value=value, headers=[])


def position(partition: int, next_offset: int) -> Record:
    value = encode_position(Position(next_offset=next_offset, topic_id="id", partitions=2, stored_form=1))
    return record(partition, 0, key=POSITION_KEY, value=value)


def marks_record(partition: int, offset: int, received_ms: int, marks: int) -> Record:
    its = [BatchMark("a" * 26, number, 0, 0) for number in range(marks)]
    register = BatchRegister("r", 100001, 1, "2025-01-07T09:00+00:00", received_ms, (0, 0), sheet(its))
    return record(partition, offset, value=encode_batch([register]))


def test_a_mark_waits_for_the_first_position_behind_it() -> None:
    """A mark is committed when the first position past its record is read; one past the last is left out."""
    positions = Positions()
    for found, at in ((position(0, 5), 10.0), (position(1, 9), 10.5), (position(0, 6), 12.0)):
        positions.note(found, at)
    waits = positions.waits([marks_record(0, 4, 9_000, 3), marks_record(0, 5, 9_000, 2), marks_record(0, 6, 9_000, 1)])
    assert list(waits) == [Wait(3, 9.0, 1.0), Wait(2, 9.0, 3.0)]


def test_marks_are_handed_on_at_their_records_time() -> None:
    """Half of the way is from the register's time stamp to that of the record its marks are in."""
    found = dataclasses.replace(marks_record(0, 4, 9_000, 3), timestamp_ms=9_020)
    assert [(wait.marks, round(wait.seconds, 6)) for wait in handed_on([found])] == [(3, 0.02)]


def test_all_partitions_consume_when_the_last_has_a_position() -> None:
    """The time of the last partition's first position counts, and there is none while one has none."""
    positions = Positions()
    positions.note(position(0, 5), 10.0)
    assert positions.first(2) is None
    positions.note(position(1, 9), 10.5)
    assert positions.first(2) == 10.5


def test_waits_by_when_marks_were_received() -> None:
    """Marks are counted where they were received: before the second worker, while it joined, after."""
    waits = [Wait(3, 1.0, 0.1), Wait(5, 10.0, 2.0), Wait(7, 45.0, 0.1)]
    assert list(by_time(waits, joined=10.0, window=30.0).values()) == [[waits[0]], [waits[1]], [waits[2]]]


@pytest.mark.parametrize("was", ["/", "\\", "L", "I", "O", "N", "V", "T"])
def test_an_amended_code_is_another(was: str) -> None:
    """Whatever stood there, it becomes something else."""
    rng = Random(1)  # noqa: S311 - invented codes
    assert was not in {other(was, rng) for _ in range(200)}


def test_late_registers_are_late_and_taken() -> None:
    """Every register is of the past, accepted whole, and recorded after the one before."""
    authority = Authority(pupils=60, history=50, sessions=1)
    lines = list(late(authority, 100))
    registers = [read_line(each, origin=Origin(file="-", line=1)) for each in lines]
    assert all(register is not None and not refused for register, refused in registers)
    taken = [register for register, _ in registers if register is not None]
    last = authority.when[authority.history - 1]
    assert max(register.slot for register in taken) <= slot(last.date, last.half)
    instants = [register.marks[0].recorded for register in taken]
    assert all(earlier < later for earlier, later in pairwise(instants))


def test_memory_along_a_run() -> None:
    """What a run took by half its time is the most that was seen until then."""
    assert [Run(1.0, [10, 40, 30, 50]).highest(part) for part in (0.25, 0.5, 0.75, 1.0)] == [10, 40, 40, 50]
    assert Run(1.0, []).highest(0.5) == 0
