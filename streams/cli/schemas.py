"""`firstbell schemas`: the contract as files, for any language."""

from pathlib import Path

import click

from streams.attendance.codes import readings
from streams.attendance.kinds import EVIDENCE
from streams.contract.documents import documents
from streams.contract.schema import Vocabulary
from streams.contract.topics import declare
from streams.errors import Refuse


@click.group()
def schemas() -> None:
    """Write the contract: JSON Schemas of register, alert and dead letter, an AsyncAPI document, examples."""


@schemas.command()
@click.argument("directory", type=click.Path(file_okay=False, path_type=Path), default="schemas", metavar="[DIR]")
def export(directory: Path) -> None:
    r"""Write all files to DIR (default: schemas). What is there already under the same name is overwritten.

    \b
    Example:
      firstbell schemas export /tmp/firstbell-schemas
    """
    files = generated()
    for name, text in files.items():
        _write(directory / name, text)
    click.echo(f"{len(files)} files written to {directory}", err=True)


def generated() -> dict[str, str]:
    """Make the text of every file, by its path below `schemas/`, with the topic names of a default installation."""
    return documents(Vocabulary(codes=tuple(readings(0)), evidence=EVIDENCE), declare())


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise Refuse(f"{path} cannot be written: {error.strerror}") from None
