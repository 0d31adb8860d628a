"""What commands share: where settings come from, and the topics that they name."""

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import click

from streams.errors import BadSettings
from streams.settings import Loaded, load

Command = Callable[..., Any]


def with_loaded(command: Command) -> Command:
    """Give *command* the settings as loaded, first, with the options `--config`, `--bootstrap` and `--set`."""

    @click.option(
        "--config",
        type=click.Path(path_type=Path),
        help="TOML file with settings (or the environment's FIRSTBELL_CONFIG).",
    )
    @click.option("--bootstrap", metavar="HOST:PORT", help="Kafka broker to ask first.")
    @click.option(
        "--set",
        "pairs",
        metavar="NAME=VALUE",
        multiple=True,
        help="Any setting; see: firstbell settings. May be repeated.",
    )
    @wraps(command)
    def wrapped(
        *args: object, config: Path | None, bootstrap: str | None, pairs: tuple[str, ...], **more: object
    ) -> object:
        overrides = dict(_pair(text) for text in pairs)
        if bootstrap:
            overrides["bootstrap"] = bootstrap
        return command(load(config, overrides), *args, **more)

    return wrapped


def with_settings(command: Command) -> Command:
    """Give *command* the settings, first, with the same options."""

    @with_loaded
    @wraps(command)
    def wrapped(loaded: Loaded, *args: object, **more: object) -> object:
        return command(loaded.settings, *args, **more)

    return wrapped


def _pair(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not sign:
        raise BadSettings(f"--set wants NAME=VALUE, not {name}")
    return name.strip().replace("-", "_"), value
