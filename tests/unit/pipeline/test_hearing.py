"""When schools were heard, from the changelog of their boards."""

from datetime import date

from streams.attendance.sessions import slot
from streams.board.board import Page
from streams.board.entries import Entries
from streams.board.feeds import Feeds
from streams.board.times import day_of
from streams.pipeline.board_form import page, page_key, summary_key
from streams.pipeline.hearing import hear

RECEIVED = 1_725_872_400_000  # 9 September 2024, 10:00 in London
SLOT = slot(date(2024, 9, 9), "AM")
PAGE = page(Page(SLOT, 7, RECEIVED, Entries(0, b"\x00", [1_725_872_300])))


def test_a_page_says_when_its_register_was_received() -> None:
    """Its school is heard on that day, from that moment on."""
    feeds = Feeds()
    hear(feeds, page_key(100001, SLOT, 7), PAGE)
    day = day_of(RECEIVED)
    assert feeds.days(0, day) == [day]
    assert feeds.others(100002, day, RECEIVED) == (1, 1)
    assert feeds.others(100002, day, RECEIVED - 1) == (0, 0)


def test_what_is_no_page_says_nothing() -> None:
    """A summary, a position, and a page that is gone."""
    feeds = Feeds()
    hear(feeds, summary_key(100001), PAGE)
    hear(feeds, b"position", b"{}")
    hear(feeds, page_key(100001, SLOT, 7), None)
    assert feeds.days(0, 10**6) == []
