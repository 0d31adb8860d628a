"""A mistake in a channel's settings is found at load, in words, at its place."""

from typing import Any

import msgspec
import pytest

from streams.notify.channels.settings import ChannelSettings, hosts

SECRET = {"env": "HOOK_SECRET"}
WEBHOOK = {"type": "webhook", "url": "https://hooks.example/in", "secrets": [SECRET]}
EMAIL = {"type": "email", "host": "mail.example", "sender": "firstbell@la.example", "to": ["team@la.example"]}
NOTIFY = {
    "type": "govuk-notify",
    "api_key": {"file": "/run/secrets/notify"},
    "template": "f33517ff-2a88-4f6e-b855-c550268ce08a",
    "email": "team@la.example",
}


def load(table: dict[str, Any]) -> ChannelSettings:
    return msgspec.convert({"channel": table}, dict[str, ChannelSettings])["channel"]


@pytest.mark.parametrize(
    ("table", "called"),
    [
        (WEBHOOK, ["hooks.example"]),
        (EMAIL, ["mail.example"]),
        (NOTIFY, ["api.notifications.service.gov.uk"]),
        ({"type": "apprise", "url": {"env": "TEAMS"}}, []),
        ({"type": "file", "path": "out.jsonl"}, []),
        ({"type": "stdout"}, []),
    ],
)
def test_each_channel_says_whom_it_will_call(table: dict[str, Any], called: list[str]) -> None:
    """The allow-list can be held against that at load."""
    assert hosts(load(table)) == called


@pytest.mark.parametrize(
    ("table", "words"),
    [
        (WEBHOOK | {"url": "http://hooks.example/in"}, "https://"),
        (WEBHOOK | {"url": "ftp://hooks.example/in"}, "https://"),
        (WEBHOOK | {"url": "https://me:pw@hooks.example/in"}, "user or password"),
        (WEBHOOK | {"url": "https:///in"}, "no host"),
        (WEBHOOK | {"url": "https://hooks.example/in#x"}, "#"),
        (WEBHOOK | {"url": "https://hooks.example:99999/in"}, "no address"),
        (WEBHOOK | {"url": "https://hooks.example:many/in"}, "no address"),
        (WEBHOOK | {"secrets": []}, "secrets"),
        (WEBHOOK | {"secrets": [{}]}, "say where the secret is"),
        (WEBHOOK | {"secrets": [{"env": "A", "file": "b"}]}, "say where the secret is"),
        (WEBHOOK | {"secrets": ["whsec_plain"]}, "secrets"),
        (WEBHOOK | {"timeout": 0}, "timeout"),
        (WEBHOOK | {"retries": 3}, "retries"),
        (EMAIL | {"user": "firstbell"}, "go together"),
        (EMAIL | {"tls": "none", "user": "u", "password": SECRET}, "not sent without TLS"),
        (EMAIL | {"to": []}, "to"),
        (EMAIL | {"to": ["a@la.example\r\nBcc: b@evil.example"]}, "to"),
        (EMAIL | {"sender": "Firstbell <a@b>"}, "sender"),
        (NOTIFY | {"phone": "07700900001"}, "one of the two"),
        ({name: value for name, value in NOTIFY.items() if name != "email"}, "one of the two"),
        (NOTIFY | {"template": "mine"}, "template"),
        (NOTIFY | {"templates": {"shouted": NOTIFY["template"]}}, "shouted"),
        ({"type": "pigeon"}, "pigeon"),
        ({"url": "https://hooks.example"}, "type"),
    ],
)
def test_a_mistake_is_named_with_its_place(table: dict[str, Any], words: str) -> None:
    """Every mistake that would send in the clear, to nowhere, or twice."""
    with pytest.raises(msgspec.ValidationError) as raised:
        load(table)
    assert words in str(raised.value)
    assert "$[" in str(raised.value)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]"])
def test_plain_http_is_for_this_machine_alone(host: str) -> None:
    """A demo needs no certificate."""
    assert load(WEBHOOK | {"url": f"http://{host}:8000/in"})
