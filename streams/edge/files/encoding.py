"""Which encoding a file of text is in: by its mark, else UTF-8 if all of it is, else the likeliest that schools use."""

import codecs
from functools import partial
from typing import BinaryIO

from charset_normalizer import from_bytes

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CANDIDATES = ["cp1252", "cp850", "mac_roman"]
_WINDOWS = "cp1252"
_BLOCK = 1 << 20  # bytes
_SAMPLE = 1 << 14  # bytes


def guess(file: BinaryIO) -> str:
    """Name the encoding of *file*, which is read to its end and put back to its beginning.

    It is never wrong where there is a mark or where the text is UTF-8; else it is a guess among the encodings of one
    byte a letter, which agree in all that marks are made of.
    """
    file.seek(0)
    head = file.read(_SAMPLE)
    marked = next((name for mark, name in _MARKS if head.startswith(mark)), None) or _unmarked_utf16(head)
    name = marked or ("utf-8" if (bad := _first_not_utf8(file)) is None else _likeliest(file, bad))
    file.seek(0)
    return name


def _unmarked_utf16(head: bytes) -> str | None:
    """UTF-16 without its mark: a zero in every second byte of plain text."""
    pairs = len(head) // 2
    for name, zeros in (("utf-16-le", head[1::2]), ("utf-16-be", head[0::2])):
        if pairs and zeros.count(0) > pairs * 0.9:
            return name
    return None


def _first_not_utf8(file: BinaryIO) -> int | None:
    """Where the first block begins that is not UTF-8; None where all of it is."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    file.seek(0)
    start = 0
    try:
        for block in iter(partial(file.read, _BLOCK), b""):
            decoder.decode(block)
            start += len(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return start
    return None


def _likeliest(file: BinaryIO, start: int) -> str:
    file.seek(start)
    block = file.read(_BLOCK)
    odd = next((place for place, byte in enumerate(block) if byte > 0x7F), 0)  # noqa: PLR2004 - the end of ASCII
    best = from_bytes(block[max(0, odd - _SAMPLE // 2) :][:_SAMPLE], cp_isolation=_CANDIDATES).best()
    return best.encoding if best else _WINDOWS
