"""Secrets come from files or the environment, and go nowhere else."""

import json
import pickle
from pathlib import Path

import msgspec
import pytest

from streams.notify.channels.secrets import MASK, BadSecret, Secret, SecretPlace

TEXT = "s3cret-text"


def test_a_secret_shows_itself_to_reveal_alone() -> None:
    """Not when printed, formatted, put in a list or an error."""
    secret = Secret(TEXT)
    assert secret.reveal() == TEXT
    shown = [str(secret), repr(secret), f"{secret}", f"{secret!r}", repr([secret]), str(ValueError(secret))]
    assert all(TEXT not in each and MASK in each for each in shown)


def test_a_secret_cannot_be_written_down() -> None:
    """Neither JSON nor pickle takes one."""
    with pytest.raises(TypeError):
        json.dumps(Secret(TEXT))
    with pytest.raises(TypeError):
        msgspec.json.encode(Secret(TEXT))
    with pytest.raises(TypeError, match="pickled"):
        pickle.dumps(Secret(TEXT))


def test_it_is_read_from_a_file_without_the_line_end(tmp_path: Path) -> None:
    """An editor ends the last line; that is not part of the secret."""
    file = tmp_path / "key"
    file.write_text(f"{TEXT}\n")
    assert SecretPlace(file=str(file)).read({}).reveal() == TEXT


def test_it_is_read_from_the_environment() -> None:
    """By the name that the settings give."""
    assert SecretPlace(env="HOOK").read({"HOOK": TEXT}).reveal() == TEXT


@pytest.mark.parametrize("content", [None, "", " \n", b"\xff\xfe"])
def test_a_secret_that_is_not_there_is_refused_with_its_place(tmp_path: Path, content: str | bytes | None) -> None:
    """The message names the file and nothing of what is in it."""
    file = tmp_path / "key"
    if content is not None:
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(BadSecret, match="key"):
        SecretPlace(file=str(file)).read({})
    with pytest.raises(BadSecret, match="HOOK"):
        SecretPlace(env="HOOK").read({"HOOK": " "})
