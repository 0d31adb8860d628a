"""Who is on a school's board: each pupil's place in every session's row of codes."""

from collections.abc import Mapping

from streams.contract.sheets import KEY


class Roll(dict[str, int]):
    """The place of each pupil, in the order in which they were first sent. It only grows; working copies share it."""

    __slots__ = ("_letters",)

    def __init__(self) -> None:
        super().__init__()
        self._letters = bytearray()  # of the keys, by place

    def add(self, pupil: str) -> int:
        """Give the next place to *pupil*, who has none."""
        place = self[pupil] = len(self._letters) // KEY
        self._letters += pupil.encode("ascii")
        return place

    def row(self, pupils: bytes) -> int | None:
        """Return the place of the first of *pupils*, keys one behind the other, where they stand here so; else None.

        To compare them with those there costs a fraction of looking each one up.
        """
        first = self.get(pupils[:KEY].decode("ascii"))
        return first if first is not None and self._letters.startswith(pupils, KEY * first) else None

    def rename(self, names: Mapping[str, str]) -> None:
        """Have others stand in the places of pupils: whom, and by what name."""
        for pupil in names.keys() & self.keys():
            place = self[names[pupil]] = self.pop(pupil)
            self._letters[KEY * place : KEY * (place + 1)] = names[pupil].encode("ascii")
