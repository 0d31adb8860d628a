"""Waiting until a worker has joined its group and holds its ledgers, by its own word at `/readyz`; or a notifier."""

import time
from collections.abc import Callable
from http.client import HTTPConnection, HTTPException
from socket import AF_INET, SOCK_STREAM, socket

from streams.errors import FirstbellError

ASK_EVERY = 0.1  # s


class NotReady(FirstbellError):  # noqa: N818 - a state
    """What was started did not become ready in time."""


def wait_until_ready(port: int, check: Callable[[], None], within: float) -> None:
    """Ask the one whose health is served at *port* until it is ready; *check* raises where it has stopped.

    Raises:
        NotReady: it was not, *within* so many seconds.
    """
    deadline = time.monotonic() + within
    while not is_ready(port):
        check()
        if time.monotonic() > deadline:
            raise NotReady(f"what was started was not ready within {within:g} s")
        time.sleep(ASK_EVERY)


def is_ready(port: int) -> bool:
    """Ask once."""
    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200  # noqa: PLR2004 - OK
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def free_port() -> int:
    """Return a port of this machine that nobody listens on."""
    with socket(AF_INET, SOCK_STREAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
