"""The client of the notifier's Redis."""

from pathlib import Path

import pytest

from streams.cli.working_state import opened
from streams.errors import BadSettings
from streams.notify.channels.secrets import BadSecret
from streams.settings import Settings


@pytest.mark.parametrize(
    "address", ["redis://:hunter2@127.0.0.1:notaport/0", "redis://127.0.0.1/0?password=hunter2&colour=red"]
)
def test_an_address_that_is_none_is_refused_without_its_password(address: str) -> None:
    """By the name of the setting, with one to copy."""
    with pytest.raises(BadSettings, match=r"^redis is no address .*127\.0\.0\.1:6379") as caught:
        opened(Settings(redis=address)).__enter__()
    assert "hunter2" not in str(caught.value)


def test_one_that_is_an_address_is_not_called_yet() -> None:
    """It may be away: that is waited out."""
    with opened(Settings(redis="redis://127.0.0.1:1/0")) as client:
        assert client.get_connection_kwargs()["port"] == 1


def test_its_password_is_read_from_a_file(tmp_path: Path) -> None:
    """Which must be there."""
    file = tmp_path / "password"
    there = Settings(redis="redis://127.0.0.1:1/0", redis_password_file=file)
    with pytest.raises(BadSecret, match="cannot be read"):
        opened(there).__enter__()
    file.write_text("hunter2\n")
    with opened(there) as client:
        assert client.get_connection_kwargs()["password"] == "hunter2"  # noqa: S105 - the test's own
