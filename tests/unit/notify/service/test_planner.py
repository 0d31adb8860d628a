"""Sends that a wipe overtakes, and deeds of people, on a desk in memory."""

import pytest

from streams.contract.deliveries import ParkDelivery, RetryDelivery
from streams.notify.channels.channel import Outcome
from streams.notify.lifecycle.records import instant
from streams.notify.lifecycle.state import Parcel
from tests.support.notifier_world import World
from tests.support.notifying import config

A, B = "a" * 32, "b" * 32
ONE = {"audience": ["la-attendance"], "urn": 100009}  # goes to the service alone


@pytest.fixture
def world() -> World:
    return World(config())


def _claimed(world: World, owner: str = "me") -> Parcel:
    """Let one alert come as far as its intent."""
    world.publish(A, "raised", **ONE)
    world.take()
    world.advance(360)
    world.settle_down()
    (parcel,) = world.planner.claim(owner, lambda _: 9, world.now).parcels
    return parcel


def _wiped_unseen(world: World) -> None:
    """Lose the desk, and make it anew without what was written last."""
    written, world.records = world.records, []
    world.wipe()
    world.records = written


def test_a_send_that_a_wipe_overtook_goes_on_where_nobody_else_sends_it(world: World) -> None:
    """The new state takes it in as told."""
    parcel = _claimed(world)
    _wiped_unseen(world)
    assert world.planner.adopt(parcel, "me", world.now)
    world.planner.done([(parcel, Outcome.delivered())], "me", world.now)
    world.run(3600)
    assert world.inbox["service"] == []
    assert [each.state for each in world.records] == ["intent", "delivered"]


def test_it_does_not_go_on_where_the_new_state_has_it(world: World) -> None:
    """The rebuild saw the intent: another will send it, with the same id."""
    parcel = _claimed(world)
    world.wipe()
    assert not world.planner.adopt(parcel, "me", world.now)
    world.run(600)
    assert [key for key, _ in world.inbox["service"]] == [parcel.delivery_id]


def test_it_does_not_go_on_where_another_has_told_the_same(world: World) -> None:
    """And what was delivered under its id stays delivered, also after the next wipe."""
    parcel = _claimed(world)
    _wiped_unseen(world)
    world.run(600)
    assert not world.planner.adopt(parcel, "me", world.now)
    world.wipe()
    world.run(600)
    assert [key for key, _ in world.inbox["service"]] == [parcel.delivery_id]


def test_what_comes_of_a_send_that_was_taken_over_is_the_others_to_say(world: World) -> None:
    """One that was thought dead and comes back changes nothing."""
    parcel = _claimed(world)
    world.advance(61)
    world.settle_down()
    assert world.planner.done([(parcel, Outcome.delivered())], "me", world.now) == []


def test_a_slow_send_of_ones_own_is_not_taken_over(world: World) -> None:
    """One who sweeps knows that it lives."""
    parcel = _claimed(world)
    world.advance(61)
    world.planner.turn(world.now, lambda: [parcel.delivery_id])
    assert len(world.planner.done([(parcel, Outcome.delivered())], "me", world.now)) == 1


def test_a_person_parks_and_lets_go_again_and_old_wishes_are_not_granted_twice(world: World) -> None:
    """Every notifier reads every action, and reads them again at its start."""
    world.publish(A, "raised", **ONE)
    world.take()
    world.advance(360)
    world.settle_down()
    world.send("times-out")
    key = world.records[-1].delivery_id
    park = ParkDelivery(delivery_id=key, owner="jo", at=instant(world.now))
    retry = RetryDelivery(delivery_id=key, owner="jo", at=instant(world.now + 10))
    world.planner.heed(park, world.now)
    world.planner.heed(park, world.now)
    world.advance(10)
    world.run(600)
    assert len(world.inbox["service"]) == 1
    world.planner.heed(retry, world.now)
    world.planner.heed(park, world.now)
    world.planner.heed(retry, world.now)
    world.run(600)
    assert len(world.inbox["service"]) == 2
    assert [each.state for each in world.records].count("parked") == 1


def test_a_retry_that_later_words_have_overtaken_is_refused(world: World) -> None:
    """A raise is not sent after its withdrawal."""
    world.publish(A, "raised", **ONE)
    world.take()
    world.advance(360)
    world.settle_down()
    world.send("times-out")
    key = world.records[-1].delivery_id
    world.planner.heed(ParkDelivery(delivery_id=key, owner="jo", at=instant(world.now)), world.now)
    world.publish(A, "withdrawn", **ONE)
    world.run(600)
    world.planner.heed(RetryDelivery(delivery_id=key, owner="jo", at=instant(world.now)), world.now)
    world.run(600)
    assert world.heard("service", A) == ["raised", "withdrawn"]
    assert world.records[-1].reason == "overtaken"
