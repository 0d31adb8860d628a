"""GOV.UK Notify: a template of the service's own, filled in.

Its `reference` is the delivery id. A first try sends; every later one looks the reference up before it would send
again. What Notify has taken but not finished is `pending`: tried again until its status is final.
"""

import asyncio
import re
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import requests
from notifications_python_client.errors import APIError, HTTPError
from notifications_python_client.notifications import NotificationsAPIClient

from streams.notify.channels import tls
from streams.notify.channels.channel import Message, Outcome, Reason
from streams.notify.channels.guard import Guard, NoWayError
from streams.notify.channels.secrets import BadSecret, Secret
from streams.notify.channels.sessions import GuardedSession
from streams.notify.channels.settings import GovNotify, host_of
from streams.notify.words import Words

LOOK_AGAIN = 10.0  # s
_AT_ONCE = 8
_BUSY_FOR = 60.0  # s; Notify counts requests by the minute

_UUID = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_KEY = re.compile(f"(.*-)?{_UUID}-{_UUID}", re.IGNORECASE)
_UNFINISHED = ("accepted", "created", "sending", "pending")
_THERE = ("delivered", "sent")
_TOO_MANY, _BAD_REQUEST, _FORBIDDEN, _SERVER_ERROR = 429, 400, 403, 500


class GovNotifyChannel:
    """Tells one person by mail or text message. *now* gives the time, aware."""

    def __init__(
        self, settings: GovNotify, key: Secret, guard: Guard, words: Words, now: Callable[[], datetime]
    ) -> None:
        if not _KEY.fullmatch(key.reveal()):
            raise BadSecret("the key of GOV.UK Notify is a name and two UUIDs, joined by hyphens, as its page shows it")
        self._settings = settings
        self._key = key
        self._guard = guard
        self._words = words
        self._now = now
        # Of its own, so that a Notify that hangs keeps no thread from files, names and other channels.
        self._threads = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="govuk-notify")

    async def send(self, message: Message) -> Outcome:
        """Send it, or see what became of it."""
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, self._try, message)
        except NoWayError as error:
            return error.outcome
        except APIError as error:
            return judge(error, self._now())

    async def close(self) -> None:
        """Let go of threads; what they are at ends by itself."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _try(self, message: Message) -> Outcome:
        client = self._client()
        with client.request_session:
            if message.attempt > 1 and (known := _newest(client, message.delivery_id)):
                return known
            self._post(client, message)
        return Outcome.retry(Reason.PENDING, seconds=LOOK_AGAIN)

    def _client(self) -> NotificationsAPIClient:
        """A client a try: the library's is not for several threads."""
        settings = self._settings
        client = NotificationsAPIClient(self._key.reveal(), base_url=settings.url, timeout=settings.timeout)
        client.request_session = GuardedSession(self._guard, host_of(settings.url), settings.ca_file)
        return client

    def _post(self, client: NotificationsAPIClient, message: Message) -> None:
        settings = self._settings
        template = settings.templates.get(message.kind, settings.template)
        filled = {"template_id": template, "personalisation": self._filled(message), "reference": message.delivery_id}
        if settings.email is not None:
            client.send_email_notification(email_address=settings.email, **filled)
        else:
            client.send_sms_notification(phone_number=settings.phone, **filled)

    def _filled(self, message: Message) -> dict[str, str]:
        schools = sorted({message.schools.get(alert.urn, str(alert.urn)) for alert in message.alerts})
        return {
            "subject": self._words.subject(message),
            "body": self._words.short(message) if self._settings.phone else self._words.text(message),
            "school": ", ".join(schools),
            "count": str(len(message.alerts)),
        }


def _newest(client: NotificationsAPIClient, reference: str) -> Outcome | None:
    """What became of the newest notification of *reference*; None where there is none, or it is to be sent anew."""
    answer = client.get_all_notifications(reference=reference)
    found = answer.get("notifications") if isinstance(answer, dict) else None
    newest = max(found or [], key=lambda each: str(each.get("created_at", "")), default=None)
    return _status(newest) if newest else None


def _status(notification: Mapping[str, Any]) -> Outcome | None:
    status = notification.get("status")
    if status in _THERE:
        return Outcome.delivered(Reason.ALREADY_THERE)
    if status in _UNFINISHED:
        return Outcome.retry(Reason.PENDING, seconds=LOOK_AGAIN)
    if status == "permanent-failure":
        return Outcome.refused(Reason.ADDRESS_REFUSED)
    return None  # temporary-failure, technical-failure: Notify has given up on that one


def judge(error: APIError, now: datetime) -> Outcome:
    """What an error of Notify means."""
    status = getattr(error.response, "status_code", None)
    if not isinstance(error, HTTPError) or status is None:
        return Outcome.retry(_without_answer(error))
    if status == _TOO_MANY:
        return Outcome.retry(Reason.BUSY, seconds=_wait(error, now), status=status)
    if status == _BAD_REQUEST:
        return Outcome.refused(Reason.BODY_REFUSED, status)
    if status == _FORBIDDEN:
        return Outcome.retry(Reason.NOT_LET_IN, status=status)
    return Outcome.retry(Reason.SERVER_ERROR if status >= _SERVER_ERROR else Reason.UNEXPECTED, status=status)


def _without_answer(error: APIError) -> Reason:
    cause = error.__cause__
    if tls.is_cause(error):
        return Reason.TLS
    known = [
        (requests.Timeout, Reason.TIMED_OUT),
        (requests.exceptions.SSLError, Reason.TLS),
        (requests.TooManyRedirects, Reason.REDIRECTED),
        (requests.RequestException, Reason.UNREACHABLE),
    ]
    return next((reason for kind, reason in known if isinstance(cause, kind)), Reason.UNEXPECTED)


def _wait(error: HTTPError, now: datetime) -> float:
    """A minute, or, where the day's limit is reached, until the next day begins (by UTC, as Notify counts)."""
    if "TooManyRequests" not in str(error.message):
        return _BUSY_FOR
    midnight = (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    return (midnight - now).total_seconds()
