"""The receivers of webhooks: `python -m benchmarks.notify.hooks`, one process for both sides.

It prints its port, takes POSTs on any path, answers 204 at once, and notes when each alert came to each path. What came
is had by `GET /`: for every path the alert ids, each with its times; and by `GET /count`: how many ids came over all
paths, doubles not counted. It reads the bodies of both sides.
"""

import asyncio
import sys
import time
from collections import defaultdict
from typing import Any

import msgspec

Seen = dict[str, dict[str, list[float]]]
"""Path, alert id, Unix times of arrival."""


class _Labels(msgspec.Struct):
    alert_id: str


class _Alert(msgspec.Struct):
    """One alert, of ours or of Alertmanager's."""

    alert_id: str | None = None
    labels: _Labels | None = None


class _Alerts(msgspec.Struct):
    alerts: list[_Alert]


class _Body(msgspec.Struct):
    """One POST, of ours (`data`) or of Alertmanager's (`alerts`)."""

    alerts: list[_Alert] = []
    data: _Alerts | None = None


_bodies = msgspec.json.Decoder(_Body)


def ids(body: bytes) -> list[str]:
    """Give the ids of the alerts in a POST of either side."""
    read = _bodies.decode(body)
    alerts = read.data.alerts if read.data else read.alerts
    return [each.alert_id or (each.labels.alert_id if each.labels else "") for each in alerts]


class Hooks(asyncio.Protocol):
    """One connection. HTTP by hand: a web framework would be what is measured."""

    def __init__(self, seen: Seen, count: list[int]) -> None:
        self._seen, self._count = seen, count
        self._buffer = b""

    def connection_made(self, transport: Any) -> None:  # noqa: ANN401 - asyncio's own
        """Keep where to answer."""
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Take every request that is whole."""
        self._buffer += data
        while (end := self._buffer.find(b"\r\n\r\n")) >= 0:
            head = self._buffer[:end]
            length = _length(head)
            whole = end + 4 + length
            if len(self._buffer) < whole:
                return
            body, self._buffer = self._buffer[end + 4 : whole], self._buffer[whole:]
            self._answer(head.split(b" ", 2), body)

    def _answer(self, line: list[bytes], body: bytes) -> None:
        if line[0] == b"GET":
            said = msgspec.json.encode(self._count[0] if line[1] == b"/count" else self._seen)
            self._transport.write(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n%s" % (len(said), said))
            return
        now = time.time()
        came = self._seen[line[1].decode()]
        for alert in ids(body):
            self._count[0] += alert not in came
            came[alert].append(now)
        self._transport.write(b"HTTP/1.1 204 No Content\r\n\r\n")


def _length(head: bytes) -> int:
    at = head.lower().find(b"\r\ncontent-length:")
    return int(head[at + 17 :].split(b"\r\n", 1)[0]) if at >= 0 else 0


async def _serve() -> None:
    seen: Seen = defaultdict(lambda: defaultdict(list))
    count = [0]
    server = await asyncio.get_running_loop().create_server(lambda: Hooks(seen, count), "127.0.0.1", 0, backlog=1024)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve())
