"""Waiting for the worker by its own word."""

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from streams.demo.ready import NotReady, free_port, is_ready, wait_until_ready
from streams.demo.worker import WorkerGone

ANSWERS = [503, 503, 200]


class _Health(BaseHTTPRequestHandler):
    """Ready when asked for the third time."""

    def do_GET(self) -> None:
        asked = self.server.asked  # type: ignore[attr-defined]
        asked.append(self.path)
        self.send_response(ANSWERS[len(asked) - 1])
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Log nothing."""


@pytest.fixture
def health() -> Iterator[HTTPServer]:
    with HTTPServer(("127.0.0.1", 0), _Health) as server:
        server.asked = []  # type: ignore[attr-defined]
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def _still_there() -> None:
    """The worker runs."""


def _gone() -> None:
    raise WorkerGone("the worker stopped")


def test_it_asks_until_the_worker_is_ready(health: HTTPServer) -> None:
    """Two times no, then yes: asked three times, at /readyz."""
    wait_until_ready(health.server_port, _still_there, within=30)
    assert health.asked == ["/readyz"] * 3  # type: ignore[attr-defined]


def test_a_worker_that_has_stopped_is_not_waited_for() -> None:
    """The reason why it stopped is raised, not a time-out."""
    with pytest.raises(WorkerGone):
        wait_until_ready(free_port(), _gone, within=30)


def test_patience_ends() -> None:
    """A worker that is never ready is given up."""
    with pytest.raises(NotReady):
        wait_until_ready(free_port(), _still_there, within=0)


def test_nobody_there_is_not_ready() -> None:
    """A port that nobody listens on is no error."""
    assert not is_ready(free_port())
