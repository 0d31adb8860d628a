"""Where there is no embedded broker, the message says what to do."""

import importlib.util
from pathlib import Path

import pytest

from streams.embedded import broker
from streams.embedded.broker import EmbeddedBroker
from streams.errors import NoEmbeddedBroker


def test_without_the_wheel_the_message_points_to_docker_compose(monkeypatch: pytest.MonkeyPatch) -> None:
    """A platform without a wheel is refused before anything is started."""
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    with pytest.raises(NoEmbeddedBroker, match="docker compose up"), EmbeddedBroker():
        pass


def test_a_program_that_does_not_start_is_an_error_with_its_last_words(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """It is tried on other ports, and then its own last line is shown."""
    program = tmp_path / "tansu"
    program.write_text("#!/bin/sh\necho no such thing as a broker\nexit 1\n")
    program.chmod(0o755)
    monkeypatch.setattr(broker, "find", lambda: program)
    with pytest.raises(NoEmbeddedBroker, match="no such thing as a broker"), EmbeddedBroker():
        pass
