"""Ledgers loaded many records at once are those loaded one by one, however the records come and in whatever parts."""

from hypothesis import given
from hypothesis import strategies as st

from streams.attendance.codes import CODES, INDEX
from streams.attendance.ledger import URN_BITS
from streams.pipeline import compiled_pages
from streams.pipeline.ledgers import Ledgers
from streams.pipeline.refusals import from_file
from streams.pipeline.since_form import Rows, encode_rows, since_key
from streams.pipeline.stored import page_key, summary_key
from tests.support.hostile import pupil_key
from tests.unit.pipeline.examples import ENGINE, HERE, THERE

compiled_pages.load()

Record = tuple[bytes, bytes | None]
PUPILS = [pupil_key(number) for number in range(4)]
PAGES = [(2024 * 12 + month) << URN_BITS | urn for month in (8, 9, 10) for urn in (HERE, THERE)]
pupils, pages = st.sampled_from(PUPILS), st.sampled_from(PAGES)
codes = st.sampled_from([INDEX["/"], INDEX["\\"]]) | st.integers(0, len(CODES) - 1)


@st.composite
def rows(draw: st.DrawFn, width: int, least: int = 0) -> bytes:
    """Rows in order; few instants, so that forms are shared."""
    positions = sorted(draw(st.sets(st.integers(0, 59), min_size=least, max_size=40)))
    seconds = draw(st.sampled_from([5, 1 << 20]))
    return b"".join(bytes((position, draw(codes))) + seconds.to_bytes(width, "little") for position in positions)


@st.composite
def page_values(draw: st.DrawFn) -> bytes | None:
    width = draw(st.sampled_from([4, 4, 4, 4, 5]))
    least = width - 4  # it is a row that makes a page wide
    return draw(st.none() | rows(width, least).map(lambda its: bytes((1, width)) + its))


@st.composite
def since_records(draw: st.DrawFn) -> Record:
    its = draw(st.lists(st.tuples(pupils, pages, rows(4, 1)), min_size=1, max_size=6))
    names, keys, added = [list(column) for column in zip(*its, strict=True)]
    value = encode_rows(Rows(names, keys, [len(each) for each in added], b"".join(added)))
    return since_key(draw(st.integers(0, 3))), draw(st.sampled_from([value, value, None]))


@st.composite
def some_pages(draw: st.DrawFn) -> list[Record]:
    """Records of one pupil that stand together."""
    pupil = draw(pupils)
    found: list[Record] = [(page_key(pupil, page), draw(page_values())) for page in draw(st.lists(pages, max_size=5))]
    if draw(st.booleans()):
        found.append((summary_key(pupil), draw(st.sampled_from([b"said", b"said anew", None]))))
    return draw(st.permutations(found))


many = st.lists(some_pages() | since_records().map(lambda one: [one]), max_size=12)


def state(ledgers: Ledgers) -> dict[str, object]:
    """All pupils, with their pages in order; which since records are outstanding."""
    laid = {key: ledgers._laid.get(key) for key in ledgers.keys()}  # noqa: SIM118, SLF001 - no dict; before a mark
    found: dict[str, object] = {key: (list(one.pages.items()), one.summary) for key, one in laid.items() if one}
    assert len(found) == len(ledgers)
    return found | {"since": (ledgers._since._records, ledgers._since._rows)}  # noqa: SLF001 - likewise


@given(many, st.lists(st.integers(1, 20), max_size=8))
def test_what_is_loaded_at_once_is_what_is_loaded_one_by_one(parts: list[list[Record]], sizes: list[int]) -> None:
    """Pages that come again, that go, wide ones, rows of since records before and after them."""
    records = [record for part in parts for record in part]
    plainly, at_once, at = Ledgers(ENGINE, from_file("f")), Ledgers(ENGINE, from_file("f")), 0
    for key, value in records:
        plainly.load(key, value)
    for size in [*sizes, len(records) + 1]:
        some = records[at : at + size]
        at_once.load_all([key for key, _ in some], [value for _, value in some])
        at += size
    assert state(at_once) == state(plainly)
    for pupil in PUPILS:
        assert at_once._laid.pop(pupil) is None or pupil not in at_once.keys()  # noqa: SIM118, SLF001
    assert len(at_once) == 0
