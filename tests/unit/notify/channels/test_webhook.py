"""Webhooks against a real server that fails in every way, and the verifier that receivers use."""

import asyncio
import base64
import hashlib
import hmac
import json
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from standardwebhooks import Webhook as Verifier
from standardwebhooks import WebhookVerificationError

from streams.notify.channels.channel import Message, Outcome, Reason, Verdict
from streams.notify.channels.guard import Allowed, Guard
from streams.notify.channels.secrets import BadSecret
from streams.notify.channels.webhook import LONGEST_WAIT, signed
from tests.support import certificates
from tests.support.alerts import PUPIL, URN, alert, message
from tests.support.hooks import Fault, Hooks, drips, endless, hangs, resets, says, serving, status
from tests.support.webhooks import NEW, OLD, channel

SOON = 0.3  # s; of receivers that hang


def send(*faults: Fault, messages: int = 1, **settings: Any) -> tuple[list[Outcome], Hooks]:  # noqa: ANN401
    """Send one message so many times to a receiver with *faults*; give the outcomes and what came."""

    async def run() -> tuple[list[Outcome], Hooks]:
        hooks = Hooks()
        hooks.faults.extend(faults)
        async with serving(hooks):
            there = channel(hooks.url, **settings)
            outcomes = [await there.send(message()) for _ in range(messages)]
            await there.close()
        return outcomes, hooks

    return asyncio.run(run())


def outcome(fault: Fault, **settings: Any) -> Outcome:  # noqa: ANN401
    return send(fault, **settings)[0][0]


def test_a_delivery_is_posted_signed_and_taken() -> None:
    """The id is the delivery's, and the verifier of every receiver accepts it."""
    outcomes, hooks = send()
    got = hooks.received[0]
    assert outcomes == [Outcome.delivered(status=204)]
    assert got.line == "POST /in HTTP/1.1"
    assert got.headers["content-type"] == "application/cloudevents+json"
    assert got.headers["webhook-id"] == message().delivery_id
    assert Verifier(NEW).verify(got.body, got.headers)["id"] == message().delivery_id


def test_every_secret_signs_so_that_one_can_follow_another() -> None:
    """While secrets change, receivers with the old one and with the new one both accept; others do not."""
    got = send(secrets=(NEW, OLD))[1].received[0]
    assert Verifier(NEW).verify(got.body, got.headers)
    assert Verifier(OLD).verify(got.body, got.headers)
    with pytest.raises(WebhookVerificationError):
        Verifier("whsec_" + base64.b64encode(b"another" * 5).decode()).verify(got.body, got.headers)


def test_a_changed_body_is_noticed() -> None:
    """The signature is of the body that was sent."""
    got = send()[1].received[0]
    with pytest.raises(WebhookVerificationError):
        Verifier(NEW).verify(got.body.replace(b"high", b"none"), got.headers)


def test_the_signature_is_that_of_the_specification() -> None:
    """HMAC-SHA256 over id, time stamp and body with dots between them, in base64 after `v1,`."""
    got = send()[1].received[0]
    signed = f"{got.headers['webhook-id']}.{got.headers['webhook-timestamp']}.".encode() + got.body
    mac = hmac.new(base64.b64decode(NEW.removeprefix("whsec_")), signed, hashlib.sha256).digest()
    assert got.headers["webhook-signature"] == f"v1,{base64.b64encode(mac).decode()}"


