"""The internal message of the `marks` topic: accepted marks of several registers, for one partition.

MessagePack. Form 3 has all of them in columns, so that neither side makes an object of a mark, nor of a register before
it is read: an array of the form, two empty arrays where older forms have registers and commands (so that an older
worker reads that it is none of its own), then a column for each field of the registers, and their marks
(`sheets.Packed`). Forms 1 and 2 have registers one by one, with their marks one by one, and 2 has commands, as
this version still writes them.
"""

from collections.abc import Sequence
from typing import Any, Literal

import msgspec
from msgspec import Struct

from streams.contract.sheets import KEY, PLACE, BatchMark, Packed, Sheet, joined, sheet, sheets_of

__all__ = [
    "COLUMNS",
    "READABLE",
    "BatchMark",
    "BatchRegister",
    "Command",
    "MarkBatch",
    "decode_batch",
    "encode_batch",
    "encode_columns",
    "encode_commands",
    "encoded",
    "fields_of",
]

COMMANDS, COLUMNS = 2, 3
READABLE = (1, COMMANDS, COLUMNS)
_LETTERS = b"abcdefghijklmnopqrstuvwxyz234567"


class BatchRegister(Struct, frozen=True, gc=False):
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
    marks: Sheet


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


class MarkBatch(Struct, frozen=True):
    """Registers in the order in which they were read, each with its marks for this partition; then commands."""

    version: int
    registers: list[BatchRegister]
    commands: list[Command] = []


class _ListedMark(BatchMark, array_like=True, frozen=True, gc=False):
    """A mark as forms 1 and 2 have it."""


class _Listed(Struct, array_like=True, frozen=True, gc=False):
    """A register as forms 1 and 2 have it."""

    register_id: str
    urn: int
    slot: int
    recorded_at: str
    received_ms: int
    origin: tuple[int, int]
    marks: list[_ListedMark]


class _Lists(Struct, array_like=True, frozen=True):
    """A record of form 1 or 2, and how any other looks to a reader of those."""

    version: int
    registers: list[_Listed]
    commands: list[Command] = []


class _Columns(Struct, array_like=True, frozen=True):
    """A record of form 3. `recorded` and `sizes` are those of the registers' sheets."""

    version: int
    nothing: tuple[()]
    no_commands: tuple[()]
    register_id: list[str]
    urn: list[int]
    slot: list[int]
    recorded_at: list[str]
    received_ms: list[int]
    partition: list[int]
    offset: list[int]
    recorded: list[int]
    sizes: list[int]
    marks: Packed

    def is_whole(self) -> bool:
        """Whether columns that belong together have one length, and there is nothing in them that cannot be."""
        registers = {len(column) for column in (self.urn, self.slot, self.recorded_at, self.received_ms)}
        registers |= {len(column) for column in (self.partition, self.offset, self.recorded, self.sizes)}
        marks, size = self.marks, len(self.marks.codes)
        of_marks = (len(marks.pupils), len(marks.places), sum(self.sizes)) == (KEY * size, PLACE * size, size)
        fits = min(self.sizes, default=0) >= 0 and not marks.pupils.translate(None, _LETTERS)
        return registers == {len(self.register_id)} and of_marks and fits and all(0 <= at < size for at in marks.own)


_lists = msgspec.msgpack.Decoder(_Lists)
_columns = msgspec.msgpack.Decoder(_Columns)
_encoder = msgspec.msgpack.Encoder()


def encode_batch(registers: Sequence[BatchRegister]) -> bytes:
    """Encode *registers* as one `MarkBatch`, in form 3."""
    marks = [register.marks for register in registers]
    return encode_columns(fields_of(registers), [each.size for each in marks], joined(marks))


def fields_of(registers: Sequence[BatchRegister]) -> list[list[Any]]:
    """Return the columns of form 3 that say nothing of how many marks there are, nor which."""
    return [
        [register.register_id for register in registers],
        [register.urn for register in registers],
        [register.slot for register in registers],
        [register.recorded_at for register in registers],
        [register.received_ms for register in registers],
        [register.origin[0] for register in registers],
        [register.origin[1] for register in registers],
        [register.marks.recorded for register in registers],
    ]


def encoded(fields: Sequence[list[Any]]) -> list[msgspec.Raw]:
    """Encode `fields_of` registers, for more than one batch."""
    return [msgspec.Raw(_encoder.encode(field)) for field in fields]


def encode_columns(fields: Sequence[list[Any]] | Sequence[msgspec.Raw], sizes: list[int], marks: Packed) -> bytes:
    """Encode a `MarkBatch` in form 3, of its columns: so many of *marks* are of each register."""
    return _encoder.encode((COLUMNS, (), (), *fields, sizes, marks))


def encode_commands(commands: list[Command]) -> bytes:
    """Encode *commands*, all for one partition, as one `MarkBatch` without registers, in form 2."""
    return _encoder.encode((COMMANDS, (), commands))


def decode_batch(value: bytes) -> MarkBatch:
    """Decode a `MarkBatch`. One of a later form has nothing in it.

    Raises:
        msgspec.DecodeError: *value* is none: a bug of ours or a foreign writer, never bad input of a school.
    """
    lists = _lists.decode(value)
    if lists.version == COLUMNS:
        return MarkBatch(COLUMNS, _of_columns(_columns.decode(value)))
    return MarkBatch(lists.version, [_of_list(each) for each in lists.registers], lists.commands)


def _of_list(listed: _Listed) -> BatchRegister:
    try:
        marks = sheet(listed.marks)
    except ValueError as error:
        raise msgspec.DecodeError(f"a mark batch in which {error}") from error
    fields = (listed.register_id, listed.urn, listed.slot, listed.recorded_at, listed.received_ms, listed.origin)
    return BatchRegister(*fields, marks)


def _of_columns(columns: _Columns) -> list[BatchRegister]:
    if not columns.is_whole():
        raise msgspec.DecodeError("a mark batch whose columns do not fit together")
    return list(
        map(
            BatchRegister, columns.register_id, columns.urn, columns.slot, columns.recorded_at, columns.received_ms,
            zip(columns.partition, columns.offset, strict=True),
            sheets_of(columns.marks, columns.sizes, columns.recorded),
        )
    )  # fmt: skip
