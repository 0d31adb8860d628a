"""Mark batches as the versions before wrote them: registers one by one, with their marks one by one."""

from collections.abc import Sequence

import msgspec

from streams.contract.batches import BatchRegister, Command


def listed(registers: Sequence[BatchRegister], commands: Sequence[Command] | None = None) -> bytes:
    """Encode *registers* in form 1, or with *commands* in form 2."""
    lists = [[*msgspec.structs.astuple(each)[:-1], [_mark(mark) for mark in each.marks]] for each in registers]
    return msgspec.msgpack.encode([1, lists] if commands is None else [2, lists, commands])


def _mark(mark: msgspec.Struct) -> tuple[object, ...]:
    return msgspec.structs.astuple(mark)
