"""Where tokens' grants are kept: a file that only its owner may change, or Redis."""

import fcntl
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast

import msgspec
from redis import Redis
from redis.exceptions import RedisError

from streams.edge.tokens import Grant
from streams.errors import FirstbellError, Refuse

_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH
_REDIS_TIMEOUT = 2.0  # s

_grants = msgspec.json.Decoder(list[Grant])
_grant = msgspec.json.Decoder(Grant)


class BadTokenStore(Refuse):
    """Tokens cannot be kept where the setting says."""


class StoreAway(FirstbellError):  # noqa: N818 - a state of the store
    """The tokens cannot be read at present."""


def open_store(place: str, prefix: str = "firstbell.") -> "FileTokens | RedisTokens":
    """Open the store at *place*: the path of a file, or `redis://HOST:PORT/DB` (also `rediss://` and `unix://`).

    Raises:
        BadTokenStore: the address holds a password, or is none.
    """
    if "://" not in place:
        return FileTokens(Path(place))
    try:
        client = Redis.from_url(place, socket_timeout=_REDIS_TIMEOUT, socket_connect_timeout=_REDIS_TIMEOUT)
    except ValueError:
        raise BadTokenStore("gateway_tokens is no path and no address of a Redis") from None
    if client.connection_pool.connection_kwargs.get("password"):
        raise BadTokenStore(
            "gateway_tokens holds a password, which would be shown with the settings; use a file instead"
        )
    return RedisTokens(client, f"{prefix}tokens")


class MemoryTokens:
    """Grants in memory, for tests."""

    def __init__(self) -> None:
        self._grants: dict[str, Grant] = {}

    def get(self, token_id: str) -> Grant | None:
        """Give the grant of an id."""
        return self._grants.get(token_id)

    def put(self, grant: Grant) -> None:
        """Keep a grant."""
        self._grants[grant.id] = grant

    def all(self) -> list[Grant]:
        """Give all grants, the oldest first."""
        return sorted(self._grants.values(), key=lambda grant: grant.created)


class FileTokens:
    """Grants in one JSON file, written whole and read again when it has changed.

    A file that is not there holds none. Every call raises `StoreAway` where the file cannot be read or written, is no
    list of grants, or may be changed by others.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._seen: tuple[int, int, int] | None = None
        self._grants: dict[str, Grant] = {}

    def get(self, token_id: str) -> Grant | None:
        """Give the grant of an id."""
        return self._read().get(token_id)

    def put(self, grant: Grant) -> None:
        """Keep a grant; a second writer waits for the first."""
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            with self._locked():
                self._write({**self._read(), grant.id: grant})
        except OSError as error:
            raise StoreAway(f"tokens file {self._file} cannot be written: {error.strerror}") from None

    def all(self) -> list[Grant]:
        """Give all grants, the oldest first."""
        return sorted(self._read().values(), key=lambda grant: grant.created)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        with self._file.with_name(f"{self._file.name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _write(self, grants: dict[str, Grant]) -> None:
        new = self._file.with_name(f"{self._file.name}.new")
        new.unlink(missing_ok=True)
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as opened:
            opened.write(msgspec.json.format(msgspec.json.encode(list(grants.values()))) + b"\n")
            opened.flush()
            os.fsync(opened.fileno())
        new.replace(self._file)

    def _read(self) -> dict[str, Grant]:
        try:
            found = self._file.stat()
            seen = (found.st_ctime_ns, found.st_size, found.st_ino)
            if seen != self._seen:
                self._grants = {grant.id: grant for grant in _grants.decode(self._checked_bytes(found))}
                self._seen = seen
        except FileNotFoundError:
            return {}
        except (OSError, msgspec.DecodeError) as error:
            raise StoreAway(f"tokens file {self._file} cannot be read: {type(error).__name__}") from None
        return self._grants

    def _checked_bytes(self, found: os.stat_result) -> bytes:
        if found.st_mode & _OTHERS_WRITE:
            raise StoreAway(f"tokens file {self._file} may be changed by others; close it by: chmod 600 {self._file}")
        return self._file.read_bytes()


class RedisTokens:
    """Grants in one hash of a Redis. Every call raises `StoreAway` where it does not answer."""

    def __init__(self, client: Redis, key: str) -> None:
        self._client = client
        self._key = key

    def get(self, token_id: str) -> Grant | None:
        """Give the grant of an id."""
        with _redis_errors():
            value = cast("bytes | None", self._client.hget(self._key, token_id))
            return None if value is None else _grant.decode(value)

    def put(self, grant: Grant) -> None:
        """Keep a grant."""
        with _redis_errors():
            self._client.hset(self._key, grant.id, msgspec.json.encode(grant))

    def all(self) -> list[Grant]:
        """Give all grants, the oldest first."""
        with _redis_errors():
            values = cast("list[bytes]", self._client.hvals(self._key))
            return sorted((_grant.decode(value) for value in values), key=lambda grant: grant.created)


@contextmanager
def _redis_errors() -> Iterator[None]:
    try:
        yield
    except (RedisError, msgspec.DecodeError) as error:
        raise StoreAway(f"the Redis with the tokens: {type(error).__name__}") from None
