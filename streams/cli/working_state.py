"""The Redis of the notifier's working state: the one that the setting names, or an embedded Valkey."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import structlog
from redis import Redis

from streams.embedded.valkey import EmbeddedValkey
from streams.errors import BadSettings
from streams.notify.channels.secrets import SecretPlace
from streams.settings import Settings

__all__ = ["opened"]

log = structlog.get_logger("firstbell.notify")

_TIMEOUT, _CONNECTS_WITHIN = 10, 5  # s


@contextmanager
def opened(settings: Settings) -> Iterator[Redis]:
    """Give a client, which connects when it is first used.

    Raises:
        BadSettings: the setting redis is no address.
        BadSecret: the file with its password cannot be read.
        NoEmbeddedRedis: there is no setting, and no embedded Valkey here.
    """
    if settings.redis is not None:
        with _client(settings.redis, _password(settings.redis_password_file)) as client:
            yield client
        return
    with EmbeddedValkey() as valkey, _client(valkey.url) as client:
        log.info("working state in an embedded Valkey, of this process alone")
        yield client


def _password(file: Path | None) -> str | None:
    return SecretPlace(file=str(file)).read({}).reveal() if file else None


def _client(url: str, password: str | None = None) -> Redis:
    try:
        client = Redis.from_url(
            url, password=password, socket_timeout=_TIMEOUT, socket_connect_timeout=_CONNECTS_WITHIN
        )
        client.connection_pool.make_connection()  # an option that there is not shows only here; nothing is called
    except (ValueError, TypeError):  # what it says may hold the password
        raise BadSettings("redis is no address of a Redis; it looks like redis://127.0.0.1:6379/0") from None
    return client
