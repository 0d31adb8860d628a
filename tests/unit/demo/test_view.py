"""Live alerts on a terminal, in a pipe, and not at all."""

import io
import re

import pytest
from rich.console import Console

from streams.demo.view import Plain, Quiet, Terminal, view_for
from tests.unit.demo.examples import an_alert


def _console(*, terminal: bool) -> Console:
    return Console(
        file=io.StringIO(), force_terminal=terminal, width=200, color_system="standard" if terminal else None
    )


def test_a_terminal_gets_colours_and_a_bar_and_a_pipe_gets_lines() -> None:
    """The view suits the place where the output goes."""
    assert isinstance(view_for(_console(terminal=True), quiet=False), Terminal)
    assert type(view_for(_console(terminal=False), quiet=False)) is Plain
    assert type(view_for(_console(terminal=True), quiet=True)) is Quiet


def test_a_withdrawn_alert_looks_different_on_a_terminal() -> None:
    """What was taken back has a colour of its own."""
    console = _console(terminal=True)
    with view_for(console, quiet=False) as view:
        view.say("Sending")
        view.progress(1, 2)
        view.alert(an_alert("raised", 1), "Raised: something.")
        view.alert(an_alert("withdrawn", 2), "Withdrawn: please disregard.")
    shown = console.file.getvalue()  # type: ignore[attr-defined]
    assert "\x1b[33mRaised: something." in shown
    assert "\x1b[35mWithdrawn: please disregard." in shown


def test_alerts_on_a_terminal_stay_in_order_with_what_is_said() -> None:
    """Alerts that wait to be written are written before anything that is said later, and none is lost at the end."""
    console = _console(terminal=True)
    with view_for(console, quiet=False) as view:
        view.alert(an_alert("raised", 1), "First.")
        view.say("Second.")
        view.alert(an_alert("eased", 2), "Third.")
    shown = console.file.getvalue()  # type: ignore[attr-defined]
    assert re.findall("First|Second|Third", shown) == ["First", "Second", "Third"]


def test_a_pipe_gets_one_plain_line_an_alert(capsys: pytest.CaptureFixture[str]) -> None:
    """Without a terminal there is no escape sequence and no bar."""
    with view_for(_console(terminal=False), quiet=False) as view:
        view.say("Sending")
        view.progress(1, 2)
        view.alert(an_alert("raised", 1), "Raised: something.")
    assert capsys.readouterr().out == f"Sending\n{'Lateness':<34} Raised: something.\n"


def test_quiet_shows_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    """For `--json` nothing but the summary is written."""
    with view_for(_console(terminal=True), quiet=True) as view:
        view.say("Sending")
        view.alert(an_alert("raised", 1), "Raised: something.")
        view.progress(1, 2)
    assert capsys.readouterr().out == ""
