"""Records of ledgers are read many at once by compiled code; that they give the same is a property."""

import sys

import pytest

import streams.pipeline
from streams.attendance.ledger import EMPTY
from streams.errors import StoredFormUnknown
from streams.pipeline import compiled_pages
from streams.pipeline.compiled_pages import Reader
from streams.pipeline.ledgers import Ledgers
from streams.pipeline.refusals import from_file
from tests.unit.pipeline.examples import ENGINE, FRIEND, HERE, PUPIL

PAGE = EMPTY + b"\x02\x00\x01\x02\x03\x04" + b"\x03\x01\x01\x02\x03\x05"
SEPTEMBER = (2024 * 12 + 8) << 20 | HERE


@pytest.fixture(autouse=True)
def _loaded() -> None:
    compiled_pages.load()


def key(pupil: str = PUPIL, month: str = "2024-09", urn: object = HERE) -> bytes:
    return f"{pupil}/{month}/{urn}".encode()


def announced(pupil: str = PUPIL) -> bytes:
    return f"{pupil}/announced".encode()


def others(*records: tuple[bytes, bytes | None]) -> list[int]:
    """Which records are left as they are."""
    found = Reader().read([name for name, _ in records], [value for _, value in records])
    return [found.first[run] for run in found.other]


def test_a_pupils_pages_and_what_was_announced_are_read_in_one_piece() -> None:
    """Of one that is there again another piece begins."""
    records = [
        (key(), PAGE),
        (announced(), b"said"),
        (key(month="2024-10"), EMPTY),
        (key(), EMPTY),
        (key(FRIEND), PAGE),
    ]
    pupils, first, other, runs = Reader().read([name for name, _ in records], [value for _, value in records])
    assert (pupils.decode(), first, other) == (PUPIL + PUPIL + FRIEND, [0, 3, 4], [])
    assert runs.announced == [b"said", None, None]
    assert [runs.pages(run).pages() for run in range(3)] == [
        {SEPTEMBER: PAGE, SEPTEMBER + (1 << 20): EMPTY},
        {SEPTEMBER: EMPTY},
        {SEPTEMBER: PAGE},
    ]


@pytest.mark.parametrize(
    "record",
    [
        (key(), None),
        (announced(), None),
        (key(), PAGE[:-1]),
        (key(), b"\2" + PAGE[1:]),
        (key(), b"\1\5" + PAGE[2:] + b"\0\0"),
        (key(), EMPTY + bytes(6) * 63),
        (key(PUPIL.upper()), PAGE),
        (key(PUPIL[:-1] + "1"), PAGE),
        (key(month="2024-13"), PAGE),
        (key(month="2024-00"), PAGE),
        (key(month="2024/09"), PAGE),
        (key(urn="10000x"), PAGE),
        (key(urn=1000001), PAGE),
        (announced() + b"s", b"said"),
        (PUPIL.encode() + b"/announceD", b"said"),
        (b"since/0000000001", b"rows"),
        (b"", b"nothing"),
    ],
)
def test_what_is_no_ordinary_page_is_left_as_it_is(record: tuple[bytes, bytes | None]) -> None:
    """Alone and between others."""
    assert others(record) == [0]
    assert others((key(), PAGE), record, (key(), PAGE)) == [1]


def test_records_of_a_form_that_is_not_known_stop_the_reader() -> None:
    """Many at once as one by one."""
    with pytest.raises(StoredFormUnknown):
        Ledgers(ENGINE, from_file("f")).load_all([key(), key(FRIEND)], [PAGE, b"\2" + PAGE[1:]])


def test_forms_are_told_apart_and_held_once_however_many() -> None:
    """In more room than there was to begin with."""
    reader = Reader()
    values = [EMPTY + b"\x02\x07" + number.to_bytes(4, "little") for number in range(1_000)]
    parts = [reader.read([key()] * 500, part).runs for part in (values[:500], values[500:], values[:500])]
    assert [runs.pages(run).page(SEPTEMBER) for runs in parts for run in range(500)] == [*values, *values[:500]]
    assert reader.forms == 1_000


def test_without_numba_records_are_loaded_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Slower, and the same."""
    monkeypatch.delattr(streams.pipeline, "kernel_pages", raising=False)
    monkeypatch.setitem(sys.modules, "streams.pipeline.kernel_pages", None)
    monkeypatch.setattr(compiled_pages, "_kernel", None)
    compiled_pages.load()
    assert not compiled_pages.is_loaded()
    ledgers = Ledgers(ENGINE, from_file("f"))
    ledgers.load_all([key(), key(FRIEND), key(FRIEND)], [PAGE, PAGE, None])
    assert list(ledgers.keys()) == [PUPIL]
