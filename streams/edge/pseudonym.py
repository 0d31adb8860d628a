"""From a UPN to the pupil's pseudonym: keyed, one way, the same for the same child and key.

BLAKE2b with a secret key, not a plain hash: UPNs are so regular that all of them could be hashed and looked up.
"""

import base64
import hashlib
from collections.abc import Callable

from streams.edge.upn import Upn

KEY_BYTES = 32
_PERSON = b"firstbell.upn.v1"  # so that the same key, used for something else, gives something else
_BYTES = 16  # 128 bits: 26 characters of base32

Pseudonymise = Callable[[Upn], str]
"""Gives a pupil's pseudonym: 26 characters of a-z and 2-7."""


def pseudonymiser(key: bytes) -> Pseudonymise:
    """Return the function from UPNs to pseudonyms that *key* (32 bytes) makes.

    Raises:
        ValueError: the key has another length.
    """
    if len(key) != KEY_BYTES:
        raise ValueError(f"a pupil key has {KEY_BYTES} bytes")
    return lambda upn: _base32(_digest(key, upn.text.encode("ascii"), _PERSON))


def fingerprint(key: bytes) -> str:
    """Return 8 characters by which two people can compare their keys without showing them."""
    return _base32(_digest(key, b"", b"firstbell.key.v1"))[:8]


def _digest(key: bytes, text: bytes, person: bytes) -> bytes:
    return hashlib.blake2b(text, digest_size=_BYTES, key=key, person=person).digest()


def _base32(digest: bytes) -> str:
    return base64.b32encode(digest).decode("ascii").rstrip("=").lower()
