"""What every channel speaks: a message goes in, an outcome comes out.

Nothing that a remote can do is an exception: a channel says it as an outcome, with a reason from a closed list.
"""

from enum import StrEnum
from typing import Literal, Protocol, Self

from msgspec import Struct, field

from streams.contract.messages import Alert

__all__ = ["Channel", "Kind", "Message", "Outcome", "Reason", "Verdict"]

Kind = Literal["raised", "eased", "reopened", "revised", "withdrawn", "digest"]


class Message(Struct, frozen=True, kw_only=True):
    """What one receiver is to be told, once.

    `delivery_id` is the same at every try, and the receiver sees it; `kind` is the change of all `alerts`, or `digest`
    for a mixture. `schools` names schools by URN, where known; `links` gives an address for an alert by its
    `alert_id`. `attempt` counts from 1: above 1 the receiver may have this message already.
    """

    delivery_id: str
    receiver: str
    kind: Kind
    alerts: tuple[Alert, ...]
    schools: dict[int, str] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)
    attempt: int = 1


class Verdict(StrEnum):
    """What the caller does next."""

    DELIVERED = "delivered"
    """Record it; it is done."""
    RETRY = "retry"
    """Send the same again later, not before `seconds` where the receiver asked for that."""
    GONE = "gone"
    """The receiver wants no more of anything: disable it until a person looks."""
    REFUSED = "refused"
    """This message will never be taken: park it."""


class Reason(StrEnum):
    """Why. The group says which verdict it comes with."""

    # delivered
    TAKEN = "taken"
    ALREADY_THERE = "already-there"
    """Looked up before a second send, and found."""
    PARTLY = "partly"
    """Some addresses of a mail were refused for good, the others took it."""
    # retry
    PENDING = "pending"
    """Taken over, not final yet: the next try only looks. Nothing is wrong."""
    TIMED_OUT = "timed-out"
    UNRESOLVED = "unresolved"
    """The name has no address."""
    UNREACHABLE = "unreachable"
    """No connection, or one that broke."""
    TLS = "tls"
    """The certificate, or the offer of TLS, is wrong."""
    BUSY = "busy"
    """429 and its like."""
    SERVER_ERROR = "server-error"
    NOT_LET_IN = "not-let-in"
    """Wrong key, password or signature: a person must set it right."""
    REDIRECTED = "redirected"
    """It points elsewhere, where nothing is ever sent."""
    UNEXPECTED = "unexpected"
    """Any other answer."""
    ADDRESS_FORBIDDEN = "address-forbidden"
    """The name leads to an address that the allow-list does not name."""
    FAILED = "failed"
    """A library said no more than that."""
    # gone
    GONE = "gone"
    # refused
    HOST_FORBIDDEN = "host-forbidden"
    """The host is not on the allow-list."""
    BODY_REFUSED = "body-refused"
    """The receiver will not take this message: too large, or not well-formed to it."""
    ADDRESS_REFUSED = "address-refused"
    """There is no such mailbox or number."""


class Outcome(Struct, frozen=True, kw_only=True):
    """What came of one try. `seconds`: how long the receiver asked to wait; `status`: its HTTP or SMTP code."""

    verdict: Verdict
    reason: Reason
    seconds: float | None = None
    status: int | None = None

    @property
    def against(self) -> bool | None:
        """Whether this speaks against the endpoint (for its circuit) or for it; None: neither way."""
        return None if self.reason is Reason.PENDING else self.verdict is Verdict.RETRY

    @classmethod
    def delivered(cls, reason: Reason = Reason.TAKEN, status: int | None = None) -> Self:
        """Say that it is there."""
        return cls(verdict=Verdict.DELIVERED, reason=reason, status=status)

    @classmethod
    def retry(cls, reason: Reason, *, seconds: float | None = None, status: int | None = None) -> Self:
        """Say that a later try may do."""
        return cls(verdict=Verdict.RETRY, reason=reason, seconds=seconds, status=status)

    @classmethod
    def gone(cls, status: int | None = None) -> Self:
        """Say that the receiver wants no more."""
        return cls(verdict=Verdict.GONE, reason=Reason.GONE, status=status)

    @classmethod
    def refused(cls, reason: Reason, status: int | None = None) -> Self:
        """Say that no try will do."""
        return cls(verdict=Verdict.REFUSED, reason=reason, status=status)


class Channel(Protocol):
    """One way to one receiver. Several messages may be on their way at once."""

    async def send(self, message: Message) -> Outcome:
        """Try once, within the channel's own time-out; never raises for anything that a remote does."""

    async def close(self) -> None:
        """Let go of connections."""
