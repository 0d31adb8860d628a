"""Which network addresses may be called: the public ones, and private ones that the allow-list names."""

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

# IPv6 networks whose addresses carry an IPv4 address, and how far its last bit is from theirs.
_CARRIERS = [
    (IPv6Network("::ffff:0:0/96"), 0),  # IPv4-mapped
    (IPv6Network("::/96"), 0),  # IPv4-compatible, of old
    (IPv6Network("64:ff9b::/96"), 0),  # NAT64
    (IPv6Network("64:ff9b:1::/48"), 0),  # NAT64, local use
    (IPv6Network("2002::/16"), 80),  # 6to4
]
_TEREDO = IPv6Network("2001::/32")
_NEVER: list[Network] = [
    ip_network(text)
    for text in ("0.0.0.0/8", "169.254.0.0/16", "224.0.0.0/4", "240.0.0.0/4", "::/128", "fe80::/9", "ff00::/8")
]
"""Link-local (and site-local of old), multicast, and no address at all. A cloud keeps its keys at 169.254.169.254."""


def address_of(text: str) -> Address | None:
    """Read an address, its zone left off; None where *text* is none."""
    try:
        return _carried(ip_address(text.partition("%")[0]))
    except ValueError:
        return None


def may_be_called(address: Address, networks: Iterable[Network]) -> bool:
    """Whether *address* is public, or lies in one of the private *networks*."""
    if address.is_multicast or _in(address, [*_NEVER, _TEREDO]):
        return False
    return address.is_global or _in(address, networks)


def private_network(text: str) -> Network:
    """Read a network that an allow-list may name.

    Raises:
        ValueError: it is no network, not a private one, or one that nothing is ever sent to.
    """
    network = ip_network(text)
    if not network.is_private or any(_overlap(network, never) for never in _NEVER):
        raise ValueError(f"{text} is no private network that may be called, such as 10.20.0.0/16 or 127.0.0.0/8")
    return network


def _carried(address: Address) -> Address:
    """The IPv4 address within, where there is one: what a packet would reach."""
    for network, shift in _CARRIERS:
        if isinstance(address, IPv6Address) and address in network and int(address) > 1:
            return IPv4Address(int(address) >> shift & 0xFFFF_FFFF)
    return address


def _in(address: Address, networks: Iterable[Network]) -> bool:
    return any(address in network for network in networks if network.version == address.version)


def _overlap(one: Network, other: Network) -> bool:
    return one.version == other.version and one.overlaps(other)
