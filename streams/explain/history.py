"""One pupil's marks out of a log of registers: which hold, where each came from, and what was announced of them."""

from typing import NamedTuple

import msgspec

from streams.attendance.codes import NO_MARK
from streams.attendance.ledger import Ledger, Version
from streams.attendance.walk import Engine
from streams.contract.batches import BatchMark, BatchRegister
from streams.contract.messages import Alert, DeadLetter, Origin
from streams.contract.operations import place_of
from streams.pipeline.intake import read_register
from streams.pipeline.ledgers import Ledgers

__all__ = ["Held", "History"]


class Held(NamedTuple):
    """The version of a mark that holds for a session at a school, and where it came from.

    `versions` counts the different ones that the log has for the same session and school, this one included.
    """

    version: Version
    register_id: str
    recorded_at: str
    place: str
    versions: int


class History:
    """Takes a log, register by register, and keeps what it has of one pupil."""

    def __init__(self, pupil: str, engine: Engine) -> None:
        self.pupil = pupil
        self.engine = engine
        self.held: dict[tuple[int, int], Held] = {}
        """By slot and URN."""
        self.alerts: list[Alert] = []
        """What the engine says of the log, in its order."""
        self.refused: list[DeadLetter] = []
        """The marks that came when they were too old."""
        self._needle = pupil.encode()
        self._ledgers = Ledgers(engine, lambda _: Origin())

    @property
    def ledger(self) -> Ledger:
        """The pupil's ledger; an empty one where the log has no mark of theirs."""
        state = self._ledgers.get(self.pupil)
        return Ledger() if state is None else state.ledger

    def feed(self, value: bytes, *, received_ms: int | None, origin: Origin) -> None:
        """Take one register; what is refused whole, or has no mark of the pupil, gives nothing."""
        if self._needle not in value and b"\\u" not in value:  # a key could be written with escapes
            return
        register = read_register(value, received_ms=received_ms, origin=origin).register
        mine = [number for number, pupil in enumerate(register.marks.pupils) if pupil == self.pupil] if register else []
        if register is not None and mine:
            self._take(msgspec.structs.replace(register, marks=register.marks.only(mine)), origin)

    def _take(self, register: BatchRegister, origin: Origin) -> None:
        work = self._ledgers.work()
        work.take(register)
        work.commit()
        self.alerts += work.alerts
        self.refused += work.refused
        if not work.refused:
            for mark in register.marks:
                self._hold(register, mark, origin)

    def _hold(self, register: BatchRegister, mark: BatchMark, origin: Origin) -> None:
        key, version = (register.slot, register.urn), Version(mark.code, mark.recorded)
        before = self.held.get(key)
        if before is None or version.beats(before.version):
            said = mark.recorded_at or register.recorded_at
            number = 1 + (before.versions if before else 0)
            self.held[key] = Held(version, register.register_id, said, place_of(origin, mark.index), number)
        elif version != before.version:
            self.held[key] = before._replace(versions=before.versions + 1)

    def of(self, slot: int) -> list[tuple[int, Held]]:
        """Give the marks held for a session, by URN, best code first; those that say that there is none left out."""
        found = [(urn, held) for (at, urn), held in self.held.items() if at == slot and held.version.code != NO_MARK]
        return sorted(found, key=lambda each: (each[1].version.code, each[0]))
