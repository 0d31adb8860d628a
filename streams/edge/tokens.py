"""Bearer tokens: who may send registers of which schools. Only a token's hash is kept, so a lost store opens nothing.

A token reads `fbt_ID_SECRET`. The id finds the grant and may be shown; the secret is 256 random bits, for which one
SHA-256 is as good as any slower hash.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from msgspec import Struct

_FORM = re.compile(r"fbt_([a-z2-7]{8})_([A-Za-z0-9_-]{43})")
_ID_BYTES, _SECRET_BYTES = 5, 32
_SOURCE = re.compile(r"[a-z0-9][a-z0-9._-]{0,62}")


class Grant(Struct, frozen=True, kw_only=True):
    """What one token allows: registers of *urns* (None: of every school), in the name of *source*.

    `digest` is the SHA-256 of the secret in hex; `created` and `revoked` are times in ISO 8601, `revoked` None while
    the token holds.
    """

    id: str
    source: str
    urns: frozenset[int] | None
    digest: str
    created: str
    revoked: str | None = None

    def allows(self, urn: int) -> bool:
        """Whether registers of the school *urn* may come."""
        return self.urns is None or urn in self.urns


class TokenStore(Protocol):
    """Keeps grants. Every call may raise `StoreAway`."""

    def get(self, token_id: str) -> Grant | None:
        """Give the grant of an id, revoked or not, or None."""

    def put(self, grant: Grant) -> None:
        """Keep a grant, in the place of one with the same id."""

    def all(self) -> list[Grant]:
        """Give all grants, the oldest first."""


def new_token(
    source: str, urns: frozenset[int] | None, now: datetime, random: Callable[[int], bytes]
) -> tuple[str, Grant]:
    """Make a token and its grant; the token itself is kept nowhere.

    Raises:
        ValueError: *source* is no short name in lower case.
    """
    if not _SOURCE.fullmatch(source):
        raise ValueError("a source is named by 1 to 63 lower-case letters, digits, '.', '_' and '-'")
    token_id = base64.b32encode(random(_ID_BYTES)).decode().lower()
    secret = base64.urlsafe_b64encode(random(_SECRET_BYTES)).decode().rstrip("=")
    grant = Grant(id=token_id, source=source, urns=urns, digest=_digest(secret), created=now.isoformat())
    return f"fbt_{token_id}_{secret}", grant


def grant_of(token: str, get: Callable[[str], Grant | None]) -> Grant | None:
    """Return the grant that *token* proves, or None where it is unknown, revoked or wrong.

    The secrets are compared in constant time, and an id that does not exist takes as long as one that does.
    """
    match = _FORM.fullmatch(token)
    token_id, secret = match.groups() if match else ("", "")
    grant = get(token_id)
    is_right = hmac.compare_digest(_digest(secret), grant.digest if grant else _digest("nobody's"))
    return grant if is_right and grant and grant.revoked is None else None


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
