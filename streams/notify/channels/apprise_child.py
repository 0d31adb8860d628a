"""The process in which apprise runs: `python -m streams.notify.channels.apprise_child`.

Lines of JSON come in, one answer a line goes out. Before the first message Python's audit hook is set, which cannot be
taken away again: it sees every name that is looked up, every address that is connected or sent to, and every program
that would be started, and stops all but what the allow-list names.
"""

import os
import sys
from typing import Any, BinaryIO

import msgspec
from msgspec import Struct

from streams.notify.channels.addresses import address_of
from streams.notify.channels.channel import Outcome, Reason
from streams.notify.channels.guard import Allowed, Guard

_NETWORK = ("socket.connect", "socket.sendto", "socket.sendmsg")
_PROGRAMS = (
    "subprocess.Popen",
    "os.system",
    "os.exec",
    "os.posix_spawn",
    "os.spawn",
    "os.fork",
    "os.forkpty",
    "pty.spawn",
)


class Start(Struct, frozen=True):
    """The first line: apprise's address with its keys, and who may be called."""

    url: str
    allowed: tuple[Allowed, ...]


class Request(Struct, frozen=True):
    """One message."""

    title: str
    body: str
    type: str


class Answer(Struct, frozen=True):
    """What came of it."""

    outcome: Outcome


class NotAllowedError(OSError):
    """What a plug-in tried is not allowed; an OSError, which every one of them expects of a network."""


class Watch:
    """The audit hook. `stopped` says why something was stopped since it was last set to None."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard
        self._asked: set[str] = set()  # listed hosts that were looked up
        self.stopped: Reason | None = None

    def __call__(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Look at what is about to happen."""
        if event == "socket.getaddrinfo":
            self._look_up(arguments[0])
        elif event in _NETWORK:
            self._connect(arguments[-1])
        elif event in _PROGRAMS:
            self._stop(Reason.HOST_FORBIDDEN)

    def _look_up(self, host: object) -> None:
        name = host.decode("ascii", "replace") if isinstance(host, bytes) else str(host or "")
        if self._guard.allows(name):
            self._asked.add(name)
        elif not any(self._guard.may_reach(asked, name) for asked in self._asked):  # an address found before
            self._stop(Reason.HOST_FORBIDDEN)

    def _connect(self, where: object) -> None:
        address = str(where[0]) if isinstance(where, tuple) and where else ""  # else a socket in the file system
        if not any(self._guard.may_reach(asked, address) for asked in self._asked):
            self._stop(Reason.ADDRESS_FORBIDDEN if address_of(address) else Reason.HOST_FORBIDDEN)

    def _stop(self, why: Reason) -> None:
        self.stopped = why
        raise NotAllowedError("not on the allow-list")


def main(lines: BinaryIO, out: BinaryIO) -> None:
    """Answer line by line until there are no more."""
    from apprise import Apprise, AppriseAsset  # noqa: PLC0415 - slow, and of no use to who imports the types above

    start = msgspec.json.decode(lines.readline(), type=Start)
    service = Apprise(asset=AppriseAsset(http_redirects=False, async_mode=False))
    known = service.add(start.url)
    watch = Watch(Guard(start.allowed))
    sys.addaudithook(watch)
    _say(out, Outcome.delivered())  # started
    for line in lines:
        request = msgspec.json.decode(line, type=Request)
        _say(out, _send(service, request, watch) if known else Outcome.refused(Reason.BODY_REFUSED))


def _send(service: Any, request: Request, watch: Watch) -> Outcome:  # noqa: ANN401 - apprise is not typed
    watch.stopped = None
    try:
        done = service.notify(title=request.title, body=request.body, notify_type=request.type)
    except Exception:  # noqa: BLE001 - whatever a plug-in does, the next message is answered too
        done = False
    if watch.stopped is Reason.ADDRESS_FORBIDDEN:
        return Outcome.retry(watch.stopped)
    if watch.stopped:
        return Outcome.refused(watch.stopped)
    return Outcome.delivered() if done else Outcome.retry(Reason.FAILED)


def _say(out: BinaryIO, outcome: Outcome) -> None:
    out.write(msgspec.json.encode(Answer(outcome)) + b"\n")
    out.flush()


if __name__ == "__main__":
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # a plug-in that prints must not be taken for an answer
    main(sys.stdin.buffer, answers)
