"""What is logged arrives once, in the form asked for, and without a pupil."""

import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from streams.observability.logs import configure

PUPIL = "abcdefghijklmnopqrstuvwxyz"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    yield
    root.handlers[:] = before
    root.setLevel(level)
    logging.captureWarnings(capture=False)
    structlog.reset_defaults()


def _fail(error: Exception) -> None:
    raise error


def _lines(stream: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_json_lines_when_not_a_terminal() -> None:
    """Each event is one JSON line with its level, logger, time and values."""
    stream = io.StringIO()
    configure(stream=stream)
    structlog.get_logger("firstbell.worker").info("committed", partition=3)
    (line,) = _lines(stream)
    assert line.pop("timestamp")
    assert line == {"event": "committed", "level": "info", "logger": "firstbell.worker", "partition": 3}


def test_console_on_a_terminal() -> None:
    """On a terminal the line is for people, not JSON."""
    stream = Terminal()
    configure(stream=stream)
    structlog.get_logger("worker").info("committed", partition=3)
    assert "committed" in stream.getvalue()
    assert not stream.getvalue().startswith("{")


def test_standard_library_goes_the_same_way() -> None:
    """What Faust logs by the standard library comes out as the same JSON, with its arguments filled in."""
    stream = io.StringIO()
    configure(stream=stream)
    logging.getLogger("faust.app").warning("joined %s of %s", 2, "group")
    (line,) = _lines(stream)
    assert (line["event"], line["level"], line["logger"]) == ("joined 2 of group", "warning", "faust.app")


def test_below_the_level_is_silent() -> None:
    """Nothing below the level is written, by whichever way it came."""
    stream = io.StringIO()
    configure(level="warning", stream=stream)
    structlog.get_logger("a").info("quiet")
    logging.getLogger("b").info("quiet")
    assert stream.getvalue() == ""


def test_configured_twice_writes_once() -> None:
    """A second call replaces the first: no line is written twice."""
    first, second = io.StringIO(), io.StringIO()
    configure(stream=first)
    configure(stream=second)
    structlog.get_logger("a").info("once")
    assert (first.getvalue(), len(_lines(second))) == ("", 1)


def test_exceptions_have_their_traceback() -> None:
    """An exception is logged with its traceback, in the same line."""
    stream = io.StringIO()
    configure(stream=stream)
    try:
        _fail(LookupError("no such page"))
    except LookupError:
        structlog.get_logger("a").exception("stopped")
    (line,) = _lines(stream)
    assert "LookupError: no such page" in str(line["exception"])


@pytest.mark.parametrize("stream", [io.StringIO(), Terminal()], ids=["json", "console"])
@pytest.mark.parametrize(
    "values",
    [
        {"key": PUPIL},
        {"key": PUPIL.encode()},
        {PUPIL: 1},
        {"nested": {"marks": [("x", PUPIL)]}},
        {"text": f"before\n{PUPIL}\tafter"},
        {"long": PUPIL + PUPIL},
        {"object": ValueError(PUPIL)},
    ],
)
def test_no_pupil_in_a_value(stream: io.StringIO, values: dict[str, object]) -> None:
    """However a pupil gets into an event, it is not in the line."""
    configure(stream=stream)
    structlog.get_logger("a").info("handled", **values)
    assert "handled" in stream.getvalue()
    assert PUPIL not in stream.getvalue()


def test_no_pupil_in_a_message_or_traceback() -> None:
    """Nor does it come in by a message of another library, or by a traceback."""
    stream = io.StringIO()
    configure(stream=stream)
    try:
        _fail(KeyError(PUPIL))
    except KeyError:
        logging.getLogger("other").exception("lost %r", PUPIL)
    (line,) = _lines(stream)
    assert PUPIL not in stream.getvalue()
    assert line["event"] == "lost '[pupil]'"


def test_colours_survive_a_dropped_pupil() -> None:
    """The escape code before a dropped value stays whole, so that the terminal does not go wild."""
    stream = Terminal()
    configure(stream=stream)
    structlog.get_logger("a").info("handled", key=PUPIL)
    assert "m[pupil]" in stream.getvalue()


def test_other_words_stay() -> None:
    """Alert ids, topic names and ordinary words are not taken for a pupil."""
    stream = io.StringIO()
    configure(stream=stream)
    alert_id = "3b1f0c5a9d7e48628f6c1f5e0a2b4c6d"
    structlog.get_logger("a").info("raised", alert_id=alert_id, topic="firstbell.dead-letters")
    (line,) = _lines(stream)
    assert (line["alert_id"], line["topic"]) == (alert_id, "firstbell.dead-letters")


def test_no_upn_in_a_line() -> None:
    """A UPN, temporary or not, is dropped as a pseudonym is; other letters and digits stay."""
    stream = io.StringIO()
    configure("json", "INFO", stream)
    structlog.get_logger("test").info("seen R201100018042 and T20110001804V", offset="A1234567890123")
    text = stream.getvalue()
    assert "R201100018042" not in text
    assert "T20110001804V" not in text
    assert "A1234567890123" in text
