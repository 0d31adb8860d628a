"""Which addresses may be called at all."""

import pytest

from streams.notify.channels.addresses import address_of, may_be_called, private_network

INSIDE = [
    "127.0.0.1",
    "127.255.255.254",
    "10.0.0.1",
    "172.16.0.1",
    "192.168.1.1",
    "100.64.0.1",  # carriers' NAT
    "198.18.0.1",  # benchmarks
    "192.0.2.1",  # documentation
    "::1",
    "fc00::1",
    "fd12:3456::1",
    "::ffff:127.0.0.1",  # IPv4-mapped
    "::ffff:7f00:1",
    "::127.0.0.1",  # IPv4-compatible
    "64:ff9b::7f00:1",  # NAT64
    "64:ff9b:1::10.0.0.1",
    "2002:7f00:1::",  # 6to4
    "2002:a00:1::1",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2",  # Teredo
    "fec0::1",  # site-local of old
]
NEVER = ["0.0.0.0", "0.1.2.3", "169.254.169.254", "224.0.0.1", "239.1.1.1", "255.255.255.255", "240.0.0.1"]  # noqa: S104 - to be refused
NEVER += ["::", "fe80::1", "fe80::1%eth0", "ff02::1", "::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe"]


@pytest.mark.parametrize("text", [*INSIDE, *NEVER])
def test_what_is_not_public_is_not_called(text: str) -> None:
    """Private, loopback, link-local and what wraps them, in every form."""
    address = address_of(text)
    assert address is not None
    assert not may_be_called(address, [])


@pytest.mark.parametrize("text", ["9.9.9.9", "2620:fe::fe", "::ffff:9.9.9.9", "64:ff9b::909:909"])
def test_what_is_public_is_called(text: str) -> None:
    """Public addresses, also through a translator."""
    address = address_of(text)
    assert address is not None
    assert may_be_called(address, [])


def test_a_named_network_opens_that_network_and_no_other() -> None:
    """An authority's own network may be named."""
    own = [private_network("10.20.0.0/16")]
    inside, outside = address_of("10.20.3.4"), address_of("10.21.3.4")
    assert inside
    assert outside
    assert may_be_called(inside, own)
    assert not may_be_called(outside, own)


@pytest.mark.parametrize("text", NEVER)
def test_no_network_opens_what_is_never_called(text: str) -> None:
    """A cloud's keys are out of reach even if everything was opened."""
    address = address_of(text)
    assert address is not None
    assert not may_be_called(address, [private_network("10.0.0.0/8"), private_network("fc00::/7")])


@pytest.mark.parametrize(
    "text",
    ["0.0.0.0/0", "::/0", "169.254.0.0/16", "169.254.169.254/32", "9.9.9.0/24", "fe80::/10", "ten", "10.0.0.1/8"],
)
def test_a_network_that_must_not_be_opened_is_refused(text: str) -> None:
    """Public networks need no naming, and these cannot be named."""
    with pytest.raises(ValueError, match=r"."):
        private_network(text)


@pytest.mark.parametrize("text", ["example.gov.uk", "2130706433", "0x7f000001", "127.1", "0177.0.0.1", ""])
def test_what_only_some_programs_take_for_an_address_is_a_name(text: str) -> None:
    """Odd spellings go to the resolver, and what it says is checked."""
    assert address_of(text) is None
