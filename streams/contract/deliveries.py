"""What became of notifications, and what people asked about them: the topics `deliveries` and `actions`."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct, field

from streams.contract.messages import Audience, Change, Severity, Urn

__all__ = [
    "DELIVERY_SOURCE",
    "DELIVERY_TYPE",
    "Action",
    "DeliveryRecord",
    "DeliveryState",
    "Item",
    "Lane",
    "ParkDelivery",
    "RetryDelivery",
    "SetSilence",
    "SilenceMatch",
    "SilenceOver",
    "decode_action",
    "decode_delivery",
    "delivery_headers",
    "encode",
]

DELIVERY_TYPE = "uk.firstbell.delivery-record.v1"
DELIVERY_SOURCE = "urn:firstbell:notifier"

DeliveryState = Literal[
    "intent", "delivered", "retrying", "parked", "refused", "gone", "cancelled", "suppressed", "began"
]
Lane = Literal["first", "urgent", "now", "digest"]
Kind = Literal["raised", "eased", "reopened", "revised", "withdrawn", "digest"]


class Item(Struct, frozen=True, kw_only=True):
    """One alert in a delivery: which change of it, and as what the receiver is told."""

    alert_id: str
    sequence: int
    change: Change
    rule: str
    urn: Urn
    severity: Severity
    again: int = 0


class DeliveryRecord(Struct, frozen=True, kw_only=True):
    """One thing that became of one delivery: an intent before the first send, an outcome after each."""

    delivery_id: str
    state: DeliveryState
    reason: str
    receiver: str
    route: str
    kind: Kind
    items: list[Item]
    at: str
    attempt: int = 0
    status: int | None = None
    next_try: str | None = None
    links: dict[str, str] = field(default_factory=dict)
    schools: dict[str, str] = field(default_factory=dict)
    lane: Lane | None = None
    offsets: dict[str, int] = field(default_factory=dict)


_Some = Meta(min_length=1)


class SilenceMatch(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What a silence is about: every field that is given must fit, by any one of its values."""

    rule: Annotated[list[str], _Some] | None = None
    severity: Annotated[list[Severity], _Some] | None = None
    audience: Annotated[list[Audience], _Some] | None = None
    urn: Annotated[list[Urn], _Some] | None = None
    alert_id: Annotated[list[str], _Some] | None = None


class SetSilence(Struct, frozen=True, kw_only=True, tag="silence", tag_field="action"):
    """Nobody is told of what fits, until it expires; withdrawals are told all the same."""

    silence_id: str
    match: SilenceMatch
    owner: Annotated[str, _Some]
    reason: Annotated[str, _Some]
    expires: str
    at: str


class SilenceOver(Struct, frozen=True, kw_only=True, tag="silence-over", tag_field="action"):
    """A silence ends before its time."""

    silence_id: str
    owner: str
    at: str


class RetryDelivery(Struct, frozen=True, kw_only=True, tag="delivery-retry", tag_field="action"):
    """A parked delivery is tried again."""

    delivery_id: str
    owner: str
    at: str


class ParkDelivery(Struct, frozen=True, kw_only=True, tag="delivery-park", tag_field="action"):
    """A delivery is tried no more until a person says so."""

    delivery_id: str
    owner: str
    at: str


Action = SetSilence | SilenceOver | RetryDelivery | ParkDelivery

_encoder = msgspec.json.Encoder()
_deliveries = msgspec.json.Decoder(DeliveryRecord)
_actions = msgspec.json.Decoder(Action)


def encode(record: DeliveryRecord | Action) -> bytes:
    """Encode as one JSON object, without a line end."""
    return _encoder.encode(record)


def delivery_headers(record: DeliveryRecord) -> list[tuple[str, bytes]]:
    """Make the CloudEvents headers of a record of `deliveries`."""
    return [
        ("ce_specversion", b"1.0"),
        ("ce_id", f"{record.delivery_id}:{record.attempt}:{record.state}".encode()),
        ("ce_type", DELIVERY_TYPE.encode()),
        ("ce_source", DELIVERY_SOURCE.encode()),
        ("ce_time", record.at.encode()),
        ("content-type", b"application/json"),
    ]


def decode_delivery(value: bytes) -> DeliveryRecord:
    """Decode one record of `deliveries`.

    Raises:
        msgspec.DecodeError: *value* is none.
    """
    return _deliveries.decode(value)


def decode_action(value: bytes) -> Action | None:
    """Decode one record of `actions` that is about notifications; None for every other.

    People do other things too, and a later version may know more of them.
    """
    try:
        return _actions.decode(value)  # type: ignore[no-any-return]  # a union is no type to msgspec
    except msgspec.DecodeError:
        return None
