"""What a receiver hears of an alert, from its raise to its end, at times that the test sets."""

import pytest

from streams.contract.deliveries import RetryDelivery, SilenceMatch
from streams.contract.messages import Cause, Session
from streams.notify.lifecycle.orders import Silence
from streams.notify.lifecycle.records import instant
from streams.notify.lifecycle.state import Case, Closed
from streams.notify.reasons import Why
from tests.support.notifier_world import World
from tests.support.notifying import FILE, config
from tests.support.notifying import instant as london

A, B, MASS = "a" * 32, "b" * 32, "c" * 32
MINUTE, HOUR, DAY = 60, 3600, 86_400
SCHOOL = {"rule": "mass-absence", "pupil": None, "audience": ["la-attendance"]}


@pytest.fixture
def world() -> World:
    return World(config())


def test_a_raise_that_lasts_is_told_after_its_settle_time(world: World) -> None:
    """Not before; and by each receiver's own route."""
    world.publish(A, "raised")
    world.run(9 * MINUTE)
    assert world.heard("office", A) == []
    world.run(5 * MINUTE)
    assert world.heard("office", A) == ["raised"]
    assert world.heard("service", A) == ["raised"]


def test_what_ends_while_it_settles_is_told_to_nobody(world: World) -> None:
    """And that is on record."""
    world.publish(A, "raised")
    world.run(2 * MINUTE)
    world.publish(A, "withdrawn")
    world.run(DAY)
    assert world.heard("office", A) == []
    assert world.reasons("office", A) == [Why.SETTLED_AWAY]


def test_raise_and_ease_of_one_comparison_are_told_to_nobody_even_without_settling(world: World) -> None:
    """The route of the service does not settle."""
    world.publish(A, "raised")
    world.publish(A, "eased")
    world.run(DAY)
    assert world.heard("service", A) == []


def test_a_withdrawal_reaches_those_who_were_told_and_no_one_else(world: World) -> None:
    """The service heard at once; the office was still waiting."""
    world.publish(A, "raised")
    world.run(7 * MINUTE)
    world.publish(A, "withdrawn", urn=100999, audience=["la-send"])
    world.run(DAY)
    assert world.heard("service", A) == ["raised", "withdrawn"]
    assert world.heard("office", A) == world.heard("authority", A) == []


def test_a_withdrawal_goes_before_what_is_queued(world: World) -> None:
    """Though that was due first."""
    world.publish(A, "raised")
    world.run(7 * MINUTE)
    world.publish(B, "raised")
    world.take()
    world.advance(6 * MINUTE)
    world.settle_down()
    world.publish(A, "withdrawn")
    world.take()
    world.settle_down()
    world.send(most=1)
    assert world.inbox["service"][-1][1][0][2] == "withdrawn"


def test_a_withdrawal_waits_for_the_raise_that_is_still_being_tried(world: World) -> None:
    """The receiver may have it: so it hears both, in their order."""
    world.publish(A, "raised")
    world.take()
    world.advance(6 * MINUTE)
    world.settle_down()
    world.send("times-out")
    world.publish(A, "withdrawn")
    world.take()
    world.settle_down()
    assert world.send() == 0
    world.run(HOUR)
    assert [told[0][2] for _, told in world.inbox["service"]] == ["raised", "raised", "withdrawn"]
    assert len({key for key, _ in world.inbox["service"]}) == 2


def test_one_who_refused_the_raise_hears_no_withdrawal(world: World) -> None:
    """It knows nothing of it."""
    world.publish(A, "raised")
    world.take()
    world.advance(6 * MINUTE)
    world.settle_down()
    world.send("refused")
    world.publish(A, "withdrawn")
    world.run(HOUR)
    assert world.heard("service", A) == []


def test_an_ease_goes_into_the_next_digest(world: World) -> None:
    """With the others of its route."""
    for alert in (A, B):
        world.publish(alert, "raised")
    world.run(HOUR)
    for alert in (A, B):
        world.publish(alert, "eased")
    world.run(5 * HOUR)
    assert world.heard("office", A) == ["raised"]
    world.run(3 * HOUR)
    assert world.heard("office", A) == world.heard("office", B) == ["raised", "eased"]
    assert len(world.inbox["office"][-1][1]) == 2


