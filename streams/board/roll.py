"""Who is on a school's board: each pupil's place in every session's row of codes."""

from collections.abc import Mapping


class Roll(dict[str, int]):
    """The place of each pupil, in the order in which they were first sent. It only grows; working copies share it."""

    __slots__ = ("_names",)

    def __init__(self) -> None:
        super().__init__()
        self._names: list[str] = []  # by place

    def add(self, pupil: str) -> int:
        """Give the next place to *pupil*, who has none."""
        place = self[pupil] = len(self._names)
        self._names.append(pupil)
        return place

    def row(self, pupils: list[str]) -> int | None:
        """Return the place of the first of *pupils* where they are known, and stand in this order; else None.

        To compare them with those there costs a fraction of looking each one up.
        """
        first = self.get(pupils[0]) if pupils else None
        return first if first is not None and self._names[first : first + len(pupils)] == pupils else None

    def rename(self, names: Mapping[str, str]) -> None:
        """Have others stand in the places of pupils: whom, and by what name."""
        for pupil in names.keys() & self.keys():
            place = self[names[pupil]] = self.pop(pupil)
            self._names[place] = names[pupil]
