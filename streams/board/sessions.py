"""The sessions of a board: those changed since the last commit, over all that stood then.

A batch changes one or two of some eighty sessions of a school; to copy all of them each time cost more than the marks.
"""

from collections.abc import ItemsView, Iterator, ValuesView

from streams.board.session_marks import SessionMarks


class Sessions:
    """Sessions by slot. Working copies (`over`) share what stood; nothing shows below until `settle`."""

    __slots__ = ("_left", "_own", "_stood")

    def __init__(self, stood: dict[int, SessionMarks] | None = None) -> None:
        self._stood = {} if stood is None else stood
        self._own: dict[int, SessionMarks] = {}
        self._left: set[int] = set()  # of those that stood

    def over(self) -> "Sessions":
        """Return a working copy. What was changed here is settled first: settle it or let it go before the next one."""
        if self._own or self._left:
            self.settle()
        return Sessions(self._stood)

    def settle(self) -> None:
        """Let the changes stand, for all that share what stood."""
        self._stood |= self._own
        for slot in self._left:
            del self._stood[slot]
        self._own, self._left = {}, set()

    def get(self, slot: int) -> SessionMarks | None:
        """Return a session, not to be changed; None where there is none."""
        return self._own.get(slot) or (None if slot in self._left else self._stood.get(slot))

    def to_change(self, slot: int) -> SessionMarks:
        """Return a session, begun where there is none, that may be changed here."""
        own = self._own.get(slot)
        if own is None:
            stood = self._stood.get(slot)
            own = self._own[slot] = stood.copy() if stood and slot not in self._left else SessionMarks()
            self._left.discard(slot)
        return own

    def in_place(self, slot: int) -> SessionMarks:
        """Return a session, begun where there is none, that may be changed for all that share what stood."""
        session = self._stood.get(slot)
        if session is None:
            session = self._stood[slot] = SessionMarks()
        return session

    def pop(self, slot: int) -> SessionMarks | None:
        """Take a session away; return it, None where there is none."""
        session = self.get(slot)
        self._own.pop(slot, None)
        if slot in self._stood:
            self._left.add(slot)
        return session

    def __contains__(self, slot: int) -> bool:
        return self.get(slot) is not None

    def __iter__(self) -> Iterator[int]:
        return iter(self._all())

    def items(self) -> ItemsView[int, SessionMarks]:
        """Give all sessions, each with its slot."""
        return self._all().items()

    def values(self) -> ValuesView[SessionMarks]:
        """Give all sessions."""
        return self._all().values()

    def _all(self) -> dict[int, SessionMarks]:
        if not self._own and not self._left:
            return self._stood
        if not self._stood:
            return self._own
        found = self._stood | self._own
        for slot in self._left:
            del found[slot]
        return found
