"""Who is on a school's board: each pupil's place in every session's row of codes, by which stored pages name them too.

A place is free again once no session has a version of its pupil's, so that nobody is on a roll for longer than on the
board. What of a roll is not stored yet is known by stretch, of so many places each.
"""

from collections.abc import Collection, Mapping

from streams.board.entries import Places, as_row
from streams.contract.sheets import KEY, keys_in

STRETCH = 32
"""Places of a roll that are stored together: about a class."""
_NOBODY = "-" * KEY
_FREE = _NOBODY.encode("ascii")


class Roll(dict[str, int]):
    """The place of each pupil. Working copies share it: a pupil of one that is let go is on it, and has no mark."""

    __slots__ = ("_free", "_letters", "unsaved")

    def __init__(self, unsaved: Collection[int] = ()) -> None:
        super().__init__()
        self._letters = bytearray()  # of the keys, by place
        self._free: list[int] | None = []  # the lowest last; None while they are not known
        self.unsaved = set(unsaved)
        """The stretches that are not stored as they are."""

    def places(self, pupils: bytes) -> Places:
        """Return the places of *pupils*, keys one behind the other; whoever has none is given one."""
        first = self.row(pupils)
        if first is not None:
            return first
        found = [place if (place := self.get(pupil)) is not None else self._add(pupil) for pupil in keys_in(pupils)]
        return as_row(found)

    def row(self, pupils: bytes) -> int | None:
        """Return the place of the first of *pupils* where they stand here so, one behind the other; else None.

        To compare them with those there costs a fraction of looking each one up.
        """
        first = self.get(pupils[:KEY].decode("ascii"))
        return first if first is not None and self._letters.startswith(pupils, KEY * first) else None

    def _add(self, pupil: str) -> int:
        if self._free is None:
            self._free = self._find_free()
        place = self._free.pop() if self._free else self.size
        self[pupil] = place
        self._write(place, pupil)
        return place

    def _write(self, place: int, pupil: str) -> None:
        self._letters[KEY * place : KEY * (place + 1)] = pupil.encode("ascii")
        self.unsaved.add(place // STRETCH)

    def rename(self, names: Mapping[str, str]) -> None:
        """Have others stand in the places of pupils: whom, and by what name."""
        for pupil in names.keys() & self.keys():
            place = self[names[pupil]] = self.pop(pupil)
            self._letters[KEY * place : KEY * (place + 1)] = names[pupil].encode("ascii")

    @property
    def size(self) -> int:
        """Return how many places it has, free ones too."""
        return len(self._letters) // KEY

    def of_those(self, used: bytes) -> "Roll":
        """Return a roll of those at whose places *used*, a byte a place, is not 0; this one, as it is, if all are."""
        if len(used) >= self.size and 0 not in used:
            return self
        new = Roll(self.unsaved)
        new.update(self)
        new._letters = self._letters[:]
        for pupil, place in self.items():
            if place >= len(used) or not used[place]:
                del new[pupil]
                new._write(place, _NOBODY)
        new._free = None
        return new

    def _find_free(self) -> list[int]:
        return sorted(set(range(self.size)).difference(self.values()), reverse=True)

    def stretch(self, number: int) -> bytes:
        """Return the keys of a stretch, one behind the other, up to its last pupil; none where it has nobody."""
        letters = bytes(self._letters[KEY * STRETCH * number : KEY * STRETCH * (number + 1)])
        while letters.endswith(_FREE):
            letters = letters[:-KEY]
        return letters

    def load(self, number: int, letters: bytes) -> None:
        """Take a stretch as it was stored, in the order in which they were."""
        first = number * STRETCH
        for pupil in keys_in(self.stretch(number)):
            if self.get(pupil, -1) // STRETCH == number:
                del self[pupil]
        missing = KEY * first - len(self._letters)
        self._letters.extend(_FREE * (max(0, missing) // KEY))
        self._letters[KEY * first : KEY * (first + STRETCH)] = letters.ljust(KEY * STRETCH, b"-")
        self.update({pupil: first + at for at, pupil in enumerate(keys_in(letters)) if pupil != _NOBODY})
        self._free = None
