"""What is stored of a pupil, as changelog records: `pipeline.ledgers` says in which form."""

from collections.abc import Iterator
from functools import lru_cache

from streams.attendance.ledger import key_parts
from streams.attendance.pupil import Pupil

STORED_FORM = 2  # of the ledgers' changelog: since records beside the pages; 1 had pages alone, and is read as it is
ERASED = "erased/"
"""How the keys of the list of the erased begin."""


def page_key(pupil: str, page: int) -> bytes:
    """Return the key of a page of the ledger."""
    return pupil.encode() + _page(page)


@lru_cache(maxsize=8192)
def _page(page: int) -> bytes:
    month, urn = key_parts(page)
    return f"/{month // 12:04}-{month % 12 + 1:02}/{urn}".encode()


def summary_key(pupil: str) -> bytes:
    """Return the key of what was announced."""
    return f"{pupil}/announced".encode()


def stored_records(pupil: Pupil) -> Iterator[tuple[bytes, bytes]]:
    """Yield all of a pupil as changelog records."""
    for page, value in pupil.ledger.pages.items():
        yield page_key(pupil.key, page), value
    if pupil.book is not None:
        yield summary_key(pupil.key), pupil.summary()


def erased_record(hashed: str, value: bytes) -> tuple[bytes, bytes]:
    """Give an entry of the list of the erased as a changelog record."""
    return f"{ERASED}{hashed}".encode(), value
