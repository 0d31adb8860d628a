"""Showing on a terminal how far a long reading is, on standard error."""

import sys
from collections.abc import Iterable, Iterator
from typing import TypeVar

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

T = TypeVar("T")

_SHOWN_EVERY = 500


def shown(what: str, passing: Iterable[T]) -> Iterator[T]:
    """Give *passing* on, and show how many of *what* have passed."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()) as progress:
        task = progress.add_task(what, total=None)
        for number, one in enumerate(passing, 1):
            if number % _SHOWN_EVERY == 0:
                progress.update(task, description=f"{number:,} {what}")
            yield one
