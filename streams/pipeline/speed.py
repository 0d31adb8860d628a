"""When marks go the fast path, and when it is loaded for them."""

from threading import Thread
from typing import NamedTuple

from streams.attendance.screen import Screen
from streams.pipeline import compiled_marks, compiled_pages


class Speed(NamedTuple):
    """When the fast path is worth its calls: from how many marks together, and from how many it is worth loading it.

    From so many pupils too, whose marks are then to come.

    With `wait` marks wait until it is loaded; else they go the exact way meanwhile.
    """

    together: int
    loading: int
    wait: bool = False


ORDINARY = Speed(together=1, loading=300)
"""The calls of the fast path cost less than one mark the exact way; to load it as much as ten thousands."""
PATIENT = ORDINARY._replace(wait=True)
"""The same where nobody waits for the first alert: a replay."""


class FastPath:
    """A partition's fast path: off until it is loaded, which a thread does."""

    def __init__(self, screen: Screen, speed: Speed) -> None:
        self._screen, self._speed = screen, speed
        self._thread: Thread | None = None

    def is_for(self, marks: int) -> bool:
        """Whether so many marks go the fast path. The first that are worth it have it loaded."""
        if self._screen.ready:
            return marks >= self._speed.together
        if marks >= self._speed.loading:
            self._load()
        return self._screen.ready

    def expect(self, pupils: int) -> None:
        """Have it loaded beside the ledgers of so many pupils, if they are worth it: their first marks need it most.

        What reads the ledgers themselves is loaded before they go on.
        """
        if pupils >= self._speed.loading and self._thread is None:
            compiled_pages.load()
            self._begin()

    def _load(self) -> None:
        thread = self._begin()
        if self._speed.wait:
            thread.join()

    def _begin(self) -> Thread:
        if self._thread is None:
            self._thread = Thread(target=load, args=(self._screen,), name="fast path", daemon=True)
            self._thread.start()
        return self._thread


def load(screen: Screen) -> None:
    """Load all that is compiled: the reader of pages, the fast path, and the reader of plain registers."""
    compiled_pages.load()
    screen.load()
    compiled_marks.load()
