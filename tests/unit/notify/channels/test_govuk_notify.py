"""GOV.UK Notify, against a server of its documented answers."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest

from streams.books import load_book
from streams.notify.channels.channel import Message, Outcome, Reason
from streams.notify.channels.govuk_notify import LOOK_AGAIN, GovNotifyChannel
from streams.notify.channels.guard import Allowed, Guard
from streams.notify.channels.secrets import BadSecret, Secret, SecretPlace
from streams.notify.channels.settings import GovNotify as Settings
from streams.notify.words import Words
from tests.support.alerts import PUPIL, alert, message
from tests.support.govuk_notify import KEY, SERVICE, GovNotify, error, serving
from tests.support.hooks import Hooks, hangs, resets
from tests.support.hooks import serving as serving_hooks

NOW = datetime(2024, 10, 8, 21, 0, tzinfo=UTC)
TEMPLATE, OTHER = "f33517ff-2a88-4f6e-b855-c550268ce08a", "0f1e3cb6-6f6c-4d0a-9a3e-2b8c5a7d9e10"
LOOPBACK = Guard([Allowed(host="127.0.0.1", networks=("127.0.0.0/8",))])
WORDS = Words(load_book(None))
PENDING = Outcome.retry(Reason.PENDING, seconds=LOOK_AGAIN)
AGAIN = message(attempt=2)


def channel(url: str, key: str = KEY, guard: Guard = LOOPBACK, **settings: Any) -> GovNotifyChannel:  # noqa: ANN401
    who = {} if "phone" in settings else {"email": "team@la.example"}
    told = Settings(api_key=SecretPlace(env="NOTIFY"), template=TEMPLATE, url=url, **who | settings)
    return GovNotifyChannel(told, Secret(key), guard, WORDS, lambda: NOW)


def send(notify: GovNotify, *messages: Message, **settings: Any) -> list[Outcome]:  # noqa: ANN401
    async def run(url: str) -> list[Outcome]:
        there = channel(url, **settings)
        got = [await there.send(each) for each in messages or (message(),)]
        await there.close()
        return got

    with serving(notify):
        return asyncio.run(run(notify.url))


def test_a_template_is_filled_in_with_the_delivery_id_as_reference() -> None:
    """What was taken is not delivered yet: the next try looks."""
    notify = GovNotify()
    assert send(notify) == [PENDING]
    assert PENDING.against is None
    sent = notify.sent[0]
    assert (sent["email_address"], sent["template_id"], sent["reference"]) == (
        "team@la.example",
        TEMPLATE,
        message().delivery_id,
    )
    filled = sent["personalisation"]
    assert filled["subject"] == "Persistent absence, a pupil at Riverside School"
    assert "missed 12 of 110 possible sessions" in filled["body"]
    assert (filled["school"], filled["count"]) == ("Riverside School", "1")
    assert PUPIL not in str(sent)


def test_a_text_message_is_short() -> None:
    """One line and the link."""
    notify = GovNotify()
    send(notify, phone="07700 900001")
    assert notify.sent[0]["phone_number"] == "07700 900001"
    body = notify.sent[0]["personalisation"]["body"]
    assert body.startswith("Persistent absence, a pupil at Riverside School. https://cases.example/alerts/")


def test_a_kind_may_have_a_template_of_its_own() -> None:
    """A withdrawal may look different."""
    notify = GovNotify()
    back = message(alert(change="withdrawn", reason="correction", evidence={}))
    send(notify, message(), back, templates={"withdrawn": OTHER})
    assert [each["template_id"] for each in notify.sent] == [TEMPLATE, OTHER]


def test_the_status_is_looked_up_until_it_is_final() -> None:
    """And nothing is sent a second time meanwhile."""
    notify = GovNotify()

    def later(status: str) -> Outcome:
        notify.sent[0]["status"] = status
        return send(notify, AGAIN)[0]

    assert send(notify) == [PENDING]
    assert [later("created"), later("sending"), later("pending")] == [PENDING] * 3
    assert later("delivered") == Outcome.delivered(Reason.ALREADY_THERE)
    assert notify.asked.count("POST /v2/notifications/email") == 1


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        ("sent", Outcome.delivered(Reason.ALREADY_THERE)),  # a text message abroad: no more is ever known
        ("permanent-failure", Outcome.refused(Reason.ADDRESS_REFUSED)),
    ],
)
def test_a_final_status_ends_it(status: str, outcome: Outcome) -> None:
    """Delivered, or never to be."""
    notify = GovNotify()
    notify.statuses.append(status)
    assert send(notify, message(), AGAIN) == [PENDING, outcome]


@pytest.mark.parametrize("status", ["temporary-failure", "technical-failure"])
def test_where_notify_has_given_up_it_is_sent_anew(status: str) -> None:
    """Once, and then that one is followed."""
    notify = GovNotify()
    notify.statuses.extend([status, "delivered"])
    got = send(notify, message(), AGAIN, message(attempt=3))
    assert got == [PENDING, PENDING, Outcome.delivered(Reason.ALREADY_THERE)]
    assert len(notify.sent) == 2


def test_a_try_that_died_before_its_answer_is_found_by_its_reference() -> None:
    """Exactly one message, though nobody recorded that it was taken."""
    notify = GovNotify()
    send(notify)
    notify.sent[0]["status"] = "delivered"
    assert send(notify, AGAIN) == [Outcome.delivered(Reason.ALREADY_THERE)]
    assert len(notify.sent) == 1


def test_a_try_that_never_arrived_is_sent() -> None:
    """The reference is not known there."""
    notify = GovNotify()
    assert send(notify, AGAIN) == [PENDING]
    assert notify.asked == ["GET /v2/notifications", "POST /v2/notifications/email"]


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (
            error(429, "RateLimitError", "Exceeded rate limit for key type LIVE of 3000 requests per 60 seconds"),
            Outcome.retry(Reason.BUSY, seconds=60, status=429),
        ),
        (
            error(429, "TooManyRequestsError", "Exceeded send limits (50) for today"),
            Outcome.retry(Reason.BUSY, seconds=3 * 3600, status=429),  # it is 21:00
        ),
        (
            error(400, "BadRequestError", "Can't send to this recipient using a team-only API key"),
            Outcome.refused(Reason.BODY_REFUSED, 400),
        ),
        (
            error(400, "ValidationError", "template_id is not a valid UUID"),
            Outcome.refused(Reason.BODY_REFUSED, 400),
        ),
        (
            error(403, "AuthError", "Error: Your system clock must be accurate to within 30 seconds"),
            Outcome.retry(Reason.NOT_LET_IN, status=403),
        ),
        (error(500, "Exception", "Internal server error"), Outcome.retry(Reason.SERVER_ERROR, status=500)),
        (error(503, "Exception", "Service unavailable"), Outcome.retry(Reason.SERVER_ERROR, status=503)),
        (
            (302, {"headers": {"location": "http://169.254.169.254/"}}),
            Outcome.retry(Reason.REDIRECTED),
        ),
    ],
)
def test_its_documented_errors(answer: tuple[int, dict[str, Any]], outcome: Outcome) -> None:
    """What a person can mend waits; what it will never take is parked."""
    notify = GovNotify()
    notify.faults.append(answer)
    assert send(notify) == [outcome]


def test_a_wrong_key_waits_for_a_person() -> None:
    """It proves itself by a signature, so a wrong one is noticed there."""
    wrong = f"firstbell-{SERVICE}-{SERVICE}"
    assert send(GovNotify(), key=wrong) == [Outcome.retry(Reason.NOT_LET_IN, status=403)]


@pytest.mark.parametrize("key", ["", "firstbell", f"firstbell-{SERVICE}"])
def test_a_key_that_is_none_is_refused_without_showing_it(key: str) -> None:
    """Before anything is sent."""
    with pytest.raises(BadSecret, match="two UUIDs") as raised:
        channel("https://api.example", key)
    assert SERVICE not in str(raised.value)


@pytest.mark.parametrize(("fault", "reason"), [(hangs, Reason.TIMED_OUT), (resets, Reason.UNREACHABLE)])
def test_a_server_that_does_not_answer(fault: Any, reason: Reason) -> None:  # noqa: ANN401 - a fault
    """Is tried again."""

    async def run() -> Outcome:
        hooks = Hooks()
        hooks.faults.append(fault)
        async with serving_hooks(hooks):
            there = channel(f"http://127.0.0.1:{hooks.port}", timeout=0.2)
            got = await there.send(message())
            await there.close()
            return got

    assert asyncio.run(run()) == Outcome.retry(reason)


def test_a_host_that_is_not_listed_is_never_called() -> None:
    """It goes through the same gate, though the library has a client of its own."""
    notify = GovNotify()
    assert send(notify, guard=Guard([Allowed(host="api.example")])) == [Outcome.refused(Reason.HOST_FORBIDDEN)]
    assert send(notify, guard=Guard([Allowed(host="127.0.0.1")])) == [Outcome.retry(Reason.ADDRESS_FORBIDDEN)]
    assert notify.asked == []
