"""`firstbell` as a user runs it: the installed command in a process of its own."""

import os
import subprocess
import sys
from pathlib import Path

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
