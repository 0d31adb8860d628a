"""A checked register as a record of the registers topic: the contract's JSON, CloudEvents context in headers."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import msgspec

from streams.contract.codec import REGISTER_TYPE
from streams.edge.verdicts import Event

_HEADER = ("register_id", "urn", "date", "session", "recorded_at")
_encode = msgspec.json.Encoder().encode


class From(Protocol):
    """Where a register came in: which way, and who sent it."""

    @property
    def entry(self) -> str:
        """The way in."""

    @property
    def source(self) -> str:
        """Who sent it."""


def event_of(draft: Mapping[str, Any], marks: Sequence[Mapping[str, Any]], came_in: From) -> Event:
    """Make the record of a *draft* that was found good, with those *marks* of it that were.

    The same draft gives the same bytes.
    """
    register = {name: draft[name] for name in _HEADER} | {"source": came_in.source, "marks": marks}
    headers = [
        ("ce_specversion", b"1.0"),
        ("ce_id", draft["register_id"].encode()),
        ("ce_type", REGISTER_TYPE.encode()),
        ("ce_source", f"urn:firstbell:{came_in.entry}:{came_in.source}".encode()),
        ("content-type", b"application/json"),
    ]
    return Event(str(draft["urn"]).encode(), _encode(register), headers)
