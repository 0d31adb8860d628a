"""The internal message of the `marks` topic: accepted marks of several registers, for one partition.

MessagePack arrays.
"""

from typing import Literal

import msgspec
from msgspec import Struct

BATCH_VERSION = 2  # of a batch that has commands; one without is written as version 1, which older workers read
_PLAIN = 1
READABLE = (_PLAIN, BATCH_VERSION)


class BatchMark(Struct, array_like=True, frozen=True, gc=False):
    """One accepted mark of a register.

    `code` is the index in `attendance.codes.CODES` after reading by date; `recorded` is in whole seconds since 1970
    (UTC); `recorded_at` and `sent` are the texts as sent, null where they are the register's own and the code as read.
    """

    pupil: str
    index: int
    code: int
    recorded: int
    recorded_at: str | None = None
    sent: str | None = None
    minutes_late: int | None = None


class BatchRegister(Struct, array_like=True, frozen=True, gc=False):
    """What the pupils' stage needs of one register: who sent it, for which session, from where, its marks here.

    `slot` is `attendance.sessions.slot(date, half)`; `received_ms` is the register record's Kafka time stamp,
    in a file the line's `received_at` (milliseconds; -1 where there is none); `origin` is (partition, offset) in
    `registers`, or (-1, line) in a file.
    """

    register_id: str
    urn: int
    slot: int
    recorded_at: str
    received_ms: int
    origin: tuple[int, int]
    marks: list[BatchMark]


class Command(Struct, array_like=True, frozen=True):
    """What is asked of one pupil's state, by the owner of the pupil's partition.

    `forget` erases, and refuses what comes later; `readmit` takes marks again that are received from now on; `retire`
    clears a pupil whose year is before `before_year`, and refuses nothing. `asked_ms` is in milliseconds since 1970.
    `counts`, of `readmit`, are the sequences used before, by alert id, each with the slot of its first `from`.
    """

    kind: Literal["forget", "readmit", "retire"]
    pupil: str
    asked_ms: int
    before_year: int = 0
    counts: dict[str, tuple[int, int]] = {}


class MarkBatch(Struct, array_like=True, frozen=True):
    """Registers in the order in which they were read, each with its marks for this partition; then commands."""

    version: int
    registers: list[BatchRegister]
    commands: list[Command] = []


_decoder = msgspec.msgpack.Decoder(MarkBatch)
_encoder = msgspec.msgpack.Encoder()


def encode_batch(registers: list[BatchRegister]) -> bytes:
    """Encode *registers* as one `MarkBatch`."""
    return _encoder.encode((_PLAIN, registers))


def encode_commands(commands: list[Command]) -> bytes:
    """Encode *commands*, all for one partition, as one `MarkBatch` without registers."""
    return _encoder.encode(MarkBatch(BATCH_VERSION, [], commands))


def decode_batch(value: bytes) -> MarkBatch:
    """Decode a `MarkBatch`.

    Raises:
        msgspec.DecodeError: *value* is none: a bug of ours or a foreign writer, never bad input of a school.
    """
    return _decoder.decode(value)
