"""A pupil's pages, held close: what a class's registers share is held once.

All that a page says but the codes (which sessions, and when each was recorded) is the same for every pupil whose marks
came with the same registers. So a closed page is held as its codes, short (`days.py`), beside its **form**: the page
with its codes blanked, which the pupils of a class share. A page with an amendment of its own has a form of its own.
"""

from collections.abc import Iterable, Iterator, Mapping, MutableMapping
from functools import lru_cache
from typing import NamedTuple, TypeVar, overload

from typing_extensions import override

from streams.attendance.days import in_full, parted, shortened

HEAD = 2  # bytes before the first row of a page
_CODE = HEAD + 1  # where the first row has its code
_BLANK = [bytes(rows) for rows in range(256)]
_AT_ONCE = 4  # new pages of a ledger that is loading, until they are put with the others
_SHARED = 1 << 18  # forms of which it is known that they may be shared: those of 12,000 classes' two years

_Default = TypeVar("_Default")
_Shared = TypeVar("_Shared", bytes, "tuple[int, ...]", "tuple[bytes, ...]")


@lru_cache(_SHARED)
def _shared(part: _Shared) -> _Shared:
    """Return the one that all share. One that is forgotten here lives on with those who have it."""
    return part


class Packed(NamedTuple):
    """Pages in order: their keys, their forms, how many rows each has, and the codes of all, held short."""

    keys: tuple[int, ...]
    forms: tuple[bytes, ...]
    rows: bytes
    short: bytes

    def keys_are_other(self, keys: tuple[int, ...]) -> bool:
        """Whether none of *keys* is here."""
        return not self.keys or not any(key in self.keys for key in keys)

    def codes(self) -> bytes:
        """Return the codes of all, a byte a row."""
        return in_full(self.short)

    def page(self, key: int) -> bytes:
        """Return a page.

        Raises:
            ValueError: there is none of this key.
        """
        place = self.keys.index(key)
        start, form = sum(self.rows[:place]), self.forms[place]
        page = bytearray(form)
        page[_CODE :: HEAD + form[1]] = self.codes()[start : start + self.rows[place]]
        return bytes(page)

    def pages(self, least: int = 0, but: int = -1) -> dict[int, bytes]:
        """Return all whose key is *least* or greater by key, in order; not the one of key *but*."""
        wanted = [key >= least and key != but for key in self.keys]
        if True not in wanted:  # as of most pupils: the open page is not here, or in an older state
            return {}
        first = wanted.index(True)
        pages, start, codes = {}, 0, in_full(self._last(first))
        for place in range(first, len(wanted)):
            form, rows = self.forms[place], self.rows[place]
            if wanted[place]:
                page = bytearray(form)
                page[_CODE :: HEAD + form[1]] = codes[start : start + rows]
                pages[self.keys[place]] = bytes(page)
            start += rows
        return pages

    def _last(self, first: int) -> bytes:
        """Return the codes of the pages from place *first* on, held short."""
        return parted(self.short, sum(self.rows[first:]))[1] if first else self.short

    def with_more(self, pages: Mapping[int, bytes]) -> "Packed":
        """Return these and others, none of which is here."""
        keys, forms, rows, codes = [*self.keys], [*self.forms], [*self.rows], list[bytes]()
        for key, page in pages.items():
            form, mine = _apart(page)
            keys.append(key)
            forms.append(form)
            rows.append(len(mine))
            codes.append(mine)
        short = self.short + shortened(b"".join(codes))
        return Packed(_shared(tuple(keys)), tuple(forms), _shared(bytes(rows)), short)

    def joined(self, more: "Packed") -> "Packed":
        """Return these and *more*, none of which is here."""
        return packed_of(self.keys + more.keys, self.forms + more.forms, self.rows + more.rows, self.short + more.short)

    def with_other(self, key: int, page: bytes) -> "Packed":
        """Return these with another *page* in the place of the one of a key that is here."""
        place = self.keys.index(key)
        form, mine = _apart(page)
        forms = (*self.forms[:place], form, *self.forms[place + 1 :])
        rows = self.rows[:place] + bytes([len(mine)]) + self.rows[place + 1 :]
        before, after = parted(self.short, sum(self.rows[place + 1 :]))
        before, _ = parted(before, self.rows[place])
        return Packed(self.keys, forms, _shared(rows), before + shortened(mine) + after)


