"""What was loaded of pupils is laid by until it is asked for, and goes when nobody is left."""

from streams.attendance.ledger import EMPTY
from streams.pipeline import compiled_pages
from streams.pipeline.laid import Laid, RowPieces
from streams.pipeline.since_form import Rows, decode_rows, encode_rows
from tests.support.hostile import pupil_key
from tests.unit.pipeline.examples import HERE

compiled_pages.load()

PUPILS = [pupil_key(number) for number in range(8)]
PAGE = (2024 * 12 + 8) << 20 | HERE
ROWS = [bytes((position, 0, 1, 2, 3, 4)) for position in range(3)]


def laid(*rows: bytes) -> Laid:
    """All pupils with *rows*, each of a since record of its own."""
    found = Laid()
    for row in rows:
        lay(found, PUPILS, row)
    return found


def lay(found: Laid, pupils: list[str], row: bytes) -> None:
    number = len(pupils)
    read = decode_rows(encode_rows(Rows(pupils, [PAGE] * number, [len(row)] * number, row * number)))
    found.lay(read.letters, RowPieces(read))


def pages(laid: Laid, pupil: str) -> dict[int, bytes] | None:
    stored = laid.get(pupil)
    return stored and dict(stored.pages)


def test_pieces_make_a_pupil_in_the_order_in_which_they_came() -> None:
    """As often as one asks; it is there until it is let go."""
    found = laid(*ROWS)
    assert [pages(found, PUPILS[0]) for _ in range(2)] == [{PAGE: EMPTY + b"".join(ROWS)}] * 2
    taken = found.pop(PUPILS[0])
    assert taken is not None
    assert dict(taken.pages) == {PAGE: EMPTY + b"".join(ROWS)}
    assert (found.get(PUPILS[0]), found.pop(PUPILS[0]), len(found)) == (None, None, 7)


def test_what_is_changed_by_itself_stays_before_what_comes_later() -> None:
    """A piece of one who is an object is put to it at once."""
    found = laid(ROWS[0])
    del found.to_change(PUPILS[0]).pages[PAGE]
    lay(found, PUPILS[:2], ROWS[1])
    assert pages(found, PUPILS[0]) == {PAGE: EMPTY + ROWS[1]}
    assert pages(found, PUPILS[1]) == {PAGE: EMPTY + ROWS[0] + ROWS[1]}
    assert (len(found), sorted(found)) == (8, sorted(PUPILS))


def test_the_last_few_keep_nothing_of_the_others() -> None:
    """One who never comes again would else keep the pieces of all."""
    found = laid(*ROWS)
    reader = found.reader
    for pupil in PUPILS[:7]:
        found.pop(pupil)
    assert found.reader is not reader
    assert pages(found, PUPILS[7]) == {PAGE: EMPTY + b"".join(ROWS)}
    assert list(found) == [PUPILS[7]]
