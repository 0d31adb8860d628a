"""Coroutines that are run to their first wait at once."""

import asyncio

import pytest

from streams.topology.eager import begin


def test_one_that_never_waits_is_done_at_once() -> None:
    """Without a task, or a loop."""
    done: list[str] = []

    async def quick() -> None:
        done.append("all")

    assert begin(quick()) is None
    assert done == ["all"]


def test_one_that_waits_goes_on_where_it_was() -> None:
    """However often it waits."""
    done: list[str] = []

    async def tried() -> None:
        first, second = asyncio.Event(), asyncio.Event()

        async def slow() -> None:
            done.append("begun")
            await first.wait()
            await second.wait()
            done.append("ended")

        begun = begin(slow())
        assert (begun is not None, done) == (True, ["begun"])
        task = asyncio.ensure_future(begun)  # type: ignore[arg-type] - not None, as was just seen
        for event in (first, second):
            await asyncio.sleep(0)
            assert not task.done()
            event.set()
        await task

    asyncio.run(tried())
    assert done == ["begun", "ended"]


def test_what_one_raises_comes_out() -> None:
    """Before its first wait and behind it."""

    async def tried(*, wait: bool) -> None:
        async def wrong() -> None:
            if wait:
                await asyncio.sleep(0)
            raise KeyError

        with pytest.raises(KeyError):
            await begin(wrong())  # type: ignore[misc] - it never comes to None

    for wait in (False, True):
        asyncio.run(tried(wait=wait))


def test_one_that_is_called_off_is_closed() -> None:
    """What it holds is let go of."""
    done: list[str] = []

    async def tried() -> None:
        async def slow() -> None:
            try:
                await asyncio.Event().wait()
            finally:
                done.append("closed")

        task = asyncio.ensure_future(begin(slow()))  # type: ignore[arg-type] - it waits
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(tried())
    assert done == ["closed"]
