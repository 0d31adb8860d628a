"""When schools were heard, by the pages of their boards as those stand in the changelog."""

import re

from streams.board.feeds import Feeds

_PAGE = re.compile(rb"([1-9][0-9]{5})/[0-9]{4}-[0-9]{2}-[0-9]{2}/[AP]M/[0-9]+")


def hear(feeds: Feeds, key: bytes, value: bytes | None, stamped_ms: int) -> None:
    """Tell *feeds* of the register whose page a changelog record is, if it is one.

    *stamped_ms* is the record's time stamp, which is when that register was received (milliseconds since 1970).
    """
    page = _PAGE.fullmatch(key)
    if page and value is not None:
        feeds.heard(int(page[1]), stamped_ms)
