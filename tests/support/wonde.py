"""A Wonde for tests: answers as documented, for invented children, with faults on demand; in memory or as a server.

What is not documented is as `docs/wonde.md` says that it was taken.
"""

import json
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx

TOKEN = "an-invented-token"  # noqa: S105 - of a server in these tests
NAME, NOTE = "Surname-Of-A-Child", "a note of the office"

CODES = {"C1": "/", "C2": "\\", "C3": "N", "C4": "I", "C5": "L", "C9": "??"}

Answer = tuple[int, dict[str, str], bytes]
Fault = Callable[[Answer], Answer]


def stamp(text: str) -> dict[str, Any]:
    """A time as Wonde writes it."""
    when = datetime.fromisoformat(text).astimezone(UTC)
    return {"date": when.strftime("%Y-%m-%d %H:%M:%S.000000"), "timezone_type": 3, "timezone": "UTC"}


@dataclass
class Wonde:
    """Schools with their students, marks and deletions; *faults* are used up, one a request, None for a good answer."""

    students: dict[str, str | None] = field(default_factory=dict)
    marks: dict[str, dict[str, Any]] = field(default_factory=dict)
    deletions: list[dict[str, Any]] = field(default_factory=list)
    faults: deque[Fault | None] = field(default_factory=deque)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    schools: set[str] = field(default_factory=lambda: {"A100"})
    token: str = TOKEN
    per_page: int | None = None

    def mark(self, id_: str, student: str, code: str, at: str, *, date: str = "2024-09-30", half: str = "AM") -> None:
        """Add or change a mark: *code* is an id of `CODES`, *at* is when it was changed."""
        self.marks[id_] = {
            "id": id_,
            "mis_id": "7",
            "student_id": student,
            "date": date,
            "session": half,
            "attendance_code_id": code,
            "comment": NOTE,
            "minutes_late": None,
            "employee_id": "E1",
            "created_at": stamp(at),
            "updated_at": stamp(at),
        }

    def delete(self, id_: str, at: str) -> None:
        """Delete a mark."""
        del self.marks[id_]
        self.deletions.append({"id": id_, "type": "attendance", "deleted_at": stamp(at), "restored_at": None})

    def answer(self, path: str, query: dict[str, str], authorization: str) -> Answer:
        """Answer one request, *path* without what is before `schools`."""
        self.asked.append((path, query))
        if authorization != f"Bearer {self.token}":
            return 401, {}, b'{"error": "invalid_token"}'
        good = self._good(path, query)
        fault = self.faults.popleft() if self.faults else None
        return fault(good) if fault else good

    def transport(self) -> httpx.MockTransport:
        """Answer without a network."""

        def answer(request: httpx.Request) -> httpx.Response:
            path = request.url.path.removeprefix("/v1.0/")
            status, headers, body = self.answer(path, dict(request.url.params), request.headers["authorization"])
            return httpx.Response(status, headers=headers, content=body)

        return httpx.MockTransport(answer)

    def _good(self, path: str, query: dict[str, str]) -> Answer:
        _, school, *rest = path.split("/", 2)
        if school not in self.schools:
            return 403, {}, b'{"error": "access_denied"}'
        records = self._records(rest[0], query.get("updated_after", ""))
        at, size = int(query.get("at", "0")), self.per_page or int(query["per_page"])
        more = at + size < len(records)
        address = f"https://elsewhere.invalid/v1.0/{path}?{urlencode({**query, 'at': str(at + size)})}"
        pages = {"next": address if more else None, "previous": None, "more": more, "per_page": size}
        body = {"data": records[at : at + size], "meta": {"pagination": pages, "includes": []}}
        return 200, {"content-type": "application/json"}, json.dumps(body).encode()

    def _records(self, what: str, after: str) -> list[dict[str, Any]]:
        if what == "attendance-codes":
            return [{"id": id_, "code": code, "description": "x"} for id_, code in CODES.items()]
        if what == "students":
            return [
                {"id": id_, "upi": "f" * 32, "surname": NAME, "education_details": {"data": {"upn": upn}}}
                for id_, upn in self.students.items()
            ]
        if what == "deletions":
            return [record for record in self.deletions if record["deleted_at"]["date"] > after]
        assert what == "attendance/session"
        return [record for record in self.marks.values() if record["updated_at"]["date"] > after]


def too_many(seconds: int = 0) -> Fault:
    """429, with a wait."""
    return lambda _: (429, {"retry-after": str(seconds)}, b"")


def broken(_: Answer) -> Answer:
    """500."""
    return 500, {}, b"<html>oops</html>"


def cut(answer: Answer) -> Answer:
    """Half a page; over a network, fewer bytes than promised."""
    status, headers, body = answer
    return status, headers | {"content-length": str(len(body))}, body[: len(body) // 2]


def renamed(old: str, new: str) -> Fault:
    """A field under another name."""
    return lambda answer: (answer[0], answer[1], answer[2].replace(f'"{old}"'.encode(), f'"{new}"'.encode()))


@contextmanager
def serving(wonde: Wonde) -> Iterator[str]:
    """Serve *wonde* on a free loopback port; give its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(wonde))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/v1.0"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _handler(wonde: Wonde) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            path, query = parts.path.removeprefix("/v1.0/"), dict(parse_qsl(parts.query))
            status, headers, body = wonde.answer(path, query, self.headers.get("authorization", ""))
            self.send_response(status)
            for name, value in ({"content-length": str(len(body))} | headers).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return Handler
