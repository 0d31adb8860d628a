"""`firstbell deliveries`, as a user runs it, on records in memory."""

import json
from subprocess import CompletedProcess

import pytest

from streams.contract.deliveries import DeliveryRecord, Item
from streams.settings import Settings
from tests.support.command import called

NOWHERE = Settings(bootstrap="127.0.0.1:1", request_timeout=1)
ALERT = "3b1f0c5a9d7e48628f6c1f5e0a2b4c6d"


def record(delivery_id: str, state: str, reason: str, *, receiver: str = "office", at: str = "09") -> DeliveryRecord:
    item = Item(alert_id=ALERT, sequence=1, change="raised", rule="lateness", urn=100001, severity="low")
    return DeliveryRecord(
        delivery_id=delivery_id,
        state=state,  # type: ignore[arg-type]
        reason=reason,
        receiver=receiver,
        route="all",
        kind="raised",
        items=[item],
        at=f"2024-10-08T{at}:00:00.000Z",
    )


RECORDS = [
    record("dlv_1", "parked", "gave-up"),
    record("dlv_2", "retrying", "timed-out", at="10"),
    record("dlv_3", "suppressed", "stale", receiver="hook", at="11"),
]


@pytest.fixture(autouse=True)
def written(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Ids of the deliveries that something was asked about."""
    asked: list[str] = []
    monkeypatch.setattr("streams.cli.deliveries._records", lambda _: iter(RECORDS))
    monkeypatch.setattr("streams.cli.deliveries._write", lambda _, actions: asked.extend(each for each, _ in actions))
    return asked


def run(*arguments: str) -> "CompletedProcess[str]":
    return called("deliveries", *arguments, settings=NOWHERE)


def ids(*arguments: str) -> list[str]:
    return [json.loads(line)["delivery_id"] for line in run("list", "--json", *arguments).stdout.splitlines()]


def test_those_that_fit_every_filter_are_listed() -> None:
    """The newest last; times are of the last record, the second one outside."""
    assert ids() == ["dlv_1", "dlv_2", "dlv_3"]
    assert ids("--receiver", "office", "--state", "parked") == ["dlv_1"]
    assert ids("--reason", "stale") == ["dlv_3"]
    assert ids("--since", "2024-10-08T10:00Z", "--until", "2024-10-08T12:00+01:00") == ["dlv_2"]
    assert ids("--alert", ALERT, "--limit", "1") == ["dlv_3"]


def test_where_none_fits_that_is_said_with_the_receiver_that_was_meant() -> None:
    """To the person, not to the program."""
    done = run("list", "--receiver", "ofice")
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == "nothing is on record of a receiver ofice; the nearest is office\n"
    assert run("list", "--receiver", "office", "--state", "gone").stderr == "no delivery fits\n"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("list", "--since", "never"), "'--since': never is no time"),
        (("list", "--since", "2024-10-08T09:00"), "needs its offset"),
        (("list", "--reason", "stael"), "there is no reason stael; the nearest is stale"),
        (("list", "--alert", "3b1f"), "32 digits"),
        (("retry", "--owner", "jo"), "name deliveries by their ids"),
        (("park", "--owner", "jo"), "name deliveries by their ids"),
        (("retry", "--owner", "jo", "--state", "parked"), "No such option"),
        (("park", "--owner", "jo", "--state", "retrying"), "No such option"),
    ],
)
def test_what_makes_no_sense_is_refused_before_kafka_is_asked(
    monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], said: str
) -> None:
    """With what does."""
    monkeypatch.undo()  # nobody is there to be asked
    refused = run(*arguments)
    assert (refused.returncode, said in refused.stderr) == (2, True), refused.stderr


def test_a_retry_or_park_takes_what_it_can_be_done_to(written: list[str]) -> None:
    """Of all that fit, and counts them."""
    assert run("retry", "--receiver", "office", "--owner", "jo").stdout == "1 delivery will be tried again\n"
    assert run("park", "--alert", ALERT, "--owner", "jo").stdout == "1 delivery will be parked\n"
    assert json.loads(run("park", "dlv_2", "--owner", "jo", "--json").stdout) == {"deliveries": ["dlv_2"]}
    assert written == ["dlv_1", "dlv_2", "dlv_2"]


def test_a_retry_for_a_receiver_of_whom_nothing_is_known_is_refused(written: list[str]) -> None:
    """It is a slip, and what was meant is parked on."""
    refused = run("retry", "--receiver", "ofice", "--owner", "jo")
    assert (refused.returncode, "the nearest is office" in refused.stderr) == (2, True)
    assert run("retry", "--receiver", "hook", "--owner", "jo").stdout == "0 deliveries will be tried again\n"
    assert written == []
