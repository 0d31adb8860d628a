"""A GOV.UK Notify for tests: answers as its documentation gives them, as a server on a free loopback port."""

import json
import threading
import uuid
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from notifications_python_client.authentication import decode_jwt_token
from notifications_python_client.errors import TokenError

SERVICE, SECRET = "8b3aa916-ec82-434e-b0c5-d5d9b371d6a3", "dcdc5083-2fee-4fba-8afd-51f3f4bcb7b0"
KEY = f"firstbell-{SERVICE}-{SECRET}"

Answer = tuple[int, dict[str, Any]]


@dataclass
class GovNotify:
    """What was sent, each with its status; *faults* are used up, one a request, None for a good answer."""

    sent: list[dict[str, Any]] = field(default_factory=list)
    statuses: deque[str] = field(default_factory=deque)
    faults: deque[Answer | None] = field(default_factory=deque)
    asked: list[str] = field(default_factory=list)
    url: str = ""

    def answer(self, method: str, path: str, body: bytes, token: str) -> Answer:
        """Answer one request."""
        parts = urlsplit(path)
        self.asked.append(f"{method} {parts.path}")
        if not _good(token):
            return error(403, "AuthError", "Invalid token: API key not found")
        fault = self.faults.popleft() if self.faults else None
        if fault:
            return fault
        if method == "POST":
            return self._take(parts.path.rpartition("/")[2], json.loads(body))
        return self._find(parse_qs(parts.query).get("reference", [""])[0])

    def _take(self, kind: str, asked: dict[str, Any]) -> Answer:
        number = len(self.sent)
        made = {
            **asked,
            "id": str(uuid.UUID(int=number)),
            "type": kind,
            "status": self.statuses.popleft() if self.statuses else "sending",
            "created_at": f"2024-10-08T09:{number:02}:00.000000Z",
        }
        self.sent.append(made)
        content = {"subject": "…", "body": "…", "from_email": "firstbell@notifications.service.gov.uk"}
        template = {"id": asked["template_id"], "version": 1, "uri": f"{self.url}/v2/template/{asked['template_id']}"}
        uri = f"{self.url}/v2/notifications/{made['id']}"
        reference = asked.get("reference")
        return 201, {"id": made["id"], "reference": reference, "content": content, "uri": uri, "template": template}

    def _find(self, reference: str) -> Answer:
        found = [each for each in self.sent if each.get("reference") == reference]
        return 200, {"notifications": found[::-1], "links": {"current": f"{self.url}/v2/notifications"}}


def error(status: int, name: str, words: str) -> Answer:
    """An error as Notify writes it."""
    return status, {"status_code": status, "errors": [{"error": name, "message": words}]}


def _good(token: str) -> bool:
    try:
        return bool(decode_jwt_token(token.removeprefix("Bearer "), SECRET))
    except TokenError:
        return False


@contextmanager
def serving(notify: GovNotify) -> Iterator[GovNotify]:
    """Serve *notify* on a free loopback port until the block is left."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(notify))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    notify.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield notify
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _handler(notify: GovNotify) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer()

        def do_POST(self) -> None:
            self._answer()

        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", "0")))
            token = self.headers.get("authorization", "")
            status, said = notify.answer(self.command, self.path, body, token)
            text = json.dumps(said).encode()
            self.send_response(status)
            for name, value in said.get("headers", {"content-type": "application/json"}).items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return Handler
