"""One dead letter for the eyes of a person: its fields, and its bytes decoded as far as they can be. Pure."""

import json
from datetime import UTC, datetime
from typing import Any

from streams.contract.messages import DeadLetter
from streams.contract.operations import place_of
from streams.letters.choosing import Lying

__all__ = ["as_data", "decoded", "in_full"]

_HEX_SHOWN = 512  # bytes


def as_data(lying: Lying, *, redriven: bool) -> dict[str, Any]:
    """Give all of *lying* but its bytes, as JSON can say it."""
    letter = lying.letter
    return {
        "place": str(lying.place),
        "at": written_at(lying.stamped_ms),
        "reason": letter.reason,
        "detail": letter.detail,
        "origin": place_of(letter.origin, letter.mark),
        "register_id": letter.register_id,
        "urn": letter.urn,
        "date": letter.date,
        "session": letter.session,
        "mark": letter.mark,
        "bytes": len(letter.value),
        "redriven": redriven,
    }


def written_at(stamped_ms: int) -> str:
    """Write a time stamp as ISO 8601 in UTC, whole seconds."""
    return datetime.fromtimestamp(stamped_ms / 1000, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def in_full(lying: Lying, *, redriven: bool) -> str:
    """Give *lying* with its bytes, for a terminal."""
    facts = {name: value for name, value in as_data(lying, redriven=redriven).items() if value is not None}
    lines = [f"{name}: {_plain(value)}" for name, value in facts.items()]
    return "\n".join([*lines, "", decoded(lying.letter)])


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "".join(letter if letter.isprintable() else "?" for letter in str(value))


def decoded(letter: DeadLetter) -> str:
    """Give the refused bytes: as JSON laid out, else as text, else in hexadecimal digits; never a control character."""
    if not letter.value:
        return "(its bytes were not kept)" if letter.reason == "erased" else "(no bytes)"
    try:
        text = letter.value.decode()
    except UnicodeDecodeError:
        rest = len(letter.value) - _HEX_SHOWN
        more = f"\n… and {rest:,} bytes more" if rest > 0 else ""
        return f"(not text; in hexadecimal)\n{letter.value[:_HEX_SHOWN].hex(' ', 2)}{more}"
    try:
        return json.dumps(json.loads(text), indent=2)  # ASCII: what is no letter comes out escaped
    except (ValueError, RecursionError):
        return "".join(each if each.isprintable() or each == "\n" else f"\\x{ord(each):02x}" for each in text)
