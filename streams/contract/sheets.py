"""Marks in columns: a mark that says nothing of its own is no object, neither on the internal topic nor on its way.

What nearly all marks of a register have in common (when it was recorded, and that the code was sent as it is read) is
said once; a mark that differs says its `Own`. Whoever wants one mark asks for it, and gets a `BatchMark`.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from struct import Struct as Bytes

from msgspec import Struct

KEY = 26  # letters of a pseudonym
PLACE = 2  # bytes of a place in a register, the lowest first
_PLACES = Bytes("<H")


class BatchMark(Struct, frozen=True, gc=False):
    """One accepted mark of a register.

    `index` is its place in the register as sent; `code` is the index in `attendance.codes.CODES` after reading by date;
    `recorded` is in whole seconds since 1970 (UTC); `recorded_at` and `sent` are the texts as sent, null where they are
    the register's own and the code as read.
    """

    pupil: str
    index: int
    code: int
    recorded: int
    recorded_at: str | None = None
    sent: str | None = None
    minutes_late: int | None = None


class Own(Struct, array_like=True, frozen=True, gc=False):
    """What a mark says of its own: the last four fields of a `BatchMark`."""

    recorded: int
    recorded_at: str | None = None
    sent: str | None = None
    minutes_late: int | None = None


class Packed(Struct, array_like=True, frozen=True, gc=False):
    """Marks of several registers, one behind the other: `KEY` letters of each, its code, its index in `PLACE` bytes.

    `own` has, by the number of the mark here, what the rare mark says of its own.
    """

    pupils: bytes
    codes: bytes
    places: bytes
    own: dict[int, Own]


class Sheet(Struct, frozen=True, gc=False, eq=False):
    """The marks of one register: `size` of those of *packed* from `start` on; `recorded` is when most were.

    A sequence of `BatchMark`, each made when it is asked for.
    """

    packed: Packed
    start: int
    size: int
    recorded: int

    def __len__(self) -> int:
        return self.size

    def __iter__(self) -> Iterator[BatchMark]:
        return map(self.__getitem__, range(self.size))

    def __getitem__(self, number: int) -> BatchMark:
        """Return one mark; a negative *number* counts from the end.

        Raises:
            IndexError: there are not so many.
        """
        packed, at = self.packed, self.start + range(self.size)[number]
        own = packed.own.get(at)
        pupil = packed.pupils[KEY * at : KEY * at + KEY].decode("ascii")
        index, code = place_in(packed.places, at), packed.codes[at]
        if own is None:
            return BatchMark(pupil, index, code, self.recorded)
        return BatchMark(pupil, index, code, own.recorded, own.recorded_at, own.sent, own.minutes_late)

    def __eq__(self, other: object) -> bool:
        return list(self) == list(other) if isinstance(other, Sheet) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.codes)

    @property
    def pupils(self) -> list[str]:
        """Return whose marks they are."""
        return keys_in(self.letters)

    @property
    def letters(self) -> bytes:
        """Return the keys of `pupils` one behind the other."""
        return self.packed.pupils[KEY * self.start : KEY * (self.start + self.size)]

    @property
    def codes(self) -> bytes:
        """Return their codes, a byte each."""
        return self.packed.codes[self.start : self.start + self.size]

    @property
    def times(self) -> list[int]:
        """Return when each was recorded, in seconds since 1970."""
        times, own = [self.recorded] * self.size, self.packed.own
        for at in own.keys() & range(self.start, self.start + self.size) if own else ():
            times[at - self.start] = own[at].recorded
        return times

    def only(self, numbers: Iterable[int]) -> "Sheet":
        """Return some of these marks, by number from 0, as a sheet of their own."""
        pupils, codes, places, own = (getattr(self.packed, name) for name in Packed.__struct_fields__)
        which = [self.start + number for number in numbers]
        some = Packed(
            b"".join([pupils[KEY * at : KEY * at + KEY] for at in which]),
            bytes([codes[at] for at in which]),
            b"".join([places[PLACE * at : PLACE * at + PLACE] for at in which]),
            {number: own[at] for number, at in enumerate(which) if at in own} if own else {},
        )
        return Sheet(some, 0, len(which), self.recorded)


def sheet(marks: Sequence[BatchMark], recorded: int | None = None) -> Sheet:
    """Return *marks* as a sheet of their own; *recorded* is when most were, that of the first if not given.

    Raises:
        ValueError: a pupil has not `KEY` letters.
    """
    if recorded is None:
        recorded = marks[0].recorded if marks else 0
    if any(len(mark.pupil) != KEY for mark in marks):
        raise ValueError(f"a pupil's key has {KEY} letters")
    pupils = "".join([mark.pupil for mark in marks]).encode("ascii")
    places = b"".join([_PLACES.pack(mark.index) for mark in marks])
    owns = {number: own for number, mark in enumerate(marks) if (own := _own(mark)) != Own(recorded)}
    return Sheet(Packed(pupils, bytes([mark.code for mark in marks]), places, owns), 0, len(marks), recorded)


def _own(mark: BatchMark) -> Own:
    return Own(mark.recorded, mark.recorded_at, mark.sent, mark.minutes_late)


def place_in(places: bytes, number: int) -> int:
    """Return one of the places in a register that stand one behind the other in *places*."""
    return places[PLACE * number] | places[PLACE * number + 1] << 8


def keys_in(pupils: bytes) -> list[str]:
    """Return the keys that stand one behind the other in *pupils*."""
    letters = pupils.decode("ascii")
    return [letters[at : at + KEY] for at in range(0, len(letters), KEY)]


def sheets_of(packed: Packed, sizes: Sequence[int], recorded: Sequence[int]) -> Iterator[Sheet]:
    """Yield the sheets that lie in *packed* one behind the other, by size and by when most of each were recorded."""
    return map(Sheet, [packed] * len(sizes), accumulate(sizes, initial=0), sizes, recorded)


def joined(sheets: Iterable[Sheet]) -> Packed:
    """Return the marks of *sheets* one behind the other. Those that lie so already are not copied one by one."""
    parts = [_cut(*stretch) for stretch in _stretches(sheets)]
    if len(parts) == 1:
        return parts[0]
    own, first = dict[int, Own](), 0
    for part in parts:
        if part.own:
            own |= {first + number: its for number, its in part.own.items()}
        first += len(part.codes)
    pupils, codes = [part.pupils for part in parts], [part.codes for part in parts]
    return Packed(b"".join(pupils), b"".join(codes), b"".join([part.places for part in parts]), own)


def _stretches(sheets: Iterable[Sheet]) -> list[tuple[Packed, int, int]]:
    """Return from where to where in which columns *sheets* go, those that follow each other together."""
    found: list[tuple[Packed, int, int]] = []
    packed, start, end = Packed(b"", b"", b"", {}), 0, 0
    for each in sheets:
        if each.packed is not packed or each.start != end:
            found.append((packed, start, end))
            packed, start = each.packed, each.start
        end = each.start + each.size
    return [*found, (packed, start, end)][1:] if end or found else []


def _cut(packed: Packed, start: int, end: int) -> Packed:
    """Return some of the marks of *packed*, which is itself where they are all."""
    if (start, end) == (0, len(packed.codes)):
        return packed
    own = {at - start: its for at, its in packed.own.items() if start <= at < end}
    pupils, places = packed.pupils[KEY * start : KEY * end], packed.places[PLACE * start : PLACE * end]
    return Packed(pupils, packed.codes[start:end], places, own)
