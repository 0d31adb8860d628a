"""Looking at the clock, and ending what has begun."""

import asyncio
from typing import NoReturn

import pytest

from streams.topology.failstop import FailStop
from streams.topology.timer import Timer
from streams.topology.turns import to_its_end


class _LeftError(BaseException):
    pass


def _leave(code: int) -> NoReturn:
    raise _LeftError(code)


def test_it_looks_again_and_again_and_a_look_that_fails_ends_the_worker() -> None:
    """Not one look is skipped over."""
    looks: list[int] = []

    async def tick() -> None:
        looks.append(len(looks))
        if len(looks) > 2:
            raise KeyError

    with pytest.raises(_LeftError):
        asyncio.run(Timer("ticking", tick, 0.001, FailStop(_leave)).run())
    assert looks == [0, 1, 2]


def test_cancelled_in_the_middle_a_call_comes_to_its_end_first() -> None:
    """It may be writing, in a thread that cannot be called back."""

    async def story() -> list[str]:
        said: list[str] = []
        begun, go_on = asyncio.Event(), asyncio.Event()

        async def call() -> None:
            begun.set()
            await go_on.wait()
            said.append("ended")

        task = asyncio.create_task(to_its_end(call()))
        await begun.wait()
        task.cancel()
        await asyncio.sleep(0)
        assert not task.done()
        go_on.set()
        with pytest.raises(asyncio.CancelledError):
            await task
        return said

    assert asyncio.run(story()) == ["ended"]
