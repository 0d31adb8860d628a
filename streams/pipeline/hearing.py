"""When schools were heard, by the pages of their boards as those stand in the changelog."""

import re

import msgspec

from streams.board.feeds import Feeds

_PAGE = re.compile(rb"([1-9][0-9]{5})/[0-9]{4}-[0-9]{2}-[0-9]{2}/[AP]M/[0-9]+")


class _Beginning(msgspec.Struct, array_like=True, frozen=True):
    """How a page begins (`board_form`), whatever its form: a newer version's too, while workers are replaced."""

    form: int
    received_ms: int


_decoder = msgspec.msgpack.Decoder(_Beginning)


def hear(feeds: Feeds, key: bytes, value: bytes | None) -> None:
    """Tell *feeds* of the register whose page a changelog record is, if it is one.

    Raises:
        msgspec.DecodeError: it has the key of a page and is none: nobody but a worker may write there.
    """
    page = _PAGE.fullmatch(key)
    if page and value is not None:
        feeds.heard(int(page[1]), _decoder.decode(value).received_ms)
