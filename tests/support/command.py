"""`firstbell` as a user runs it: the installed command in a process of its own."""

import os
import subprocess
import sys
from pathlib import Path

from click.testing import CliRunner

from streams.cli import firstbell as cli
from streams.errors import FirstbellError, Refuse
from streams.settings import ENVIRONMENT, Settings

FIRSTBELL = str(Path(sys.executable).with_name("firstbell"))


def environment(settings: Settings) -> dict[str, str]:
    """Give the environment of a process that runs with *settings*."""
    said = {name: value for name, value in settings.model_dump().items() if value is not None}
    return os.environ | {f"{ENVIRONMENT}{name.upper()}": str(value) for name, value in said.items()}


def firstbell(*arguments: str, settings: Settings, given: bytes = b"") -> subprocess.CompletedProcess[str]:
    """Run `firstbell ARGUMENTS` with *settings*, *given* as its standard input, to its end (at most a minute)."""
    done = subprocess.run(
        [FIRSTBELL, *arguments], env=environment(settings), input=given, capture_output=True, check=False, timeout=60
    )
    return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())


def called(*arguments: str, settings: Settings, given: str | None = None) -> subprocess.CompletedProcess[str]:
    """As `firstbell`, without a process of its own: a second less each time."""
    environ = {name: value for name, value in environment(settings).items() if name.startswith(ENVIRONMENT)}
    done = CliRunner().invoke(cli, list(arguments), env=environ, input=given)
    error, code = done.exception, done.exit_code
    if isinstance(error, FirstbellError):
        return subprocess.CompletedProcess(arguments, 2 if isinstance(error, Refuse) else 1, done.stdout, str(error))
    if error is not None and not isinstance(error, SystemExit):
        raise error
    return subprocess.CompletedProcess(arguments, code, done.stdout, done.stderr)
