"""Running a coroutine up to its first wait without a task: of those that Faust makes tasks of, nearly none waits."""

from collections.abc import Awaitable, Coroutine, Generator
from typing import Any


class Begun(Awaitable[None]):
    """A coroutine that has begun, and waits for *future*: whoever awaits this goes on with it."""

    def __init__(self, coroutine: Coroutine[Any, Any, Any], future: object) -> None:
        self._coroutine = coroutine
        self._future = future

    def __await__(self) -> Generator[Any, Any, None]:
        """Wait for what it waits for, then go on to its end."""
        try:
            yield self._future
        except BaseException:
            self._coroutine.close()
            raise
        yield from self._coroutine.__await__()


def begin(coroutine: Coroutine[Any, Any, Any]) -> Begun | None:
    """Run *coroutine* to its first wait; None where it ended without one."""
    try:
        return Begun(coroutine, coroutine.send(None))
    except StopIteration:
        return None
