"""Logs: structlog and the standard library's go one way; JSON lines, or plain text on a terminal; never a pupil.

Faust and aiokafka log by the standard library, and so does librdkafka where a client is made with `logger=`.
"""

import logging
import re
import sys
from typing import Any, Literal, TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

__all__ = ["Format", "configure", "without_pupils"]

Format = Literal["auto", "console", "json"]

REDACTED = "[pupil]"
# A colour's escape code is matched first, so that it is not taken for the beginning of a pupil. Longer texts are
# dropped too: in JSON the n of a line end (\n) can stand right before a pupil.
# A pupil's key, or a UPN.
_PUPIL = re.compile(r"(?P<colour>\x1b\[[0-9;]*m)|[a-z2-7]{26,}|\b[A-HJ-NP-RT-Z][0-9]{11}[0-9A-HJ-NP-RT-Z]\b")


def configure(format_: Format = "auto", level: str = "INFO", stream: TextIO | None = None) -> None:
    """Send all logs of *level* and above to *stream* (default: stderr); what was configured before is replaced.

    `auto` is console where *stream* is a terminal and JSON lines otherwise.
    """
    stream = stream or sys.stderr
    handler = logging.StreamHandler(stream)
    handler.setFormatter(_formatter(_renderer(format_, stream)))
    logging.basicConfig(handlers=[handler], level=level.upper(), force=True)
    logging.captureWarnings(capture=True)
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *_SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,  # so that a later call, in a test, reaches loggers already in use
    )


_SHARED: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.stdlib.PositionalArgumentsFormatter(),
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.StackInfoRenderer(),
]


def _formatter(renderer: list[Processor]) -> logging.Formatter:
    drop_meta = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=_SHARED, processors=[drop_meta, *renderer, without_pupils]
    )


def _renderer(format_: Format, stream: TextIO) -> list[Processor]:
    terminal = stream.isatty()
    if format_ == "console" or (format_ == "auto" and terminal):
        return [structlog.dev.ConsoleRenderer(colors=terminal, exception_formatter=structlog.dev.plain_traceback)]
    return [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]


def without_pupils(_logger: WrappedLogger, _method: str, event: EventDict | str | bytes) -> str:
    """Replace, in a line ready to be written, all that has the form of a pupil's key. The last processor.

    It works on the finished text, since only there are keys, tracebacks and the `repr` of objects all to be seen.
    """
    return _PUPIL.sub(_keep_colour, str(event))


def _keep_colour(found: re.Match[str]) -> str:
    colour: Any = found["colour"]
    return colour or REDACTED