def test_the_published_vector_is_signed_alike() -> None:
    """The example that every implementation of Standard Webhooks is tried on."""
    signers = [Verifier("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    headers = signed(
        signers, "msg_p5jXN8AQM9LWM0D4loKWxJek", b'{"test": 2432232314}', datetime.fromtimestamp(1614265330, UTC)
    )
    assert headers == {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


def test_a_second_try_has_the_same_id_and_body_and_a_new_time() -> None:
    """A receiver can drop what it has; the time stamp is that of the try."""
    hooks = send(status(500), messages=2)[1]
    first, second = hooks.received
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert first.body == second.body


def test_a_thin_body_says_what_and_where_and_nothing_of_the_pupil() -> None:
    """By default a receiver gets a pointer."""
    body = send()[1].received[0].body
    event = json.loads(body)
    assert event | {"data": None} == {
        "specversion": "1.0",
        "id": message().delivery_id,
        "source": "urn:firstbell:notifier",
        "type": "uk.firstbell.delivery.v1",
        "datacontenttype": "application/json",
        "data": None,
    }
    assert event["data"] == {
        "kind": "raised",
        "alerts": [
            {
                "alert_id": alert().alert_id,
                "sequence": 1,
                "rule": "persistent-absence",
                "severity": "high",
                "change": "raised",
                "reason": "mark",
                "urn": URN,
                "school": "Riverside School",
                "link": f"https://cases.example/alerts/{alert().alert_id}",
            }
        ],
    }
    assert PUPIL.encode() not in body


def test_a_full_body_has_the_whole_alert() -> None:
    """Where the receiver is declared for it."""
    told = json.loads(send(full=True)[1].received[0].body)["data"]["alerts"][0]
    assert (told["pupil"], told["evidence"]["absent"], told["from"]["session"]) == (PUPIL, 12, "AM")
    assert told["school"] == "Riverside School"


def test_connections_are_used_again() -> None:
    """A thousand alerts need no thousand handshakes."""
    assert send(messages=5)[1].connections == 1


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (hangs, Reason.TIMED_OUT),
        (resets, Reason.UNREACHABLE),
        (says(b"not http at all\r\n\r\n"), Reason.UNREACHABLE),
        (says(b""), Reason.TIMED_OUT),
        (status(500), Reason.SERVER_ERROR),
        (status(503), Reason.BUSY),
        (status(401), Reason.NOT_LET_IN),
        (status(403), Reason.NOT_LET_IN),
        (status(404), Reason.UNEXPECTED),
        (status(302, location="http://169.254.169.254/latest"), Reason.REDIRECTED),
        (status(307, location="/elsewhere"), Reason.REDIRECTED),
        (drips(500), Reason.SERVER_ERROR),
        (endless(500), Reason.SERVER_ERROR),
    ],
)
def test_what_may_be_better_later_is_tried_again(fault: Fault, reason: Reason) -> None:
    """And says why."""
    got = outcome(fault, timeout=SOON)
    assert (got.verdict, got.reason) == (Verdict.RETRY, reason)
    assert got.against


def test_a_redirect_is_not_followed() -> None:
    """Not even to the same server."""
    hooks = send(status(307, location="/elsewhere"))[1]
    assert [each.line for each in hooks.received] == ["POST /in HTTP/1.1"]


@pytest.mark.parametrize("fault", [drips(200), endless(200)])
def test_the_status_counts_whatever_the_body_does(fault: Fault) -> None:
    """A slow or huge answer to a message that was taken is no reason to send it twice."""
    assert outcome(fault, timeout=SOON) == Outcome.delivered(status=200)


def test_410_disables() -> None:
    """The receiver wants no more."""
    assert outcome(status(410)) == Outcome.gone(410)


@pytest.mark.parametrize("code", [413, 422])
def test_a_body_that_will_never_be_taken_is_parked(code: int) -> None:
    """The same bytes would get the same answer for three days."""
    assert outcome(status(code)) == Outcome.refused(Reason.BODY_REFUSED, code)


NOW = datetime(2024, 10, 8, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("after", "seconds"),
    [
        ("120", 120.0),
        ("0", 0.0),
        (f"{NOW + timedelta(minutes=5):%a, %d %b %Y %H:%M:%S} GMT", 300.0),
        (f"{NOW - timedelta(minutes=5):%a, %d %b %Y %H:%M:%S} GMT", 0.0),
        ("99999999999", LONGEST_WAIT),
        ("soon", None),
        ("-5", None),
        ("", None),
    ],
)
def test_429_waits_as_long_as_it_was_asked_to(after: str, seconds: float | None) -> None:
    """Seconds or a date; at most a day; nonsense is no wait."""
    got = outcome(status(429, retry_after=after), now=NOW)
    assert got == Outcome.retry(Reason.BUSY, seconds=seconds, status=429)


def test_a_host_that_is_not_listed_is_never_called() -> None:
    """Not even looked at."""
    got, hooks = send(guard=Guard([Allowed(host="hooks.example")]))
    assert got == [Outcome.refused(Reason.HOST_FORBIDDEN)]
    assert hooks.connections == 0


