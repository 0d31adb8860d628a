"""The pupil key in its file: made once, readable by its owner alone, refused otherwise."""

import os
import re
import stat
from collections.abc import Callable
from pathlib import Path

from streams.edge.pseudonym import KEY_BYTES
from streams.errors import Refuse

_NAME = "firstbell-pupil-key-v1"
_LINE = re.compile(f"{_NAME} ([0-9a-f]{{{2 * KEY_BYTES}}})\n?")
_OWNER_ONLY = 0o600
_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_MOST = 4096  # bytes; a key file has 88


class BadKey(Refuse):
    """The pupil key file is missing, is none, or can be read by others."""


def create_key(file: Path, random: Callable[[int], bytes] = os.urandom) -> bytes:
    """Write a new key to *file*, which must not exist, for its owner's eyes alone, and return it.

    Raises:
        BadKey: the file exists, or cannot be written.
    """
    key = random(KEY_BYTES)
    try:
        # With the mode from the beginning: a file narrowed afterwards was open for a moment.
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY)
    except FileExistsError:
        raise BadKey(
            f"{file} exists; a new key gives every pupil a new pseudonym, so it is never overwritten"
        ) from None
    except OSError as error:
        raise BadKey(f"{file} cannot be written: {error.strerror}") from None
    with os.fdopen(handle, "w") as opened:
        opened.write(f"{_NAME} {key.hex()}\n")
        opened.flush()
        os.fsync(opened.fileno())
    return key


def read_key(file: Path | None) -> bytes:
    """Read the key from *file*.

    Raises:
        BadKey: there is none, it is no key, or someone else can read it.
    """
    if file is None:
        raise BadKey(
            "no pupil key: make one by `firstbell keys create FILE`, and name it in the setting pupil_key_file"
        )
    try:
        with file.open("rb") as opened:
            _refuse_open_to_others(file, os.fstat(opened.fileno()))
            text = opened.read(_MOST).decode("ascii", "replace")
    except OSError as error:
        raise BadKey(f"pupil_key_file {file} cannot be read: {error.strerror}") from None
    match = _LINE.fullmatch(text)
    if match is None:
        raise BadKey(f"pupil_key_file {file} holds no key; it is one line that `firstbell keys create` writes")
    return bytes.fromhex(match[1])


def _refuse_open_to_others(file: Path, found: os.stat_result) -> None:
    if not stat.S_ISREG(found.st_mode):
        raise BadKey(f"pupil_key_file {file} is no file")
    if found.st_mode & _OTHERS:
        raise BadKey(f"pupil_key_file {file} is open to others; close it by: chmod 600 {file}")
    if found.st_uid not in (os.geteuid(), 0):
        raise BadKey(f"pupil_key_file {file} belongs to someone else")
