"""`firstbell keys create|check`."""

from pathlib import Path

import click

from streams.edge.keys import create_key, read_key
from streams.edge.pseudonym import fingerprint

_file = click.argument("file", type=click.Path(path_type=Path))


@click.group()
def keys() -> None:
    """Make or check the key that turns UPNs into pseudonyms. It never leaves its file.

    Every way in (gateway, import, wonde) of one authority needs the same key: with another, each child is someone else.
    Keep a copy as safe as the children's names.
    """


@keys.command()
@_file
def create(file: Path) -> None:
    """Write a new key to FILE, for its owner's eyes alone (mode 600); a file that exists is never overwritten.

    \b
    firstbell keys create pupil.key
    export FIRSTBELL_PUPIL_KEY_FILE=pupil.key
    """  # noqa: D301 - click reads the \b
    key = create_key(file)
    click.echo(f"{file}: new key {fingerprint(key)}, mode 600. Keep a copy: without it no child is known again.")
    click.echo(f"Use it by: export FIRSTBELL_PUPIL_KEY_FILE={file}", err=True)


@keys.command()
@_file
def check(file: Path) -> None:
    """Say which key FILE holds, by a fingerprint that gives nothing away; exit 2 where it is none or open to others.

    \b
    firstbell keys check pupil.key
    """  # noqa: D301 - click reads the \b
    click.echo(f"{file}: key {fingerprint(read_key(file))}")
