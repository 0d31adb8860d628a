"""A webhook channel for tests: two secrets, and a guard that knows this machine alone."""

import base64
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from streams.notify.channels.guard import Allowed, Guard
from streams.notify.channels.secrets import Secret, SecretPlace
from streams.notify.channels.settings import Webhook
from streams.notify.channels.webhook import WebhookChannel

OLD, NEW = ("whsec_" + base64.b64encode(text.encode() * 8).decode() for text in ("old!", "new!"))
LOOPBACK = Guard([Allowed(host="127.0.0.1", networks=("127.0.0.0/8",))])


def channel(
    url: str,
    *,
    secrets: Sequence[str] = (NEW,),
    guard: Guard = LOOPBACK,
    now: datetime | None = None,
    **settings: Any,  # noqa: ANN401 - any setting
) -> WebhookChannel:
    """Make the channel to *url* that signs with *secrets*."""
    told = Webhook(url=url, secrets=(SecretPlace(env="HOOK"),), **settings)
    return WebhookChannel(told, [Secret(text) for text in secrets], guard, lambda: now or datetime.now(UTC))
