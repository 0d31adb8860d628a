"""A service that hears of alerts by webhook: it checks each signature, and remembers what it was told and when."""

import base64
import secrets
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import NamedTuple, Self

import msgspec
from standardwebhooks import Webhook, WebhookVerificationError

from streams.contract.hooks import HookAlert, HookEvent

_decode = msgspec.json.Decoder(HookEvent).decode


class Heard(NamedTuple):
    """One alert of one message, and when it came, in seconds since 1970."""

    at: float
    alert: HookAlert


class Hook:
    """A context manager: listens on `url`, a free port of this machine; `secret` is what messages are signed with."""

    def __init__(self, now: Callable[[], float]) -> None:
        self.secret = "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()
        self.heard: list[Heard] = []
        self._now = now
        self._verify = Webhook(self.secret).verify
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = Thread(target=self._server.serve_forever, name="hook", daemon=True)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._server.server_port}/"

    def __enter__(self) -> Self:
        """Begin to listen."""
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Listen no more."""
        self._server.shutdown()
        self._server.server_close()

    def take(self, body: bytes, headers: dict[str, str]) -> bool:
        """Remember what *body* says, where it is signed; say whether it is."""
        try:
            self._verify(body, headers)
        except WebhookVerificationError:
            return False
        self.heard += [Heard(self._now(), alert) for alert in _decode(body).data.alerts]
        return True

    def of(self, alert_id: str) -> list[Heard]:
        """Give what was heard of one alert, in order."""
        return [heard for heard in self.heard if heard.alert.alert_id == alert_id]

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        take = self.take

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length") or 0))
                self.send_response_only(204 if take(body, dict(self.headers)) else 401)
                self.end_headers()

        return Handler
