"""JSON lines: at the end of a file, or on standard output."""

import asyncio
import os
from pathlib import Path
from typing import BinaryIO

from streams.notify.channels.bodies import body_of
from streams.notify.channels.channel import Message, Outcome, Reason

_OWNER_ONLY = 0o600  # full lines carry pseudonyms


class FileChannel:
    """Writes to the end of *path*, which it makes for its owner's eyes alone where it is not there."""

    def __init__(self, path: Path, *, full: bool) -> None:
        self._path = path
        self._full = full

    async def send(self, message: Message) -> Outcome:
        """Write one line, and wait until the disk has it."""
        line = body_of(message, full=self._full) + b"\n"
        try:
            await asyncio.to_thread(self._append, line)
        except OSError:
            return Outcome.retry(Reason.UNREACHABLE)
        return Outcome.delivered()

    async def close(self) -> None:
        """Nothing is kept open, so that the file can be moved away at any time."""

    def _append(self, line: bytes) -> None:
        handle = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, _OWNER_ONLY)
        try:
            if os.write(handle, line) != len(line):
                raise OSError("the disk took half a line")
            os.fsync(handle)
        finally:
            os.close(handle)


class StreamChannel:
    """Writes to an open *stream*, such as standard output."""

    def __init__(self, stream: BinaryIO, *, full: bool) -> None:
        self._stream = stream
        self._full = full

    async def send(self, message: Message) -> Outcome:
        """Write one line."""
        try:
            self._stream.write(body_of(message, full=self._full) + b"\n")
            self._stream.flush()
        except OSError:
            return Outcome.retry(Reason.UNREACHABLE)
        return Outcome.delivered()

    async def close(self) -> None:
        """Leave it open: it is not ours."""
