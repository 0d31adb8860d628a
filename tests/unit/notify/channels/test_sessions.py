"""Libraries that bring their own HTTP client go through the gate too."""

import asyncio
import ssl
from collections.abc import Sequence
from pathlib import Path

import pytest
import requests

from streams.notify.channels.guard import Allowed, Guard, NoWayError
from streams.notify.channels.sessions import GuardedSession
from tests.support import certificates
from tests.support.hooks import Fault, Hooks, serving, status

LOOPBACK = ("127.0.0.0/8",)


def here(_host: str, _port: int) -> Sequence[str]:
    return ["127.0.0.1"]


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return certificates.make(tmp_path_factory.mktemp("certificates"))


def ask(host: str, guard: Guard, keys: tuple[Path, Path] | None = None, *faults: Fault) -> tuple[int, Hooks]:
    """Ask *host* by a session for it; over TLS where there are *keys*."""

    def once(port: int) -> int:
        scheme = "https" if keys else "http"
        with GuardedSession(guard, host, str(keys[0]) if keys else None) as session:
            return session.get(f"{scheme}://{host}:{port}/in", timeout=5).status_code

    async def run() -> tuple[int, Hooks]:
        context = None
        if keys:
            context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            context.load_cert_chain(keys[1])
        hooks = Hooks()
        hooks.faults.extend(faults)
        async with serving(hooks, context):
            return await asyncio.to_thread(once, hooks.port), hooks

    return asyncio.run(run())


def test_it_connects_to_the_checked_address_and_still_says_the_name() -> None:
    """The name is looked up once, by the guard."""
    code, hooks = ask("cases.example", Guard([Allowed(host="cases.example", networks=LOOPBACK)], here))
    assert code == 204
    assert hooks.received[0].headers["host"] == f"cases.example:{hooks.port}"


def test_tls_proves_the_name(keys: tuple[Path, Path]) -> None:
    """The certificate is for `localhost`, though the connection is to an address."""
    assert ask("localhost", Guard([Allowed(host="localhost", networks=LOOPBACK)], here), keys)[0] == 204


def test_a_certificate_of_another_name_is_refused(keys: tuple[Path, Path]) -> None:
    """Though it is of a trusted authority, and for that very address."""
    with pytest.raises(requests.exceptions.SSLError):
        ask("cases.example", Guard([Allowed(host="cases.example", networks=LOOPBACK)], here), keys)


def test_a_name_that_leads_inside_is_not_called() -> None:
    """Unless its network was named."""
    with pytest.raises(NoWayError):
        ask("cases.example", Guard([Allowed(host="cases.example")], here))


def test_a_redirect_is_an_error() -> None:
    """Nothing is sent elsewhere."""
    guard = Guard([Allowed(host="cases.example", networks=LOOPBACK)], here)
    with pytest.raises(requests.TooManyRedirects):
        ask("cases.example", guard, None, status(302, location="http://169.254.169.254/"))


def test_proxies_of_the_environment_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """Behind a proxy nothing could be checked."""
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    assert ask("cases.example", Guard([Allowed(host="cases.example", networks=LOOPBACK)], here))[0] == 204
