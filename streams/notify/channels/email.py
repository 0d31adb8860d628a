"""Mail by SMTP: text and HTML, pupils by reference and link only."""

import asyncio
import socket
from collections.abc import Callable, Mapping
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from ipaddress import ip_address

import aiosmtplib
from aiosmtplib import SMTPResponse

from streams.notify.channels import tls
from streams.notify.channels.channel import Message, Outcome, Reason
from streams.notify.channels.guard import Guard, NoWayError
from streams.notify.channels.secrets import Secret
from streams.notify.channels.settings import Email
from streams.notify.words import Words

_FOR_GOOD = 500  # SMTP codes from here on are not to be tried again
_THREADS = 20  # most alerts that a mail is threaded by


class EmailChannel:
    """One connection a mail. *password* goes with the settings' user; *now* gives the time, aware."""

    def __init__(
        self, settings: Email, password: Secret | None, guard: Guard, words: Words, now: Callable[[], datetime]
    ) -> None:
        self._settings = settings
        self._password = password
        self._guard = guard
        self._words = words
        self._now = now
        self._tls = None if settings.tls == "none" else tls.context(settings.ca_file)

    async def send(self, message: Message) -> Outcome:
        """Send one mail to all addresses."""
        mail = self._mail(message)
        try:
            async with asyncio.timeout(self._settings.timeout):
                return await self._hand_over(mail)
        except NoWayError as error:
            return error.outcome
        except (aiosmtplib.SMTPException, OSError) as error:  # TimeoutError is one
            return judge(error)

    async def close(self) -> None:
        """Nothing is kept open."""

    async def _hand_over(self, mail: EmailMessage) -> Outcome:
        """In order: connect to the checked address, TLS, log in, send."""
        settings = self._settings
        wire = await self._connected()
        try:
            smtp = aiosmtplib.SMTP(
                hostname=settings.host,
                sock=wire,
                use_tls=settings.tls == "tls",
                start_tls=settings.tls == "starttls",
                tls_context=self._tls,
                timeout=settings.timeout,
                local_hostname=_domain(settings.sender),
            )
            async with smtp:
                if settings.user is not None and self._password is not None:
                    await smtp.login(settings.user, self._password.reveal())
                refused, _ = await smtp.send_message(mail, sender=settings.sender, recipients=list(settings.to))
        finally:
            wire.close()
        return _partly(refused)

    async def _connected(self) -> socket.socket:
        address = await self._guard.address(self._settings.host, self._settings.port)
        family = socket.AF_INET6 if ip_address(address.partition("%")[0]).version == 6 else socket.AF_INET  # noqa: PLR2004 - IPv6
        wire = socket.socket(family, socket.SOCK_STREAM)
        wire.setblocking(False)  # noqa: FBT003 - the standard library's own
        try:
            await asyncio.get_running_loop().sock_connect(wire, (address, self._settings.port))
        except BaseException:
            wire.close()
            raise
        return wire

    def _mail(self, message: Message) -> EmailMessage:
        mail, domain = EmailMessage(), _domain(self._settings.sender)
        mail["Message-ID"] = f"<{message.delivery_id}@{domain}>"
        mail["Date"] = format_datetime(self._now())
        mail["From"] = self._settings.sender
        mail["To"] = ", ".join(self._settings.to)
        mail["Subject"] = self._words.subject(message)
        mail["Auto-Submitted"] = "auto-generated"  # so that out-of-office programs keep quiet
        # Changes of one alert find together, though each is a mail of its own.
        mail["References"] = " ".join(f"<{alert.alert_id}@{domain}>" for alert in message.alerts[:_THREADS])
        mail.set_content(self._words.text(message))
        mail.add_alternative(self._words.html(message), subtype="html")
        return mail


def judge(error: Exception) -> Outcome:
    """What an error of SMTP means."""
    if isinstance(error, aiosmtplib.SMTPRecipientsRefused):
        return _turned_away([each.code for each in error.recipients])
    if isinstance(error, aiosmtplib.SMTPResponseException):
        return _answered(error)
    if isinstance(error, TimeoutError):
        return Outcome.retry(Reason.TIMED_OUT)
    return Outcome.retry(Reason.TLS if tls.is_cause(error) or "STARTTLS" in str(error) else Reason.UNREACHABLE)


def _answered(error: aiosmtplib.SMTPResponseException) -> Outcome:
    code = error.code
    if isinstance(error, aiosmtplib.SMTPAuthenticationError | aiosmtplib.SMTPSenderRefused):
        return Outcome.retry(Reason.NOT_LET_IN, status=code)
    if isinstance(error, aiosmtplib.SMTPDataError) and code >= _FOR_GOOD:
        return Outcome.refused(Reason.BODY_REFUSED, code)
    return Outcome.retry(Reason.SERVER_ERROR if code >= _FOR_GOOD else Reason.BUSY, status=code)


def _partly(refused: Mapping[str, SMTPResponse]) -> Outcome:
    """Some took it: those who may yet take it must get it, though the others then have one mail twice, with one id."""
    codes = [response.code for response in refused.values()]
    if not codes:
        return Outcome.delivered()
    return Outcome.delivered(Reason.PARTLY, max(codes)) if min(codes) >= _FOR_GOOD else _turned_away(codes)


def _turned_away(codes: list[int]) -> Outcome:
    if min(codes) >= _FOR_GOOD:
        return Outcome.refused(Reason.ADDRESS_REFUSED, max(codes))
    return Outcome.retry(Reason.BUSY, status=min(codes))


def _domain(mailbox: str) -> str:
    return mailbox.rpartition("@")[2]
