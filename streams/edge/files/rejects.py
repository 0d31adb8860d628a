"""The rows that were not taken, as a CSV that can be mended and imported again. It has what the file had: UPNs too."""

import csv
import os
from collections.abc import Iterable, Iterator
from io import TextIOWrapper
from pathlib import Path

from streams.edge.files.columns import Columns
from streams.edge.files.rows import Reject, RowReader, rejects_header
from streams.edge.files.table import BadFile, Row

_OWNER_ONLY = 0o600
_SPREADSHEET_WOULD_RUN = ("=", "+", "-", "@", "\t", "\r")


def create(path: Path) -> TextIOWrapper:
    """Make the file of rejects, for its owner's eyes alone.

    Raises:
        BadFile: it exists (someone may be mending it) or cannot be made.
    """
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY)
    except FileExistsError:
        raise BadFile(f"{path} exists, and someone may be mending it; name another file") from None
    except OSError as error:
        raise BadFile(f"{path} cannot be written: {error.strerror}") from None
    return os.fdopen(handle, "w", encoding="utf-8-sig", newline="")  # the mark tells spreadsheets that it is UTF-8


def write(
    out: TextIOWrapper, columns: Columns, rows: Iterable[Row], rejects: Iterator[Reject], reader: RowReader
) -> None:
    """Write the row of each of *rejects*, which are by line, with its line and its reason."""
    writer = csv.DictWriter(out, rejects_header(columns), restval="")
    writer.writeheader()
    reject = next(rejects, None)
    for row in rows:
        if reject is None:
            return
        if row.line == reject.line:
            cells = {name: harmless(cell) for name, cell in reader.as_rejected(row).items()}
            why = f"{reject.reason}: {reject.detail}"
            writer.writerow(cells | {"firstbell_row": reject.line, "firstbell_reason": why})
            reject = next(rejects, None)


def harmless(cell: str) -> str:
    """Mark as text what a spreadsheet would run as a formula; `-` alone is a code. `columns` takes the mark off."""
    return f"'{cell}" if len(cell) > 1 and cell.startswith(_SPREADSHEET_WOULD_RUN) else cell
