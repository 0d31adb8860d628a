"""What the demo shows while it runs: alerts as they arrive, and how far it has come."""

from typing import Protocol, Self

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.text import Text

from streams.contract.messages import Alert
from streams.wording.phrases import title

RULE_WIDTH = 34  # columns
STYLES = {"raised": "yellow", "eased": "green", "reopened": "yellow", "revised": "cyan", "withdrawn": "magenta"}


class View(Protocol):
    """Shows a run; used as a context manager around it."""

    def __enter__(self) -> Self:
        """Begin to show."""

    def __exit__(self, *_: object) -> None:
        """Leave the screen in order."""

    def say(self, text: str) -> None:
        """Say what happens now."""

    def alert(self, alert: Alert, sentence: str) -> None:
        """Show one alert that has just arrived."""

    def progress(self, done: int, total: int) -> None:
        """Show how many of the registers are done."""


class Quiet:
    """Shows nothing: for `--json`."""

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(self, *_: object) -> None:
        """End."""

    def say(self, text: str) -> None:
        """Keep quiet."""

    def alert(self, alert: Alert, sentence: str) -> None:
        """Keep quiet."""

    def progress(self, done: int, total: int) -> None:
        """Keep quiet."""


class Plain(Quiet):
    """One line an alert, for a file or a pipe."""

    def say(self, text: str) -> None:
        """Write a line."""
        click.echo(text)

    def alert(self, alert: Alert, sentence: str) -> None:
        """Write the rule and the sentence."""
        click.echo(f"{title(alert.rule):<{RULE_WIDTH}} {sentence}")


class Terminal:
    """Alerts scrolling by in colour, withdrawn ones in one of their own, above a bar.

    Alerts are written at the next `progress`, many at once: writing each by itself would cost more than making it.
    """

    def __init__(self, console: Console) -> None:
        self._console = console
        columns = (TextColumn("registers"), BarColumn(), MofNCompleteColumn())
        self._bar = Progress(*columns, console=console, transient=True)
        self._task = self._bar.add_task("registers", total=None, visible=False)
        self._waiting: list[Text] = []

    def __enter__(self) -> Self:
        """Begin to show."""
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Take the bar away, leave the lines."""
        self._write_waiting()
        self._bar.stop()

    def say(self, text: str) -> None:
        """Write a line."""
        self._write_waiting()
        self._console.print(Text(text, style="bold"))

    def alert(self, alert: Alert, sentence: str) -> None:
        """Keep the rule and the sentence in the colour of its change, to be written soon."""
        rule = f"{title(alert.rule):<{RULE_WIDTH}} "
        self._waiting.append(Text.assemble((rule, "dim"), (sentence, STYLES[alert.change])))

    def progress(self, done: int, total: int) -> None:
        """Write what waits, and move the bar."""
        self._write_waiting()
        self._bar.update(self._task, completed=done, total=total, visible=True)

    def _write_waiting(self) -> None:
        if self._waiting:
            self._console.print(Text("\n").join(self._waiting))
            self._waiting.clear()


def view_for(console: Console, *, quiet: bool) -> View:
    """Return the view that suits the place where the output goes."""
    if quiet:
        return Quiet()
    return Terminal(console) if console.is_terminal else Plain()
