"""From a receiver's settings to its channel."""

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from ssl import SSLError

from streams.errors import Refuse
from streams.notify.channels.apprise import AppriseChannel
from streams.notify.channels.channel import Channel
from streams.notify.channels.email import EmailChannel
from streams.notify.channels.govuk_notify import GovNotifyChannel
from streams.notify.channels.guard import Guard
from streams.notify.channels.lines import FileChannel, StreamChannel
from streams.notify.channels.settings import (
    Apprise,
    ChannelSettings,
    Email,
    File,
    GovNotify,
    Stdout,
    Webhook,
)
from streams.notify.channels.webhook import WebhookChannel
from streams.notify.words import Words


class BadCaFile(Refuse):
    """The certificate authorities that a channel is to trust cannot be had; the message names the file."""


@dataclass(frozen=True)
class Surroundings:
    """What channels need from outside: the gate, the words, the environment with secrets, the time (aware)."""

    guard: Guard
    words: Words
    environment: Mapping[str, str]
    now: Callable[[], datetime]


def open_channel(settings: ChannelSettings, around: Surroundings) -> Channel:
    """Make the channel that *settings* describe; nothing is called yet.

    Raises:
        BadSecret: a secret is missing or has not the form it must have.
        BadCaFile: its `ca_file` cannot be read or holds no certificate.
    """
    try:
        return _opened(settings, around)
    except OSError as error:  # nothing else of a channel is opened yet
        why = "holds no certificate (PEM)" if isinstance(error, SSLError) else f"cannot be read: {error.strerror}"
        raise BadCaFile(f"ca_file: {getattr(settings, 'ca_file', None)} {why}") from None


def _opened(settings: ChannelSettings, around: Surroundings) -> Channel:
    match settings:
        case Webhook():
            secrets = [place.read(around.environment) for place in settings.secrets]
            return WebhookChannel(settings, secrets, around.guard, around.now)
        case Email():
            password = settings.password.read(around.environment) if settings.password else None
            return EmailChannel(settings, password, around.guard, around.words, around.now)
        case GovNotify():
            key = settings.api_key.read(around.environment)
            return GovNotifyChannel(settings, key, around.guard, around.words, around.now)
        case Apprise():
            return AppriseChannel(settings, settings.url.read(around.environment), around.guard, around.words)
        case File():
            return FileChannel(Path(settings.path), full=settings.full)
        case Stdout():
            return StreamChannel(sys.stdout.buffer, full=settings.full)
