"""The gate before every connection: only hosts on the allow-list, only at addresses that were checked.

A channel asks for the address of a host and connects to that address and no other, so a name that answers differently
the second time (DNS rebinding) gains nothing. No channel follows a redirect.
"""

import asyncio
import socket
from collections.abc import Callable, Iterable, Sequence

from msgspec import Struct

from streams.notify.channels.addresses import Network, address_of, may_be_called, private_network
from streams.notify.channels.channel import Outcome, Reason

Resolve = Callable[[str, int], Sequence[str]]
"""Gives the addresses of a host; raises OSError where it has none."""

_PASSING = (Reason.UNRESOLVED, Reason.ADDRESS_FORBIDDEN)  # what DNS says may be better later


class Allowed(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One host that may be called, by its exact name.

    Its addresses must be public, or lie in one of `networks`: an authority's own (`10.20.0.0/16`), or, for tests and
    demos, loopback (`127.0.0.0/8`).
    """

    host: str
    networks: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what is no host name, and networks that are not private."""
        if not self.host or any(sign in self.host for sign in "/@*?# \\") or "://" in self.host:
            raise ValueError("host is the exact name of one host, such as hooks.example.gov.uk, without https://")
        for network in self.networks:
            private_network(network)


class NoWayError(Exception):
    """A host may not be called, or cannot be found; `outcome` is what a channel answers."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.outcome = Outcome.retry(reason) if reason in _PASSING else Outcome.refused(reason)


class Guard:
    """Knows the allow-list. *resolve* asks the system unless a test says otherwise."""

    def __init__(self, allowed: Iterable[Allowed], resolve: Resolve | None = None) -> None:
        self.allowed = tuple(allowed)
        self._networks: dict[str, list[Network]] = {
            plain_host(each.host): [private_network(network) for network in each.networks] for each in self.allowed
        }
        self._resolve = resolve or _system

    def allows(self, host: str) -> bool:
        """Whether *host* is on the list."""
        return plain_host(host) in self._networks

    async def address(self, host: str, port: int) -> str:
        """Give the address to connect to.

        Raises:
            NoWayError: the host is not on the list, has no address, or one that must not be called.
        """
        self._must_be_listed(host)
        if address_of(plain_host(host)):  # already an address: nothing to wait for
            return self.address_now(host, port)
        return await asyncio.to_thread(self.address_now, host, port)

    def address_now(self, host: str, port: int) -> str:
        """Give the address to connect to, like `address`, holding the thread up."""
        self._must_be_listed(host)
        name = plain_host(host)
        found = [name] if address_of(name) else self._look_up(name, port)
        if not all(self.may_reach(name, address) for address in found):
            raise NoWayError(Reason.ADDRESS_FORBIDDEN)
        return found[0]

    def may_reach(self, host: str, address: str) -> bool:
        """Whether *address* is one at which *host* may be called; false for a host that is not on the list."""
        parsed, networks = address_of(address), self._networks.get(plain_host(host))
        return parsed is not None and networks is not None and may_be_called(parsed, networks)

    def _must_be_listed(self, host: str) -> None:
        if not self.allows(host):
            raise NoWayError(Reason.HOST_FORBIDDEN)

    def _look_up(self, host: str, port: int) -> Sequence[str]:
        try:
            found = self._resolve(host, port)
        except (OSError, UnicodeError):
            raise NoWayError(Reason.UNRESOLVED) from None
        if not found:
            raise NoWayError(Reason.UNRESOLVED)
        return found


def plain_host(host: str) -> str:
    """*host* as names are compared: lower case, without brackets and the dot at the end."""
    return host.strip("[]").rstrip(".").lower()


def _system(host: str, port: int) -> Sequence[str]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(where[0]) for *_, where in found]
