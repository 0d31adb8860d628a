"""What people ask of single deliveries, and what has become of their alerts meanwhile."""

import pytest

from streams.notify.lifecycle.state import Case, Closed
from tests.support.notifier_world import How, World
from tests.support.notifying import FILE, config

A, B = "a" * 32, "b" * 32
ONE = {"audience": ["la-attendance"], "urn": 100009}  # goes to the service alone
HOUR, DAY = 3600, 86_400


@pytest.fixture
def world() -> World:
    return World(config())


def sent(world: World, how: How) -> str:
    """Let what was published be sent once, with that outcome; its delivery id."""
    world.take()
    world.advance(360)
    world.settle_down()
    assert world.send(how) == 1
    return world.records[-1].delivery_id


def test_what_is_told_after_a_retry_of_one_that_was_put_away_waits_for_it(world: World) -> None:
    """Else the receiver would hear of an end after it heard that there never was a beginning."""
    world.publish(A, "raised", **ONE)
    world.run(HOUR)
    world.publish(A, "eased")
    eased = sent(world, "fails")
    world.park(eased)
    world.run(40 * DAY, step=HOUR)
    assert (world.desk.get(Case, A), world.desk.get(Closed, A) is None) == (None, False)
    world.retry(eased)
    world.settle_down()
    world.send("fails")
    world.publish(A, "withdrawn")
    world.run(HOUR)
    assert world.heard("service", A) == ["raised", "eased", "withdrawn"]
    world.wipe()
    world.run(HOUR)
    assert world.heard("service", A) == ["raised", "eased", "withdrawn"]


def test_of_what_was_put_away_only_the_last_word_is_tried_again(world: World) -> None:
    """A raise of what has long been over is no news."""
    world.reload(config(FILE.replace('eased = "at-once"', 'eased = "never"')))
    world.publish(A, "raised", **ONE)
    raised = sent(world, "times-out")
    world.park(raised)
    world.publish(A, "eased")
    world.run(40 * DAY, step=HOUR)
    world.retry(raised)
    world.run(DAY)
    assert world.heard("service", A) == ["raised"]
    assert world.records[-1].reason == "overtaken"


@pytest.mark.parametrize("wiped", [False, True])
def test_a_raise_that_nobody_heard_of_is_not_sent_after_its_alert_was_withdrawn(world: World, *, wiped: bool) -> None:
    """It is cancelled, so that no wipe takes it for one that was told; one before is as good as none."""
    world.publish(A, "raised", **ONE)
    raised = sent(world, "gone")
    world.publish(A, "withdrawn")
    world.run(HOUR)
    if wiped:
        world.wipe()
    world.retry(raised)
    world.run(HOUR)
    assert (world.records[-1].state, world.records[-1].reason) == ("cancelled", "overtaken")
    world.wipe()
    world.run(HOUR)
    assert world.heard("service", A) == []


@pytest.mark.parametrize(("change", "heard"), [("withdrawn", "withdrawn"), ("eased", "eased")])
def test_what_became_meanwhile_of_one_of_several_is_told_right_after_them(change: str, heard: str) -> None:
    """The others are told late, and nothing of it is wrong for long."""
    world = World(
        config(FILE.replace('group_by = ["alert"]\ngroup_wait = "0"', 'group_by = ["urn"]\ngroup_wait = "0"'))
    )
    world.publish(A, "raised", **ONE)
    world.publish(B, "raised", **ONE)
    both = sent(world, "gone")
    world.publish(A, change)
    world.run(HOUR)
    world.retry(both)
    world.run(HOUR)
    assert world.heard("service", A) == ["raised", heard]
    assert world.heard("service", B) == ["raised"]
    world.wipe()
    world.run(HOUR)
    assert world.heard("service", A) == ["raised", heard]


def test_a_disabled_receiver_that_is_let_go_hears_what_waited(world: World) -> None:
    """Also where what it turned away has been overtaken."""
    world.publish(A, "raised", **ONE)
    raised = sent(world, "gone")
    world.publish(A, "withdrawn")
    world.publish(B, "raised", **ONE)
    world.run(HOUR)
    assert world.heard("service", B) == []
    world.retry(raised)
    world.run(HOUR)
    assert world.heard("service", B) == ["raised"]


@pytest.mark.parametrize("wiped", [False, True])
def test_one_that_turned_away_each_try_has_heard_nothing_that_could_be_withdrawn(world: World, *, wiped: bool) -> None:
    """However often a person had it tried again."""
    world.publish(A, "raised", **ONE)
    raised = sent(world, "gone")
    world.advance(HOUR)
    world.retry(raised)
    assert world.send("gone") == 1
    world.publish(A, "withdrawn")
    world.publish(B, "raised", **ONE)
    if wiped:
        world.wipe()
    world.run(HOUR)
    world.retry(raised)
    world.run(HOUR)
    assert world.heard("service", A) == []
    assert world.heard("service", B) == ["raised"]


@pytest.mark.parametrize("wiped", [False, True])
@pytest.mark.parametrize("first", ["times-out", "before-record"])
def test_one_that_may_have_heard_it_once_is_told_of_the_withdrawal(first: How, *, wiped: bool) -> None:
    """Though a later try was turned away."""
    world = World(config())
    world.publish(A, "raised", **ONE)
    world.take()
    world.advance(360)
    world.settle_down()
    world.send(first)
    world.advance(HOUR)
    world.settle_down()
    assert world.send("gone") == 1
    key = world.records[-1].delivery_id
    world.publish(A, "withdrawn")
    if wiped:
        world.wipe()
    world.run(HOUR)
    world.retry(key)
    world.run(HOUR)
    assert world.heard("service", A) == ["raised", "withdrawn"]
