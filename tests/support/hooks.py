"""A receiver of webhooks that fails in every way it is told to: a real server on a free loopback port.

It speaks HTTP by hand, since a proper server would not send what a broken one does.
"""

import asyncio
import ssl
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

Fault = Callable[[asyncio.StreamWriter], Awaitable[None]]

GOOD = b"HTTP/1.1 204 No Content\r\n\r\n"


@dataclass
class Received:
    """One request."""

    line: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Hooks:
    """What came, and how to answer: *faults* are used up, one a request; then all is well."""

    port: int = 0
    scheme: str = "http"
    received: list[Received] = field(default_factory=list)
    faults: deque[Fault] = field(default_factory=deque)
    connections: int = 0

    @property
    def url(self) -> str:
        """Where to send to."""
        return f"{self.scheme}://127.0.0.1:{self.port}/in"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer the requests of one connection."""
        self.connections += 1
        try:
            while request := await _read(reader):
                self.received.append(request)
                fault = self.faults.popleft() if self.faults else says(GOOD)
                await fault(writer)
        except (ConnectionError, asyncio.IncompleteReadError, ssl.SSLError):
            pass
        finally:
            writer.close()


async def _read(reader: asyncio.StreamReader) -> Received | None:
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
    except asyncio.IncompleteReadError:
        return None
    line, *lines = head.strip().split("\r\n")
    headers = {name.lower(): value for name, _, value in (each.partition(": ") for each in lines)}
    return Received(line, headers, await reader.readexactly(int(headers.get("content-length", "0"))))


def says(answer: bytes) -> Fault:
    """Answer with these bytes."""

    async def fault(writer: asyncio.StreamWriter) -> None:
        writer.write(answer)
        await writer.drain()

    return fault


def status(code: int, **headers: str) -> Fault:
    """Answer with a status and nothing else."""
    lines = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    return says(f"HTTP/1.1 {code} X\r\n{lines}content-length: 0\r\n\r\n".encode())


async def hangs(_: asyncio.StreamWriter) -> None:
    """Never answer."""
    await asyncio.sleep(3600)


async def resets(writer: asyncio.StreamWriter) -> None:
    """Cut the connection with a reset."""
    writer.transport.abort()
    raise ConnectionResetError


def endless(code: int) -> Fault:
    """Answer with a body that never ends, as fast as it is read."""

    async def fault(writer: asyncio.StreamWriter) -> None:
        writer.write(f"HTTP/1.1 {code} X\r\ncontent-length: 1000000000\r\n\r\n".encode())
        while True:
            writer.write(b"x" * 65_536)
            await writer.drain()

    return fault


def drips(code: int) -> Fault:
    """Answer with a body of which one byte comes, and then nothing."""

    async def fault(writer: asyncio.StreamWriter) -> None:
        writer.write(f"HTTP/1.1 {code} X\r\ncontent-length: 1000\r\n\r\nx".encode())
        await hangs(writer)

    return fault


@asynccontextmanager
async def serving(hooks: Hooks, tls: ssl.SSLContext | None = None) -> AsyncIterator[Hooks]:
    """Serve on a free loopback port until the block is left."""
    open_ones: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.ensure_future(hooks.serve(reader, writer))
        open_ones.add(task)
        await asyncio.gather(task, return_exceptions=True)

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=tls)
    hooks.port = server.sockets[0].getsockname()[1]
    hooks.scheme = "https" if tls else "http"
    try:
        yield hooks
    finally:
        server.close()
        for task in open_ones:
            task.cancel()
        await asyncio.gather(*open_ones, return_exceptions=True)
        await server.wait_closed()
