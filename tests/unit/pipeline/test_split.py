"""Registers are split by the partition of their pupils, and nothing is lost or put in another order."""

import zlib

import pytest

from streams.contract.batches import BatchMark, BatchRegister, encode_batch
from streams.pipeline.splitting import encode_owned, owned, partition_of, split
from tests.support.hostile import pupil_key
from tests.unit.pipeline.examples import PUPIL, line, mark, read


def registers(number: int) -> list[BatchRegister]:
    found = []
    for i in range(number):
        pupils = [mark("/", pupil_key(i * 7 + j)) for j in range(5)]
        register = read(line(*pupils, register_id=f"r-{i}")).register
        assert register is not None
        found.append(register)
    return found


def place(each: tuple[str, int, BatchMark]) -> tuple[int, int]:
    return int(each[0][2:]), each[2].index


@pytest.mark.parametrize("partitions", [1, 4, 8])
def test_a_pupils_partition_is_the_crc_of_its_key(partitions: int) -> None:
    """Any language can work it out."""
    assert partition_of(PUPIL, partitions) == zlib.crc32(PUPIL.encode()) % partitions


@pytest.mark.parametrize("partitions", [1, 4, 8])
def test_every_mark_goes_to_its_pupils_partition_and_to_no_other(partitions: int) -> None:
    """Each once, whole, with what its alert must name of its register."""
    sent = registers(20)
    parts = split(sent, partitions)
    assert all(partition_of(m.pupil, partitions) == part for part, rs in parts.items() for r in rs for m in r.marks)
    together = [(r.register_id, r.slot, m) for rs in parts.values() for r in rs for m in r.marks]
    assert sorted(together, key=place) == [(r.register_id, r.slot, m) for r in sent for m in r.marks]


def test_registers_and_marks_keep_their_order() -> None:
    """In each partition as they were read."""
    for part in split(registers(20), 4).values():
        assert [int(register.register_id[2:]) for register in part] == sorted(int(r.register_id[2:]) for r in part)
        assert all([m.index for m in register.marks] == sorted(m.index for m in register.marks) for register in part)


def test_a_register_without_a_mark_in_a_partition_is_not_sent_there() -> None:
    """One pupil is one partition; no marks are none."""
    (part,) = split([r for r in [read(line()).register] if r], 8)
    assert part == partition_of(PUPIL, 8)
    assert split([r for r in [read(line(marks=[])).register] if r], 8) == {}


@pytest.mark.parametrize("number", [0, 1, 20])
def test_what_is_owned_is_encoded_together_as_it_is_one_by_one(number: int) -> None:
    """Only the columns that all have in common are encoded once."""
    sent = registers(number)
    assert encode_owned(sent, 3) == [encode_batch(part) for part in owned(sent, 3)]
