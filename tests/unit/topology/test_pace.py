"""Turns kept apart."""

import asyncio

from streams.topology.pace import Pace


def test_the_first_turn_and_one_after_a_quiet_time_begin_at_once() -> None:
    """Nobody waits where nothing was done."""
    now = [5.0]
    pace = Pace(3600.0, lambda: now[0])

    async def tried() -> None:
        await pace.turn()
        now[0] += 3600.0
        await pace.turn()

    asyncio.run(asyncio.wait_for(tried(), 60))


def test_a_turn_right_behind_another_waits_until_it_is_apart() -> None:
    """By the clock that it is given."""

    async def tried() -> bool:
        pace = Pace(3600.0, lambda: 5.0)
        await pace.turn()
        second = asyncio.create_task(pace.turn())
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        waited = not second.done()
        second.cancel()
        return waited

    assert asyncio.run(tried())


def test_who_is_in_a_hurry_waits_no_longer() -> None:
    """A partition that is asked back."""

    async def tried() -> None:
        pace, hurry = Pace(3600.0, lambda: 5.0), asyncio.Event()
        await pace.turn(hurry)
        second = asyncio.create_task(pace.turn(hurry))
        await asyncio.sleep(0)
        hurry.set()
        await second

    asyncio.run(asyncio.wait_for(tried(), 60))
