"""The proxy: what it passes on, holds back and cuts."""

import contextlib
import socket
import threading
from collections.abc import Iterator

import pytest

from tests.trials.proxy import Proxy


@pytest.fixture
def proxy() -> Iterator[Proxy]:
    """A proxy before a server that sends back what it gets."""
    server = socket.create_server(("127.0.0.1", 0))
    threading.Thread(target=_echo, args=(server,), daemon=True).start()
    made = Proxy().start(f"127.0.0.1:{server.getsockname()[1]}")
    yield made
    made.close()
    server.close()


def _echo(server: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while True:
            connection, _ = server.accept()
            threading.Thread(target=_answer, args=(connection,), daemon=True).start()


def _answer(connection: socket.socket) -> None:
    with contextlib.suppress(OSError), connection:
        while data := connection.recv(100):
            connection.sendall(data)


def _connect(proxy: Proxy) -> socket.socket:
    host, _, port = proxy.address.partition(":")
    connection = socket.create_connection((host, int(port)), timeout=10)
    connection.sendall(b"one")
    assert connection.recv(100) == b"one"
    return connection


def test_what_is_said_while_it_is_silent_comes_when_it_is_healed(proxy: Proxy) -> None:
    """Nothing comes back meanwhile, whichever way is silent."""
    for way in ("up", "down"):
        with _connect(proxy) as connection:
            proxy.silence(way)
            connection.sendall(b"two")
            connection.settimeout(0.3)
            with pytest.raises(TimeoutError):
                connection.recv(100)
            proxy.heal()
            connection.settimeout(10)
            assert connection.recv(100) == b"two"


def test_a_reset_is_seen_as_one_and_a_new_connection_works(proxy: Proxy) -> None:
    """Not as an end in form."""
    with _connect(proxy) as connection:
        proxy.reset()
        with pytest.raises(ConnectionResetError):
            connection.recv(100)
    _connect(proxy).close()


def test_what_is_slow_comes(proxy: Proxy) -> None:
    """Each piece is held back, both ways."""
    with _connect(proxy) as connection:
        proxy.delay(0.05)
        connection.sendall(b"two")
        assert connection.recv(100) == b"two"
