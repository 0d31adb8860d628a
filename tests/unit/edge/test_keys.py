"""The pupil key's file, and `firstbell keys`."""

import stat
from pathlib import Path

import pytest
from click.testing import CliRunner

from streams.cli.keys import keys
from streams.edge.keys import BadKey, create_key, read_key
from streams.edge.pseudonym import fingerprint


def test_a_new_key_is_read_back_and_is_its_owners_alone(tmp_path: Path) -> None:
    """Mode 600 from the beginning."""
    file = tmp_path / "pupil.key"
    key = create_key(file)
    assert read_key(file) == key
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_key_is_never_overwritten(tmp_path: Path) -> None:
    """A second `create` refuses and leaves the first key."""
    file = tmp_path / "pupil.key"
    key = create_key(file)
    with pytest.raises(BadKey, match="exists"):
        create_key(file)
    assert read_key(file) == key


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o601])
def test_a_key_open_to_others_is_refused(tmp_path: Path, mode: int) -> None:
    """Whatever others may do with it; the message says how to close it."""
    file = tmp_path / "pupil.key"
    create_key(file)
    file.chmod(mode)
    with pytest.raises(BadKey, match="chmod 600"):
        read_key(file)


def test_a_file_that_is_no_key_is_refused_without_saying_what_it_holds(tmp_path: Path) -> None:
    """It may be some other secret."""
    file = tmp_path / "pupil.key"
    file.write_text("hunter2\n")
    file.chmod(0o600)
    with pytest.raises(BadKey, match="holds no key") as caught:
        read_key(file)
    assert "hunter2" not in str(caught.value)


def test_no_key_and_a_missing_file_say_what_to_do(tmp_path: Path) -> None:
    """The setting is named."""
    with pytest.raises(BadKey, match="firstbell keys create"):
        read_key(None)
    with pytest.raises(BadKey, match=r"pupil_key_file .* cannot be read"):
        read_key(tmp_path / "none")


def test_a_folder_that_does_not_exist_is_said(tmp_path: Path) -> None:
    """`create` makes no folders."""
    with pytest.raises(BadKey, match="cannot be written"):
        create_key(tmp_path / "none" / "pupil.key")


def test_the_command_makes_and_checks_a_key_and_never_shows_it(tmp_path: Path) -> None:
    """Both say the fingerprint."""
    file = tmp_path / "pupil.key"
    made = CliRunner().invoke(keys, ["create", str(file)])
    checked = CliRunner().invoke(keys, ["check", str(file)])
    key = read_key(file)
    assert (made.exit_code, checked.exit_code) == (0, 0)
    assert fingerprint(key) in made.output
    assert fingerprint(key) in checked.output
    assert key.hex() not in made.output + checked.output