def test_an_ease_that_was_not_told_yet_and_is_undone_is_told_to_nobody(world: World) -> None:
    """The receiver knows that it holds."""
    world.publish(A, "raised")
    world.run(HOUR)
    world.publish(A, "eased")
    world.run(HOUR)
    world.publish(A, "reopened")
    world.run(DAY)
    assert world.heard("office", A) == ["raised"]


def test_a_reopened_one_is_told_to_those_who_heard_that_it_was_over(world: World) -> None:
    """After it has settled."""
    world.publish(A, "raised")
    world.run(HOUR)
    world.publish(A, "eased")
    world.run(8 * HOUR)
    world.publish(A, "reopened")
    world.run(DAY)
    assert world.heard("office", A) == ["raised", "eased", "reopened"]


def test_a_revision_is_told_where_a_route_asks(world: World) -> None:
    """The service does."""
    world.publish(A, "raised")
    world.run(HOUR)
    world.publish(A, "revised")
    world.run(HOUR)
    assert world.heard("office", A) == ["raised"]
    assert world.heard("service", A) == ["raised", "revised"]


def test_nobody_is_disturbed_out_of_hours(world: World) -> None:
    """What comes on Friday evening is told on Monday morning; after half-term it is longer."""
    world.now = london("2024-10-25T18:30")
    world.publish(A, "raised")
    world.run(9 * DAY, step=600)
    assert world.heard("office", A) == []
    assert world.heard("service", A) == ["raised"]
    world.run(DAY, step=600)
    assert world.heard("office", A) == ["raised"]


def test_urgent_keeps_to_hours_unless_its_route_says_otherwise(world: World) -> None:
    """That of urgent ones does."""
    world.now = london("2024-10-08T20:00")
    world.publish(A, "raised", rule="unexplained-today", severity="urgent", audience=["school"])
    world.run(HOUR)
    assert world.heard("office", A) == ["raised"]


def test_over_the_budget_there_is_one_digest_and_nothing_is_dropped(world: World) -> None:
    """Three messages a day, then the rest together."""
    ids = [f"{number:032x}" for number in range(10)]
    for number, alert in enumerate(ids):
        world.publish(alert, "raised", rule="spells", severity="low", audience=["school"], urn=100001 + number)
    world.run(HOUR)
    assert len(world.inbox["office"]) == 3
    world.run(7 * HOUR)
    assert [len(told) for _, told in world.inbox["office"]] == [1, 1, 1, 7]
    assert all(world.heard("office", alert) == ["raised"] for alert in ids)


def test_urgent_is_told_over_the_budget(world: World) -> None:
    """Severity never waits in the wrong direction."""
    for number in range(5):
        fields = {"rule": "unexplained-today", "severity": "urgent", "audience": ["school"], "urn": 100001 + number}
        world.publish(f"{number:032x}", "raised", **fields)
    world.run(HOUR)
    assert len(world.inbox["office"]) == 5


def test_a_silence_holds_back_until_it_is_over_and_then_what_still_holds_is_told_once(world: World) -> None:
    """What has ended meanwhile is not."""
    match = SilenceMatch(rule=["persistent-absence"])
    world.silence(Silence(silence_id="s", match=match, owner="x", reason="y", expires=world.now + 3 * HOUR))
    world.publish(A, "raised")
    world.publish(B, "raised")
    world.run(HOUR)
    world.publish(B, "withdrawn")
    world.run(HOUR)
    assert world.inbox["service"] == []
    assert Why.SILENCED in world.reasons("service", A)
    world.run(2 * HOUR)
    assert world.heard("service", A) == ["raised"]
    assert world.heard("service", B) == []


def test_a_silence_that_is_ended_by_hand_lets_go_at_once(world: World) -> None:
    """Without waiting for its expiry."""
    match = SilenceMatch(urn=[100001])
    world.silence(Silence(silence_id="s", match=match, owner="x", reason="y", expires=world.now + 9 * DAY))
    world.publish(A, "raised")
    world.run(HOUR)
    world.expire("s")
    world.run(10 * MINUTE)
    assert world.heard("office", A) == ["raised"]


