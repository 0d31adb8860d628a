"""Files of marks for the tests, and an import that needs no command."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from streams.edge.files.columns import wanted
from streams.edge.files.dates import Form
from streams.edge.files.opening import open_table
from streams.edge.files.report import Report
from streams.edge.files.rows import RowReader
from streams.edge.files.run import Import
from streams.edge.files.shelf import Shelf
from streams.edge.intake import Door
from streams.edge.pseudonym import pseudonymiser
from streams.edge.upn import read_upn
from tests.support.upns import ANNA, BEN

NOW_MS = 1_727_770_000_000  # 1 October 2024, 09:06 in London
PSEUDONYMISE = pseudonymiser(bytes(range(32)))
DOOR = Door("import", "file", PSEUDONYMISE, lambda: NOW_MS)
HEADER = "upn,urn,date,session,code,minutes_late,recorded_at"
AT = "2024-09-30T16:00:00+01:00"


@dataclass
class Imported:
    """What an import gave: registers as JSON objects, their bytes, and the report."""

    registers: list[dict[str, Any]]
    bytes: list[bytes]
    report: Report


def pseudonym(upn: str) -> str:
    """The pseudonym of a UPN."""
    read = read_upn(upn)
    assert read is not None
    return PSEUDONYMISE(read)


def row(upn: str = ANNA, date: str = "2024-09-30", session: str = "AM", code: str = "/", urn: object = 100001) -> str:
    """A row under HEADER, recorded at AT."""
    return f"{upn},{urn},{date},{session},{code},,{AT}"


def csv_file(folder: Path, *rows: str, header: str = HEADER, name: str = "marks.csv", encoding: str = "utf-8") -> Path:
    """Write a CSV."""
    path = folder / name
    path.write_bytes("\r\n".join([header, *rows, ""]).encode(encoding))
    return path


def do_import(
    path: Path,
    *,
    mapped: tuple[str, ...] = (),
    drop: tuple[str, ...] = (),
    dates: Form | None = None,
    recorded_at: str | None = None,
    sheet: str | None = None,
    rejects: Path | None = None,
) -> Imported:
    """Import the file at *path*."""
    table, columns = open_table(path, wanted(mapped, drop), sheet)
    reader = RowReader(columns, PSEUDONYMISE, dates, recorded_at)
    with Shelf() as shelf:
        work = Import(table, columns, reader, shelf)
        work.read(lambda _: None)
        events = list(work.registers(DOOR))
        if rejects:
            work.write_rejects(rejects)
    values = [event.value for event in events]
    return Imported([json.loads(value) for value in values], values, work.report)


def marks(registers: Iterable[dict[str, Any]]) -> set[tuple[object, ...]]:
    """The set of marks of *registers*: pupil, school, date, session, code, recorded at."""
    return {
        (m["pupil"], r["urn"], r["date"], r["session"], m["code"], m.get("recorded_at", r["recorded_at"]))
        for r in registers
        for m in r["marks"]
    }


__all__ = [
    "ANNA",
    "AT",
    "BEN",
    "DOOR",
    "HEADER",
    "NOW_MS",
    "PSEUDONYMISE",
    "Imported",
    "csv_file",
    "do_import",
    "marks",
    "pseudonym",
    "row",
]