def test_a_listed_name_that_leads_to_this_machine_is_not_called() -> None:
    """What DNS says is checked, and the check decides."""

    async def run() -> tuple[Outcome, Hooks]:
        async with serving(Hooks()) as hooks:
            guard = Guard([Allowed(host="hooks.example")], lambda _host, _port: ["127.0.0.1"])
            there = channel(f"https://hooks.example:{hooks.port}/in", guard=guard)
            got = await there.send(message())
            await there.close()
            return got, hooks

    got, hooks = asyncio.run(run())
    assert got == Outcome.retry(Reason.ADDRESS_FORBIDDEN)
    assert hooks.connections == 0


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "localhost"]
)
def test_this_machine_is_not_called_by_any_of_its_names(host: str) -> None:
    """Though it is on the list: its network is not. Some of these no resolver is asked about, or are no addresses."""

    async def run() -> tuple[Outcome, Hooks]:
        async with serving(Hooks()) as hooks:
            there = channel(f"https://{host}:{hooks.port}/in", guard=Guard([Allowed(host=host.strip("[]"))]))
            got = await there.send(message())
            await there.close()
            return got, hooks

    got, hooks = asyncio.run(run())
    assert got.reason in (Reason.ADDRESS_FORBIDDEN, Reason.HOST_FORBIDDEN, Reason.UNREACHABLE)
    assert got.verdict is not Verdict.DELIVERED
    assert hooks.connections == 0


def test_nobody_there_is_unreachable() -> None:
    """A port that nobody listens on."""

    async def run() -> Outcome:
        async with serving(Hooks()) as hooks:
            url = hooks.url
        there = channel(url)
        got = await there.send(message())
        await there.close()
        return got

    assert asyncio.run(run()) == Outcome.retry(Reason.UNREACHABLE)


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return certificates.make(tmp_path_factory.mktemp("certificates"))


def over_tls(keys: tuple[Path, Path], *, host: str, ca_file: str | None) -> tuple[Outcome, Hooks]:
    """Send to *host*, which the resolver finds on this machine, where a server proves to be 127.0.0.1."""

    async def run() -> tuple[Outcome, Hooks]:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(keys[1])
        guard = Guard([Allowed(host=host, networks=("127.0.0.0/8",))], lambda _host, _port: ["127.0.0.1"])
        async with serving(Hooks(), context) as hooks:
            there = channel(f"https://{host}:{hooks.port}/in", guard=guard, ca_file=ca_file)
            got = await there.send(message())
            await there.close()
            return got, hooks

    return asyncio.run(run())


def test_a_certificate_is_proved_by_name_though_the_connection_is_by_address(keys: tuple[Path, Path]) -> None:
    """`localhost` is in the certificate, and the request still says it."""
    got, hooks = over_tls(keys, host="localhost", ca_file=str(keys[0]))
    assert got == Outcome.delivered(status=204)
    assert hooks.received[0].headers["host"] == f"localhost:{hooks.port}"


@pytest.mark.parametrize(("host", "trusted"), [("localhost", False), ("hooks.example", True)])
def test_a_wrong_certificate_is_not_sent_to(keys: tuple[Path, Path], host: str, trusted: bool) -> None:  # noqa: FBT001
    """One of an unknown authority, and one of another name."""
    got, hooks = over_tls(keys, host=host, ca_file=str(keys[0]) if trusted else None)
    assert got == Outcome.retry(Reason.TLS)
    assert hooks.received == []


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_not base64!é", "whsec_bm90IGVub3VnaA=="])
def test_a_secret_that_cannot_sign_is_refused_without_showing_it(secret: str) -> None:
    """Before anything is sent."""
    with pytest.raises(BadSecret, match="whsec_ and then base64") as raised:
        channel("https://hooks.example/in", secrets=[secret])
    assert "not base64!" not in str(raised.value)


def test_proxies_of_the_environment_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """Behind a proxy nothing could be checked."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    outcomes, _ = send()
    assert outcomes == [Outcome.delivered(status=204)]


def test_many_are_sent_at_once() -> None:
    """A receiver that is slow with one holds up no other."""

    async def run() -> tuple[list[Outcome], Hooks]:
        hooks = Hooks()
        hooks.faults.append(hangs)
        async with serving(hooks):
            there = channel(hooks.url, timeout=SOON)
            told = [Message(**_fields(number)) for number in range(20)]
            outcomes = await asyncio.gather(*(there.send(each) for each in told))
            await there.close()
        return outcomes, hooks

    outcomes, hooks = asyncio.run(run())
    assert sorted(each.reason for each in outcomes) == [*[Reason.TAKEN] * 19, Reason.TIMED_OUT]
    assert len({each.headers["webhook-id"] for each in hooks.received}) == 20


def _fields(number: int) -> dict[str, Any]:
    return {"delivery_id": f"dlv_{number}", "receiver": "riverside", "kind": "raised", "alerts": (alert(),)}
