"""The list of the erased: keyed hashes of pupils whose records were erased, and since when marks are taken again.

Given the list, whether a mark counts depends only on when its register was received, so that worker, rebuild, audit and
explanation agree, in whatever order they read.
"""

import base64
import hashlib
from collections.abc import Mapping, Sequence

import msgspec
from msgspec import Struct

from streams.errors import NoErasureKey

__all__ = ["Entry", "Erased", "decode_entry", "encode_entry"]

_PERSON = b"firstbell.erased"
_BYTES = 16


class Entry(Struct, frozen=True, omit_defaults=True):
    """One pupil in the list: when erased and, where marks are taken again, since when; ms since 1970.

    `key` tells one key from another, and gives neither away.
    """

    erased_ms: int
    key: str
    readmitted_ms: int | None = None

    def refuses(self, received_ms: int) -> bool:
        """Whether a mark in a register received then is not to be kept."""
        return self.readmitted_ms is None or received_ms < self.readmitted_ms


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(Entry)


def encode_entry(entry: Entry) -> bytes:
    """Encode as one JSON object."""
    return _encoder.encode(entry)


def decode_entry(value: bytes) -> Entry:
    """Decode an entry.

    Raises:
        msgspec.DecodeError: it is none.
    """
    return _decoder.decode(value)


class Erased:
    """The list, with the *key* that it is made with; None where there is none, which will do while it is empty."""

    def __init__(self, key: bytes | None = None) -> None:
        self._key = key
        self._entries: dict[str, Entry] = {}
        self._off: set[str] = set()  # known not to be on it: to hash a pupil costs as much as all else of a mark

    def __len__(self) -> int:
        return len(self._entries)

    @property
    def entries(self) -> Mapping[str, Entry]:
        """The entries by hash."""
        return self._entries

    def enter(self, entries: Mapping[str, Entry]) -> None:
        """Put *entries*, by hash, on the list or in the places of those there."""
        self._entries |= entries
        self._off = set()  # another one: a thread that has just found somebody on no entry may add to the old

    def load(self, hashed: str, value: bytes | None) -> None:
        """Take one record of the list; None takes the pupil off.

        Raises:
            NoErasureKey: it was made with another key, or there is none.
        """
        if value is None:
            self._entries.pop(hashed, None)
            return
        entry = decode_entry(value)
        if entry.key != self.fingerprint():
            raise NoErasureKey("the list of the erased was made with another key than the one in erasure_key_file")
        self.enter({hashed: entry})

    def hash_of(self, pupil: str) -> str:
        """Give the keyed hash by which *pupil* is in the list: 26 characters.

        Raises:
            NoErasureKey: there is no key.
        """
        return _digest(self._needed(), pupil.encode())

    def fingerprint(self) -> str:
        """Give what tells this key from others.

        Raises:
            NoErasureKey: there is no key.
        """
        return _digest(self._needed(), b"")[:8]

    def get(self, pupil: str) -> Entry | None:
        """Give the entry of *pupil*, or None."""
        off = self._off
        if not self._entries or pupil in off:
            return None
        entry = self._entries.get(self.hash_of(pupil))
        if entry is None:
            off.add(pupil)
        return entry

    def perhaps(self, pupils: Sequence[str]) -> list[int]:
        """Return which of *pupils*, by number, are not known to be on no entry: hardly any, but for the first time."""
        off = self._off if self._entries else pupils
        return [number for number, pupil in enumerate(pupils) if pupil not in off]

    def refuses(self, pupil: str, received_ms: int) -> bool:
        """Whether a mark of *pupil* in a register received at *received_ms* is not to be kept."""
        entry = self.get(pupil)
        return entry is not None and entry.refuses(received_ms)

    def _needed(self) -> bytes:
        if self._key is None:
            raise NoErasureKey("there are erased pupils: set erasure_key_file to the key that their list was made with")
        return self._key


def _digest(key: bytes, text: bytes) -> str:
    digest = hashlib.blake2b(text, digest_size=_BYTES, key=key, person=_PERSON).digest()
    return base64.b32encode(digest).decode("ascii").rstrip("=").lower()
