"""The demo's proof: live and replay are really compared."""

import msgspec
import pytest

from streams.attendance.walk import Engine
from streams.books import load_book
from streams.demo.offline import Offline, differences, replayed
from streams.demo.tally import Tally
from streams.pipeline.replay import Replay
from streams.simulate import registers

ENGLAND = load_book(None)


@pytest.fixture(scope="module")
def lines() -> list[bytes]:
    return list(registers(1))[:700]


@pytest.fixture(scope="module")
def offline(lines: list[bytes]) -> Offline:
    return replayed(lines, ENGLAND)


@pytest.fixture
def tally(lines: list[bytes]) -> Tally:
    """What a live run of *lines* would see that takes one school after the other."""
    replay, tally = Replay(Engine(ENGLAND)), Tally()
    for number, line in enumerate(sorted(lines, key=lambda line: b'"urn":900002' in line)):
        fed = replay.feed(line, number)
        tally.alerts += fed.alerts
        for letter in fed.refused:
            tally.dead_letter(letter)
    return tally


def test_another_order_of_registers_gives_no_difference(tally: Tally, offline: Offline) -> None:
    """Folded alerts do not depend on the order in which schools were read."""
    assert tally.alerts
    assert differences(tally, offline) == []


def test_a_lost_alert_is_a_difference(tally: Tally, offline: Offline) -> None:
    """Where the live run lost an alert, its rule is named and its pupil is not."""
    lost = tally.alerts.pop()
    assert any(lost.rule in said for said in differences(tally, offline))
    assert lost.pupil not in str(differences(tally, offline))


def test_an_alert_about_a_school_that_only_the_live_run_has_is_a_difference(tally: Tally, offline: Offline) -> None:
    """Schools are compared as pupils are."""
    about = {"pupil": None, "rule": "register-missing", "change": "raised", "to": None}
    tally.alerts.append(msgspec.structs.replace(tally.alerts[0], alert_id="e" * 32, **about))
    assert differences(tally, offline) == ["register-missing of 1 school(s)"]


def test_an_alert_of_an_unknown_pupil_is_a_difference(tally: Tally, offline: Offline) -> None:
    """An alert for a child that the replay does not know is counted, not raised as an error."""
    tally.alerts.append(
        msgspec.structs.replace(tally.alerts[0], alert_id="f" * 32, pupil="z" * 26, change="raised", to=None)
    )
    assert differences(tally, offline) == [f"{tally.alerts[0].rule} of 1 pupil(s)"]


def test_a_moved_session_is_a_difference(tally: Tally, offline: Offline) -> None:
    """The same alert from another session on is not the same."""
    standing = next(i for i, alert in reversed(list(enumerate(tally.alerts))) if alert.change == "raised")
    moved = msgspec.structs.replace(tally.alerts[standing].from_, date="2025-09-03")
    tally.alerts[standing] = msgspec.structs.replace(tally.alerts[standing], from_=moved)
    assert len(differences(tally, offline)) == 1


def test_a_lost_dead_letter_is_a_difference(tally: Tally, offline: Offline) -> None:
    """Dead letters are compared by reason."""
    tally.dead_letters["not-json"] -= 1
    assert differences(tally, offline) == ["5 dead letters, not 6"]
