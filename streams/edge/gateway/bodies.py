"""Bodies of requests, never holding more of one than is allowed."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.requests import ClientDisconnect, Request

from streams.edge.gateway.answers import Refused


async def whole(request: Request, most: int) -> bytes:
    """Read the body.

    Raises:
        Refused: 413 where it is larger than *most* bytes, before more of it is read.
    """
    _refuse_declared(request, most)
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > most:
            raise _too_large(most)
    return bytes(body)


async def lines(request: Request, most: int, most_of_line: int) -> AsyncIterator[tuple[int, bytes | None]]:
    """Give the lines of the body that are not blank, numbered from 1, as they come.

    None stands for a line larger than *most_of_line* bytes.

    Raises:
        Refused: 413 where the body is larger than *most* bytes.
    """
    number = 1
    rest, cut = bytearray(), False  # the line that is not ended; whether its beginning was thrown away
    async for piece in _bounded(request, most):
        *ended, last = piece.split(b"\n")
        for end in ended:
            line = None if cut or len(rest) + len(end) > most_of_line else bytes(rest + end).rstrip(b"\r")
            if line is None or line.strip():
                yield number, line
            rest, cut, number = bytearray(), False, number + 1
        rest += last
        if len(rest) > most_of_line:
            rest, cut = bytearray(), True
    if cut or rest.strip():
        yield number, None if cut else bytes(rest).rstrip(b"\r")


async def _bounded(request: Request, most: int) -> AsyncIterator[bytes]:
    _refuse_declared(request, most)
    size = 0
    async for piece in request.stream():
        size += len(piece)
        if size > most:
            raise _too_large(most)
        yield piece


@asynccontextmanager
async def in_time(seconds: float) -> AsyncIterator[None]:
    """Bound how long a sender may take, and put up with one that goes away.

    Raises:
        Refused: 408 where it takes longer; 400 where it went away in the middle, which nobody will read.
    """
    try:
        async with asyncio.timeout(seconds):
            yield
    except TimeoutError:
        raise Refused(408, "too-slow", f"the request was not complete within {seconds:g} seconds") from None
    except ClientDisconnect:
        raise Refused(400, "incomplete", "the sender went away before the request was complete") from None


def _refuse_declared(request: Request, most: int) -> None:
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and int(declared[:20]) > most:
        raise _too_large(most)
    if request.headers.get("content-encoding", "identity") != "identity":
        raise Refused(415, "unsupported", "a body must not be compressed")


def _too_large(most: int) -> Refused:
    return Refused(413, "too-large", f"the request is larger than {most:,} bytes")
