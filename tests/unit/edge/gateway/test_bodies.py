"""Bodies of requests: senders that are slow, or go away."""

import asyncio

import pytest
from starlette.requests import ClientDisconnect

from streams.edge.gateway.answers import Refused
from streams.edge.gateway.bodies import in_time


def test_a_sender_that_never_ends_is_cut_off() -> None:
    """408: nobody can hold a request open for ever."""

    async def wait() -> None:
        async with in_time(0.01):
            await asyncio.Event().wait()

    with pytest.raises(Refused) as caught:
        asyncio.run(wait())
    assert caught.value.status == 408


def test_a_sender_that_goes_away_is_no_mistake_of_ours() -> None:
    """400, which nobody reads; not 500."""

    async def leave() -> None:
        async with in_time(1):
            raise ClientDisconnect

    with pytest.raises(Refused) as caught:
        asyncio.run(leave())
    assert caught.value.status == 400
