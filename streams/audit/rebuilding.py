"""Ledgers made again from registers: of all pupils, or of chosen ones."""

from collections.abc import Callable, Collection

from streams.attendance.ledger import Version
from streams.attendance.pupil import Pupil
from streams.contract.batches import BatchMark, BatchRegister
from streams.contract.messages import Origin
from streams.contract.operations import place_of
from streams.pipeline.erased import Erased
from streams.pipeline.intake import read_register

__all__ = ["Rebuilt"]

Wanted = Callable[[str], bool]


class Rebuilt:
    """Takes registers in any order; passes over what was *quarantined* (by `place_of`), and marks of the *erased*.

    Pupils whom it meets in registers marked `in_flight` are noted, and not to be judged: their marks may be in the
    changelog, or not yet.
    """

    def __init__(self, wanted: Wanted, quarantined: Collection[str] = (), erased: Erased | None = None) -> None:
        self.in_flight: set[str] = set()
        self.registers = 0
        self.pupils: dict[str, Pupil] = {}
        """Each pupil as the registers make them: a ledger, and nothing announced."""
        self._wanted = wanted
        self._quarantined = quarantined
        self._erased = Erased() if erased is None else erased

    def feed(self, value: bytes, *, received_ms: int | None, origin: Origin, in_flight: bool = False) -> None:
        """Take one register of the log."""
        self.registers += 1
        register = read_register(value, received_ms=received_ms, origin=origin).register
        if register is None or place_of(origin) in self._quarantined:
            return
        if in_flight:
            self.in_flight.update(mark.pupil for mark in register.marks if self._wanted(mark.pupil))
        else:
            self.take(register)

    def take(self, register: BatchRegister) -> None:
        """Take one register that was read. Taking it twice changes nothing."""
        for mark in register.marks:
            if self._wanted(mark.pupil) and not self._erased.refuses(mark.pupil, register.received_ms):
                pupil = self.pupils.setdefault(mark.pupil, Pupil(mark.pupil))
                pupil.fill(register.urn, register.slot, [Version(mark.code, mark.recorded)])
                self.taken(register, mark)

    def taken(self, register: BatchRegister, mark: BatchMark) -> None:
        """Be told of each mark taken, in the order of the log. An audit has no use for it."""
