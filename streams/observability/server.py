"""`/metrics`, `/healthz` and `/readyz` on one port, answered by threads of their own."""

import json
import threading
from collections.abc import Callable, Iterable
from types import TracebackType
from typing import Any, Protocol, Self
from wsgiref.simple_server import WSGIRequestHandler, make_server

from prometheus_client import CollectorRegistry, make_wsgi_app
from prometheus_client.exposition import ThreadingWSGIServer

from streams.errors import Refuse

__all__ = ["Checks", "Server"]

Environ = dict[str, Any]
StartResponse = Callable[[str, list[tuple[str, str]]], Any]


class Checks(Protocol):
    """What an orchestrator asks; `health.Health` answers for a worker."""

    def not_alive(self) -> str | None:
        """Say why the process should be started anew, or None."""

    def not_ready(self) -> str | None:
        """Say why no work can be expected of it, or None."""


class Server:
    """Serves *registry* and *health* on *host*:*port* (0: any free port) until closed. A context manager.

    Raises:
        Refuse: the port is taken, or the address is not this machine's.
    """

    def __init__(self, registry: CollectorRegistry, health: Checks, host: str = "127.0.0.1", port: int = 0) -> None:
        self._checks = {"/healthz": health.not_alive, "/readyz": health.not_ready}
        self._metrics = make_wsgi_app(registry)
        try:
            self._http = make_server(host, port, self._answer, ThreadingWSGIServer, _Quiet)
        except OSError as error:
            raise Refuse(f"cannot serve metrics on {host}:{port}: {error.strerror}") from error
        self.port: int = self._http.server_port
        self._thread = threading.Thread(target=self._http.serve_forever, name="metrics", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop answering, and give the port back."""
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def _answer(self, environ: Environ, start: StartResponse) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if path == "/metrics":
            return self._metrics(environ, start)  # type: ignore[no-any-return]  # the library's WSGI app is untyped
        check = self._checks.get(path)
        if check is None:
            return _say(start, "404 Not Found", "there are /metrics, /healthz and /readyz")
        why = check()
        return _say(start, "503 Service Unavailable", why) if why else _say(start, "200 OK", "")


def _say(start: StartResponse, status: str, why: str) -> Iterable[bytes]:
    start(status, [("Content-Type", "application/json")])
    return [json.dumps({"ok": not why, "why": why}).encode() + b"\n"]


class _Quiet(WSGIRequestHandler):
    """Does not log each scrape."""

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the parent's name
        """Log nothing."""
