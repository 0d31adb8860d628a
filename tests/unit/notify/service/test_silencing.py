"""Silences in force, as the actions say them; and how much waits."""

from streams.contract.deliveries import ParkDelivery, SetSilence, SilenceMatch, SilenceOver, decode_action, encode
from streams.notify.lifecycle.orders import Silence
from streams.notify.lifecycle.records import instant
from streams.notify.service.silencing import silenced
from streams.notify.service.survey import survey
from tests.support.alerts import alert
from tests.support.notifier_world import World
from tests.support.notifying import config

NOW = 1_728_374_400.0


def _set(silence_id: str, lasts: float, **match: object) -> SetSilence:
    return SetSilence(
        silence_id=silence_id,
        match=SilenceMatch(**match),  # type: ignore[arg-type]
        owner="jo",
        reason="snow",
        expires=instant(NOW + lasts),
        at=instant(NOW),
    )


def test_silences_come_and_go() -> None:
    """By their end, or by hand; other actions change none."""
    found: tuple[Silence, ...] = ()
    for action in (_set("a", 60), _set("b", 600), ParkDelivery(delivery_id="d", owner="jo", at=instant(NOW))):
        found = silenced(found, action, NOW)
    assert [each.silence_id for each in found] == ["a", "b"]
    assert [each.silence_id for each in silenced(found, _set("c", 900), NOW + 61)] == ["b", "c"]
    assert silenced(found, SilenceOver(silence_id="b", owner="jo", at=instant(NOW)), NOW + 61) == ()


def test_a_silence_covers_what_fits_every_field_until_it_is_over() -> None:
    """Any value of a field will do."""
    (one,) = silenced((), _set("a", 60, rule=["spells", "lateness"], audience=["school"]), NOW)
    assert one.covers(alert(rule="lateness"), NOW)
    assert not one.covers(alert(rule="lateness"), NOW + 60)
    assert not one.covers(alert(rule="lateness", audience=["la-send"]), NOW)
    assert not one.covers(alert(), NOW)


def test_what_is_no_action_about_notifications_is_passed_over() -> None:
    """The topic has others."""
    assert decode_action(b'{"operation": "redrive", "subject": "x", "at": "y"}') is None
    assert decode_action(b"") is None
    assert decode_action(encode(_set("a", 60))) == _set("a", 60)


def test_the_survey_counts_what_waits_and_how_long_the_oldest_has_been_due() -> None:
    """What settles or is held back is not due."""
    world = World(config())
    world.publish("a" * 32, "raised")
    world.take()
    found = survey(world.desk, ["office"], world.now)
    assert (found.pending["office"], found.pending["service"], found.oldest) == (1, 1, None)
    world.advance(20 * 60)
    world.settle_down()
    found = survey(world.desk, ["office"], world.now)
    assert found.oldest == world.now - 20 * 60
    assert (found.spent, found.parked) == ({"office": 1}, 0)
    world.run(60)
    assert survey(world.desk, ["office"], world.now).pending.total() == 0
