"""Mail, against a real mail server."""

import asyncio
import ssl
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiosmtplib
import pytest

from streams.books import load_book
from streams.notify.channels.channel import Message, Outcome, Reason
from streams.notify.channels.email import EmailChannel, judge
from streams.notify.channels.guard import Allowed, Guard
from streams.notify.channels.secrets import Secret, SecretPlace
from streams.notify.channels.settings import Email
from streams.notify.words import Words
from tests.support import certificates
from tests.support.alerts import PUPIL, alert, message
from tests.support.hooks import Hooks, hangs
from tests.support.hooks import serving as serving_hooks
from tests.support.mail import PASSWORD, USER, Mailbox, serving

NOW = datetime(2024, 10, 8, 9, 30, tzinfo=UTC)
WORDS = Words(load_book(None))
TEAM, OTHER = "team@la.example", "other@la.example"
# The name is the certificate's; the resolver, as for any host, says where it is.
GUARD = Guard([Allowed(host="localhost", networks=("127.0.0.0/8",))], lambda _host, _port: ["127.0.0.1"])


def channel(port: int, password: str | None = None, guard: Guard = GUARD, **settings: Any) -> EmailChannel:  # noqa: ANN401
    fields = {"host": "localhost", "port": port, "sender": "firstbell@la.example", "to": (TEAM,), "tls": "none"}
    login = {"user": USER, "password": SecretPlace(env="MAIL")} if password else {}
    told = Email(**fields | login | settings)
    return EmailChannel(told, Secret(password) if password else None, guard, WORDS, lambda: NOW)


def send(mailbox: Mailbox, *messages: Message, **settings: Any) -> list[Outcome]:  # noqa: ANN401
    async def run() -> list[Outcome]:
        async with serving(mailbox):
            there = channel(mailbox.port, **settings)
            return [await there.send(each) for each in messages or (message(),)]

    return asyncio.run(run())


def test_one_mail_a_message_with_text_and_html() -> None:
    """What was seen, the reference and the link; the id is the delivery's."""
    box = Mailbox()
    assert send(box) == [Outcome.delivered()]
    mail = box.mails[0]
    assert mail["Message-ID"] == f"<{message().delivery_id}@la.example>"
    assert (mail["From"], mail["To"]) == ("firstbell@la.example", TEAM)
    assert mail["Subject"] == "Persistent absence, a pupil at Riverside School"
    assert mail["Auto-Submitted"] == "auto-generated"
    parts = [part.get_content() for part in mail.iter_parts()]
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    for part in parts:
        assert "missed 12 of 110 possible sessions (10.9 %)" in part
        assert "3B1F-0C5A" in part
        assert f"https://cases.example/alerts/{alert().alert_id}" in part


def test_a_mail_names_no_child() -> None:
    """Neither a name nor the pseudonym, in no header and no part."""
    box = Mailbox()
    send(box)
    assert PUPIL not in box.mails[0].as_string()


def test_a_group_is_one_mail() -> None:
    """Bundled as the notifier bundles."""
    box = Mailbox()
    group = message(alert(), alert(alert_id="f" * 32, rule="lateness", evidence={"counted": 6}))
    assert send(box, group) == [Outcome.delivered()]
    assert len(box.mails) == 1


def test_all_addresses_get_the_same_mail() -> None:
    """One mail, one id."""
    box = Mailbox()
    assert send(box, to=(TEAM, OTHER)) == [Outcome.delivered()]
    assert box.recipients == [[TEAM, OTHER]]


def test_a_second_try_has_the_same_id() -> None:
    """So that a mailbox that looks at ids shows one."""
    box = Mailbox()
    send(box, message(), message(attempt=2))
    assert len({mail["Message-ID"] for mail in box.mails}) == 1


def test_changes_of_one_alert_find_together() -> None:
    """The withdrawal is a mail of its own, in the thread of the raise."""
    box = Mailbox()
    back = alert(change="withdrawn", reason="correction", sequence=2, evidence={})
    send(box, message(), message(back, delivery_id="dlv_other"))
    assert len({mail["References"] for mail in box.mails}) == 1
    assert len({mail["Message-ID"] for mail in box.mails}) == 2


