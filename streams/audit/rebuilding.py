"""Ledgers made again from registers: of all pupils, or of chosen ones."""

from collections.abc import Callable, Collection

from streams.attendance.ledger import Version
from streams.attendance.pupil import Pupil
from streams.contract.messages import Origin
from streams.contract.operations import place_of
from streams.pipeline.intake import read_register

__all__ = ["Rebuilt"]

Wanted = Callable[[str], bool]


class Rebuilt:
    """Takes registers in any order, passing over what was *quarantined* (places, as `place_of` writes them).

    Pupils whom it meets in registers marked `in_flight` are noted, and not to be judged: their marks may be in the
    changelog, or not yet.
    """

    def __init__(self, wanted: Wanted, quarantined: Collection[str] = ()) -> None:
        self.in_flight: set[str] = set()
        self.registers = 0
        self.pupils: dict[str, Pupil] = {}
        """Each pupil as the registers make them: a ledger, and nothing announced."""
        self._wanted = wanted
        self._quarantined = quarantined

    def feed(self, value: bytes, *, received_ms: int | None, origin: Origin, in_flight: bool = False) -> None:
        """Take one register."""
        self.registers += 1
        if place_of(origin) in self._quarantined:
            return
        register = read_register(value, received_ms=received_ms, origin=origin).register
        marks = [mark for mark in register.marks if self._wanted(mark.pupil)] if register else []
        if in_flight:
            self.in_flight.update(mark.pupil for mark in marks)
        elif register is not None:
            for mark in marks:
                pupil = self.pupils.setdefault(mark.pupil, Pupil(mark.pupil))
                pupil.fill(register.urn, register.slot, [Version(mark.code, mark.recorded)])
