"""Chance, and the pseudonyms of children who do not exist."""

from base64 import b32encode
from hashlib import blake2b
from random import Random


def dice(seed: int, *about: object) -> Random:
    """Chance for one purpose: the same for the same seed and purpose, whatever else is drawn."""
    return Random("/".join(map(str, (seed, *about))))  # noqa: S311 - invented children, no secrets


def pseudonym(seed: int, name: str) -> str:
    """The key of an invented UPN, or of a child of a story: 26 characters, as the edge makes them with a key."""
    digest = blake2b(name.encode(), key=str(seed).encode(), digest_size=16).digest()
    return b32encode(digest).decode().rstrip("=").lower()
