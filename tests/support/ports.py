"""Free loopback ports, picked at run time."""

import random
import socket

# Below the range from which systems take the ports of outgoing connections, so that a port stays ours over a restart.
_RANGE = range(15_000, 32_000)


def free_port() -> int:
    """Pick a port on 127.0.0.1 that nobody listens on now."""
    for port in random.SystemRandom().sample(_RANGE, 100):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0 and _can_bind(port):
                return port
    raise RuntimeError("no free port on 127.0.0.1")


def _can_bind(port: int) -> bool:
    with socket.socket() as server:
        try:
            server.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
