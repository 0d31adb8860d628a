"""Stored pages that name pupils by their keys, as the forms before rolls were stored do.

Where these pupils stand on the roll is known only when all is loaded. Until then such pages wait, and with them those
of the same school that come behind: which register came first must stay so.
"""

from msgspec.structs import replace

from streams.board.board import Board, Page
from streams.board.roll import Roll


class Older:
    """The pages of one board that wait, in order."""

    def __init__(self) -> None:
        self._named = Roll()  # who is named, by numbers of their own
        self._pages: list[tuple[Page, bool]] = []  # and whether the places are those numbers

    def add(self, page: Page, pupils: bytes | None) -> None:
        """Have a page wait; its places are yet to be known where it has *pupils*, keys one behind the other."""
        if pupils is not None:
            page = replace(page, marks=replace(page.marks, at=self._named.places(pupils)))
        self._pages.append((page, pupils is not None))

    def drop(self, slot: int) -> None:
        """Let go of the pages of a session."""
        self._pages = [(page, named) for page, named in self._pages if page.slot != slot]

    def settle(self, board: Board) -> None:
        """Enter them on *board*, of which all else is loaded."""
        pupils = list(self._named)
        for page, named in self._pages:
            board.load(self._placed(page, board.roll, pupils) if named else page)

    @staticmethod
    def _placed(page: Page, roll: Roll, pupils: list[str]) -> Page:
        found = roll.places("".join([pupils[number] for number in page.marks.places]).encode("ascii"))
        return replace(page, marks=replace(page.marks, at=found))