@pytest.mark.parametrize(
    ("answers", "outcome"),
    [
        ({TEAM: "550 no such user"}, Outcome.delivered(Reason.PARTLY, 550)),
        ({TEAM: "450 come again"}, Outcome.retry(Reason.BUSY, status=450)),
        ({TEAM: "550 no such user", OTHER: "550 no such user"}, Outcome.refused(Reason.ADDRESS_REFUSED, 550)),
        ({TEAM: "550 no such user", OTHER: "451 come again"}, Outcome.retry(Reason.BUSY, status=451)),
    ],
)
def test_addresses_that_are_refused(answers: dict[str, str], outcome: Outcome) -> None:
    """Whoever may take it later must get it; who is not there does not hold up the others."""
    assert send(Mailbox(answers=answers), to=(TEAM, OTHER)) == [outcome]


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ("554 not this", Outcome.refused(Reason.BODY_REFUSED, 554)),
        ("451 come again", Outcome.retry(Reason.BUSY, status=451)),
    ],
)
def test_a_mail_that_is_refused(answer: str, outcome: Outcome) -> None:
    """For good, or for now."""
    assert send(Mailbox(data_answer=answer)) == [outcome]


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (aiosmtplib.SMTPConnectError("gone"), Outcome.retry(Reason.UNREACHABLE)),
        (aiosmtplib.SMTPServerDisconnected("gone"), Outcome.retry(Reason.UNREACHABLE)),
        (aiosmtplib.SMTPReadTimeoutError("slow"), Outcome.retry(Reason.TIMED_OUT)),
        (aiosmtplib.SMTPConnectResponseError(554, "no"), Outcome.retry(Reason.SERVER_ERROR, status=554)),
        (aiosmtplib.SMTPConnectResponseError(421, "busy"), Outcome.retry(Reason.BUSY, status=421)),
        (aiosmtplib.SMTPSenderRefused(550, "no", "x"), Outcome.retry(Reason.NOT_LET_IN, status=550)),
    ],
)
def test_errors_that_a_person_or_time_can_mend_are_tried_again(error: Exception, outcome: Outcome) -> None:
    """Whatever the library calls them."""
    assert judge(error) == outcome


def test_a_server_that_says_nothing_is_not_waited_for_long() -> None:
    """Within the channel's own time-out."""

    async def run() -> Outcome:
        hooks = Hooks()
        hooks.faults.append(hangs)
        async with serving_hooks(hooks):
            return await channel(hooks.port, timeout=0.2).send(message())

    assert asyncio.run(run()) == Outcome.retry(Reason.TIMED_OUT)


def test_nobody_there_is_unreachable() -> None:
    """A port that nobody listens on."""

    async def run() -> Outcome:
        async with serving(Mailbox()) as box:
            port = box.port
        return await channel(port).send(message())

    assert asyncio.run(run()) == Outcome.retry(Reason.UNREACHABLE)


def test_a_host_that_is_not_listed_is_never_called() -> None:
    """Mail goes through the same gate."""
    box = Mailbox()
    assert send(box, guard=Guard([Allowed(host="mail.example")])) == [Outcome.refused(Reason.HOST_FORBIDDEN)]
    assert send(box, guard=Guard([Allowed(host="localhost")])) == [Outcome.retry(Reason.ADDRESS_FORBIDDEN)]
    assert box.mails == []


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return certificates.make(tmp_path_factory.mktemp("certificates"))


def over_tls(
    keys: tuple[Path, Path], box: Mailbox, *, tls: str, served: str, password: str = PASSWORD, trusted: bool = True
) -> Outcome:
    """Send by *tls* to a server that offers *served*, with a login."""

    async def run() -> Outcome:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(keys[1])
        offered = None if served == "none" else context
        async with serving(box, tls=offered, from_the_start=served == "tls", login=served != "none"):
            ca_file = str(keys[0]) if trusted else None
            return await channel(box.port, password, tls=tls, ca_file=ca_file, timeout=10.0).send(message())

    return asyncio.run(run())


@pytest.mark.parametrize("tls", ["starttls", "tls"])
def test_the_password_goes_over_tls(keys: tuple[Path, Path], tls: str) -> None:
    """STARTTLS, or TLS from the beginning; to the checked address, under the certificate's name."""
    box = Mailbox()
    assert over_tls(keys, box, tls=tls, served=tls) == Outcome.delivered()
    assert box.encrypted == [tls == "starttls"] or tls == "tls"


def test_a_wrong_password_waits_for_a_person(keys: tuple[Path, Path]) -> None:
    """Nothing is lost while someone sets it right."""
    box = Mailbox()
    got = over_tls(keys, box, tls="starttls", served="starttls", password="wrong")  # noqa: S106 - it is wrong
    assert got == Outcome.retry(Reason.NOT_LET_IN, status=535)


def test_a_wrong_certificate_gets_no_password(keys: tuple[Path, Path]) -> None:
    """Nor does a server that offers no TLS at all."""
    box = Mailbox()
    assert over_tls(keys, box, tls="starttls", served="starttls", trusted=False) == Outcome.retry(Reason.TLS)
    assert over_tls(keys, box, tls="tls", served="tls", trusted=False) == Outcome.retry(Reason.TLS)
    assert over_tls(keys, box, tls="starttls", served="none") == Outcome.retry(Reason.TLS)
    assert box.mails == []
