"""A sheet of a workbook (.xlsx, .xlsm, .xlsb, .xls, .ods) as a table."""

import datetime as dt
import zipfile
from collections.abc import Iterator
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, WorksheetNotFound, ZipError

from streams.edge.files.table import BadFile, Row

SUFFIXES = frozenset({".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"})
MAX_UNPACKED = 1 << 30  # bytes: a sheet is unpacked in memory

Cell = int | float | str | bool | dt.time | dt.date | dt.datetime | dt.timedelta | None


class Sheet:
    """One sheet: the first, or the one named *name*. Real dates and times come as ISO text, without an offset.

    Raises:
        BadFile: no workbook, none such sheet, a password, or more than 1 GiB unpacked.
    """

    def __init__(self, path: Path, name: str | None = None) -> None:
        _refuse_huge(path)
        try:
            book = CalamineWorkbook.from_path(str(path))
            self._sheet = book.get_sheet_by_name(name) if name else book.get_sheet_by_index(0)
        except PasswordError:
            raise BadFile(f"{path} has a password; save it without one") from None
        except WorksheetNotFound:
            raise BadFile(f"{path} has no such sheet; it has: {', '.join(book.sheet_names) or 'none'}") from None
        except (CalamineError, ZipError, OSError, ValueError):
            raise BadFile(f"{path} cannot be read as a workbook; save it anew, or as CSV UTF-8") from None
        others = len(book.sheet_names) - 1
        self.described = f"sheet {self._sheet.name}" + (f" ({others} more; see --sheet)" if others and not name else "")
        self._done = 0

    def rows(self) -> Iterator[Row]:
        """Give every row."""
        first = (self._sheet.start or (0, 0))[0] + 1
        for number, cells in enumerate(self._sheet.iter_rows(), start=first):
            self._done = number
            yield Row(number, [_text(cell) for cell in cells])

    def read(self) -> float:
        """Say how far the sheet has been read, from 0 to 1."""
        return self._done / max(1, self._sheet.total_height)


def _refuse_huge(path: Path) -> None:
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as packed:
            size = sum(part.file_size for part in packed.infolist())
        if size > MAX_UNPACKED:
            raise BadFile(f"{path} is too large unpacked ({size:,} bytes); save it as CSV UTF-8")


def _text(cell: Cell) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat() if cell.time() == dt.time() else cell.isoformat(timespec="seconds")
    if isinstance(cell, dt.date):
        return cell.isoformat()
    return "" if cell is None else str(cell)
