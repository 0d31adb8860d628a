"""What the user gives: the list of schools, Wonde's address and the token."""

import csv
import os
import re
import stat
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from streams.edge.wonde.problems import BadSchools, TokenRefused

_WONDE_ID = re.compile(r"[A-Za-z0-9]{1,40}", re.ASCII)
_URN = re.compile(r"[1-9]\d{5}", re.ASCII)
_TOKEN = re.compile(r"[!-~]{8,400}")
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


class School(NamedTuple):
    """A school: Wonde's id of it, and its URN."""

    wonde_id: str
    urn: int


def read_schools(file: Path) -> list[School]:
    """Read a CSV with the columns `wonde_id` and `urn`.

    Raises:
        BadSchools: it cannot be read, or a line is wrong; the message names the line.
    """
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            rows = csv.DictReader(lines)
            schools = [_school(file, number, row) for number, row in enumerate(rows, start=2)]
    except (OSError, UnicodeDecodeError, csv.Error):
        raise BadSchools(f"{file} cannot be read as a CSV in UTF-8") from None
    for what, of in (("wonde_id", [school.wonde_id for school in schools]), ("urn", [s.urn for s in schools])):
        if len(set(of)) < len(of):
            raise BadSchools(f"{file} has the same {what} twice")
    if not schools:
        raise BadSchools(f"{file} has no school; it wants the columns wonde_id and urn, and a line for each")
    return schools


def _school(file: Path, number: int, row: dict[str, str | None]) -> School:
    wonde_id, urn = ((row.get(name) or "").strip() for name in ("wonde_id", "urn"))
    if not _WONDE_ID.fullmatch(wonde_id) or not _URN.fullmatch(urn):
        raise BadSchools(f"{file}, line {number}: it wants a wonde_id (letters and digits) and a urn (six digits)")
    return School(wonde_id, int(urn))


def read_token(file: Path) -> str:
    """Read the token, alone in *file*, which only its owner may read.

    Raises:
        TokenRefused: it is not so. The content is never said.
    """
    try:
        with file.open("rb") as opened:
            if os.fstat(opened.fileno()).st_mode & (stat.S_IRWXG | stat.S_IRWXO):
                raise TokenRefused(f"{file} is open to others; close it by: chmod 600 {file}")
            token = opened.read(1000).decode("ascii", "replace").strip()
    except OSError as error:
        raise TokenRefused(f"{file} cannot be read: {error.strerror}") from None
    if not _TOKEN.fullmatch(token):
        raise TokenRefused(f"{file} does not hold a token alone")
    return token


def checked_address(address: str) -> str:
    """Give *address* back if a token may be sent there: https, or this machine itself.

    Raises:
        BadSchools: it may not.
    """
    parts = urlsplit(address)
    if parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK):
        return address.rstrip("/")
    raise BadSchools("--api wants an address that begins with https://, since the token is sent there")
