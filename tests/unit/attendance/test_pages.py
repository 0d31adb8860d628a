"""Pages held close are the very pages, in the order of a dict; what registers share is held once."""

from collections.abc import Callable

import pytest

from streams.attendance.codes import INDEX
from streams.attendance.ledger import Ledger, Version
from streams.attendance.pages import Pages
from tests.unit.attendance.examples import HERE, THERE, at

T = 1_741_000_000  # an instant in March 2025, after every session here
MONTHS = ("2024-09", "2024-10", "2024-11", "2024-12", "2025-01", "2025-02")
FAR = T + (1 << 33)  # too far from any session for a narrow page


def written(code: str, *, urn: int = HERE, recorded: int = T) -> dict[int, bytes]:
    """The pages of one with the same mark in both sessions of the third of every month."""
    ledger = Ledger()
    for month in MONTHS:
        for half in ("AM", "PM"):
            ledger.put(at(f"{month}-03/{half}"), urn, Version(INDEX[code], recorded))
    return ledger.pages.copy() if isinstance(ledger.pages, dict) else {}


def loaded(pages: dict[int, bytes]) -> Pages:
    close = Pages()
    for key, page in pages.items():
        close.load(key, page)
    return close


def both(
    pages: dict[int, bytes], change: Callable[[dict[int, bytes] | Pages], object]
) -> tuple[Pages, dict[int, bytes]]:
    """Close pages and a dict of the same, both changed alike."""
    close = Pages(Pages(new=dict(pages)).packed())
    change(close)
    change(pages)
    return close, pages


@pytest.mark.parametrize("pages", [written("/"), written("O", recorded=FAR), written("I", urn=THERE), {}])
def test_pages_come_back_as_they_were_put(pages: dict[int, bytes]) -> None:
    """Byte by byte and in order, narrow or wide, one by one or all together."""
    close = loaded(pages)
    assert list(close.items()) == list(pages.items())
    assert list(close.whole().items()) == list(pages.items())
    assert list(Pages(close.packed()).items()) == list(pages.items())
    assert (len(close), bool(close)) == (len(pages), bool(pages))


def _replaced(pages: dict[int, bytes] | Pages) -> None:
    pages[min(pages)] = next(iter(written("L").values()))


def _added(pages: dict[int, bytes] | Pages) -> None:
    pages.update({1: b"\1\4\0\0\0\0\0\0", 2: b"\1\4"})


def _dropped(pages: dict[int, bytes] | Pages) -> None:
    del pages[sorted(pages)[1]]


def _dropped_and_put_again(pages: dict[int, bytes] | Pages) -> None:
    pages[min(pages)] = pages.pop(min(pages))


def _replaced_and_dropped(pages: dict[int, bytes] | Pages) -> None:
    _replaced(pages)
    del pages[min(pages)]


def _added_and_dropped(pages: dict[int, bytes] | Pages) -> None:
    _added(pages)
    del pages[1]


@pytest.mark.parametrize(
    "change", [_replaced, _added, _dropped, _dropped_and_put_again, _replaced_and_dropped, _added_and_dropped]
)
def test_pages_change_as_those_of_a_dict(change: Callable[[dict[int, bytes] | Pages], object]) -> None:
    """With the order of keys, and once more after they were packed."""
    close, pages = both(written("/"), change)
    assert list(close.items()) == list(pages.items())
    assert list(close.packed().pages().items()) == list(pages.items())
    assert len(close) == len(pages)


def test_a_page_that_is_not_there_is_missed() -> None:
    """As in a dict: asked for it is an error, or what was asked for instead."""
    close = loaded(written("/"))
    assert 7 not in close
    assert (close.get(7), close.get(7, b"no")) == (None, b"no")
    with pytest.raises(KeyError):
        close[7]
    with pytest.raises(KeyError):
        del close[7]


def test_a_copy_goes_its_own_way() -> None:
    """What is changed in it does not show in the other."""
    close = loaded(written("/"))
    before = dict(close)
    copy = close.copy()
    _replaced(copy)
    _dropped(copy)
    assert dict(close) == before


def test_pupils_of_the_same_registers_share_all_but_their_codes() -> None:
    """The forms of their pages are one object each, though every code differs."""
    one, other = loaded(written("/")).packed(), loaded(written("O")).packed()
    assert one.short != other.short
    assert [id(form) for form in one.forms] == [id(form) for form in other.forms]
    assert (one.keys is other.keys, one.rows is other.rows) == (True, True)


def test_the_place_of_the_open_page_is_all_that_is_kept_of_it() -> None:
    """It is held elsewhere: nothing is packed anew because it grew, unless it is new, or another page changed."""
    pages = written("/")
    packed, last = loaded(pages).packed(), max(pages)
    grown = Pages(packed, {last: pages[last] + bytes(6)})
    assert grown.packed_beside(last) is packed
    assert Pages(packed, {1: b"\1\4"}).packed_beside(1).pages() == pages | {1: b"\1\4"}
    assert grown.packed_beside(min(pages)).pages() == pages | {last: pages[last] + bytes(6)}
