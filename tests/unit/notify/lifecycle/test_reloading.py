"""Another file is in force: what waits is judged anew by it, and nobody hears what that file does not let them hear."""

import pytest

from streams.contract.deliveries import SilenceMatch
from streams.notify.lifecycle.orders import Silence
from streams.notify.reasons import Why
from tests.support.notifier_world import World
from tests.support.notifying import FILE, config

A, B, MASS = "a" * 32, "b" * 32, "c" * 32
MINUTE, HOUR, DAY = 60, 3600, 86_400
SCHOOL = {"rule": "mass-absence", "pupil": None, "audience": ["la-attendance"]}
RESTRICTED = {"rule": "unauthorised-10-in-10", "restricted": True, "audience": ["la-attendance"]}
NORTH = 'match = { schools = ["north"], audience = ["la-attendance"] }'
AUTHORITY = 'name = "authority"\naudience = ["la-attendance"]'
MUTES_NOTHING = config(FILE[: FILE.index("[[inhibit]]")])
NEVER_OPEN = config(FILE.replace("2024-10-28/2024-11-01", "2024-10-01/2034-11-01"))
LATER = config(FILE.replace('digest = ["16:00"]', 'digest = ["23:59"]'))
FOR_ANOTHER_AUDIENCE = config(
    FILE.replace(AUTHORITY, AUTHORITY.replace("la-attendance", "school")).replace(
        NORTH, NORTH.replace("}", ", restricted = false }")
    )
)


@pytest.fixture
def world() -> World:
    return World(config())


def test_what_an_inhibition_held_is_told_when_the_file_has_it_no_more(world: World) -> None:
    """Though the mass absence holds still."""
    world.publish(MASS, "raised", **SCHOOL)
    world.publish(A, "raised")
    world.run(HOUR)
    assert world.heard("office", A) == []
    world.reload(MUTES_NOTHING)
    world.run(HOUR)
    assert world.heard("office", A) == world.heard("service", A) == ["raised"]


def test_what_is_still_held_stays_held(world: World) -> None:
    """By an inhibition that is in the new file too; it is not listed once more."""
    world.publish(MASS, "raised", **SCHOOL)
    world.publish(A, "raised")
    world.run(HOUR)
    before = len(world.records)
    world.reload(LATER)
    world.run(HOUR)
    assert len(world.records) == before
    assert world.heard("office", A) == []
    world.publish(MASS, "withdrawn")
    world.run(HOUR)
    assert world.heard("office", A) == ["raised"]


def test_what_a_silence_holds_is_held_whatever_the_file_says(world: World) -> None:
    """Silences are people's; it is not listed once more either."""
    match = SilenceMatch(rule=["persistent-absence"])
    world.silence(Silence(silence_id="s", match=match, owner="x", reason="y", expires=world.now + 3 * HOUR))
    world.publish(A, "raised")
    world.run(HOUR)
    before = len(world.records)
    world.reload(LATER)
    world.run(HOUR)
    assert len(world.records) == before
    world.run(2 * HOUR)
    assert world.heard("service", A) == ["raised"]


def test_an_inhibition_that_is_new_knows_of_alerts_of_before() -> None:
    """The mass absence was there when the file muted nothing; a child's alert of that session comes late."""
    world = World(MUTES_NOTHING)
    world.publish(MASS, "raised", **SCHOOL)
    world.run(HOUR)
    world.reload(config())
    world.publish(A, "raised")
    world.run(HOUR)
    assert world.heard("office", A) == world.heard("service", A) == []
    assert world.reasons("office", A) == [Why.INHIBITED]


def test_what_waited_for_hours_that_never_came_goes_when_the_file_is_mended() -> None:
    """Holidays without an end, then with one."""
    world = World(NEVER_OPEN)
    world.publish(A, "raised")
    world.run(HOUR)
    assert world.heard("office", A) == []
    world.reload(config())
    world.run(HOUR)
    assert world.heard("office", A) == ["raised"]


def test_what_waited_for_a_digest_waits_for_that_of_the_new_file() -> None:
    """It was at midnight; now it is at four."""
    world = World(LATER)
    ids = [f"{number:032x}" for number in range(6)]
    for number, alert in enumerate(ids):
        world.publish(alert, "raised", audience=["school"], urn=100001 + number)
    world.run(HOUR)
    assert sum(len(told) for _, told in world.inbox["office"]) == 3
    world.reload(config())
    world.run(HOUR)
    assert sum(len(told) for _, told in world.inbox["office"]) == 3
    world.run(7 * HOUR)
    assert all(world.heard("office", alert) == ["raised"] for alert in ids)


def test_a_raise_that_settles_is_not_told_to_a_receiver_declared_for_others_meanwhile(world: World) -> None:
    """It is listed, and told once the receiver is declared for it again."""
    world.publish(A, "raised", **RESTRICTED)
    world.take()
    world.reload(FOR_ANOTHER_AUDIENCE)
    world.run(HOUR)
    assert world.heard("authority", A) == []
    assert world.reasons("authority", A) == [Why.NOT_DECLARED]
    world.reload(config())
    world.run(HOUR)
    assert world.heard("authority", A) == ["raised"]


def test_nor_is_one_that_was_ready_to_be_sent(world: World) -> None:
    """It is undone; what else lay in the same message goes."""
    world.publish(A, "raised", **RESTRICTED)
    world.publish(B, "raised", **RESTRICTED | {"restricted": False, "audience": ["school", "la-attendance"]})
    world.take()
    world.advance(20 * MINUTE)
    world.settle_down()
    world.reload(FOR_ANOTHER_AUDIENCE)
    world.run(HOUR)
    assert world.heard("authority", A) == []
    assert world.heard("authority", B) == ["raised"]
    assert world.leaks == []


def test_a_reminder_is_not_told_to_a_receiver_declared_for_others_but_a_withdrawal_is() -> None:
    """One who was told must hear that it was wrong."""
    world = World(config(FILE.replace('name = "north"', 'name = "north"\nrepeat = "2d"')))
    world.publish(A, "raised", **RESTRICTED)
    world.run(HOUR)
    world.reload(FOR_ANOTHER_AUDIENCE)
    world.run(5 * DAY, step=600)
    assert world.heard("authority", A) == ["raised"]
    world.publish(A, "withdrawn", **RESTRICTED)
    world.run(HOUR)
    assert world.heard("authority", A) == ["raised", "withdrawn"]
