"""The list of schools, the token and the address."""

from pathlib import Path

import pytest

from streams.edge.wonde.problems import BadSchools, TokenRefused
from streams.edge.wonde.schools import School, checked_address, read_schools, read_token
from streams.edge.wonde.state import State


def _file(folder: Path, text: str, mode: int = 0o600) -> Path:
    path = folder / "file"
    path.write_text(text)
    path.chmod(mode)
    return path


def test_schools_are_read(tmp_path: Path) -> None:
    """Other columns do no harm."""
    file = _file(tmp_path, "name,wonde_id,urn\nInvented Primary,A100,100001\nOther, B200 , 100002\n")
    assert read_schools(file) == [School("A100", 100001), School("B200", 100002)]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no school"),
        ("wonde_id,urn\n", "no school"),
        ("wonde_id,urn\nA100,12\n", "line 2"),
        ("wonde_id,urn\nA100,100001\nA/2,100002\n", "line 3"),
        ("wonde_id,urn\nA100,100001\nA100,100002\n", "same wonde_id"),
        ("wonde_id,urn\nA100,100001\nA200,100001\n", "same urn"),
        ("id;urn\nA100;100001\n", "line 2"),
    ],
)
def test_a_list_with_a_mistake_is_refused(tmp_path: Path, text: str, said: str) -> None:
    """With its place."""
    with pytest.raises(BadSchools, match=said):
        read_schools(_file(tmp_path, text))


def test_the_token_is_read_from_a_file_of_its_owner_alone(tmp_path: Path) -> None:
    """One that others can read is refused, and so is what is no token."""
    assert read_token(_file(tmp_path, "an-invented-token\n")) == "an-invented-token"
    for text, mode in (("an-invented-token", 0o644), ("two words", 0o600), ("", 0o600)):
        with pytest.raises(TokenRefused) as refused:
            read_token(_file(tmp_path, text, mode))
        assert "invented" not in str(refused.value)


def test_the_token_is_not_sent_in_the_clear() -> None:
    """But on this machine, for tests."""
    assert checked_address("https://api.wonde.com/v1.0/") == "https://api.wonde.com/v1.0"
    assert checked_address("http://127.0.0.1:99/v1.0") == "http://127.0.0.1:99/v1.0"
    with pytest.raises(BadSchools, match="https"):
        checked_address("http://api.wonde.com/v1.0")


def test_a_state_is_used_by_one_process_at_a_time(tmp_path: Path) -> None:
    """The second is told so."""
    with State(tmp_path / "wonde.sqlite"):
        pass
    # It was made before, so that nothing is written now.
    with State(tmp_path / "wonde.sqlite"), pytest.raises(BadSchools, match="another"):
        State(tmp_path / "wonde.sqlite")
