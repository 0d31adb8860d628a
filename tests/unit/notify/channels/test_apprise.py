"""Apprise by its own JSON plug-in, in its own process; and everything that this process may not do."""

import asyncio
import json
import socket
from collections.abc import Sequence

import psutil
import pytest

from streams.books import load_book
from streams.notify.channels.apprise import AppriseChannel
from streams.notify.channels.apprise_child import NotAllowedError, Watch
from streams.notify.channels.channel import Message, Outcome, Reason
from streams.notify.channels.guard import Allowed, Guard
from streams.notify.channels.secrets import BadSecret, Secret, SecretPlace
from streams.notify.channels.settings import Apprise
from streams.notify.words import Words
from tests.support.alerts import PUPIL, message
from tests.support.hooks import Fault, Hooks, hangs, serving, status

LOOPBACK = Guard([Allowed(host="127.0.0.1", networks=("127.0.0.0/8",))])
WORDS = Words(load_book(None))


def channel(url: str, guard: Guard = LOOPBACK, seconds: float = 20.0) -> AppriseChannel:
    return AppriseChannel(Apprise(url=SecretPlace(env="X"), timeout=seconds), Secret(url), guard, WORDS)


def send(messages: Sequence[Message], *faults: Fault, guard: Guard = LOOPBACK) -> tuple[list[Outcome], Hooks]:
    async def run() -> tuple[list[Outcome], Hooks]:
        hooks = Hooks()
        hooks.faults.extend(faults)
        async with serving(hooks):
            there = channel(f"json://127.0.0.1:{hooks.port}/in", guard)
            outcomes = [await there.send(each) for each in messages]
            await there.close()
        return outcomes, hooks

    return asyncio.run(run())


def test_a_message_goes_out_by_the_json_plug_in_and_a_failure_is_tried_again() -> None:
    """One process for all; a redirect is not followed; nothing of the pupil is in it."""
    outcomes, hooks = send([message()] * 3, status(200), status(500), status(302, location="/elsewhere"))
    assert outcomes == [Outcome.delivered(), Outcome.retry(Reason.FAILED), Outcome.retry(Reason.FAILED)]
    got = json.loads(hooks.received[0].body)
    assert got["title"] == "Persistent absence, a pupil at Riverside School"
    assert "missed 12 of 110 possible sessions" in got["message"]
    assert got["type"] == "warning"
    assert PUPIL not in str(got)
    assert len(hooks.received) == 3


def test_a_plug_in_cannot_call_what_is_not_allowed() -> None:
    """Though it opens its own connections."""
    outcomes, hooks = send([message()], guard=Guard([Allowed(host="127.0.0.1")]))
    assert outcomes == [Outcome.retry(Reason.ADDRESS_FORBIDDEN)]
    assert hooks.connections == 0


def test_a_plug_in_that_hangs_is_ended_and_the_next_message_has_a_new_process() -> None:
    """No process is left behind."""

    async def run() -> tuple[list[Outcome], list[psutil.Process]]:
        hooks = Hooks()
        hooks.faults.append(hangs)
        async with serving(hooks):
            there = channel(f"json://127.0.0.1:{hooks.port}/in?rto=60&cto=60", seconds=0.5)
            first = await there.send(message())
            second = await there.send(message())
            left = psutil.Process().children(recursive=True)
            await there.close()
        return [first, second], left

    outcomes, left = asyncio.run(run())
    assert outcomes == [Outcome.retry(Reason.TIMED_OUT), Outcome.delivered()]
    assert len(left) == 1
    assert not left[0].is_running()


def test_an_address_that_apprise_does_not_know_is_refused() -> None:
    """It is said of the message, and the address is not shown."""

    async def run() -> Outcome:
        there = channel("pigeon://loft/secret-key")
        got = await there.send(message())
        await there.close()
        return got

    assert asyncio.run(run()) == Outcome.refused(Reason.BODY_REFUSED)
    with pytest.raises(BadSecret) as raised:
        channel("secret-key")
    assert "secret-key" not in str(raised.value)


class TestWatch:
    """What the audit hook stops; tried without setting it, since it cannot be taken away again."""

    guard = Guard([Allowed(host="hooks.example"), Allowed(host="inside.example", networks=("10.0.0.0/8",))])

    @pytest.mark.parametrize(
        "arguments",
        [
            ("evil.example", 443),
            (b"evil.example", 443),
            ("127.0.0.1", 80),
            ("169.254.169.254", 80),
            ("2130706433", 80),
            ("hooks.example.evil.example", 443),
            (None, 80),
        ],
    )
    def test_a_name_that_is_not_listed_is_not_looked_up(self, arguments: tuple[object, ...]) -> None:
        """In whatever form."""
        watch = Watch(self.guard)
        with pytest.raises(NotAllowedError):
            watch("socket.getaddrinfo", arguments)
        assert watch.stopped is Reason.HOST_FORBIDDEN

    @pytest.mark.parametrize("event", ["socket.connect", "socket.sendto", "socket.sendmsg"])
    @pytest.mark.parametrize(
        "where", [("127.0.0.1", 80), ("10.0.0.1", 80), ("::1", 80, 0, 0), "/run/docker.sock", b"\0x"]
    )
    def test_a_good_name_opens_no_bad_address(self, event: str, where: object) -> None:
        """A name that leads inside, an address without a name, a socket in the file system."""
        watch = Watch(self.guard)
        watch("socket.getaddrinfo", ("hooks.example", 443))
        with pytest.raises(NotAllowedError):
            watch(event, (socket, where))

    def test_nothing_is_connected_before_a_listed_name_was_asked_for(self) -> None:
        """Not even a public address."""
        with pytest.raises(NotAllowedError):
            Watch(self.guard)("socket.connect", (socket, ("9.9.9.9", 443)))

    def test_what_is_listed_goes_through(self) -> None:
        """At a public address, or in the network that was named for it."""
        watch = Watch(self.guard)
        watch("socket.getaddrinfo", ("hooks.example", 443))
        watch("socket.connect", (socket, ("9.9.9.9", 443)))
        watch("socket.getaddrinfo", ("inside.example", 443))
        watch("socket.connect", (socket, ("10.0.0.1", 443)))
        assert watch.stopped is None

    @pytest.mark.parametrize("event", ["subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.fork"])
    def test_no_program_is_started(self, event: str) -> None:
        """Some plug-ins would."""
        with pytest.raises(NotAllowedError):
            Watch(self.guard)(event, ("sh",))
