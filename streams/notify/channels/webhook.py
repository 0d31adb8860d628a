"""A webhook after Standard Webhooks 1.0, its body a CloudEvent."""

import asyncio
import base64
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from email.utils import parsedate_to_datetime

import httpx
from standardwebhooks import Webhook as Signer

from streams.notify.channels import tls
from streams.notify.channels.bodies import CONTENT_TYPE, body_of
from streams.notify.channels.channel import Message, Outcome, Reason
from streams.notify.channels.guard import NoWayError
from streams.notify.channels.secrets import BadSecret, Secret
from streams.notify.channels.settings import Webhook

MOST_READ = 65_536  # bytes of an answer; its status is all that counts
READS_FOR = 1.0  # s
LONGEST_WAIT = 86_400.0  # s that a receiver may ask for
LEAST_KEY = 24  # bytes of a secret, by the specification

_PREFIX = "whsec_"
_GONE = httpx.codes.GONE
_BUSY = (httpx.codes.TOO_MANY_REQUESTS, httpx.codes.SERVICE_UNAVAILABLE)
_LOCKED = (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN)
_NOT_THIS = (httpx.codes.REQUEST_ENTITY_TOO_LARGE, httpx.codes.UNPROCESSABLE_ENTITY)


class WebhookChannel:
    """Posts to one address by *http*, signed with each of *secrets*. *now* gives the time, aware."""

    def __init__(
        self, settings: Webhook, secrets: Sequence[Secret], http: httpx.AsyncClient, now: Callable[[], datetime]
    ) -> None:
        self._settings = settings
        self._signers = [_signer(secret) for secret in secrets]
        self._http = http
        self._now = now

    async def send(self, message: Message) -> Outcome:
        """Post it once; its status must come within the time-out."""
        body = body_of(message, full=self._settings.full)
        try:
            return await self._post(body, signed(self._signers, message.delivery_id, body, self._now()))
        except NoWayError as error:
            return error.outcome
        except (TimeoutError, httpx.TimeoutException):
            return Outcome.retry(Reason.TIMED_OUT)
        except httpx.HTTPError as error:
            return Outcome.retry(Reason.TLS if tls.is_cause(error) else Reason.UNREACHABLE)

    async def close(self) -> None:
        """Close connections."""
        await self._http.aclose()

    async def _post(self, body: bytes, headers: Mapping[str, str]) -> Outcome:
        headers = {"content-type": CONTENT_TYPE, **headers}
        request = self._http.build_request("POST", self._settings.url, content=body, headers=headers)
        async with asyncio.timeout(self._settings.timeout):
            answer = await self._http.send(request, stream=True)
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


async def _let_go(answer: httpx.Response) -> None:
    """Read what little an answer should have, so that the connection can be used again; else it is cut.

    The status has come, and stands, whatever becomes of the rest.
    """
    with suppress(TimeoutError, httpx.HTTPError):
        async with asyncio.timeout(READS_FOR):
            await _read_some(answer)
    with suppress(httpx.HTTPError):
        await answer.aclose()


async def _read_some(answer: httpx.Response) -> None:
    read = 0
    async for piece in answer.aiter_raw():
        read += len(piece)
        if read > MOST_READ:
            return


def _judge(answer: httpx.Response, now: datetime) -> Outcome:
    status = answer.status_code
    if answer.is_success:
        return Outcome.delivered(status=status)
    if status == _GONE:
        return Outcome.gone(status)
    if status in _NOT_THIS:
        return Outcome.refused(Reason.BODY_REFUSED, status)
    return Outcome.retry(_why(answer), seconds=_asked_wait(answer, now), status=status)


def _why(answer: httpx.Response) -> Reason:
    if answer.has_redirect_location or answer.is_redirect:
        return Reason.REDIRECTED
    if answer.status_code in _BUSY:
        return Reason.BUSY
    if answer.status_code in _LOCKED:
        return Reason.NOT_LET_IN
    return Reason.SERVER_ERROR if answer.is_server_error else Reason.UNEXPECTED


def _asked_wait(answer: httpx.Response, now: datetime) -> float | None:
    """Read `Retry-After`: seconds, or a date."""
    text = answer.headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit():
        return min(LONGEST_WAIT, float(text[:9]))
    try:
        return min(LONGEST_WAIT, max(0.0, (parsedate_to_datetime(text) - now).total_seconds()))
    except (ValueError, TypeError):
        return None
