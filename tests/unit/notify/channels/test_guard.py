"""No host is called that the allow-list does not name, at no address that was not checked."""

import asyncio
from collections.abc import Sequence

import msgspec
import pytest

from streams.notify.channels.channel import Reason, Verdict
from streams.notify.channels.guard import Allowed, Guard, NoWayError

PUBLIC, INSIDE = "9.9.9.9", "10.20.0.5"


class Names:
    """A resolver with answers by name, one a question; the last one stays."""

    def __init__(self, **answers: Sequence[Sequence[str]]) -> None:
        self.answers = {name.replace("_", "."): list(each) for name, each in answers.items()}
        self.asked: list[str] = []

    def __call__(self, host: str, port: int) -> Sequence[str]:
        del port
        self.asked.append(host)
        known = self.answers[host]
        return known.pop(0) if len(known) > 1 else known[0]


def reason(guard: Guard, host: str) -> Reason:
    with pytest.raises(NoWayError) as raised:
        asyncio.run(guard.address(host, 443))
    return raised.value.outcome.reason


def test_a_listed_host_is_called_at_its_public_address() -> None:
    """The address is given, not the name, so that nobody looks it up again."""
    guard = Guard([Allowed(host="hooks.example")], Names(hooks_example=[[PUBLIC]]))
    assert asyncio.run(guard.address("hooks.example", 443)) == PUBLIC


@pytest.mark.parametrize("host", ["HOOKS.EXAMPLE", "hooks.example.", "Hooks.Example."])
def test_spelling_makes_no_other_host(host: str) -> None:
    """Case and the dot at the end do not matter."""
    guard = Guard([Allowed(host="hooks.example")], Names(hooks_example=[[PUBLIC]]))
    assert asyncio.run(guard.address(host, 443)) == PUBLIC


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "hooks.example.evil.example",
        "evilhooks.example",
        "sub.hooks.example",
        "127.0.0.1",
        "[::1]",
        "::ffff:127.0.0.1",
        "2130706433",
        "0x7f000001",
        "127.1",
        "localhost",
        "169.254.169.254",
        "",
        "hooks.example\x00.evil.example",
    ],
)
def test_any_other_host_is_refused_without_a_question_to_dns(host: str) -> None:
    """Names that only look alike, and addresses in every spelling."""
    names = Names()
    assert reason(Guard([Allowed(host="hooks.example")], names), host) is Reason.HOST_FORBIDDEN
    assert names.asked == []


@pytest.mark.parametrize("address", ["127.0.0.1", INSIDE, "169.254.169.254", "::1", "::ffff:10.0.0.1", "not-one"])
def test_a_listed_name_that_leads_inside_is_not_called(address: str) -> None:
    """Whoever owns the name cannot point it at us."""
    guard = Guard([Allowed(host="hooks.example")], Names(hooks_example=[[address]]))
    assert reason(guard, "hooks.example") is Reason.ADDRESS_FORBIDDEN


def test_one_forbidden_address_among_good_ones_forbids_all() -> None:
    """No luck is left to which one a client would take."""
    guard = Guard([Allowed(host="hooks.example")], Names(hooks_example=[[PUBLIC, "127.0.0.1"]]))
    assert reason(guard, "hooks.example") is Reason.ADDRESS_FORBIDDEN


def test_every_connection_is_checked_anew() -> None:
    """A name that was good is not trusted the next time."""
    guard = Guard([Allowed(host="hooks.example")], Names(hooks_example=[[PUBLIC], ["127.0.0.1"]]))
    assert asyncio.run(guard.address("hooks.example", 443)) == PUBLIC
    assert reason(guard, "hooks.example") is Reason.ADDRESS_FORBIDDEN


def test_a_network_named_for_one_host_opens_it_for_no_other() -> None:
    """Loopback for a demo's receiver is not loopback for all."""
    names = Names(cases_example=[[INSIDE]], hooks_example=[[INSIDE]])
    guard = Guard([Allowed(host="cases.example", networks=("10.20.0.0/16",)), Allowed(host="hooks.example")], names)
    assert asyncio.run(guard.address("cases.example", 443)) == INSIDE
    assert reason(guard, "hooks.example") is Reason.ADDRESS_FORBIDDEN


def test_an_address_on_the_list_needs_its_network_too() -> None:
    """Naming 127.0.0.1 alone opens nothing."""
    assert reason(Guard([Allowed(host="127.0.0.1")]), "127.0.0.1") is Reason.ADDRESS_FORBIDDEN
    guard = Guard([Allowed(host="127.0.0.1", networks=("127.0.0.0/8",))])
    assert asyncio.run(guard.address("127.0.0.1", 80)) == "127.0.0.1"


def test_a_name_without_an_address_may_have_one_later() -> None:
    """What DNS says is no reason to park a message; a host that is not listed is."""

    def none(_host: str, _port: int) -> Sequence[str]:
        raise OSError("no such name")

    guard = Guard([Allowed(host="hooks.example")], none)
    with pytest.raises(NoWayError) as unresolved:
        guard.address_now("hooks.example", 443)
    with pytest.raises(NoWayError) as unlisted:
        guard.address_now("evil.example", 443)
    assert (unresolved.value.outcome.verdict, unresolved.value.outcome.reason) == (Verdict.RETRY, Reason.UNRESOLVED)
    assert unlisted.value.outcome.verdict is Verdict.REFUSED


@pytest.mark.parametrize(
    ("host", "networks"),
    [
        ("https://hooks.example", ()),
        ("*.example", ()),
        ("hooks.example/path", ()),
        ("me@hooks.example", ()),
        ("", ()),
        ("hooks.example", ("0.0.0.0/0",)),
        ("hooks.example", ("169.254.169.254/32",)),
    ],
)
def test_an_entry_that_opens_too_much_is_refused_at_load(host: str, networks: tuple[str, ...]) -> None:
    """The place of the mistake is in the message."""
    with pytest.raises(msgspec.ValidationError, match=r"\$\[0\]"):
        msgspec.convert([{"host": host, "networks": list(networks)}], list[Allowed])
