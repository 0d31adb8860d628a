"""What a webhook posts: a CloudEvent in structured mode."""

from typing import Literal

from msgspec import Struct

from streams.contract.messages import Change, Reason, Severity, Urn

__all__ = ["HookAlert", "HookData", "HookEvent", "HookKind"]

HookKind = Literal["raised", "eased", "reopened", "revised", "withdrawn", "digest"]


class HookAlert(Struct, frozen=True, kw_only=True):
    """One change of one alert: what, where and a link. Where the receiver is declared for it, all of the alert too."""

    alert_id: str
    sequence: int
    rule: str
    severity: Severity
    change: Change
    reason: Reason
    urn: Urn
    school: str | None
    link: str | None


class HookData(Struct, frozen=True, kw_only=True):
    """What the receiver is told."""

    kind: HookKind
    alerts: list[HookAlert]


class HookEvent(Struct, frozen=True, kw_only=True):
    """One delivery, the same bytes at every try."""

    specversion: Literal["1.0"]
    id: str
    source: Literal["urn:firstbell:notifier"]
    type: Literal["uk.firstbell.delivery.v1"]
    datacontenttype: Literal["application/json"]
    data: HookData
