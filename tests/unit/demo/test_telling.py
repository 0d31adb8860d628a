"""What the demo's webhook hears, and whether it was told the end of what it was told."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import msgspec
import pytest
from standardwebhooks import Webhook

from streams.books import load_book
from streams.contract.hooks import HookAlert, HookData, HookEvent
from streams.contract.messages import Alert, Change
from streams.demo.hook import Hook
from streams.demo.telling import owed, told_and_untold, wait_until_heard, wait_until_told, write_file
from streams.errors import FirstbellError
from streams.notify.config.reading import read
from tests.unit.demo.examples import an_alert


@pytest.fixture
def hook() -> Iterator[Hook]:
    with Hook(now=lambda: 7.0) as hook:
        yield hook


def _says(hook: Hook, *told: Alert, secret: str | None = None) -> int:
    """Post *told* as the notifier would, and give the answer's status."""
    thin = [msgspec.convert(msgspec.to_builtins(each) | {"school": None, "link": None}, HookAlert) for each in told]
    event = HookEvent(
        specversion="1.0", id="d1", source="urn:firstbell:notifier", type="uk.firstbell.delivery.v1",
        datacontenttype="application/json", data=HookData(kind=told[0].change, alerts=thin),
    )  # fmt: skip
    body, at = msgspec.json.encode(event), datetime.now(UTC)
    signature = Webhook(secret or hook.secret).sign("d1", at, body.decode())
    headers = {"webhook-id": "d1", "webhook-timestamp": str(int(at.timestamp())), "webhook-signature": signature}
    return httpx.post(hook.url, content=body, headers=headers, trust_env=False).status_code


def _of(name: str, change: Change, rule: str = "persistent-absence") -> Alert:
    return msgspec.structs.replace(an_alert(change, 1, number=name), rule=rule)


def test_what_is_signed_is_heard_and_what_is_not_is_refused(hook: Hook) -> None:
    """A message with another secret is answered 401, and leaves nothing."""
    assert _says(hook, _of("a", "raised"), secret="whsec_" + "A" * 44) == 401
    assert hook.heard == []
    assert _says(hook, _of("a", "raised")) == 204
    assert [(heard.at, heard.alert.change) for heard in hook.heard] == [(7.0, "raised")]


def test_the_end_is_owed_to_who_was_told_of_a_beginning_and_to_nobody_else(hook: Hook) -> None:
    """Owed until it is heard; an alert that nobody was told of owes nothing."""
    alerts = [_of("a", "raised"), _of("a", "withdrawn"), _of("b", "raised"), _of("b", "withdrawn"), _of("c", "raised")]
    _says(hook, _of("a", "raised"))
    assert owed(alerts, hook) == {"a" * 32}
    _says(hook, _of("a", "withdrawn"))
    assert owed(alerts, hook) == set()


def test_the_story_told_is_of_an_awaited_alert_from_its_raise_to_its_withdrawal(hook: Hook) -> None:
    """Not of another, and nothing while it is not whole."""
    awaited = {"b" * 32}
    _says(hook, _of("b", "raised"))
    assert told_and_untold(awaited, hook) == []
    for change in ("raised", "withdrawn"):
        _says(hook, _of("a", change))
    _says(hook, _of("b", "withdrawn"))
    story = [(heard.alert.alert_id[0], heard.alert.change) for heard in told_and_untold(awaited, hook)]
    assert story == [("b", "raised"), ("b", "withdrawn")]


def test_it_waits_for_one_of_the_awaited_while_anything_moves(hook: Hook, monkeypatch: pytest.MonkeyPatch) -> None:
    """However long that is; where nothing moves any more it says what is missing."""
    monkeypatch.setattr("streams.demo.telling.PATIENCE", 0.15)
    steps = iter(range(5))

    def moved() -> int:
        step = next(steps, 5)
        if step == 4:
            _says(hook, _of("b", "raised"))
        return step

    wait_until_heard({"b" * 32, "c" * 32}, hook, moved)
    with pytest.raises(FirstbellError, match="none of 1 alerts that a correction will take back"):
        wait_until_heard({"c" * 32}, hook, moved)


def test_it_waits_until_no_end_is_owed(hook: Hook, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each look may bring it nearer; of what was over before it was told nobody hears."""
    monkeypatch.setattr("streams.demo.telling.QUIET", 0.1)
    alerts = [_of("a", "raised"), _of("a", "withdrawn"), _of("c", "raised"), _of("c", "withdrawn")]
    told = iter((_of("a", "raised"), _of("a", "withdrawn")))

    def check() -> None:
        if (next_told := next(told, None)) is not None:
            _says(hook, next_told)

    wait_until_told(alerts, hook, check)
    assert [heard.alert.change for heard in hook.heard] == ["raised", "withdrawn"]


def test_the_notifier_takes_the_file(hook: Hook, tmp_path: Path) -> None:
    """It has no mistake, and its secret is for its owner alone."""
    config = read(write_file(tmp_path, hook), load_book(None))
    assert [route.name for route in config.routes] == ["demo"]
    assert (tmp_path / "hook.secret").stat().st_mode & 0o777 == 0o600
