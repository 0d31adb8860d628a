"""Teams, Slack and a hundred others by apprise, in a process of its own that can reach allowed hosts only.

Apprise's plug-ins open their own connections, each in its way, so no client of ours can be given to them. Instead they
run where every connection is looked at before it is made (`apprise_child`), and can be ended when they hang.
"""

import asyncio
import os
import sys
from contextlib import suppress

import msgspec

from streams.notify.channels.apprise_child import Answer, Request, Start
from streams.notify.channels.channel import Message, Outcome, Reason
from streams.notify.channels.guard import Guard
from streams.notify.channels.secrets import BadSecret, Secret
from streams.notify.channels.settings import Apprise
from streams.notify.words import Words

_STARTS_WITHIN = 60.0  # s; apprise reads all its plug-ins
_TYPES = {"raised": "warning", "reopened": "warning", "eased": "success"}

_encoder = msgspec.json.Encoder()
_answers = msgspec.json.Decoder(Answer)


class AppriseChannel:
    """One process, started with the first message; messages go one after another."""

    def __init__(self, settings: Apprise, url: Secret, guard: Guard, words: Words) -> None:
        if "://" not in url.reveal():
            raise BadSecret("the address of apprise looks like slack://TokenA/TokenB/TokenC/#channel")
        self._settings = settings
        self._url = url
        self._guard = guard
        self._words = words
        self._turn = asyncio.Lock()
        self._child: asyncio.subprocess.Process | None = None

    async def send(self, message: Message) -> Outcome:
        """Send it once; apprise knows no id, so a second try is a second message."""
        request = Request(
            title=self._words.subject(message),
            body=self._words.text(message),
            type=_TYPES.get(message.kind, "info"),
        )
        async with self._turn:
            try:
                return await self._ask(request)
            except TimeoutError:
                await self._end()
                return Outcome.retry(Reason.TIMED_OUT)
            except (OSError, msgspec.DecodeError):
                await self._end()
                return Outcome.retry(Reason.FAILED)
            except asyncio.CancelledError:
                await self._end()  # or its answer would be taken for that of the next
                raise

    async def close(self) -> None:
        """End the process."""
        await self._end()

    async def _ask(self, request: Request) -> Outcome:
        child = await self._started()
        async with asyncio.timeout(self._settings.timeout):
            return await _exchange(child, _encoder.encode(request))

    async def _started(self) -> asyncio.subprocess.Process:
        if self._child is not None and self._child.returncode is None:
            return self._child
        child = self._child = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "streams.notify.channels.apprise_child",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,  # apprise's log may carry keys
            env=_plain_environment(),
            start_new_session=True,  # Ctrl-C is for us, who end it
        )
        async with asyncio.timeout(_STARTS_WITHIN):
            start = Start(url=self._url.reveal(), allowed=self._guard.allowed)
            await _exchange(child, _encoder.encode(start))
        return child

    async def _end(self) -> None:
        child, self._child = self._child, None
        if child is None:
            return
        with suppress(ProcessLookupError):
            child.kill()
        if child.stdin:
            child.stdin.close()
        await child.wait()


async def _exchange(child: asyncio.subprocess.Process, line: bytes) -> Outcome:
    """Send a line, and read the one that answers it."""
    if child.stdin is None or child.stdout is None:
        raise OSError("the process has no pipes")
    child.stdin.write(line + b"\n")
    await child.stdin.drain()
    return _answers.decode(await child.stdout.readline()).outcome


def _plain_environment() -> dict[str, str]:
    """Only what Python needs: neither proxies, which would hide where a connection leads, nor anybody's secrets."""
    return {name: os.environ[name] for name in ("PATH", "PYTHONPATH", "LANG", "SYSTEMROOT") if name in os.environ}
