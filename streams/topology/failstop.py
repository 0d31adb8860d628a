"""Stopping at once: say why, once, and end the process before anything more is acknowledged.

A polite stop would not do. Faust commits what was acknowledged when it shuts down, and acknowledges the event whose
handler raised; only a process that is gone does neither.
"""

import os
import traceback
from collections.abc import Callable
from typing import NoReturn

import structlog
from aiokafka.errors import KafkaError as AiokafkaError  # type: ignore[import-untyped]
from confluent_kafka import KafkaException

from streams.errors import EngineFailed, FirstbellError

EXIT_CODE = 70  # EX_SOFTWARE

log = structlog.get_logger("firstbell.stop")


class FailStop:
    """Ends the process. `leave` is `os._exit`, or in a test something that does not return either."""

    def __init__(self, leave: Callable[[int], NoReturn] = os._exit) -> None:
        self._leave = leave
        self._said = False

    def __call__(self, during: str, error: BaseException) -> NoReturn:
        """Log what happened *during* what, with no text that could name a pupil, and leave."""
        if not self._said:
            self._said = True
            log.critical("stopped before acknowledging", during=during, why=describe(error), at=place(_root(error)))
        self._leave(EXIT_CODE)


def _root(error: BaseException) -> BaseException:
    """Where it began: what the engine raised, and not what that was put into."""
    return error.__cause__ if isinstance(error, EngineFailed) and error.__cause__ else error


def describe(error: BaseException) -> str:
    """Say what *error* is: in its own words where those are ours or Kafka's, which carry no pupil; else by its type."""
    if isinstance(error, FirstbellError | KafkaException | AiokafkaError):
        return f"{type(error).__name__}: {error}"
    return type(error).__name__


def place(error: BaseException) -> list[str]:
    """Name the last places *error* came through: file, line and function, never a value."""
    frames = traceback.extract_tb(error.__traceback__)[-4:]
    return [f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}" for frame in frames]
