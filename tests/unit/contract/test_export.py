"""`firstbell schemas export` writes the contract where it is told to."""

from pathlib import Path

from click.testing import CliRunner

from streams.cli.schemas import generated, schemas
from streams.errors import Refuse


def test_it_writes_every_file(tmp_path: Path) -> None:
    """Every file of the contract is written, the folder being made where it is missing."""
    result = CliRunner().invoke(schemas, ["export", str(tmp_path / "new")])
    assert result.exit_code == 0
    assert result.output == f"17 files written to {tmp_path / 'new'}\n"
    written = {str(path.relative_to(tmp_path / "new")): path.read_text() for path in (tmp_path / "new").rglob("*.*")}
    assert written == generated()


def test_a_folder_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    """Where a file stands in the way, the command says so and does not start."""
    (tmp_path / "file").write_text("")
    result = CliRunner().invoke(schemas, ["export", str(tmp_path / "file/below")])
    assert isinstance(result.exception, Refuse)
    assert "cannot be written" in str(result.exception)


def test_help_teaches() -> None:
    """The help shows an example."""
    result = CliRunner().invoke(schemas, ["export", "--help"])
    assert "Example" in result.output
