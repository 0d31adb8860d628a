"""A missing register holds back its pupils' alerts of that session, and no others."""

import pytest

from streams.contract.messages import Cause, Session
from tests.support.notifier_world import World
from tests.support.notifying import FILE, config

A, MISSING = "a" * 32, "c" * 32
MINUTE, HOUR, DAY = 60, 3600, 86_400
REGISTER = {"rule": "register-missing", "severity": "urgent", "pupil": None, "cause": None, "reason": "time"}


@pytest.fixture
def world() -> World:
    file = FILE.replace('source = { rule = ["mass-absence"] }', 'source = { rule = ["register-missing"] }')
    made = World(config(file))
    made.publish(MISSING, "raised", **REGISTER)
    made.run(30 * MINUTE)
    return made


def test_while_it_is_missing_those_of_its_session_wait(world: World) -> None:
    """Until the alert about it is taken back."""
    world.publish(A, "raised")
    world.run(HOUR)
    assert world.heard("office", A) == []
    world.publish(MISSING, "withdrawn")
    world.run(HOUR)
    assert world.heard("office", A) == ["raised"]


@pytest.mark.parametrize("half", ["AM", "PM"])
def test_when_it_has_come_those_of_its_session_wait_still(world: World, half: str) -> None:
    """In whichever session it came: `to` may be that in which it was missing."""
    world.publish(MISSING, "eased", to=Session(world.day(), half), rule="register-missing", cause=None)
    world.publish(A, "raised")
    world.run(HOUR)
    assert world.heard("office", A) == []


def test_those_of_another_session_are_told(world: World) -> None:
    """That afternoon's, though nothing has come since the morning; and those of days after."""
    afternoon = Cause("r", world.day(), "PM", "O", f"{world.day()}T13:00:00+01:00")
    world.publish(A, "raised", cause=afternoon)
    world.run(HOUR)
    assert world.heard("office", A) == ["raised"]
    world.advance(2 * DAY)
    world.publish("d" * 32, "raised")
    world.run(HOUR)
    assert world.heard("office", "d" * 32) == ["raised"]
