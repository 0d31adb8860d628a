"""From settings to channels."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from streams.books import load_book
from streams.notify.channels.apprise import AppriseChannel
from streams.notify.channels.email import EmailChannel
from streams.notify.channels.govuk_notify import GovNotifyChannel
from streams.notify.channels.guard import Guard
from streams.notify.channels.lines import FileChannel, StreamChannel
from streams.notify.channels.opening import BadCaFile, Surroundings, open_channel
from streams.notify.channels.secrets import BadSecret
from streams.notify.channels.settings import ChannelSettings
from streams.notify.channels.webhook import WebhookChannel
from streams.notify.words import Words
from tests.support.govuk_notify import KEY
from tests.support.webhooks import NEW

AROUND = Surroundings(
    guard=Guard([]),
    words=Words(load_book(None)),
    environment={"HOOK": NEW, "MAIL": "a password", "NOTIFY": KEY, "TEAMS": "json://hooks.example/in"},
    now=lambda: datetime(2024, 10, 8, tzinfo=UTC),
)
WEBHOOK = {"type": "webhook", "url": "https://hooks.example/in", "secrets": [{"env": "HOOK"}]}
EMAIL = {"type": "email", "host": "mail.example", "sender": "a@la.example", "to": ["b@la.example"]}
NOTIFY = {
    "type": "govuk-notify",
    "api_key": {"env": "NOTIFY"},
    "template": "f33517ff-2a88-4f6e-b855-c550268ce08a",
    "phone": "07700900001",
}


def settings(table: dict[str, Any]) -> ChannelSettings:
    return msgspec.convert({"channel": table}, dict[str, ChannelSettings])["channel"]


@pytest.mark.parametrize(
    ("table", "kind"),
    [
        (WEBHOOK, WebhookChannel),
        (EMAIL, EmailChannel),
        (EMAIL | {"user": "u", "password": {"env": "MAIL"}}, EmailChannel),
        (NOTIFY, GovNotifyChannel),
        ({"type": "apprise", "url": {"env": "TEAMS"}}, AppriseChannel),
        ({"type": "file", "path": "told.jsonl"}, FileChannel),
        ({"type": "stdout"}, StreamChannel),
    ],
)
def test_each_kind_of_settings_opens_its_channel_and_calls_nobody(table: dict[str, Any], kind: type[object]) -> None:
    """It can be closed again without having been used."""
    channel = open_channel(settings(table), AROUND)
    assert type(channel) is kind
    asyncio.run(channel.close())


def test_a_secret_that_is_not_there_is_found_before_anything_is_sent() -> None:
    """At start, and not at the first alert."""
    with pytest.raises(BadSecret, match="NOT_THERE"):
        open_channel(settings(WEBHOOK | {"secrets": [{"env": "NOT_THERE"}]}), AROUND)


def test_a_ca_file_that_is_none_is_found_too(tmp_path: Path) -> None:
    """A slip in its name, or a file of something else."""
    file = tmp_path / "ca.pem"
    with pytest.raises(BadCaFile, match=r"ca_file: .*/ca\.pem cannot be read: No such file"):
        open_channel(settings(WEBHOOK | {"ca_file": str(file)}), AROUND)
    file.write_text("no certificate")
    with pytest.raises(BadCaFile, match=r"ca_file: .*/ca\.pem holds no certificate"):
        open_channel(settings(EMAIL | {"ca_file": str(file)}), AROUND)