def _apart(page: bytes) -> tuple[bytes, bytes]:
    """Return the form of a page, and its codes."""
    size = HEAD + page[1]
    codes, form = page[_CODE::size], bytearray(page)
    form[_CODE::size] = _BLANK[len(codes)]
    return _shared(bytes(form)), codes


NO_PAGES = Packed((), (), b"", b"")


def packed_of(keys: Iterable[int], forms: Iterable[bytes], rows: bytes, short: bytes) -> Packed:
    """Return pages whose parts are known; what others have too is held once."""
    return Packed(_shared(tuple(keys)), _shared(tuple(map(_shared, forms))), _shared(rows), short)


class Pages(MutableMapping[int, bytes]):
    """Pages by key, in the order in which the keys came, as in a dict: those `packed`, and those written since."""

    __slots__ = ("_new", "_packed")

    def __init__(self, packed: Packed = NO_PAGES, new: dict[int, bytes] | None = None) -> None:
        self._packed = packed
        self._new = {} if new is None else new

    @overload
    def get(self, key: int) -> bytes | None: ...
    @overload
    def get(self, key: int, default: _Default) -> bytes | _Default: ...

    @override
    def get(self, key: int, default: object = None) -> object:
        page = self._new.get(key)
        if page is not None:
            return page
        return self._packed.page(key) if key in self._packed.keys else default

    @override
    def __getitem__(self, key: int) -> bytes:
        page = self._new.get(key)
        if page is not None:
            return page
        if key not in self._packed.keys:
            raise KeyError(key)
        return self._packed.page(key)

    @override
    def __setitem__(self, key: int, page: bytes) -> None:
        self._new[key] = page

    @override
    def __delitem__(self, key: int) -> None:
        if key in self._packed.keys:
            others = self._packed.pages()
            del others[key]
            self._packed = NO_PAGES.with_more(others)
            self._new.pop(key, None)
        else:
            del self._new[key]

    @override
    def __iter__(self) -> Iterator[int]:
        keys = self._packed.keys
        if not self._new or (len(self._new) == 1 and next(iter(self._new)) in keys):  # as nearly always
            return iter(keys)
        return iter([*keys, *[key for key in self._new if key not in keys]])

    @override
    def __len__(self) -> int:
        return len(self._new.keys() | self._packed.keys)

    def __bool__(self) -> bool:
        """Whether there is a page: quicker than to count them."""
        return bool(self._new or self._packed.keys)

    @override
    def __contains__(self, key: object) -> bool:
        return key in self._new or key in self._packed.keys

    def copy(self) -> "Pages":
        """Return pages that go their own way."""
        return Pages(self._packed, self._new.copy())

    def load(self, key: int, page: bytes) -> None:
        """Take a page of a ledger that is not used yet: held close at once."""
        self._new[key] = page
        if len(self._new) >= _AT_ONCE:
            self._packed, self._new = self.packed(), {}

    def load_packed(self, more: Packed) -> None:
        """Take pages of a ledger that is not used yet, which came one after the other."""
        if self._new or not self._packed.keys_are_other(more.keys):
            for key, page in more.pages().items():
                self.load(key, page)
        else:
            self._packed = self._packed.joined(more) if self._packed.keys else more

    def whole(self) -> dict[int, bytes]:
        """Return all by key, in order: for one who wants all, quicker than one by one."""
        return self._packed.pages() | self._new

    def packed(self) -> Packed:
        """Return all pages, held close."""
        packed, more = self._packed, dict[int, bytes]()
        for key, page in self._new.items():
            if key in packed.keys:
                packed = packed.with_other(key, page)
            else:
                more[key] = page
        return packed.with_more(more) if more else packed

    def packed_beside(self, open_page: int) -> Packed:
        """Return all pages, held close; of the open page, which is held elsewhere too, only the place must be right."""
        if self._new.keys() <= {open_page} and open_page in self._packed.keys:
            return self._packed
        return self.packed()
