"""Which column of a file is which field of a mark, by the words of its header."""

import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from streams.edge.files.table import BadFile, Row, Table

FIELDS = ("upn", "pupil", "urn", "date", "session", "code", "minutes_late", "recorded_at")
NEEDED = ("urn", "date", "session", "code")
OURS = ("firstbell_row", "firstbell_reason")
"""Columns of a file of rejects, which is imported again without them."""

HEADER_WITHIN = 20  # rows
_IS_HEADER = 2  # fields by name in one row
_PLAIN = re.compile(r"[^0-9a-z#]+")


@dataclass(frozen=True)
class Wanted:
    """What the user said of the columns: a field for some names (`--map`), and names to leave out (`--drop`)."""

    mapped: Mapping[str, str]
    dropped: frozenset[str]


@dataclass(frozen=True)
class Columns:
    """The header's line, how many columns it has, and where each field is."""

    line: int
    width: int
    places: Mapping[str, int]

    def named(self, cells: list[str]) -> dict[str, str]:
        """Give the fields of a row by name, without blanks around; those of missing cells are empty."""
        return {name: _clean(cells[at]) if at < len(cells) else "" for name, at in self.places.items()}


def _clean(cell: str) -> str:
    """Take off blanks, and the mark by which a spreadsheet, and our own rejects, say that a cell is text."""
    return cell.strip().removeprefix("'")


def wanted(pairs: tuple[str, ...], dropped: tuple[str, ...]) -> Wanted:
    """Read `--map COLUMN=FIELD` and `--drop COLUMN` as given.

    Raises:
        BadFile: no such field, or no `=`.
    """
    return Wanted(dict(_pair(text) for text in pairs), frozenset(map(plain, dropped)))


def _pair(text: str) -> tuple[str, str]:
    column, sign, given = text.rpartition("=")
    field = given.strip().lower().replace("-", "_").replace(" ", "_")
    if not sign or not column.strip():
        raise BadFile("--map wants COLUMN=FIELD, as in --map 'Attendance mark=code'")
    if field not in FIELDS:
        near = difflib.get_close_matches(field, FIELDS, n=1, cutoff=0)
        raise BadFile(f"--map: there is no field {field}; the nearest is {near[0]}, and all are: {', '.join(FIELDS)}")
    return plain(column), field


def plain(name: str) -> str:
    """Give a column's name as it is compared: without case, blanks and signs."""
    return _PLAIN.sub("", name.lower())


_BY_NAME = {plain(field): field for field in FIELDS}
_OURS = frozenset(map(plain, OURS))


def fields_of(cells: list[str], said: Wanted) -> list[str | None]:
    """Give for each cell of a header the field that it names, or None."""
    names = [plain(cell) for cell in cells]
    return [None if name in said.dropped else said.mapped.get(name, _BY_NAME.get(name)) for name in names]


def likeness(table: Table, said: Wanted) -> int:
    """Count the fields that the likeliest header of *table* names."""
    return max((_named(row, said) for row in _first(table)), default=0)


def find(table: Table, said: Wanted) -> Columns:
    """Find the header among the first 20 rows of *table*: the first that names most fields.

    Raises:
        BadFile: none names all that a mark needs; a field is there twice; or there are columns that are neither a field
            nor left out, since what is not asked for may name a child.
    """
    header = max(_first(table), key=lambda row: _named(row, said), default=None)
    if header is None or header.cells is None or _named(header, said) < _IS_HEADER:
        raise BadFile(f"no row with the names of columns within the first {HEADER_WITHIN}; {_needs()}")
    fields = fields_of(header.cells, said)
    unknown = [
        cell.strip() for cell, field in zip(header.cells, fields, strict=True) if field is None and _matters(cell, said)
    ]
    _must_have_all(fields, unknown)
    _must_be_known(unknown)
    places = {field: at for at, field in enumerate(fields) if field is not None}
    return Columns(header.line, len(header.cells), places)


def _first(table: Table) -> Iterator[Row]:
    return islice(table.rows(), HEADER_WITHIN)


def _named(row: Row, said: Wanted) -> int:
    return len(set(fields_of(row.cells or [], said)) - {None})


def _matters(cell: str, said: Wanted) -> bool:
    name = plain(cell)
    return bool(cell.strip()) and name not in said.dropped and name not in _OURS


def _needs() -> str:
    return f"a file needs the columns {', '.join(NEEDED)}, and upn or pupil; give others by --map COLUMN=FIELD"


def _must_have_all(fields: list[str | None], unknown: list[str]) -> None:
    missing = [field for field in NEEDED if field not in fields]
    if "upn" not in fields and "pupil" not in fields:
        missing.insert(0, "upn or pupil")
    if missing:
        seen = f" Columns not known: {', '.join(unknown)}." if unknown else ""
        raise BadFile(f"no column for {', '.join(missing)}.{seen} Say which it is: --map COLUMN=FIELD")
    twice = sorted({field for field in fields if field and fields.count(field) > 1})
    if twice:
        raise BadFile(f"more than one column for {', '.join(twice)}; leave one out by --drop COLUMN")


def _must_be_known(unknown: list[str]) -> None:
    if unknown:
        drop = " ".join(f'--drop "{name}"' for name in unknown)
        raise BadFile(
            f"columns that Firstbell does not take: {', '.join(unknown)}. Names and notes of children stay with the "
            f"school. Leave them out: {drop}, or say what they are: --map COLUMN=FIELD"
        )