def test_a_withdrawal_passes_through_silences(world: World) -> None:
    """One who was told must hear that it was wrong."""
    world.publish(A, "raised")
    world.run(HOUR)
    match = SilenceMatch(alert_id=[A])
    world.silence(Silence(silence_id="s", match=match, owner="x", reason="y", expires=world.now + 9 * DAY))
    world.publish(A, "withdrawn")
    world.run(MINUTE * 2)
    assert world.heard("service", A) == ["raised", "withdrawn"]


def test_mass_absence_mutes_its_pupils_alerts_of_that_session(world: World) -> None:
    """Until it is withdrawn: then what still holds is told."""
    world.publish(MASS, "raised", **SCHOOL)
    world.publish(A, "raised")
    world.publish(B, "raised", cause=Cause("r", "2024-10-07", "PM", "O", "2024-10-07T13:00:00+01:00"))
    world.run(HOUR)
    assert world.heard("office", A) == world.heard("service", A) == []
    assert Why.INHIBITED in world.reasons("office", A)
    assert world.heard("office", B) == ["raised"]
    world.publish(MASS, "eased", to=Session("2024-10-09", "AM"))
    world.run(HOUR)
    assert world.heard("office", A) == []
    world.publish(MASS, "withdrawn")
    world.run(HOUR)
    assert world.heard("office", A) == world.heard("service", A) == ["raised"]


def test_what_could_be_muted_waits_until_the_mute_is_decided(world: World) -> None:
    """The service's route does not settle; the inhibition takes five minutes to decide."""
    world.publish(A, "raised")
    world.run(4 * MINUTE)
    assert world.heard("service", A) == []


def test_severe_mutes_persistent_of_the_same_pupil_while_it_holds(world: World) -> None:
    """Another pupil's is told."""
    world.publish(B, "raised", rule="severe-absence", severity="urgent", audience=["la-attendance"])
    world.publish(A, "raised")
    world.publish("d" * 32, "raised", pupil="z" * 26)
    world.run(HOUR)
    assert world.heard("authority", A) == []
    assert world.heard("authority", "d" * 32) == ["raised"]
    world.publish(B, "eased")
    world.run(HOUR)
    assert world.heard("authority", A) == ["raised"]


def test_what_happened_long_ago_is_listed_and_not_sent(world: World) -> None:
    """Four school days before."""
    world.publish(A, "raised", cause=Cause("r", "2024-10-02", "AM", "O", "2024-10-02T09:00:00+01:00"))
    world.run(DAY)
    assert world.heard("office", A) == []
    assert world.reasons("office", A) == [Why.STALE]


def test_a_new_year_is_quiet_where_the_route_wants_that_but_a_withdrawal_is_told(world: World) -> None:
    """The authority's route is quiet about the year."""
    world.publish(A, "raised")
    world.run(HOUR)
    world.publish(A, "eased", reason="year")
    world.run(DAY)
    assert world.heard("authority", A) == ["raised"]
    assert world.reasons("authority", A) == [Why.QUIET_REASON]
    assert world.heard("service", A) == ["raised", "eased"]
    world.publish(A, "withdrawn", reason="year")
    world.run(HOUR)
    assert world.heard("authority", A) == ["raised", "withdrawn"]


def test_a_raise_that_waits_is_told_though_a_new_year_moved_it(world: World) -> None:
    """Only what is raised for that reason is quiet."""
    world.publish(A, "raised")
    world.run(MINUTE)
    world.publish(A, "revised", reason="year")
    world.run(HOUR)
    assert world.heard("authority", A) == ["raised"]


def test_a_wipe_loses_nothing_and_sends_nothing_again(world: World) -> None:
    """What was told is known from the record, what waits from the alerts."""
    world.publish(A, "raised")
    world.run(HOUR)
    world.publish(B, "raised")
    world.run(MINUTE)
    world.publish(A, "eased")
    world.take()
    world.wipe()
    world.run(DAY)
    for alert, changes in ((A, ["raised", "eased"]), (B, ["raised"])):
        assert world.heard("office", alert) == changes
    keys = [key for key, _ in world.inbox["office"]]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize(("how", "times"), [("before-send", 1), ("before-record", 2), ("after-record", 1)])
