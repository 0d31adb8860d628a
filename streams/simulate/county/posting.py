"""Registers to a gateway, by HTTP, many a request; it says when to come again, and is asked again then."""

import http
import http.client
import time
from collections.abc import Callable
from contextlib import closing
from urllib.parse import urlsplit

import msgspec
from msgspec import Struct

from streams.errors import FirstbellError, Refuse

MOST = 400  # registers in a request
_TIMEOUT = 60  # s
_TRIES = 8  # of a request that is put off
_COME_AGAIN = frozenset({429, 503})
_LONGEST_WAIT = 60.0  # s


class NotPosted(FirstbellError):  # noqa: N818 - a state of registers
    """The gateway did not take registers."""


class _Receipt(Struct):
    """What became of a batch."""

    refused: int
    not_taken: int


class Post:
    """Sends lines of JSON to the gateway at *url* (scheme, host and port), as the sender to whom *token* belongs.

    Raises:
        Refuse: *url* is none.
    """

    def __init__(self, url: str, token: str, sleep: Callable[[float], object] = time.sleep) -> None:
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise Refuse("--gateway wants http://HOST:PORT or https://HOST:PORT")
        self._secure = parts.scheme == "https"
        self._at = parts.netloc.rpartition("@")[2]
        self._path = parts.path.rstrip("/") + "/v1/registers:batch"
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/jsonl"}
        self._sleep = sleep
        self._waiting: list[bytes] = []

    def send(self, line: bytes) -> None:
        """Send *line*, with others, soon."""
        self._waiting.append(line)
        if len(self._waiting) >= MOST:
            self.flush()

    def flush(self) -> None:
        """Send what is waiting.

        Raises:
            NotPosted: the gateway cannot be reached, or did not take it.
        """
        if not self._waiting:
            return
        body, self._waiting = b"\n".join(self._waiting), []
        for _ in range(_TRIES):
            status, later, said = self._post(body)
            if status == http.HTTPStatus.ACCEPTED:
                _all_taken(said)
                return
            if status not in _COME_AGAIN:
                break
            self._sleep(later)
        raise NotPosted(f"the gateway answered {status}")

    def _post(self, body: bytes) -> tuple[int, float, bytes]:
        """Return the status, after how many seconds to come again, and what the gateway said."""
        make = http.client.HTTPSConnection if self._secure else http.client.HTTPConnection
        try:
            with closing(make(self._at, timeout=_TIMEOUT)) as connection:
                connection.request("POST", self._path, body, self._headers)
                answer = connection.getresponse()
                said = answer.read()
        except (OSError, http.client.HTTPException) as error:
            raise NotPosted(f"the gateway does not answer: {type(error).__name__}") from None
        later = answer.getheader("Retry-After", "1")
        return answer.status, min(float(later) if later.isdigit() else 1.0, _LONGEST_WAIT), said


def _all_taken(said: bytes) -> None:
    receipt = msgspec.json.decode(said, type=_Receipt)
    if receipt.refused or receipt.not_taken:
        raise NotPosted(f"of {MOST} registers or fewer the gateway refused {receipt.refused}")
