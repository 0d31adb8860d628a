"""`firstbell silence`, as a user runs it, on a topic of actions in memory."""

import json
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime, timedelta
from subprocess import CompletedProcess
from types import SimpleNamespace

import pytest

from streams.contract.deliveries import Action, SetSilence, SilenceMatch, SilenceOver, encode
from streams.settings import Settings
from tests.support.command import called

NOWHERE = Settings(bootstrap="127.0.0.1:1", request_timeout=1)
NOW = datetime.now(UTC)


def silence(silence_id: str, *, hours: int) -> SetSilence:
    expires = (NOW + timedelta(hours=hours)).isoformat(timespec="seconds")
    match = SilenceMatch(rule=["lateness"])
    return SetSilence(
        silence_id=silence_id, match=match, owner="jo", reason="snow", expires=expires, at=NOW.isoformat()
    )


def run(*arguments: str) -> "CompletedProcess[str]":
    return called("silence", *arguments, settings=NOWHERE)


@pytest.fixture
def on_topic(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[bytes]]:
    """Give what puts actions on the topic and hands back what is written to it after."""

    def put(*actions: Action) -> list[bytes]:
        written: list[bytes] = []
        monkeypatch.setattr("streams.cli.silence._write", lambda _, __, value: written.append(value))
        monkeypatch.setattr("streams.cli.silence.Reader", lambda *_: topic([encode(each) for each in actions]))
        return written

    return put


def topic(values: list[bytes]) -> AbstractContextManager[object]:
    """Give a reader of a topic that holds *values*."""
    return nullcontext(SimpleNamespace(to_end=lambda: [SimpleNamespace(value=value) for value in values]))


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ([], "say what to hold back"),
        (["--rule", "spells"], "say when it ends"),
        (["--rule", "latenes", "--for", "1d"], "there is no rule latenes; the nearest is lateness"),
        (["--severity", "huge", "--for", "1d"], "is not one of 'low', 'medium', 'high', 'urgent'"),
        (["--audience", "la", "--for", "1d"], "'la-attendance'"),
        (["--urn", "7", "--for", "1d"], "100000"),
        (["--alert", "3f9c", "--for", "1d"], "32 digits"),
        (["--rule", "spells", "--until", "yesterday"], "yesterday is no time"),
        (["--rule", "spells", "--until", "2099-01-01T00:00"], "needs its offset"),
        (["--rule", "spells", "--until", "2020-01-01T00:00:00Z"], "over already"),
        (["--rule", "spells", "--for", "soon"], "no length of time"),
    ],
)
def test_one_that_would_hold_nothing_back_is_refused(more: list[str], said: str) -> None:
    """Before Kafka is asked for anything, with what there is instead."""
    refused = run("add", "--owner", "jo", "--reason", "snow", *more)
    assert (refused.returncode, said in refused.stderr) == (2, True), refused.stderr


def test_an_owner_and_a_reason_are_needed() -> None:
    """So that somebody answers for it."""
    assert "--owner" in run("add", "--rule", "lateness", "--for", "1d").stderr


def test_rules_about_schools_can_be_silenced_too(on_topic: Callable[..., list[bytes]]) -> None:
    """The rule book has both kinds."""
    written = on_topic()
    done = run(
        "add", "--rule", "feed-silent", "--urn", "100001", "--for", "1d", "--owner", "jo", "--reason", "snow", "--json"
    )
    (made,) = written
    assert json.loads(done.stdout) == json.loads(made)
    assert json.loads(made)["match"] == {"rule": ["feed-silent"], "urn": [100001]}


def test_those_that_are_over_are_listed_as_such_where_asked_for(on_topic: Callable[..., list[bytes]]) -> None:
    """Ended by a person, or by their time."""
    over = SilenceOver(silence_id="bbbbbbbb", owner="jo", at=NOW.isoformat())
    on_topic(silence("aaaaaaaa", hours=1), silence("bbbbbbbb", hours=1), over, silence("cccccccc", hours=-1))
    assert [line.split()[0] for line in run("list").stdout.splitlines()] == ["aaaaaaaa"]
    shown = run("list", "--all").stdout.splitlines()
    assert ["  until 2" in shown[0], "  ended before 2" in shown[1], "  over since 2" in shown[2]] == [True] * 3
    told = json.loads(run("list", "--all", "--json").stdout)
    assert [each["state"] for each in told] == ["in-force", "ended", "expired"]


def test_where_there_is_none_that_is_said(on_topic: Callable[..., list[bytes]]) -> None:
    """To the person, not to the program."""
    on_topic(silence("cccccccc", hours=-1))
    done = run("list")
    assert (done.stdout, done.stderr) == ("", "no silence is in force; see --all\n")
    assert json.loads(run("list", "--json").stdout) == []


def test_only_one_in_force_can_be_ended(on_topic: Callable[..., list[bytes]]) -> None:
    """By its whole id."""
    written = on_topic(silence("aaaaaaaa", hours=1), silence("cccccccc", hours=-1))
    for name in ("aaaa", "cccccccc", "dddddddd"):
        assert "no silence with that id is in force" in run("expire", name, "--owner", "jo").stderr
    assert written == []
    done = run("expire", "aaaaaaaa", "--owner", "jo", "--json")
    assert json.loads(done.stdout)["silence_id"] == "aaaaaaaa"
    assert json.loads(written[0])["action"] == "silence-over"
