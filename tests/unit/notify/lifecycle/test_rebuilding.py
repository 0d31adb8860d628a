"""All is lost and made anew: by today's file, but nobody hears what another file may never have routed to them."""

import pytest
from msgspec import structs

from streams.contract.deliveries import SilenceMatch
from streams.contract.messages import Cause
from streams.notify.lifecycle.flushing import day_key
from streams.notify.lifecycle.orders import Silence
from streams.notify.lifecycle.state import Day
from streams.notify.reasons import Why
from tests.support.notifier_world import World
from tests.support.notifying import FILE, config
from tests.support.notifying import instant as london

A, B, MASS = "a" * 32, "b" * 32, "c" * 32
MINUTE, HOUR, DAY = 60, 3600, 86_400
SCHOOL = {"rule": "mass-absence", "pupil": None, "audience": ["la-attendance"]}
LATE = """
[[receiver]]
name = "late"
audience = ["school"]
channel = { type = "stdout" }

[[route]]
name = "late"
match = { audience = ["school"], restricted = false }
receivers = ["late"]
continue = true

[[route]]
name = "service"
"""
WITH_ONE_MORE = config(FILE.replace('\n[[route]]\nname = "service"\n', LATE, 1))


@pytest.fixture
def world() -> World:
    return World(config())


def test_a_receiver_that_came_later_does_not_hear_of_all_that_is_open(world: World) -> None:
    """What is recent is told, as to one who was there; what is older is listed."""
    world.publish(A, "raised")
    world.run(HOUR)
    world.now = london("2024-10-21T09:00")
    world.publish(B, "raised")
    world.run(2 * HOUR)
    world.reload(WITH_ONE_MORE)
    world.run(HOUR)
    assert world.inbox["late"] == []
    world.wipe()
    world.run(DAY, step=600)
    assert world.heard("late", A) == []
    assert world.reasons("late", A) == [Why.STALE]
    assert world.heard("late", B) == ["raised"]


def test_it_is_listed_once_however_often_all_is_lost(world: World) -> None:
    """And hears of its end no more than of its beginning."""
    world.publish(A, "raised")
    world.run(13 * DAY, step=DAY)
    world.reload(WITH_ONE_MORE)
    for _ in range(3):
        world.wipe()
        world.run(HOUR)
    assert world.reasons("late", A) == [Why.STALE]
    world.publish(A, "withdrawn")
    world.run(HOUR)
    assert world.inbox["late"] == []
    assert world.heard("office", A) == ["raised", "withdrawn"]


def test_what_was_held_back_for_long_is_held_and_told_still(world: World) -> None:
    """By a silence, and by a mass absence: the record says so."""
    match = SilenceMatch(rule=["lateness"])
    world.silence(Silence(silence_id="s", match=match, owner="x", reason="y", expires=world.now + 30 * DAY))
    world.publish(MASS, "raised", **SCHOOL)
    world.publish(A, "raised")
    cause = Cause("r", "2024-10-07", "PM", "O", "2024-10-07T13:00:00+01:00")  # not of the mass absence's session
    world.publish(B, "raised", rule="lateness", cause=cause)
    world.run(13 * DAY, step=HOUR)
    world.wipe()
    world.run(HOUR)
    assert world.heard("office", A) == world.heard("office", B) == []
    world.publish(MASS, "withdrawn")
    world.expire("s")
    world.run(3 * DAY, step=HOUR)
    assert world.heard("office", A) == world.heard("office", B) == ["raised"]


def test_what_waits_for_its_hours_over_a_holiday_is_told_still(world: World) -> None:
    """Ten days, which are no school days."""
    world.now = london("2024-10-25T18:30")
    world.publish(A, "raised")
    world.run(9 * DAY, step=HOUR)
    world.wipe()
    world.run(2 * DAY, step=HOUR)
    assert world.heard("office", A) == ["raised"]


def test_what_waits_for_the_one_day_of_its_route_is_told_still() -> None:
    """Mondays: on the next one its cause is four school days ago, and it was never due before."""
    world = World(config(FILE.replace('days = "school-days"', 'days = ["mon"]')))
    world.publish(A, "raised")
    world.run(HOUR)
    world.now = london("2024-10-14T07:00")
    world.wipe()
    world.run(2 * HOUR)
    assert world.heard("office", A) == ["raised"]


def test_what_waits_for_a_receiver_that_is_out_of_reach_is_told_still(world: World) -> None:
    """It said 410 a week ago; now a person lets it go on."""
    alone = {"audience": ["la-attendance"], "urn": 100009}  # goes to the service alone
    world.publish(A, "raised", **alone)
    world.take()
    world.advance(6 * MINUTE)
    world.settle_down()
    world.send("gone")
    world.publish(B, "raised", **alone)
    world.run(7 * DAY, step=HOUR)
    world.wipe()
    world.run(HOUR)
    assert world.heard("service", B) == []
    world.retry(world.records[-1].delivery_id)
    world.run(HOUR)
    assert world.heard("service", A) == world.heard("service", B) == ["raised"]


def test_what_came_while_nobody_was_there_and_is_stale_is_listed(world: World) -> None:
    """The notifier was away for long, and its Redis is empty."""
    world.publish(A, "raised")
    world.advance(20 * DAY)
    world.wipe()
    world.run(DAY, step=HOUR)
    assert world.heard("office", A) == []
    assert world.reasons("office", A) == [Why.STALE]


@pytest.mark.parametrize("tries", [1, 3])
def test_the_budget_is_what_was_spent_of_it(world: World, tries: int) -> None:
    """Neither urgent messages nor withdrawals nor second tries are counted."""
    urgent = {"rule": "unexplained-today", "severity": "urgent", "audience": ["school"]}
    for number in range(4):
        world.publish(f"{number:032x}", "raised", **urgent, urn=100001 + number)
    world.run(HOUR)
    world.publish(A, "raised", urn=100009)
    world.take()
    world.advance(20 * MINUTE)
    world.settle_down()
    for _ in range(tries - 1):
        world.send("times-out")
        world.advance(HOUR)
    world.run(HOUR)
    world.publish("0" * 32, "withdrawn")
    world.run(HOUR)
    key = day_key("office", world.now)
    spent = world.desk.get(Day, key)
    assert spent == Day(1)
    world.wipe()
    assert world.desk.get(Day, key) == spent
    world.records = [structs.replace(each, lane=None) for each in world.records]  # as an older notifier wrote them
    world.wipe()
    assert world.desk.get(Day, key) == spent


def test_one_who_turned_away_a_reminder_was_told_and_hears_the_withdrawal() -> None:
    """Before a wipe and after it."""
    for wiped in (False, True):
        world = World(config(FILE.replace('name = "north"', 'name = "north"\nrepeat = "2d"')))
        world.publish(A, "raised")
        world.run(HOUR)
        world.advance(2 * DAY)
        world.settle_down()
        world.advance(20 * MINUTE)
        world.settle_down()
        assert world.send("refused") == 1
        if wiped:
            world.wipe()
        world.publish(A, "withdrawn")
        world.run(HOUR)
        assert world.heard("authority", A) == ["raised", "withdrawn"]
