"""A receiver of webhooks that remembers what came and when, and answers as it is told."""

import json
import threading
import time
from functools import lru_cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple, Self


@lru_cache(maxsize=100_000)
def _told(body: bytes) -> list[tuple[str, int, str]]:
    data: Any = json.loads(body)["data"]
    return [(each["alert_id"], each["sequence"], each["change"]) for each in data["alerts"]]


class Got(NamedTuple):
    """One request: its delivery id, its body, when it came (seconds since 1970)."""

    delivery_id: str
    body: bytes
    at: float

    @property
    def told(self) -> list[tuple[str, int, str]]:
        """The alerts in it: id, sequence, change."""
        return _told(self.body)


class _Quiet(ThreadingHTTPServer):
    """Says nothing of senders that were killed."""

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing."""


class Recorder:
    """Listens on a free loopback port. `status` is what it answers. A context manager."""

    def __init__(self) -> None:
        self.got: list[Got] = []
        self.status = 200
        owner = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                if owner.status < 300:
                    owner.got.append(Got(self.headers["webhook-id"], body, time.time()))
                self.send_response(owner.status)
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                """Say nothing."""

        self._server = _Quiet(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}/hook"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def heard(self, alert_id: str) -> list[str]:
        """The changes of an alert in the order in which they came, those of one delivery id once."""
        first = {got.delivery_id: got for got in reversed(self.got)}
        ordered = sorted(first.values(), key=lambda got: got.at)
        return [change for got in ordered for one, _, change in got.told if one == alert_id]
