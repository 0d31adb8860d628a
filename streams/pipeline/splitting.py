"""Registers split by pupil: which partition of `marks` a pupil's marks go to, and those of many registers at once."""

import zlib
from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from msgspec.structs import replace

from streams.attendance.columns import Block
from streams.contract.batches import BatchRegister, encode_columns, encoded, fields_of
from streams.contract.sheets import KEY
from streams.pipeline.marks import Columns

_FEW = 64  # marks: what arrays do for so many costs more than to go through them one by one
_NONE = zlib.crc32(bytes(KEY))


def partition_of(pupil: str, partitions: int) -> int:
    """Return the partition of `marks` that a pupil's marks go to."""
    return zlib.crc32(pupil.encode()) % partitions


def split(registers: Sequence[BatchRegister], partitions: int) -> dict[int, list[BatchRegister]]:
    """Split accepted registers by partition of `marks`, keeping their order; without those that have no mark there."""
    if sum([register.marks.size for register in registers]) <= _FEW:
        return _split_few(registers, partitions)
    columns = Columns(registers)
    of = _partitions_of(columns.packed.pupils, partitions)
    order, ends = np.argsort(of, kind="stable"), np.cumsum(np.bincount(of, minlength=partitions))
    parts = enumerate(np.split(order, ends[:-1]))
    return {partition: columns.part(which) for partition, which in parts if len(which)}


def _split_few(registers: Sequence[BatchRegister], partitions: int) -> dict[int, list[BatchRegister]]:
    parts = defaultdict[int, list[BatchRegister]](list)
    for register in registers:
        of = [partition_of(pupil, partitions) for pupil in register.marks.pupils]
        for partition in set(of):
            parts[partition].append(_only(register, [number for number, its in enumerate(of) if its == partition]))
    return dict(sorted(parts.items()))


def _only(register: BatchRegister, numbers: list[int]) -> BatchRegister:
    marks = register.marks
    return register if len(numbers) == marks.size else replace(register, marks=marks.only(numbers))


def owned(registers: Sequence[BatchRegister], partitions: int) -> list[list[BatchRegister]]:
    """Split accepted registers as `split` does, each partition with all of them: those without a mark there too."""
    columns = Columns(registers)
    of = _partitions_of(columns.packed.pupils, partitions)
    return [columns.cut(np.flatnonzero(of == number)) for number in range(partitions)]


def encode_owned(registers: Sequence[BatchRegister], partitions: int) -> list[bytes]:
    """Encode what each partition has of `owned` registers as one batch; what all of them say is encoded once."""
    columns, fields = Columns(registers), encoded(fields_of(registers))
    of = _partitions_of(columns.packed.pupils, partitions)
    return [
        encode_columns(fields, *columns.sizes_and_marks(np.flatnonzero(of == number))) for number in range(partitions)
    ]


def _partitions_of(pupils: bytes, partitions: int) -> Block:
    """Return `partition_of` each of the *pupils* that stand one behind the other."""
    letters = np.frombuffer(pupils, "u1").reshape(-1, KEY)
    sums = np.full(len(letters), _NONE, "<u4")
    for at, table in enumerate(_TABLES):
        sums ^= table[letters[:, at]]
    return (sums % partitions).astype("<u2" if partitions <= 1 << 16 else "<u4")


def _tables() -> Block:
    """Return, for each place in a key and each byte, what it turns over in the checksum of `KEY` zeros.

    A CRC is linear: that of a key is that of zeros, with these for all of its bytes.
    """
    alone = [[bytes(at) + bytes((byte,)) + bytes(KEY - 1 - at) for byte in range(256)] for at in range(KEY)]
    return np.array([[zlib.crc32(key) ^ _NONE for key in row] for row in alone], "<u4")


_TABLES = _tables()
