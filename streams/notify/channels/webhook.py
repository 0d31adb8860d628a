"""A webhook after Standard Webhooks 1.0, its body a CloudEvent."""

import asyncio
import base64
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from email.utils import parsedate_to_datetime

import aiohttp
from standardwebhooks import Webhook as Signer
from yarl import URL

from streams.notify.channels import tls
from streams.notify.channels.bodies import CONTENT_TYPE, body_of
from streams.notify.channels.channel import Message, Outcome, Reason
from streams.notify.channels.guard import Guard, NoWayError
from streams.notify.channels.http import session
from streams.notify.channels.secrets import BadSecret, Secret
from streams.notify.channels.settings import Webhook, host_of

MOST_READ = 65_536  # bytes of an answer; its status is all that counts
READS_FOR = 1.0  # s
LONGEST_WAIT = 86_400.0  # s that a receiver may ask for
LEAST_KEY = 24  # bytes of a secret, by the specification

_PREFIX = "whsec_"
_GONE, _TOO_MANY, _SERVER_ERROR, _UNAVAILABLE = 410, 429, 500, 503
_LOCKED = (401, 403)
_NOT_THIS = (413, 422)
_GOOD, _REDIRECT = range(200, 300), range(300, 400)

_TLS = (aiohttp.ClientSSLError, aiohttp.ClientConnectorCertificateError)


class WebhookChannel:
    """Posts to one address, signed with each of *secrets*. *now* gives the time, aware."""

    def __init__(self, settings: Webhook, secrets: Sequence[Secret], guard: Guard, now: Callable[[], datetime]) -> None:
        self._settings = settings
        self._url = URL(settings.url)
        self._host = host_of(settings.url)
        self._signers = [_signer(secret) for secret in secrets]
        self._guard = guard
        self._now = now
        self._trusted = tls.context(settings.ca_file)
        self._http: aiohttp.ClientSession | None = None

    async def send(self, message: Message) -> Outcome:
        """Post it once; its status must come within the time-out."""
        if not self._guard.allows(self._host):
            return Outcome.refused(Reason.HOST_FORBIDDEN)
        body = body_of(message, full=self._settings.full)
        try:
            return await self._post(body, signed(self._signers, message.delivery_id, body, self._now()))
        except NoWayError as error:
            return error.outcome
        except TimeoutError:
            return Outcome.retry(Reason.TIMED_OUT)
        except (aiohttp.ClientError, OSError) as error:
            return Outcome.retry(Reason.TLS if isinstance(error, _TLS) else Reason.UNREACHABLE)

    async def close(self) -> None:
        """Close connections."""
        if self._http:
            await self._http.close()

    async def _post(self, body: bytes, headers: Mapping[str, str]) -> Outcome:
        if self._http is None:  # made here, since it belongs to the event loop that runs
            self._http = session(self._guard, self._host, self._trusted)
        data = aiohttp.BytesPayload(body, content_type=CONTENT_TYPE)
        async with asyncio.timeout(self._settings.timeout):
            answer = await self._http.post(self._url, data=data, headers=headers, allow_redirects=False)
        await _let_go(answer)
        return _judge(answer, self._now())


def signed(signers: Sequence[Signer], delivery_id: str, body: bytes, now: datetime) -> dict[str, str]:
    """The headers of Standard Webhooks: the id, the time, and a signature of each secret over both and *body*."""
    return {
        "webhook-id": delivery_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": " ".join(signer.sign(delivery_id, now, body.decode()) for signer in signers),
    }


def _signer(secret: Secret) -> Signer:
    """Take *secret* strictly: the library would skip what is not base64, and sign with the rest."""
    try:
        key = base64.b64decode(secret.reveal().removeprefix(_PREFIX), validate=True)
    except ValueError:
        key = b""
    if len(key) < LEAST_KEY:
        raise BadSecret(
            f"a webhook's secret is {_PREFIX} and then base64 of {LEAST_KEY} bytes or more, as its receiver has it"
        )
    return Signer(key)


async def _let_go(answer: aiohttp.ClientResponse) -> None:
    """Read what little an answer should have, so that the connection can be used again; else it is cut.

    The status has come, and stands, whatever becomes of the rest.
    """
    if not answer.content.at_eof():
        with suppress(TimeoutError, aiohttp.ClientError):
            async with asyncio.timeout(READS_FOR):
                await answer.content.read(MOST_READ)
    if answer.content.at_eof():
        answer.release()
    else:
        answer.close()


def _judge(answer: aiohttp.ClientResponse, now: datetime) -> Outcome:
    status = answer.status
    if status in _GOOD:
        return Outcome.delivered(status=status)
    if status == _GONE:
        return Outcome.gone(status)
    if status in _NOT_THIS:
        return Outcome.refused(Reason.BODY_REFUSED, status)
    return Outcome.retry(_why(status), seconds=_asked_wait(answer, now), status=status)


def _why(status: int) -> Reason:
    if status in _REDIRECT:
        return Reason.REDIRECTED
    if status in (_TOO_MANY, _UNAVAILABLE):
        return Reason.BUSY
    if status in _LOCKED:
        return Reason.NOT_LET_IN
    return Reason.SERVER_ERROR if status >= _SERVER_ERROR else Reason.UNEXPECTED


def _asked_wait(answer: aiohttp.ClientResponse, now: datetime) -> float | None:
    """Read `Retry-After`: seconds, or a date."""
    text = answer.headers.get("Retry-After", "").strip()
    if text.isascii() and text.isdigit():
        return min(LONGEST_WAIT, float(text[:9]))
    try:
        return min(LONGEST_WAIT, max(0.0, (parsedate_to_datetime(text) - now).total_seconds()))
    except (ValueError, TypeError):
        return None