def test_one_killed_in_mid_send_is_taken_over_when_its_lease_is_over(world: World, how: str, times: int) -> None:
    """Never before; once recorded it is not sent again; else with the same id."""
    world.publish(A, "raised")
    world.take()
    world.advance(6 * MINUTE)
    world.settle_down()
    assert world.send(how) >= 1  # type: ignore[arg-type]
    world.advance(30)
    world.settle_down()
    assert world.send() == 0
    world.run(5 * MINUTE)
    sent = [key for key, _ in world.inbox["service"]]
    assert len(sent) == times
    assert len(set(sent)) == 1


def test_what_fails_for_three_days_is_parked_and_a_person_may_try_it_again(world: World) -> None:
    """Fewer than a hundred tries, more than ten."""
    world.publish(A, "raised", audience=["la-attendance"], urn=100009)
    for _ in range(5 * 24 * 60):
        world.take()
        world.settle_down()
        world.send("fails")
        world.advance(60)
    last = world.records[-1]
    assert (last.state, last.reason) == ("parked", "gave-up")
    assert 10 < last.attempt < 100
    world.planner.heed(RetryDelivery(delivery_id=last.delivery_id, owner="x", at=instant(world.now)), world.now)
    world.run(MINUTE)
    assert world.heard("service", A) == ["raised"]


def test_a_reminder_comes_while_it_holds() -> None:
    """Every two days here, and no more once it has eased."""
    world = World(config(FILE.replace('name = "north"', 'name = "north"\nrepeat = "2d"')))
    world.publish(A, "raised")
    world.run(5 * DAY, step=600)
    assert world.heard("authority", A) == ["raised", "raised", "raised"]
    world.publish(A, "eased")
    world.run(5 * DAY, step=600)
    assert world.heard("authority", A) == ["raised", "raised", "raised", "eased"]


def test_long_after_its_end_a_withdrawal_reaches_those_who_were_told_and_no_one_else(world: World) -> None:
    """Redis keeps of a closed alert no more than who knows what."""
    world.publish(A, "raised")
    world.run(HOUR)
    world.publish(A, "eased")
    world.run(DAY)
    world.publish(B, "raised")
    world.publish(B, "eased")
    world.run(40 * DAY)
    assert world.desk.get(Case, A) is None
    world.publish(A, "withdrawn")
    world.publish(B, "withdrawn")
    world.run(DAY)
    assert world.heard("service", A)[0] == "raised"
    assert [world.heard(each, A)[-1] for each in ("service", "office")] == ["withdrawn"] * 2
    assert world.heard("service", B) == world.heard("office", B) == []
    assert world.desk.get(Closed, A) is None


def test_what_is_open_is_kept_whole_however_long(world: World) -> None:
    """And so is what may hold others back, until nobody knows any more what it could hold back."""
    world.publish(A, "raised")
    world.publish(MASS, "raised", **SCHOOL)
    world.run(HOUR)
    world.publish(MASS, "eased")
    world.run(HOUR)
    world.run(1000 * DAY, step=DAY)
    assert world.desk.get(Case, A) is not None
    assert world.desk.get(Case, MASS) is not None
    assert any(MASS in members for members in world.desk.indexes.values())
    world.run(100 * DAY, step=DAY)
    assert world.desk.get(Case, A) is not None
    assert world.desk.get(Case, MASS) is None
    assert not any(MASS in members for members in world.desk.indexes.values())
    world.publish(MASS, "withdrawn")
    world.run(DAY)
    assert world.heard("service", MASS)[-1] == "withdrawn"


def test_a_change_that_was_known_before_the_alert_was_put_away_is_known_still(world: World) -> None:
    """The topic may be read again from far back."""
    world.publish(A, "raised")
    world.run(HOUR)
    world.publish(A, "eased")
    world.run(40 * DAY)
    before = world.heard("service", A)
    world.read = 0
    world.run(DAY)
    assert world.heard("service", A) == before
