"""A TCP proxy that can be slow, cut, or silent one way. PyPI has none; Toxiproxy is in Go, and no Debian package."""

import asyncio
import contextlib
import socket
import struct
import threading
from typing import Self

from tests.support.ports import free_port

_CHUNK = 1 << 16  # bytes
_RESET = struct.pack("ii", 1, 0)  # close by a reset, not in form


class Proxy:
    """Forwards what comes to `address` to the target, both ways, in a thread of its own. A context manager.

    What is said to one that is silent is not lost: as with a cable that is put back, it comes later.
    """

    def __init__(self) -> None:
        self.address = f"127.0.0.1:{free_port()}"
        self._target: tuple[str, int]
        self._server: asyncio.Server
        self._tasks: set[asyncio.Task[None]] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._delay = 0.0
        self._open: dict[str, asyncio.Event] = {}
        self._connections: set[asyncio.StreamWriter] = set()

    def start(self, target: str) -> Self:
        """Begin to forward to *target*, host:port."""
        host, _, port = target.partition(":")
        self._target = host, int(port)
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._serve(), self._loop).result(10)
        return self

    def delay(self, seconds: float) -> None:
        """Hold every piece back so long, both ways."""
        self._delay = seconds

    def reset(self) -> None:
        """Cut every connection at once, by resets."""
        asyncio.run_coroutine_threadsafe(self._cut(), self._loop).result(10)

    def silence(self, way: str) -> None:
        """Let nothing through one *way*, "up" (to the target) or "down"."""
        self._loop.call_soon_threadsafe(self._open[way].clear)

    def heal(self) -> None:
        """Forward as it should be."""
        self._delay = 0.0
        for event in self._open.values():
            self._loop.call_soon_threadsafe(event.set)

    def close(self) -> None:
        """Cut every connection and end."""
        self.heal()
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    async def _serve(self) -> None:
        for way in ("up", "down"):
            self._open[way] = asyncio.Event()
            self._open[way].set()
        host, _, port = self.address.partition(":")
        self._server = await asyncio.start_server(self._connected, host, int(port))

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._forward(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _forward(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            far_reader, far_writer = await asyncio.open_connection(*self._target)
        except OSError:
            _abort(writer)
            return
        ends = {writer, far_writer}
        self._connections |= ends
        with contextlib.suppress(OSError):
            pumps = [self._pump(reader, far_writer, "up"), self._pump(far_reader, writer, "down")]
            await asyncio.gather(*pumps)
        self._connections -= ends
        for end in ends:
            end.close()

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, way: str) -> None:
        while data := await reader.read(_CHUNK):
            await asyncio.sleep(self._delay)
            await self._open[way].wait()
            writer.write(data)
            await writer.drain()
        writer.close()

    async def _end(self) -> None:
        self._server.close()
        await self._cut()
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.sleep(0.1)  # for the transports that were aborted

    async def _cut(self) -> None:
        for writer in list(self._connections):
            _abort(writer)


def _abort(writer: asyncio.StreamWriter) -> None:
    near: socket.socket = writer.get_extra_info("socket")
    with contextlib.suppress(OSError):
        near.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
    writer.transport.abort()
