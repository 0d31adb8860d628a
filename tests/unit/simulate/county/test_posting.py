"""Registers to a gateway, on a server that answers as one does."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from streams.errors import Refuse
from streams.simulate.county.posting import MOST, NotPosted, Post

Answer = tuple[int, dict[str, str], object]
TAKEN: Answer = (202, {}, {"taken": 1, "refused": 0, "not_taken": 0, "registers": []})
LATER: Answer = (503, {"Retry-After": "5"}, {})


class Server(HTTPServer):
    answers: list[Answer]
    seen: list[tuple[str, str, bytes]]


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.seen.append((self.path, self.headers["Authorization"], body))
        status, headers, said = self.server.answers.pop(0)
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(json.dumps(said).encode())

    def log_message(self, *_: object) -> None:  # type: ignore[override]
        pass


@contextmanager
def answering(*answers: Answer) -> Iterator[tuple[str, Server]]:
    with Server(("127.0.0.1", 0), Handler) as server:
        server.answers, server.seen = list(answers), []
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", server
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def slept() -> list[float]:
    return []


def test_lines_go_together_with_the_token(slept: list[float]) -> None:
    """A full request goes by itself, the rest when it is flushed."""
    with answering(TAKEN, TAKEN) as (url, server):
        post = Post(url, "a-token", slept.append)
        for number in range(MOST + 2):
            post.send(b"%d" % number)
        post.flush()
        post.flush()
    assert [(path, token) for path, token, _ in server.seen] == [("/v1/registers:batch", "Bearer a-token")] * 2
    assert [len(body.split(b"\n")) for _, _, body in server.seen] == [MOST, 2]


def test_a_gateway_that_is_busy_is_asked_again_when_it_says(slept: list[float]) -> None:
    """503 and 429 are waited out, and the same lines sent again."""
    with answering(LATER, (429, {}, {}), TAKEN) as (url, server):
        post = Post(url, "a-token", slept.append)
        post.send(b"{}")
        post.flush()
    assert slept == [5.0, 1.0]
    assert {body for _, _, body in server.seen} == {b"{}"}


@pytest.mark.parametrize(
    "answer", [(401, {}, {}), (413, {}, {}), (202, {}, {"taken": 1, "refused": 2, "not_taken": 0})]
)
def test_what_is_not_taken_is_said(answer: Answer, slept: list[float]) -> None:
    """A refusal ends it, whether of the request or of registers in it."""
    with answering(answer) as (url, _):
        post = Post(url, "a-token", slept.append)
        post.send(b"{}")
        with pytest.raises(NotPosted):
            post.flush()


def test_a_gateway_that_is_not_there_is_said() -> None:
    """No connection is one line, not a trace."""
    with answering() as (url, _):
        pass
    post = Post(url, "a-token")
    post.send(b"{}")
    with pytest.raises(NotPosted, match="does not answer"):
        post.flush()


@pytest.mark.parametrize("url", ["127.0.0.1:8080", "ftp://127.0.0.1", "http://"])
def test_only_a_web_address_is_a_gateway(url: str) -> None:
    """Anything else is refused before a child is invented."""
    with pytest.raises(Refuse):
        Post(url, "a-token")
