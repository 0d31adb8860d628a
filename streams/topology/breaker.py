"""Knowing a source that has gone bad: of its last registers, more than a set share could not be read.

A source is what keyed the record: the school, where the sender could tell. Its bad registers are in the dead letters
already; what is added is that somebody is told, or that the worker stops. Kept in memory, begun anew with the worker.
"""

from collections import OrderedDict
from dataclasses import dataclass

MOST_SOURCES = 50_000  # those heard of longest ago are forgotten: keys come from outside


@dataclass
class _Last:
    """The last registers of one source, the newest in the lowest bit; a bad one is a 1."""

    bits: int = 0
    is_bad: bool = False


class Breaker:
    """Looks at the last *registers* of each source; bad is one of whose more than *percent* per cent are bad."""

    def __init__(self, registers: int, percent: int) -> None:
        self._mask = (1 << registers) - 1
        self._most = registers * percent // 100
        self._sources: OrderedDict[bytes, _Last] = OrderedDict()
        self.bad = 0
        """How many sources are bad."""

    def saw(self, source: bytes, *, bad: bool) -> bool:
        """Note one register of *source*; tell whether with it the source has gone bad."""
        last = self._sources.pop(source, None) or _Last()
        self._sources[source] = last
        last.bits = (last.bits << 1 | bad) & self._mask
        was, last.is_bad = last.is_bad, last.bits.bit_count() > self._most
        self.bad += last.is_bad - was
        if len(self._sources) > MOST_SOURCES:
            _, oldest = self._sources.popitem(last=False)
            self.bad -= oldest.is_bad
        return last.is_bad and not was
