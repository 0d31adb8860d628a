"""An HTTP client that goes through the gate: checked address, no redirect, no proxy, no cookies."""

import httpx

from streams.notify.channels import tls
from streams.notify.channels.guard import Guard

AGENT = "firstbell"

# How many are sent at once is for the notifier to say; this must not be less, or a message would wait unseen.
_LIMITS = httpx.Limits(max_connections=None, max_keepalive_connections=32, keepalive_expiry=30.0)


class GuardedTransport(httpx.AsyncBaseTransport):
    """Sends each request to the address that the guard gives for its host; TLS still proves the host's name.

    Connections are kept by address, so one of these serves one host.
    """

    def __init__(self, guard: Guard, within: httpx.AsyncBaseTransport) -> None:
        self._guard = guard
        self._within = within

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send it.

        Raises:
            NoWayError: the guard gives no address.
        """
        host = request.url.host
        port = request.url.port or (443 if request.url.scheme == "https" else 80)
        address = await self._guard.address(host, port)
        if request.url.scheme == "https":
            request.extensions = {**request.extensions, "sni_hostname": host}
        request.url = request.url.copy_with(host=address)
        return await self._within.handle_async_request(request)

    async def aclose(self) -> None:
        """Close connections."""
        await self._within.aclose()


def client(guard: Guard, *, seconds: float, ca_file: str | None) -> httpx.AsyncClient:
    """Make a client for one host. The environment's proxies are not used: behind one nothing could be checked."""
    within = httpx.AsyncHTTPTransport(verify=tls.context(ca_file), trust_env=False, limits=_LIMITS)
    return httpx.AsyncClient(
        transport=GuardedTransport(guard, within),
        timeout=httpx.Timeout(seconds),
        follow_redirects=False,
        trust_env=False,
        headers={"User-Agent": AGENT, "Accept-Encoding": "identity"},  # a small answer must not unpack to a huge one
    )
